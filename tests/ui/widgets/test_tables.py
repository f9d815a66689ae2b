"""Tables: order, writing, choice."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics
from pytestqt.qtbot import QtBot

from bigmap.base import settings
from bigmap.ui.widgets.number_format import format_tenth, format_whole
from bigmap.ui.widgets.table import SORT_ROLE, TableView
from bigmap.ui.widgets.table_columns import TableColumn, percent

COLUMNS = (
    TableColumn("Zone", lambda row: row["id"]),
    TableColumn("Area (m²)", lambda row: row["area"], format_whole, number=True),
    TableColumn("Phone", lambda row: row.get("phone", "")),
)
ROWS = [{"id": "W1", "area": 900.0}, {"id": "W2", "area": 12345.6}, {"id": "W3", "area": float("nan")}]


@pytest.fixture
def table(qtbot: QtBot) -> TableView:
    table = TableView(COLUMNS)
    qtbot.addWidget(table)
    table.show_rows(ROWS)
    return table


def shown(table: TableView, column: int) -> list[str]:
    model = table.model()
    return [model.index(i, column).data() for i in range(model.rowCount())]


def test_numbers_stand_right_with_thousands_apart(table: TableView) -> None:
    assert shown(table, 1) == ["900", "12,346", "–"]
    alignment = table.model().index(0, 1).data(Qt.ItemDataRole.TextAlignmentRole)
    assert alignment & Qt.AlignmentFlag.AlignRight


def test_numbers_sort_by_value(table: TableView) -> None:
    table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert shown(table, 0) == ["W2", "W1", "W3"]
    assert table.model().index(0, 1).data(SORT_ROLE) == 12345.6


def test_chosen_row_is_that_of_the_data_in_any_order(table: TableView, qtbot: QtBot) -> None:
    table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    with qtbot.waitSignal(table.row_chosen) as told:
        table.selectRow(0)
    assert told.args == [1]
    assert table.chosen_row() == 1


def test_choice_from_outside_is_not_told(table: TableView, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(table.row_chosen):
        table.choose_row(2)
        table.choose_row(-1)
    assert table.chosen_row() == -1


def test_column_with_nothing_in_it_is_hidden(table: TableView) -> None:
    assert table.isColumnHidden(2)
    table.show_rows([*ROWS, {"id": "W4", "area": 1.0, "phone": "0592-1"}])
    assert not table.isColumnHidden(2)


def test_new_rows_come_in_their_own_order(table: TableView) -> None:
    table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    table.show_rows(ROWS)
    assert shown(table, 0) == ["W1", "W2", "W3"]


def test_widths_drawn_by_hand_are_remembered(qtbot: QtBot) -> None:
    """Also when a column (the phone) was hidden meanwhile; what the table chose itself is not kept."""
    try:
        for rows in (ROWS, [*ROWS, {"id": "W4", "area": 1.0, "phone": "0592-5550101"}]):
            table = TableView(COLUMNS, remembered="test")
            qtbot.addWidget(table)
            table.show_rows(rows)
            if rows is ROWS:
                assert "test" not in settings.load().get("columns", {})
                table.horizontalHeader().resizeSection(0, 173)
                qtbot.waitUntil(lambda: "test" in settings.load().get("columns", {}))
        assert table.columnWidth(0) == 173
        assert table.columnWidth(2) > 60
    finally:
        settings.remember(columns={})


@pytest.mark.parametrize(
    ("share", "text"), [(1.0, "100.0 %"), (0.99999, "99.9 %"), (0.9167, "91.6 %"), (0.0, "0.0 %")]
)
def test_a_share_below_one_never_reads_hundred(share: float, text: str) -> None:
    assert percent(share) == text


def test_missing_numbers_are_a_dash() -> None:
    assert (format_whole(float("nan")), format_tenth(float("nan")), format_tenth(1234.56)) == (
        "–",
        "–",
        "1,234.6",
    )


def test_a_column_has_room_for_its_total(qtbot: QtBot) -> None:
    load = TableColumn(
        "m", lambda row: row, format_whole, number=True, total=lambda rows: 1e9 * sum(rows)
    )  # a heading and cells far narrower than the total
    table = TableView((TableColumn("Zone", str), load))
    qtbot.addWidget(table)
    table.show_rows([1.0, 2.0])
    bold = QFont(table.font())
    bold.setBold(True)
    assert table.columnWidth(1) >= QFontMetrics(bold).horizontalAdvance("3,000,000,000") + 15
