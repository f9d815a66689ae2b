"""Doubts that ask for a decision before any figure is used: one table of rules, with the threshold of each.

The command line ends with exit code 3 and says each, the window shows them over the map, the report lists
them. What a planner accepted or decided is no doubt any more and counts nowhere here.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from bigmap.base.amounts import Exact
from bigmap.base.i18n import Text
from bigmap.base.problem_kind import ProblemKind, Severity, UnlistedFigures
from bigmap.base.problem_kinds import cleaning, formats, linework, sources, tables
from bigmap.base.problem_kinds import georeferencing as places
from bigmap.base.problem_kinds import units as cut
from bigmap.base.problems import Problem, ProblemLog
from bigmap.core.units.model import Units

_UNPLACED = (
    cleaning.ACROSS_BOUNDARY,
    cleaning.SameGround.kind,
    cleaning.RivalDuplicate.kind,
    cut.GroundTaken.kind,
    cut.Outside.kind,
    cut.BuildingExcluded.kind,
    linework.PointAlone.kind,
    tables.TableSpare.kind,
    tables.TableDoubt.kind,
)
"""What has figures that are shared out, lost or given to no estate; not the buildings wholly outside the
boundary, which are the neighbours' (those across it count by their part)."""


@dataclass(frozen=True)
class DoubtRule:
    """One kind of doubt that has to be decided.

    Attributes
    ----------
    name : str
    kinds : tuple of ProblemKind
        Problems it is about.
    value : str
        Field of their findings that is measured; '' where one problem is enough.
    of : str
        What the sum of the values is a share of: 'hh' and 'gfa_m2' (placed and in doubt together, where the
        units tell any), 'ground'; '' where each value is taken by itself.
    threshold : float
        Least that counts.
    open : bool
        Whether the threshold itself is still no such doubt.
    text : Text
        Sentence, with ``file`` and ``text`` of the problem, or ``amount``, ``share`` and ``what`` of a sum.
    """

    name: str
    kinds: tuple[ProblemKind, ...]
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
    DoubtRule(
        "source_lost", (formats.SOURCE_LOST, formats.TableMissing.kind), "", "", 0.0, Text("{file}: {text}")
    ),
    DoubtRule("greater_part_aside", (sources.GreaterPartAside.kind,), "", "", 0.0, Text("{text}")),
    DoubtRule("layer_off", (places.Shifted.kind,), "metres", "", 50.0, Text("{file}: {text}")),
    DoubtRule(
        "rival_systems",
        (places.CrsContradicts.kind, places.CrsElsewhere.kind, places.TooWide.kind),
        "",
        "",
        0.0,
        Text("{file}: {text}"),
    ),
    DoubtRule("households", _UNPLACED, "hh", "hh", 0.01, _LOST),
    DoubtRule("floor_area", _UNPLACED, "gfa_m2", "gfa_m2", 0.01, _LOST),
    DoubtRule(
        "ground",
        (
            cleaning.BOUNDARY_GAP,
            cleaning.BOUNDARY_ENCLOSED,
            cleaning.WideOverlap.kind,
            cleaning.Overlap.kind,
        ),
        "area",
        "ground",
        0.001,
        Text("{amount:,.0f} m² of ground ({share:.2%}) are undecided: look at them in the problem list"),
        open=True,
    ),
)
"""The list: a needed file that cannot be read or lacks its table; most of what was given set aside; a layer
moved or 50 m off its place; files that contradict each other, or themselves, about where they lie; 1 % of the
households or more unplaced, shared out or lost (of the floor area where nobody tells households); more than
0.1 % of the ground undecided."""

_WHAT = {"hh": Text("households"), "gfa_m2": Text("m² of floor area")}


def decisions(problems: ProblemLog, units: Units, told: Container[ProblemKind] = frozenset()) -> list[Text]:
    """Return what has to be decided by `RULES`, a sentence each; empty where nothing has.

    Parameters
    ----------
    problems : ProblemLog
    units : Units
        What sums are shares of.
    told : container of ProblemKind
        Kinds of which each problem is told anyway: they are not summed here once more.
    """
    whole = _wholes(units)
    found: list[Text] = []
    for rule in RULES:
        kinds = [kind for kind in rule.kinds if kind not in told]
        mine = [p for p in problems if p.kind in kinds and p.severity != Severity.MENDED]
        found += _summed(rule, mine, whole) if rule.of else _single(rule, mine)
    return found


def _wholes(units: Units) -> dict[str, float]:
    """Return what sums are shares of; floor area only where no households are told."""
    wholes = {"ground": units.boundary_m2}
    told = {name: float(units.frame[name].sum()) for name in _WHAT}
    wholes |= {"hh": told["hh"]} if told["hh"] > 0 else {"gfa_m2": told["gfa_m2"]}
    return wholes


def _single(rule: DoubtRule, problems: Sequence[Problem]) -> list[Text]:
    hit = [p for p in problems if not rule.value or rule.exceeded(at_stake(p, rule.value))]
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
    """Return a figure of a problem, 0 where it has none; the ground of a boundary is told as ``m2``."""
    what = problem.what
    figures = what.sums if isinstance(what, UnlistedFigures) else vars(what)
    return float(figures.get(name, figures.get("m2", 0.0) if name == "area" else 0.0))
