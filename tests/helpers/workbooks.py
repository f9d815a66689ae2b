"""Excel files written cell by cell: numbers as Excel keeps them, merged cells, hidden sheets."""

from __future__ import annotations

import struct
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
    if isinstance(value, bool):
        return f'<c r="{where}" t="b"><v>{int(value)}</v></c>'
    return f'<c r="{where}"><v>{value!r}</v></c>'


# --- Excel 97: a stream of records in a compound file ------------------------------------------------------

_SECTOR = 512
_END, _FREE, _FAT_SECTOR = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def write_xls(
    path: Path, rows: Sequence[Sequence[Cell]], merged: Sequence[tuple[int, int, int, int]] = ()
) -> Path:
    """Write one sheet; ``merged`` holds first row, first column, last row, last column, from 0."""
    name = "一览"
    bound = struct.pack("<IBBBB", 0, 0, 0, len(name), 1) + name.encode("utf-16-le")
    start = len(_record(0x809, bytes(16)) + _record(0x85, bound) + _record(0x0A))
    bound = struct.pack("<I", start) + bound[4:]
    stream = (
        _record(0x809, struct.pack("<HHHHII", 0x600, 0x5, 0, 0, 0, 6)) + _record(0x85, bound) + _record(0x0A)
    )
    stream += _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 6))
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            stream += _old_cell(r, c, value)
    ranges = b"".join(struct.pack("<4H", top, bottom, left, right) for top, left, bottom, right in merged)
    stream += _record(0xE5, struct.pack("<H", len(merged)) + ranges) + _record(0x0A)
    path.write_bytes(_compound("Workbook", stream))
    return path


def _record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _old_cell(row: int, column: int, value: Cell) -> bytes:
    at = struct.pack("<HHH", row, column, 0)
    if value is None:
        return b""
    if isinstance(value, str):
        return _record(0x204, at + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
    return _record(0x203, at + struct.pack("<d", value))


def _compound(name: str, stream: bytes) -> bytes:
    """Return a compound file of one stream: sector 0 FAT, sector 1 directory, then the stream."""
    n = max(8, -(-len(stream) // _SECTOR))
    chain = [_FAT_SECTOR, _END, *range(3, 2 + n), _END]
    fat = struct.pack(f"<{_SECTOR // 4}I", *chain, *[_FREE] * (_SECTOR // 4 - len(chain)))
    head = (
        bytes.fromhex("D0CF11E0A1B11AE1")
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6)
    )
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, _END, 0, _END, 0)
    head += struct.pack("<I", 0) + struct.pack("<108I", *[_FREE] * 108)
    entries = _entry("Root Entry", 5, 1, _END, 0) + _entry(name, 2, _FREE, 2, n * _SECTOR)
    return head + fat + entries + bytes(2 * 128) + stream.ljust(n * _SECTOR, b"\0")


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<BBIII", kind, 1, _FREE, _FREE, child)
    return (
        raw.ljust(64, b"\0")
        + struct.pack("<H", len(raw))
        + links
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
