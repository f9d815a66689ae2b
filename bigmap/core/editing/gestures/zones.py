"""Zones that are new, united or gone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from bigmap.base.i18n import Text
from bigmap.core.editing.gestures.proposal import Proposal, movable, shut, zone_at
from bigmap.core.editing.tally import Tally
from bigmap.core.planning.assignment import NOBODY, Zone

_NUMBERED = re.compile(r"(.*?)(\d+)")


def next_id(taken: Iterable[str]) -> str:
    """Return an id for a new zone: one more than the last, written the same way.

    Examples
    --------
    >>> next_id(["W01", "W09", "湖滨-东"])
    'W10'
    """
    numbered = [m for m in map(_NUMBERED.fullmatch, taken) if m]
    if not numbered:
        return "W01"
    last = max(numbered, key=lambda m: int(m[2]))
    return f"{last[1]}{int(last[2]) + 1:0{len(last[2])}d}"


def new_zone(tally: Tally, units: npt.ArrayLike, name: str = "", oper: str | None = None) -> Proposal:
    """Make a zone of some units; locked ones stay where they are."""
    free, told = movable(tally, units, NOBODY - 1)
    code = next_id(zone.zone_id for zone in tally.zones if zone)
    title = Text("New zone {zone}", {"zone": code})
    if not len(free):
        return Proposal(title, told=told or (Text("Choose the units of the new zone first."),))
    row = len(tally.zones)
    edit = tally.call({row: Zone(code, name, oper)}).then(tally.move(free, row))
    return Proposal(title, edit, told)


def merge_zones(tally: Tally, rows: Sequence[int]) -> Proposal:
    """Unite zones into the one with the largest load, which keeps its name and operator."""
    chosen = sorted(set(rows))
    title = Text("Merge {n} zones", {"n": len(chosen)})
    if len(chosen) < 2:
        return Proposal(title, told=(Text("Choose two or more zones to merge."),))
    locked = [zone for row in chosen if (zone := zone_at(tally, row)).locked]
    if locked:
        return Proposal(title, told=tuple(shut(zone) for zone in locked))
    kept = max(chosen, key=lambda row: (tally.figures(row).sums["load"], -row))
    gone = [row for row in chosen if row != kept]
    units = np.flatnonzero(np.isin(tally.zone, gone))
    if tally.locked[units].any():
        n = int(tally.locked[units].sum())
        return Proposal(title, told=(Text("{n} units in them are locked: unlock them first.", {"n": n}),))
    edit = tally.move(units, kept).then(tally.call(dict.fromkeys(gone)))
    return Proposal(
        Text("Merge {n} zones into {zone}", {"n": len(chosen), "zone": zone_at(tally, kept).zone_id}), edit
    )


def remove_zone(tally: Tally, row: int) -> Proposal:
    """Take a zone away; its units are then in none."""
    zone = zone_at(tally, row)
    title = Text("Remove zone {zone}", {"zone": zone.zone_id})
    if zone.locked:
        return Proposal(title, told=(shut(zone),))
    units = tally.members(row)
    if tally.locked[units].any():
        n = int(tally.locked[units].sum())
        return Proposal(title, told=(Text("{n} units in them are locked: unlock them first.", {"n": n}),))
    return Proposal(title, tally.move(units, NOBODY).then(tally.call({row: None})))
