"""Units of the small town: what becomes of every feature, and the guarantees."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from shapely import LineString, box

from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog
from bigmap.core.units.build_units import build_units
from bigmap.core.units.cutting_rules import UnitRules
from tests.helpers.towns import at, layer, small_town, sources


def by_name(units, name):
    return units.frame[units.frame["name"] == name].iloc[0]


def test_the_ground_is_neither_left_out_nor_counted_twice():
    units = build_units(small_town())
    planar = shapely.area(units.polygons).sum() + shapely.area(units.exclusions).sum()
    assert planar == pytest.approx(400 * 200, rel=1e-12)
    assert units.units_m2 == pytest.approx(units.governance_m2, rel=1e-9)
    assert units.excluded_m2 == pytest.approx(50 * 40, rel=1e-3)
    assert shapely.coverage_is_valid(units.polygons)


def test_every_feature_has_its_unit_with_its_name_and_kind():
    units = build_units(small_town())
    kinds = {name: kind for name, kind in zip(units.frame["name"], units.frame["kind"], strict=True) if name}
    assert kinds == {
        "筼筜花园": "estate",
        "无名小区": "estate",
        "一号楼": "building",
        "二号楼": "building",
        "小学": "public",
        "市府路": "road",
        "后街": "lane",
    }


def test_estates_keep_their_walls_and_roads_their_width():
    units = build_units(small_town())
    assert by_name(units, "筼筜花园").geometry.equals(at(box(20, 110, 180, 190)))
    road = units.frame[units.frame["name"] == "市府路"]
    assert road.geometry.area.sum() == pytest.approx(400 * 12)
    assert len(road) == 2  # cut where 后街 crosses


def test_households_are_conserved_and_none_is_counted_twice():
    town = small_town()
    units = build_units(town)
    # 园内楼 stands in 筼筜花园, whose own count stands.
    assert units.frame["hh"].sum() == 120 + 30 + 8 + 5
    assert by_name(units, "一号楼")["gfa_m2"] == pytest.approx(20 * 20 * 2)


def test_an_estate_without_figures_takes_those_of_its_buildings():
    town = small_town(estates=layer([box(20, 110, 180, 190)], name="筼筜花园"))
    unit = by_name(build_units(town), "筼筜花园")
    assert unit["hh"] == 40
    assert unit["gfa_m2"] == pytest.approx(20 * 20 * 6)


def test_inside_the_wall_is_what_lies_in_estates():
    units = build_units(small_town())
    inside = units.frame[units.frame["inside"]]
    assert set(inside["name"]) == {"筼筜花园", "无名小区"}


def test_ids_tell_community_and_kind_and_do_not_depend_on_the_order():
    town = small_town()
    units = build_units(town)
    turned = build_units(
        small_town(
            estates=town.estates.iloc[::-1], buildings=town.buildings.iloc[::-1], roads=town.roads.iloc[::-1]
        )
    )
    assert by_name(units, "筼筜花园")["unit_id"] == "350203099001E0001"
    assert by_name(units, "筼筜花园")["comm"] == "东社区"
    assert units.frame["unit_id"].is_unique
    assert units.frame.drop(columns="geometry").equals(turned.frame.drop(columns="geometry"))
    assert all(shapely.equals(units.polygons, turned.polygons))


def test_an_estate_inside_another_keeps_its_ground():
    town = sources(
        box(0, 0, 100, 100),
        estates=layer([box(0, 0, 100, 100), box(40, 40, 60, 60)], name=["外", "内"], hh=[10.0, 5.0]),
    )
    units = build_units(town)
    assert by_name(units, "内").geometry.area == 400
    assert by_name(units, "外").geometry.area == 9600


def test_a_feature_whose_ground_is_taken_leaves_its_households_there():
    problems = ProblemLog()
    twice = layer([box(0, 0, 50, 50), box(0, 0, 50, 50)], name=["甲", "乙"], hh=[10.0, 5.0])
    units = build_units(sources(box(0, 0, 100, 100), estates=twice), problems=problems)
    assert units.frame["hh"].sum() == 15
    assert [p.code for p in problems] == ["no_ground"]


def test_a_building_across_a_road_stays_one_unit_and_keeps_its_footprint():
    town = sources(
        box(0, 0, 100, 100),
        buildings=layer([box(45, 40, 55, 60)], name="骑路楼", kind="building"),
        roads=layer([LineString([(0, 50), (100, 50)])], width_m=8.0),
    )
    units = build_units(town)
    mine = units.frame[units.frame["name"] == "骑路楼"]
    assert shapely.covers(mine.geometry.iloc[0], at(box(45, 46, 55, 54)))


def test_a_strip_too_thin_to_stand_alone_goes_to_its_neighbour():
    problems = ProblemLog()
    town = sources(
        box(0, 0, 100, 100), estates=layer([box(0, 0, 50, 100), box(50.4, 0, 100, 100)], name=["西", "东"])
    )
    units = build_units(town, problems=problems)
    assert len(units) == 2
    assert [p.code for p in problems] == ["sliver"]


def test_the_strip_between_wall_and_kerb_follows_the_rule():
    # Estate and road both claim 2 m × 100 m.
    town = sources(
        box(0, 0, 100, 100),
        estates=layer([box(0, 0, 100, 52)], name="园"),
        roads=layer([LineString([(0, 55), (100, 55)])], name="路", width_m=10.0),
    )
    estate_first = build_units(town)
    road_first = build_units(town, UnitRules(estate_first=False))
    assert by_name(estate_first, "园").geometry.area == pytest.approx(5200)
    assert by_name(road_first, "园").geometry.area == pytest.approx(5000)


def test_a_multipart_estate_shares_its_households_by_ground():
    both = shapely.union(box(0, 0, 30, 100), box(60, 0, 70, 100))
    units = build_units(sources(box(0, 0, 100, 100), estates=layer([both], name="分园", hh=[41.0])))
    parts = units.frame[units.frame["name"] == "分园"]
    assert sorted(parts["hh"]) == [10, 31]


def test_large_open_ground_is_cut_along_a_grid():
    units = build_units(sources(box(0, 0, 1000, 1000)), UnitRules(open_side_m=500))
    assert len(units) == 4  # 610 000 and 2 708 000 lie on the grid


def test_an_empty_boundary_is_one_piece_of_open_ground():
    units = build_units(sources(box(0, 0, 100, 100)))
    assert units.frame["kind"].tolist() == ["block"]


def test_exclusions_over_everything_are_refused():
    with pytest.raises(UserError) as refused:
        build_units(sources(box(0, 0, 100, 100), exclusions=layer([box(-1, -1, 101, 101)])))
    assert "no ground is left" in refused.value.text.render("en")


def test_buildings_outside_and_in_the_water_are_told():
    problems = ProblemLog()
    town = sources(
        box(0, 0, 100, 100),
        buildings=layer([box(200, 0, 210, 10), box(20, 20, 24, 24)], kind="building"),
        exclusions=layer([box(10, 10, 40, 40)]),
    )
    units = build_units(town, problems=problems)
    assert sorted(p.code for p in problems) == ["on_exclusion", "outside_boundary"]
    assert units.frame["kind"].tolist() == ["block"]
    assert np.isclose(units.frame.geometry.area.sum(), 100 * 100 - 30 * 30)


def test_the_order_of_roads_and_communities_decides_nothing():
    lines = [
        LineString([(0, 50), (100, 50)]),
        LineString([(20, 50), (60, 50)]),
        LineString([(50, 0), (50, 100)]),
    ]
    roads = layer(lines, name=["甲路", "乙路", "丙路"], width_m=[8.0, 8.0, 12.0], road_class="branch")
    halves = [box(0, 0, 50, 100), box(50, 0, 100, 100)]
    communities = layer(halves, name=["东", "西"], code=["350203099002", "350203099001"])
    made = [
        build_units(sources(box(0, 0, 100, 100), roads=r, communities=c))
        for r, c in ((roads, communities), (roads.iloc[::-1], communities.iloc[::-1]))
    ]
    first, second = (units.frame.drop(columns="geometry") for units in made)
    assert first.equals(second)
    assert all(shapely.equals(made[0].polygons, made[1].polygons))


def test_a_community_that_only_touches_gives_no_name():
    town = sources(box(0, 0, 100, 100), communities=layer([box(100, 0, 200, 100)], name="邻居"))
    assert build_units(town).frame["comm"].tolist() == [""]


def test_the_ground_under_two_carriageways_counts_once():
    """Two one-way lines of one road, 12 m apart and 20 m wide each: 32 m × 400 m of road, not 2 × 20 m."""
    lines = [LineString([(0, 90), (400, 90)]), LineString([(400, 102), (0, 102)])]
    town = sources(box(0, 0, 400, 200), roads=layer(lines, name="环岛路", width_m=20.0, road_class="主干路"))
    units = build_units(town)
    road = units.frame[units.frame["kind"] == "road"]
    assert shapely.area(road.geometry.to_numpy()).sum() == pytest.approx(32 * 400, rel=1e-9)
    assert road["sweep_m2"].sum() == pytest.approx(32 * 400, rel=1e-3)
    assert shapely.coverage_is_valid(units.polygons)


def test_the_street_office_is_told_by_the_code_of_the_community_or_the_boundary():
    town = small_town()
    assert set(build_units(town).frame["street"]) == {"350203099"}
    offices = layer([box(0, 0, 200, 200), box(200, 0, 400, 200)], name=["鹭江街道", "中华街道"])
    frame = build_units(replace(town, districts=offices)).frame
    assert frame.loc[frame["name"] == "无名小区", "street"].tolist() == ["鹭江街道"]
    assert frame.loc[frame["name"] == "小学", "street"].tolist() == ["中华街道"]


def lake_town(shore_x, *islets):
    """Ground of 200 m in the west, water up to ``shore_x``, the boundary at 400 m, islets in the water."""
    water = box(200, 0, shore_x, 100) - shapely.union_all(islets)
    return sources(
        box(0, 0, 400, 100),
        estates=layer([box(0, 0, 150, 100)], name=["甲园"], hh=[100.0]),
        exclusions=layer([water], name="湖"),
    )


@pytest.mark.parametrize(
    ("shore_x", "excluded_m2"), [(399.98, 20_000), (399.1, 20_000), (398.9, 19_890), (380, 18_000)]
)
def test_a_strip_between_shore_and_boundary_is_excluded_unless_it_is_a_metre_wide(shore_x, excluded_m2):
    problems = ProblemLog()
    units = build_units(lake_town(shore_x), problems=problems)
    assert shapely.area(units.exclusions).sum() == pytest.approx(excluded_m2, rel=1e-6)
    assert len(units) == (2 if excluded_m2 == 20_000 else 3)
    texts = [p.text.render("en") for p in problems if p.code == "sliver"]
    assert len(texts) == (excluded_m2 == 20_000)
    assert all(text.startswith(f"1 slivers ({(400 - shore_x) * 100:.2f} m²") for text in texts)


def test_an_islet_in_the_water_stays_a_unit_however_small():
    problems = ProblemLog()
    units = build_units(lake_town(400, box(300, 40, 303, 43), box(350, 40, 350.5, 60)), problems=problems)
    assert sorted(np.round(shapely.area(units.polygons))) == [9, 5000, 15000]
    assert [p.text.values["area"] for p in problems if p.code == "sliver"] == pytest.approx([10.0])


def test_ground_that_is_all_thin_stays_ground():
    strip = sources(box(0, 0, 100, 40), exclusions=layer([box(0, 0, 99.5, 40)], name="湖"))
    units = build_units(strip)
    assert shapely.area(units.polygons).sum() == pytest.approx(20)
