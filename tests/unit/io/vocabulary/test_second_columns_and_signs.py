"""Columns that are empty though better named, numbers that mean no value, decimal commas, odd names."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigmap.base.problems import ProblemLog
from bigmap.core.sources.layers import Role
from bigmap.io.vocabulary.field_names import match_fields
from bigmap.io.vocabulary.field_values import canonical
from bigmap.io.vocabulary.layer_roles import detect_role
from bigmap.io.vocabulary.number_style import with_decimal_points
from bigmap.io.vocabulary.written_names import is_serial, one_line


def cleaned(columns, role=Role.ESTATES, told=None):
    log = ProblemLog()
    table = pd.DataFrame(columns, index=pd.RangeIndex(1, 1 + len(next(iter(columns.values())))))
    frame = canonical(table, role, "estates.shp", log, told)
    return frame, [(p.code, p.feature, p.text.render("en")) for p in log if p.code not in {"unit_wan"}]


# --- a second column ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "field", "better", "other", "values"),
    [
        (Role.ESTATES, "hh", "总户数", "户数", [74, 117]),
        (Role.ESTATES, "gfa_m2", "总建筑面积", "JZMJ", [7804.0, 12_314.0]),
        (Role.ESTATES, "name", "小区名称", "XQMC", ["康泰花园", "金榕里"]),
        (Role.ESTATES, "oper", "物业公司", "WYGS", ["永安物业", "和记物业"]),
        (Role.ROADS, "width_m", "红线宽度", "路宽", [12.0, 7.0]),
        (Role.ROADS, "name", "道路名称", "name", ["湖滨南路", "后滨巷"]),
        (Role.BUILDINGS, "floors", "地上层数", "层数", [6.0, 18.0]),
    ],
)
@pytest.mark.parametrize("empty", [[None, None], [0, 0], ["", ""]])
def test_an_empty_column_is_filled_from_a_second_one_and_both_are_named(
    role, field, better, other, values, empty
):
    text = isinstance(values[0], str)
    if text and empty == [0, 0]:
        return
    frame, said = cleaned({better: empty, other: values}, role)
    assert frame[field].tolist() == values
    told = [sentence for code, _, sentence in said if code == "field_empty"]
    assert len(told) == 1
    assert better in told[0]
    assert other in told[0]


def test_only_the_features_that_lack_it_are_filled():
    frame, said = cleaned({"总户数": [74, None, None], "户数": [70, 117, None]})
    assert frame["hh"].tolist() == pytest.approx([74, 117, np.nan], nan_ok=True)
    assert [(code, feature) for code, feature, _ in said] == [("field_empty", 2)]
    assert "1 features" in said[0][2]


def test_a_zero_beside_figures_stays_and_a_full_column_needs_no_other():
    frame, said = cleaned({"总户数": [74, 0], "户数": [70, 117]})
    assert frame["hh"].tolist() == [74, 0]
    assert said == []


def test_parts_planned_figures_and_what_the_planner_told_fill_nothing():
    frame, _ = cleaned({"总建筑面积": [None], "地下建筑面积": [900.0], "规划户数": [300], "总户数": [None]})
    assert frame[["gfa_m2", "hh"]].isna().all(axis=None)
    frame, said = cleaned({"总户数": [None], "户数": [70]}, told={"hh": "总户数"})
    assert frame["hh"].isna().all()
    assert said == []


def test_a_column_with_a_meaning_of_its_own_does_not_fill_another():
    frame, _ = cleaned({"小区名称": ["", ""], "道路名称": ["湖滨南路", "后滨巷"]})
    assert frame["name"].tolist() == ["", ""]


# --- numbers that are none ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "column", "role"),
    [
        ("hh", "户数", Role.ESTATES),
        ("gfa_m2", "建筑面积", Role.BUILDINGS),
        ("floors", "层数", Role.BUILDINGS),
    ],
)
@pytest.mark.parametrize("sign", [2**31 - 1, -(2**31), 2**32 - 1, -9999, 9_999_999, 1.79e308, -3.4e38])
def test_what_programs_write_for_no_value_is_none_and_said_as_it_stood(field, column, role, sign):
    frame, said = cleaned({column: [120.0, sign, 80.0]}, role)
    assert frame[field].tolist() == pytest.approx([120, np.nan, 80], nan_ok=True)
    assert [feature for _, feature, _ in said] == [2]
    assert f"{sign:.12g}" in said[0][2]


def test_signs_typed_as_text_and_no_more_households_than_there_can_be():
    frame, said = cleaned({"户数": ["120", "2147483647", "9999", "350000"]})
    assert frame["hh"].tolist() == pytest.approx([120, np.nan, np.nan, np.nan], nan_ok=True)
    assert [feature for _, feature, _ in said] == [3, 2, 4]


def test_large_figures_of_large_estates_stay():
    frame, said = cleaned({"户数": [120_000, 9998], "建筑面积": [12_000_000.0, 950_000.0]})
    assert frame["hh"].tolist() == [120_000, 9998]
    assert frame["gfa_m2"].tolist() == [12_000_000, 950_000]
    assert said == []


# --- points and commas --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (["7.804,00", "12.314,50", "600,00"], [7804, 12_314.5, 600]),
        (["7,804.00", "12,314.50", "600.00"], [7804, 12_314.5, 600]),
        (["12345,37", "0,85"], [12_345.37, 0.85]),
        (["7.804", "12.314,50"], [7804, 12_314.5]),
        (["1.234.567", "890"], [1_234_567, 890]),
        (["12 345,50", "7'804.25"], [12_345.5, 7804.25]),
        (["7.804,00㎡", "约1.200,50平方米"], [7804, 1200.5]),
        (["7，804.00"], [7804]),
    ],
)
def test_areas_with_points_or_commas(typed, read):
    frame, said = cleaned({"建筑面积": typed})
    assert frame["gfa_m2"].tolist() == pytest.approx(read)
    assert "number_lost" not in {code for code, *_ in said}


def test_one_style_beside_the_other_leaves_a_doubt():
    frame, said = cleaned({"建筑面积": ["7,804.00", "12,5", "1.234"]})
    assert frame["gfa_m2"].tolist() == pytest.approx([7804, 12.5, 1.234])
    assert [(code, feature) for code, feature, _ in said] == [("number_mended", 1), ("number_rough", 3)]


def test_households_are_whole_and_buildings_in_a_list_are_counted():
    frame, _ = cleaned({"户数": ["1.234", "98"], "楼栋": ["1,3", "5"]})
    assert frame["hh"].tolist() == [1234, 98]
    assert frame["n_bldg"].tolist() == [2, 5]


@given(st.lists(st.decimals(1, 10**9, places=2), min_size=1, max_size=6))
def test_both_styles_of_one_column_are_the_same_numbers(values):
    english = [f"{value:,.2f}" for value in values]
    german = [text.translate(str.maketrans(",.", ".,")) for text in english]
    read = [float(text) for text in with_decimal_points(german)[0]]
    assert read == pytest.approx([float(value) for value in values])
    assert [float(t.replace(",", "")) for t in with_decimal_points(english)[0]] == read


# --- texts --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("金榕\n花园", "金榕花园"),
        ("金榕\r\n花园（一期）", "金榕花园（一期）"),
        ("金  榕", "金榕"),
        ("金　榕", "金榕"),
        ("\ufeff康泰\u200b花园", "康泰花园"),
        ("Park\nView  Court", "Park View Court"),
        ("翔安 一期", "翔安 一期"),
    ],
)
def test_names_stand_on_one_line(typed, read):
    frame, said = cleaned({"小区名称": [typed], "物业公司": [typed]})
    assert frame.loc[1, ["name", "oper"]].tolist() == [read, read]
    assert {code for code, *_ in said} <= {"text_on_one_line"}
    assert one_line(read) == read


@pytest.mark.parametrize(
    "name", ["多边形1", "未命名多边形", "Untitled Polygon", "面 12", "Polygon_3", "新建多边形(2)"]
)
def test_what_numbers_a_shape_is_no_name(name):
    frame, said = cleaned({"Name": [name, "康泰花园"]})
    assert frame["name"].tolist() == ["", "康泰花园"]
    assert [(code, feature) for code, feature, _ in said] == [("serial_names", 1)]
    assert name in said[0][2]


@pytest.mark.parametrize("name", ["面粉厂宿舍", "区域花园", "1号院", "Polygon House", "图形里"])
def test_names_that_only_begin_like_it_stay(name):
    assert not is_serial(name)


def test_a_destroyed_name_is_none():
    frame, _ = cleaned({"XQMC": ["锟斤拷锟斤拷花园", "康泰花园"]})
    assert frame["name"].tolist() == ["", "康泰花园"]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("有无物业", [True, False, None]),
        ("是否有物业", ["是", "否", ""]),
        ("SFYWY", ["Y", "N", None]),
        ("有无物业", ["有", "无", " "]),
        ("有無物業", ["有", "無", None]),
    ],
)
def test_yes_and_no_of_a_company_are_words(column, values):
    frame, _ = cleaned({column: pd.Series(values, dtype=object, index=[1, 2, 3])})
    assert frame["mgmt"].tolist() == ["有物业", "无物业", ""]


# --- words --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "factor"),
    [
        ("建筑面积_万平方米", 10_000),
        ("建筑面积_万", 10_000),
        ("总建筑面积万㎡", 10_000),
        ("JZMJ_万", 10_000),
        ("gfa_wan", 10_000),
        ("建築面積（萬㎡）", 10_000),
        ("建筑面积[万平方米]", 10_000),
        ("建筑面积㎡", 1),
        ("建筑面积", 1),
    ],
)
def test_a_unit_behind_the_name_of_an_area(column, factor):
    assert match_fields([column], Role.ESTATES)["gfa_m2"].factor == factor


def test_traditional_script_in_names_and_values():
    columns = {"小區名稱": ["筼筜花園"], "戶數": ["120戶"], "建築面積（萬㎡）": [1.2], "物業公司": ["無物業"]}
    frame, _ = cleaned(columns)
    assert frame.loc[1, ["name", "hh", "gfa_m2", "oper"]].tolist() == ["筼筜花園", 120, 12_000, ""]


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("小區邊界", Role.ESTATES),
        ("街道邊界", Role.BOUNDARY),
        ("道路中心線", Role.ROADS),
        ("房屋建築", Role.BUILDINGS),
        ("公共建築", Role.PUBLIC),
        ("水體", Role.EXCLUSIONS),
        ("鐵路", Role.BARRIERS),
        ("現狀片區", Role.ZONES),
        ("wards", Role.COMMUNITIES),
        ("Ward_boundaries", Role.COMMUNITIES),
        ("city_parcels", Role.ESTATES),
        ("Municipality", Role.BOUNDARY),
    ],
)
def test_role_words(name, role):
    assert detect_role(name).role == role
