"""A large area district by district: each district's ground is cut by itself, then joined along the borders.

The districts are built by whatever `concurrent.futures.Executor` is given: processes of this computer or the
workers of a cluster. Features across a border are cut there first, with their figures shared out, so that
every sum is that of the whole area.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor, Future, as_completed
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from bigmap.base.arrays import Bools, Ints, Shapes
from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.problem_kinds.units import SliverExcluded
from bigmap.base.problems import ProblemLog
from bigmap.base.progress import Progress
from bigmap.core.geometry.adjacency import Graph, build_graph, merged
from bigmap.core.geometry.measures import AreaMeter, width_m
from bigmap.core.geometry.partition import absorbed
from bigmap.core.geometry.shared_vertices import REACH_M, stitch
from bigmap.core.sources.layers import Sources
from bigmap.core.units import attributes
from bigmap.core.units.build_units import build_units, prove_partition
from bigmap.core.units.claims import ClaimedFaces, claim_faces
from bigmap.core.units.cutting_rules import UnitRules
from bigmap.core.units.decks import decks_of, report_decks
from bigmap.core.units.model import Units
from bigmap.core.units.road_surfaces import road_segments
from bigmap.core.units.standalone import with_alone

_PER_METRE = 1 / UnitRules().grid_m
_DISTRICT_DIGITS = 6  # of a community's code: GB/T 2260, the county or city district


@dataclass(frozen=True)
class _Built:
    """Ground of one district."""

    units: Units
    problems: ProblemLog


def districts_of(sources: Sources) -> Shapes:
    """Return the districts as a valid coverage of the boundary, in a fixed order.

    They are the features of the boundary layer where it has several, else the communities put together by the
    first six digits of their codes; ground in none of them is a district of its own, unless it is too thin
    for a unit: then it goes to the neighbour with the longest border.

    Returns
    -------
    array of Polygon or MultiPolygon
        Just the boundary where there is nothing to divide it by.
    """
    areas = sources.districts if sources.districts is not None and len(sources.districts) > 1 else None
    claims = areas.geometry.to_numpy() if areas is not None else _by_code(sources.communities)
    if len(claims) < 2:
        return np.array([sources.boundary], dtype=object)
    claims = claims[np.lexsort(shapely.bounds(claims).T)]
    ground = claim_faces(sources.boundary, claims, claims[:0], _PER_METRE)
    label = _with_slits(ground, np.where(ground.inside, ground.claim + 1, -1))
    faces, member = ground.map.merged(label)
    place = ground.rails.placed(ground.map.xy, ground.map.edges, ground.rail, _PER_METRE)
    needed = faces.needed_at(place, ground.map.xy / _PER_METRE)
    shapes, number = faces.polygons(place, needed), label[member[1:]]
    held = [shapes[number == i] for i in range(len(claims) + 1)]
    return np.array([shapely.coverage_union_all(parts) for parts in held if len(parts)], dtype=object)


def _with_slits(ground: ClaimedFaces, label: Ints) -> Ints:
    """Return the labels with those of neighbours on ground in no district that is too thin for a unit."""
    faces = ground.map
    region = faces.regions(label)
    first = np.unique(region, return_index=True)[1]
    n = len(first)
    left, right = region[faces.left], region[faces.right]
    apart = left != right
    around = sum(np.bincount(side[apart], faces.length[apart], n) for side in (left, right))
    area = np.bincount(region, faces.area, n).astype(np.float64)
    thin = (label[first] == 0) & (2 * area < UnitRules().min_width_m * _PER_METRE * around)
    between = apart & (label[faces.left] >= 0) & (label[faces.right] >= 0)
    graph = Graph(n, left[between], right[between], faces.length[between])
    return label[first][absorbed(merged(graph, np.arange(n), n), area, thin)][region]


def _by_code(communities: gpd.GeoDataFrame) -> Shapes:
    codes = communities["code"].fillna("").astype(str).str[:_DISTRICT_DIGITS]
    shapes = communities.geometry.to_numpy()
    groups = [shapes[(codes == code).to_numpy()] for code in sorted(set(codes)) if code]
    return np.array([shapely.union_all(group) for group in groups], dtype=object)


def build_by_district(
    sources: Sources,
    executor: Executor,
    rules: UnitRules | None = None,
    problems: ProblemLog | None = None,
    progress: Progress | None = None,
) -> tuple[Units, Graph]:
    """Cut the governance area into units, one district a task; what `build_units` and `build_graph` give.

    Parameters
    ----------
    sources : Sources
    executor : concurrent.futures.Executor
        Does the districts; functions and records travel by pickle.
    rules : UnitRules, optional
    problems : ProblemLog, optional
        Receives the districts' problems, in the order of the districts.
    progress : Progress, optional

    Returns
    -------
    Units, Graph
        Equal in ground and sums to a cut in one go; a unit never lies in two districts.

    Raises
    ------
    UserError
        When the exclusions leave no ground in any district.
    ArithmeticError
        When the pieces do not add up to the boundary: a defect of bigmap.
    """
    progress, problems = progress or Progress(), ProblemLog() if problems is None else problems
    segments = road_segments(sources.roads, _PER_METRE)
    decks = decks_of(sources, segments, rules or UnitRules(), problems)
    sources = with_alone(replace(sources, decks=decks), decks, problems)
    shapes = districts_of(sources)
    parts = split_by_district(sources, shapes)
    futures = [executor.submit(_build, part, rules) for part in parts]
    _wait(futures, progress.part(0.0, 0.85))
    built = [held for future in futures if (held := future.result()) is not None]
    progress.step(0.85, Text("Joining the districts along their borders"))
    if not built:
        raise UserError("The exclusions cover the whole boundary, so no ground is left; check these layers")
    problems.items.extend(p for part in built for p in part.problems)
    units = _joined(sources, [part.units for part in built], rules or UnitRules(), problems)
    report_decks(units.bridges, units.bridges_m2, problems)
    return units, build_graph(units.polygons)


def _wait(futures: Sequence[Future], progress: Progress) -> None:
    try:
        for done, _ in enumerate(as_completed(futures)):
            text = Text("{n} of {m} districts are cut", {"n": done + 1, "m": len(futures)})
            progress.step((done + 1) / len(futures), text)
    except BaseException:
        for future in futures:
            future.cancel()
        raise


def _build(sources: Sources, rules: UnitRules | None) -> _Built | None:
    """Return the ground of one district, None where the exclusions leave nothing of it."""
    excluded = shapely.union_all(sources.exclusions.geometry.to_numpy())
    excluded = shapely.difference(excluded, shapely.union_all(sources.decks))
    if shapely.difference(sources.boundary, excluded).area == 0:
        return None
    log = ProblemLog()
    return _Built(build_units(sources, rules, log), log)


# --- dividing -----------------------------------------------------------------------------------------------


def split_by_district(sources: Sources, districts: Shapes) -> list[Sources]:
    """Return the sources of each district; features across a border are cut, their figures shared out."""
    estates = _shared(sources.estates, districts)
    exclusions = _shared(sources.exclusions, districts)
    buildings = _by_place(sources.buildings, districts)
    widest = float(np.nanmax(sources.roads["width_m"].to_numpy(float), initial=0.0))
    roads = _near(sources.roads, districts, widest / 2)  # a road beside the border reaches over it
    communities = _near(sources.communities, districts, 0.0)
    green = [None] * len(districts) if sources.green is None else _near(sources.green, districts, 0.0)
    return [
        replace(
            sources,
            boundary=shapely.multipolygons(shapely.get_parts(shape)),
            estates=estates[i],
            buildings=buildings[i],
            exclusions=exclusions[i],
            roads=roads[i],
            communities=communities[i],
            green=green[i],
            operators=None,
            layers=[],
        )
        for i, shape in enumerate(districts)
    ]


def _shared(frame: gpd.GeoDataFrame, districts: Shapes) -> list[gpd.GeoDataFrame]:
    shapes = frame.geometry.to_numpy()
    feature, district = shapely.STRtree(districts).query(shapes, predicate="intersects")
    away = np.setdiff1d(np.arange(len(frame)), feature)
    times = np.bincount(feature, minlength=len(frame))
    across = times[feature] > 1
    parts = shapes[feature]
    parts[across] = shapely.intersection(parts[across], districts[district[across]])
    solid = shapely.area(parts) > 0
    feature, district, parts = feature[solid], district[solid], parts[solid]
    rows = frame.iloc[feature].reset_index(drop=True).set_geometry(gpd.GeoSeries(parts, crs=frame.crs))
    for column in attributes.SUMMED:
        values = frame[column].to_numpy(float)
        shares = attributes.apportioned(
            np.nan_to_num(values), feature, shapely.area(parts), whole=column in attributes.WHOLE
        )
        rows[column] = np.where(np.isnan(values[feature]), np.nan, shares)
    held = [rows[district == i].reset_index(drop=True) for i in range(len(districts))]
    if len(away):  # the first district says what lies outside
        held[0] = pd.concat([held[0], frame.iloc[away]], ignore_index=True)
    return held


def _by_place(frame: gpd.GeoDataFrame, districts: Shapes) -> list[gpd.GeoDataFrame]:
    inner = shapely.point_on_surface(frame.geometry.to_numpy())
    feature, district = shapely.STRtree(districts).query(inner, predicate="intersects")
    home = np.zeros(len(frame), dtype=np.int64)  # outside: the first district says so
    home[feature[::-1]] = district[::-1]
    return [frame[home == i].reset_index(drop=True) for i in range(len(districts))]


def _near(frame: gpd.GeoDataFrame, districts: Shapes, reach_m: float) -> list[gpd.GeoDataFrame]:
    tree = shapely.STRtree(frame.geometry.to_numpy())
    district, feature = tree.query(districts, predicate="dwithin", distance=reach_m)
    rows = [np.sort(feature[district == i]) for i in range(len(districts))]
    return [frame.iloc[mine].reset_index(drop=True) for mine in rows]


# --- joining ------------------------------------------------------------------------------------------------


def _joined(sources: Sources, parts: Sequence[Units], rules: UnitRules, problems: ProblemLog) -> Units:
    """Return the districts as one ground: common vertices along their borders, one measure, new ids."""
    sewn = stitch([np.concatenate([part.polygons, part.exclusions]) for part in parts])
    polygons = np.concatenate([s[: len(part)] for s, part in zip(sewn, parts, strict=True)])
    exclusions = np.concatenate([s[len(part) :] for s, part in zip(sewn, parts, strict=True)])
    frame = gpd.GeoDataFrame(pd.concat([part.frame for part in parts], ignore_index=True))
    frame = frame.set_geometry(gpd.GeoSeries(polygons, crs=sources.crs))
    lost = _slivers_in_water(frame, exclusions, rules)
    if lost.any():
        problems.add(SliverExcluded(n=int(lost.sum()), area=float(shapely.area(polygons[lost]).sum())))
        exclusions = np.concatenate([exclusions, polygons[lost]])
        frame, polygons = frame[~lost].reset_index(drop=True), polygons[~lost]
    meter = AreaMeter(sources.crs, tuple(shapely.get_coordinates(sources.boundary.centroid)[0]))
    frame["site_m2"] = meter.area_m2(polygons)
    frame["green_m2"] = frame["green_m2"].where(frame["kind"] != "green", frame["site_m2"])
    frame["sweep_m2"] = frame["site_m2"].where(frame["sweep_m2"] > 0, 0.0)
    outline = shapely.get_parts(shapely.coverage_union_all(np.concatenate([polygons, exclusions])))
    units = replace(
        parts[0],
        frame=_numbered(frame),
        boundary_m2=float(meter.area_m2(outline).sum()),
        excluded_m2=float(meter.area_m2(exclusions).sum()),
        meter=meter,
        exclusions=exclusions,
        bridges_m2=sum(part.bridges_m2 for part in parts),
    )
    prove_partition(units, outline, sources.boundary, 2 * REACH_M)
    return units


def _slivers_in_water(frame: gpd.GeoDataFrame, exclusions: Shapes, rules: UnitRules) -> Bools:
    """Return which units are slivers that touch no ground but excluded ground, as in a cut in one go."""
    polygons = frame.geometry.to_numpy()
    lost = width_m(polygons) < rules.min_width_m
    lost &= ~frame["kind"].isin(["estate", "building", "public"]).to_numpy(bool)
    part = build_graph(polygons).components()
    lost &= ~np.isin(part, part[~lost])
    beside = np.zeros(len(polygons), dtype=bool)
    beside[shapely.STRtree(exclusions).query(polygons, predicate="intersects")[0]] = True
    return lost & beside & (not lost.all())


def _numbered(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the units with ids that are unique over all districts, sorted by them."""
    code = frame["unit_id"].str.extract(r"^(.*)[A-Z]\d+$")[0]
    return attributes.with_ids(frame, pd.DataFrame({"comm": frame["comm"], "comm_code": code}))
