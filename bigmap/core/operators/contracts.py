"""Operators whose contract runs: only they are given zones."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from bigmap.base.errors import UserError
from bigmap.base.problem_kinds import planning as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core.coverage.service_matrix import ended_on
from bigmap.core.operators.bundling_rules import BundleRules


def contract_runs(operators: pd.DataFrame, day: date | None) -> npt.NDArray[np.bool_]:
    """Return for each operator whether its contract runs on a day, today where it is None."""
    ended = ended_on(operators, day or date.today())  # noqa: DTZ011 - the day on the planner's own calendar
    return ~operators["operator_id"].isin(ended).to_numpy()


def with_running_contract(
    operators: pd.DataFrame, day: date | None, rules: BundleRules, log: ProblemLog
) -> pd.DataFrame:
    """Return the operators whose contract runs on a day, today where it is None, and tell of the others.

    Raises
    ------
    UserError
        For a zone locked to an operator whose contract has run out.
    """
    on = contract_runs(operators, day)
    ended = operators[~on]
    ends = dict(zip(ended["operator_id"], ended["name"], strict=True))
    for zone, operator in rules.locks.items():
        if operator in ends:
            raise UserError(
                "Zone {zone} is locked to {operator}, whose contract has run out: unlock the zone or enter"
                " a later end of the contract",
                zone=zone,
                operator=ends[operator],
            )
    report_ended(operators, day, log)
    return operators[on].reset_index(drop=True)


def report_ended(operators: pd.DataFrame, day: date | None, log: ProblemLog) -> None:
    """Say whose contract has run out, so that they are given nothing."""
    for row in operators[~contract_runs(operators, day)].itertuples():
        log.add(kinds.ContractEnded(operator=str(row.name), day=f"{row.contract_end:%Y-%m-%d}"))
