"""The window as a user meets it: opening, refusing, cancelling, building, checking, speaking."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path

import geopandas as gpd
import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from bigmap.base import i18n
from bigmap.base.errors import Cancelled, UserError
from bigmap.base.i18n import Text
from bigmap.base.progress import Progress
from bigmap.commands.registry import COMMANDS, command
from bigmap.core.zoning.rules import ZoningRules
from bigmap.session.document import Pick
from bigmap.ui.window.window import Window
from tests.helpers.plans import EPSG, box_of, write_street
from tests.helpers.qt import PATIENCE_MS, FakeUser, PageTester, texts_of

HAN = re.compile(r"[\u4e00-\u9fff]")


def wait_for_work(qtbot: QtBot, window: Window) -> None:
    qtbot.waitUntil(lambda: not window.lane.busy, timeout=PATIENCE_MS)


# --- opening ---


def test_empty_window_shows_how_to_begin(window: Window) -> None:
    assert window.stack.currentWidget() is window.welcome
    assert not window.menus.actions["export"].isEnabled()
    assert window.menus.actions["open_folder"].isEnabled()


def test_folder_is_planned_and_shown(qtbot: QtBot, window: Window, user: FakeUser, tmp_path: Path) -> None:
    user.folder = write_street(tmp_path / "筼筜街道")
    with qtbot.waitSignal(window.map.drawn, timeout=PATIENCE_MS):
        window.do(command("open_folder"))
    assert user.refused == []
    assert window.windowTitle() == "筼筜街道 - bigmap - service zones"
    files = {row["file"] for row in window.sources.layers.rows_model.rows}
    assert files == {"estates.geojson", "boundary.geojson"}
    assert window.results.figures.land.value.text() == "100.0 %"
    assert "500 households" in window.status.totals.text()


def test_dropped_files_are_opened(qtbot: QtBot, window: Window, user: FakeUser, tmp_path: Path) -> None:
    folder = write_street(tmp_path / "dropped")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder / name)) for name in ("estates.geojson", "boundary.geojson")])
    keys, buttons = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    with qtbot.waitSignal(window.map.drawn, timeout=PATIENCE_MS):
        window.dropEvent(QDropEvent(QPoint(9, 9).toPointF(), Qt.DropAction.CopyAction, data, buttons, keys))
    assert window.session.document is not None
    assert user.refused == []


def test_files_may_be_dropped_on_the_map(opened: Window, page: PageTester, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    keys, buttons = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    event = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, data, buttons, keys)
    event.ignore()
    QApplication.sendEvent(page.target(), event)
    assert event.isAccepted()  # the page itself takes none, so it was the window


def test_bad_folder_is_refused_in_one_sentence_and_the_plan_stays(
    qtbot: QtBot, opened: Window, user: FakeUser, tmp_path: Path
) -> None:
    before = opened.session.document
    user.folder = tmp_path  # nothing in it
    opened.do(command("open_folder"))
    wait_for_work(qtbot, opened)
    assert len(user.refused) == 1
    assert user.refused[0].count("\n") == 0
    assert opened.session.document is before
    assert opened.menus.actions["build"].isEnabled()


def test_a_defect_is_logged_and_told(qtbot: QtBot, opened: Window, user: FakeUser, caplog) -> None:
    def work(_: Progress) -> None:
        raise ZeroDivisionError("on purpose")

    opened.context.ui.run(Text("Testing"), work, lambda _: None)
    wait_for_work(qtbot, opened)
    assert len(user.refused) == 1
    assert "bigmap.log" in user.refused[0]
    assert "ZeroDivisionError: on purpose" in caplog.text
    caplog.clear()
    assert opened.menus.actions["build"].isEnabled()


# --- long work ---


def test_stopped_work_leaves_the_document(qtbot: QtBot, opened: Window, user: FakeUser) -> None:
    before, at_step, go_on = opened.session.document, threading.Event(), threading.Event()

    def work(progress: Progress) -> str:
        progress.step(0.3, Text("Building zones"))
        at_step.set()
        assert go_on.wait(20)
        progress.step(0.6, Text("Building zones"))
        return "too late"

    run = partial(opened.context.ui.run, Text("Testing"), work, droppable=False)
    run(lambda result: pytest.fail(f"came back with {result}"))
    assert at_step.wait(20)
    qtbot.waitUntil(lambda: opened.status.bar.value() == 300, timeout=PATIENCE_MS)
    assert opened.status.stop.isVisible()
    assert not opened.menus.actions["build"].isEnabled()
    qtbot.mouseClick(opened.status.stop, Qt.MouseButton.LeftButton)
    assert not opened.status.stop.isEnabled()
    assert opened.status.stage.text() == "Stopping …"
    go_on.set()
    wait_for_work(qtbot, opened)
    assert opened.session.document is before
    assert user.refused == []
    assert not opened.status.stop.isVisible()
    assert opened.menus.actions["build"].isEnabled()


def test_a_stop_drops_work_inside_a_library(qtbot: QtBot, opened: Window, user: FakeUser) -> None:
    before, inside, go_on, ended = opened.session.document, *(threading.Event() for _ in range(3))

    def work(progress: Progress) -> str:
        inside.set()
        go_on.wait(60)
        try:
            progress.step(0.6, Text("Building zones"))
        except Cancelled:
            ended.set()
            raise
        return "too late"

    opened.context.ui.run(Text("Testing"), work, lambda result: pytest.fail(f"came back with {result}"))
    assert inside.wait(20)
    qtbot.mouseClick(opened.status.stop, Qt.MouseButton.LeftButton)
    wait_for_work(qtbot, opened)
    assert not go_on.is_set()  # it is still inside
    assert opened.session.document is before
    assert opened.menus.actions["build"].isEnabled()
    found: list[str] = []
    opened.context.ui.run(Text("Testing"), lambda _: "the next", found.append)
    qtbot.waitUntil(lambda: found == ["the next"], timeout=PATIENCE_MS)
    go_on.set()
    assert ended.wait(20)


def test_a_second_piece_of_work_is_refused(qtbot: QtBot, opened: Window, user: FakeUser) -> None:
    go_on = threading.Event()
    opened.context.ui.run(Text("Testing"), lambda _: go_on.wait(20), lambda _: None)
    opened.context.ui.run(Text("Testing"), lambda _: pytest.fail("ran beside the other"), lambda _: None)
    assert len(user.refused) == 1
    go_on.set()
    wait_for_work(qtbot, opened)


def test_closing_stops_the_work(qtbot: QtBot, opened: Window) -> None:
    def work(progress: Progress) -> None:
        while True:
            progress.step(0.5, Text("Building zones"))

    opened.context.ui.run(Text("Testing"), work, lambda _: pytest.fail("came back"))
    opened.close()
    assert not [t for t in threading.enumerate() if t.name == "bigmap-work" and t.is_alive()]


# --- zones ---


def test_zones_are_built_anew(qtbot: QtBot, opened: Window, user: FakeUser) -> None:
    user.rules = ZoningRules(zones=2)
    with qtbot.waitSignal(opened.map.drawn, timeout=PATIENCE_MS):
        opened.do(command("build"))
    document = opened.session.document
    assert document is not None
    assert len(document.plan.zones) == 2
    assert len(opened.results.zones.rows_model.rows) == 2
    assert opened.results.figures.land.value.text() == "100.0 %"  # the box without a zone has one now
    assert document.plan.coverage.uncovered_m2 == 0


def test_an_alternative_becomes_the_plan_and_undo_takes_it_back(
    qtbot: QtBot, opened: Window, user: FakeUser
) -> None:
    before = opened.session.document
    user.rules, user.picks = ZoningRules(zones=2), 0
    with qtbot.waitSignal(opened.map.drawn, timeout=PATIENCE_MS):
        opened.do(command("compare"))
    document = opened.session.document
    assert document is not None
    assert document.plan.zone_of_unit.tolist() == user.candidates[0].zone_of_unit.tolist()
    wait_for_work(qtbot, opened)
    opened.do(command("undo"))
    assert opened.session.document is before


def test_too_many_zones_are_refused(qtbot: QtBot, opened: Window, user: FakeUser) -> None:
    before = opened.session.document
    user.rules = ZoningRules(zones=500)
    opened.do(command("build"))
    wait_for_work(qtbot, opened)
    assert len(user.refused) == 1
    assert opened.session.document is before


def test_no_answer_builds_nothing(opened: Window) -> None:
    before = opened.session.document
    opened.do(command("build"))
    assert not opened.lane.busy
    assert opened.session.document is before


@pytest.mark.web
def test_foreign_zones_are_checked(qtbot: QtBot, window: Window, user: FakeUser, tmp_path: Path) -> None:
    user.folder = write_street(tmp_path / "street")
    with qtbot.waitSignal(window.map.drawn, timeout=PATIENCE_MS):
        window.do(command("open_folder"))
    assert window.session.document is not None
    with qtbot.waitSignal(window.map.drawn, timeout=PATIENCE_MS):
        window.session.replace(
            replace(window.session.document, paths=())
        )  # as the command line hands it over
    # W1 has boxes 0 and 1 with 10 m more to the east, W2 box 2; box 3 is nobody's
    drawn = gpd.GeoDataFrame(
        {"code": ["W1", "W2"]},
        geometry=[box_of(0).union(box_of(1)).buffer(0).union(_strip()), box_of(2)],
        crs=EPSG,
    )
    user.file = tmp_path / "现状片区.geojson"
    drawn.to_file(user.file, engine="pyogrio")
    with qtbot.waitSignal(window.map.drawn, timeout=PATIENCE_MS):
        window.do(command("check"))
    assert user.refused == []
    kinds = [gap.kind for gap in window.results.gaps.rows_model.rows]
    assert "gap" in kinds
    assert kinds.count("overlap") == 1
    assert window.banner.isVisible()
    assert "overlapping 1,000 m²" in window.results.figures.rest.text()
    assert not window.menus.actions["export"].isEnabled()
    tester = PageTester(qtbot, window.map)
    assert tester.value("bigmap.view.scene.overlay")
    assert "overlap" in tester.value("bigmap.view.scene.gap_kinds")
    with qtbot.waitSignal(window.map.drawn, timeout=PATIENCE_MS):
        qtbot.mouseClick(window.banner.back, Qt.MouseButton.LeftButton)
    assert not window.banner.isVisible()
    assert window.menus.actions["export"].isEnabled()


def _strip():
    west, south, _, north = box_of(2).bounds
    from shapely import box

    return box(west, south, west + 10, north)


# --- output ---


def test_results_are_exported(qtbot: QtBot, opened: Window, user: FakeUser, tmp_path: Path) -> None:
    user.folder = tmp_path / "out"
    opened.do(command("export"))
    wait_for_work(qtbot, opened)
    assert user.refused == []
    assert str(user.folder) in user.told[0]
    names = {path.name for path in user.folder.iterdir()}
    assert {
        "units.geojson",
        "zones.geojson",
        "gaps.geojson",
        "map.html",
        "coverage.pdf",
        "report.json",
    } <= names


def test_map_is_saved_as_a_page(qtbot: QtBot, opened: Window, user: FakeUser, tmp_path: Path) -> None:
    user.save = tmp_path / "map.html"
    opened.do(command("write_map"))
    wait_for_work(qtbot, opened)
    assert user.save.stat().st_size > 100_000
    assert user.told


def test_pdf_is_written(qtbot: QtBot, opened: Window, user: FakeUser, tmp_path: Path) -> None:
    user.save = tmp_path / "coverage.pdf"
    opened.do(command("write_pdf"))
    wait_for_work(qtbot, opened)
    assert user.refused == []
    assert user.save.read_bytes().startswith(b"%PDF")


def test_sheet_goes_to_preview_and_printer(opened: Window, user: FakeUser) -> None:
    opened.do(command("preview"))
    opened.do(command("print_sheet"))
    assert opened.session.document is not None
    assert user.printed == [opened.session.document.plan] * 2


# --- commands and language ---


def test_every_command_stands_in_its_menu(window: Window) -> None:
    for entry in COMMANDS:
        menu = window.menus.menus[entry.menu]
        place = window.menus.submenus[menu, entry.within] if entry.within else menu
        assert window.menus.actions[entry.id] in place.actions(), entry.id
        assert window.menus.actions[entry.id].text()
    shown = [action.objectName() for action in window.menus.toolbar.actions() if action.objectName()]
    tools = [action.objectName() for action in window.menus.tools.actions() if action.objectName()]
    assert sorted(shown + tools) == sorted(c.id for c in COMMANDS if c.icon)
    assert tools[0] == "tool_look"


def test_shortcuts_are_unique(window: Window) -> None:
    keys = [a.shortcut().toString() for a in window.menus.actions.values() if not a.shortcut().isEmpty()]
    assert len(keys) == len(set(keys)) == sum(bool(c.shortcut) for c in COMMANDS)


def test_command_that_raises_a_user_error_tells_it(window: Window, user: FakeUser) -> None:
    def run(_: object) -> None:
        raise UserError("Choose {what}.", what="something")

    window.do(COMMANDS[0].__class__("x", "X", run, COMMANDS[0].menu))
    assert user.refused == ["Choose something."]


def test_language_switches_everything_that_is_seen(qtbot: QtBot, opened: Window, page: PageTester) -> None:
    opened.session.select(Pick("gap", 0))
    before = _english_texts(opened)
    assert not [
        t for t in before if HAN.search(t) and "筼筜" not in t and "湖滨" not in t and "小区" not in t
    ]
    opened.do(command("zh"))
    after = _english_texts(opened)
    allowed = re.compile(r"^[\W\d]*$|^(English|EPSG:\d+|W\d\d|[GU]\d{4}|bigmap)", re.ASCII)
    assert [t for t in after if not HAN.search(t) and not allowed.match(t)] == []
    page.wait("bigmap.view.words.lang === 'zh'")
    assert page.value("document.querySelector('.bigmap-legend .title').textContent") == "服务片区"
    assert opened.results.gaps.chosen_row() == 0  # what was chosen stays chosen
    opened.do(command("en"))
    assert _english_texts(opened) == before
    assert i18n.current() == "en"


def _english_texts(window: Window) -> list[str]:
    """Return headings, buttons, labels and menu entries of the window."""
    tables = (window.sources.layers, window.results.zones, window.results.gaps)
    heads = [
        str(t.model().headerData(i, Qt.Orientation.Horizontal))
        for t in tables
        for i in range(t.model().columnCount())
    ]
    tabs = [window.results.tabs.tabText(i) for i in range(4)]
    labels = texts_of(window, lambda w: w.text(), QLabel)
    buttons = texts_of(window, lambda w: w.text(), QPushButton) + texts_of(
        window, lambda w: w.text(), QToolButton
    )
    menus = [m.title() for m in window.menus.menus.values()] + [
        a.text() for a in window.menus.actions.values()
    ]
    return [t.strip() for t in heads + tabs + labels + buttons + menus if t.strip() and t != "中文"]
