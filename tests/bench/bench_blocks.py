"""How long the window does not answer: 300,000 units, every kind of gesture, the longest block of its thread.

    python -m tests.bench.bench_blocks [--units 300000] [--zones 10 500] [--only draw]

A timer ticks every few milliseconds; the longest time between two ticks, from the gesture until all has come
to rest, is what a hand on the mouse feels. ``cpu`` is what the thread worked meanwhile, which alone counts on
a busy machine; ``until rest`` includes work on the lane. What the page does is no part of this.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import shapely
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from bigmap.app import prepare
from bigmap.commands.editing import draw, zones
from bigmap.commands.registry import command
from bigmap.core.editing import gestures
from bigmap.core.editing.gestures.dividing import border_line
from bigmap.mapview.gesture_messages import (
    Began,
    BorderDragged,
    Brushed,
    Divided,
    Ended,
    Filled,
    GestureCancelled,
    LockToggled,
    Outlined,
    UnitsSelected,
)
from bigmap.session.document import Pick
from bigmap.ui.widgets.theme import apply_theme
from bigmap.ui.window.window import Window
from tests.helpers.qt import FakeUser, document_of
from tests.helpers.quads import town

LIMIT_MS = 50.0
ROUNDS = 3
_TICK_MS = 3
_REST_MS = 400


class Heart:
    """Ticks, and remembers the longest time between two ticks."""

    def __init__(self) -> None:
        self._timer = QTimer(interval=_TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self.longest, self.work, self.since = 0.0, 0.0, 0.0
        self._last, self._busy = time.perf_counter(), time.thread_time()
        self._timer.start()

    def reset(self) -> None:
        self._beat()
        self.longest, self.work, self.since = 0.0, 0.0, time.perf_counter()

    def _beat(self) -> None:
        now, busy = time.perf_counter(), time.thread_time()
        gap = 1000 * (now - self._last)
        if gap > self.longest:
            self.longest = gap
        if gap > 3 * _TICK_MS:
            self.since = now
        self.work = max(self.work, 1000 * (busy - self._busy))
        self._last, self._busy = now, busy


def _nothing() -> None:
    pass


class Bench:
    """A window on a town, and a heart beside it."""

    def __init__(self, units: int, zones: int, only: str) -> None:
        self.heart, self.user, self.only = Heart(), FakeUser(), only
        self.window = Window(ui=self.user)
        self.user.sit_at(self.window)
        self.window.resize(1400, 900)
        self.window.show()
        self.plan = town(round(units**0.5), round(units**0.5), zones)
        self.hear, self.do = self.window.hand._hear, self._do
        self.once("open", lambda: self.user.run("open", lambda _: document_of(self.plan), self.session.open))
        self.pause(8000)
        west, south, east, north = shapely.total_bounds(self.plan.units.polygons)
        self.side, self.middle = (east - west, north - south), ((west + east) / 2, (south + north) / 2)

    @property
    def session(self) -> Any:
        return self.window.session

    def pause(self, ms: int) -> None:
        loop = QEventLoop()
        QTimer.singleShot(ms, loop.quit)
        loop.exec()

    def _do(self, name: str) -> None:
        self.window.do(command(name))

    def undo(self) -> None:
        self.do("undo")

    def redo(self) -> None:
        self.do("redo")

    def once(self, name: str, act: Callable[[], Any]) -> None:
        """Do something and note its longest block."""
        if self.only in name or name == "open":
            self._tell(name, [self._measured(act)])

    def timed(self, name: str, act: Callable[[], Any], back: Callable[[], Any] | None = None) -> None:
        """Do something some times, with what takes it back between, and note the longest blocks."""
        if self.only not in name:
            return
        found = []
        for _ in range(ROUNDS):
            found.append(self._measured(act))
            (back or self.undo)()
            self.rest()
        self._tell(name, found)

    def _measured(self, act: Callable[[], Any]) -> tuple[float, float, float]:
        self.heart.reset()
        start = time.perf_counter()
        QTimer.singleShot(0, act)
        self.rest()
        return self.heart.longest, self.heart.work, 1000 * max(0.0, self.heart.since - start)

    def _tell(self, name: str, found: list[tuple[float, float, float]]) -> None:
        longest, work, until = (statistics.median(values) for values in zip(*found, strict=True))
        sign = "!" if longest > LIMIT_MS else " "
        print(
            f"  {sign} {name:44} longest {longest:6.0f}   cpu {work:6.0f}   until rest {until:6.0f}",
            flush=True,
        )

    def rest(self) -> None:
        """Wait until nothing happens any more."""
        self.pause(50)
        while self.window.lane.busy or 1000 * (time.perf_counter() - self.heart.since) < _REST_MS:
            self.pause(20)

    def close(self) -> None:
        self.window.close()

    # --- shapes ---

    def ring(self, share: float) -> list[float]:
        """Return an outline over this share of the width of the town."""
        (dx, dy), (x, y) = (s * share / 2 for s in self.side), self.middle
        return [x - dx, y - dy, x + dx, y - dy * 0.9, x + dx * 0.95, y + dy, x - dx, y + dy]

    def line(self, share: float) -> list[float]:
        """Return a line through the middle, this share of the height of the town."""
        x, y, dy = self.middle[0] + 40, self.middle[1], self.side[1] * share / 2
        return [x, y - dy, x + 30, y, x, y + dy]

    def bunch(self, n: int) -> tuple[list[int], int]:
        """Return about n units beyond the border of a zone, and the zone."""
        tally, graph = self.session.tally, self.plan.graph
        across = np.flatnonzero(tally.zone[graph.left] != tally.zone[graph.right])
        edge = across[len(across) // 2]
        row, units = int(tally.zone[graph.left[edge]]), graph.right[edge : edge + 1]
        while len(units) < n:
            near = np.union1d(units, tally.unit_index.neighbours(units))
            units = near[tally.zone[near] != row]
        return units[:n].tolist(), row

    def pair(self) -> tuple[int, int]:
        """Return two zones with a border in the middle of the town."""
        tally, graph = self.session.tally, self.plan.graph
        across = np.flatnonzero(tally.zone[graph.left] != tally.zone[graph.right])
        edge = across[len(across) // 2]
        return int(tally.zone[graph.left[edge]]), int(tally.zone[graph.right[edge]])

    # --- gestures ---

    def all(self) -> None:
        """Do all kinds of gestures."""
        for part in (
            self.firsts,
            self.strokes,
            self.drawing,
            self.borders,
            self.choosing,
            self.locking,
            self.zones,
            self.rules,
            self.ground,
            self.desktops,
        ):
            part()

    def firsts(self) -> None:
        """Do what comes first after opening."""
        self.once("first gesture: a tool taken in hand", lambda: self.do("tool_cut"))
        self.once("first gesture: a line tried", lambda: self.hear(Divided(self.line(0.1), False)))
        self.hear(GestureCancelled())
        self.once("first gesture: a zone locked", lambda: self.hear(LockToggled(0, False)))
        self.undo()
        self.rest()

    def paint(self, units: list[int], row: int) -> None:
        """Paint in one go."""
        self.session.hold(tool="paint", zone=row, rule="warn")
        self.hear(Began())
        self.hear(Brushed(units))
        self.hear(Ended())

    def strokes(self) -> None:
        """Paint few units, and many."""
        for n in (200, 5000):
            bunch = self.bunch(n)
            self.timed(f"stroke of {n:,} units", lambda b=bunch: self.paint(*b))

    def drawing(self) -> None:
        """Draw outlines and lines."""
        self.session.hold(tool="draw")
        for share in (0.02, 0.2, 0.6, 1.1):
            ring = self.ring(share)
            self.timed(
                f"draw: outline of {share:.0%}, tried", lambda r=ring: self.hear(Outlined(r, False)), _nothing
            )
        for here, what in ((0, "a zone"), (3, "chosen")):
            for share in (0.02, 0.2, 0.6):
                ring = self.ring(share)
                self.user.here = here
                self.timed(
                    f"draw: outline of {share:.0%}, {what}", lambda r=ring: self.hear(Outlined(r, True))
                )
        self.user.here = 0
        for share in (0.1, 0.5, 1.1):
            line = self.line(share)
            self.timed(
                f"cut: line of {share:.0%}, tried", lambda w=line: self.hear(Divided(w, False)), _nothing
            )
        self.timed("cut: divided", lambda: self.hear(Divided(self.line(1.1), True)))

    def borders(self) -> None:
        """Drag a border."""
        a, b = self.pair()
        border = border_line(self.session.tally, a, b)
        for reach in (60.0, 600.0):
            at = border.interpolate(0.5, normalized=True)
            share = min(0.45, reach / border.length)
            first, last = (border.interpolate(0.5 + s * share, normalized=True) for s in (-1, 1))
            way = [first.x, first.y, at.x + reach, at.y + reach, last.x, last.y]
            name = f"border: pulled {reach:.0f} m"
            self.timed(f"{name}, tried", lambda w=way: self.hear(BorderDragged(a, b, w, False)), _nothing)
            self.timed(name, lambda w=way: self.hear(BorderDragged(a, b, w, True)))

    def choosing(self) -> None:
        """Choose few units, and all."""
        self.do("tool_look")
        for share in (0.05, 0.6, 1.1):
            ring = self.ring(share)
            self.timed(
                f"choose: lasso of {share:.0%}", lambda r=ring: self.hear(UnitsSelected(r, "ring", "new"))
            )
        self.timed("choose: all others", lambda: self.do("invert"))
        self.session.select(Pick("zone", self.pair()[0]))
        self.timed("choose: all of a zone", lambda: self.do("choose_zones"))

    def locking(self) -> None:
        """Lock a zone, a unit, all zones, all units."""
        unit = int(self.session.tally.members(self.pair()[0])[0])
        self.timed("lock: a zone", lambda: self.hear(LockToggled(unit, False)))
        self.timed("lock: a unit", lambda: self.hear(LockToggled(unit, True)))
        self.timed("lock: all zones", lambda: self.do("lock_all"))
        self.session.choose(np.arange(len(self.plan.units)))
        self.timed("lock: all units", lambda: self.do("lock_chosen"))
        self.session.choose([])

    def zones(self) -> None:
        """Do what can be done to whole zones."""
        a, b = self.pair()
        members = self.session.tally.members(a)
        self.session.select(Pick("zone", a))
        self.user.text = "新片区"
        for name in ("remove_zone", "renumber_all", "hand_pocket", "rename"):
            self.timed(
                f"zone: {name}", lambda n=name: self.do(n), self.undo if name != "hand_pocket" else _nothing
            )
        self.session.choose([int(members[0]), int(self.session.tally.members(b)[0])])
        self.timed("zone: merge two", lambda: self.do("merge"))
        self.session.choose(members)
        for name in ("new_zone", "erase_chosen", "lock_chosen"):
            self.timed(f"zone: {name}, a whole zone", lambda n=name: self.do(n))
        self.session.choose([])

    def rules(self) -> None:
        """Take a strip out of a zone, so that it breaks, under each rule."""
        a, b = self.pair()
        members = self.session.tally.members(a)
        width = round(len(members) ** 0.5)
        strip = members[len(members) // 3 :][: 2 * width]
        for rule in ("refuse", "warn", "mend"):
            self.session.hold(rule=rule)
            self.timed(
                f"rule {rule}: a strip out of a zone",
                lambda: draw.propose(self.window.context, gestures.paint(self.session.tally, strip, b)),
                _nothing if rule == "refuse" else self.undo,
            )
        self.session.hold(rule="warn")

    def ground(self) -> None:
        """Fill the ground of a zone that was taken away."""
        a, b = self.pair()
        members = self.session.tally.members(a)
        self.session.choose(members)
        zones.erase_chosen(self.window.context)
        self.rest()
        self.session.choose([])
        self.session.hold(tool="bucket", zone=b)
        self.timed("bucket: a whole zone", lambda: self.hear(Filled(int(members[0]))))
        self.hear(Filled(int(members[0])))
        self.rest()
        self.timed("undo of an edit of a whole zone", self.undo, self.redo)

    def desktops(self) -> None:
        """Go to and fro between whole documents."""
        steps = len(self.session.history.before)
        self.user.here = 1
        self.once("desktop: outline of 2%, cut exactly", lambda: self.hear(Outlined(self.ring(0.02), True)))
        if len(self.session.history.before) == steps:
            return
        self.timed("desktop: undo back to an edited plan", self.undo, self.redo)
        self.undo()
        self.rest()
        self.timed("desktop: redo to a cut plan", self.redo, self.undo)
        bunch = self.bunch(200)
        self.once("desktop: first stroke after undo", lambda: self.paint(*bunch))


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--units", type=int, default=300_000)
    parser.add_argument("--zones", type=int, nargs="+", default=[10, 500])
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    prepare()
    app = QApplication(["bench"])
    apply_theme(app)
    for zone_count in args.zones:
        print(f"{args.units:,} units, {zone_count} zones; load of the machine {os.getloadavg()[0]:.1f}")
        bench = Bench(args.units, zone_count, args.only)
        try:
            bench.all()
        finally:
            bench.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
