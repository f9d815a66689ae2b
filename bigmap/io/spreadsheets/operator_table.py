"""The table of operators: Excel or CSV with Chinese or English heads."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from bigmap.base.errors import UserError
from bigmap.base.problem_kinds import tables as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core.sources.layers import Role
from bigmap.core.sources.source_options import OptionsBySource, options_of, report_options
from bigmap.io.spreadsheets.capacities import capacity_in
from bigmap.io.spreadsheets.contract_dates import date_in, end_of_term, runs_on
from bigmap.io.spreadsheets.table_head import read_sheets
from bigmap.io.spreadsheets.unused_columns import say_unused
from bigmap.io.vocabulary.field_names import folded
from bigmap.io.vocabulary.written_numbers import is_nothing

_HEADS: dict[str, tuple[str, ...]] = {
    "operator_id": ("企业编号", "编号", "企业代码", "统一社会信用代码", "operator_id", "id", "code", "qybh"),
    "name": (
        *("企业名称", "服务企业", "物业企业", "物业公司", "单位名称", "企业全称", "公司名称", "服务单位"),
        *("服务商", "运营商", "供应商", "中标单位", "名称", "name", "operator", "company", "qymc"),
    ),
    "capacity": (
        *("承接户数上限", "户数上限", "承接上限", "最大户数", "承接能力", "可服务户数", "可承接户数"),
        *("服务能力", "承接规模", "服务规模", "capacity", "capacity_hh", "max_hh", "hssx"),
    ),
    "contract_start": ("合同开始日期", "合同签订日期", "合同起始日期", "签订日期", "contract_start"),
    "contract_end": (
        *("合同到期日", "合同到期", "到期日", "到期日期", "合同截止日期", "合同终止日期", "服务期限至"),
        *("合同到期时间", "到期时间", "合同有效期", "合同期限", "合同期", "服务期限"),
        *("contract_end", "end_date", "expires", "htdqr"),
    ),
    "phone": ("联系电话", "电话", "手机", "联系方式", "phone", "tel", "telephone", "lxdh"),
    "manager": ("项目经理", "项目负责人", "负责人", "联系人", "manager", "contact"),
    "qualification": ("资质", "资质等级", "企业资质", "qualification"),
    "remark": ("备注", "说明", "remark", "note", "notes"),
}
_LIKE: dict[str, tuple[str, str]] = {
    "name": (r"(企业|公司|单位|服务商|供应商)(名称|全称|名)", r"开户|主管|监管|业主"),
    "capacity": (
        r"(承接|可服务|可接).*(能力|规模|容量|户|面积)|(服务|接管)(能力|规模|户数上限)|上限|最大.*户|最多.*户",
        r"已|现|在管|目前|实际|费",
    ),
    "contract_start": (r"(合同|服务|协议).*(开始|起始|签订|签约|生效)", r"截止|终止|到期"),
    "contract_end": (
        r"到期|截止|终止|届满|(合同|服务|协议).*(期限|有效期|期$|期间|结束|时间)",
        r"资质|证|许可|保险|开始|起始|签订|生效",
    ),
    "phone": (r"电话|手机|联系方式", r"$^"),
    "manager": (r"项目经理|负责人|联系人", r"电话|手机"),
    "qualification": (r"资质", r"期|日"),
    "remark": (r"备注", r"$^"),
}
"""Field → what its head holds where no head is one of those above, and what speaks against it."""
_KEPT = ("manager", "qualification", "remark")


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
            lacking = {head: names for head, names in _HEADS.items() if head not in columns}
            say_unused(sheet.frame, columns.values(), lacking, path.name, log)
            table = pd.DataFrame({head: sheet.frame[column] for head, column in columns.items()}, dtype="str")
            told = table.get("name", table.get("operator_id")).str.strip() != ""
            head = columns.get("capacity", "")
            return _completed(table[told].reset_index(drop=True), head, path.name, log)
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
    for wanted, (sign, against) in _LIKE.items():
        free = [head for head in own if head not in found.values()]
        if wanted not in found and wanted not in (told or {}):
            like = (h for h in free if re.search(sign, folded(h)) and not re.search(against, folded(h)))
            column = next(like, None)
            found |= {wanted: column} if column else {}
    return found


def _completed(table: pd.DataFrame, head: str, file: str, log: ProblemLog) -> pd.DataFrame:
    """Return the table with all four columns and those that are told besides.

    Ids are made up where they lack, repeated operators dropped.
    """
    made_up = pd.Series([f"OP{i:02d}" for i in range(1, len(table) + 1)], dtype="str")
    blank = pd.Series([""] * len(table), dtype="str")
    ids = table.get("operator_id", blank)
    names = table.get("name", ids)
    out = pd.DataFrame(
        {
            "operator_id": ids.where(ids != "", made_up),
            "name": names.where(names != "", ids),
            "capacity": np.nan,
            "phone": table.get("phone", blank),
        }
    )
    _tell_capacities(out, table.get("capacity", blank), head, file, log)
    if "contract_end" in table:
        starts = table.get("contract_start", blank)
        out["contract_end"] = _dates(table["contract_end"], starts, file, log)
    for column in _KEPT:
        if column in table:
            out[column] = table[column].str.strip()
    for row in np.flatnonzero(out["operator_id"].duplicated()):
        twice = kinds.OperatorTwice(id=out["operator_id"].iloc[row])
        log.add(twice, file=file, feature=int(row) + 1, name=out["name"].iloc[row])
    return out[~out["operator_id"].duplicated()].reset_index(drop=True)


def _tell_capacities(out: pd.DataFrame, texts: pd.Series, head: str, file: str, log: ProblemLog) -> None:
    """Fill in the capacities; those in floor area in a column of their own, where there are any."""
    found = [capacity_in(text, head) for text in texts]
    for row, capacity in enumerate(found, start=1):
        for said in capacity.said:
            log.add(said, file=file, feature=row, name=str(out["name"].iloc[row - 1]))
    out["capacity"] = [capacity.households for capacity in found]
    if any(capacity.said for capacity in found):
        out["capacity_told"] = texts
    if any(not math.isnan(capacity.floor_m2) for capacity in found):
        out["capacity_m2"] = [capacity.floor_m2 for capacity in found]


def _dates(texts: pd.Series, starts: pd.Series, file: str, log: ProblemLog) -> pd.Series:
    """Return the ends of contracts, NaT where there is none or it cannot be read, which is said."""
    found = []
    for row, (text, start) in enumerate(zip(texts, starts, strict=True), start=1):
        day = date_in(text) or end_of_term(start, text)
        if day is None and not is_nothing(text) and not runs_on(text):
            log.add(kinds.DateLost(text=text), file=file, feature=row)
        found.append(day)
    return pd.Series(pd.to_datetime(found))
