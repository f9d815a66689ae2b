"""Telling listeners that something happened, without Qt."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

log = logging.getLogger(__name__)


class Signal:
    """A list of listeners, called in the order they came.

    Examples
    --------
    >>> changed = Signal()
    >>> changed.connect(print)
    >>> changed.emit("zone", 3)
    zone 3
    """

    def __init__(self) -> None:
        self._listeners: list[Callable[..., Any]] = []

    def connect(self, listener: Callable[..., Any]) -> None:
        """Call ``listener`` with the arguments of every later `emit`."""
        self._listeners.append(listener)

    def emit(self, *args: Any) -> None:
        """Tell all listeners; the exception of one goes to the caller, and those after it are not told."""
        for listener in tuple(self._listeners):
            listener(*args)

    def emit_to_all(self, *args: Any) -> None:
        """Tell all listeners, also those after one that fails, which is logged."""
        for listener in tuple(self._listeners):
            try:
                listener(*args)
            except Exception:
                log.exception("a listener failed")
