"""Operators get zones within their capacities."""

from __future__ import annotations

import itertools

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog
from bigmap.core.geometry.adjacency import Graph
from bigmap.core.operators.anneal import annealed
from bigmap.core.operators.assign import bundle, bundle_operators
from bigmap.core.operators.bundling_model import model_of, parts, score
from bigmap.core.operators.bundling_reports import tell_floor_areas
from bigmap.core.operators.bundling_rules import BundleRules, rules_from, rules_values
from bigmap.core.operators.distance import distance_km
from bigmap.core.operators.initial import pack_operators
from tests.helpers.bundles import best_of_all, chequered, operators
from tests.helpers.examples import few


def row_of_zones(*households):
    """Zones side by side: each touches the next along 10 m."""
    n = len(households)
    zones = gpd.GeoDataFrame(
        {"zone_id": [f"W{i + 1:02d}" for i in range(n)], "hh": households}, geometry=[None] * n
    )
    return zones, Graph(n, np.arange(n - 1), np.arange(1, n), np.full(n - 1, 10.0))


def test_neighbours_go_together_where_the_load_allows():
    zones, graph = row_of_zones(100, 100, 100, 100)
    owner = bundle_operators(zones, graph, operators(200, 200))
    assert owner[0] == owner[1] != owner[2] == owner[3]


def test_without_a_limit_the_load_is_shared_evenly():
    zones, graph = row_of_zones(100, 100, 100, 100, 100, 100)
    owner = bundle_operators(zones, graph, operators(np.nan, np.nan, np.nan))
    assert np.bincount(owner).tolist() == [2, 2, 2]


def test_a_capacity_that_cannot_be_met_is_said_in_a_sentence():
    zones, graph = row_of_zones(500, 100)
    log = ProblemLog()
    owner = bundle_operators(zones, graph, operators(300, 150), log)
    assert owner[0] == -1
    said = [p.text.render("en") for p in log if p.code == "capacity"]
    assert len(said) == 1
    assert "No operator has room for zone W01 with 500 households: A物业 has the most left, 200;" in said[0]
    assert "raise a capacity by 300 or make more and smaller zones" in said[0]
    assert owner[1] == 0


def test_a_search_finds_room_where_the_largest_first_does_not():
    zones, graph = row_of_zones(20, 31, 32)
    assert (bundle_operators(zones, graph, operators(50, 51)) >= 0).all()


def test_a_swap_never_exceeds_a_capacity():
    # Alternating households: swapping neighbours would join the ground, and overload one of the two.
    zones, graph = row_of_zones(90, 10, 90, 10, 90, 10)
    table = operators(270, 35)
    owner = bundle_operators(zones, graph, table)
    used = np.bincount(owner[owner >= 0], weights=zones["hh"].to_numpy()[owner >= 0], minlength=2)
    assert (used <= table["capacity"]).all()


def test_a_zone_that_fits_only_after_a_change_of_places_is_placed():
    # Largest first fills A with 60 and B with 50; 40 fits only if 50 and 60 leave room: 60+40 | 50+30.
    zones, graph = row_of_zones(60, 50, 40, 30)
    owner = bundle_operators(zones, graph, operators(100, 80))
    assert (owner >= 0).all()


@given(
    st.lists(st.integers(1, 100), min_size=1, max_size=6),
    st.lists(st.integers(50, 300), min_size=1, max_size=3),
)
def test_capacities_hold_and_zones_are_left_out_only_when_nobody_has_room(households, capacity):
    zones, graph = row_of_zones(*households)
    log = ProblemLog()
    owner = bundle_operators(zones, graph, operators(*map(float, capacity)), log)
    demand = np.array(households, float)
    used = np.bincount(owner[owner >= 0], weights=demand[owner >= 0], minlength=len(capacity))
    assert (used <= np.array(capacity)).all()
    assert [p.code for p in log].count("capacity") == (owner < 0).sum()
    for zone in np.flatnonzero(owner < 0):
        assert (used + demand[zone] > np.array(capacity)).all()


def possible(households, capacity):
    """The slow twin: whether any assignment at all serves every zone."""
    return any(
        all(
            sum(h for h, o in zip(households, pick, strict=True) if o == i) <= c
            for i, c in enumerate(capacity)
        )
        for pick in itertools.product(range(len(capacity)), repeat=len(households))
    )


@given(
    st.lists(st.integers(1, 100), min_size=1, max_size=6),
    st.lists(st.integers(50, 300), min_size=1, max_size=3),
)
def test_everything_is_served_whenever_that_is_possible(households, capacity):
    zones, graph = row_of_zones(*households)
    owner = bundle_operators(zones, graph, operators(*map(float, capacity)))
    assert (owner >= 0).all() == possible(households, capacity)


@given(
    st.integers(1, 3),
    st.integers(1, 2),
    st.integers(1, 3),
    st.integers(0, 10_000),
    st.floats(0.6, 2.0),
    st.booleans(),
    st.booleans(),
)
def test_the_best_of_few_zones_is_proven(columns, rows, k, seed, room, locked, hard):
    zones, graph = chequered(columns, rows, seed)
    rng = np.random.default_rng(seed)
    capacity = zones["hh"].sum() / k * room * rng.uniform(0.7, 1.4, k)
    table = operators(*capacity)
    table.loc[0, "capacity"] = np.nan if seed % 3 == 0 else capacity[0]
    locks = {"W001": "A"} if locked and not hard and zones["hh"][0] <= capacity[0] else {}
    near = 500.0 * (seed % 2)  # 500 m: over a zone between, where touching has a price of its own
    rules = BundleRules(near_m=near, locks=locks, share_is_hard=hard, max_share=0.7)
    distance = rng.uniform(0, 3, (len(zones), k)) if seed % 2 else None
    found = bundle(zones, graph, table, rules=rules, distance_km=distance)
    model = model_of(zones, graph, table, rules, distance)
    assert found.proven
    assert found.bound == found.objective == pytest.approx(score(model, found.owner), abs=1e-9)
    assert found.objective == pytest.approx(best_of_all(model), abs=1e-9)


@pytest.mark.parametrize("seed", [0, 1])
def test_twenty_zones_and_three_operators_are_proven(seed):
    zones, graph = chequered(5, 4, seed)
    found = bundle(zones, graph, operators(np.nan, np.nan, np.nan), rules=BundleRules(near_m=0.0))
    assert found.proven


@few()
@given(st.integers(0, 10_000), st.integers(2, 5))
def test_a_search_keeps_capacities_and_locks_and_is_never_worse(seed, k):
    zones, graph = chequered(6, 5, seed)
    capacity = zones["hh"].sum() / k * np.random.default_rng(seed).uniform(1.0, 1.4, k)
    rules = BundleRules(near_m=0.0, locks={"W001": "B", "W030": "A"})
    model = model_of(zones, graph, operators(*capacity), rules)
    start = pack_operators(model)
    owner = annealed(model, start, 20_000, seed)
    used = np.bincount(owner[owner >= 0], model.demand[owner >= 0], k)
    assert (used <= model.room).all()
    assert (owner[0], owner[29]) == (1, 0)
    assert score(model, owner) <= score(model, start) + 1e-9


def test_the_same_seed_gives_the_same_bundles():
    zones, graph = chequered(8, 6, 3)
    table = operators(*[zones["hh"].sum() / 4] * 5)
    first = bundle(zones, graph, table)
    assert (first.owner == bundle(zones, graph, table).owner).all()
    assert not first.proven
    assert first.bound is None


def test_rich_zones_carry_lean_ones():
    # Rich, rich, lean, lean in a row: halves would part them, the band asks for one of each.
    zones, graph = row_of_zones(100, 100, 100, 100)
    zones["cost_y"], zones["income_y"] = 100.0, [140.0, 140.0, 60.0, 60.0]
    log = ProblemLog()
    owner = bundle_operators(zones, graph, operators(np.nan, np.nan), log)
    assert owner[0] != owner[1]
    assert owner[2] != owner[3]
    # Ends and middle: W01 with W04 in two parts, or W01 W03 and W02 W04; either leaves ground apart.
    assert {p.code for p in log} == {"bundle_parts"}


def test_a_band_that_cannot_be_kept_is_said_with_the_way_out():
    zones, graph = row_of_zones(100, 100)
    zones["cost_y"], zones["income_y"] = 1000.0, [1200.0, 600.0]
    log = ProblemLog()
    bundle_operators(zones, graph, operators(100, 100), log)
    said = sorted(p.text.render("en") for p in log if p.code == "cover_band")
    assert len(said) == 2
    assert "covers 120.0% of its cost, more than 100.0%: a band of 30.0% would hold" in said[0] + said[1]
    assert "covers 60.0% of its cost, less than 80.0%" in said[0] + said[1]
    assert "or 200 yuan a year more income" in said[0] + said[1]


def test_parts_that_are_near_count_as_one():
    zones, _ = chequered(3, 1, 0)
    apart = zones.iloc[[0, 2]].reset_index(drop=True)  # 500 m between them
    alone = Graph(2, np.zeros(0, int), np.zeros(0, int), np.zeros(0))
    both = np.array([0, 0])
    table = operators(np.nan)
    assert parts(model_of(apart, alone, table, BundleRules(near_m=300.0)), both).tolist() == [2]
    assert parts(model_of(apart, alone, table, BundleRules(near_m=500.0)), both).tolist() == [1]


def test_zones_that_touch_are_preferred_to_near_ones():
    zones, graph = chequered(4, 1, 0)
    zones["hh"], zones["cost_y"], zones["income_y"] = 100, 1.0, 1.0
    table = operators(np.nan, np.nan)
    model = model_of(zones, graph, table, BundleRules(near_m=1000.0))
    halves, mixed = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    assert parts(model, mixed).tolist() == [1, 1]
    assert score(model, mixed) == pytest.approx(score(model, halves) + 2 * 0.05)
    owner = bundle_operators(zones, graph, table, rules=BundleRules(near_m=1000.0))
    assert owner[0] == owner[1] != owner[2] == owner[3]


def test_zones_go_to_whoever_serves_the_ground_there():
    zones, graph = chequered(4, 1, 0)
    zones["hh"] = 100
    zones["income_y"] = zones["cost_y"] = 1.0
    served = gpd.GeoDataFrame(
        {"oper": ["B物业", "A"]}, geometry=[zones.geometry[0].centroid, zones.geometry[3].centroid]
    )
    table = operators(np.nan, np.nan)
    km = distance_km(zones, served, table)
    assert km is not None
    assert km[:, 1].tolist() == [0.0, 0.25, 0.75, 1.25]
    assert bundle_operators(zones, graph, table, distance_km=km).tolist() == [1, 1, 0, 0]
    assert distance_km(zones, served.assign(oper=""), table) is None


@pytest.mark.parametrize(
    ("locks", "said"),
    [
        ({"W9": "A"}, "there is no such zone"),
        ({"W01": "Z"}, "no such operator; use one of A"),
        ({"W01": "A", "W02": "A"}, "200 households, 50 above its limit of 150"),
    ],
)
def test_locks_that_cannot_hold_are_refused(locks, said):
    zones, graph = row_of_zones(100, 100)
    with pytest.raises(UserError) as error:
        bundle(zones, graph, operators(150), rules=BundleRules(locks=locks))
    assert said in error.value.text.render("en")


@pytest.mark.parametrize(
    "values", [{"band": 0}, {"max_share": 2}, {"near_m": -1.0}, {"bands": 1}, {"band": "x"}]
)
def test_senseless_rules_are_refused(values):
    with pytest.raises(UserError):
        rules_from(values)


def test_rules_come_back_from_their_values():
    rules = BundleRules(band=0.2, locks={"W01": "A"}, share_is_hard=True)
    assert rules_from(rules_values(rules)) == rules


def test_more_floor_area_than_an_operator_can_take_is_said():
    table = operators(np.nan, np.nan, 5.0).assign(
        gfa_m2=[310.0, 300.0, 999.0], capacity_m2=[300.0, 300.0, np.nan]
    )
    log = ProblemLog()
    tell_floor_areas(table, log)
    (said,) = log
    assert (said.code, said.severity) == ("over_capacity", "error")
    assert said.text.render("en").startswith(
        "A物业 has 310 m² of floor area, 10 more than its capacity of 300"
    )
    tell_floor_areas(table.drop(columns="capacity_m2"), log)
    assert len(log) == 1
