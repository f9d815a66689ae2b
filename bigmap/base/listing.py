"""The first of many names, for a sentence."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice


def first_of(names: Collection[object], most: int) -> str:
    """Return at most so many names, and a sign where there are more.

    Examples
    --------
    >>> first_of(["a", "b", "c"], 2), first_of([1, 2], 2)
    ('a, b …', '1, 2')
    """
    return ", ".join(map(str, islice(names, most))) + (" …" if len(names) > most else "")
