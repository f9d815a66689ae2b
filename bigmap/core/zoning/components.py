"""Ground in several pieces: how many zones each piece gets, and which pieces join a zone elsewhere."""

from __future__ import annotations

import numpy as np
import shapely

from bigmap.base.arrays import Floats, Ints, Shapes


def apportion(load: Floats, k: int, least: Ints | None = None) -> Ints:
    """Return how many of k zones each piece of ground gets, by load; 0 for pieces too small for their own.

    Parameters
    ----------
    load : ndarray of float, shape (c,)
        Load of each piece, at least 0; sums to more than 0.
    k : int
        Number of zones, at least 1.
    least : ndarray of int, shape (c,), optional
        Zones that each piece needs; at most k in all.

    Returns
    -------
    ndarray of int, shape (c,)
        Sums to k. The largest piece always gets one unless others need all; another piece gets one of its own
        when it deserves at least half a zone.

    Notes
    -----
    Sainte-Laguë (Webster) apportionment: the divisors 1, 3, 5… round halves up, as described by
    Balinski and Young, *Fair Representation* (1982).
    """
    seats = np.zeros(len(load), dtype=np.int64) if least is None else least.copy()
    if seats.sum() < k and seats[np.argmax(load)] == 0:
        seats[np.argmax(load)] = 1
    for _ in range(k - int(seats.sum())):
        seats[np.argmax(load / (2 * seats + 1))] += 1
    return seats


def within_size(seats: Ints, size: Ints) -> Ints:
    """Return the seats after pieces with too few units handed theirs to the piece with the most room."""
    seats = seats.copy()
    if seats.sum() > size.sum():
        raise ValueError(f"{seats.sum()} zones for {size.sum()} units")
    while (seats > size).any():
        seats[np.argmax(seats - size)] -= 1
        seats[np.argmax(size - seats)] += 1
    return seats


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
