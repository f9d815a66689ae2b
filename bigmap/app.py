"""The window as a program: what Qt wants first, the event loop, and a picture without a display."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from bigmap.base import i18n, log, settings
from bigmap.base.progress import Progress
from bigmap.core.plan import Plan

if TYPE_CHECKING:
    from PySide6.QtCore import QMessageLogContext, QtMsgType
    from PySide6.QtWidgets import QApplication

    from bigmap.session.document import Document
    from bigmap.ui.window import Window

_PICTURE_SIZE = (1400, 900)
_PATIENCE_MS = 60_000
_LOOK_MS = 50


def main(argv: list[str] | None = None) -> int:
    """Open the window, on a folder or on files where some are named.

    Parameters
    ----------
    argv : list of str, optional
        ``[FOLDER | FILE...] [--lang zh|en]``; the arguments of the process by default.

    Returns
    -------
    int
        Exit code.
    """
    from argparse import ArgumentParser

    parser = ArgumentParser(prog="bigmap-gui", description="Service zones of the Big Property model.")
    parser.add_argument("paths", nargs="*", type=Path, metavar="FOLDER", help="folder or layers to open")
    parser.add_argument("--lang", choices=i18n.LANGUAGES, help="language of the window")
    args = parser.parse_args(argv)
    return _run(args.paths, args.lang or settings.language())


def open_window(start: Plan | Path | None = None, lang: str | None = None) -> int:
    """Open the window on a plan or a folder and stay until it is closed; return the exit code.

    Parameters
    ----------
    start : Plan, pathlib.Path or None
        What stands in it at first.
    lang : {'zh', 'en'}, optional
        Language of the window; the one in use by default.
    """
    return _run(start if isinstance(start, Plan) else [start] if start else [], lang or i18n.current())


def has_display() -> bool:
    """Return whether a window could be seen."""
    if os.environ.get("QT_QPA_PLATFORM", "").startswith(("offscreen", "minimal")):
        return False
    if sys.platform.startswith("linux"):
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True


def picture_of_window(plan: Plan, path: Path, lang: str | None = None) -> None:
    """Write a picture of the real window with the plan in it, as PNG; no display is needed.

    Parameters
    ----------
    plan : Plan
    path : pathlib.Path
        File to write, replaced if there.
    lang : {'zh', 'en'}, optional
        Language of the window; the one in use by default.

    Raises
    ------
    RuntimeError
        If the map did not appear within a minute.
    OSError
        If the file cannot be written.
    """
    if not has_display():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    _application()
    if lang:
        i18n.use(lang)
    window = _window(remembered=False)
    window.resize(*_PICTURE_SIZE)
    window.show()
    window.session.replace(_document(plan))
    try:
        if not _wait_until(window.map.shows_ground):
            raise RuntimeError("the map did not appear within a minute")
        if not window.grab().save(str(path), "PNG"):
            raise OSError(f"{path} cannot be written")
    finally:
        window.close()


def _wait_until(holds: Callable[[], bool]) -> bool:
    """Run the event loop until ``holds``; return whether it did before patience ran out."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop, timer = QEventLoop(), QTimer()
    timer.timeout.connect(lambda: loop.exit(0) if holds() else None)
    timer.start(_LOOK_MS)
    QTimer.singleShot(_PATIENCE_MS, loop, lambda: loop.exit(1))
    return loop.exec() == 0


def prepare() -> None:
    """Do what Qt wants before an application: the map's address, a shared context, no sandbox for root."""
    from PySide6.QtCore import QCoreApplication, Qt

    from bigmap.ui import scheme

    if hasattr(os, "geteuid") and os.geteuid() == 0:  # Chromium refuses to start sandboxed as root
        os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
    os.environ.setdefault("QTWEBENGINE_CHROMIUM_FLAGS", "--log-level=3")  # no talk of missing buses on stderr
    scheme.register()
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)


def _run(start: Plan | list[Path], lang: str) -> int:
    log.write_log()
    i18n.use(lang)
    app = _application()
    window = _window(remembered=True)
    sys.excepthook = _confessor(window)
    window.show()
    if isinstance(start, Plan):
        window.session.replace(_document(start))
    elif start:
        window.open_paths(start)
    return int(app.exec())


def _application() -> QApplication:
    from PySide6.QtCore import qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    from bigmap.ui.look import dress

    app = QApplication.instance()
    if isinstance(app, QApplication):
        return app
    prepare()
    qInstallMessageHandler(_log_qt)
    app = QApplication(["bigmap"])
    app.setApplicationName("bigmap")
    dress(app, settings.theme())
    return app


def _log_qt(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    """Send what Qt says to the log instead of the terminal: mostly what the graphics card cannot do."""
    from PySide6.QtCore import QtMsgType

    severe = kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)
    logging.getLogger("qt").log(logging.ERROR if severe else logging.INFO, "%s", text)


def _window(*, remembered: bool) -> Window:
    from bigmap.ui.window import Window

    window = Window()
    if remembered:
        window.restore_place()
    return window


def _document(plan: Plan) -> Document:
    from bigmap.commands.files import packed

    return packed(plan, (), Progress())


def _confessor(window: Window) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    def confess(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        if not isinstance(error, KeyboardInterrupt):
            window.defects.confess(error, unchanged=False)

    return confess
