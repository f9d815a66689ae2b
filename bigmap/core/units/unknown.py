"""What nobody told: which units lack a figure that they should have, and what sums over the others say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from bigmap.base.amounts import AtLeast
from bigmap.base.arrays import Bools, Floats
from bigmap.base.i18n import Text
from bigmap.base.problem_kinds.units import (
    FloorAreasAllZero,
    HouseholdsAllZero,
    NoFloorArea,
    NoHouseholds,
)
from bigmap.base.problems import ProblemLog

_WALLED = ("estate", "village")
_LIVED_IN = (*_WALLED, "building")
ASKED = {
    "hh": _LIVED_IN,
    "gfa_m2": (*_LIVED_IN, "public"),
    "green_m2": _WALLED,
    "parking_n": _WALLED,
}
"""Figure of the units → kinds of unit that are asked for it; the others have none."""

COUNTS = tuple(f"{name}_{what}" for name in ASKED for what in ("asked", "untold"))
"""Numbers that sum over units: how many are asked for a figure, and how many of them do not tell it."""

_GROUPS = {"estates": _WALLED, "houses": ("building",)}
_SAID = {
    ("hh", "estates"): "{n} of {of} estates tell no households",
    ("hh", "houses"): "{n} of {of} houses tell no households",
    ("gfa_m2", "estates"): "{n} of {of} estates tell no floor area",
    ("gfa_m2", "houses"): "{n} of {of} houses tell no floor area",
}


@dataclass(frozen=True)
class Untold:
    """How many estates or houses do not tell a figure.

    Attributes
    ----------
    name : str
        'hh' or 'gfa_m2'.
    group : str
        'estates' or 'houses'.
    n, of : int
        How many do not tell it, and how many there are.
    """

    name: str
    group: str
    n: int
    of: int

    @property
    def text(self) -> Text:
        """The same in words."""
        return Text(_SAID[self.name, self.group], {"n": self.n, "of": self.of})


def told_column(name: str) -> str:
    """Return the column of units that says whether a figure is known, as far as it is asked for."""
    return f"{name}_told"


def told(frame: pd.DataFrame, name: str) -> Bools:
    """Return which units have a figure that is known; those that are not asked for it, have."""
    column = told_column(name)
    return frame[column].to_numpy(bool) if column in frame else np.ones(len(frame), dtype=bool)


def counts(frame: pd.DataFrame) -> dict[str, npt.NDArray[np.int64]]:
    """Return `COUNTS` of each unit: 0 or 1, to be summed."""
    found = {}
    for name, kinds in ASKED.items():
        asked = frame["kind"].isin(kinds).to_numpy(bool)
        found[f"{name}_asked"] = asked.astype(np.int64)
        found[f"{name}_untold"] = (asked & ~told(frame, name)).astype(np.int64)
    return found


def untold(frame: pd.DataFrame) -> dict[str, list[Untold]]:
    """Return for households and floor area which groups of units there are, and what they do not tell."""
    found: dict[str, list[Untold]] = {"hh": [], "gfa_m2": []}
    for name, held in found.items():
        lacking = ~told(frame, name)
        for group, kinds in _GROUPS.items():
            mine = frame["kind"].isin(kinds).to_numpy(bool)
            if mine.any():
                held.append(Untold(name, group, _features(frame, mine & lacking), _features(frame, mine)))
    return found


def of_units(frame: pd.DataFrame, name: str) -> Floats:
    """Return a figure of the units, NaN where it is not known at all."""
    values = frame[name].to_numpy(float)
    return np.where((values == 0) & ~told(frame, name), np.nan, values)


def of_groups(table: pd.DataFrame, name: str) -> Floats:
    """Return the sums of zones or operators, NaN where none of their units tells the figure."""
    values = table[name].to_numpy(float)
    if f"{name}_untold" not in table:
        return values
    asked, untold = (table[f"{name}_{what}"].to_numpy(float) for what in ("asked", "untold"))
    return np.where((asked > 0) & (untold >= asked) & (values == 0), np.nan, values)


def figure(row: Mapping[str, Any], name: str) -> float:
    """Return a sum of one zone, operator or whole: NaN where nobody tells it, `AtLeast` where some do not."""
    value, untold = float(row[name]), row.get(f"{name}_untold", 0)
    if not untold > 0:
        return value
    return float("nan") if value == 0 and untold >= row.get(f"{name}_asked", 0) else AtLeast(value)


def chosen(frame: pd.DataFrame, name: str, rows: Any = slice(None)) -> float:
    """Return the sum of a figure over some units, as `figure` does."""
    asked = frame["kind"].isin(ASKED[name]).to_numpy(bool)[rows]
    untold = asked & ~told(frame, name)[rows]
    sums = {f"{name}_asked": int(asked.sum()), f"{name}_untold": int(untold.sum())}
    return figure({name: float(frame[name].to_numpy(float)[rows].sum()), **sums}, name)


def without_blank_zeros(frame: gpd.GeoDataFrame, log: ProblemLog) -> gpd.GeoDataFrame:
    """Return a layer whose households or floor areas, where all that it tells are 0, are unknown.

    A table of shapes that cannot leave a number out writes 0.
    """
    for name, found in (("hh", HouseholdsAllZero), ("gfa_m2", FloorAreasAllZero)):
        values = frame[name].astype(float)
        if values.notna().any() and not values.fillna(0).any():
            log.add(found(n=len(frame)), file=str(frame["file"].iloc[0]))
            frame = frame.assign(**{name: np.nan})
    return frame


def tell(frame: pd.DataFrame, log: ProblemLog) -> None:
    """Say how many estates and houses lack households, or floor area."""
    found = {"hh": NoHouseholds, "gfa_m2": NoFloorArea}
    for name, held in untold(frame).items():
        for group in held:
            if group.n:
                log.add(found[name](said=group.text))


def reason(lacks: str, held: Sequence[Untold] = ()) -> list[Text]:
    """Return why there is no share (`Share.lacks`), and what it leaves out, a sentence each.

    Parameters
    ----------
    lacks : str
    held : sequence of Untold
        What is not told of its figure.
    """
    lines = [group.text for group in held if group.n]
    if lacks == "operators":
        lines.insert(0, Text("No operators are named: who serves is not told"))
    elif lacks == "services":
        lines.insert(0, Text("The table of services leaves open who does it on some units"))
    elif lacks and not lines:
        lines.append(Text("There is nothing to count"))
    return lines


def _features(frame: pd.DataFrame, rows: Bools) -> int:
    """Return how many features some units come from: pieces of one bear its name and file."""
    part = frame.loc[rows, ["source", "name"]]
    named = part["name"] != ""
    return int((~named).sum()) + len(part[named].drop_duplicates())
