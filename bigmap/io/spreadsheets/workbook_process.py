"""Reads an Excel file in a process of its own and writes it as JSON: a broken one may end the process.

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
from typing import IO, Any
from xml.etree import ElementTree as ET

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

_MOST_COLUMNS = 2**14
"""Of Excel."""
MEMORY = 4 << 30
"""Bytes that a workbook may take: a stray cell in the last corner of a sheet asks for terabytes."""


_TOLD = re.compile(rb"[<:]f[ />]|t\s*=\s*[\"']e[\"']")
"""What stands in a sheet that has formulas or errors."""


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
        among the rows although they are not in the file: ``unsaved`` formulas and ``faults`` such as #REF!.
    """
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a script of few imports
            book = CalamineWorkbook.from_filelike(file)
            blank = _blank(file)
            return {
                "sheets": [
                    _sheet(book, meta, *blank.get(meta.name, ([], []))) for meta in book.sheets_metadata
                ]
            }
    except PasswordError:
        return {"error": "password"}
    except CalamineError as fault:
        return {"error": str(fault)[:120]}


def _sheet(book: CalamineWorkbook, meta: Any, unsaved: list[str], faults: list[str]) -> dict[str, Any]:
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
        "unsaved": unsaved,
        "faults": faults,
    }


def _blank(file: IO[bytes]) -> dict[str, tuple[list[str], list[str]]]:
    """Return sheet → cells whose formula has no saved result, and cells that show an error; of .xlsx only."""
    found = {}
    with suppress(zipfile.BadZipFile, KeyError, ET.ParseError), zipfile.ZipFile(file) as book:
        links = {link.get("Id"): link.get("Target", "") for link in _root(book, "xl/_rels/workbook.xml.rels")}
        for sheet in _root(book, "xl/workbook.xml").iter():
            target = next((links.get(v) for k, v in sheet.items() if k.endswith("}id")), None)
            if _tag(sheet) == "sheet" and target:
                found[sheet.get("name", "")] = _cells(book, posixpath.join("/xl", target).lstrip("/"))
    return found


def _cells(book: zipfile.ZipFile, part: str) -> tuple[list[str], list[str]]:
    unsaved: list[str] = []
    faults: list[str] = []
    with book.open(part) as file:
        if _TOLD.search(file.read()) is None:  # far faster than to take millions of cells apart
            return unsaved, faults
    with book.open(part) as file:
        for _, element in ET.iterparse(file):
            if _tag(element) == "c":
                held = {_tag(child): child.text for child in element}
                kind, where = element.get("t"), element.get("r", "?")
                if "f" in held and not held.get("v") and kind != "str":  # ="" is a text of no letters
                    unsaved.append(where)
                elif kind == "e":
                    faults.append(where)
            elif _tag(element) == "row":
                element.clear()
    return unsaved, faults


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
