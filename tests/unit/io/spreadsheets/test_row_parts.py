"""Rows and columns that are parts of an estate: summed; a total is never one of its parts."""

import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigmap.base.problems import ProblemLog
from bigmap.io.spreadsheets.estate_table import read_ledger
from bigmap.io.spreadsheets.row_parts import phases, total_column


def read(tmp_path, text):
    path = tmp_path / "台账.csv"
    path.write_text(text, encoding="utf-8")
    log = ProblemLog()
    (table,) = read_ledger(path, log).tables
    return table.frame, [p.code for p in log]


@pytest.mark.parametrize("head", ["楼栋", "幢号", "楼号", "坐落", "描述"])
def test_rows_of_buildings_are_summed_by_estate(tmp_path, head):
    frame, codes = read(
        tmp_path,
        f"小区名称,{head},户数,建筑面积,建成年代\n甲乙园,1#,10,100,1998\n甲乙园,2#,14,120,1998\n丙丁园,1#,5,50,2001\n"
        "丙丁园,2#,5,50,2005\n",
    )
    assert frame["name"].tolist() == ["甲乙园", "丙丁园"]
    assert frame["hh"].tolist() == [24, 10]
    assert frame["gfa_m2"].tolist() == [220, 100]
    assert frame["yr_built"].fillna(-1).tolist() == [1998, -1]
    assert codes == ["table_parts"]


def test_a_name_that_stands_in_the_first_row_only_is_meant_in_the_next(tmp_path):
    frame, _ = read(tmp_path, "小区名称,楼栋,户数\n甲乙园,1号楼,10\n,2号楼,14\n丙丁园,1号楼,5\n")
    assert dict(zip(frame["name"], frame["hh"], strict=True)) == {"甲乙园": 24, "丙丁园": 5}


def test_a_building_without_households_leaves_those_of_the_estate_unknown(tmp_path):
    text = "小区名称,楼栋,户数\n甲乙园,1#,10\n甲乙园,2#,\n丙丁园,1#,5\n丙丁园,2#,6\n"
    frame, codes = read(tmp_path, text)
    assert frame["hh"].fillna(-1).tolist() == [-1, 11]
    assert "parts_unknown" in codes


def test_a_figure_told_in_the_first_row_of_each_estate_is_that_of_the_estate(tmp_path):
    text = "小区名称,楼栋,户数,建筑面积\n甲乙园,1#,10,900\n甲乙园,2#,4,\n丙丁园,1#,5,700\n丙丁园,2#,6,\n"
    assert read(tmp_path, text)[0]["gfa_m2"].tolist() == [900, 700]


def test_namesakes_in_two_communities_are_two_estates(tmp_path):
    text = "小区名称,社区,楼栋,户数\n甲乙园,东社区,1#,1\n甲乙园,东社区,2#,2\n甲乙园,西社区,1#,3\n"
    assert read(tmp_path, text)[0]["hh"].tolist() == [3, 3]


def test_a_phase_in_rows_with_a_total_counts_once(tmp_path):
    text = "小区名称,分期,户数\n甲乙园,一期,10\n甲乙园,二期,14\n甲乙园,合计,24\n丙丁园,一期,9\n"
    assert read(tmp_path, text)[0]["hh"].tolist() == [24, 9]


def test_a_column_of_numbers_of_buildings_stays_one_where_each_estate_has_one_row(tmp_path):
    frame, codes = read(tmp_path, "小区名称,楼栋,户数\n甲乙园,8,10\n丙丁园,3,5\n")
    assert frame["n_bldg"].tolist() == [8, 3]
    assert codes == []


def test_many_rows_of_which_nothing_tells_what_they_are_bring_one_sentence(tmp_path):
    rows = "".join(f"园{i}号,{10 + i}\n园{i}号,{20 + i}\n" for i in range(10))
    frame, codes = read(tmp_path, f"小区名称,户数\n{rows}丙丁园,5\n")
    assert frame["name"].tolist() == ["丙丁园"]
    assert codes == ["rows_unexplained"]


@pytest.mark.parametrize(
    ("heads", "cells", "hh", "codes"),
    [
        (["一期户数", "二期户数", "合计户数"], [10, 20, 31], 31, []),
        (["一期户数", "二期户数", "合计"], [10, 20, 30], 30, []),
        (["一期户数", "二期户数", "合计"], [10, 20, ""], 30, ["table_parts"]),
        (["一期户数", "二期户数", "总户数"], [10, "", ""], np.nan, []),
        (["一期户数", "二期户数"], [10, 20], 30, ["table_parts"]),
        (["总户数", "一期户数", "二期户数"], [30, 10, 20], 30, []),
    ],
)
def test_a_total_is_never_one_of_its_phases(tmp_path, heads, cells, hh, codes):
    text = f"小区名称,{','.join(heads)}\n甲乙园,{','.join(map(str, cells))}\n"
    frame, said = read(tmp_path, text)
    assert np.array_equal(frame["hh"], [hh], equal_nan=True)
    assert said == codes


def test_a_total_whose_formula_has_no_saved_result(tmp_path):
    book = openpyxl.Workbook()
    for row in [
        ["小区名称", "户数", None, None],
        [None, "一期", "二期", "合计"],
        ["甲乙园", 10, 20, "=B3+C3"],
        ["丙丁园", 5, None, "=B4+C4"],
    ]:
        book.active.append(row)
    book.active.merge_cells("B1:D1")
    book.active.merge_cells("A1:A2")
    book.save(tmp_path / "台账.xlsx")
    log = ProblemLog()
    (table,) = read_ledger(tmp_path / "台账.xlsx", log).tables
    assert table.frame["hh"].fillna(-1).tolist() == [30, -1]
    assert [p.code for p in log] == ["cell_blank", "table_parts"]


def test_the_columns_of_phases():
    assert phases(["户数·一期", "户数·二期", "户数·合计"]) == {"hh": ["户数·一期", "户数·二期"]}
    assert phases(["小区名称", "一期户数", "户数"]) == {}
    assert (
        total_column(["户数·一期", "户数·二期", "户数·合计"], "hh", ["户数·一期", "户数·二期"]) == "户数·合计"
    )


@given(st.lists(st.lists(st.integers(0, 500), min_size=1, max_size=5), min_size=1, max_size=6))
def test_households_are_conserved(tmp_path_factory, estates):
    rows = [f"园{e}号,{b}#,{hh}" for e, buildings in enumerate(estates) for b, hh in enumerate(buildings)]
    frame, _ = read(tmp_path_factory.mktemp("t"), "小区名称,楼栋,户数\n" + "\n".join(rows) + "\n")
    assert frame["hh"].tolist() == [sum(buildings) for buildings in estates]
