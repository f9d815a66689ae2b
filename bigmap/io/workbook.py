"""Reads an Excel file in a process of its own and writes it as JSON: a broken one may end the process.

Run as a script, so it imports nothing of bigmap.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from contextlib import suppress
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

_MEMORY = 4 << 30
"""Bytes that a workbook may take: a stray cell in the last corner of a sheet asks for terabytes."""


def contents(path: str) -> dict[str, Any]:
    """Return the sheets of a workbook, or under ``error`` why it cannot be read.

    Parameters
    ----------
    path : str

    Returns
    -------
    dict
        ``sheets``: a list of ``name``, ``visible``, ``rows`` (text, numbers, booleans; dates as text) and
        ``merged`` (first row, first column, last row, last column, from 0).
    """
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a script of few imports
            book = CalamineWorkbook.from_filelike(file)
            return {"sheets": [_sheet(book, meta) for meta in book.sheets_metadata]}
    except PasswordError:
        return {"error": "password"}
    except CalamineError as fault:
        return {"error": str(fault)[:120]}


def _sheet(book: CalamineWorkbook, meta: Any) -> dict[str, Any]:
    visible = meta.visible == SheetVisibleEnum.Visible
    sheet = book.get_sheet_by_name(meta.name)
    rows = sheet.to_python(skip_empty_area=False) if visible and sheet.total_height else []
    while rows and not any(value != "" for value in rows[-1]):  # one format far below makes a million
        rows.pop()
    merged = [[*first, *last] for first, last in sheet.merged_cell_ranges or []]
    return {"name": meta.name, "visible": visible, "rows": rows, "merged": merged}


def _as_text(value: Any) -> str:
    """Return what JSON cannot hold: days without the midnight that Excel gives them."""
    day = value.date() if isinstance(value, dt.datetime) else value
    return str(day)


if __name__ == "__main__":
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    sys.stdout.buffer.write(json.dumps(contents(sys.argv[1]), default=_as_text).encode("ascii"))
