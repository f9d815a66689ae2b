"""The map in a real page: what it asks for, what it shows, and both ways of the link to the tables."""

from __future__ import annotations

import os
import signal
from pathlib import PurePosixPath

import pytest
import shiboken6
from PySide6.QtCore import QObject, Qt, QUrl
from PySide6.QtWebEngineCore import QWebEnginePage
from pytestqt.qtbot import QtBot

from bigmap.commands.registry import command
from bigmap.mapview.messages import Go, Moved, Select
from bigmap.session.document import Pick
from bigmap.session.places import Spot
from bigmap.ui.map.url_scheme import Gate
from bigmap.ui.window.window import Window
from tests.helpers.plans import ORIGIN, SIDE, box_of
from tests.helpers.qt import PATIENCE_MS, PageTester, document_of

pytestmark = pytest.mark.web


def test_page_asks_nothing_from_outside(opened: Window, page: PageTester) -> None:
    gate = opened.map.gate
    assert gate.refused == []
    assert set(gate.passed) <= {"bigmap", "data", "blob"}
    assert gate.passed["bigmap"] >= 12  # page, Leaflet, own scripts and style, one scene


def test_page_forbids_itself_the_network(opened: Window, page: PageTester, caplog) -> None:
    page.value("(window.answers = [], fetch('https://example.org/x').catch(e => answers.push(String(e))), 1)")
    page.wait("answers.length === 1")
    assert "Content Security Policy" in caplog.text
    caplog.clear()
    assert opened.map.gate.refused == []  # it did not even come to the gate


def test_gate_stops_what_a_page_without_a_policy_asks(qtbot: QtBot, opened: Window) -> None:
    stray = QWebEnginePage(opened.map.profile)
    stray.setHtml("<img src='http://example.org/y.png'>")
    qtbot.waitUntil(lambda: opened.map.gate.refused == ["http://example.org/y.png"], timeout=PATIENCE_MS)
    shiboken6.delete(stray)


@pytest.mark.parametrize(
    ("address", "blocked"),
    [
        ("bigmap://app/map.html", False),
        ("data:image/png;base64,", False),
        ("https://example.org/", True),
        ("file:///etc/hosts", True),
        ("ws://localhost:1/", True),
    ],
)
def test_gate_blocks_all_but_its_own(address: str, blocked: bool) -> None:
    class Info:
        blocked = False

        def requestUrl(self) -> QUrl:
            return QUrl(address)

        def block(self, yes: bool) -> None:
            self.blocked = yes

    info, owner = Info(), QObject()
    gate = Gate(owner)
    gate.interceptRequest(info)  # type: ignore[arg-type] # Qt's own cannot be made
    assert info.blocked is blocked
    assert bool(gate.refused) is blocked


def test_library_gives_nothing_outside_its_folder(opened: Window) -> None:
    library = opened.map._library
    assert library._content(PurePosixPath("/web/leaflet/leaflet.js"))
    for path in ("/web/../styles/light.qss", "/styles/light.qss", "/scene/99", "/web/missing.js"):
        assert library._content(PurePosixPath(path)) is None


def test_click_on_a_unit_selects_its_zone_and_shows_its_attributes(
    qtbot: QtBot, opened: Window, page: PageTester
) -> None:
    with qtbot.waitSignal(opened.map.picked, timeout=PATIENCE_MS):
        page.click(page.pixel_of("unit", 5))  # 振兴新村, W02
    assert opened.session.selection == Pick("unit", 5)
    assert opened.results.zones.chosen_row() == 1
    assert opened.results.operators.chosen_row() == 1
    assert ("Name", "振兴新村") in opened.results.attributes.pairs
    assert ("Households", "310") in opened.results.attributes.pairs
    assert page.value("bigmap.view.chosen") == {"layer": "unit", "rows": [5]}


def test_click_on_a_gap_opens_its_row(qtbot: QtBot, opened: Window, page: PageTester) -> None:
    with qtbot.waitSignal(opened.map.picked, timeout=PATIENCE_MS):
        page.click(page.pixel_of("gap", 0))
    assert opened.session.selection == Pick("gap", 0)
    assert opened.results.tabs.currentWidget() is opened.results.gaps_panel
    assert opened.results.gaps.chosen_row() == 0


def test_click_beside_the_ground_chooses_nothing(qtbot: QtBot, opened: Window, page: PageTester) -> None:
    opened.session.select(Pick("unit", 5))
    corner = page.pixel_of("unit", 3)  # the south-east box
    corner.setY(opened.map.height() - 60)
    with qtbot.waitSignal(opened.map.picked, timeout=PATIENCE_MS):
        page.click(corner)
    assert opened.session.selection is None
    assert opened.results.zones.chosen_row() == -1


def test_row_moves_the_map(opened: Window, page: PageTester) -> None:
    opened.resize(1700, 900)  # room for one more zoom level than the whole needs
    page.wait("bigmap.view.map.getSize().x === window.innerWidth && window.innerWidth > 700")
    before = page.value("bigmap.view.map.getZoom()")
    opened.results.zones.selectRow(2)  # W03, the east column and one box more
    page.wait("bigmap.view.chosen.layer === 'zone' && bigmap.view.chosen.rows[0] === 2")
    page.wait(f"bigmap.view.map.getZoom() > {before} && !bigmap.view.map._animatingZoom")
    lng, lat = page.value("(c => [c.lng, c.lat])(bigmap.view.map.getBounds().getCenter())")
    assert 0 < lng < 250  # W03 lies east of the middle
    assert page.value("bigmap.view.map.getBounds().contains([[-150, 0], [150, 200]])")
    assert lat == pytest.approx(0, abs=100)


def test_operator_row_highlights_its_zones(opened: Window, page: PageTester) -> None:
    opened.results.operators.selectRow(1)
    page.wait("String(bigmap.view.chosen.rows) === '1,2'")


def test_a_row_chosen_by_link_still_answers_a_click(qtbot: QtBot, opened: Window, page: PageTester) -> None:
    opened.results.zones.selectRow(0)
    assert opened.results.operators.chosen_row() == 0
    opened.results.tabs.setCurrentWidget(opened.results.operators_panel)
    table = opened.results.operators
    with qtbot.waitSignal(table.row_chosen, timeout=PATIENCE_MS):
        qtbot.mouseClick(
            table.viewport(),
            Qt.MouseButton.LeftButton,
            pos=table.visualRect(table.model().index(0, 0)).center(),
        )
    assert opened.session.selection == Pick("operator", 0)


def test_hover_names_the_unit(page: PageTester) -> None:
    page.hover(page.pixel_of("unit", 0))
    page.wait("!bigmap.view.hover.hint.hidden")
    assert page.value("bigmap.view.hover.hint.firstChild.textContent") == "筼筜一里"
    assert "W01" in page.value("bigmap.view.hover.hint.textContent")


def test_scale_bar_is_true(page: PageTester) -> None:
    metres, pixels = page.value(
        "(bar => [parseFloat(bar.textContent) * (bar.textContent.includes('km') ? 1000 : 1),"
        " parseFloat(bar.style.width)])(document.querySelector('.leaflet-control-scale-line'))"
    )
    side = page.value(
        "(b => (b[2] - b[0]) * 2 ** bigmap.view.map.getZoom())(bigmap.view.scene.units.boxOf([0]))"
    )
    assert pixels / metres == pytest.approx(side / 100, rel=0.01)  # a box has 100 m; the bar has whole pixels


def test_colouring_changes_colours_and_legend(opened: Window, page: PageTester) -> None:
    legend = "[...document.querySelectorAll('.bigmap-legend .text')].map(e => e.textContent)"
    assert "W01  厦门筼筜城服物业有限公司" in page.value(legend)
    opened.do(command("by_kind"))
    page.wait("bigmap.view.by === 'kind'")
    shown = page.value(legend)
    assert {"Residential estate", "Municipal road", "Gap", "Boundary"} <= set(shown)
    assert page.value("bigmap.view.ground.colours[0]") == "#f7e08c"
    opened.do(command("by_operator"))
    page.wait("bigmap.view.by === 'operator'")
    assert "嘉禾城市服务有限公司" in page.value(legend)


def test_gap_is_hatched_red_on_the_screen(opened: Window, page: PageTester) -> None:
    middle = page.pixel_of("gap", 0)
    picture = opened.map.view.grab().toImage()
    ratio = picture.devicePixelRatio()
    around = [
        picture.pixelColor(round((middle.x() + i) * ratio), round((middle.y() + j) * ratio))
        for i in range(-12, 12)
        for j in range(-12, 12)
    ]
    assert sum(c.red() > 180 and c.green() < 120 for c in around) > 60


def test_problem_with_a_place_moves_the_map(opened: Window, page: PageTester) -> None:
    tree = opened.sources.problems.tree
    tree.setCurrentIndex(tree.rows.index(0, 0, tree.rows.index(0, 0)))  # 育秀里, unit 9
    west, south, east, north = (v - o for v, o in zip(box_of(9).bounds, [610637, 2709017] * 2, strict=True))
    page.wait(
        f"(c => c.lng > {west} && c.lng < {east} && c.lat > {south} && c.lat < {north})"
        "(bigmap.view.map.getCenter())"
    )
    assert ("Feature", "育秀里 #7") in opened.results.attributes.pairs


def test_place_of_a_problem_flashes_until_something_else_is_chosen(opened: Window, page: PageTester) -> None:
    opened.map.send(Go(*box_of(9).centroid.coords[0]))
    page.wait("document.querySelectorAll('.bigmap-flash').length === 1")
    opened.map.send(Go(*box_of(2).centroid.coords[0]))
    page.wait("Math.abs(bigmap.view.map.getCenter().lng - bigmap.view.place.ring.getLatLng().lng) < 1")
    assert page.value("document.querySelectorAll('.bigmap-flash').length") == 1
    opened.map.send(Select("unit", [3], fly=False))
    page.wait("document.querySelectorAll('.bigmap-flash').length === 0")


def test_same_ground_keeps_the_view(qtbot: QtBot, opened: Window, page: PageTester) -> None:
    page.value("bigmap.view.map.setView([50, 60], 2, {animate: false}) && 1")
    assert opened.session.document is not None
    with qtbot.waitSignal(opened.map.drawn, timeout=PATIENCE_MS):
        opened.session.replace(document_of(opened.session.document.plan))
    assert page.value("[bigmap.view.map.getCenter().lat, bigmap.view.map.getZoom()]") == [50, 2]


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")
def test_killed_page_comes_back_and_knows_all(qtbot: QtBot, opened: Window, page: PageTester, caplog) -> None:
    opened.do(command("by_kind"))
    with qtbot.waitSignal(opened.map.drawn, timeout=PATIENCE_MS) as drawn:
        os.kill(opened.map.view.page().renderProcessPid(), signal.SIGKILL)
    assert drawn.args == [1]
    page.wait(
        "bigmap.view.by === 'kind' && bigmap.view.words.lang === 'en'"
        " && bigmap.view.scene.unit_ids.length === 12"
    )


def kill_page(window: Window) -> None:
    os.kill(window.map.view.page().renderProcessPid(), signal.SIGKILL)


def test_killed_page_comes_back_to_the_same_view_and_highlight(
    qtbot: QtBot, opened: Window, page: PageTester, caplog
) -> None:
    view = "[...Object.values(bigmap.view.map.getCenter()), bigmap.view.map.getZoom()]"
    opened.results.zones.selectRow(1)  # flies there
    page.idle()
    page.value("bigmap.view.map.setView([31, 47], 1.25, {animate: false}) && 1")
    qtbot.waitUntil(
        lambda: opened.map.where is not None and opened.map.where.zoom == 1.25, timeout=PATIENCE_MS
    )
    before, chosen = page.value(view), page.value("bigmap.view.chosen")
    assert chosen == {"layer": "zone", "rows": [1]}
    for _ in range(2):  # and again
        with qtbot.waitSignal(opened.map.ready, timeout=PATIENCE_MS):
            kill_page(opened)
        page.idle()
        assert page.value(view) == pytest.approx(before, abs=1e-6)
        assert page.value("bigmap.view.chosen") == chosen


def test_killed_page_comes_back_where_a_bookmark_led(
    qtbot: QtBot, opened: Window, page: PageTester, caplog
) -> None:
    x, y = ORIGIN[0] + SIDE, ORIGIN[1] + SIDE
    opened.context.ui.show_spot(Spot("here", "", x, y, zoom=1.5))
    page.idle()
    assert opened.map.where == Moved(x, y, 1.5)  # and this is what a new bookmark would keep
    with qtbot.waitSignal(opened.map.ready, timeout=PATIENCE_MS):
        kill_page(opened)
    page.idle()
    assert page.value("bigmap.view.map.getZoom()") == 1.5


def test_page_error_reaches_the_log(qtbot: QtBot, opened: Window, page: PageTester, caplog) -> None:
    page.value("setTimeout(() => { throw new Error('broken on purpose') }) && 1")
    qtbot.waitUntil(
        lambda: any("broken on purpose" in r.message for r in caplog.records), timeout=PATIENCE_MS
    )
    caplog.clear()


def test_bridge_refuses_what_it_does_not_know(opened: Window, caplog) -> None:
    assert opened.map.bridge.receive('{"v": 1, "kind": "nonsense"}') == '{"ok": false}'
    assert "not understood" in caplog.text
    caplog.clear()


def test_a_scene_that_is_replaced_while_it_is_fetched_stops_nothing(
    qtbot: QtBot, opened: Window, page: PageTester, caplog: pytest.LogCaptureFixture
) -> None:
    page.value("bigmap.view.obey({v: 1, kind: 'gaps', packet: 999}) ?? 1")
    with qtbot.waitSignal(opened.map.drawn, timeout=PATIENCE_MS) as drawn:
        page.value("bigmap.view.obey({v: 1, kind: 'show', scene: 999}) ?? 1")  # neither can be had any more
        number = opened.map.show_scene(opened.session.document.scene)
    assert drawn.args == [number]
    assert len([r for r in caplog.records if "packet/999 is gone" in r.getMessage()]) == 1
    caplog.clear()
