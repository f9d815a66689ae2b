"""The resolution of coordinates: the decimal place to which whoever wrote a file has rounded them."""

from __future__ import annotations

import numpy as np

from bigmap.base.arrays import Floats

_MOST_DIGITS = 9
_EXACT = 0.01  # of a step: binary fractions of large numbers are not told apart below
_EXCEPTIONS = 0.1
_FINE, _MANY = 6, 1000  # digits, numbers


def resolution_of(xy: Floats) -> float:
    """Return the largest of 1, 0.1, … 1e-9 of which all numbers are multiples; 0.0 where none is.

    Some writers, bigmap too, give single vertices more decimals. A tenth of the numbers may be such
    where six digits or more are kept, or the numbers are many; of few round numbers each one tells something.
    Numbers that are no places (NaN, infinite) are passed over.

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
        spare = _EXCEPTIONS if digits >= _FINE or len(values) >= _MANY else 0.0
        if (np.abs(steps - np.rint(steps)) > blur).mean() <= spare:
            return float(10.0**-digits)
    return 0.0
