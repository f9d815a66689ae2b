"""The window and its dialogs by keyboard alone: nothing traps the focus, and every control has a name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QWidget,
)
from pytestqt.exceptions import TimeoutError as QtTimeout
from pytestqt.qtbot import QtBot

from bigmap.commands.registry import command
from bigmap.core.operators.parameters import Parameters
from bigmap.io.reading.folder_survey import survey_folder
from bigmap.ui.dialogs.build_zones_dialog import BuildZonesDialog
from bigmap.ui.dialogs.go_to import GoTo
from bigmap.ui.dialogs.operators_dialog import BundleDialog
from bigmap.ui.dialogs.parameters_dialog import ParametersDialog
from bigmap.ui.importing.import_dialog import ImportDialog
from bigmap.ui.panels.gaps_panel import RepairUnderDialog
from bigmap.ui.window.palette import Palette
from bigmap.ui.window.shortcuts_dialog import ShortcutsDialog
from bigmap.ui.window.window import Window
from tests.helpers.plans import grid_plan, write_street
from tests.helpers.qt import document_of

pytestmark = pytest.mark.web

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
)
MOST = 200
"""Presses of Tab after which a walk through a window must have come round."""


def controls(window: QWidget) -> Iterator[QWidget]:
    """Return what a hand can do something with, without the parts of which Qt makes a control."""
    for widget in window.findChildren(QWidget):
        inner = isinstance(widget.parent(), QAbstractSpinBox | QComboBox | QAbstractItemView)
        of_qt = widget.objectName().startswith("qt_") or isinstance(widget, QHeaderView | QScrollBar)
        part = (inner and not isinstance(widget, QComboBox)) or of_qt
        if isinstance(widget, CONTROLS) and widget.isVisible() and not part:
            yield widget


def unnamed(window: QWidget) -> list[str]:
    """Return the controls of which a screen reader can say no name."""
    found = []
    for widget in controls(window):
        told = QAccessible.queryAccessibleInterface(widget)
        name = told.text(QAccessible.Text.Name) if told else ""
        if len([c for c in name if c.isalnum()]) < 2 and name not in ("✓", "+", "−"):
            place = f"{type(widget).__name__} {widget.objectName()!r}"
            found.append(f"{place} in {type(widget.parent()).__name__}: {name!r}")
    return found


def walk(window: QWidget, key: Qt.Key = Qt.Key.Key_Tab) -> list[QWidget]:
    """Press Tab until the focus is where it was before, and return where it went."""
    seen: list[QWidget] = []
    for _ in range(MOST):
        now = QApplication.focusWidget()
        if now is None or now in seen:
            break
        seen.append(now)
        QTest.keyClick(now, key)
        QApplication.processEvents()
    return seen


DIALOGS: dict[str, Callable[[Path], QDialog]] = {
    "build": lambda _: BuildZonesDialog(grid_plan(), None, ["U1"]),
    "operators": lambda _: BundleDialog(grid_plan()),
    "parameters": lambda _: ParametersDialog(Parameters()),
    "keys": lambda _: ShortcutsDialog(),
    "go_to": lambda _: GoTo(document_of(grid_plan()), None, print),
    "under": lambda _: RepairUnderDialog([]),
    "import": lambda folder: ImportDialog(survey_folder([write_street(folder / "a")]), {}),
    "palette": lambda _: Palette(frozenset()),
}


@pytest.mark.parametrize("tab", range(4))
def test_every_control_of_the_window_has_a_name(opened: Window, tab: int) -> None:
    opened.results.tabs.setCurrentIndex(tab)
    opened.do(command("second_map"))
    assert unnamed(opened) == []
    assert unnamed(opened.welcome) == []


@pytest.mark.parametrize("make", DIALOGS.values(), ids=DIALOGS)
def test_dialogs_have_names_and_no_traps(
    qtbot: QtBot, tmp_path: Path, make: Callable[[Path], QDialog]
) -> None:
    dialog = make(tmp_path)
    qtbot.addWidget(dialog)
    if isinstance(dialog, BuildZonesDialog):
        dialog.more.setChecked(True)
    dialog.show()
    dialog.activateWindow()
    assert unnamed(dialog) == []
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    first, seen = QApplication.focusWidget(), walk(dialog)
    assert QApplication.focusWidget() is first or len(seen) == 1  # it comes round
    assert len(seen) < MOST
    wanted = {w for w in controls(dialog) if w.isEnabled() and w.focusPolicy() & Qt.FocusPolicy.TabFocus}
    reached = {w for s in seen for w in (s, s.parent())}
    assert [w for w in wanted - reached if not _of_group(w)] == []


def _of_group(widget: QWidget) -> bool:
    """Tell a radio button, one of whose group is reached by Tab and the others by the arrows."""
    return isinstance(widget, QAbstractButton) and widget.group() is not None and widget.group().exclusive()


def step(qtbot: QtBot, window: Window) -> QWidget | None:
    """Press Tab and return where the focus is then; in the map until it leaves that."""
    before = QApplication.focusWidget()
    assert before is not None
    on_map = before is window.map.view.focusProxy()
    for _ in range(12 if on_map else 1):  # Leaflet's own controls take it first
        QTest.keyClick(before, Qt.Key.Key_Tab)
        if not on_map:
            QApplication.processEvents()
            break
        try:
            qtbot.waitUntil(lambda: QApplication.focusWidget() is not before, timeout=250)
            break
        except QtTimeout:
            continue
    return QApplication.focusWidget()


def test_tab_goes_through_the_whole_window_and_comes_round(qtbot: QtBot, opened: Window) -> None:
    opened.activateWindow()
    opened.menus.toolbar.buttons()[0].setFocus()
    seen = [QApplication.focusWidget()]
    while (now := step(qtbot, opened)) not in seen and len(seen) < MOST:
        seen.append(now)
    assert now in seen  # it came round, so nothing held it
    assert opened.map.view.focusProxy() in seen
    results = opened.results
    for wanted in (
        opened.sources.layers,
        opened.sources.problems.tree,
        results.tabs.tabBar(),
        results.zones_panel.line,
        results.zones_panel.columns,
        results.zones,
        opened.panels.buttons["tables"],
        opened.menus.tools.buttons()[0],
    ):
        assert wanted in seen, wanted
    order = [_part(opened, widget) for widget in seen if widget is not None]
    assert [part for i, part in enumerate(order) if part not in order[:i]] == [
        "toolbar",
        "layers",
        "tools",
        "map",
        "tables",
        "status",
    ]
    runs = sum(a != b for a, b in pairwise(order)) + 1
    assert runs == 6  # each part at one go, from left to right


def _part(window: Window, widget: QWidget) -> str:
    parts = {
        "toolbar": window.menus.toolbar,
        "layers": window.sources,
        "tools": window.menus.tools,
        "map": window.map,
        "tables": window.results,
        "status": window.status,
    }
    return next((name for name, part in parts.items() if part.isAncestorOf(widget)), type(widget).__name__)


def test_arrows_move_in_a_table_and_tab_leaves_it(opened: Window) -> None:
    table = opened.results.zones
    opened.activateWindow()
    table.setFocus()
    table.selectRow(0)
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert table.chosen_row() == table.rows_model.rows[1]["row"]
    QTest.keyClick(table, Qt.Key.Key_Tab)
    assert not table.hasFocus()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert table.hasFocus()


def test_every_menu_is_reached_by_its_letter(opened: Window) -> None:
    letters = [
        menu.title().partition("&")[2][:1].lower()
        for menu in (*opened.menus.menus.values(), *opened.menus.submenus.values())
    ]
    assert all(letters)
    tops = letters[: len(opened.menus.menus)]
    assert len(set(tops)) == len(tops)
