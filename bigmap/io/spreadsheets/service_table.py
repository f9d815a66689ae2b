"""Tables of services: who does what where it is not the operator of the zone, as a list or as a matrix."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from bigmap.base.errors import UserError
from bigmap.base.problem_kinds import tables as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core.coverage.service_matrix import (
    EXCEPTION_COLUMNS,
    NO_NEED,
    NO_ONE,
    NOT_TOLD,
    SERVICES,
)
from bigmap.core.units.model import KINDS
from bigmap.io.spreadsheets.table_head import TableSheet, read_sheets
from bigmap.io.vocabulary.field_names import folded
from bigmap.io.vocabulary.written_numbers import is_nothing, number_in, plain_text

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
_MEANING: dict[str | None, str] = {"": "nobody", NO_NEED: "needless", NOT_TOLD: "untold"}
_ANY = ("", "*", "全部", "所有", "all", "any")
_NOT_NEEDED = ("n/a", "na", "不适用", "不需要", "无需", "免", "不涉及", "无此项", "无此事项", "没有此项")
_UNSURE = ("", "?", "不详", "未知", "不清楚")
_BY_THE_ZONE = ("√", "✓", "✔", "是", "有", "片区企业", "本片区企业")
_BY_NOBODY = ("×", "✗", "✕", "x", "否", "没有")


def read_services(path: Path, log: ProblemLog) -> pd.DataFrame:
    """Return the exceptions of a table as `bigmap.core.coverage.service_matrix.Duties.exceptions`.

    Columns may be in any order and are known by Chinese or English heads; an empty cell means any unit, kind,
    zone or service. The operator 无 means that nobody does it, 不适用 or n/a that it is not needed. Or the
    services are columns beside one of units: there an empty cell means that nobody told.

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
    sheets = read_sheets(path, log)
    if (known := services_in(sheets, path.name, log)) is not None:
        return known
    for sheet in sheets:
        found = _columns(sheet)
        if found["oper"] is not None and (found["service"] is not None or found["kind"] is not None):
            return _rules(sheet.frame, found, path.name, log)
    raise UserError(
        "{file}: no services were found; name the columns 服务事项 and 责任单位 (service and operator).",
        file=path.name,
    )


def services_in(sheets: Iterable[TableSheet], file: str, log: ProblemLog) -> pd.DataFrame | None:
    """Return the exceptions of the first sheet that is surely a table of services, None where none is."""
    for sheet in sheets:
        if columns := _matrix_columns(sheet):
            return _matrix_rules(sheet, columns, file, log)
        if _lists_services(sheet):
            return _rules(sheet.frame, _columns(sheet), file, log)
    return None


def tells_services(sheets: Iterable[TableSheet]) -> bool:
    """Tell whether a sheet is surely a table of services."""
    return any(_matrix_columns(sheet) or _lists_services(sheet) for sheet in sheets)


def _lists_services(sheet: TableSheet) -> bool:
    """Tell whether a sheet has columns of services and of who does them, and names a known service."""
    found = _columns(sheet)
    words = {folded(word) for names in _SERVICES.values() for word in names}
    return bool(
        found["service"] and found["oper"] and words & set(map(folded, sheet.frame[found["service"]]))
    )


def _matrix_columns(sheet: TableSheet) -> dict[str, str]:
    """Return unit and services → their columns, of a sheet with a service a column; {} for others."""
    unit = _columns(sheet)["unit"]
    if unit is None:
        return {}
    found = {}
    for column in map(str, sheet.frame.columns):
        key = re.sub(r"(责任|承担|负责|服务)?(单位|企业|主体|情况)$", "", folded(column))
        service = next((s for s, words in _SERVICES.items() if key in map(folded, words)), None)
        if service and column != unit and service not in found and not _are_numbers(sheet.frame[column]):
            found[service] = column
    return {"unit": unit, **found} if len(found) > 1 else {}


def _are_numbers(cells: pd.Series) -> bool:
    """Tell whether a column holds figures, as 绿化 (area) and 停车 (bays) do in tables of estates."""
    told = [cell for cell in cells if not is_nothing(cell)]
    return bool(told) and all(number_in(cell)[1] != "lost" for cell in told)


def _matrix_rules(sheet: TableSheet, columns: dict[str, str], file: str, log: ProblemLog) -> pd.DataFrame:
    """Return the exceptions of a matrix; how many of its cells say what is told once."""
    rules, cells = [], Counter[str]()
    services = [service for service in columns if service != "unit"]
    for row in sheet.frame.to_dict("records"):
        unit = str(row[columns["unit"]]).strip()
        for service in services if unit else ():
            operator = _of_cell(str(row[columns[service]]).strip())
            cells[_MEANING.get(operator, "told")] += 1
            if operator is not None:
                rules.append([unit, "", "", service, operator])
    names = ", ".join(columns[service] for service in services)
    counts = {name: cells[name] for name in ("nobody", "needless", "untold")}
    log.add(kinds.ServicesTaken(n=len(sheet.frame), services=names, **counts), file=file)
    return pd.DataFrame(rules, columns=list(EXCEPTION_COLUMNS), dtype="str")


def _of_cell(text: str) -> str | None:
    """Return who does it by a cell of a matrix, as in exceptions; None for the operator of the zone."""
    plain = plain_text(text)
    if plain in _BY_THE_ZONE:
        return None
    if plain in _UNSURE:
        return NOT_TOLD
    return NO_NEED if plain in _NOT_NEEDED else "" if plain in (*NO_ONE, *_BY_NOBODY) else text


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
