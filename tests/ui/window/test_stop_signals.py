"""Ctrl+C, a kill and a closed terminal close the window, and whatever dialog is open in it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
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
def window(qtbot: QtBot, said: list[str]) -> Window:
    window = Window()
    qtbot.addWidget(window)
    window.show()
    stop_signals.close_by_signals(window)
    return window


@pytest.fixture
def codes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What the event loop would end with: outside of one Qt would begin no other any more."""
    found: list[int] = []
    monkeypatch.setattr(stop_signals.QApplication, "exit", found.append)
    return found


@pytest.mark.parametrize("number", module.SIGNALS, ids=lambda number: number.name)
def test_a_signal_closes_the_window(
    qtbot: QtBot, window: Window, said: list[str], codes: list[int], number: int
):
    signal.raise_signal(number)
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=PATIENCE_MS)
    assert (said, codes) == (["stopped"], [module.STOPPED])


def test_edits_that_are_lost_are_said(qtbot: QtBot, window: Window, said: list[str], codes: list[int]):
    window.session.replace(document_of(grid_plan()))
    window.session.choose([10])
    window.do(command("new_zone"))
    signal.raise_signal(signal.SIGINT)
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=PATIENCE_MS)
    assert said == ["stopped; what was not exported is lost"]


OPEN = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog
from bigmap import app
from bigmap.ui.window import stop_signals

listen = stop_signals.close_by_signals

def listening(window):
    listen(window)
    QTimer.singleShot(0, QDialog(window).exec)
    QTimer.singleShot(300, lambda: print("open", flush=True))

stop_signals.close_by_signals = listening
sys.exit(app.main(["--lang", "en"]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no signal can be sent to a process alone")
def test_the_program_ends_though_a_dialog_is_open(tmp_path: Path):
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    own = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", OPEN], **pipes, env=own) as process:
        try:
            assert process.stdout.readline() == "open\n"
            process.send_signal(signal.SIGHUP)
            _, said = process.communicate(timeout=120)
        finally:
            process.kill()
    assert process.returncode == module.STOPPED
    assert "bigmap: stopped\n" in said
    assert "Traceback" not in said
    assert list(tmp_path.glob("*bigmap*")) == []
