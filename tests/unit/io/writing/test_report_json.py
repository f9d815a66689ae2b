"""The report has the keys others rely on and says what has to be decided."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from pyproj import CRS

from bigmap.base.i18n import Text
from bigmap.core.geometry.adjacency import Graph
from bigmap.core.operators.bundling_reports import tell_beyond
from bigmap.core.operators.parameters import Parameters
from bigmap.core.planning.replan import reckoned, with_assignment
from bigmap.io.writing.report_json import STAGES, build_report, crs_name, peak_memory_mb, report_notes
from tests.helpers.plans import grid_plan


def test_the_keys_are_those_of_the_contract():
    report = build_report(grid_plan(), 123.456, "en")
    assert list(report) == [
        *("bigmap", "inputs", "crs", "boundary_m2", "excluded_m2", "bridges"),
        *("across_boundary", "units", "units_m2"),
        *("uncovered_m2", "overlap_m2", "coverage", "zones", "spread", "operators", "gaps", "problems"),
        *("timings_s", "peak_mb", "doubts", "notes"),
    ]
    assert list(report["coverage"]) == ["land", "inside_walls", "outside_walls", "households", "services"]
    assert list(report["zones"][0]) == [
        *("zone_id", "operator_id", "units", "pieces", "load", "households", "site_m2", "compact"),
        *("staff_n", "cost_y", "income_y", "balance_y", "cover_ratio", "households_untold"),
    ]
    assert list(report["timings_s"]) == list(STAGES)
    assert list(report["problems"]) == ["error", "mended", "doubt"]


def test_the_figures_are_those_of_the_plan():
    report = build_report(grid_plan(), 123.456, "en")
    assert report["crs"] == "EPSG:4548"
    assert (report["units"], report["units_m2"], report["gaps"]) == (12, 120_000.0, 1)
    assert report["coverage"]["land"] == {"value": 11 / 12, "covered_m2": 110_000.0, "of_m2": 120_000.0}
    assert report["coverage"]["households"] == {"value": 1.0, "covered": 974.0, "of": 974.0}
    assert [z["households"] for z in report["zones"]] == [200, 334, 440]
    assert report["timings_s"]["read"] == 0.1
    assert report["problems"] == {"error": 0, "mended": 1, "doubt": 0}
    assert report["peak_mb"] == 123.5


def test_where_nothing_lies_across_the_boundary_nothing_is_outside():
    across = build_report(grid_plan(), 0.0)["across_boundary"]
    assert across == {"n": 0, "households": 0.0, "floor_area_m2": 0.0, "lower_bounds": []}


def test_pieces_that_nothing_links_are_told_as_cut_off():
    """The second zone with one of its units on an island, and with two that a border could link."""
    plan = grid_plan()
    plan.zones.loc[1, "pieces"] = 2
    (island, *_) = np.flatnonzero(plan.zone_of_unit == 1)
    graph = plan.graph
    linked = (graph.left != island) & (graph.right != island)
    cut = Graph(graph.n, graph.left[linked], graph.right[linked], graph.border_m[linked])
    notes = [note.render("en") for note in report_notes(replace(plan, graph=cut))]
    m2 = plan.units.frame["site_m2"].iloc[island]
    assert (
        f"Zone W02 is in 2 pieces; 1 of them ({m2:,.0f} m² in all) are cut off, as islands without a bridge"
        " or ground behind a barrier." in notes
    )
    assert "Zone W02 is in 2 pieces." in [note.render("en") for note in report_notes(plan)]


def test_the_spread_is_the_ratio_to_the_mean_load():
    # loads 200, 334, 440: mean 974 / 3
    spread = build_report(grid_plan(), 0.0)["spread"]
    assert spread["field"] == "households"
    assert spread["max_over_mean"] == pytest.approx(440 * 3 / 974)
    assert spread["min_over_mean"] == pytest.approx(200 * 3 / 974)


def test_it_is_plain_json_without_nan():
    report = build_report(grid_plan(), 0.0)
    assert json.loads(json.dumps(report, allow_nan=False)) == report
    assert [o["capacity"] for o in report["operators"]] == [500.0, None]


def test_an_input_tells_what_was_guessed_in_the_language_asked_for():
    plan = grid_plan()
    plan.sources.layers[0].guessed.append(Text("Zone {zone} is in {n} pieces.", {"zone": "W01", "n": 2}))
    (told,) = build_report(plan, 0.0, "en")["inputs"]
    assert told == {
        "file": "住宅小区.shp",
        "role": "estates",
        "features": 5,
        "encoding": "GB18030",
        "crs": "EPSG:4548",
        "guessed": ["Zone W01 is in 2 pieces."],
    }


def test_an_unnamed_crs_is_told_as_wkt_and_none_as_none():
    local = CRS.from_proj4("+proj=tmerc +lon_0=118.5 +x_0=500000 +ellps=GRS80")
    assert crs_name(local) == local.to_wkt()
    assert crs_name(None) is None


def test_a_settled_plan_has_no_notes():
    plan = grid_plan()
    settled = replace(plan, coverage=replace(plan.coverage, uncovered_m2=0.0))
    assert report_notes(settled) == []


def test_an_operator_that_can_take_nothing_is_told_without_a_share():
    plan = grid_plan()
    tell_beyond(plan.operators.assign(capacity=0.0).to_dict("records")[:1], plan.problems)
    assert build_report(plan, 0.0, "en")["notes"][0] == (
        "厦门筼筜城服物业有限公司 has 200 households, but its capacity is 0: take zones from it, or enter a"
        " larger capacity"
    )


def test_notes_name_what_is_open():
    plan = grid_plan()
    plan.coverage.overlap_m2 = 2.5
    plan.zones.loc[1, "pieces"] = 2
    plan.zones["oper"] = plan.zones["oper"].astype(object)
    plan.zones.loc[2, "oper"] = None
    tell_beyond(plan.operators.assign(capacity=[150.0, np.nan]).to_dict("records"), plan.problems)
    beyond = "厦门筼筜城服物业有限公司 has 200 households, 50 more than its capacity of 150 (133.3%):"
    assert build_report(plan, 0.0, "en")["notes"] == [
        f"{beyond} take zones from it, or enter a larger capacity",
        "10,000.00 m² of ground lie in no zone.",
        "2.50 m² of ground lie in two zones.",
        "Zone W02 is in 2 pieces.",
        "These zones have no operator: W03.",
    ]
    chinese = build_report(plan, 0.0, "zh")["notes"]
    assert chinese[3] == "片区 W02 由 2 块不相连的土地组成。"
    assert all(a != b for a, b in zip(chinese, build_report(plan, 0.0, "en")["notes"], strict=True))


def test_without_an_operators_table_nobody_misses_an_operator():
    plan = grid_plan()
    plan.operators = plan.operators.iloc[:0]
    plan.zones["oper"] = None
    assert not any("operator" in note for note in build_report(plan, 0.0, "en")["notes"])


def test_peak_memory_counts_what_was_used_and_given_back():
    before = peak_memory_mb()
    block = np.ones(int(before + 50) * 2**17)  # some 50 MB above everything so far
    del block
    assert peak_memory_mb() >= before + 40


def silent_plan():
    """The plan of twelve boxes with nobody to serve it."""
    plan = grid_plan()
    plan.sources.operators = None
    return with_assignment(replace(plan, zones=plan.zones.assign(oper=None)), plan.zone_of_unit)


def test_without_operators_what_is_served_is_null_with_the_reason():
    report = build_report(silent_plan(), 0.0, "en")
    figures = report["coverage"]
    assert figures["land"]["value"] == pytest.approx(11 / 12)
    for name in ("households", "operated_land", "households_by_wall", "floor_area", "road_surface"):
        assert figures[name]["value"] is None, name
        assert figures[name]["reason"] == "No operators are named: who serves is not told", name
    assert {found["value"] for found in figures["services"].values()} == {None}
    assert {found["covered_units"] for found in figures["services"].values()} == {None}
    assert (figures["households"]["covered"], figures["households"]["of"]) == (None, 974)
    assert report["doubts"] == ["No operators are named, so it is not told who is served."]
    assert json.loads(json.dumps(report, allow_nan=False)) == report


def test_households_that_nobody_tells_are_null_and_counted():
    plan = grid_plan()
    frame = plan.units.frame.assign(
        hh=0, hh_told=~plan.units.frame["kind"].isin(["estate", "village", "building"])
    )
    plan = reckoned(replace(plan, units=replace(plan.units, frame=frame)), Parameters())
    plan = with_assignment(plan, plan.zone_of_unit)
    report = build_report(plan, 0.0, "en")
    households = report["coverage"]["households"]
    assert (households["value"], households["of"]) == (None, 0)
    assert households["untold"] == {"estates": {"n": 6, "of": 6}, "houses": {"n": 1, "of": 1}}
    assert households["reason"] == "6 of 6 estates tell no households; 1 of 1 houses tell no households"
    assert [(zone["households"], zone["households_untold"]) for zone in report["zones"]] == [
        (None, 2),
        (None, 2),
        (None, 3),
    ]
    assert {operator["households"] for operator in report["operators"]} == {None}
    assert {operator["share"] for operator in report["operators"]} == {None}
    assert {zone["cover_ratio"] for zone in report["zones"]} == {None}
