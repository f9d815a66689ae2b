"""A small map of layers laid together, without the web page: a wrong coordinate system is seen at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from bigmap.base.arrays import Floats
from bigmap.base.i18n import tr
from bigmap.core.sources.layers import Role

COLOURS = {
    Role.BOUNDARY: "#2b3440",
    Role.COMMUNITIES: "#8a94a3",
    Role.ESTATES: "#c2410c",
    Role.BUILDINGS: "#7c5cbf",
    Role.PUBLIC: "#1d5fd6",
    Role.ROADS: "#6b7280",
    Role.EXCLUSIONS: "#0e7490",
    Role.GREEN: "#3f8f4e",
    Role.BARRIERS: "#b3141f",
    Role.ZONES: "#14724b",
}
NEAR_M = 60_000.0
"""Layers whose middle lies further from the others are told of at the edge."""
_M_PER_DEGREE = 111_320.0
_ROOM = 26


@dataclass(frozen=True)
class Drawing:
    """Outlines of a layer: what it is called, its colour, and lines in degrees (longitude, latitude)."""

    name: str
    colour: str
    lines: Sequence[Floats]
    chosen: bool = False

    @property
    def middle(self) -> Floats:
        """Middle of the layer, degrees."""
        return np.asarray(np.median([line.mean(axis=0) for line in self.lines], axis=0))


@dataclass(frozen=True)
class Frame:
    """From degrees to pixels: metres around ``origin``, then scaled into the widget."""

    origin: Floats
    scale: float
    centre: Floats
    size: tuple[int, int]

    def metres(self, lonlat: Floats) -> Floats:
        """Return metres east and north of the origin."""
        return _metres(lonlat, self.origin)

    def pixels(self, lonlat: Floats) -> Floats:
        """Return (n, 2) pixels."""
        xy = (self.metres(lonlat) - self.centre) * self.scale
        return np.column_stack([self.size[0] / 2 + xy[:, 0], self.size[1] / 2 - xy[:, 1]])


class LayerPreview(QWidget):
    """Paints drawings; those that lie elsewhere are named at the top with their distance.

    Attributes
    ----------
    far : list of (str, float)
        Names of the layers elsewhere, with the distance in km.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(300, 220)
        self.setObjectName("outlines")
        self._near: list[Drawing] = []
        self._origin = np.zeros(2)
        self.far: list[tuple[str, float]] = []
        self.lost: list[str] = []

    def sizeHint(self) -> QSize:
        """Return what is pleasant to look at."""
        return QSize(440, 330)

    def show_drawings(self, drawings: Sequence[Drawing], lost: Sequence[str]) -> None:
        """Show layers; ``lost`` are names of those that nobody can place yet."""
        drawings = [d for d in drawings if len(d.lines)]
        middles = np.array([d.middle for d in drawings])
        self._origin = middles[_most_central(drawings, middles)] if drawings else np.zeros(2)
        away = np.hypot(*_metres(middles, self._origin).T) if drawings else np.zeros(0)
        self._near = [d for d, m in zip(drawings, away, strict=True) if m < NEAR_M]
        self.far = [(d.name, float(m) / 1000) for d, m in zip(drawings, away, strict=True) if not m < NEAR_M]
        self.lost = list(lost)
        self.update()

    def notes(self) -> list[str]:
        """Return what is said over the picture."""
        far = [
            tr("{name} lies {km} km away from the others", name=name, km=f"{km:,.0f}")
            for name, km in self.far
        ]
        return far + [tr("{name} cannot be placed yet: choose its CRS", name=name) for name in self.lost]

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the outlines, chosen ones last, and the notes."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#ffffff"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = self._write_notes(painter)
        frame = self._frame(top)
        painter.translate(0, top)
        if frame is not None:
            for drawing in sorted(self._near, key=lambda d: d.chosen):
                _draw(painter, drawing, frame)
        painter.resetTransform()
        painter.setPen(QPen(QColor("#d5d9de"), 1))
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def _frame(self, top: int) -> Frame | None:
        if not self._near:
            return None
        xy = _metres(np.concatenate([line for d in self._near for line in d.lines]), self._origin)
        low, high = np.percentile(xy, [0.5, 99.5], axis=0)
        span = np.maximum(high - low, 1.0)
        size = (self.width(), self.height() - top)
        room = np.maximum(np.array(size) - 2 * _ROOM, 40)
        return Frame(self._origin, float((room / span).min()) * 0.96, (low + high) / 2, size)

    def _write_notes(self, painter: QPainter) -> int:
        """Write the notes and return how much room they took."""
        y, line = 6.0, self.fontMetrics().height() + 8
        for note in self.notes()[:6]:
            box = QRectF(6, y, self.width() - 12, line)
            painter.fillRect(box, QColor(253, 243, 216, 235))
            painter.setPen(QColor("#8a1c1c"))
            shown = self.fontMetrics().elidedText(note, Qt.TextElideMode.ElideMiddle, int(box.width()) - 12)
            painter.drawText(box.adjusted(6, 0, -6, 0), Qt.AlignmentFlag.AlignVCenter, shown)
            y += line + 2
        return int(y) - 6


def _most_central(drawings: Sequence[Drawing], middles: Floats) -> int:
    """Return the layer next to all others; of two the one that is not being changed."""
    away = [float(np.hypot(*_metres(middles, middle).T).sum()) for middle in middles]
    return min(range(len(drawings)), key=lambda i: (round(away[i], -3), drawings[i].chosen))


def _draw(painter: QPainter, drawing: Drawing, frame: Frame) -> None:
    colour = QColor(drawing.colour)
    painter.setPen(QPen(colour, 2.0 if drawing.chosen else 1.0))
    ends = np.cumsum([len(line) for line in drawing.lines])
    points = [QPointF(x, y) for x, y in frame.pixels(np.concatenate(list(drawing.lines))).tolist()]
    for start, end in zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True):
        if end - start == 1:
            painter.drawEllipse(points[start], 1.5, 1.5)
        else:
            painter.drawPolyline(QPolygonF(points[start:end]))


def _metres(lonlat: Floats, origin: Floats) -> Floats:
    stretch = np.array([_M_PER_DEGREE * np.cos(np.radians(origin[1])), _M_PER_DEGREE])
    return np.asarray((lonlat - origin) * stretch)
