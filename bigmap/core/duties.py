"""Who does which service on which ground: the matrix of units and service items (事项责任矩阵)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

Cells = npt.NDArray[np.int8]
Bools = npt.NDArray[np.bool_]

SERVICES = ("cleaning", "waste", "greening", "order", "repair", "parking", "patrol", "common")
"""The service items: 清扫保洁, 垃圾收运, 绿化, 秩序, 设施维修, 停车, 巡查, 公共部位."""

DONE, NOBODY, NOT_NEEDED = 1, 0, -1
"""What stands in a cell of the matrix."""

NO_NEED = "n/a"
"""What an exception says in place of an operator where a service is not needed."""

EXCEPTION_COLUMNS = ("unit", "kind", "zone", "service", "oper")


def _none() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series([], dtype="str") for name in EXCEPTION_COLUMNS})


@dataclass(frozen=True)
class Duties:
    """What departs from "the operator of its zone does every service on a unit".

    Attributes
    ----------
    ended : frozenset of str
        Ids and names of operators whose contract has run out: they count as nobody.
    exceptions : pandas.DataFrame
        ``unit`` (code or name), ``kind``, ``zone``, ``service`` (one of `SERVICES`), ``oper``; '' in the
        first four means any. ``oper`` is who does it, '' for nobody, 'n/a' where it is not needed. A later
        row overrides an earlier one.
    """

    ended: frozenset[str] = frozenset()
    exceptions: pd.DataFrame = field(default_factory=_none)

    def in_charge(self, operators: Iterable[object]) -> Bools:
        """Return for each operator (None for none) whether it is one whose contract runs."""
        return np.array([not pd.isna(o) and o != "" and o not in self.ended for o in operators], dtype=bool)


def ended_on(operators: pd.DataFrame | None, day: date) -> frozenset[str]:
    """Return ids and names of the operators whose ``contract_end`` lies before a day; unknown ones run on."""
    if operators is None or "contract_end" not in operators:
        return frozenset()
    over = operators[pd.to_datetime(operators["contract_end"]) < pd.Timestamp(day)]
    return frozenset(over["operator_id"]) | frozenset(over["name"])


def duties_of(operators: pd.DataFrame | None, exceptions: pd.DataFrame | None, day: date | None) -> Duties:
    """Return the duties that operators and exceptions make on a day, today where it is None."""
    ended = ended_on(operators, day or date.today())  # noqa: DTZ011 - the day on the planner's own calendar
    return Duties(ended) if exceptions is None else Duties(ended, exceptions)


def matrix(frame: pd.DataFrame, zone_id: npt.ArrayLike, served: Bools, duties: Duties) -> Cells:
    """Return the matrix of units and services, shape (n, 8), of `DONE`, `NOBODY`, `NOT_NEEDED`.

    Parameters
    ----------
    frame : pandas.DataFrame
        Units with ``unit_id``, ``name``, ``kind``.
    zone_id : array of str, shape (n,)
        Zone of each unit, '' for none.
    served : ndarray of bool, shape (n,)
        Whether the zone of a unit has somebody in charge.
    duties : Duties
    """
    cells = np.repeat(served[:, None], len(SERVICES), axis=1).astype(np.int8)
    zones = np.asarray(zone_id, dtype=object)
    for rule in duties.exceptions.itertuples():
        rows = np.ones(len(frame), dtype=bool)
        if rule.unit:
            rows &= ((frame["unit_id"] == rule.unit) | (frame["name"] == rule.unit)).to_numpy(bool)
        if rule.kind:
            rows &= (frame["kind"] == rule.kind).to_numpy(bool)
        if rule.zone:
            rows &= zones == rule.zone
        columns = SERVICES.index(rule.service) if rule.service else slice(None)
        cells[rows, columns] = _cell(str(rule.oper), duties)
    return cells


def _cell(operator: str, duties: Duties) -> int:
    if operator == NO_NEED:
        return NOT_NEEDED
    return DONE if operator and operator not in duties.ended else NOBODY
