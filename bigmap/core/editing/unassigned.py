"""Ground without a zone while a plan is edited: which, how much and between whom, without drawing it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bigmap.base.arrays import Ints
from bigmap.core.editing.tally import Tally
from bigmap.core.planning.assignment import NOBODY


@dataclass(frozen=True, eq=False)
class UnassignedPatch:
    """A connected piece of ground without a zone.

    Attributes
    ----------
    units : ndarray of int
    area_m2 : float
        Ellipsoidal.
    zones : tuple of int
        Rows of the zones around it, the longest border first.
    """

    units: Ints
    area_m2: float
    zones: tuple[int, ...]


def open_ground(tally: Tally) -> list[UnassignedPatch]:
    """Return all pieces of ground without a zone, the largest first: the gaps of kind 'gap' and 'sliver'.

    Costs what that ground costs, not the plan. `cover_plan` draws them and says more.
    """
    unit_index = tally.unit_index
    bare = tally.members(NOBODY)
    count, piece = unit_index.pieces_of(bare)
    site = unit_index.numbers[bare, unit_index.place["site_m2"]]
    total = np.zeros(count, dtype=np.int64)
    np.add.at(total, piece, site)
    around = _around(tally, bare, piece, count)
    order = np.argsort(piece, kind="stable")
    members = np.split(bare[order], np.cumsum(np.bincount(piece, minlength=count))[:-1]) if count else []
    found = [
        UnassignedPatch(units, float(area), near)
        for units, area, near in zip(members, unit_index.real(total, "site_m2"), around, strict=True)
    ]
    return sorted(found, key=lambda gap: (-gap.area_m2, int(gap.units[0])))


def _around(tally: Tally, bare: Ints, piece: Ints, count: int) -> list[tuple[int, ...]]:
    """Return the zones around each piece, the longest border first."""
    borders = tally.unit_index.borders
    edges = tally.unit_index.border_edges(bare)
    ends = np.concatenate([borders.left[edges], borders.right[edges]])
    other = np.concatenate([borders.right[edges], borders.left[edges]])
    crossing = (tally.zone[ends] == NOBODY) & (tally.zone[other] != NOBODY)
    at = piece[np.searchsorted(bare, ends[crossing])]
    length = np.tile(tally.unit_index.border[edges], 2)[crossing]
    k = len(tally.zones)
    unique, where = np.unique(at * k + tally.zone[other[crossing]], return_inverse=True)
    total = np.zeros(len(unique), dtype=np.int64)
    np.add.at(total, where, length)
    near: list[list[int]] = [[] for _ in range(count)]
    for i in np.lexsort((unique, -total)).tolist():
        near[unique[i] // k].append(int(unique[i] % k))
    return [tuple(rows) for rows in near]
