"""Doubts that ask for a decision before any figure is used: one table of rules, with the threshold of each.

The command line ends with exit code 3 and says each, the window shows them over the map, the report lists
them. What a planner accepted or decided is no doubt any more and counts nowhere here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bigmap.base.amounts import Exact
from bigmap.base.i18n import Text
from bigmap.base.problems import Problem, ProblemLog, Severity
from bigmap.core.clean.across_boundary import CODE as ACROSS_BOUNDARY
from bigmap.core.units.model import Units

_UNPLACED = (
    *(ACROSS_BOUNDARY, "same_ground", "duplicate", "no_ground", "outside", "on_exclusion", "point_alone"),
    *("table_spare", "table_doubt"),
)
"""Codes of what has figures that are shared out, lost or given to no estate."""


@dataclass(frozen=True)
class DoubtRule:
    """One kind of doubt that has to be decided.

    Attributes
    ----------
    name : str
    codes : tuple of str
        Problems it is about.
    value : str
        Value of these problems that is measured; '' where one problem is enough.
    of : str
        What the sum of the values is a share of: 'hh' and 'gfa_m2' (placed and in doubt together, where the
        units tell any), 'ground'; '' where each value is taken by itself.
    threshold : float
        Least that counts.
    open : bool
        Whether the threshold itself is still no such doubt.
    text : Text
        Sentence, with ``file`` and ``text`` of the problem, its values, or ``amount`` and ``share`` of a sum.
    """

    name: str
    codes: tuple[str, ...]
    value: str
    of: str
    threshold: float
    text: Text
    open: bool = False

    def exceeded(self, amount: float) -> bool:
        """Tell whether an amount is such a doubt."""
        return amount > self.threshold if self.open else amount >= self.threshold


_LOST = Text(
    "{amount:,.0f} {what} ({share:.1%}) are unplaced, shared out or lost: look at them in the problem list"
)
RULES = (
    DoubtRule("layer_off", ("shifted",), "metres", "", 50.0, Text("{file}: {text}")),
    DoubtRule(
        "rival_systems", ("crs_contradicts", "crs_elsewhere", "too_wide"), "", "", 0.0, Text("{file}: {text}")
    ),
    DoubtRule("households", _UNPLACED, "hh", "hh", 0.01, _LOST),
    DoubtRule("floor_area", _UNPLACED, "gfa_m2", "gfa_m2", 0.01, _LOST),
    DoubtRule(
        "ground",
        ("boundary_gap", "boundary_enclosed", "boundary_overlap", "overlap"),
        "area",
        "ground",
        0.001,
        Text("{amount:,.0f} m² of ground ({share:.2%}) are undecided: look at them in the problem list"),
        open=True,
    ),
)
"""The list: a layer moved or 50 m off its place; files that contradict each other, or themselves, about where
they lie; 1 % of the households or more unplaced, shared out or lost (of the floor area where nobody tells
households); more than 0.1 % of the ground undecided."""

_WHAT = {"hh": Text("households"), "gfa_m2": Text("m² of floor area")}


def decisions(problems: ProblemLog, units: Units) -> list[Text]:
    """Return what has to be decided by `RULES`, a sentence each; empty where nothing has."""
    whole = _wholes(units)
    found: list[Text] = []
    for rule in RULES:
        mine = [p for p in problems if p.code in rule.codes and p.severity != Severity.MENDED]
        found += _summed(rule, mine, whole) if rule.of else _single(rule, mine)
    return found


def _wholes(units: Units) -> dict[str, float]:
    """Return what sums are shares of; floor area only where no households are told."""
    wholes = {"ground": units.boundary_m2}
    told = {name: float(units.frame[name].sum()) for name in _WHAT}
    wholes |= {"hh": told["hh"]} if told["hh"] > 0 else {"gfa_m2": told["gfa_m2"]}
    return wholes


def _single(rule: DoubtRule, problems: Sequence[Problem]) -> list[Text]:
    hit = [p for p in problems if not rule.value or rule.exceeded(p.text.values.get(rule.value, 0.0))]
    return [Text(rule.text.template, {"file": p.file, "text": p.text}) for p in hit]


def _summed(rule: DoubtRule, problems: Sequence[Problem], wholes: dict[str, float]) -> list[Text]:
    amount = sum(at_stake(p, rule.value) for p in problems)
    if rule.of not in wholes or amount <= 0:
        return []
    whole = wholes[rule.of] + (amount if rule.of in _WHAT else 0.0)
    share = amount / whole if whole else 1.0
    if not rule.exceeded(share):
        return []
    values = {"amount": Exact(amount), "share": Exact(share), "what": _WHAT.get(rule.of, "")}
    return [Text(rule.text.template, values)]


def at_stake(problem: Problem, name: str) -> float:
    """Return a value of a problem, 0 where it has none; the ground of a boundary is told as ``m2``."""
    values = problem.text.values
    return float(values.get(name, values.get("m2", 0.0) if name == "area" else 0.0))
