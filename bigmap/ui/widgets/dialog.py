"""Dialogs: never larger than the free screen, and gone when they are answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import shiboken6
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QWidget

W = TypeVar("W", bound=QWidget)
_FRAME = QSize(16, 40)
"""What a desktop puts around a window, which no desktop tells before the window is shown."""


def room_on(screen: QRect) -> QSize:
    """Return the largest size of a window on the free part of a screen."""
    return screen.size() - _FRAME


def fit_to_screen(window: QWidget) -> None:
    """Make a window as small as the free screen where it is larger, and move it there where it is not."""
    free = window.screen().availableGeometry()
    window.resize(window.size().boundedTo(room_on(free)))
    x = min(window.x(), free.right() + 1 - window.width() - _FRAME.width() // 2)
    y = min(window.y(), free.bottom() + 1 - window.height() - _FRAME.height())
    window.move(max(x, free.left()), max(y, free.top()))


class Dialog(QDialog):
    """A dialog that stands within the free screen, whatever size it asks for."""

    def showEvent(self, event: QShowEvent) -> None:
        """Come no larger than the screen."""
        super().showEvent(event)
        fit_to_screen(self)


@contextmanager
def temporary(widget: W) -> Iterator[W]:
    """Give a dialog or menu to work with, and delete it with all that is in it.

    It would live as long as the window over which it stands.
    """
    try:
        yield widget
    finally:
        if shiboken6.isValid(widget):  # the window may be closed over it
            shiboken6.delete(widget)
