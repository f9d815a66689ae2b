"""Ctrl+C, a kill and a closed terminal close the window, and whatever dialog is open in it."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from bigmap.base import interrupts as module
from bigmap.commands.registry import command
from bigmap.ui.window import stop_signals
from bigmap.ui.window.window import Window
from tests.helpers.plans import grid_plan
from tests.helpers.qt import PATIENCE_MS, document_of

pytestmark = pytest.mark.web


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the terminal reads."""
    lines: list[str] = []
    monkeypatch.setattr(stop_signals, "say", lambda text: lines.append(text.render("en")))
    monkeypatch.setattr(stop_signals, "end_soon", lambda *_: None)  # would end the tests
    return lines


@pytest.fixture
def window(qtbot: QtBot, said: list[str]) -> Iterator[Window]:
    handlers = {number: signal.getsignal(number) for number in module._SIGNALS}
    window = Window()
    qtbot.addWidget(window)
    window.show()
    stop_signals.close_by_signals(window)
    yield window
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def codes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What the event loop would end with: outside of one Qt would begin no other any more."""
    found: list[int] = []
    monkeypatch.setattr(stop_signals.QApplication, "exit", found.append)
    return found


@pytest.mark.parametrize("number", module._SIGNALS, ids=lambda number: number.name)
def test_a_signal_closes_the_window(
    qtbot: QtBot, window: Window, said: list[str], codes: list[int], number: int
):
    signal.raise_signal(number)
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=PATIENCE_MS)
    assert (said, codes) == (["stopped"], [module.STOPPED])


def test_it_ends_the_event_loop_with_an_exit_code_and_a_dialog_in_it(window: Window, said: list[str]):
    dialog = QDialog(window)
    QTimer.singleShot(0, dialog.exec)
    QTimer.singleShot(50, lambda: signal.raise_signal(signal.SIGTERM))
    assert QApplication.exec() == module.STOPPED
    assert not window.isVisible()
    dialog.close()


def test_edits_that_are_lost_are_said(qtbot: QtBot, window: Window, said: list[str], codes: list[int]):
    window.session.replace(document_of(grid_plan()))
    window.session.choose([10])
    window.do(command("new_zone"))
    signal.raise_signal(signal.SIGINT)
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=PATIENCE_MS)
    assert said == ["stopped; what was not exported is lost"]
