"""Sheets laid out in other ways than one head over its rows: on their side, as forms, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from bigmap.base.problem_kinds import tables as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core.sources.layers import NUMBER_FIELDS
from bigmap.io.spreadsheets.attribute_tables import has_tables, read_attribute_tables
from bigmap.io.spreadsheets.cells import CellGrid, Cells, Merged, read_grids
from bigmap.io.spreadsheets.head_words import field_of, is_head
from bigmap.io.vocabulary.field_names import community_of, folded
from bigmap.io.vocabulary.written_numbers import is_nothing, number_in

_LOOKED_AT = 30
_LABEL_COLUMNS = 3
"""Columns in which the names of fields stand where a table lies on its side."""

_MOST_FIELDS = 200
"""Rows of a table that may lie on its side."""

Form = dict[str, str]


def read_tables(path: Path, log: ProblemLog, encoding: str = "") -> list[CellGrid]:
    """Return the sheets of a file as `read_grids` does, each with its heads above its rows.

    Forms of one estate each, on one sheet or on many, become the rows of one sheet.
    """
    out: list[CellGrid] = []
    forms: list[Form] = []
    read = read_attribute_tables if has_tables(path) else read_grids
    grids = read(path, log, encoding)
    for grid in grids:
        cells = _even(grid.cells)
        shown = f"{path.name} ({grid.name})" if len(grids) > 1 else path.name
        if _lies_on_its_side(cells):
            log.add(kinds.TableTurned(), file=shown)
            out.append(_turned(grid))
        elif found := _forms(cells):
            forms += found
        else:
            out += _stacked(grid, cells, shown, log)
    if forms:
        log.add(kinds.FormsRead(n=len(forms)), file=path.name)
        heads = list(dict.fromkeys(label for form in forms for label in form))
        rows = [[form.get(head, "") for head in heads] for form in forms]
        out.append(CellGrid("", [heads, *rows], [], (0, *range(1, len(rows) + 1))))
    return out


def _even(cells: Cells) -> Cells:
    width = max(map(len, cells), default=0)
    return [row + [""] * (width - len(row)) for row in cells]


def _is_figure(cell: str) -> bool:
    return field_of(cell) in NUMBER_FIELDS


def _tells_number(cell: str) -> bool:
    return not np.isnan(number_in(cell)[0])


# --- on its side --------------------------------------------------------------------------------------------


def _lies_on_its_side(cells: Cells) -> bool:
    """Tell whether the names of fields stand one below the other, with two estates or more beside them."""
    if len(cells) > _MOST_FIELDS:
        return False
    for column in range(min(len(cells[0]) if cells else 0, _LABEL_COLUMNS)):
        labels = [row[column] for row in cells]
        names = [r for r, label in enumerate(labels) if field_of(label) == "name"]
        figures = [r for r, label in enumerate(labels) if _is_figure(label)]
        if len(names) == 1 and figures:
            beside = [cell for cell in cells[names[0]][column + 1 :] if not is_nothing(cell)]
            told = [cell for r in figures for cell in cells[r][column + 1 :] if not is_nothing(cell)]
            numbers = sum(map(_tells_number, told))
            if len(beside) > 1 and not any(map(field_of, [*beside, *told])) and 2 * numbers > len(told):
                return True
    return False


def _turned(grid: CellGrid) -> CellGrid:
    cells = [list(column) for column in zip(*_even(grid.cells), strict=True)]
    merged: list[Merged] = [(left, top, right, bottom) for top, left, bottom, right in grid.merged]
    return CellGrid(grid.name, cells, merged)


# --- forms --------------------------------------------------------------------------------------------------


def _forms(cells: Cells) -> list[Form]:
    """Return the forms of a sheet: names of fields with what is told right of each; [] where it has none."""
    if not any(_named_at(row) for row in cells[:_LOOKED_AT]):
        return []
    twice = [where for row in cells if len(where := _named_at(row)) > 1]
    if twice:  # two forms beside each other
        cut = twice[0][1]
        return _forms([row[:cut] for row in cells]) + _forms([row[cut:] for row in cells])
    forms: list[Form] = [{}]
    for row in cells:
        for label, value in _pairs(row):
            if label in forms[-1]:
                forms.append({})
            forms[-1][label] = value
    told = [form for form in forms if _tells_estate(form)]
    return told if told and 2 * len(told) > sum(map(_names_estate, forms)) else []


def _named_at(row: Sequence[str]) -> list[int]:
    """Return the columns of a row in which a name of an estate stands right of 小区名称."""
    labels = [c for c, cell in enumerate(row) if field_of(cell) == "name"]
    return [c for c in labels if (value := next(filter(None, row[c + 1 :]), "")) and not is_head(value)]


def _pairs(row: Sequence[str]) -> list[tuple[str, str]]:
    """Return the names of fields in a row, each with the cell behind it, '' where another name follows."""
    filled = [cell for cell in row if cell]
    return [
        (cell, "" if field_of(behind) else behind)
        for cell, behind in pairwise([*filled, ""])
        if field_of(cell)
    ]


def _names_estate(form: Form) -> bool:
    return any(field_of(label) == "name" and value for label, value in form.items())


def _tells_estate(form: Form) -> bool:
    return _names_estate(form) and any(
        _is_figure(label) and _tells_number(value) for label, value in form.items()
    )


# --- side by side -------------------------------------------------------------------------------------------


def _stacked(grid: CellGrid, cells: Cells, shown: str, log: ProblemLog) -> list[CellGrid]:
    """Return a sheet as its tables that stand beside each other; those with the same head as one."""
    heads = max(cells[:_LOOKED_AT], key=lambda row: sum(map(is_head, row)), default=[])
    if summary := _summary_beside(cells, heads):
        return [_part(grid, cells, 0, summary), _part(grid, cells, summary, len(heads))]
    starts = _starts(heads)
    if len(starts) < 2:
        return [grid]
    top = cells.index(heads)
    ends = [*starts[1:], len(heads)]
    keys = [[folded(cell) for cell in heads[a:b]] for a, b in zip(starts, ends, strict=True)]
    if any(set(filter(None, key)) - set(keys[0]) for key in keys[1:]):
        return [_part(grid, cells, a, b) for a, b in zip(starts, ends, strict=True)]
    log.add(kinds.TablesBeside(n=len(starts)), file=shown)
    rows, numbers = [row[: ends[0]] for row in cells], list(range(1, len(cells) + 1))
    for a, key in zip(starts[1:], keys[1:], strict=True):
        at = [a + key.index(head) if head and head in key else None for head in keys[0]]
        rows += [["" if c is None else row[c] for c in at] for row in cells[top + 1 :]]
        numbers += range(top + 2, len(cells) + 1)
    merged = [m for m in grid.merged if m[3] < ends[0]]
    return [replace(grid, cells=rows, merged=merged, numbers=tuple(numbers))]


def _starts(heads: Sequence[str]) -> list[int]:
    """Return the columns in which tables begin: where the first head that stands twice stands again."""
    keys = [folded(cell) for cell in heads]
    names = [c for c, cell in enumerate(heads) if field_of(cell) == "name"]
    if len(names) < 2 or len({keys[c] for c in names}) > 1:
        return []
    first = next(c for c, key in enumerate(keys) if key and keys.count(key) == len(names))
    starts = [c for c, key in enumerate(keys) if key == keys[first]]
    return [0, *starts[1:]]


def _summary_beside(cells: Cells, heads: Sequence[str]) -> int:
    """Return the column of a table of communities beside one of estates; 0 where there is none."""
    below = cells[cells.index(list(heads)) :] if heads else []
    for c in range(1, len(heads) - 1):
        left, right = heads[:c], heads[c + 1 :]
        is_place = right[0] != "" and community_of([right[0]]) is not None
        if is_place and not any(row[c] for row in below) and _tells(left) and any(map(_is_figure, right)):
            return c + 1
    return 0


def _tells(heads: Sequence[str]) -> bool:
    """Tell whether heads name estates and figures of them."""
    return any(field_of(head) == "name" for head in heads) and any(map(_is_figure, heads))


def _part(grid: CellGrid, cells: Cells, left: int, right: int) -> CellGrid:
    merged = [(t, a - left, b, c - left) for t, a, b, c in grid.merged if left <= a and c < right]
    return replace(grid, cells=[row[left:right] for row in cells], merged=merged)
