"""Palette, sheet of keys, tools beside the map, light and dark: all from the table of commands."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bigmap.base import settings
from bigmap.commands.registry import COMMANDS, command
from bigmap.commands.registry.command_search import folded_text
from bigmap.ui.widgets import day_night
from bigmap.ui.widgets.theme import apply_theme
from bigmap.ui.window.palette import Palette, keys_of
from bigmap.ui.window.shortcuts_dialog import ShortcutsDialog
from bigmap.ui.window.window import Window
from tests.helpers.qt import FakeUser

EVERYTHING = frozenset(fact for c in COMMANDS for fact in c.when)


def as_qt(keys: str) -> str:
    return QKeySequence(keys).toString()


def test_every_shortcut_is_one_that_qt_knows() -> None:
    assert all(as_qt(c.shortcut) for c in COMMANDS if c.shortcut)


def test_no_two_commands_that_can_be_done_at_once_have_the_same_keys() -> None:
    apart = ({"idle", "busy"}, {"own_zones", "checking"})  # facts that never hold together
    with_keys = [c for c in COMMANDS if c.shortcut]
    for one, other in combinations(with_keys, 2):
        together = not any(pair <= {*one.when, *other.when} for pair in apart)
        assert not (together and as_qt(one.shortcut) == as_qt(other.shortcut)), (one.id, other.id)


@pytest.fixture
def palette(qtbot: QtBot) -> Palette:
    palette = Palette(EVERYTHING)
    qtbot.addWidget(palette)
    palette.show()
    return palette


@pytest.mark.parametrize("entry", [c for c in COMMANDS if c.id != "palette"], ids=lambda c: c.id)
def test_the_palette_reaches_every_command(palette: Palette, entry) -> None:
    from bigmap.base.i18n import tr

    palette.line.setText(folded_text(tr(entry.title)))  # typed keys are Latin
    assert entry in palette.model.commands[:3]
    while palette.list.currentIndex().data(Qt.ItemDataRole.UserRole) is not entry:
        QTest.keyClick(palette.line, Qt.Key.Key_Down)
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    assert palette.chosen is entry


def test_what_cannot_be_done_says_why_and_is_not_done(qtbot: QtBot) -> None:
    palette = Palette(frozenset({"idle"}))
    qtbot.addWidget(palette)
    palette.show()
    QTest.keyClicks(palette.line, "export")
    assert palette.model.commands[0].id == "export"
    assert str(command("export").why_not(palette.facts)).startswith("Nothing is open yet")
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    assert palette.chosen is None
    assert palette.isVisible()


def test_nothing_found_is_told(palette: Palette) -> None:
    QTest.keyClicks(palette.line, "qqxxzz")
    assert palette.nothing.isVisible()
    assert not palette.list.isVisible()


def test_the_palette_does_what_was_chosen(opened: Window) -> None:
    def choose() -> None:
        palette = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        assert isinstance(palette, Palette)
        QTest.keyClicks(palette.line, "colour by operator")
        QTest.keyClick(palette.line, Qt.Key.Key_Return)

    QTimer.singleShot(0, choose)
    opened.menus.actions["palette"].trigger()
    assert opened.session.colouring == "operator"


def test_the_sheet_shows_every_command_with_its_keys(qtbot: QtBot) -> None:
    dialog = ShortcutsDialog()
    qtbot.addWidget(dialog)
    shown = {}
    for i in range(dialog.tree.topLevelItemCount()):
        head = dialog.tree.topLevelItem(i)
        for j in range(head.childCount()):
            shown[head.child(j).text(0)] = head.child(j).text(1)
    assert all(shown[folded_text(c.title)] == keys_of(c) for c in COMMANDS if c.id != "zh")
    QTest.keyClicks(dialog.line, "brush")
    assert dialog.tree.topLevelItemCount() == 1
    assert dialog.tree.topLevelItem(0).childCount() == 3


@pytest.mark.web
def test_a_tool_by_its_letter_excludes_the_others(qtbot: QtBot, opened: Window) -> None:
    opened.activateWindow()
    tools = [opened.menus.actions[c.id] for c in COMMANDS if c.choice == "tool"]
    QTest.keyClick(opened, Qt.Key.Key_R)
    assert opened.session.hand.tool == "box"
    assert [a.objectName() for a in tools if a.isChecked()] == ["tool_box"]
    assert all(a.actionGroup() is tools[0].actionGroup() and a.actionGroup() is not None for a in tools)
    assert not any(a.icon().isNull() for a in tools)
    QTest.keyClick(opened, Qt.Key.Key_Escape)  # the page is asked first: nothing is under way there
    qtbot.waitUntil(lambda: [a.objectName() for a in tools if a.isChecked()] == ["tool_look"])


def test_a_disabled_entry_says_why(window: Window) -> None:
    tip = window.menus.actions["export"].toolTip()
    assert "Nothing is open yet" in tip


def test_dark_is_worn_at_once_and_remembered(opened: Window, user: FakeUser) -> None:
    app = QApplication.instance()
    try:
        opened.do(command("theme_dark"))
        assert day_night.is_night()
        assert settings.load()["theme"] == "dark"
        assert opened.menus.actions["theme_dark"].isChecked()
        night = opened.results.figures.grab().toImage().pixelColor(3, 3).lightness()
        opened.do(command("theme_light"))
        day = opened.results.figures.grab().toImage().pixelColor(3, 3).lightness()
        assert night < 60 < 200 < day
        assert not opened.menus.actions["theme_dark"].isChecked()
    finally:
        apply_theme(app, "light")


def test_every_colour_has_one_for_the_night() -> None:
    from bigmap.base.paths import resources

    text = resources("styles", "light.qss").read_text(encoding="utf-8")
    assert set(day_night._colours(text)) <= set(day_night.nightly())
