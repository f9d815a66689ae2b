"""The share of damaged files that are read right: ``python -m tests.bench.bench_damage [N]``."""

from __future__ import annotations

import sys
import tempfile
from functools import partial
from pathlib import Path

from tests.helpers.damage import FORMATS, damaged_csv, damaged_dbf, damaged_layer


def main(n: int) -> None:
    """Read n damaged files of each kind."""
    kinds = {"csv": damaged_csv, "dbf": damaged_dbf}
    kinds |= {name: partial(_of, name) for name in FORMATS}
    for kind, tried in kinds.items():
        right = undetected = 0
        for seed in range(n):
            with tempfile.TemporaryDirectory() as folder:
                outcome = tried(Path(folder), seed)
            right += outcome.right
            undetected += outcome.undetected
            if not outcome.right:
                print(f"  {kind} {seed}: {len(outcome.wrong)} wrong: {'; '.join(outcome.wrong)[:60]}")
        print(f"{kind:10} {right} of {n} right, {undetected} values came as other text", flush=True)


def _of(name: str, folder: Path, seed: int):
    return damaged_layer(folder, name, seed)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 150)
