"""An edit shows in the window, and so does taking it back."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QInputDialog

from bigmap.base.i18n import Text
from bigmap.commands.registry import command
from bigmap.session.document import Pick
from bigmap.ui.window.user_port import WindowPort
from bigmap.ui.window.window import Window
from tests.helpers.qt import FakeUser, PageTester


def zone_ids(window: Window) -> list[str]:
    document = window.session.document
    assert document is not None
    return document.zones["zone_id"].tolist()


def test_a_new_zone_is_on_the_map_and_in_the_table(opened: Window, page: PageTester) -> None:
    opened.session.choose([10, 11])
    opened.do(command("new_zone"))
    page.wait("bigmap.view.scene.zone_ids.length === 4 && bigmap.view.scene.unit_zone[10] === 3")
    assert zone_ids(opened) == ["W01", "W02", "W03", "W04"]
    assert "4 zones" in opened.status.totals.text()
    opened.menus.actions["undo"].trigger()
    page.wait("bigmap.view.scene.zone_ids.length === 3 && bigmap.view.scene.unit_zone[10] === -1")
    assert "3 zones" in opened.status.totals.text()


def test_what_resists_is_told_in_the_status_bar(opened: Window) -> None:
    opened.session.select(Pick("zone", 0))
    opened.do(command("lock"))
    opened.session.choose([5])
    opened.do(command("give_chosen"))
    assert opened.status.currentMessage() == "Zone W01 is locked: unlock it first."


def answer(how: str) -> None:
    """Close the question that comes next, as a user does."""

    def close() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QInputDialog)
        dialog.accept() if how == "ok" else dialog.reject()

    QTimer.singleShot(0, close)


def test_questions(opened: Window, user: FakeUser) -> None:
    port = WindowPort(opened, opened, opened.session, opened.lane, opened.map)
    answer("ok")
    assert port.ask_text(Text("Which operator?"), "湖滨") == "湖滨"
    answer("no")
    assert port.ask_text(Text("Which operator?"), "湖滨") is None
    answer("ok")
    assert port.ask_number(Text("Which operator?"), 3, 2, 9) == 3
    answer("ok")
    assert port.ask_one(Text("Which operator?"), ["甲", "乙"], 1) == 1
