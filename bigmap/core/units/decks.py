"""Bridges and underpasses: where roads lead over excluded ground from ground to ground.

What a road has of water, a railway or other excluded ground between two banks is its deck. A deck belongs to
its road: it is ground of the plan and links both sides; the carriageway of an underpass or a tunnel is swept
with its road as well. A jetty, or a bridge whose other end lies beyond the boundary, is no deck.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from bigmap.base.arrays import Bools, Ints, Shapes
from bigmap.base.problem_kinds import units as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core.geometry.measures import AreaMeter
from bigmap.core.sources.layers import Sources
from bigmap.core.units.attributes import Origin
from bigmap.core.units.barriers import flagged_roads
from bigmap.core.units.claims import ClaimedFaces
from bigmap.core.units.cutting_rules import UnitRules

_NEAR_M = 0.02  # two steps of the grid: an end as near to a bank lies on it
_WATER = ("水", "河", "湖", "江", "海", "溪", "渠", "water", "river", "lake", "canal", "bay")
_LAND = (
    *("山", "林", "岭", "绿", "园", "军", "机场", "保护"),
    *("hill", "forest", "wood", "mount", "park", "military", "airport", "reserve"),
)
"""Words of excluded ground with roads of its own: only those flagged as bridges have decks there."""


@dataclass(frozen=True)
class Decks:
    """Decks found, and what leads over excluded ground without reaching the other side.

    Attributes
    ----------
    shapes : array of Polygon or MultiPolygon
        One a bridge: its road surface and a little of the banks.
    open : array of LineString
        Centre lines of roads that lead out over excluded ground and end there or at the boundary.
    """

    shapes: Shapes
    open: Shapes


def find_decks(segments: gpd.GeoDataFrame, exclusions: gpd.GeoDataFrame, boundary: shapely.Geometry) -> Decks:
    """Return the decks of roads within a boundary.

    Parameters
    ----------
    segments : geopandas.GeoDataFrame
        From `bigmap.core.units.road_surfaces.road_segments`.
    exclusions : geopandas.GeoDataFrame
    boundary : Polygon or MultiPolygon
    """
    nothing = np.zeros(0, dtype=object)
    shapes = segments.geometry.to_numpy()
    excluded = exclusions.geometry.to_numpy()
    excluded = excluded[np.unique(shapely.STRtree(shapes).query(excluded, predicate="intersects")[0])]
    if not len(excluded):
        return Decks(nothing, nothing)
    waters = shapely.get_parts(shapely.intersection(shapely.union_all(excluded), boundary))
    waters = waters[shapely.get_dimensions(waters) == 2]
    areal = shapely.get_dimensions(shapes) == 2
    stretches, row = _stretches(shapes, np.flatnonzero(~areal), waters)
    allowed = _may_cross(stretches, segments.iloc[row], exclusions)
    stretches, row = stretches[allowed], row[allowed]
    bridge = _bridges(stretches, waters, boundary)
    across = bridge >= 0
    half = segments["width_m"].to_numpy(float)[row[across]] / 2
    # A square end reaches over the corner that a slanting bank cuts off.
    surface = shapely.buffer(stretches[across], half, cap_style="square")
    order = np.argsort(bridge[across], kind="stable")
    groups = np.split(surface[order], np.flatnonzero(np.diff(bridge[across][order])) + 1)
    found = [shapely.union_all(group) for group in groups if len(group)]
    found += _areal_decks(shapes[areal], waters, boundary)
    return Decks(np.array(found, dtype=object), stretches[~across])


def report_decks(n: int, m2: float, problems: ProblemLog) -> None:
    """Say how many bridges belong to the ground, with the way to leave them out."""
    if n:
        problems.add(kinds.Bridges(n=n, m2=m2))


def report_open(stretches: Shapes, problems: ProblemLog) -> None:
    """Say which roads lead over excluded ground without reaching ground again."""
    if len(stretches):
        x, y = shapely.get_coordinates(shapely.line_interpolate_point(stretches[0], 0.5, normalized=True))[0]
        m = float(shapely.length(stretches).sum())
        place = (float(x), float(y))
        problems.add(kinds.BridgeOpen(n=len(stretches), m=m), place=place)


def _stretches(shapes: Shapes, rows: Ints, waters: Shapes) -> tuple[Shapes, Ints]:
    """Return what of each line lies on each piece of excluded ground, in unbroken stretches, and its row."""
    line, water = shapely.STRtree(waters).query(shapes[rows], predicate="intersects")
    common = shapely.intersection(shapes[rows[line]], waters[water])
    single, owner = shapely.get_parts(common, return_index=True)
    if not len(single):
        return single, owner
    lineal = shapely.get_dimensions(single) == 1
    merged = shapely.line_merge(shapely.multilinestrings(single[lineal], indices=_dense(owner[lineal])))
    parts, group = shapely.get_parts(merged, return_index=True)
    return parts, rows[line[np.unique(owner[lineal])[group]]]


def _dense(numbers: Ints) -> Ints:
    return np.unique(numbers, return_inverse=True)[1]


def _may_cross(stretches: Shapes, roads: gpd.GeoDataFrame, exclusions: gpd.GeoDataFrame) -> Bools:
    """Return which stretches may have a deck: all but unflagged roads on excluded land."""
    told = exclusions[["type", "name", "file"]].fillna("").astype(str).agg(" ".join, axis=1).str.lower()
    land = [any(w in text for w in _LAND) and not any(w in text for w in _WATER) for text in told]
    closed = shapely.union_all(exclusions.geometry.to_numpy()[np.array(land, dtype=bool)])
    on_land = shapely.length(shapely.intersection(stretches, closed)) > 0.5 * shapely.length(stretches)
    return ~on_land | flagged_roads(roads)


def _bridges(stretches: Shapes, waters: Shapes, boundary: shapely.Geometry) -> Ints:
    """Return the number of the bridge each stretch belongs to, -1 for none.

    Stretches that meet over excluded ground are one network. Its dead ends are cut off; what is left and
    reaches a bank twice or more is a bridge.
    """
    n = len(stretches)
    ends = np.concatenate([shapely.get_point(stretches, 0), shapely.get_point(stretches, -1)])
    at_rim = shapely.distance(ends, shapely.boundary(boundary)) < _NEAR_M
    banks = shapely.STRtree(shapely.boundary(waters))
    bank = np.zeros(2 * n, dtype=bool)
    bank[banks.query(ends, predicate="dwithin", distance=_NEAR_M)[0]] = True
    bank &= ~at_rim
    node = np.unique(np.round(shapely.get_coordinates(ends), 2), axis=0, return_inverse=True)[1].ravel()
    alive = np.ones(n, dtype=bool)
    while True:
        degree = np.bincount(node[np.tile(alive, 2)], minlength=2 * n)
        dead = ((degree[node] < 2) & ~bank).reshape(2, n).any(axis=0) & alive
        if not dead.any():
            break
        alive &= ~dead
    free = np.where(bank, len(node) + np.arange(2 * n), node)  # at a bank each road ends by itself
    links = coo_array((np.ones(n), (free[:n], free[n:])), shape=(4 * n, 4 * n))
    piece = connected_components(links, directed=False)[1][free[:n]]
    landings = np.bincount(np.tile(piece, 2), weights=bank & np.tile(alive, 2), minlength=4 * n)
    across = alive & (landings[piece] > 1)
    number = np.full(n, -1)
    number[across] = _dense(piece[across])
    return number


def _areal_decks(areas: Shapes, waters: Shapes, boundary: shapely.Geometry) -> list[shapely.Geometry]:
    """Return what of road areas lies on excluded ground and meets its banks in two places or more."""
    if not len(areas):
        return []
    rim = shapely.buffer(shapely.boundary(boundary), _NEAR_M)
    surface = shapely.union_all(areas)
    found = []
    for water in waters:
        parts = shapely.get_parts(shapely.intersection(surface, water))
        for part in parts[shapely.get_dimensions(parts) == 2]:
            banks = shapely.difference(shapely.intersection(part.boundary, water.boundary), rim)
            landings = shapely.get_parts(shapely.buffer(banks, _NEAR_M))
            if len(landings) > 1:
                found.append(part)
    return found


# --- on the planar map --------------------------------------------------------------------------------------


def decks_of(sources: Sources, segments: gpd.GeoDataFrame, rules: UnitRules, problems: ProblemLog) -> Shapes:
    """Return the decks of the roads of a plan where they are wanted; roads without one are said."""
    if not (rules.bridges and len(sources.exclusions) and len(segments)):
        return np.zeros(0, dtype=object)
    found = find_decks(segments, sources.exclusions, sources.boundary)
    report_open(found.open, problems)
    return found.shapes


def roads_with_deck(surfaces: Shapes, decks: Shapes) -> Ints:
    """Return which road surfaces lie on a deck."""
    return np.unique(shapely.STRtree(surfaces).query(decks, predicate="intersects")[1])


def deck_faces(ground: ClaimedFaces, decks: Shapes, origin: Ints) -> Bools:
    """Return which faces are decks: excluded ground within a deck that a road surface covers.

    Parameters
    ----------
    ground : ClaimedFaces
    decks : array of Polygon or MultiPolygon
    origin : ndarray of int
        Layer of each claim.
    """
    found = np.zeros(ground.map.n, dtype=bool)
    excluded = np.append(origin == Origin.EXCLUSION, False)[ground.claim]
    faces = np.flatnonzero(excluded & ground.inside & (ground.deck >= 0))
    if len(faces):
        inner = shapely.points(ground.map.inner_points()[faces] / ground.per_metre)
        found[faces[shapely.STRtree(inner).query(decks, predicate="intersects")[1]]] = True
    return found


def deck_m2(ground: ClaimedFaces, is_deck: Bools, meter: AreaMeter) -> float:
    """Return the ellipsoidal area of faces."""
    if not is_deck.any():
        return 0.0
    united, member = ground.map.merged(is_deck)
    polygons = united.polygons(ground.map.xy / ground.per_metre)[is_deck[member[1:]]]
    return float(meter.area_m2(polygons).sum())
