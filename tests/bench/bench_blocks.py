"""How long the window does not answer: 300,000 units, every kind of gesture, the longest block of its thread.

    python -m tests.bench.bench_blocks [--units 300000] [--zones 10 500] [--only draw]

A timer ticks every few milliseconds; the longest time between two ticks, from the gesture until all has come to
rest, is what a hand on the mouse feels. ``cpu`` is what the thread worked meanwhile, which alone counts on a busy
machine; ``until rest`` includes work on the lane. What the page does is no part of this.
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

from bigmap.app import prepare
from tests.helpers.quads import town

LIMIT_MS = 50.0
ROUNDS = 3
_TICK_MS = 3
_REST_MS = 400


class Heart:
    """Ticks, and remembers the longest time between two ticks."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

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


class Bench:
    """A window on a town, and a heart beside it."""

    def __init__(self, app: Any, units: int, zones: int) -> None:
        from bigmap.ui.window import Window
        from tests.helpers.qt import FakeUser, document_of

        self.app, self.heart, self.user = app, Heart(), FakeUser()
        self.window = Window(ui=self.user)
        self.user.sit_at(self.window)
        self.window.resize(1400, 900)
        self.window.show()
        self.plan = town(round(units**0.5), round(units**0.5), zones)
        self.rows: dict[str, list[tuple[float, float, float]]] = {}
        self.timed("open", lambda: self.user.run("open", lambda _: document_of(self.plan), self.session.open))
        self.pause(8000)

    @property
    def session(self) -> Any:
        return self.window.session

    def pause(self, ms: int) -> None:
        from PySide6.QtCore import QEventLoop, QTimer

        loop = QEventLoop()
        QTimer.singleShot(ms, loop.quit)
        loop.exec()

    def timed(self, name: str, act: Callable[[], Any], again: Callable[[], Any] | None = None) -> None:
        """Do something some times, with what takes it back between, and note the longest blocks."""
        from PySide6.QtCore import QTimer

        found = []
        for _ in range(ROUNDS if again else 1):
            self.heart.reset()
            start = time.perf_counter()
            QTimer.singleShot(0, act)
            self.rest()
            found.append((self.heart.longest, self.heart.work, 1000 * (self.heart.since - start)))
            if again:
                again()
                self.rest()
        self.rows[name] = found
        longest, work, until = (statistics.median(values) for values in zip(*found, strict=True))
        sign = "!" if work > LIMIT_MS or longest > LIMIT_MS else " "
        print(
            f"  {sign} {name:44} longest {longest:7.0f}   cpu {work:7.0f}   until rest {until:7.0f}",
            flush=True,
        )

    def rest(self) -> None:
        """Wait until nothing happens any more."""
        self.pause(50)
        while self.window.lane.busy or 1000 * (time.perf_counter() - self.heart.since) < _REST_MS:
            self.pause(20)

    def close(self) -> None:
        self.window.close()


def gestures_of(bench: Bench, only: str) -> None:
    """Do all kinds of gestures."""
    from bigmap.commands import draw, zones
    from bigmap.commands.table import command
    from bigmap.core import gestures
    from bigmap.mapview.hand import (
        Began,
        Brushed,
        Chose,
        Divided,
        Ended,
        Filled,
        GaveUp,
        Latched,
        Outlined,
        Pulled,
    )
    from bigmap.session.document import Pick

    session, window, hear = bench.session, bench.window, bench.window.hand._hear
    desk = window.desk

    def undo() -> None:
        window.do(command("undo"))

    def timed(name: str, act: Callable[[], Any], again: Callable[[], Any] | None = undo) -> None:
        if only in name:
            bench.timed(name, act, again)

    bounds = shapely.total_bounds(bench.plan.units.polygons)
    side = (bounds[2] - bounds[0], bounds[3] - bounds[1])
    middle = ((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2)

    def ring(share: float) -> list[float]:
        dx, dy = side[0] * share / 2, side[1] * share / 2
        x, y = middle
        return [x - dx, y - dy, x + dx, y - dy * 0.9, x + dx * 0.95, y + dy, x - dx, y + dy]

    def line(share: float) -> list[float]:
        x, y = middle[0] + 40, middle[1]
        return [x, y - side[1] * share / 2, x + 30, y, x, y + side[1] * share / 2]

    def stroke(n: int) -> tuple[list[int], int]:
        from tests.bench.bench_tools import stroke_of

        units, row = stroke_of(session.tally, n)
        return units.tolist(), row

    def paint(units: list[int], row: int) -> None:
        session.hold(tool="paint", zone=row, rule="warn")
        hear(Began())
        hear(Brushed(units))
        bench.window.session.so_far()
        hear(Ended())

    def seen(units: list[int], how: str) -> None:
        session.choose(units)
        zones.erase_chosen(desk) if how == "erase" else zones.new_zone(desk)

    first = {}

    def start() -> None:
        first["stroke"] = stroke(200)

    bench.timed("first gesture: a tool taken in hand", lambda: window.do(command("tool_cut")))
    bench.timed("first gesture: a line tried", lambda: hear(Divided(line(0.1), False)))
    hear(GaveUp())
    bench.timed("first gesture: a zone locked", lambda: hear(Latched(0, False)))
    undo()
    start()
    timed("stroke of 200 units", lambda: paint(*first["stroke"]))
    big = stroke(5000)
    timed("stroke of 5,000 units", lambda: paint(*big))
    session.hold(tool="draw")
    for share in (0.02, 0.2, 0.6, 1.1):
        timed(
            f"draw: outline of {share:.0%}, tried",
            lambda s=share: hear(Outlined(ring(s), False)),
            lambda: None,
        )
    bench.user.here = 0
    for share in (0.02, 0.2, 0.6):
        timed(f"draw: outline of {share:.0%}, a zone", lambda s=share: hear(Outlined(ring(s), True)))
    for share in (0.1, 0.5, 1.1):
        timed(f"cut: line of {share:.0%}, tried", lambda s=share: hear(Divided(line(s), False)), lambda: None)
    timed("cut: divided", lambda: hear(Divided(line(1.1), True)))
    tally = session.tally
    graph = tally.terrain.graph
    across = np.flatnonzero(tally.zone[graph.left] != tally.zone[graph.right])
    edge = across[len(across) // 2]
    a, b = (int(tally.zone[side[edge]]) for side in (graph.left, graph.right))
    border = gestures.dividing.border_line(tally, a, b)
    for reach in (60.0, 600.0):
        at = border.interpolate(0.5, normalized=True)
        ends = [
            border.interpolate(0.5 + sign * min(0.45, reach / border.length), normalized=True)
            for sign in (-1, 1)
        ]
        pulled = [ends[0].x, ends[0].y, at.x + reach, at.y + reach, ends[1].x, ends[1].y]
        timed(
            f"border: pulled {reach:.0f} m, tried",
            lambda p=pulled: hear(Pulled(a, b, p, False)),
            lambda: None,
        )
        timed(f"border: pulled {reach:.0f} m", lambda p=pulled: hear(Pulled(a, b, p, True)))
    window.do(command("tool_look"))
    for share in (0.05, 0.6, 1.1):
        timed(f"choose: lasso of {share:.0%}", lambda s=share: hear(Chose(ring(s), "ring", "new")))
    timed("choose: all others", lambda: window.do(command("invert")))
    session.select(Pick("zone", a))
    timed("choose: all of a zone", lambda: window.do(command("choose_zones")))
    members = tally.members(a).tolist()
    timed("zone: lock", lambda: hear(Latched(members[0], False)))
    timed("zone: lock a unit", lambda: hear(Latched(members[0], True)))
    timed("zone: lock all", lambda: window.do(command("lock_all")))
    for name in ("remove_zone", "renumber_all", "hand_pocket"):
        timed(f"zone: {name}", lambda n=name: window.do(command(n)))
    bench.user.text = "新片区"
    timed("zone: rename", lambda: window.do(command("rename")))
    session.choose(np.concatenate([tally.members(a)[:1], tally.members(b)[:1]]))
    timed("zone: merge two", lambda: window.do(command("merge")))
    session.choose(members)
    timed("zone: new of a whole zone", lambda: window.do(command("new_zone")))
    for name in ("erase_chosen", "lock_chosen"):
        timed(f"zone: {name}, a whole zone", lambda n=name: window.do(command(n)))
    session.choose([])
    for rule in ("refuse", "warn", "mend"):
        session.hold(rule=rule)
        tall = members[len(members) // 3 : len(members) // 3 + 2 * round(len(members) ** 0.5)]
        row = b
        back = undo if rule != "refuse" else (lambda: None)
        timed(
            f"rule {rule}: a strip out of a zone",
            lambda: draw.propose(desk, gestures.paint(session.tally, tall, row)),
            back,
        )
    session.hold(rule="warn")
    draw.propose(desk, gestures.erase(session.tally, members))
    bench.rest()
    session.hold(tool="bucket", zone=b)
    timed("bucket: a whole zone", lambda: hear(Filled(members[0])))
    timed("undo of an edit of a whole zone", undo, lambda: window.do(command("redo")))
    undo()
    bench.rest()
    paint(*first["stroke"])
    bench.rest()
    if only in "desktop":
        bench.user.here = 1
        steps = len(session.history.before)
        timed("desktop: outline of 2%, cut exactly", lambda: hear(Outlined(ring(0.02), True)), None)
        assert len(session.history.before) == steps + 1
        timed("desktop: undo back to an edited plan", undo, lambda: window.do(command("redo")))
        undo()
        bench.rest()
        timed("desktop: redo to a cut plan", lambda: window.do(command("redo")), undo)
        timed("desktop: first stroke after undo", lambda: paint(*first["stroke"]), None)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--units", type=int, default=300_000)
    parser.add_argument("--zones", type=int, nargs="+", default=[10, 500])
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    prepare()
    from PySide6.QtWidgets import QApplication

    from bigmap.ui.look import dress

    app = QApplication(["bench"])
    dress(app)
    for zones in args.zones:
        print(f"{args.units:,} units, {zones} zones; load of the machine {os.getloadavg()[0]:.1f}")
        bench = Bench(app, args.units, zones)
        try:
            gestures_of(bench, args.only)
        finally:
            bench.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
