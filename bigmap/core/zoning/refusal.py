"""A refusal of rules: what collides, the ways out, and how loads and shares are written in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from math import ceil, floor, log10

from bigmap.base.errors import UserError
from bigmap.base.i18n import Text


class Refusal(UserError):
    """Rules that cannot be kept.

    Parameters
    ----------
    fact : Text
        What cannot be, with the rules that collide.
    advice : sequence of Text
        Ways out, each of which is enough; none where none is known.
    proven : bool
        False where it only was not found.
    """

    def __init__(self, fact: Text, advice: Sequence[Text] = (), *, proven: bool = True) -> None:
        self.fact, self.advice, self.proven = fact, list(advice), proven
        if self.advice:
            super().__init__("{fact}; {advice}", fact=fact, advice=either(self.advice))
        else:
            super().__init__("{fact}", fact=fact)


def either(ways: Sequence[Text]) -> Text:
    """Return the ways with "or" between them."""
    return reduce(lambda one, other: Text("{one} or {other}", {"one": one, "other": other}), ways)


def all_of(parts: Sequence[Text]) -> Text:
    """Return the parts with "and" between them."""
    return reduce(lambda one, other: Text("{one} and {other}", {"one": one, "other": other}), parts)


def written(value: float) -> str:
    """Return a limit as it was given: 3,000, 0.25."""
    return f"{value:,.12g}"


def at_least(value: float) -> str:
    """Return a load rounded up to four digits or whole numbers, so that it is enough as a maximum."""
    return _rounded(value, ceil, -1e-7)


def at_most(value: float) -> str:
    """Return a load rounded down to four digits or whole numbers, so that it is low enough as a minimum."""
    return _rounded(value, floor, 1e-7)


def share_at_least(share: float, limit: float) -> str:
    """Return a share in per cent rounded up, with as many digits as tell it from a limit below it."""
    for decimals in range(1, 9):
        step = 10.0 ** -(decimals + 2)
        text = f"{ceil(share / step - 1e-6) * step:.{decimals}%}"
        if text != f"{limit:.{decimals}%}":
            break
    return text


def _rounded(value: float, towards: Callable[[float], int], slack: float) -> str:
    if value <= 0:
        return "0"
    decimals = max(0, 3 - floor(log10(value)))
    text = f"{towards(value * 10**decimals + slack) / 10**decimals:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
