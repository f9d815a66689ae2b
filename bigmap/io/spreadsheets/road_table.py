"""Tables of roads by name: width, what is swept, how often and by whom (道路保洁台账)."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from bigmap.base.problems import ProblemLog
from bigmap.core.sources.layers import RoadTable, Role
from bigmap.io.spreadsheets.table_head import TableSheet
from bigmap.io.spreadsheets.unused_columns import say_unused
from bigmap.io.vocabulary.field_names import ALIASES, folded, match_fields
from bigmap.io.vocabulary.field_values import canonical
from bigmap.io.vocabulary.layer_roles import detect_role
from bigmap.io.vocabulary.written_numbers import is_nothing, number_in

_NAMES = ("道路名称", "路名", "道路", "路段名称", "路段", "街巷名称", "道路（街巷）名称", "road", "road_name")
_SWEPT = ("保洁面积", "清扫面积", "清扫保洁面积", "作业面积", "机动车道面积", "sweep_m2", "area_m2", "面积")
_LENGTHS = ("长度", "道路长度", "路段长度", "length", "length_m")
_SWEEPERS = (
    *("保洁单位", "清扫单位", "作业单位", "清扫保洁单位", "责任单位", "承包单位", "保洁公司", "环卫公司"),
    *("作业企业", "管护单位", "养护单位", "contractor", "operator"),
)
_HEADS = {"sweep_m2": _SWEPT, "length_m": _LENGTHS, "oper": _SWEEPERS}
_FACTORS = (("万", 10_000.0), ("公里", 1000.0), ("千米", 1000.0), ("km", 1000.0), ("亩", 2000 / 3))


def road_table_of(sheet: TableSheet, log: ProblemLog, *, leads: bool = False) -> RoadTable | None:
    """Return a sheet as a table of roads, None where it does not name roads and tell something of them."""
    columns = list(map(str, sheet.frame.columns))
    name = _first(columns, _NAMES) or _named_by_file(sheet, columns)
    if name is None:
        return None
    found = {field: column for field, heads in _HEADS.items() if (column := _first(columns, heads))}
    rest = [column for column in columns if column not in {name, *found.values()}]
    figures = match_fields(rest, Role.ROADS)
    own: dict[str, str] = {
        field: figures[field].name for field in ("width_m", "clean_grade", "road_class") if field in figures
    }
    if not own.keys() & {"width_m", "clean_grade"} and not found.keys() & {"sweep_m2", "oper"}:
        return None
    rows = sheet.frame[sheet.frame[name].str.strip() != ""]
    told: dict[str, str] = {"name": name, **own}
    clean = canonical(rows[list(told.values())], Role.ROADS, sheet.shown, log, told)
    frame = clean[["name", "width_m", "clean_grade", "road_class"]].copy()
    for field in ("sweep_m2", "length_m"):
        frame[field] = _numbers(rows[found[field]], found[field]) if field in found else np.nan
    texts = rows[found["oper"]].str.strip() if "oper" in found else pd.Series("", index=rows.index)
    frame["oper"] = texts.mask(texts.map(is_nothing), "")
    known: dict[str, tuple[str, ...]] = {**_HEADS, "width_m": ALIASES["width_m"]}
    known["clean_grade"] = ALIASES["clean_grade"]
    lacking = {field: heads for field, heads in known.items() if field not in {*found, *own}}
    say_unused(sheet.frame, {name, *found.values(), *own.values()}, lacking, sheet.shown, log)
    return RoadTable(sheet.file, sheet.name, frame, leads)


def _first(columns: Sequence[str], heads: Sequence[str]) -> str | None:
    keys = {folded(column): column for column in reversed(columns)}
    return next((keys[folded(head)] for head in heads if folded(head) in keys), None)


def _named_by_file(sheet: TableSheet, columns: Sequence[str]) -> str | None:
    """Return the column 名称 of a file whose name says that it is about roads."""
    about = detect_role(sheet.file.stem).role == Role.ROADS or "道路" in sheet.name
    return _first(columns, ("名称", "name")) if about else None


def _numbers(texts: pd.Series, head: str) -> list[float]:
    unit = "".join(re.findall(r"[(（]([^)）]*)", head.casefold()))
    factor = next((factor for sign, factor in _FACTORS if sign in unit), 1.0)
    return [value * factor if (value := number_in(text)[0]) >= 0 else np.nan for text in texts]
