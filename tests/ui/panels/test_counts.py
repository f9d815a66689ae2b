"""Estates across the boundary in the window: the line over the map, one click that takes the other figure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from shapely import box
from shapely.affinity import translate

from bigmap.commands.documents.remember_imports import recall_options_for
from bigmap.commands.registry import command
from bigmap.core.sources.source_options import SourceOptions
from bigmap.session import import_memory as remembered
from bigmap.ui.panels.problems_panel import HELD
from bigmap.ui.window.window import Window
from tests.helpers.qt import PATIENCE_MS, FakeUser
from tests.helpers.shapefiles import X0, Y0, write_layer


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    yield
    remembered.choices_file().unlink(missing_ok=True)


def write_street(folder: Path) -> Path:
    """Write a street, an estate 5 % inside, and two estates on one ground."""
    folder.mkdir()
    boxes = [box(0, 0, 200, 100), box(390, 0, 590, 100), box(200, 0, 390, 100), box(0, 0, 200, 100)]
    names = ["东风里", "跨界园", "西苑", "东风里二区"]
    shapes = [translate(shape, X0, Y0) for shape in boxes]
    write_layer(folder / "小区边界.shp", shapes, {"小区名称": names, "户数": [120, 400, 200, 80]})
    write_layer(folder / "街道边界.shp", [translate(box(0, 0, 400, 100), X0, Y0)])
    return folder


@pytest.fixture
def planned(qtbot: QtBot, window: Window, user: FakeUser, tmp_path: Path) -> Window:
    with qtbot.waitSignal(window.map.drawn, timeout=PATIENCE_MS):
        window.open_paths([write_street(tmp_path / "六月")])
    assert user.refused == []
    return window


def group(window: Window, code: str) -> QModelIndex:
    rows = window.sources.problems.tree.rows
    found = [rows.index(i, 0) for i in range(rows.rowCount())]
    return next(index for index in found if index.data(HELD).code == code)


def severity(window: Window, code: str) -> str:
    return group(window, code).data(HELD).severity.value


def press(qtbot: QtBot, window: Window, code: str, title: str) -> None:
    """Click the first button of a group, which bears this title."""
    tree = window.sources.problems.tree
    tree.scrollTo(group(window, code))
    button = tree.indexWidget(group(window, code)).findChildren(QPushButton)[0]
    assert button.text() == title
    with qtbot.waitSignal(window.map.drawn, timeout=PATIENCE_MS):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def households(window: Window) -> int:
    return int(window.session.document.plan.zones["hh"].sum())


def test_one_click_counts_all_of_an_estate_and_next_month_knows_it(
    qtbot: QtBot, planned: Window, user: FakeUser, tmp_path: Path
) -> None:
    assert households(planned) == 420
    assert severity(planned, "across_boundary") == "doubt"
    press(qtbot, planned, "across_boundary", "Count all 400 here")
    assert households(planned) == 800
    assert severity(planned, "across_boundary") == "mended"
    kept = {"小区边界.shp": SourceOptions(counts={"跨界园": "whole"})}
    assert recall_options_for([tmp_path / "六月"]) == kept
    planned.do(command("undo"))
    assert households(planned) == 420
    planned.do(command("redo"))
    with qtbot.waitSignal(planned.map.drawn, timeout=PATIENCE_MS):
        planned.open_paths([write_street(tmp_path / "七月")])
    assert user.refused == []
    assert households(planned) == 800


def test_the_line_over_the_map_says_what_is_to_be_decided_until_it_is(qtbot: QtBot, planned: Window) -> None:
    banner = planned.banner
    assert banner.isVisible()
    assert banner.text.text().startswith("To decide: 460 households (52.3%) are unplaced, shared out or lost")
    qtbot.mouseClick(banner.problems, Qt.MouseButton.LeftButton)
    assert planned.sources.problems.tree.currentIndex().data(HELD).severity.value == "doubt"
    press(qtbot, planned, "same_ground", "It is one estate: leave 东风里二区 out")
    assert households(planned) == 340
    press(qtbot, planned, "across_boundary", "Count all 400 here")
    assert not banner.isVisible()
