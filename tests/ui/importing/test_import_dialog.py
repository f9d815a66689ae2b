"""The import dialog as a user meets it: roles, encodings, systems, fields, picture; what is remembered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QPushButton
from pytestqt.qtbot import QtBot

from bigmap.base import i18n
from bigmap.commands.registry import command
from bigmap.core.planning.pipeline import plan
from bigmap.core.sources.layers import Role
from bigmap.core.sources.source_options import SourceOptions
from bigmap.io.reading.folder import read_folder
from bigmap.io.reading.folder_survey import survey_folder
from bigmap.session import import_memory as remembered
from bigmap.ui.importing.choice_boxes import OTHER
from bigmap.ui.importing.import_dialog import ImportDialog
from bigmap.ui.panels.problems_panel import HELD
from bigmap.ui.window.window import Window
from tests.helpers.qt import PATIENCE_MS, FakeUser, document_of
from tests.helpers.shapefiles import squares, street, write_layer


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    yield
    remembered.choices_file().unlink(missing_ok=True)


def write_office(folder: Path) -> Path:
    """Write estates in GBK, roads without a system, a layer of no known use and a broken one."""
    folder.mkdir()
    columns = {"小区名称": ["筼筜花园", "后垵小区"], "户数": [120, 80], "入住户数": [100, 60]}
    write_layer(folder / "小区边界.shp", squares(2), columns)
    write_layer(folder / "市政道路.shp", street(2), {"道路名称": ["湖滨南路", "湖滨中路"]}, crs=None)
    write_layer(folder / "资料.shp", squares(2, 30.0), {"备注": ["甲", "乙"]})
    (folder / "独栋房屋.shp").write_bytes(b"no shapefile at all")
    return folder


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return write_office(tmp_path / "六月")


@pytest.fixture
def dialog(qtbot: QtBot, office: Path) -> ImportDialog:
    dialog = ImportDialog(survey_folder([office]), {})
    qtbot.addWidget(dialog)
    dialog.show()
    yield dialog
    dialog.reject()


def row_of(dialog: ImportDialog, name: str) -> int:
    return next(i for i, s in enumerate(dialog.surveys) if s.file.name == name)


def go_to(dialog: ImportDialog, name: str) -> int:
    row = row_of(dialog, name)
    dialog.table.setCurrentCell(row, 0)
    return row


def pick(qtbot: QtBot, combo, data: object) -> None:
    """Choose an entry by keys, as a user without a mouse."""
    index = next(i for i in range(combo.count()) if combo.itemData(i) == data)
    combo.setFocus()
    while combo.currentIndex() != index:
        qtbot.keyClick(combo, Qt.Key.Key_Down if combo.currentIndex() < index else Qt.Key.Key_Up)


def without_the_broken(qtbot: QtBot, dialog: ImportDialog) -> None:
    pick(qtbot, dialog.roles[row_of(dialog, "独栋房屋.shp")], "leave out")


# --- the dialog ---


def test_every_layer_stands_there_with_what_was_recognised(dialog: ImportDialog) -> None:
    shown = {dialog.table.item(i, 0).text(): i for i in range(dialog.table.rowCount())}
    assert set(shown) == {"小区边界.shp", "市政道路.shp", "资料.shp", "独栋房屋.shp"}
    estates, rest = shown["小区边界.shp"], shown["资料.shp"]
    assert dialog.table.item(estates, 1).text() == "2"
    assert dialog.table.item(estates, 2).text() == "areas"
    assert dialog.roles[estates].currentText() == "Estates"
    assert dialog.roles[rest].currentText() == "Leave out"
    assert dialog.encodings[estates].currentText() == "GB18030 (recognised)"
    assert dialog.systems[estates].currentText() == "EPSG:4548 · CGCS2000 / 3° GK CM 117E (as the file says)"
    assert dialog.systems[shown["市政道路.shp"]].currentText().endswith("(guessed)")
    assert dialog.choices() == {}


def test_a_broken_file_is_shown_with_its_sentence_and_blocks_until_left_out(
    qtbot: QtBot, dialog: ImportDialog
) -> None:
    assert dialog.surveys[dialog.table.currentRow()].file.name == "独栋房屋.shp"
    assert "独栋房屋.shp" in dialog.refusal.text()
    assert not dialog.accept_button.isEnabled()
    without_the_broken(qtbot, dialog)
    assert dialog.accept_button.isEnabled()
    assert dialog.choices() == {"独栋房屋.shp": SourceOptions(skip=True)}


def test_another_encoding_is_one_click_and_seen_at_once(qtbot: QtBot, dialog: ImportDialog) -> None:
    go_to(dialog, "小区边界.shp")
    sample = dialog.samples.table
    assert sample.horizontalHeaderItem(0).text() == "小区名称"
    assert sample.item(0, 0).text() == "筼筜花园"
    assert dialog.samples.buttons["GB18030"].isChecked()
    qtbot.mouseClick(dialog.samples.buttons["ISO-8859-1"], Qt.MouseButton.LeftButton)
    assert sample.horizontalHeaderItem(0).text() == "Ð¡ÇøÃû³Æ"
    assert dialog.choices() == {"小区边界.shp": SourceOptions(encoding="ISO-8859-1")}
    qtbot.mouseClick(dialog.samples.buttons["GB18030"], Qt.MouseButton.LeftButton)
    assert sample.item(0, 0).text() == "筼筜花园"
    assert dialog.choices() == {}


def test_a_wrong_system_is_seen_at_once(qtbot: QtBot, dialog: ImportDialog) -> None:
    """In zone 39 the roads lie 3 degrees to the east, some 300 km."""
    assert dialog.outlines.notes() == []
    row = go_to(dialog, "市政道路.shp")
    dialog.systems[row].choose_epsg(4549)
    assert dialog.choices()["市政道路.shp"] == SourceOptions(crs="EPSG:4549")
    ((name, km),) = dialog.outlines.far
    assert name == "市政道路.shp"
    assert 280 < km < 320
    before = dialog.outlines.grab().toImage()
    dialog.systems[row].setCurrentIndex(0)
    assert dialog.outlines.far == []
    assert dialog.choices() == {}
    assert dialog.outlines.grab().toImage() != before


def test_another_epsg_code_is_asked_for(
    qtbot: QtBot, dialog: ImportDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = dialog.systems[go_to(dialog, "市政道路.shp")]
    monkeypatch.setattr(QInputDialog, "getInt", lambda *_: (4547, True))
    system.setCurrentIndex(system.findData(OTHER))
    assert dialog.choices()["市政道路.shp"] == SourceOptions(crs="EPSG:4547")
    monkeypatch.setattr(QInputDialog, "getInt", lambda *_: (1, True))  # no system has this code
    system.setCurrentIndex(system.findData(OTHER))
    assert dialog.choices()["市政道路.shp"] == SourceOptions(crs="EPSG:4547")
    monkeypatch.setattr(QInputDialog, "getInt", lambda *_: (4548, False))
    system.setCurrentIndex(system.findData(OTHER))
    assert system.currentText().startswith("EPSG:4547")


def test_a_system_is_used_for_all_layers_without_a_place_by_one_click(qtbot: QtBot, tmp_path: Path) -> None:
    """Numbers without a zone fit any meridian, so nobody knows where this folder lies."""
    write_layer(tmp_path / "小区边界.shp", squares(2), {"小区名称": ["甲", "乙"]}, crs=None)
    write_layer(tmp_path / "市政道路.shp", street(2), {"道路名称": ["甲路", "乙路"]}, crs=None)
    dialog = ImportDialog(survey_folder([tmp_path]), {})
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.accept_button.isEnabled()
    assert not dialog.spread.isVisible()
    dialog.systems[go_to(dialog, "小区边界.shp")].choose_epsg(4548)
    assert dialog.spread.text() == "Same CRS for the 1 other layers without a place"
    qtbot.mouseClick(dialog.spread, Qt.MouseButton.LeftButton)
    assert dialog.choices() == dict.fromkeys(("小区边界.shp", "市政道路.shp"), SourceOptions(crs="EPSG:4548"))
    assert dialog.accept_button.isEnabled()
    assert not dialog.spread.isVisible()


def test_fields_are_given_another_meaning(qtbot: QtBot, dialog: ImportDialog) -> None:
    go_to(dialog, "小区边界.shp")
    dialog.tabs.setCurrentWidget(dialog.fields)
    table, combos = dialog.fields.table, dialog.fields.combos
    assert [table.item(i, 0).text() for i in range(3)] == ["小区名称", "户数", "入住户数"]
    assert table.item(0, 1).text() == "筼筜花园"
    assert [c.currentText() for c in combos] == ["Name", "Households", "–"]
    combos[2].setCurrentIndex(combos[2].findData("hh"))
    assert [c.currentText() for c in combos] == ["Name", "–", "Households"]
    assert dialog.choices()["小区边界.shp"] == SourceOptions(fields={"hh": "入住户数"})
    combos[2].setCurrentIndex(0)
    assert dialog.choices()["小区边界.shp"] == SourceOptions(fields={"hh": ""})
    combos[1].setCurrentIndex(combos[1].findData("hh"))
    assert dialog.choices() == {}


def test_a_role_by_hand(qtbot: QtBot, dialog: ImportDialog) -> None:
    row = row_of(dialog, "资料.shp")
    pick(qtbot, dialog.roles[row], Role.BUILDINGS)
    assert dialog.table.currentRow() == row  # entering a box chooses its row
    assert dialog.choices() == {"资料.shp": SourceOptions(role=Role.BUILDINGS)}


def test_begins_with_what_was_chosen_before(qtbot: QtBot, office: Path) -> None:
    before = {
        "小区边界.shp": SourceOptions(Role.PUBLIC, "Big5", "EPSG:4549", fields={"hh": ""}),
        "市政道路.shp": SourceOptions(skip=True),
        "另外.shp": SourceOptions(skip=True),
    }
    dialog = ImportDialog(survey_folder([office]), before)
    qtbot.addWidget(dialog)
    row = row_of(dialog, "小区边界.shp")
    assert dialog.roles[row].currentText() == "Public buildings"
    assert dialog.encodings[row].currentText() == "Big5"
    assert dialog.systems[row].currentData() == ("EPSG:4549", False, ())
    assert dialog.roles[row_of(dialog, "市政道路.shp")].currentText() == "Leave out"
    assert dialog.choices() == before


def test_speaks_chinese(qtbot: QtBot, office: Path) -> None:
    i18n.use("zh")
    dialog = ImportDialog(survey_folder([office]), {})
    qtbot.addWidget(dialog)
    heads = [dialog.table.horizontalHeaderItem(i).text() for i in range(dialog.table.columnCount())]
    assert heads == ["文件", "要素", "几何类型", "用途", "编码", "坐标系"]
    assert dialog.accept_button.text() == "导入"


# --- in the window ---


def opens(qtbot: QtBot, window: Window, name: str) -> None:
    with qtbot.waitSignal(window.map.drawn, timeout=PATIENCE_MS):
        window.do(command(name))


@pytest.mark.web
def test_a_folder_that_cannot_be_read_is_offered_with_choices_and_next_month_comes_unasked(
    qtbot: QtBot, window: Window, user: FakeUser, office: Path, tmp_path: Path
) -> None:
    (office / "独栋房屋.shp").rename(office / "街道边界.shp")
    user.folder, user.takes_offers = office, True
    user.choices = {"街道边界.shp": SourceOptions(skip=True), "资料.shp": SourceOptions(role=Role.BUILDINGS)}
    opens(qtbot, window, "open_folder")
    assert len(user.refused) == 1  # the sentence about the broken file, with the way out
    assert "街道边界.shp" in user.refused[0]
    assert {s.file.name for s in user.surveys} >= {"街道边界.shp", "资料.shp"}
    roles = [layer.role for layer in window.session.document.plan.sources.layers]
    assert roles == [Role.ESTATES, Role.BUILDINGS, Role.ROADS]

    july = write_office(tmp_path / "七月")
    (july / "独栋房屋.shp").rename(july / "街道边界.shp")
    user.folder, user.takes_offers, user.surveys = july, False, []
    opens(qtbot, window, "open_folder")
    assert len(user.refused) == 1
    assert user.surveys == []
    document = window.session.document
    assert [layer.role for layer in document.plan.sources.layers] == roles
    said = {(p.code, p.file) for p in document.plan.problems}
    assert {("left_out", "街道边界.shp"), ("chosen", "资料.shp")} <= said


def test_guessed_roles_and_copies_are_shown_as_they_are_read_and_can_be_changed(
    qtbot: QtBot, office: Path
) -> None:
    (office / "独栋房屋.shp").unlink()
    write_layer(office / "data.shp", squares(2, 400.0), {"层数": [6, 7]})
    write_layer(office / "小区边界 - 副本.shp", squares(2), {"小区名称": ["筼筜花园", "后垵小区"]})
    dialog = ImportDialog(survey_folder([office]), {})
    qtbot.addWidget(dialog)
    dialog.show()
    shown = {s.file.name: dialog.roles[row].currentData() for row, s in enumerate(dialog.surveys)}
    assert shown == {
        "data.shp": Role.BUILDINGS,
        "小区边界 - 副本.shp": "leave out",
        "小区边界.shp": Role.ESTATES,
        "市政道路.shp": Role.ROADS,
        "资料.shp": "leave out",
    }
    pick(qtbot, dialog.roles[row_of(dialog, "data.shp")], Role.PUBLIC)
    pick(qtbot, dialog.roles[row_of(dialog, "小区边界.shp")], "leave out")
    pick(qtbot, dialog.roles[row_of(dialog, "小区边界 - 副本.shp")], Role.ESTATES)
    read = {layer.file.name: layer.role for layer in read_folder(office, choices=dialog.choices()).layers}
    assert read == {
        "data.shp": Role.PUBLIC,
        "小区边界 - 副本.shp": Role.ESTATES,
        "市政道路.shp": Role.ROADS,
    }
    dialog.reject()


@pytest.mark.web
def test_layers_on_the_desk_are_read_another_way(
    qtbot: QtBot, window: Window, user: FakeUser, office: Path
) -> None:
    (office / "独栋房屋.shp").unlink()
    user.folder = office
    opens(qtbot, window, "open_folder")
    user.choices = {"小区边界.shp": SourceOptions(fields={"hh": "入住户数"})}
    opens(qtbot, window, "reread")
    assert float(window.session.document.plan.units.frame["hh"].sum()) == 160
    window.do(command("undo"))
    assert float(window.session.document.plan.units.frame["hh"].sum()) == 200
    user.choices = None  # the dialog is closed: everything stays
    before = window.session.document
    window.do(command("reread"))
    qtbot.waitUntil(lambda: not window.lane.busy, timeout=PATIENCE_MS)
    assert window.session.document is before


@pytest.mark.web
def test_a_plan_of_the_command_line_keeps_its_roles_and_operators(
    qtbot: QtBot, window: Window, user: FakeUser, tmp_path: Path
) -> None:
    """The role was told (资料.shp tells none itself), and only the plan came along, not the folder."""
    office = write_office(tmp_path / "office")
    (office / "服务企业.csv").write_text("企业名称,户数上限\n永安物业,5000\n", encoding="gb18030")
    layers = read_folder([office / "服务企业.csv"], {Role.ESTATES: office / "资料.shp"})
    with qtbot.waitSignal(window.map.drawn, timeout=PATIENCE_MS):
        window.session.open(document_of(plan(layers)))
    user.choices = {"资料.shp": SourceOptions(role=Role.ESTATES, fields={"name": "备注"})}
    opens(qtbot, window, "reread")
    made = window.session.document.plan
    assert set(made.units.frame["name"]) >= {"甲", "乙"}
    assert made.operators["name"].tolist() == ["永安物业"]


@pytest.mark.web
def test_a_doubtful_system_leads_to_the_dialog(
    qtbot: QtBot, window: Window, user: FakeUser, office: Path
) -> None:
    (office / "独栋房屋.shp").unlink()
    user.folder = office
    opens(qtbot, window, "open_folder")
    tree = window.sources.problems.tree
    rows = [tree.rows.index(i, 0) for i in range(tree.rows.rowCount())]
    guessed = next(index for index in rows if index.data(HELD).code == "crs_guessed")
    tree.scrollTo(guessed)
    sure, more = tree.indexWidget(guessed).findChildren(QPushButton)
    assert sure.text() == "Yes, it is EPSG:4548"
    more.menu().actions()[-1].trigger()
    qtbot.waitUntil(lambda: not window.lane.busy, timeout=PATIENCE_MS)
    assert {s.file.name for s in user.surveys} == {"小区边界.shp", "市政道路.shp", "资料.shp"}


@pytest.mark.web
def test_import_with_choices_asks_before_it_reads(
    qtbot: QtBot, window: Window, user: FakeUser, office: Path
) -> None:
    user.folder = office
    user.choices = {"独栋房屋.shp": SourceOptions(skip=True)}
    opens(qtbot, window, "import")
    assert user.refused == []
    assert len(user.surveys) == 4
    assert window.session.document.choices == user.choices
