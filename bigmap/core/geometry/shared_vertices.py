"""Putting vertices into the rings of polygons, the same on both sides of a shared border."""

from __future__ import annotations

import numpy as np
import shapely
from scipy.spatial import KDTree

from bigmap.base.arrays import Floats, Shapes

Point = tuple[float, float]
Segment = tuple[Point, Point]
Nodes = dict[Segment, list[Point]]
"""Segment, smaller end first (`segment_key`) → points to put into it, in order from its smaller end."""

REACH_M = 0.02
"""A vertex this near to a border belongs to it: twice the 1 cm grid."""


class Rings:
    """The rings of a polygon as lists of vertices, the first one not repeated."""

    def __init__(self, polygon: shapely.Polygon) -> None:
        self.polygon = polygon
        self.rings = [
            [(float(x), float(y)) for x, y in shapely.get_coordinates(ring)[:-1]]
            for ring in shapely.get_rings(polygon)
        ]

    def segments(self) -> list[Segment]:
        """Return the segments of all rings."""
        return [
            segment_key(a, b) for ring in self.rings for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)
        ]

    def noded(self, nodes: Nodes) -> list[list[Point]]:
        """Return the rings with the nodes of their segments inserted, in order along each ring."""
        return [_with_nodes(ring, nodes) for ring in self.rings]


def segment_key(a: Point, b: Point) -> Segment:
    """Return a segment with its smaller end first, the same from both sides."""
    return (a, b) if a <= b else (b, a)


def _with_nodes(ring: list[Point], nodes: Nodes) -> list[Point]:
    found: list[Point] = []
    for a, b in zip(ring, [*ring[1:], ring[0]], strict=True):
        found.append(a)
        inner = [p for p in nodes.get(segment_key(a, b), ()) if p not in (a, b)]
        found.extend(inner if a <= b else reversed(inner))
    return found


def renoded(polygon: shapely.Polygon, nodes: Nodes) -> shapely.Polygon:
    """Return the polygon with the nodes on its border as vertices; itself where it has none."""
    rim = Rings(polygon)
    if not any(segment in nodes for segment in rim.segments()):
        return polygon
    shell, *holes = rim.noded(nodes)
    return shapely.Polygon(shell, holes)


def stitch(groups: list[Shapes], reach_m: float = REACH_M) -> list[Shapes]:
    """Make coverages that meet along their edges share the vertices there.

    Each group was noded by itself, so along an edge that two of them share one has vertices that the other
    lacks. Vertices of two groups within ``reach_m`` become one, and the others are put into the border
    of the neighbour.

    Parameters
    ----------
    groups : list of array of Polygon
        Valid coverages, metres, that overlap nowhere by more than ``reach_m``.
    reach_m : float
        How far from a border a vertex may lie to belong to it.

    Returns
    -------
    list of array of Polygon
        The same polygons; those away from the edges are the same objects.
    """
    groups = [group.copy() for group in groups]
    _join_vertices(groups, _loose(groups), reach_m)
    loose = _loose(groups)
    places = [np.unique(segments.reshape(-1, 2), axis=0) for segments in loose]
    for i, segments in enumerate(loose):
        if not len(segments):
            continue
        others = np.concatenate([p for j, p in enumerate(places) if j != i])
        _put_in(groups[i], _nodes_near(segments, others, reach_m))
    return groups


def _loose(groups: list[Shapes]) -> list[Floats]:
    """Return the edge segments of each group that no other group has, shape (m, 2, 2)."""
    edges = [_edge(group) for group in groups]
    ends = np.concatenate(edges)
    number = np.unique(ends, axis=0, return_inverse=True)[1].ravel()
    alone = np.bincount(number)[number] == 1
    cuts = np.cumsum([len(edge) for edge in edges])[:-1]
    return [e[a].reshape(-1, 2, 2) for e, a in zip(edges, np.split(alone, cuts), strict=True)]


def _edge(polygons: Shapes) -> Floats:
    """Return the segments that only one polygon of a coverage has, smaller end first, shape (m, 4)."""
    xy, ring = shapely.get_coordinates(shapely.get_rings(polygons), return_index=True)
    inner = ring[1:] == ring[:-1]
    ends = np.hstack([xy[:-1][inner], xy[1:][inner]])
    turned = (ends[:, 0] > ends[:, 2]) | ((ends[:, 0] == ends[:, 2]) & (ends[:, 1] > ends[:, 3]))
    ends[turned] = ends[turned][:, [2, 3, 0, 1]]
    unique, times = np.unique(ends, axis=0, return_counts=True)
    return unique[times == 1]


def _join_vertices(groups: list[Shapes], loose: list[Floats], reach_m: float) -> None:
    """Move edge vertices onto those of earlier groups that are nearest to each other, in place."""
    places = [np.unique(segments.reshape(-1, 2), axis=0) for segments in loose]
    for later in range(1, len(groups)):
        settled = np.concatenate(places[:later])
        if not len(settled) or not len(places[later]):
            continue
        gap, there = KDTree(settled).query(places[later], distance_upper_bound=reach_m)
        back = KDTree(places[later]).query(settled)[1]
        here = np.flatnonzero((gap > 0) & (gap < np.inf))
        here = here[back[there[here]] == here]
        moves = {_point(places[later][i]): _point(settled[there[i]]) for i in here}
        places[later][here] = settled[there[here]]
        _move(groups[later], moves)


def _point(xy: Floats) -> Point:
    return float(xy[0]), float(xy[1])


def _move(polygons: Shapes, moves: dict[Point, Point]) -> None:
    if not moves:
        return
    tree = shapely.STRtree(polygons)
    touched = np.unique(tree.query(shapely.points(list(moves)), predicate="intersects")[1])
    for i in touched:
        rings = [[moves.get(p, p) for p in ring] for ring in Rings(polygons[i]).rings]
        polygons[i] = shapely.Polygon(rings[0], rings[1:])


def _nodes_near(segments: Floats, places: Floats, reach_m: float) -> Nodes:
    """Return the places near each segment and not at its ends."""
    lines = shapely.linestrings(segments)
    place, line = shapely.STRtree(lines).query(shapely.points(places), predicate="dwithin", distance=reach_m)
    start, end, p = segments[line, 0], segments[line, 1], places[place]
    along = end - start
    t = ((p - start) * along).sum(axis=1) / (along * along).sum(axis=1)
    inner = (t > 0) & (t < 1) & (p != start).any(axis=1) & (p != end).any(axis=1)
    nodes: Nodes = {}
    for k in np.flatnonzero(inner)[np.argsort(t[inner], kind="stable")]:
        found = nodes.setdefault(segment_key(_point(start[k]), _point(end[k])), [])
        if _point(p[k]) not in found:
            found.append(_point(p[k]))
    return nodes


def _put_in(polygons: Shapes, nodes: Nodes) -> None:
    if not nodes:
        return
    middles = shapely.points([((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in nodes])
    near = shapely.STRtree(polygons).query(middles, predicate="dwithin", distance=1e-3)[1]
    for i in np.unique(near):
        polygons[i] = renoded(polygons[i], nodes)
