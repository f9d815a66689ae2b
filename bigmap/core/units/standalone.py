"""Stand-alone buildings: those on ground of the plan and in no estate; the others are named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely

from bigmap.base.amounts import known_sum
from bigmap.base.arrays import Bools, Floats, Ints, Shapes
from bigmap.base.problem_kind import Finding
from bigmap.base.problem_kinds import units as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core.sources.layers import Sources
from bigmap.core.units.attributes import floor_areas, where_of

_LISTED = 200  # buildings of a kind that are named one by one
_HELD = 0.5  # of its footprint on ground of the plan: from there a building stands on it
_NOISE = 1e-9  # of a footprint: the accuracy of its parts

_OUTSIDE = (kinds.BuildingOutside, kinds.BuildingOutsideUntold, kinds.BuildingsOutside)
_EXCLUDED = (kinds.BuildingExcluded, kinds.BuildingExcludedUntold, kinds.BuildingsExcluded)
_Said = tuple[
    type[kinds.BuildingOutside | kinds.BuildingExcluded],
    type[kinds.BuildingOutsideUntold | kinds.BuildingExcludedUntold],
    type[kinds.BuildingsOutside | kinds.BuildingsExcluded],
]
"""What is said of one building with households and without, and of many."""


def with_alone(sources: Sources, decks: Shapes, problems: ProblemLog) -> Sources:
    """Return the sources with ``alone`` for each building: whether it stands in no estate and on the ground.

    A building stands on the ground where at least half of its footprint lies on ground of the plan. Others
    that no estate has are told.

    Parameters
    ----------
    sources : Sources
        Those that tell it already come back as they are.
    decks : array of Polygon or MultiPolygon
        What of the exclusions is ground.
    problems : ProblemLog
        Receives those left out, with their names and households.
    """
    buildings = sources.buildings
    if "alone" in buildings:
        return sources
    shapes = buildings.geometry.to_numpy()
    walled = _within(shapely.point_on_surface(shapes), sources.estates.geometry.to_numpy())
    size = np.maximum(shapely.area(shapes), np.finfo(float).tiny)
    outside = 1 - _held(shapes, np.array([sources.boundary], dtype=object)) / size
    excluded = shapely.intersection(_excluded(sources, shapes, decks), sources.boundary)
    drowned = _held(shapes, shapely.get_parts(excluded)) / size
    off = ~walled & (outside + drowned > 1 - _HELD + _NOISE)
    away = off & (outside >= drowned)
    _say(buildings, away, outside, _OUTSIDE, problems)
    _say(buildings, off & ~away, drowned, _EXCLUDED, problems)
    return replace(sources, buildings=buildings.assign(alone=~off & ~walled))


def _excluded(sources: Sources, buildings: Shapes, decks: Shapes) -> shapely.Geometry:
    """Return the excluded ground that buildings stand on, less its decks."""
    exclusions = sources.exclusions.geometry.to_numpy()
    near = np.unique(shapely.STRtree(exclusions).query(buildings, predicate="intersects")[1])
    return shapely.difference(shapely.union_all(exclusions[near]), shapely.union_all(decks))


def _held(shapes: Shapes, areas: Shapes) -> Floats:
    """Return how much of each shape lies on areas that do not overlap, m²."""
    tree = shapely.STRtree(shapes)
    held = np.zeros(len(shapes))
    whole = np.unique(tree.query(areas, predicate="covers")[1])
    held[whole] = shapely.area(shapes[whole])  # what lies wholly in one area needs no measuring
    area, row = tree.query(areas, predicate="intersects")
    cut = ~np.isin(row, whole)
    common = shapely.area(shapely.intersection(shapes[row[cut]], areas[area[cut]]))
    return held + np.bincount(row[cut], weights=common, minlength=len(shapes))


def _within(points: Shapes, polygons: Shapes) -> Bools:
    """Return which points lie in a polygon; each polygon is prepared once, however many points it holds."""
    found = np.zeros(len(points), dtype=bool)
    found[shapely.STRtree(points).query(polygons, predicate="intersects")[1]] = True
    return found


def _say(
    buildings: gpd.GeoDataFrame, left_out: Bools, share: Floats, said: _Said, problems: ProblemLog
) -> None:
    """Name the buildings left out that have households or lie on the ground in part, and count the rest."""
    known, unknown, many = said
    rows = np.flatnonzero(left_out)
    told = buildings["hh"].to_numpy(float)
    hh = np.nan_to_num(told)
    gfa = [None if area != area else area for area in floor_areas(buildings).tolist()]
    named = rows[(hh[rows] > 0) | (share[rows] < 1 - _NOISE)]
    named = named[np.argsort(-hh[named], kind="stable")][:_LISTED]
    for row in np.sort(named).tolist():
        kind = unknown if np.isnan(told[row]) else known
        values = {"share": float(share[row]), "hh": float(hh[row]), "gfa_m2": gfa[row]}
        problems.add(_filled(kind, values), **where_of(buildings, row))
    rest: Ints = np.setdiff1d(rows, named)
    if len(rest):
        values = {"n": len(rest), "hh": float(hh[rest].sum()), "silent": int(np.isnan(told[rest]).sum())}
        what = _filled(many, {**values, "gfa_m2": known_sum(gfa[row] for row in rest.tolist())})
        problems.add(what, place=where_of(buildings, int(rest[0]))["place"])


def _filled(kind: type[Finding], values: Mapping[str, object]) -> Finding:
    """Return the finding with the values that it has fields for."""
    return kind(**{name: values[name] for name in kind.fields})
