"""Rows get their roles by the codes in them; the rest is set aside and counted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from bigmap.base.problems import ProblemLog
from bigmap.core.sources.layers import Role
from bigmap.io.data_models.divisions import division_code
from bigmap.io.data_models.land_codes import SURVEY_2, SURVEY_3, kinds_of_plan, kinds_of_survey
from bigmap.io.data_models.recognise import recognise
from bigmap.io.data_models.road_edges import pair_edges
from bigmap.io.data_models.split import Split, split_layer
from bigmap.io.vocabulary.field_values import canonical
from tests.helpers.sources import GEOFABRIK, NATIONAL, PLAN, REGISTER, SURVEY, Row, area, frame, line


def split(name: str, rows: list[Row], crs: str = "EPSG:4548", **how) -> Split:
    made = frame(rows, crs)
    table, shapes = pd.DataFrame(made.drop(columns="geometry")), made.geometry.to_numpy()
    table.index = pd.Index(range(1, len(table) + 1))
    found = recognise(name, table.columns, str(made.geom_type.iloc[0]))
    assert found is not None
    return split_layer(found, table, shapes, name=name, **how)


def roles(done: Split) -> dict[str, int]:
    return {part.role.value: len(part.table) for part in done.parts}


def fields(done: Split, role: Role) -> pd.DataFrame:
    part = next(part for part in done.parts if part.role == role)
    return canonical(part.table, role, "file", ProblemLog(), part.fields)


# --- national base data -------------------------------------------------------------------------------------


def test_houses_are_told_from_street_blocks_and_sheds_have_no_households():
    done = split("RESA", NATIONAL["RESA"])
    assert roles(done) == {"buildings": 2}
    assert done.aside == {"street blocks, neither estates nor houses": 1}
    houses = fields(done, Role.BUILDINGS)
    assert houses["name"].tolist() == ["市图书馆", ""]
    assert houses["hh"].isna().tolist() == [True, False]
    assert houses["hh"].iloc[1] == 0


def test_roads_by_code_with_width_bridge_and_without_the_type_of_a_part_as_class():
    done = split("LRDL", NATIONAL["LRDL"])
    assert done.aside == {"ways inside estates": 1}
    roads = fields(done, Role.ROADS)
    assert roads["road_class"].tolist() == ["expressway", "arterial", "branch"]
    assert roads["structure"].tolist() == ["bridge", "", ""]
    assert roads["width_m"].fillna(0).tolist() == [26, 0, 9]
    assert roads["name"].tolist() == ["沈海高速", "湖滨南路", "后滨路"]
    untold = fields(split("LRDL", [({"GB": 420600 + 0, "TYPE": "主路"}, line((0, 0), (9, 0)))]), Role.ROADS)
    assert untold["road_class"].tolist() == ["expressway"]


@pytest.mark.parametrize("write", [int, float, str, lambda code: f"{code}.0", lambda code: f"{code}01"])
def test_codes_as_whole_numbers_fractions_and_text(write):
    rows = [({**values, "GB": write(values["GB"])}, shape) for values, shape in NATIONAL["RESA"]]
    assert roles(split("resa4_py", rows)) == {"buildings": 2}


def test_the_code_of_the_place_goes_before_the_class():
    place = {"GB": 650201, "PAC": 350203099, "NAME": "筼筜湾街道"}
    assert roles(split("BOUA", [(place, area(0, 0, 9, 9))])) == {"boundary": 1}
    district = split("BOUA5", [({"GB": 650100, "PAC": 350203, "NAME": "思明区"}, area(0, 0, 9, 9))])
    assert roles(district) == {"boundary": 1}
    assert len(district.doubts) == 1
    both = [(place, area(0, 0, 9, 9)), ({"GB": 650100, "PAC": 350203, "NAME": "思明区"}, area(0, 0, 99, 99))]
    mixed = split("BOUA", both)
    assert fields(mixed, Role.BOUNDARY)["name"].tolist() == ["筼筜湾街道"]
    assert sum(mixed.aside.values()) == 1


# --- land survey and codes of land --------------------------------------------------------------------------


def test_one_layer_of_land_has_many_roles_and_housing_without_a_name_is_no_estate():
    done = split("DLTB", SURVEY["DLTB"])
    assert roles(done) == {"public": 1, "roads": 1, "exclusions": 2, "green": 1, "barriers": 1}
    assert done.aside == {"housing ground without a name": 1}
    assert fields(done, Role.ROADS)["width_m"].tolist() == [12.5]
    named = [({**values, "小区名称": "禾祥花园"}, shape) for values, shape in SURVEY["DLTB"]]
    estates = fields(split("DLTB", named), Role.ESTATES)
    assert estates["name"].tolist() == ["禾祥花园"]
    assert estates["hh"].isna().all()


def test_codes_that_lost_their_zero_in_a_column_of_numbers():
    numbers = [({**values, "DLBM": code}, shape) for (values, shape), code in zip(
        SURVEY["DLTB"][:4], (701, 1004, 1101, 810), strict=True)]  # fmt: skip
    assert roles(split("DLTB", numbers)) == {"roads": 1, "exclusions": 1, "green": 1}


def test_the_second_survey_has_other_codes_and_its_xzq_are_villages():
    land = [
        ({"DLBM": code, "DLMC": "", "XZDWMJ": 0.0}, area(20 * i, 0, 9, 9))
        for i, code in enumerate(("101", "111", "201", "203"))
    ]
    assert roles(split("DLTB", land)) == {"exclusions": 1, "barriers": 1}
    villages = [({"XZQDM": f"35020300100{i}", "XZQMC": f"{i}村"}, area(20 * i, 0, 9, 9)) for i in (2, 3)]
    assert roles(split("XZQ", villages)) == {"communities": 2}
    assert roles(split("XZQ", SURVEY["XZQ"])) == {"boundary": 1}


def test_communities_have_codes_of_twelve_digits():
    done = split("CJDCQ", SURVEY["CJDCQ"])
    assert fields(done, Role.COMMUNITIES)["code"].tolist() == ["350203001002", "350203001003"]


@given(st.sampled_from(sorted(SURVEY_3)), st.sampled_from(["", "A", "K"]))
def test_subclasses_are_what_their_class_is(code, letter):
    (kind,) = kinds_of_survey(pd.Series([code + letter, "1003"]), pd.Series(["", ""]))[:1]
    assert kind.role == SURVEY_3[code].role


@given(st.sampled_from(sorted(SURVEY_2)))
def test_three_digits_alone_are_of_the_second_survey(code):
    (kind,) = kinds_of_survey(pd.Series([code.ljust(3, "1")]), pd.Series([""]))
    assert kind.role == SURVEY_2.get(code.ljust(3, "1"), SURVEY_2[code]).role


@given(st.text("0123456789", min_size=6, max_size=6), st.integers(0, 19))
def test_zeros_behind_a_division_change_no_level(code, zeros):
    assert division_code(division_code(code + "0" * zeros)) == division_code(code + "0" * zeros)
    assert division_code(code).startswith(code)


@pytest.mark.parametrize(
    ("codes", "wanted"),
    [
        (("R2", "B1", "G1", "S1", "E1"), ("estates", None, "green", "roads", "exclusions")),
        (("R2/B1", "0701(0901)", "B1R2", "0901(0701)"), ("estates", "estates", None, None)),
        (("1001", "1207", "1201"), (None, "roads", "barriers")),
        (("080403", "1701", "14"), ("public", "exclusions", "green")),
        (("R22", "A33", "H21", "H22", "U1"), ("public", "public", "barriers", "roads", None)),
    ],
)  # fmt: skip
def test_codes_of_plans(codes, wanted):
    kinds = kinds_of_plan(pd.Series(codes), pd.Series([""] * len(codes)))
    assert tuple(None if kind.role is None else kind.role.value for kind in kinds) == wanted


# --- plans --------------------------------------------------------------------------------------------------


def test_a_plan_is_used_only_when_asked_for_and_tells_no_floor_area():
    assert split("XG_GHDK", PLAN["XG_GHDK"]).parts == []
    asked = split("XG_GHDK", PLAN["XG_GHDK"], asked=Role.ESTATES)
    assert roles(asked) == {"estates": 1}
    estate = fields(asked, Role.ESTATES)
    assert estate["gfa_m2"].isna().all()
    assert estate["code"].tolist() == ["A-00"]
    for role in (Role.ROADS, Role.GREEN, Role.PUBLIC, Role.EXCLUSIONS):
        assert roles(split("XG_GHDK", PLAN["XG_GHDK"], asked=role)) == {role.value: 1}
    with_railway = split("XG_GHDK", PLAN["XG_GHDK"], asked=Role.BARRIERS)  # 1001 is industry here
    assert roles(with_railway) == {"barriers": 6}, "no row is one, so all were meant"


def test_two_edges_are_one_road_and_axes_have_their_class():
    road = split("gh_kg_dlbx_ln", PLAN["gh_kg_dlbx_ln"], asked=Role.ROADS)
    assert roles(road) == {"roads": 1}
    assert road.parts[0].shapes[0].area == pytest.approx(300 * 12)
    assert fields(road, Role.ROADS)["width_m"].tolist() == [12]
    axis = split("gh_kg_dlzx_ln", PLAN["gh_kg_dlzx_ln"], asked=Role.ROADS)
    assert fields(axis, Role.ROADS)["road_class"].tolist() == ["arterial"]


@given(st.lists(st.tuples(*[st.floats(-200, 200, allow_nan=False)] * 4), min_size=2, max_size=8))
def test_a_line_is_an_edge_of_one_road_at_most(ends):
    lines = np.array([shapely.LineString([e[:2], e[2:]]) for e in ends if e[:2] != e[2:]], dtype=object)
    pairs = pair_edges(lines)
    used = np.concatenate([pairs.first, pairs.second])
    assert len(set(used.tolist())) == len(used)
    assert ((pairs.width >= 2.5) & (pairs.width <= 60)).all()


# --- register -----------------------------------------------------------------------------------------------


def test_buildings_of_the_register_keep_their_own_name_floor_area_and_year():
    done = split("ZRZ", REGISTER["ZRZ"])
    house = fields(done, Role.BUILDINGS).iloc[0]
    assert house["name"] == "禾祥花园1号楼"
    assert (house["gfa_m2"], house["floors"], house["yr_built"], house["hh"]) == (7200.5, 18, 1998, 72)
    school = fields(done, Role.PUBLIC).iloc[0]
    assert (school["name"], school["yr_built"], school["hh"]) == ("教学楼", 2004, 0)
    assert [role for role, _ in done.doubts] == [Role.BUILDINGS], "units of property are no households"


def test_parcels_by_their_use_and_parts_of_buildings_not_at_all():
    parcels = split("ZDJBXX", REGISTER["ZDJBXX"])
    assert roles(parcels) == {"estates": 1}
    assert fields(parcels, Role.ESTATES)["code"].tolist() == ["350203001002GB00001"]
    assert split("LJZ", REGISTER["LJZ"]).parts == []
    assert split("DJQ", REGISTER["DJQ"]).parts == []


# --- OpenStreetMap ------------------------------------------------------------------------------------------


def test_classes_of_geofabrik_decide_row_by_row():
    land = split("gis_osm_landuse_a_free_1", GEOFABRIK["landuse_a"])
    assert roles(land) == {"estates": 1, "exclusions": 1, "green": 1}
    assert land.aside == {"housing ground without a name": 1, "land use of other kinds": 1}
    places = split("gis_osm_pois_a_free_1", GEOFABRIK["pois_a"])
    assert roles(places) == {"public": 2, "green": 1}
    roads = fields(split("gis_osm_roads_free_1", GEOFABRIK["roads"]), Role.ROADS)
    assert roads["road_class"].tolist() == ["expressway", "branch", "arterial"]
    assert roads["structure"].tolist() == ["bridge", "", "tunnel"]
    assert split("gis_osm_waterways_free_1", GEOFABRIK["waterways"]).parts == []
    assert roles(split("gis_osm_adminareas_a_free_1", GEOFABRIK["adminareas_a"])) == {"boundary": 1}


def test_the_code_stands_in_where_the_class_is_empty():
    bare = [({**values, "fclass": ""}, shape) for values, shape in GEOFABRIK["landuse_a"]]
    assert roles(split("landuse_a", bare)) == {"estates": 1, "exclusions": 1, "green": 1}


def test_large_woods_are_hills_and_small_ones_green():
    wood = {"osm_id": "1", "code": 7201, "fclass": "forest", "name": ""}
    rows = [(wood, area(0, 0, side, side)) for side in (300, 330)]
    for crs in ("EPSG:4548", "EPSG:4326"):
        assert roles(split("gis_osm_landuse_a_free_1", rows, crs)) == {"exclusions": 1, "green": 1}


# --- the name of the layer and the planner ------------------------------------------------------------------


def test_a_sure_name_decides_for_rows_that_the_model_does_not_know():
    ids = {"full_id": "w1", "osm_id": "1", "osm_type": "way"}
    rows = [
        ({**ids, "landuse": "residential", "name": "禾祥花园"}, area(0, 0, 9, 9)),
        ({**ids, "landuse": "commercial", "name": ""}, area(20, 0, 9, 9)),
    ]
    assert roles(split("a", rows)) == {"estates": 1}
    assert roles(split("a", rows, usual=Role.COMMUNITIES)) == {"communities": 2}


def test_what_the_planner_asks_for_is_taken_without_a_name_too():
    asked = split("DLTB", SURVEY["DLTB"], asked=Role.ESTATES)
    assert roles(asked) == {"estates": 1}
    assert sum(asked.aside.values()) == len(SURVEY["DLTB"]) - 1


@given(
    st.lists(
        st.sampled_from(["0701", "1004", "1101", "0810", "09", "1201", "", "x"]), min_size=1, max_size=12
    )
)
def test_no_row_is_lost_and_none_is_read_twice(codes):
    rows = [({"DLBM": code, "DLMC": "", "TBMJ": 1.0}, area(20 * i, 0, 9, 9)) for i, code in enumerate(codes)]
    done = split("DLTB", rows)
    numbers = [number for part in done.parts for number in part.table.index]
    assert len(set(numbers)) == len(numbers)
    assert len(numbers) + sum(done.aside.values()) == len(codes)
