"""How long a brush stroke takes until all shows it: the real window, the real mouse, 300,000 units.

    python -m tests.bench.bench_stroke [--units 300000] [--zones 10 500] [--stroke 200]

The clock starts when the mouse is pressed with a brush so wide that about so many units lie under it. It runs
until the map has painted them, and tables, charts, list of gaps and coverage say and have painted it; then
again from letting go, and from undo. Each line is a median; "checks" is the tab of gaps. Exits with 1 where
the whole takes longer than its limit, or many zones longer than few by more than theirs.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from bigmap.app import prepare
from bigmap.commands.registry import command
from bigmap.mapview.scene import pack_plan
from bigmap.session.document import Document
from bigmap.session.session import Session
from bigmap.session.unsaved import note_exported, unsaved
from bigmap.ui.widgets.theme import apply_theme
from bigmap.ui.window.window import Window
from tests.bench.bench_map import Driver
from tests.helpers.quads import town

LIMIT_MS, LIMIT_RATIO = 100.0, 1.3
ROUNDS = 15


class Painted(QObject):
    """Notes when a widget was last painted."""

    at = 0.0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """See all events of the widget."""
        if event.type() == QEvent.Type.Paint:
            self.at = time.time()
        return False


class Stroke:
    """A window on a town, with the brush in hand over the border of two zones."""

    def __init__(self, app: Any, units: int, zones: int, n: int) -> None:
        side = round(units**0.5)
        plan = town(side, side, zones)
        self.app, self.window = app, Window(Session())
        self.window.resize(1400, 900)
        self.window.show()
        self.driver = Driver(app, self.window.map)
        self.session = self.window.session
        self.session.replace(Document(plan, (), pack_plan(plan)))
        self.driver.until("bigmap.view.scene && bigmap.view.number === undefined && !bigmap.view.seeking", 50)
        start = time.perf_counter()
        self.row, radius = self._place(n)
        self.warm_up = 1000 * (time.perf_counter() - start)
        self.window.do(command("tool_paint"))
        self.session.hold(zone=self.row, brush_m=radius, rule="warn")
        self.driver.until("bigmap.view.toolbox.name === 'paint'")
        self.eyes = [Painted() for _ in range(2)]

    def _place(self, n: int) -> tuple[int, float]:
        """Go to a border of two zones; return the zone that takes, and the brush that holds n units."""
        tally = self.session.tally
        graph = tally.unit_index.graph
        across = np.flatnonzero(tally.zone[graph.left] != tally.zone[graph.right])
        edge = across[len(across) // 2]
        row = int(tally.zone[graph.left[edge]])
        middle = tally.unit_index.middles[graph.right[edge]]
        radius = 20.0
        while True:
            under = tally.unit_index.tree.query(middle.buffer(radius), predicate="intersects")
            self.taken = under[tally.zone[under] != row]
            if len(self.taken) >= n:
                break
            radius *= 1.05
        x0, y0 = self.driver.value("bigmap.view.scene.origin")
        self.driver.value(
            f"bigmap.view.map.setView([{middle.y - y0}, {middle.x - x0}], -1, {{animate: false}}) && 1"
        )
        self.driver.settle()
        px, py = self.driver.value(
            f"(p => [p.x, p.y])(bigmap.view.map.latLngToContainerPoint([{middle.y - y0}, {middle.x - x0}]))"
        )
        self.at = QPoint(round(px), round(py))
        return row, radius

    def watch(self, tab: int) -> None:
        """Show a tab of the results and watch what paints: its list, and the figures above."""
        results = self.window.results
        results.tabs.setCurrentIndex(tab)
        lists = (results.zones, results.operators, results.gaps, results.charts.bars)
        for eye, widget in zip(self.eyes, (lists[tab].viewport(), results.figures), strict=True):
            widget.installEventFilter(eye)
        self.driver.settle()

    def blind(self) -> None:
        """Watch no more."""
        self.eyes = [Painted() for _ in range(2)]

    def timed(self, act: Callable[[], object], holds: str) -> tuple[float, float, float]:
        """Return ms from an act until the map, then the tables, then both and all borders were painted."""
        page = self.driver
        page.value(
            "(bench.zone = bigmap.view.scene.unit_zone, bench.seen = 0, bench.all = 0,"
            f" bench.until(() => {holds}).then((t) => (bench.seen = performance.timeOrigin + t,"
            " bench.until(() => !bigmap.view.seeking)))"
            ".then((t) => (bench.all = performance.timeOrigin + t)), 1)"
        )
        for eye in self.eyes:
            eye.at = 0.0
        start = time.time()
        act()
        done = False
        while not (done and not self.window._stale and not self.window._frame.isActive()):
            self.app.processEvents()
            if time.time() - start > 0.03:
                done = done or bool(page.value("bench.all"))
            if time.time() - start > 20:
                raise RuntimeError("the stroke came to nothing")
        tables = 1000 * (max(eye.at for eye in self.eyes) - start)
        seen, borders = (page.value(f"bench.{name}") - 1000 * start for name in ("seen", "all"))
        return seen, tables, max(borders, tables)

    def rounds(self) -> dict[str, float]:
        """Stroke, let go and undo, some times; return medians."""
        target, left = self.driver.map.view.focusProxy(), Qt.MouseButton.LeftButton
        none = Qt.KeyboardModifier.NoModifier
        ways: dict[str, list[tuple[float, float, float]]] = {"stroke": [], "let go": [], "undo": []}
        QTest.mouseMove(target, self.at)
        self.driver.value(f"(bench.units = {self.taken.tolist()}, 1)")
        painted = f"bench.units.filter((u) => bench.zone[u] === {self.row}).length"
        full, bare = f"{painted} >= {0.9 * len(self.taken)}", f"{painted} === 0"
        for _ in range(ROUNDS):
            ways["stroke"].append(self.timed(lambda: QTest.mousePress(target, left, none, self.at), full))
            ways["let go"].append(self.timed(lambda: QTest.mouseRelease(target, left, none, self.at), full))
            self.driver.settle()
            ways["undo"].append(self.timed(self.session.undo, bare))
            self.driver.settle()
        medians = {
            name: [statistics.median(c) for c in zip(*times, strict=True)] for name, times in ways.items()
        }
        return {
            "stroke: map painted": medians["stroke"][0],
            "stroke: tables painted": medians["stroke"][1],
            "stroke: everything": medians["stroke"][2],
            "let go: everything": medians["let go"][2],
            "undo: everything": medians["undo"][2],
        }  # fmt: skip


def measure(app: Any, units: int, zones: int, n: int) -> dict[str, float]:
    """Measure one town, with the zones and then with the gaps on show."""
    stroke = Stroke(app, units, zones, n)
    try:
        found = {"figures made ready, once": stroke.warm_up}
        for tab, title in ((0, "zones"), (2, "checks"), (3, "charts")):
            stroke.watch(tab)
            found |= {f"{title}, {name}": value for name, value in stroke.rounds().items()}
            stroke.blind()
        return found | {"units of the stroke": len(stroke.taken)}
    finally:
        note_exported(stroke.session, unsaved(stroke.session).values())  # so that nothing is asked
        stroke.window.close()


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--units", type=int, default=300_000)
    parser.add_argument("--zones", type=int, nargs="+", default=[10, 500])
    parser.add_argument("--stroke", type=int, default=200)
    args = parser.parse_args()
    prepare()
    app = QApplication.instance() or QApplication(["bench"])
    assert isinstance(app, QApplication)
    apply_theme(app)
    columns = [measure(app, args.units, zones, args.stroke) for zones in args.zones]
    print(f"load of the machine, 1 minute: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"{'ms':34}" + "".join(f"{z:>8} zones" for z in args.zones) + f"{'ratio':>8}")
    missed = 0
    for name in columns[0]:
        values = [column[name] for column in columns]
        ratio = values[-1] / values[0]
        print(f"{name:34}" + "".join(f"{v:14.1f}" for v in values) + f"{ratio:8.2f}")
        if "everything" in name:
            missed += max(values) > LIMIT_MS or ratio > LIMIT_RATIO
    return int(missed > 0)


if __name__ == "__main__":
    raise SystemExit(main())
