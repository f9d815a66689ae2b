"""The tools of the map, each by the real mouse on the real page."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from bigmap.base import settings
from bigmap.commands.editing import draw
from bigmap.commands.registry import command
from bigmap.core.editing import gestures
from bigmap.session.document import Pick
from bigmap.ui.window.window import Window
from tests.helpers.plans import ORIGIN, SIDE
from tests.helpers.qt import PATIENCE_MS, FakeUser, PageTester

pytestmark = pytest.mark.web

NONE = Qt.KeyboardModifier.NoModifier
SHIFT, ALT, CTRL = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
)
LEFT = Qt.MouseButton.LeftButton


class Hand:
    """A hand with a mouse on the map of twelve boxes; places are told in boxes from the south-west corner."""

    def __init__(self, qtbot: QtBot, window: Window, page: PageTester) -> None:
        self.qtbot, self.window, self.page = qtbot, window, page
        page.value(
            "document.addEventListener('pointermove', e => (window.met = [e.clientX, e.clientY]), true) ?? 1"
        )

    @property
    def session(self) -> Any:
        return self.window.session

    def take(self, tool: str, zone: int = -1) -> None:
        """Take a tool by its command."""
        self.session.hold(zone=zone, brush_m=5.0)
        self.window.do(command(f"tool_{tool}"))
        self.session.hold(zone=zone)
        self.page.wait(f"bigmap.view.toolbox.name === '{tool}'")

    def pixel(self, x: float, y: float) -> QPoint:
        east, north = ORIGIN[0] + x * SIDE, ORIGIN[1] + y * SIDE
        px, py = self.page.value(
            "(([x0, y0]) => (p => [p.x, p.y])(bigmap.view.map.latLngToContainerPoint("
            f"[{north} - y0, {east} - x0])))(bigmap.view.scene.origin)"
        )
        return QPoint(round(px), round(py))

    def move(self, x: float, y: float) -> None:
        """Move there, and wait until the page has seen it and a frame went by."""
        at = self.pixel(x, y)
        QTest.mouseMove(self.page.target(), at - QPoint(1, 1))  # a mouse that rests where it was says nothing
        QTest.mouseMove(self.page.target(), at)
        self.page.wait(
            f"window.met?.[0] === {at.x()} && window.met[1] === {at.y()} && !bigmap.view.toolbox.frame"
        )

    def press(self, x: float, y: float, keys: Qt.KeyboardModifier = NONE) -> None:
        self.move(x, y)
        QTest.mousePress(self.page.target(), LEFT, keys, self.pixel(x, y))
        self.page.wait("bigmap.view.toolbox.held")

    def release(self, x: float, y: float, keys: Qt.KeyboardModifier = NONE) -> None:
        QTest.mouseRelease(self.page.target(), LEFT, keys, self.pixel(x, y))
        self.page.wait("!bigmap.view.toolbox.held")

    def drag(self, *way: tuple[float, float], keys: Qt.KeyboardModifier = NONE) -> None:
        self.press(*way[0], keys)
        for x, y in way[1:]:
            self.move(x, y)
        self.release(*way[-1], keys)

    def click(self, x: float, y: float, keys: Qt.KeyboardModifier = NONE) -> None:
        self.drag((x, y), keys=keys)

    def key(self, key: Qt.Key) -> None:
        QTest.keyClick(self.page.target(), key)

    def until(self, holds: Any) -> None:
        self.qtbot.waitUntil(lambda: bool(holds()), timeout=PATIENCE_MS)

    def rows(self) -> list[str]:
        """Return the zones as the rows of the drawing, north first."""
        zone = self.session.tally.zone[:12]
        return ["".join("-" if z < 0 else str(z) for z in zone[i : i + 4]) for i in (8, 4, 0)]

    def becomes(self, *rows: str) -> None:
        """Wait until the session says this, and the page after it."""
        self.qtbot.waitUntil(lambda: self.rows() == list(rows), timeout=PATIENCE_MS)
        said = self.session.tally.zone.tolist()
        self.page.wait(f"String(bigmap.view.scene.unit_zone) === '{','.join(map(str, said))}'")

    def chosen(self, *units: int) -> None:
        self.until(lambda: self.session.chosen.tolist() == list(units))
        self.page.wait(f"String(bigmap.view.marked) === '{','.join(map(str, units))}'")


START = ("01-2", "0112", "0022")


@pytest.fixture
def hand(qtbot: QtBot, opened: Window, page: PageTester) -> Iterator[Hand]:
    before = settings.load().get("edit_rule")
    yield Hand(qtbot, opened, page)
    settings.remember(edit_rule=before or "warn")


# --- choosing ---


def test_box(hand: Hand) -> None:
    hand.take("box")
    hand.drag((0.2, 0.2), (1.5, 1.5))
    hand.chosen(0, 1, 4, 5)
    hand.drag((3.2, 2.2), (3.8, 2.8), keys=SHIFT)
    hand.chosen(0, 1, 4, 5, 11)
    hand.drag((1.2, 0.2), (1.8, 0.8), keys=ALT)
    hand.chosen(0, 4, 5, 11)
    hand.click(0.5, 0.5, CTRL)
    hand.chosen(4, 5, 11)
    hand.click(2.5, 1.5)
    hand.chosen(6)
    hand.window.do(command("undo"))
    hand.chosen(4, 5, 11)


def test_lasso(hand: Hand) -> None:
    hand.take("lasso")
    hand.drag((0.5, 1.2), (2.5, 1.2), (2.5, 1.8), (1.2, 1.7))
    hand.chosen(4, 5, 6)


def test_along(hand: Hand) -> None:
    hand.take("along")
    hand.drag((0.5, 0.5), (1.5, 0.6), (1.6, 2.5))
    hand.chosen(0, 1, 5, 9)


def test_escape_leaves_a_box_and_then_the_tool(hand: Hand) -> None:
    hand.take("box")
    hand.press(0.2, 0.2)
    hand.move(1.5, 1.5)
    hand.page.wait("bigmap.view.gestureTint?.units.length === 4")
    hand.key(Qt.Key.Key_Escape)
    hand.page.wait("!bigmap.view.gestureTint && bigmap.view.toolbox.tool.idle()")
    QTest.mouseRelease(hand.page.target(), LEFT, NONE, hand.pixel(1.5, 1.5))
    hand.key(Qt.Key.Key_Escape)
    hand.until(lambda: hand.session.hand.tool == "look")
    assert not len(hand.session.chosen)


# --- painting ---


def test_brush(hand: Hand) -> None:
    panel = hand.window.gesture
    scene = hand.window.map._library.scene_number
    hand.take("paint", 0)
    hand.press(1.5, 1.5)
    hand.becomes("01-2", "0012", "0022")
    hand.until(panel.isVisible)  # while the mouse is down
    hand.move(1.5, 2.5)
    hand.becomes("00-2", "0012", "0022")
    hand.release(1.5, 2.5)
    hand.until(lambda: hand.session.stroke is None)
    assert not panel.isVisible()
    assert hand.session.history.undoable is not None
    hand.window.do(command("undo"))
    hand.becomes(*START)
    hand.window.do(command("redo"))
    hand.becomes("00-2", "0012", "0022")
    assert hand.window.map._library.scene_number == scene


def test_a_fast_brush_leaves_no_unit_out(hand: Hand) -> None:
    hand.take("paint", 2)
    hand.session.hold(rule="warn")
    hand.drag((0.5, 1.5), (3.5, 1.5))
    hand.becomes("01-2", "2222", "0022")


def test_escape_in_mid_stroke(hand: Hand) -> None:
    hand.take("paint", 0)
    hand.press(1.5, 1.5)
    hand.becomes("01-2", "0012", "0022")
    hand.key(Qt.Key.Key_Escape)
    hand.becomes(*START)
    hand.page.wait("!bigmap.view.gestureTint || bigmap.view.toolbox.tool.idle()")
    hand.move(1.5, 2.5)  # the button is still down
    QTest.mouseRelease(hand.page.target(), LEFT, NONE, hand.pixel(1.5, 2.5))
    hand.key(Qt.Key.Key_Escape)
    hand.until(lambda: hand.session.hand.tool == "look")
    hand.becomes(*START)
    assert hand.session.stroke is None
    assert hand.session.history.undoable is None


def test_locked_units_resist_and_are_struck_out(hand: Hand) -> None:
    hand.session.select(Pick("zone", 1))
    hand.window.do(command("lock"))
    hand.take("paint", 0)
    hand.press(1.5, 1.5)
    hand.page.wait("String(bigmap.view.toolbox.tool.resisted) === '5'")
    hand.move(2.5, 2.5)
    hand.becomes("0102", "0112", "0022")
    hand.release(2.5, 2.5)
    hand.until(lambda: hand.session.stroke is None)
    hand.page.wait("!bigmap.view.toolbox.tool.resisted.length")


@pytest.mark.parametrize(
    ("rule", "after"),
    [
        ("refuse", START),
        ("warn", ("01-2", "1112", "0022")),
        ("mend", ("11-2", "1112", "0022")),
    ],
)
def test_what_breaks_a_zone_is_red_and_meets_the_rule(
    hand: Hand, user: FakeUser, rule: str, after: tuple[str, ...]
) -> None:
    hand.window.do(command(f"rule_{rule}"))
    hand.take("paint", 1)
    hand.press(0.5, 1.5)
    hand.page.wait("bigmap.view.gestureTint?.colour === bigmap.RED")
    assert hand.page.value("bigmap.view.gestureTint.units") == [4]
    hand.release(0.5, 1.5)
    hand.becomes(*after)
    assert len(user.hints) == 1
    hand.page.wait("bigmap.view.toolbox.tool.idle()")


def test_eraser(hand: Hand) -> None:
    hand.take("erase")
    hand.drag((3.5, 0.5), (3.5, 1.5))
    hand.becomes("01-2", "011-", "002-")
    at = "[3, 7, 10, 0].map(unit => bigmap.view.scene.gaps.at(...bigmap.view.scene.units.pointIn(unit)))"
    hand.page.wait(f"String({at}) === '0,0,1,-1'")  # the larger gap first


def test_bucket(hand: Hand) -> None:
    hand.take("bucket", 2)
    hand.click(2.5, 2.5)
    hand.becomes("0122", "0112", "0022")
    hand.page.wait("bigmap.view.scene.gaps.count === 0")
    hand.window.do(command("undo"))
    hand.becomes(*START)
    hand.page.wait("bigmap.view.scene.gaps.count === 1")


def test_pipette_and_size(hand: Hand) -> None:
    hand.take("paint", 0)
    hand.click(3.5, 1.5, ALT)
    hand.until(lambda: hand.session.hand.zone == 2)
    hand.becomes(*START)
    colour = hand.page.value("bigmap.view.scene.zone_colours[2]")
    hand.page.wait(f"bigmap.view.toolbox.tool.options.colour === '{colour}'")
    before = hand.session.hand.brush_m
    hand.key(Qt.Key.Key_BracketRight)
    hand.until(lambda: hand.session.hand.brush_m > before)
    hand.key(Qt.Key.Key_BracketLeft)
    hand.until(lambda: hand.session.hand.brush_m == pytest.approx(before))
    zoom = hand.page.value("bigmap.view.map.getZoom()")
    at = QPointF(hand.pixel(2, 2))
    whole = hand.page.target().mapToGlobal(at)
    wheel = QWheelEvent(
        at,
        whole,
        QPoint(0, 0),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        CTRL,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(hand.page.target(), wheel)
    hand.until(lambda: hand.session.hand.brush_m > before * 1.1)
    hand.page.wait(f"Number(bigmap.view.toolbox.tool.options.radius_m) === {hand.session.hand.brush_m:.2f}")
    assert hand.page.value("bigmap.view.map.getZoom()") == zoom


# --- drawing ---


def outline(hand: Hand) -> None:
    for x, y in ((1.9, 0.9), (4.1, 0.9), (4.1, 2.1)):
        hand.click(x, y)
    hand.page.wait("bigmap.view.toolbox.tool.points.length === 3")
    hand.page.wait("bigmap.view.gestureTint?.units.length")
    hand.click(1.9, 2.1)
    hand.page.wait("bigmap.view.toolbox.tool.points.length === 4")


def test_drawing_a_zone(hand: Hand, user: FakeUser) -> None:
    user.here = 0
    hand.take("draw")
    outline(hand)
    hand.page.wait("String(bigmap.view.gestureTint?.units) === '6,7'")
    assert hand.window.gesture.isVisible()
    hand.key(Qt.Key.Key_Return)
    hand.becomes("01-2", "0133", "0022")
    hand.page.wait("bigmap.view.scene.zone_ids.length === 4")
    colours = hand.page.value("bigmap.view.scene.zone_colours")
    assert len(set(colours)) == 4
    hand.window.do(command("undo"))
    hand.becomes(*START)
    hand.page.wait("bigmap.view.scene.zone_ids.length === 3")


def test_giving_drawn_ground_to_a_zone_and_choosing_it(hand: Hand, user: FakeUser) -> None:
    user.here = 2
    hand.take("draw", 0)
    outline(hand)
    hand.click(1.9, 0.9)  # the first corner again
    hand.becomes("01-2", "0100", "0022")
    user.here = 3
    outline(hand)
    hand.key(Qt.Key.Key_Return)
    hand.chosen(6, 7)
    assert "Give it to W01" in user.menus[0]


def test_escape_in_mid_drawing(hand: Hand, user: FakeUser) -> None:
    user.here = 0
    hand.take("draw")
    outline(hand)
    hand.key(Qt.Key.Key_Backspace)
    hand.page.wait("bigmap.view.toolbox.tool.points.length === 3")
    hand.key(Qt.Key.Key_Escape)
    hand.page.wait("bigmap.view.toolbox.tool.idle() && !bigmap.view.gestureTint")
    assert hand.session.hand.tool == "draw"
    hand.key(Qt.Key.Key_Escape)
    hand.until(lambda: hand.session.hand.tool == "look")
    assert hand.rows() == list(START)
    assert not user.menus


def test_a_menu_that_is_closed_does_nothing(hand: Hand, user: FakeUser) -> None:
    hand.take("draw")
    outline(hand)
    hand.key(Qt.Key.Key_Return)
    hand.until(lambda: user.menus)
    hand.becomes(*START)


def test_zone_drawn_exactly(hand: Hand, user: FakeUser) -> None:
    user.here = 1
    before = hand.session.document.plan
    hand.take("draw")
    for x, y in ((2.5, 0.5), (3.5, 0.5), (3.5, 1.5), (2.5, 1.5)):
        hand.click(x, y)
    with hand.qtbot.waitSignal(hand.window.map.drawn, timeout=PATIENCE_MS):
        hand.key(Qt.Key.Key_Return)
    plan = hand.session.document.plan
    assert len(plan.units) > len(before.units)
    new = plan.zones.geometry.iloc[-1]
    x, y = ORIGIN[0] + 2.5 * SIDE, ORIGIN[1] + 0.5 * SIDE
    drawn = shapely.box(x, y, x + SIDE, y + SIDE)
    assert new.symmetric_difference(drawn).area < 0.05 * drawn.area  # the mouse is as fine as a pixel
    assert shapely.coverage_is_valid(plan.units.polygons)
    assert plan.units.frame["hh"].sum() == before.units.frame["hh"].sum()
    assert plan.units.frame["load"].sum() == pytest.approx(before.units.frame["load"].sum())
    assert plan.units.frame["cost_y"].notna().all()
    hand.window.do(command("undo"))
    assert hand.session.document.plan is before


def test_cutting_a_zone(hand: Hand, user: FakeUser) -> None:
    user.here = 0
    hand.take("cut")
    hand.drag((2.9, 0.95), (3.5, 0.97), (4.1, 0.95))  # drawn free
    hand.until(lambda: len(hand.session.tally.live) == 4)
    assert len(user.menus) == 1
    assert sorted({hand.rows()[2][3], hand.rows()[1][3]}) == ["2", "3"]


def test_cutting_a_zone_exactly(hand: Hand, user: FakeUser) -> None:
    user.here = 1
    units = len(hand.session.document.plan.units)
    hand.take("cut")
    hand.click(2.9, 1.5)
    hand.click(4.2, 1.6)
    with hand.qtbot.waitSignal(hand.window.map.drawn, timeout=PATIENCE_MS):
        hand.key(Qt.Key.Key_Return)
    plan = hand.session.document.plan
    assert len(plan.units) == units + 1
    assert len(plan.zones) == 4
    assert shapely.coverage_is_valid(plan.zones.geometry.to_numpy())


def test_dragging_a_border(hand: Hand) -> None:
    hand.page.wait(
        "!bigmap.view.seeking && bigmap.view.lines.left.some((a, i) => a !== bigmap.view.lines.right[i])"
    )
    hand.take("border")
    hand.move(1.0, 2.0)
    hand.page.wait("bigmap.view.toolbox.tool.grip?.a === 1 && bigmap.view.toolbox.tool.grip.b === 0")
    hand.press(1.0, 2.0)
    hand.move(1.5, 2.0)
    hand.move(2.0, 2.0)
    hand.page.wait("bigmap.view.gestureTint?.units.length > 0")
    hand.key(Qt.Key.Key_Escape)
    hand.page.wait("!bigmap.view.gestureTint")
    QTest.mouseRelease(hand.page.target(), LEFT, NONE, hand.pixel(2.0, 2.0))
    hand.becomes(*START)
    hand.drag((1.0, 2.0), (1.5, 2.0), (2.2, 2.0))
    hand.until(lambda: hand.rows() != list(START))
    assert set(hand.rows()[0][1] + hand.rows()[1][1]) == {"0"}


# --- locking ---


def test_locking_by_click(hand: Hand, user: FakeUser) -> None:
    hand.take("lock")
    assert "Shift + click" in user.hints[-1]
    hand.click(1.5, 1.5)
    hand.until(lambda: hand.session.tally.zones[1].locked)
    assert user.hints[-1] == "Zone W02 is locked."
    hand.page.wait("String([...bigmap.view.locks.zones]) === '1' && !bigmap.view.locks.units.size")
    hand.click(0.5, 0.5, SHIFT)
    hand.until(lambda: hand.session.tally.locked[0])
    hand.page.wait("String([...bigmap.view.locks.units]) === '0'")
    hand.click(1.5, 1.5)
    hand.until(lambda: not hand.session.tally.zones[1].locked)
    hand.click(0.5, 0.5, SHIFT)
    hand.page.wait("!bigmap.view.locks.any")
    hand.click(2.5, 2.5)
    hand.until(lambda: "has no zone" in user.hints[-1])
    assert not hand.session.tally.locked.any()
    for _ in range(3):
        hand.window.do(command("undo"))
    hand.page.wait("String([...bigmap.view.locks.zones]) === '1' && !bigmap.view.locks.units.size")
    hand.becomes(*START)


def test_locked_ground_is_hatched_and_told(hand: Hand) -> None:
    """The hatch darkens pixels inside the zone, and legend and hint say so; unlocking takes it all back."""
    shades = (
        "Object.values(bigmap.view.tiles._tiles).filter((t) => t.current).reduce((seen, { el }) => {"
        " const out = new Uint32Array(el.image.data.buffer);"
        " el.pixels.forEach((id, i) => id === {unit} + 1 && seen.add(out[i])); return seen; },"
        " new Set()).size"
    )
    said = "[...document.querySelectorAll('.bigmap-legend .text')].map(row => row.textContent)"
    hand.page.wait("bigmap.view.tiles.complete()")
    hand.page.wait(f"{shades.replace('{unit}', '5')} === 1")
    hand.session.select(Pick("zone", 1))
    hand.window.do(command("lock"))
    hand.session.choose([0])
    hand.window.do(command("lock_chosen"))
    hand.session.choose([])
    hand.page.wait("bigmap.view.locks.units.size === 1")
    for unit, count in ((5, 2), (0, 2), (7, 1)):
        hand.page.wait(f"{shades.replace('{unit}', str(unit))} === {count}")
    assert {"Locked zone", "Locked unit"} <= set(hand.page.value(said))
    assert "locked" in str(hand.page.value("bigmap.view.hover.lines({unit: 5, zone: 1, gap: -1})"))
    table = hand.window.results.zones.rows_model
    assert [row["locked"] for row in table.rows] == [False, True, False]
    hand.window.do(command("unlock_all"))
    hand.page.wait("!bigmap.view.locks.any")
    hand.page.wait(f"{shades.replace('{unit}', '5')} === 1")
    assert not {"Locked zone", "Locked unit"} & set(hand.page.value(said))


def test_locks_last_in_a_new_scene_and_a_new_page(hand: Hand) -> None:
    hand.window.do(command("lock_all"))
    hand.page.wait("bigmap.view.locks.zones.size === 3")
    with hand.qtbot.waitSignal(hand.window.map.drawn, timeout=PATIENCE_MS):
        hand.window._show_document()
    hand.page.wait("bigmap.view.locks.zones.size === 3")
    with hand.qtbot.waitSignal(hand.window.map.drawn, timeout=PATIENCE_MS):
        hand.window.map.view.page().load(hand.window.map.view.url())
    hand.page.wait("bigmap.view.locks.zones.size === 3")


# --- what goes with it ---


def test_right_click_shows_what_can_be_done(hand: Hand) -> None:
    seen: list[str] = []

    def take() -> None:
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        seen.extend(action.text().replace("&", "") for action in menu.actions())
        next(a for a in menu.actions() if a.objectName() == "lock").trigger()
        menu.close()

    hand.move(1.5, 1.5)
    timer = QTimer()
    timer.timeout.connect(lambda: QApplication.activePopupWidget() and (timer.stop(), take()))
    timer.start(5)
    QTest.mouseClick(hand.page.target(), Qt.MouseButton.RightButton, NONE, hand.pixel(1.5, 1.5))
    hand.until(lambda: hand.session.tally.zones[1].locked)
    assert "Paint with this zone" in seen
    assert "Lock zones" in seen
    assert "Unlock zones" not in seen  # it is not locked
    assert "Lock the chosen units" in seen


def test_colours_chosen_by_the_planner_reach_map_and_legend(hand: Hand) -> None:
    hand.session.select(Pick("zone", 1))
    draw.propose(hand.window.context, gestures.recolour(hand.session.tally, [1], "#123456"))
    hand.page.wait("bigmap.view.scene.zone_colours[1] === '#123456'")
    hand.page.wait(
        "[...document.querySelectorAll('.bigmap-legend .swatch')].some("
        "s => s.style.background.startsWith('rgb(18, 52, 86)'))"
    )
    with hand.qtbot.waitSignal(hand.window.map.drawn, timeout=PATIENCE_MS):
        hand.window._show_document()  # a new scene keeps them
    hand.page.wait("bigmap.view.scene.zone_colours[1] === '#123456'")


def test_a_killed_page_takes_the_tool_again(hand: Hand) -> None:
    hand.take("paint", 0)
    hand.session.choose([3])
    with hand.qtbot.waitSignal(hand.window.map.drawn, timeout=PATIENCE_MS):
        hand.window.map.view.page().load(hand.window.map.view.url())
    hand.page.wait("bigmap.view.toolbox.name === 'paint' && String(bigmap.view.marked) === '3'")


def test_a_stroke_ends_with_the_page_it_was_drawn_on(hand: Hand, caplog: pytest.LogCaptureFixture) -> None:
    before = hand.rows()
    hand.take("erase")
    hand.press(1.5, 1.5)
    hand.move(2.5, 1.5)
    hand.until(lambda: hand.session.stroke is not None and len(hand.session.stroke.edit.units) == 2)
    painted = hand.rows()
    with hand.qtbot.waitSignal(hand.window.map.ready, timeout=PATIENCE_MS):
        os.kill(hand.window.map.view.page().renderProcessPid(), signal.SIGKILL)
    assert hand.session.stroke is None
    assert not hand.window.gesture.isVisible()
    hand.becomes(*painted)
    hand.window.do(command("undo"))  # one step, as any stroke
    hand.becomes(*before)


def test_tools_rest_in_a_check(hand: Hand) -> None:
    hand.take("paint", 0)
    zone = hand.session.tally.zone.copy()
    hand.session.set_busy(True)
    hand.drag((1.5, 1.5), (1.5, 2.5))
    hand.session.set_busy(False)
    assert np.array_equal(hand.session.tally.zone, zone)
