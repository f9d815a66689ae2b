"""The assignment of units to zones as an immutable value, and an edit as the difference of two of them.

An edit holds the values before and after of each row it changes, so that it can be inverted exactly, joined
with the next one of the same gesture, and recognised as empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from bigmap.base.arrays import Bools, Ints

Column = npt.NDArray[Any]

NOBODY = -1
"""Zone of a unit that belongs to none."""


@dataclass(frozen=True)
class Zone:
    """The attributes of a zone that a planner decides; its units are told by the assignment.

    Attributes
    ----------
    zone_id : str
        Unique among the zones of a plan ('W01').
    name : str
    oper : str or None
        ``operator_id`` of who serves it.
    colour : str
        '#rrggbb', '' for an automatic one.
    locked : bool
        Whether its units stay as they are.
    """

    zone_id: str
    name: str = ""
    oper: str | None = None
    colour: str = ""
    locked: bool = False


@dataclass(frozen=True, eq=False)
class Cells:
    """Some rows of a column, before and after.

    Attributes
    ----------
    rows : ndarray of int, shape (m,)
        Sorted, each once.
    before, after : ndarray, shape (m,)
        Never equal in the same place.
    """

    rows: Ints
    before: Column
    after: Column

    @classmethod
    def between(cls, column: Column, rows: npt.ArrayLike, after: npt.ArrayLike) -> Cells:
        """Return what changes when ``rows`` of ``column`` become ``after`` (one value for all, or each)."""
        given = np.asarray(rows, dtype=np.int64)
        wanted = np.broadcast_to(np.asarray(after, dtype=column.dtype), given.shape)
        if (given[1:] > given[:-1]).all():
            return cls._changed(given, column[given], wanted)
        unique, last = np.unique(given[::-1], return_index=True)
        return cls._changed(unique, column[unique], wanted[::-1][last])

    @classmethod
    def none(cls, dtype: npt.DTypeLike) -> Cells:
        """Return no change of a column of this type."""
        nothing = np.empty(0, dtype=dtype)
        return cls(np.empty(0, dtype=np.int64), nothing, nothing)

    @classmethod
    def _changed(cls, rows: Ints, before: Column, after: Column) -> Cells:
        differs = before != after
        return cls(rows[differs], before[differs], after[differs])

    def inverse(self) -> Cells:
        """Return the change back."""
        return Cells(self.rows, self.after, self.before)

    def then(self, later: Cells) -> Cells:
        """Return this change and a later one as one."""
        if not len(self) or not len(later):
            return self if len(self) else later
        rows = np.concatenate([self.rows, later.rows])
        unique, first = np.unique(rows, return_index=True)
        last = len(rows) - 1 - np.unique(rows[::-1], return_index=True)[1]
        before = np.concatenate([self.before, later.before])[first]
        return self._changed(unique, before, np.concatenate([self.after, later.after])[last])

    def applied(self, column: Column) -> Column:
        """Return a copy of the column after the change; `ValueError` where it is not as before."""
        self.check(column)
        changed = column.copy()
        changed[self.rows] = self.after
        return changed

    def check(self, column: Column) -> None:
        """Raise `ValueError` where the column does not hold what stood before."""
        if not np.array_equal(column[self.rows], self.before):
            raise ValueError("an edit of another state")

    def __len__(self) -> int:
        return len(self.rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Cells) and all(
            np.array_equal(getattr(self, name), getattr(other, name)) for name in ("rows", "before", "after")
        )

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class ZoneChange:
    """A zone before and after: None before for a new zone, None after for one that is removed."""

    row: int
    before: Zone | None
    after: Zone | None


def _no_moves() -> Cells:
    return Cells.none(np.int64)


def _no_locks() -> Cells:
    return Cells.none(np.bool_)


@dataclass(frozen=True)
class Edit:
    """What one gesture changes; false where it changes nothing.

    Attributes
    ----------
    moves : Cells of int
        Units and their zone rows, `NOBODY` for none.
    locks : Cells of bool
        Units and whether they are locked.
    zones : tuple of ZoneChange
        Zones that are new, removed or called otherwise, sorted by row, each row once.

    Notes
    -----
    Cutting units makes other units: that is no edit but a new document (`Session.advance`), which stands in
    the same history.
    """

    moves: Cells = field(default_factory=_no_moves)
    locks: Cells = field(default_factory=_no_locks)
    zones: tuple[ZoneChange, ...] = ()

    @property
    def units(self) -> Ints:
        """Rows of the units that change zone."""
        return self.moves.rows

    @property
    def before(self) -> Ints:
        """Zone row of each of ``units`` before."""
        return self.moves.before

    @property
    def after(self) -> Ints:
        """Zone row of each of ``units`` after."""
        return self.moves.after

    @property
    def touched(self) -> list[int]:
        """Rows of the zones whose units or attributes change, sorted."""
        held = np.flatnonzero(np.bincount(np.concatenate([self.before, self.after]) - NOBODY)) + NOBODY
        return sorted(({*held.tolist()} | {z.row for z in self.zones}) - {NOBODY})

    def inverse(self) -> Edit:
        """Return the edit that takes this one back."""
        back = tuple(ZoneChange(z.row, z.after, z.before) for z in self.zones)
        return Edit(self.moves.inverse(), self.locks.inverse(), back)

    def then(self, later: Edit) -> Edit:
        """Return this edit and a later one as one gesture."""
        zones = {z.row: z for z in self.zones}
        for z in later.zones:
            zones[z.row] = ZoneChange(z.row, zones[z.row].before if z.row in zones else z.before, z.after)
        changed = tuple(zones[row] for row in sorted(zones) if zones[row].before != zones[row].after)
        return Edit(self.moves.then(later.moves), self.locks.then(later.locks), changed)

    def __bool__(self) -> bool:
        return bool(len(self.moves) or len(self.locks) or self.zones)


class Editable:
    """What edits are made of: the zone of each unit, the zones by row, and which units are locked."""

    zone: Ints
    zones: tuple[Zone | None, ...]
    locked: Bools

    @property
    def live(self) -> list[int]:
        """Rows of the zones there are."""
        return [row for row, zone in enumerate(self.zones) if zone is not None]

    def move(self, units: npt.ArrayLike, to: npt.ArrayLike) -> Edit:
        """Return the edit that puts units into the zones of rows ``to``."""
        return Edit(moves=Cells.between(self.zone, units, to))

    def lock(self, units: npt.ArrayLike, locked: bool) -> Edit:
        """Return the edit that locks units, or unlocks them."""
        return Edit(locks=Cells.between(self.locked, units, locked))

    def call(self, changed: Mapping[int, Zone | None]) -> Edit:
        """Return the edit that makes zones new, other or gone."""
        before = {row: self.zones[row] if row < len(self.zones) else None for row in sorted(changed)}
        pairs = [ZoneChange(row, old, changed[row]) for row, old in before.items() if old != changed[row]]
        return Edit(zones=tuple(pairs))

    def alter(self, rows: Iterable[int], **values: Any) -> Edit:
        """Return the edit that gives zones other values of `Zone`'s attributes."""
        held = {row: self.zones[row] for row in rows}
        return self.call({row: replace(zone, **values) for row, zone in held.items() if zone is not None})


@dataclass(frozen=True, eq=False)
class Assignment(Editable):
    """The part of a plan that is edited.

    Rows of zones are stable: a zone that is removed leaves None in its place, so that no edit ever renumbers
    the others.

    Attributes
    ----------
    zone : ndarray of int, shape (n units,)
        Row of ``zones``, `NOBODY` for none.
    zones : tuple of Zone or None
        Never ends with None.
    locked : ndarray of bool, shape (n units,)
        Units that stay as they are.
    """

    zone: Ints
    zones: tuple[Zone | None, ...]
    locked: Bools

    @classmethod
    def new(cls, zone: npt.ArrayLike, zones: Iterable[Zone]) -> Assignment:
        """Return an assignment in which no unit is locked."""
        rows = np.array(zone, dtype=np.int64)
        return cls(rows, tuple(zones), np.zeros(len(rows), dtype=bool))

    def apply(self, edit: Edit) -> Assignment:
        """Return the assignment after an edit.

        Raises
        ------
        ValueError
            When the edit was made of another state, or leaves units in a zone that is not there.
        """
        zones = zones_after(self.zones, edit)
        zone = edit.moves.applied(self.zone)
        there = np.array([z is not None for z in zones] + [True])  # the last stands for nobody
        if zone.max(initial=NOBODY) >= len(zones) or not there[zone].all():
            raise ValueError("units in a zone that is not there")
        return Assignment(zone, zones, edit.locks.applied(self.locked))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Assignment)
            and self.zones == other.zones
            and np.array_equal(self.zone, other.zone)
            and np.array_equal(self.locked, other.locked)
        )

    __hash__ = None  # type: ignore[assignment]


def zones_after(zones: tuple[Zone | None, ...], edit: Edit) -> tuple[Zone | None, ...]:
    """Return the zones after an edit; `ValueError` when they are not as before it."""
    held = dict(enumerate(zones))
    for change in edit.zones:
        if held.get(change.row) != change.before:
            raise ValueError("an edit of another state")
        held[change.row] = change.after
    length = max((row + 1 for row, zone in held.items() if zone is not None), default=0)
    return tuple(held.get(row) for row in range(length))
