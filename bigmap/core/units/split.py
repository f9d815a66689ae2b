"""Cutting units along a drawn line: only what the line crosses changes, and the partition stays exact.

The line is noded against the borders of the units it crosses. A point where it crosses a border becomes a
vertex of the units on both sides at once, so that neighbours keep sharing their vertices; a line that ends
inside a unit does not cut it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from bigmap.base.arrays import Floats, Ints, Shapes
from bigmap.core.geometry.adjacency import Graph, build_graph
from bigmap.core.geometry.measures import width_m
from bigmap.core.geometry.shared_vertices import Nodes, Point, Rings, Segment, renoded
from bigmap.core.units.attributes import SUMMED, WHOLE, apportioned
from bigmap.core.units.model import Units

SNAP_M = 0.01
"""A crossing nearer than this to a vertex of the border is that vertex."""
SMALLEST_M2, SMALLEST_WIDTH_M = 1.0, 0.1
"""A part below either stays with the part of its unit that it shares most border with."""


@dataclass(frozen=True)
class Recut:
    """Units after a cut.

    Attributes
    ----------
    units : Units
        The largest part of a unit keeps its row and its id; the other parts are the last rows.
    graph : Graph
    origin : ndarray of int, shape (n,)
        Row before the cut of each unit: ``zone_of_unit[origin]`` is the assignment after it.
    """

    units: Units
    graph: Graph
    origin: Ints


def cut_units(units: Units, graph: Graph, rows: npt.ArrayLike, blade: shapely.Geometry) -> Recut:
    """Cut units exactly along a line.

    Parameters
    ----------
    units : Units
    graph : Graph
        Rook adjacency of the units.
    rows : array of int
        Units that may be cut; the others stay whole wherever the line runs.
    blade : LineString, MultiLineString, Polygon or MultiPolygon
        Project CRS, metres; of a polygon the outline.

    Returns
    -------
    Recut
        With ``origin`` equal to the row numbers where nothing was cut.

    Notes
    -----
    Households and parking bays are shared out by area in whole numbers, floor area and the like by area,
    so that every sum stays. Cost: the units crossed and their neighbours, whatever the size of the town.
    """
    shapes = units.polygons
    rows = _crossed(shapes, np.unique(np.asarray(rows, dtype=np.int64)), blade)
    rims = {int(row): Rings(shapes[row]) for row in rows}
    nodes = _nodes(rims, blade)
    parts = {row: _parts(rim, nodes, blade) for row, rim in rims.items()}
    cut = {row: found for row, found in parts.items() if len(found.polygons) > 1}
    if not cut:
        return Recut(units, graph, np.arange(len(units)))
    used = {segment: points for segment, points in nodes.items() if _is_used(points, cut)}
    return _assembled(units, graph, cut, used)


def _crossed(shapes: Shapes, rows: Ints, blade: shapely.Geometry) -> Ints:
    shapely.prepare(blade)
    return rows[shapely.intersects(blade, shapes[rows])] if len(rows) else rows


def _lines(blade: shapely.Geometry) -> Shapes:
    """Return the line as simple lines that meet at their ends only."""
    flat = blade.boundary if shapely.get_dimensions(blade) == 2 else blade
    noded = shapely.get_parts(shapely.union_all(shapely.get_parts(flat)))
    return noded[shapely.length(noded) > 0]


def _nodes(rims: dict[int, Rings], blade: shapely.Geometry) -> Nodes:
    """Return where the line crosses each border segment, from its smaller to its larger end."""
    segments = sorted({segment for rim in rims.values() for segment in rim.segments()})
    if not segments:
        return {}
    borders = shapely.linestrings(np.array(segments))
    edges = _edges(blade)
    if not len(edges):
        return {}
    border, edge = shapely.STRtree(shapely.linestrings(edges)).query(borders)
    found: dict[Segment, list[tuple[float, Point]]] = {}
    for b, e in zip(border, edge, strict=True):
        hit = _crossing(np.array(segments[b]), edges[e])
        if hit is not None:
            found.setdefault(segments[b], []).append(hit)
    return {segment: [p for _, p in sorted(set(hits))] for segment, hits in found.items()}


def _edges(blade: shapely.Geometry) -> Floats:
    """Return the segments of the line, shape (m, 2, 2)."""
    xy, line = shapely.get_coordinates(_lines(blade), return_index=True)
    inner = line[1:] == line[:-1]
    return np.stack([xy[:-1][inner], xy[1:][inner]], axis=1)


def _crossing(border: Floats, edge: Floats) -> tuple[float, Point] | None:
    """Return how far along the border segment (0 to 1) the edge crosses it, and where; None for parallels."""
    along, across = border[1] - border[0], edge[1] - edge[0]
    turn = along[0] * across[1] - along[1] * across[0]
    length = np.hypot(*along)
    if abs(turn) < 1e-12 * max(length * np.hypot(*across), 1e-300):
        return None
    gap = edge[0] - border[0]
    t = (gap[0] * across[1] - gap[1] * across[0]) / turn
    u = (gap[0] * along[1] - gap[1] * along[0]) / turn
    near, slack = SNAP_M / length, SNAP_M / np.hypot(*across)
    if not (-near <= t <= 1 + near and -slack <= u <= 1 + slack):
        return None
    t = 0.0 if t < near else 1.0 if t > 1 - near else float(t)
    place = border[0] + t * along if 0 < t < 1 else border[int(t)]
    return t, (float(place[0]), float(place[1]))


@dataclass(frozen=True)
class _Parts:
    """What a unit falls into, and the points of its rim where it was cut."""

    polygons: Shapes
    ends: frozenset[Point]


def _parts(rim: Rings, nodes: Nodes, blade: shapely.Geometry) -> _Parts:
    mine = {p for segment in rim.segments() for p in nodes.get(segment, ())}
    pieces = _inner_pieces(rim, mine, blade)
    lines = [line for ring in rim.noded(nodes) for line in _split(ring, mine)] + pieces
    faces = shapely.get_parts(shapely.polygonize_full(np.array([shapely.linestrings(p) for p in lines]))[0])
    faces = faces[shapely.contains(rim.polygon, shapely.point_on_surface(faces))]
    if abs(shapely.area(faces).sum() - rim.polygon.area) > 1e-6 * rim.polygon.area + SNAP_M**2:
        return _Parts(np.array([rim.polygon], dtype=object), frozenset())
    faces = _without_specks(faces)
    ends = {p for face in faces for ring in Rings(face).rings for p in ring} & mine
    return _Parts(_in_order(faces), frozenset(ends))


def _inner_pieces(rim: Rings, mine: set[Point], blade: shapely.Geometry) -> list[list[Point]]:
    """Return the stretches of the line inside the unit; those that meet its rim end at a node."""
    pieces = []
    for line in _lines(blade):
        held = _noded_line(line, mine)
        for stretch in _split_open(held, mine):
            middle = shapely.line_interpolate_point(shapely.linestrings(stretch), 0.5, normalized=True)
            if rim.polygon.contains(middle) and rim.polygon.boundary.distance(middle) > SNAP_M / 100:
                pieces.append(stretch)
    return pieces


def _noded_line(line: shapely.LineString, nodes: set[Point]) -> list[Point]:
    """Return the vertices of the line with the nodes near it put in where it passes them."""
    near = [p for p in nodes if line.distance(shapely.Point(p)) <= 2 * SNAP_M]
    at = sorted((float(line.project(shapely.Point(p))), p) for p in near)
    if line.is_closed:
        at += [(line.length, p) for d, p in at if d <= 2 * SNAP_M]
    xy = shapely.get_coordinates(line)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
    own = [(float(d), (float(x), float(y))) for d, (x, y) in zip(along, xy, strict=True)]
    own = [(d, p) for d, p in own if not any(abs(d - n) <= 2 * SNAP_M for n, _ in at)]
    return [p for _, p in sorted(own + at)]


def _split(ring: list[Point], nodes: set[Point]) -> list[list[Point]]:
    """Return a closed ring as lines from node to node; whole where it has none."""
    first = next((i for i, p in enumerate(ring) if p in nodes), 0)
    turned = [*ring[first:], *ring[:first], ring[first]]
    return _split_open(turned, nodes)


def _split_open(line: list[Point], nodes: set[Point]) -> list[list[Point]]:
    at = [0, *(i for i, p in enumerate(line[1:-1], 1) if p in nodes), len(line) - 1]
    return [line[a : b + 1] for a, b in pairwise(at) if b > a]


def _without_specks(faces: Shapes) -> Shapes:
    """Unite parts that are too small with the part they share most border with."""
    while len(faces) > 1:
        small = (shapely.area(faces) < SMALLEST_M2) | (width_m(faces) < SMALLEST_WIDTH_M)
        if not small.any():
            break
        speck = int(np.flatnonzero(small)[np.argmin(shapely.area(faces[small]))])
        shared = shapely.length(shapely.intersection(faces[speck].boundary, shapely.boundary(faces)))
        shared[speck] = -1.0
        host = int(np.argmax(shared))
        faces[host] = shapely.coverage_union_all(faces[[host, speck]])
        faces = np.delete(faces, speck)
    return faces


def _in_order(faces: Shapes) -> Shapes:
    """Return the parts, the largest first, then from west to east."""
    bounds = shapely.bounds(faces)
    return faces[np.lexsort((bounds[:, 1], bounds[:, 0], -np.round(shapely.area(faces), 4)))]


def _is_used(points: list[Point], cut: dict[int, _Parts]) -> bool:
    return any(p in found.ends for p in points for found in cut.values())


def _assembled(units: Units, graph: Graph, cut: dict[int, _Parts], nodes: Nodes) -> Recut:
    rows = np.array(sorted(cut), dtype=np.int64)
    ends = frozenset().union(*(found.ends for found in cut.values()))
    nodes = {segment: [p for p in points if p in ends] for segment, points in nodes.items()}
    shapes = units.polygons.copy()
    for row in _neighbours(graph, rows):
        shapes[row] = renoded(shapes[row], nodes)
    for row, found in cut.items():
        shapes[row] = renoded(found.polygons[0], nodes)
    added = [renoded(part, nodes) for row in rows for part in cut[int(row)].polygons[1:]]
    parent = np.repeat(rows, [len(cut[int(row)].polygons) - 1 for row in rows])
    origin = np.concatenate([np.arange(len(units)), parent])
    shapes = np.concatenate([shapes, np.array(added, dtype=object)])
    whole = float(shapely.area(units.polygons[_touched(graph, rows, 0)]).sum())
    touched = _touched(graph, rows, len(added))
    if abs(float(shapely.area(shapes[touched]).sum()) - whole) > 1e-9 * whole:
        raise ArithmeticError("the parts of the cut units do not add up to them")
    frame = _attributes(units, shapes, origin, touched)
    return Recut(replace(units, frame=frame), _graph(graph, shapes, rows, touched, origin), origin)


def _neighbours(graph: Graph, rows: Ints) -> Ints:
    mine = np.zeros(graph.n, dtype=bool)
    mine[rows] = True
    near = np.concatenate([graph.right[mine[graph.left]], graph.left[mine[graph.right]]])
    return np.setdiff1d(near, rows)


def _touched(graph: Graph, rows: Ints, added: int) -> Ints:
    return np.concatenate([rows, _neighbours(graph, rows), np.arange(graph.n, graph.n + added)])


def _attributes(units: Units, shapes: Shapes, origin: Ints, touched: Ints) -> gpd.GeoDataFrame:
    """Return the frame after the cut: figures shared out among the parts, ids of new parts made."""
    frame = (
        units.frame.iloc[origin]
        .reset_index(drop=True)
        .set_geometry(gpd.GeoSeries(shapes, crs=units.frame.crs))
    )
    site = frame["site_m2"].to_numpy(float).copy()
    site[touched] = units.meter.area_m2(shapes[touched])
    frame["site_m2"] = site
    parted = np.flatnonzero(np.isin(origin, origin[len(units) :]))
    parent = np.unique(origin[parted], return_inverse=True)[1]
    whole = (*WHOLE, "load") if units.load_field == "hh" else WHOLE
    for column in (*SUMMED, "sweep_m2", "load"):
        old = units.frame[column].to_numpy(float)[np.unique(origin[parted])]
        values = frame[column].to_numpy(float).copy()
        values[parted] = apportioned(old, parent, site[parted], whole=column in whole)
        frame[column] = values.astype(units.frame[column].dtype)
    frame["unit_id"] = _ids(units.frame["unit_id"], origin)
    return frame


def _ids(before: pd.Series, origin: Ints) -> list[str]:
    """Return the ids: a new part has its unit's id with the next free number, '…E0012-2'."""
    taken = set(before)
    ids = before.tolist()
    for row in origin[len(before) :]:
        stem, number = str(before.iloc[row]).split("-")[0], 2
        while (fresh := f"{stem}-{number}") in taken:
            number += 1
        taken.add(fresh)
        ids.append(fresh)
    return ids


def _linked(graph: Graph, a: Ints, b: Ints) -> npt.NDArray[np.bool_]:
    """Return which pairs are one unit or neighbours in the graph."""
    edges = graph.left * graph.n + graph.right
    return (a == b) | np.isin(np.minimum(a, b) * graph.n + np.maximum(a, b), edges)


def _graph(graph: Graph, shapes: Shapes, rows: Ints, touched: Ints, origin: Ints) -> Graph:
    """Return the graph with the borders of the cut units measured again.

    Parts of units that a barrier kept apart stay apart.
    """
    new = np.zeros(len(shapes), dtype=bool)
    new[rows] = new[graph.n :] = True
    kept = ~(new[graph.left] | new[graph.right])
    local = build_graph(shapes[touched])
    a, b = touched[local.left], touched[local.right]
    fresh = (new[a] | new[b]) & _linked(graph, origin[a], origin[b])
    low, high = np.minimum(a, b)[fresh], np.maximum(a, b)[fresh]
    left = np.concatenate([graph.left[kept], low])
    right = np.concatenate([graph.right[kept], high])
    border = np.concatenate([graph.border_m[kept], local.border_m[fresh]])
    order = np.lexsort((right, left))
    return Graph(len(shapes), left[order], right[order], border[order])
