"""Sheets as planners write them: the head found among titles and merged cells, totals and notes left out."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from bigmap.base.problems import ProblemLog
from bigmap.core.sources.source_options import OptionsBySource, options_of
from bigmap.io.spreadsheets.cells import CellGrid, Cells, Merged, read_grids
from bigmap.io.vocabulary.field_names import ALIASES, folded
from bigmap.io.vocabulary.written_numbers import is_nothing

_LOOKED_AT = 30
"""Rows from the top among which the head is looked for."""

_TOTAL = re.compile(r"(合|总|小|共|累)计|总数|合计数?|平均|.{0,12}(合计|小计|总计)")
_NOTE = re.compile(
    r"(备\s*注|注|说明|填表|填报|制表|审核|复核|负责人|联系人|联系电话|单位\(?盖章|日期|数据来源)[^:]{0,8}[:]"
)
_UNIT = re.compile(r"单位:?(.*)")
_HEADS = frozenset(folded(alias) for aliases in ALIASES.values() for alias in aliases) | {
    folded(word)
    for word in (
        *("序号", "所属社区", "社区", "街道", "地址", "备注", "联系电话", "电话", "联系人", "曾用名", "别名"),
        *(
            "企业名称",
            "企业编号",
            "单位名称",
            "承接户数上限",
            "户数上限",
            "承接上限",
            "最大户数",
            "手机",
            "负责人",
        ),
        *(
            "company",
            *("服务事项", "事项", "责任单位", "承担单位", "片区", "合同到期日", "到期日"),
            *("service", "item", "unit", "zone", "contract_end"),
            "capacity",
            "capacity_hh",
            "max_hh",
            "phone",
            "tel",
            "x",
            "y",
            "lon",
            "lat",
            "经度",
            "纬度",
        ),
        *("x坐标", "y坐标", "横坐标", "纵坐标", "longitude", "latitude", "lng", "east", "north", "alias"),
    )
}
_CHINESE_HEADS = tuple(word for word in _HEADS if len(word) > 1 and not word.isascii())


@dataclass(frozen=True)
class TableSheet:
    """One sheet: its heads as columns, its rows as text.

    Attributes
    ----------
    file : pathlib.Path
    name : str
        Name of the sheet, '' where the file holds only one.
    frame : pandas.DataFrame
        Text only, without totals, notes and blank rows; the index is the number of the row as Excel shows it.
    """

    file: Path
    name: str
    frame: pd.DataFrame

    @property
    def shown(self) -> str:
        """Name for messages."""
        return f"{self.file.name} ({self.name})" if self.name else self.file.name


def read_sheets(path: Path, log: ProblemLog, choices: OptionsBySource | None = None) -> list[TableSheet]:
    """Return the sheets of a file that have a head and rows.

    Parameters
    ----------
    path : pathlib.Path
        An Excel file of any age, or text with separators in any encoding.
    log : ProblemLog
        Gets hidden sheets, which are left aside.
    choices : mapping of str to SourceOptions, optional
        What the planner chose: encoding of the text, row of the head.

    Raises
    ------
    UserError
        If the file cannot be read.
    """
    own = choices or {}
    grids = read_grids(path, log, options_of(own, path).encoding)
    names = [grid.name if len(grids) > 1 else "" for grid in grids]
    heads = [options_of(own, path, name or None).head for name in names]
    sheets = [
        TableSheet(path, name, framed(grid, head))
        for name, grid, head in zip(names, grids, heads, strict=True)
    ]
    return [sheet for sheet in sheets if len(sheet.frame)]


def head_of(grid: CellGrid) -> int:
    """Return the row of a sheet in which its heads begin, from 1; 0 where none is found."""
    top = _head_row(_even(grid))
    return 0 if top is None else top + 1


def _even(grid: CellGrid) -> Cells:
    """Return the cells of a sheet with all rows equally long."""
    width = max(map(len, grid.cells), default=0)
    return [row + [""] * (width - len(row)) for row in grid.cells]


def framed(grid: CellGrid, head: int = 0) -> pd.DataFrame:
    """Return the rows below the head of a sheet, an empty table where it has no head.

    Parameters
    ----------
    grid : CellGrid
    head : int
        Row of the head, from 1; 0 to look for it.
    """
    cells = _even(grid)
    top = head - 1 if 0 < head <= len(cells) else _head_row(cells)
    if top is None:
        return pd.DataFrame()
    width = len(cells[0])
    bottom = _head_end(cells, grid.merged, top)
    heads = _heads(cells, grid.merged, top, bottom)
    body = _filled_down(cells, grid.merged, bottom + 1)
    rows = {
        number: row
        for number, row in enumerate(body, start=1)
        if number > bottom + 1 and row != cells[top] and _is_data(row, heads)
    }
    used = [c for c in range(width) if heads[c]]
    columns = _distinct([heads[c] for c in used])
    body_used = [[row[c] for c in used] for row in rows.values()]
    return pd.DataFrame(body_used, index=list(rows), columns=columns, dtype="str")


def _head_row(cells: Cells) -> int | None:
    """Return the row with the most names of fields, the first of equals; one is enough for a narrow table."""
    scores = [sum(_is_head(cell) for cell in row) for row in cells[:_LOOKED_AT]]
    if not scores or max(scores) == 0:
        return None
    best = scores.index(max(scores))
    filled = sum(bool(cell) for cell in cells[best])
    return best if scores[best] >= 2 or (scores[best] == 1 and filled <= 3) else None


def _is_head(cell: str) -> bool:
    key = folded(cell)
    if not key or len(key) > 16:
        return False
    return key in _HEADS or (not key.isascii() and any(word in key for word in _CHINESE_HEADS))


def _head_end(cells: Cells, merged: list[Merged], top: int) -> int:
    """Return the last row of the head: merged cells reach down to it, or a row of units or halves follows."""
    reach = [bottom for first, _, bottom, _ in merged if first <= top <= bottom]
    end = max(reach, default=top)
    if any(first == top == bottom and right > left for first, left, bottom, right in merged):
        end = max(end, top + 1)
    if end == top and top + 1 < len(cells) and _is_second_head(cells[top], cells[top + 1]):
        end = top + 1
    return min(end, len(cells) - 1)


def _is_second_head(first: list[str], second: list[str]) -> bool:
    """Tell whether a row without any number only fills what the head left open, or tells units."""
    spans = [bool(a) and not right for a, right in zip(first, [*first[1:], "-"], strict=True)]
    told = [(a and not span, b) for a, span, b in zip(first, spans, second, strict=True) if b]
    if not told or any(re.search(r"(?<!m)\d", _half_width(b).casefold()) for _, b in told):
        return False
    unit = re.compile(r"\(?(户|套|栋|幢|座|层|个|年|米|m|m2|万m2|平方米|万平方米|亩|公顷|%|元.{0,8})\)?")
    units = [unit.fullmatch(_half_width(b).strip()) is not None for _, b in told]
    fills = [not a and _is_head(b) for a, b in told]
    return all(u or f for u, f in zip(units, fills, strict=True)) and len(told) > 1


def _heads(cells: Cells, merged: list[Merged], top: int, bottom: int) -> list[str]:
    """Return the name of each column: what stands in its head, and the unit told above the table."""
    rows = [list(row) for row in cells[top : bottom + 1]]
    for first, left, _, right in merged:
        if top <= first <= bottom:
            for c in range(left, min(right + 1, len(rows[0]))):
                rows[first - top][c] = cells[first][left]
    names = []
    for column in zip(*rows, strict=True):
        parts = list(dict.fromkeys(re.sub(r"\s+", "", cell) for cell in column if cell))
        names.append(
            "".join(part if _in_brackets(part) or not i else f"·{part}" for i, part in enumerate(parts))
        )
    above = " ".join(cell for row in cells[:top] for cell in row if cell)
    said = _UNIT.search(unicodedata.normalize("NFKC", above))
    wan = bool(said) and re.search(r"万(平|m2)", said[1] if said else "") is not None
    return [
        f"{name}(万㎡)" if wan and "面积" in name and "(" not in _half_width(name) else name for name in names
    ]


def _half_width(name: str) -> str:
    """Return a text half-width."""
    return unicodedata.normalize("NFKC", name)


def _in_brackets(text: str) -> bool:
    return _half_width(text).startswith("(")


def _filled_down(cells: Cells, merged: list[Merged], start: int) -> Cells:
    """Return the cells with merged words repeated in each row; a number counts once, in the first."""
    out = [list(row) for row in cells]
    for top, left, bottom, _ in merged:
        word = cells[top][left] if top < len(cells) and left < len(cells[top]) else ""
        if top >= start and word and not re.search(r"\d", unicodedata.normalize("NFKC", word)):
            for row in range(top, min(bottom + 1, len(cells))):
                out[row][left] = word
    return out


def _is_data(row: list[str], heads: list[str]) -> bool:
    """Tell whether a row is neither blank nor a total, a note or a caption."""
    told = [_half_width(cell).replace(" ", "") for cell in row if not is_nothing(cell)]
    filled = [c for c, cell in enumerate(row) if cell.strip()]
    if not told or (len(filled) == 1 and len(row) > 2 and _is_caption(row[filled[0]], heads[filled[0]])):
        return False
    words = [word for word in told[:3] if not re.fullmatch(r"[\d.,]+", word)]
    if words and (_TOTAL.fullmatch(words[0].rstrip(":")) or _NOTE.match(words[0])):
        return False
    return not any(_TOTAL.fullmatch(word.rstrip(":")) and len(word) <= 4 for word in words)


def _is_caption(cell: str, head: str) -> bool:
    """Tell whether the only cell of a row is no name, or that of a place whose rows follow."""
    is_name = re.search(r"名|小区|楼盘|name|mc$", folded(head)) is not None
    return not is_name or re.search(r"(社区|街道|居委会|村委会|镇)$", cell.strip()) is not None


def _distinct(names: list[str]) -> list[str]:
    """Return the names with a number behind those that stand twice."""
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name}_{seen[name] - 1}")
    return out
