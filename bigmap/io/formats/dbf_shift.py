"""A .dbf into which bytes were typed, or out of which some fell: from there on no cell is what it seems."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

_HEAD = 32
_BLANK, _DELETED, _END = ord(" "), ord("*"), 0x1A
_IN_NUMBERS = np.isin(np.arange(256), list(b"0123456789+-.,eE*\0 "))

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class RowShift:
    """Where the rows of a .dbf leave their places.

    Attributes
    ----------
    first, last : int
        Numbers, from 1, of the rows of which nobody can tell what stands in which cell.
    by : int
        How many bytes further all later rows stand.
    """

    first: int
    last: int
    by: int


def rows_of(dbf: Path) -> Bytes:
    """Return the bytes of a .dbf with every row in its place; rows that cannot be told are blank."""
    data = _mapped(dbf)
    shift = find_shift(dbf)
    if shift is None:
        return data
    rows, start, size = _layout(data)
    begin, end = start + (shift.first - 1) * size, start + shift.by + shift.last * size
    blank = np.full((shift.last - shift.first + 1) * size, _BLANK, dtype=np.uint8)
    rest = data[end : start + shift.by + rows * size]
    return np.concatenate([data[:begin], blank, rest, np.array([_END], dtype=np.uint8)])


def find_shift(dbf: Path) -> RowShift | None:
    """Return where the rows of a .dbf leave their places, None where they do not.

    Its size tells that it holds more or fewer bytes than its rows; the cells of numbers tell where.
    """
    data = _mapped(dbf)
    rows, start, size = _layout(data)
    ended = bool(len(data) and data[-1] == _END)
    by = len(data) - ended - start - rows * size
    if not rows or by == 0 or abs(by) >= size:
        return None
    kinds = _number_cells(data, start, size)
    good = _are_rows(data, start, rows, size, kinds)
    moved = _are_rows(data, start + by, rows, size, kinds)
    if good.all() or not moved[-1]:
        return None
    last = int(np.flatnonzero(~moved).max(initial=-1))
    first = min(int(np.argmin(good)), max(last, 0))
    return RowShift(first + 1, max(last, first) + 1, by)


def _mapped(dbf: Path) -> Bytes:
    large = dbf.stat().st_size > _HEAD
    return np.memmap(dbf, dtype=np.uint8, mode="r") if large else np.zeros(0, dtype=np.uint8)


def _layout(data: Bytes) -> tuple[int, int, int]:
    """Return how many rows there are, where they begin, and how long one is."""
    if len(data) < _HEAD:
        return 0, 0, 0
    rows = int(data[4:8].copy().view("<u4")[0])
    start, size = (int(v) for v in data[8:12].copy().view("<u2"))
    return (rows, start, size) if start > _HEAD and size > 1 else (0, start, size)


def _number_cells(data: Bytes, start: int, size: int) -> list[slice]:
    """Return where in a row the cells of numbers stand."""
    found, at = [], 1
    for described in (data[i : i + 32] for i in range(_HEAD, start - 32, 32)):
        width = int(described[16]) if len(described) == 32 else 0
        if described[11] in b"NF" and at + width <= size:
            found.append(slice(at, at + width))
        at += width
    return found


def _are_rows(data: Bytes, start: int, rows: int, size: int, cells: list[slice]) -> npt.NDArray[np.bool_]:
    """Tell which rows, read from a place on, begin with a row mark and hold numbers where they should."""
    out = np.zeros(rows, dtype=bool)
    whole = max(0, min(rows, (len(data) - start) // size))
    if not whole or start < 0:
        return out
    held = data[start : start + whole * size].reshape(whole, size)
    good = np.isin(held[:, 0], (_BLANK, _DELETED))
    for cell in cells:
        column = held[:, cell]
        filled = column != _BLANK
        good &= _IN_NUMBERS[column].all(axis=1)
        good &= (np.diff(filled.astype(np.int8), axis=1) != 0).sum(axis=1) <= 1 + ~filled[:, -1]
        good &= filled[:, -1] | ~filled.any(axis=1) | filled[:, 0]  # at one side of its cell
    out[:whole] = good
    return out
