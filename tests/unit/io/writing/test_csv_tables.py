"""CSV for Excel and WPS: Chinese, codes and formulas come through as typed."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from bigmap.base.errors import UserError
from bigmap.base.i18n import Text, catalogue
from bigmap.base.problem_kinds.cleaning import NoNumber
from bigmap.base.problem_kinds.fields import FloorAreasMultiplied
from bigmap.base.problem_kinds.planning import GroundInPieces
from bigmap.base.problems import ProblemLog
from bigmap.io.writing import csv_tables
from bigmap.io.writing.csv_tables import problems_table, write_csv, write_problems, zones_table
from tests.helpers.plans import grid_plan


def cells(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def cell(value: object, folder: Path) -> str:
    write_csv(pd.DataFrame({"v": [value]}), folder / "a.csv")
    return cells(folder / "a.csv")[1][0]


def test_excel_sees_utf8_by_the_byte_order_mark_and_lines_end_as_on_windows(tmp_path: Path):
    write_csv(pd.DataFrame({"name": ["筼筜", "官任,里"]}), tmp_path / "a.csv")
    expected = b'\xef\xbb\xbfname\r\n\xe7\xad\xbc\xe7\xad\x9c\r\n"\xe5\xae\x98\xe4\xbb\xbb,\xe9\x87\x8c"\r\n'
    assert (tmp_path / "a.csv").read_bytes() == expected


@pytest.mark.parametrize("text", ["350203009001001", "007", "3-5", "1/2", "1E5", "2024年3月", "12.50", "-5"])
def test_text_that_excel_takes_for_a_number_or_a_date_is_kept_as_text(tmp_path: Path, text: str):
    assert cell(text, tmp_path) == f'="{text}"'


@pytest.mark.parametrize("text", ["=1+cmd|'/c calc'!A1", "+SUM(A1)", "@x", "-房"])
def test_text_that_excel_would_run_is_made_harmless(tmp_path: Path, text: str):
    assert cell(text, tmp_path) == f"\t{text}"


@pytest.mark.parametrize("text", ["W01", "3-5号楼", "筼筜路", "", "a=b", "G0001"])
def test_other_text_stays_as_it_is(tmp_path: Path, text: str):
    assert cell(text, tmp_path) == text


def test_numbers_stay_numbers_and_the_unknown_stays_empty(tmp_path: Path):
    frame = pd.DataFrame({"hh": [3, -4], "area": [-1.5, float("nan")], "oper": ["Y01", None]})
    write_csv(frame, tmp_path / "a.csv")
    assert cells(tmp_path / "a.csv")[1:] == [["3", "-1.5", "Y01"], ["-4", "", ""]]


def test_the_heading_is_the_stable_name_and_the_label(tmp_path: Path):
    frame = pd.DataFrame({"zone_id": ["W01"], "extra": [1]})
    labels = {"zone_id": Text("Zone code")}
    for lang, expected in (("zh", "zone_id 片区编号"), ("en", "zone_id Zone code")):
        write_csv(frame, tmp_path / "a.csv", labels, lang)
        assert cells(tmp_path / "a.csv")[0] == [expected, "extra"]


def test_zones_table_has_a_row_a_zone_with_the_name_of_the_operator():
    table = zones_table(grid_plan())
    assert table["zone_id"].tolist() == ["W01", "W02", "W03"]
    assert table["oper_name"].str.contains("筼筜").tolist() == [True, False, False]
    assert table["site_m2"].sum() == 110_000.0
    assert list(table.columns) == list(csv_tables.column_labels("zones"))


def test_problems_are_told_in_the_language_asked_for():
    log = ProblemLog()
    log.add(GroundInPieces(n=3))
    log.add(NoNumber(), file="小区.shp", feature=7, name="里", place=(1.005, 2.0))
    english, chinese = problems_table(log, "en"), problems_table(log, "zh")
    assert english["text"].tolist() == [
        "The ground lies in 3 separate pieces; no zone crosses between them",
        "A vertex without coordinates was taken out of its shape.",
    ]
    assert english["severity"].tolist() == ["doubt", "mended"]
    assert chinese["severity"].tolist() == ["存疑", "已修复"]
    assert chinese["text"][0] == "用地分为互不相连的 3 块；没有片区跨块"
    assert english["feature"].tolist() == [pd.NA, 7]
    assert english.loc[1, ["x", "y"]].tolist() == [1.0, 2.0]
    assert pd.isna(english.loc[0, "x"])


def log_of_a_change() -> ProblemLog:
    log = ProblemLog()
    log.add(FloorAreasMultiplied(n=1, before=8.5, after=85_000.0), file="a.shp", name="=1+1")
    return log


def test_before_and_after_stand_in_columns_of_their_own(tmp_path: Path):
    write_problems(log_of_a_change(), tmp_path / "a.csv", "en")
    head, row = cells(tmp_path / "a.csv")
    assert dict(zip(head, row, strict=True))["before Before"] == "8.5"
    assert dict(zip(head, row, strict=True))["after After"] == "85000.0"


def test_problems_as_xlsx_run_no_formula(tmp_path: Path):
    write_problems(log_of_a_change(), tmp_path / "a.xlsx", "zh")
    head, row = openpyxl.load_workbook(tmp_path / "a.xlsx").active.iter_rows(values_only=True)
    assert head[:2] == ("严重程度", "问题代码")
    assert row[5] == "\t=1+1"
    assert row[8:10] == (8.5, 85_000)


def test_problems_as_xlsx_can_be_read_at_once(tmp_path: Path):
    write_problems(log_of_a_change(), tmp_path / "a.xlsx", "zh")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("问题", "A2", "A1:J2")
    assert sheet.column_dimensions["C"].width == 90


def test_xlsx_without_its_library_is_refused_with_a_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(csv_tables, "can_write_xlsx", lambda: False)
    with pytest.raises(UserError, match=r"a\.xlsx.*\.csv"):
        write_problems(log_of_a_change(), tmp_path / "a.xlsx")


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_a_list_that_cannot_be_written_says_which_file(tmp_path: Path, name: str):
    (tmp_path / name).mkdir()
    with pytest.raises(UserError, match=name):
        write_problems(log_of_a_change(), tmp_path / name)


def test_no_problems_are_a_table_with_headings_only(tmp_path: Path):
    write_csv(problems_table(ProblemLog()), tmp_path / "a.csv", csv_tables.PROBLEM_LABELS, "en")
    assert len(cells(tmp_path / "a.csv")) == 1
    assert [h.split()[0] for h in cells(tmp_path / "a.csv")[0]] == list(csv_tables.PROBLEM_LABELS)


def test_every_label_has_chinese():
    texts = [*csv_tables.PROBLEM_LABELS.values(), *csv_tables.SEVERITIES.values()]
    assert {t.template for t in texts} - set(catalogue("zh")) == set()
