"""Whatever is drawn, the units are a partition and the sums are conserved."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog
from bigmap.core.coverage.proof import check_coverage, cover_plan
from bigmap.core.geometry.adjacency import build_graph, pieces
from bigmap.core.planning.plan import zones_of
from bigmap.core.units.build_units import build_units
from bigmap.core.units.cutting_rules import UnitRules
from bigmap.core.units.road_surfaces import surfaces
from bigmap.core.zoning.build_zones import build_zones
from bigmap.core.zoning.load import weigh
from bigmap.core.zoning.rules import ZoningRules
from tests.helpers.city import city
from tests.helpers.examples import few
from tests.helpers.towns import random_town

seeds = st.integers(0, 10**6)


def made(seed, **rules):
    town = random_town(seed)
    try:
        return town, build_units(town, UnitRules(**rules))
    except UserError:
        return town, None


@given(seeds)
def test_units_are_a_partition(seed):
    town, units = made(seed, bridges=False)
    if units is None:
        return
    whole = shapely.area(units.polygons).sum() + shapely.area(units.exclusions).sum()
    assert whole == pytest.approx(town.boundary.area, rel=1e-9)
    assert units.units_m2 + units.excluded_m2 == pytest.approx(units.boundary_m2, rel=1e-9)
    excluded = shapely.union_all(town.exclusions.geometry.to_numpy()) if len(town.exclusions) else None
    ground = shapely.difference(town.boundary, excluded) if excluded else town.boundary
    off = shapely.symmetric_difference(shapely.union_all(units.polygons), ground)
    assert off.area <= 0.01 * shapely.length(ground)  # no border moves by more than 0.7 cm
    assert shapely.coverage_is_valid(np.concatenate([units.polygons, units.exclusions]))
    assert set(shapely.get_type_id(units.polygons)) == {shapely.GeometryType.POLYGON}
    assert shapely.is_valid(units.polygons).all()


@given(seeds)
@few()
def test_decks_are_what_roads_have_of_excluded_ground_and_nothing_else_changes(seed):
    (town, units), (_, bare) = made(seed), made(seed, bridges=False)
    if bare is None:
        return
    whole = shapely.area(units.polygons).sum() + shapely.area(units.exclusions).sum()
    assert whole == pytest.approx(town.boundary.area, rel=1e-9)
    deck = shapely.difference(shapely.union_all(bare.exclusions), shapely.union_all(units.exclusions))
    moved = 0.01 * shapely.length(deck)  # no border moves by more than 0.7 cm
    assert units.bridges_m2 == pytest.approx(bare.excluded_m2 - units.excluded_m2, abs=moved)
    surface = shapely.union_all(surfaces(town.roads))
    assert shapely.difference(deck, surface).area <= moved
    roads = shapely.union_all(units.polygons[units.frame["kind"].isin(["road", "lane"])])
    if units.bridges and deck.area > UnitRules.min_area_m2:
        assert shapely.intersection(deck, roads).area > 0
    linked, parted = (len(set(build_graph(u.polygons).components())) for u in (units, bare))
    assert linked <= parted + units.bridges
    assert shapely.coverage_is_valid(np.concatenate([units.polygons, units.exclusions]))


@given(seeds)
@few()
def test_vertices_are_on_the_grid_but_for_those_on_the_boundary(seed):
    town, units = made(seed)
    if units is None:
        return
    rings = shapely.get_rings(units.polygons)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    inner = shapely.distance(shapely.boundary(town.boundary), shapely.points(xy)) > 1e-6
    assert np.array_equal(xy[inner], np.round(xy[inner], 2))
    side = (ring[1:] == ring[:-1]) & inner[1:] & inner[:-1]
    assert np.hypot(*np.diff(xy, axis=0).T)[side].min(initial=1.0) > 0.0099


@given(seeds)
@few()
def test_every_estate_and_building_has_its_own_ground_or_is_named(seed):
    """A feature whose ground is one piece that no earlier one takes has its inner point in its own unit."""
    town = random_town(seed)
    log = ProblemLog()
    try:
        units = build_units(town, UnitRules(bridges=False), problems=log)
    except UserError:
        return
    named = {(p.file, p.feature) for p in log if p.code in ("no_ground", "outside")}
    estates, ponds = shapely.union_all(town.estates.geometry), shapely.union_all(town.exclusions.geometry)
    houses = town.buildings.geometry.to_numpy()
    ground = shapely.difference(town.boundary, ponds)
    held = shapely.area(shapely.intersection(houses, ground)) >= 0.51 * shapely.area(houses)
    alone = town.buildings[~shapely.intersects(estates, shapely.point_on_surface(houses)) & held]
    taken = ponds
    for layer in (town.estates, alone):
        for i in np.argsort(shapely.area(layer.geometry.to_numpy()), kind="stable"):
            feature = layer.iloc[i]
            mine = shapely.difference(shapely.intersection(feature.geometry, town.boundary), taken)
            taken = shapely.union(taken, feature.geometry)
            point = shapely.point_on_surface(mine)
            whole = mine.geom_type == "Polygon" and shapely.distance(shapely.boundary(mine), point) > 0.05
            if whole and (feature["file"], feature["fid"]) not in named:
                unit = units.frame[shapely.covers(units.polygons, point)]
                assert unit["source"].tolist() == [feature["file"]]


@given(seeds)
@few()
def test_the_order_of_features_decides_nothing(seed):
    town, units = made(seed)
    if units is None:
        return
    rng = np.random.default_rng(seed)
    turned = replace(
        town,
        **{
            name: getattr(town, name).iloc[rng.permutation(len(getattr(town, name)))]
            for name in ("estates", "buildings", "roads", "exclusions")
        },
    )
    again = build_units(turned)
    assert shapely.to_wkb(again.polygons).tolist() == shapely.to_wkb(units.polygons).tolist()
    assert again.frame.drop(columns="geometry").equals(units.frame.drop(columns="geometry"))


def test_a_move_of_a_millimetre_changes_nothing():
    """Features lie on the centimetre grid; less than half a step is no move."""
    town = random_town(5)
    units = build_units(town)
    for name in ("estates", "buildings"):
        layer = getattr(town, name).copy()
        shapes = layer.geometry.to_numpy()
        shapes[0] = shapely.transform(shapes[0], lambda xy: xy + 0.001)
        moved = build_units(replace(town, **{name: layer.set_geometry(shapes, crs=layer.crs)}))
        assert shapely.to_wkb(moved.polygons).tolist() == shapely.to_wkb(units.polygons).tolist()
        assert moved.frame["unit_id"].tolist() == units.frame["unit_id"].tolist()


@pytest.mark.parametrize("which", [3, 20, 50])
def test_a_move_of_a_centimetre_changes_its_neighbours_only(which):
    town = city(200)
    units = build_units(town)
    shapes = town.buildings.geometry.to_numpy().copy()
    no_place = shapely.union_all([*town.estates.geometry, *town.exclusions.geometry])
    free = ~shapely.intersects(shapes, no_place) & shapely.within(shapes, town.boundary)
    row = np.flatnonzero(free)[which]
    place = shapely.buffer(shapes[row], 2 * UnitRules().reach_m)
    shapes[row] = shapely.transform(shapes[row], lambda xy: xy + 0.01)
    moved = build_units(replace(town, buildings=town.buildings.set_geometry(shapes, crs=town.crs)))
    before = dict(zip(units.frame["unit_id"], shapely.to_wkb(units.polygons), strict=True))
    after = dict(zip(moved.frame["unit_id"], shapely.to_wkb(moved.polygons), strict=True))
    changed = [i for i in before.keys() | after.keys() if before.get(i) != after.get(i)]
    assert 1 <= len(changed) <= 20
    assert shapely.intersects(place, units.polygons[units.frame["unit_id"].isin(changed)]).all()


@given(seeds)
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
    alone = town.buildings[~np.array(walled, bool)]
    codes = ("outside", "outside_boundary", "on_exclusion")
    left_out = {(p.file, p.feature) for p in log if p.code in codes}
    expected = sum(
        hh
        for layer in (town.estates, alone)
        for file, fid, hh in zip(layer["file"], layer["fid"], layer["hh"], strict=True)
        if (file, fid) not in left_out
    )
    assert units.frame["hh"].sum() == expected


@few()
@given(seeds, st.integers(1, 7))
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
    proof = cover_plan(units, graph, zone, zones)
    assert (proof.uncovered_m2, proof.overlap_m2, len(proof.gaps)) == (0.0, 0.0, 0)


@few()
@given(seeds)
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
    ours = cover_plan(units, graph, plan_zone, zones)
    theirs = check_coverage(zones, town, units)
    assert theirs.uncovered_m2 == pytest.approx(ours.uncovered_m2, rel=1e-6, abs=0.05)
    assert theirs.inside.covered == pytest.approx(ours.inside.covered, rel=1e-6, abs=0.05)
    assert theirs.overlap_m2 == pytest.approx(0.0, abs=0.05)
