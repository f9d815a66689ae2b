"""What of long lines lies near each of many places, so that work stays near linear in both."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from bigmap.base.arrays import Bools, Floats, Ints, Shapes
from bigmap.core.geometry.kernels import clipping as kernels


@dataclass(frozen=True)
class Runs:
    """Unbroken runs of whole segments of lines, arrays of shape (r,).

    Attributes
    ----------
    shapes : array of shapely.LineString
    place : ndarray of int
        Box each is near, sorted.
    line : ndarray of int
        Line each is of.
    """

    shapes: Shapes
    place: Ints
    line: Ints


def runs_near(lines: Shapes, boxes: Floats) -> Runs:
    """Return what of lines passes each box: its segments there, in one run as long as they follow each other.

    A buffer of the runs of a box is that of the lines wherever the box holds it with its reach to spare.

    Parameters
    ----------
    lines : array of shapely.LineString or MultiLineString
    boxes : ndarray of float, shape (n, 4)
        Bounds, as `shapely.bounds` gives them.
    """
    parts, line = shapely.get_parts(lines, return_index=True)
    xy, part = shapely.get_coordinates(parts, return_index=True)
    first = np.flatnonzero(part[1:] == part[:-1])
    low, high = np.minimum(xy[first], xy[first + 1]), np.maximum(xy[first], xy[first + 1])
    bounds = np.hstack([low, high])
    some = np.flatnonzero(_may_meet(boxes, bounds))
    first = first[_may_meet(bounds, boxes[some])]
    segments = shapely.linestrings(np.stack([xy[first], xy[first + 1]], axis=1))
    place, segment = shapely.STRtree(segments).query(shapely.box(*boxes[some].T), predicate="intersects")
    if not len(place):
        return Runs(np.zeros(0, dtype=object), place, place)
    place = some[place]
    order = np.lexsort((segment, place))
    place, start = place[order], first[segment[order]]
    begins = np.append(True, (place[1:] != place[:-1]) | (start[1:] != start[:-1] + 1))
    run = np.cumsum(begins) - 1
    at = np.concatenate([start[begins], start + 1])
    of = np.concatenate([run[begins], run])
    along = np.lexsort((at, of))
    shapes = shapely.linestrings(xy[at[along]], indices=of[along])
    return Runs(shapes, place[begins], line[part[start[begins]]])


def _may_meet(boxes: Floats, others: Floats) -> Bools:
    """Return which boxes share a cell of a coarse grid with any of the others: all that meet one do."""
    if not (len(boxes) and len(others)):
        return np.zeros(len(boxes), dtype=bool)
    n = math.isqrt(len(boxes) + len(others)) + 1  # cells along the longer side
    low = others[:, :2].min(axis=0)
    side = max(float((others[:, 2:].max(axis=0) - low).max()) / n, 1e-9)

    def cells(bounds: Floats) -> tuple[Ints, Ints, Ints, Ints]:
        """Return the first and the last cell of each, from 1; the last one past the end, in x and in y."""
        at = np.clip(np.floor((bounds - np.tile(low, 2)) / side), -1, n + 1).astype(np.int64) + 1
        return at[:, 0], at[:, 1], at[:, 2] + 1, at[:, 3] + 1

    x0, y0, x1, y1 = cells(others)
    wide, marks = n + 4, np.zeros((n + 4) ** 2, dtype=np.int64)
    for x, y, sign in ((x0, y0, 1), (x1, y0, -1), (x0, y1, -1), (x1, y1, 1)):
        marks += sign * np.bincount(x * wide + y, minlength=len(marks))
    marked = marks.reshape(wide, wide).cumsum(axis=0).cumsum(axis=1) > 0
    count = np.zeros((wide + 1, wide + 1), dtype=np.int64)
    count[1:, 1:] = marked.cumsum(axis=0).cumsum(axis=1)
    x0, y0, x1, y1 = cells(boxes)
    return np.asarray(count[x1, y1] - count[x0, y1] - count[x1, y0] + count[x0, y0] > 0)


def joined_by(lines: Shapes, group: Ints) -> tuple[Shapes, Ints]:
    """Return the lines of each group that has any as one shape, and these groups, sorted."""
    order = np.argsort(group, kind="stable")
    groups, number = np.unique(group[order], return_inverse=True)
    return shapely.multilinestrings(lines[order], indices=number), groups


def union_by(shapes: Shapes, group: Ints) -> tuple[Shapes, Ints]:
    """Return the union of the shapes of each group that has any, and these groups, sorted."""
    order = np.argsort(group, kind="stable")
    groups, first = np.unique(group[order], return_index=True)
    united = shapes[order][first]
    bounds = np.append(first, len(order))
    for i in np.flatnonzero(np.diff(bounds) > 1):
        united[i] = shapely.union_all(shapes[order[bounds[i] : bounds[i + 1]]])
    return united, groups


def segments(lines: Shapes) -> tuple[Floats, Ints]:
    """Return the ends of the segments of lines, shape (s, 2, 2), and the line each is of."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    first = np.flatnonzero(line[1:] == line[:-1])
    return np.stack([xy[first], xy[first + 1]], axis=1), line[first]


def ring_edges(polygons: Shapes) -> tuple[Floats, Ints]:
    """Return the ends of the edges of polygons with all their rings, shape (e, 2, 2), and whose each is."""
    xy, owner = shapely.get_coordinates(polygons, return_index=True)
    last = np.append(owner[1:] != owner[:-1], True)[: len(owner)]
    rings = shapely.get_num_interior_rings(polygons) + shapely.get_num_geometries(polygons)
    several = np.flatnonzero(rings != 1)  # with holes, or none, as of a multipolygon
    parts, part_of = shapely.get_parts(polygons[several], return_index=True)
    held, ring_of = shapely.get_rings(parts, return_index=True)
    size, of = shapely.get_num_coordinates(held), several[part_of[ring_of]]
    in_front = np.cumsum(size) - size
    in_front -= in_front[np.searchsorted(of, of)]  # within its polygon
    last[np.searchsorted(owner, of) + in_front + size - 1] = True
    start = np.flatnonzero(~last)
    return np.stack([xy[start], xy[start + 1]], axis=1), owner[start]


def pairs_within(group: Ints, other: Ints) -> tuple[Ints, Ints]:
    """Return all (i, j) with ``group[i] == other[j]``; ``other`` is sorted."""
    first = np.searchsorted(other, group)
    count = np.searchsorted(other, group, side="right") - first
    i = np.repeat(np.arange(len(group)), count)
    return i, np.arange(len(i)) - np.repeat(np.cumsum(count) - count - first, count)


@dataclass(frozen=True)
class Spans:
    """Stretches of straight sides, arrays of shape (k,).

    Attributes
    ----------
    side : ndarray of int
        Side each is of.
    low, high : ndarray of float
        Where it begins and ends, metres from the first end of the side.
    """

    side: Ints
    low: Floats
    high: Floats


def spans_inside(ends: Floats, polygons: Shapes, side: Ints, polygon: Ints, off_m: float) -> Spans:
    """Return where straight sides lie within polygons or along their outlines, for each pair of these.

    Parameters
    ----------
    ends : ndarray of float, shape (s, 2, 2)
    polygons : array of shapely.Polygon or MultiPolygon, shape (p,)
    side, polygon : ndarray of int, shape (k,)
        The pairs to look at.
    off_m : float
        A side lies along an edge whose ends are at most so far off.
    """
    edges, owner = ring_edges(polygons)
    first = np.searchsorted(owner, np.arange(len(polygons) + 1))
    pair, low, high = kernels.clip_sides(ends, side, polygon, first, edges, off_m)
    return Spans(side[pair], low, high)


def joined_spans(spans: Sequence[Spans]) -> Spans:
    """Return all of some spans."""
    return Spans(*(np.concatenate([getattr(s, name) for s in spans]) for name in ("side", "low", "high")))


def held_m(spans: Spans, weight: Ints, least: int, n: int) -> Floats:
    """Return how much of each of ``n`` sides has spans whose weights add up to a least sum, metres."""
    at = np.concatenate([spans.low, spans.high])
    step = np.concatenate([weight, -weight])
    side = np.tile(spans.side, 2)
    order = np.lexsort((at, side))
    at, side = at[order], side[order]
    held = np.flatnonzero(np.cumsum(step[order])[:-1] >= least)
    return np.asarray(np.bincount(side[held], at[held + 1] - at[held], n), dtype=np.float64)
