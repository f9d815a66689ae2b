"""The load of a unit: what zone building balances."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from bigmap.base.errors import UserError
from bigmap.base.problem_kinds import planning as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core.schema.columns import column_of
from bigmap.core.units.model import Units

_BALANCED = ("hh", "gfa_m2", "site_m2", "sweep_m2", "green_m2", "parking_n", "cost_y", "income_y")
FIELDS = {name: column_of("units", name).text for name in _BALANCED}
FIELDS["units"] = column_of("zones", "units").text
"""Fields of the units that are usually balanced, with their names; ``units`` counts the units themselves."""

_SUBSTITUTES = ("gfa_m2", "site_m2")


def weigh(units: Units, balance: dict[str, float], problems: ProblemLog, instead: str = "") -> Units:
    """Return the units with ``load`` filled: the weighted sum of the fields wanted.

    Parameters
    ----------
    units : Units
    balance : dict of str to float
        Field of `FIELDS`, or any other column of numbers of the units → weight.
    problems : ProblemLog
        Told when the field wanted is zero everywhere and another one is balanced instead.
    instead : str
        The field that the planner chose for that case, '' for the one that comes nearest.

    Raises
    ------
    UserError
        For an unknown field or a weight that is not above 0.
    """
    if not balance:
        raise UserError("Nothing is balanced; name at least one of {fields}", fields=", ".join(FIELDS))
    for name, weight in balance.items():
        values_of(units, name)
        if not weight > 0:
            raise UserError("The weight of {field} must be above 0", field=name)
    frame = units.frame.copy()
    frame["load"] = sum(weight * values_of(units, name) for name, weight in balance.items())
    if frame["load"].sum() > 0:
        return replace(units, frame=frame, load_field=_label(balance))
    known = [name for name in FIELDS if name in (*frame.columns, "units")]
    usable = [name for name in known if name not in balance and values_of(units, name).sum() > 0]
    taken = next(name for name in (instead, *_SUBSTITUTES) if name in usable)
    frame["load"] = values_of(units, taken)
    _say(next(iter(balance)), taken, usable, problems, chosen=taken == instead)
    return replace(units, frame=frame, load_field=taken)


def _say(wanted: str, taken: str, usable: list[str], problems: ProblemLog, *, chosen: bool) -> None:
    found = kinds.NoLoadAsChosen if chosen else kinds.NoLoad
    name = FIELDS.get(wanted, wanted)
    problems.add(found(wanted=name, instead=FIELDS[taken], taken=taken, usable=usable))


def values_of(units: Units, name: str) -> npt.NDArray[np.float64]:
    """Return a field of the units as numbers, shape (n,), 0 where unknown; a `UserError` where there is none.

    Negative values count as 0: a load cannot be taken away.
    """
    frame = units.frame
    if name == "units":
        return np.ones(len(frame))
    usable = [c for c in frame.select_dtypes("number").columns if c != "load"]
    if name not in usable:
        names = [f for f in FIELDS if f in usable] + [c for c in usable if c not in FIELDS] + ["units"]
        raise UserError(
            "{field} cannot be balanced; use one of {fields}", field=name, fields=", ".join(names)
        )
    return np.maximum(frame[name].fillna(0).to_numpy(np.float64), 0.0)


def _label(balance: dict[str, float]) -> str:
    if list(balance.values()) == [1.0]:
        return next(iter(balance))
    return "+".join(f"{weight:g}*{name}" for name, weight in balance.items())
