"""All ways to divide up to `MOST_ATOMS` atoms into connected zones: the best of them, or the proof of none.

Atoms are units or groups that are never cut; a set of them is a bit mask. `Blocks` are the sets that may be
a zone; the search puts blocks together until every atom lies in exactly one. `bigmap.core.zoning.small_case`
makes the blocks of units and rules.

Notes
-----
Set partitioning over enumerated feasible districts, as Garfinkel and Nemhauser, *Management Science* 16
(1970), solved political districting; here by depth first search with bounds. Each step takes a block with
the lowest atom that is still free, so that no partition is met twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bigmap.base.arrays import Bools, Floats, Ints
from bigmap.core.zoning import exact_kernels as kernels

MOST_ATOMS = 16
_BUDGET = 400_000_000  # blocks looked at: some two seconds


@dataclass(frozen=True)
class Tables:
    """What each set of n atoms is, arrays over 2**n masks.

    Attributes
    ----------
    whole : ndarray of bool
        It hangs together on each ground it touches.
    total : ndarray of float, shape (2**n, d)
        Its load.
    cut_m : ndarray of float
        Its border with other atoms, metres.
    grounds : ndarray of int
        The pieces of ground it touches, as a mask.
    """

    whole: Bools
    total: Floats
    cut_m: Floats
    grounds: Ints


@dataclass(frozen=True)
class Blocks:
    """Sets of atoms that may be a zone, arrays of one length; a set is there once for each zone it may be.

    Attributes
    ----------
    mask : ndarray of int
    label : ndarray of int
        Number of the zone it is, -1 for any that is left over.
    load, moved, cost : ndarray of float
        Load, load away from home, and what else it costs.
    crossings, excess, strays : ndarray of int
        Prices that come before the cost: large grounds beyond the first, deviation beyond the tolerance in
        steps, pieces beyond the first. Crossings come first, then the largest excess, then the strays.
    """

    mask: Ints
    label: Ints
    load: Floats
    moved: Floats
    cost: Floats
    crossings: Ints
    excess: Ints
    strays: Ints


@dataclass(frozen=True)
class Limits:
    """What holds for all zones together.

    Attributes
    ----------
    load : float
        Load of all atoms.
    low, high : float
        Smallest and largest load of a zone.
    moved : float
        Largest load away from home.
    mean, tolerance, step : float
        Load of a mean zone, deviation that costs nothing, and the step of `Blocks.excess`.
    """

    load: float
    low: float
    high: float
    moved: float
    mean: float
    tolerance: float
    step: float


def tables(near: Ints, link_m: Floats, ground: Ints, load: Floats) -> Tables:
    """Return what each set of atoms is.

    Parameters
    ----------
    near : ndarray of int, shape (n,)
        Neighbours of each atom, as a mask.
    link_m : ndarray of float, shape (n, n)
        Border between two atoms, metres.
    ground : ndarray of int, shape (n,)
        Piece of ground of each atom, from 0.
    load : ndarray of float, shape (n, d)
    """
    return Tables(*kernels.fill_tables(near, link_m, ground, load))


def best_blocks(
    blocks: Blocks, limits: Limits, n: int, k: int, *, first: bool = False
) -> tuple[Ints | None, bool]:
    """Return (rows of the k blocks of the best partition or None, whether that is proven).

    Parameters
    ----------
    blocks : Blocks
    limits : Limits
    n : int
        Number of atoms.
    k : int
        Number of zones.
    first : bool
        Any partition will do.
    """
    if k == 0 or n == 0:
        return (np.zeros(0, dtype=np.int64), True) if k == n == 0 else (None, True)
    if k > n:
        return None, True
    lowest = blocks.mask & -blocks.mask
    order = np.lexsort((blocks.cost, blocks.excess, blocks.crossings, lowest))
    begin = np.searchsorted(lowest[order], 1 << np.arange(n + 1))
    by_mask = np.argsort(blocks.mask[order], kind="stable")
    slot = np.searchsorted(blocks.mask[order][by_mask], np.arange((1 << n) + 1))
    of_block = (blocks.mask, blocks.label, blocks.load, blocks.moved, blocks.cost)
    prices = (blocks.crossings, blocks.excess, blocks.strays)
    search: Any = kernels.search
    rows, looks = search(
        n, k, *(np.ascontiguousarray(a[order]) for a in (*of_block, *prices)), begin, by_mask, slot,
        limits.load, limits.low, limits.high, limits.moved, limits.mean, limits.tolerance, limits.step,
        first, _BUDGET,
    )  # fmt: skip
    return (order[rows] if rows[0] >= 0 else None), looks <= _BUDGET
