"""Operators get zones within their capacities."""

from __future__ import annotations

import itertools

import geopandas as gpd
import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from bigmap.base.problems import ProblemLog
from bigmap.core.adjacency import Graph
from bigmap.core.bundling import bundle_operators


def row_of_zones(*households):
    """Zones side by side: each touches the next along 10 m."""
    n = len(households)
    zones = gpd.GeoDataFrame(
        {"zone_id": [f"W{i + 1:02d}" for i in range(n)], "hh": households}, geometry=[None] * n
    )
    return zones, Graph(n, np.arange(n - 1), np.arange(1, n), np.full(n - 1, 10.0))


def operators(*capacity):
    ids = [chr(65 + i) for i in range(len(capacity))]
    return pd.DataFrame({"operator_id": ids, "name": [f"{c}物业" for c in ids], "capacity": capacity})


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
