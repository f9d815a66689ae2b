"""Where the window stands on the screen: within its free part, and the next time where it was."""

from __future__ import annotations

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QWidget

from bigmap.base import settings
from bigmap.ui.widgets.dialog import fit_to_screen

_SIZE = (1400, 900)


def take_place(window: QWidget) -> None:
    """Take the usual size, as far as the free screen has room for it."""
    window.resize(*_SIZE)
    fit_to_screen(window)


def restore_place(window: QWidget) -> None:
    """Go where the window was last, as far as that is still on a screen."""
    geometry = settings.load().get("geometry")
    if geometry:
        window.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
    if not window.isMaximized():
        fit_to_screen(window)


def remember_place(window: QWidget) -> None:
    """Remember where the window is."""
    settings.remember(geometry=bytes(window.saveGeometry().toBase64().data()).decode())
