"""The program around the window."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bigmap import app
from bigmap.base import i18n, log
from bigmap.ui.widgets import theme
from bigmap.ui.window.window import Window
from tests.helpers.plans import grid_plan, write_street
from tests.helpers.qt import PATIENCE_MS


@pytest.mark.web
def test_picture_shows_the_map(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "window.png"
    app.picture_of_window(grid_plan(), path, "zh")
    picture = QImage(str(path))
    assert (picture.width(), picture.height()) == (1400, 900)
    reds = sum(
        (c := picture.pixelColor(x, y)).red() > 180 and c.green() < 90 and c.blue() < 90
        for x in range(300, 1000, 2)
        for y in range(100, 800, 2)
    )
    assert reds > 500  # the hatch of the gap
    assert i18n.current() == "zh"


@pytest.mark.web
def test_picture_needs_no_display_where_the_platform_is_named_but_empty(tmp_path: Path) -> None:
    path = tmp_path / "window.png"
    code = (
        "import sys; from pathlib import Path; from bigmap import app;"
        "from tests.helpers.plans import grid_plan;"
        "app.picture_of_window(grid_plan(), Path(sys.argv[1]), 'en')"
    )
    bare = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        env={**bare, "QT_QPA_PLATFORM": ""},
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert QImage(str(path)).width() == 1400


@pytest.mark.web
def test_window_opens_what_is_named(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_street(tmp_path / "street")
    seen: list[str] = []

    def until_opened(*_: object) -> int:
        window = next(w for w in QApplication.topLevelWidgets() if isinstance(w, Window) and w.isVisible())
        qtbot.waitUntil(lambda: window.session.document is not None, timeout=PATIENCE_MS)
        seen.append(window.windowTitle())
        window.close()
        window.deleteLater()
        return 0

    monkeypatch.setattr(QApplication, "exec", until_opened)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)  # put back afterwards
    monkeypatch.setattr(log, "write_log", lambda: None)
    assert app.main([str(folder), "--lang", "zh"]) == 0
    assert seen == ["street - bigmap 大物业服务片区"]


@pytest.mark.parametrize(
    ("environment", "seen"),
    [
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({}, False),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, False),
    ],
)
def test_display(environment: dict[str, str], seen: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert app.has_display() is seen


def test_style_sheet_is_understood(qtbot: QtBot, qapp: QApplication) -> None:
    font, style = qapp.font(), qapp.style().objectName()
    theme.apply_theme(qapp)  # a mistake in the sheet is a Qt warning, which fails the test
    assert "@icons@" not in qapp.styleSheet()
    qapp.setStyleSheet("")
    qapp.setStyle(style)
    qapp.setFont(font)


def test_every_icon_of_the_table_is_there(qtbot: QtBot) -> None:
    from bigmap.commands.registry import COMMANDS

    for command in COMMANDS:
        assert not command.icon or not theme.icon(command.icon).pixmap(20).isNull(), command.icon
