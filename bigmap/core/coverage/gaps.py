"""The list of places where a coverage fails: each is classified, measured, named and numbered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from bigmap.base.arrays import Bools, Floats, Ints, Shapes
from bigmap.core.coverage.gap import Gap, GapCause, GapKind, Remedy
from bigmap.core.geometry.adjacency import Graph
from bigmap.core.geometry.measures import width_m
from bigmap.core.units.model import Units

GAP_MIN_M2 = 50.0
GAP_MIN_WIDTH_M = 1.0
"""Below either a gap is a sliver (domain practice: B1 of the coverage checks)."""

COARSEST_M = 1.0
"""Coordinates that are rounded to more are badly drawn: their slivers are listed."""

MOST_UNITS = 3
"""Units that are named for one gap."""

_MISMATCH_M, _STRIP_M = 0.5, 10.0  # widths: two drawings of one line; a strip that one neighbour can take
_LANDMARKS = ("estate", "village", "road", "lane", "public")
_GRID_M = 0.01  # to which the project rounds all coordinates
_HALF_DIAGONAL = 0.5**0.5  # of a square of one step
_DOUBLE = (GapKind.OVERLAP, GapKind.SPLIT_UNIT)  # numbered apart from the gaps
_OF_OPERATORS = (GapKind.NO_OPERATOR, GapKind.SERVICE_HOLE)


@dataclass(frozen=True)
class RoundingSlivers:
    """Places that are not listed, as what the coordinates were rounded to explains them.

    Attributes
    ----------
    n : int
    area_m2 : float
        Of all of them, ellipsoidal.
    resolution_m : float
        The coarsest rounding of the zones concerned.
    """

    n: int = 0
    area_m2: float = 0.0
    resolution_m: float = 0.0


class Place(NamedTuple):
    """A place that was found and is not measured yet; its fields are those of `Gap`."""

    geometry: shapely.Geometry
    kind: GapKind
    zones: tuple[str, ...]
    cause: GapCause
    services: tuple[str, ...] = ()


def bare_places(
    shapes: Shapes, zones: Sequence[tuple[str, ...]], units: Units, cause: GapCause | None = None
) -> list[Place]:
    """Return ground in no zone as gaps and slivers.

    Parameters
    ----------
    shapes : array of shapely.Polygon, shape (n,)
    zones : sequence of tuple of str
        Zones along the border of each, the first one being who would get it.
    units : Units
    cause : GapCause, optional
        The cause of all of them; told by width and neighbours otherwise.
    """
    width = width_m(shapes)
    thin = is_sliver(units.meter.area_m2(shapes), width)
    return [
        Place(shape, GapKind.SLIVER if small else GapKind.GAP, beside, cause or _cause(w, beside))
        for shape, small, w, beside in zip(shapes, thin, width, zones, strict=True)
    ]


def is_sliver(area_m2: Floats | float, width: Floats | float) -> Bools:
    """Tell whether a place is too small or too narrow to be ground of its own."""
    return np.asarray(np.less(area_m2, GAP_MIN_M2) | np.less(width, GAP_MIN_WIDTH_M))


def asks_for_decision(gap: Gap) -> bool:
    """Tell whether somebody has to decide about a place; a sliver is repaired without a question."""
    if gap.kind == GapKind.OUTSIDE:
        return not is_sliver(gap.area_m2, gap.width_m or 0.0)
    return gap.kind != GapKind.SLIVER


def _cause(width: float, zones: tuple[str, ...]) -> GapCause:
    if width < _MISMATCH_M:
        return GapCause.BOUNDARY_MISMATCH
    return GapCause.STRIP if width < _STRIP_M and zones else GapCause.UNPLANNED_LAND


def _remedy(kind: GapKind, width: float, zones: tuple[str, ...]) -> Remedy:
    if kind in _OF_OPERATORS:
        return Remedy.ASSIGN_OPERATOR
    if kind == GapKind.OUTSIDE:
        return Remedy.CUT_OFF
    if kind in _DOUBLE or len(zones) < 2:
        return Remedy.GIVE if zones else Remedy.ADD_UNIT
    return Remedy.GIVE if width < _STRIP_M else Remedy.SPLIT


def touching(graph: Graph, group: Ints, zone: Ints, names: Shapes, wanted: Ints) -> list[tuple[str, ...]]:
    """Return the zones along the border of each wanted group, the longest border first.

    Parameters
    ----------
    graph : Graph
        Adjacency of n pieces of ground.
    group, zone : ndarray of int, shape (n,)
        Group and zone of each piece, -1 for no zone.
    names : array of str
        Ids of the zones.
    wanted : ndarray of int
        Groups.
    """
    a = np.concatenate([graph.left, graph.right])
    b = np.concatenate([graph.right, graph.left])
    crossing = np.isin(group[a], wanted) & (zone[b] >= 0)
    border = pd.DataFrame({"group": group[a[crossing]], "zone": zone[b[crossing]]})
    border["length"] = np.tile(graph.border_m, 2)[crossing]
    total = border.groupby(["group", "zone"])["length"].sum().round(3).reset_index()
    total = total.sort_values(["group", "length", "zone"], ascending=[True, False, True])
    return _codes_by(total["group"], names[total["zone"].to_numpy(int)], wanted)


def _codes_by(keys: pd.Series, codes: Shapes, wanted: Ints) -> list[tuple[str, ...]]:
    """Return the codes with each wanted key, in their order."""
    held: dict[int, list[str]] = {}
    for key, code in zip(keys.tolist(), codes.tolist(), strict=True):
        held.setdefault(key, []).append(str(code))
    return [tuple(held.get(key, ())) for key in wanted.tolist()]


def parts_m2(shapes: Shapes, units: Units) -> tuple[Ints, Ints, Floats]:
    """Return where shapes and units meet: row of the shape, row of the unit, common ground in m²."""
    polygons = units.polygons
    tree = shapely.STRtree(polygons)
    shape, unit = tree.query(shapes, predicate="intersects")
    holder, held = tree.query(shapes, predicate="covers")
    inner = np.isin(shape * len(polygons) + unit, holder * len(polygons) + held)
    common = units.frame["site_m2"].to_numpy(float)[unit]
    cut = ~inner
    common[cut] = units.meter.area_m2(shapely.intersection(shapes[shape[cut]], polygons[unit[cut]]))
    return shape, unit, common


def numbered(found: Sequence[Place], units: Units) -> tuple[Gap, ...]:
    """Return the places as gaps with what a planner needs to find them, the largest first."""
    if not found:
        return ()
    shapes = np.array([place.geometry for place in found], dtype=object)
    area, width = units.meter.area_m2(shapes), width_m(shapes)
    points = shapely.point_on_surface(shapes)
    inside, near, held = _inside(points, units), _near_names(points, units), _largest_units(shapes, units)
    double = np.array([place.kind in _DOUBLE for place in found])
    serial = {False: count(1), True: count(1)}
    return tuple(
        Gap(
            gap_id=f"{'O' if double[i] else 'G'}{next(serial[bool(double[i])]):04d}",
            area_m2=float(area[i]),
            remedy=_remedy(found[i].kind, width[i], found[i].zones),
            near_name=near[i],
            units=held[i],
            width_m=float(width[i]),
            inside=bool(inside[i]),
            **found[i]._asdict(),
        )
        for i in np.lexsort((-area, double)).tolist()
    )


def without_rounding(
    found: Sequence[Place], zones: gpd.GeoDataFrame, units: Units
) -> tuple[list[Place], RoundingSlivers]:
    """Return the places that are wider than rounding can make them, and what the others are in all.

    A rounded vertex lies within half a diagonal of a step from where it was, and the project's own grid moves
    it once more; so wide at most is a sliver between it and a border that it lay on.

    Parameters
    ----------
    found : sequence of Place
    zones : geopandas.GeoDataFrame
        ``zone_id`` and, where it is known, ``resolution_m``: to what the coordinates of each were rounded.
    units : Units
    """
    ground = np.array([place.kind not in _OF_OPERATORS for place in found], dtype=bool)
    rounded = zones["resolution_m"].fillna(0.0) if "resolution_m" in zones else [0.0] * len(zones)
    resolution_m = dict(zip(zones["zone_id"].astype(str), rounded, strict=True))
    step = np.array([max((resolution_m.get(z, 0.0) for z in p.zones), default=0.0) for p in found])
    shapes = np.array([place.geometry for place in found], dtype=object)
    coarse = np.minimum(step, COARSEST_M)
    widest = _HALF_DIAGONAL * np.where(coarse > _GRID_M, coarse + _GRID_M, _GRID_M)
    thin = np.flatnonzero(ground & (width_m(shapes) < widest))
    thin = thin[shapely.is_empty(shapely.buffer(shapes[thin], -widest[thin] / 2))]
    area = float(units.meter.area_m2(shapes[thin]).sum())
    gone = set(thin.tolist())
    left = [place for i, place in enumerate(found) if i not in gone]
    return left, RoundingSlivers(len(thin), area, float(step[thin].max(initial=_GRID_M)))


def _inside(points: Shapes, units: Units) -> Bools:
    """Return which points lie inside the walls of an estate."""
    walled = units.polygons[units.frame["inside"].to_numpy(bool)]
    inside = np.zeros(len(points), dtype=bool)
    inside[shapely.STRtree(walled).query(points, predicate="intersects")[0]] = True
    return inside


def _near_names(points: Shapes, units: Units) -> list[str]:
    named = units.frame[(units.frame["name"] != "") & units.frame["kind"].isin(_LANDMARKS)]
    if not len(named):
        return [""] * len(points)
    near = shapely.STRtree(named.geometry.to_numpy()).query_nearest(points, all_matches=False)[1]
    return [str(name) for name in named["name"].to_numpy()[near]]


def _largest_units(shapes: Shapes, units: Units) -> list[tuple[str, ...]]:
    """Return the units that hold most of each place, the largest part first."""
    place, unit, common = parts_m2(shapes, units)
    part = pd.DataFrame({"place": place, "unit": unit, "common": common.round(3)})
    part = part[part["common"] > 0].sort_values(["place", "common", "unit"], ascending=[True, False, True])
    first = part.groupby("place").head(MOST_UNITS)
    ids = units.frame["unit_id"].to_numpy(object)
    return _codes_by(first["place"], ids[first["unit"].to_numpy(int)], np.arange(len(shapes)))
