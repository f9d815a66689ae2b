"""The parts of a shapefile: which are there, whether they fit, and a copy for GDAL where they do not."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bigmap.base.errors import UserError
from bigmap.base.temp_folders import temp_folder
from bigmap.io.formats import encoding as enc
from bigmap.io.formats.dbf_shift import find_shift, rows_of
from bigmap.io.formats.shapefile_index import HEADER, Index, copy_with_index, read_index, write_copy

MISSING = "{file}: its {part} is missing: copy all parts of the shapefile together."

_MISREAD = ";"
"""What follows it in a name is no name to pyogrio."""

_IN_NUMBERS = np.isin(np.arange(256), list(b"0123456789+-.eE*\0 "))

_MAGIC = b"\x00\x00\x27\x0a"


@dataclass(frozen=True)
class Counts:
    """How many features each part holds.

    Attributes
    ----------
    shapes : int
        Records of the .shp.
    cut : int
        How many of them are damaged or lie beyond the end of the .shp.
    rows : int
        Records that the .dbf really holds.
    deleted : ndarray of int
        Numbers, from 1, of the rows marked as deleted.
    """

    shapes: int
    cut: int
    rows: int
    deleted: npt.NDArray[np.int64]


def part(path: Path, suffix: str) -> Path | None:
    """Return a part of a shapefile, whatever the case of its name; None where it is missing."""
    exact = path.with_suffix(suffix)
    if exact.is_file():
        return exact
    wanted = (path.stem + suffix).casefold()
    return next((p for p in path.parent.iterdir() if p.name.casefold() == wanted and p.is_file()), None)


def check_shapefile(path: Path) -> None:
    """Raise `UserError` when the shapefile lacks a part or is something else."""
    with path.open("rb") as shp:
        head = shp.read(HEADER)
    if not head:
        raise UserError("{file} is an empty file: ask for it again, or take it out.", file=path.name)
    if len(head) < HEADER or head[:4] != _MAGIC:
        raise UserError("{file} is not a shapefile: ask for it again, or take it out.", file=path.name)


@contextmanager
def open_shapefile(path: Path, *, shapes_only: bool = False) -> Iterator[Path]:
    """Give the path that GDAL should open: the file itself, or a copy with its parts put right.

    Nothing is ever written beside the planner's file.

    Parameters
    ----------
    path : pathlib.Path
    shapes_only : bool
        Leave the .dbf out, so that every shape comes.
    """
    if _is_orderly(path) and not shapes_only:
        yield path
        return
    with temp_folder() as folder:
        copy = folder / "layer.shp"
        copy_with_index(path, index(path), copy)
        table = None if shapes_only else part(path, ".dbf")
        if table is not None:
            write_copy(copy.with_suffix(".dbf"), rows_of(table).tobytes())
            show_hidden(copy.with_suffix(".dbf"))
        yield copy


def show_hidden(copy: Path) -> None:
    """Put a byte that no encoding has where a zero byte in a copied .dbf or .dat would hide what follows."""
    hidden = _hidden(copy)
    with copy.open("r+b") as file:
        for at in hidden.tolist():
            file.seek(at)
            file.write(b"\xff")


@contextmanager
def under_plain_name(path: Path) -> Iterator[Path]:
    """Give a file under a name that pyogrio takes: itself, or a copy."""
    if _MISREAD not in path.name:
        yield path
        return
    with temp_folder() as folder:
        copy = folder / path.name.replace(_MISREAD, "_")
        (shutil.copytree if path.is_dir() else shutil.copyfile)(path, copy)
        yield copy


def _is_orderly(path: Path) -> bool:
    """Tell whether GDAL finds all parts under the very name, and none that misleads or breaks it."""
    if _MISREAD in path.name:
        return False
    if not all(path.with_suffix(s).is_file() for s in (".shx", ".dbf")) or index(path).state != "good":
        return False
    beside = [path.with_suffix(suffix) for suffix in (".prj", ".cpg", ".qix", ".sbn")]
    if any(other.exists() and not other.is_file() for other in beside):
        return False  # a pipe would make GDAL wait for ever
    table = path.with_suffix(".dbf")
    if find_shift(table) is not None or len(_hidden(table)):
        return False
    labels = (part(path, ".prj"), part(path, ".cpg"))
    return all(label is None or label.read_bytes().isascii() for label in labels)


def index(path: Path) -> Index:
    """Return where the records of the .shp lie, whatever its .shx says."""
    return read_index(path, part(path, ".shx"))


def feature_counts(path: Path) -> Counts:
    """Return how many features the parts hold, from their headers and sizes."""
    found, dbf = index(path), part(path, ".dbf")
    flags = _row_flags(dbf) if dbf is not None else np.zeros(0, dtype=np.uint8)
    return Counts(len(found.offset), int(found.lost.sum()), len(flags), np.flatnonzero(flags == ord("*")) + 1)


def _row_flags(dbf: Path) -> npt.NDArray[np.uint8]:
    """Return the first byte of each row of a .dbf: blank, or a star for a deleted one."""
    data = rows_of(dbf)
    if len(data) < 32:
        return data
    rows = int(data[4:8].copy().view("<u4")[0])
    start, size = (int(v) for v in data[8:12].copy().view("<u2"))
    whole = min(rows, (len(data) - start) // size) if size else 0
    return np.asarray(data[start : start + whole * size : size]) if whole > 0 else data[:0]


def overflown_fields(path: Path) -> dict[int, tuple[int, int]]:
    """Return the numeric fields with values that did not fit when the .dbf was written: stars stand for them.

    Returns
    -------
    dict of int to (int, int)
        Place of the field → number of the first such row, from 1, and how many there are.
    """
    dbf = part(path, ".dbf")
    rows = len(_row_flags(dbf)) if dbf is not None else 0
    if dbf is None or rows == 0:
        return {}
    found = {}
    for place, (kind, cells) in enumerate(_fields(dbf, rows)):
        if kind in {b"N", b"F"} and cells.shape[1]:
            stars = np.flatnonzero(cells[:, -1] == ord("*"))
            if len(stars):
                found[place] = (int(stars[0]) + 1, len(stars))
    return found


def typed_numbers(path: Path) -> dict[int, list[str]]:
    """Return the numeric fields of a .dbf with cells that GDAL would break off: 7.804,00, 12345,37, 120户.

    Returns
    -------
    dict of int to list of str
        Place of the field → what stands in each row, '' for nothing and for asterisks.
    """
    dbf = part(path, ".dbf")
    rows = len(_row_flags(dbf)) if dbf is not None else 0
    if dbf is None or rows == 0:
        return {}
    found = {}
    for place, (kind, cells) in enumerate(_fields(dbf, rows)):
        if kind in {b"N", b"F"} and cells.shape[1]:
            odd = ~_IN_NUMBERS[cells].all(axis=1) | ((cells == ord(".")).sum(axis=1) > 1)
            if odd.any():
                texts = [enc.decode(cell.tobytes().strip(b" \0"), enc.GB18030) for cell in cells]
                found[place] = [text if text.strip("*") else "" for text in texts]
    return found


def _fields(dbf: Path, rows: int) -> list[tuple[bytes, npt.NDArray[np.uint8]]]:
    """Return the kind of each field of a .dbf and its cells, shape (rows, width); no width beyond the row."""
    data = rows_of(dbf)
    start, size = (int(v) for v in data[8:12].copy().view("<u2"))
    cells = data[start : start + rows * size].reshape(rows, size)
    found, at = [], 1
    for described in (data[32 : start - 1].tobytes()[i : i + 32] for i in range(0, start - 64, 32)):
        width = described[16] if len(described) == 32 else 0
        found.append((described[11:12], cells[:, at : at + width if at + width <= size else at]))
        at += width
    return found


def field_widths(path: Path) -> tuple[int, ...]:
    """Return how many bytes a value of each field of the .dbf, or of a MapInfo .dat, may have."""
    dbf = path if path.suffix.lower() == ".dat" else part(path, ".dbf")
    with dbf.open("rb") if dbf is not None else io.BytesIO() as file:
        head = file.read(2 + 2**16)
    start = int.from_bytes(head[8:10], "little")
    return tuple(head[at + 16] for at in range(32, min(start, len(head)) - 32, 32) if at + 32 <= len(head))


def _hidden(dbf: Path) -> npt.NDArray[np.int64]:
    """Return where in a .dbf a zero byte stands before more text: GDAL would end the value there."""
    rows = len(_row_flags(dbf))
    data = rows_of(dbf) if rows else np.zeros(0, dtype=np.uint8)
    start, size = (int(v) for v in data[8:12].copy().view("<u2")) if rows else (0, 0)
    if not rows or bool(data[start : start + rows * size].all()):
        return np.zeros(0, dtype=np.int64)
    found, at = [np.zeros(0, dtype=np.int64)], start + 1
    for kind, cells in _fields(dbf, rows):
        if kind == b"C":
            written = (cells != 0) & (cells != ord(" "))
            follows = np.flip(np.maximum.accumulate(np.flip(written, axis=1), axis=1), axis=1)
            row, column = np.nonzero((cells == 0) & follows)
            found.append(at + row * size + column)
        at += cells.shape[1]
    return np.concatenate(found)


def label(path: Path) -> str:
    """Return what the .cpg, or else the language byte of the .dbf, says about the encoding."""
    cpg = part(path, ".cpg")
    if cpg is not None:
        text = cpg.read_bytes()[:64].decode("ascii", "ignore")
        if enc.canonical_label(text):
            return text
    dbf = part(path, ".dbf")
    if dbf is None:
        return ""
    with dbf.open("rb") as file:
        header = file.read(32)
    return enc.label_of_language_byte(header[29]) if len(header) == 32 else ""


def crs_text(path: Path) -> str | None:
    """Return the text of the .prj, '' where it has none to speak of, None where there is no .prj."""
    prj = part(path, ".prj")
    if prj is None:
        return None
    data = prj.read_bytes()
    blanks = "\ufeff\x00 \r\n\t"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace").strip(blanks)
    if data[1:2] == b"\x00":
        return data.decode("utf-16-le", "replace").strip(blanks)
    return enc.decode(data.removeprefix(b"\xef\xbb\xbf"), enc.decide([data]).encoding).strip(blanks)
