"""The log file, where the traceback of a defect goes."""

from __future__ import annotations

import logging
from pathlib import Path

import platformdirs


def log_file() -> Path:
    """Return the path of the log file."""
    return Path(platformdirs.user_log_dir("bigmap", appauthor=False)) / "bigmap.log"


def write_log() -> None:
    """Send what the program logs to the log file; without a writable profile it goes nowhere."""
    logger = logging.getLogger("bigmap")
    if logger.handlers:
        return
    try:
        log_file().parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = logging.FileHandler(log_file(), encoding="utf-8", delay=True)
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger.addHandler(handler)
