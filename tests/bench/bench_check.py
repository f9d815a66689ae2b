"""The full check of zones drawn elsewhere, and the proof of a plan, beside one overlay of everything.

`pytest tests/bench/bench_check.py --benchmark-enable`; the QGIS geometry checker publishes 267 s for the gaps
and overlaps of 81,000 polygons.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import box

from bigmap.core.coverage.proof import check_coverage, cover_plan
from bigmap.core.coverage.repair import all_under, repair_zones
from bigmap.core.geometry.adjacency import build_graph
from bigmap.core.geometry.partition import cut, dissolve
from bigmap.core.planning.plan import zones_of
from bigmap.core.units.build_units import build_units
from tests.helpers.towns import GK117, X0, Y0, sources

SIDE = 30.0


def parcels(n: int, faulty: float, seed: int = 0) -> np.ndarray:
    """Return about n parcels of eight corners; a share of them is moved by 0.3 m."""
    rng = np.random.default_rng(seed)
    k = round(np.sqrt(n))
    x, y = np.meshgrid(np.arange(k + 1) * SIDE, np.arange(k + 1) * SIDE)
    inner = np.zeros((k + 1, k + 1, 1))
    inner[1:-1, 1:-1] = 1
    node = np.stack([x, y], axis=-1) + rng.uniform(-8, 8, (k + 1, k + 1, 2)) * inner
    across = (node[:, :-1] + node[:, 1:]) / 2
    along = (node[:-1] + node[1:]) / 2
    across[1:-1] += rng.uniform(-2, 2, across[1:-1].shape)
    along[:, 1:-1] += rng.uniform(-2, 2, along[:, 1:-1].shape)
    corners = (node[:-1, :-1], across[:-1], node[:-1, 1:], along[:, 1:])
    corners += (node[1:, 1:], across[1:], node[1:, :-1], along[:, :-1])
    rings = np.round(np.stack(corners, axis=2).reshape(-1, 8, 2), 2) + np.array([X0, Y0])
    rings[rng.random(len(rings)) < faulty] += 0.3
    return shapely.polygons(rings)


def town(n: int):
    """Return the ground of such parcels and its units."""
    ground = sources(box(0, 0, round(np.sqrt(n)) * SIDE, round(np.sqrt(n)) * SIDE))
    return ground, build_units(ground)


def as_zones(shapes: np.ndarray) -> gpd.GeoDataFrame:
    names = [f"Z{i}" for i in range(len(shapes))]
    return gpd.GeoDataFrame({"zone_id": names, "oper": None}, geometry=shapes, crs=GK117)


@pytest.fixture(scope="module", params=[1_000, 10_000, 80_000])
def many(request):
    return as_zones(parcels(request.param, 0.02)), *town(request.param)


@pytest.mark.benchmark(group="full check")
def test_check(benchmark, many):
    zones, ground, units = many

    def whole():
        proof = check_coverage(zones, ground, units)
        return proof, shapely.get_num_geometries(zones.geometry.to_numpy())

    proof, _ = benchmark.pedantic(whole, rounds=3)
    assert {"sliver", "overlap"} <= {gap.kind for gap in proof.gaps}


@pytest.mark.benchmark(group="full check")
def test_check_by_one_clean_of_everything(benchmark, many):
    """What the check was before: all polygons noded together, all pairs of neighbours looked at."""
    zones, ground, _ = many
    shapes = zones.geometry.to_numpy()

    def naive():
        pieces = cut(ground.boundary, shapes)
        build_graph(pieces.polygons)
        a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        common = shapely.intersection(shapes[a[a < b]], shapes[b[a < b]])
        return shapely.area(common).sum()

    benchmark.pedantic(naive, rounds=1)


@pytest.mark.benchmark(group="repair of everything")
def test_repair(benchmark, many):
    zones, ground, units = many
    gaps = check_coverage(zones, ground, units).gaps
    repaired = benchmark.pedantic(lambda: repair_zones(zones, gaps, all_under(gaps, 1e9)), rounds=1)
    assert shapely.coverage_is_valid(repaired.geometry.to_numpy())


@pytest.fixture(scope="module", params=[1_000, 10_000, 100_000])
def plan(request):
    """A plan of as many units in blocks of zones, one unit in a thousand left out."""
    shapes = parcels(request.param, 0.0)
    units = town(1_000)[1]
    frame = gpd.GeoDataFrame(geometry=shapes, crs=GK117)
    side = round(np.sqrt(len(shapes)))
    row, column = np.divmod(np.arange(len(shapes)), side)
    blank = ["unit_id", "name", "mgmt", "comm", "road_class", "source"]
    frame = frame.assign(
        **dict.fromkeys(blank, ""), hh=3, gfa_m2=300.0, sweep_m2=0.0, green_m2=0.0, parking_n=0, load=3.0
    )
    frame["unit_id"] = [f"U{i}" for i in range(len(shapes))]
    frame["kind"] = np.where(row % 10 == 0, "road", "building")
    frame["inside"] = column % 3 == 0
    frame["site_m2"] = units.meter.area_m2(shapes)
    whole = float(frame["site_m2"].sum())
    units = type(units)(frame, whole, 0.0, units.meter, shapes[:0])
    zone = (row * 17 // side) * 17 + column * 17 // side
    zone[::997] = -1
    return units, build_graph(shapes), zone


@pytest.mark.benchmark(group="proof of a plan")
def test_proof(benchmark, plan):
    units, graph, zone = plan
    zones = zones_of(units, zone, int(zone.max()) + 1)
    proof = benchmark.pedantic(lambda: cover_plan(units, graph, zone, zones), rounds=3)
    assert any(gap.kind == "gap" for gap in proof.gaps)


@pytest.mark.benchmark(group="proof of a plan")
def test_proof_by_union(benchmark, plan):
    """The obvious way: the union of the zones taken from that of the units."""
    units, _, zone = plan
    polygons = units.polygons

    def naive():
        zones = dissolve(polygons[zone >= 0], zone[zone >= 0], int(zone.max()) + 1)
        return shapely.difference(shapely.union_all(polygons), shapely.union_all(zones))

    benchmark.pedantic(naive, rounds=1)
