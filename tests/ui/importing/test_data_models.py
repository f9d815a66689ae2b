"""Layers of data models in the import dialog: the model named, roles by row, saved mappings offered again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from bigmap.base import settings
from bigmap.commands.documents import remember_imports
from bigmap.core.sources.layers import Role
from bigmap.core.sources.source_options import as_json
from bigmap.io.reading.folder import read_folder
from bigmap.io.reading.folder_survey import survey_folder
from bigmap.session import import_memory
from bigmap.ui.importing.import_dialog import ImportDialog
from tests.helpers import sources


@pytest.fixture(autouse=True)
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "settings_file", lambda: tmp_path / "profile" / "settings.json")
    monkeypatch.setattr(import_memory, "settings_file", lambda: tmp_path / "profile" / "settings.json")


def opened(qtbot: QtBot, folder: Path, choices: dict | None = None) -> ImportDialog:
    dialog = ImportDialog(survey_folder([folder]), choices or {})
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def row_of(dialog: ImportDialog, name: str) -> int:
    return next(i for i, s in enumerate(dialog.surveys) if s.file.name == name)


def pick(dialog: ImportDialog, row: int, data: object) -> None:
    """Choose an entry of the combo box of a role by the keyboard, as a planner does."""
    combo = dialog.roles[row]
    steps = next(i for i in range(combo.count()) if combo.itemData(i) == data) - combo.currentIndex()
    combo.setFocus()
    for _ in range(abs(steps)):
        QTest.keyClick(combo, Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up)


def test_the_model_is_named_and_the_rows_of_a_layer_have_several_roles(qtbot: QtBot, tmp_path: Path) -> None:
    for name, rows in sources.SURVEY.items():
        sources.write(tmp_path / "in" / f"{name}.shp", rows)
    dialog = opened(qtbot, tmp_path / "in")
    land = row_of(dialog, "DLTB.shp")
    dialog.table.setCurrentCell(land, 0)
    assert dialog.model.isVisible()
    assert dialog.model.text() == "Recognised: Third national land survey DLTB 地类图斑"
    shown = dialog.roles[land].currentText()
    assert all(word in shown for word in ("Exclusions 2", "Roads 1", "Green 1", "Public buildings 1"))
    assert dialog.choices() == {}, "nothing was chosen yet"
    assert dialog.accept_button.isEnabled()


def test_roles_changed_by_hand_are_read_and_remembered(qtbot: QtBot, tmp_path: Path) -> None:
    folder = sources.geofabrik(tmp_path / "in")
    dialog = opened(qtbot, folder)
    wanted = {
        "gis_osm_landuse_a_free_1.shp": Role.ESTATES,
        "gis_osm_pois_a_free_1.shp": Role.GREEN,
        "gis_osm_waterways_free_1.shp": Role.BARRIERS,
    }
    for name, role in wanted.items():
        pick(dialog, row_of(dialog, name), role)
    chosen = dialog.choices()
    assert {key: choice.role for key, choice in chosen.items()} == wanted
    taken = {(la.file.name, la.role, la.features) for la in read_folder(folder, choices=chosen).layers}
    assert {item for item in taken if item[0] in wanted} == {
        ("gis_osm_landuse_a_free_1.shp", Role.ESTATES, 2),
        ("gis_osm_pois_a_free_1.shp", Role.GREEN, 1),
        ("gis_osm_waterways_free_1.shp", Role.BARRIERS, 1),
    }
    known = {source.key: source for source in remember_imports.sources_of([folder])}
    import_memory.remember_options(folder.resolve(), [(known[k], as_json(c)) for k, c in chosen.items()])
    again = opened(qtbot, folder, remember_imports.recall_options_for([folder]))
    assert {k: c.role for k, c in again.choices().items()} == wanted
    pick(again, row_of(again, "gis_osm_landuse_a_free_1.shp"), "by row")
    assert "gis_osm_landuse_a_free_1.shp" not in again.choices()


def test_a_mapping_saved_under_a_name_is_offered_for_the_next_file_with_its_columns(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {"A1": "禾祥花园", "B2": 120, "C3": 9_000.0}
    first = sources.write(tmp_path / "one" / "一期.gpkg", [(values, sources.area(0, 0, 90, 90))])
    dialog = opened(qtbot, first.parent)
    assert not dialog.mappings.fitting.isVisible(), "nothing is saved yet"
    pick(dialog, 0, Role.ESTATES)
    dialog.tabs.setCurrentIndex(1)
    for row, meaning in enumerate(("name", "hh", "gfa_m2")):
        combo = dialog.fields.combos[row]
        combo.setCurrentIndex(combo.findData(meaning))
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("甲公司台账", True))
    QTest.mouseClick(dialog.mappings.save, Qt.MouseButton.LeftButton)

    second = sources.write(tmp_path / "two" / "别的.gpkg", [(values, sources.area(0, 0, 90, 90))])
    other = opened(qtbot, second.parent)
    other.tabs.setCurrentIndex(1)
    offered = other.mappings.fitting
    assert [offered.itemText(i) for i in range(offered.count())] == ["–", "甲公司台账"]
    offered.setFocus()
    QTest.keyClick(offered, Qt.Key.Key_Down)
    choice = other.choices()["别的.gpkg"]
    assert (choice.role, choice.fields) == (Role.ESTATES, {"name": "A1", "hh": "B2", "gfa_m2": "C3"})
    (estates,) = read_folder(second.parent, choices=other.choices()).layers
    assert estates.frame[["name", "hh", "gfa_m2"]].to_numpy().tolist() == [["禾祥花园", 120, 9_000]]

    third = sources.write(tmp_path / "three" / "少.gpkg", [({"A1": "甲"}, sources.area(0, 0, 90, 90))])
    fewer = opened(qtbot, third.parent)
    assert fewer.mappings.fitting.count() == 1, "it needs all of its columns"


def test_a_damaged_mapping_is_left_out_of_the_settings(tmp_path: Path) -> None:
    good = {"role": "estates", "fields": {"name": "A1"}}
    settings.keep(mappings={"gut": good, "kaputt": {"role": 3, "fields": []}, "leer": None})
    assert settings.load()["mappings"] == {"gut": good}
