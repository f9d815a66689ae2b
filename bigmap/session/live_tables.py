"""Rows of zones, operators and open ground that follow each edit at the cost of what it touched."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from bigmap.base.arrays import Ints
from bigmap.base.problem_kind import Stage
from bigmap.base.problem_kinds.planning import NoRoom
from bigmap.base.problems import ProblemLog
from bigmap.core.coverage.gap import Gap, GapCause, GapKind, Remedy
from bigmap.core.editing.changes import Change
from bigmap.core.editing.tally import Tally
from bigmap.core.editing.unassigned import UnassignedPatch, open_ground
from bigmap.core.operators.bundling_reports import tell_beyond, tell_idle
from bigmap.core.operators.economy import SUMMED, amounts, costed, economy_of_sums, ratios
from bigmap.core.operators.parameters import Parameters
from bigmap.core.planning.plan import Plan, operator_sums
from bigmap.core.units import unknown
from bigmap.core.units.model import Units

Row = dict[str, Any]
_KNOWN = ("hh", "gfa_m2", "hh_asked", "hh_untold", "gfa_m2_asked", "gfa_m2_untold")


class LiveTables:
    """What tables and charts show of a plan while it is edited.

    Parameters
    ----------
    plan : Plan
        As it was made: parameters, operators and the money of units come from it.
    tally : Tally
        Figures as they stand.

    Attributes
    ----------
    zones : dict of int to Row
        By row of the zone, in their order: what `Plan.zones` has, without geometry, and ``row off locked
        neighbours``.
    operators : list of Row
        What `Plan.operators` has.

    Notes
    -----
    ``pieces`` of an operator are counted by borders between his zones, so that a zone in several pieces
    counts as many. Everything else is what `edited` gives, its twin in the tests.
    """

    def __init__(self, plan: Plan, tally: Tally) -> None:
        self._tally, self._parameters, self._known = tally, plan.parameters, plan.operators
        names = zip(plan.operators["operator_id"], plan.operators["name"], strict=True)
        self._names: dict[str | None, str] = dict(names)
        self._static = plan.operators.to_dict("records")
        self._money = _Money(plan.units, plan.parameters, tally)
        self.zones: dict[int, Row] = {}
        self.operators: list[Row] = []
        self._renew(tally.live)
        self._operate()

    def follow(self, change: Change) -> None:
        """Take in what an edit changed."""
        self._money.follow(change.units)
        self._renew(change.zones)
        self._operate()

    def gaps(self) -> list[Gap]:
        """Return each piece of ground without a zone, the largest first, and each zone that nobody serves."""
        found = [self._bare(*numbered) for numbered in enumerate(open_ground(self._tally), 1)]
        return found + [self._idle(i, *idle) for i, idle in enumerate(self.idle(), len(found) + 1)]

    def _bare(self, number: int, patch: UnassignedPatch) -> Gap:
        tally = self._tally
        names = tally.unit_index.units.frame["name"].iloc[patch.units]
        beside = {row: zone.zone_id for row in patch.zones if (zone := tally.zones[row]) is not None}
        return Gap(
            gap_id=f"G{number:04d}",
            kind=GapKind.GAP,
            area_m2=patch.area_m2,
            zones=tuple(beside.values()),
            cause=GapCause.MISSING_UNIT,
            remedy=Remedy.GIVE if beside else Remedy.ADD_UNIT,
            near_name=next((name for name in names if name), ""),
            members=patch.units,
            zone_rows=tuple(beside),
        )

    @staticmethod
    def _idle(number: int, zone: Row, fault: str) -> Gap:
        return Gap(
            gap_id=f"G{number:04d}",
            kind=GapKind.NO_OPERATOR,
            area_m2=zone["site_m2"],
            zones=(zone["zone_id"],),
            cause=GapCause(fault),
            remedy=Remedy.ASSIGN_OPERATOR,
            near_name=zone["name"],
            zone_rows=(zone["row"],),
        )

    def idle(self) -> list[tuple[Row, str]]:
        """Return the zones that nobody serves, and why, where anything is known of who serves."""
        held = [row for row in self.zones.values() if row["units"]]
        owners, duties = [row["oper"] for row in held], self._tally.duties
        faults = duties.faults(owners) if duties.tell_of(owners) else [""] * len(held)
        return [(row, str(fault)) for row, fault in zip(held, faults, strict=True) if fault]

    def problems(self, made: ProblemLog) -> ProblemLog:
        """Return the problems of the plan as it was made, with those of capacities as they stand now."""
        free = {row["zone_id"] for row in self.zones.values() if not row["oper"]}
        kept = made.before(Stage.OWNERS)
        now = ProblemLog([p for p in kept if not isinstance(p.what, NoRoom) or p.what.zone in free])
        tell_beyond(self.operators, now)
        owned = pd.DataFrame(
            [(row["zone_id"], row["oper"]) for row in self.zones.values()], columns=["zone_id", "oper"]
        )
        tell_idle(owned, self._tally.duties, now)
        return now

    def _renew(self, rows: Any) -> None:
        tally = self._tally
        there = [row for row in rows if row < len(tally.zones) and tally.zones[row] is not None]
        money = self._money.of(there) if there else []
        for row, held in zip(there, money, strict=True):
            self.zones[row] = self._row(row) | held
        gone = [row for row in self.zones if row >= len(tally.zones) or tally.zones[row] is None]
        for row in gone:
            del self.zones[row]
        self.zones = {row: self.zones[row] for row in sorted(self.zones)}
        target = tally.target
        for row, held in self.zones.items():
            off = held["load"] / target - 1 if target > 0 else 0.0
            if held.get("off") != off:
                self.zones[row] = held | {"off": off}  # rows are never changed: what is the same is as before

    def _row(self, row: int) -> Row:
        found = self._tally.figures(row)
        zone = found.zone
        return {
            **found.sums,
            "row": row,
            "zone_id": zone.zone_id,
            "name": zone.name,
            "oper": zone.oper,
            "oper_name": self._names.get(zone.oper, zone.oper),
            "locked": zone.locked,
            "units": found.units,
            "pieces": found.pieces,
            "compact": found.compact,
            "neighbours": found.neighbours,
        }

    def _operate(self) -> None:
        """Sum the zones of each operator."""
        codes = [str(code) for code in self._known["operator_id"]]
        held: dict[str, list[Row]] = {code: [] for code in codes}
        for row in self.zones.values():
            if row["oper"] in held and row["units"]:
                held[row["oper"]].append(row)
        sums = {n: [sum(r[n] for r in held[c]) for c in codes] for n in operator_sums()}
        table = pd.DataFrame(sums, dtype=float)
        everybody = sum(row["hh"] for row in self.zones.values()) or float("nan")
        table = table.assign(
            zones=[len(held[c]) for c in codes],
            pieces=[_pieces(held[c]) for c in codes],
            share=table["hh"] / everybody,
        )
        quotients = ratios(table, self._parameters)
        self.operators = [k | q for k, q in zip(self._static, _records(quotients), strict=True)]


def _records(table: pd.DataFrame) -> list[Row]:
    """Return the rows of a small table; some times faster than pandas' own way."""
    columns = {str(name): table[name].tolist() for name in table.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


class _Money:
    """Cost and income of zones, from sums of integers that follow the units that move (see `UnitIndex`)."""

    def __init__(self, units: Units, parameters: Parameters, tally: Tally) -> None:
        self._tally, self._parameters = tally, parameters
        frame = (units if "cost_y" in units.frame else costed(units, parameters)).frame
        self._summed = ("green_m2", "parking_n", *SUMMED, *_KNOWN)
        told = unknown.counts(frame)
        columns = [
            *(told[name] if name in told else frame[name].to_numpy(float) for name in self._summed),
            *amounts(frame).T,
        ]
        self._scale = np.array([np.ldexp(1.0, 60 - int(np.ceil(np.log2(abs(c).sum() + 2)))) for c in columns])
        self._numbers = np.round(np.nan_to_num(np.column_stack(columns)) * self._scale).astype(np.int64)
        self._zone = tally.zone.copy()
        self._sums = np.zeros((len(tally.zones) + 1, len(columns)), dtype=np.int64)
        for i in range(len(columns)):
            np.add.at(self._sums[:, i], self._zone + 1, self._numbers[:, i])

    def follow(self, units: Ints) -> None:
        """Take in that units moved."""
        size = max(len(self._sums), len(self._tally.zones) + 1)
        self._sums = np.vstack([self._sums, np.zeros((size - len(self._sums), len(self._scale)), np.int64)])
        np.subtract.at(self._sums, self._zone[units] + 1, self._numbers[units])
        self._zone[units] = self._tally.zone[units]
        np.add.at(self._sums, self._zone[units] + 1, self._numbers[units])

    def of(self, rows: list[int]) -> list[Row]:
        """Return cost, income and their quotients of some zones."""
        real = self._sums[np.array(rows) + 1] / self._scale
        k = len(self._summed)
        table = pd.DataFrame(real[:, :k], columns=list(self._summed))
        money = ratios(economy_of_sums(table, real[:, k:], self._parameters), self._parameters)
        return _records(money.drop(columns=list(_KNOWN)))


def _pieces(zones: list[Row]) -> int:
    """Return in how many pieces the ground of some zones lies, going by their borders."""
    mine = {row["row"]: row for row in zones}
    seen: set[int] = set()
    count = sum(row["pieces"] - 1 for row in zones)
    for start in mine:
        if start in seen:
            continue
        count += 1
        front = [start]
        seen.add(start)
        while front:
            near = [r for r in mine[front.pop()]["neighbours"] if r in mine and r not in seen]
            seen.update(near)
            front += near
    return count
