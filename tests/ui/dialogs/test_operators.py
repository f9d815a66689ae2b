"""The sheet of parameters, the bundles and the suggested swap in the window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from bigmap.base import settings
from bigmap.commands.documents.defaults import remembered
from bigmap.commands.registry import command
from bigmap.core.operators.bundling_rules import BundleRules
from bigmap.core.operators.parameters import LEVELS, Parameters
from bigmap.core.planning.swap import Swap
from bigmap.io.writing.parameters_json import read_parameters, write_parameters
from bigmap.ui.dialogs.operators_dialog import BundleDialog, SwapDialog
from bigmap.ui.dialogs.parameters_dialog import ParametersDialog
from bigmap.ui.window.window import Window
from tests.helpers.plans import grid_plan
from tests.helpers.qt import PATIENCE_MS, FakeUser


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "settings_file", lambda: tmp_path / "settings.json")


@pytest.fixture
def sheet(qtbot: QtBot) -> ParametersDialog:
    dialog = ParametersDialog(Parameters())
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def typed(sheet: ParametersDialog, name: str, text: str) -> None:
    """Type over a value as a hand does."""
    cell = sheet.value_item(name)
    sheet.table.setCurrentItem(cell)
    sheet.table.editItem(cell)
    editor = sheet.table.viewport().findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    for _ in range(3):  # the delegate commits, then the editor is deleted
        QApplication.sendPostedEvents(None, 0)
        QApplication.processEvents()


def reset_button(sheet: ParametersDialog, name: str) -> QPushButton:
    button = sheet.table.cellWidget(sheet.value_item(name).row(), 4)
    assert isinstance(button, QPushButton)
    return button


def test_a_value_is_typed_and_reset(sheet: ParametersDialog) -> None:
    assert sheet.parameters() == Parameters()
    typed(sheet, "wage", "72,000")
    assert sheet.parameters() == Parameters(wage=72_000.0)
    assert sheet.said.text() == "1 values differ from the defaults."
    reset_button(sheet, "wage").click()
    assert sheet.parameters() == Parameters()
    assert not reset_button(sheet, "wage").isEnabled()


def test_a_wrong_value_is_said_and_cannot_be_taken(sheet: ParametersDialog) -> None:
    typed(sheet, "collected_push", "85")
    assert "85.0 cannot be; give a number from 0 to 1" in sheet.said.text()
    assert not sheet.accept_button.isEnabled()
    typed(sheet, "collected_push", "0.85")
    assert sheet.accept_button.isEnabled()
    assert sheet.parameters().collected_push == 0.85


def test_a_value_that_was_not_touched_keeps_all_its_digits(sheet: ParametersDialog) -> None:
    typed(sheet, "wage", "1")
    assert sheet.parameters().relief == 7 / 6


def test_a_level_fills_the_staff(sheet: ParametersDialog) -> None:
    assert sheet.level.currentData() == "last"
    sheet.level.setCurrentIndex(sheet.level.findData("4"))
    sheet.level.activated.emit(sheet.level.currentIndex())
    assert sheet.parameters() == Parameters(**LEVELS["4"])
    typed(sheet, "per_order", "12345")
    assert sheet.level.currentText() == "As entered"
    sheet.reset_button.click()
    assert sheet.parameters() == Parameters()


def test_a_file_is_taken_or_refused(sheet: ParametersDialog, tmp_path: Path) -> None:
    good, bad = tmp_path / "a.json", tmp_path / "b.json"
    write_parameters(Parameters(wage=50_000.0), BundleRules(), good)
    sheet.open_file(good)
    assert sheet.parameters() == Parameters(wage=50_000.0)
    bad.write_text("{", encoding="utf-8")
    sheet.open_file(bad)
    assert "b.json cannot be read as parameters" in sheet.said.text()
    assert sheet.parameters() == Parameters(wage=50_000.0)


def test_the_bundle_dialog_gives_rules_and_locks(qtbot: QtBot) -> None:
    dialog = BundleDialog(grid_plan())
    qtbot.addWidget(dialog)
    assert dialog.rules() == BundleRules()
    dialog.band.setValue(5)
    dialog.hard.setChecked(True)
    dialog.locks[2].setCurrentIndex(1)
    assert dialog.rules() == BundleRules(band=0.05, share_is_hard=True, locks={"W03": "Y01"})


def test_the_swap_dialog_shows_what_changes(qtbot: QtBot) -> None:
    plan = grid_plan()
    swap = Swap("operators", None, 1, 0, (1, 0), ((1.2, 1.1), (0.8, 0.9)), (0.4, 0.2))
    dialog = SwapDialog(plan, swap)
    qtbot.addWidget(dialog)
    shown = [[dialog.table.item(r, c).text() for c in range(4)] for r in range(3)]
    assert shown[0] == ["嘉禾城市服务有限公司", "120.0 %", "110.0 %", "-10.0"]
    assert shown[2] == ["Spread: largest less smallest", "40.0 %", "20.0 %", "-20.0"]


def carried_out(qtbot: QtBot, window: Window, name: str) -> None:
    """Carry out a command and wait until its work is done."""
    with qtbot.waitSignal(window.lane.ended, timeout=PATIENCE_MS):
        window.do(command(name))
    qtbot.waitUntil(lambda: not window.lane.busy, timeout=PATIENCE_MS)


def test_parameters_reckon_the_plan_anew_and_are_remembered(
    qtbot: QtBot, opened: Window, user: FakeUser
) -> None:
    before = opened.session.document
    assert before is not None
    user.parameters = Parameters(wage=90_000.0)
    carried_out(qtbot, opened, "parameters")
    plan = opened.session.document.plan
    assert plan.parameters.wage == 90_000.0
    assert (plan.zones["cost_y"] > before.plan.zones["cost_y"]).all()
    assert remembered()[0] == user.parameters
    opened.do(command("undo"))
    assert opened.session.document is before


def test_bundles_are_made_by_the_rules(qtbot: QtBot, opened: Window, user: FakeUser) -> None:
    user.bundle = BundleRules(locks={"W01": "Y02"}, band=0.3)
    carried_out(qtbot, opened, "bundle")
    plan = opened.session.document.plan
    assert plan.zones["oper"].iloc[0] == "Y02"
    assert plan.operators["zones"].sum() == 3
    assert remembered()[1] == BundleRules(band=0.3)


@pytest.mark.parametrize("of", ["swap_operators", "swap_zones"])
def test_a_swap_is_proposed_made_and_taken_back(
    qtbot: QtBot, opened: Window, user: FakeUser, of: str
) -> None:
    before = opened.session.document
    assert before is not None
    carried_out(qtbot, opened, of)
    assert len(user.swaps) == 1
    assert opened.session.document is before  # he did not take it
    user.takes_offers = True
    carried_out(qtbot, opened, of)
    qtbot.waitUntil(lambda: opened.session.document is not before, timeout=PATIENCE_MS)
    after = opened.session.document.plan
    table = after.operators if of == "swap_operators" else after.zones
    cover = table["cover_ratio"]
    assert cover.max() - cover.min() == pytest.approx(user.swaps[1].spread[1])
    opened.do(command("undo"))
    assert opened.session.document is before


def test_what_was_remembered_wrongly_costs_itself_only() -> None:
    settings.remember(parameters={"wage": "x"}, bundle={"band": 0.2})
    assert remembered() == (Parameters(), BundleRules(band=0.2))
    settings.remember(parameters=3)
    assert remembered() == (Parameters(), BundleRules(band=0.2))


def test_parameters_come_back_from_their_file(tmp_path: Path) -> None:
    path = tmp_path / "parameters.json"
    rules = BundleRules(locks={"W01": "Y01"}, near_m=0.0)
    write_parameters(Parameters(phase=1, relief=np.pi / 3), rules, path, "zh")
    assert read_parameters(path) == (Parameters(phase=1, relief=np.pi / 3), rules)
