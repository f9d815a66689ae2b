"""What nobody told stays unknown in every sum."""

from __future__ import annotations

import math
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from bigmap.base.amounts import AtLeast
from bigmap.base.problems import ProblemLog
from bigmap.core.editing.tally import Tally
from bigmap.core.operators.economy import ratios
from bigmap.core.operators.parameters import Parameters
from bigmap.core.planning.replan import reckoned, with_assignment
from bigmap.core.units import unknown
from bigmap.core.units.build_units import build_units
from tests.helpers.examples import few
from tests.helpers.plans import grid_plan
from tests.helpers.towns import layer, sources

NAN = math.nan


def town(estate_hh, building_hh=(), kind="building", inside=()):
    """Estates of 100 m in a row, stand-alone buildings north of them, buildings inside the estates."""
    n, m = len(estate_hh), len(building_hh)
    estates = layer(
        [box(100 * i, 0, 100 * i + 90, 90) for i in range(n)],
        name=[f"园{i}" for i in range(n)],
        hh=list(estate_hh),
    )
    shapes = [box(100 * i + 10, 120, 100 * i + 30, 140) for i in range(m)]
    shapes += [box(100 * e + 10 + 5 * k, 10, 100 * e + 14 + 5 * k, 30) for k, (e, _) in enumerate(inside)]
    values = [*building_hh, *(hh for _, hh in inside)]
    buildings = layer(shapes, hh=values).assign(kind=kind) if shapes else None
    return sources(box(-10, -10, 100 * max(n, m) + 10, 200), estates=estates, buildings=buildings)


def estates_of(units):
    frame = units.frame[units.frame["kind"] == "estate"].sort_values("name")
    return frame["hh"].tolist(), frame["hh_told"].tolist()


def test_an_estate_without_households_is_unknown_not_zero():
    units = build_units(town([120.0, NAN, 0.0]))
    assert estates_of(units) == ([120, 0, 0], [True, False, True])
    assert np.isnan(unknown.of_units(units.frame, "hh")).sum() == 1


def test_buildings_inside_tell_for_the_estate_but_zeros_do_not():
    inside = [(0, 12.0), (0, 8.0), (1, 0.0), (1, 0.0), (2, 30.0), (2, NAN)]
    units = build_units(town([NAN, NAN, NAN, NAN], inside=inside))
    assert estates_of(units) == ([20, 0, 30, 0], [True, False, False, False])
    frame = units.frame.set_index("name")
    assert unknown.chosen(units.frame, "hh") == 50
    assert isinstance(unknown.chosen(units.frame, "hh"), AtLeast)
    assert frame.loc["园2", "hh"] == 30


def test_roads_and_open_ground_are_not_asked():
    units = build_units(town([NAN]))
    others = units.frame[units.frame["kind"] == "block"]
    assert len(others)
    assert others["hh_told"].all()
    assert not np.isnan(unknown.of_units(others, "hh")).any()


def test_stand_alone_houses_are_asked_and_public_buildings_only_for_floor_area():
    houses = unknown.counts(build_units(town([1.0], [NAN, 3.0])).frame)
    assert (houses["hh_asked"].sum(), houses["hh_untold"].sum()) == (3, 1)
    public = unknown.counts(build_units(town([1.0], [NAN, NAN], kind="public")).frame)
    assert (public["hh_asked"].sum(), public["hh_untold"].sum()) == (1, 0)
    assert public["gfa_m2_asked"].sum() == 3


def test_a_column_of_zeros_is_not_told_one_zero_among_numbers_is():
    log = ProblemLog()
    frame = layer([box(0, 0, 1, 1), box(2, 0, 3, 1)], hh=[0.0, 0.0])
    assert unknown.without_blank_zeros(frame, log)["hh"].isna().all()
    assert [p.code for p in log] == ["zeros"]
    assert unknown.without_blank_zeros(frame.assign(hh=[0.0, 5.0]), log)["hh"].tolist() == [0.0, 5.0]
    assert unknown.without_blank_zeros(frame.assign(hh=[0.0, NAN]), log)["hh"].isna().all()
    assert unknown.without_blank_zeros(frame.iloc[:0], log).empty


def test_it_is_said_how_many_estates_and_houses_lack_households():
    log = ProblemLog()
    unknown.tell(build_units(town([NAN, NAN, 3.0], [NAN, 2.0])).frame, log)
    said = [str(p.text.render("en")) for p in log if p.code == "no_households"]
    assert [text.split(":")[0] for text in said] == [
        "2 of 3 estates tell no households",
        "1 of 2 houses tell no households",
    ]


def test_pieces_of_one_estate_count_once():
    frame = build_units(town([NAN, 5.0])).frame
    part = frame[frame["name"] == "园0"]
    both = gpd.GeoDataFrame(np.concatenate([frame.to_numpy(), part.to_numpy()]), columns=frame.columns)
    assert [(g.group, g.n, g.of) for g in unknown.untold(both)["hh"]] == [("estates", 1, 2)]


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({"hh": 10, "hh_asked": 2, "hh_untold": 0}, "10"),
        ({"hh": 10, "hh_asked": 2, "hh_untold": 1}, "≥ 10"),
        ({"hh": 10, "hh_asked": 2, "hh_untold": 2}, "≥ 10"),
        ({"hh": 0, "hh_asked": 2, "hh_untold": 1}, "≥ 0"),
        ({"hh": 0, "hh_asked": 2, "hh_untold": 2}, "nan"),
        ({"hh": 0, "hh_asked": 0, "hh_untold": 0}, "0"),
        ({"hh": 10}, "10"),
    ],
)
def test_a_sum_tells_what_it_rests_on(row, text):
    assert f"{unknown.figure(row, 'hh'):,.0f}" == text


def blank(plan, which):
    """Return the plan with the households of some units unknown."""
    told = np.ones(len(plan.units), dtype=bool)
    told[list(which)] = False
    frame = plan.units.frame.assign(hh_told=told, hh=plan.units.frame["hh"].where(told, 0))
    plan = replace(plan, units=replace(plan.units, frame=frame))
    return reckoned(with_assignment(plan, plan.zone_of_unit), Parameters())


def test_zones_and_operators_of_which_nobody_tells_households():
    plan = blank(grid_plan(), [0, 1])  # both estates of W01, and so of Y01
    assert plan.zones[["hh_asked", "hh_untold"]].iloc[0].tolist() == [2, 2]
    assert np.isnan(unknown.of_groups(plan.zones, "hh")).tolist() == [True, False, False]
    assert np.isnan(unknown.of_groups(plan.operators, "hh")).tolist() == [True, False]
    assert np.isnan(plan.zones["cover_ratio"]).tolist() == [True, False, False]
    assert (plan.coverage.households.covered, plan.coverage.households.of) == (774, 774)


def test_where_nobody_at_all_tells_households_there_is_no_share():
    plan = blank(grid_plan(), range(12))
    assert plan.coverage.households.lacks == "base"
    assert plan.operators["share"].isna().all()
    assert math.isnan(unknown.chosen(plan.units.frame, "hh"))


@few()
@given(st.sets(st.integers(0, 11)), st.lists(st.integers(-1, 2), min_size=12, max_size=12))
def test_known_and_unknown_of_an_edited_plan_are_those_of_a_full_sum(which, zone):
    plan = blank(grid_plan(), which)
    tally = Tally.of(plan)
    tally.apply(tally.assignment.move(np.arange(12), np.array(zone)))
    frame, flags = plan.units.frame, unknown.counts(plan.units.frame)
    for row in tally.live:
        held, mine = tally.figures(row).sums, np.array(zone) == row
        assert held["hh_untold"] == flags["hh_untold"][mine].sum()
        assert held["hh_asked"] == flags["hh_asked"][mine].sum()
        ours = unknown.figure(held, "hh")
        theirs = unknown.chosen(frame, "hh", np.flatnonzero(mine))
        assert (type(ours), f"{ours:.0f}") == (type(theirs), f"{theirs:.0f}")


def test_money_does_not_follow_from_households_that_nobody_tells():
    plan = grid_plan()
    known = ratios(plan.zones, Parameters())
    silent = ratios(plan.zones.assign(hh=0, hh_asked=1, hh_untold=1), Parameters())
    assert known["cover_ratio"].notna().all()
    for name in ("cover_ratio", "self_ratio", "even_fee", "gap_hh"):
        assert silent[name].isna().all(), name
    assert set(silent["rich"]) == {""}
