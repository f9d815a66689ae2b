"""Cells of Excel and CSV files as text: codes keep their digits, and which cells are merged is kept."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bigmap.base import child_processes
from bigmap.base.errors import UserError
from bigmap.base.listing import first_of
from bigmap.base.problem_kinds import tables as kinds
from bigmap.base.problems import ProblemLog
from bigmap.base.shortage import raise_shortage
from bigmap.io.formats import archive
from bigmap.io.formats import encoding as enc
from bigmap.io.formats.damaged_text import say_cells
from bigmap.io.formats.separated_values import MARKS, as_bytes, split_rows
from bigmap.io.formats.signature import check_filled
from bigmap.io.spreadsheets import workbook_process
from bigmap.io.spreadsheets.attribute_tables import table_cells
from bigmap.io.spreadsheets.table_bounds import check_grid, check_space, check_text
from bigmap.io.vocabulary import resync
from bigmap.io.vocabulary.written_numbers import is_rounded

BOOK_SUFFIXES = {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".docx"}
SHEET_SUFFIXES = BOOK_SUFFIXES | {".csv", ".tsv"}

Cells = list[list[str]]
Merged = tuple[int, int, int, int]
"""First row, first column, last row, last column, from 0."""

_PATIENCE_S = 120
_SEPARATORS = ",;\t"
_LOOKED_AT = 30
_NAMED = 8
"""Cells that a message names."""


@dataclass(frozen=True)
class CellGrid:
    """The cells of a sheet as text, and which of them are merged.

    Attributes
    ----------
    name : str
    cells : list of list of str
    merged : list of tuple of int
    numbers : tuple of int
        Number of each row as messages call it; empty where that is its place, from 1.
    """

    name: str
    cells: Cells
    merged: list[Merged]
    numbers: tuple[int, ...] = ()


def read_grids(path: Path, log: ProblemLog, encoding: str = "") -> list[CellGrid]:
    """Return the sheets of a file; hidden ones are left aside and said.

    Parameters
    ----------
    path : pathlib.Path
        An Excel file of any age, or text with separators in any encoding.
    log : ProblemLog
    encoding : str
        Encoding of the text that the planner chose, '' to decide from the bytes.

    Raises
    ------
    UserError
        If the file cannot be read.
    """
    if tables := table_cells(path, encoding):
        return [CellGrid(name, cells, []) for name, cells in tables if len(cells) > 1]
    try:
        check_filled(path)
        if path.suffix.lower() in BOOK_SUFFIXES and not _is_text(path):
            return list(_book(path, log))
        check_text(path)
        cells = _text_cells(path.read_bytes(), encoding)
        check_grid(cells, path)
        say_cells(cells, path.name, log)
        return [CellGrid("", cells, [])]
    except OSError as fault:
        raise_shortage(fault)
        text = "{file} cannot be opened ({why}): close it elsewhere, or copy it and try again."
        raise UserError(text, file=path.name, why=fault.strerror or str(fault)) from fault


def _is_text(path: Path) -> bool:
    """Tell whether what is named like a workbook is text: many systems write tables of tabs as .xls.

    Raises
    ------
    UserError
        If it is empty, or a web page.
    """
    with path.open("rb") as file:
        head = file.read(4096).strip(b"\x00")
    if not head:
        raise UserError("{file} is an empty file: ask for it again, or take it out.", file=path.name)
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<":
        text = "{file} is a web page named like an Excel file: open it in Excel and save it as .xlsx."
        raise UserError(text, file=path.name)
    packed = head.startswith((b"PK", b"\xd0\xcf\x11\xe0", b"\x09"))
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return not packed and (wide or b"\x00" not in head) and any(sign in head for sign in (b"\t", b",", b";"))


def _book(path: Path, log: ProblemLog) -> Iterator[CellGrid]:
    for sheet in _sheets(path):
        if not sheet["visible"]:
            log.add(kinds.SheetHidden(sheet=sheet["name"]), file=path.name)
        elif sheet["rows"]:
            check_grid(sheet["rows"], path)
            _say_blank(sheet, path, log)
            _leave_hidden(sheet, path, log)
            cut = _columns_cut_by_excel(sheet["rows"])
            cells = [
                [_cell(value, column in cut) for column, value in enumerate(row)] for row in sheet["rows"]
            ]
            say_cells(cells, path.name, log)
            yield CellGrid(sheet["name"], cells, [tuple(merged) for merged in sheet["merged"]])


def _say_blank(sheet: dict[str, Any], path: Path, log: ProblemLog) -> None:
    """Say which cells are read as blank although Excel shows something there."""
    for cells, found in (
        (sheet["unsaved"], kinds.FormulasUnsaved),
        (sheet["faults"], kinds.CellsFaulty),
    ):
        if cells:
            shown = first_of(cells, _NAMED)
            log.add(found(sheet=sheet["name"], n=len(cells), cells=shown), file=path.name)


def _leave_hidden(sheet: dict[str, Any], path: Path, log: ProblemLog) -> None:
    """Blank the rows of a sheet that nobody sees, and say so."""
    rows = [n for n in sheet["hidden"] if n <= len(sheet["rows"]) and any(sheet["rows"][n - 1])]
    for number in rows:
        sheet["rows"][number - 1] = [""] * len(sheet["rows"][number - 1])
    if rows:
        shown = first_of(rows, _NAMED)
        log.add(kinds.RowsHidden(sheet=sheet["name"], n=len(rows), rows=shown), file=path.name)


def _sheets(path: Path) -> list[dict[str, Any]]:
    """Return the sheets of a workbook as a process of its own reads them: broken ones may end it."""
    with path.open("rb") as file:
        packed = file.read(2) == b"PK"
    if packed:
        archive.check_archive(path)
    command = [sys.executable, "-I", workbook_process.__file__, str(path.resolve())]
    process = child_processes.start(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        answer, said = process.communicate(timeout=_PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        text = (
            "{file} takes longer than {s} s to be read: delete what is not needed in it, or save it as .csv."
        )
        raise UserError(text, file=path.name, s=_PATIENCE_S) from None
    found: dict[str, Any] = json.loads(answer) if process.returncode == 0 else {"error": "broken"}
    check_space(path, process.returncode, said.decode("utf-8", "replace"))
    if found.get("error") == "password":
        raise UserError("{file} is locked with a password: save it without one.", file=path.name)
    if "error" in found:
        text = "{file} cannot be read as an Excel file ({why}): open it in Excel and save it as .xlsx."
        if path.suffix.lower() == ".docx":
            text = "{file} cannot be read as a Word file ({why}): open it and save its table as .xlsx."
        raise UserError(text, file=path.name, why=found["error"])
    sheets: list[dict[str, Any]] = found["sheets"]
    return sheets


def _columns_cut_by_excel(rows: Sequence[Sequence[object]]) -> set[int]:
    """Return the columns whose long numbers all end in the zeros that Excel puts after fifteen digits."""
    width = max(map(len, rows), default=0)
    columns = ([row[c] for row in rows if c < len(row) and isinstance(row[c], float)] for c in range(width))
    return {c for c, values in enumerate(columns) if is_rounded([int(v) for v in values if v == v // 1])}  # type: ignore[operator]


def _cell(value: object, cut: bool) -> str:
    """Return a cell as text: whole numbers without '.0', long ones that Excel has cut as Excel shows them."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        if cut and abs(value) >= 1e15:
            return f"{value:.14E}"
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value).strip()


def _text_cells(data: bytes, encoding: str) -> Cells:
    """Return the cells of a text with separators; Excel's "Unicode text" is UTF-16 with tabs."""
    text = as_bytes(data)
    first = max(
        text.splitlines()[:_LOOKED_AT], key=lambda line: max(map(line.count, _SEPARATORS)), default=""
    )
    raw = split_rows(text, max(_SEPARATORS, key=first.count))
    words = {cell for row in raw for cell in row if not cell.isascii()}
    label = enc.UTF8 if data.startswith(MARKS) else ""
    known = encoding if encoding and not label else ""
    code = known or enc.decide([word.encode(enc.LATIN1) for word in words], label).encoding
    meant = {word: enc.decode(word.encode(enc.LATIN1), code, cut=False) for word in words}
    return [[_unquoted(resync.without_controls(meant.get(cell, cell))) for cell in row] for row in raw]


def _unquoted(cell: str) -> str:
    return re.sub(r'^="(.*)"$', r"\1", cell.strip().strip("\t"))
