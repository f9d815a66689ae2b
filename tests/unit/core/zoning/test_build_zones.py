"""Zone building: pieces, apportioning, balance, limits and the sentences for what cannot be done."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog
from bigmap.core.geometry.adjacency import Graph, build_graph, pieces
from bigmap.core.units.build_units import build_units
from bigmap.core.zoning.build_zones import build_zones
from bigmap.core.zoning.components import apportion
from bigmap.core.zoning.load import weigh
from bigmap.core.zoning.rules import ZoningRules
from tests.helpers.examples import few
from tests.helpers.towns import layer, small_town, sources


def grid_units(columns, rows, loads=None):
    """Estates of 100 m in a grid, numbered row by row from the top; a load of 1 each unless given."""
    shapes = [
        box(100 * x, -100 * y, 100 * x + 100, -100 * y - 100) for y in range(rows) for x in range(columns)
    ]
    hh = [float(v) for v in (loads or [1] * len(shapes))]
    names = [str(i) for i in range(len(shapes))]
    town = sources(box(0, -100 * rows, 100 * columns, 0), estates=layer(shapes, hh=hh, name=names))
    units = weigh(build_units(town), {"hh": 1.0}, ProblemLog())
    return units, build_graph(units.polygons)


def loads_of(units, zone):
    return np.bincount(zone, weights=units.frame["load"]).tolist()


def test_equal_squares_into_equal_halves():
    units, graph = grid_units(4, 4)
    assert loads_of(units, build_zones(units, graph, ZoningRules(zones=2))) == [8, 8]


def test_zones_are_numbered_from_west_to_east():
    units, graph = grid_units(8, 1)
    zone = build_zones(units, graph, ZoningRules(zones=4))
    order = units.frame["name"].astype(int).to_numpy().argsort()
    assert zone[order].tolist() == [0, 0, 1, 1, 2, 2, 3, 3]


def test_one_zone_and_as_many_zones_as_units():
    units, graph = grid_units(3, 2)
    assert set(build_zones(units, graph, ZoningRules(zones=1))) == {0}
    assert sorted(build_zones(units, graph, ZoningRules(zones=6))) == [0, 1, 2, 3, 4, 5]


def test_same_seed_same_zones():
    units, graph = grid_units(9, 9)
    first = build_zones(units, graph, ZoningRules(zones=5, seed=3))
    assert first.tolist() == build_zones(units, graph, ZoningRules(zones=5, seed=3)).tolist()


def test_a_maximum_load_is_kept():
    units, graph = grid_units(6, 6)
    zone = build_zones(units, graph, ZoningRules(max_load=5))
    assert max(loads_of(units, zone)) <= 5
    assert zone.max() + 1 <= 10  # 36 / 5 needs at least 8


@few()
@given(st.lists(st.integers(1, 100), min_size=4, max_size=24), st.floats(0.3, 3))
def test_a_maximum_load_is_kept_whatever_the_loads(loads, share):
    loads = loads[: len(loads) // 4 * 4]
    limit = max(*loads, share * sum(loads) / 4)
    units, graph = grid_units(4, len(loads) // 4, loads)
    zone = build_zones(units, graph, ZoningRules(max_load=limit))
    assert max(loads_of(units, zone)) <= limit
    assert len(set(pieces(graph, zone))) == zone.max() + 1


def test_a_maximum_that_only_single_units_keep():
    units, graph = grid_units(3, 1, [1, 1, 1])
    units.frame["load"] = 0.1
    zone = build_zones(units, graph, ZoningRules(max_load=0.1))
    assert sorted(zone) == [0, 1, 2]


def test_ground_in_pieces_of_which_one_has_no_load():
    shapes = [box(0, 0, 100, 100), box(200, 0, 300, 100), box(300, 0, 400, 100)]
    town = sources(
        box(0, 0, 400, 100),
        estates=layer(shapes, hh=[9.0, 0.0, 0.0]),
        exclusions=layer([box(100, 0, 200, 100)]),
    )
    units = weigh(build_units(town), {"hh": 1.0}, ProblemLog())
    zone = build_zones(units, build_graph(units.polygons), ZoningRules(zones=3))
    assert sorted(zone) == [0, 1, 2]


def test_more_zones_than_units_is_one_sentence():
    units, graph = grid_units(2, 2)
    with pytest.raises(UserError) as refused:
        build_zones(units, graph, ZoningRules(zones=5))
    assert "5 zones were asked for, but there are 4 units" in refused.value.text.render("en")


def test_a_unit_above_the_maximum_names_itself():
    units, graph = grid_units(2, 1, [3, 900])
    with pytest.raises(UserError) as refused:
        build_zones(units, graph, ZoningRules(max_load=100))
    assert "alone has a load of 900" in refused.value.text.render("en")


@pytest.mark.parametrize("limit", [0, -5])
def test_a_senseless_maximum_is_refused(limit):
    units, graph = grid_units(2, 1)
    with pytest.raises(UserError) as refused:
        build_zones(units, graph, ZoningRules(max_load=limit))
    assert "must be above 0" in refused.value.text.render("en")


def test_ground_in_two_pieces_gets_zones_by_load_and_says_so():
    # 100 m of water between 4 and 2 estates.
    shapes = [box(100 * x, 0, 100 * x + 100, 100) for x in (0, 1, 2, 3, 5, 6)]
    town = sources(
        box(0, 0, 700, 100), estates=layer(shapes, hh=[1.0] * 6), exclusions=layer([box(400, 0, 500, 100)])
    )
    units = weigh(build_units(town), {"hh": 1.0}, ProblemLog())
    log = ProblemLog()
    zone = build_zones(units, build_graph(units.polygons), ZoningRules(zones=3), log)
    assert sorted(loads_of(units, zone)) == [2, 2, 2]
    assert [p.code for p in log] == ["ground_in_pieces"]


def test_a_small_island_joins_the_nearest_zone_and_says_so():
    town = sources(
        box(0, 0, 700, 100),
        estates=layer(
            [box(0, 0, 200, 100), box(200, 0, 400, 100), box(640, 0, 700, 60)], hh=[50.0, 50.0, 1.0]
        ),
        exclusions=layer([box(400, 0, 640, 100), box(630, 60, 700, 100)]),
    )
    units = weigh(build_units(town), {"hh": 1.0}, ProblemLog())
    log = ProblemLog()
    zone = build_zones(units, build_graph(units.polygons), ZoningRules(zones=2), log)
    island = units.frame["hh"].to_numpy() == 1
    assert zone[island].tolist() == [1]
    assert "too small for a zone" in next(p.text.render("en") for p in log)


def test_units_without_any_load_are_balanced_by_ground():
    units, graph = grid_units(4, 2, [0] * 8)
    assert units.load_field == "site_m2"
    zone = build_zones(units, graph, ZoningRules(zones=2))
    assert np.bincount(zone).tolist() == [4, 4]


def test_the_number_of_zones_is_proposed_from_the_load():
    units, graph = grid_units(6, 2, [1000] * 12)
    assert build_zones(units, graph, ZoningRules()).max() + 1 == 4  # 12,000 households, 3,000 a zone


def test_the_town_with_roads_between_gives_connected_zones():
    units = weigh(build_units(small_town()), {"hh": 1.0}, ProblemLog())
    graph = build_graph(units.polygons)
    zone = build_zones(units, graph, ZoningRules(zones=3))
    assert len(set(pieces(graph, zone))) == 3


# --- the parts ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("load", "k", "seats"),
    [
        ([10], 3, [3]),
        ([60, 40], 5, [3, 2]),
        ([90, 10], 2, [2, 0]),
        ([50, 30, 20], 1, [1, 0, 0]),
        ([5, 0], 3, [3, 0]),
    ],
)
def test_apportioning(load, k, seats):
    assert apportion(np.array(load, float), k).tolist() == seats


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=8).filter(lambda v: sum(v) > 1), st.integers(1, 30))
def test_apportioning_hands_out_every_zone_and_never_prefers_the_lighter(load, k):
    seats = apportion(np.array(load), k)
    assert seats.sum() == k
    by_load = seats[np.argsort(load, kind="stable")]
    assert all(a <= b or np.isclose(*sorted(load)[i : i + 2]) for i, (a, b) in enumerate(pairwise(by_load)))


def path_graph(n):
    return Graph(n, np.arange(n - 1), np.arange(1, n), np.ones(n - 1))


@few()
@given(st.integers(0, 10_000), st.integers(2, 5))
def test_zones_of_random_planar_graphs_are_connected(seed, k):
    rng = np.random.default_rng(seed)
    units, graph = grid_units(5, 4, [int(v) for v in rng.integers(0, 50, 20)])
    if units.frame["load"].sum() == 0:
        return
    zone = build_zones(units, graph, ZoningRules(zones=k, seed=seed % 7))
    assert sorted(set(zone)) == list(range(k))
    assert len(set(pieces(graph, zone))) == k
