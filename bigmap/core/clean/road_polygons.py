"""Roads drawn as areas: one shape for a whole network, cut into segments at its junctions.

A Delaunay triangulation of the shape is its own skeleton: triangles with one neighbour end a
road, those with two lie along it, those with three are where roads meet. Pieces are unions of triangles,
so that they share their vertices and their areas sum to that of the shape.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Delaunay

from bigmap.base.arrays import Bools, Floats, Ints
from bigmap.base.problem_kinds import linework as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core.clean.cleaning_reports import say_each
from bigmap.core.geometry.measures import width_m

_STUB = 1.5
"""An arm shorter than this many times the width of its mouth is a bulge, not a road."""

_STEP_M = (3.0, 15.0)
_ROUNDS = 12
_SLACK = 1e-9
_WITHIN = 0.8
_FLAT_M2 = 1e-6


def split_at_junctions(roads: gpd.GeoDataFrame, log: ProblemLog) -> gpd.GeoDataFrame:
    """Return the roads with each area cut into segments between junctions, as wide as 2A/P where unknown."""
    shapes = roads.geometry.to_numpy()
    areal = np.flatnonzero(shapely.get_dimensions(shapes) == 2)
    if not len(areal):
        return roads
    cut = [[piece for part in shapely.get_parts(shapes[row]) for piece in road_pieces(part)] for row in areal]
    number = np.array([len(found) for found in cut])
    several = number > 1
    area, pieces = shapely.area(shapes[areal[several]]), number[several].tolist()
    length = [
        float(shapely.length(np.array(cut[i], dtype=object)).sum() / 2) for i in np.flatnonzero(several)
    ]
    width = area / np.maximum(length, 1e-9)
    say_each(
        log,
        roads,
        areal[several],
        lambda i: kinds.RoadSplit(area=area[i], n=pieces[i], metres=length[i], width=width[i]),
    )
    rows = np.repeat(np.arange(len(roads)), _counts(len(roads), areal, number))
    out = roads.iloc[rows].reset_index(drop=True)
    found = shapes[rows]
    found[np.isin(rows, areal)] = [piece for piece_list in cut for piece in piece_list]
    return _measured(out.set_geometry(gpd.GeoSeries(found, crs=roads.crs)), log)


def told_by_lines(roads: gpd.GeoDataFrame, log: ProblemLog) -> gpd.GeoDataFrame:
    """Return the roads without centre lines that run in road areas; these take their name and class.

    The ground of such a road is known, so that the line would only claim it again by an assumed width.
    """
    shapes = roads.geometry.to_numpy()
    lines = np.flatnonzero(shapely.get_dimensions(shapes) == 1)
    areas = np.flatnonzero(shapely.get_dimensions(shapes) == 2)
    if not len(lines) or not len(areas):
        return roads
    line, area = shapely.STRtree(shapes[areas]).query(shapes[lines], predicate="intersects")
    metres = shapely.length(shapely.intersection(shapes[lines[line]], shapes[areas[area]]))
    inside = np.bincount(line, weights=metres, minlength=len(lines))
    within = inside >= _WITHIN * shapely.length(shapes[lines])
    order = np.argsort(metres, kind="stable")
    order = order[within[line[order]] & (metres[order] > 0)]
    best = np.full(len(areas), -1)
    best[area[order]] = line[order]  # the longest is written last
    out, told = roads.copy(), areas[best >= 0]
    for column in ("name", "road_class"):
        words = roads[column].to_numpy(object).copy()
        theirs = words[lines[best[best >= 0]]]
        words[told] = np.where(words[told] == "", theirs, words[told])
        out[column] = pd.Series(words, index=roads.index, dtype="str")
    for file, group in roads.iloc[lines[within]].groupby("file", sort=False):
        km = float(group.geometry.length.sum()) / 1000
        log.add(kinds.CentreLines(n=len(group), km=km, areas=len(told)), file=str(file))
    return out.drop(index=out.index[lines[within]]).reset_index(drop=True)


def _counts(n: int, areal: Ints, number: Ints) -> Ints:
    counts = np.ones(n, dtype=np.int64)
    counts[areal] = number
    return counts


def _measured(roads: gpd.GeoDataFrame, log: ProblemLog) -> gpd.GeoDataFrame:
    """Return the roads with the width of areas that have none."""
    shapes, width = roads.geometry.to_numpy(), roads["width_m"].to_numpy(float)
    lacking = ~(width > 0) & (shapely.get_dimensions(shapes) == 2)
    measured = width_m(shapes)
    for file, group in roads[lacking].groupby("file", sort=False):
        found = measured[group.index]
        low, high = float(found.min()), float(found.max())
        log.add(kinds.WidthMeasured(n=len(found), low=low, high=high), file=str(file))
    return roads.assign(width_m=np.where(lacking, measured, width))


# --- one shape ----------------------------------------------------------------------------------------------


def road_pieces(polygon: shapely.Polygon) -> list[shapely.Polygon]:
    """Return the segments of a network between its junctions; a junction belongs to its widest arm.

    Parameters
    ----------
    polygon : shapely.Polygon
        Metres, valid. Its vertices stay; new ones lie on its edges only, where segments meet.
    """
    step = float(np.clip(0.75 * width_m([polygon])[0], *_STEP_M))
    vertices, corners = _triangulated(polygon, step)
    if len(corners) < 6:
        return [polygon]
    label = _segments(_Mesh.of(corners, vertices[corners]))
    if not label.any():
        return [polygon]
    own = shapely.get_coordinates(polygon)
    kept = np.isin(_plane(vertices), _plane(own)) | _shared(corners, label, len(vertices))
    triangles = shapely.polygons(vertices[corners])
    united = [shapely.coverage_union_all(triangles[label == k]) for k in range(int(label.max()) + 1)]
    found = [_plain(shape, _plane(vertices[kept])) for shape in united]
    exact = abs(shapely.area(found).sum() - polygon.area) <= _SLACK * polygon.area
    return found if exact and shapely.is_valid(found).all() else [polygon]


def _plane(xy: Floats) -> npt.NDArray[np.complex128]:
    return np.asarray(xy[..., 0] + 1j * xy[..., 1])


def _triangulated(polygon: shapely.Polygon, step: float) -> tuple[Floats, Ints]:
    """Return vertices and triangles of a polygon, its edges cut until all of them are edges of triangles.

    No triangles at all where that does not come to an end.
    """
    xy, ring = shapely.get_coordinates(
        shapely.get_rings(shapely.segmentize(polygon, step)), return_index=True
    )
    for _ in range(_ROUNDS):
        plane, number = np.unique(_plane(xy), return_inverse=True)
        vertices = np.column_stack([plane.real, plane.imag])
        corners = Delaunay(vertices - vertices.mean(axis=0)).simplices.astype(np.int64)
        known = _keys(corners.ravel(), np.roll(corners, -1, axis=1).ravel(), len(plane))
        edge = np.flatnonzero(ring[1:] == ring[:-1])
        lost = edge[~np.isin(_keys(number[edge], number[edge + 1], len(plane)), known)]
        if not len(lost):
            flat = shapely.area(shapely.polygons(vertices[corners])) < _FLAT_M2
            middle = vertices[corners].mean(axis=1)
            return vertices, corners[shapely.contains_xy(polygon, middle[:, 0], middle[:, 1]) & ~flat]
        xy = np.insert(xy, lost + 1, (xy[lost] + xy[lost + 1]) / 2, axis=0)
        ring = np.insert(ring, lost + 1, ring[lost])
    return xy[:0], np.empty((0, 3), dtype=np.int64)


def _keys(a: Ints, b: Ints, n: int) -> Ints:
    return np.asarray(np.minimum(a, b) * n + np.maximum(a, b))


@dataclass(frozen=True)
class _Mesh:
    """Triangles and the edges between them."""

    a: Ints
    b: Ints
    length: Floats
    """Of the edge between triangles ``a`` and ``b``, metres."""
    middle: Floats
    """Of that edge, shape (m, 2)."""
    centre: Floats
    """Of the triangles, shape (n, 2)."""

    @classmethod
    def of(cls, corners: Ints, xy: Floats) -> _Mesh:
        """Return the mesh of triangles given by their vertex numbers and coordinates."""
        n = len(corners)
        pairs = np.sort(np.stack([corners, np.roll(corners, -1, axis=1)], axis=2).reshape(-1, 2), axis=1)
        ends = np.stack([xy, np.roll(xy, -1, axis=1)], axis=2).reshape(-1, 2, 2)
        order = np.lexsort((pairs[:, 1], pairs[:, 0]))
        twin = np.flatnonzero((pairs[order][1:] == pairs[order][:-1]).all(axis=1))
        first, second = order[twin], order[twin + 1]
        triangle = np.repeat(np.arange(n), 3)
        side = ends[first]
        length = np.hypot(*(side[:, 1] - side[:, 0]).T)
        return cls(triangle[first], triangle[second], length, side.mean(axis=1), xy.mean(axis=1))

    def joined(self, edges: Bools) -> Ints:
        """Return the connected group of each triangle by the edges chosen."""
        n = len(self.centre)
        graph = coo_array((np.ones(edges.sum()), (self.a[edges], self.b[edges])), shape=(n, n))
        return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


@dataclass(frozen=True)
class _Arms:
    """Chains of triangles without a junction, and their mouths: the edges that lead into junctions."""

    arm: Ints
    """Arm of each triangle; a junction triangle is one of its own."""
    junction: Bools
    mouth: Ints
    """Edges of the mesh."""
    inner: Ints
    """Triangle of the arm at each mouth."""
    outer: Ints
    """Triangle of the junction at each mouth."""


def _arms(mesh: _Mesh, active: Bools) -> _Arms:
    live = active[mesh.a] & active[mesh.b]
    n = len(active)
    degree = np.bincount(mesh.a[live], minlength=n) + np.bincount(mesh.b[live], minlength=n)
    junction = active & (degree >= 3)
    arm = mesh.joined(live & ~junction[mesh.a] & ~junction[mesh.b])
    mouth = np.flatnonzero(live & (junction[mesh.a] ^ junction[mesh.b]))
    a, b = mesh.a[mouth], mesh.b[mouth]
    return _Arms(arm, junction, mouth, np.where(junction[a], b, a), np.where(junction[a], a, b))


def _segments(mesh: _Mesh) -> Ints:
    """Return the segment of each triangle, numbered from 0."""
    n = len(mesh.centre)
    active, parent = np.ones(n, dtype=bool), np.arange(n)
    while True:
        arms = _arms(mesh, active)
        bulge = _bulges(mesh, arms)
        if not bulge.any():
            break
        outer = np.full(n, -1)
        outer[arms.arm[arms.inner]] = arms.outer
        within = bulge[arms.arm] & active
        parent[within] = outer[arms.arm[within]]
        active &= ~within
    while (parent != parent[parent]).any():
        parent = parent[parent]
    label = _with_junctions(mesh, arms, active)[parent]
    return np.unique(label, return_inverse=True)[1].ravel()


def _bulges(mesh: _Mesh, arms: _Arms) -> Bools:
    """Tell which arms end after less than `_STUB` times the width of their only mouth."""
    n = len(mesh.centre)
    mouths = np.bincount(arms.arm[arms.inner], minlength=n)
    width, middle = np.zeros(n), np.zeros((n, 2))
    width[arms.arm[arms.inner]] = mesh.length[arms.mouth]
    middle[arms.arm[arms.inner]] = mesh.middle[arms.mouth]
    reach = np.zeros(n)
    np.maximum.at(reach, arms.arm, np.hypot(*(mesh.centre - middle[arms.arm]).T))
    return (mouths == 1) & (reach < _STUB * width)


def _with_junctions(mesh: _Mesh, arms: _Arms, active: Bools) -> Ints:
    """Return the label of each triangle, each junction given to its widest arm.

    Junctions less than a road's width apart are one. Where only two arms meet, there is none.
    """
    n = len(mesh.centre)
    near = arms.junction | _short_links(mesh, arms)[arms.arm]
    inside = active[mesh.a] & active[mesh.b] & near[mesh.a] & near[mesh.b]
    place = mesh.joined(inside)
    live = active[mesh.a] & active[mesh.b]
    mouth = np.flatnonzero(live & (near[mesh.a] ^ near[mesh.b]))
    a, b = mesh.a[mouth], mesh.b[mouth]
    inner, outer = np.where(near[a], b, a), np.where(near[a], a, b)
    number = np.bincount(place[outer], minlength=n)
    order = np.lexsort((inner, mesh.length[mouth]))
    widest = np.full(n, -1)
    widest[place[outer[order]]] = order
    through = number[place[outer]] <= 2
    through[widest[widest >= 0]] = True
    joins = inside | (live & ~near[mesh.a] & ~near[mesh.b])
    joins[mouth[through]] = True
    return mesh.joined(joins)


def _short_links(mesh: _Mesh, arms: _Arms) -> Bools:
    """Tell which arms between two junctions are shorter than they are wide."""
    n = len(mesh.centre)
    arm, middle, width = arms.arm[arms.inner], mesh.middle[arms.mouth], mesh.length[arms.mouth]
    mouths = np.bincount(arm, minlength=n)
    low, high, widest = np.full((n, 2), np.inf), np.full((n, 2), -np.inf), np.zeros(n)
    np.minimum.at(low, arm, middle)
    np.maximum.at(high, arm, middle)
    np.maximum.at(widest, arm, width)
    return (mouths >= 2) & (np.hypot(*np.where(mouths[:, None] >= 2, high - low, 0.0).T) < widest)


def _shared(corners: Ints, label: Ints, n: int) -> Bools:
    """Tell which vertices belong to several segments."""
    pairs = np.unique(np.column_stack([corners.ravel(), np.repeat(label, 3)]), axis=0)
    return np.bincount(pairs[:, 0], minlength=n) > 1


def _plain(shape: shapely.Polygon, kept: npt.NDArray[np.complex128]) -> shapely.Polygon:
    """Return a polygon with only the vertices to keep: the others lie on straight edges."""
    rings = [shapely.get_coordinates(ring)[:-1] for ring in shapely.get_rings(shape)]
    shell, *holes = (xy[np.isin(_plane(xy), kept)] for xy in rings)
    plain = shapely.Polygon(shell, holes)
    return plain if plain.is_valid else shape
