"""What zones are called, who serves them, and what may not be touched."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely

from bigmap.base.i18n import Text
from bigmap.core.editing.gestures.proposal import Proposal, zone_at
from bigmap.core.editing.tally import Tally
from bigmap.core.editing.unit_index import distinct

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}|")


def rename(tally: Tally, row: int, name: str) -> Proposal:
    """Give a zone a name; none is allowed, one that another zone has is told."""
    zone, wanted = zone_at(tally, row), name.strip()
    same = [z.zone_id for z in tally.zones if z and z is not zone and wanted and z.name == wanted]
    told = tuple(Text("Zone {zone} has this name too.", {"zone": code}) for code in same[:1])
    return Proposal(Text("Rename {zone}", {"zone": zone.zone_id}), tally.alter([row], name=wanted), told)


def renumber(tally: Tally, row: int, zone_id: str) -> Proposal:
    """Give a zone another id, which no other zone may have."""
    zone, wanted = zone_at(tally, row), zone_id.strip()
    title = Text("Renumber {zone}", {"zone": zone.zone_id})
    if not wanted:
        return Proposal(title, told=(Text("A zone needs a number."),))
    if any(z and z is not zone and z.zone_id == wanted for z in tally.zones):
        text = Text("Another zone has the number {zone} already: choose a free one.", {"zone": wanted})
        return Proposal(title, told=(text,))
    return Proposal(title, tally.alter([row], zone_id=wanted))


def renumber_all(tally: Tally, prefix: str = "W") -> Proposal:
    """Number all zones anew, from west to east and north to south by the middle of their ground."""
    rows = np.array([row for row in tally.live if len(tally.members(row))], dtype=np.int64)
    middle = shapely.get_coordinates(shapely.centroid(tally.unit_index.units.polygons))
    size = shapely.area(tally.unit_index.units.polygons)
    held = tally.zone >= 0
    total, x, y = (
        np.bincount(tally.zone[held], weights=w[held], minlength=len(tally.zones))[rows]
        for w in (size, size * middle[:, 0], size * middle[:, 1])
    )
    order = rows[np.lexsort((-y / total, np.round(x / total, 1)))].tolist()
    order += [row for row in tally.live if row not in set(order)]
    width = max(2, len(str(len(order))))
    edit = tally.call({})
    for number, row in enumerate(order, start=1):
        edit = edit.then(tally.alter([row], zone_id=f"{prefix}{number:0{width}d}"))
    return Proposal(Text("Number all zones anew"), edit)


def recolour(tally: Tally, rows: Sequence[int], colour: str) -> Proposal:
    """Give zones a colour ('#rrggbb'), or the automatic one ('')."""
    title = Text("Colour {n} zones", {"n": len(set(rows))})
    if not _COLOUR.fullmatch(colour):
        return Proposal(
            title, told=(Text("{colour} is no colour: write it as #rrggbb.", {"colour": colour}),)
        )
    return Proposal(title, tally.alter(rows, colour=colour.lower()))


def give(tally: Tally, rows: Sequence[int], oper: str | None) -> Proposal:
    """Give zones to an operator, or to none."""
    title = Text("Give {n} zones to {operator}", {"n": len(set(rows)), "operator": oper or "–"})
    known = tally.operators["operator_id"].tolist() if tally.operators is not None else []
    if oper is not None and oper not in known:
        text = Text("There is no operator {operator}: choose one of the list.", {"operator": oper})
        return Proposal(title, told=(text,))
    return Proposal(title, tally.alter(rows, oper=oper))


def lock_zones(tally: Tally, rows: Sequence[int], locked: bool = True) -> Proposal:
    """Lock zones: no unit leaves them and none comes. Or unlock them."""
    n = {"n": len(set(rows))}
    title = Text("Lock {n} zones", n) if locked else Text("Unlock {n} zones", n)
    return Proposal(title, tally.alter(rows, locked=locked))


def lock_units(tally: Tally, units: npt.ArrayLike, locked: bool = True) -> Proposal:
    """Lock units: they stay in their zone, or in none. Or unlock them."""
    n = {"n": len(distinct(np.asarray(units, dtype=np.int64), len(tally.locked)))}
    title = Text("Lock {n} units", n) if locked else Text("Unlock {n} units", n)
    return Proposal(title, tally.lock(units, locked))


def lock_all(tally: Tally, locked: bool = True) -> Proposal:
    """Lock all zones, or unlock all zones and units."""
    if locked:
        return Proposal(Text("Lock all zones"), tally.alter(tally.live, locked=True))
    edit = tally.alter(tally.live, locked=False).then(tally.lock(np.flatnonzero(tally.locked), False))
    return Proposal(Text("Unlock everything"), edit)
