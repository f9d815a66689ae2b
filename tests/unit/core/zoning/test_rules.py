"""The rules a planner may give: each kept, or refused with the sentence that says the way out."""
# ruff: noqa: E501 - one rule and its sentence a line

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog
from bigmap.base.progress import Progress
from bigmap.core.geometry.adjacency import Graph, build_graph, pieces
from bigmap.core.zoning.alternatives import alternatives, load_share_moved
from bigmap.core.zoning.build_zones import build_zones, middles
from bigmap.core.zoning.reach import extents
from bigmap.core.zoning.rules import ZoningRules
from bigmap.core.zoning.split_zone import split_zone
from tests.helpers.cities import city, units_of
from tests.helpers.examples import few


def grid(columns, rows, households=None, **further):
    """Return boxes of 100 m, U000000 at the south-west, row by row; one household each unless given."""
    shapes = [
        box(100 * x, 100 * y, 100 * x + 100, 100 * y + 100) for y in range(rows) for x in range(columns)
    ]
    units = units_of(shapes, np.ones(len(shapes)) if households is None else households, **further)
    return units, build_graph(units.polygons)


def ids(*numbers):
    return [f"U{i:06d}" for i in numbers]


def totals(units, zone, column="load"):
    return np.bincount(zone, weights=units.frame[column].to_numpy(float))


def in_one_piece(graph, zone):
    return len(set(pieces(graph, zone).tolist())) == len(set(zone.tolist())) == zone.max() + 1


def refusal(units, graph, **rules):
    with pytest.raises(UserError) as refused:
        build_zones(units, graph, ZoningRules(**rules))
    return refused.value.text.render("en")


# --- each rule --------------------------------------------------------------------------------


def test_locked_units_are_in_their_zone_and_the_zone_keeps_its_number():
    units, graph = grid(6, 2)
    locks = {"U000005": "W01", "U000011": "W01", "U000000": "W02"}
    zone = build_zones(units, graph, ZoningRules(zones=2, locks=locks))
    assert (zone[5], zone[11], zone[0]) == (0, 0, 1)
    assert totals(units, zone).tolist() == [6, 6]


def test_units_locked_far_apart_pull_a_way_between_them_into_the_zone():
    # 0 . . . 0 in the south row, 1 in the middle of the north one
    units, graph = grid(5, 2)
    rules = ZoningRules(zones=2, locks={"U000000": "W01", "U000004": "W01", "U000007": "W02"})
    zone = build_zones(units, graph, rules)
    assert zone[[0, 4]].tolist() == [0, 0]
    assert zone[7] == 1
    assert in_one_piece(graph, zone)


def test_a_locked_zone_keeps_exactly_its_units():
    units, graph = grid(4, 4)
    rules = ZoningRules(zones=3, locked_zones={"W02": ids(0, 1)})
    zone = build_zones(units, graph, rules)
    assert np.flatnonzero(zone == 1).tolist() == [0, 1]
    assert totals(units, zone)[[0, 2]].tolist() == [7, 7]
    assert in_one_piece(graph, zone)


def test_zones_grow_around_their_seeds():
    units, graph = grid(6, 6)
    rules = ZoningRules(zones=2, seeds={"W01": ids(35, 34), "W02": ids(0)})
    zone = build_zones(units, graph, rules)
    assert zone[[35, 34, 0]].tolist() == [0, 0, 1]
    assert in_one_piece(graph, zone)


def test_units_go_together_and_others_apart():
    units, graph = grid(6, 4)
    rules = ZoningRules(zones=4, together=[ids(0, 3)], apart=[ids(12, 13), ids(22, 23)])
    zone = build_zones(units, graph, rules)
    assert zone[0] == zone[3]
    assert zone[12] != zone[13]
    assert zone[22] != zone[23]
    assert in_one_piece(graph, zone)


def test_communities_are_kept_whole_or_only_preferably():
    #  A A B B C C: halves along communities are 4 and 2, in the middle of B they are 3 and 3.
    comm = ["甲", "甲", "乙", "乙", "丙", "丙"]
    units, graph = grid(6, 1, comm=comm)
    whole = build_zones(units, graph, ZoningRules(zones=2, keep_whole=["communities"]))
    assert sorted(totals(units, whole)) == [2, 4]
    preferred = build_zones(units, graph, ZoningRules(zones=2, prefer_whole=["communities"]))
    assert totals(units, preferred).tolist() == [3, 3]


def test_a_street_is_kept_whole():
    units, graph = grid(
        4, 3, kind=["estate"] * 4 + ["road"] * 4 + ["estate"] * 4, name=[""] * 4 + ["湖滨路"] * 4 + [""] * 4
    )
    zone = build_zones(units, graph, ZoningRules(zones=2, keep_whole=["streets"]))
    assert len(set(zone[4:8])) == 1


def test_a_community_in_two_places_is_kept_whole_piece_by_piece_and_that_is_told():
    units, graph = grid(6, 1, comm=["甲", "甲", "乙", "乙", "甲", "甲"])
    log = ProblemLog()
    zone = build_zones(units, graph, ZoningRules(zones=3, keep_whole=["communities"]), log)
    assert totals(units, zone).tolist() == [2, 2, 2]
    assert "甲 lies in 2 pieces" in next(p.text.render("en") for p in log if p.code == "community_in_pieces")


def test_no_unit_lies_farther_from_the_centre_than_allowed():
    units, graph = grid(12, 3)
    zone = build_zones(units, graph, ZoningRules(min_zones=3, max_zones=9, max_extent_m=260))
    reach = extents(middles(units), zone, int(zone.max()) + 1, {})
    assert reach.max() <= 260 * (1 + 1e-6)
    assert in_one_piece(graph, zone)


def test_a_second_field_is_balanced_for_itself():
    # Households in the west, floor area in the east: balancing both needs zones from west to east.
    households = [10 if i % 6 < 3 else 1 for i in range(36)]
    units, graph = grid(6, 6, households, gfa_m2=[100.0 if i % 6 < 3 else 2000.0 for i in range(36)])
    zone = build_zones(units, graph, ZoningRules(zones=2, tolerances={"gfa_m2": 0.05}))
    for column in ("hh", "gfa_m2"):
        total = totals(units, zone, column)
        assert abs(total / total.mean() - 1).max() <= 0.05


def test_minimum_and_maximum_hold_together():
    units, graph = city(60, 3)
    mean = units.frame["load"].sum() / 6
    zone = build_zones(units, graph, ZoningRules(zones=6, min_load=0.8 * mean, max_load=1.2 * mean))
    assert 0.8 * mean <= totals(units, zone).min() <= totals(units, zone).max() <= 1.2 * mean


def test_little_is_changed_and_the_tolerance_holds_again():
    units, graph = city(900, 1)
    before = build_zones(units, graph, ZoningRules(zones=9))
    load = units.frame["load"].to_numpy().copy()
    load[np.random.default_rng(0).choice(900, 9, replace=False)] *= 4
    units.frame["load"] = load
    start = {u: f"W{z + 1:02d}" for u, z in zip(units.frame["unit_id"], before, strict=True)}
    zone = build_zones(units, graph, ZoningRules(start=start))
    total = totals(units, zone)
    assert abs(total / total.mean() - 1).max() <= 0.03 + 1e-9
    assert load[zone != before].sum() <= 0.03 * load.sum()
    assert in_one_piece(graph, zone)


def test_balanced_present_zones_stay_as_they_are():
    units, graph = grid(4, 4)
    start = {u: "W02" if i % 4 < 2 else "W01" for i, u in enumerate(units.frame["unit_id"])}
    zone = build_zones(units, graph, ZoningRules(start=start))
    assert zone.tolist() == [1, 1, 0, 0] * 4


@pytest.mark.parametrize(("wanted", "kept"), [(1, [8]), (2, [4, 4]), (4, [2, 2, 2, 2])])
def test_present_zones_may_become_more_or_fewer(wanted, kept):
    units, graph = grid(8, 1)
    start = {u: f"W{i // 4 + 1:02d}" for i, u in enumerate(units.frame["unit_id"])}
    zone = build_zones(units, graph, ZoningRules(zones=wanted, start=start))
    assert totals(units, zone).tolist() == kept


# --- what cannot be done ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"zones": 2, "max_load": 5}, "2 zones of at most 5 cannot hold the load of 16; make 4 zones or raise the maximum to at least 8"),
        ({"zones": 4, "min_load": 5}, "too small for 4 zones of at least 5; make 3 zones or lower the minimum to at most 4"),
        ({"zones": 2, "locks": {"U9": "W01"}}, "There is no unit U9"),
        ({"zones": 2, "locks": {"U000001": "north"}}, "north is not the id of a zone"),
        ({"zones": 2, "locks": {"U000001": "W03"}}, "units are bound to zone W03; make 3 zones"),
        ({"zones": 2, "locks": {"U000001": "W01"}, "seeds": {"W02": ["U000001"]}}, "bound to two zones, W01 and W02"),
        ({"zones": 2, "together": [["U000000", "U000001"]], "apart": [["U000000", "U000001"]]}, "may not be in one zone"),
        ({"zones": 2, "locks": {"U000000": "W01", "U000001": "W02"}, "together": [["U000000", "U000001"]]}, "bound to zones W01 and W02"),
        ({"zones": 3, "locked_zones": {"W01": ["U000000", "U000015"]}}, "lies in 2 pieces"),
        ({"locked_zones": {"W01": ["U000000", "U000001"]}, "max_load": 1}, "W01 is locked with a load of 2"),
        pytest.param({"zones": 2, "max_extent_m": 50}, "allow at least", marks=pytest.mark.slow),
        ({"zones": 2, "keep_whole": ["blocks"]}, "blocks cannot be kept whole"),
        ({"min_zones": 5, "max_zones": 3}, "smallest number of zones (5) is above the largest (3)"),
        ({"min_load": 5, "max_load": 3}, "minimum load (5) is above the maximum (3)"),
        ({"zones": 2, "tolerances": {"people": 0.1}}, "people cannot be balanced"),
        ({"zones": 2, "tolerance": 0}, "between 0 and 1"),
        ({"zones": 2, "apart": [["U000000", "U000001", "U000002"]]}, "make 3 zones or drop the rule"),
    ],
)  # fmt: skip
def test_the_sentence(rules, said):
    units, graph = grid(4, 4)
    assert said in refusal(units, graph, **rules)


def test_a_reach_that_is_too_small_is_refused_with_the_one_that_is_possible():
    units, graph = grid(3, 2)
    said = refusal(units, graph, zones=2, max_extent_m=50)
    assert "make 3 zones or allow at least 70.79 m" in said


def test_a_community_above_the_maximum_is_named_with_the_way_out():
    units, graph = grid(6, 1, [1, 1, 50, 60, 1, 1], comm=["甲", "甲", "乙", "乙", "丙", "丙"])
    said = refusal(units, graph, max_load=100, keep_whole=["communities"])
    assert said == (
        "Community 乙 stays together and alone has a load of 110, above the maximum of 100;"
        " raise the maximum to at least 110 or let it be cut"
    )


def test_locked_units_behind_a_wall_of_others_are_refused():
    units, graph = grid(3, 1)
    said = refusal(units, graph, zones=2, locks={"U000000": "W01", "U000002": "W01", "U000001": "W02"})
    assert "bound to zone W01 cannot be connected" in said


def test_an_indivisible_load_is_told_with_the_best_that_was_found():
    units, graph = grid(4, 1, [9, 9, 9, 9])
    assert "raise the maximum to at least 18" in refusal(units, graph, zones=3, max_load=13)
    log = ProblemLog()
    build_zones(units, graph, ZoningRules(zones=3), log)
    assert "+50.0% against the mean load" in next(p.text.render("en") for p in log if p.code == "uneven")


def test_more_change_than_allowed_is_refused():
    units, graph = grid(4, 1)
    start = dict(zip(units.frame["unit_id"], ["W01", "W02", "W01", "W02"], strict=True))  # in pieces
    assert "allow at least" in refusal(units, graph, start=start, max_moved=0.0)


# --- whatever the ground ----------------------------------------------------------------------


@few()
@given(st.integers(0, 10_000), st.integers(2, 5), st.booleans(), st.booleans(), st.booleans())
def test_on_random_planar_graphs_every_hard_rule_holds_or_is_refused(seed, k, barriers, locks, whole):
    rng = np.random.default_rng(seed)
    units, graph = city(40, seed)
    if barriers:  # every fifth border is a barrier, so the ground may fall into pieces
        keep = rng.random(len(graph.left)) > 0.2
        graph = Graph(graph.n, graph.left[keep], graph.right[keep], graph.border_m[keep])
    x = middles(units)[:, 0]
    units.frame["comm"] = [f"C{i}" for i in np.argsort(np.argsort(x)) // 8]
    chosen = rng.choice(graph.n, 4, replace=False)
    rules = ZoningRules(
        zones=k,
        locks={f"U{u:06d}": f"W{i % k + 1:02d}" for i, u in enumerate(chosen)} if locks else {},
        keep_whole=["communities"] if whole else [],
        max_load=1.5 * float(units.frame["load"].sum()) / k,
        seed=seed % 5,
    )
    try:
        zone = build_zones(units, graph, rules)
    except UserError:
        return
    assert sorted(set(zone)) == list(range(k))
    ground = graph.components()
    pairs = len(set(zip(ground.tolist(), zone.tolist(), strict=True)))
    assert len(set(pieces(graph, zone).tolist())) == pairs  # one piece of a zone on each piece of ground
    assert totals(units, zone).max() <= rules.max_load * (1 + 1e-9)
    if locks:
        assert [int(zone[u]) for u in chosen] == [i % k for i in range(4)]
    if whole:
        community = pieces(graph, np.unique(units.frame["comm"], return_inverse=True)[1])
        assert len(set(zip(community.tolist(), zone.tolist(), strict=True))) == len(set(community.tolist()))


def test_one_best_answer_is_found_where_it_is_known():
    # Loads 1 2 … 9 in a row into three parts: every pair of cuts is tried for comparison.
    units, graph = grid(9, 1, list(range(1, 10)))
    best = min(
        max(abs(np.array([sum(range(1, a + 1)), sum(range(a + 1, b + 1)), sum(range(b + 1, 10))]) / 15 - 1))
        for a in range(1, 8)
        for b in range(a + 1, 9)
    )
    total = totals(units, build_zones(units, graph, ZoningRules(zones=3, compactness=0)))
    assert abs(total / 15 - 1).max() == pytest.approx(best)


# --- the file, edits and alternatives ---------------------------------------------------------


def test_rules_survive_json():
    rules = ZoningRules(zones=4, locks={"甲": "W01"}, together=[["a", "b"]], tolerances={"gfa_m2": 0.1})
    assert ZoningRules.from_json(json.loads(json.dumps(rules.to_json()))) == rules


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"zone": 4}, "zone is not a rule for zones"),
        ({"zones": "four"}, 'The rule zones cannot be "four"; write it like 8'),
        ({"zones": True}, "The rule zones cannot be true"),
        ({"locks": ["U1"]}, "write it like"),
        ({"together": ["U1", "U2"]}, 'write it like [["U1", "U2"]]'),
        ([], "must be a JSON object"),
    ],
)
def test_a_rule_that_cannot_be_read_is_named(values, said):
    with pytest.raises(UserError) as refused:
        ZoningRules.from_json(values)
    assert said in refused.value.text.render("en")


def test_a_zone_is_split_into_balanced_parts_and_the_others_stay():
    units, graph = grid(8, 2)
    zone = np.array([0, 0, 0, 0, 1, 1, 1, 1] * 2)
    after = split_zone(units, graph, zone, 1, 2, ZoningRules(locks={"U000007": "W02"}))
    assert (after[zone == 0] == 0).all()
    assert np.bincount(after).tolist() == [8, 4, 4]
    assert after[7] == 1
    assert in_one_piece(graph, after)


def test_a_zone_of_two_units_has_no_three_parts():
    units, graph = grid(4, 1)
    with pytest.raises(UserError):
        split_zone(units, graph, np.array([0, 0, 1, 1]), 1, 3, ZoningRules())


def test_alternatives_differ_and_keep_the_hard_rules():
    units, graph = city(300, 2)
    present = build_zones(units, graph, ZoningRules(zones=6, seed=9))
    found = alternatives(units, graph, ZoningRules(zones=6, locks={"U000003": "W02"}), 3, present)
    assert len(found) == 3
    load = units.frame["load"].to_numpy()
    for i, one in enumerate(found):
        assert one.zone_of_unit[3] == 1
        assert in_one_piece(graph, one.zone_of_unit)
        assert all(
            load_share_moved(load, one.zone_of_unit, other.zone_of_unit) >= 0.05 for other in found[:i]
        )
    assert found[1].deviation <= 0.005 + 1e-9


def test_difference_ignores_how_zones_are_numbered():
    assert load_share_moved(np.ones(4), np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0])) == 0
    assert load_share_moved(np.ones(4), np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])) == 0.25


def test_enough_keeps_the_best_so_far():
    units, graph = city(900, 4)
    zone = build_zones(units, graph, ZoningRules(zones=9), progress=Progress(enough=lambda: True))
    assert in_one_piece(graph, zone)
    assert zone.max() == 8


def test_progress_tells_how_the_deviation_and_the_borders_fall():
    units, graph = city(900, 4)
    told = []
    build_zones(units, graph, ZoningRules(zones=9), progress=Progress(lambda _, text: told.append(text)))
    km = [text.values["km"] for text in told if "km" in text.values]
    assert len(km) > 5
    assert km[-1] < km[0]
