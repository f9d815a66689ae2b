"""Ground in several pieces: how many zones each piece gets, and which pieces join a zone elsewhere."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def apportion(load: Floats, k: int) -> Ints:
    """Return how many of k zones each piece of ground gets, by load; 0 for pieces too small for their own.

    Parameters
    ----------
    load : ndarray of float, shape (c,)
        Load of each piece, at least 0; sums to more than 0.
    k : int
        Number of zones, at least 1.

    Returns
    -------
    ndarray of int, shape (c,)
        Sums to k. The largest piece always gets one; another piece gets one of its own when it deserves
        at least half a zone.

    Notes
    -----
    Sainte-Laguë (Webster) apportionment: the divisors 1, 3, 5… round halves up, as described by
    Balinski and Young, *Fair Representation* (1982).
    """
    seats = np.zeros(len(load), dtype=np.int64)
    seats[np.argmax(load)] = 1
    for _ in range(k - 1):
        seats[np.argmax(load / (2 * seats + 1))] += 1
    return seats
