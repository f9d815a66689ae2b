"""What is told of an edited plan: figures of zones, coverage, what an edit would do, what it did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bigmap.base.arrays import Ints
from bigmap.core.coverage.proof import Share
from bigmap.core.planning.assignment import Zone


@dataclass(frozen=True)
class Change:
    """What an edit did, for those who show it.

    Attributes
    ----------
    units : ndarray of int
        Units whose zone or lock is another.
    zones : tuple of int
        Rows of the zones whose figures, neighbours or attributes are others; new and removed ones too.
    operators : tuple of str
        Ids of the operators whose totals are others.
    """

    units: Ints
    zones: tuple[int, ...] = ()
    operators: tuple[str, ...] = ()


def join_changes(changes: Sequence[Change]) -> Change:
    """Return several changes as one."""
    if len(changes) == 1:
        return changes[0]
    units = np.unique(np.concatenate([change.units for change in changes]))
    zones = {row for change in changes for row in change.zones}
    operators = {code for change in changes for code in change.operators}
    return Change(units, tuple(sorted(zones)), tuple(sorted(operators)))


@dataclass(frozen=True)
class ZoneFigures:
    """One zone in numbers.

    Attributes
    ----------
    row : int
    zone : Zone
    units, pieces : int
        Number of units, and of connected pieces (0 without units).
    sums : dict of str to float
        Sum of every numeric column of the units (``load hh gfa_m2 site_m2 sweep_m2`` …).
    plane_m2, border_m : float
        Area in the project plane, and length of the outline with its holes.
    compact : float
        4πA/P² (Polsby and Popper), 0 without units.
    off : float
        Load over the target, less 1; 0 where there is no load at all.
    neighbours : tuple of int
        Rows of the zones with a common border.
    """

    row: int
    zone: Zone
    units: int
    pieces: int
    sums: dict[str, float]
    plane_m2: float
    border_m: float
    compact: float
    off: float
    neighbours: tuple[int, ...]


@dataclass(frozen=True)
class Covered:
    """Coverage of the whole plan: as `bigmap.core.coverage.proof.Coverage`, without the gaps."""

    land: Share
    inside: Share
    outside: Share
    households: Share
    uncovered_m2: float


@dataclass(frozen=True)
class Preview:
    """What an edit would do.

    Attributes
    ----------
    before, after : tuple of ZoneFigures
        The touched zones that there are before, and after.
    broken : tuple of int
        Rows of zones that would lie in more pieces than now.
    """

    before: tuple[ZoneFigures, ...]
    after: tuple[ZoneFigures, ...]
    broken: tuple[int, ...]
