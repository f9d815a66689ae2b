"""Sheets as planners write them: the head found among titles and merged cells, totals and notes left out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pandas as pd

from bigmap.base.problems import ProblemLog
from bigmap.core.sources.source_options import OptionsBySource, options_of
from bigmap.io.spreadsheets.cells import CellGrid, Cells, Merged
from bigmap.io.spreadsheets.head_words import half_width, is_beside, is_head, is_note, is_unit
from bigmap.io.spreadsheets.sheet_layouts import read_tables
from bigmap.io.vocabulary.field_names import folded
from bigmap.io.vocabulary.written_numbers import is_nothing

_LOOKED_AT = 30
"""Rows from the top among which the head is looked for."""

_TOTAL = re.compile(r"(合|总|小|共|累)计|总数|合计数?|平均|.{0,12}(合计|小计|总计)")
_UNIT = re.compile(r"单位:?(.*)")
_HEAD_ROWS = 3
_DITTO = frozenset({"同上", "同上行", "〃", "″", '"'})


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
    grids = read_tables(path, log, options_of(own, path).encoding)
    names = [grid.name if len(grids) > 1 else "" for grid in grids]
    heads = [options_of(own, path, name or None).head for name in names]
    sheets = [
        TableSheet(path, name, framed(grid, head))
        for name, grid, head in zip(names, grids, heads, strict=True)
    ]
    return [sheet for sheet in sheets if len(sheet.frame)]


def head_of(grid: CellGrid) -> int:
    """Return the row of a sheet in which its heads begin, from 1; 0 where none is found."""
    cells = _even(grid)
    best = _head_row(cells)
    return 0 if best is None else _head_top(cells, grid.merged, best) + 1


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
    best = head - 1 if 0 < head <= len(cells) else _head_row(cells)
    if best is None:
        return pd.DataFrame()
    top = best if head else _head_top(cells, grid.merged, best)
    bottom = _head_end(cells, grid.merged, best)
    heads = _heads(cells, grid.merged, top, bottom)
    body = _filled_down(cells, grid.merged, bottom + 1)
    rows = [
        row
        for row in range(bottom + 1, len(body))
        if body[row] != cells[best] and not _is_numbering(body[row]) and _is_data(body[row], heads)
    ]
    used = [c for c in range(len(cells[0])) if heads[c]]
    columns = _distinct([heads[c] for c in used])
    numbers = [grid.numbers[row] if grid.numbers else row + 1 for row in rows]
    body_used = _without_dittos([[body[row][c] for c in used] for row in rows])
    return pd.DataFrame(body_used, index=numbers, columns=columns, dtype="str")


def _head_row(cells: Cells) -> int | None:
    """Return the row with the most names of fields, the first of equals; one is enough for a narrow table."""
    scores = [sum(is_head(cell) for cell in row) for row in cells[:_LOOKED_AT]]
    if not scores or max(scores) == 0:
        return None
    likely = [row for row, score in enumerate(scores) if score == max(scores)]
    best = next((row for row in likely if sum(map(bool, cells[row])) > 1), likely[0])  # a title is one cell
    filled = [cell for cell in cells[best] if cell]
    alone = len(filled) <= 3 or (len(set(filled)) == len(filled) and not any(map(_is_number, filled)))
    return best if scores[best] >= 2 or (scores[best] == 1 and alone) else None


def _head_top(cells: Cells, merged: list[Merged], best: int) -> int:
    """Return the first row of the head: cells merged down to its best row, or a row that names its rest."""
    top = min((first for first, _, last, _ in merged if first <= best <= last), default=best)
    open_columns = {c for c, cell in enumerate(cells[best]) if not cell}
    for row in range(best - 1, max(best - _HEAD_ROWS, -1), -1):
        filled = [c for c, cell in enumerate(cells[row]) if cell]
        if len(filled) < 2 or any(is_beside(cells[row][c]) or _is_number(cells[row][c]) for c in filled):
            break
        if any(c in open_columns and is_head(cells[row][c]) for c in filled):
            top = min(top, row)
    return top


def _head_end(cells: Cells, merged: list[Merged], best: int) -> int:
    """Return the last row of the head: merged cells reach down to it, or a row of units or halves follows."""
    reach = [bottom for first, _, bottom, _ in merged if first <= best <= bottom]
    end = max(reach, default=best)
    if any(first == best == bottom and right > left for first, left, bottom, right in merged):
        end = max(end, best + 1)
    if end == best and best + 1 < len(cells) and _is_second_head(cells[best], cells[best + 1]):
        end = best + 1
    if end + 1 < len(cells) and _is_units(cells[end + 1]):
        end += 1
    return min(end, len(cells) - 1)


def _is_second_head(first: list[str], second: list[str]) -> bool:
    """Tell whether a row without any number only fills what the head left open, or tells units."""
    spans = [bool(a) and not right for a, right in zip(first, [*first[1:], "-"], strict=True)]
    told = [(a and not span, b) for a, span, b in zip(first, spans, second, strict=True) if b]
    if not told or any(re.search(r"(?<!m)\d", half_width(b).casefold()) for _, b in told):
        return False
    return all(is_unit(b) or (not a and is_head(b)) for a, b in told) and len(told) > 1


def _is_units(row: list[str]) -> bool:
    told = [cell for cell in row if not is_nothing(cell)]
    return len(told) > 1 and all(map(is_unit, told))


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"[\d.,]+", half_width(cell)) is not None


def _is_numbering(row: list[str]) -> bool:
    """Tell whether a row only numbers the columns: 甲 | 乙 | 1 | 2 | 3."""
    told = [half_width(cell).strip("()栏 ") for cell in row if cell]
    letters = "".join(word for word in told if word in "甲乙丙丁戊")
    digits = [word for word in told if word not in "甲乙丙丁戊"]
    numbered = digits == [str(i + 1) for i in range(len(digits))]
    return len(told) > 2 and len(digits) > 1 and numbered and "甲乙丙丁戊".startswith(letters)


def _heads(cells: Cells, merged: list[Merged], top: int, bottom: int) -> list[str]:
    """Return the name of each column: what stands in its head, and the unit told above the table."""
    rows = [list(row) for row in cells[top : bottom + 1]]
    for first, left, _, right in merged:
        if top <= first <= bottom:
            for c in range(left, min(right + 1, len(rows[0]))):
                rows[first - top][c] = cells[first][left]
    names = []
    for column in zip(*rows, strict=True):
        told = (re.sub(r"\s+", "", cell) for cell in column if cell)
        parts = [part for part in dict.fromkeys(told) if part not in {"单位", "计量单位"}]
        names.append("".join(part if not i else _second_part(part) for i, part in enumerate(parts)))
    above = " ".join(cell for row in cells[:top] for cell in row if cell)
    said = _UNIT.search(half_width(above))
    wan = bool(said) and re.search(r"万(平|m2)", said[1] if said else "") is not None
    return [
        f"{name}(万㎡)" if wan and "面积" in name and "(" not in half_width(name) else name for name in names
    ]


def _second_part(part: str) -> str:
    """Return what a lower row of the head adds to a name; a unit with a factor stands in brackets."""
    if half_width(part).startswith("("):
        return part
    return f"({part})" if is_unit(part) and re.search("万|亩|公顷", part) else f"·{part}"


def _without_dittos(rows: Cells) -> Cells:
    """Return the rows with what stands above in place of 同上."""
    for above, row in pairwise(rows):
        row[:] = [up if cell in _DITTO else cell for up, cell in zip(above, row, strict=True)]
    return rows


def _filled_down(cells: Cells, merged: list[Merged], start: int) -> Cells:
    """Return the cells with merged words repeated in each row; a number counts once, in the first."""
    out = [list(row) for row in cells]
    for top, left, bottom, _ in merged:
        word = cells[top][left] if top < len(cells) and left < len(cells[top]) else ""
        if top >= start and word and not re.search(r"\d", half_width(word)):
            for row in range(top, min(bottom + 1, len(cells))):
                out[row][left] = word
    return out


def _is_data(row: list[str], heads: list[str]) -> bool:
    """Tell whether a row is neither blank nor a total, a note or a caption."""
    told = [half_width(cell).replace(" ", "") for cell in row if not is_nothing(cell)]
    filled = [c for c, cell in enumerate(row) if cell.strip()]
    if not told or (len(filled) == 1 and len(row) > 2 and _is_caption(row[filled[0]], heads[filled[0]])):
        return False
    words = [word for word in told[:3] if not re.fullmatch(r"[\d.,]+", word)]
    if words and (_TOTAL.fullmatch(words[0].rstrip(":")) or is_note(words[0])):
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
