"""What units carry: households, floor area and names from the sources, conserved in the sum."""

from __future__ import annotations

from dataclasses import replace
from enum import IntEnum
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from bigmap.base.arrays import Floats, Ints, Shapes
from bigmap.base.problem_kinds import units as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core.geometry.measures import AreaMeter
from bigmap.core.sources.layers import Sources
from bigmap.core.units.unknown import told_column


class Origin(IntEnum):
    """Which layer a piece of ground comes from, in order of priority where estates go first."""

    EXCLUSION = 0
    ESTATE = 1
    BUILDING = 2
    ROAD = 3
    FREE = 4
    GAP = 5
    GREEN = 6


SUMMED = ("hh", "gfa_m2", "green_m2", "parking_n")
"""Figures of the sources that units carry; their sums are conserved."""
WHOLE = ("hh", "parking_n")
"""Those of them that come in whole numbers."""
_STREET_DIGITS = 9  # of a community's code of 12: GB/T 10114, the street office or town
_KIND_LETTER = {
    "estate": "E",
    "village": "V",
    "building": "B",
    "public": "P",
    "road": "R",
    "lane": "L",
    "green": "G",
    "block": "K",
}


def prepare_sources(sources: Sources) -> Sources:
    """Return the sources ordered by size and place, so that file order changes nothing, floor areas filled.

    Smaller comes first: an estate inside another keeps its ground.
    """
    return replace(
        sources,
        estates=_by_size(sources.estates),
        buildings=_by_size(sources.buildings.assign(gfa_m2=floor_areas(sources.buildings))),
        exclusions=_by_size(sources.exclusions),
        green=None if sources.green is None else _by_size(sources.green),
        communities=sources.communities.sort_values(["code", "name"]).reset_index(drop=True),
    )


def floor_areas(buildings: gpd.GeoDataFrame) -> Floats:
    """Return the floor areas, unknown ones by footprint times floors where the floors are known, m²."""
    told, floors = (buildings[name].to_numpy(float) for name in ("gfa_m2", "floors"))
    return np.where(np.isnan(told), shapely.area(buildings.geometry.to_numpy()) * floors, told)


def _by_size(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    shapes = frame.geometry.to_numpy()
    bounds = shapely.bounds(shapes)
    names = frame["name"].fillna("").to_numpy(str)
    order = np.lexsort((names, bounds[:, 1], bounds[:, 0], np.round(shapely.area(shapes), 4)))
    return frame.iloc[order].reset_index(drop=True)


def _xy(point: shapely.Geometry) -> tuple[float, float]:
    return float(shapely.get_x(point)), float(shapely.get_y(point))


def attributes(
    sources: Sources,
    segments: gpd.GeoDataFrame,
    stand_alone: gpd.GeoDataFrame,
    polygons: Shapes,
    origin: Ints,
    row: Ints,
    meter: AreaMeter,
    problems: ProblemLog,
) -> gpd.GeoDataFrame:
    """Return the frame of the units (see `bigmap.core.units.build_units.Units`), sorted by their stable ids.

    Parameters
    ----------
    sources, segments, stand_alone
        Where the attributes come from: estates, road segments, stand-alone buildings.
    polygons : array of shapely.Polygon, shape (n,)
        The units.
    origin, row : ndarray of int, shape (n,)
        Layer and row each unit comes from.
    meter : AreaMeter
    problems : ProblemLog
    """
    frame = gpd.GeoDataFrame(geometry=gpd.GeoSeries(polygons, crs=sources.crs))
    frame["site_m2"] = meter.area_m2(polygons)
    _fill_texts(frame, sources, segments, stand_alone, origin, row)
    estates = _with_their_buildings(sources)
    for column in SUMMED:
        frame[column], frame[told_column(column)] = 0.0, True
    for layer, code in ((estates, Origin.ESTATE), (stand_alone, Origin.BUILDING)):
        _share_out(frame, layer, origin == code, row, sources.boundary, problems)
    for column in WHOLE:
        frame[column] = frame[column].round().astype(np.int64)
    green = frame["kind"] == "green"
    frame["green_m2"] = np.where(green, frame["site_m2"], frame["green_m2"])
    frame["sweep_m2"] = np.where(frame["kind"].isin(["road", "lane"]), frame["site_m2"], 0.0)
    frame["inside"] = origin == Origin.ESTATE
    frame["load"] = frame["hh"].astype(float)
    community = _community(frame, sources.communities)
    frame["street"] = _street(frame, community["comm_code"], sources.districts)
    return with_ids(frame, community)


def _fill_texts(
    frame: gpd.GeoDataFrame,
    sources: Sources,
    segments: gpd.GeoDataFrame,
    stand_alone: gpd.GeoDataFrame,
    origin: Ints,
    row: Ints,
) -> None:
    for column in ("name", "mgmt", "road_class", "clean_grade", "source"):
        frame[column] = ""
    for column in ("width_m", "fee", "collect"):
        frame[column] = np.nan
    frame["kind"] = "block"
    for layer, code in (
        (sources.estates, Origin.ESTATE),
        (stand_alone, Origin.BUILDING),
        (segments, Origin.ROAD),
        (sources.green, Origin.GREEN),
    ):
        mine = origin == code
        if layer is None or not mine.any():
            continue
        rows = layer.iloc[row[mine]]
        frame.loc[mine, "name"] = rows["name"].fillna("").to_numpy()
        frame.loc[mine, "source"] = rows["file"].to_numpy()
        frame.loc[mine, "kind"] = _kinds(rows, code)
    mine = origin == Origin.ESTATE
    frame.loc[mine, "mgmt"] = sources.estates["mgmt"].fillna("").to_numpy()[row[mine]]
    for column in ("fee", "collect"):
        frame.loc[mine, column] = sources.estates[column].to_numpy(float)[row[mine]]
    mine = origin == Origin.ROAD
    for column in ("road_class", "clean_grade"):
        frame.loc[mine, column] = segments[column].fillna("").to_numpy()[row[mine]]
    frame.loc[mine, "width_m"] = segments["width_m"].to_numpy(float)[row[mine]]


def _kinds(rows: gpd.GeoDataFrame, origin: int) -> npt.ArrayLike:
    if origin == Origin.BUILDING:
        return rows["kind"].to_numpy()
    if origin == Origin.GREEN:
        return "green"
    if origin == Origin.ROAD:
        return np.where(rows["road_class"].isin(["lane", "path"]), "lane", "road")
    words = zip(rows["name"], rows["type"], rows["mgmt"], strict=True)
    return np.array(
        ["village" if any("城中村" in str(word) for word in row) else "estate" for row in words], dtype=object
    )


def _with_their_buildings(sources: Sources) -> gpd.GeoDataFrame:
    """Return the estates, with unknown households and floor area filled from the buildings inside.

    What these tell is a part where one of them tells nothing (``hh_told`` False), and nothing where all of
    them tell 0: in such a layer the estate was to tell it.
    """
    estates = sources.estates.copy()
    shapes = estates.geometry.to_numpy()
    inner = shapely.point_on_surface(sources.buildings.geometry.to_numpy())
    building, estate = shapely.STRtree(shapes).query(inner, predicate="intersects")
    shapely.prepare(sources.boundary)
    here = shapely.intersects(sources.boundary, inner)[building]
    building, estate = building[here], estate[here]
    first = np.unique(building, return_index=True)[1]
    building, estate = building[first], estate[first]
    for column in ("hh", "gfa_m2"):
        values = sources.buildings[column].to_numpy(float)[building]
        within = np.bincount(estate, weights=np.nan_to_num(values), minlength=len(estates))
        silent = np.bincount(estate, weights=np.isnan(values), minlength=len(estates))
        own = estates[column].astype(float)
        whole = own.notna() & estates.get(told_column(column), True)
        estates[told_column(column)] = whole | (own.isna() & (silent == 0))
        estates[column] = own.where(own.notna(), np.where(within > 0, within, np.nan))
    return estates


def _share_out(
    frame: gpd.GeoDataFrame,
    layer: gpd.GeoDataFrame,
    mine: npt.NDArray[np.bool_],
    row: Ints,
    boundary: shapely.Geometry,
    problems: ProblemLog,
) -> None:
    """Add the figures of a layer to its units: by area over the pieces of a feature, the last one exact."""
    units = np.flatnonzero(mine)
    lost = np.setdiff1d(np.arange(len(layer)), row[units])
    heirs, lost = _heirs(frame, layer, lost, boundary, problems)
    unit = np.concatenate([units, heirs])
    feature = np.concatenate([row[units], lost])
    area = np.where(np.arange(len(unit)) < len(units), frame["site_m2"].to_numpy()[unit], 1.0)
    for column in SUMMED:
        values = layer[column].to_numpy(float)
        parts = apportioned(np.nan_to_num(values), feature, area, whole=column in WHOLE)
        frame[column] = frame[column].to_numpy() + np.bincount(unit, weights=parts, minlength=len(frame))
        silent = np.isnan(values)
        if told_column(column) in layer:
            silent |= ~layer[told_column(column)].to_numpy(bool)
        frame[told_column(column)] &= np.bincount(unit, weights=silent[feature], minlength=len(frame)) == 0


def _heirs(
    frame: gpd.GeoDataFrame,
    layer: gpd.GeoDataFrame,
    lost: Ints,
    boundary: shapely.Geometry,
    problems: ProblemLog,
) -> tuple[Ints, Ints]:
    """Return the unit that now holds each feature without ground of its own, and those features."""
    if not len(lost):
        return lost, lost
    shapes, polygons = layer.geometry.to_numpy()[lost], frame.geometry.to_numpy()
    heir = np.full(len(lost), -1)
    which, unit = shapely.STRtree(polygons).query(shapely.point_on_surface(shapes), predicate="intersects")
    heir[which[::-1]] = unit[::-1]
    away = heir < 0  # across the boundary, or with water in the middle
    heir[away] = majority(shapes[away], polygons)
    held = heir >= 0
    for i in lost[held]:
        problems.add(kinds.GroundTaken(**_figures(layer, i)), **where_of(layer, i))
    for i in lost[~held]:
        ours = shapely.area(shapely.intersection(layer.geometry.iloc[i], boundary)) > 0
        figures = _figures(layer, i) if ours else {"hh": 0.0, "gfa_m2": 0.0}  # the neighbours' are not lost
        problems.add(kinds.Outside(**figures), **where_of(layer, i))
    return heir[held], lost[held]


def where_of(layer: gpd.GeoDataFrame, i: int) -> dict[str, Any]:
    """Return where a problem of a feature is: ``file``, ``feature``, ``name`` and ``place`` of the log."""
    feature = layer.iloc[i]
    return {
        "file": str(feature["file"]),
        "feature": int(feature["fid"]),
        "name": str(feature["name"] or ""),
        "place": _xy(feature.geometry.representative_point()),
    }


def _figures(layer: gpd.GeoDataFrame, i: int) -> dict[str, Any]:
    """Return the figures of a feature that a problem is about, unknown ones as 0."""
    return {name: float(np.nan_to_num(layer[name].iloc[i])) for name in ("hh", "gfa_m2")}


def apportioned(values: Floats, feature: Ints, weight: Floats, whole: bool) -> Floats:
    """Share each feature's value over its pieces by weight; whole numbers by largest remainder.

    Returns
    -------
    ndarray of float, shape (m,)
        Parts that sum to ``values[f]`` for each feature f that has a piece.
    """
    total = np.bincount(feature, weights=weight, minlength=len(values))
    exact = values[feature] * weight / total[feature]
    if not whole:
        return exact
    parts = np.floor(exact)
    missing = np.round(values - np.bincount(feature, weights=parts, minlength=len(values))).astype(np.int64)
    order = np.lexsort((-(exact - parts), feature))
    starts = np.searchsorted(feature[order], np.arange(len(values)))
    rank = np.arange(len(order)) - starts[feature[order]]
    parts[order] += rank < missing[feature[order]]
    return parts


def _community(frame: gpd.GeoDataFrame, communities: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return ``comm`` and ``comm_code`` of each unit: the community that holds most of it."""
    found = pd.DataFrame({"comm": "", "comm_code": ""}, index=frame.index)
    if not len(communities):
        return found
    best = majority(frame.geometry.to_numpy(), communities.geometry.to_numpy())
    known = best >= 0
    found.loc[known, "comm"] = communities["name"].fillna("").to_numpy()[best[known]]
    found.loc[known, "comm_code"] = communities["code"].fillna("").to_numpy()[best[known]]
    return found


def _street(frame: gpd.GeoDataFrame, code: pd.Series, areas: gpd.GeoDataFrame | None) -> npt.ArrayLike:
    """Return the street office (街道) of each unit: the named feature of the boundary that holds most of it.

    Where the boundary is one feature it is the first nine digits of the code of its community.
    """
    names = [] if areas is None else list(np.where(areas["name"].isna(), "", areas["name"]))
    if areas is None or len(names) < 2 or not any(names):
        return code.where(code.str.len() > _STREET_DIGITS, "").str[:_STREET_DIGITS].to_numpy()
    best = majority(frame.geometry.to_numpy(), areas.geometry.to_numpy())
    return np.array([*names, ""], dtype=object)[best]


def majority(shapes: Shapes, areas: Shapes) -> Ints:
    """Return the area that holds most of each shape, the first of equals, -1 for none."""
    tree = shapely.STRtree(shapes)
    best = np.full(len(shapes), len(areas))
    within, unit = tree.query(areas, predicate="covers")
    np.minimum.at(best, unit, within)  # what lies wholly in one area needs no measuring
    area, unit = tree.query(areas, predicate="intersects")
    open_ = best[unit] == len(areas)
    area, unit = area[open_], unit[open_]
    share = shapely.area(shapely.intersection(shapes[unit], areas[area]))
    area, unit, share = area[share > 0], unit[share > 0], share[share > 0]
    order = np.lexsort((-area, share))
    best[unit[order]] = area[order]
    return np.where(best < len(areas), best, -1)


def with_ids(frame: gpd.GeoDataFrame, community: pd.DataFrame) -> gpd.GeoDataFrame:
    """Number the units of a kind in a community from west to east, then north to south; sort by id."""
    frame["comm"] = community["comm"]
    middle = shapely.point_on_surface(frame.geometry.to_numpy())
    letter = frame["kind"].map(_KIND_LETTER)
    order = np.lexsort((-shapely.get_y(middle), shapely.get_x(middle), letter, community["comm_code"]))
    frame = frame.iloc[order].reset_index(drop=True)
    prefix = (community["comm_code"] + letter).iloc[order].reset_index(drop=True)
    serial = prefix.groupby(prefix).cumcount() + 1
    frame["unit_id"] = prefix + serial.astype(str).str.zfill(4)
    return frame
