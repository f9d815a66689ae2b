"""Looking at the map: measuring, going to places, coordinates under the mouse, a second map."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from bigmap.base.i18n import Text
from bigmap.commands.registry import command
from bigmap.session import places
from bigmap.ui.dialogs.go_to import GoTo
from bigmap.ui.map.map_widget import BACKGROUND
from bigmap.ui.widgets.day_night import shade
from bigmap.ui.window.window import Window
from tests.helpers.plans import ORIGIN, box_of, grid_plan
from tests.helpers.qt import PATIENCE_MS, FakeUser, PageTester, document_of

pytestmark = pytest.mark.web


def corner(page: PageTester, unit: int) -> QPoint:
    """Return the pixel of the south-west corner of a box."""
    west, south, *_ = box_of(unit).bounds
    x, y = page.value(
        f"(p => [p.x, p.y])(bigmap.view.map.latLngToContainerPoint([{south} - bigmap.view.scene.origin[1],"
        f" {west} - bigmap.view.scene.origin[0]]))"
    )
    return QPoint(round(x), round(y))


def test_distance_is_measured_with_the_mouse(qtbot: QtBot, opened: Window, page: PageTester) -> None:
    opened.do(command("measure_length"))
    page.wait("bigmap.view.toolbox.name === 'measure'")
    page.click(corner(page, 1))
    page.click(corner(page, 3))  # two boxes farther east: 200 m on the grid
    page.wait("bigmap.view.toolbox.tool.lines.length === 1")
    told = page.value("bigmap.view.toolbox.tool.lines[0]")
    assert float(told.removeprefix("Length ").removesuffix(" m")) == pytest.approx(200, abs=1.5)
    QTest.keyClick(page.target(), Qt.Key.Key_Escape)
    page.wait("bigmap.view.toolbox.tool.points.length === 0")
    QTest.keyClick(page.target(), Qt.Key.Key_Escape)  # nothing under way: lays it down
    qtbot.waitUntil(lambda: opened.session.hand.tool == "look", timeout=PATIENCE_MS)
    page.wait("bigmap.view.toolbox.tool === null")


def test_area_is_measured_with_the_mouse(opened: Window, page: PageTester) -> None:
    opened.do(command("measure_area"))
    page.wait("bigmap.view.toolbox.name === 'measure'")
    for unit in (5, 6, 10, 9):
        page.click(corner(page, unit))
    page.wait("bigmap.view.toolbox.tool.lines[0]?.startsWith('Area ')")
    QTest.keyClick(page.target(), Qt.Key.Key_Return)
    page.wait("bigmap.view.toolbox.tool.done")
    page.wait("bigmap.view.toolbox.tool.lines[1].startsWith('perimeter ')")
    area = page.value("parseFloat(bigmap.view.toolbox.tool.lines[0].slice(5).replace(',', ''))")
    assert area == pytest.approx(10_000, rel=0.02)


def test_coordinates_under_the_mouse(qtbot: QtBot, opened: Window, page: PageTester) -> None:
    page.hover(page.pixel_of("unit", 5))
    qtbot.waitUntil(lambda: "610,58" in opened.status.place.text(), timeout=PATIENCE_MS)
    assert "118.0" in opened.status.place.text()
    assert "24.4" in opened.status.place.text()


def test_scale_tells_its_ratio(page: PageTester) -> None:
    ratio = page.value("document.querySelector('.leaflet-control-scale-line').dataset.ratio")
    metres = 1 / page.value("2 ** bigmap.view.map.getZoom()")
    assert float(ratio.removeprefix("1:").replace(",", "")) == pytest.approx(metres / (0.0254 / 96), rel=0.05)


def dialog_on(opened: Window, qtbot: QtBot) -> GoTo:
    assert opened.session.document is not None
    dialog = GoTo(opened.session.document, opened.map.where, opened.context.ui.show_spot, opened)
    qtbot.addWidget(dialog)
    return dialog


def test_go_to_a_unit_by_name(qtbot: QtBot, opened: Window, page: PageTester) -> None:
    dialog = dialog_on(opened, qtbot)
    dialog.text.setText("吕岭")
    assert dialog.found.count() == 1
    qtbot.keyClick(dialog.text, Qt.Key.Key_Return)
    page.wait("bigmap.view.chosen.layer === 'unit' && bigmap.view.chosen.rows[0] === 11")


def test_go_to_coordinates_of_either_kind(opened: Window) -> None:
    document = opened.session.document
    assert document is not None
    metres = places.coordinate(document, "610500, 2708900")
    assert metres is not None
    lon, lat = (float(v.strip("°")) for v in metres.detail.split(", "))
    for typed in (f"{lon} {lat}", f"{lat},{lon}", f"{lon}°E，{lat}°N"):
        found = places.coordinate(document, typed)
        assert found is not None
        assert (found.x, found.y) == pytest.approx((610500, 2708900), abs=0.2)
    swapped = places.coordinate(document, "2708900 610500")
    assert swapped is not None
    assert (swapped.x, swapped.y) == (610500, 2708900)
    assert places.coordinate(document, "筼筜 5") is None
    assert places.coordinate(document, "W03") is None


def test_bookmark_is_kept_and_leads_back(qtbot: QtBot, opened: Window, page: PageTester) -> None:
    page.value("bigmap.view.map.setView([50, 60], 2, {animate: false}) && 1")
    qtbot.waitUntil(lambda: opened.map.where is not None and opened.map.where.zoom == 2, timeout=PATIENCE_MS)
    dialog = dialog_on(opened, qtbot)
    dialog.text.setText("公园")
    qtbot.mouseClick(dialog.keep, Qt.MouseButton.LeftButton)
    page.value("bigmap.view.map.setView([0, 0], 0, {animate: false}) && 1")
    again = dialog_on(opened, qtbot)
    assert [again.found.item(i).text() for i in range(again.found.count())] == ["公园"]
    qtbot.mouseClick(again.there, Qt.MouseButton.LeftButton)
    page.wait("bigmap.view.map.getZoom() === 2 && Math.abs(bigmap.view.map.getCenter().lat - 50) < 0.01")
    last = dialog_on(opened, qtbot)
    qtbot.mouseClick(last.drop, Qt.MouseButton.LeftButton)
    assert last.found.count() == 0


def test_second_map_shows_the_state_before_and_both_move_together(
    qtbot: QtBot, opened: Window, page: PageTester
) -> None:
    plan = grid_plan()
    plan.zone_of_unit[10] = 2
    opened.session.advance(Text("Mend"), document_of(plan))
    page.wait("bigmap.view.scene.unit_zone[10] === 2")
    opened.do(command("second_map"))
    assert opened.compare.map is not None
    with qtbot.waitSignal(opened.compare.map.drawn, timeout=PATIENCE_MS):
        pass
    other = PageTester(qtbot, opened.compare.map)
    assert opened.compare.which.currentText() == "Before: Mend"
    assert other.value("bigmap.view.scene.unit_zone[10]") == -1
    page.value("bigmap.view.map.setView([40, 30], 1.5, {animate: false}) && 1")
    other.wait("bigmap.view.map.getZoom() === 1.5 && Math.abs(bigmap.view.map.getCenter().lat - 40) < 0.01")
    other.value("bigmap.view.map.setView([-20, 10], 1, {animate: false}) && 1")
    page.wait("bigmap.view.map.getZoom() === 1 && Math.abs(bigmap.view.map.getCenter().lat + 20) < 0.01")
    opened.do(command("by_operator"))
    other.wait("bigmap.view.by === 'operator'")
    opened.do(command("second_map"))
    assert not opened.compare.isVisible()


def test_place_of_the_grid_is_where_it_is_said() -> None:
    assert box_of(0).bounds[:2] == ORIGIN


def test_a_scenario_is_kept_compared_and_used(
    qtbot: QtBot, opened: Window, page: PageTester, user: FakeUser
) -> None:
    user.text = "方案一"
    opened.do(command("keep_scenario"))
    opened.session.edit(Text("Look"), opened.session.tally.move([5, 9], 0))
    opened.do(command("second_map"))
    compare = opened.compare
    with qtbot.waitSignal(compare.map.drawn, timeout=PATIENCE_MS):
        pass
    assert compare.which.currentText() == "方案一"
    other = PageTester(qtbot, compare.map)
    assert other.value("bigmap.view.scene.unit_zone[5]") == 1
    assert compare.differences.foot.text().startswith("2 units")
    opened.session.edit(Text("Look"), opened.session.tally.move([6], 0))
    qtbot.waitUntil(lambda: compare.differences.foot.text().startswith("3 units"), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not opened.lane.busy, timeout=PATIENCE_MS)
    qtbot.mouseClick(compare.take, Qt.MouseButton.LeftButton)
    page.wait("bigmap.view.scene.unit_zone[5] === 1")
    assert compare.which.currentText() == "方案一"
    qtbot.waitUntil(lambda: compare.differences.foot.text().startswith("0 units"), timeout=PATIENCE_MS)
    opened.session.undo()
    page.wait("bigmap.view.scene.unit_zone[5] === 0")
    qtbot.waitUntil(lambda: not opened.lane.busy, timeout=PATIENCE_MS)
    opened.do(command("second_map"))
    assert not compare.isVisible()


def test_the_page_wears_the_theme_of_the_window(opened: Window, page: PageTester) -> None:
    def paper() -> str:
        return page.value("getComputedStyle(document.querySelector('.bigmap-legend')).backgroundColor")

    def corner() -> str:
        return opened.map.view.grab().toImage().pixelColor(3, 3).name()

    light = paper()
    assert corner() == BACKGROUND
    opened.do(command("theme_dark"))
    try:
        page.idle()
        assert paper() != light
        assert corner() == shade(BACKGROUND) != BACKGROUND
    finally:
        opened.do(command("theme_light"))
    page.idle()
    assert paper() == light


COVERS = """(() => {
  const { map, scene, legend } = bigmap.view, [w, h] = scene.half;
  const a = map.latLngToContainerPoint([h, -w]), b = map.latLngToContainerPoint([-h, w]);
  const box = legend._box.getBoundingClientRect();
  return box.left < b.x && box.right > a.x && box.top < b.y && box.bottom > a.y;
})()"""
FOLDED = "bigmap.view.legend._box.classList.contains('folded')"


@pytest.mark.parametrize("size", [(1093, 560), (1400, 900), (900, 560)])
def test_the_whole_ground_lies_clear_of_the_legend(
    opened: Window, page: PageTester, size: tuple[int, int]
) -> None:
    opened.resize(*size)
    for name in ("zh", "by_kind", "by_load", "by_zone"):
        opened.do(command(name))
        page.idle()
        assert not page.value(COVERS), name
        opened.do(command("fit"))
        page.idle()
        assert not page.value(COVERS), name
    ground = page.value("bigmap.view.scene.half.map(v => 2 * v * 2 ** bigmap.view.map.getZoom())")
    room = page.value("(({x, y}) => [x, y])(bigmap.view.map.getSize())")
    assert max(g / r for g, r in zip(ground, room, strict=True)) > 0.3  # nor does it become a speck


def test_a_legend_without_room_folds_and_one_that_a_hand_folds_stays_so(
    opened: Window, page: PageTester
) -> None:
    for panel in ("panel_layers", "panel_tables"):
        opened.do(command(panel))
    opened.resize(560, 560)
    page.idle()
    assert page.value(FOLDED)
    opened.resize(1600, 1000)
    page.idle()
    assert not page.value(FOLDED)
    page.value("bigmap.view.legend._box.querySelector('.title').click()")
    opened.do(command("fit"))
    page.idle()
    assert page.value(FOLDED)
