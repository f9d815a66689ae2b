"""Reads an Excel or Word file in a process of its own, writes it as JSON: a broken one may end the process.

Run as a script, so it imports nothing of bigmap.
"""

from __future__ import annotations

import datetime as dt
import json
import posixpath
import re
import sys
import zipfile
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import IO, Any
from xml.etree import ElementTree as ET

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

_MOST_COLUMNS = 2**14
"""Of Excel."""
MEMORY = 4 << 30
"""Bytes that a workbook may take: a stray cell in the last corner of a sheet asks for terabytes."""


_TOLD = re.compile(rb"[<:]f[ />]|t\s*=\s*[\"']e[\"']|hidden\s*=")
"""What stands in a sheet that has formulas, errors or hidden rows."""


def contents(path: str) -> dict[str, Any]:
    """Return the sheets of a workbook, or under ``error`` why it cannot be read.

    Parameters
    ----------
    path : str

    Returns
    -------
    dict
        ``sheets``: a list of ``name``, ``visible``, ``rows`` (text, numbers, booleans; dates as text),
        ``merged`` (first row, first column, last row, last column, from 0), and the cells that are blank
        among the rows although they are not in the file: ``unsaved`` formulas and ``faults`` such as #REF!;
        ``hidden``: numbers of the rows that are not shown, from 1, of .xlsx only.
    """
    try:
        if path.lower().endswith(".docx"):
            return {"sheets": _tables_of_text(path)}
        with open(path, "rb") as file:  # noqa: PTH123 - a script of few imports
            book = CalamineWorkbook.from_filelike(file)
            blank = _blank(file)
            return {
                "sheets": [
                    _sheet(book, meta, blank.get(meta.name) or _Marked()) for meta in book.sheets_metadata
                ]
            }
    except PasswordError:
        return {"error": "password"}
    except (CalamineError, _NotText) as fault:
        return {"error": str(fault)[:120]}


@dataclass
class _Marked:
    """Cells and rows of a sheet that are not as they look."""

    unsaved: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)


def _sheet(book: CalamineWorkbook, meta: Any, marked: _Marked) -> dict[str, Any]:
    visible = meta.visible == SheetVisibleEnum.Visible
    sheet = book.get_sheet_by_name(meta.name)
    if sheet.total_width > _MOST_COLUMNS:
        raise CalamineError(f"{sheet.total_width} columns")
    rows = sheet.to_python(skip_empty_area=False) if visible and sheet.total_height else []
    while rows and not any(value != "" for value in rows[-1]):  # one format far below makes a million
        rows.pop()
    merged = [[*first, *last] for first, last in sheet.merged_cell_ranges or []]
    return {
        "name": meta.name,
        "visible": visible,
        "rows": rows,
        "merged": merged,
        **asdict(marked),
    }


def _blank(file: IO[bytes]) -> dict[str, _Marked]:
    """Return sheet → its cells whose formula has no saved result, those that show an error, its hidden rows.

    Of .xlsx only.
    """
    found = {}
    with suppress(zipfile.BadZipFile, KeyError, ET.ParseError), zipfile.ZipFile(file) as book:
        links = {link.get("Id"): link.get("Target", "") for link in _root(book, "xl/_rels/workbook.xml.rels")}
        for sheet in _root(book, "xl/workbook.xml").iter():
            target = next((links.get(v) for k, v in sheet.items() if k.endswith("}id")), None)
            if _tag(sheet) == "sheet" and target:
                found[sheet.get("name", "")] = _cells(book, posixpath.join("/xl", target).lstrip("/"))
    return found


def _cells(book: zipfile.ZipFile, part: str) -> _Marked:
    found = _Marked()
    with book.open(part) as file:
        if _TOLD.search(file.read()) is None:  # far faster than to take millions of cells apart
            return found
    with book.open(part) as file:
        for _, element in ET.iterparse(file):
            if _tag(element) == "c":
                held = {_tag(child): child.text for child in element}
                kind, where = element.get("t"), element.get("r", "?")
                if "f" in held and not held.get("v") and kind != "str":  # ="" is a text of no letters
                    found.unsaved.append(where)
                elif kind == "e":
                    found.faults.append(where)
            elif _tag(element) == "row":
                if element.get("hidden") in {"1", "true"}:
                    found.hidden.append(int(element.get("r", "0")))
                element.clear()
    return found


class _NotText(Exception):
    """A file that is named like a Word file and is none."""


def _tables_of_text(path: str) -> list[dict[str, Any]]:
    """Return the tables of a Word file as sheets; a cell that reaches over several stands in the first."""
    from docx import Document

    try:
        tables = Document(path).tables
    except Exception as fault:
        raise _NotText(type(fault).__name__) from fault
    names = [f"表{i}" if len(tables) > 1 else "" for i in range(1, len(tables) + 1)]
    return [_table(table, name) for table, name in zip(tables, names, strict=True)]


def _table(table: Any, name: str) -> dict[str, Any]:
    rows: list[list[str]] = []
    merged: list[list[int]] = []
    above: dict[int, list[int]] = {}
    for r, row in enumerate(table._tbl.tr_lst):
        cells = [""] * row.grid_before
        open_at: dict[int, list[int]] = {}
        for cell in row.tc_lst:
            c, width = len(cells), cell.grid_span
            if cell.vMerge == "continue" and c in above:
                above[c][2] = r
                open_at[c] = above[c]
                cells += [""] * width
                continue
            open_at[c] = [r, c, r, c + width - 1]
            merged.append(open_at[c])
            cells += ["".join(text.text or "" for text in cell.iter("{*}t")).strip(), *[""] * (width - 1)]
        above = open_at
        rows.append(cells)
    held = [m for m in merged if m[0] < m[2] or m[1] < m[3]]
    return {"name": name, "visible": True, "rows": rows, "merged": held, **asdict(_Marked())}


def _root(book: zipfile.ZipFile, part: str) -> ET.Element:
    return ET.fromstring(book.read(part))


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _as_text(value: Any) -> str:
    """Return what JSON cannot hold: days without the midnight that Excel gives them."""
    day = value.date() if isinstance(value, dt.datetime) else value
    return str(day)


if __name__ == "__main__":
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.stdout.buffer.write(json.dumps(contents(sys.argv[1]), default=_as_text).encode("ascii"))
