"""Charts of the zones: bars against the target, painted; a bar is picked like a row of the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QFrame,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from bigmap.base.i18n import tr
from bigmap.core.schema.columns import column_of
from bigmap.core.units import unknown
from bigmap.ui.widgets.combo_box import Combo
from bigmap.ui.widgets.day_night import shade
from bigmap.ui.widgets.number_format import format_whole
from bigmap.ui.widgets.table_columns import Row, writing

_LINE, _TOP, _NAME, _VALUE = 22, 26, 60, 92
_EVEN, _OVER, _UNDER, _CHOSEN = "#7ba5ec", "#d98a3d", "#4f9d9a", "#dbe8fd"


@dataclass(frozen=True)
class Chart:
    """What a chart shows: a title, a column of the zones, and whether it has a target."""

    title: str
    column: str
    aimed: bool = False
    signed: bool = False

    def show(self, value: float) -> str:
        """Write a value as the table of zones does."""
        return writing(column_of("zones", self.column))(value)


CHARTS = (
    Chart("Load per zone", "load", aimed=True),
    Chart("Households per zone", "hh"),
    Chart("Compactness per zone", "compact"),
    Chart("Rich and lean: balance (10,000 yuan)", "balance_y", signed=True),
)


def _value(row: Row, column: str) -> float:
    """Return what a bar stands for, NaN where nobody tells it."""
    return unknown.figure(row, column) if column in row else float("nan")


class Bars(QAbstractScrollArea):
    """One bar a zone.

    Attributes
    ----------
    chosen : Signal(int)
        The bar of this row was clicked.
    """

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.chart, self.tolerance, self.picked = CHARTS[0], 0.03, -1
        self.rows: list[Row] = []
        self.by_size = False

    def show_rows(self, rows: list[Row]) -> None:
        """Show other rows, or the same as they are now."""
        held = [row for row in rows if not pd.isna(_value(row, self.chart.column))]
        self.rows = sorted(held, key=lambda r: -r[self.chart.column]) if self.by_size else held
        self._range()
        self.viewport().update()

    def pick(self, row: int) -> None:
        """Mark a bar and scroll to it."""
        if row == self.picked:
            return
        self.picked = row
        place = next((i for i, r in enumerate(self.rows) if r["row"] == row), None)
        if place is not None:
            bar, height = self.verticalScrollBar(), self.viewport().height() - _TOP
            y = place * _LINE
            if not bar.value() <= y <= bar.value() + height - _LINE:
                bar.setValue(y - height // 2)
        self.viewport().update()

    @property
    def target(self) -> float:
        """The mean of all rows that have units."""
        values = [row[self.chart.column] for row in self.rows if row.get("units", 1)]
        return sum(values) / len(values) if values else 0.0

    def _range(self) -> None:
        room = max(1, self.viewport().height() - _TOP)
        self.verticalScrollBar().setRange(0, max(0, len(self.rows) * _LINE + 8 - room))
        self.verticalScrollBar().setPageStep(room)
        self.verticalScrollBar().setSingleStep(_LINE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room."""
        super().resizeEvent(event)
        self._range()

    def _row_at(self, y: float) -> Row | None:
        place = int((y - _TOP + self.verticalScrollBar().value()) // _LINE)
        return self.rows[place] if y >= _TOP and 0 <= place < len(self.rows) else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick the bar under the mouse."""
        row = self._row_at(event.position().y())
        if row is not None:
            self.pick(row["row"])
            self.chosen.emit(row["row"])

    def viewportEvent(self, event: QEvent) -> bool:
        """Tell about the bar under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            row = self._row_at(event.pos().y())
            if row is not None:
                QToolTip.showText(event.globalPos(), self.told_of(row), self)
            return True
        return super().viewportEvent(event)

    def told_of(self, row: Row) -> str:
        """Return what a bar says in words."""
        value = _value(row, self.chart.column)
        text = (
            f"{row['zone_id']}  {row.get('name') or ''}".strip()
            + f"\n{tr(self.chart.title)}: {self.chart.show(value)}"
        )
        if self.chart.aimed and self.target > 0:
            text += "\n" + tr("{off} of the target", off=f"{value / self.target - 1:+.1%}")
        return text

    def paintEvent(self, _: QPaintEvent) -> None:
        """Paint the bars in sight, and the target with its tolerance across them."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self.viewport().rect()
        painter.fillRect(area, QColor(shade("#ffffff")))
        if not self.rows:
            return
        values = [_value(row, self.chart.column) for row in self.rows]
        low, high = min(0.0, *values), max(0.0, *values, self.target * 1.05 if self.chart.aimed else 0.0)
        left, right = _NAME + 8, max(_NAME + 60, area.width() - _VALUE)
        span = (high - low) or 1.0

        def x_of(value: float) -> float:
            return left + (value - low) / span * (right - left)

        self._paint_target(painter, x_of, area.height())
        first = self.verticalScrollBar().value() // _LINE
        painter.setClipRect(0, _TOP, area.width(), area.height() - _TOP)
        for i in range(first, min(len(self.rows), first + area.height() // _LINE + 2)):
            y = _TOP + i * _LINE - self.verticalScrollBar().value()
            self._paint_bar(painter, self.rows[i], values[i], x_of, QRectF(0, y, area.width(), _LINE))
        painter.setClipping(False)

    def _paint_target(self, painter: QPainter, x_of: Callable[[float], float], height: int) -> None:
        small = self.font()
        small.setPointSizeF(self.font().pointSizeF() - 1.5)
        painter.setFont(small)
        if not self.chart.aimed:
            painter.setPen(QPen(QColor(shade("#d5d9de")), 1))
            painter.drawLine(round(x_of(0)), _TOP, round(x_of(0)), height)
            return
        target = self.target
        band = QRectF(x_of(target * (1 - self.tolerance)), _TOP, 0, height - _TOP)
        band.setRight(max(band.left() + 2, x_of(target * (1 + self.tolerance))))
        painter.fillRect(band, QColor(shade("#e3edfc")))
        painter.setPen(QPen(QColor(shade("#174ea6")), 1.4))
        x = x_of(target)
        painter.drawLine(round(x), _TOP, round(x), height)
        said = tr(
            "Target {target} ± {tolerance}", target=format_whole(target), tolerance=f"{self.tolerance:.0%}"
        )
        width = painter.fontMetrics().horizontalAdvance(said)
        start = min(max(8.0, x - width / 2), self.viewport().width() - width - 8.0)
        painter.drawText(QRectF(start, 2, width + 4, _TOP - 4), Qt.AlignmentFlag.AlignVCenter, said)

    def _paint_bar(
        self, painter: QPainter, row: Row, value: float, x_of: Callable[[float], float], box: QRectF
    ) -> None:
        if row["row"] == self.picked:
            painter.fillRect(box, QColor(shade(_CHOSEN)))
        zero, end = x_of(0.0), x_of(value)
        bar = QRectF(min(zero, end), box.top() + 4, abs(end - zero), box.height() - 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._colour(value)))
        painter.drawRoundedRect(bar, 2, 2)
        painter.setFont(self.font())
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(shade("#1f2937")))
        name = painter.fontMetrics().elidedText(str(row["zone_id"]), Qt.TextElideMode.ElideRight, _NAME - 12)
        painter.drawText(QRectF(12, box.top(), _NAME - 12, _LINE), middle, name)
        painter.setPen(QColor(shade("#4b5563")))
        place = QRectF(box.right() - _VALUE, box.top(), _VALUE - 12, _LINE)
        painter.drawText(place, middle | Qt.AlignmentFlag.AlignRight, self.chart.show(value))

    def _colour(self, value: float) -> str:
        """Return the colour of a bar: blue within the tolerance, orange above, green-blue below."""
        if self.chart.signed:
            return _UNDER if value >= 0 else _OVER
        if not self.chart.aimed or self.target <= 0:
            return _EVEN
        off = value / self.target - 1
        return _EVEN if abs(off) <= self.tolerance + 1e-9 else _OVER if off > 0 else _UNDER


class Charts(QWidget):
    """A choice of charts, and the one chosen."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("charts")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._rows: list[Row] = []
        self.which, self.bars = Combo(), Bars()
        for chart in CHARTS:
            self.which.addItem("", chart)
        self.which.currentIndexChanged.connect(self._turn)
        self.order = QToolButton()
        self.order.setObjectName("panelTool")
        self.order.setCheckable(True)
        self.order.toggled.connect(self._sort)
        self.bars.chosen.connect(self.chosen)
        self.nothing = QLabel()
        self.nothing.setObjectName("hint")
        self.nothing.setWordWrap(True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        line = QHBoxLayout()
        line.setContentsMargins(12, 6, 8, 6)
        line.addWidget(self.which, 1)
        line.addWidget(self.order)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        column.addWidget(self.bars, 1)
        column.addWidget(self.nothing, 1)
        self.retranslate()

    def show_rows(self, rows: list[Row], tolerance: float) -> None:
        """Show the zones of these rows (``row zone_id`` and the columns of `CHARTS`)."""
        self._rows, self.bars.tolerance = rows, tolerance
        self.bars.show_rows(rows)
        self.bars.setVisible(bool(self.bars.rows))
        self.nothing.setVisible(not self.bars.rows)

    def _turn(self) -> None:
        self.bars.chart = self.which.currentData()
        self.show_rows(self._rows, self.bars.tolerance)

    def _sort(self, by_size: bool) -> None:
        self.bars.by_size = by_size
        self.show_rows(self._rows, self.bars.tolerance)

    def retranslate(self) -> None:
        """Write everything in the language in use."""
        for i, chart in enumerate(CHARTS):
            self.which.setItemText(i, tr(chart.title))
        for widget in (self.which, self.bars):
            widget.setAccessibleName(tr("Charts"))
        self.order.setText(tr("By size"))
        self.order.setToolTip(tr("The largest first, instead of by number"))
        self.nothing.setText(tr("Nothing is known of these zones that a chart could show."))
        self.bars.viewport().update()
