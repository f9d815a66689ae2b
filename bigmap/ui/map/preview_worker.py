"""What a gesture under way would do, worked out beside the UI thread: the last question counts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

Answer = Callable[[Any, BaseException | None], None]


class PreviewWorker(QObject):
    """Answers one question at a time.

    A question that comes while another is being worked out waits, and is forgotten when a later one comes:
    questions never queue up, however slow the answers are.
    """

    _came_back = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: threading.Thread | None = None
        self._waiting: tuple[Callable[[], Any], Answer] | None = None
        self._valid = 0
        self._came_back.connect(lambda closure: closure())

    def ask(self, work: Callable[[], Any], answer: Answer) -> None:
        """Do ``work`` on a thread of its own, then call ``answer`` on this one.

        Parameters
        ----------
        work : callable
        answer : callable
            Called with what ``work`` returned and the exception that it raised; one of them is None.
        """
        self._waiting = work, answer
        if self._thread is None:
            self._begin()

    def forget(self) -> None:
        """Nobody wants an answer any more to what was asked until now."""
        self._waiting = None
        self._valid += 1

    def rest(self) -> None:
        """Forget all, and wait until nothing is worked out any more."""
        self.forget()
        if self._thread is not None:
            self._thread.join()

    def _begin(self) -> None:
        if self._waiting is None:
            return
        (work, answer), self._waiting, asked = self._waiting, None, self._valid

        def think() -> None:
            try:
                found, error = work(), None
            except BaseException as raised:  # noqa: BLE001 - whoever asked tells it
                found, error = None, raised
            self._came_back.emit(lambda: self._end(asked, answer, found, error))

        self._thread = threading.Thread(target=think, name="bigmap-foresight", daemon=True)
        self._thread.start()

    def _end(self, asked: int, answer: Answer, found: Any, error: BaseException | None) -> None:
        if self._thread is not None:
            self._thread.join()
        self._thread = None
        if asked == self._valid:
            answer(found, error)
        self._begin()
