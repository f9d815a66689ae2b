"""Drawing in millimetres with real text, on any Qt paint device."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPen,
    QTextLayout,
    QTextOption,
)

from bigmap.base.errors import UserError
from bigmap.ui.printing.layout import Box

INK = "#20262e"
GREY = "#667078"
RULE = "#b4bac0"
ALARM = "#b3141f"

# With Noto CJK the text copied out of a PDF has Kangxi radicals for 片, 面, 大: it stands last.
FAMILIES = (
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "SimHei",
    "Microsoft YaHei",
    "PingFang SC",
    "Heiti SC",
    "SimSun",
    "Source Han Sans SC",
    "Noto Sans CJK SC",
)

_EM = 100
"""Pixels of the one font that is scaled to every size, so that text is as wide on every device."""


def sheet_font() -> QFont:
    """Return the font of the sheets, an em of `_EM` pixels.

    Raises
    ------
    UserError
        Where no font with Chinese characters is installed.
    """
    installed = set(QFontDatabase.families())
    family = next((f for f in FAMILIES if f in installed), None)
    if family is None:
        raise UserError(
            "No Chinese font was found for the sheet: install one, for example fonts-wqy-microhei."
        )
    font = QFont(family)
    font.setPixelSize(_EM)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


class SheetPen:
    """A painter whose unit is the millimetre of the page.

    Parameters
    ----------
    painter : QPainter
        Open, its origin at the corner of the paper.
    unit : float
        Size of type relative to A3; `text` multiplies its sizes with it.
    """

    def __init__(self, painter: QPainter, unit: float) -> None:
        device = painter.device()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.resetTransform()
        painter.scale(device.logicalDpiX() / 25.4, device.logicalDpiY() / 25.4)
        self.painter = painter
        self.unit = unit
        self.font = sheet_font()
        self.metrics = QFontMetricsF(self.font)

    # --- text ---

    def width(self, text: str, size: float) -> float:
        """Return the width of one line of text, mm."""
        return self.metrics.horizontalAdvance(text) * size * self.unit / _EM

    def text(
        self,
        box: Box,
        text: str,
        size: float,
        *,
        align: str = "left",
        colour: str = INK,
        lines: int = 1,
        least: float = 0.8,
    ) -> None:
        r"""Write text into a box, middle height; it is made a little smaller, then wrapped, then cut with ….

        Parameters
        ----------
        box : Box
        text : str
            ``\n`` begins a new line.
        size : float
            Height of an em at unit 1, mm.
        align : {'left', 'centre', 'right'}
        colour : str
        lines : int
            Most lines to use.
        least : float
            How far one line may shrink before it is cut.
        """
        size = self._shrunk(text, size, box.w, least) if lines == 1 else size
        shown = self._wrapped(text, size, box.w, lines)
        pitch = 1.28 * size * self.unit
        top = box.y + (box.h - pitch * len(shown)) / 2
        for i, line in enumerate(shown):
            room = box.w - self.width(line, size)
            x = box.x + room * {"left": 0.0, "centre": 0.5, "right": 1.0}[align]
            self._line_of_text(x, top + pitch * (i + 0.5), line, size, colour)

    def label(self, x: float, y: float, text: str, size: float, colour: str = INK) -> None:
        """Write one line centred on a point, with a white halo."""
        left = x - self.width(text, size) / 2
        self._at(left, y, size)
        outline = QPainterPath()
        outline.addText(QPointF(0, 0), self.font, text)
        halo = QPen(QColor("white"), _EM * 0.24)
        halo.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        self.painter.strokePath(outline, halo)
        self.painter.restore()
        self._line_of_text(left, y, text, size, colour)

    def lines_needed(self, text: str, size: float, width: float) -> int:
        """Return how many lines a text takes at a width in mm."""
        return len(self._wrapped(text, size, width, 99))

    def _shrunk(self, text: str, size: float, room: float, least: float) -> float:
        """Return a size at which the text fits, at least ``least`` of the wanted one."""
        needed = self.width(text, size)
        return size * max(least, room / needed) if needed > room > 0 else size

    def _wrapped(self, text: str, size: float, width: float, most: int) -> list[str]:
        room = width * _EM / (size * self.unit) + 1e-6
        lines = [line for part in text.split("\n") for line in self._broken(part, room)]
        if len(lines) <= most:
            return lines
        rest = "".join(lines[most - 1 :])
        return [*lines[: most - 1], self.metrics.elidedText(rest, Qt.TextElideMode.ElideRight, room)]

    def _broken(self, text: str, room: float) -> list[str]:
        """Return one paragraph in lines, broken between words or Chinese characters."""
        if self.metrics.horizontalAdvance(text) <= room:
            return [text]
        layout = QTextLayout(text, self.font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        lines = []
        while (line := layout.createLine()).isValid():
            line.setLineWidth(room)
            lines.append(text[line.textStart() : line.textStart() + line.textLength()])
        layout.endLayout()
        return lines

    def _line_of_text(self, x: float, middle: float, text: str, size: float, colour: str) -> None:
        self._at(x, middle, size)
        self.painter.setFont(self.font)
        self.painter.setPen(QColor(colour))
        self.painter.drawText(QPointF(0, 0), text)
        self.painter.restore()

    def _at(self, x: float, middle: float, size: float) -> None:
        """Move to the baseline of a line of text and scale to its size; the caller restores."""
        scale = size * self.unit / _EM
        baseline = middle + self.metrics.capHeight() / 2 * scale * 1.08
        self.painter.save()
        self.painter.translate(x, baseline)
        self.painter.scale(scale, scale)

    # --- lines and areas ---

    def rect(self, box: Box, fill: str = "", edge: str = "", width: float = 0.2) -> None:
        """Draw a rectangle, filled or edged or both."""
        self._set(fill, edge, width)
        self.painter.drawRect(QRectF(box.x, box.y, box.w, box.h))

    def polygon(self, points: Sequence[tuple[float, float]], fill: str = "", edge: str = "") -> None:
        """Draw a closed polygon of page points."""
        self._set(fill, edge, 0.2)
        self.painter.drawPolygon([QPointF(x, y) for x, y in points])

    def line(self, x0: float, y0: float, x1: float, y1: float, colour: str = INK, width: float = 0.2) -> None:
        """Draw a straight line."""
        self._set("", colour, width)
        self.painter.drawLine(QPointF(x0, y0), QPointF(x1, y1))

    def ring(self, x: float, y: float, radius: float, colour: str, width: float) -> None:
        """Draw a circle."""
        self._set("", colour, width)
        self.painter.drawEllipse(QPointF(x, y), radius, radius)

    def fill(self, path: QPainterPath, colour: str) -> None:
        """Fill a path."""
        self.painter.fillPath(path, QBrush(QColor(colour)))

    def stroke(self, path: QPainterPath, colour: str, width: float, dash: Sequence[float] = ()) -> None:
        """Draw the line of a path; ``dash`` in mm."""
        pen = QPen(QColor(colour), width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if dash:
            pen.setDashPattern([d / width for d in dash])
        self.painter.strokePath(path, pen)

    def _set(self, fill: str, edge: str, width: float) -> None:
        self.painter.setBrush(QColor(fill) if fill else Qt.BrushStyle.NoBrush)
        pen = QPen(QColor(edge), width) if edge else QPen(Qt.PenStyle.NoPen)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        self.painter.setPen(pen)
