"""Tables of rows: sortable, numbers to the right, one row chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from bigmap.base import settings
from bigmap.base.i18n import tr
from bigmap.core.coverage.gap import Gap
from bigmap.ui.widgets.day_night import shade
from bigmap.ui.widgets.table_columns import Row, TableColumn
from bigmap.ui.widgets.theme import icon

Index = QModelIndex | QPersistentModelIndex
SORT_ROLE = Qt.ItemDataRole.UserRole
_ROLE = Qt.ItemDataRole
_SETTLED_MS = 300
TOTAL_MARGINS = (4, 11)
"""Pixels left and right of a total below its column."""
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class RowsModel(QAbstractTableModel):
    """Rows with the writing of `TableColumn`."""

    def __init__(self, columns: Sequence[TableColumn], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.rows: list[Any] = []

    def show_rows(self, rows: list[Any], columns: Sequence[TableColumn] | None = None) -> None:
        """Show other rows, and other columns if given."""
        self.beginResetModel()
        self.rows = rows
        self.columns = tuple(columns or self.columns)
        self.endResetModel()

    def follow(self, rows: list[Any]) -> None:
        """Show the same things as they are now; only rows that are others are painted and sorted anew."""
        differs = [i for i, (old, new) in enumerate(zip(self.rows, rows, strict=True)) if not _same(old, new)]
        self.rows = rows
        last = len(self.columns) - 1
        for i in differs:
            self.dataChanged.emit(self.index(i, 0), self.index(i, last))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        """Return what is written in a cell, how it is set, or what it sorts by."""
        column = self.columns[index.column()]
        if role == _ROLE.TextAlignmentRole:
            return _RIGHT if column.number else _LEFT
        if role == _ROLE.ForegroundRole and column.colour:
            return QColor(shade(column.colour(column.value(self.rows[index.row()]))))
        if role == _ROLE.DecorationRole and column.icon:
            return icon(name) if (name := column.icon(self.rows[index.row()])) else None
        if role not in (_ROLE.DisplayRole, _ROLE.ToolTipRole, SORT_ROLE):
            return None
        value = column.value(self.rows[index.row()])
        return _sortable(value, column) if role == SORT_ROLE else column.show(value)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> Any:
        """Return a heading, set like its column."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == _ROLE.DisplayRole:
            return tr(self.columns[section].title) if self.columns[section].title else ""
        if role == _ROLE.TextAlignmentRole:
            return _RIGHT if self.columns[section].number else _LEFT
        return None


def _same(old: Row | Gap, new: Row | Gap) -> bool:
    if isinstance(old, Gap) or isinstance(new, Gap):
        return old == new
    return old is new or all(_alike(value, old.get(name)) for name, value in new.items())


def _alike(one: Any, other: Any) -> bool:
    """Tell whether two cells hold the same; a figure that is unknown is never sure to be the same."""
    if one is other:
        return True
    same = one == other
    return isinstance(same, bool | np.bool_) and bool(same)


def row_key(row: Row | Gap, place: int) -> int:
    """Return what a row is known by outside: its ``row`` in the plan, else its place in the list."""
    return place if isinstance(row, Gap) else int(row.get("row", place))


def _empty(value: Any) -> bool:
    return isinstance(value, str | float | None) and (value == "" or bool(pd.isna(value)))


def _sortable(value: Any, column: TableColumn) -> Any:
    if column.number:
        return float("-inf") if value == "" or pd.isna(value) else float(value)
    return str(value)


class TableView(QTableView):
    """A table of rows: dictionaries, or `Gap` records.

    Parameters
    ----------
    columns : sequence of TableColumn
    parent : QWidget, optional
    most : int
        Characters of a wide column that are shown without being asked.
    remembered : str
        Name under which widths drawn by hand are remembered, '' for not at all.

    Attributes
    ----------
    row_chosen : Signal(int)
        The user chose this row (its `row_key`, whatever the order on screen).
    """

    row_chosen = Signal(int)

    def __init__(
        self,
        columns: Sequence[TableColumn],
        parent: QWidget | None = None,
        *,
        most: int = 14,
        remembered: str = "",
    ) -> None:
        super().__init__(parent)
        self._most, self._remembered, self._fitting = most, remembered, True
        self.rows_model = RowsModel(columns, self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self.rows_model)
        self._sorted.setSortRole(SORT_ROLE)
        self.setModel(self._sorted)
        self._quiet, self._told = False, -1
        self._dress()
        self.selectionModel().selectionChanged.connect(self._tell)
        self.clicked.connect(self._tell)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._settle.timeout.connect(self._keep_widths)
        self.horizontalHeader().sectionResized.connect(self._wait_for_widths)

    def _dress(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(28)
        self.horizontalHeader().setMinimumSectionSize(30)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)

    def show_rows(self, rows: list[Any], columns: Sequence[TableColumn] | None = None) -> None:
        """Show other rows in the order they come; nothing is chosen."""
        self._fitting = True
        self.setSortingEnabled(False)
        self._sorted.sort(-1)
        self.rows_model.show_rows(rows, columns)
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        self._hide_columns()
        self.fit_columns()

    def follow(self, rows: list[Any]) -> None:
        """Show the same list as it is now: order, place and what is chosen stay."""
        old = self.rows_model.rows
        if [row_key(r, i) for i, r in enumerate(rows)] == [row_key(r, i) for i, r in enumerate(old)]:
            self.rows_model.follow(rows)
            return
        chosen, top = self.chosen_row(), self.verticalScrollBar().value()
        self._quiet = True
        self.rows_model.show_rows(rows)
        self._quiet = False
        self.choose_row(chosen)
        self.verticalScrollBar().setValue(top)

    def _hide_columns(self) -> None:
        """Hide what has nothing to show, and what the user does not want to see."""
        rows, unwanted = self.rows_model.rows, set(self.unwanted())
        for i, column in enumerate(self.rows_model.columns):
            nothing = bool(rows) and all(_empty(column.value(row)) for row in rows)
            self.setColumnHidden(i, nothing or column.title in unwanted)

    def unwanted(self) -> list[str]:
        """Return the titles (English) of the columns that the user does not want to see."""
        held = settings.load().get("columns_hidden", {}).get(self._remembered, [])
        return list(held) if self._remembered else []

    def want(self, title: str, wanted: bool) -> None:
        """Show a column or not, from now on."""
        held = [t for t in self.unwanted() if t != title] + ([] if wanted else [title])
        settings.remember_in("columns_hidden", self._remembered, held)
        self._hide_columns()

    def filter(self, text: str) -> None:
        """Show only rows with this text in one of their cells, whatever the case."""
        self._sorted.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._sorted.setFilterKeyColumn(-1)
        self._sorted.setFilterFixedString(text.strip())

    def passing_rows(self) -> list[Any]:
        """Return the rows that pass the filter, in any order."""
        everything = self._sorted.rowCount() == len(self.rows_model.rows)
        return self.rows_model.rows if everything else self.shown_rows()

    def shown_rows(self) -> list[Any]:
        """Return the rows on screen in their order there."""
        rows = self.rows_model.rows
        return [
            rows[self._sorted.mapToSource(self._sorted.index(i, 0)).row()]
            for i in range(self._sorted.rowCount())
        ]

    def shown_columns(self) -> list[TableColumn]:
        """Return the columns on screen in their order there."""
        header, columns = self.horizontalHeader(), self.rows_model.columns
        places = [header.logicalIndex(i) for i in range(len(columns))]
        return [columns[i] for i in places if not self.isColumnHidden(i)]

    def retranslate(self) -> None:
        """Write everything in the language in use; sizes follow."""
        chosen = self.chosen_row()
        self.rows_model.show_rows(self.rows_model.rows)
        self.choose_row(chosen)
        self.fit_columns()

    def fit_columns(self) -> None:
        """Make columns as wide as the user drew them, else as what stands in them, wide ones up to a limit.

        A column with nothing in it is hidden by `show_rows`.
        """
        self._fitting = True
        self._fit()
        self._fitting = False

    def sizeHintForColumn(self, place: int) -> int:
        """Return the width of a column with what stands in it, its total among that."""
        width = super().sizeHintForColumn(place)
        column, rows = self.rows_model.columns[place], self.passing_rows()
        if column.total is None or not rows:
            return width
        bold = QFont(self.font())
        bold.setBold(True)
        total = QFontMetrics(bold).horizontalAdvance(column.show(column.total(rows)))
        return max(width, total + sum(TOTAL_MARGINS))

    def _fit(self) -> None:
        widths = settings.load().get("columns", {}).get(self._remembered)
        if widths and len(widths) == len(self.rows_model.columns):
            for i, width in enumerate(widths):
                self.setColumnWidth(i, width or self.sizeHintForColumn(i))
            return
        self.resizeColumnsToContents()
        most = self.fontMetrics().horizontalAdvance("片" * self._most)
        for i, column in enumerate(self.rows_model.columns):
            width = self.columnWidth(i)
            self.setColumnWidth(i, min(width, most) if column.wide else width)
        self._use_room_left()

    def _wait_for_widths(self) -> None:
        """Wait until the user, and not the table itself, has drawn a column."""
        if self._remembered and not self._fitting and self.rows_model.rows:
            self._settle.start()

    def _keep_widths(self) -> None:
        widths = [self.columnWidth(i) for i in range(len(self.rows_model.columns))]
        settings.remember_in("columns", self._remembered, widths)

    def _use_room_left(self) -> None:
        room = self.viewport().width() - self.horizontalHeader().length()
        wide = [i for i, column in enumerate(self.rows_model.columns) if column.wide]
        if room > 0 and wide:
            self.setColumnWidth(wide[0], self.columnWidth(wide[0]) + room)

    def step(self, by: int) -> None:
        """Choose the row ``by`` rows further down the screen, round and round."""
        rows, chosen = self._sorted.rowCount(), self.selectionModel().selectedRows()
        if rows:
            now = chosen[0].row() if chosen else -1 if by > 0 else rows
            self.selectRow((now + by) % rows)
            self.scrollTo(self._sorted.index(self.selectionModel().selectedRows()[0].row(), 0))

    def chosen_row(self) -> int:
        """Return the key of the chosen row, -1 for none."""
        chosen = self.selectionModel().selectedRows()
        if not chosen:
            return -1
        place = self._sorted.mapToSource(chosen[0]).row()
        return row_key(self.rows_model.rows[place], place)

    def row_at(self, key: int) -> Any:
        """Return the row known by a key."""
        return next((r for i, r in enumerate(self.rows_model.rows) if row_key(r, i) == key), None)

    def choose_row(self, row: int) -> None:
        """Choose the row known by a key and scroll to it, without telling; -1 chooses none."""
        if row == self.chosen_row():
            return
        self._quiet, self._told = True, -1
        keys = [row_key(r, i) for i, r in enumerate(self.rows_model.rows)]
        index = QModelIndex()
        if row in keys:
            index = self._sorted.mapFromSource(self.rows_model.index(keys.index(row), 0))
        if index.isValid():
            self.selectRow(index.row())
            self.scrollTo(index)
        else:
            self.clearSelection()
        self._quiet = False

    def _tell(self) -> None:
        """Tell of a row once; a click on a row that was chosen from outside tells too."""
        row = self.chosen_row()
        if not self._quiet and row != self._told:
            self._told = row
            self.row_chosen.emit(row)
