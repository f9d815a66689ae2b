"""The table of exceptions to the services, and dates of contracts."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog
from bigmap.io.spreadsheets.contract_dates import date_in
from bigmap.io.spreadsheets.operator_table import read_operators
from bigmap.io.spreadsheets.service_table import read_services


def written(tmp_path, text, encoding="gb18030"):
    path = tmp_path / "服务事项.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_words_become_codes(tmp_path):
    log = ProblemLog()
    path = written(
        tmp_path,
        "单元类型,服务事项,责任单位,片区\n市政道路,绿化养护,市政园林局,\n全部,停车,不适用,W01\n住宅小区,,无,\n",
    )
    assert read_services(path, log).to_dict("list") == {
        "unit": ["", "", ""],
        "kind": ["road", "", "estate"],
        "zone": ["", "W01", ""],
        "service": ["greening", "parking", ""],
        "oper": ["市政园林局", "n/a", ""],
    }
    assert not len(log)


def test_an_unknown_service_is_told_and_left_out(tmp_path):
    log = ProblemLog()
    table = read_services(written(tmp_path, "服务事项,责任单位\n电梯,甲\n巡查,乙\n"), log)
    assert table["service"].tolist() == ["patrol"]
    assert [(p.code, p.feature) for p in log] == [("service_unknown", 1)]


@pytest.mark.parametrize("text", ["甲,乙\n1,2\n", "服务事项,备注\n巡查,x\n"])
def test_a_table_without_services_or_operators_is_refused(tmp_path, text):
    with pytest.raises(UserError, match="服务事项"):
        read_services(written(tmp_path, text), ProblemLog())


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-31", date(2026, 12, 31)),
        ("2026/2/5", date(2026, 2, 5)),
        ("2026年2月", date(2026, 2, 28)),
        ("2026.06", date(2026, 6, 30)),
        ("２０２６年", date(2026, 12, 31)),
        ("20260630", date(2026, 6, 30)),
        ("2026-12-31 00:00:00", date(2026, 12, 31)),
        ("2026-13-01", None),
        ("0000-01-01", None),
        ("长期", None),
        ("", None),
    ],
)
def test_dates(text, day):
    assert date_in(text) == day


def test_contracts_of_operators(tmp_path):
    log = ProblemLog()
    path = written(tmp_path, "企业编号,企业名称,合同到期日\nA,甲,2026-06-30\nB,乙,续签中\nC,丙,长期有效\n")
    ends = read_operators(path, log)["contract_end"]
    assert ends.iloc[0] == pd.Timestamp("2026-06-30")
    assert ends.isna().tolist() == [False, True, True]
    assert [(p.code, p.feature) for p in log] == [("date_lost", 2)]
