"""The problem list as a user meets it: groups, filter, places, repairs by one click, undo."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import shapely
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from bigmap.base import i18n
from bigmap.base.problem_kind import Severity
from bigmap.base.problem_kinds import cleaning
from bigmap.base.problem_kinds.fields import FloorAreaAloneInWan
from bigmap.base.problem_kinds.georeferencing import CrsGuessed
from bigmap.base.problems import Problem, ProblemLog
from bigmap.commands.documents.remember_imports import recall_options_for
from bigmap.commands.registry import command
from bigmap.core.sources.source_options import SourceOptions
from bigmap.session import import_memory as remembered
from bigmap.session.document import Document
from bigmap.ui.panels.problems_panel import HELD, ProblemsPanel
from bigmap.ui.panels.side_panels import ResultsPanel
from bigmap.ui.widgets.wrapped_rows import BLOCKS
from bigmap.ui.window.window import Window
from tests.helpers.plans import grid_plan
from tests.helpers.qt import PATIENCE_MS, FakeUser, document_of
from tests.helpers.shapefiles import X0, Y0, squares, write_layer

INVALID = cleaning.Invalid(before=12_345.0, after=12_000.0)
GUESSED = CrsGuessed(crs="CGCS2000", sure=0.9, code="EPSG:4548", swapped=False, scale=1.0)
LONG = "the very long name of an estate " * 6


def said(problem: Problem) -> str:
    return str(problem.text)


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    yield
    remembered.choices_file().unlink(missing_ok=True)


def document_with(*problems: Problem) -> Document:
    return Document(replace(grid_plan(), problems=ProblemLog(list(problems))), (), b"")


@pytest.fixture
def panel(qtbot: QtBot) -> ProblemsPanel:
    """One not used, two to decide in two groups, two mended in one."""
    panel = ProblemsPanel()
    qtbot.addWidget(panel)
    panel.resize(320, 700)
    panel.show()
    panel.show_document(
        document_with(
            Problem(INVALID, "小区.shp", 1, "育秀里", (1.0, 2.0)),
            Problem(INVALID, "小区.shp", 2, "仙岳里"),
            Problem(FloorAreaAloneInWan(value=8.5, better=85_000.0), "小区.shp", 3, "官任小区"),
            Problem(GUESSED, "水域.shp"),
            Problem(cleaning.NoShape(), "小区.shp", 5),
        )
    )
    return panel


def groups(panel: ProblemsPanel) -> list[str]:
    rows = panel.tree.rows
    return [rows.index(i, 0).data(BLOCKS)[0][0] for i in range(rows.rowCount())]


def group(panel: ProblemsPanel, code: str) -> QModelIndex:
    rows = panel.tree.rows
    found = [rows.index(i, 0) for i in range(rows.rowCount())]
    return next(index for index in found if index.data(HELD).code == code)


def click(qtbot: QtBot, panel: ProblemsPanel, index: QModelIndex) -> None:
    panel.tree.scrollTo(index)
    spot = panel.tree.visualRect(index).topLeft() + QPoint(30, 12)
    qtbot.mouseClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=spot)


def offered(panel: ProblemsPanel) -> list[str]:
    best, *more = panel.buttons
    return [best.text(), *[action.text() for button in more for action in button.menu().actions()]]


def test_groups_come_with_a_line_over_all(panel: ProblemsPanel) -> None:
    assert panel.line.text() == "5 problems, 2 mended, 2 to decide, 1 not used"
    assert groups(panel) == [
        "Features without a shape",
        "Coordinate system guessed",
        "Floor area in 10,000 m²?",
        "Shapes put right",
    ]
    assert panel.tree.isExpanded(group(panel, "unit_wan"))
    assert not panel.tree.isExpanded(group(panel, "invalid"))


def test_a_click_opens_and_closes_a_group(qtbot: QtBot, panel: ProblemsPanel) -> None:
    click(qtbot, panel, group(panel, "invalid"))
    assert panel.tree.isExpanded(group(panel, "invalid"))
    click(qtbot, panel, group(panel, "invalid"))
    assert not panel.tree.isExpanded(group(panel, "invalid"))


def test_filter_by_severity(qtbot: QtBot, panel: ProblemsPanel) -> None:
    assert [b.text() for b in panel.filters.values()] == ["✕ 1", "? 2", "✓ 2"]
    qtbot.mouseClick(panel.filters[Severity.MENDED], Qt.MouseButton.LeftButton)
    assert len(groups(panel)) == 3
    qtbot.mouseClick(panel.filters[Severity.DOUBT], Qt.MouseButton.LeftButton)
    assert groups(panel) == ["Features without a shape"]
    qtbot.mouseClick(panel.filters[Severity.MENDED], Qt.MouseButton.LeftButton)
    assert groups(panel) == ["Features without a shape", "Shapes put right"]


def test_long_text_wraps_instead_of_being_cut(qtbot: QtBot, panel: ProblemsPanel) -> None:
    panel.tree.expand(group(panel, "invalid"))
    problem = panel.tree.rows.index(0, 0, group(panel, "invalid"))
    high = panel.tree.visualRect(problem).height()
    assert high > 5 * panel.fontMetrics().height()  # name, at least three lines of text, place
    panel.resize(900, 700)
    qtbot.waitUntil(lambda: panel.tree.visualRect(problem).height() < high, timeout=PATIENCE_MS)
    assert not panel.tree.horizontalScrollBar().isVisible()


def test_keys_reach_every_problem(qtbot: QtBot, panel: ProblemsPanel) -> None:
    panel.tree.setFocus()
    panel.tree.setCurrentIndex(group(panel, "unit_wan"))
    with qtbot.waitSignal(panel.problem_chosen) as told:
        qtbot.keyClick(panel.tree, Qt.Key.Key_Down)
    assert told.args[0].code == "unit_wan"
    qtbot.keyClick(panel.tree, Qt.Key.Key_Down)
    qtbot.keyClick(panel.tree, Qt.Key.Key_Right)
    assert panel.tree.isExpanded(group(panel, "invalid"))


def test_copy_takes_the_group_or_the_problem_chosen(qtbot: QtBot, panel: ProblemsPanel) -> None:
    panel.activateWindow()
    click(qtbot, panel, group(panel, "invalid"))
    panel.copy.click()
    sentence = said(Problem(INVALID))
    first, second = f"小区.shp\t1\t育秀里\t{sentence}", f"小区.shp\t2\t仙岳里\t{sentence}"
    assert QGuiApplication.clipboard().text() == f"{first}\n{second}"
    click(qtbot, panel, panel.tree.rows.index(1, 0, group(panel, "invalid")))
    panel.copy.click()
    assert QGuiApplication.clipboard().text() == second


def test_repairs_of_a_problem_are_offered_below(qtbot: QtBot, panel: ProblemsPanel) -> None:
    assert panel.buttons == []
    click(qtbot, panel, panel.tree.rows.index(0, 0, group(panel, "unit_wan")))
    assert offered(panel) == [
        "Multiply the floor areas by 10,000",
        "Leave it so",
        "Leave 官任小区 out",
        "Leave 小区.shp out",
    ]
    with qtbot.waitSignal(panel.repair_wanted) as told:
        qtbot.mouseClick(panel.buttons[0], Qt.MouseButton.LeftButton)
    assert told.args[0].changes == {"小区.shp": SourceOptions(wan=True)}
    with qtbot.waitSignal(panel.repair_wanted) as told:
        panel.buttons[1].menu().actions()[1].trigger()
    assert told.args[0].changes == {"小区.shp": SourceOptions(left_out=(3,))}


def test_without_problems_it_says_so(panel: ProblemsPanel) -> None:
    panel.show_document(document_with())
    assert panel.line.text() == "No problems"
    assert panel.empty.isVisible()
    assert not panel.tree.isVisible()
    assert not any(button.isEnabled() for button in panel.filters.values())


def test_groups_stay_open_in_the_other_language(qtbot: QtBot, panel: ProblemsPanel) -> None:
    click(qtbot, panel, group(panel, "invalid"))
    i18n.use("zh")
    panel.retranslate()
    assert panel.line.text() == "5 个问题，2 个已修复，2 个待定，1 个未采用"
    assert groups(panel)[-1] == "图形已修正"
    assert panel.tree.isExpanded(group(panel, "invalid"))


def test_the_attributes_show_every_line_of_a_long_sentence(qtbot: QtBot) -> None:
    results = ResultsPanel()
    qtbot.addWidget(results)
    results.resize(386, 700)
    results.show()
    problem = Problem(cleaning.Duplicate(other=LONG), "小区.shp", 1, "育秀里")
    results.show_problem(problem)

    def whole() -> bool:
        labels = {w.text(): w for w in results.attributes.findChildren(QLabel)}
        label, below = labels[said(problem)], labels["育秀里 #1"]
        assert label.heightForWidth(label.width()) > 4 * label.fontMetrics().height()
        return label.y() + label.heightForWidth(label.width()) <= below.y()

    qtbot.waitUntil(whole, timeout=PATIENCE_MS)


# --- in the window ---


@pytest.fixture
def street(tmp_path: Path) -> Path:
    """Four estates; the first floor area is in 万m², the last two estates share 20 × 100 m."""
    folder = tmp_path / "筼筜街道"
    folder.mkdir()
    shapes = squares(4)
    west, south, east, north = shapes[3].bounds
    shapes[3] = shapely.box(west - 40, south, east, north)
    columns = {
        "小区名称": ["筼筜花园", "后垵小区", "仙岳里", "育秀里"],
        "户数": [900, 300, 250, 400],
        "建筑面积": [8.5, 30_000.0, 25_000.0, 40_000.0],
    }
    write_layer(folder / "小区边界.shp", shapes, columns)
    write_layer(folder / "街道边界.shp", [shapely.box(X0 - 20, Y0 - 20, X0 + 500, Y0 + 120)])
    return folder


@pytest.fixture
def planned(qtbot: QtBot, window: Window, user: FakeUser, street: Path) -> Window:
    with qtbot.waitSignal(window.map.drawn, timeout=PATIENCE_MS):
        window.open_paths([street])
    assert user.refused == []
    return window


def press(qtbot: QtBot, window: Window, button: QPushButton) -> None:
    with qtbot.waitSignal(window.map.drawn, timeout=PATIENCE_MS):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def take(panel: ProblemsPanel, words: str) -> None:
    """Take the entry of the menu of repairs that begins so."""
    entries = panel.buttons[1].menu().actions()
    next(entry for entry in entries if entry.text().startswith(words)).trigger()


def group_button(window: Window, code: str) -> QPushButton:
    tree = window.sources.problems.tree
    return tree.indexWidget(group(window.sources.problems, code)).findChild(QPushButton)


def codes(window: Window) -> set[str]:
    return {p.code for p in document(window).plan.problems}


def document(window: Window) -> Document:
    assert window.session.document is not None
    return window.session.document


def units(window: Window) -> pd.DataFrame:
    frame = document(window).plan.units.frame
    return frame[frame["kind"] == "estate"].set_index("name")


def test_floor_areas_are_mended_by_one_click_and_undo_takes_it_back(qtbot: QtBot, planned: Window) -> None:
    before = document(planned)
    assert units(planned)["gfa_m2"]["筼筜花园"] == pytest.approx(8.5)
    press(qtbot, planned, group_button(planned, "unit_wan"))
    after = document(planned)
    assert units(planned)["gfa_m2"]["筼筜花园"] == pytest.approx(85_000)
    assert "unit_wan" not in codes(planned)
    assert "unit_wan_mended" in codes(planned)
    planned.do(command("undo"))
    assert document(planned) is before
    planned.do(command("redo"))
    assert document(planned) is after


def test_what_is_right_as_it_stands_is_settled_without_reading_again(
    qtbot: QtBot, planned: Window, street: Path
) -> None:
    before, panel = document(planned), planned.sources.problems
    click(qtbot, panel, panel.tree.rows.index(0, 0, group(panel, "overlap")))
    with qtbot.waitSignal(planned.map.drawn, timeout=PATIENCE_MS):
        take(panel, "Leave it so")
    (problem,) = [p for p in document(planned).plan.problems if p.code == "overlap"]
    assert problem.severity == Severity.MENDED
    assert document(planned).plan.units is before.plan.units
    press(qtbot, planned, group_button(planned, "unit_wan"))  # reads again: it stays settled
    (problem,) = [p for p in document(planned).plan.problems if p.code == "overlap"]
    assert problem.severity == Severity.MENDED
    assert recall_options_for([street]) == {"小区边界.shp": SourceOptions(wan=True)}  # numbers do not last
    planned.do(command("undo"))
    planned.do(command("undo"))
    assert document(planned) is before


def test_shared_ground_goes_to_the_other_estate(qtbot: QtBot, planned: Window) -> None:
    assert units(planned)["site_m2"]["仙岳里"] == pytest.approx(10_000, rel=1e-3)
    press(qtbot, planned, group_button(planned, "overlap"))
    assert units(planned)["site_m2"]["仙岳里"] == pytest.approx(8_000, rel=1e-3)
    assert units(planned)["site_m2"]["育秀里"] == pytest.approx(14_000, rel=1e-3)
    assert "overlap_given" in codes(planned)


def test_an_estate_is_left_out_and_comes_back(qtbot: QtBot, planned: Window, street: Path) -> None:
    panel = planned.sources.problems
    click(qtbot, panel, panel.tree.rows.index(0, 0, group(panel, "unit_wan")))
    with qtbot.waitSignal(planned.map.drawn, timeout=PATIENCE_MS):
        take(panel, "Leave 筼筜花园 out")
    assert "筼筜花园" not in units(planned).index
    assert recall_options_for([street]) == {}  # the number of a feature says nothing about next month's file
    planned.do(command("undo"))
    assert "筼筜花园" in units(planned).index


def test_another_encoding_is_one_click_and_remembered(qtbot: QtBot, planned: Window, street: Path) -> None:
    panel = planned.sources.problems
    click(qtbot, panel, panel.tree.rows.index(0, 0, group(panel, "unit_wan")))
    with qtbot.waitSignal(planned.map.drawn, timeout=PATIENCE_MS):
        take(panel, "Read 小区边界.shp as Big5")
    layer = next(la for la in document(planned).plan.sources.layers if la.file.name == "小区边界.shp")
    assert layer.encoding == "Big5"
    assert "筼筜花园" not in set(layer.frame["name"])
    assert recall_options_for([street]) == {"小区边界.shp": SourceOptions(encoding="Big5")}
    planned.do(command("undo"))
    assert "筼筜花园" in units(planned).index
    assert recall_options_for([street]) == {}


def test_a_layer_that_is_needed_cannot_be_left_out_and_the_plan_stays(
    qtbot: QtBot, planned: Window, user: FakeUser
) -> None:
    before, panel = document(planned), planned.sources.problems
    (planned.session.document.paths[0] / "街道边界.shp").unlink()  # gone meanwhile, and its parts are orphans
    click(qtbot, panel, panel.tree.rows.index(0, 0, group(panel, "unit_wan")))
    take(panel, "Leave 小区边界.shp")
    qtbot.waitUntil(lambda: not planned.lane.busy, timeout=PATIENCE_MS)
    assert len(user.refused) == 1
    assert document(planned) is before


def test_zones_built_after_a_repair_are_taken_back_first(
    qtbot: QtBot, planned: Window, user: FakeUser
) -> None:
    from bigmap.core.zoning.rules import ZoningRules

    press(qtbot, planned, group_button(planned, "unit_wan"))
    mended, user.rules = document(planned), ZoningRules(zones=2)
    with qtbot.waitSignal(planned.map.drawn, timeout=PATIENCE_MS):
        planned.do(command("build"))
    assert len(document(planned).plan.zones) == 2
    planned.do(command("undo"))
    assert document(planned) is mended


def test_the_list_is_saved_as_a_sheet(qtbot: QtBot, planned: Window, user: FakeUser, tmp_path: Path) -> None:
    user.save = tmp_path / "问题.csv"
    qtbot.mouseClick(planned.sources.problems.save, Qt.MouseButton.LeftButton)
    assert user.refused == []
    table = pd.read_csv(user.save, encoding="utf-8-sig")
    assert len(table) == len(document(planned).plan.problems)
    assert table.columns[0].startswith("severity")


def test_the_keys_go_through_the_problems(qtbot: QtBot, window: Window) -> None:
    problems = [
        Problem(GUESSED, "甲.shp", 1, "甲"),
        Problem(GUESSED, "乙.shp", 2, "乙"),
        Problem(INVALID, "丙.shp", 3, "丙"),
    ]
    plan = replace(grid_plan(), problems=ProblemLog(problems))
    panel = window.sources.problems
    with qtbot.waitSignal(window.map.drawn, timeout=PATIENCE_MS):
        window.session.replace(document_of(plan))
    seen = []
    panel.problem_chosen.connect(lambda p: seen.append(p.name))
    for _ in range(4):
        window.menus.actions["next_problem"].trigger()
    window.menus.actions["previous_problem"].trigger()
    assert sorted(seen[:3]) == sorted(p.name for p in problems)
    assert seen[3:] == [seen[0], seen[2]]
