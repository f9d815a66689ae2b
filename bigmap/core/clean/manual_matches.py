"""Rows of tables that the planner gave to an estate himself, or to none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bigmap.core.sources.estate_names import Name, parse_name
from bigmap.core.sources.layers import SourceTable
from bigmap.core.sources.name_join import Pair, Pairing, paired

_NOBODY = parse_name("")
"""A name that is joined to none."""


@dataclass
class Decided:
    """What the planner decided.

    Attributes
    ----------
    pairs : list of Pair
        No estate and no row stands in two.
    refused : list of int
        Rows that belong to no estate.
    """

    pairs: list[Pair] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)

    def rest(
        self, estates: Sequence[Name], rows: Sequence[Name], where: list[str], told: list[str]
    ) -> Pairing:
        """Return how the others belong together, as `bigmap.core.sources.name_join.paired` does."""
        given, taken = {p.estate for p in self.pairs}, {*self.refused, *(p.row for p in self.pairs)}
        found = paired(
            [_NOBODY if i in given else name for i, name in enumerate(estates)],
            [_NOBODY if i in taken else name for i, name in enumerate(rows)],
            where,
            told,
        )
        found.spare = [row for row in found.spare if row not in taken]
        return found


def decided(table: SourceTable, rows: Sequence[str], estates: Sequence[str]) -> Decided:
    """Return what was decided about the rows of a table; what names nothing here any more is left out.

    Parameters
    ----------
    table : Table
    rows, estates : sequence of str
        As `bigmap.core.sources.name_join.marks` calls them.
    """
    estate_at = {mark: i for i, mark in enumerate(estates)}
    found, given = Decided(), set()
    for row, mark in enumerate(rows):
        wanted = table.joined.get(mark)
        if wanted == "":
            found.refused.append(row)
        elif wanted in estate_at and wanted not in given:
            given.add(wanted)
            found.pairs.append(Pair(estate_at[wanted], row, 100.0))
    return found
