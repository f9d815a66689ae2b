import math

import numpy as np
import pandas as pd
import pytest

from bigmap.base.problems import ProblemLog
from bigmap.core.layers import NUMBER_FIELDS, TEXT_FIELDS, Role
from bigmap.io.aliases import match
from bigmap.io.fields import canonical, number_in


def matched(columns, role=Role.ESTATES):
    return {field: column.name for field, column in match(columns, role).items()}


@pytest.mark.parametrize(
    ("columns", "role", "found"),
    [
        (["小区编号", "小区名称", "总户数"], Role.ESTATES, {"code": 0, "name": 1, "hh": 2}),
        (
            ["XQMC", "ZHS", "JZMJ", "WYGS", "GLMS"],
            Role.ESTATES,
            {"name": 0, "hh": 1, "gfa_m2": 2, "oper": 3, "mgmt": 4},
        ),
        (["MC", "CS", "HS"], Role.BUILDINGS, {"name": 0, "floors": 1, "hh": 2}),
        (
            ["OSM_ID", "NAME", "HEIGHT", "KIND"],
            Role.BUILDINGS,
            {"code": 0, "name": 1, "height_m": 2, "type": 3},
        ),
        (["name", "fclass", "width"], Role.ROADS, {"name": 0, "road_class": 1, "width_m": 2}),
        (
            ["DLMC", "DLDJ", "路宽", "BJDJ"],
            Role.ROADS,
            {"name": 0, "road_class": 1, "width_m": 2, "clean_grade": 3},
        ),
        (["区", "街道"], Role.BOUNDARY, {"name": 1}),
        (["街道", "社区"], Role.COMMUNITIES, {"name": 1}),
        (["小区名", "总户数"], Role.ESTATES, {"name": 0, "hh": 1}),
        (["物业服务企", "建筑面", "管理模"], Role.ESTATES, {"oper": 0, "gfa_m2": 1, "mgmt": 2}),
        (["小区总户数", "总建筑面积（㎡）"], Role.ESTATES, {"hh": 0, "gfa_m2": 1}),
    ],
)
def test_field_names(columns, role, found):
    assert matched(columns, role) == {field: columns[at] for field, at in found.items()}


@pytest.mark.parametrize(
    "column", ["所属街道名称", "街道", "入住户数", "地下建筑面积", "物业公司编号", "Shape_Leng"]
)
def test_fields_that_mean_something_else(column):
    assert matched([column]) == {}


def test_a_unit_in_the_name_of_a_field():
    assert match(["建筑面积（万㎡）"], Role.ESTATES)["gfa_m2"].factor == 10_000
    assert match(["绿化面积(亩)"], Role.ESTATES)["green_m2"].factor == pytest.approx(666.67, abs=0.01)


@pytest.mark.parametrize(
    ("text", "value", "how"),
    [
        *[
            ("120", 120, "plain"),
            (" 85.5 ", 85.5, "plain"),
            ("１２０", 120, "mended"),
            ("120户", 120, "mended"),
        ],
        *[
            ("1,200", 1200, "mended"),
            ("2.5万㎡", 25_000, "mended"),
            ("18层", 18, "mended"),
            ("约120户", 120, "rough"),
        ],
        *[(text, math.nan, "empty") for text in ("", "/", "无", "—", "不详", "　")],
        *[(text, math.nan, "lost") for text in ("1-10幢", "120户/2栋", "A12", "多")],
    ],
)
def test_typed_numbers(text, value, how):
    assert number_in(text) == (pytest.approx(value, nan_ok=True), how)


def cleaned(columns, role=Role.ESTATES):
    log = ProblemLog()
    table = pd.DataFrame(columns, index=pd.RangeIndex(1, 1 + len(next(iter(columns.values())))))
    return canonical(table, role, "estates.shp", log), log


def test_every_canonical_column_is_there_and_of_its_type():
    table, log = cleaned({"什么": ["a", "b"]})
    assert list(table.columns) == [*TEXT_FIELDS, *NUMBER_FIELDS]
    assert (table[list(TEXT_FIELDS)] == "").all(axis=None)
    assert table[list(NUMBER_FIELDS)].isna().all(axis=None)
    assert len(log) == 0


def test_values_that_mean_none_are_empty():
    table, _ = cleaned(
        {"小区名称": ["甲", " 乙 ", None, "/"], "物业公司": ["无", "社区代管", "永安物业", ""]}
    )
    assert table["name"].tolist() == ["甲", "乙", "", ""]
    assert table["oper"].tolist() == ["", "", "永安物业", ""]


def test_codes_are_text_and_lose_no_digit():
    table, _ = cleaned({"编号": [350203009001001, 350203009001002]})
    assert table["code"].tolist() == ["350203009001001", "350203009001002"]
    table, _ = cleaned({"编号": [12.0, np.nan]})
    assert table["code"].tolist() == ["12", ""]


def test_typed_numbers_are_said_once_a_kind_with_the_feature():
    table, log = cleaned({"户数": ["120", "约140户", "３２１", "一百", "/", "约90"]})
    assert table["hh"].tolist() == pytest.approx([120, 140, 321, np.nan, np.nan, 90], nan_ok=True)
    assert [(p.code, p.severity, p.feature) for p in log] == [
        ("number_mended", "mended", 3),
        ("number_rough", "doubt", 2),
        ("number_lost", "doubt", 4),
    ]
    assert "2 values" in log.items[1].text.render("en")
    assert "约140户" in log.items[1].text.render("zh")


def test_numbers_below_zero_are_no_numbers():
    table, log = cleaned({"户数": [10, -9999]})
    assert table["hh"].tolist() == pytest.approx([10, np.nan], nan_ok=True)
    assert [p.code for p in log] == ["number_negative"]


def test_floor_area_in_ten_thousands_is_doubted_not_converted():
    table, log = cleaned({"户数": [300, 20], "建筑面积": [3.95, 80.0]})
    assert table["gfa_m2"].tolist() == [3.95, 80.0]
    assert [(p.code, p.feature) for p in log] == [("unit_wan", 1)]


def test_floor_area_is_converted_where_the_field_tells_its_unit():
    table, log = cleaned({"建筑面积(万㎡)": [3.95]})
    assert table["gfa_m2"].tolist() == [pytest.approx(39_500)]
    assert [p.code for p in log] == ["unit"]


def test_floors_are_guessed_from_heights_only_where_they_lack():
    table, log = cleaned({"层数": [6.0, 0.0, np.nan], "HEIGHT": [30.0, 29.0, 0.0]}, Role.BUILDINGS)
    assert table["floors"].tolist() == pytest.approx([6, 10, np.nan], nan_ok=True)
    assert [p.code for p in log] == ["floors_guessed"]
