"""Tiles of unit numbers in a real page: right by geometry, following the assignment; tools get the mouse."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from shapely.affinity import translate

from bigmap.core.planning.plan import Plan
from bigmap.mapview.messages import Colour, Select, Tool
from bigmap.mapview.scene import pack_plan
from bigmap.ui.window.window import Window
from tests.helpers.plans import ORIGIN
from tests.helpers.qt import PATIENCE_MS, PageTester, document_of
from tests.helpers.quads import plan_of, polygons_of, town

pytestmark = pytest.mark.web

# Every seventh pixel or so of each tile on the screen: where its four samples lie and what number each has.
SAMPLES = """(() => {
  const found = [], tiles = bigmap.view.tiles;
  for (const { el, coords, current } of Object.values(tiles._tiles)) {
    if (!current || !el.pixels) continue;
    const n = el.width, k = 2 ** coords.z * n / 256;
    for (let i = (coords.x & 3) + 1; i < n * n; i += 263) {
      const x = i % n, y = (i - x) / n, id = el.pixels[i];
      const at = 4 * (id - bigmap.MIXED);
      const four = id < bigmap.MIXED ? [id, id, id, id] : [...el.quads.subarray(at, at + 4)];
      four.forEach((id, j) => found.push(((coords.x * n + x) + 0.25 + 0.5 * (j % 2)) / k,
        -((coords.y * n + y) + 0.25 + 0.5 * (j >> 1)) / k, id));
    }
  }
  return found;
})()"""


@pytest.fixture
def page(qtbot: QtBot, window: Window) -> PageTester:
    """The page of an empty window."""
    return PageTester(qtbot, window.map)


def show(qtbot: QtBot, window: Window, page: PageTester, plan: Plan) -> None:
    with qtbot.waitSignal(window.map.drawn, timeout=PATIENCE_MS):
        window.session.replace(document_of(plan))
    page.idle()


def go(page: PageTester, x: float, y: float, zoom: float) -> None:
    page.value(f"bigmap.view.map.setView([{y}, {x}], {zoom}, {{animate: false}}) && 1")
    page.idle()


def pixel(page: PageTester, x: float, y: float) -> QPoint:
    """Return where a place (metres from the scene's origin) lies on the map."""
    point = page.value(f"(p => [p.x, p.y])(bigmap.view.map.latLngToContainerPoint([{y}, {x}]))")
    return QPoint(round(point[0]), round(point[1]))


def origin(page: PageTester) -> np.ndarray:
    return np.array(page.value("bigmap.view.scene.origin"))


def check_samples(page: PageTester, shapes: np.ndarray, least: int = 1000) -> None:
    """Compare the numbers of the tiles with the shapes (none over another), a millimetre from the borders."""
    found = np.array(page.value(SAMPLES)).reshape(-1, 3)
    xy, ids = found[:, :2] + origin(page), found[:, 2].astype(int)
    assert len(ids) > least
    points = shapely.points(xy)
    tree = shapely.STRtree(shapes)
    expected = np.zeros(len(points), dtype=int)
    point, row = tree.query(points, predicate="within")
    expected[point] = row + 1
    edge = shapely.STRtree(shapely.boundary(shapes)).query(points, predicate="dwithin", distance=0.01)[0]
    clear = np.ones(len(points), dtype=bool)
    clear[edge] = False
    wrong = np.flatnonzero(clear & (ids != expected))
    assert not len(wrong), [(xy[i].tolist(), ids[i], expected[i]) for i in wrong[:5]]


# --- the numbers ---


@st.composite
def shape(draw: st.DrawFn) -> shapely.Geometry:
    """A star in a disc of 45 m, perhaps with holes, perhaps in two parts."""
    corners = draw(st.integers(3, 24))
    radii = draw(st.lists(st.floats(12, 45), min_size=corners, max_size=corners))
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False) + draw(st.floats(0, 3))
    star = shapely.Polygon(np.column_stack([radii * np.cos(angle), radii * np.sin(angle)])).buffer(0)
    hole = draw(st.sampled_from(["none", "one", "two", "island"]))
    if hole in ("one", "island"):
        star = star.difference(shapely.Point(draw(st.floats(-6, 6)), 0).buffer(draw(st.floats(2, 12)), 3))
    if hole == "two":
        star = star.difference(shapely.union_all([shapely.box(-8, -8, -1, 7), shapely.box(2, -5, 9, 9)]))
    if hole == "island":
        star = star.union(shapely.box(-1, -1, 1, 1))
    return star


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(shape(), min_size=20, max_size=40), st.integers(0, 3))
def test_numbers_are_those_of_the_shapes_with_holes_and_parts(
    qtbot: QtBot, window: Window, page: PageTester, shapes: list, turn: int
) -> None:
    placed = np.array(
        [translate(s, ORIGIN[0] + 100 * (i % 8), ORIGIN[1] + 100 * (i // 8)) for i, s in enumerate(shapes)]
    )
    show(qtbot, window, page, plan_of(placed, np.arange(len(placed)) % 3))
    check_samples(page, placed)
    go(page, 13.7 * turn, 20, 1.75)  # between whole zooms
    check_samples(page, placed)


def test_a_town_has_one_number_everywhere(qtbot: QtBot, window: Window, page: PageTester) -> None:
    shapes = polygons_of(60, 50)
    show(qtbot, window, page, town(60, 50, 12))
    for zoom in (-1.25, 0, 3.5):
        go(page, 31, -17, zoom)
        check_samples(page, shapes)


def test_units_smaller_than_a_pixel_leave_no_hole(qtbot: QtBot, window: Window, page: PageTester) -> None:
    show(qtbot, window, page, town(120, 100, 6))
    page.value("bigmap.view.map.setMinZoom(-12) && 1")
    go(page, 0, 0, -4.5)
    empty = page.value("""(() => {
      const { map, tiles } = bigmap.view; let none = 0;
      for (let x = -1500; x < 1500; x += 37) for (let y = -1400; y < 1400; y += 41)
        none += tiles.idAt({ lng: x, lat: y }) === 0;
      return none;
    })()""")
    assert empty == 0


def test_unit_under_a_point_is_exact(qtbot: QtBot, window: Window, page: PageTester) -> None:
    shapes = polygons_of(60, 50)
    show(qtbot, window, page, town(60, 50, 12))
    rng = np.random.default_rng(3)
    xy = rng.uniform(-700, 700, (300, 2))
    rows = page.value(f"{xy.tolist()}.map(([x, y]) => bigmap.view.unitAt({{ x, y }}))")
    k = 2 ** page.value("bigmap.view.map.getZoom()")
    tree = shapely.STRtree(shapes)
    for place, row in zip(xy + origin(page), rows, strict=True):
        if row < 0:
            assert not len(tree.query(shapely.Point(place), predicate="within"))
        else:  # a pixel may reach half its width over a border
            assert shapes[row].distance(shapely.Point(place)) < 0.75 / k


@pytest.mark.parametrize(
    "drawn",
    [
        {"box": [-200.3, -150.2, 130.7, 90.1]},
        {"centre": [13.3, -20.9], "radius": 88.8},
        {"ring": [[-300.1, -50.2], [250.3, -280.4], [40.7, 20.9], [310.2, 260.6], [-80.1, 120.3]]},
        {"path": [[-400.2, -300.7], [100.9, 30.1], [380.4, -120.6]], "reach": 6.3},
        {"path": [[-400.2, -300.7], [100.9, 30.1]], "reach": 0},
        {"box": [3.1, 3.1, 3.4, 3.3]},
    ],
)
def test_units_within_a_shape_are_exact(qtbot: QtBot, window: Window, page: PageTester, drawn: dict) -> None:
    shapes = polygons_of(40, 40)
    show(qtbot, window, page, town(40, 40, 4))
    middle = origin(page)
    area = _drawn(drawn, middle)
    touched = page.value(f"bigmap.view.unitsWithin({json.dumps(drawn)})")
    assert touched == np.flatnonzero(shapely.intersects(shapes, area)).tolist()
    if "path" not in drawn:
        inside = page.value(f"bigmap.view.unitsWithin({json.dumps(drawn)}, 'inside')")
        assert inside == np.flatnonzero(shapely.within(shapes, area)).tolist()


def _drawn(drawn: dict, middle: np.ndarray) -> shapely.Geometry:
    if "box" in drawn:
        west, south, east, north = drawn["box"]
        return shapely.box(west + middle[0], south + middle[1], east + middle[0], north + middle[1])
    if "ring" in drawn:
        return shapely.Polygon(drawn["ring"] + middle)
    if "centre" in drawn:
        return shapely.Point(drawn["centre"] + middle).buffer(drawn["radius"], 1000)
    line = shapely.LineString(drawn["path"] + middle)
    return line.buffer(drawn["reach"], 1000) if drawn["reach"] else line


# --- the assignment ---


def colour_at(window: Window, place: QPoint) -> str:
    picture = window.map.view.grab().toImage()
    ratio = picture.devicePixelRatio()
    return str(QColor(picture.pixelColor(round(place.x() * ratio), round(place.y() * ratio))).name())


def test_an_assigned_unit_takes_the_colour_of_its_zone_and_borders_follow(
    qtbot: QtBot, window: Window, page: PageTester
) -> None:
    plan = town(12, 12, 4)
    show(qtbot, window, page, plan)
    unit = 5 + 12 * 4  # an estate at the east edge of the south-west zone
    x, y = page.value(f"bigmap.view.scene.units.pointIn({unit})")
    spot = pixel(page, x + 12, y + 12)
    before = page.value("bigmap.view.lines.xy.length")
    seen = colour_at(window, spot)
    window.map.assign([unit], [3])
    wanted = page.value("bigmap.view.scene.zone_colours[3]")
    page.idle()
    assert colour_at(window, spot) == wanted != seen
    assert page.value("bigmap.view.lines.xy.length") != before
    borders = page.value(
        "(({ xy, starts, left, right, count }) => [...Array(count).keys()].map("
        "i => [left[i], right[i], [...xy.subarray(2 * starts[i], 2 * starts[i + 1])]]))(bigmap.view.lines)"
    )
    zone = plan.zone_of_unit.copy()
    zone[unit] = 3
    shapes = plan.units.polygons
    for z in range(4):
        mine = [
            shapely.LineString(np.reshape(xy, (-1, 2)) + origin(page)) for a, b, xy in borders if z in (a, b)
        ]
        ground = shapely.union_all(shapes[zone == z])
        assert shapely.hausdorff_distance(shapely.union_all(mine), ground.boundary) < 0.01
        assert sum(line.length for line in mine) == pytest.approx(ground.boundary.length, abs=0.1)


def test_many_units_are_assigned_by_a_packet_and_a_killed_page_learns_it_again(
    qtbot: QtBot, window: Window, page: PageTester
) -> None:
    plan = town(60, 50, 4)
    show(qtbot, window, page, plan)
    units = np.flatnonzero(plan.zone_of_unit < 3)
    window.map.assign(units, np.full(len(units), 3))
    page.wait("bigmap.view.scene.unit_zone.every(z => z === 3)")
    with qtbot.waitSignal(window.map.drawn, timeout=PATIENCE_MS):
        window.map.view.page().load(window.map.view.url())
    page.wait("bigmap.view.scene.unit_zone.every(z => z === 3)")


def test_a_new_scene_forgets_what_was_assigned(qtbot: QtBot, window: Window, page: PageTester) -> None:
    show(qtbot, window, page, town(12, 12, 4))
    window.map.assign([0], [3])
    show(qtbot, window, page, town(12, 12, 4, seed=2))
    assert page.value("bigmap.view.scene.unit_zone[0]") == 0


def test_chosen_units_are_tinted(qtbot: QtBot, window: Window, page: PageTester) -> None:
    show(qtbot, window, page, town(12, 12, 4))
    x, y = page.value("bigmap.view.scene.units.pointIn(40)")
    spot = pixel(page, x + 12, y + 12)
    before = colour_at(window, spot)
    window.map.send(Select("unit", [39, 40, 41], fly=False))
    page.idle()
    assert colour_at(window, spot) != before
    window.map.send(Select("unit", [], fly=False))
    page.idle()
    assert colour_at(window, spot) == before


def test_every_colouring_paints(qtbot: QtBot, window: Window, page: PageTester) -> None:
    show(qtbot, window, page, town(12, 12, 4))
    x, y = page.value("bigmap.view.scene.units.pointIn(40)")
    for by, method in [
        ("operator", "quantile"),
        ("load", "natural"),
        ("load", "equal"),
        ("balance", "quantile"),
    ]:
        window.map.send(Colour(by, method))
        page.idle()
        spot = pixel(page, x + 12, y + 12)  # the ground makes room for the legend, which differs
        wanted = page.value("bigmap.view.ground.colours[bigmap.view.ground.style[40]]")
        assert colour_at(window, spot) == wanted
        assert page.value("document.querySelectorAll('.bigmap-legend .swatch').length") >= 2


# --- the mouse ---

SPY = """(bigmap.tool("spy", class extends bigmap.Tool {
  begin() { window.seen = []; }
  down(at) { seen.push(["down", at.x, at.y]); }
  move(at) { if (at.down) seen.push(["move", at.x, at.y]); }
  up(at) {
    seen.push(["up", at.x, at.y]);
    bigmap.send("picked", { unit: this.view.unitAt(at), zone: -1, gap: -1 });
  }
  cancel() { seen.push(["cancel"]); }
}), 1)"""


def test_a_tool_gets_the_drag_and_the_map_stays(qtbot: QtBot, window: Window, page: PageTester) -> None:
    show(qtbot, window, page, town(12, 12, 4))
    page.value(SPY)
    window.map.send(Tool("spy"))
    page.wait("bigmap.view.toolbox.name === 'spy'")
    centre = page.value("bigmap.view.map.getCenter()")
    start, end = pixel(page, -50, -50), pixel(page, 60, 40)
    target = page.target()
    QTest.mouseMove(target, start)
    QTest.mousePress(target, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    page.wait("seen.length === 1")
    QTest.mouseMove(target, end)
    page.wait("seen.length > 1")
    with qtbot.waitSignal(window.map.picked, timeout=PATIENCE_MS):
        QTest.mouseRelease(target, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)
    seen = page.value("seen")
    assert (seen[0][0], seen[-1][0]) == ("down", "up")
    assert seen[0][1:] == pytest.approx([-50, -50], abs=2)
    assert seen[-1][1:] == pytest.approx([60, 40], abs=2)
    assert page.value("bigmap.view.map.getCenter()") == centre


def test_escape_cancels_and_the_hand_comes_back(qtbot: QtBot, window: Window, page: PageTester) -> None:
    show(qtbot, window, page, town(12, 12, 4))
    page.value(SPY)
    window.map.send(Tool("spy"))
    page.wait("bigmap.view.toolbox.name === 'spy'")
    start = pixel(page, 0, 0)
    page.click(start)
    page.wait("seen.length === 2")
    QTest.keyClick(page.target(), Qt.Key.Key_Escape)
    page.wait("seen.length === 3 && seen[2][0] === 'cancel'")
    window.map.send(Tool(""))
    page.wait("!bigmap.view.toolbox.tool && bigmap.view.map.dragging.enabled()")
    drag(page, start, start + QPoint(120, 60))
    page.wait("bigmap.view.map.getCenter().lng < -10")


def drag(page: PageTester, start: QPoint, end: QPoint) -> None:
    """Drag the map as a hand does, one step at a time so that the page sees each."""
    target = page.target()
    QTest.mouseMove(target, start)
    QTest.mousePress(target, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    for i in range(1, 6):
        QTest.mouseMove(target, start + (end - start) * i / 5)
        page.value("1")
    QTest.mouseRelease(target, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)


def test_a_drag_brings_the_tiles_beside(qtbot: QtBot, window: Window, page: PageTester) -> None:
    shapes = polygons_of(60, 50)
    show(qtbot, window, page, town(60, 50, 12))
    go(page, 0, 0, 1)
    middle = pixel(page, 0, 0)
    drag(page, middle, middle + QPoint(-260, 140))
    page.wait("bigmap.view.map.getCenter().lng > 80")
    page.idle()
    check_samples(page, shapes)


def test_shared_packet_is_the_one_of_the_window() -> None:
    plan = town(12, 12, 4)
    assert pack_plan(plan) == pack_plan(plan)
