"""The window as a program: what Qt wants first, the event loop, and a picture without a display."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from bigmap.base import i18n, log, settings, temp_folders
from bigmap.base.atomic_write import store
from bigmap.base.progress import Progress
from bigmap.core.planning.plan import Plan
from bigmap.session import import_memory

if TYPE_CHECKING:
    from PySide6.QtCore import QMessageLogContext, QtMsgType, SignalInstance
    from PySide6.QtWidgets import QApplication

    from bigmap.session.document import Document
    from bigmap.ui.window.window import Window

_PICTURE_SIZE = (1400, 900)
_PATIENCE_MS = 60_000


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
        If the map was not painted whole within a minute.
    UserError
        If the file cannot be written.
    """
    if not has_display() and not os.environ.get("QT_QPA_PLATFORM"):  # empty is as good as unset
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from bigmap.ui.printing.sheet import png_bytes

    _application()
    if lang:
        i18n.use(lang)
    window = _window(remembered=False)
    window.resize(*_PICTURE_SIZE)
    window.show()
    window.session.replace(_document(plan))
    try:
        if not _comes(window.map.idle, window.map.await_idle):
            raise RuntimeError("the map was not painted whole within a minute")
        store(path, png_bytes(window.grab().toImage()))
    finally:
        window.close()


def _comes(signal: SignalInstance, ask: Callable[[], None]) -> bool:
    """Run the event loop until the signal that ``ask`` asks for; return whether it came in time."""
    from PySide6.QtCore import QEventLoop, QTimer

    from bigmap.ui.window.stop_signals import let_signals_in

    loop = QEventLoop()
    let_signals_in(loop)
    signal.connect(loop.quit)
    QTimer.singleShot(_PATIENCE_MS, loop, lambda: loop.exit(1))
    ask()
    return loop.exec() == 0


def prepare() -> None:
    """Do what Qt wants before an application: the map's address, a shared context, no sandbox for root."""
    from PySide6.QtCore import QCoreApplication, Qt

    from bigmap.ui.map import url_scheme

    if hasattr(os, "geteuid") and os.geteuid() == 0:  # Chromium refuses to start sandboxed as root
        os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
    os.environ.setdefault("QTWEBENGINE_CHROMIUM_FLAGS", "--log-level=3")  # no talk of missing buses on stderr
    url_scheme.register()
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)


def _run(start: Plan | list[Path], lang: str) -> int:
    from PySide6.QtCore import QTimer

    from bigmap.ui.window.stop_signals import close_by_signals

    log.write_log()
    i18n.use(lang)
    temp_folders.sweep()
    app = _application()
    window = _window(remembered=True)
    close_by_signals(window)
    sys.excepthook = _confessor(window)
    window.show()
    if said := [text for text in (settings.repair_settings(), import_memory.repair_import_memory()) if text]:
        QTimer.singleShot(0, window, lambda: list(map(window.context.ui.refuse, said)))
    if isinstance(start, Plan):
        window.session.replace(_document(start))
    elif start:
        window.open_paths(start)
    return int(app.exec())


def _application() -> QApplication:
    from PySide6.QtCore import qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    from bigmap.ui.widgets.theme import apply_theme

    app = QApplication.instance()
    if isinstance(app, QApplication):
        return app
    prepare()
    qInstallMessageHandler(_log_qt)
    app = QApplication(["bigmap"])
    app.setApplicationName("bigmap")
    apply_theme(app, settings.theme())
    return app


def _log_qt(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    """Send what Qt says to the log instead of the terminal: mostly what the graphics card cannot do."""
    from PySide6.QtCore import QtMsgType

    severe = kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)
    logging.getLogger("qt").log(logging.ERROR if severe else logging.INFO, "%s", text)


def _window(*, remembered: bool) -> Window:
    from bigmap.ui.window.window import Window

    window = Window()
    if remembered:
        window.restore_place()
    return window


def _document(plan: Plan) -> Document:
    from bigmap.commands.documents.build_scene import pack_document

    return pack_document(plan, (), Progress())


def _confessor(window: Window) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    def confess(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        if not isinstance(error, KeyboardInterrupt):
            window.defects.confess(error, unchanged=False)

    return confess
