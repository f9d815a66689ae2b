"""The dialog for building zones, and the file dialogs behind the port."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from bigmap.base.i18n import Text
from bigmap.core.zoning.rules import ZoningRules
from bigmap.ui.dialogs.build_zones_dialog import BuildZonesDialog
from bigmap.ui.window.user_port import WindowPort
from tests.helpers.plans import grid_plan


@pytest.fixture
def dialog(qtbot: QtBot) -> BuildZonesDialog:
    dialog = BuildZonesDialog(grid_plan())
    qtbot.addWidget(dialog)
    return dialog


def test_begins_with_what_the_plan_has(dialog: BuildZonesDialog) -> None:
    assert dialog.rules() == ZoningRules(zones=3)
    assert dialog.outlook.text() == "Households: 974 in all, about 325 in each of 3 zones."


def test_number_cannot_exceed_the_units(dialog: BuildZonesDialog) -> None:
    dialog.number.setValue(500)
    assert dialog.rules().zones == 12


def test_largest_load(dialog: BuildZonesDialog) -> None:
    dialog.by_load.setChecked(True)
    dialog.load.setValue(250)
    dialog.tolerance.setValue(10)
    assert dialog.rules() == ZoningRules(max_load=250.0, tolerance=0.1)
    assert "about 244 in each of 4 zones" in dialog.outlook.text()
    assert not dialog.number.isEnabled()


def test_another_field_brings_its_own_total(dialog: BuildZonesDialog) -> None:
    dialog.balance.setCurrentIndex(dialog.balance.findData("site_m2"))
    assert dialog.outlook.text() == "Area (m²): 120,000 in all, about 40,000 in each of 3 zones."
    assert dialog.rules().balance == {"site_m2": 1.0}


@pytest.fixture
def port(qtbot: QtBot) -> WindowPort:
    parent = QWidget()
    qtbot.addWidget(parent)
    return WindowPort(parent, None, None, None, None)  # type: ignore[arg-type] # neither session, lane nor map is asked


def test_saved_file_gets_its_ending(port: WindowPort, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("/tmp/覆盖图", ""))
    assert port.ask_save(Text("Print the coverage map to PDF"), "coverage.pdf") == Path("/tmp/覆盖图.pdf")


def test_no_choice_is_none(port: WindowPort, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([], ""))
    assert port.ask_folder(Text("Open layers")) is None
    assert port.ask_files(Text("Open layers")) == []


def test_refusal_is_a_box_with_the_sentence(port: WindowPort, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: seen.append(box.text()))
    port.refuse(Text("Written: {path}", {"path": "x"}))
    assert seen == ["Written: x"]
