"""Zones stay in one piece: a gesture that would break one is refused, allowed, or completed."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from bigmap.base.arrays import Ints
from bigmap.base.i18n import Text
from bigmap.core.editing.gestures.brush import neighbour_around
from bigmap.core.editing.gestures.proposal import Proposal
from bigmap.core.editing.tally import Tally
from bigmap.core.planning.assignment import Edit, zones_after

Rule = Literal["refuse", "warn", "mend"]
"""What becomes of a gesture that breaks a zone."""

_ROUNDS = 12  # a mend may break the next zone


def kept_whole(tally: Tally, proposal: Proposal, rule: Rule) -> Proposal:
    """Return what becomes of a gesture by the rule that zones stay in one piece.

    A zone that lies in several pieces already may stay so, but gets no more of them.
    """
    broken = tally.broken_by(proposal.edit) if proposal.edit else ()
    if not broken:
        return proposal
    if rule == "mend":
        more = reconnect(tally, proposal.edit)
        if more is not None:
            n = len(more.units) - len(proposal.edit.units)
            text = Text("{n} more units go along so that every zone stays in one piece.", {"n": n})
            return Proposal(proposal.title, more, (*proposal.told, text))
        broken_text = _told(tally, proposal.edit, broken)
        hopeless = Text("No few units mend this: choose others, or allow zones in several pieces.")
        return Proposal(proposal.title, told=(*proposal.told, *broken_text, hopeless))
    done = rule == "warn"
    told = (*proposal.told, *_told(tally, proposal.edit, broken, done=done))
    return Proposal(proposal.title, proposal.edit if done else Edit(), told)


def reconnect(tally: Tally, edit: Edit) -> Edit | None:
    """Return the edit with the fewest further units that keep every zone in as few pieces as now, or None.

    A piece that an edit cuts off either goes to the zone around it or is joined again by a bridge of units,
    whichever takes fewer; units that come to a zone without touching it bring a bridge. Not a minimum over
    all ways, which is a Steiner problem, but over these two at each place.
    """
    own = edit.units
    for _ in range(_ROUNDS):
        broken = tally.broken_by(edit)
        if not broken:
            return edit
        more = _addition(tally, edit, own, broken[0])
        if more is None:
            return None
        edit = edit.then(more)
    return None


def _addition(tally: Tally, edit: Edit, own: Ints, row: int) -> Edit | None:
    """Return a move that spares a zone one of its new pieces."""
    zone = edit.moves.applied(tally.zone)
    members = np.flatnonzero(zone == row)
    piece = tally.unit_index.pieces_of(members)[1]
    loose = _loose_piece(tally, members, piece, row)
    cut_off, rest = members[piece == loose], members[piece != loose]
    free = ~tally.is_locked(np.arange(len(zone)))
    free[own] = False
    ways = []
    bridge = _bridge(tally, cut_off, rest, free)
    if bridge is not None:
        ways.append((len(bridge), bridge, row))
    to = neighbour_around(tally, zone, cut_off, {row})
    if to is not None and free[cut_off].all():  # what has just come is not sent away again
        ways.append((len(cut_off), cut_off, to))
    if not ways:
        return None
    _, units, target = min(ways, key=lambda way: way[0])
    after = zone.copy()
    after[units] = target
    return Edit(moves=type(edit.moves).between(zone, units, after[units]))


def _loose_piece(tally: Tally, members: Ints, piece: Ints, row: int) -> int:
    """Return the smallest piece that is not the main one of what was a piece before."""
    size = np.bincount(piece)
    old = members[tally.zone[members] == row]
    before = tally.members(row)
    label = tally.unit_index.pieces_of(before)[1][np.searchsorted(before, old)]
    mine = piece[np.searchsorted(members, old)]
    main = {int(np.argmax(np.bincount(mine[label == b], minlength=len(size)))) for b in np.unique(label)}
    main = main or {int(np.argmax(size))}
    return min((p for p in range(len(size)) if p not in main), key=lambda p: (size[p], p))


def _bridge(tally: Tally, start: Ints, goal: Ints, free: npt.NDArray[np.bool_]) -> Ints | None:
    """Return the fewest free units that join two sets of units, by breadth-first search."""
    parent = np.full(len(free), -1, dtype=np.int64)
    seen, wanted = np.zeros(len(free), dtype=bool), np.zeros(len(free), dtype=bool)
    seen[start], wanted[goal] = True, True
    front = start
    while len(front):
        owner, near = tally.unit_index.links(front)
        fresh = ~seen[near] & (free[near] | wanted[near])
        near, first = np.unique(near[fresh], return_index=True)
        parent[near], seen[near] = front[owner[fresh][first]], True
        if wanted[near].any():
            path = [int(parent[near[wanted[near]][0]])]
            while parent[path[-1]] >= 0:
                path.append(int(parent[path[-1]]))
            return np.array(path[:-1], dtype=np.int64)  # the last one is of the start itself
        front = near
    return None


def _told(tally: Tally, edit: Edit, broken: tuple[int, ...], *, done: bool = False) -> tuple[Text, ...]:
    text = "Zone {zone} lies in {n} pieces now." if done else "Zone {zone} would lie in {n} pieces."
    zones, counts = zones_after(tally.zones, edit), {f.row: f.pieces for f in tally.after(edit).after}
    return tuple(
        Text(text, {"zone": zone.zone_id, "n": counts[row]}) for row in broken if (zone := zones[row])
    )
