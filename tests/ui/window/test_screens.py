"""The window on the screens of offices: nothing off the screen, no tool hidden, panels that fold."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QToolButton
from pytestqt.qtbot import QtBot

from bigmap.base import settings
from bigmap.commands.registry import COMMANDS, command
from bigmap.commands.registry.context_menu import context_commands
from bigmap.core.operators.parameters import Parameters
from bigmap.session.document import Pick
from bigmap.ui.dialogs.build_zones_dialog import BuildZonesDialog
from bigmap.ui.dialogs.operators_dialog import BundleDialog
from bigmap.ui.dialogs.parameters_dialog import ParametersDialog
from bigmap.ui.printing.print_preview import preview_dialog
from bigmap.ui.printing.sheet_options import SheetOptions
from bigmap.ui.widgets.dialog import room_on
from bigmap.ui.widgets.tool_strip import ToolStrip
from bigmap.ui.window.menus import MOST_ENTRIES
from bigmap.ui.window.shortcuts_dialog import ShortcutsDialog
from bigmap.ui.window.window import Window
from tests.helpers.plans import grid_plan
from tests.helpers.qt import PATIENCE_MS

pytestmark = pytest.mark.web

SCREENS = {
    "1280x720 at 100 %": (1280, 720),
    "1366x768 at 125 %": (1093, 614),
    "1920x1080 at 150 %": (1280, 720),
    "3840x2160 at 200 %": (1920, 1080),
}
"""Screens, and their size in the pixels that programs count in."""
TASKBAR = 48
SMALLEST = room_on(QRect(0, 0, 1093, 614 - TASKBAR))


def hidden_buttons(bar: ToolStrip) -> list[str]:
    """Return the buttons of a bar that cannot be seen whole."""
    return [
        b.defaultAction().objectName()
        for b in bar.buttons()
        if not (b.isVisible() and bar.rect().contains(b.geometry()))
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", set(SCREENS.values()), ids=str)
def test_the_window_fits_the_screen_with_every_tool_in_sight(
    qtbot: QtBot, opened: Window, size: tuple[int, int], lang: str
) -> None:
    wanted = room_on(QRect(0, 0, size[0], size[1] - TASKBAR))
    opened.do(command(lang))
    opened.dress()
    opened.resize(wanted)
    qtbot.waitUntil(lambda: opened.map.height() < wanted.height())
    assert opened.size() == wanted  # nothing in it needs more
    for bar in (opened.menus.toolbar, opened.menus.tools):
        qtbot.waitUntil(lambda bar=bar: hidden_buttons(bar) == [])
        more = bar.findChild(QToolButton, "qt_toolbar_ext_button")
        assert more is None or not more.isVisible()
    small = size[1] < 720  # where panels can be folded for more
    assert opened.map.width() >= (360 if small else 400)
    table = opened.results.zones
    rows = 1 if small else 3
    assert table.viewport().height() >= rows * table.verticalHeader().defaultSectionSize()


def test_the_tables_take_the_room_of_a_small_screen(qtbot: QtBot, opened: Window) -> None:
    opened.dress()
    opened.resize(1366, 700)
    table = opened.results.zones
    row = table.verticalHeader().defaultSectionSize()
    qtbot.waitUntil(lambda: table.viewport().height() // row >= 5)
    opened.do(command("panel_attributes"))
    qtbot.waitUntil(lambda: table.viewport().height() // row >= 8)


def test_names_of_operators_are_not_cut(opened: Window) -> None:
    table = opened.results.zones
    place = next(i for i, c in enumerate(table.rows_model.columns) if c.title == "Operator")
    names = [table.model().index(row, place).data() for row in range(table.model().rowCount())]
    longest = max(table.fontMetrics().horizontalAdvance(name) for name in names if name)
    assert table.columnWidth(place) >= min(longest, 14 * table.fontMetrics().horizontalAdvance("片"))
    assert table.textElideMode() == Qt.TextElideMode.ElideMiddle
    assert table.model().index(0, place).data(Qt.ItemDataRole.ToolTipRole) == names[0]


def test_names_on_the_toolbar_go_before_buttons_do(qtbot: QtBot, opened: Window) -> None:
    bar, shown = opened.menus.toolbar, Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    opened.resize(1800, 800)
    assert all(b.toolButtonStyle() == shown for b in bar.buttons())
    named = []
    for width in (1100, 800, 760):
        opened.resize(width, 800)
        qtbot.waitUntil(lambda: hidden_buttons(bar) == [], timeout=2000)
        named.append({b.defaultAction().objectName() for b in bar.buttons() if b.toolButtonStyle() == shown})
    assert named[0] > named[1] >= named[2]
    assert {"open_folder", "preview"} <= named[1]  # the usual ones keep theirs longest
    opened.resize(1800, 800)
    assert all(b.toolButtonStyle() == shown for b in bar.buttons())


DIALOGS = {
    "build": lambda w: BuildZonesDialog(grid_plan(), w),
    "operators": lambda w: BundleDialog(grid_plan(), w),
    "parameters": lambda w: ParametersDialog(Parameters(), w),
    "keys": ShortcutsDialog,
    "preview": lambda w: preview_dialog(w, grid_plan(), SheetOptions()),
}


@pytest.mark.parametrize("make", DIALOGS.values(), ids=DIALOGS)
def test_dialogs_can_be_as_small_as_the_smallest_screen(qtbot: QtBot, make) -> None:
    dialog = make(None)
    qtbot.addWidget(dialog)
    if isinstance(dialog, BuildZonesDialog):
        dialog.more.setChecked(True)
    dialog.show()
    dialog.resize(SMALLEST)
    assert dialog.minimumSizeHint().boundedTo(SMALLEST) == dialog.minimumSizeHint()
    assert dialog.size() == SMALLEST
    for button in dialog.findChildren(QToolButton):
        if button.isVisible() and button.objectName() == "qt_toolbar_ext_button":
            raise AssertionError("some of the toolbar is hidden")


def test_a_panel_folds_by_menu_and_by_button_and_stays_so(qtbot: QtBot, opened: Window) -> None:
    wide = opened.map.width()
    QTest.mouseClick(opened.panels.buttons["layers"], Qt.MouseButton.LeftButton)
    assert not opened.sources.isVisible()
    assert not opened.menus.actions["panel_layers"].isChecked()
    opened.menus.actions["panel_tables"].trigger()
    assert not opened.results.isVisible()
    assert not opened.panels.buttons["tables"].isChecked()
    qtbot.waitUntil(lambda: opened.map.width() > wide + 400, timeout=PATIENCE_MS)
    assert settings.folded_panels() == {"layers", "tables"}
    again = Window()
    qtbot.addWidget(again, before_close_func=lambda w: w.close_unasked())
    again.show()
    assert not again.sources.isVisibleTo(again.splitter)
    assert not again.results.isVisibleTo(again.splitter)
    QTest.keyClick(opened, Qt.Key.Key_F9)
    assert opened.sources.isVisible()


def test_panels_are_as_wide_as_they_were(qtbot: QtBot, opened: Window) -> None:
    opened.splitter.setSizes([300, 700, 400])
    opened.close_unasked()
    held = settings.load()["splits"]["window"]
    again = Window()
    qtbot.addWidget(again, before_close_func=lambda w: w.close_unasked())
    again.restore_place()
    again.show()
    again.stack.setCurrentWidget(again.splitter)
    again.resize(opened.size())
    shares = [s / sum(again.splitter.sizes()) for s in again.splitter.sizes()]
    assert shares == pytest.approx([h / sum(held) for h in held], abs=0.02)


# --- menus ---


def longest_menus(menu: QMenu) -> list[int]:
    entries = [a for a in menu.actions() if not a.isSeparator()]
    return [len(entries), *(n for a in entries if a.menu() for n in longest_menus(a.menu()))]


def test_no_menu_is_longer_than_can_be_taken_in(window: Window) -> None:
    for which, menu in window.menus.menus.items():
        assert max(longest_menus(menu)) <= MOST_ENTRIES, which
    everything = frozenset(fact for c in COMMANDS for fact in c.when)
    for more in ({"chosen"}, {"unit_picked"}, {"zone_picked"}, {"zone_picked", "zone_locked"}, set()):
        facts = (everything - {"chosen"}) | more
        menu = window.menus.menu_of(window, context_commands(facts))
        assert max(longest_menus(menu)) <= MOST_ENTRIES, more
        menu.deleteLater()


def test_a_long_context_menu_still_holds_everything(opened: Window) -> None:
    opened.session.select(Pick("unit", 5))
    groups = context_commands(opened.facts())
    menu = opened.menus.menu_of(opened, groups)

    def held(of: QMenu) -> set[str]:
        return {n for a in of.actions() for n in (held(a.menu()) if a.menu() else {a.objectName()}) if n}

    assert held(menu) == {name for group in groups for name in group}
    menu.deleteLater()


# --- a real small screen ---

TELL = """
import json, sys
from bigmap.app import prepare
prepare()
from PySide6.QtWidgets import QApplication
app = QApplication(["bigmap"])
from bigmap.base import i18n, settings
from bigmap.ui.widgets.theme import apply_theme
from bigmap.ui.window.window import Window
i18n.use("zh"); apply_theme(app, "light")
first = Window(); first.setGeometry(300, 200, 3000, 2000); first.show()
from bigmap.ui.window.place import remember_place
remember_place(first)
second = Window(); second.restore_place(); second.show()
from bigmap.ui.importing.import_dialog import ImportDialog
from bigmap.ui.dialogs.parameters_dialog import ParametersDialog
from bigmap.core.operators.parameters import Parameters
from bigmap.ui.printing.print_preview import preview_dialog
from bigmap.ui.printing.sheet_options import SheetOptions
from tests.helpers.plans import grid_plan
told = {}
third = Window(); third.show()
for name, w in (("new", third), ("restored", second), ("import", ImportDialog([], {}, third)),
                ("parameters", ParametersDialog(Parameters(), third)),
                ("preview", preview_dialog(third, grid_plan(), SheetOptions()))):
    w.show(); app.processEvents()
    told[name] = w.geometry().getRect()
screen = app.primaryScreen().availableGeometry()
print("TOLD", json.dumps([screen.getRect(), told]))
for w in (first, second, third): w.close_unasked()
"""


def test_nothing_is_larger_than_the_screen(tmp_path: Path) -> None:
    size = (1093, 614)
    screen = {"name": "a", "x": 0, "y": 0, "width": size[0], "height": size[1], "logicalDpi": 96, "dpr": 1}
    config = tmp_path / "screen.json"
    config.write_text(json.dumps({"screens": [{**screen, "logicalBaseDpi": 96}]}))
    env = {**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={config}", "PYTHONPATH": str(Path.cwd())}
    run = subprocess.run(
        [sys.executable, "-c", TELL], env=env, capture_output=True, text=True, timeout=120, check=False
    )
    told = [line for line in run.stdout.splitlines() if line.startswith("TOLD ")]
    assert told, run.stderr
    free, places = json.loads(told[0].removeprefix("TOLD "))
    assert tuple(free[2:]) == size
    for name, place in places.items():
        assert QRect(*free).contains(QRect(*place)), (name, place)
