"""Writing of numbers that must not read as more, or as less, than they are."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

UNKNOWN = "–"
"""What stands where nobody gave a figure."""


class Exact(float):
    """A number whose writing never rounds a difference away.

    A share below one never reads as 100 %, one above it neither; what is not zero never reads as zero: a
    share is then the smallest that can be written, an amount "<1". NaN is "–".

    Examples
    --------
    >>> f"{Exact(0.9999999):.1%}", f"{Exact(1e-9):.1%}", f"{Exact(0.2):,.0f}", f"{Exact(math.nan):.1%}"
    ('99.9%', '0.1%', '<1', '–')
    """

    def __format__(self, spec: str) -> str:
        """Return the number by a format for floats."""
        if math.isnan(self):
            return UNKNOWN
        text = float.__format__(self, spec)
        share = spec.endswith("%")
        step = 10.0 ** -(_decimals(spec) + 2 * share)
        read, value = _value(text), float(self)
        if share and read == 100 and value != 1:
            return float.__format__(1 + math.copysign(step, value - 1), spec)
        if read == 0 and value != 0:
            small = float.__format__(math.copysign(step, value), spec)
            return small if share or value < 0 else f"<{small}"
        return text


class AtLeast(float):
    """A sum over what is known, where something is not: it reads "≥ 1,234".

    Examples
    --------
    >>> f"{AtLeast(1234):,.0f}"
    '≥ 1,234'
    """

    def __format__(self, spec: str) -> str:
        """Return the number by a format for floats, with the sign before it."""
        return f"≥ {float.__format__(self, spec)}"


def known_sum(values: Iterable[float | None]) -> float | None:
    """Return the sum of what is known: `AtLeast` where something is not, None where nothing of it is.

    Examples
    --------
    >>> known_sum([1, 2]), f"{known_sum([1, None]):,.0f}", known_sum([None]), known_sum([])
    (3.0, '≥ 1', None, 0.0)
    """
    held = list(values)
    known = [value for value in held if value is not None]
    if held and not known:
        return None
    partly = len(known) < len(held) or any(isinstance(value, AtLeast) for value in known)
    return AtLeast(sum(known)) if partly else float(sum(known))


def percent(value: float | None, decimals: int = 1, space: str = " ") -> str:
    """Return a share in per cent: the one way in which shares are written; "–" where it is unknown.

    Below one it is rounded down, so that no more is read than there is; what is above zero never reads as
    zero, what is not one never as 100 %.
    """
    if value is None or math.isnan(value):
        return UNKNOWN
    if math.isinf(value):
        return "∞"
    steps = 10 ** (decimals + 2)
    below = math.floor(value * steps + 1e-9) / steps  # 0.57 is 56.99999 steps
    text = f"{Exact(below if 0 < below < 1 else value):.{decimals}%}".replace("%", f"{space}%")
    return f"≥ {text}" if isinstance(value, AtLeast) else text


def amount(value: float | None, decimals: int = 0) -> str:
    """Return an amount with thousands apart; what is above zero never reads as zero; "–" where unknown."""
    if value is None or math.isnan(value):
        return UNKNOWN
    known = value if isinstance(value, AtLeast) else Exact(value)
    return f"{known:,.{decimals}f}"


def _decimals(spec: str) -> int:
    found = re.search(r"\.(\d+)", spec)
    return int(found[1]) if found else 6


def _value(text: str) -> float:
    return float(re.sub(r"[,%_]", "", text))
