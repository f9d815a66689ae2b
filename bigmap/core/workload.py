"""The load of a unit: what zone building balances."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd

from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.problems import ProblemLog, Severity
from bigmap.core.units import Units

FIELDS = {
    "hh": Text("Households"),
    "gfa_m2": Text("Floor area"),
    "site_m2": Text("Area"),
    "sweep_m2": Text("Sweep area"),
    "green_m2": Text("Green area"),
    "parking_n": Text("Parking bays"),
    "units": Text("Number of units"),
}
"""Fields of the units that can be balanced, with their names; ``units`` counts the units themselves."""

_SUBSTITUTES = ("gfa_m2", "site_m2")


def weigh(units: Units, balance: dict[str, float], problems: ProblemLog, instead: str = "") -> Units:
    """Return the units with ``load`` filled: the weighted sum of the fields wanted.

    Parameters
    ----------
    units : Units
    balance : dict of str to float
        Field of `FIELDS` → weight.
    problems : ProblemLog
        Told when the field wanted is zero everywhere and another one is balanced instead.
    instead : str
        The field that the planner chose for that case, '' for the one that comes nearest.

    Raises
    ------
    UserError
        For an unknown field or a weight that is not above 0.
    """
    for name, weight in balance.items():
        if name not in FIELDS:
            raise UserError(
                "{field} cannot be balanced; use one of {fields}", field=name, fields=", ".join(FIELDS)
            )
        if not weight > 0:
            raise UserError("The weight of {field} must be above 0", field=name)
    frame = units.frame.copy()
    frame["load"] = sum(weight * _values(frame, name) for name, weight in balance.items())
    if frame["load"].sum() > 0:
        return replace(units, frame=frame, load_field=_label(balance))
    usable = [name for name in FIELDS if name not in balance and _values(frame, name).sum() > 0]
    taken = next(name for name in (instead, *_SUBSTITUTES) if name in usable)
    frame["load"] = _values(frame, taken)
    _say(next(iter(balance)), taken, usable, problems, chosen=taken == instead)
    return replace(units, frame=frame, load_field=taken)


def _say(wanted: str, taken: str, usable: list[str], problems: ProblemLog, *, chosen: bool) -> None:
    values: dict[str, Any] = {
        "wanted": FIELDS[wanted],
        "instead": FIELDS[taken],
        "taken": taken,
        "usable": usable,
    }
    if chosen:
        text = "No file gives {wanted}, so {instead} is balanced instead, as you chose"
        problems.add(Severity.MENDED, "no_load", text, **values)
    else:
        text = "No file gives {wanted}, so {instead} is balanced instead"
        problems.add(Severity.DOUBT, "no_load", text, **values)


def _values(frame: gpd.GeoDataFrame, name: str) -> pd.Series:
    return pd.Series(1.0, index=frame.index) if name == "units" else frame[name].astype(float)


def _label(balance: dict[str, float]) -> str:
    if list(balance.values()) == [1.0]:
        return next(iter(balance))
    return "+".join(f"{weight:g}*{name}" for name, weight in balance.items())
