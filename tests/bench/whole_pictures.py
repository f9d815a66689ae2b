"""Whether the picture of the window is whole on a busy machine: runs the demo again and again and compares.

    python -m tests.bench.whole_pictures OUT [--runs 20] [--burners 2]

A window that has long come to rest gives the reference. Then `bigmap demo` writes its picture without a
display while burners keep the cores busy; the map in each is compared with the reference square by square.
Prints a line a run, and how many pictures were whole; exits with 1 where one was not.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage

from bigmap import app
from bigmap.cli import main as cli
from bigmap.core.planning.plan import Plan

SQUARE = 64
"""Pixels."""
REST_S = 4.0
"""A picture that has not changed for so long is the last one."""
BURN = "while True: pass"
BARE = {
    name: value
    for name, value in os.environ.items()
    if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
}
"""The environment of a machine without a display."""
Pixels = npt.NDArray[np.uint8]
Place = tuple[int, int, int, int]
"""Left, top, right, bottom."""


def reference(out: Path) -> tuple[Path, Place]:
    """Return the picture of the demo's window after it came to rest, and where in it the map is.

    Time alone tells of that rest, not what the map says of itself, which is what is to be tried.
    """
    place: list[Place] = []

    def patient(plan: Plan, path: Path, lang: str) -> None:
        qt = app._application()
        window = app._window(remembered=False)
        drawn: list[int] = []
        window.map.drawn.connect(drawn.append)
        window.resize(*app._PICTURE_SIZE)
        window.show()
        window.session.replace(app._document(plan))
        last, since = QImage(), time.monotonic()
        while time.monotonic() - since < REST_S or not drawn:
            qt.processEvents()
            seen = window.grab().toImage()
            if seen != last:
                last, since = seen, time.monotonic()
        last.save(str(path), "PNG")
        corner, size = window.map.view.mapTo(window, QPoint(0, 0)), window.map.view.size()
        place.append((corner.x(), corner.y(), corner.x() + size.width(), corner.y() + size.height()))
        window.close()

    quick, app.picture_of_window = app.picture_of_window, patient
    try:
        assert cli.main(["demo", "--out", str(out)]) == 0
    finally:
        app.picture_of_window = quick
    return out / "window.png", place[0]


@contextmanager
def busy(burners: int) -> Iterator[None]:
    """Keep cores busy meanwhile."""
    running = [subprocess.Popen([sys.executable, "-c", BURN]) for _ in range(burners)]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


def pixels(path: Path, place: Place) -> Pixels:
    """Return the map in a picture of the window."""
    picture = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(picture.constBits(), "u1").reshape(picture.height(), picture.width(), 4)
    left, top, right, bottom = place
    return rows[top:bottom, left:right, :3].copy()


def unlike(picture: Pixels, whole: Pixels) -> tuple[int, float, float]:
    """Return how many squares are not as they should be, the worst share in one, and the share of the map."""
    wrong = (picture != whole).any(axis=2)
    shares = [
        wrong[y : y + SQUARE, x : x + SQUARE].mean()
        for y in range(0, wrong.shape[0], SQUARE)
        for x in range(0, wrong.shape[1], SQUARE)
    ]
    return sum(share > 0.01 for share in shares), max(shares), float(wrong.mean())


def main() -> int:
    """Run, compare, tell."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--burners", type=int, default=os.cpu_count() or 2)
    args = parser.parse_args()
    path, place = reference(args.out / "reference")
    whole, good = pixels(path, place), 0
    with busy(args.burners):
        for run in range(1, args.runs + 1):
            out, start = args.out / f"run{run:02}", time.monotonic()
            demo = [sys.executable, "-m", "bigmap", "demo", "--out", str(out)]
            done = subprocess.run(demo, capture_output=True, text=True, env=BARE, check=False)
            assert done.returncode == 0, done.stderr
            squares, worst, share = unlike(pixels(out / "window.png", place), whole)
            good += squares == 0
            told = f"{squares:3} squares unlike, worst {worst:6.1%}, of the map {share:6.2%}"
            print(f"run {run:2}: {told}, {time.monotonic() - start:.0f} s", flush=True)
    print(f"{good} of {args.runs} pictures are whole")
    return int(good < args.runs)


if __name__ == "__main__":
    sys.exit(main())
