"""Kill and stop `bigmap plan` at random moments, and count what is left, mixed, late or unsaid.

    python -m tests.bench.interrupted --kills 100 --signals 40

A killed run may leave anything; the next whole run must leave nothing of it. A stopped run must end within
two seconds, say whether it wrote, be true about that, and leave nothing at all.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import geopandas as gpd
from shapely import box

from tests.helpers.towns import GK117, at

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
_MOST_S = 2.0
_TELLING = ("zones.csv", "zones.geojson", "units.geojson", "adjacency.csv")


class Trial:
    """A folder of data with an archive in it, its results, and a temporary folder of its own."""

    def __init__(self, home: Path) -> None:
        self.data, self.out, self.temp = home / "in", home / "out", home / "tmp"
        self.data.mkdir()
        self.temp.mkdir()
        shapes = [at(box(100 * x, 0, 100 * x + 100, 100)) for x in range(6)]
        values = {"name": list("abcdef"), "households": [10, 20, 30, 40, 50, 60]}
        frame = gpd.GeoDataFrame(values, geometry=shapes, crs=GK117)
        packed = home / "packed"
        packed.mkdir()
        frame.to_file(packed / "estates.shp", encoding="UTF-8")
        subprocess.run(  # an archive, hence temporary folders from the first second on
            [sys.executable, "-m", "zipfile", "-c", self.data / "estates.zip", *sorted(packed.iterdir())],
            check=True,
        )

    def start(self, zones: int) -> subprocess.Popen[str]:
        words = ["plan", self.data, "--out", self.out, "--zones", str(zones), "--lang", "en", "--quiet"]
        return subprocess.Popen(
            [sys.executable, "-m", "bigmap", *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "TMPDIR": str(self.temp)},
        )

    def run(self, zones: int) -> float:
        began = time.monotonic()
        process = self.start(zones)
        _, said = process.communicate()
        assert process.returncode in (0, 3), said
        return time.monotonic() - began

    def state(self) -> tuple[bytes, ...]:
        return tuple((self.out / name).read_bytes() for name in _TELLING)

    def zones_reported(self) -> int:
        return len(json.loads((self.out / "report.json").read_text(encoding="utf-8"))["zones"])

    def leftovers(self) -> list[str]:
        hidden = [p.name for p in self.out.iterdir() if p.name.startswith(".")]
        return hidden + [p.name for p in self.temp.iterdir() if "bigmap" in p.name]

    def wait_for_the_moment(
        self, process: subprocess.Popen[str], chance: random.Random, whole_s: float
    ) -> None:
        """Wait for any moment of a run, every second time for one while it writes."""
        while process.poll() is None and not _answers_signals(process.pid):
            pause(process, 0.001)  # Python itself is not up
        if chance.random() < 0.5:
            pause(process, chance.uniform(0, whole_s))
            return
        while process.poll() is None and not list(self.out.glob(".bigmap-*/new")):
            pause(process, 0.001)
        pause(process, chance.uniform(0, 0.4 * whole_s if chance.random() < 0.5 else 0.1))


def pause(process: subprocess.Popen[str], seconds: float) -> None:
    with suppress(subprocess.TimeoutExpired):
        process.wait(seconds)


def _answers_signals(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:  # it is over, or not Linux
        return True
    caught = int(next(line.split()[1] for line in state.splitlines() if line.startswith("SigCgt")), 16)
    return bool(caught >> (signal.SIGTERM - 1) & 1)


def kills(trial: Trial, number: int, chance: random.Random) -> Counter[str]:
    counts: Counter[str] = Counter()
    trial.run(2)
    whole_s = trial.run(3)
    for _ in range(number):
        process = trial.start(chance.choice((2, 3)))
        trial.wait_for_the_moment(process, chance, whole_s)
        process.kill()
        process.communicate()
        counts["killed" if process.returncode == -signal.SIGKILL else "ended before"] += 1
        counts["left by the killed"] += bool(trial.leftovers())
    trial.run(2)
    counts["left after the next run"] = len(trial.leftovers())
    return counts


def signals(trial: Trial, number: int, chance: random.Random) -> Counter[str]:
    counts: Counter[str] = Counter()
    states = {}
    for zones in (2, 3):
        whole_s = trial.run(zones)
        states[zones] = trial.state()
    now = 3
    for i in range(number):
        name = _SIGNALS[i % len(_SIGNALS)]
        process = trial.start(5 - now)
        trial.wait_for_the_moment(process, chance, whole_s)
        began, was_over = time.monotonic(), process.poll() is not None
        process.send_signal(getattr(signal, name))
        _, said = process.communicate()
        took = time.monotonic() - began
        found = next((zones for zones in (2, 3) if trial.state() == states[zones]), 0)
        whole = found == trial.zones_reported()
        finished = process.returncode in (0, 3)
        true = whole and found == (5 - now if finished else now)
        told = was_over or finished or "stopped; nothing was written" in said
        counts["ended before" if was_over else "finished" if finished else "rolled back"] += 1
        counts["mixed"] += not whole
        counts["untrue"] += not true
        counts["unsaid"] += not told
        counts["crashed"] += process.returncode not in (0, 2, 3) or "Traceback" in said
        counts[f"over {_MOST_S:g} s"] += took > _MOST_S and not was_over
        left = trial.leftovers()
        counts["left"] += len(left)
        if not (whole and true and told) or left or took > _MOST_S or process.returncode not in (0, 2, 3):
            print(f"{name}: {process.returncode}, {took:.2f} s, zones {found}, {left}, {said!r}", flush=True)
        now = found or now
    return counts


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--signals", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as home:
        trial = Trial(Path(home))
        killed = kills(trial, options.kills, chance)
        print("kills:", dict(killed), flush=True)
        stopped = signals(trial, options.signals, chance)
        print("signals:", dict(stopped), flush=True)
    bad = ("mixed", "untrue", "unsaid", "crashed", f"over {_MOST_S:g} s", "left")
    return bool(killed["left after the next run"] or any(stopped[name] for name in bad))


if __name__ == "__main__":
    sys.exit(main())
