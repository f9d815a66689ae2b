"""A refusal is true, names the fewest rules that collide, and its advice works when it is followed."""
# ruff: noqa: E501 - a sentence a line

from __future__ import annotations

import json
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
from shapely import box

from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog
from bigmap.cli.main import main
from bigmap.core.geometry.adjacency import Graph, build_graph, induced
from bigmap.core.zoning import infeasible
from bigmap.core.zoning.build_zones import build_zones
from bigmap.core.zoning.refusal import at_least, at_most, share_at_least, written
from bigmap.core.zoning.rules import ZoningRules
from tests.helpers.cities import city, units_of
from tests.helpers.ruled_towns import follow, outcome
from tests.helpers.towns import GK117, at

LIMIT_S = 60.0


def row(households, places=None):
    """Return boxes of 100 m side by side, U000000 in the west, with their households."""
    places = range(len(households)) if places is None else places
    units = units_of([box(100 * x, 0, 100 * x + 100, 100) for x in places], np.array(households, float))
    return units, build_graph(units.polygons)


def ids(*numbers):
    return [f"U{i:06d}" for i in numbers]


def refused(units, graph, rules):
    with pytest.raises(UserError) as found:
        build_zones(units, graph, rules)
    return found.value


def assert_advice_works(units, graph, rules):
    """Follow each advice of the refusal, and return its sentence."""
    error = refused(units, graph, rules)
    assert error.advice
    for way in error.advice:
        build_zones(units, graph, follow(rules, way.render("en")))
    return error.text.render("en")


def torn(graph, zone):
    return any(induced(graph, np.flatnonzero(zone == z)).components().any() for z in np.unique(zone))


# --- locked zones ------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [5, 41])  # tried one by one, and searched
def test_a_locked_zone_that_divides_the_rest_is_refused_with_both_ways_out(n):
    units, graph = row([10] * n)
    rules = ZoningRules(zones=2, locked_zones={"W02": ids(n // 2)})
    said = assert_advice_works(units, graph, rules)
    assert said == (
        "What is locked (W02) divides the rest into 2 parts, so that 2 zones cannot be in one piece each;"
        " make 3 zones or unlock zone W02"
    )


def test_with_a_zone_more_the_parts_beside_a_locked_zone_are_zones_of_their_own():
    units, graph = row([10] * 41)
    zone = build_zones(units, graph, ZoningRules(zones=3, locked_zones={"W02": ids(20)}))
    assert not torn(graph, zone)
    assert np.flatnonzero(zone == 1).tolist() == [20]


def test_a_light_part_beside_a_locked_zone_does_not_join_a_zone_on_its_other_side():
    units, graph = row([1] * 3 + [0] + [100] * 37)
    zone = build_zones(units, graph, ZoningRules(zones=3, locked_zones={"W02": ids(3)}))
    assert not torn(graph, zone)


def test_together_over_two_grounds_and_a_lock_leave_no_zone_in_pieces():
    # Two rows with water between; W01 is bound at the east end of the second row, and its west end goes with
    # a unit of the first row.
    units, graph = row([5] * 12, [*range(6), *range(8, 14)])
    rules = ZoningRules(zones=3, locks={ids(11)[0]: "W01", ids(0)[0]: "W01"}, together=[ids(5, 6)])
    zone = build_zones(units, graph, rules)
    ground = graph.components()
    for z in range(3):
        for where in (0, 1):
            assert not induced(graph, np.flatnonzero((zone == z) & (ground == where))).components().any()


@pytest.mark.parametrize(
    ("kind", "unit"), [("locks", "U000005"), ("seeds", "U000005"), ("centres", "U000005")]
)
def test_a_rule_that_adds_a_unit_to_a_locked_zone_is_a_contradiction(kind, unit):
    units, graph = row([1] * 6)
    told = {"locks": {unit: "W01"}, "seeds": {"W01": [unit]}, "centres": {"W01": unit}}[kind]
    rules = replace(ZoningRules(zones=2, locked_zones={"W01": ids(0, 1)}), **{kind: told})
    said = refused(units, graph, rules).text.render("en")
    assert "Zone W01 is locked as it is, but another rule adds unit U000005" in said


def test_together_and_apart_at_once_is_a_contradiction_with_both_rules_named():
    units, graph = row([1] * 6)
    said = assert_advice_works(units, graph, ZoningRules(zones=3, together=[ids(0, 2)], apart=[ids(2, 0)]))
    assert said.startswith("U000002 and U000000 may not be in one zone, but other rules hold them together")


@pytest.mark.parametrize("n", [6, 40])
def test_a_must_link_across_a_barrier_is_a_contradiction(n):
    units, graph = row([1] * n)
    keep = graph.left != n // 2 - 1  # a railway
    cut = Graph(n, graph.left[keep], graph.right[keep], graph.border_m[keep])
    said = refused(units, cut, ZoningRules(zones=2, together=[ids(0, n - 1)])).text.render("en")
    assert "must be in one zone, but a barrier keeps their grounds apart; drop th" in said
    build_zones(units, cut, ZoningRules(zones=2))


def test_a_must_link_over_water_is_kept():
    units, graph = row([1] * 6, [0, 1, 2, 5, 6, 7])
    zone = build_zones(units, graph, ZoningRules(zones=2, together=[ids(0, 5)]))
    assert zone[0] == zone[5]


# --- limits ------------------------------------------------------------------------------------


def test_minimum_and_maximum_together_find_the_number_that_keeps_both():
    units, graph = row([25, 25, 25, 25])
    zone = build_zones(units, graph, ZoningRules(max_load=50, min_load=40))
    assert np.bincount(zone, weights=units.frame["load"]).tolist() == [50, 50]


def test_a_maximum_makes_the_fewest_zones_that_keep_it():
    units, graph = row([25, 25, 25, 25])
    assert build_zones(units, graph, ZoningRules(max_load=50)).max() + 1 == 2


def test_a_maximum_is_tried_with_the_fewest_zones_in_a_city_and_more_are_told():
    units, graph = city(200, 3)
    total = float(units.frame["load"].sum())
    log = ProblemLog()
    zone = build_zones(units, graph, ZoningRules(max_load=total / 10 * 1.01), log)
    assert zone.max() + 1 == 10
    assert not [p for p in log if p.code == "fewest"]
    assert infeasible.least_zones(np.full(41, 10.0), 29) == 21  # two in a zone, and one is left


def test_more_zones_than_the_load_says_are_told_as_not_proven_the_fewest():
    units, graph = row([20, 11] * 20)  # no two neighbours fit into one zone
    log = ProblemLog()
    assert build_zones(units, graph, ZoningRules(max_load=30), log).max() + 1 == 40
    said = next(p.text.render("en") for p in log if p.code == "fewest")
    assert said == "40 zones keep the maximum load of 30; whether 21 to 39 would do is not proven"


def test_no_number_is_advised_where_none_helps():
    units, graph = row([9, 9, 9, 9])
    said = assert_advice_works(units, graph, ZoningRules(zones=2, max_load=8))
    assert "zones or" not in said
    assert "raise the maximum to at least 18" in said


@pytest.mark.parametrize(("loads", "limit", "said"), [
    ([0.4, 0.4], 0.3, "Unit U000000 alone has a load of 0.4, above the maximum of 0.3; raise the maximum to at least 0.4"),
    ([0.25, 0.0004], 0.0002, "Unit U000000 alone has a load of 0.25, above the maximum of 0.0002; raise the maximum to at least 0.25"),
])  # fmt: skip
def test_small_loads_are_written_with_their_digits(loads, limit, said):
    units, graph = row(loads)
    assert assert_advice_works(units, graph, ZoningRules(max_load=limit)) == said


def test_a_share_is_never_above_itself():
    assert share_at_least(0.05002, 0.05) == "5.1%"
    assert share_at_least(0.0500001, 0.05) == "5.1%"
    assert [at_least(12345.2), at_least(0.12345), at_most(12345.8), at_most(0.12345)] == [
        "12,346", "0.1235", "12,345", "0.1234",
    ]  # fmt: skip
    assert [written(3000.0), written(0.25), written(1234567.0)] == ["3,000", "0.25", "1,234,567"]


def test_present_zones_in_pieces_move_as_little_as_is_said():
    units, graph = row([1, 1, 1, 1])
    start = dict(zip(ids(0, 1, 2, 3), ["W01", "W02", "W01", "W02"], strict=True))
    rules = ZoningRules(start=start, max_moved=0.0)
    words = refused(units, graph, rules).advice[0].render("en")
    assert words == "allow at least 25.0%"
    zone = build_zones(units, graph, replace(rules, max_moved=0.25))
    assert not torn(graph, zone)


# --- bound units -------------------------------------------------------------------------------


def test_ways_of_two_zones_that_would_cross_are_found():
    # Three rows of five; W01 is bound at two corners, W02 at the other two: one way has to go around.
    shapes = [box(100 * x, 100 * y, 100 * x + 100, 100 * y + 100) for y in range(3) for x in range(5)]
    units = units_of(shapes, np.ones(15))
    graph = build_graph(units.polygons)
    locks = dict(zip(ids(5, 9, 0, 4), ["W01", "W01", "W02", "W02"], strict=True))
    zone = build_zones(units, graph, ZoningRules(zones=2, locks=locks))
    assert not torn(graph, zone)
    assert zone[[5, 9, 0, 4]].tolist() == [0, 0, 1, 1]


def test_together_across_a_bound_unit_takes_its_zone():
    units, graph = row([10] * 5)
    rules = ZoningRules(zones=2, locks={ids(1)[0]: "W01"}, together=[ids(0, 2)])
    assert build_zones(units, graph, rules).tolist() == [0, 0, 0, 1, 1]


def test_together_across_a_bound_unit_takes_its_zone_in_a_long_row():
    units, graph = row([10] * 30)
    rules = ZoningRules(zones=2, locks={ids(1)[0]: "W01", ids(29)[0]: "W02"}, together=[ids(0, 2)])
    zone = build_zones(units, graph, rules)
    assert zone[:3].tolist() == [0, 0, 0]
    assert not torn(graph, zone)


def test_the_fewest_rules_that_collide_are_named():
    units, graph = row([10] * 8)
    locks = dict(zip(ids(0, 1, 2, 7), ["W01", "W02", "W01", "W02"], strict=True))
    rules = ZoningRules(zones=3, locks=locks, together=[ids(4, 5)], max_load=60)
    said = assert_advice_works(units, graph, rules)
    assert "bound to zone W01 cannot be connected" in said
    assert "U000007" not in said
    assert "60" not in said


# --- whatever the town -------------------------------------------------------------------------


def test_what_was_not_found_on_large_ground_is_said_so_and_the_advice_works():
    units, graph = row([30] * 20)
    said = assert_advice_works(units, graph, ZoningRules(zones=7, max_load=89))
    assert said.startswith("No 7 zones that all keep the maximum of 89 were found in ")
    assert said.endswith("raise the maximum to at least 90")


def test_small_towns_are_planned_or_refused_as_trying_every_plan_says():
    wrong = [found for seed in range(120) if (found := outcome(seed, LIMIT_S, 6))["wrong"]]
    assert not wrong


# --- by the command ----------------------------------------------------------------------------


def test_the_command_says_why_and_what_to_do(tmp_path, capsys):
    frame = gpd.GeoDataFrame(
        {"name": list("abcde"), "households": [10] * 5},
        geometry=[at(box(100 * x, 0, 100 * x + 100, 100)) for x in range(5)],
        crs=GK117,
    )
    (tmp_path / "in").mkdir()
    frame.to_file(tmp_path / "in" / "estates.shp", encoding="UTF-8")
    ground = gpd.GeoDataFrame({"name": ["all"]}, geometry=[at(box(0, 0, 500, 100))], crs=GK117)
    ground.to_file(tmp_path / "in" / "boundary.shp", encoding="UTF-8")
    rules = tmp_path / "rules.json"
    rules.write_text(json.dumps({"zones": 2, "locked_zones": {"W02": ["E0003"]}}), encoding="utf-8")
    words = ["plan", str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--quiet", "--rules", str(rules)]
    assert main([*words, "--lang", "en"]) == 2
    assert "make 3 zones or unlock zone W02" in capsys.readouterr().err
    assert main([*words, "--lang", "zh"]) == 2
    assert (
        "隔成 2 块，因此 2 个片区无法各自连成一片；请划分 3 个片区，或解除片区 W02 的锁定"
        in capsys.readouterr().err
    )
