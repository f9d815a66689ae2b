"""Green ground: a kind of unit of its own, ground of the plan, below estates, roads and exclusions."""

from dataclasses import replace

import pytest
from shapely import box

from bigmap.core.units.build_units import build_units
from tests.helpers.towns import layer, small_town

PARK = box(270, 110, 400, 190)


def units_with(*shapes, **columns):
    return build_units(replace(small_town(), green=layer(list(shapes), **columns))).frame


def test_a_park_is_a_unit_of_its_own_with_its_name_and_its_ground_is_green():
    park = units_with(PARK, name="白鹭洲公园").query("kind == 'green'")
    assert list(park["name"]) == ["白鹭洲公园"]
    assert park["unit_id"].str.contains("G0001").all()
    house = 30 * 20  # stands in the park and is a unit itself
    assert park["site_m2"].sum() == pytest.approx(PARK.area - house, rel=1e-3)
    assert list(park["green_m2"]) == pytest.approx(list(park["site_m2"]))
    assert list(park["hh"]) == [0]
    assert not park["inside"].any()


def test_estates_roads_and_exclusions_keep_their_ground_and_nothing_counts_twice():
    before, after = build_units(small_town()), units_with(box(0, 0, 400, 200), box(0, 0, 400, 200))
    for kind in ("estate", "road", "lane"):
        was = before.frame.loc[before.frame["kind"] == kind, "site_m2"].sum()
        assert after.loc[after["kind"] == kind, "site_m2"].sum() == pytest.approx(was)
    assert after["site_m2"].sum() == pytest.approx(before.units_m2)


def test_without_a_layer_of_green_nothing_changes():
    before, after = build_units(small_town()).frame, units_with()
    assert before.drop(columns="geometry").equals(after.drop(columns="geometry"))
