"""Drawings and MapInfo tables: text is bytes of a code page, which must reach us as bytes to be decided."""

from __future__ import annotations

import re
import shutil
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyogrio

from bigmap.base.errors import UserError
from bigmap.base.temp_folders import temp_folder
from bigmap.io.formats import archive, shapefile
from bigmap.io.formats import encoding as enc
from bigmap.io.formats.drawing_blocks import check_blocks
from bigmap.io.vocabulary import resync

_CHARSET = re.compile(rb'((?:!charset|\bcharset)\s+"?)([A-Za-z0-9_\-]+)', re.IGNORECASE)
_ESCAPE = re.compile(r"\\U\+([0-9A-Fa-f]{4})")
_HEAD = 65_536
_BYTES_KEPT = b"ISO8859_1"
"""MapInfo's name of the code page in which every byte is a character."""
_RAW_CODES = "DXF_INCLUDE_RAW_CODE_VALUES"
SOUTH = "SOUTH"
"""Column with the code that CASS wrote to each thing of a drawing, in the extended data of SOUTH."""
_NO_LETTER = b"\xff"
"""A byte that is a part of no character in any encoding read here."""


@contextmanager
def decide_dxf(path: Path) -> Iterator[tuple[Path, str]]:
    """Give a DXF such that GDAL keeps its bytes, and the code page that its header names.

    Raises
    ------
    UserError
        If it is in the binary form.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(b"AutoCAD Binary DXF"):
        text = "{file} is a DXF in the binary form: save it as ASCII DXF."
        raise UserError(text, file=path.name)
    wanted = {"DXF_ENCODING": "ISO-8859-1", _RAW_CODES: True}
    before = {name: pyogrio.get_gdal_config_option(name) for name in wanted}
    pyogrio.set_gdal_config_options(wanted)
    try:
        with _without_zeros(path) as source:
            yield source, _code_page(head)
    finally:
        pyogrio.set_gdal_config_options(before)


def with_south_codes(columns: pa.Table) -> pa.Table:
    """Return the columns of a drawing with the codes of CASS in place of the group codes that GDAL kept."""
    if "RawCodeValues" not in columns.column_names:
        return columns
    raw = columns.column("RawCodeValues").to_pylist()
    codes = pa.array([_south_code(groups) for groups in raw], pa.string())
    plain = columns.drop_columns(["RawCodeValues"])
    return plain.append_column(SOUTH, codes) if codes.null_count < len(codes) else plain


def _south_code(groups: list[str] | None) -> str | None:
    """Return the first text behind ``1001 SOUTH``."""
    held = iter(groups or ())
    if any(group.strip() == "1001 SOUTH" for group in held):
        return next((group[5:].strip() for group in held if group.startswith("1000 ")), None)
    return None


@contextmanager
def _without_zeros(path: Path) -> Iterator[Path]:
    """Give a text such that GDAL reads all of it: for GDAL a line ends at a zero byte."""
    data = path.read_bytes()
    check_blocks(path, data)
    if b"\0" not in data:
        yield path
        return
    with temp_folder() as folder:
        copy = folder / path.name
        copy.write_bytes(data.replace(b"\0", _NO_LETTER))
        yield copy


def _code_page(head: bytes) -> str:
    """Return what the header says: from AutoCAD 2007 on text is UTF-8, whatever code page is named."""
    version = re.search(rb"\$ACADVER\s+1\s+AC(\d+)", head)
    if version and int(version[1]) >= 1021:
        return "UTF-8"
    page = re.search(rb"\$DWGCODEPAGE\s+3\s+(\S+)", head)
    return page[1].decode("ascii", "ignore") if page else ""


@contextmanager
def decide_mapinfo(path: Path) -> Iterator[tuple[Path, str]]:
    """Give a copy of a MapInfo table such that GDAL keeps its bytes, and the charset that it names.

    Raises
    ------
    UserError
        If a part is missing.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    named = _CHARSET.search(head)
    with temp_folder() as folder:
        copy = folder / f"layer{path.suffix.lower()}"
        with path.open("rb") as file, copy.open("wb") as out:
            out.write(_keeping_bytes(file.read(_HEAD)))
            shutil.copyfileobj(file, out)
        for part in _parts(path, head):
            suffix = part.suffix.lower()
            shutil.copyfile(part, copy.with_suffix(suffix))
            if suffix == ".dat":
                shapefile.show_hidden(copy.with_suffix(suffix))
            elif suffix == ".mid" and b"\0" in (data := part.read_bytes()):
                copy.with_suffix(suffix).write_bytes(data.replace(b"\0", _NO_LETTER))
        yield copy, _label(named[2].decode("ascii")) if named else ""


def _keeping_bytes(head: bytes) -> bytes:
    """Return the head of a table with the charset that keeps every byte in place of its own, or of none."""
    if _CHARSET.search(head):
        return _CHARSET.sub(rb"\g<1>" + _BYTES_KEPT, head)
    if head.lstrip().lower().startswith(b"!table"):
        return re.sub(rb"(!version[^\r\n]*\r?\n)", rb"\1!charset " + _BYTES_KEPT + b"\n", head, count=1)
    return re.sub(rb"(?i)(version[^\r\n]*\r?\n)", rb'\1Charset "' + _BYTES_KEPT + b'"\n', head, count=1)


def _parts(path: Path, head: bytes) -> list[Path]:
    """Return the other files of a table."""
    stem = path.stem.casefold()
    found = {p.suffix.lower(): p for p in path.parent.iterdir() if p.stem.casefold() == stem and p != path}
    needed = [".mid"] if path.suffix.lower() == ".mif" else [".dat", ".map", ".id"]
    if path.suffix.lower() == ".tab" and b"fields" not in head.lower():
        needed = []
    for suffix in needed:
        if suffix not in found:
            text = "{file}: its {part} is missing: copy all parts of the MapInfo table together."
            raise UserError(text, file=path.name, part=suffix)
    wanted = {".dat", ".map", ".id", ".ind", ".mid", ".dbf"}
    return [part for suffix, part in found.items() if suffix in wanted]


def _label(charset: str) -> str:
    """Return MapInfo's charset by its usual name."""
    names = {
        "windowssimpchinese": "936",
        "windowstradchinese": "950",
        "utf-8": "utf-8",
        "windowslatin1": "1252",
    }
    return names.get(charset.casefold(), "")


def unescaped(table: pd.DataFrame) -> pd.DataFrame:
    r"""Return the texts of a drawing with AutoCAD's ``\U+5C0F`` made letters."""
    texts = [name for name in table.columns if pd.api.types.is_string_dtype(table[name].dtype)]
    letters = {
        name: table[name].str.replace(_ESCAPE, lambda hit: chr(int(hit[1], 16)), regex=True) for name in texts
    }
    return table.assign(**letters)


_DECLARED = re.compile(rb"(<\?xml[^>]*encoding=[\"'])([A-Za-z0-9_\-]+)")


@contextmanager
def markup(path: Path) -> Iterator[Path]:
    """Give a KML in UTF-8: itself, or a copy, since GDAL knows neither GBK nor files that lie about it."""
    data = path.read_bytes()
    better = _legible(data)
    if better is data:
        yield path
        return
    with temp_folder() as folder:
        copy = folder / path.name  # GDAL takes the name of the file for that of a layer without one
        copy.write_bytes(better)
        yield copy


@contextmanager
def packed_markup(path: Path) -> Iterator[Path]:
    """Give a KMZ whose files are in UTF-8: itself, or a copy."""
    with archive.unpacking(
        path
    ) as packed:  # not around what the caller does: its faults are no faults of packing
        held = {
            info: packed.read(info) for info in packed.infolist() if info.filename.lower().endswith(".kml")
        }
    better = {info: _legible(data) for info, data in held.items()}
    if all(better[info] is data for info, data in held.items()):
        yield path
        return
    with temp_folder() as folder:
        copy = folder / path.name
        with zipfile.ZipFile(copy, "w") as out:
            for info, data in better.items():
                out.writestr(info.filename, data)
        yield copy


def _legible(data: bytes) -> bytes:
    """Return the bytes of a KML, in UTF-8 and without signs that markup does not know."""
    declared = _DECLARED.search(data[:200])
    is_wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if is_wide or (_is_utf8(data) and not _is_other(declared) and not resync.has_controls(data)):
        return data
    label = declared[2].decode("ascii") if declared else ""
    decision = enc.decide(data.splitlines(), label)
    text = resync.without_controls(enc.decode(data, decision.encoding, cut=False))
    return _DECLARED.sub(rb"\g<1>UTF-8", text.encode("utf-8", "replace"), count=1)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_other(declared: re.Match[bytes] | None) -> bool:
    """Tell whether a head declares something else than UTF-8 that is not read as such anyway."""
    return declared is not None and enc.canonical_label(declared[2].decode("ascii")) not in {enc.UTF8, ""}


def has_end(drawing: Path) -> bool:
    """Tell whether a DXF ends as it should."""
    with drawing.open("rb") as file:
        file.seek(max(0, drawing.stat().st_size - 200))
        return b"EOF" in file.read()


def mapinfo_widths(table: Path) -> tuple[int, ...]:
    """Return how many bytes a value of each field of a MapInfo table may have, none for any other file."""
    dat = _dat(table)
    return shapefile.field_widths(dat) if dat is not None else ()


def _dat(table: Path) -> Path | None:
    stem = table.stem.casefold()
    parts = (p for p in table.parent.iterdir() if p.stem.casefold() == stem and p.suffix.lower() == ".dat")
    return next(parts, None) if table.suffix.lower() == ".tab" else None


def rows_told(table: Path) -> int:
    """Return how many rows the .dat of a MapInfo table says that it holds, 0 for any other file."""
    dat = _dat(table)
    if dat is None:
        return 0
    with dat.open("rb") as file:
        head = file.read(32)
        whole = len(head) == 32
        rows, start, size = struct.unpack("<4xIHH20x", head) if whole else (0, 0, 0)
        kept = file.seek(0, 2) - start
        file.seek(start)
        deleted = file.read()[::size].count(b"*") if size and kept > 0 else 0
    return max(0, rows - deleted)
