"""Alternatives side by side: a small map and the figures of each; one is chosen."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import shapely
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from bigmap.base.amounts import percent
from bigmap.base.i18n import tr
from bigmap.core.geometry.partition import dissolve
from bigmap.core.planning.plan import Plan
from bigmap.core.zoning.alternatives import Alternative
from bigmap.mapview.styles import zone_colours
from bigmap.ui.widgets.dialog import Dialog

_MAP = (240, 190)


class AlternativesDialog(Dialog):
    """Asks which of several sets of zones shall become the plan."""

    def __init__(self, plan: Plan, candidates: Sequence[Alternative], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Choose among alternatives"))
        self._candidates = list(candidates)
        self._group = QButtonGroup(self)
        self.cards = [_Card(plan, candidate, self.devicePixelRatioF()) for candidate in candidates]
        row = QHBoxLayout()
        row.setSpacing(12)
        row.setContentsMargins(0, 0, 0, 0)
        for number, card in enumerate(self.cards):
            self._group.addButton(card.button, number)
            card.taken.connect(self.accept)
            row.addWidget(card)
        self.cards[0].button.setChecked(True)
        shelf = QWidget()
        shelf.setLayout(row)
        area = QScrollArea()
        area.setWidget(shelf)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        for widget in (shelf, area.viewport()):
            widget.setAutoFillBackground(False)
        buttons = QDialogButtonBox()
        use = buttons.addButton(tr("Use these zones"), QDialogButtonBox.ButtonRole.AcceptRole)
        use.setObjectName("primary")
        buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        hint = QLabel(
            tr("Each differs from the others by at least 5 % of the load. Undo takes the choice back.")
        )
        hint.setObjectName("hint")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(14)
        column.addWidget(area, 1)
        column.addWidget(hint)
        column.addWidget(buttons)
        wanted = shelf.sizeHint()
        self.resize(min(wanted.width() + 52, 1180), wanted.height() + 130)

    def chosen(self) -> Alternative:
        """Return the alternative that is marked."""
        return self._candidates[self._group.checkedId()]


class _Card(QFrame):
    """One alternative: a click marks it, a double click takes it."""

    taken = Signal()

    def __init__(self, plan: Plan, candidate: Alternative, ratio: float) -> None:
        super().__init__()
        self.setObjectName("candidate")
        self.button = QRadioButton(str(candidate.title))
        self.button.toggled.connect(self._mark)
        picture = QLabel()
        picture.setPixmap(thumbnail(plan, candidate, ratio))
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        figures = QFormLayout()
        figures.setHorizontalSpacing(12)
        figures.setVerticalSpacing(3)
        for name, value in _figures(candidate):
            label, shown = QLabel(name), QLabel(value)
            label.setObjectName("attributeName")
            shown.setAlignment(Qt.AlignmentFlag.AlignRight)
            figures.addRow(label, shown)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(10)
        column.addWidget(self.button)
        column.addWidget(picture)
        column.addLayout(figures)
        column.addStretch(1)
        self._mark(on=False)

    def _mark(self, on: bool) -> None:
        self.setProperty("chosen", "true" if on else "false")
        self.style().polish(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Mark this one."""
        self.button.setChecked(True)
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take this one."""
        self.button.setChecked(True)
        self.taken.emit()
        super().mouseDoubleClickEvent(event)


def _figures(c: Alternative) -> list[tuple[str, str]]:
    figures = [
        (tr("Zones"), f"{c.zones:,}"),
        (tr("Farthest from the mean"), percent(c.deviation)),
        (tr("Borders between zones"), tr("{n:,.1f} km", n=c.border_m / 1000)),
        (tr("Compactness"), f"{c.compact:.2f}"),
    ]
    if not math.isnan(c.moved):
        figures.append((tr("Load that changes its zone"), percent(c.moved)))
    return figures


def thumbnail(plan: Plan, candidate: Alternative, ratio: float = 1.0) -> QPixmap:
    """Return a small map of the zones, in the colours that the large map would give them."""
    zone = candidate.zone_of_unit
    shapes = dissolve(plan.units.polygons, zone, candidate.zones)
    low_x, low_y, high_x, high_y = shapely.total_bounds(shapes)
    scale = min((_MAP[0] - 8) / max(high_x - low_x, 1e-9), (_MAP[1] - 8) / max(high_y - low_y, 1e-9))
    left = (_MAP[0] - scale * (high_x - low_x)) / 2
    top = (_MAP[1] - scale * (high_y - low_y)) / 2
    pixels = QPixmap(round(_MAP[0] * ratio), round(_MAP[1] * ratio))
    pixels.setDevicePixelRatio(ratio)
    pixels.fill(QColor("#f5f7f9"))
    painter = QPainter(pixels)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor("#4b5563"), 1.0))
    flat = shapely.simplify(shapes, 0.5 / scale)
    for shape, colour in zip(flat, zone_colours(plan.graph, zone, candidate.zones), strict=True):
        painter.setBrush(QColor(colour))
        path = QPainterPath()
        path.setFillRule(Qt.FillRule.OddEvenFill)
        for ring in shapely.get_rings(shape):
            xy = shapely.get_coordinates(ring)
            placed = np.column_stack([left + scale * (xy[:, 0] - low_x), top + scale * (high_y - xy[:, 1])])
            path.addPolygon([QPointF(x, y) for x, y in placed.tolist()])
            path.closeSubpath()
        painter.drawPath(path)
    painter.end()
    return pixels
