"""Pictures of the window in all its states, to be looked at: tools in mid-gesture, dialogs, nothing, errors.

    python -m tests.bench.pictures OUT [--lang zh en] [--theme light dark] [--only brush]

Drives the real window by mouse and keys, without a display, on the sample street office.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import shapely
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from bigmap.app import prepare
from bigmap.base import i18n, settings
from bigmap.base.paths import sample_shapes
from bigmap.commands.registry import command
from bigmap.core.planning.assignment import NOBODY
from tests.helpers.planner import LEFT, NONE, Place, Planner

Shot = Callable[[Planner], None]


def far_corner(p: Planner, share: float = 0.25) -> list[Place]:
    """Return the corners of a box in the middle of the ground."""
    west, south, east, north = p.session.document.built.sources.boundary.bounds
    x, y, dx, dy = (
        (west + east) / 2,
        (south + north) / 2,
        (east - west) * share / 2,
        (north - south) * share / 2,
    )
    return [(x - dx, y - dy), (x + dx, y - dy), (x + dx, y + dy), (x - dx, y + dy)]


def held(p: Planner, tool: str, way: Sequence[Place], name: str) -> None:
    """Take a tool, drag it, take a picture with the button down, and give up."""
    p.command(f"tool_{tool}")
    p._button(True, p.move(way[0]), NONE)
    for place in way[1:]:
        at = p.move(place)
    p.picture(name)
    p.key(Qt.Key.Key_Escape, on=p.target())
    QTest.mouseRelease(p.target(), LEFT, NONE, at)
    p.rest()


def drawn(p: Planner, tool: str, way: Sequence[Place], name: str, *, menu: bool = True) -> None:
    """Take a tool, click corners, take pictures of the drawing and of what it may mean, and give up."""
    p.command(tool)
    for place in way:
        p.map_click(place)
    p.move((way[-1][0] + 40, way[-1][1] + 40))
    p.picture(name)
    if menu:
        with p.answering(lambda popup: (p.picture(f"{name}-menu", popup), popup.close())):
            p.key(Qt.Key.Key_Return, on=p.target())
    p.key(Qt.Key.Key_Escape, on=p.target())
    p.rest()


def border_units(p: Planner) -> tuple[int, int]:
    """Return two large units on both sides of a border of zones."""
    tally = p.session.tally
    graph, area = tally.unit_index.graph, shapely.area(tally.unit_index.units.polygons)
    left, right = tally.zone[graph.left], tally.zone[graph.right]
    across = np.flatnonzero((left != right) & (left != NOBODY))
    largest = across[np.argmax(area[graph.left[across]] + area[graph.right[across]])]
    return int(graph.left[largest]), int(graph.right[largest])


def edge(p: Planner) -> tuple[list[Place], int]:
    """Return a way over the border of two zones, and the zone it starts in."""
    a, b = border_units(p)
    return [p.inside(a), p.inside(b)], int(p.session.tally.zone[a])


def brush(p: Planner) -> None:
    way, row = edge(p)
    p.click_zone(row)
    held(p, "paint", way, "brush")


def breaking(p: Planner) -> None:
    """Paint a zone's inside with another zone: it falls apart."""
    tally = p.session.tally
    row = max(tally.live, key=lambda r: tally.figures(r).units)
    middle = p.inside(int(tally.members(row)[len(tally.members(row)) // 2]))
    other = next(r for r in tally.live if r not in (row, *tally.figures(row).neighbours))
    p.click_zone(other)
    p.command("fit")
    p.rest()
    held(p, "paint", [middle, (middle[0] + 30, middle[1])], "brush-broken")


def border(p: Planner) -> None:
    p.page.until("!bigmap.view.seeking", 4)
    units, pair = p.session.tally.unit_index.units.polygons, border_units(p)
    seam, end = shapely.intersection(*units[list(pair)]), p.inside(pair[1])
    spot = shapely.line_interpolate_point(shapely.get_parts(seam)[0], 0.5, normalized=True)
    held(p, "border", [(spot.x, spot.y), ((spot.x + end[0]) / 2, (spot.y + end[1]) / 2), end], "border")


def bucket(p: Planner) -> None:
    """Rub out a little, then hold the bucket over it."""
    way, row = edge(p)
    p.command("tool_erase")
    p.map_drag(way)
    p.click_zone(row)
    p.command("tool_bucket")
    p.move(way[0])
    p.picture("bucket")
    p.click(p.window.results.tabs.tabBar(), p.window.results.tabs.tabBar().tabRect(2).center())
    p.click(p.window.results.gaps_panel.forth)
    p.rest()
    p.picture("tab-gaps")
    p.key(Qt.Key.Key_Z, held=Qt.KeyboardModifier.ControlModifier, on=p.window)
    p.rest()
    assert (p.session.tally.zone != NOBODY).any()


def locked(p: Planner) -> None:
    _, row = edge(p)
    p.click_zone(row)
    p.command("lock")
    p.rest()
    p.picture("locked")
    p.command("unlock")


def tab(number: int) -> Shot:
    def shot(p: Planner) -> None:
        bar = p.window.results.tabs.tabBar()
        p.click(bar, bar.tabRect(number).center())
        p.rest()
        p.picture(f"tab-{('zones', 'operators', 'gaps', 'charts')[number]}")

    return shot


def dialog(name: str) -> Shot:
    """Return what opens a dialog by its command, keeps a picture of it and closes it."""

    def shot(p: Planner) -> None:
        with p.answering(lambda box: (p.app.processEvents(), p.picture(f"dialog-{name}", box), box.close())):
            p.command(name)

    return shot


def palette(p: Planner) -> None:
    def act(box) -> None:
        field = box.findChild(QLineEdit)
        p.picture("palette", box)
        p.write(field, "zone" if i18n.current() == "en" else "片区")
        p.app.processEvents()
        p.picture("palette-found", box)
        p.write(field, "xyzzy")
        p.app.processEvents()
        p.picture("palette-nothing", box)
        box.close()

    with p.answering(act):
        p.key(
            Qt.Key.Key_P,
            held=Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
            on=p.window,
        )


def right_click(p: Planner) -> None:
    at = p.move(far_corner(p)[0])
    with p.answering(lambda menu: (p.picture("context-menu", menu), menu.close())):
        QTest.mouseClick(p.target(), Qt.MouseButton.RightButton, NONE, at)


def compared(p: Planner) -> None:
    p.session.keep("方案一")
    way, row = edge(p)
    p.click_zone(row)
    p.command("tool_paint")
    p.map_drag(way)
    p.command("second_map")
    p.until(p.window.compare.differences.foot.text)
    p.rest()
    p.picture("compare")
    p.command("second_map")


def checked(p: Planner) -> None:
    with p.answering(p.file(sample_shapes() / "现状片区.shp")):
        p.command("check")
    p.rest()
    p.picture("check")
    p.command("end_check")
    p.rest()


def refused(p: Planner) -> None:
    with tempfile.TemporaryDirectory() as empty:

        def act(box) -> None:
            p.picture("error", box)
            box.close()

        p._answering = True
        with p.answering(act):
            p.window.open_paths([Path(empty)])
            p.until(lambda: not p.window.lane.busy)


SHOTS: tuple[tuple[str, Shot], ...] = (
    ("error", refused),
    ("opened", lambda p: p.picture("opened")),
    ("box", lambda p: held(p, "box", far_corner(p)[::2], "box")),
    ("lasso", lambda p: held(p, "lasso", far_corner(p), "lasso")),
    ("along", lambda p: held(p, "along", far_corner(p)[:3], "along")),
    ("brush", brush),
    ("broken", breaking),
    ("eraser", lambda p: held(p, "erase", edge(p)[0], "eraser")),
    ("bucket", bucket),
    ("draw", lambda p: drawn(p, "tool_draw", far_corner(p), "draw")),
    ("cut", lambda p: drawn(p, "tool_cut", far_corner(p, 0.5)[::2], "cut")),
    ("border", border),
    ("length", lambda p: drawn(p, "measure_length", far_corner(p)[:3], "measure-length", menu=False)),
    ("area", lambda p: drawn(p, "measure_area", far_corner(p), "measure-area", menu=False)),
    ("locked", locked),
    *((f"tab {n}", tab(n)) for n in (0, 1, 3)),
    *((name, dialog(name)) for name in ("keys", "build", "bundle", "parameters", "go_to")),
    ("palette", palette),
    ("context", right_click),
    ("check", checked),
    ("compare", compared),
)  # fmt: skip


def pictures(app: QApplication, out: Path, lang: str, theme: str, only: Sequence[str]) -> int:
    """Take all pictures in one language and theme; return how many failed."""
    settings.remember(theme=theme)
    i18n.use(lang)
    p, failed = Planner(app, out / f"{lang}-{theme}"), 0
    p.session.set_theme(theme)  # type: ignore[arg-type]
    p.window.retranslate()
    p.picture("welcome")
    p.window.do(command("open_sample"))
    p.until(lambda: p.window.status.bar.value() > 100)
    p.picture("loading")
    p.rest()
    for name, shot in SHOTS:
        if only and name not in only:
            continue
        try:
            if name not in ("error", "opened"):
                p.command("fit")
                p.rest()
            shot(p)
        except Exception:  # noqa: BLE001 - told, and on to the next
            failed += 1
            print(f"{lang} {theme} {name}:", file=sys.stderr)
            traceback.print_exc()
            p.key(Qt.Key.Key_Escape, on=p.window)
    p.close()
    return failed


def main() -> int:
    """Take the pictures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--lang", nargs="+", default=["zh", "en"])
    parser.add_argument("--theme", nargs="+", default=["light", "dark"])
    parser.add_argument("--only", nargs="+", default=[])
    args = parser.parse_args()
    prepare()
    app = QApplication.instance() or QApplication(["pictures"])
    assert isinstance(app, QApplication)
    failed = sum(
        pictures(app, args.out, lang, theme, args.only) for lang in args.lang for theme in args.theme
    )
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
