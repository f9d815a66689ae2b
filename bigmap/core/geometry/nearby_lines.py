"""What of long lines lies near each of many places, so that work stays near linear in both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from bigmap.base.arrays import Floats, Ints, Shapes


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
    segments = shapely.linestrings(np.stack([xy[first], xy[first + 1]], axis=1))
    place, segment = shapely.STRtree(segments).query(shapely.box(*boxes.T), predicate="intersects")
    if not len(place):
        return Runs(np.zeros(0, dtype=object), place, place)
    order = np.lexsort((segment, place))
    place, start = place[order], first[segment[order]]
    begins = np.append(True, (place[1:] != place[:-1]) | (start[1:] != start[:-1] + 1))
    run = np.cumsum(begins) - 1
    at = np.concatenate([start[begins], start + 1])
    of = np.concatenate([run[begins], run])
    along = np.lexsort((at, of))
    shapes = shapely.linestrings(xy[at[along]], indices=of[along])
    return Runs(shapes, place[begins], line[part[start[begins]]])


def union_by(shapes: Shapes, group: Ints) -> tuple[Shapes, Ints]:
    """Return the union of the shapes of each group that has any, and these groups, sorted."""
    order = np.argsort(group, kind="stable")
    groups, first = np.unique(group[order], return_index=True)
    united = shapes[order][first]
    bounds = np.append(first, len(order))
    for i in np.flatnonzero(np.diff(bounds) > 1):
        united[i] = shapely.union_all(shapes[order[bounds[i] : bounds[i + 1]]])
    return united, groups
