"""After each change of language or theme, and after each dialog, there are as many objects as before."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QAbstractAnimation, QObject, QTimer
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QMessageBox
from pytestqt.qtbot import QtBot

from bigmap.base.i18n import Text
from bigmap.base.problem_kinds.cleaning import Invalid
from bigmap.base.problem_kinds.fields import FloorAreaAloneInWan
from bigmap.base.problem_kinds.georeferencing import CrsGuessed
from bigmap.base.problems import Problem, ProblemLog
from bigmap.commands.registry import command
from bigmap.core.operators.parameters import Parameters
from bigmap.session.document import Pick
from bigmap.ui.panels.problems_panel import HELD
from bigmap.ui.widgets.text_button import TextButton
from bigmap.ui.window.window import Window
from tests.helpers.plans import grid_plan
from tests.helpers.qt import PATIENCE_MS, document_of

pytestmark = pytest.mark.web

PROBLEMS = (
    Problem(Invalid(before=12_345.0, after=12_000.0), "小区.shp", 1, "育秀里"),
    Problem(FloorAreaAloneInWan(value=8.5, better=85_000.0), "小区.shp", 3, "官任小区"),
    Problem(CrsGuessed(crs="CGCS2000", sure=0.9, code="EPSG:4548", swapped=False, scale=1.0), "水域.shp"),
)


@pytest.fixture
def own(qtbot: QtBot) -> Iterator[Window]:
    """A window with a plan, a gap chosen in it and problems that can be repaired; its dialogs are real."""
    window = Window()
    qtbot.addWidget(window, before_close_func=lambda w: w.close_unasked())
    window.resize(1400, 900)
    window.show()
    with qtbot.waitSignal(window.map.drawn, timeout=PATIENCE_MS):
        window.session.replace(document_of(replace(grid_plan(), problems=ProblemLog(list(PROBLEMS)))))
    tree = window.sources.problems.tree
    tree.setCurrentIndex(tree.rows.item(0).child(0).index())
    window.session.select(Pick("gap", 0))
    return window


def objects(window: Window) -> Counter[str]:
    """Count the objects of a window and all widgets there are, those that wait for their deletion too."""
    QApplication.processEvents()
    gc.collect()
    passing = QAbstractAnimation  # of scroll bars, by Qt itself
    held = Counter(type(o).__name__ for o in window.findChildren(QObject) if not isinstance(o, passing))
    return held + Counter(f"{type(w).__name__} {w.objectName()}" for w in QApplication.allWidgets())


@pytest.mark.parametrize("pair", [("theme_dark", "theme_light"), ("zh", "en")])
def test_a_change_of_theme_or_language_leaves_nothing_behind(own: Window, pair: tuple[str, str]) -> None:
    for name in pair:
        own.do(command(name))
    before = objects(own)
    for name in pair * 3:
        own.do(command(name))
    assert objects(own) - before == Counter()


def test_buttons_and_menus_of_repairs_speak_the_language_in_use(own: Window) -> None:
    panel = own.sources.problems
    buttons = [*panel.tree.findChildren(TextButton), *panel.buttons, *own.results.gaps_panel.buttons]
    assert len(buttons) >= 4

    def texts() -> list[str]:
        menus = [menu for button in buttons if (menu := button.menu()) is not None]
        return [b.accessibleName() for b in buttons] + [a.text() for m in menus for a in m.actions()]

    english, held = texts(), panel.tree.currentIndex().data(HELD)
    own.do(command("zh"))
    assert not set(texts()) & set(english)
    assert panel.tree.currentIndex().data(HELD) is held  # what was chosen stays so
    own.do(command("en"))
    assert texts() == english


ASKED: dict[str, Callable[[Window], object]] = {
    "parameters": lambda w: w.context.ui.ask_parameters(Parameters()),
    "palette": lambda w: w.context.ui.show_palette(),
    "keys": lambda w: w.context.ui.show_keys(),
    "build": lambda w: w.context.ui.ask_rules(grid_plan()),
    "bundle": lambda w: w.context.ui.ask_bundle(grid_plan()),
    "go_to": lambda w: w.context.ui.ask_place(w.session.document_or_refuse),
    "preview": lambda w: w.context.ui.preview(grid_plan()),
    "under": lambda w: w.context.ui.ask_area([]),
    "text": lambda w: w.context.ui.ask_text(Text("Zone"), ""),
    "told": lambda w: w.context.ui.tell(Text("Zone")),
    "offer": lambda w: w.context.ui.offer(Text("Zone"), Text("OK")),
    "unsaved": lambda w: w.context.ui.ask_unsaved(Text("Zone")),
    "menu": lambda w: w.context.ui.ask_here(["a", "b"], [True, False]),
}


def test_a_dialog_is_gone_when_it_is_answered(own: Window) -> None:
    answered = 0

    def close() -> None:
        nonlocal answered
        box = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if box is not None:
            answered += 1
            box.close()

    timer = QTimer(own, interval=5)
    timer.timeout.connect(close)
    timer.start()
    for ask in ASKED.values():  # what is made once for all comes with the first
        ask(own)
    for name, ask in ASKED.items():
        before = objects(own)
        ask(own)
        assert objects(own) - before == Counter(), name
    assert answered >= 2 * len(ASKED)
    timer.stop()


def test_qt_speaks_the_language_in_use(own: Window) -> None:
    def texts() -> list[str]:
        line, box = QLineEdit(), QMessageBox(QMessageBox.Icon.NoIcon, "", "")
        menu: QMenu = line.createStandardContextMenu()
        found = [menu.actions()[0].text(), box.addButton(QMessageBox.StandardButton.Cancel).text()]
        menu.deleteLater()
        return found

    assert texts() == ["&Undo\tCtrl+Z", "Cancel"]
    own.do(command("zh"))
    assert texts() == ["撤消(&U)\tCtrl+Z", "取消"]
    own.do(command("en"))
    assert texts() == ["&Undo\tCtrl+Z", "Cancel"]
