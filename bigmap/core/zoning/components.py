"""Ground in several pieces: how many zones each piece gets, and which pieces join a zone elsewhere."""

from __future__ import annotations

import numpy as np
import shapely

from bigmap.base.arrays import Bools, Floats, Ints, Shapes


def apportion(load: Floats, k: int, least: Ints | None = None, most: Ints | None = None) -> Ints:
    """Return how many of k zones each piece of ground gets; 0 for pieces too small for their own.

    Parameters
    ----------
    load : ndarray of float, shape (c,)
        Load of each piece, at least 0; sums to more than 0.
    k : int
        Number of zones, at least 1.
    least, most : ndarray of int, shape (c,), optional
        Zones that each piece needs, at most k in all, and that it can hold, at least k in all.

    Returns
    -------
    ndarray of int, shape (c,)
        Sums to k. The largest piece always gets one unless others need all; another piece gets one of its own
        when it deserves at least half a zone. Among these, the largest deviation of a piece's mean zone from
        the mean of all is as small as it can be, and the rest is handed out by the divisors 1, 3, 5…

    Notes
    -----
    Minimax apportionment, then Sainte-Laguë: Balinski and Young, *Fair Representation* (1982).
    """
    least = np.zeros(len(load), dtype=np.int64) if least is None else least
    most = np.full(len(load), k, dtype=np.int64) if most is None else most
    seated = _seated(load, k, least, most)
    low = np.where(seated, np.maximum(least, 1), 0)
    high = np.where(seated, most, 0)
    mean = float(load.sum()) / k
    share = load[seated] / mean
    marks = np.unique(np.abs(share[:, None] / np.arange(1, k + 1) - 1))
    first, last = 0, len(marks) - 1
    while first < last:  # the smallest deviation for which the zones can be handed out
        middle = (first + last) // 2
        some, many = _range(load / mean, float(marks[middle]), low, high)
        if some.sum() <= k <= many.sum():
            last = middle
        else:
            first = middle + 1
    seats, many = _range(load / mean, float(marks[first]), low, high)
    if not seats.sum() <= k <= many.sum():
        seats, many = low.copy(), high
    for _ in range(k - int(seats.sum())):
        seats[np.argmax(np.where(seats < many, load / (2 * seats + 1), -1.0))] += 1
    return seats


def _seated(load: Floats, k: int, least: Ints, most: Ints) -> Bools:
    """Return which pieces get zones of their own: those that need them or deserve half a zone."""
    order = np.argsort(-load, kind="stable")
    usable = order[most[order] > 0]
    seated = (least > 0) | ((load >= 0.5 * load.sum() / k) & (most > 0))
    seated[usable[:1]] |= least.sum() < k
    for piece in order[::-1]:
        if np.maximum(least, 1)[seated].sum() <= k:
            break
        seated[piece] &= least[piece] > 0
    for piece in usable:
        if most[seated].sum() >= k:
            break
        seated[piece] = True
    return np.asarray(seated)


def _range(share: Floats, off: float, low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Return the fewest and the most zones of each piece whose mean deviates by no more than ``off``."""
    fewest = np.ceil(share / (1 + off) - 1e-9).astype(np.int64)
    largest = np.where(off < 1, np.floor(share / max(1 - off, 1e-9) + 1e-9), high).astype(np.int64)
    some = np.minimum(np.maximum(fewest, low), high)
    return some, np.maximum(np.minimum(largest, high), some)


def nearest_seated(polygons: Shapes, ground: Ints, seats: Ints) -> Ints:
    """Return for each piece of ground the unit it joins: the nearest one on ground with zones, -1 for
    none needed.

    Parameters
    ----------
    polygons : array of shapely.Polygon, shape (n,)
    ground : ndarray of int, shape (n,)
        Piece of ground of each unit.
    seats : ndarray of int, shape (c,)
    """
    found = np.full(len(seats), -1, dtype=np.int64)
    seated = np.flatnonzero(seats[ground] > 0)
    tree = shapely.STRtree(polygons[seated])
    for piece in np.flatnonzero(seats == 0):
        members = np.flatnonzero(ground == piece)
        near, away = tree.query_nearest(polygons[members], all_matches=False, return_distance=True)
        found[piece] = seated[near[1][np.argmin(away)]]
    return found
