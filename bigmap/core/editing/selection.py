"""Choosing units: by shape, by what the table says, by neighbourhood. All return unit rows, sorted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
import numpy.typing as npt
import shapely

from bigmap.base.arrays import Ints
from bigmap.core.editing.unit_index import UnitIndex, distinct

Combine = Literal["new", "add", "take", "both"]
"""How what is chosen now meets what was chosen before."""

_PIECES = 64  # across an outline


def box(unit_index: UnitIndex, x0: float, y0: float, x1: float, y1: float, whole: bool = False) -> Ints:
    """Return the units in a box given by two corners (project CRS).

    Parameters
    ----------
    unit_index : UnitIndex
    x0, y0, x1, y1 : float
        Metres, in any order.
    whole : bool
        Only units that lie wholly inside; otherwise those of which a part does.
    """
    return lasso(unit_index, shapely.box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), whole)


def lasso(unit_index: UnitIndex, ground: shapely.Geometry, whole: bool = False) -> Ints:
    """Return the units in a drawn polygon; one that crosses itself is taken as what it encloses."""
    shape = _enclosed(ground)
    if whole:
        return np.sort(unit_index.tree.query(shape, predicate="contains"))
    rim = _rim(unit_index, shape)
    touching = shapely.touches(unit_index.units.polygons[rim], shape)  # a common border is no common ground
    return _without(unit_index, unit_index.tree.query(shape, predicate="intersects"), rim[touching])


def by_majority(unit_index: UnitIndex, ground: shapely.Geometry) -> Ints:
    """Return the units of which more than half lies in a drawn polygon."""
    shape = _enclosed(ground)
    rim = _rim(unit_index, shape)
    polygons = unit_index.units.polygons[rim]
    less = shapely.area(shapely.intersection(polygons, shape)) <= 0.5 * shapely.area(polygons)
    return _without(unit_index, unit_index.tree.query(shape, predicate="intersects"), rim[less])


def _enclosed(ground: shapely.Geometry) -> shapely.Geometry:
    """Return what a drawn outline encloses, as polygons."""
    shape = ground if shapely.is_valid(ground) else shapely.make_valid(ground)
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])


def _rim(unit_index: UnitIndex, shape: shapely.Geometry) -> Ints:
    """Return the units that meet the outline of a polygon; only they can lie in it in part.

    Each short piece of the outline is looked for by itself, or its box would be that of the whole.
    """
    west, south, east, north = shape.bounds
    rings = shapely.get_rings(shapely.get_parts(shape))
    fine = shapely.segmentize(rings, max(np.hypot(east - west, north - south) / _PIECES, 1.0))
    xy, ring = shapely.get_coordinates(fine, return_index=True)
    pieces = shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1)[ring[:-1] == ring[1:]])
    return np.unique(unit_index.tree.query(pieces, predicate="intersects")[1])


def _without(unit_index: UnitIndex, units: Ints, others: Ints) -> Ints:
    chosen = _marked(units, len(unit_index))
    chosen[others] = False
    return np.flatnonzero(chosen)


def _marked(units: Ints, n: int) -> npt.NDArray[np.bool_]:
    mark = np.zeros(n, dtype=bool)
    mark[units] = True
    return mark


def along(unit_index: UnitIndex, line: shapely.LineString, reach_m: float = 0.0) -> Ints:
    """Return the units that a line crosses, or that lie within some metres of it."""
    if reach_m > 0:
        return np.sort(unit_index.tree.query(line, predicate="dwithin", distance=reach_m))
    return np.sort(unit_index.tree.query(line, predicate="intersects"))


def at(unit_index: UnitIndex, x: float, y: float) -> Ints:
    """Return the unit under a point (project CRS), or none; on a border the first of those it belongs to."""
    return np.sort(unit_index.tree.query(shapely.Point(x, y), predicate="intersects"))[:1]


def in_zones(zone: Ints, rows: Iterable[int]) -> Ints:
    """Return the units of zones, ``zone`` being the zone row of each unit (-1 for the ground without one)."""
    return np.flatnonzero(np.isin(zone, list(rows)))


def alike(unit_index: UnitIndex, column: str, values: Iterable[object]) -> Ints:
    """Return the units whose column says one of some values, e.g. ``comm`` (community) or ``street``."""
    return np.flatnonzero(unit_index.units.frame[column].isin(list(values)).to_numpy(bool))


def grow(unit_index: UnitIndex, units: Ints, rings: int = 1) -> Ints:
    """Return units with their neighbours, and theirs, as often as wanted."""
    found = distinct(units, len(unit_index))
    for _ in range(rings):
        found = distinct(np.concatenate([found, unit_index.neighbours(found)]), len(unit_index))
    return found


def shrink(unit_index: UnitIndex, units: Ints) -> Ints:
    """Return the units all of whose neighbours are among them: `grow` the other way."""
    chosen = distinct(units, len(unit_index))
    owner, near = unit_index.links(chosen)
    return np.delete(chosen, owner[~_marked(chosen, len(unit_index))[near]])


def invert(unit_index: UnitIndex, units: Ints) -> Ints:
    """Return all other units."""
    return np.flatnonzero(~_marked(units, len(unit_index)))


def combine(before: Ints, now: Ints, how: Combine) -> Ints:
    """Return the choice after another one was added to it, taken from it, or kept in common with it."""
    n = 1 + max(before.max(initial=-1), now.max(initial=-1))
    a, b = _marked(before, n), _marked(now, n)
    match how:
        case "add":
            b |= a
        case "take":
            b = a & ~b
        case "both":
            b &= a
    return np.flatnonzero(b)
