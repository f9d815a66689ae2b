import zipfile

import pytest

from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog
from bigmap.io.spreadsheets.table_head import read_sheets
from tests.helpers.workbooks import write_xls, write_xlsx

ROWS = [["小区名称", "户数"], ["筼筜花园", 120], ["后垵小区", "约80户"]]


def one(path):
    (sheet,) = read_sheets(path, ProblemLog())
    return sheet.frame


def book(tmp_path, rows, merged=()):
    return write_xlsx(tmp_path / "台账.xlsx", {"一览": rows}, {"一览": merged})


def test_cells_are_text_and_rows_keep_the_number_that_excel_shows(tmp_path):
    frame = one(book(tmp_path, ROWS))
    assert frame.to_dict("list") == {"小区名称": ["筼筜花园", "后垵小区"], "户数": ["120", "约80户"]}
    assert frame.index.tolist() == [2, 3]


@pytest.mark.parametrize("name", ["台账.xls", "其实是旧格式.xlsx"])
def test_workbooks_of_excel_97(tmp_path, name):
    rows = [["筼筜街道小区台账"], ["小区名称", "编号", "户数"], ["筼筜花园", 350203009001001, 120.5]]
    frame = one(write_xls(tmp_path / name, rows, [(0, 0, 0, 2)]))
    assert frame.to_dict("list") == {"小区名称": ["筼筜花园"], "编号": ["350203009001001"], "户数": ["120.5"]}
    assert frame.index.tolist() == [3]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_text_in_every_encoding_excel_writes(tmp_path, encoding, separator):
    path = tmp_path / "台账.csv"
    text = "\r\n".join(separator.join(str(cell) for cell in row) for row in ROWS)
    path.write_bytes(text.encode(encoding))
    assert one(path).to_dict("list") == {"小区名称": ["筼筜花园", "后垵小区"], "户数": ["120", "约80户"]}


def test_the_head_is_found_below_titles_and_its_two_rows_are_joined(tmp_path):
    rows = [
        ["筼筜街道小区台账", None, None, None, None],
        ["填报单位：筼筜街道办事处", None, None, "2024年6月", None],
        ["序号", "小区名称", "面积", None, "户数"],
        [None, None, "建筑面积（万㎡）", "绿化面积", None],
        [1, "筼筜花园", 3.95, 800, 320],
    ]
    frame = one(book(tmp_path, rows, ["A1:E1", "A3:A4", "B3:B4", "C3:D3", "E3:E4"]))
    assert list(frame.columns) == ["序号", "小区名称", "面积·建筑面积（万㎡）", "面积·绿化面积", "户数"]
    assert frame.iloc[0].tolist() == ["1", "筼筜花园", "3.95", "800", "320"]


def test_a_second_head_row_is_seen_without_merged_cells(tmp_path):
    path = tmp_path / "台账.csv"
    path.write_text("序号,小区名称,面积,,户数\n,,建筑面积,绿化面积,\n1,甲乙园,100,20,5\n", encoding="utf-8")
    assert list(one(path).columns) == ["序号", "小区名称", "面积·建筑面积", "绿化面积", "户数"]
    path.write_text("小区名称,户数,建筑面积\n,户,（万㎡）\n甲乙园,5,1.2\n", encoding="utf-8")
    assert list(one(path).columns) == ["小区名称", "户数·户", "建筑面积（万㎡）"]


def test_a_unit_told_above_the_table_counts_for_its_areas(tmp_path):
    rows = [
        ["小区一览表", None, None],
        ["单位：户、万平方米"],
        ["小区名称", "户数", "建筑面积"],
        ["甲乙园", 5, 1.2],
    ]
    assert list(one(book(tmp_path, rows)).columns) == ["小区名称", "户数", "建筑面积(万㎡)"]


def test_totals_notes_captions_and_repeated_heads_are_no_rows(tmp_path):
    rows = [
        ["序号", "小区名称", "户数"],
        [1, "合家花园", 10],
        ["筼筜社区", None, None],
        [None, "官任社区", None],
        [None, "独名新村", None],
        [2, "总部公寓", 20],
        [None, "小  计", 30],
        ["序号", "小区名称", "户数"],
        [3, "注安里", 40],
        [None, None, None],
        ["合计", None, 70],
        ["备注：户数以2023年为准", None, None],
        ["填表人：张三", "审核：李四", "2024-06-01"],
    ]
    assert one(book(tmp_path, rows))["小区名称"].tolist() == ["合家花园", "独名新村", "总部公寓", "注安里"]


def test_merged_words_count_for_every_row_merged_numbers_once(tmp_path):
    rows = [
        ["社区", "小区名称", "户数"],
        ["官任社区", "甲乙园", 100],
        [None, "丙丁园", None],
    ]
    frame = one(book(tmp_path, rows, ["A2:A3", "C2:C3"]))
    assert frame["社区"].tolist() == ["官任社区", "官任社区"]
    assert frame["户数"].tolist() == ["100", ""]


def test_codes_keep_their_digits(tmp_path):
    rows = [["小区名称", "编号"], ["甲乙园", 350203009001001], ["丙丁园", 350203009001002.0]]
    assert one(book(tmp_path, rows))["编号"].tolist() == ["350203009001001", "350203009001002"]
    rows = [["小区名称", "编号"], ["甲乙园", 3502030090010017], ["丙丁园", 3502030090010020]]
    assert one(book(tmp_path, rows))["编号"].tolist() == ["3502030090010017", "3502030090010020"]


def test_codes_that_excel_has_cut_look_as_excel_shows_them(tmp_path):
    rows = [["小区名称", "编号"], ["甲乙园", 3502030090010010], ["丙丁园", 3502030090010020]]
    assert one(book(tmp_path, rows))["编号"].tolist() == ["3.50203009001001E+15", "3.50203009001002E+15"]


def test_several_sheets_are_named_and_hidden_ones_said(tmp_path):
    path = write_xlsx(
        tmp_path / "台账.xlsx", {"一社": ROWS, "二社": ROWS, "旧": ROWS, "空": []}, hidden=["旧"]
    )
    log = ProblemLog()
    assert [sheet.shown for sheet in read_sheets(path, log)] == ["台账.xlsx (一社)", "台账.xlsx (二社)"]
    assert [(p.code, p.text.values["sheet"]) for p in log] == [("sheet_hidden", "旧")]


def test_formulas_without_a_result_and_errors_are_said_with_their_cells(tmp_path):
    path, odd = (
        book(tmp_path, [["小区名称", "户数"], ["甲", 1], ["乙", 2], ["丙", 3], ["丁", 4]]),
        tmp_path / "b.xlsx",
    )
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(odd, "w") as target:
        for part in source.namelist():
            text = source.read(part).replace(b"<v>1</v>", b"<f>100+20</f><v></v>")
            text = text.replace(b'<c r="B3"><v>2</v>', b'<c r="B3" t="e"><f>1/0</f><v>#DIV/0!</v>')
            text = text.replace(b"<v>3</v>", b"<f>1+2</f><v>3</v>")
            target.writestr(part, text.replace(b'<c r="B5"><v>4</v>', b'<c r="B5" t="str"><f>""</f><v></v>'))
    log = ProblemLog()
    (sheet,) = read_sheets(odd, log)
    assert sheet.frame["户数"].tolist() == ["", "", "3", ""]
    assert [(p.code, p.text.values["n"], p.text.values["cells"]) for p in log] == [
        ("cell_blank", 1, "B2"),
        ("cell_blank", 1, "B3"),
    ]


def test_names_of_fields_that_are_equal_stay_apart(tmp_path):
    rows = [["小区名称", "户数", "户数"], ["甲乙园", 1, 2]]
    assert list(one(book(tmp_path, rows)).columns) == ["小区名称", "户数", "户数_1"]


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04broken", b"<html><table></table>", b"\xd0\xcf\x11\xe0" * 300]
)
@pytest.mark.parametrize("suffix", [".xls", ".xlsx"])
def test_what_is_no_workbook_is_refused_by_name(tmp_path, data, suffix):
    path = tmp_path / f"台账{suffix}"
    path.write_bytes(data)
    with pytest.raises(UserError, match="台账"):
        read_sheets(path, ProblemLog())


def test_a_workbook_that_ends_its_reader_is_refused_by_name(tmp_path):
    path, far = book(tmp_path, ROWS), tmp_path / "角落.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(far, "w") as target:
        for part in source.namelist():
            # Seventeen thousand million cells between the table and its last one.
            target.writestr(part, source.read(part).replace(b'r="B3"', b'r="XFD1048576"'))
    with pytest.raises(UserError, match="角落"):
        read_sheets(far, ProblemLog())


def test_dates_and_truths_are_text(tmp_path):
    rows = [["小区名称", "户数", "有无物业"], ["甲乙园", 5, True]]
    assert one(book(tmp_path, rows))["有无物业"].tolist() == ["是"]


@pytest.mark.parametrize("text", ["", "\n\n", "什么,别的\n1,2\n", "小区名称,户数\n"])
def test_a_text_without_head_or_rows_holds_no_sheet(tmp_path, text):
    path = tmp_path / "台账.csv"
    path.write_text(text, encoding="utf-8")
    assert read_sheets(path, ProblemLog()) == []
