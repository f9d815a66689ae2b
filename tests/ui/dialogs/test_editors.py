"""Every combo box, spin box, line, tick box and cell of the program's dialogs, by keys and by mouse.

A walk works each editor that it finds, so that one that is added is worked too; what comes out must be of the
kind that the rest of the program takes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyproj import CRS
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QPageSize
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QInputDialog,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QRadioButton,
    QTableWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from bigmap.base.i18n import Text
from bigmap.commands.registry import command
from bigmap.core.operators.parameters import Parameters
from bigmap.core.sources.layers import Role
from bigmap.core.sources.source_options import SourceOptions
from bigmap.core.zoning.rules import ZoningRules
from bigmap.io.reading.folder_survey import survey_folder
from bigmap.io.reading.locate import READ_ROLES
from bigmap.mapview import vocabulary
from bigmap.session import import_memory as remembered
from bigmap.ui.dialogs.build_zones_dialog import BuildZonesDialog
from bigmap.ui.dialogs.operators_dialog import BundleDialog
from bigmap.ui.dialogs.parameters_dialog import ParametersDialog
from bigmap.ui.importing.choice_boxes import GRID, OTHER
from bigmap.ui.importing.grid_dialog import GridDialog
from bigmap.ui.importing.import_dialog import ImportDialog
from bigmap.ui.panels.gaps_panel import RepairUnderDialog
from bigmap.ui.printing.layout import PAPERS, paper_name
from bigmap.ui.printing.print_preview import preview_dialog
from bigmap.ui.printing.sheet import SheetOptions
from bigmap.ui.widgets.combo_box import Combo
from bigmap.ui.window.user_port import WindowPort
from bigmap.ui.window.window import Window
from tests.helpers.plans import grid_plan
from tests.helpers.qt import PATIENCE_MS, FakeUser
from tests.helpers.shapefiles import squares, street, write_layer
from tests.helpers.workbooks import write_xlsx

KEY, LEFT = Qt.Key, Qt.MouseButton.LeftButton
_SOME = 4


@pytest.fixture(autouse=True)
def _quick_clicks(qapp: QApplication) -> Iterator[None]:
    """A second click on a list that came up need not wait to be none of a double click."""
    before = qapp.doubleClickInterval()
    qapp.setDoubleClickInterval(1)
    yield
    qapp.setDoubleClickInterval(before)


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    yield
    remembered.choices_file().unlink(missing_ok=True)


# --- hands ---


def type_into(line: QWidget, text: str) -> None:
    line.setFocus()
    QTest.keyClick(line, KEY.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(line, text)
    QTest.keyClick(line, KEY.Key_Tab)


def by_keys(combo: QComboBox, at: int) -> None:
    """Choose an entry with the arrow keys."""
    combo.setFocus()
    for _ in range(2 * combo.count()):
        if combo.currentIndex() == at:
            break
        QTest.keyClick(combo, KEY.Key_Down if combo.currentIndex() < at else KEY.Key_Up)
    assert combo.currentIndex() == at


def by_mouse(combo: QComboBox, at: int) -> None:
    """Open the list with a click, and click an entry."""
    QTest.mouseClick(combo, LEFT, pos=QPoint(combo.width() - 8, combo.height() // 2))
    listed = combo.view()
    assert listed.isVisible()
    index = combo.model().index(at, combo.modelColumn())
    listed.scrollTo(index)
    place = QPoint(listed.viewport().width() // 2, listed.visualRect(index).center().y())
    QTest.mouseMove(listed.viewport(), place)
    end = time.monotonic() + 10
    while listed.isVisible():  # Qt takes a release just after the list came up for that of the opening click
        QTest.mouseClick(listed.viewport(), LEFT, pos=place)
        QApplication.processEvents()
        assert time.monotonic() < end, "the entry cannot be clicked"


def when_asked(parent: QWidget, act: Callable[[Any], None]) -> None:
    """Answer the dialog that comes next."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is not None and dialog.isVisible():
            timer.stop()
            try:
                act(dialog)
            except BaseException:
                dialog.reject()
                raise

    timer = QTimer(parent, interval=20)
    timer.timeout.connect(look)
    timer.start()


class Walker:
    """Works every editor of a widget once, and counts them by kind."""

    def __init__(self, root: QWidget, skip: tuple[object, ...] = ()) -> None:
        self.root, self.skip = root, skip
        self.worked: dict[str, int] = {}

    def walk(self) -> dict[str, int]:
        """Work all editors that can be seen and used; return how many there were of each kind."""
        for kind in (QComboBox, QAbstractSpinBox, QLineEdit, QCheckBox, QRadioButton, QPlainTextEdit):
            for editor in self.root.findChildren(kind):
                part_of_another = isinstance(editor.parent(), QComboBox | QAbstractSpinBox)
                if editor.isVisible() and editor.isEnabled() and not part_of_another:
                    self._count(kind)
                    self._work(editor)
        for table in self.root.findChildren(QTableWidget):
            self._cells(table)
        for box in self.root.findChildren(QListWidget):
            self._ticks(box)
        return self.worked

    def _count(self, kind: type) -> None:
        self.worked[kind.__name__] = self.worked.get(kind.__name__, 0) + 1

    def _work(self, editor: QWidget) -> None:
        match editor:
            case QComboBox():
                self.combo(editor)
            case QAbstractSpinBox():
                before = editor.text()
                editor.setFocus()
                QTest.keyClick(editor, KEY.Key_Up)
                QTest.keyClick(editor, KEY.Key_Down)
                QTest.keyClick(editor, KEY.Key_Down)
                QTest.keyClick(editor, KEY.Key_Up)
                type_into(editor, "7")
                assert editor.hasAcceptableInput(), (editor.objectName(), before, editor.text())
            case QPlainTextEdit():
                type_into(editor, "U0001")
                assert editor.toPlainText() == "U0001"
                type_into(editor, " ")
            case QLineEdit():
                type_into(editor, "3")
            case QCheckBox() | QRadioButton():
                was = editor.isChecked()
                editor.setFocus()
                QTest.keyClick(editor, KEY.Key_Space)
                assert editor.isChecked() != was or isinstance(editor, QRadioButton)
                QTest.mouseClick(editor, LEFT, pos=QPoint(8, editor.height() // 2))

    def combo(self, combo: QComboBox) -> None:
        """Choose entries by keys, of a long list some, the last one by mouse; then what was chosen before."""
        first = combo.currentIndex()
        places = [i for i in range(combo.count()) if combo.itemData(i) not in self.skip]
        for at in [*places[:_SOME], *places[_SOME:][-1:]]:
            by_mouse(combo, at) if at == places[-1] else by_keys(combo, at)
            QApplication.processEvents()
            if not combo.isVisible():
                return  # the dialog put another one in its place
            assert combo.currentIndex() == at
            if isinstance(combo, Combo):
                assert combo.currentData() == combo.itemData(at)
        if first >= 0:
            by_mouse(combo, first)

    def _cells(self, table: QTableWidget) -> None:
        """Type into every cell that can be typed into, by a double click, and take it by the return key."""
        if table.editTriggers() == QTableWidget.EditTrigger.NoEditTriggers or not table.isVisible():
            return
        for row in range(table.rowCount()):
            for column in range(table.columnCount() if table.columnSpan(row, 0) == 1 else 0):
                item = table.item(row, column)
                editable = item is None or bool(item.flags() & Qt.ItemFlag.ItemIsEditable)
                if editable and table.cellWidget(row, column) is None:
                    self._cell(table, row, column)

    def _cell(self, table: QTableWidget, row: int, column: int) -> None:
        index = table.model().index(row, column)
        table.scrollTo(index)
        place = table.visualRect(index).center()
        QTest.mouseClick(table.viewport(), LEFT, pos=place)
        QTest.mouseDClick(table.viewport(), LEFT, pos=place)
        editor = table.viewport().findChild(QLineEdit)
        assert editor is not None, (row, column)
        editor.selectAll()
        QTest.keyClicks(editor, "1")
        QTest.keyClick(editor, KEY.Key_Return)
        for _ in range(3):  # the delegate commits, then the editor is deleted
            QApplication.sendPostedEvents(None, 0)
            QApplication.processEvents()
        assert table.item(row, column).text() == "1", (row, column)
        self._count(QTableWidget)

    def _ticks(self, box: QListWidget) -> None:
        for i in range(box.count()):
            item = box.item(i)
            if box.isVisible() and item.flags() & Qt.ItemFlag.ItemIsUserCheckable:
                box.setCurrentItem(item)
                QTest.keyClick(box, KEY.Key_Space)
                assert item.checkState() == Qt.CheckState.Checked
                QTest.keyClick(box, KEY.Key_Space)
                self._count(QListWidget)


def kinds_of(choice: SourceOptions) -> None:
    """Fail where a choice holds what is not of its kind."""
    assert choice.role is None or isinstance(choice.role, Role)
    for name in ("skip", "swapped", "points", "leads"):
        assert isinstance(getattr(choice, name), bool)
    for name in ("encoding", "crs"):
        assert type(getattr(choice, name)) is str
    assert isinstance(choice.control, tuple)
    assert {f.name for f in fields(choice)} >= {"role", "control"}


# --- the box itself ---


class Kind(StrEnum):
    A = "a"
    B = "b"


def test_a_combo_box_gives_back_what_was_put_into_it(qtbot: QtBot) -> None:
    box = Combo()
    qtbot.addWidget(box)
    values = [Kind.A, (Kind.B, True), {"k": Kind.A}, None, 3, 2.5, [Kind.B], ("", False, ()), "a", Role.ROADS]
    for value in values:
        box.addItem("entry", value)
    for i, value in enumerate(values):
        box.setCurrentIndex(i)
        assert box.currentData() is value
        assert box.itemData(i) is value
    assert box.findData((Kind.B, True)) == 1
    assert box.findData(None) == 3
    assert box.findData("nowhere") == -1
    box.insertItem(0, "first", Kind.B)
    assert box.itemData(0) is Kind.B
    assert box.itemData(99) is None
    box.setCurrentIndex(-1)
    assert box.currentData() is None


# --- dialogs, walked ---


@pytest.fixture
def office(tmp_path: Path) -> Path:
    folder = tmp_path / "六月"
    folder.mkdir()
    columns = {"小区名称": ["筼筜花园", "后垵小区"], "户数": [120, 80], "入住户数": [100, 60]}
    write_layer(folder / "小区边界.shp", squares(2), columns)
    write_layer(folder / "市政道路.shp", street(2), {"道路名称": ["湖滨南路", "湖滨中路"]}, crs=None)
    write_layer(folder / "资料.shp", squares(2, 30.0), {"备注": ["甲", "乙"]})
    rows = [["小区名称", "总户数"], ["筼筜花园", 468], ["后垵小区", 300]]
    points = [["门牌", "经度", "纬度"], ["甲", 118.0894, 24.4798], ["乙", 118.0899, 24.4799]]
    write_xlsx(folder / "台账.xlsx", {"台账": rows, "门牌": points})
    return folder


def shown(qtbot: QtBot, dialog: QDialog) -> QDialog:
    qtbot.addWidget(dialog)
    dialog.show()
    QApplication.processEvents()
    return dialog


def test_import_dialog(qtbot: QtBot, office: Path) -> None:
    dialog = shown(qtbot, ImportDialog(survey_folder([office]), {}))
    walker = Walker(dialog.bar, skip=(OTHER, GRID))
    for row in range(dialog.table.rowCount()):
        dialog.table.setCurrentCell(row, 0)
        for column in (3, 4, 5):
            combo = dialog.table.cellWidget(row, column)
            if combo.isEnabled():
                walker.combo(combo)
            for choice in dialog.choices().values():
                kinds_of(choice)
        if not dialog.tabs.isVisible():
            continue
        dialog.tabs.setCurrentWidget(dialog.fields)
        walker.combo(dialog.fields.combos[0])
        for combo in dialog.fields.combos:
            by_mouse(combo, 1)
        walker.walk()  # the bar over the rows of a sheet
    for choice in dialog.choices().values():
        kinds_of(choice)
    assert walker.worked == {"QAbstractSpinBox": 2, "QCheckBox": 1}  # of two sheets, one with figures
    dialog.reject()


def test_entries_of_the_import_dialog_that_ask_for_more(qtbot: QtBot, office: Path) -> None:
    dialog = shown(qtbot, ImportDialog(survey_folder([office]), {}))
    row = next(i for i, s in enumerate(dialog.surveys) if s.file.name == "市政道路.shp")
    system = dialog.systems[row]

    def type_code(asked: QInputDialog) -> None:
        type_into(asked.findChild(QAbstractSpinBox), "4549")
        QTest.keyClick(asked, KEY.Key_Return)

    when_asked(dialog, type_code)
    by_mouse(system, system.findData(OTHER))
    assert dialog.choices()["市政道路.shp"] == SourceOptions(crs="EPSG:4549")

    def use_grid(asked: GridDialog) -> None:
        by_mouse(asked.parameters.ellipsoid, 0)
        QTest.mouseClick(asked.accept_button, LEFT)

    when_asked(dialog, use_grid)
    by_mouse(system, system.findData(GRID))
    kinds_of(dialog.choices()["市政道路.shp"])
    chosen = CRS.from_user_input(dialog.choices()["市政道路.shp"].crs)
    assert chosen.ellipsoid.name.startswith("Krassowsky")
    dialog.reject()


def test_build_zones_dialog(qtbot: QtBot) -> None:
    dialog = shown(qtbot, BuildZonesDialog(grid_plan()))
    dialog.more.setChecked(True)
    counts = Walker(dialog).walk()
    assert counts["QComboBox"] == 4
    assert counts["QListWidget"] == 3
    rules = dialog.rules()
    assert ZoningRules.from_json(rules.to_json()) == rules


def test_parameters_dialog(qtbot: QtBot) -> None:
    dialog = shown(qtbot, ParametersDialog(Parameters()))
    by_mouse(dialog.level, 2)
    assert dialog.level.currentIndex() == 2
    assert dialog.parameters() != Parameters()
    counts = Walker(dialog).walk()
    assert counts["QComboBox"] == 1
    assert counts["QTableWidget"] == len(dialog._row)


def test_bundle_dialog(qtbot: QtBot) -> None:
    plan = grid_plan()
    dialog = shown(qtbot, BundleDialog(plan))
    counts = Walker(dialog).walk()
    assert counts["QComboBox"] == len(plan.zones)
    by_mouse(dialog.locks[0], 1)
    by_keys(dialog.locks[1], 2)
    codes = plan.operators["operator_id"].tolist()
    assert dialog.rules().locks == {"W01": codes[0], "W02": codes[1]}


def test_repair_dialog(qtbot: QtBot) -> None:
    dialog = shown(qtbot, RepairUnderDialog(grid_plan().coverage.gaps))
    Walker(dialog).walk()
    assert dialog.area.value() == 7


@pytest.mark.parametrize("tab", [0, 1])
def test_grid_dialog(qtbot: QtBot, office: Path, tab: int) -> None:
    survey = next(s for s in survey_folder([office]) if s.file.name == "市政道路.shp")
    dialog = shown(qtbot, GridDialog(survey, SourceOptions(), (118.1, 24.5), [], 1))
    dialog.tabs.setCurrentIndex(tab)
    counts = Walker(dialog).walk()
    assert counts["QComboBox"] == (2, 1)[tab]
    if tab == 0:
        kinds_of(dialog.choice())
    else:
        assert counts["QTableWidget"] == 12


def test_print_preview(qtbot: QtBot) -> None:
    dialog = preview_dialog(None, grid_plan(), SheetOptions())
    shown(qtbot, dialog)
    paper = next(c for c in dialog.findChildren(QComboBox) if c.accessibleName() == "Paper")
    for at in range(paper.count()):
        by_mouse(paper, at) if at % 2 else by_keys(paper, at)
        size = dialog.printer().pageLayout().pageSize().size(QPageSize.Unit.Millimeter)
        assert paper_name(size.width(), size.height()) == paper.currentText() == list(PAPERS)[at]
    dialog.reject()


# --- in the window ---


@pytest.mark.parametrize("hand", [by_keys, by_mouse])
@pytest.mark.parametrize("role", [Role.BUILDINGS, Role.PUBLIC, Role.EXCLUSIONS, Role.ESTATES])
def test_a_role_chosen_in_the_import_dialog_comes_to_the_desk(
    qtbot: QtBot, window: Window, user: FakeUser, office: Path, role: Role, hand
) -> None:
    """All of it: map, tables, status bar and list of layers."""
    (office / "台账.xlsx").unlink()
    title = vocabulary.word(vocabulary.ROLE, role.value)

    def choose(dialog: ImportDialog) -> None:
        row = next(i for i, s in enumerate(dialog.surveys) if s.file.name == "资料.shp")
        hand(dialog.roles[row], READ_ROLES.index(role))
        assert dialog.roles[row].currentText() == title
        QTest.mouseClick(dialog.accept_button, LEFT)

    window.context.ui = WindowPort(window, window, window.session, window.lane, window.map)
    when_asked(window, choose)
    window.context.ui.ask_folder = lambda _: office  # type: ignore[method-assign]
    window.context.ui.refuse = user.refuse  # type: ignore[method-assign]
    with qtbot.waitSignal(window.map.drawn, timeout=3 * PATIENCE_MS):
        window.do(command("import"))
    window.context.ui = user
    assert user.refused == []
    listed = {r["file"]: r["role"] for r in window.sources.layers.rows_model.rows}
    assert listed["资料.shp"] == role.value
    plan = window.session.document.plan
    assert len(window.results.zones.rows_model.rows) == len(plan.zones)
    assert f"{len(plan.units):,} units" in window.status.totals.text()


def test_charts_and_states_are_chosen_by_keys_and_mouse(qtbot: QtBot, opened: Window) -> None:
    opened.results.tabs.setCurrentWidget(opened.results.charts)
    which = opened.results.charts.which
    QApplication.processEvents()
    for at in range(which.count()):
        by_mouse(which, at) if at % 2 else by_keys(which, at)
        assert opened.results.charts.bars.chart is which.itemData(at)
    opened.session.choose([10])
    opened.do(command("new_zone"))
    opened.session.choose([9])
    opened.do(command("erase_chosen"))
    opened.do(command("second_map"))
    states = opened.compare.which
    qtbot.waitUntil(lambda: states.isVisible() and states.count() > 1, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not opened.lane.busy, timeout=PATIENCE_MS)
    hands = (by_keys, by_mouse)
    for at in (1, 0):
        hands[at](states, at)
        qtbot.waitUntil(lambda: not opened.lane.busy, timeout=PATIENCE_MS)
        assert opened.compare.document is opened.compare._states[at][1]


def test_small_questions_are_answered_by_keys(opened: Window) -> None:
    port = WindowPort(opened, opened, opened.session, opened.lane, opened.map)

    def typed(*keys: Qt.Key, text: str = ""):
        def act() -> None:
            dialog = QApplication.activeModalWidget()
            assert isinstance(dialog, QInputDialog)
            editor = next(
                w
                for w in dialog.findChildren(QWidget)
                if isinstance(w, QComboBox | QAbstractSpinBox | QLineEdit) and w.isVisible()
            )
            if text:
                type_into(editor, text)
            for key in keys:
                QTest.keyClick(editor, key)
            QTest.keyClick(dialog, KEY.Key_Return)

        QTimer.singleShot(0, act)

    title = Text("Which operator?")
    typed(text="Hubin")
    assert port.ask_text(title, "") == "Hubin"
    typed(KEY.Key_Up)
    assert port.ask_number(title, 3, 2, 9) == 4
    typed(KEY.Key_Down)
    assert port.ask_one(title, ["甲", "乙", "丙"], 1) == 2


def test_tables_are_filtered_and_sorted_by_keys_and_mouse(opened: Window) -> None:
    panel, table = opened.results.zones_panel, opened.results.zones
    opened.results.tabs.setCurrentWidget(panel)
    QApplication.processEvents()
    type_into(panel.line, "W02")
    assert [r["zone_id"] for r in table.shown_rows()] == ["W02"]
    type_into(panel.line, " ")
    header = table.horizontalHeader()
    for column in range(len(table.rows_model.columns)):
        if table.isColumnHidden(column):
            continue
        for _ in range(2):
            place = QPoint(header.sectionViewportPosition(column) + 5, header.height() // 2)
            QTest.mouseClick(header.viewport(), LEFT, pos=place)
        assert sorted(r["zone_id"] for r in table.shown_rows()) == ["W01", "W02", "W03"]
    table.setFocus()
    for key in (KEY.Key_Home, KEY.Key_Down, KEY.Key_End):
        QTest.keyClick(table, key)
    assert opened.session.selection is not None
    assert isinstance(opened.session.selection.row, int | np.integer)
