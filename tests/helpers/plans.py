"""Plans drawn by hand: a few boxes whose figures a reader can check by eye."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from bigmap.base.problem_kinds.cleaning import Duplicate
from bigmap.base.problems import ProblemLog
from bigmap.core.coverage.gap import Gap, GapCause, GapKind, Remedy
from bigmap.core.coverage.proof import Coverage, Share
from bigmap.core.geometry.adjacency import build_graph
from bigmap.core.geometry.measures import AreaMeter
from bigmap.core.operators.parameters import Parameters
from bigmap.core.planning.plan import Plan
from bigmap.core.planning.replan import reckoned
from bigmap.core.sources.layers import NUMBER_FIELDS, TEXT_FIELDS, Layer, Role, Sources
from bigmap.core.units.model import Units
from bigmap.core.zoning.rules import ZoningRules

EPSG = 4548
ORIGIN = (610437.0, 2708867.0)
SIDE = 100.0
NAMES = [
    "筼筜一里", "筼筜二里", "湖滨南路", "官任小区",
    "体育中心", "振兴新村", "湖滨中路", "仙岳里",
    "街心公园", "育秀里", "", "吕岭花园",
]  # fmt: skip
KINDS = [
    "estate", "estate", "road", "estate",
    "public", "village", "road", "estate",
    "green", "building", "block", "estate",
]  # fmt: skip
ZONE = [
    0, 0, 2, 2,
    0, 1, 1, 2,
    0, 1, -1, 2,
]  # fmt: skip
HOUSEHOLDS = [120, 80, 0, 200, 0, 310, 0, 150, 0, 24, 0, 90]


def grid_plan() -> Plan:
    """Return the plan of twelve boxes of 100 m in three rows, south row first.

    ::

        街心公园 育秀里   (gap)   吕岭花园      W01 W02  -  W03
        体育中心 振兴新村 湖滨中路 仙岳里        W01 W02 W02 W03
        筼筜一里 筼筜二里 湖滨南路 官任小区      W01 W01 W03 W03

    Three zones, two operators (the second has W02 and W03), one gap of 10,000 m².
    """
    return deepcopy(_made())


@cache
def _made() -> Plan:
    units = _units()
    polygons = units.frame.geometry.to_numpy()
    zone_of_unit = np.array(ZONE)
    plan = Plan(
        sources=_sources(shapely.union_all(polygons)),
        units=units,
        graph=build_graph(polygons),
        rules=ZoningRules(zones=3),
        zone_of_unit=zone_of_unit,
        zones=_zones(units.frame, zone_of_unit),
        operators=_operators(),
        coverage=_coverage(polygons[ZONE.index(-1)]),
        problems=_problems(),
        timings={"read": 0.1},
    )
    return replace(reckoned(plan, Parameters()), problems=plan.problems)


def box_of(unit: int) -> shapely.Polygon:
    """Return the box of a unit."""
    column, row = unit % 4, unit // 4
    x, y = ORIGIN[0] + column * SIDE, ORIGIN[1] + row * SIDE
    return shapely.Polygon([(x, y), (x + SIDE, y), (x + SIDE, y + SIDE), (x, y + SIDE)])


def write_street(folder: Path) -> Path:
    """Write four estates of 100 m in a row, and a boundary that reaches 20 m farther."""
    estates = gpd.GeoDataFrame(
        {"name": [f"筼筜{i}里" for i in range(4)], "hh": [100, 200, 150, 50]},
        geometry=[box_of(i) for i in range(4)],
        crs=EPSG,
    )
    folder.mkdir()
    estates.to_file(folder / "estates.geojson", engine="pyogrio")
    boundary = gpd.GeoDataFrame(
        {"name": ["街道"]}, geometry=[estates.union_all().buffer(20, join_style="mitre")], crs=EPSG
    )
    boundary.to_file(folder / "boundary.geojson", engine="pyogrio")
    return folder


def _units() -> Units:
    n = len(NAMES)
    kinds = pd.Series(KINDS)
    frame = gpd.GeoDataFrame(
        {
            "unit_id": [f"U{i:04d}" for i in range(n)],
            "name": NAMES,
            "kind": kinds,
            "hh": HOUSEHOLDS,
            "gfa_m2": [h * 90.0 for h in HOUSEHOLDS],
            "site_m2": 10000.0,
            "sweep_m2": np.where(kinds == "road", 10000.0, 0.0),
            "green_m2": np.where(kinds == "green", 10000.0, 0.0),
            "parking_n": 0.0,
            "inside": kinds == "estate",
            "comm": "官任社区",
            "street": "",
            "mgmt": "",
            "road_class": np.where(kinds == "road", "次干路", ""),
            "width_m": np.where(kinds == "road", 24.0, np.nan),
            "source": "住宅小区.shp",
            "load": [float(h) for h in HOUSEHOLDS],
        },
        geometry=[box_of(i) for i in range(n)],
        crs=EPSG,
    )
    return Units(
        frame,
        boundary_m2=120000.0,
        excluded_m2=0.0,
        meter=AreaMeter(CRS.from_epsg(EPSG), ORIGIN),
        exclusions=np.array([], dtype=object),
    )


def _sources(ground: shapely.Geometry) -> Sources:
    def empty() -> gpd.GeoDataFrame:
        columns = {name: [] for name in (*TEXT_FIELDS, *NUMBER_FIELDS, "fid", "file", "kind")}
        return gpd.GeoDataFrame(columns, geometry=[], crs=EPSG)

    boundary = shapely.MultiPolygon([ground])
    estates = gpd.GeoDataFrame({"name": [n for n, k in zip(NAMES, KINDS, strict=True) if k == "estate"]})
    estates = gpd.GeoDataFrame(
        estates, geometry=[box_of(i) for i, k in enumerate(KINDS) if k == "estate"], crs=EPSG
    )
    return Sources(
        crs=CRS.from_epsg(EPSG),
        boundary=boundary,
        estates=estates,
        buildings=empty(),
        roads=empty(),
        exclusions=empty(),
        communities=gpd.GeoDataFrame({"name": ["官任社区"]}, geometry=[boundary], crs=EPSG),
        operators=_operators(),
        layers=[Layer(Role.ESTATES, Path("住宅小区.shp"), estates, encoding="GB18030")],
    )


def _zones(units: gpd.GeoDataFrame, zone_of_unit: np.ndarray) -> gpd.GeoDataFrame:
    rows = []
    for zone in range(3):
        mine = units[zone_of_unit == zone]
        rows.append(
            {
                "zone_id": f"W{zone + 1:02d}",
                "name": "",
                "oper": "Y01" if zone == 0 else "Y02",
                "units": len(mine),
                "pieces": 1,
                "load": float(mine["load"].sum()),
                "hh": int(mine["hh"].sum()),
                "gfa_m2": float(mine["gfa_m2"].sum()),
                "site_m2": float(mine["site_m2"].sum()),
                "sweep_m2": float(mine["sweep_m2"].sum()),
                "compact": 0.5,
                "geometry": shapely.union_all(mine.geometry.to_numpy()),
            }
        )
    return gpd.GeoDataFrame(rows, crs=EPSG)


def _operators() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "operator_id": ["Y01", "Y02"],
            "name": ["厦门筼筜城服物业有限公司", "嘉禾城市服务有限公司"],
            "capacity": [500.0, np.nan],
            "phone": ["0592-5550101", "0592-5550102"],
            "zones": [1, 2],
            "load": [200.0, 774.0],
            "hh": [200, 774],
            "site_m2": [40000.0, 70000.0],
        }
    )


def _coverage(hole: shapely.Polygon) -> Coverage:
    gap = Gap(
        gap_id="G0001",
        kind=GapKind.GAP,
        area_m2=10000.0,
        zones=("W02", "W03"),
        cause=GapCause.MISSING_UNIT,
        remedy=Remedy.GIVE,
        near_name="湖滨中路",
        units=("U0010",),
        width_m=50.0,
        inside=False,
        geometry=hole,
    )
    return Coverage(
        land=Share(110000.0, 120000.0),
        inside=Share(50000.0, 50000.0),
        outside=Share(60000.0, 70000.0),
        households=Share(974.0, 974.0),
        uncovered_m2=10000.0,
        overlap_m2=0.0,
        gaps=(gap,),
        crs=CRS.from_epsg(EPSG),
    )


def _problems() -> ProblemLog:
    log = ProblemLog()
    log.add(
        Duplicate(other="育秀里 (住宅小区.shp 3)"),
        file="住宅小区.shp",
        feature=7,
        name="育秀里",
        place=box_of(9).centroid.coords[0],
    )
    return log
