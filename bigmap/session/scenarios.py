"""Scenarios (方案): states of the plan to compare with, kept by name or before a step, and how two differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from bigmap.base.i18n import Text
from bigmap.core.editing.tally import Tally
from bigmap.core.planning.assignment import NOBODY, Edit
from bigmap.core.planning.plan import assignment_of
from bigmap.core.units import unknown
from bigmap.session.document import Document
from bigmap.session.editor import DocumentStep, Step
from bigmap.session.session import Session

State = tuple[Text, Document]

_NONE = NOBODY - 1
STEPS = 8
"""States before and after the last steps that are offered for comparing."""


def states(session: Session) -> list[State]:
    """Return the states to compare with: scenarios, then those before the last steps, then undone ones."""
    kept = [(Text("{name}", {"name": name}), document) for name, document in session.scenarios.items()]
    before = _along(session.document, Text("Before: {step}"), session.history.before)
    return kept + before + _along(session.document, Text("After: {step}"), session.history.after)


def _along(state: Document | None, title: Text, steps: Sequence[tuple[Text, Step]]) -> list[State]:
    """Return the documents that the next steps of one way lead to; choosing units is none of them."""
    found: list[State] = []
    for name, step in steps:
        if state is None or len(found) == STEPS:
            break
        match step:
            case DocumentStep():
                state = step.document
            case Edit():
                state = state.with_assignment((state.assignment or assignment_of(state.built)).apply(step))
            case _:
                continue
        found.append((Text(title.template, {"step": str(name)}), state))
    return found


@dataclass(frozen=True)
class Standing:
    """How a state of a plan stands.

    Attributes
    ----------
    zones : int
        Zones with ground.
    off : float
        Largest distance of a zone's load from the target, as a share of it.
    broken : int
        Zones in several pieces.
    compact : float
        Mean compactness 4πA/P² of the zones.
    uncovered_m2 : float
        Ground without a zone.
    """

    zones: int
    off: float
    broken: int
    compact: float
    uncovered_m2: float

    @classmethod
    def of(cls, tally: Tally) -> Standing:
        """Return how the plan of a tally stands."""
        table = tally.table()
        held = table[table["units"] > 0]
        return cls(
            len(held),
            float(held["off"].abs().max()) if len(held) else 0.0,
            int((held["pieces"] > 1).sum()),
            float(held["compact"].mean()) if len(held) else 0.0,
            tally.covered.uncovered_m2,
        )


@dataclass(frozen=True)
class Difference:
    """What two states of a plan differ in.

    Attributes
    ----------
    now, other : Standing
    units : int or None
    households : float or None
        How many change hands from one to the other; None where the states are of other ground.
    """

    now: Standing
    other: Standing
    units: int | None = None
    households: float | None = None


def compare_states(now: Tally, other: Tally) -> Difference:
    """Return what another state differs in from the open one.

    Zones are known by their ground, not by their number: they are paired so that as many units as possible
    are in the same zone in both states (`scipy.optimize.linear_sum_assignment`).
    """
    standing = Standing.of(now), Standing.of(other)
    mine, theirs = now.unit_index.units.frame["unit_id"], other.unit_index.units.frame["unit_id"]
    if len(mine) != len(theirs) or (mine.to_numpy() != theirs.to_numpy()).any():
        return Difference(*standing)
    moved = _counterpart(now, other) != now.zone
    households = unknown.chosen(now.unit_index.units.frame, "hh", np.flatnonzero(moved))
    return Difference(*standing, int(moved.sum()), households)


def _counterpart(now: Tally, other: Tally) -> npt.NDArray[np.int64]:
    """Return for each unit the zone here that is paired with its zone there."""
    shared = np.zeros((len(other.zones), len(now.zones)), dtype=np.int64)
    both = (other.zone != NOBODY) & (now.zone != NOBODY)
    np.add.at(shared, (other.zone[both], now.zone[both]), 1)
    there, here = linear_sum_assignment(shared, maximize=True)
    paired = np.full(len(other.zones) + 1, _NONE)  # the last one stands for no zone
    paired[there], paired[-1] = here, NOBODY
    return paired[other.zone]
