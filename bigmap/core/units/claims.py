"""The ground on the grid: which claim each face of the planar map belongs to, and where its vertices lie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely

from bigmap.base.arrays import Bools, Floats, Ints, Shapes
from bigmap.core.geometry.noding import Noded, no_tick, snap_round, unique_points
from bigmap.core.geometry.planar_map import PlanarMap, borders

_ROUNDED_M = 1e-8  # a vertex this near to its grid point lies on it


@dataclass(frozen=True)
class Rails:
    """Stretches of the boundary, from which no vertex is moved: the area of the whole stays what it is.

    Attributes
    ----------
    ends : ndarray of float, shape (n, 4)
        Metres, as drawn.
    steps : ndarray of int, shape (n, 4)
        The same on the grid.
    """

    ends: Floats
    steps: Ints

    def placed(self, xy: Ints, edges: Ints, rail: Ints, per_metre: float) -> Floats:
        """Return where the vertices lie, metres: at their grid points, those of a rail on the rail.

        A rail passes the grid square of each of its vertices; the place on it that is nearest by the larger
        of both coordinates lies in that square, so that it rounds to the same grid point again.

        Parameters
        ----------
        xy : ndarray of int, shape (v, 2)
        edges : ndarray of int, shape (p, 2)
            Vertices of pieces of borders.
        rail : ndarray of int, shape (p,)
            Rail of each piece, -1 for none.
        per_metre : float
            Grid steps a metre.
        """
        grid = xy / per_metre
        place = grid.copy()
        on = np.flatnonzero(rail >= 0)
        vertex = edges[on].ravel()
        which = np.repeat(rail[on], 2)
        start, step = self.ends[which, :2], self.ends[which, 2:] - self.ends[which, :2]
        across = np.sign(step)[:, ::-1] * [-1, 1]
        gap = place[vertex] - start
        off = (step[:, 0] * gap[:, 1] - step[:, 1] * gap[:, 0]) / np.abs(step).sum(axis=1)
        gap -= off[:, None] * across
        part = (gap * step).sum(axis=1) / (step * step).sum(axis=1)
        place[vertex] = start + np.clip(part, 0, 1)[:, None] * step
        number = unique_points(np.concatenate([xy[vertex], self.steps[:, :2]]))[1]
        known = np.full(len(number), -1)
        known[number[: len(vertex)]] = vertex
        corner = known[number[len(vertex) :]]
        place[corner[corner >= 0]] = self.ends[corner >= 0, :2]
        return np.where(np.abs(place - grid).max(axis=1, keepdims=True) > _ROUNDED_M, place, grid)


@dataclass(frozen=True)
class ClaimedFaces:
    """Faces of the boundary cut by all claims.

    Attributes
    ----------
    map : PlanarMap
    claim : ndarray of int, shape (n,)
        First claim on each face, -1 for none.
    footprint : ndarray of int, shape (n,)
        First footprint on it, -1 for none.
    inside : ndarray of bool, shape (n,)
        Whether the face is inside the boundary.
    deck : ndarray of int, shape (n,)
        First road surface with a deck on it, -1 for none.
    block : ndarray of int, shape (n,)
        Number of the block of connected unclaimed ground, footprints or not; -1 for claimed ground.
    rails : Rails
    rail : ndarray of int, shape (edges,)
        Rail along each edge of the map, -1 for none.
    per_metre : float
    """

    map: PlanarMap
    claim: Ints
    footprint: Ints
    inside: Bools
    deck: Ints
    block: Ints
    rails: Rails
    rail: Ints
    per_metre: float


@dataclass(frozen=True)
class Cut:
    """The ground cut once more by lines within its blocks.

    Attributes
    ----------
    map : PlanarMap
    parent : ndarray of int, shape (n,)
        Face of the `ClaimedFaces` each face comes from.
    place : ndarray of float, shape (v, 2)
        Where the vertices lie, metres: on the grid, or on the boundary as drawn.
    grid : ndarray of float, shape (v, 2)
        The same with all on the grid.
    """

    map: PlanarMap
    parent: Ints
    place: Floats
    grid: Floats


def segments_of(shapes: Shapes, per_metre: float) -> tuple[Ints, Ints]:
    """Return the sides of polygons in grid steps, shape (n, 4), and the polygon of each."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    steps = np.rint(xy * per_metre).astype(np.int64)
    same = ring[1:] == ring[:-1]
    return np.hstack([steps[:-1], steps[1:]])[same], owner[part[ring[:-1][same]]]


def claim_faces(
    boundary: shapely.Geometry,
    claims: Shapes,
    footprints: Shapes,
    per_metre: float,
    tick: Callable[[], None] = no_tick,
    decks: Shapes | None = None,
) -> ClaimedFaces:
    """Cut the ground within a boundary by claims and footprints.

    Parameters
    ----------
    boundary : Polygon or MultiPolygon
    claims, footprints : array of Polygon or MultiPolygon
        In order of priority, first wins; may overlap and reach outside.
    per_metre : float
        Grid steps a metre.
    tick : callable
        Called several times a second; may raise to stop.
    decks : array of Polygon or MultiPolygon, optional
        Road surfaces with a deck; they cut no ground that the claims do not cut.
    """
    edge, _ = segments_of(np.array([boundary], dtype=object), per_metre)
    ends = _sides(boundary)
    decks = claims[:0] if decks is None else decks
    shapes = np.concatenate([claims, footprints, decks])
    sides, owner = segments_of(shapes, per_metre)
    segments = np.concatenate([edge, sides])
    claim = np.concatenate([np.full(len(edge), len(shapes)), owner])
    noded = snap_round(segments, tick)
    faces = PlanarMap.of(noded.xy, noded.edges)
    tick()
    levels = np.repeat([0, 1, 3, 2], [len(claims), len(footprints), len(decks), 1])
    code, starts = borders(noded.edge, claim[noded.segment], len(noded.edges), len(levels))
    code, starts = _rows(code, starts, faces.source)
    first = faces.covers(code, starts, levels, 4)
    tick()
    inside = first[:, 2] >= 0
    free = inside & (first[:, 0] < 0)
    rail = np.full(len(noded.edges), -1)
    on_rail = noded.segment < len(edge)
    rail[noded.edge[on_rail]] = noded.segment[on_rail]
    return ClaimedFaces(
        faces,
        first[:, 0],
        np.where(first[:, 1] >= 0, first[:, 1] - len(claims), -1),
        inside,
        np.where(first[:, 3] >= 0, first[:, 3] - len(claims) - len(footprints), -1),
        np.where(free, faces.regions(free), -1),
        Rails(ends, edge),
        rail[faces.source],
        per_metre,
    )


def snap_boundary(boundary: shapely.Geometry, per_metre: float) -> shapely.Geometry:
    """Return the boundary itself, or on the grid where two of its corners would fall on one grid point.

    A boundary that was cleaned has no such corners.
    """
    xy = np.unique(shapely.get_coordinates(boundary), axis=0)
    if len(np.unique(np.rint(xy * per_metre), axis=0)) == len(xy):
        return boundary
    return shapely.multipolygons(shapely.get_parts(shapely.set_precision(boundary, 1 / per_metre)))


def _sides(boundary: shapely.Geometry) -> Floats:
    """Return the sides of a polygon as drawn, in the order of `segments_of`."""
    xy, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(boundary)), return_index=True)
    return np.hstack([xy[:-1], xy[1:]])[ring[1:] == ring[:-1]]


def _rows(values: Ints, starts: Ints, rows: Ints) -> tuple[Ints, Ints]:
    """Return some rows of a ragged array."""
    count = np.diff(starts)[rows]
    new = np.concatenate([[0], np.cumsum(count)])
    take = np.repeat(starts[rows] - new[:-1], count) + np.arange(new[-1])
    return values[take], new


def cut_faces(ground: ClaimedFaces, lines: Ints, face: Ints, tick: Callable[[], None] = no_tick) -> Cut:
    """Cut the ground by lines.

    Parameters
    ----------
    ground : ClaimedFaces
    lines : ndarray of int, shape (n, 4)
        Grid steps, each within one face.
    face : ndarray of int, shape (n,)
        That face.
    tick : callable
    """
    first = ground.map
    noded = snap_round(np.concatenate([first.xy[first.edges].reshape(-1, 4), lines]), tick)
    n = len(first.edges)
    sides = np.zeros((len(noded.edges), 2), dtype=np.int64)
    new = noded.segment >= n
    sides[noded.edge[new]] = face[noded.segment[new] - n, None]
    _old_sides(sides, first, noded, np.flatnonzero(~new))
    faces = PlanarMap.of(noded.xy, noded.edges)
    tick()
    parent = np.zeros(faces.n, dtype=np.int64)
    order = np.argsort(faces.length, kind="stable")  # the longest border of a face tells where it lies
    for half in (0, 1):
        parent[faces.face[half::2][order]] = sides[faces.source, half][order]
    parent[0] = 0
    rail = np.concatenate([ground.rail, np.full(len(lines), -1)])[noded.segment]
    place = ground.rails.placed(noded.xy, noded.edges[noded.edge], rail, ground.per_metre)
    return Cut(faces, parent, place, noded.xy / ground.per_metre)


def _old_sides(sides: Ints, first: PlanarMap, noded: Noded, old: Ints) -> None:
    """Write the old faces to the left and right of the edges that were borders before."""
    edge, source = noded.edge[old], noded.segment[old]
    left = np.where(noded.forward[old], first.left[source], first.right[source])
    right = np.where(noded.forward[old], first.right[source], first.left[source])
    sides[edge, 0], sides[edge, 1] = left, right
    # Several borders that fell on one edge had faces between them that are no more.
    several = np.bincount(edge, minlength=len(sides))[edge] > 1
    edge, left, right = edge[several], left[several], right[several]
    for e in np.unique(edge):
        mine = edge == e
        between = Counter(left[mine].tolist()) & Counter(right[mine].tolist())
        for half, faces in enumerate((left[mine], right[mine])):
            rest = Counter(faces.tolist()) - between
            sides[e, half] = next(iter(rest), int(faces[0]))
