"""The list of doubts that ask for a decision: each rule at its threshold, and what settles it."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pytest
from shapely import box

from bigmap.base.i18n import Text
from bigmap.base.problem_kind import Finding, Severity
from bigmap.base.problem_kinds import (
    FINDINGS,
    cleaning,
    formats,
    georeferencing,
    linework,
    sources,
    tables,
    units,
)
from bigmap.base.problems import ProblemLog
from bigmap.core.clean.cleaning_reports import LISTED, say_each
from bigmap.core.planning.decisions import RULES, decisions
from bigmap.io.writing.report_json import report_notes
from tests.helpers.plans import grid_plan

PLAN = grid_plan()
UNITS = PLAN.units
"""Twelve units with households, on ground of a known size."""
HH = float(UNITS.frame["hh"].sum())
FILLED = {str: "甲", int: 1, float: 0.0, bool: False, Text: Text("ground"), dict[str, float]: {"甲": 1.0}}
OTHERS = {"option": None, "n": 1, "silent": 0}


def finding(kind: type[Finding], **values: float) -> Finding:
    """Return a finding with these values, and with something in its other fields."""
    rest = {name: FILLED.get(wanted) for name, wanted in kind.fields.items()}
    return kind(**{**rest, **{k: v for k, v in OTHERS.items() if k in rest}, **values})


def said(*found, units=UNITS):
    log = ProblemLog()
    for what in found:
        log.add(what, file="a.shp")
    return [text.render("en") for text in decisions(log, units)]


def test_every_rule_has_a_test_of_its_threshold():
    assert [rule.name for rule in RULES] == [
        "source_lost",
        "greater_part_aside",
        "layer_off",
        "rival_systems",
        "households",
        "floor_area",
        "ground",
    ]


GROUND_LOST = (
    cleaning.PartInside,
    cleaning.StripInside,
    cleaning.SameGround,
    cleaning.RivalDuplicate,
    units.GroundTaken,
    units.Outside,
    units.BuildingExcluded,
)
"""Kinds with households and floor area."""


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.of], ids=lambda rule: rule.name)
def test_each_kind_of_a_sum_has_the_figure(rule):
    names = {rule.value} | ({"m2"} if rule.value == "area" else set())
    only_households = {tables.TableSpare.kind, tables.TableDoubt.kind, linework.PointAlone.kind}
    for kind in rule.kinds:
        if rule.value != "gfa_m2" or kind not in only_households:
            assert any(names & found.fields.keys() for found in FINDINGS if found.kind is kind), kind.code


def test_no_kind_is_both_decided_each_and_summed_but_ground_of_the_boundary():
    both = {kind.code for rule in RULES for kind in rule.kinds if kind.decision}
    assert both == {"boundary_gap", "boundary_enclosed"}


@pytest.mark.parametrize(("metres", "n"), [(49.9, 0), (50.0, 1), (605.0, 1)])
def test_a_layer_that_lies_50_m_off(metres, n):
    assert len(said(finding(georeferencing.Shifted, metres=metres))) == n


@pytest.mark.parametrize(
    "kind", [georeferencing.CrsContradicts, georeferencing.CrsElsewhere, georeferencing.TooWide]
)
def test_files_that_contradict_each_other_about_where_they_lie(kind):
    (line,) = said(finding(kind))
    assert line.startswith("a.shp: It")
    untold = finding(georeferencing.DatumUntold, metres=600.0)
    assert said(finding(georeferencing.CrsGuessed), untold) == []


@pytest.mark.parametrize(
    "kind",
    [
        *GROUND_LOST,
        units.BuildingsExcluded,
        tables.TableSpare,
        tables.TableDoubt,
        linework.PointAlone,
    ],
)
def test_one_per_cent_of_the_households(kind):
    """The sum over all problems, of what is placed and what is in doubt together."""
    just = HH / 99
    assert said(finding(kind, hh=0.999 * just)) == []
    assert len(said(finding(kind, hh=just * 1.000001))) == 1
    (line,) = said(finding(kind, hh=just), finding(kind, hh=just))
    assert "(2.0%) are unplaced, shared out or lost" in line


def test_a_needed_file_that_cannot_be_read():
    (line,) = said(finding(formats.NeededUnreadable))
    assert line.startswith("a.shp: Left aside")
    assert said(finding(formats.Unreadable)) == []


def test_the_greater_part_set_aside():
    assert len(said(finding(sources.GreaterPartAside))) == 1


def test_buildings_of_the_neighbours_are_not_lost():
    alone = finding(units.BuildingOutside, share=1.0, hh=HH)
    assert said(alone, finding(units.BuildingsOutside, hh=HH)) == []


def test_the_end_of_a_long_list_counts_with_its_figures():
    n = LISTED + 300
    columns = {"file": ["a.shp"] * n, "fid": range(n), "name": [""] * n}
    frame = gpd.GeoDataFrame(columns, geometry=[box(0, 0, 1, 1)] * n)
    log = ProblemLog()
    say_each(log, frame, range(n), lambda _: linework.PointAlone(hh=2.0))
    assert len(log) == LISTED + 1
    (line,) = (text.render("en") for text in decisions(log, UNITS))
    assert line.startswith(f"{2 * n:,} households")


@pytest.mark.parametrize(
    "kind",
    [
        *GROUND_LOST,
        units.BuildingExcludedUntold,
        units.BuildingsExcluded,
    ],
)
def test_one_per_cent_of_the_floor_area_where_nobody_tells_households(kind):
    silent = replace(UNITS, frame=UNITS.frame.assign(hh=0, gfa_m2=9900.0 / len(UNITS)))
    assert said(finding(kind, gfa_m2=99.99), units=silent) == []
    (line,) = said(finding(kind, gfa_m2=100.01), units=silent)
    assert line.startswith("100 m² of floor area (1.0%) are unplaced")
    assert said(finding(kind, gfa_m2=100.01)) == []


def test_floor_area_that_nobody_tells_is_no_doubt():
    silent = replace(UNITS, frame=UNITS.frame.assign(hh=0, gfa_m2=9900.0 / len(UNITS)))
    assert said(finding(units.BuildingExcludedUntold, gfa_m2=None), units=silent) == []


def test_floor_area_counts_where_nobody_tells_households():
    silent = replace(UNITS, frame=UNITS.frame.assign(hh=0, gfa_m2=990.0 / len(UNITS)))
    problem = finding(cleaning.PartInside, gfa_m2=10.001)
    assert said(problem) == []
    assert len(said(problem, units=silent)) == 1
    assert said(finding(cleaning.PartInside, gfa_m2=9.9), units=silent) == []
    nothing = replace(UNITS, frame=UNITS.frame.assign(hh=0, gfa_m2=0.0))
    assert said(problem, units=nothing) == [
        "10 m² of floor area (100.0%) are unplaced, shared out or lost: look at them in the problem list"
    ]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (cleaning.BoundaryGap, "m2"),
        (cleaning.BoundaryEnclosed, "m2"),
        (cleaning.WideOverlap, "m2"),
        (cleaning.Overlap, "area"),
    ],
)
def test_more_than_a_thousandth_of_the_ground(kind, name):
    just = UNITS.boundary_m2 / 1000
    assert said(finding(kind, **{name: just * 0.999999})) == []
    assert len(said(finding(kind, **{name: just * 1.000001}))) == 1


@pytest.mark.parametrize(
    ("kind", "name", "line"),
    [
        (cleaning.BoundaryGap, "m2", "1 places between the features of the boundary"),
        (cleaning.BoundaryEnclosed, "m2", "a.shp: "),
        (cleaning.Overlap, "area", "m² of ground"),
    ],
)
def test_the_report_says_ground_to_be_decided_once(kind, name, line):
    log = ProblemLog()
    log.add(finding(kind, **{name: UNITS.boundary_m2 / 10}), file="a.shp")
    before = report_notes(replace(PLAN, problems=ProblemLog()))
    (note,) = [note.render("en") for note in report_notes(replace(PLAN, problems=log)) if note not in before]
    assert line in note


def test_what_was_accepted_is_no_doubt_any_more():
    log = ProblemLog()
    log.add(finding(georeferencing.Shifted, metres=605.0))
    log.items[0] = replace(log.items[0], accepted=True)
    log.add(finding(cleaning.PartSettled, hh=HH))
    assert {p.severity for p in log} == {Severity.MENDED}
    assert decisions(log, UNITS) == []
