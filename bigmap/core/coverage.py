"""The coverage proof: which ground has somebody responsible, in m², inside and outside the walls."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from bigmap.core.adjacency import Graph, build_graph, pieces
from bigmap.core.layers import Sources
from bigmap.core.measures import width_m
from bigmap.core.partition import cut, dissolve
from bigmap.core.units import Units

Shapes = npt.NDArray[np.object_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

GAP_MIN_M2 = 50.0
GAP_MIN_WIDTH_M = 1.0
"""Below either a gap is a sliver (domain practice: B1 of the coverage checks)."""

_SPECK_M2 = 1e-6  # what the crossing of two equal borders leaves
_MISMATCH_M, _STRIP_M = 0.5, 10.0  # widths: two drawings of one line; a strip that one neighbour can take
_NOISE = 1e-9  # of the governance area: the accuracy of the sums themselves
_COLUMNS = ("gap_id", "kind", "area_m2", "width_m", "inside", "near_name", "zones", "cause", "suggest")
_LANDMARKS = ("estate", "village", "road", "lane", "public")


@dataclass(frozen=True)
class Share:
    """A covered part with its denominator, both in the same unit (m² or households)."""

    covered: float
    of: float

    @property
    def value(self) -> float:
        """Covered share from 0 to 1; 1 where there is nothing to cover."""
        return self.covered / self.of if self.of > 0 else 1.0


@dataclass
class Coverage:
    """Proof of coverage of one governance area by zones.

    Attributes
    ----------
    land, inside, outside : Share
        Ground in m² (ellipsoidal): all, inside estate walls, outside them.
    households : Share
        Households in units that have a zone with an operator; of drawn zones, and where no operators are
        known, in units that have a zone.
    uncovered_m2, overlap_m2 : float
        Ground in no zone, and ground in two zones, m².
    gaps : geopandas.GeoDataFrame
        One row a gap or overlap, project CRS: ``gap_id`` ('G0001', 'O0001'), ``kind`` ('gap', 'overlap',
        'sliver', 'no_operator'), ``area_m2``, ``width_m``, ``inside`` (bool), ``near_name``,
        ``zones`` (touching zones 'W01;W02'), ``cause``, ``suggest``, ``geometry``.
    """

    land: Share
    inside: Share
    outside: Share
    households: Share
    uncovered_m2: float
    overlap_m2: float
    gaps: gpd.GeoDataFrame


def cover_plan(
    units: Units, graph: Graph, zone_of_unit: Ints, zones: gpd.GeoDataFrame, has_operators: bool
) -> Coverage:
    """Prove the coverage of a plan of whole units.

    Parameters
    ----------
    units : Units
    graph : Graph
    zone_of_unit : ndarray of int, shape (n units,)
        Row of ``zones``, -1 for none.
    zones : geopandas.GeoDataFrame
        ``zone_id``, ``oper``, ``site_m2`` and the derived polygon of each zone.
    has_operators : bool
        Whether a zone needs an operator to count for households.
    """
    site = units.frame["site_m2"].to_numpy(float)
    none = zone_of_unit < 0
    owned = np.append(zones["oper"].notna().to_numpy(bool), False)  # the last stands for no zone
    served = ~none & ((not has_operators) | owned[zone_of_unit])
    uncovered = units.governance_m2 - float(site[~none].sum())
    drawn = zones.geometry.to_numpy()[zones["units"] > 0]
    if not shapely.coverage_is_valid(drawn):
        raise ArithmeticError("zones overlap or do not share their vertices")
    overlap = float(units.meter.area_m2(drawn).sum()) - float(site[~none].sum())
    found = [_unassigned(units, graph, zone_of_unit, zones)]
    if has_operators:
        found.append(_without_operator(zones))
    inside = units.frame["inside"].to_numpy(bool)
    hh = units.frame["hh"].to_numpy(float)
    return Coverage(
        _land(units, site * none),
        Share(float(site[~none & inside].sum()), float(site[inside].sum())),
        Share(float(site[~none & ~inside].sum()), float(site[~inside].sum())),
        Share(float(hh[served].sum()), float(hh.sum())),
        _without_noise(uncovered, units),
        _without_noise(overlap, units),
        _table(found, units),
    )


def check_coverage(zones: gpd.GeoDataFrame, sources: Sources, units: Units) -> Coverage:
    """Prove the coverage of zones that somebody else drew.

    Parameters
    ----------
    zones : geopandas.GeoDataFrame
        Polygons in the project CRS with ``zone_id`` and ``oper`` (operator or None).
    sources : Sources
        Gives the boundary.
    units : Units
        The ground, with names, walls and households; built from whatever layers are known.
    """
    shapes = zones.geometry.to_numpy()
    claims = np.concatenate([units.exclusions, shapes])
    found = cut(sources.boundary, claims)
    open_ground = found.claim == len(claims)
    zone = np.where(open_ground, -1, found.claim - len(units.exclusions))
    governed = open_ground | (zone >= 0)
    gaps = _open_ground(found.polygons[governed], zone[governed], zones, units)
    overlaps = _overlaps(zones, units)
    twice = shapely.union_all(overlaps.geometry.to_numpy())  # three zones over one place count once
    bare = _bare_m2(gaps.geometry.to_numpy(), units)
    site = units.frame["site_m2"].to_numpy(float)
    inside = units.frame["inside"].to_numpy(bool)
    hh = units.frame["hh"].to_numpy(float)
    held = bare <= 0.05 * site  # domain B3: a unit counts from 95 % of its ground
    return Coverage(
        _land(units, bare),
        Share(float((site - bare)[inside].sum()), float(site[inside].sum())),
        Share(float((site - bare)[~inside].sum()), float(site[~inside].sum())),
        Share(float(hh[held].sum()), float(hh.sum())),
        _without_noise(float(units.meter.area_m2(gaps.geometry.to_numpy()).sum()), units),
        _without_noise(float(units.meter.area_m2([twice])[0]), units),
        _table([gaps, overlaps], units),
    )


def _land(units: Units, bare: Floats) -> Share:
    uncovered = _without_noise(float(bare.sum()), units)
    return Share(units.governance_m2 - uncovered, units.governance_m2)


def _without_noise(area_m2: float, units: Units) -> float:
    return area_m2 if abs(area_m2) > _NOISE * units.governance_m2 else 0.0


def _unassigned(units: Units, graph: Graph, zone_of_unit: Ints, zones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the connected ground of units without a zone."""
    group = pieces(graph, zone_of_unit)
    bare, number = np.unique(group[zone_of_unit < 0], return_inverse=True)
    shapes = dissolve(units.polygons[zone_of_unit < 0], number, len(bare))
    touching = _touching(graph, group, zone_of_unit, zones["zone_id"].to_numpy(), bare)
    return _rows(shapes, "gap", touching, "missing_unit", units)


def _touching(graph: Graph, group: Ints, zone: Ints, names: Shapes, wanted: Ints) -> list[str]:
    """Return the zones along the border of each wanted group, the longest border first."""
    a = np.concatenate([graph.left, graph.right])
    b = np.concatenate([graph.right, graph.left])
    crossing = np.isin(group[a], wanted) & (zone[b] >= 0)
    border = pd.DataFrame({"group": group[a[crossing]], "zone": zone[b[crossing]]})
    border["length"] = np.tile(graph.border_m, 2)[crossing]
    total = border.groupby(["group", "zone"])["length"].sum().reset_index()
    total = total.sort_values(["group", "length"], ascending=[True, False])
    near = total.groupby("group")["zone"].agg(lambda z: ";".join(str(names[i]) for i in z))
    return [near.get(g, "") for g in wanted]


def _without_operator(zones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    bare = zones[zones["oper"].isna()]
    rows = gpd.GeoDataFrame(geometry=bare.geometry.reset_index(drop=True), crs=zones.crs)
    return rows.assign(
        kind="no_operator", zones=bare["zone_id"].to_numpy(), cause="no_operator", suggest="assign_operator"
    )


def _open_ground(polygons: Shapes, zone: Ints, zones: gpd.GeoDataFrame, units: Units) -> gpd.GeoDataFrame:
    """Return the ground that no zone claims, one row a connected piece."""
    graph = build_graph(polygons)
    bare = np.flatnonzero(zone < 0)
    touching = _touching(graph, np.arange(len(zone)), zone, zones["zone_id"].to_numpy(), bare)
    return _rows(polygons[bare], "gap", touching, "", units)


def _overlaps(zones: gpd.GeoDataFrame, units: Units) -> gpd.GeoDataFrame:
    """Return the ground that two zones claim, one row a pair and place."""
    shapes = zones.geometry.to_numpy()
    a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    a, b = a[a < b], b[a < b]
    governed = shapely.coverage_union_all(units.polygons)
    common = shapely.intersection(shapely.intersection(shapes[a], shapes[b]), governed)
    parts, pair = shapely.get_parts(common, return_index=True)
    solid = shapely.area(parts) > _SPECK_M2
    names = zones["zone_id"].to_numpy()
    touching = [f"{names[a[i]]};{names[b[i]]}" for i in pair[solid]]
    return _rows(parts[solid], "overlap", touching, "duplicate", units)


def _rows(shapes: Shapes, kind: str, touching: list[str], cause: str, units: Units) -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame(geometry=gpd.GeoSeries(shapes, crs=units.frame.crs))
    width = width_m(shapes)
    area = units.meter.area_m2(shapes)
    thin = (area < GAP_MIN_M2) | (width < GAP_MIN_WIDTH_M)
    frame["kind"] = np.where(thin & (kind == "gap"), "sliver", kind)
    frame["zones"] = touching
    frame["cause"] = cause or [_cause(w, t) for w, t in zip(width, touching, strict=True)]
    frame["suggest"] = [_suggestion(kind, w, t) for w, t in zip(width, touching, strict=True)]
    return frame


def _cause(width: float, touching: str) -> str:
    if width < _MISMATCH_M:
        return "boundary_mismatch"
    return "strip" if width < _STRIP_M and touching else "unplanned_land"


def _suggestion(kind: str, width: float, touching: str) -> str:
    if kind == "overlap" or touching.count(";") == 0:
        return "give_to_a" if touching else "add_unit"
    return "give_to_a" if width < _STRIP_M else "split"


def _bare_m2(gaps: Shapes, units: Units) -> Floats:
    """Return how much of each unit lies in the gaps, m²."""
    gap, unit = shapely.STRtree(units.polygons).query(gaps, predicate="intersects")
    common = units.meter.area_m2(shapely.intersection(gaps[gap], units.polygons[unit]))
    return np.bincount(unit, weights=common, minlength=len(units)).astype(np.float64)


def _table(found: list[gpd.GeoDataFrame], units: Units) -> gpd.GeoDataFrame:
    """Number the gaps, the largest first, and add what a planner needs to find them."""
    frames = [f for f in found if len(f)]
    if not frames:
        return gpd.GeoDataFrame({c: [] for c in _COLUMNS}, geometry=[], crs=units.frame.crs)
    table = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=units.frame.crs)
    shapes = table.geometry.to_numpy()
    table["area_m2"] = units.meter.area_m2(shapes)
    table["width_m"] = width_m(shapes)
    inner = shapely.point_on_surface(shapes)
    walled = units.polygons[units.frame["inside"].to_numpy(bool)]
    table["inside"] = False
    table.loc[shapely.STRtree(walled).query(inner, predicate="intersects")[0], "inside"] = True
    table["near_name"] = _near_names(inner, units)
    table["_second"] = table["kind"] == "overlap"
    table = table.sort_values(["_second", "area_m2"], ascending=[True, False]).reset_index(drop=True)
    serial = table.groupby("_second").cumcount() + 1
    letter = np.where(table["_second"], "O", "G")
    table["gap_id"] = letter + serial.astype(str).str.zfill(4)
    return table[[*_COLUMNS, "geometry"]]


def _near_names(points: Shapes, units: Units) -> npt.ArrayLike:
    named = units.frame[(units.frame["name"] != "") & units.frame["kind"].isin(_LANDMARKS)]
    if not len(named):
        return ""
    near = shapely.STRtree(named.geometry.to_numpy()).query_nearest(points, all_matches=False)[1]
    return named["name"].to_numpy()[near]
