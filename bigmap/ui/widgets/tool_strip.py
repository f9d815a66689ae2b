"""Toolbars that hide nothing: where there is little room their buttons become smaller."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QToolBar, QToolButton, QWidget

_BOTH, _ICON = Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly
_SIDE, _SMALL_SIDE = 20, 16
_EDGES = 24  # what a style sheet puts around a bar and no hint of its size counts


class ToolStrip(QToolBar):
    """A row of buttons with icon and name; where they find no room, names go: those at the end first.

    Parameters
    ----------
    parent : QWidget
    brief : sequence of QAction
        What its icon tells well enough: these lose their names before the others.
    """

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setMovable(False)
        self.setIconSize(QSize(_SIDE, _SIDE))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.brief: list[QAction] = []
        self._fitted: tuple[int, int] = (-1, -1)

    def buttons(self) -> list[QToolButton]:
        """Return the buttons in their order."""
        found = (self.widgetForAction(action) for action in self.actions())
        return [button for button in found if isinstance(button, QToolButton)]

    def fit(self) -> None:
        """Let as many buttons bear their names as there is room for."""
        if self.orientation() == Qt.Orientation.Vertical:
            self._fit_upright()
            return
        buttons = self.buttons()
        for button in buttons:
            button.setToolButtonStyle(_BOTH)
        spare = self.width() - self.sizeHint().width() - _EDGES
        brief = [b for b in buttons if b.defaultAction() in self.brief]
        for button in [*brief, *(b for b in reversed(buttons) if b not in brief)]:
            if spare >= 0:
                break
            named = button.sizeHint().width()
            button.setToolButtonStyle(_ICON)
            spare += named - button.sizeHint().width()

    def _fit_upright(self) -> None:
        self._dress(tight=False)
        if self.sizeHint().height() + _EDGES > self.height():
            self._dress(tight=True)

    def _dress(self, *, tight: bool) -> None:
        side = _SMALL_SIDE if tight else _SIDE
        self.setIconSize(QSize(side, side))
        if bool(self.property("tight")) != tight:
            self.setProperty("tight", tight)
            for widget in (self, *self.buttons()):
                widget.style().unpolish(widget)
                widget.style().polish(widget)
        if layout := self.layout():
            layout.invalidate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit anew where there is more room, or less."""
        super().resizeEvent(event)
        along = 0 if self.orientation() == Qt.Orientation.Horizontal else 1
        now = (event.size().width(), event.size().height())
        if now[along] != self._fitted[along]:
            self._fitted = now
            self.fit()
