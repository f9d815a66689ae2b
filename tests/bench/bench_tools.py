"""How long a brush stroke takes to reach the map: real page, real session, 300,000 units, few and many zones.

    python -m tests.bench.bench_tools [--units 300000] [--zones 10 500] [--stroke 200]

The page is told to brush about so many units in one frame; the clock runs from there until the window has
answered and the page has painted it. Tables are not part of this.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from typing import Any

import numpy as np

from bigmap.app import prepare
from bigmap.base.i18n import Text
from bigmap.commands.desk import Desk
from bigmap.mapview.hand import (
    Began,
    Brushed,
    Ended,
    GaveUp,
)
from bigmap.mapview.payload import pack_plan
from bigmap.session.document import Document, Session
from tests.bench.bench_map import Driver
from tests.helpers.quads import town

LIMIT_MS = 100.0
ROUNDS = 9


class Silent:
    """A user who is told nothing."""

    def hint(self, *texts: Text) -> None:
        """Hear nothing."""


def _confess(error: Exception) -> None:
    raise error


def stroke_of(tally: Any, n: int) -> tuple[np.ndarray, int]:
    """Return about n units in a bunch on the border of two zones, and the zone that takes them."""
    graph = tally.terrain.graph
    across = np.flatnonzero(tally.zone[graph.left] != tally.zone[graph.right])
    edge = across[len(across) // 2]
    row = int(tally.zone[graph.left[edge]])
    middle = tally.terrain.middles[graph.right[edge]]
    reach = 20.0
    while True:
        units = tally.terrain.tree.query(middle.buffer(reach), predicate="intersects")
        units = units[tally.zone[units] != row]
        if len(units) >= n or reach > 2000:
            return np.sort(units[:n]), row
        reach *= 1.1


def measure(app: Any, units: int, zones: int, n: int) -> dict[str, float]:
    """Measure one city."""
    from bigmap.ui.hand_on_map import HandOnMap

    side = round(units**0.5)
    plan = town(side, side, zones)
    scene = pack_plan(plan)
    driver, session = Driver(app), Session()
    session.document = Document(plan, (), scene)
    desk = Desk(session, Silent())  # type: ignore[arg-type] # only hints are needed
    found: dict[str, float] = {}
    try:
        hand = HandOnMap(desk, driver.map, _confess, lambda: None)
        start = time.perf_counter()
        stroke, row = stroke_of(session.tally, n)
        found["figures made ready, once"] = 1000 * (time.perf_counter() - start)
        driver.map.show_scene(scene)
        hand.show_document()
        driver.until("bigmap.view.scene && bigmap.view.number === undefined && !bigmap.view.seeking", 50)
        session.hold(tool="paint", zone=row, rule="warn")
        driver.until("bigmap.view.toolbox.name === 'paint'")
        x, y = driver.value(f"bigmap.view.scene.units.pointIn({stroke[0]})")
        driver.value(f"bigmap.view.map.setView([{y}, {x}], -1, {{animate: false}}) && 1")
        driver.settle()
        ways: dict[str, list[float]] = {"stroke to paint": [], "and its borders": [], "given up": []}
        for _ in range(ROUNDS):
            paint, borders, back = driver.run(
                f"const units = {stroke.tolist()}, zone = bigmap.view.scene.unit_zone, was = zone[units[0]];"
                " const t = performance.now(); bigmap.send('began', {}); bigmap.send('brushed', { units });"
                f" await bench.until(() => units.every((u) => zone[u] === {row}));"
                " const a = performance.now() - t; await bench.until(() => !bigmap.view.seeking);"
                " const b = performance.now() - t, s = performance.now(); bigmap.send('gave_up', {});"
                " await bench.until(() => zone[units[0]] === was);"
                " bench.all = [a, b, performance.now() - s]; return 1;"
            ) and driver.value("bench.all")
            driver.settle()
            for name, value in zip(ways, (paint, borders, back), strict=True):
                ways[name].append(value)
        found |= {name: statistics.median(values) for name, values in ways.items()}
        found |= in_window(hand, session, stroke)
        found["units of the stroke"] = len(stroke)
    finally:
        driver.map.close_page()
    return found


def in_window(hand: Any, session: Session, stroke: np.ndarray) -> dict[str, float]:
    """Return what the window's own thread works for one message, and for letting go."""
    brushed, ended = [], []
    for _ in range(ROUNDS):
        hand._hear(Began())
        start = time.perf_counter()
        hand._hear(Brushed(stroke.tolist()))
        brushed.append(1000 * (time.perf_counter() - start))
        start = time.perf_counter()
        hand._hear(Ended())
        ended.append(1000 * (time.perf_counter() - start))
        session.undo()
    hand._hear(GaveUp())
    return {"window: a stroke": statistics.median(brushed), "window: letting go": statistics.median(ended)}


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--units", type=int, default=300_000)
    parser.add_argument("--zones", type=int, nargs="+", default=[10, 500])
    parser.add_argument("--stroke", type=int, default=200)
    args = parser.parse_args()
    prepare()
    from PySide6.QtWidgets import QApplication

    app = QApplication(["bench"])
    columns = [measure(app, args.units, zones, args.stroke) for zones in args.zones]
    print(f"load of the machine, 1 minute: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"{'ms':32}" + "".join(f"{z:>8} zones" for z in args.zones) + f"{'ratio':>8}")
    for name in columns[0]:
        values = [column[name] for column in columns]
        print(f"{name:32}" + "".join(f"{v:14.1f}" for v in values) + f"{values[-1] / values[0]:8.2f}")
    return int(max(column["stroke to paint"] for column in columns) > LIMIT_MS)


if __name__ == "__main__":
    raise SystemExit(main())
