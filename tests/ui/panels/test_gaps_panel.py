"""The list of gaps: one after the other, repaired by one click, taken back by undo."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from bigmap.base import settings
from bigmap.base.i18n import Text
from bigmap.commands.registry import command
from bigmap.core.coverage.proof import check_coverage
from bigmap.core.planning.replan import with_assignment
from bigmap.mapview.scene import pack_check
from bigmap.session.document import Checked, Pick
from bigmap.ui.panels.gaps_panel import RepairUnderDialog
from bigmap.ui.panels.problems_panel import HELD
from bigmap.ui.window.window import Window
from tests.helpers.plans import EPSG, ORIGIN, SIDE, box_of, grid_plan
from tests.helpers.qt import PATIENCE_MS, FakeUser, document_of


@pytest.fixture
def own(qtbot: QtBot, window: Window) -> Window:
    """A window with the plan of twelve boxes and a proof of its own: one gap between W02 and W03."""
    plan = grid_plan()
    with qtbot.waitSignal(window.map.drawn, timeout=PATIENCE_MS):
        window.session.open(document_of(with_assignment(plan, plan.zone_of_unit)))
    return window


@pytest.fixture
def checking(own: Window) -> Window:
    """A check of three drawn zones on that ground.

    ::

        甲 -  -  -
        甲 -  乙 丙
        甲 -  乙 丙
    """
    document = own.session.document
    plan = document.plan
    columns = [[0, 4, 8], [2, 6], [3, 7]]
    shapes = [shapely.union_all([box_of(i) for i in column]) for column in columns]
    zones = gpd.GeoDataFrame({"zone_id": ["甲", "乙", "丙"], "oper": None}, geometry=shapes, crs=EPSG)
    proof = check_coverage(zones, plan.sources, plan.units)
    checked = Checked(Path("zones.shp"), zones, proof)
    scene = pack_check(plan, zones, proof.gaps)
    own.session.advance(Text("Check zones"), replace(document, checked=checked, scene=scene))
    return own


def gaps(window: Window):
    return window.session.document.coverage.gaps


def settled(qtbot: QtBot, window: Window, places: int) -> None:
    qtbot.waitUntil(lambda: len(gaps(window)) == places and not window.lane.busy, timeout=PATIENCE_MS)


def test_a_click_gives_the_gap_to_a_zone_and_undo_takes_it_back(qtbot: QtBot, own: Window) -> None:
    own.session.select(Pick("gap", 0))
    panel = own.results.gaps_panel
    assert [b.text() for b in panel.buttons] == ["Split between them", "More"]
    QTest.mouseClick(panel.buttons[0], Qt.MouseButton.LeftButton)
    settled(qtbot, own, 0)
    assert own.session.document.plan.zone_of_unit[10] in (1, 2)
    assert str(own.session.history.undoable) == "G0001: Split between them"
    assert panel.nothing.isVisibleTo(panel)
    own.do(command("undo"))
    assert own.session.document.plan.zone_of_unit[10] == -1
    own.do(command("redo"))
    assert own.session.document.plan.zone_of_unit[10] in (1, 2)


def test_the_menu_has_the_other_ways(qtbot: QtBot, own: Window) -> None:
    own.session.select(Pick("gap", 0))
    actions = own.results.gaps_panel.buttons[1].menu().actions()
    assert [a.text() for a in actions] == [
        "Give to W02",
        "Give to W03",
        "Make a zone of it",
        "Exclude from the area",
    ]
    actions[-1].trigger()
    settled(qtbot, own, 0)
    assert len(own.session.document.plan.units) == 11


def test_next_and_previous_go_round(qtbot: QtBot, checking: Window) -> None:
    panel, table = checking.results.gaps_panel, checking.results.gaps
    n = len(table.rows_model.rows)
    assert panel.where.text() == f"{n} places"
    with qtbot.waitSignal(table.row_chosen) as told:
        QTest.mouseClick(panel.forth, Qt.MouseButton.LeftButton)
    assert told.args == [0]
    assert panel.where.text() == f"1 of {n}"
    QTest.mouseClick(panel.back, Qt.MouseButton.LeftButton)
    assert table.chosen_row() == n - 1
    QTest.keyClick(checking, Qt.Key.Key_F8)
    assert table.chosen_row() == 0
    assert checking.session.selection == Pick("gap", 0)


def test_zones_of_closed_lines_are_checked_and_what_is_odd_about_them_is_said(
    qtbot: QtBot, own: Window, user: FakeUser, tmp_path: Path
) -> None:
    """One zone reaches 50 m beyond the boundary, one has no shape; a code stands at two features."""
    x, y = ORIGIN
    halves = [shapely.box(x, y, x + 150, y + 3 * SIDE), shapely.box(x + 150, y, x + 200, y + 3 * SIDE)]
    east = shapely.box(x + 200, y, x + 450, y + 3 * SIDE)
    columns = {"code": ["W01", "W01", "W02", "W03"]}
    shapes = [*[shapely.boundary(half) for half in halves], shapely.boundary(east), None]
    gpd.GeoDataFrame(columns, geometry=shapes, crs=EPSG).to_file(tmp_path / "片区.shp", encoding="UTF-8")
    user.file = tmp_path / "片区.shp"
    own.session.document.built.sources.layers.clear()  # its ground was never in a file
    own.do(command("check"))
    qtbot.waitUntil(lambda: own.session.document.checked is not None, timeout=PATIENCE_MS)
    assert [gap.kind for gap in gaps(own)] == ["outside"]
    own.session.select(Pick("gap", 0))
    panel = own.results.gaps_panel
    assert panel.buttons == []
    assert panel.note.text() == "No coverage counts it: cut it off the zone, or widen the boundary."
    codes = {problem.code for problem in own.session.document.problems}
    assert codes >= {"zone_in_features", "no_shape"}
    rows = own.sources.problems.tree.rows
    assert {"zone_in_features", "no_shape"} <= {
        rows.index(i, 0).data(HELD).code for i in range(rows.rowCount())
    }


def test_all_small_gaps_of_drawn_zones_at_once(
    qtbot: QtBot, checking: Window, user: FakeUser, tmp_path
) -> None:
    before = len(gaps(checking))
    user.area = None  # changed his mind
    checking.do(command("repair_under"))
    assert len(gaps(checking)) == before
    user.area = 1e6
    checking.do(command("repair_under"))
    qtbot.waitUntil(lambda: not any(gap.kind == "gap" for gap in gaps(checking)), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not checking.lane.busy, timeout=PATIENCE_MS)
    assert checking.session.document.checked.coverage.land.value == 1.0
    # The middle of the gap ran through units: these are listed now, and go to their main zone.
    assert {gap.kind for gap in gaps(checking)} == {"split_unit"}
    checking.do(command("repair_under"))
    settled(qtbot, checking, 0)
    user.folder = tmp_path / "out"
    checking.do(command("save_checked"))
    qtbot.waitUntil((tmp_path / "out" / "zones.geojson").is_file, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: bool(user.told), timeout=PATIENCE_MS)
    saved = gpd.read_file(tmp_path / "out" / "zones.geojson").to_crs(EPSG)
    assert saved.geometry.area.sum() == pytest.approx(120_000, rel=1e-3)
    checking.do(command("undo"))
    checking.do(command("undo"))
    assert len(gaps(checking)) == before
    assert checking.session.document.checked is not None
    checking.do(command("undo"))
    assert checking.session.document.checked is None


def test_excluded_ground_stays_excluded_in_a_check(qtbot: QtBot, checking: Window) -> None:
    of = checking.session.document.coverage.land.of
    before, area = len(gaps(checking)), gaps(checking)[0].area_m2
    checking.session.select(Pick("gap", 0))
    checking.results.gaps_panel.buttons[-1].menu().actions()[-1].trigger()
    settled(qtbot, checking, before - 1)
    assert checking.session.document.coverage.land.of == pytest.approx(of - area, rel=1e-3)


def test_the_dialog_tells_how_much_would_be_repaired(qtbot: QtBot, own: Window) -> None:
    try:
        dialog = RepairUnderDialog(gaps(own), own)
        qtbot.addWidget(dialog)
        assert dialog.area.value() == 50
        assert not dialog.accept_button.isEnabled()
        dialog.area.setValue(20_000)
        assert dialog.accept_button.isEnabled()
        assert dialog.outlook.text().startswith("1 of 1 places, ")
        dialog.accept()
        assert settings.load()["repair_under_m2"] == 20_000
    finally:
        settings.remember(repair_under_m2=50.0)
