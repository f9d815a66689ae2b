"""Nothing that was edited or kept is lost without a question: every way out, and every answer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from bigmap.base.i18n import Text
from bigmap.commands.documents import open_document
from bigmap.commands.documents.export import folder_name
from bigmap.commands.documents.open_document import replan
from bigmap.commands.registry import command
from bigmap.core.coverage.proof import check_coverage
from bigmap.core.sources.source_options import SourceOptions
from bigmap.core.zoning.rules import ZoningRules
from bigmap.mapview.scene import pack_check
from bigmap.session.document import Checked, Pick
from bigmap.session.unsaved import unsaved
from bigmap.ui.window.user_port import WindowPort
from bigmap.ui.window.window import Window
from tests.helpers.plans import write_street
from tests.helpers.qt import PATIENCE_MS, FakeUser

EDITED = "Not exported yet, and lost if you go on: the edited plan."


@pytest.fixture(autouse=True)
def _goes_in_the_end(window: Window, user: FakeUser) -> Iterator[None]:
    yield
    user.leaves = "discard"


@pytest.fixture
def street(tmp_path: Path) -> Path:
    return write_street(tmp_path / "筼筜街道")


@pytest.fixture
def edited(opened: Window, user: FakeUser) -> Window:
    """A window with a plan in which a zone was made by hand, and a user who stays."""
    user.leaves = None
    edit(opened)
    return opened


def edit(window: Window, unit: int = 10) -> None:
    window.session.choose([unit])
    window.do(command("new_zone"))
    assert window.session.tally.zone[unit] == len(window.session.tally.zones) - 1


def work_ends(qtbot: QtBot, window: Window) -> None:
    qtbot.waitUntil(lambda: not window.lane.busy, timeout=PATIENCE_MS)


# --- whether there is something to ask ---


def test_nothing_is_asked_where_nothing_would_be_lost(opened: Window, user: FakeUser) -> None:
    opened.session.choose([1, 2])
    opened.session.select(Pick("zone", 1))
    opened.session.colour_by("load")
    assert opened.close()
    assert user.asked == []


def test_edits_taken_back_are_no_loss(opened: Window, user: FakeUser) -> None:
    edit(opened)
    opened.do(command("undo"))
    assert opened.close()
    assert user.asked == []


@pytest.mark.parametrize("name", ["lock", "rename", "erase_chosen", "merge", "remove_zone"])
def test_every_edit_counts(opened: Window, user: FakeUser, name: str) -> None:
    user.text = "湖滨片区"
    opened.session.choose([0, 5])
    opened.session.select(Pick("zone", 0))
    opened.do(command(name))
    assert opened.close()
    assert user.asked == [EDITED]


def test_after_an_export_nothing_is_asked_until_the_next_edit(
    qtbot: QtBot, edited: Window, user: FakeUser, tmp_path: Path
) -> None:
    user.folder = tmp_path / "out"
    edited.do(command("export"))
    work_ends(qtbot, edited)
    assert unsaved(edited.session) == {}
    edit(edited, 9)
    assert not edited.close()
    edited.do(command("undo"))
    assert edited.close()
    assert user.asked == [EDITED]


def test_zones_built_on_edits_and_scenarios_taken_over_them_do_not_hide_them(
    qtbot: QtBot, opened: Window, user: FakeUser
) -> None:
    """What was edited is in the steps that can be taken back only, which end with the window."""
    user.rules, user.text, user.leaves = ZoningRules(zones=2), "甲案", None
    opened.do(command("build"))
    work_ends(qtbot, opened)
    assert unsaved(opened.session) == {}  # built, not edited
    opened.do(command("keep_scenario"))
    edit(opened)
    opened.do(command("build"))
    work_ends(qtbot, opened)
    assert set(unsaved(opened.session)) == {"", "甲案"}
    opened.do(command("undo"))
    opened.do(command("undo"))
    assert set(unsaved(opened.session)) == {"甲案"}
    opened.do(command("redo"))
    opened.context.ui.ask_one = lambda *_: 0  # type: ignore[method-assign]
    opened.do(command("take_scenario"))
    assert set(unsaved(opened.session)) == {"", "甲案"}


def test_repaired_zones_of_a_check_count_until_they_are_saved(
    qtbot: QtBot, opened: Window, user: FakeUser, tmp_path: Path
) -> None:
    plan = opened.session.document.plan
    drawn = plan.zones[["zone_id", "oper", "geometry"]].drop(index=[2])
    proof = check_coverage(drawn, plan.sources, plan.units)
    scene = pack_check(plan, drawn, proof.gaps)
    checked = Checked(tmp_path / "现状片区.geojson", drawn, proof)
    opened.session.advance(
        Text("Check zones"), replace(opened.session.document, checked=checked, scene=scene)
    )
    user.leaves, user.area, user.folder = None, 1e9, tmp_path / "out"
    opened.do(command("repair_under"))
    work_ends(qtbot, opened)
    assert opened.session.document.checked.applied
    assert not opened.close()
    assert user.asked == ["Not exported yet, and lost if you go on: the repaired zones of 现状片区.geojson."]
    user.leaves = "export"
    opened.close()
    qtbot.waitUntil(lambda: not opened.isVisible(), timeout=PATIENCE_MS)
    assert (user.folder / "check" / "zones.geojson").is_file()


def test_a_check_of_other_zones_keeps_the_edits(
    qtbot: QtBot, window: Window, user: FakeUser, street: Path, tmp_path: Path
) -> None:
    user.folder, user.file, user.leaves = street, tmp_path / "现状片区.geojson", None
    window.do(command("open_folder"))
    work_ends(qtbot, window)
    edit(window, 0)
    zone = window.session.tally.zone.copy()
    window.session.document.plan.zones[["zone_id", "geometry"]].to_file(user.file, engine="pyogrio")
    window.do(command("check"))
    work_ends(qtbot, window)
    assert user.refused == []
    assert window.session.document.checked is not None
    assert not window.close()
    window.do(command("end_check"))
    work_ends(qtbot, window)
    assert np.array_equal(window.session.tally.zone, zone)
    assert user.asked == [EDITED]


# --- every way out ---


def by_key(window: Window) -> None:
    window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)


def by_drop(window: Window) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(window.context.ui.folder))])
    keys, buttons = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    window.dropEvent(QDropEvent(QPoint(9, 9).toPointF(), Qt.DropAction.CopyAction, data, buttons, keys))


WAYS: dict[str, Callable[[Window], object]] = {
    "close": lambda w: w.close(),
    "Ctrl+Q": by_key,
    "quit": lambda w: w.do(command("quit")),
    "folder": lambda w: w.do(command("open_folder")),
    "files": lambda w: w.do(command("open_files")),
    "sample": lambda w: w.do(command("open_sample")),
    "import": lambda w: w.do(command("import")),
    "drop": by_drop,
}


@pytest.mark.parametrize("way", WAYS)
def test_whoever_stays_keeps_everything(
    qtbot: QtBot, edited: Window, user: FakeUser, street: Path, way: str
) -> None:
    document, steps = edited.session.document, edited.session.history.before
    user.folder, user.files, user.choices = street, [street / "estates.geojson"], {}
    WAYS[way](edited)
    qtbot.waitUntil(lambda: bool(user.asked) and not edited.lane.busy, timeout=PATIENCE_MS)
    assert user.asked == [EDITED]
    assert edited.isVisible()
    assert edited.session.document is document
    assert edited.session.history.before == steps
    edited.do(command("undo"))
    assert edited.session.tally.zone[10] == -1


def test_layers_are_not_read_another_way_over_edits(qtbot: QtBot, edited: Window, user: FakeUser) -> None:
    document = edited.session.document
    replan(edited.context, Text("Reading the layers another way"), {"甲.shp": SourceOptions(skip=True)})
    assert user.asked == [EDITED]
    assert not edited.lane.busy
    assert edited.session.document is document


def test_what_is_thrown_away_is_replaced(qtbot: QtBot, edited: Window, user: FakeUser, street: Path) -> None:
    user.folder, user.leaves = street, "discard"
    edited.do(command("open_folder"))
    work_ends(qtbot, edited)
    assert user.asked == [EDITED]
    assert edited.session.document.paths == (street,)
    assert edited.close()
    assert user.asked == [EDITED]


def test_what_is_edited_while_a_folder_is_read_is_asked_for_too(
    qtbot: QtBot, opened: Window, user: FakeUser, street: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, real = threading.Event(), open_document.document_of

    def slow(*args: object) -> object:
        assert go_on.wait(20)
        return real(*args)

    monkeypatch.setattr(open_document, "document_of", slow)
    user.folder, user.leaves = street, None
    opened.do(command("open_folder"))
    assert user.asked == []
    opened.session.edit(Text("Paint"), opened.session.tally.move([10], 0))
    document = opened.session.document
    go_on.set()
    work_ends(qtbot, opened)
    assert user.asked == [EDITED]
    assert opened.session.document is document


# --- export first ---


def test_who_exports_first_leaves_after_that(
    qtbot: QtBot, edited: Window, user: FakeUser, tmp_path: Path
) -> None:
    user.leaves, user.folder = "export", tmp_path / "out"
    user.text = "甲/案"
    edited.do(command("keep_scenario"))
    work_ends(qtbot, edited)
    edit(edited, 9)
    assert not edited.close()
    assert user.asked == ["Not exported yet, and lost if you go on: the edited plan, scenario 甲/案."]
    qtbot.waitUntil(lambda: not edited.isVisible(), timeout=PATIENCE_MS)
    assert len(user.told) == 1
    assert (tmp_path / "out" / "zones.geojson").is_file()
    assert (tmp_path / "out" / "scenarios" / "甲_案" / "zones.geojson").is_file()
    assert len(user.asked) == 1


@pytest.mark.parametrize("how", ["given up", "refused", "stopped"])
def test_an_export_that_comes_to_nothing_loses_nothing(
    qtbot: QtBot, edited: Window, user: FakeUser, tmp_path: Path, how: str
) -> None:
    user.leaves, user.folder = "export", None
    if how != "given up":
        user.folder = tmp_path / "out"
    if how == "refused":
        user.folder.write_text("no folder")
    document = edited.session.document
    edited.close()
    if how == "stopped":
        edited.do(command("cancel"))
    work_ends(qtbot, edited)
    assert edited.isVisible()
    assert edited.session.document is document
    assert set(unsaved(edited.session)) == {""}
    assert len(user.refused) == (how == "refused")
    assert user.told == []


def test_a_folder_is_opened_after_the_export(
    qtbot: QtBot, edited: Window, user: FakeUser, street: Path, tmp_path: Path
) -> None:
    user.leaves, user.folder = "export", tmp_path / "out"
    edited.open_paths([street])
    qtbot.waitUntil(lambda: edited.session.document.paths == (street,), timeout=PATIENCE_MS)
    assert (tmp_path / "out" / "zones.geojson").is_file()


def test_folders_of_scenarios_are_each_their_own() -> None:
    taken = {""}
    names = [folder_name(name, taken) for name in ("甲案", "甲案 ", "a/b", "A:B", "CON", "..", "x" * 300)]
    assert names == ["甲案", "甲案 2", "a_b", "A_B 2", "_CON", "_", "x" * 60]


def test_a_scenario_is_not_replaced_unasked(qtbot: QtBot, opened: Window, user: FakeUser) -> None:
    user.text = "甲案"
    opened.do(command("keep_scenario"))
    kept = opened.session.scenarios["甲案"]
    edit(opened)
    opened.do(command("keep_scenario"))
    work_ends(qtbot, opened)
    assert user.refused == ["There is a scenario 甲案 already."]
    assert opened.session.scenarios["甲案"] is kept
    user.takes_offers = True
    opened.do(command("keep_scenario"))
    work_ends(qtbot, opened)
    assert opened.session.scenarios["甲案"] is opened.session.document


# --- the real box ---


def answers(act: Callable[[QMessageBox], object]) -> None:
    """Answer the box that comes next."""

    def go() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        act(box)
        if box.isVisible():
            box.reject()
            pytest.fail("the box was not answered")

    QTimer.singleShot(0, go)


def test_the_box_is_answered_by_keys(opened: Window) -> None:
    port, text = (
        WindowPort(opened, opened, opened.session, opened.lane, opened.map),
        Text("{name}", {"name": "甲"}),
    )
    answers(lambda box: QTest.keyClick(box, Qt.Key.Key_Escape))
    assert port.ask_unsaved(text) is None
    answers(lambda box: QTest.keyClick(box, Qt.Key.Key_Return))
    assert port.ask_unsaved(text) == "export"


@pytest.mark.parametrize(("title", "stays"), [("Cancel", True), ("Throw away", False)])
def test_the_window_is_closed_by_key_and_the_box_answered_by_mouse(
    qtbot: QtBot, edited: Window, user: FakeUser, title: str, stays: bool
) -> None:
    edited.context.ui = WindowPort(edited, edited, edited.session, edited.lane, edited.map)

    def act(box: QMessageBox) -> None:
        assert "the edited plan" in box.text()
        button = next(b for b in box.buttons() if b.text() == title)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    answers(act)
    by_key(edited)
    assert edited.isVisible() == stays
    edited.context.ui = user
