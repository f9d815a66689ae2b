"""The list of doubts that ask for a decision: each rule at its threshold, and what settles it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bigmap.base.problems import ProblemLog, Severity
from bigmap.core.planning.decisions import RULES, decisions
from tests.helpers.plans import grid_plan

UNITS = grid_plan().units
"""Twelve units with households, on ground of a known size."""
HH = float(UNITS.frame["hh"].sum())


def said(*problems, units=UNITS):
    log = ProblemLog()
    for code, values in problems:
        log.add(Severity.DOUBT, code, "Something", file="a.shp", **values)
    return [text.render("en") for text in decisions(log, units)]


def test_every_rule_has_a_test_of_its_threshold():
    assert [rule.name for rule in RULES] == [
        "layer_off",
        "rival_systems",
        "households",
        "floor_area",
        "ground",
    ]


@pytest.mark.parametrize(("metres", "n"), [(49.9, 0), (50.0, 1), (605.0, 1)])
def test_a_layer_that_lies_50_m_off(metres, n):
    assert len(said(("shifted", {"metres": metres}))) == n


@pytest.mark.parametrize("code", ["crs_contradicts", "crs_elsewhere", "too_wide"])
def test_files_that_contradict_each_other_about_where_they_lie(code):
    assert said((code, {})) == ["a.shp: Something"]
    assert said(("crs_guessed", {}), ("datum_untold", {"metres": 600.0})) == []


@pytest.mark.parametrize(
    "code", ["across_boundary", "same_ground", "no_ground", "table_spare", "point_alone"]
)
def test_one_per_cent_of_the_households(code):
    """The sum over all problems, of what is placed and what is in doubt together."""
    just = HH / 99
    assert said((code, {"hh": 0.999 * just})) == []
    assert len(said((code, {"hh": just * 1.000001}))) == 1
    (line,) = said((code, {"hh": just}), (code, {"hh": just}))
    assert "(2.0%) are unplaced, shared out or lost" in line


def test_floor_area_counts_where_nobody_tells_households():
    silent = replace(UNITS, frame=UNITS.frame.assign(hh=0, gfa_m2=990.0 / len(UNITS)))
    problem = ("across_boundary", {"hh": 0.0, "gfa_m2": 10.001})
    assert said(problem) == []
    assert len(said(problem, units=silent)) == 1
    assert said(("across_boundary", {"hh": 0.0, "gfa_m2": 9.9}), units=silent) == []
    nothing = replace(UNITS, frame=UNITS.frame.assign(hh=0, gfa_m2=0.0))
    assert said(problem, units=nothing) == [
        "10 m² of floor area (100.0%) are unplaced, shared out or lost: look at them in the problem list"
    ]


@pytest.mark.parametrize(
    ("code", "name"), [("boundary_gap", "m2"), ("boundary_overlap", "m2"), ("overlap", "area")]
)
def test_more_than_a_thousandth_of_the_ground(code, name):
    just = UNITS.boundary_m2 / 1000
    assert said((code, {name: just * 0.999999})) == []
    assert len(said((code, {name: just * 1.000001}))) == 1


def test_what_was_accepted_is_no_doubt_any_more():
    log = ProblemLog()
    log.add(Severity.MENDED, "shifted", "Something", metres=605.0)
    log.add(Severity.MENDED, "across_boundary", "Something", hh=HH)
    assert decisions(log, UNITS) == []
