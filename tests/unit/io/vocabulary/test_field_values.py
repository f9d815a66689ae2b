import numpy as np
import pandas as pd
import pytest

from bigmap.base.problems import ProblemLog
from bigmap.core.sources.layers import NUMBER_FIELDS, TEXT_FIELDS, Role
from bigmap.io.vocabulary.field_values import canonical


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
    table, log = cleaned({"户数": ["120", "约140户", "３２１", "很多", "/", "约90"]})
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


def test_floor_area_is_converted_where_the_field_tells_its_unit():
    table, log = cleaned({"建筑面积(万㎡)": [3.95, 1.13]})
    assert table["gfa_m2"].tolist() == [39_500, 11_300]
    assert [p.code for p in log] == ["unit"]


def test_floors_are_guessed_from_heights_only_where_they_lack():
    table, log = cleaned({"层数": [6.0, 0.0, np.nan], "HEIGHT": [30.0, 29.0, 0.0]}, Role.BUILDINGS)
    assert table["floors"].tolist() == pytest.approx([6, 10, np.nan], nan_ok=True)
    assert [p.code for p in log] == ["floors_guessed"]


@pytest.mark.parametrize(
    "none", ["无", "/", "—", "", "  ", "社区代管", "无物业管理", "业主自管", "暂无", None]
)
def test_estates_without_a_company(none):
    table, _ = cleaned({"物业公司": [none, "永安物业"]})
    assert table["oper"].tolist() == ["", "永安物业"]


def test_codes_in_scientific_notation_are_written_out_or_left_empty():
    table, log = cleaned({"编号": ["3.50203009001001E+14", "3.50203E+14", "A-1", "3.50203E+14"]})
    assert table["code"].tolist() == ["350203009001001", "", "A-1", ""]
    assert [(p.code, p.severity, p.feature) for p in log] == [
        ("code_mended", "mended", 1),
        ("code_lost", "doubt", 2),
    ]
    assert "2 values" in log.items[1].text.render("en")


def test_long_codes_kept_as_numbers():
    exact = [3502030090010017, 3502030090010020]
    assert cleaned({"编号": exact})[0]["code"].tolist() == [str(code) for code in exact]
    table, log = cleaned({"编号": [3502030090010010.0, 3502030090010020.0]})
    assert table["code"].tolist() == ["", ""]
    assert [p.code for p in log] == ["code_lost"]


def test_dlmc_is_a_road_or_a_class_of_land_by_its_values():
    table, _ = cleaned({"DLMC": ["湖滨南路", "后滨巷", None]}, Role.BUILDINGS)
    assert table["name"].tolist() == ["湖滨南路", "后滨巷", ""]
    table, _ = cleaned({"DLMC": ["城镇住宅用地", "公路用地", "公园与绿地"]}, Role.ESTATES)
    assert table["name"].tolist() == ["", "", ""]
    assert table["type"].tolist() == ["城镇住宅用地", "公路用地", "公园与绿地"]


def test_fields_that_could_both_be_meant_are_said():
    table, log = cleaned({"小区居民户数": [1], "小区总户数表": [2], "居民户数统计": [3]})
    assert table["hh"].tolist() == [2]
    assert len(log) == 0
    table, log = cleaned({"物业服务企": ["永安物业"], "物业服务_1": ["0592"]})
    assert table["oper"].tolist() == ["永安物业"]
    assert [p.text.render("en") for p in log] == [
        "Field 物业服务企 was used; 物业服务_1 could be meant as well."
    ]


def test_years_and_counts_of_buildings():
    table, log = cleaned({"建成年代": ["90年代", "2005年"], "栋数": ["1-10幢", "3"]})
    assert table["yr_built"].tolist() == [1990, 2005]
    assert table["n_bldg"].tolist() == [10, 3]
    assert {p.code for p in log} == {"number_rough", "number_mended"}


def test_codes_that_several_estates_bear_are_said_once():
    table = pd.DataFrame({"小区编号": ["甲1", "甲1", None, "", "乙2"]}, index=[1, 2, 3, 4, 5])
    log = ProblemLog()
    canonical(table, Role.ESTATES, "小区.shp", log)
    (problem,) = [p for p in log if p.code == "code_repeated"]
    assert "2 features" in problem.text.render("en")
    canonical(table, Role.BUILDINGS, "楼.shp", log)
    assert sum(p.code == "code_repeated" for p in log) == 1
