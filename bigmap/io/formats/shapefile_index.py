"""Where the records of a .shp lie: by its .shx, or found again where that is missing or of another state."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bigmap.base.arrays import Ints

HEADER = 100
_KINDS = frozenset({0, 1, 3, 5, 8, 11, 13, 15, 18, 21, 23, 25, 28, 31})
_MAGIC = b"\x00\x00\x27\x0a"


@dataclass(frozen=True)
class Index:
    """The records of a .shp.

    Attributes
    ----------
    offset, length : ndarray of int
        Where each begins and how much follows its head of 8 bytes, in bytes; offset 0 where it is lost.
    state : str
        Of the .shx: 'good', 'missing', or 'stale' where it does not point at the records.
    size : int
        Of the .shp, in bytes.
    """

    offset: Ints
    length: Ints
    state: str
    size: int

    @property
    def lost(self) -> npt.NDArray[np.bool_]:
        """Whether a record does not lie wholly in the file."""
        return (self.offset < HEADER) | (self.offset + 8 + self.length > self.size)


def read_index(shp: Path, shx: Path | None) -> Index:
    """Return where the records of a .shp lie."""
    state, offset, length = _by_shx(shp, shx)
    if state != "good":
        stat = shp.stat()
        offset, length = _walked(shp, stat.st_size, stat.st_mtime_ns)
    return Index(offset, length, state, shp.stat().st_size)


def empty_rows(shp: Path, index: Index) -> Ints:
    """Return the numbers, from 1, of the records that say themselves that they hold no shape."""
    rows = np.flatnonzero(~index.lost)
    data = np.memmap(shp, dtype=np.uint8, mode="r")
    kinds = data[index.offset[rows, None] + 8 + np.arange(4)].copy().view("<i4")[:, 0]
    return rows[kinds == 0] + 1


def copy_with_index(shp: Path, index: Index, copy: Path) -> None:
    """Write a .shp and a .shx that fit; a record that is lost becomes one without a shape."""
    lost = index.lost
    with shp.open("rb") as source:
        data = bytearray(source.read())
    offset, words = index.offset.copy(), index.length // 2
    offset[lost], words[lost] = len(data) + len(data) % 2, 2
    if lost.any():
        data += b"\0" * (len(data) % 2) + struct.pack(">2i", 1, 2) + b"\0" * 4
    struct.pack_into(">i", data, 24, min(len(data) // 2, 2**31 - 1))
    write_copy(copy, data)
    head = bytearray(data[:HEADER])
    struct.pack_into(">i", head, 24, (HEADER + 8 * len(offset)) // 2)
    write_copy(copy.with_suffix(".shx"), head + np.column_stack([offset // 2, words]).astype(">i4").tobytes())


def write_copy(copy: Path, data: bytes | bytearray) -> None:
    """Write a file; unlike that of a plain write, the error of a full disk names it."""
    try:
        copy.write_bytes(data)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(copy)) from error


def _by_shx(shp: Path, shx: Path | None) -> tuple[str, Ints, Ints]:
    """Return the state of a .shx and what it says; GDAL reads nulls by a stale one without a word."""
    none = np.zeros(0, dtype=np.int64)
    if shx is None or shx.stat().st_size < HEADER:
        return "missing", none, none
    head = shx.read_bytes()[:HEADER]
    words = np.fromfile(shx, dtype=">i4", offset=HEADER)
    entries = words[: len(words) // 2 * 2].reshape(-1, 2).astype(np.int64)
    offset, length = entries[:, 0] * 2, entries[:, 1] * 2
    complete = head[:4] == _MAGIC and int.from_bytes(head[24:28], "big") * 2 == HEADER + 8 * len(entries)
    if not complete or (offset < HEADER).any() or (length < 4).any():
        return "stale", none, none
    data = np.memmap(shp, dtype=np.uint8, mode="r")
    inside = offset + 8 <= len(data)
    heads = data[offset[inside, None] + np.arange(8)].copy().view(">i4")
    fits = heads == np.column_stack([np.flatnonzero(inside) + 1, length[inside] // 2])
    # Records behind the end are lost where the file is shorter than it says, else they never were.
    whole = inside.all() or int.from_bytes(data[24:28].tobytes(), "big") * 2 > len(data)
    return ("good", offset, length) if fits.all() and whole else ("stale", none, none)


@lru_cache(maxsize=4)
def _walked(shp: Path, size: int, _changed: int) -> tuple[Ints, Ints]:
    """Return the records as they follow each other in the file; where one is damaged, from the next on."""
    data = shp.read_bytes()
    offset: list[int] = []
    length: list[int] = []
    at = HEADER
    while at + 12 <= size:
        words = _words(data, at)
        if words is None:
            at = _next(data, at, len(offset) + 2)
            words = 0
            offset.append(0)
        else:
            offset.append(at)
            at += 8 + 2 * words
        length.append(2 * words)
    return np.array(offset, dtype=np.int64), np.array(length, dtype=np.int64)


def _words(data: bytes, at: int) -> int | None:
    """Return the length of the record at a place, None where no record can begin there."""
    words = int.from_bytes(data[at + 4 : at + 8], "big", signed=True)
    kind = int.from_bytes(data[at + 8 : at + 12], "little", signed=True)
    own = int.from_bytes(data[32:36], "little", signed=True)
    return words if words >= 2 and kind in {0, own} and kind in _KINDS else None


def _next(data: bytes, at: int, number: int) -> int:
    """Return where the record of a number begins behind a damaged one; the end of the file if nowhere."""
    sign = struct.pack(">i", number)
    found = data.find(sign, at + 2)
    while found >= 0 and not 0 < (_words(data, found) or 0) <= (len(data) - found - 8) // 2:
        found = data.find(sign, found + 2)
    return found if found >= 0 else len(data)
