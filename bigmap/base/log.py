"""The log file, where the traceback of a defect goes."""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path

import platformdirs


def log_file() -> Path:
    """Return the path of the log file."""
    return Path(platformdirs.user_log_dir("bigmap", appauthor=False)) / "bigmap.log"


class _LogFile(logging.FileHandler):
    """A log that is quiet about itself when its file cannot be opened or its disk is full."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record; the file is opened with the first one."""
        with suppress(OSError):
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:
        """Go on without the record."""


def write_log() -> None:
    """Send what the program logs to the log file; without a writable profile it goes nowhere."""
    logger = logging.getLogger("bigmap")
    if logger.handlers:
        return
    try:
        log_file().parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = _LogFile(log_file(), encoding="utf-8", errors="replace", delay=True)
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger.addHandler(handler)
