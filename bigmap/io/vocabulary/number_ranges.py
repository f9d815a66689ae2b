"""Numbers that are none: what programs write for no value, and more than there can be of a thing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bigmap.base.arrays import Floats

_SIGNS = np.array(
    [
        *(2.0**31 - 1, 2.0**31, 2.0**32 - 1, 2.0**63 - 1, 2.0**63, 2.0**64 - 1),
        *(10.0**n - 1 for n in range(5, 16)),
    ]
)
"""What programs write for no value: the ends of whole numbers, nines."""
_SIGNS_OF = {"hh": 9999.0, "yr_built": 9999.0, "floors": 999.0}
"""Fewer nines, where there is never so much of a thing."""

_HUGE = 1e30
"""The ends of binary fractions lie beyond this: 3.4e38, 1.8e308."""

_MOST = {
    "hh": 200_000.0,
    "parking_n": 200_000.0,
    "floors": 200.0,
    "height_m": 1000.0,
    "width_m": 300.0,
    "n_bldg": 10_000.0,
    "fee": 10_000.0,
    "yr_built": 2200.0,
}
"""More than there is of a thing in one estate, building or road."""

_LARGEST = 1e11
"""Square metres of the largest province; no area of an estate comes near."""


def are_signs(name: str, values: Floats) -> npt.NDArray[np.bool_]:
    """Tell which numbers programs write where there is no value."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.isin(values, _SIGNS) | (values > _HUGE) | (values == _SIGNS_OF.get(name)))


def are_too_large(name: str, values: Floats) -> npt.NDArray[np.bool_]:
    """Tell which numbers are more than there can be of the thing that a field tells."""
    return np.asarray(values > _MOST.get(name, _LARGEST))
