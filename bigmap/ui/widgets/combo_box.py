"""A combo box that gives back what was put into it."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QComboBox


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
