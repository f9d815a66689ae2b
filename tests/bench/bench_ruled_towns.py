"""Thousands of random towns under rules, beside a twin that tries every plan.

``python -m tests.bench.bench_ruled_towns [TOWNS] [FIRST] [MOST UNITS]``
"""

from __future__ import annotations

import sys
from collections import Counter

import pytest

from bigmap.base.errors import Cancelled
from tests.helpers.ruled_towns import LEAST, outcome

LIMIT_S = 20.0
TOWNS = 3000


def main(towns: int = TOWNS, first: int = 0, most: int = 12) -> tuple[int, float]:
    """Plan them; print how they ended, and return (how many are wrong, the share that is nearly best)."""
    ended: Counter[str] = Counter()
    wrong, worse, longest = [], [], 0.0
    for seed in range(first, first + towns):
        try:
            found = outcome(seed, LIMIT_S, most)
        except Cancelled:
            found = {"seed": seed, "ended": "hung", "wrong": "no end", "s": LIMIT_S, "worse": 0.0}
        except (AssertionError, ArithmeticError, ValueError, IndexError, KeyError) as error:
            found = {"seed": seed, "ended": "defect", "wrong": repr(error), "s": 0.0, "worse": 0.0}
        ended[str(found["ended"])] += 1
        longest = max(longest, float(found["s"]))  # type: ignore[arg-type]
        if found["wrong"]:
            wrong.append(found)
        if found["ended"] == "planned":
            worse.append(float(found["worse"]))  # type: ignore[arg-type]
    near = sum(w <= LEAST + 1e-9 for w in worse) / max(len(worse), 1)
    print(f"{towns} towns: {dict(ended)}, {len(wrong)} wrong, longest {longest:.2f} s")
    print(f"within half a point of the best possible: {near:.2%}; farthest {max(worse, default=0):+.2%}")
    for kind, n in Counter(str(w["wrong"]).split(":")[0].split("(")[0] for w in wrong).most_common():
        print(f"{n:5} {kind}")
    for found in wrong[:25]:
        print(found)
    return len(wrong), near


@pytest.mark.slow
def test_no_town_is_planned_or_refused_wrongly():
    wrong, near = main()
    assert wrong == 0
    assert near >= 0.99


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
