"""A combo box that gives back what was put into it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget


class _Held:
    """A value that Qt carries without looking into it: a `StrEnum` would come back as a plain `str`."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value


class Combo(QComboBox):
    """A combo box whose entries hold values of any type, compared as Python does."""

    def addItem(self, text: str, value: object = None) -> None:  # type: ignore[override] # no icons here
        """Add an entry that holds a value."""
        super().addItem(text, _Held(value))

    def insertItem(self, at: int, text: str, value: object = None) -> None:  # type: ignore[override]
        """Insert an entry that holds a value."""
        super().insertItem(at, text, _Held(value))

    def itemData(self, at: int) -> Any:  # type: ignore[override] # there is one role
        """Return the value of an entry, None where there is no such entry."""
        held = super().itemData(at)
        return held.value if isinstance(held, _Held) else None

    def currentData(self) -> Any:  # type: ignore[override]
        """Return the value of the entry that is chosen."""
        return self.itemData(self.currentIndex())

    def findData(self, value: object) -> int:  # type: ignore[override]
        """Return the first entry that holds a value, -1 for none."""
        return next((i for i in range(self.count()) if self.itemData(i) == value), -1)


class Cell(Combo):
    """A combo box in a table: the wheel scrolls the table, and entering it chooses the row.

    Attributes
    ----------
    entered : Signal()
        The box was clicked or reached by the keyboard.
    """

    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setObjectName("cell")

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the table."""
        event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell that the box was entered."""
        super().focusInEvent(event)
        self.entered.emit()
