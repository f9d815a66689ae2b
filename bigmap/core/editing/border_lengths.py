"""How long the borders between zones are, kept right by adding and taking away edges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from bigmap.base.arrays import Ints

Lengths = tuple[Ints, Ints]
"""Pairs of zones as one number each (`pair`), and the whole-number length to add to each."""


def pair(a: Ints, b: Ints) -> Ints:
    """Return one number for each pair of zone rows, in any order; `NOBODY` is a row like others."""
    return (np.minimum(a, b) + 1 << 32) | np.maximum(a, b) + 1


_NOTHING: Lengths = (np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


class Borders:
    """Lengths of the borders of all pairs of zones, of each with the ground without one, and inside each.

    Rows are those of zones, -1 for the ground without one.
    """

    def __init__(self, zones: int, lengths: Lengths) -> None:
        self._of: list[dict[int, int]] = [{} for _ in range(zones + 1)]
        self.add(lengths)

    def of(self, row: int) -> dict[int, int]:
        """Return the length with each row, ``row`` itself for the borders inside; not to be changed."""
        return self._of[row + 1]

    def after(self, rows: Iterable[int], lengths: Lengths) -> dict[int, dict[int, int]]:
        """Return what `of` would say of some rows were some lengths added; rows may be new."""
        found = {row: dict(self._of[row + 1]) if row + 1 < len(self._of) else {} for row in rows}
        for a, b, change in _totals(lengths):
            for row, other in {(a, b), (b, a)}:
                if row in found:
                    found[row][other] = found[row].get(other, 0) + change
        return {row: {o: length for o, length in held.items() if length} for row, held in found.items()}

    def copy(self) -> Borders:
        """Return the same, for somebody else."""
        twin = Borders(0, _NOTHING)
        twin._of = [dict(held) for held in self._of]
        return twin

    def add(self, lengths: Lengths) -> set[int]:
        """Add lengths, and return the rows that have other neighbours now."""
        met: set[int] = set()
        for a, b, change in _totals(lengths):
            length = self._of[a + 1].get(b, 0)
            if a != b and (length == 0) != (length + change == 0):
                met |= {a, b}
            for x, y in {(a, b), (b, a)}:
                self._of[x + 1][y] = length + change
                if length + change == 0:
                    del self._of[x + 1][y]
        return met - {-1}

    def resize(self, zones: int) -> None:
        """Make room for so many zones, or forget those beyond."""
        self._of += [{} for _ in range(zones + 1 - len(self._of))]
        del self._of[zones + 1 :]


def neighbours(row: int, borders: dict[int, int]) -> tuple[int, ...]:
    """Return the zones among what `Borders.of` says of a row."""
    return tuple(sorted(other for other in borders if other not in (-1, row)))


def _totals(lengths: Lengths) -> Iterator[tuple[int, int, int]]:
    """Yield (row, row, length) of each pair with a length other than 0."""
    keys, length = lengths
    low, high = keys >> 32, keys & 0xFFFFFFFF
    size = int(high.max(initial=-1)) + 1
    if size**2 < 4 * len(keys):  # so many that a table of all pairs costs less than sorting
        table = np.zeros(size**2, dtype=np.int64)
        np.add.at(table, low * size + high, length)
        at = np.flatnonzero(table)
        unique, total = (at // size << 32) | at % size, table[at]
    else:
        unique, where = np.unique(keys, return_inverse=True)
        total = np.zeros(len(unique), dtype=np.int64)
        np.add.at(total, where, length)
    for key, length in zip(unique[total != 0].tolist(), total[total != 0].tolist(), strict=True):
        yield (key >> 32) - 1, (key & 0xFFFFFFFF) - 1, length
