"""Tables of present zones: units, or estates by name, with their zone; or a zone with the estates in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog
from bigmap.core.sources.layers import PresentZones
from bigmap.io.spreadsheets.table_head import TableSheet, read_sheets
from bigmap.io.vocabulary.field_names import folded

_ZONES = (
    *("所属片区", "片区", "片区名称", "片区编号", "服务片区", "现状片区", "所在片区", "划入片区", "归属片区"),
    *("所属服务片区", "大物业片区", "zone_id", "zone", "zone_name"),
)
_UNITS = (
    *("unit_id", "单元编号", "小区名称", "小区", "小区名", "楼盘名称", "项目名称", "单元名称", "名称"),
    *("name", "unit", "estate"),
)
_LISTS = (
    *("包含小区", "所含小区", "小区名单", "小区列表", "下辖小区", "涵盖小区", "辖区小区", "所辖小区"),
    *("包含小区名称", "小区清单", "包括小区", "服务小区", "小区范围", "estates"),
)
_BETWEEN = re.compile(r"[、,，;；\n\r/|]+|\s{2,}")
_COLUMNS = 6
"""More columns than that are figures of estates, which tell their zone besides."""


def present_in(sheets: Iterable[TableSheet], *, told: bool = False) -> dict[str, str]:
    """Return name of unit or estate → zone of the sheets that tell it, {} where none does.

    Parameters
    ----------
    sheets : iterable of TableSheet
    told : bool
        Whether somebody said that the file tells zones: then it may have further columns.

    Raises
    ------
    UserError
        If a name stands in two zones.
    """
    found: dict[str, str] = {}
    for sheet in sheets:
        if told or len(sheet.frame.columns) <= _COLUMNS:
            for name, zone in _pairs(sheet.frame):
                if found.setdefault(name, zone) != zone:
                    raise UserError(
                        "{file} puts unit {unit} in two zones, {one} and {other}; keep one of the lines",
                        file=sheet.file.name,
                        unit=name,
                        one=found[name],
                        other=zone,
                    )
    return found


def read_present(path: Path) -> PresentZones:
    """Return the present zones of a table that was named for them.

    Raises
    ------
    UserError
        If it cannot be read or tells no zones.
    """
    found = present_in(read_sheets(path, ProblemLog()), told=True)
    if not found:
        text = (
            "{file} tells no present zones: it needs columns unit_id and zone_id, 小区名称 and 所属片区, or"
            " 片区 and 包含小区"
        )
        raise UserError(text, file=path.name)
    return PresentZones(path.name, found)


def _pairs(frame: pd.DataFrame) -> list[tuple[str, str]]:
    """Return name and zone of each line, a list in a cell as single names."""
    columns = {folded(str(column)): str(column) for column in reversed(frame.columns)}
    zone, unit, lists = (_first(columns, words) for words in (_ZONES, _UNITS, _LISTS))
    names = unit or lists
    if zone is None or names is None:
        return []
    zones = frame[zone].str.strip()
    before = list(frame.columns).index(zone) < list(frame.columns).index(names)
    if before:  # its name stands in the first line of a zone only
        zones = zones.mask(zones == "").ffill().fillna("")
    out = []
    for cell, at in zip(frame[names], zones, strict=True):
        parts = _BETWEEN.split(cell) if names == lists or "、" in cell or "\n" in cell else [cell]
        out += [(part.strip(), at) for part in parts if part.strip() and at]
    return out


def _first(columns: dict[str, str], words: Sequence[str]) -> str | None:
    return next((columns[folded(word)] for word in words if folded(word) in columns), None)
