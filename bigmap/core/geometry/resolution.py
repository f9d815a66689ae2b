"""The resolution of coordinates: the decimal place to which whoever wrote a file has rounded them."""

from __future__ import annotations

import numpy as np

from bigmap.base.arrays import Floats

_MOST_DIGITS = 9
_MOST = 0.9
_EXACT = 0.01  # of a step: binary fractions of large numbers are not told apart below


def resolution_of(xy: Floats) -> float:
    """Return the largest of 1, 0.1, … 1e-9 of which nearly all numbers are multiples; 0.0 where none is.

    Some writers, bigmap too, give single vertices more decimals. Numbers that are no places (NaN, infinite)
    are passed over.

    Examples
    --------
    >>> resolution_of(np.array([[610_000.25, 2_708_000.5]]))
    0.01
    """
    values = xy[np.isfinite(xy)]
    if not len(values):
        return 0.0
    for digits in range(_MOST_DIGITS + 1):
        steps = values * 10.0**digits
        blur = 2 * np.finfo(float).eps * np.abs(steps)
        if blur.max() > _EXACT:
            break
        if (np.abs(steps - np.rint(steps)) <= blur).mean() >= _MOST:
            return float(10.0**-digits)
    return 0.0
