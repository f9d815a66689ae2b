"""Whatever is drawn, the units are a partition and the sums are conserved."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog
from bigmap.core.adjacency import build_graph, pieces
from bigmap.core.coverage import check_coverage, cover_plan
from bigmap.core.plan import zones_of
from bigmap.core.units import build_units
from bigmap.core.workload import weigh
from bigmap.core.zoning import ZoningRules, build_zones
from tests.helpers.towns import random_town

seeds = st.integers(0, 10**6)


def made(seed):
    town = random_town(seed)
    try:
        return town, build_units(town)
    except UserError:
        return town, None


@given(seeds)
@settings(max_examples=60)
def test_units_are_a_partition(seed):
    town, units = made(seed)
    if units is None:
        return
    excluded = shapely.union_all(town.exclusions.geometry.to_numpy()) if len(town.exclusions) else None
    ground = shapely.difference(town.boundary, excluded) if excluded else town.boundary
    assert shapely.area(units.polygons).sum() == pytest.approx(ground.area, rel=1e-9)
    assert shapely.symmetric_difference(shapely.union_all(units.polygons), ground).area < 1e-6 * ground.area
    assert shapely.coverage_is_valid(units.polygons)
    assert set(shapely.get_type_id(units.polygons)) == {shapely.GeometryType.POLYGON}


@given(seeds)
@settings(max_examples=30)
def test_households_are_carried_to_the_last_one(seed):
    """Every household is in a unit, or its feature is named as left out."""
    town = random_town(seed)
    log = ProblemLog()
    try:
        units = build_units(town, problems=log)
    except UserError:
        return
    points = shapely.point_on_surface(town.buildings.geometry.to_numpy())
    walled = [shapely.intersects(town.estates.geometry.to_numpy(), p).any() for p in points]
    drowned = [shapely.intersects(town.exclusions.geometry.to_numpy(), p).any() for p in points]
    away = ~shapely.intersects(points, town.boundary)
    alone = town.buildings[~(np.array(walled, bool) | np.array(drowned, bool) | away)]
    left_out = {(p.file, p.feature) for p in log if p.code == "outside"}
    expected = sum(
        hh
        for layer in (town.estates, alone)
        for file, fid, hh in zip(layer["file"], layer["fid"], layer["hh"], strict=True)
        if (file, fid) not in left_out
    )
    assert units.frame["hh"].sum() == expected


@given(seeds, st.integers(1, 7))
@settings(max_examples=40)
def test_zones_are_whole_connected_and_cover_everything(seed, k):
    _, units = made(seed)
    if units is None or k > len(units):
        return
    units = weigh(units, {"site_m2": 1.0}, ProblemLog())
    graph = build_graph(units.polygons)
    log = ProblemLog()
    zone = build_zones(units, graph, ZoningRules(zones=k), log)
    zones = zones_of(units, zone, k)
    assert sorted(set(zone)) == list(range(k))
    ground = graph.components()
    for z in range(k):
        mine = zone == z
        assert len(set(pieces(graph, zone)[mine])) == 1 or len(set(ground[mine])) > 1
    if (zones["pieces"] > 1).any():
        assert "ground_in_pieces" in [p.code for p in log]
    assert shapely.coverage_is_valid(zones.geometry.to_numpy())
    proof = cover_plan(units, graph, zone, zones, has_operators=False)
    assert (proof.uncovered_m2, proof.overlap_m2, len(proof.gaps)) == (0.0, 0.0, 0)


@given(seeds)
@settings(max_examples=25)
def test_the_check_of_our_own_zones_agrees_with_the_plan(seed):
    """The geometric proof is the slow twin of the one by whole units."""
    town, units = made(seed)
    if units is None or len(units) < 3:
        return
    units = weigh(units, {"units": 1.0}, ProblemLog())
    graph = build_graph(units.polygons)
    zone = build_zones(units, graph, ZoningRules(zones=min(3, len(units))))
    zone = np.where(np.arange(len(zone)) % 4 == 1, -1, zone)
    k = int(zone.max()) + 1
    zones = zones_of(units, zone, k)
    zones = zones[zones["units"] > 0].reset_index(drop=True)
    number = {int(z[1:]) - 1: i for i, z in enumerate(zones["zone_id"])}
    plan_zone = np.array([number.get(int(z), -1) for z in zone])
    ours = cover_plan(units, graph, plan_zone, zones, has_operators=False)
    theirs = check_coverage(zones, town, units)
    assert theirs.uncovered_m2 == pytest.approx(ours.uncovered_m2, rel=1e-6, abs=0.05)
    assert theirs.inside.covered == pytest.approx(ours.inside.covered, rel=1e-6, abs=0.05)
    assert theirs.overlap_m2 == pytest.approx(0.0, abs=0.05)
