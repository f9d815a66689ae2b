"""A table with what belongs to one: filter, choice of columns, copy, and a line of totals."""

from __future__ import annotations

from typing import Any

import pandas as pd
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QToolButton, QVBoxLayout, QWidget

from bigmap.base.i18n import tr
from bigmap.ui.widgets.day_night import shade
from bigmap.ui.widgets.table import TOTAL_MARGINS, TableView
from bigmap.ui.widgets.table_columns import Row, TableColumn
from bigmap.ui.widgets.theme import icon


class Totals(QWidget):
    """The totals of the rows on screen, each below its column."""

    def __init__(self, table: TableView) -> None:
        super().__init__()
        self._table = table
        self.setFixedHeight(30)
        header = table.horizontalHeader()
        for changed in (header.sectionResized, header.sectionMoved, header.geometriesChanged):
            changed.connect(self.update)
        table.horizontalScrollBar().valueChanged.connect(self.update)

    def texts(self) -> list[str]:
        """Return what stands below each column of the table."""
        rows = self._table.passing_rows()
        return [self._text(i, column, rows) for i, column in enumerate(self._table.rows_model.columns)]

    def _text(self, place: int, column: TableColumn, rows: list[Row]) -> str:
        if place == 0:
            return tr("Total of {n}", n=len(rows))
        return column.show(column.total(rows)) if column.total and rows else ""

    def paintEvent(self, _: QPaintEvent) -> None:
        """Write the totals."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(shade("#f8fafc")))
        painter.setPen(QColor(shade("#d5d9de")))
        painter.drawLine(0, 0, self.width(), 0)
        font = QFont(self.font())
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(shade("#1f2937")))
        header, middle = self._table.horizontalHeader(), Qt.AlignmentFlag.AlignVCenter
        rows = self._table.passing_rows()
        for i, column in enumerate(self._table.rows_model.columns):
            box = QRect(header.sectionViewportPosition(i), 0, header.sectionSize(i), self.height())
            if not self._table.isColumnHidden(i) and box.intersects(self.rect()):
                text = self._text(i, column, rows)
                side = Qt.AlignmentFlag.AlignRight if column.number else Qt.AlignmentFlag.AlignLeft
                left, right = TOTAL_MARGINS
                room = box.adjusted(right if i == 0 else left, 0, -right, 0)
                # A number of which digits are out of sight would be another number.
                text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
                painter.drawText(room, side | middle, text)


class TablePanel(QWidget):
    """A table with its tools above and its totals below."""

    def __init__(self, table: TableView, empty: str) -> None:
        super().__init__()
        self.setObjectName("tablePanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.table, self._empty = table, empty
        self.line = QLineEdit()
        self.line.setObjectName("filter")
        self.line.setClearButtonEnabled(True)
        self.line.textChanged.connect(self._filter)
        self.columns, self.copy = self._tool("columns"), self._tool("copy")
        self.menu = QMenu(self)
        self.menu.aboutToShow.connect(self._offer_columns)
        self.columns.setMenu(self.menu)
        self.columns.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.copy.clicked.connect(self.copy_all)
        QShortcut(
            QKeySequence.StandardKey.Copy, table, self.copy_all, context=Qt.ShortcutContext.WidgetShortcut
        )
        self.totals, self.nothing = Totals(table), QLabel()
        self.nothing.setObjectName("hint")
        self.nothing.setWordWrap(True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setMargin(24)
        table.model().layoutChanged.connect(self._renew)
        for changed in (table.model().modelReset, table.model().dataChanged, table.model().rowsInserted):
            changed.connect(self._renew)
        line = QHBoxLayout()
        line.setContentsMargins(12, 6, 8, 6)
        line.setSpacing(4)
        line.addWidget(self.line, 1)
        line.addWidget(self.columns)
        line.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        for widget, stretch in ((table, 1), (self.nothing, 1), (self.totals, 0)):
            column.addWidget(widget, stretch)
        self.retranslate()

    def _tool(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName("panelTool")
        button.setIcon(icon(name))
        return button

    def retranslate(self) -> None:
        """Write everything in the language in use, with the icons of the theme in use."""
        self.line.setPlaceholderText(tr("Filter"))
        self.line.setAccessibleName(tr("Filter"))
        for button, name in (
            (self.columns, "Choose the columns"),
            (self.copy, "Copy the table for a spreadsheet"),
        ):
            button.setAccessibleName(tr(name))
        self.columns.setToolTip(tr("Choose the columns"))
        self.copy.setToolTip(tr("Copy the table for a spreadsheet") + "  (Ctrl+C)")
        self.columns.setIcon(icon("columns"))
        self.copy.setIcon(icon("copy"))
        self._renew()

    def _filter(self, text: str) -> None:
        self.table.filter(text)
        self._renew()

    def _renew(self) -> None:
        rows, shown = self.table.rows_model.rows, self.table.model().rowCount()
        self.table.setVisible(shown > 0)
        self.totals.setVisible(shown > 0)
        self.nothing.setVisible(shown == 0)
        self.nothing.setText(tr("No row has this in it.") if rows else tr(self._empty))
        self.totals.update()

    def _offer_columns(self) -> None:
        self.menu.clear()
        unwanted = self.table.unwanted()
        for column in self.table.rows_model.columns[1:]:
            action = self.menu.addAction(tr(column.title))
            action.setCheckable(True)
            action.setChecked(column.title not in unwanted)
            action.toggled.connect(lambda on, title=column.title: self.table.want(title, on))

    def copy_all(self) -> None:
        """Copy the rows on screen with their headings, for a spreadsheet."""
        QGuiApplication.clipboard().setText(as_tsv(self.table.shown_columns(), self.table.shown_rows()))


def as_tsv(columns: list[TableColumn], rows: list[Row]) -> str:
    """Return rows as tab separated text with headings: numbers bare, codes so that they stay text.

    A spreadsheet would read the code ``007`` as 7 and a name that begins with ``=`` as a formula; both are
    written as ``="…"``, which it shows as they are.
    """
    lines = ["\t".join(tr(column.title) for column in columns)]
    lines += ["\t".join(_cell(column, column.value(row)) for column in columns) for row in rows]
    return "\n".join(lines) + "\n"


def _cell(column: TableColumn, value: Any) -> str:
    if column.number:
        return "" if value == "" or pd.isna(value) else f"{float(value):.12g}"
    text = " ".join(column.show(value).split())
    guarded = text[:1] in "=+-@" or text.replace(".", "").isdigit()
    return '="' + text.replace('"', '""') + '"' if text and guarded else text
