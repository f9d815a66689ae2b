"""Rows of text that wrap to the width of their view, so that nothing is cut off."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTextLayout, QTextOption
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from bigmap.ui.widgets.day_night import shade

Index = QModelIndex | QPersistentModelIndex
BLOCKS = Qt.ItemDataRole.UserRole + 1
"""Blocks of a row, from top to bottom: (text, colour, bold, size in points relative to the font)."""
SIGN = Qt.ItemDataRole.UserRole + 2
"""(sign, colour) before the text."""
COUNT = Qt.ItemDataRole.UserRole + 3
"""Number at the right, '' for none."""
FOOT = Qt.ItemDataRole.UserRole + 4
"""Pixels to keep free below the text, for a button."""

Block = tuple[str, str, bool, float]
_LEFT, _TOP, _GAP, _SIGN_WIDTH = 8.0, 6.0, 2.0, 20.0
_ARROW = 14.0


class WrappedDelegate(QStyledItemDelegate):
    """Paints rows of blocks of text that wrap."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the size that all text needs in the width of the view."""
        width = self._text_width(index)
        height = sum(
            _laid(text, _font(option.font, bold, more), width)[1] + _GAP
            for text, _, bold, more in _blocks(index)
        )
        return QSize(40, round(height - _GAP + 2 * _TOP + (index.data(FOOT) or 0)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint background, sign, text and count."""
        painter.save()
        painter.setClipRect(option.rect)
        box: QRect = option.rect
        widget = option.widget
        style = widget.style() if widget else QApplication.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, widget)
        self._write(painter, QRectF(box), option.font, index)
        painter.restore()

    def _write(self, painter: QPainter, box: QRectF, font: QFont, index: Index) -> None:
        x, y = box.left() + _LEFT, box.top() + _TOP
        sign, count = index.data(SIGN), index.data(COUNT)
        line = QFontMetricsF(_font(font, bold=True)).height()
        if index.model().hasChildren(index):
            mark = "▾" if _view_of(self).isExpanded(index) else "▸"
            _put(painter, QRectF(x, y, _ARROW, line), mark, font, "#6b7280")
            x += _ARROW
        if sign:
            _put(painter, QRectF(x, y, _SIGN_WIDTH, line), sign[0], _font(font, bold=True), sign[1])
            x += _SIGN_WIDTH
        if count:
            right = QRectF(box.right() - 60, y, 52, line)
            _put(painter, right, count, font, "#4b5563", Qt.AlignmentFlag.AlignRight)
        for text, colour, bold, more in _blocks(index):
            layout, height = _laid(text, _font(font, bold, more), self._text_width(index))
            painter.setPen(QColor(shade(colour)))
            layout.draw(painter, QPointF(x, y))
            y += height + _GAP

    def _text_width(self, index: Index) -> float:
        view, depth = _view_of(self), 0
        above = index.parent()
        while above.isValid():
            depth, above = depth + 1, above.parent()
        used: float = view.indentation() * (depth + bool(view.rootIsDecorated()))
        used += _SIGN_WIDTH if index.data(SIGN) else 0
        used += _ARROW if index.model().hasChildren(index) else 0
        used += 48 if index.data(COUNT) else 0
        return max(view.viewport().width() - used - 2 * _LEFT, 60.0)


def _view_of(delegate: WrappedDelegate) -> QTreeView:
    view = delegate.parent()
    assert isinstance(view, QTreeView)
    return view


def _blocks(index: Index) -> list[Block]:
    return [block for block in index.data(BLOCKS) or [] if block[0]]


def _font(font: QFont, bold: bool = False, more: float = 0.0) -> QFont:
    own = QFont(font)
    own.setBold(bold)
    own.setPointSizeF(font.pointSizeF() + more)
    return own


def _laid(text: str, font: QFont, width: float) -> tuple[QTextLayout, float]:
    """Return the text in lines of at most this width, and its height."""
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    height = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0, height))
        height += line.height()
    layout.endLayout()
    return layout, height


def _put(
    painter: QPainter,
    box: QRectF,
    text: str,
    font: QFont,
    colour: str,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    painter.setFont(font)
    painter.setPen(QColor(shade(colour)))
    painter.drawText(box, align | Qt.AlignmentFlag.AlignVCenter, text)
