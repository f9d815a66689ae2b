"""What a field of a message of the page may hold: rows, places, ways that can be drawn by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args, get_origin

import numpy as np
import shapely

from bigmap.base.arrays import Floats

Layer = Literal["unit", "zone", "gap"]

_LARGEST_ROW = 2**31 - 1
_FARTHEST_M = 1e9
_MOST_CORNERS = 10_000
_LONGEST_TEXT = 50_000
_MOST_CROSSINGS = 2_000
_MOST_NEIGHBOURS = 100_000
"""Pairs of stretches of a way whose boxes meet: from here on not even a look at each is affordable."""
_STEP, _FEW = 16, 64
_LARGEST_FLOAT = 1.7976931348623157e308


@dataclass(frozen=True)
class Within:
    """A number between two others, both included."""

    low: float
    high: float

    def allows(self, value: object) -> bool:
        """Tell whether a value is a number between them."""
        return type(value) in (int, float) and self.low <= value <= self.high  # type: ignore[operator]


@dataclass(frozen=True)
class RowsOf:
    """A row, or rows, of a layer of the scene; -1 stands for none where ``least`` is that."""

    layer: Layer
    least: int = 0

    def allows(self, value: object) -> bool:
        """Tell whether a value is rows that any scene can have."""
        rows = value if isinstance(value, list) else [value]
        whole = not rows or set(map(type, rows)) == {int}
        return whole and min(rows, default=0) >= self.least and max(rows, default=0) <= _LARGEST_ROW


@dataclass(frozen=True)
class OneOf:
    """One of some words."""

    words: tuple[str, ...]

    def allows(self, value: object) -> bool:
        """Tell whether a value is one of them."""
        return value in self.words


@dataclass(frozen=True)
class Corners:
    """x, y, x, y …: at least so many corners, of a way that is no tangle."""

    least: int

    def allows(self, value: object) -> bool:
        """Tell whether a value is corners of something that can be drawn by hand."""
        if not isinstance(value, list) or len(value) % 2 or not set(map(type, value)) <= {int, float}:
            return False
        if not 2 * self.least <= len(value) <= 2 * _MOST_CORNERS:
            return False
        near = all(-_FARTHEST_M <= v <= _FARTHEST_M for v in value)
        return near and not is_tangle(np.array(value, dtype=float).reshape(-1, 2))


UnitRow = Annotated[int, RowsOf("unit")]
UnitRows = Annotated[list[int], RowsOf("unit")]
ZoneRow = Annotated[int, RowsOf("zone")]
UnitOrNone = Annotated[int, RowsOf("unit", -1)]
ZoneOrNone = Annotated[int, RowsOf("zone", -1)]
GapOrNone = Annotated[int, RowsOf("gap", -1)]
Number = Annotated[int, Within(0, _LARGEST_ROW)]
Metres = Annotated[float, Within(-_FARTHEST_M, _FARTHEST_M)]
Zoom = Annotated[float, Within(-60, 60)]
Factor = Annotated[float, Within(0.01, 100)]
Points = Annotated[list[float], Corners(1)]
Line = Annotated[list[float], Corners(2)]
Ring = Annotated[list[float], Corners(3)]


def is_tangle(xy: Floats) -> bool:
    """Tell whether a way, closed to a ring, crosses itself so often that making a shape of it takes long.

    Parameters
    ----------
    xy : ndarray of float, shape (n, 2)
    """
    if len(xy) <= _FEW:
        return False
    ends = np.stack([xy, np.roll(xy, -1, axis=0)], axis=1)
    boxes = shapely.box(*ends.min(axis=1).T, *ends.max(axis=1).T)
    tree = shapely.STRtree(boxes)
    met = crossed = 0
    for at in range(0, len(xy), _STEP):
        one, other = tree.query(boxes[at : at + _STEP])
        met += len(one)
        if met > _MOST_NEIGHBOURS:
            return True
        crossed += int(_cross(ends[at + one], ends[other]).sum())
        if crossed > 2 * _MOST_CROSSINGS:  # each is met from both sides
            return True
    return False


def _cross(a: Floats, b: Floats) -> Any:
    """Tell of pairs of stretches, shape (n, 2, 2), whether they cross."""

    def side(line: Floats, point: Floats) -> Floats:
        along, to = line[:, 1] - line[:, 0], point - line[:, 0]
        return np.asarray(np.sign(along[:, 0] * to[:, 1] - along[:, 1] * to[:, 0]))

    return (side(a, b[:, 0]) * side(a, b[:, 1]) < 0) & (side(b, a[:, 0]) * side(b, a[:, 1]) < 0)


def fits(value: Any, hint: Any) -> bool:
    """Tell whether a value is what a field of this type may hold."""
    if get_origin(hint) is Annotated:
        kind, *checks = get_args(hint)
        is_list = (get_origin(kind) or kind) is list
        return isinstance(value, list) == is_list and all(check.allows(value) for check in checks)
    match get_origin(hint) or hint, get_args(hint):
        case (kind, (of,)) if kind is list:
            return isinstance(value, list) and all(fits(v, of) for v in value)
        case (kind, (_, of)) if kind is dict:
            return isinstance(value, dict) and all(fits(v, of) for v in value.values())
        case (kind, _) if kind is float:
            # Compared, not converted: a whole number may be larger than any float.
            return type(value) in (int, float) and -_LARGEST_FLOAT <= value <= _LARGEST_FLOAT
        case (kind, _) if kind is str:
            return isinstance(value, str) and len(value) <= _LONGEST_TEXT and _is_unicode(value)
        case (kind, _):
            return type(value) is kind
    return False


def _is_unicode(text: str) -> bool:
    """Tell whether a text can be written to a file: the half of a pair cannot."""
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)
