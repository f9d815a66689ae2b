"""Plans of crooked squares, of any size: small ones for random edits, whole cities for benchmarks."""

from __future__ import annotations

from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from bigmap.base.problems import ProblemLog
from bigmap.core.coverage.proof import cover_plan
from bigmap.core.geometry.adjacency import build_graph
from bigmap.core.geometry.measures import AreaMeter
from bigmap.core.planning.plan import Plan, operators_of, zones_of
from bigmap.core.sources.layers import NUMBER_FIELDS, TEXT_FIELDS, Sources
from bigmap.core.units.model import Units
from bigmap.core.zoning.rules import ZoningRules

EPSG = 4548
ORIGIN = np.array([610_437.0, 2_708_867.0])
SIDE = 40.0
_KINDS = ["estate", "building", "road", "public", "green", "block"]


def grid_city(
    columns: int, rows: int, zones: int, *, seed: int = 0, holes: float = 0.0, bare: float = 0.0
) -> Plan:
    """Return a plan of ``columns`` × ``rows`` crooked squares of some 40 m in zones of blocks.

    Parameters
    ----------
    columns, rows, zones : int
        Fewer zones where some would have no unit.
    seed : int
    holes : float
        Share of the squares that are no ground at all: they leave holes, bays and islands.
    bare : float
        Share of the units in no zone.
    """
    rng = np.random.default_rng(seed)
    polygons, at = _squares(columns, rows, rng)
    kept = rng.random(len(polygons)) >= holes
    kept[0] = True
    polygons, at = polygons[kept], at[:, kept]
    wide = max(1, min(columns, round((zones * columns / rows) ** 0.5)))
    high = max(1, min(rows, zones // wide))
    zone = (at[0] * wide // columns) * high + at[1] * high // rows
    served = rng.random(len(zone)) >= bare
    served[0] = True
    names, zone[served] = np.unique(zone[served], return_inverse=True)
    zone[~served] = -1
    zones = len(names)
    units = _units(polygons, rng)
    graph = build_graph(polygons)
    table = zones_of(units, zone, zones)
    operators = pd.DataFrame(
        {"operator_id": ["A", "B"], "name": ["甲物业", "乙物业"], "capacity": [np.nan] * 2, "phone": [""] * 2}
    )
    table["oper"] = [["A", "B", None][i % 3] for i in range(zones)]
    return Plan(
        sources=_sources(polygons, operators),
        units=units,
        graph=graph,
        rules=ZoningRules(zones=zones),
        zone_of_unit=zone,
        zones=table,
        operators=operators_of(operators, table),
        coverage=cover_plan(units, graph, zone, table),
        problems=ProblemLog(),
    )


def _squares(columns: int, rows: int, rng: np.random.Generator):
    corner = np.stack(np.meshgrid(np.arange(columns + 1.0), np.arange(rows + 1.0)), axis=-1) * SIDE
    corner += rng.uniform(-0.2, 0.2, corner.shape) * SIDE
    corner = np.round(corner + ORIGIN, 2)
    ring = [corner[:-1, :-1], corner[:-1, 1:], corner[1:, 1:], corner[1:, :-1]]
    boxes = shapely.polygons(np.stack(ring, axis=2).reshape(-1, 4, 2))
    return boxes, np.stack([np.tile(np.arange(columns), rows), np.repeat(np.arange(rows), columns)])


def _units(polygons, rng: np.random.Generator) -> Units:
    n = len(polygons)
    meter = _meter()
    site = meter.area_m2(polygons)
    kinds = np.array(_KINDS)[rng.integers(0, len(_KINDS), n)]
    hh = rng.integers(0, 400, n)
    frame = gpd.GeoDataFrame(
        {
            "unit_id": [f"U{i:06d}" for i in range(n)],
            "name": np.where(kinds == "estate", "筼筜里", ""),
            "kind": kinds,
            "hh": hh,
            "gfa_m2": hh * rng.uniform(60, 120, n),
            "site_m2": site,
            "sweep_m2": np.where(kinds == "road", site, 0.0),
            "green_m2": np.where(kinds == "green", site, 0.0),
            "parking_n": rng.integers(0, 50, n).astype(float),
            "inside": kinds == "estate",
            "comm": np.where(np.arange(n) < n // 2, "东社区", "西社区"),
            "street": "",
            "mgmt": "",
            "road_class": np.where(kinds == "road", "次干路", ""),
            "width_m": np.where(kinds == "road", 12.0, np.nan),
            "source": "住宅小区.shp",
            "load": hh.astype(float),
        },
        geometry=polygons,
        crs=EPSG,
    )
    total = float(site.sum())
    return Units(frame, total, 0.0, meter, np.array([], dtype=object))


@cache
def _meter() -> AreaMeter:
    return AreaMeter(CRS.from_epsg(EPSG), tuple(ORIGIN))


def _sources(polygons, operators: pd.DataFrame) -> Sources:
    def empty(**columns):
        names = {name: [] for name in (*TEXT_FIELDS, *NUMBER_FIELDS, "fid", "file", "kind")}
        return gpd.GeoDataFrame(names, geometry=[], crs=EPSG)

    ground = shapely.coverage_union_all(polygons)
    return Sources(
        crs=CRS.from_epsg(EPSG),
        boundary=shapely.multipolygons(shapely.get_parts(ground)),
        estates=empty(),
        buildings=empty(),
        roads=empty(),
        exclusions=empty(),
        communities=gpd.GeoDataFrame({"name": ["官任社区"]}, geometry=[ground], crs=EPSG),
        operators=operators,
        layers=[],
    )
