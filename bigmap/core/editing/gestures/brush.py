"""Painting: units go to a zone, or to none."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt

from bigmap.base.arrays import Ints
from bigmap.base.i18n import Text
from bigmap.core.editing.gestures.proposal import Proposal, movable, shut, zone_at
from bigmap.core.editing.tally import Tally
from bigmap.core.planning.assignment import NOBODY


def paint(tally: Tally, units: npt.ArrayLike, row: int) -> Proposal:
    """Give units to the zone of a row; locked units, and units of locked zones, resist."""
    zone = zone_at(tally, row)
    free, told = movable(tally, units, row)
    title = Text("Give {n} units to {zone}", {"n": len(free), "zone": zone.zone_id})
    if zone.locked:
        return Proposal(title, told=(shut(zone),))
    return Proposal(title, tally.move(free, row), told)


def erase(tally: Tally, units: npt.ArrayLike) -> Proposal:
    """Take units out of their zones; locked ones resist."""
    free, told = movable(tally, units, NOBODY)
    return Proposal(
        Text("Take {n} units out of their zones", {"n": len(free)}), tally.move(free, NOBODY), told
    )


def bucket(tally: Tally, unit: int, row: int) -> Proposal:
    """Give the connected ground without a zone around a unit to the zone of a row."""
    zone = zone_at(tally, row)
    title = Text("Fill with {zone}", {"zone": zone.zone_id})
    if tally.zone[unit] != NOBODY:
        owner = zone_at(tally, int(tally.zone[unit]))
        text = Text(
            "This ground belongs to {zone} already: fill ground without a zone.", {"zone": owner.zone_id}
        )
        return Proposal(title, told=(text,))
    bare = tally.members(NOBODY)
    open_ = bare[~tally.locked[bare]]
    if tally.locked[unit]:
        return Proposal(title, told=(Text("This unit is locked: unlock it first."),))
    piece = tally.unit_index.pieces_of(open_)[1]
    filled = paint(tally, open_[piece == piece[np.searchsorted(open_, unit)]], row)
    return Proposal(title, filled.edit, filled.told)


def pockets(tally: Tally, row: int) -> list[Ints]:
    """Return the pieces of a zone that are cut off from its largest by m² one, the largest first."""
    members = tally.members(row)
    count, piece = tally.unit_index.pieces_of(members)
    size = np.bincount(piece, weights=_site_m2(tally, members), minlength=count)
    return [members[piece == p] for p in np.argsort(-size, kind="stable")[1:]]


def hand_pocket(tally: Tally, unit: int) -> Proposal:
    """Give the cut-off piece of a zone that a unit lies in to the neighbour most around it."""
    row = int(tally.zone[unit])
    if row == NOBODY:
        text = Text("This ground has no zone: fill it instead.")
        return Proposal(Text("Hand over a piece cut off"), told=(text,))
    zone = zone_at(tally, row)
    title = Text("Hand over a piece of {zone}", {"zone": zone.zone_id})
    mine = next((p for p in pockets(tally, row) if unit in p), None)
    if mine is None:
        text = Text("This piece of {zone} is not cut off from a larger one.", {"zone": zone.zone_id})
        return Proposal(title, told=(text,))
    to = neighbour_around(tally, tally.zone, mine, {row})
    if to is None:
        return Proposal(title, told=(Text("No zone that is not locked lies around this piece."),))
    given = paint(tally, mine, to)
    return Proposal(title, given.edit, given.told)


def neighbour_around(tally: Tally, zone: Ints, units: Ints, but: Collection[int]) -> int | None:
    """Return the unlocked zone with the longest border around some units, were the zones ``zone``."""
    borders = tally.unit_index.borders
    edges = tally.unit_index.border_edges(units)
    left, right = borders.left[edges], borders.right[edges]
    other = np.where(np.isin(left, units), right, left)
    outer = np.isin(left, units) != np.isin(right, units)
    around, length = zone[other[outer]], borders.border_m[edges[outer]]
    total: dict[int, float] = {}
    for row in np.unique(around[around != NOBODY]).tolist():
        held = tally.zones[row] if row < len(tally.zones) else None
        if row not in but and not (held and held.locked):
            total[row] = float(length[around == row].sum())
    return max(total, key=lambda row: (total[row], -row), default=None)


def _site_m2(tally: Tally, units: Ints) -> npt.NDArray[np.float64]:
    return tally.unit_index.real(
        tally.unit_index.numbers[units, tally.unit_index.place["site_m2"]], "site_m2"
    )
