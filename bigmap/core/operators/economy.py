"""Workload, cost and income of units and zones, a year: the sums that decide who is rich and who is lean."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from bigmap.base.arrays import Floats, Ints
from bigmap.core.operators.parameters import PHASES, Parameters
from bigmap.core.units import unknown
from bigmap.core.units.model import Units

POSTS = ("customer", "cleaning", "order", "greening", "repair", "manager")
"""Posts; `amounts` has a column for each, in this order."""

_QUANTITY = ("hh", "gfa_m2", "gfa_m2", "green_m2", "gfa_m2", "hh")  # what each post looks after
_PAYING = ("estate", "village", "building")  # public buildings have contracts of their own
_GRADE_OF_CLASS = {"arterial": 2, "secondary": 2, "branch": 3, "lane": 4, "path": 4}
_GRADE_WORDS = {"特": 1, "一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_EVEN = 0.05
SUMMED = ("paid_m2", "fee_y", "park_y", "road_y", "other_y", "road_cost_y")

UNIT_COLUMNS = ("grade", *SUMMED, "staff_n", "cost_y", "income_y", "balance_y")
ZONE_COLUMNS = ("green_m2", "parking_n", *SUMMED, "round_y", "staff_n", "cost_y", "income_y", "balance_y")
"""Columns that sum from zones to operators; `ratios` adds what is a quotient of them."""


def costed(units: Units, parameters: Parameters) -> Units:
    """Return the units with `UNIT_COLUMNS`: cost and income and their parts, yuan a year; ``paid_m2`` is the
    floor area that owes fees.

    Parameters
    ----------
    units : Units
        ``frame`` may have ``clean_grade`` (text), ``phase`` (one of `PHASES` or None), ``fee``
        (yuan/m²·month) and ``collect`` (0-1) of single units; the rest is taken from the parameters.
    parameters : Parameters

    Notes
    -----
    People are counted in fractions here, so that ``cost_y`` can be balanced over any grouping. A zone needs
    whole people: `zone_economy` adds what the rounding costs as ``round_y``, and with it the sums agree.
    Public buildings neither pay nor cost: they have contracts of their own. In a trial residents pay
    neither fees nor for parking.
    """
    frame = units.frame.copy()
    paying = frame["kind"].isin(_PAYING).to_numpy()
    grade = cleaning_grade(frame)
    swept = frame["sweep_m2"].to_numpy(float) * parameters.clean_factor * (grade > 0)
    frame["grade"] = grade
    frame["paid_m2"] = frame["gfa_m2"].to_numpy(float) * paying
    phase = _phases(frame, parameters)
    bay_y = parameters.park_fee * 12 * parameters.park_used * parameters.park_share
    frame["fee_y"] = _fees(frame, phase, parameters) * paying
    frame["park_y"] = frame["parking_n"].to_numpy(float) * bay_y * (phase > 0)
    frame["road_y"] = swept * _at(parameters.by_grade("sweep_price"), grade)
    frame["other_y"] = frame["hh"].to_numpy(float) * paying * (parameters.fallback_hh + parameters.subsidy_hh)
    frame["road_cost_y"] = _road_cost(swept, grade, frame["road_y"].to_numpy(), parameters)
    frame["staff_n"] = (amounts(frame) / _per(parameters)).sum(axis=1)
    frame["cost_y"] = frame["staff_n"] * parameters.person_y + frame["road_cost_y"]
    return replace(units, frame=_balanced(frame))


def zone_economy(units: pd.DataFrame, zone: Ints, k: int, parameters: Parameters) -> pd.DataFrame:
    """Return `ZONE_COLUMNS` of the zones an assignment makes, one row a zone.

    Parameters
    ----------
    units : pandas.DataFrame
        Units with `UNIT_COLUMNS` (`costed`).
    zone : ndarray of int, shape (n units,)
        Zone of each unit, -1 for none.
    k : int
        Number of zones.
    parameters : Parameters

    Returns
    -------
    pandas.DataFrame
        ``staff_n`` is whole people; ``cost_y`` is the sum of the units' cost and ``round_y``.
    """
    mine = zone >= 0
    sums = {
        c: np.bincount(zone[mine], units[c].to_numpy(float)[mine], k)
        for c in ("green_m2", "parking_n", *SUMMED)
    }
    work = amounts(units)[mine]
    quantity: Floats = np.column_stack([np.bincount(zone[mine], column, k) for column in work.T])
    return economy_of_sums(pd.DataFrame(sums), quantity, parameters)


def economy_of_sums(table: pd.DataFrame, quantity: Floats, parameters: Parameters) -> pd.DataFrame:
    """Return `ZONE_COLUMNS` of zones from the sums of their units.

    Parameters
    ----------
    table : pandas.DataFrame
        ``green_m2 parking_n`` and `SUMMED`, one row a zone.
    quantity : ndarray of float, shape (k, 6)
        Sums of `amounts`.
    parameters : Parameters
    """
    table["round_y"] = rounding_y(quantity, parameters)
    table["staff_n"] = staff(quantity, parameters)
    table["cost_y"] = table["staff_n"] * parameters.person_y + table["road_cost_y"]
    return _balanced(table)


def amounts(frame: pd.DataFrame) -> Floats:
    """Return how much of each post's work a unit has, shape (n, 6): households, m² of floor, m² of green."""
    served = frame["kind"].isin(_PAYING).to_numpy(float)
    columns = [frame[name].to_numpy(float) * (1.0 if name == "green_m2" else served) for name in _QUANTITY]
    return np.column_stack(columns)


def staff(quantity: Floats, parameters: Parameters) -> Floats:
    """Return the whole people that amounts (n, 6) of work need: at least one a post that has any work."""
    return np.ceil(np.round(quantity / _per(parameters), 9)).sum(axis=1)


def rounding_y(quantity: Floats, parameters: Parameters) -> Floats:
    """Return what it costs a year that people are whole, yuan, for amounts (n, 6) of work."""
    return (staff(quantity, parameters) - (quantity / _per(parameters)).sum(axis=1)) * parameters.person_y


def ratios(table: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Return a table of zones or operators with the quotients planners ask for.

    ``cover_ratio`` income ÷ cost, ``self_ratio`` what residents pay ÷ cost inside the walls, ``gap_hh``
    subsidy that closes the gap, yuan a household and month, ``even_fee`` break-even fee, yuan/m²·month,
    ``rich`` 'rich', 'even' or 'lean'; NaN and '' where there is nothing to divide by.
    """
    cost, income = table["cost_y"].to_numpy(float), table["income_y"].to_numpy(float)
    for name in ("hh", "gfa_m2"):  # what most of cost and income hangs on: nothing follows where nobody tells
        untold = np.isnan(unknown.of_groups(table, name)) if name in table else False
        cost = np.where(untold, np.nan, cost)
    collected = parameters.fees[parameters.phase][1] or parameters.collected_mature
    own = (table["fee_y"] + table["park_y"]).to_numpy(float)
    share = _quotient(income - cost, cost)
    return table.assign(
        cover_ratio=_quotient(income, cost),
        self_ratio=_quotient(own, cost - table["road_cost_y"].to_numpy(float)),
        gap_hh=_quotient(np.maximum(0.0, cost - income) / 12, table["hh"].to_numpy(float)),
        even_fee=_quotient(
            np.maximum(0.0, cost - (income - table["fee_y"].to_numpy(float))),
            table["paid_m2"].to_numpy(float) * 12 * collected,
        ),
        rich=np.select([np.isnan(share), share > _EVEN, share < -_EVEN], ["", "rich", "lean"], "even"),
    )


def cleaning_grade(frame: pd.DataFrame) -> Ints:
    """Return the cleaning grade 1-4 of roads and lanes: as given, else by class of road; 0 off the roads."""
    road = frame["kind"].isin(["road", "lane"]).to_numpy()
    texts = frame["clean_grade"].astype("str") if "clean_grade" in frame else pd.Series("", frame.index)
    known = {text: grade_in(text) for text in texts.unique()}
    by_class = frame["road_class"].map(_GRADE_OF_CLASS).fillna(3).to_numpy(np.int64)
    by_class = np.where(frame["kind"] == "lane", 4, by_class)
    told = texts.map(known).to_numpy(np.int64)
    return np.where(road, np.where(told > 0, told, by_class), 0)


def grade_in(text: str) -> int:
    """Return the cleaning grade that a text names, 0 for none.

    Examples
    --------
    >>> [grade_in(text) for text in ("二级", "特级", "3", "四类保洁", "")]
    [2, 1, 3, 4, 0]
    """
    found = re.search(r"特|[一二三四]|[1-4]", text)
    return _GRADE_WORDS[found[0]] if found else 0


def _phases(frame: pd.DataFrame, parameters: Parameters) -> Ints:
    """Return the number in `PHASES` of each unit: its own where it tells one, else the parameter."""
    own = frame["phase"].map(PHASES.index, na_action="ignore") if "phase" in frame else np.nan
    return pd.Series(own, frame.index, dtype=float).fillna(parameters.phase).to_numpy(np.int64)


def _fees(frame: pd.DataFrame, phase: Ints, parameters: Parameters) -> Floats:
    """Return the fees paid a year: none in a trial; later an estate's own where it tells them."""
    fees = np.array(parameters.fees)
    told = {"fee": fees[phase, 0], "collect": fees[phase, 1]}
    for name, values in told.items():
        own = frame[name].to_numpy(float) if name in frame else np.full(len(frame), np.nan)
        told[name] = np.where(np.isfinite(own) & (phase > 0), own, values)
    return frame["gfa_m2"].to_numpy(float) * told["fee"] * 12 * told["collect"]


def _road_cost(swept: Floats, grade: Ints, contract: Floats, parameters: Parameters) -> Floats:
    if not parameters.road_from_posts:
        return contract * parameters.road_cost
    by_machine = swept * (1 - _at(parameters.by_grade("by_hand"), grade)) * parameters.machine_cost
    return _posts(swept, grade, parameters) * parameters.relief * parameters.person_y + by_machine


def _posts(swept: Floats, grade: Ints, parameters: Parameters) -> Floats:
    by_hand, shifts = parameters.by_grade("by_hand"), parameters.by_grade("shifts")
    quota = np.where(grade > 0, _at(parameters.by_grade("sweep_quota"), grade), 1.0)
    return swept * _at(by_hand, grade) / quota * _at(shifts, grade)


def _at(by_grade: tuple[float, ...], grade: Ints) -> Floats:
    """Return the value of each unit's grade, 0 for grade 0."""
    return np.array([0.0, *by_grade])[grade]


def _per(parameters: Parameters) -> Floats:
    return np.array([getattr(parameters, f"per_{post}") for post in POSTS])


def _balanced(table: pd.DataFrame) -> pd.DataFrame:
    table["income_y"] = table["fee_y"] + table["park_y"] + table["road_y"] + table["other_y"]
    table["balance_y"] = table["income_y"] - table["cost_y"]
    return table


def _quotient(over: Floats, under: Floats) -> Floats:
    return np.divide(over, under, out=np.full(len(under), np.nan), where=under > 1e-6)
