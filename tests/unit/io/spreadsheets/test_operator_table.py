import pytest

from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog
from bigmap.io.spreadsheets.operator_table import read_operators
from tests.helpers.workbooks import write_xlsx

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
        "capacity_told": ["5000", "约6000户"],
    }
    assert [(p.code, p.severity) for p in log] == [("capacity_rough", "mended")]


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


# --- as offices write them ----------------------------------------------------------------------------------

OFFICE = [
    ["大物业服务企业名录", *[None] * 8],
    [
        "序号",
        "企业名称",
        "统一社会信用代码",
        "承接能力",
        "合同到期时间",
        "项目经理",
        "联系电话",
        "资质",
        "备注",
    ],
    [1, "甲物业", "91A", "约5000户", "2026年12月底", "张经理", "0592-1", "一级", None],
    [2, "乙服务", "91B", "6000-7000户", "2025.6.30", "李经理", None, None, None],
    [3, "丙科技", "91C", "30万㎡", "长期", "王经理", None, None, "备选"],
    [4, "丁物业", None, "不限", "2027-01-01", None, None, None, None],
    ["合计", "4家", *[None] * 7],
]


def office(tmp_path, rows=OFFICE, merged=("A1:I1",)):
    log = ProblemLog()
    path = write_xlsx(tmp_path / "服务企业名录.xlsx", {"一": rows}, {"一": merged})
    return read_operators(path, log), log


def check_office(table, log):
    assert table["name"].tolist() == ["甲物业", "乙服务", "丙科技", "丁物业"]
    assert table["capacity"].fillna(-1).tolist() == [5000, 6000, -1, -1]
    assert table["capacity_m2"].fillna(-1).tolist() == [-1, -1, 300_000, -1]
    ends = table["contract_end"].dt.strftime("%Y-%m-%d").fillna("").tolist()
    assert ends == ["2026-12-31", "2025-06-30", "", "2027-01-01"]
    assert table["manager"].tolist() == ["张经理", "李经理", "王经理", ""]
    assert (table["qualification"][0], table["remark"][2]) == ("一级", "备选")
    said = {(p.code, p.severity.value, p.name) for p in log}
    assert said == {
        ("capacity_rough", "mended", "甲物业"),
        ("capacity_range", "doubt", "乙服务"),
        ("capacity_in_area", "doubt", "丙科技"),
        ("capacity_unlimited", "mended", "丁物业"),
    }


def test_the_list_of_an_office(tmp_path):
    check_office(*office(tmp_path))


def test_the_list_of_an_office_with_its_columns_in_another_order(tmp_path):
    check_office(*office(tmp_path, [row[::-1] for row in OFFICE[1:]], merged=()))


def test_the_list_of_an_office_in_traditional_script_as_csv(tmp_path):
    heads = [
        "序號",
        "企業名稱",
        "統一社會信用代碼",
        "承接能力",
        "合同到期時間",
        "項目經理",
        "聯繫電話",
        "資質",
        "備註",
    ]
    rows = [heads, *OFFICE[2:-1], ["合計", "4家", *[None] * 7]]
    path = tmp_path / "服务企业.csv"
    path.write_text("\n".join(",".join(map(str, (c or "" for c in row))) for row in rows), encoding="utf-8")
    log = ProblemLog()
    check_office(read_operators(path, log), log)


@pytest.mark.parametrize(
    ("head", "cell", "households", "floor_m2"),
    [
        ("承接能力（户）", "5000", 5000, None),
        ("可服务户数", "7千户", 7000, None),
        ("最大承接户数", "1.2万户", 12_000, None),
        ("服务能力（万㎡）", "30", None, 300_000),
        ("承接能力（千户）", "7", 7000, None),
        ("承接能力", "5000户/30万平方米", 5000, 300_000),
        ("承接能力", "20-30万㎡", None, 200_000),
        ("承接能力", "5千～6千户", 5000, None),
        ("承接能力", "无上限", None, None),
        ("承接能力", "视情况", None, None),
    ],
)
def test_capacities_as_they_are_written(tmp_path, head, cell, households, floor_m2):
    table, log = read(tmp_path, f"企业名称,{head}\n甲,{cell}\n")
    nothing = float("nan")
    assert table["capacity"].tolist() == pytest.approx(
        [nothing if households is None else households], nan_ok=True
    )
    held = table["capacity_m2"].tolist() if "capacity_m2" in table else [nothing]
    assert held == pytest.approx([nothing if floor_m2 is None else floor_m2], nan_ok=True)
    assert (households is not None) or log.items


@pytest.mark.parametrize(
    ("head", "cell", "end"),
    [
        ("合同期限", "2024.1.1-2026.12.31", "2026-12-31"),
        ("合同期限", "2024年1月1日至2026年12月31日", "2026-12-31"),
        ("服务期限", "2025年1月1日至12月31日", "2025-12-31"),
        ("合同有效期至", "2026/12/31 0:00:00", "2026-12-31"),
        ("合同截止时间", "2026年底", "2026-12-31"),
        ("合同到期时间（年月日）", "20261231止", "2026-12-31"),
        ("合同终止日", "46387", "2026-12-31"),
        ("到期日", "永久", ""),
    ],
)
def test_ends_of_contracts_as_they_are_written(tmp_path, head, cell, end):
    table, log = read(tmp_path, f"企业名称,{head}\n甲,{cell}\n")
    assert table["contract_end"].dt.strftime("%Y-%m-%d").fillna("").tolist() == [end]
    assert not log.items


def test_a_term_of_years_ends_by_the_day_on_which_it_began(tmp_path):
    table, _ = read(tmp_path, "企业名称,合同签订日期,合同期限\n甲,2024-01-01,3年\n")
    assert table["contract_end"].dt.strftime("%Y-%m-%d").tolist() == ["2026-12-31"]
    table, log = read(tmp_path, "企业名称,合同期限\n甲,3年\n")
    assert table["contract_end"].isna().all()
    assert [p.code for p in log] == ["date_lost"]


def test_what_is_served_today_and_dates_of_licences_are_neither_capacity_nor_contract(tmp_path):
    table, log = read(tmp_path, "企业名称,现承接户数,资质有效期\n甲,900,2024-01-01\n")
    assert table["capacity"].isna().all()
    assert "contract_end" not in table
    assert {"columns_unused", "column_near"} >= {p.code for p in log}
    assert log.items


def test_a_column_that_nearly_fits_is_offered_and_others_are_named_once(tmp_path):
    _, log = read(tmp_path, "序号,企业名称,承接数,注册资本,成立年份\n1,甲,900,100万,2001\n")
    said = [p.text.render("en") for p in log]
    assert said[0].startswith("Column 承接数 is not used; it could be 承接上限: rename it so")
    assert said[1] == "2 columns are not used: 注册资本, 成立年份."
