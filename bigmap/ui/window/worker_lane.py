"""Long work off the UI thread, one piece at a time: progress, cancel, and results back on the UI thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from bigmap.base.errors import Cancelled, UserError
from bigmap.base.i18n import Text
from bigmap.base.progress import Progress

log = logging.getLogger(__name__)
_LOOK_MS = 80


class WorkerLane(QObject):
    """One worker thread for work that touches the document.

    The work gets a `Progress`; how far it is, is looked up by a timer, so that steps cost nothing here.

    Attributes
    ----------
    started : Signal(Text)
        Work of this title began.
    moved : Signal(float, Text)
        It is this far, and about to do this.
    searching : Signal()
        The work looks for ever better results, and `keep_best` would end it with the best so far.
    stopping : Signal()
        It was asked to stop.
    ended : Signal()
        It is over, one way or the other; then its ``done`` was called, or one of the two below was emitted.
    refused : Signal(Text)
        A sentence for the user: the work could not be done.
    failed : Signal(object)
        An exception that is a defect of bigmap, of whatever kind it is.
    """

    started = Signal(object)
    moved = Signal(float, object)
    searching = Signal()
    stopping = Signal()
    ended = Signal()
    refused = Signal(object)
    failed = Signal(object)
    _came_back = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._enough = threading.Event()
        self._searches = self._told = False
        self._latest: tuple[float, Text] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._came_back.connect(lambda closure: closure())

    @property
    def busy(self) -> bool:
        """Whether work is under way."""
        return self._thread is not None

    def run(
        self,
        title: Text,
        work: Callable[[Progress], Any],
        done: Callable[[Any], None],
        *,
        droppable: bool = True,
    ) -> None:
        """Do ``work`` on the worker thread, then ``done`` with its result on this one.

        Parameters
        ----------
        title : Text
        work : callable
        done : callable
        droppable : bool
            Whether the work can be dropped in the middle of a step when it is stopped (`Progress.watched`);
            what writes or paints comes to its next step first.
        """
        if self.busy:
            self.refused.emit(Text("Something else is under way: stop it or wait until it is done."))
            return
        self._stop.clear()
        self._enough.clear()
        self._latest, self._searches, self._told = None, False, False
        progress = Progress(self._report, self._stop.is_set, self._is_enough)
        job = (lambda: progress.watched(work)) if droppable else (lambda: work(progress))
        self._thread = threading.Thread(target=self._work, args=(job, done), name="bigmap-work", daemon=True)
        self._timer.start()
        self.started.emit(title)
        try:
            self._thread.start()
        except RuntimeError as error:  # the system gives no more threads
            defect, self._thread = error, None
            self._end(lambda: self.failed.emit(defect))

    def cancel(self) -> None:
        """Stop the work, at once where it is droppable, else at its next step."""
        self._stop.set()
        if self.busy:
            self.stopping.emit()

    def keep_best(self) -> None:
        """Ask a search to end with the best it has found; its result is used."""
        self._enough.set()

    def wait(self) -> None:
        """Stop the work under way and wait for it; its result is dropped."""
        self.cancel()
        if self._thread is not None:
            self._thread.join()

    def _report(self, fraction: float, text: Text) -> None:
        self._latest = (fraction, text)

    def _is_enough(self) -> bool:
        self._searches = True
        return self._enough.is_set()

    def _look(self) -> None:
        if self._searches and not self._told:
            self._told = True
            self.searching.emit()
        if self._latest is not None and not self._stop.is_set():
            self.moved.emit(*self._latest)

    def _work(self, job: Callable[[], Any], done: Callable[[Any], None]) -> None:
        try:
            result = job()
        except Cancelled:
            self._came_back.emit(lambda: self._end(None))
        except UserError as error:
            sentence = error.text
            self._came_back.emit(lambda: self._end(lambda: self.refused.emit(sentence)))
        except BaseException as error:  # noqa: BLE001 - a defect, or a panic in a library: told by the window
            defect = error
            self._came_back.emit(lambda: self._end(lambda: self.failed.emit(defect)))
        else:
            self._came_back.emit(lambda: self._end(None if self._stop.is_set() else lambda: done(result)))

    def _end(self, last: Callable[[], None] | None) -> None:
        if self._thread is not None:
            self._thread.join()
        self._thread = None
        self._timer.stop()
        self.ended.emit()
        if last is not None:
            last()
