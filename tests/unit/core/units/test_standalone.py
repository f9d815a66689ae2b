"""A building stands on the ground of the plan from half of its footprint; those left out are named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from shapely import box

from bigmap.base.problems import ProblemLog
from bigmap.core.planning.decisions import at_stake
from bigmap.core.units.build_units import build_units
from tests.helpers.towns import layer, sources

OUT = ("outside_boundary", "on_exclusion")


def town(**buildings):
    """A street office of 600 m × 300 m with an estate to the west and a lake of 100 m in the south-east.

    ::

        +--------+----------------------+
        | 甲园    |                 [跨界楼 40 of 60 m outside]
        | 0..200 [跨墙楼]  [楼]          |
        |        |            [岸边楼]~~~|
        +--------+------------~~ 湖 ~~~~+   [界外楼]
    """
    names = list(buildings)
    shapes = [shape for shape, _ in buildings.values()]
    hh = [float(n) for _, n in buildings.values()]
    return sources(
        box(0, 0, 600, 300),
        estates=layer([box(0, 0, 200, 300)], name=["甲园"], hh=[100.0]),
        buildings=layer(shapes, name=names, hh=hh, kind="building", file="独栋房屋.shp"),
        exclusions=layer([box(500, 0, 600, 100)], name="湖"),
    )


def cut(ground):
    problems = ProblemLog()
    units = build_units(ground, problems=problems)
    return units, {p.name: p for p in problems if p.code in OUT and p.feature is not None}, problems


def test_every_household_is_in_a_unit_or_in_a_sentence():
    ground = town(
        跨界楼=(box(580, 200, 640, 240), 10),
        水上楼=(box(520, 20, 540, 40), 20),
        跨墙楼=(box(190, 100, 230, 120), 30),
        楼=(box(300, 100, 320, 120), 40),
        岸边楼=(box(490, 80, 520, 110), 50),
        界外楼=(box(700, 0, 720, 20), 60),
    )
    units, named, _ = cut(ground)
    assert {name: p.code for name, p in named.items()} == {
        "跨界楼": "outside_boundary",
        "界外楼": "outside_boundary",
        "水上楼": "on_exclusion",
    }
    texts = {name: p.text.render("en") for name, p in named.items()}
    assert texts["跨界楼"] == "67% of it lies outside the boundary; it was left out with 10 households"
    assert "with 20 households" in texts["水上楼"]
    assert units.frame["hh"].sum() == 100 + 30 + 40 + 50
    assert sum(p.text.values["hh"] for p in named.values()) == 10 + 20 + 60


@pytest.mark.parametrize("reach", [-0.02, 0.0, 0.02])
@pytest.mark.parametrize("side", ["boundary", "lake"])
def test_half_of_a_building_is_enough_and_less_is_not(side, reach):
    """20 m wide, 10 m and some centimetres of it off the ground."""
    x = 590 + reach if side == "boundary" else 490 + reach
    y = 200 if side == "boundary" else 40
    units, named, _ = cut(town(角楼=(box(x, y, x + 20, y + 20), 7)))
    assert ("角楼" in named) == (reach > 0)
    assert units.frame["hh"].sum() == 100 + (0 if reach > 0 else 7)


def test_off_the_ground_by_boundary_and_lake_together():
    """30 % outside the boundary and 30 % in the lake: less than half is left."""
    lake = layer([box(500, 0, 594, 100)], name="湖")
    ground = replace(town(角楼=(box(586, 40, 606, 60), 7)), exclusions=lake)
    assert "角楼" in cut(ground)[1]


def test_buildings_of_an_estate_are_left_to_it():
    units, named, problems = cut(town(园内楼=(box(-30, 100, 40, 120), 5)))
    assert not named
    assert not [p for p in problems if p.code in OUT]
    assert units.frame["hh"].sum() == 100


def test_many_without_households_far_outside_are_one_sentence():
    far = {f"远楼{i}": (box(700 + 30 * i, 0, 720 + 30 * i, 20), 0) for i in range(30)}
    _, named, problems = cut(town(**far))
    assert not named
    said = [p for p in problems if p.code == "outside_boundary"]
    assert [p.text.values["n"] for p in said] == [30]
    assert said[0].text.render("en").endswith("0 households are known, 0 of them tell none")


def test_unknown_households_are_no_zero():
    alone = town(角楼=(box(595, 200, 615, 220), np.nan), 远楼=(box(700, 0, 720, 20), np.nan))
    _, named, problems = cut(alone)
    assert list(named) == ["角楼"]
    assert named["角楼"].text.render("en").endswith("its households are not told")
    many = [p.text.render("en") for p in problems if p.code == "outside_boundary" and p.feature is None]
    assert [text.endswith("0 households are known, 1 of them tell none") for text in many] == [True]


@pytest.mark.parametrize("y", [40, 90])
def test_floor_area_in_the_lake_is_at_stake_where_households_are_not_told(y):
    """Wholly in the lake one is counted with the others, across its shore it is named; six floors each."""
    ground = town(水上楼=(box(520, y, 540, y + 19), np.nan))
    _, _, problems = cut(with_floors(ground, 6.0))
    (problem,) = (p for p in problems if p.code == "on_exclusion")
    assert at_stake(problem, "gfa_m2") == pytest.approx(20 * 19 * 6)
    _, _, problems = cut(ground)
    (problem,) = (p for p in problems if p.code == "on_exclusion")
    assert at_stake(problem, "gfa_m2") is None


def with_floors(ground, floors):
    return replace(ground, buildings=ground.buildings.assign(floors=floors))


def test_the_longest_list_ends_and_its_households_still_add_up():
    far = {f"远楼{i}": (box(700 + 30 * i, 0, 720 + 30 * i, 20), i) for i in range(1, 251)}
    _, named, problems = cut(town(**far))
    assert len(named) == 200
    told = [p.text.values["hh"] for p in problems if p.code == "outside_boundary"]
    assert np.isclose(sum(told), sum(range(251)))
