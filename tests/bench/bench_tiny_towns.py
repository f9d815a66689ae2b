"""A thousand tiny towns, each within a limit: ``python -m tests.bench.bench_tiny_towns [TOWNS] [FIRST]``."""

from __future__ import annotations

import sys
from collections import Counter

from tests.helpers.tiny_towns import zones_of_tiny

LIMIT_S = 10.0


def main(towns: int = 1000, first: int = 0) -> None:
    """Plan and split them; print how many, how they ended, and the longest."""
    outcomes: Counter[tuple[object, object]] = Counter()
    longest = 0.0
    for seed in range(first, first + towns):
        found = zones_of_tiny(seed, LIMIT_S)
        outcomes[found["plan"], found["split"]] += 1
        longest = max(longest, float(found["s"]))
    print(f"{towns} towns, limit {LIMIT_S:g} s, longest {longest:.2f} s")
    for (plan, split), n in outcomes.most_common():
        print(f"{n:5} plan {plan}, split {split}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
