"""How fast the map is: drives the real page, without a display, on a generated city.

Run as a program: ``python tests/bench/bench_map.py [--units 300000] [--zones 10 500]``. Prints a table of
medians with the limits they are held to; exits with 1 where one is missed. Where others use the machine
too, the rows "CPU of …" tell more: what the page's own thread worked, without what it waited for.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtTest import QTest

from bigmap.app import prepare
from bigmap.mapview.messages import Colour
from bigmap.mapview.scene import pack_plan
from bigmap.mapview.vocabulary import page_words
from tests.helpers.quads import town

LIMITS = {
    "first picture": 1500, "everything": 4000, "drag: median frame": 20, "zoom until complete": 800,
    "recolour to paint": 50, "hover to paint": 16, "pick in the page": 16,
}  # fmt: skip
"""Milliseconds."""

# `frame` does something at the start of a frame and tells how long that frame took until it was painted.
HELPERS = """
window.bench = {
  async painted() {
    await new Promise((r) => requestAnimationFrame(() => setTimeout(r)));
    return performance.now();
  },
  frame(act) {
    const channel = new MessageChannel();
    return new Promise((resolve) => requestAnimationFrame(() => {
      const start = performance.now();
      act();
      channel.port1.onmessage = () => resolve(performance.now() - start);
      channel.port2.postMessage(0);
    }));
  },
  async until(holds) {
    while (!holds()) await new Promise((r) => requestAnimationFrame(r));
    return bench.painted();
  },
  frames: [], watching: false,
  watch() {
    let last = 0;
    Object.assign(bench, { frames: [], watching: true });
    const tick = (now) => {
      if (last) bench.frames.push(now - last);
      last = now;
      if (bench.watching) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  },
  run(act) {
    bench.answer = undefined;
    act().then((value) => (bench.answer = value ?? 0), (error) => (bench.answer = String(error.stack)));
    return 1;
  },
};1"""


class Driver:
    """A map widget of the size of a usual window, and the means to ask its page."""

    def __init__(self, app: Any, widget: Any = None) -> None:
        from bigmap.mapview.messages import SetTexts
        from bigmap.ui.map.map_widget import MapWidget

        self.app, self.map = app, widget or MapWidget()
        if widget is None:
            self.map.resize(1400, 900)
            self.map.show()
        self._wait(self.map.ready)
        self.map.send(SetTexts(page_words("zh")))
        self.value(HELPERS)

    def _wait(self, signal: Any) -> None:
        loop = QEventLoop()
        signal.connect(loop.quit)
        QTimer.singleShot(120_000, loop.quit)
        loop.exec()

    def value(self, script: str) -> Any:
        loop, came = QEventLoop(), []
        self.map.view.page().runJavaScript(
            f"(() => {{ try {{ return JSON.stringify({{ok: true, value: ({script})}}) }}"
            f" catch (e) {{ return JSON.stringify({{ok: false, value: String(e.stack)}}) }} }})()"
            if not script.startswith("\n")
            else script,
            lambda answer: (came.append(answer), loop.quit()),
        )
        if not came:
            loop.exec()
        if script.startswith("\n"):
            return came[0]
        answer = json.loads(came[0])
        if not answer["ok"]:
            raise RuntimeError(answer["value"])
        return answer.get("value")

    def until(self, script: str, every_ms: int = 4) -> None:
        end = time.monotonic() + 30
        while not self.value(script):
            if time.monotonic() > end:
                raise TimeoutError(script)
            loop = QEventLoop()
            QTimer.singleShot(every_ms, loop.quit)
            loop.exec()

    def run(self, body: str) -> Any:
        """Run an asynchronous body in the page and return its value."""
        self.value(f"bench.run(async () => {{ {body} }})")
        self.until("bench.answer !== undefined")
        answer = self.value("bench.answer")
        if isinstance(answer, str):
            raise RuntimeError(answer)  # noqa: TRY004 - the page's error
        return answer

    def worked_ms(self) -> float:
        """CPU time of the page's main thread so far; 0 where the system does not tell."""
        pid = self.map.view.page().renderProcessPid()
        told = Path(f"/proc/{pid}/task/{pid}/stat")  # the first thread of the process is that of the page
        if told.is_file():
            user, system = told.read_text().rsplit(")", 1)[1].split()[11:13]
            return 1000 * (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
        return 0.0

    def settle(self) -> None:
        self.until("!bigmap.view.idle.missing()", 20)


def loading(driver: Driver, scene: bytes) -> dict[str, float]:
    """From the payload on: the first picture, then borders, names and every tile."""
    start = time.perf_counter()
    number = driver.map._library.hold(scene)
    from bigmap.mapview.messages import Show

    driver.map.send(Show(number))
    driver.until("bigmap.view.scene && bigmap.view.first")
    first = driver.value("performance.timeOrigin + bigmap.view.first")
    wall = time.time() - (time.perf_counter() - start)
    driver.until("bigmap.view.number === undefined && !bigmap.view.seeking")
    driver.run("return await bench.painted()")
    everything = time.perf_counter() - start
    return {"first picture": first - 1000 * wall, "everything": 1000 * everything}


def drag(driver: Driver, moves: int = 90) -> dict[str, float]:
    """A drag with the mouse, a move every 8 ms, until all is complete again; frames at a close scale."""
    target = driver.map.view.focusProxy()
    at = QPoint(700, 450)
    QTest.mouseMove(target, at)
    QTest.mousePress(target, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    driver.value("bench.watch()")
    worked = driver.worked_ms()
    for i in range(moves):
        step = QPoint(-7 * i if i < moves / 2 else -7 * (moves - i), 3 * i)
        began = time.perf_counter()
        QTest.mouseMove(target, at + step)
        while time.perf_counter() - began < 0.008:
            driver.app.processEvents()
    driver.value("bench.watching = false")
    frames = driver.value("bench.frames")
    worked = (driver.worked_ms() - worked) / len(frames)
    start = time.perf_counter()
    QTest.mouseRelease(target, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at + step)
    driver.settle()
    late = sorted(frames)[int(len(frames) * 0.95)]
    return {
        "drag: median frame": statistics.median(frames), "drag: 95 % of frames": late,
        "CPU of a frame of the drag": worked,
        "drag: complete after": 1000 * (time.perf_counter() - start),
    }  # fmt: skip


def wheel(driver: Driver, zoom: float, to: float) -> float:
    """An animated zoom until every tile is there, ms."""
    driver.value(f"bigmap.view.map.setView([0, 0], {zoom}, {{animate: false}}) && 1")
    driver.settle()
    return float(
        driver.run(
            f"const t = performance.now(); bigmap.view.map.setZoom({to});"
            " await bench.until(() => !bigmap.view.map._animatingZoom && bigmap.view.map.getZoom() === "
            f"{to} && bigmap.view.tiles.complete()); return await bench.painted() - t;"
        )
    )


def framed(driver: Driver, name: str, body: str, times: int = 21) -> dict[str, float]:
    """Median of a frame with this body until it is painted, and what the page worked; `i` counts."""
    before = driver.worked_ms()
    frames = driver.run(
        f"const all = []; for (let i = 0; i < {times}; i++)"
        f" all.push(await bench.frame(() => {{ {body} }}));"
        " bench.all = all; return 1;"
    )
    assert frames == 1
    worked = (driver.worked_ms() - before) / times
    return {name: statistics.median(driver.value("bench.all")), f"CPU of {name}": worked}


def timed(driver: Driver, body: str, times: int = 5) -> float:
    """Median over ``times`` of what an asynchronous body takes to be painted, ms; `i` counts."""
    return statistics.median(
        driver.run(f"const i = {i}, t = performance.now(); {body}; return await bench.painted() - t;")
        for i in range(times)
    )


def measure(driver: Driver, scene: bytes, scales: dict[str, float]) -> dict[str, float]:
    """Everything that is measured of one city."""
    found = loading(driver, scene)
    drags = []
    for name, zoom in scales.items():
        driver.value(f"bigmap.view.map.setView([0, 0], {zoom}, {{animate: false}}) && 1")
        driver.settle()
        drags.append(drag(driver))
        recolour = "bigmap.view.colour(['operator', 'load', 'zone', 'balance', 'kind'][i % 5], 'quantile')"
        found |= framed(driver, f"recolour to paint, {name}", recolour)
        driver.map.send(Colour("zone"))
        hover = (
            "bigmap.view.hover._move({latlng: L.latLng(31 * i, 17 * i), containerPoint: L.point(600, 300)})"
        )
        found |= framed(driver, f"hover to paint, {name}", hover)
        pick = "for (let j = 0; j < 200; j++) bigmap.view.under({lng: 13 * j - 900, lat: 7 * j})"
        found[f"pick in the page, {name}"] = driver.run(
            f"const t = performance.now(); {pick}; return (performance.now() - t) / 200;"
        )
        radius = 30 / 2**zoom
        brush = f"bigmap.view.unitsWithin({{centre: [50 * j, 20 * j], radius: {radius}}}).length"
        found[f"brush of 30 px, {name}"] = driver.run(
            f"const t = performance.now(); for (let j = 0; j < 20; j++) {brush};"
            " return (performance.now() - t) / 20;"
        )
        assign = (
            "const u = bigmap.view.unitsWithin({centre: [0, 0], radius: 260}).slice(0, 200);"
            "bigmap.view.assign(u, u.map(() => i % 2 * 3))"
        )
        found |= framed(driver, f"200 units assigned to paint, {name}", assign)
        borders = "await bench.until(() => !bigmap.view.seeking)"
        found[f"… and their borders, {name}"] = timed(driver, f"{assign}; {borders}")
        driver.settle()
    for key in drags[0]:
        found[key] = max(d[key] for d in drags)
    ways = [
        (scales["city"], scales["city"] + 1),
        (scales["town"], scales["town"] - 1),
        (scales["street"], scales["street"] + 1),
    ]
    found["zoom until complete"] = max(wheel(driver, *way) for way in ways)
    return found


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--units", type=int, default=300_000)
    parser.add_argument("--zones", type=int, nargs="+", default=[10, 500])
    args = parser.parse_args()
    prepare()
    from PySide6.QtWidgets import QApplication

    app = QApplication(["bench"])
    side = round(args.units**0.5)
    columns: list[dict[str, float]] = []
    for zones in args.zones:
        plan = town(side, side, zones)
        start = time.perf_counter()
        scene = pack_plan(plan)
        packing = time.perf_counter() - start
        driver = Driver(app)
        try:
            found = measure(driver, scene, {"city": -4.25, "town": -1, "street": 1.5})
        finally:
            driver.map.close_page()
        columns.append({"packing": 1000 * packing, "megabytes of the scene": len(scene) / 1e6, **found})
    return report(args.zones, columns)


def report(zones: list[int], columns: list[dict[str, float]]) -> int:
    """Print the table; return 1 where a limit is missed."""
    missed = 0
    print(f"load of the machine, 1 minute: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"{'ms':44}" + "".join(f"{z:>8} zones" for z in zones) + f"{'ratio':>8}{'limit':>8}")
    for name in columns[0]:
        values = [column[name] for column in columns]
        limit = LIMITS.get(name.split(",")[0])
        ratio = values[-1] / values[0] if values[0] else 1.0
        over = limit is not None and max(values) > limit
        missed |= over
        print(
            f"{name:44}"
            + "".join(f"{v:14.1f}" for v in values)
            + f"{ratio:8.2f}{limit or '':>8}{'  MISSED' if over else ''}"
        )
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
