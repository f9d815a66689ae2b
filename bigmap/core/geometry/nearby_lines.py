"""What of long lines lies near each of many places, so that work stays near linear in both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from bigmap.base.arrays import Bools, Floats, Ints, Shapes

_CELLS = 512  # of the coarse grid, along its longer side


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
    low = others[:, :2].min(axis=0)
    side = max(float((others[:, 2:].max(axis=0) - low).max()) / _CELLS, 1e-9)

    def cells(bounds: Floats) -> tuple[Ints, Ints, Ints, Ints]:
        """Return the first and the last cell of each, from 1; the last one past the end, in x and in y."""
        at = np.clip(np.floor((bounds - np.tile(low, 2)) / side), -1, _CELLS + 1).astype(np.int64) + 1
        return at[:, 0], at[:, 1], at[:, 2] + 1, at[:, 3] + 1

    marks = np.zeros((_CELLS + 4, _CELLS + 4), dtype=np.int64)
    x0, y0, x1, y1 = cells(others)
    for x, y, sign in ((x0, y0, 1), (x1, y0, -1), (x0, y1, -1), (x1, y1, 1)):
        np.add.at(marks, (x, y), sign)
    marked = marks.cumsum(axis=0).cumsum(axis=1) > 0
    count = np.zeros((_CELLS + 5, _CELLS + 5), dtype=np.int64)
    count[1:, 1:] = marked.cumsum(axis=0).cumsum(axis=1)
    x0, y0, x1, y1 = cells(boxes)
    return np.asarray(count[x1, y1] - count[x0, y1] - count[x1, y0] + count[x0, y0] > 0)


def union_by(shapes: Shapes, group: Ints) -> tuple[Shapes, Ints]:
    """Return the union of the shapes of each group that has any, and these groups, sorted."""
    order = np.argsort(group, kind="stable")
    groups, first = np.unique(group[order], return_index=True)
    united = shapes[order][first]
    bounds = np.append(first, len(order))
    for i in np.flatnonzero(np.diff(bounds) > 1):
        united[i] = shapely.union_all(shapes[order[bounds[i] : bounds[i + 1]]])
    return united, groups
