"""The map says when it is idle: all it was told stands on the screen, whole, and a grab has it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWebEngineCore import QWebEngineScript
from pytestqt.qtbot import QtBot

from bigmap import app
from bigmap.mapview.messages import Colour, Go, Idle, Look
from bigmap.ui.map.map_widget import BACKGROUND
from bigmap.ui.window.window import Window
from tests.helpers.plans import ORIGIN, grid_plan
from tests.helpers.qt import PATIENCE_MS, PageTester, document_of

pytestmark = pytest.mark.web

# Holds back the tiles that the workers made, until they are let go.
HELD = """(() => {
  const { crew } = bigmap.view.tiles, hear = crew.hear;
  window.held = [];
  crew.hear = (message) => (message.kind === "tile" ? held.push(message) : hear(message));
  window.let_go = () => { crew.hear = hear; held.forEach(hear); };
})() ?? 1"""

# Workers whose tiles come one in twelve frames, as on a busy machine; and workers that fail at tiles.
SLOW = """
  const late = [], step = (frame = 0) => {
    if (frame % 12 === 0) late.shift()?.();
    requestAnimationFrame(() => step(frame + 1));
  };
  step();
  window.Worker = class extends Worker {
    set onmessage(hear) {
      super.onmessage = (event) => (event.data.kind === "tile" ? late.push(() => hear(event)) : hear(event));
    }
  };"""
FAILING = """
  window.Worker = class extends Worker {
    postMessage(order) { super.postMessage(order.kind === "tile" ? { ...order, size: -1 } : order); }
  };"""


def grabbed(window: Window) -> QImage:
    return window.map.view.grab().toImage()


def empty_looking(picture: QImage) -> bool:
    """Return whether nothing but paper is to be seen on a coarse grid."""
    places = [
        (picture.width() * i // 20, picture.height() * j // 20) for i in range(4, 17) for j in range(4, 17)
    ]
    return all(picture.pixelColor(*place).name() == BACKGROUND for place in places)


def heard(window: Window) -> list[int]:
    told: list[int] = []
    window.map.idle.connect(lambda: told.append(1))
    return told


@pytest.fixture
def with_script(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Have the window of a picture run a script before those of its page, and be treated in a way."""

    def use(source: str, treat: Callable[[Window], None] = lambda _: None) -> None:
        def made(*, remembered: bool) -> Window:
            window = Window()
            script = QWebEngineScript()
            script.setSourceCode(source)
            script.setInjectionPoint(QWebEngineScript.InjectionPoint.DocumentCreation)
            script.setWorldId(QWebEngineScript.ScriptWorldId.MainWorld)
            window.map.view.page().scripts().insert(script)
            treat(window)
            return window

        monkeypatch.setattr(app, "_window", made)

    return use


# --- the picture of the window ---


def differing(one: QImage, other: QImage) -> int:
    """Return how many pixels of two pictures of one size are not the same."""
    pixels = (np.frombuffer(p.constBits(), np.uint32) for p in (one, other))
    return int(np.count_nonzero(np.not_equal(*pixels)))


def test_picture_is_whole_when_the_window_is_resized_as_it_comes_up_and_tiles_are_slow(
    qtbot: QtBot, tmp_path: Path, with_script: Callable[..., None]
) -> None:
    def treat(window: Window) -> None:
        window.map.drawn.connect(lambda _: window.resize(1100, 800))

    for name, source in [("slow", SLOW), ("quick", "")]:
        with_script(source, treat)
        app.picture_of_window(grid_plan(), tmp_path / f"{name}.png", "en")
    slow, quick = QImage(str(tmp_path / "slow.png")), QImage(str(tmp_path / "quick.png"))
    assert slow.size().toTuple() == (1100, 800)
    assert differing(slow, quick) < 100  # a corner of a line is smoothed otherwise; one tile is 65,536 pixels


def test_no_picture_is_better_than_half_of_one(
    qtbot: QtBot, tmp_path: Path, with_script: Callable[..., None], monkeypatch: pytest.MonkeyPatch, caplog
) -> None:
    with_script(FAILING)
    monkeypatch.setattr(app, "_PATIENCE_MS", 3000)
    with pytest.raises(RuntimeError, match="not painted whole"):
        app.picture_of_window(grid_plan(), tmp_path / "window.png", "en")
    assert not (tmp_path / "window.png").exists()
    assert "Invalid typed array length" in caplog.text
    caplog.clear()


# --- what is waited for ---


def test_a_map_is_not_idle_before_its_last_tile(qtbot: QtBot, opened: Window, page: PageTester) -> None:
    page.value(HELD)
    told = heard(opened)
    opened.map.send(Look(ORIGIN[0] + 100, ORIGIN[1] + 100, 1.5))
    opened.map.await_idle()
    page.wait(
        "held.length > 1"
        " && held.length === Object.values(bigmap.view.tiles._tiles).filter((t) => t.current).length"
    )
    assert page.value("bigmap.view.idle.missing()") == "tiles"
    half = grabbed(opened)
    assert not empty_looking(half)  # a glance would be content with borders, names and what lay there before
    assert not told
    with qtbot.waitSignal(opened.map.idle, timeout=PATIENCE_MS):
        page.value("let_go() ?? 1")
    whole = grabbed(opened)
    assert whole != half
    page.idle()
    assert grabbed(opened) == whole
    assert told == [1, 1]


def test_a_map_is_not_idle_in_the_middle_of_a_zoom(qtbot: QtBot, opened: Window, page: PageTester) -> None:
    zoom = page.value("bigmap.view.map.getZoom()")
    page.value("(window.seen = new Set(), setInterval(() => seen.add(bigmap.view.idle.missing())), 1)")
    page.value("bigmap.view.map.zoomIn(1) && 1")
    page.idle()
    assert "movement" in page.value("[...seen]")
    assert page.value("bigmap.view.map.getZoom()") == zoom + 1
    whole = grabbed(opened)
    page.value("bigmap.view.tiles.redraw() && 1")
    page.idle()
    assert grabbed(opened) == whole


def test_an_idle_map_has_its_colours(opened: Window, page: PageTester) -> None:
    seen = set()
    for by in ("operator", "kind", "load") * 20:
        opened.map.send(Colour(by))
        page.idle()
        at = page.pixel_of("unit", 0)  # the ground makes room for the legend
        wanted = page.value("bigmap.view.ground.colours[bigmap.view.ground.style[0]]")
        seen.add(wanted)
        assert grabbed(opened).pixelColor(at.x() - 40, at.y() - 40).name() == wanted
    assert len(seen) == 3


def test_a_resized_map_is_painted_up_to_its_new_edge(qtbot: QtBot, opened: Window, page: PageTester) -> None:
    opened.map.send(Look(ORIGIN[0] + 200, ORIGIN[1] + 150, 3.5))  # not the whole ground: no new view follows
    page.idle()
    for size in ((1700, 1000), (1300, 820), (1900, 1100)):
        opened.resize(*size)
        page.idle()
        whole = grabbed(opened)
        page.value(
            "(bigmap.view.tiles.redraw(), Object.values(bigmap.view.boards).forEach((b) => b._update()), 1)"
        )
        page.idle()
        assert grabbed(opened) == whole


def test_borders_belong_to_it(qtbot: QtBot, opened: Window, page: PageTester) -> None:
    page.value(
        "((crew) => { window.tell = crew.tell; crew.tell = (order) => (window.kept = order); })"
        "(bigmap.view.tiles.crew) ?? 1"
    )
    told = heard(opened)
    opened.map.assign([5], [0])
    opened.map.await_idle()
    page.wait("window.kept && bigmap.view.idle.missing() === 'borders'")
    assert not told
    with qtbot.waitSignal(opened.map.idle, timeout=PATIENCE_MS):
        page.value("tell.call(bigmap.view.tiles.crew, kept) ?? 1")


def test_no_scene_at_all_is_idle_too(opened: Window, page: PageTester) -> None:
    opened.map.show_scene(None)
    page.idle()
    assert page.value("bigmap.view.scene === null")
    assert empty_looking(grabbed(opened))


def test_a_map_that_looks_beside_the_ground_is_idle(opened: Window, page: PageTester) -> None:
    opened.map.send(Look(ORIGIN[0] + 9000, ORIGIN[1], 0.0))
    page.idle()
    seen = grabbed(opened)
    assert {seen.pixelColor(x, 200).name() for x in range(20, seen.width() - 80, 20)} == {BACKGROUND}


def test_a_place_that_flashes_has_ended_to(opened: Window, page: PageTester) -> None:
    opened.map.send(Go(ORIGIN[0] + 100, ORIGIN[1] + 100))
    page.idle()
    assert page.value("document.querySelectorAll('.bigmap-flash').length") == 1
    assert page.value("document.getAnimations().length") == 0


# --- which question is answered ---


def test_an_answer_about_an_earlier_scene_does_not_count(
    qtbot: QtBot, opened: Window, page: PageTester
) -> None:
    page.value(HELD)
    told = heard(opened)
    document = opened.session.document
    assert document is not None
    opened.map.show_scene(document.scene)
    opened.map.await_idle()
    earlier = opened.map._awaited
    assert earlier is not None
    number = opened.map.show_scene(document.scene)
    opened.map.bridge.came.emit(Idle(earlier.number))  # it was on its way
    assert not told
    page.wait(f"bigmap.view.shown === {number} && held.length > 1")
    with qtbot.waitSignal(opened.map.idle, timeout=PATIENCE_MS):
        page.value("let_go() ?? 1")
    assert told == [1]
    opened.map.bridge.came.emit(Idle(earlier.number + 1))  # once is enough
    assert told == [1]


def test_a_question_asked_before_the_page_is_up_is_answered(qtbot: QtBot) -> None:
    window = Window()
    window.show()
    with qtbot.waitSignal(window.map.idle, timeout=PATIENCE_MS):
        window.session.replace(document_of(grid_plan()))
        window.map.await_idle()
    assert not empty_looking(grabbed(window))
    window.close()
    window.deleteLater()


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")
def test_a_page_that_is_killed_answers_when_it_is_back(
    qtbot: QtBot, opened: Window, page: PageTester
) -> None:
    near, far = Look(ORIGIN[0] + 100, ORIGIN[1] + 100, 1.5), Look(ORIGIN[0], ORIGIN[1], 0.5)
    opened.map.send(near)
    page.idle()
    shown = grabbed(opened)
    opened.map.send(far)
    page.idle()
    page.value(HELD)
    opened.map.send(near)
    opened.map.await_idle()
    page.wait("held.length > 1")
    with qtbot.waitSignal(opened.map.idle, timeout=PATIENCE_MS):
        os.kill(opened.map.view.page().renderProcessPid(), signal.SIGKILL)
    assert grabbed(opened) == shown
