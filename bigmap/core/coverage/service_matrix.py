"""Who does which service on which ground: the matrix of units and service items (事项责任矩阵)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from bigmap.base.arrays import Bools

Cells = npt.NDArray[np.int8]

SERVICES = ("cleaning", "waste", "greening", "order", "repair", "parking", "patrol", "common")
"""The service items: 清扫保洁, 垃圾收运, 绿化, 秩序, 设施维修, 停车, 巡查, 公共部位."""

DONE, NOBODY, NOT_NEEDED, UNKNOWN = 1, 0, -1, -2
"""What stands in a cell of the matrix; `UNKNOWN` where no operator was told at all."""

NO_ONE = ("", "无", "无人", "待定", "未定", "暂无", "none", "nobody", "-", "–", "—", "/")
"""What planners write in place of an operator where there is none."""

NO_NEED = "n/a"
"""What an exception says in place of an operator where a service is not needed."""

NOT_TOLD = "?"
"""What an exception says in place of an operator where nobody told who does it."""

EXCEPTION_COLUMNS = ("unit", "kind", "zone", "service", "oper")


def _none() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series([], dtype="str") for name in EXCEPTION_COLUMNS})


def comparable_code(code: object) -> str:
    """Return a code or name as it is compared: full width as half width, without blanks around; '' for none.

    Examples
    --------
    >>> comparable_code(" Ｙ０１ "), comparable_code("无"), comparable_code(None)
    ('Y01', '', '')
    """
    if pd.isna(code):
        return ""
    text = unicodedata.normalize("NFKC", str(code)).strip()
    return "" if text.lower() in NO_ONE else text


@dataclass(frozen=True)
class ServiceMatrix:
    """Who serves, and what departs from "the operator of its zone does every service on a unit".

    Attributes
    ----------
    ended : frozenset of str
        Ids and names of operators whose contract has run out: they count as nobody.
    exceptions : pandas.DataFrame
        ``unit`` (code or name), ``kind``, ``zone``, ``service`` (one of `SERVICES`), ``oper``; '' in the
        first four means any. ``oper`` is who does it, '' for nobody, 'n/a' where it is not needed, '?' where
        that is not told. A later row overrides an earlier one.
    known : frozenset of str or None
        Ids and names of the table of operators; None where there is no table.
    """

    ended: frozenset[str] = frozenset()
    exceptions: pd.DataFrame = field(default_factory=_none)
    known: frozenset[str] | None = None

    def faults(self, operators: Iterable[object]) -> npt.NDArray[np.object_]:
        """Return for each operator why it serves nobody, '' where it does: the one rule of who serves.

        'no_operator' for none, 'operator_unknown' for one that is not in the table, 'contract_ended'.
        """
        return np.array([self._fault(comparable_code(operator)) for operator in operators], dtype=object)

    def _fault(self, operator: str) -> str:
        if not operator:
            return "no_operator"
        if self.known is not None and operator not in self.known:
            return "operator_unknown"
        return "contract_ended" if operator in self.ended else ""

    def in_charge(self, operators: Iterable[object]) -> Bools:
        """Return for each operator (None for none) whether it serves."""
        return self.faults(operators) == ""

    def tell_of(self, operators: Iterable[object]) -> bool:
        """Tell whether anything is known of who serves: there is a table, or a zone says something."""
        return self.known is not None or say_who(operators)


def say_who(operators: Iterable[object]) -> bool:
    """Tell whether any of the operators of drawn zones is filled in, if only with 无."""
    return any(not pd.isna(operator) and str(operator).strip() for operator in operators)


def ended_on(operators: pd.DataFrame | None, day: date) -> frozenset[str]:
    """Return ids and names of the operators whose ``contract_end`` lies before a day; unknown ones run on.

    A name that another line bears, whose contract runs, has not ended.
    """
    if operators is None or "contract_end" not in operators:
        return frozenset()
    over = (pd.to_datetime(operators["contract_end"]) < pd.Timestamp(day)).to_numpy(bool)
    return _called(operators[over]) - _called(operators[~over])


def _called(operators: pd.DataFrame) -> frozenset[str]:
    """Return the ids and names of operators, as they are compared."""
    return frozenset(map(comparable_code, [*operators["operator_id"], *operators["name"]])) - {""}


def service_matrix_of(
    operators: pd.DataFrame | None, exceptions: pd.DataFrame | None, day: date | None
) -> ServiceMatrix:
    """Return the duties that operators and exceptions make on a day, today where it is None."""
    ended = ended_on(operators, day or date.today())  # noqa: DTZ011 - the day on the planner's own calendar
    known = None if operators is None else _called(operators)
    return ServiceMatrix(ended, _none() if exceptions is None else exceptions, known)


def matrix(
    frame: pd.DataFrame, zone_id: npt.ArrayLike, served: Bools, duties: ServiceMatrix, *, known: bool = True
) -> Cells:
    """Return the matrix of units and services, shape (n, 8), of `DONE`, `NOBODY`, `NOT_NEEDED`, `UNKNOWN`.

    Parameters
    ----------
    frame : pandas.DataFrame
        Units with ``unit_id``, ``name``, ``kind``.
    zone_id : array of str, shape (n,)
        Zone of each unit, '' for none.
    served : ndarray of bool, shape (n,)
        Whether the zone of a unit has somebody in charge.
    duties : ServiceMatrix
    known : bool
        Whether anything is known of operators: else only the exceptions say who does what.
    """
    own = np.where(served, DONE, NOBODY) if known else np.full(len(frame), UNKNOWN)
    cells = np.repeat(own[:, None], len(SERVICES), axis=1).astype(np.int8)
    zones = np.asarray(zone_id, dtype=object)
    called = _rows_called(frame, set(duties.exceptions["unit"]))
    every = np.arange(len(frame))
    kinds = frame["kind"].to_numpy(object)
    for rule in duties.exceptions.itertuples():
        rows = called[str(rule.unit)] if rule.unit else every
        if rule.kind:
            rows = rows[kinds[rows] == rule.kind]
        if rule.zone:
            rows = rows[zones[rows] == rule.zone]
        columns = SERVICES.index(rule.service) if rule.service else slice(None)
        cells[rows, columns] = _cell(str(rule.oper), duties)
    return cells


def _rows_called(frame: pd.DataFrame, wanted: set[str]) -> dict[str, npt.NDArray[np.int64]]:
    """Return which rows bear each wanted code or name."""
    found: dict[str, list[int]] = {name: [] for name in wanted}
    for column in ("name", "unit_id"):
        texts = frame[column].astype("str")
        for row in np.flatnonzero(texts.isin(wanted)):
            found[str(texts.iloc[row])].append(int(row))
    return {name: np.unique(np.array(rows, dtype=np.int64)) for name, rows in found.items()}


def _cell(operator: str, duties: ServiceMatrix) -> int:
    if operator == NO_NEED:
        return NOT_NEEDED
    if operator == NOT_TOLD:
        return UNKNOWN
    return DONE if comparable_code(operator) and comparable_code(operator) not in duties.ended else NOBODY
