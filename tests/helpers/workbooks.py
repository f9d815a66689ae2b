"""Excel files written cell by cell: numbers as Excel keeps them, merged cells, hidden sheets."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

Cell = str | int | float | None
_NS = "http://schemas.openxmlformats.org"
_MAIN = f"{_NS}/spreadsheetml/2006/main"
_LINK = f"{_NS}/officeDocument/2006/relationships"
_PACKAGE = f"{_NS}/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def write_xlsx(
    path: Path,
    sheets: Mapping[str, Sequence[Sequence[Cell]]],
    merged: Mapping[str, Sequence[str]] | None = None,
    hidden: Sequence[str] = (),
) -> Path:
    """Write sheets of rows; ``merged`` names ranges like 'A1:D1' by sheet. Same input, same bytes."""
    names = list(sheets)
    parts = {
        "[Content_Types].xml": _content_types(len(names)),
        "_rels/.rels": _links({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": _workbook(names, hidden),
        "xl/_rels/workbook.xml.rels": _links(
            {f"rId{i}": ("worksheet", f"worksheets/sheet{i}.xml") for i in range(1, len(names) + 1)}
        ),
    }
    for i, name in enumerate(names, start=1):
        parts[f"xl/worksheets/sheet{i}.xml"] = _sheet(sheets[name], (merged or {}).get(name, ()))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for part, xml in parts.items():
            head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
            book.writestr(zipfile.ZipInfo(part), head + xml)
    return path


def _content_types(n: int) -> str:
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{_TYPES}.worksheet+xml"/>'
        for i in range(1, n + 1)
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>{sheets}</Types>'
    )


def _links(links: Mapping[str, tuple[str, str]]) -> str:
    each = "".join(
        f'<Relationship Id="{key}" Type="{_LINK}/{kind}" Target="{target}"/>'
        for key, (kind, target) in links.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'


def _workbook(names: Sequence[str], hidden: Sequence[str]) -> str:
    state = dict.fromkeys(hidden, ' state="hidden"')
    each = "".join(
        f'<sheet name="{escape(name)}" sheetId="{i}" r:id="rId{i}"{state.get(name, "")}/>'
        for i, name in enumerate(names, start=1)
    )
    return f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINK}"><sheets>{each}</sheets></workbook>'


def _sheet(rows: Sequence[Sequence[Cell]], merged: Sequence[str]) -> str:
    lines = "".join(
        f'<row r="{r}">{"".join(_cell(value, r, c) for c, value in enumerate(row))}</row>'
        for r, row in enumerate(rows, start=1)
    )
    ranges = "".join(f'<mergeCell ref="{ref}"/>' for ref in merged)
    tail = f'<mergeCells count="{len(merged)}">{ranges}</mergeCells>' if merged else ""
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{lines}</sheetData>{tail}</worksheet>'


def _cell(value: Cell, row: int, column: int) -> str:
    where = f"{chr(ord('A') + column)}{row}"
    if value is None:
        return ""
    if isinstance(value, str):
        return f'<c r="{where}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f'<c r="{where}"><v>{value!r}</v></c>'
