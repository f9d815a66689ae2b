"""The table of operators: Excel or CSV with Chinese or English heads."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from bigmap.base.errors import UserError
from bigmap.base.problem_kinds import tables as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core.sources.layers import Role
from bigmap.core.sources.source_options import OptionsBySource, options_of, report_options
from bigmap.io.spreadsheets.table_head import read_sheets
from bigmap.io.vocabulary.field_names import folded
from bigmap.io.vocabulary.written_numbers import is_nothing, number_in, plain_text

_HEADS: dict[str, tuple[str, ...]] = {
    "operator_id": ("企业编号", "编号", "企业代码", "统一社会信用代码", "operator_id", "id", "code", "qybh"),
    "name": (
        "企业名称",
        "服务企业",
        "物业企业",
        "物业公司",
        "单位名称",
        "名称",
        "name",
        "operator",
        "company",
        "qymc",
    ),
    "capacity": (
        "承接户数上限",
        "户数上限",
        "承接上限",
        "最大户数",
        "capacity",
        "capacity_hh",
        "max_hh",
        "hssx",
    ),
    "contract_end": (
        *("合同到期日", "合同到期", "到期日", "到期日期", "合同截止日期", "合同终止日期", "服务期限至"),
        *("contract_end", "end_date", "expires", "htdqr"),
    ),
    "phone": ("联系电话", "电话", "手机", "phone", "tel", "telephone", "lxdh"),
}


OPERATOR_FIELDS = tuple(_HEADS)


def read_operators(path: Path, log: ProblemLog, choices: OptionsBySource | None = None) -> pd.DataFrame:
    """Return the operators of a table: ``operator_id``, ``name``, ``capacity`` (households), ``phone``.

    Where the table tells when contracts end, ``contract_end`` holds the dates, NaT where there is none.

    Parameters
    ----------
    path : pathlib.Path
    log : ProblemLog
        Gets capacities that are no numbers, and operators that stand twice.
    choices : mapping of str to SourceOptions, optional
        What the planner chose: sheet, head, columns.

    Raises
    ------
    UserError
        If the file cannot be read, or has no column of names or no rows.
    """
    for sheet in read_sheets(path, log, choices):
        own = options_of(choices or {}, path, sheet.name or None)
        if own.skip or own.role not in {None, Role.OPERATORS}:
            continue
        report_options(own, sheet.shown, log)
        columns = operator_columns(sheet.frame.columns, own.fields)
        if "name" in columns or "operator_id" in columns:
            table = pd.DataFrame({head: sheet.frame[column] for head, column in columns.items()}, dtype="str")
            told = table.get("name", table.get("operator_id")).str.strip() != ""
            return _completed(table[told].reset_index(drop=True), path.name, log)
    raise UserError(
        "{file}: no operators were found; name a column 企业名称 or name, and add a line for each.",
        file=path.name,
    )


def operator_columns(heads: Iterable[str], told: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return which column of a table of operators tells what; what the planner ``told`` comes first."""
    own = [str(head) for head in heads]
    keys = {folded(head): head for head in reversed(own)}
    found = {wanted: column for wanted, column in (told or {}).items() if column in own and wanted in _HEADS}
    for wanted, names in _HEADS.items():
        if wanted in (told or {}):
            continue
        column = next((keys[folded(n)] for n in names if folded(n) in keys), None)
        if column is not None and column not in found.values():
            found[wanted] = column
    return found


def _completed(table: pd.DataFrame, file: str, log: ProblemLog) -> pd.DataFrame:
    """Return the table with all four columns, ids made up where lacking, repeated operators dropped."""
    made_up = pd.Series([f"OP{i:02d}" for i in range(1, len(table) + 1)], dtype="str")
    blank = pd.Series([""] * len(table), dtype="str")
    ids = table.get("operator_id", blank)
    names = table.get("name", ids)
    out = pd.DataFrame(
        {
            "operator_id": ids.where(ids != "", made_up),
            "name": names.where(names != "", ids),
            "capacity": _capacities(table.get("capacity", blank), file, log),
            "phone": table.get("phone", blank),
        }
    )
    if "contract_end" in table:
        out["contract_end"] = _dates(table["contract_end"], file, log)
    for row in np.flatnonzero(out["operator_id"].duplicated()):
        twice = kinds.OperatorTwice(id=out["operator_id"].iloc[row])
        log.add(twice, file=file, feature=int(row) + 1, name=out["name"].iloc[row])
    return out[~out["operator_id"].duplicated()].reset_index(drop=True)


def _capacities(texts: pd.Series, file: str, log: ProblemLog) -> list[float]:
    values = []
    for row, text in enumerate(texts, start=1):
        value, how = number_in(text)
        if how == "lost":
            log.add(kinds.CapacityLost(text=text), file=file, feature=row)
        values.append(value)
    return values


def _dates(texts: pd.Series, file: str, log: ProblemLog) -> pd.Series:
    """Return dates, NaT where a text is none: 2026-12-31, 2026/12/31, 2026.12, 20261231, 2026年12月31日."""
    found = []
    for row, text in enumerate(texts, start=1):
        day = date_in(text)
        if day is None and not is_nothing(text):
            log.add(kinds.DateLost(text=text), file=file, feature=row)
        found.append(day)
    return pd.Series(pd.to_datetime(found))


def date_in(text: str) -> date | None:
    """Return the day that a text names; of a month or a year its last day; None where it names none.

    Examples
    --------
    >>> date_in("2026年2月"), date_in("20261231"), date_in("长期")
    (datetime.date(2026, 2, 28), datetime.date(2026, 12, 31), None)
    """
    plain = plain_text(text).split(" ")[0]
    match = _DATE.fullmatch(plain) or _DIGITS.fullmatch(plain)
    if match is None:
        return None
    year, month, day = (int(part or 0) for part in match.groups())
    try:
        return date(year, month or 12, day or monthrange(year, month or 12)[1])
    except ValueError:
        return None


_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})?)?(?:[-/.月](\d{1,2})?)?[日号]?")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
