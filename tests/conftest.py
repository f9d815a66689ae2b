"""What every test is held to: no display, no trace in the user's profile, nothing left behind."""

from __future__ import annotations

import logging
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bigmap.base import i18n
from bigmap.base.interrupts import SIGNALS
from bigmap.base.settings import settings_file

# Before anything imports Qt or asks where settings go.
_profile = tempfile.TemporaryDirectory(prefix="bigmap-tests-", ignore_cleanup_errors=True)
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["HOME"] = os.environ["USERPROFILE"] = _profile.name
for _name in ("CONFIG", "CACHE", "DATA", "STATE"):
    os.environ[f"XDG_{_name}_HOME"] = str(Path(_profile.name, _name.lower()))
for _name in ("APPDATA", "LOCALAPPDATA"):
    os.environ[_name] = str(Path(_profile.name, _name.lower()))

# A run in the background ignores Ctrl+C, and so would the commands that tests start and stop.
for _number in SIGNALS:
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, signal.default_int_handler)

# No deadlines: a busy machine is no failure. `make slow` looks at ten times as many examples.
settings.register_profile(
    "quick", deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("many", settings.get_profile("quick"), max_examples=200)
settings.register_profile("thorough", settings.get_profile("quick"), max_examples=1000)
settings.load_profile("quick")


@pytest.fixture(autouse=True)
def _same_language() -> Iterator[None]:
    """Leave the language as it was: a command may have been told another."""
    before = i18n.current()
    yield
    i18n.use(before)


@pytest.fixture(autouse=True)
def _same_signals() -> Iterator[None]:
    """Answer signals as before: a command that ends here goes on ignoring them, and so would its heirs."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    yield
    for number, answer in before.items():
        signal.signal(number, answer)


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Begin each test as on the first day: no theme, no rule, no place on the screen from another test."""
    settings_file().unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def _no_logged_error(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test during which an error was logged; a test that expects it says ``caplog.clear()``."""
    yield
    errors = [r.getMessage() for r in caplog.get_records("call") if r.levelno >= logging.ERROR]
    assert not errors, f"logged during {request.node.name}: {errors}"


@pytest.fixture(autouse=True)
def _no_thread_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a thread running which would keep the process alive."""
    before = set(threading.enumerate())
    yield
    left = [t for t in threading.enumerate() if t not in before and not t.daemon]
    for thread in left:
        thread.join(timeout=5)
    left = [t.name for t in left if t.is_alive()]
    assert not left, f"{request.node.name} left threads running: {left}"


@pytest.fixture(autouse=True)
def _no_window_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a dialog or a message box open."""
    yield
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return
    open_dialogs = [
        w for w in widgets.QApplication.topLevelWidgets() if isinstance(w, widgets.QDialog) and w.isVisible()
    ]
    for dialog in open_dialogs:
        dialog.reject()
    assert not open_dialogs, f"{request.node.name} left dialogs open: {open_dialogs}"
