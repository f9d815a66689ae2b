"""A city's own grid, entered as parameters or fitted to control points, with the picture at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pyproj import Transformer
from PySide6.QtWidgets import QDialog, QTableWidgetItem
from pytestqt.qtbot import QtBot

from bigmap.core.crs.local_grid import LIKE_XIAMEN_92
from bigmap.core.sources.source_options import SourceOptions
from bigmap.io.reading.folder import read_folder
from bigmap.io.reading.folder_survey import survey_folder
from bigmap.ui.importing.grid_dialog import GridDialog
from bigmap.ui.importing.import_dialog import ImportDialog
from tests.helpers.shapefiles import squares, street, write_layer

GRID = LIKE_XIAMEN_92.crs


def in_grid(shapes: list) -> list:
    import geopandas as gpd

    return list(gpd.GeoSeries(shapes, crs="EPSG:4548").to_crs(GRID))


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """Estates that tell their system; roads and houses in the city's grid that tell none."""
    write_layer(tmp_path / "小区边界.shp", squares(2), {"小区名称": ["筼筜花园", "后垵小区"]})
    write_layer(tmp_path / "市政道路.shp", in_grid(street(2)), {"道路名称": ["甲路", "乙路"]}, crs=None)
    write_layer(tmp_path / "独栋房屋.shp", in_grid(squares(2, 20.0)), {"层数": [3, 4]}, crs=None)
    return tmp_path


@pytest.fixture
def dialog(qtbot: QtBot, office: Path) -> ImportDialog:
    dialog = ImportDialog(survey_folder([office]), {})
    qtbot.addWidget(dialog)
    dialog.show()
    yield dialog
    dialog.reject()


def row_of(dialog: ImportDialog, name: str) -> int:
    return next(i for i, s in enumerate(dialog.surveys) if s.file.name == name)


def ask(dialog: ImportDialog, monkeypatch: pytest.MonkeyPatch, fill) -> GridDialog:
    """Open the form by the entry of the combo box, fill it in and take it if it can be taken."""
    seen = []

    def run(form: GridDialog) -> QDialog.DialogCode:
        seen.append(form)
        fill(form)
        taken = form.accept_button.isEnabled()
        return QDialog.DialogCode.Accepted if taken else QDialog.DialogCode.Rejected

    monkeypatch.setattr(GridDialog, "exec", run)
    system = dialog.systems[row_of(dialog, "市政道路.shp")]
    system.setCurrentIndex(system.findData("grid"))
    return seen[0]


def control(lonlat: list[tuple[float, float]], off: float = 0.0) -> list[tuple[float, ...]]:
    to_grid = Transformer.from_crs(GRID.geodetic_crs, GRID, always_xy=True)
    there = [(*to_grid.transform(*place), *place) for place in lonlat]
    return [(x + off * (i == 0), y, lon, lat) for i, (x, y, lon, lat) in enumerate(there)]


PLACES = [(118.07, 24.46), (118.11, 24.49), (118.08, 24.50)]


def type_points(form: GridDialog, rows: list[tuple[float, ...]]) -> None:
    form.tabs.setCurrentWidget(form.points)
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            form.points.table.setItem(i, j, QTableWidgetItem(f"{value:.6f}"))


def test_the_template_is_a_start_and_holds_for_all_layers_without_a_place(
    dialog: ImportDialog, monkeypatch: pytest.MonkeyPatch, office: Path
) -> None:
    assert not dialog.accept_button.isEnabled()

    def fill(form: GridDialog) -> None:
        form.parameters.template.setCurrentIndex(1)
        form.parameters.template.activated.emit(1)
        assert form.outlines.far == []
        form.parameters.boxes["lon_0"].setValue(117.0)  # 150 km to the west
        assert [name for name, _ in form.outlines.far] == ["市政道路.shp"]
        form.parameters.boxes["lon_0"].setValue(118.5)
        assert form.outlines.far == []
        assert form.all.text() == "Also for the 1 other layers that have no place yet"
        assert form.all.isChecked()

    ask(dialog, monkeypatch, fill)
    chosen = dialog.choices()
    assert set(chosen) == {"市政道路.shp", "独栋房屋.shp"}
    assert "+lon_0=118.5 +x_0=100000 +y_0=-2700000" in chosen["市政道路.shp"].crs
    assert dialog.accept_button.isEnabled()
    assert dialog.systems[row_of(dialog, "独栋房屋.shp")].currentText() == (
        "Own grid, meridian 118.5°, E 100,000, N -2,700,000"
    )
    read = read_folder(office, choices=chosen)
    roads = next(layer for layer in read.layers if layer.file.name == "市政道路.shp")
    shown = roads.frame.to_crs(4548).total_bounds
    assert shown == pytest.approx(np.array(street(2)[1].union(street(2)[0]).bounds), abs=0.01)


def test_control_points_show_their_residuals_and_place_the_layer(
    dialog: ImportDialog, monkeypatch: pytest.MonkeyPatch, office: Path
) -> None:
    def fill(form: GridDialog) -> None:
        type_points(form, control(PLACES[:1]))
        assert not form.accept_button.isEnabled()  # one point tells no direction
        type_points(form, control(PLACES))
        left = [form.points.table.item(i, 4).text() for i in range(3)]
        assert all(float(text.removesuffix(" m")) < 0.2 for text in left)
        type_points(form, control(PLACES, off=30.0))
        left = [float(form.points.table.item(i, 4).text().removesuffix(" m")) for i in range(3)]
        assert max(left) > 3.0
        type_points(form, control(PLACES))
        form.all.setChecked(False)

    ask(dialog, monkeypatch, fill)
    chosen = dialog.choices()
    assert set(chosen) == {"市政道路.shp"}
    assert len(chosen["市政道路.shp"].control) == 3
    read = read_folder(office, choices={**chosen, "独栋房屋.shp": SourceOptions(skip=True)})
    roads = next(layer for layer in read.layers if layer.file.name == "市政道路.shp")
    assert roads.frame.to_crs(4548).total_bounds[0] == pytest.approx(street()[0].bounds[0], abs=1.0)
    assert "control_points" in {p.code for p in read.problems}


def test_points_come_from_a_file_and_a_broken_one_says_why(
    dialog: ImportDialog, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    good, bad = tmp_path / "控制点.csv", tmp_path / "坏.csv"
    lines = [",".join(f"{v:.6f}" for v in row) for row in control(PLACES)]
    good.write_text("x,y,lon,lat\n" + "\n".join(lines), encoding="utf-8")
    bad.write_text("a,b\n1,2\n", encoding="utf-8")

    def fill(form: GridDialog) -> None:
        form.tabs.setCurrentWidget(form.points)
        form.points.take_file(bad)
        assert "坏.csv" in form.points.fit_line.text()
        form.points.take_file(good)
        assert form.points.code.value() == 4548
        assert form.points.table.rowCount() == 3
        taken.append(form.choice())

    taken: list[SourceOptions] = []
    ask(dialog, monkeypatch, fill)
    assert taken[0].crs == "EPSG:4548"
    assert dialog.choices()["市政道路.shp"].control == taken[0].control


def test_wrong_points_are_told_and_cannot_be_taken(
    dialog: ImportDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(form: GridDialog) -> None:
        type_points(form, [(x, y, lat * 10, lon) for x, y, lon, lat in control(PLACES)])
        assert "degrees" in form.points.fit_line.text()
        form.points.target.setCurrentIndex(1)
        form.points.code.setValue(4326)
        assert "4326" in form.points.fit_line.text()

    ask(dialog, monkeypatch, fill)
    assert dialog.choices() == {}
