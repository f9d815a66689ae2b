"""Ctrl+C, a kill or a closed terminal closes the window, without a question that nobody would answer."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from bigmap.base.i18n import Text
from bigmap.base.interrupts import STOPPED, end_soon, interrupts, say
from bigmap.session.unsaved import unsaved, unsaved_check

if TYPE_CHECKING:
    from bigmap.ui.window.window import Window

_LOOK_MS = 100
_PATIENCE_S = 1.5
"""How long work under way may take to come to its next step."""


def let_signals_in(parent: QObject) -> QTimer:
    """Return a timer that is running: Python answers signals only when some of it runs, and Qt runs none."""
    timer = QTimer(parent, interval=_LOOK_MS)
    timer.timeout.connect(lambda: None)
    timer.start()
    return timer


def close_by_signals(window: Window) -> None:
    """Let signals close a window from now on; the event loop then ends with `STOPPED`."""
    asked = threading.Event()

    def ask() -> None:
        asked.set()
        end_soon(_sentence(window), STOPPED, _PATIENCE_S)

    def look() -> None:
        if asked.is_set():
            timer.stop()
            say(_sentence(window))
            window.close_unasked()
            QApplication.exit(STOPPED)

    interrupts.install(ask)
    timer = let_signals_in(window)
    timer.timeout.connect(look)


def _sentence(window: Window) -> Text:
    if unsaved(window.session) or unsaved_check(window.session):
        return Text("stopped; what was not exported is lost")
    return Text("stopped")
