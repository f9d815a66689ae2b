"""The figures of a plan while it is edited: what an edit would do, and what it did, from its units alone.

An edit costs what its units and their neighbours cost, not what the plan costs: sums are corrected
(`unit_index`), borders between zones are added and taken away edge by edge, and whether a zone still
hangs together is looked for around the units that left it; only where that does not tell is the zone
searched. The full computation (`zones_of` and `cover_plan`) is the twin in the tests.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from bigmap.base.arrays import Ints
from bigmap.core.coverage.proof import Share
from bigmap.core.coverage.service_matrix import ServiceMatrix, service_matrix_of
from bigmap.core.editing.border_lengths import Borders, neighbours, pair
from bigmap.core.editing.changes import Change, Covered, Preview, ZoneFigures
from bigmap.core.editing.unit_index import AREA, OUTLINE, WALLED, UnitIndex, distinct
from bigmap.core.geometry.adjacency import pieces
from bigmap.core.planning.assignment import Assignment, Edit, Editable, Zone, zones_after
from bigmap.core.planning.plan import Plan, assignment_of

_NONE = np.empty(0, dtype=np.int64)
_FEW_ROWS = 4
_HOPS = 2  # how far around the units that left a zone its hanging together is looked for
_NOISE = 1e-9  # of the governance area: the accuracy of the sums themselves


class Tally(Editable):
    """The assignment that is edited, with all figures of it.

    Parameters
    ----------
    unit_index : UnitIndex
    assignment : Assignment
    operators : pandas.DataFrame, optional
        ``operator_id`` …
    duties : ServiceMatrix, optional
        Who serves; what ``operators`` tell of it today otherwise.
    """

    def __init__(
        self,
        unit_index: UnitIndex,
        assignment: Assignment,
        operators: pd.DataFrame | None = None,
        duties: ServiceMatrix | None = None,
    ) -> None:
        self.unit_index, self.operators = unit_index, operators
        self.duties = duties or service_matrix_of(operators, None, None)
        self.zone = assignment.zone.copy()
        self.locked = assignment.locked.copy()
        self.zones = assignment.zones
        self._sums = np.zeros((len(self.zones) + 1, len(unit_index.columns)), dtype=np.int64)  # row 0: nobody
        for column in range(len(unit_index.columns)):
            np.add.at(self._sums[:, column], self.zone + 1, unit_index.numbers[:, column])
        self._borders = Borders(
            len(self.zones), self._by_pair(np.arange(len(unit_index.border)), self.zone, 1)
        )
        self._pieces = self._count_all()

    @classmethod
    def of(
        cls, plan: Plan, assignment: Assignment | None = None, unit_index: UnitIndex | None = None
    ) -> Tally:
        """Return the figures of a plan, or of another assignment of its units."""
        unit_index = unit_index or UnitIndex(plan.units, plan.graph)
        told = plan.sources
        duties = service_matrix_of(told.operators, told.exceptions, told.day)
        return cls(unit_index, assignment or assignment_of(plan), told.operators, duties)

    def copy(self) -> Tally:
        """Return one of the same state that another thread may ask, or edit, while this one is shown."""
        twin = copy(self)
        twin.zone, twin.locked = self.zone.copy(), self.locked.copy()
        twin._borders, twin._pieces = self._borders.copy(), self._pieces.copy()
        return twin

    # --- what there is --------------------------------------------------------------------------------------

    @property
    def assignment(self) -> Assignment:
        """The assignment as it stands now, as a value."""
        return Assignment(self.zone.copy(), self.zones, self.locked.copy())

    @property
    def target(self) -> float:
        """Load of a zone if all that have units had the same."""
        return self._target_of(self._sums)

    def total(self, column: str) -> float:
        """Return the sum of a column over all units, those without a zone too: the same after every edit."""
        return float(self.unit_index.real(self._sums[:, self.unit_index.place[column]].sum(), column))

    def is_locked(self, units: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Return which of some units stay as they are: locked themselves, or in a locked zone."""
        shut = np.array([z is not None and z.locked for z in self.zones] + [False])
        rows = np.asarray(units, dtype=np.int64)
        return self.locked[rows] | shut[self.zone[rows]]

    def members(self, row: int) -> Ints:
        """Return the units of a zone, `NOBODY` for the ground without one."""
        return np.flatnonzero(self.zone == row)

    def figures(self, row: int) -> ZoneFigures:
        """Return a zone in numbers."""
        sums, borders = self._sums[row + 1], self._borders.of(row)
        return self._figures(row, sums, borders, self._pieces[row], self.target)

    def border_m(self, a: int, b: int) -> float:
        """Return the common border of two zones in metres; `NOBODY` is the ground without one."""
        return self.unit_index.metres(self._borders.of(a).get(b, 0))

    def table(self) -> pd.DataFrame:
        """Return all zones in numbers, one row each, with the names that `Plan.zones` has for them.

        ``row``, the attributes of `Zone`, the sum of every numeric column, and the numbers of `ZoneFigures`.
        """
        rows, unit_index = self.live, self.unit_index
        named = [zone for zone in self.zones if zone is not None]
        sums = self._sums[1:][rows]
        real = {name: unit_index.real(sums[:, i], name) for name, i in unit_index.place.items()}
        inner = np.array([self._borders.of(row).get(row, 0) for row in rows], dtype=np.int64)
        border = real[OUTLINE] - 2 * unit_index.real(inner, OUTLINE)
        compact = np.divide(4 * np.pi * real[AREA], border**2, out=np.zeros(len(rows)), where=sums[:, 0] > 0)
        target = self.target
        data: dict[str, object] = {"row": rows}
        data |= {name: [getattr(zone, name) for zone in named] for name in Zone.__dataclass_fields__}
        data |= {name: real[name] for name in self._summed}
        return pd.DataFrame(
            data
            | {
                "units": real["units"].astype(np.int64),
                "pieces": [self._pieces[row] for row in rows],
                "plane_m2": real[AREA],
                "border_m": border,
                "compact": compact,
                "off": real["load"] / target - 1 if target > 0 else 0.0,
                "neighbours": [neighbours(row, self._borders.of(row)) for row in rows],
            }
        )

    @property
    def _summed(self) -> list[str]:
        return [c for c in self.unit_index.columns if c not in ("units", AREA, OUTLINE, WALLED)]

    # --- edits ----------------------------------------------------------------------------------------------

    def after(self, edit: Edit) -> Preview:
        """Return what an edit would do, without doing it."""
        zones = zones_after(self.zones, edit)
        touched = edit.touched
        sums = self._sums_after(edit, len(zones))
        counts = self._pieces_after(edit, touched)
        near = self._borders.after(touched, self._border_changes(edit))
        target = self._target_of(sums)
        before = [self.figures(row) for row in touched if row < len(self.zones) and self.zones[row]]
        after = [
            self._figures(row, sums[row + 1], near[row], counts[row], target, zone)
            for row in touched
            if row < len(zones) and (zone := zones[row])
        ]
        return Preview(tuple(before), tuple(after), self._broken(counts))

    def broken_by(self, edit: Edit) -> tuple[int, ...]:
        """Return the rows of the zones that an edit would leave in more pieces than now, and at once."""
        return self._broken(self._pieces_after(edit, edit.touched))

    def apply(self, edit: Edit) -> Change:
        """Do an edit and return what it changed.

        Raises
        ------
        ValueError
            When the edit was made of another state; nothing is changed then.
        """
        edit.moves.check(self.zone)
        edit.locks.check(self.locked)
        zones = zones_after(self.zones, edit)
        touched = edit.touched
        sums = self._sums_after(edit, len(zones))
        if (sums[1 + len(zones) :, 0] != 0).any() or any(
            z is None and sums[i + 1, 0] for i, z in enumerate(zones)
        ):
            raise ValueError("units in a zone that is not there")
        counts = self._pieces_after(edit, touched)
        old = self.zones
        self._borders.resize(len(sums) - 1)
        self._pieces += [0] * (len(sums) - 1 - len(self._pieces))
        met = self._borders.add(self._border_changes(edit))
        self.zone[edit.units] = edit.after
        self.locked[edit.locks.rows] = edit.locks.after
        self.zones, self._sums = zones, sums[: len(zones) + 1]
        for row, count in counts.items():
            self._pieces[row] = count
        self._borders.resize(len(zones))
        del self._pieces[len(zones) :]
        rows = sorted({*touched, *met})
        owners = {zs[r].oper for zs in (old, zones) for r in touched if r < len(zs) and zs[r]}  # type: ignore[union-attr]
        units = self._joined(edit.units, edit.locks.rows)
        return Change(units, tuple(rows), tuple(sorted(o for o in owners if o)))

    def _sums_after(self, edit: Edit, zones: int) -> Ints:
        sums = np.zeros((max(zones + 1, len(self._sums)), self._sums.shape[1]), dtype=np.int64)
        sums[: len(self._sums)] = self._sums
        moved = self.unit_index.numbers[edit.units]
        for rows, sign in ((edit.before + 1, -1), (edit.after + 1, 1)):
            for row, own in _grouped(rows):
                sums[row] += sign * moved[own].sum(axis=0)
        return sums

    def _target_of(self, sums: Ints) -> float:
        total = self.unit_index.real(sums[1:, self.unit_index.place["load"]].sum(), "load")
        return float(total) / max(1, int((sums[1:, 0] > 0).sum()))

    def _joined(self, units: Ints, others: Ints) -> Ints:
        return distinct(np.concatenate([units, others]), len(self.zone)) if len(others) else units

    @contextmanager
    def _moved(self, edit: Edit) -> Iterator[None]:
        """Let ``zone`` be as after an edit for a while."""
        self.zone[edit.units] = edit.after
        try:
            yield
        finally:
            self.zone[edit.units] = edit.before

    # --- borders --------------------------------------------------------------------------------------------

    def _by_pair(self, edges: Ints, zone: Ints, sign: int) -> tuple[Ints, Ints]:
        """Return the pair of zones each edge lies between as one number, and its length."""
        borders = self.unit_index.borders
        return pair(zone[borders.left[edges]], zone[borders.right[edges]]), sign * self.unit_index.border[
            edges
        ]

    def _border_changes(self, edit: Edit) -> tuple[Ints, Ints]:
        edges = self.unit_index.border_edges(edit.units)
        gone = self._by_pair(edges, self.zone, -1)
        with self._moved(edit):
            come = self._by_pair(edges, self.zone, 1)
        return np.concatenate([gone[0], come[0]]), np.concatenate([gone[1], come[1]])

    # --- pieces ---------------------------------------------------------------------------------------------

    def _count_all(self) -> list[int]:
        first = np.unique(pieces(self.unit_index.graph, self.zone), return_index=True)[1]
        owner = self.zone[first]
        return np.bincount(owner[owner >= 0], minlength=len(self.zones)).tolist()

    def _pieces_after(self, edit: Edit, touched: Iterable[int]) -> dict[int, int]:
        if not len(edit.units):
            return {row: self._pieces[row] if row < len(self._pieces) else 0 for row in touched}
        lost, gained = ({r: edit.units[own] for r, own in _grouped(of)} for of in (edit.before, edit.after))
        with self._moved(edit):
            return {row: self._pieces_of(row, lost.get(row), gained.get(row)) for row in touched}

    def _pieces_of(self, row: int, lost: Ints | None, gained: Ints | None) -> int:
        """Return in how many pieces a zone lies after units left and came, ``zone`` being as after that."""
        if row < len(self._pieces) and self._pieces[row] == 1:
            if lost is None and gained is None:
                return 1
            if self._hangs_together(row, *(_NONE if units is None else units for units in (lost, gained))):
                return 1
        return self.unit_index.pieces_of(self.members(row))[0]

    def _hangs_together(self, row: int, lost: Ints, gained: Ints) -> bool:
        """Tell whether a zone that was one piece surely still is, from around the units that left and came.

        Whatever went through a unit that left went in and out by its neighbours: where these, and the units
        that came, are connected among themselves, so is the zone.
        """
        near = self.unit_index.neighbours(np.concatenate([lost, gained]))
        rim = near[self.zone[near] == row]
        stayed = np.setdiff1d(rim, gained, assume_unique=True)
        if not len(stayed):
            return False
        ball = self._joined(rim, gained)
        for _ in range(_HOPS):
            count, piece = self.unit_index.pieces_of(ball)
            if count == 1:
                return True
            near = self.unit_index.neighbours(ball)
            ball = self._joined(ball, near[self.zone[near] == row])
        _, piece = self.unit_index.pieces_of(ball)
        ends = piece[np.isin(ball, np.concatenate([rim, gained]))]
        return bool((ends == ends[0]).all())

    def _broken(self, counts: dict[int, int]) -> tuple[int, ...]:
        before = {row: self._pieces[row] if row < len(self._pieces) else 0 for row in counts}
        return tuple(row for row, count in counts.items() if count > max(1, before[row]))

    # --- figures --------------------------------------------------------------------------------------------

    def _figures(
        self,
        row: int,
        sums: Ints,
        borders: dict[int, int],
        count: int,
        target: float,
        zone: Zone | None = None,
    ) -> ZoneFigures:
        unit_index, zone = self.unit_index, zone or self.zones[row]
        if zone is None:
            raise ValueError(f"no zone in row {row}")
        real = {name: float(unit_index.real(sums[i], name)) for name, i in unit_index.place.items()}
        units, plane, outline, _ = (real.pop(name) for name in ("units", AREA, OUTLINE, WALLED))
        border = outline - 2 * unit_index.metres(borders.get(row, 0))
        return ZoneFigures(
            row=row,
            zone=zone,
            units=int(units),
            pieces=count,
            sums=real,
            plane_m2=plane,
            border_m=border,
            compact=4 * np.pi * plane / border**2 if units else 0.0,
            off=real["load"] / target - 1 if target > 0 else 0.0,
            neighbours=neighbours(row, borders),
        )

    @property
    def covered(self) -> Covered:
        """Coverage of the ground as it stands now."""
        units, real, at, sums = self.unit_index.units, self.unit_index.real, self.unit_index.place, self._sums
        all_, held = sums.sum(axis=0), sums[1:].sum(axis=0)
        site, walled = float(real(held[at["site_m2"]], "site_m2")), float(real(held[at[WALLED]], WALLED))
        site_all = float(real(all_[at["site_m2"]], "site_m2"))
        walled_all = float(real(all_[at[WALLED]], WALLED))
        bare = units.governance_m2 - site
        uncovered = bare if abs(bare) > _NOISE * units.governance_m2 else 0.0
        open_ = float(real(sums[0, at["site_m2"]], "site_m2"))
        open_ = open_ if abs(open_) > _NOISE * units.governance_m2 else 0.0
        return Covered(
            Share(units.governance_m2 - open_, units.governance_m2),
            Share(walled, walled_all),
            Share(site - walled, site_all - walled_all),
            self.served("hh"),
            uncovered,
        )

    def served(self, column: str) -> Share:
        """Return how much of a column lies in zones that somebody serves, and how much there is.

        The first is NaN where nothing is known of who serves.
        """
        owners = [zone.oper if zone else None for zone in self.zones]
        if not self.duties.tell_of(owners):
            return Share(math.nan, self.total(column))
        held = self._sums[1:, self.unit_index.place[column]]
        served = self.unit_index.real(held[self.duties.in_charge(owners)].sum(), column)
        return Share(float(served), self.total(column))


def _grouped(rows: Ints) -> Iterator[tuple[int, npt.NDArray[Any]]]:
    """Yield each value among some rows in rising order, and where it stands."""
    there = np.flatnonzero(np.bincount(rows - rows.min(initial=0))) + rows.min(initial=0)
    if len(there) <= _FEW_ROWS:
        yield from ((int(row), np.flatnonzero(rows == row)) for row in there)
        return
    order = np.argsort(rows, kind="stable")
    ends = np.searchsorted(rows[order], there, side="right")
    yield from zip(there.tolist(), np.split(order, ends[:-1]), strict=True)
