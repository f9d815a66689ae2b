"""How large a table may be that is read as one of estates; what is beyond that would take all memory."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from bigmap.base.errors import UserError
from bigmap.base.shortage import allowed_space_b, says_no_memory
from bigmap.io.spreadsheets import workbook_process

_MOST_TEXT_MB, _MOST_LINE_MB = 200, 4
_MOST_ROWS = 2**20
_MOST_COLUMNS = 2**14
"""Of a sheet of Excel."""
_ASKED = re.compile(r"memory allocation of (\d+) bytes failed")


def check_text(path: Path) -> None:
    """Raise `UserError` for a text that would take all memory before it is known to be no table."""
    mb = path.stat().st_size / 2**20
    if mb > _MOST_TEXT_MB:
        text = "{file} has {mb:,.0f} MB, more than any table of estates: save only the rows that are needed."
        raise UserError(text, file=path.name, mb=mb)
    lines = longest = 0
    with path.open("rb") as file:
        for line in file:
            lines, longest = lines + 1, max(longest, len(line))
            if lines > 2 * _MOST_ROWS:
                raise _no_table(path, lines, 1)
    if longest > _MOST_LINE_MB * 2**20:
        text = "{file} has a line of {mb:,.0f} MB, as no table has: ask for it again, or save it anew."
        raise UserError(text, file=path.name, mb=longest / 2**20)


def check_grid(rows: Sequence[Sequence[object]], path: Path) -> None:
    """Raise `UserError` for a grid of more rows or columns than a sheet of Excel has."""
    wide = max(map(len, rows), default=0)
    if len(rows) > _MOST_ROWS or wide > _MOST_COLUMNS:
        raise _no_table(path, len(rows), wide)


def check_space(path: Path, code: int, said: str) -> None:
    """Tell a sheet that reaches beyond all memory from a machine that has too little of it."""
    asked = _ASKED.search(said)
    if code and asked and int(asked[1]) > workbook_process.MEMORY:
        text = (
            "{file} has cells so far from its table that no memory holds the sheet: delete the rows and"
            " columns beyond the table, or save it as .csv."
        )
        raise UserError(text, file=path.name)
    if code and allowed_space_b() and says_no_memory(said):
        raise MemoryError


def _no_table(path: Path, rows: int, columns: int) -> UserError:
    text = (
        "{file} has {n} rows and {m} columns or more, as no table of estates has: save only what is needed."
    )
    return UserError(text, file=path.name, n=rows, m=columns)
