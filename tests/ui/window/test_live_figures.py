"""Tables and charts follow edits; the panel tells before letting go; long gestures leave the UI thread."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from bigmap.base import settings
from bigmap.base.i18n import Text
from bigmap.commands.editing import draw
from bigmap.commands.registry import command
from bigmap.session.document import Document, Pick
from bigmap.session.session import Session
from bigmap.ui.map.gesture_panel import GesturePanel
from bigmap.ui.panels.charts import Charts
from bigmap.ui.panels.side_panels import ResultsPanel
from bigmap.ui.widgets.number_format import format_whole
from bigmap.ui.widgets.table import TableView
from bigmap.ui.widgets.table_columns import TableColumn
from bigmap.ui.widgets.table_panel import TablePanel, as_tsv
from bigmap.ui.window.window import Window
from tests.helpers.grids import grid_city
from tests.helpers.plans import grid_plan
from tests.helpers.qt import PATIENCE_MS


@pytest.fixture
def session() -> Session:
    session = Session()
    session.open(Document(grid_plan(), (), b""))
    return session


@pytest.fixture
def results(qtbot: QtBot, session: Session) -> ResultsPanel:
    results = ResultsPanel()
    qtbot.addWidget(results)
    results.resize(420, 900)
    results.show()
    results.show_session(session)
    return results


def shown(table: TableView, title: str) -> list[str]:
    at = [c.title for c in table.rows_model.columns].index(title)
    return [table.model().index(i, at).data() for i in range(table.model().rowCount())]


# --- tables that follow ---


def test_tables_follow_an_edit_and_its_undo(session: Session, results: ResultsPanel) -> None:
    before = shown(results.zones, "Households"), shown(results.operators, "Households")
    results.zones.choose_row(1)
    session.edit(Text("Look"), session.tally.move([5], 0))
    results.follow(session)
    after = shown(results.zones, "Households"), shown(results.operators, "Households")
    assert after[0] == [format_whole(session.tally.figures(row).sums["hh"]) for row in session.tally.live]
    assert after != before
    assert results.zones.chosen_row() == 1
    session.undo()
    results.follow(session)
    assert (shown(results.zones, "Households"), shown(results.operators, "Households")) == before


def test_a_sorted_table_stays_sorted_and_only_rows_that_differ_are_told(
    qtbot: QtBot, session: Session, results: ResultsPanel
) -> None:
    at = [c.title for c in results.zones.rows_model.columns].index("Units")
    results.zones.sortByColumn(at, Qt.SortOrder.DescendingOrder)
    results.zones.choose_row(0)
    session.edit(Text("Look"), session.tally.move([5], 0))
    session.edit(Text("Look"), session.tally.move([6], 0))
    results.follow(session)
    counts = [int(text) for text in shown(results.zones, "Units")]
    assert counts == sorted(counts, reverse=True)
    assert results.zones.chosen_row() == 0
    with qtbot.assertNotEmitted(results.zones.rows_model.dataChanged):
        results.follow(session)


def test_a_new_zone_comes_and_goes_in_table_and_chart(session: Session, results: ResultsPanel) -> None:
    from bigmap.core.editing import gestures

    made = gestures.new_zone(session.tally, [0, 1])
    session.edit(made.title, made.edit)
    results.follow(session)
    assert "W04" in shown(results.zones, "Zone")
    assert [row["zone_id"] for row in results.charts.bars.rows][-1] == "W04"
    assert results.tabs.tabText(0) == "Zones  4"
    session.undo()
    results.follow(session)
    assert "W04" not in shown(results.zones, "Zone")


def test_bare_ground_is_listed_counted_and_given_away(opened: Window) -> None:
    opened.session.choose([0])
    opened.do(command("erase_chosen"))
    table, panel = opened.results.gaps, opened.results.gaps_panel
    found = [gap for gap in table.rows_model.rows if gap.members is not None and 0 in gap.members]
    assert [(gap.kind, gap.cause) for gap in found] == [("gap", "missing_unit")]
    assert opened.results.figures.land.value.property("short")
    opened.results.tabs.setCurrentWidget(panel)
    QTest.keyClick(opened, Qt.Key.Key_F8)
    while 0 not in table.row_at(table.chosen_row()).members:
        QTest.keyClick(opened, Qt.Key.Key_F8)
    assert opened.session.selection == Pick("gap", table.chosen_row())
    panel.buttons[0].click()
    assert opened.session.tally.zone[0] >= 0
    assert not [gap for gap in table.rows_model.rows if gap.members is not None and 0 in gap.members]


def test_what_is_picked_is_told_anew_after_an_edit(opened: Window) -> None:
    opened.session.select(Pick("zone", 0))
    units = dict(opened.results.attributes.pairs)["Units"]
    opened.session.edit(Text("Look"), opened.session.tally.move([5], 0))
    assert int(dict(opened.results.attributes.pairs)["Units"]) == int(units) + 1


def test_an_edit_does_not_make_the_whole_plan_anew(
    session: Session, results: ResultsPanel, monkeypatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the plan was made anew")

    monkeypatch.setattr("bigmap.core.planning.replan.edited", refuse)
    session.edit(Text("Look"), session.tally.move([5], 0))
    session.facts()
    results.follow(session)
    for pick in (Pick("unit", 5), Pick("zone", 0), Pick("operator", 0), None):
        results.show_pick(session.document, pick)
    results.retranslate(session)


# --- filter, columns, copy, totals ---

COLUMNS = (
    TableColumn("Zone", lambda r: r["id"]),
    TableColumn(
        "Area (m²)",
        lambda r: r["area"],
        format_whole,
        number=True,
        total=lambda rows: sum(r["area"] for r in rows),
    ),
    TableColumn("Phone", lambda r: r["phone"]),
)
ROWS = [
    {"id": "W1", "area": 1234.5, "phone": "05921234"},
    {"id": "W2", "area": 10.0, "phone": "=1+1"},
    {"id": "湖滨", "area": 6.0, "phone": 'a "b"'},
]


@pytest.fixture
def panel(qtbot: QtBot) -> TablePanel:
    table = TableView(COLUMNS, remembered="tried")
    panel = TablePanel(table, "There are no zones yet: build some.")
    qtbot.addWidget(panel)
    panel.resize(400, 300)
    panel.show()
    table.show_rows(ROWS)
    return panel


def test_totals_are_of_the_rows_on_screen(panel: TablePanel) -> None:
    assert panel.totals.texts() == ["Total of 3", "1,250", ""]
    QTest.keyClicks(panel.line, "w")
    assert panel.totals.texts() == ["Total of 2", "1,244", ""]
    panel.line.setText("滨")
    assert [row["id"] for row in panel.table.shown_rows()] == ["湖滨"]


def test_nothing_to_show_is_told(panel: TablePanel) -> None:
    QTest.keyClicks(panel.line, "zz")
    assert panel.nothing.isVisible()
    assert panel.nothing.text() == "No row has this in it."
    panel.line.clear()
    panel.table.show_rows([])
    assert panel.nothing.text() == "There are no zones yet: build some."


def test_copied_codes_stay_text_and_numbers_numbers(panel: TablePanel) -> None:
    panel.table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    QTest.mouseClick(panel.copy, Qt.MouseButton.LeftButton)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines == [
        "Zone\tArea (m²)\tPhone",
        '湖滨\t6\ta "b"',
        'W2\t10\t="=1+1"',
        'W1\t1234.5\t="05921234"',
        "",
    ]
    assert as_tsv([COLUMNS[0]], []) == "Zone\n"


def test_columns_are_chosen_and_remembered(panel: TablePanel) -> None:
    panel.menu.aboutToShow.emit()
    phone = next(a for a in panel.menu.actions() if a.text() == "Phone")
    phone.trigger()
    assert panel.table.isColumnHidden(2)
    assert settings.load()["columns_hidden"]["tried"] == ["Phone"]
    panel.copy_all()
    assert QGuiApplication.clipboard().text().startswith("Zone\tArea (m²)\n")
    panel.menu.aboutToShow.emit()
    next(a for a in panel.menu.actions() if a.text() == "Phone").trigger()
    assert not panel.table.isColumnHidden(2)


# --- charts ---


@pytest.fixture
def charts(qtbot: QtBot) -> Charts:
    charts = Charts()
    qtbot.addWidget(charts)
    charts.resize(400, 300)
    charts.show()
    loads = [100, 103, 97, 160, 40] * 10
    rows = [
        {"row": i, "zone_id": f"W{i + 1:02d}", "units": 1, "load": v, "hh": v} for i, v in enumerate(loads)
    ]
    charts.show_rows(rows, 0.03)
    return charts


def test_a_bar_is_picked_by_the_mouse_and_from_outside(qtbot: QtBot, charts: Charts) -> None:
    bars = charts.bars
    with qtbot.waitSignal(charts.chosen) as told:
        QTest.mouseClick(bars.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(120, 26 + 22 * 2 + 8))
    assert told.args == [2]
    bars.pick(49)
    assert bars.verticalScrollBar().value() > 0
    charts.order.click()
    assert [row["load"] for row in bars.rows[:10]] == [160] * 10


def test_a_bar_is_coloured_by_its_distance_from_the_target(charts: Charts) -> None:
    bars = charts.bars
    assert bars.target == 100
    colours = {value: bars._colour(value) for value in (40, 97, 103, 160)}
    assert colours[97] == colours[103]
    assert len(set(colours.values())) == 3
    assert "+60.0% of the target" in bars.told_of(bars.rows[3])


def test_a_chart_of_what_nobody_knows_says_so(charts: Charts) -> None:
    charts.which.setCurrentIndex(3)
    assert charts.nothing.isVisible()
    assert not charts.bars.isVisible()


# --- before letting go ---


def test_the_panel_tells_what_a_gesture_does_and_is_red_where_it_breaks_a_zone(qtbot: QtBot) -> None:
    session = Session()
    session.open(Document(grid_city(6, 5, 2), (), b""))
    tally = session.tally
    panel = GesturePanel(None)  # type: ignore[arg-type]
    qtbot.addWidget(panel)
    middle = [u for u in range(30) if u % 6 == 1]  # a column: what is west of it is cut off
    found = tally.after(tally.move(middle, tally.zone[29]))
    assert found.broken
    panel.show_preview(found)
    assert panel.isVisible()
    assert panel.property("broken")
    assert any("would fall apart" in text for text in panel.texts())
    assert any("→" in text for text in panel.texts())
    panel.show_preview(tally.after(tally.move([2], tally.zone[3])))
    assert panel.property("broken") is bool(tally.after(tally.move([2], tally.zone[3])).broken)
    panel.show_preview(None)
    assert not panel.isVisible()


def test_during_a_stroke_the_panel_stands_over_the_map_and_tables_follow(
    qtbot: QtBot, opened: Window
) -> None:
    draw.take_tool(opened.context, "paint")
    draw.paint_with(opened.context, 0)
    draw.begin_stroke(opened.context)
    draw.paint(opened.context, [5])
    qtbot.waitUntil(opened.gesture.isVisible, timeout=PATIENCE_MS)
    units = str(opened.session.tally.figures(0).units)
    assert shown(opened.results.zones, "Units")[0] == units
    QTest.keyClick(opened, Qt.Key.Key_Escape)
    assert not opened.gesture.isVisible()
    assert shown(opened.results.zones, "Units")[0] == str(int(units) - 1)
    assert not opened.session.history.undoable


# --- off the UI thread ---


def test_a_gesture_is_completed_off_the_ui_thread(qtbot: QtBot, opened: Window, monkeypatch) -> None:
    where: list[threading.Thread] = []
    real = draw.kept_whole

    def watched(*args: object):
        where.append(threading.current_thread())
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(draw, "kept_whole", watched)
    opened.do(command("rule_mend"))
    tally = opened.session.tally
    breaking = next(
        u
        for u in range(len(tally.zone))
        for to in tally.live
        if tally.zone[u] != to and tally.broken_by(tally.move([u], to))
    )
    to = next(
        r for r in tally.live if r != tally.zone[breaking] and tally.broken_by(tally.move([breaking], r))
    )
    from bigmap.core.editing import gestures

    draw.propose(opened.context, gestures.paint(tally, [breaking], to))
    assert opened.session.busy
    qtbot.waitUntil(lambda: not opened.lane.busy, timeout=PATIENCE_MS)
    assert where
    assert all(thread is not threading.main_thread() for thread in where)
    assert not opened.session.tally.broken_by(opened.session.tally.move([], 0))


def test_what_needs_the_whole_plan_makes_it_off_the_ui_thread(
    qtbot: QtBot, opened: Window, user, monkeypatch
) -> None:
    from bigmap.core.planning import replan

    where: list[threading.Thread] = []
    real = replan.edited

    def watched(*args: object):
        where.append(threading.current_thread())
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(replan, "edited", watched)
    opened.session.edit(Text("Look"), opened.session.tally.move([5], 0))
    where.clear()  # the map is packed anew
    document = opened.session.document
    assert document is not None
    document.__dict__.pop("plan", None)
    document.__dict__.pop("shown", None)
    opened.do(command("preview"))
    qtbot.waitUntil(lambda: not opened.lane.busy, timeout=PATIENCE_MS)
    assert len(where) == 1
    assert where[0] is not threading.main_thread()
    assert user.printed[0].zone_of_unit[5] == 0
