"""Estates and houses on both sides of the boundary: each figure counts by its part inside, or is left out."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import box
from shapely.affinity import rotate

from bigmap.core.clean.across_boundary import STRIP_M, STRIP_SHARE, inside_part
from bigmap.core.sources.layers import Role
from bigmap.core.units.build_units import build_units
from tests.helpers.dirt import boundary, cleaned, layer
from tests.helpers.examples import few

STREET = box(0, 0, 400, 100)


def planned(*layers, edge=STREET, **counts):
    """Return the units and the problems of a street office; ``counts`` are what the planner chose."""
    for held in layers:
        held.counts.update(counts)
    sources, log = cleaned(boundary(edge), *layers)
    units = build_units(sources, problems=log).frame
    return units, log


def estates(*shapes, **columns):
    return layer(Role.ESTATES, list(shapes), **columns)


def found(log, code="across_boundary"):
    return [(p.severity.value, p.name, p.text.render("en")) for p in log if p.code == code]


# --- by the share of the ground ---------------------------------------------------------------------


def across(**more):
    """An estate of 200 m of which 10 m lie inside, beside two that fill the rest."""
    shapes = (box(0, 0, 300, 100), box(390, 0, 590, 100), box(300, 0, 390, 100))
    return estates(*shapes, names=["a", "跨界园", "c"], hh=[100.0, 400.0, 100.0], **more)


def test_an_estate_five_per_cent_inside_counts_five_per_cent():
    units, log = planned(
        across(gfa_m2=[0.0, 5000.0, 1.0], parking_n=[1.0, 99.0, 1.0], green_m2=[0, 800.0, 0])
    )
    mine = units.set_index("name").loc["跨界园"]
    assert units["hh"].sum() == 220
    assert (mine["hh"], mine["parking_n"]) == (20, 5)
    assert (mine["gfa_m2"], mine["green_m2"]) == (pytest.approx(250), pytest.approx(40))
    said = "5.0% of its ground lie inside the boundary, so 20 of 400 households count here."
    assert found(log) == [("doubt", "跨界园", said)]


def test_the_planner_counts_all_of_it_or_settles_its_part():
    units, log = planned(across(), 跨界园="whole")
    assert units["hh"].sum() == 600
    said = "5.0% of its ground lie inside the boundary; 400 of 400 households count here, as you chose."
    assert found(log) == [("mended", "跨界园", said)]
    units, log = planned(across(), 跨界园="share")
    assert units["hh"].sum() == 220
    assert [severity for severity, *_ in found(log)] == ["mended"]
    units, log = planned(across(), 跨界园="none")
    assert units["hh"].sum() == 200
    assert found(log) == []


def test_what_nobody_told_stays_unknown():
    units, log = planned(estates(box(0, 0, 390, 100), box(390, 0, 590, 100), hh=[5.0, np.nan]))
    mine = units.set_index("name").loc["estates2"]
    assert not mine["hh_told"]
    assert mine["hh"] == 0
    assert found(log) == []


# --- strips -----------------------------------------------------------------------------------------


def test_the_neighbours_estates_that_overlap_by_half_a_metre_are_not_ours():
    shapes = (box(0, 0, 200, 100), box(200, 0, 399.5, 100), box(399.5, 0, 600, 100), box(0, 99.7, 400, 300))
    held = estates(*shapes, names=["a", "b", "邻街甲园", "邻街乙园"], hh=[100.0, 100.0, 900.0, 800.0])
    units, log = planned(held)
    assert units["hh"].sum() == 200
    assert set(units["name"]) == {"a", "b"}
    assert [(severity, name) for severity, name, _ in found(log)] == [
        ("doubt", "邻街甲园"),
        ("doubt", "邻街乙园"),
    ]
    assert "0 of 900 households" in found(log)[0][2]
    assert found(log, "overlap") == []
    units, _ = planned(held, 邻街甲园="whole")
    assert units["hh"].sum() == 1100


def test_a_strip_without_figures_is_told_and_asks_nothing():
    units, log = planned(estates(box(0, 0, 399.5, 100), box(399.5, 0, 600, 100)))
    assert (units["kind"] == "estate").sum() == 1
    ((severity, name, said),) = found(log)
    assert (severity, name) == ("mended", "estates2")
    assert said.endswith("the strip went to the neighbours.")


def test_our_own_estate_that_reaches_over_by_half_a_metre_is_all_ours():
    units, log = planned(estates(box(0, 0, 400.5, 100), hh=[900.0]))
    assert units["hh"].sum() == 900
    assert found(log) == []


@pytest.mark.parametrize(
    ("inside", "hh"),
    [
        (0.98 * STRIP_M, 0),  # a strip is 2A/P wide, a little less than it is deep
        (1.04 * STRIP_M, 2),
        (50 * STRIP_M, 100),
    ],
)
def test_a_strip_is_narrower_than_a_unit_may_be(inside, hh):
    units, _ = planned(estates(box(0, 0, 300, 100), box(400 - inside, 0, 450 - inside, 100), hh=[0.0, 100.0]))
    assert units["hh"].sum() == hh


@pytest.mark.parametrize(("deep", "hh"), [(1000, 0), (995, 10)])
def test_a_strip_is_up_to_a_hundredth_of_the_ground(deep, hh):
    """10 m inside are 1 % of 1,000 m."""
    assert STRIP_SHARE == 0.01
    units, _ = planned(estates(box(0, 0, 300, 100), box(390, 0, 390 + deep, 100), hh=[0.0, 1000.0]))
    assert units["hh"].sum() == hh


@pytest.mark.parametrize(("side", "hh"), [(6.9, 0), (7.2, 2)])
def test_a_strip_of_an_estate_is_smaller_than_a_unit_may_be(side, hh):
    """A corner of 48 or 52 m² of an estate of 40 by 40 m: 3 %."""
    units, _ = planned(
        estates(box(0, 0, 300, 80), box(400 - side, 100 - side, 440 - side, 140 - side), hh=[0.0, 50.0])
    )
    assert units["hh"].sum() == hh


# --- by the buildings -------------------------------------------------------------------------------


def houses(*shapes, **columns):
    return layer(Role.BUILDINGS, list(shapes), **columns)


def test_buildings_say_how_much_of_an_estate_lies_inside():
    four = [box(x, 10, x + 8, 30) for x in (391, 410, 430, 450)]
    units, log = planned(across(), houses(*four))
    assert units.set_index("name").loc["跨界园", "hh"] == 100
    assert (
        found(log)[0][2] == "25.0% of its homes lie inside the boundary, so 100 of 400 households count here."
    )


def test_buildings_weigh_by_what_all_of_them_tell():
    four = [box(x, 10, x + 8, 30) for x in (391, 410, 430, 450)]
    units, _ = planned(across(), houses(*four, hh=[10.0, 30.0, 30.0, 30.0]))
    assert units.set_index("name").loc["跨界园", "hh"] == 40
    units, _ = planned(across(), houses(*four, hh=[10.0, 30.0, 30.0, np.nan], floors=[7.0, 1.0, 1.0, 1.0]))
    assert units.set_index("name").loc["跨界园", "hh"] == 280


def test_a_layer_of_buildings_cut_off_at_the_boundary_does_not_tell_of_what_lies_outside():
    units, _ = planned(across(), houses(box(391, 10, 399, 30), box(20, 10, 40, 30)))
    assert units.set_index("name").loc["跨界园", "hh"] == 20


def test_buildings_outside_give_nothing_to_an_estate_that_tells_nothing():
    held = estates(box(0, 0, 300, 100), box(390, 0, 590, 100), hh=[5.0, np.nan])
    units, _ = planned(held, houses(box(391, 10, 399, 30), box(500, 10, 508, 30), hh=[7.0, 70.0]))
    assert units.set_index("name").loc["estates2", "hh"] == 7


def test_a_building_of_its_own_counts_by_its_part_inside_wherever_its_middle_lies():
    shapes = [box(390, 10, 410, 30), box(396, 40, 416, 60), box(399.6, 70, 420, 90), box(380, 70, 400.4, 90)]
    held = houses(*shapes, names=["甲楼", "乙楼", "丙楼", "丁楼"], hh=[10.0] * 4, floors=[2.0] * 4)
    units, log = planned(held, estates(box(0, 0, 300, 100), hh=[0.0]))
    mine = units[units["kind"] == "building"].set_index("name")
    assert mine["hh"].to_dict() == {"甲楼": 5, "乙楼": 2, "丁楼": 10}
    assert mine["gfa_m2"].to_dict() == pytest.approx({"甲楼": 400, "乙楼": 160, "丁楼": 816})
    assert [name for _, name, _ in found(log)] == ["丙楼", "甲楼", "乙楼"]


def test_water_under_a_building_is_measured_on_its_part_inside():
    """Of the half of it that counts, two fifths stand in water: it stands on the ground."""
    water = layer(Role.EXCLUSIONS, [box(396, 0, 400, 100)])
    held = houses(box(390, 10, 410, 30), names=["水边楼"], hh=[10.0])
    units, log = planned(held, water, estates(box(0, 0, 300, 100), hh=[0.0]))
    assert units["hh"].sum() == 5
    assert [name for _, name, _ in found(log)] == ["水边楼"]
    assert found(log, "outside_boundary") + found(log, "on_exclusion") == []


# --- two estates on one ground ----------------------------------------------------------------------


def test_two_names_on_one_outline_keep_both_figures_and_names():
    same = box(0, 0, 200, 100)
    held = estates(
        same, same, box(200, 0, 400, 100), names=["东风里", "东风里二区", "西苑"], hh=[120.0, 80, 200]
    )
    units, log = planned(held)
    assert units.set_index("name")["hh"].to_dict() == {"东风里、东风里二区": 200, "西苑": 200}
    ((severity, name, said),) = found(log, "same_ground")
    assert (severity, name) == ("doubt", "东风里二区")
    assert "东风里 (estates.shp 1)" in said
    assert "80 and 120 households" in said
    units, log = planned(held, 东风里二区="none")
    assert units["hh"].sum() == 320
    assert found(log, "same_ground") == []


def test_what_only_one_of_both_tells_is_a_part():
    same = box(0, 0, 400, 100)
    units, log = planned(estates(same, same, names=["甲", "乙"], hh=[120.0, np.nan], parking_n=[3.0, 4.0]))
    (unit,) = units.to_dict("records")
    assert (unit["hh"], unit["hh_told"], unit["parking_n"], unit["parking_n_told"]) == (120, False, 7, True)
    assert "– and 120 households" in found(log, "same_ground")[0][2]


@pytest.mark.parametrize(("off", "n"), [(10.5, 1), (10.6, 2)])
def test_outlines_are_one_from_a_ninth_tenth_on(off, n):
    """200 m, one of both moved: (200 - x) / (200 + x) is 0.9 at 10.526 m."""
    held = estates(box(0, 0, 200, 100), box(off, 0, 200 + off, 100), names=["甲", "乙"], hh=[1.0, 2.0])
    units, _ = planned(held)
    assert (units["kind"] == "estate").sum() == n
    assert units["hh"].sum() == 3


def test_one_name_on_one_outline_is_a_double_and_tells_what_the_other_does_not():
    same = box(0, 0, 400, 100)
    units, log = planned(
        estates(same, same, names=["甲 园", "甲园"], hh=[120.0, np.nan], gfa_m2=[np.nan, 9.0])
    )
    assert (units["hh"].sum(), units["gfa_m2"].sum()) == (120, 9)
    assert [s for s, *_ in found(log, "duplicate")] == ["mended"]


def test_one_name_with_two_figures_is_a_doubt():
    same = box(0, 0, 400, 100)
    units, log = planned(estates(same, same, names=["甲园", "甲园"], hh=[120.0, 80.0]))
    assert units["hh"].sum() == 120
    ((severity, _, said),) = found(log, "duplicate")
    assert severity == "doubt"
    assert "80 households" in said


# --- any boundary -----------------------------------------------------------------------------------


@few(0.3)
@given(st.integers(0, 10**6))
def test_what_counts_and_what_lies_outside_make_the_whole(seed):
    """Over random estates and boundaries no household is lost, and none counts twice."""
    rng = np.random.default_rng(seed)
    grid = [box(x, y, x + 90, y + 90) for x in range(0, 500, 100) for y in range(0, 300, 100)]
    edge = rotate(box(*rng.uniform(0, 120, 2), *rng.uniform(250, 480, 2)), rng.uniform(0, 90))
    hh = rng.integers(0, 900, len(grid)).astype(float)
    held = estates(*grid, hh=hh)
    sources, log = cleaned(boundary(edge), held)
    units = build_units(sources, problems=log)
    beyond = sum(p.text.values["hh"] for p in log if p.code == "across_boundary")
    shapes = np.array(grid, dtype=object)
    away = hh[~shapely.intersects(shapely.buffer(edge, 0.05), shapes)].sum()
    touched = hh[shapely.intersects(edge, shapes)].sum()
    assert beyond <= touched
    assert units.frame["hh"].sum() + beyond + away == hh.sum()


def test_the_part_inside_is_that_of_a_naive_count():
    rng = np.random.default_rng(1)
    shapes = np.array([box(x, y, x + 30, y + 30) for x, y in rng.uniform(-40, 400, (60, 2))], dtype=object)
    for shape, part in zip(
        shapes, inside_part(shapes, shapely.point_on_surface(shapes), STREET), strict=True
    ):
        exact = shape.intersection(STREET).area / shape.area
        assert part == pytest.approx(exact, abs=max(STRIP_SHARE, 1.1 * STRIP_M / 30))
        assert part in (0.0, 1.0) or part == pytest.approx(exact)


def test_no_boundary_no_parts():
    sources, log = cleaned(across())
    assert sources.estates["hh"].sum() == 600
    assert found(log) == []
