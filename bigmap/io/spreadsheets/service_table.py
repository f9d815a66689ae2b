"""The table of exceptions to the services: who does what, where it is not the operator of the zone."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from bigmap.base.errors import UserError
from bigmap.base.problem_kinds import tables as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core.coverage.service_matrix import EXCEPTION_COLUMNS, NO_NEED, NO_ONE, SERVICES
from bigmap.core.units.model import KINDS
from bigmap.io.spreadsheets.table_head import TableSheet, read_sheets
from bigmap.io.vocabulary.field_names import folded
from bigmap.io.vocabulary.written_numbers import plain_text

_HEADS = {
    "unit": ("单元编号", "单元", "单元名称", "小区名称", "名称", "unit", "unit_id", "name"),
    "kind": ("单元类型", "单元类别", "类型", "类别", "kind", "type"),
    "zone": ("片区编号", "片区", "zone", "zone_id"),
    "service": ("服务事项", "事项", "服务", "service", "item"),
    "oper": ("责任单位", "服务企业", "承担单位", "企业编号", "负责单位", "operator", "oper", "operator_id"),
}
_SERVICES = {
    "cleaning": ("清扫保洁", "保洁", "清扫", "cleaning", "sweeping"),
    "waste": ("垃圾收运", "垃圾清运", "垃圾", "waste", "rubbish"),
    "greening": ("绿化", "绿化养护", "greening", "green"),
    "order": ("秩序", "秩序维护", "保安", "安保", "order", "security"),
    "repair": ("设施维修", "维修", "设施维护", "repair", "maintenance"),
    "parking": ("停车", "停车管理", "parking"),
    "patrol": ("巡查", "巡逻", "patrol"),
    "common": ("公共部位", "共用部位", "common", "commonparts"),
}
_KINDS = {
    "estate": ("住宅小区", "小区"),
    "village": ("城中村",),
    "building": ("独栋房屋", "独栋"),
    "public": ("公共建筑", "公建"),
    "road": ("市政道路", "道路"),
    "lane": ("背街小巷", "街巷", "小巷"),
    "green": ("绿地",),
    "block": ("街区空地", "空地", "街区"),
}
_ANY = ("", "*", "全部", "所有", "all", "any")
_NOT_NEEDED = ("n/a", "na", "不适用", "不需要", "无需", "免")


def read_services(path: Path, log: ProblemLog) -> pd.DataFrame:
    """Return the exceptions of a table as `bigmap.core.coverage.service_matrix.Duties.exceptions`.

    Columns may be in any order and are known by Chinese or English heads; an empty cell means any unit, kind,
    zone or service. The operator 无 means that nobody does it, 不适用 or n/a that it is not needed.

    Parameters
    ----------
    path : pathlib.Path
        CSV or Excel.
    log : ProblemLog
        Gets rows whose service or kind is not known; they are left out.

    Raises
    ------
    UserError
        If the file cannot be read or has no column of services or of operators.
    """
    for sheet in read_sheets(path, log):
        found = _columns(sheet)
        if found["oper"] is not None and (found["service"] is not None or found["kind"] is not None):
            return _rules(sheet.frame, found, path.name, log)
    raise UserError(
        "{file}: no services were found; name the columns 服务事项 and 责任单位 (service and operator).",
        file=path.name,
    )


def tells_services(sheets: Iterable[TableSheet]) -> bool:
    """Tell whether a sheet has columns of services and of who does them, and names a known service."""
    words = {folded(word) for names in _SERVICES.values() for word in names}
    for sheet in sheets:
        found = _columns(sheet)
        if found["service"] and found["oper"] and words & set(map(folded, sheet.frame[found["service"]])):
            return True
    return False


def _columns(sheet: TableSheet) -> dict[str, str | None]:
    """Return which column of a sheet tells what, None where none does."""
    keys = {folded(str(column)): str(column) for column in reversed(sheet.frame.columns)}
    return {
        wanted: next((keys[folded(n)] for n in names if folded(n) in keys), None)
        for wanted, names in _HEADS.items()
    }


def _rules(frame: pd.DataFrame, found: dict[str, str | None], file: str, log: ProblemLog) -> pd.DataFrame:
    rules = []
    for row, cells in enumerate(frame.to_dict("records"), start=1):
        rule = {k: str(cells[column]).strip() if column else "" for k, column in found.items()}
        if not any(rule.values()):
            continue
        unknown = _understand(rule)
        if unknown:
            log.add(kinds.ServiceUnknown(text=unknown), file=file, feature=row)
        else:
            rules.append([rule[name] for name in EXCEPTION_COLUMNS])
    return pd.DataFrame(rules, columns=list(EXCEPTION_COLUMNS), dtype="str")


def _understand(rule: dict[str, str]) -> str:
    """Put codes in place of words; return a word that is not known, '' where all are."""
    for name, words, codes in (("service", _SERVICES, SERVICES), ("kind", _KINDS, KINDS)):
        plain = folded(rule[name])
        code = next((c for c in codes if plain == c or plain in map(folded, words[c])), None)
        if code is None and plain not in _ANY:
            return rule[name]
        rule[name] = code or ""
    for name in ("unit", "zone"):
        rule[name] = "" if rule[name] in _ANY else rule[name]
    operator = plain_text(rule["oper"])
    rule["oper"] = NO_NEED if operator in _NOT_NEEDED else "" if operator in NO_ONE else rule["oper"]
    return ""
