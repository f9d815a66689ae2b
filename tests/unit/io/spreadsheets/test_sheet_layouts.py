"""Tables as offices lay them out: heads of several rows, side by side, on their side, as forms, in texts."""

import docx
import openpyxl
import pytest

from bigmap.base.problems import ProblemLog
from bigmap.io.spreadsheets.estate_table import read_ledger
from bigmap.io.spreadsheets.table_head import read_sheets
from tests.helpers.workbooks import write_xlsx

ESTATES = {"甲乙园": (120, 8_000.0), "丙丁新村": (80, 6_500.0), "戊己里": (45, 3_000.5)}
TITLE = "筼筜湾街道小区情况统计表（2024年6月）"


def read(path):
    """Return name → (households, floor area) of a file, and the codes of what is said."""
    log = ProblemLog()
    tables = read_ledger(path, log).tables
    rows = [row for table in tables for row in table.frame[["name", "hh", "gfa_m2"]].to_numpy().tolist()]
    assert len({name for name, _, _ in rows}) == len(rows)
    return {name: (hh, area) for name, hh, area in rows}, [p.code for p in log]


def csv_of(path, rows):
    text = "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in rows)
    path.write_text(text, encoding="utf-8")
    return path


# --- heads --------------------------------------------------------------------------------------------------


def two_rows(unit="（万㎡）"):
    head = [
        [TITLE],
        ["填报单位：埭头社区居委会", None, None, None, None, None, "单位：户、㎡"],
        ["序号", "小区（楼院）名称", "基本情况", None, None, "管理情况", None],
        [None, None, "总户数", "其中：入住户数", f"建筑面积{unit}", "管理模式", "物业公司"],
    ]
    rows = [
        [i, name, hh, hh - 9, area / 1e4, "无物业", "同上" if i > 1 else "甲物业公司"]
        for i, (name, (hh, area)) in enumerate(ESTATES.items(), start=1)
    ]
    rest = [[None, "小计", 200], ["合计", None, 245], ["注：户数以登记为准。"]]
    return [*head, *rows[:2], rest[0], *rows[2:], *rest[1:]]


def filled(rows):
    width = max(map(len, rows))
    return [[*row, *[None] * (width - len(row))] for row in rows]


MERGED = ["A1:G1", "A3:A4", "B3:B4", "C3:E3", "F3:G3"]


@pytest.mark.parametrize("merged", [MERGED, ["A1:G1"], []])
def test_a_head_of_two_rows_below_a_title_and_a_line_of_units(tmp_path, merged):
    path = write_xlsx(tmp_path / "台账.xlsx", {"埭头": filled(two_rows())}, {"埭头": merged})
    assert read(path)[0] == ESTATES
    assert read_ledger(path, ProblemLog()).tables[0].frame["oper"].tolist() == ["甲物业公司"] * 3


def test_the_same_head_in_csv(tmp_path):
    assert read(csv_of(tmp_path / "台账.csv", filled(two_rows())))[0] == ESTATES


def test_a_head_of_three_rows_a_row_of_units_and_one_of_numbers(tmp_path):
    rows = [
        [TITLE, None, None, None, None],
        ["序号", "小区名称", "基本情况", None, None],
        [None, None, "户数", None, "面积"],
        [None, None, "入住户数", "总户数", "建筑面积"],
        [None, None, "户", "户", "万㎡"],
        [1, 2, 3, 4, 5],
        *[[i, n, hh - 5, hh, area / 1e4] for i, (n, (hh, area)) in enumerate(ESTATES.items())],
    ]
    merged = ["A1:E1", "A2:A4", "B2:B4", "C2:E2", "C3:D3"]
    assert read(write_xlsx(tmp_path / "台账.xlsx", {"一": rows}, {"一": merged}))[0] == ESTATES


def test_sheets_of_one_community_each_say_once_which_estates_have_no_row(tmp_path):
    from tests.unit.core.clean.test_table_figures import joined

    sheets = {
        f"{name}社区": [["小区名称", "户数"], [name, hh]] for name, (hh, _) in list(ESTATES.items())[:2]
    }
    tables = read_ledger(write_xlsx(tmp_path / "台账.xlsx", sheets), ProblemLog()).tables
    estates, problems = joined(list(ESTATES), *tables)
    assert estates["hh"].fillna(-1).tolist() == [120, 80, -1]
    assert [(p.code, p.name) for p in problems if p.severity == "doubt"] == [("table_lacks", "戊己里")]


# --- side by side -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gap", [0, 1])
@pytest.mark.parametrize("head", [["序号", "小区名称", "户数"], ["小区名称", "户数"], ["户数", "小区名称"]])
def test_tables_side_by_side_are_read_one_below_the_other(tmp_path, head, gap):
    cells = [{"序号": i, "小区名称": n, "户数": hh} for i, (n, (hh, _)) in enumerate(ESTATES.items())]
    rows = [[row[h] for h in head] for row in cells]
    between = [None] * gap
    beside = [
        [*head, *between, *head],
        [*rows[0], *between, *rows[2]],
        [*rows[1], *between, *[None] * len(head)],
    ]
    found, codes = read(write_xlsx(tmp_path / "台账.xlsx", {"一": [[TITLE, *[None] * 5], *beside]}))
    assert {name: hh for name, (hh, _) in found.items()} == {n: hh for n, (hh, _) in ESTATES.items()}
    assert codes == ["table_layout"]


def test_rows_side_by_side_keep_the_number_that_excel_shows(tmp_path):
    rows = [["小区名称", "户数", "小区名称", "户数"], ["甲乙园", 1, "丙丁园", 2], ["戊己园", 3, None, None]]
    (sheet,) = read_sheets(write_xlsx(tmp_path / "台账.xlsx", {"一": rows}), ProblemLog())
    assert sheet.frame["小区名称"].items().__next__() == (2, "甲乙园")
    assert list(sheet.frame["小区名称"].items()) == [(2, "甲乙园"), (3, "戊己园"), (2, "丙丁园")]


def test_a_summary_of_communities_beside_the_estates_is_not_taken_for_their_figures(tmp_path):
    rows = [
        ["小区名称", "户数", None, "社区", "小区数", "总户数"],
        ["甲乙园", 120, None, "埭头社区", 2, 200],
        ["丙丁新村", 80, None, "塔屿社区", 1, 45],
        ["戊己里", 45, None, None, None, None],
    ]
    found, _ = read(write_xlsx(tmp_path / "台账.xlsx", {"一": rows}))
    assert {name: hh for name, (hh, _) in found.items()} == {n: hh for n, (hh, _) in ESTATES.items()}


# --- on its side --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", [False, True])
def test_estates_across_the_top_are_read(tmp_path, unit):
    labels = (
        [["小区名称", "指标"], ["总户数", "户"], ["建筑面积", "万㎡"]] if unit else [["小区名称"], ["总户数"]]
    )
    if unit:
        labels[0][1] = "单位"
    values = [list(ESTATES), [hh for hh, _ in ESTATES.values()], [a / 1e4 for _, a in ESTATES.values()]]
    rows = [[TITLE, *[None] * 4]] + [[*a, *b] for a, b in zip(labels, values, strict=False)]
    found, codes = read(write_xlsx(tmp_path / "台账.xlsx", {"一": filled(rows)}))
    assert {name: hh for name, (hh, _) in found.items()} == {n: hh for n, (hh, _) in ESTATES.items()}
    if unit:
        assert found == ESTATES
    assert codes[0] == "table_layout"


# --- forms --------------------------------------------------------------------------------------------------


def form(name, *, first="小区名称"):
    hh, area = ESTATES[name]
    rows = [
        ["小区基本情况登记表", None, None, None],
        ["小区名称", name, "所属社区", "埭头社区"],
        ["总户数", f"{hh}户", "建筑面积（㎡）", area],
        ["网格员", "李工", "管理模式", "无物业"],
        ["备注", None, None, None],
    ]
    return rows if first == "小区名称" else [rows[0], ["所属社区", "埭头社区", "小区名称", name], *rows[2:]]


@pytest.mark.parametrize("first", ["小区名称", "所属社区"])
def test_a_sheet_for_each_form(tmp_path, first):
    sheets = {name: form(name, first=first) for name in ESTATES}
    path = write_xlsx(tmp_path / "台账.xlsx", sheets, {name: ["A1:D1", "B5:D5"] for name in sheets})
    found, codes = read(path)
    assert found == ESTATES
    assert codes.count("table_layout") == 1
    assert len(read_ledger(path, ProblemLog()).tables) == 1


@pytest.mark.parametrize("first", ["小区名称", "所属社区"])
def test_many_forms_on_one_sheet_keep_to_their_estate(tmp_path, first):
    rows = [row for name in ESTATES for row in [*form(name, first=first), [None] * 4]]
    path = write_xlsx(tmp_path / "台账.xlsx", {"一": rows})
    found, _ = read(path)
    assert found == ESTATES
    assert read_ledger(path, ProblemLog()).tables[0].frame["comm"].tolist() == ["埭头社区"] * 3


def test_two_forms_beside_each_other(tmp_path):
    rows = [[*a, *b] for a, b in zip(form("甲乙园"), form("丙丁新村"), strict=True)]
    found, _ = read(write_xlsx(tmp_path / "台账.xlsx", {"一": rows}))
    assert found == {name: ESTATES[name] for name in ("甲乙园", "丙丁新村")}


def test_forms_in_csv_and_plain_tables_are_told_apart(tmp_path):
    assert read(csv_of(tmp_path / "表.csv", form("甲乙园")))[0] == {"甲乙园": ESTATES["甲乙园"]}
    plain = [["小区名称", "人均面积", "户数", "登记人"], ["甲乙园", 30, 120, "李工"]]
    found, codes = read(csv_of(tmp_path / "plain.csv", plain))
    assert found["甲乙园"][0] == 120
    assert "table_layout" not in codes


# --- texts --------------------------------------------------------------------------------------------------


def text_of(path, *tables, merged=()):
    document = docx.Document()
    document.add_heading(TITLE)
    for rows in tables:
        table = document.add_table(len(rows), len(rows[0]))
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                table.cell(r, c).text = "" if cell is None else str(cell)
        for (top, left), (bottom, right) in merged:
            table.cell(top, left).merge(table.cell(bottom, right))
        document.add_paragraph("附注")
    document.save(path)
    return path


def test_a_table_in_a_word_file_is_read_with_its_merged_head(tmp_path):
    rows = [["小区名称", "基本情况", None], [None, "户数", "建筑面积"]]
    rows += [[n, hh, area] for n, (hh, area) in ESTATES.items()]
    merged = [((0, 1), (0, 2)), ((0, 0), (1, 0))]
    assert read(text_of(tmp_path / "台账.docx", rows, merged=merged))[0] == ESTATES


def test_forms_in_a_word_file(tmp_path):
    assert read(text_of(tmp_path / "登记表.docx", *map(form, ESTATES)))[0] == ESTATES


def test_a_word_file_without_tables_and_a_broken_one_are_said_and_stop_nothing(tmp_path):
    from bigmap.io.reading.folder import read_folder
    from tests.helpers.shapefiles import squares, write_layer

    write_layer(tmp_path / "小区边界.shp", squares(2), {"小区名称": ["甲乙园", "丙丁园"]})
    text_of(tmp_path / "小区说明.docx")
    (tmp_path / "小区情况.docx").write_bytes(b"PK\x03\x04 not a text")
    said = {(p.file, p.code) for p in read_folder(tmp_path).problems if p.file.endswith(".docx")}
    assert said == {("小区说明.docx", "left_aside"), ("小区情况.docx", "unreadable")}


# --- hidden rows --------------------------------------------------------------------------------------------


def test_hidden_rows_are_left_aside_and_said(tmp_path):
    book = openpyxl.Workbook()
    for row in [["小区名称", "户数"], ["甲乙园", 120], ["丙丁新村", 9999], ["戊己里", 45]]:
        book.active.append(row)
    book.active.row_dimensions[3].hidden = True
    book.save(tmp_path / "台账.xlsx")
    found, codes = read(tmp_path / "台账.xlsx")
    assert list(found) == ["甲乙园", "戊己里"]
    assert codes == ["rows_hidden"]
