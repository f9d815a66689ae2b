"""A folder of five bureaus: what needs a decision gets it by one click, and next month by none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from bigmap.base import settings
from bigmap.commands.documents.remember_imports import recall_options_for
from bigmap.commands.registry import command
from bigmap.core.crs import gcj02
from bigmap.core.sources.source_options import SourceOptions
from bigmap.session import import_memory as remembered
from bigmap.ui.panels.problems_panel import HELD
from bigmap.ui.window.window import Window
from tests.helpers.qt import PATIENCE_MS, FakeUser
from tests.helpers.shapefiles import X0, Y0, write_layer
from tests.helpers.workbooks import write_xlsx


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    yield
    remembered.choices_file().unlink(missing_ok=True)
    settings.remember(instead="")


def town(seed: int = 5) -> tuple[list[shapely.Polygon], list[shapely.Polygon]]:
    """Return 36 estates over 2 km with nine houses each: a pattern that fits in one place only."""
    rng = np.random.default_rng(seed)
    corners = [(X0 + 330 * i, Y0 + 330 * j) for i in range(6) for j in range(6)]
    corners = [(x + rng.uniform(0, 150), y + rng.uniform(0, 150)) for x, y in corners]
    estates = [shapely.box(x, y, x + 150, y + 130) for x, y in corners]
    spots = [(15 + 45 * i, 12 + 38 * j) for i in range(3) for j in range(3)]
    houses = [shapely.box(x + u, y + v, x + u + 30, y + v + 14) for x, y in corners for u, v in spots]
    return estates, houses


def write_office(folder: Path) -> Path:
    """Write estates without households, houses in GCJ-02, and a table whose names are written another way."""
    folder.mkdir()
    estates, houses = town()
    names = [f"{name}花园" for name in ("筼筜", "仙岳", "育秀", "官任", "后埭溪", "湖明")] + [""] * 30
    write_layer(folder / "小区边界.shp", estates, {"小区名称": names})
    degrees = gpd.GeoSeries(houses, crs=4548).to_crs(4490)
    shifted = list(shapely.transform(degrees.to_numpy(), gcj02.to_gcj02))
    write_layer(folder / "独栋房屋.shp", shifted, {"层数": [6] * len(houses)}, crs="EPSG:4490")
    rows = [["小区名称", "停车位数"], ["仙岳花", 12], ["育秀园", 30], ["没有的大厦", 5]]
    write_xlsx(folder / "小区台账.xlsx", {"台账": rows})
    return folder


@pytest.fixture
def planned(qtbot: QtBot, window: Window, user: FakeUser, tmp_path: Path) -> Window:
    with qtbot.waitSignal(window.map.drawn, timeout=PATIENCE_MS):
        window.open_paths([write_office(tmp_path / "六月")])
    assert user.refused == []
    return window


def group(window: Window, code: str) -> QModelIndex | None:
    rows = window.sources.problems.tree.rows
    found = [rows.index(i, 0) for i in range(rows.rowCount())]
    return next((index for index in found if index.data(HELD).code == code), None)


def severity(window: Window, code: str) -> str:
    index = group(window, code)
    return "" if index is None else index.data(HELD).severity.value


def press(qtbot: QtBot, window: Window, code: str) -> None:
    """Click the first button of a group."""
    tree = window.sources.problems.tree
    tree.scrollTo(group(window, code))
    button = tree.indexWidget(group(window, code)).findChildren(QPushButton)[0]
    with qtbot.waitSignal(window.map.drawn, timeout=PATIENCE_MS):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def houses(window: Window) -> np.ndarray:
    layers = window.session.document.plan.sources.layers
    frame = next(layer.frame for layer in layers if layer.file.name == "独栋房屋.shp")
    return frame.to_crs(4548).total_bounds


def test_a_shift_is_taken_back_by_one_click_and_remembered(
    qtbot: QtBot, planned: Window, tmp_path: Path
) -> None:
    true = shapely.total_bounds(town()[1])
    off = houses(planned) - true
    assert np.hypot(*off[:2]) == pytest.approx(583, abs=5)
    press(qtbot, planned, "shifted")
    assert houses(planned) == pytest.approx(true, abs=0.5)
    assert group(planned, "shifted") is None
    assert severity(planned, "unshifted") == "mended"
    assert recall_options_for([tmp_path / "六月"]) == {"独栋房屋.shp": SourceOptions(shift="gcj02")}
    planned.do(command("undo"))
    assert houses(planned) - true == pytest.approx(off)
    assert recall_options_for([tmp_path / "六月"]) == {}
    planned.do(command("redo"))
    assert recall_options_for([tmp_path / "六月"]) == {"独栋房屋.shp": SourceOptions(shift="gcj02")}


def test_doubtful_rows_are_joined_singly_or_all_or_refused(
    qtbot: QtBot, planned: Window, tmp_path: Path
) -> None:
    panel, doubt = planned.sources.problems, group(planned, "table_doubt")
    assert doubt.data(HELD).problems[0].name == "仙岳花"
    panel.tree.setCurrentIndex(panel.tree.rows.index(0, 0, doubt))
    assert panel.buttons[0].text() == "It is 仙岳花园"
    with qtbot.waitSignal(planned.map.drawn, timeout=PATIENCE_MS):
        qtbot.mouseClick(panel.buttons[0], Qt.MouseButton.LeftButton)
    assert parking(planned)["仙岳花园"] == 12
    press(qtbot, planned, "table_spare")  # the last is none of them
    kept = {"小区台账.xlsx": SourceOptions(joined={"仙岳花": "仙岳花园", "没有的大厦": ""})}
    assert recall_options_for([tmp_path / "六月"]) == kept
    assert severity(planned, "table_refused") == "mended"


def parking(window: Window) -> pd.Series:
    estates = window.session.document.plan.sources.estates
    return estates[estates["name"] != ""].set_index("name")["parking_n"]


def test_another_field_is_balanced_by_one_click_and_undo_takes_it_back(qtbot: QtBot, planned: Window) -> None:
    (problem,) = group(planned, "no_load").data(HELD).problems
    taken = str(problem.text.values["taken"])  # noqa: PD011 - no frame
    before = planned.session.document
    press(qtbot, planned, "no_load")
    assert severity(planned, "no_load") == "mended"
    assert planned.session.document.plan.rules.instead == taken
    assert settings.load()["instead"] == taken
    planned.do(command("undo"))
    assert planned.session.document is before
    assert settings.load()["instead"] == ""


def test_next_month_needs_no_click(qtbot: QtBot, planned: Window, user: FakeUser, tmp_path: Path) -> None:
    for code in ("shifted", "table_doubt", "table_spare", "no_load"):
        if group(planned, code) is not None:
            press(qtbot, planned, code)
    with qtbot.waitSignal(planned.map.drawn, timeout=PATIENCE_MS):
        planned.open_paths([write_office(tmp_path / "七月")])
    assert user.refused == []
    decided = {code: severity(planned, code) for code in ("shifted", "table_doubt", "table_spare", "no_load")}
    assert decided == {"shifted": "", "table_doubt": "", "table_spare": "", "no_load": "mended"}
    assert houses(planned) == pytest.approx(shapely.total_bounds(town()[1]), abs=0.5)
    assert parking(planned)["仙岳花园"] == 12
