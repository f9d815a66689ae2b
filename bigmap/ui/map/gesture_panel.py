"""Before letting go: what a gesture does to the zones it touches, small, over the map."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from bigmap.base.i18n import tr
from bigmap.core.editing.changes import Preview, ZoneFigures
from bigmap.core.units import unknown
from bigmap.ui.widgets.number_format import format_whole

_MOST = 4

Line = tuple[str, Callable[[ZoneFigures], str]]
_LINES: tuple[Line, ...] = (
    ("Load", lambda f: format_whole(f.sums.get("load", 0.0))),
    ("Off target", lambda f: f"{f.off:+.1%}"),
    ("Households", lambda f: format_whole(unknown.figure(f.sums, "hh"))),
    ("Pieces", lambda f: str(f.pieces)),
    ("Compactness", lambda f: f"{f.compact:.2f}"),
)


class GesturePanel(QFrame):
    """A column for each zone: load, distance from target, households, pieces, compactness, before → after.

    It shows a `Preview` (`Editor.previewed`), is red where the gesture would break a zone, and hides when the
    gesture is over. The mouse goes through it.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("gesture")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(12, 8, 12, 8)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(2)
        self._labels: dict[tuple[int, int], QLabel] = {}
        self.hide()

    def show_preview(self, found: Preview | None) -> None:
        """Show what a gesture does; None, or one that touches no zone, hides the panel."""
        for label in self._labels.values():
            label.hide()
        if found is None or not (found.before or found.after):
            self.hide()
            return
        before = {f.row: f for f in found.before}
        after = {f.row: f for f in found.after}
        rows = sorted({*before, *after}, key=lambda r: (r not in found.broken, r))
        for i, (title, _) in enumerate(_LINES, start=1):
            self._write(i, 0, tr(title), "gestureHead")
        for column, row in enumerate(rows[:_MOST], start=1):
            self._write_zone(column, before.get(row), after.get(row), row in found.broken)
        foot = len(_LINES) + 1
        if len(rows) > _MOST:
            self._write(foot, 0, tr("and {n} more zones", n=len(rows) - _MOST), "gestureHead", 1 + _MOST)
        if found.broken:
            n = len(found.broken)
            text = tr("A zone would fall apart") if n == 1 else tr("{n} zones would fall apart", n=n)
            self._write(foot + 1, 0, text, "gestureBad", 1 + min(len(rows), _MOST))
        self.setProperty("broken", bool(found.broken))
        self.style().unpolish(self)
        self.style().polish(self)
        self.show()
        self.raise_()
        self.adjustSize()

    def _write_zone(
        self, column: int, old: ZoneFigures | None, new: ZoneFigures | None, broken: bool
    ) -> None:
        known = new or old
        assert known is not None
        self._write(0, column, known.zone.zone_id, "gestureBad" if broken else "gestureZone")
        for i, (title, show) in enumerate(_LINES, start=1):
            parts = [show(f) if f else "–" for f in (old, new)]
            text = parts[0] if parts[0] == parts[1] else f"{parts[0]} → {parts[1]}"
            self._write(i, column, text, "gestureBad" if broken and title == "Pieces" else "")

    def _write(self, row: int, column: int, text: str, name: str, span: int = 1) -> None:
        label = self._labels.get((row, column))
        if label is None:
            label = self._labels[row, column] = QLabel()
        self._grid.addWidget(label, row, column, 1, span)
        if label.objectName() != name:
            label.setObjectName(name)
            label.style().unpolish(label)
            label.style().polish(label)
        label.setText(text)
        label.show()

    def texts(self) -> list[str]:
        """Return what can be read, by lines."""
        shown = sorted(place for place, label in self._labels.items() if not label.isHidden())
        return [self._labels[place].text() for place in shown]
