import pytest

from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog
from bigmap.io.spreadsheets.operator_table import read_operators

TABLE = "企业编号,企业名称,承接户数上限,联系电话\nA1,永安物业,5000,0592-1234567\nA2,筼筜城服,约6000户,\n"


def read(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "服务企业.csv"
    path.write_bytes(text.encode(encoding))
    log = ProblemLog()
    return read_operators(path, log), log


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_chinese_heads_in_any_encoding(tmp_path, encoding, separator):
    table, log = read(tmp_path, TABLE.replace(",", separator), encoding)
    assert table.to_dict("list") == {
        "operator_id": ["A1", "A2"],
        "name": ["永安物业", "筼筜城服"],
        "capacity": [5000.0, 6000.0],
        "phone": ["0592-1234567", ""],
    }
    assert len(log) == 0


def test_english_heads_and_what_is_left_out(tmp_path):
    table, _ = read(tmp_path, 'name,capacity_hh\n"Green, Ltd",\nBlue,300\n')
    assert table["operator_id"].tolist() == ["OP01", "OP02"]
    assert table["name"].tolist() == ["Green, Ltd", "Blue"]
    assert table["capacity"].tolist() == pytest.approx([float("nan"), 300], nan_ok=True)


def test_numbers_that_excel_was_kept_from_rounding(tmp_path):
    table, _ = read(tmp_path, '编号,名称\n"=""350203009001001""",甲\n')
    assert table["operator_id"].tolist() == ["350203009001001"]


def test_a_capacity_that_is_no_number_is_no_limit_and_said(tmp_path):
    table, log = read(tmp_path, "企业名称,户数上限\n甲,很多\n")
    assert table["capacity"].isna().all()
    assert [(p.code, p.feature) for p in log] == [("capacity_lost", 1)]


@pytest.mark.parametrize("text", ["-500", "－500户", "-0.5万"])
def test_a_capacity_below_zero_is_no_limit_and_said(tmp_path, text):
    table, log = read(tmp_path, f"企业名称,户数上限\n甲,0\n乙,{text}\n")
    assert table["capacity"].tolist() == pytest.approx([0, float("nan")], nan_ok=True)
    (said,) = log
    assert (said.code, said.feature) == ("capacity_lost", 2)
    assert said.text.render("en") == (
        f"The capacity “{text}” is below zero: the operator counts as having no limit."
    )


def test_an_operator_that_stands_twice(tmp_path):
    table, log = read(tmp_path, "企业编号,企业名称\nA1,甲\nA1,乙\n")
    assert table["name"].tolist() == ["甲"]
    assert [p.code for p in log] == ["operator_twice"]


@pytest.mark.parametrize("text", ["", "什么,别的\n1,2\n", "企业名称,户数上限\n\n"])
def test_a_table_without_operators_is_refused(tmp_path, text):
    with pytest.raises(UserError, match="服务企业"):
        read(tmp_path, text)
