"""Processes that work for this one and end with it."""

from __future__ import annotations

import multiprocessing
import signal
import subprocess
import threading
import weakref
from collections.abc import Sequence
from contextlib import suppress
from os import _exit
from typing import Any

_started: weakref.WeakSet[subprocess.Popen[Any]] = weakref.WeakSet()


def start(command: Sequence[str], **options: Any) -> subprocess.Popen[Any]:
    """Start a program without a window of its own; arguments as those of `subprocess.Popen`."""
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    process = subprocess.Popen(command, creationflags=flags, **options)
    _started.add(process)
    return process


def kill_all() -> None:
    """End all of them at once, whatever they do."""
    for kill in [p.kill for p in _started] + [p.kill for p in multiprocessing.active_children()]:
        with suppress(OSError, ValueError):
            kill()


def end_with_parent() -> None:
    """Begin a process of a pool: it leaves Ctrl+C to its parent, and ends when that is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            _exit(1)

    threading.Thread(target=watch, daemon=True).start()
