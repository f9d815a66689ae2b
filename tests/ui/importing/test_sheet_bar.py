"""Sheets on the page of the import dialog: what they are for, their head, their columns, what is joined."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from bigmap.core.planning.pipeline import plan
from bigmap.core.sources.layers import Role
from bigmap.core.sources.source_options import SourceOptions
from bigmap.io.reading.folder import read_folder
from bigmap.io.reading.folder_survey import survey_folder
from bigmap.ui.importing.choice_boxes import LEAVE_OUT
from bigmap.ui.importing.import_dialog import ImportDialog
from tests.helpers.shapefiles import squares, write_layer
from tests.helpers.workbooks import write_xlsx

NAMES = ["筼筜花园", "后垵小区", "仙岳里", "育秀里"]


@pytest.fixture
def office(tmp_path: Path) -> Path:
    write_layer(tmp_path / "小区边界.shp", squares(4), {"小区名称": NAMES})
    rows = [
        ["筼筜街道小区台账"],
        ["序号", "小区名称", "总户数", "入住户数"],
        [1, "筼筜花园", 468, 400],
        [2, "思明区后垵小区", 300, 250],
        [3, "仙岳里二期", 120, 100],
        [4, "不存在的大厦", 90, 80],
    ]
    points = [["门牌", "经度", "纬度"], ["甲", 118.0894, 24.4798], ["乙", 118.0899, 24.4799]]
    write_xlsx(tmp_path / "台账.xlsx", {"台账": rows, "门牌": points})
    (tmp_path / "服务企业.csv").write_text("企业名称,户数上限\n永安物业,5000\n", encoding="gb18030")
    return tmp_path


@pytest.fixture
def dialog(qtbot: QtBot, office: Path) -> ImportDialog:
    dialog = ImportDialog(survey_folder([office]), {})
    qtbot.addWidget(dialog)
    dialog.show()
    yield dialog
    dialog.reject()


def go_to(dialog: ImportDialog, title: str) -> int:
    row = next(i for i, s in enumerate(dialog.surveys) if s.title == title)
    dialog.table.setCurrentCell(row, 0)
    return row


def heads(dialog: ImportDialog) -> list[str]:
    table = dialog.samples.table
    return [table.horizontalHeaderItem(i).text() for i in range(table.columnCount())]


def test_a_sheet_shows_its_use_its_head_its_rows_and_what_is_joined(dialog: ImportDialog) -> None:
    row = go_to(dialog, "台账.xlsx · 台账")
    assert dialog.roles[row].currentText() == "Figures of estates"
    assert (dialog.table.item(row, 1).text(), dialog.table.item(row, 2).text()) == ("4", "table")
    assert not dialog.encodings[row].isEnabled()
    assert not dialog.systems[row].isEnabled()
    assert dialog.bar.head.value() == 2
    assert heads(dialog) == ["序号", "小区名称", "总户数", "入住户数"]
    assert dialog.samples.table.item(1, 1).text() == "思明区后垵小区"
    assert dialog.bar.said.text().startswith("2 of 4 rows are joined to estates by name, 1 of them")
    dialog.tabs.setCurrentWidget(dialog.fields)
    assert [c.currentText() for c in dialog.fields.combos] == ["–", "Name", "Households", "–"]
    assert dialog.choices() == {}


def test_another_column_and_the_lead_reach_the_plan(qtbot: QtBot, dialog: ImportDialog, office: Path) -> None:
    go_to(dialog, "台账.xlsx · 台账")
    dialog.tabs.setCurrentWidget(dialog.fields)
    combo = dialog.fields.combos[3]
    combo.setCurrentIndex(combo.findData("hh"))
    qtbot.mouseClick(dialog.bar.leads, Qt.MouseButton.LeftButton, pos=dialog.bar.leads.rect().center())
    dialog.bar.leads.setChecked(True)
    assert dialog.choices() == {"台账.xlsx|台账": SourceOptions(fields={"hh": "入住户数"}, leads=True)}
    units = plan(read_folder(office, choices=dialog.choices())).units.frame
    assert units.set_index("name")["hh"]["筼筜花园"] == 400


def test_another_head_row_is_seen_at_once(dialog: ImportDialog) -> None:
    row = go_to(dialog, "台账.xlsx · 台账")
    dialog.bar.head.setValue(3)
    assert heads(dialog)[:2] == ["1", "筼筜花园"]
    assert dialog.choices() == {"台账.xlsx|台账": SourceOptions(head=3)}
    assert dialog.roles[row].currentText() == "Leave out"
    assert "name the columns" in dialog.bar.said.text()
    dialog.bar.head.setValue(2)
    assert dialog.choices() == {}
    assert dialog.roles[row].currentText() == "Figures of estates"


def test_points_of_a_sheet_are_drawn_and_read_as_such(dialog: ImportDialog, office: Path) -> None:
    row = go_to(dialog, "台账.xlsx · 门牌")
    combo = dialog.roles[row]
    combo.setCurrentIndex(combo.findText("Points: Buildings"))
    assert dialog.choices() == {"台账.xlsx|门牌": SourceOptions(role=Role.BUILDINGS, points=True)}
    assert dialog.bar.said.text() == "2 of 2 rows have coordinates."
    assert dialog.systems[row].currentText().startswith("EPSG:4490")
    dialog.tabs.setCurrentWidget(dialog.fields)
    assert [c.currentText() for c in dialog.fields.combos][1:] == [
        "X (east, longitude)",
        "Y (north, latitude)",
    ]
    read = read_folder(office, choices=dialog.choices())
    assert len(next(la for la in read.layers if la.role == Role.BUILDINGS).frame) == 2


def test_operators_and_left_out_sheets(dialog: ImportDialog, office: Path) -> None:
    row = go_to(dialog, "服务企业.csv")
    assert dialog.roles[row].currentText() == "Operators"
    assert dialog.bar.said.text() == "1 operators."
    dialog.tabs.setCurrentWidget(dialog.fields)
    assert [c.currentText() for c in dialog.fields.combos] == ["Name", "Households it can take"]
    dialog.encodings[row].choose("ISO-8859-1")
    assert heads(dialog)[0] == "ÆóÒµÃû³Æ"
    dialog.encodings[row].choose("GB18030")
    assert heads(dialog)[0] == "企业名称"
    dialog.roles[row].setCurrentIndex(dialog.roles[row].findData(LEAVE_OUT))
    sheet = go_to(dialog, "台账.xlsx · 台账")
    dialog.roles[sheet].setCurrentIndex(dialog.roles[sheet].findData(LEAVE_OUT))
    assert dialog.choices() == {
        "服务企业.csv": SourceOptions(skip=True),
        "台账.xlsx|台账": SourceOptions(skip=True),
    }
    read = read_folder(office, choices=dialog.choices())
    assert read.operators is None
    assert read.tables == []


def test_a_broken_workbook_blocks_until_it_is_left_out(qtbot: QtBot, office: Path) -> None:
    (office / "小区台账七月.xlsx").write_bytes(b"no workbook")
    (office / "坏.xlsx").write_bytes(b"no workbook")
    dialog = ImportDialog(survey_folder([office]), {})
    qtbot.addWidget(dialog)
    assert dialog.roles[go_to(dialog, "坏.xlsx")].currentText() == "Leave out"  # nobody misses it
    row = go_to(dialog, "小区台账七月.xlsx")
    assert "小区台账七月.xlsx" in dialog.refusal.text()
    assert not dialog.accept_button.isEnabled()
    dialog.roles[row].setCurrentIndex(dialog.roles[row].findData(LEAVE_OUT))
    assert dialog.accept_button.isEnabled()
