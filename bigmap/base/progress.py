"""Progress of long work, in nested parts, and the question whether to go on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from bigmap.base.errors import Cancelled
from bigmap.base.i18n import Text

Result = TypeVar("Result")

WATCHED = "bigmap-watched"
"""Name of the threads of `Progress.watched`."""
_LOOK_S = 0.05
_GRACE_S = 1.0  # a search that was told to end has this long to hand over what it has


class Progress:
    """A bar from 0 to 1 of which a stage may be given a part.

    Parameters
    ----------
    report : callable, optional
        Called as ``report(fraction, text)``; from whatever thread does the work.
    cancelled : callable, optional
        Asked at each step; true makes the step raise `Cancelled`.
    enough : callable, optional
        Asked by a search between two improvements; true ends it with the best found so far.
    """

    def __init__(
        self,
        report: Callable[[float, Text], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        enough: Callable[[], bool] | None = None,
        *,
        _start: float = 0.0,
        _end: float = 1.0,
    ) -> None:
        self._report = report
        self._cancelled = cancelled
        self._enough = enough
        self._start = _start
        self._end = _end

    def step(self, fraction: float, text: Text) -> None:
        """Tell how far this part is (0 to 1) and what comes next; raise `Cancelled` when asked to stop."""
        self.check()
        if self._report is not None:
            self._report(self._start + (self._end - self._start) * fraction, text)

    def check(self) -> None:
        """Raise `Cancelled` when asked to stop."""
        if self._cancelled is not None and self._cancelled():
            raise Cancelled

    def enough(self) -> bool:
        """Tell whether the user wants to keep the best that was found so far."""
        return self._enough is not None and self._enough()

    def part(self, start: float, end: float) -> Progress:
        """Return the bar of a stage that runs from ``start`` to ``end`` of this one."""
        span = self._end - self._start
        start, end = self._start + span * start, self._start + span * end
        return Progress(self._report, self._cancelled, self._enough, _start=start, _end=end)

    def watched(self, work: Callable[[Progress], Result], end: Callable[[], None] | None = None) -> Result:
        """Return ``work(progress)``, and answer a stop at once, even in the middle of a library call.

        The work runs on a thread of its own. When it is stopped, that thread is left to come to its next
        step, where it ends; nobody waits for it, and what it has is dropped. Hence the work may change
        nothing that others see before its last step.

        Parameters
        ----------
        work : callable
        end : callable, optional
            Given by searches: makes the work return soon. Called when the user has enough or stops.

        Raises
        ------
        Cancelled
        TimeoutError
            When the user has enough and ``end`` did not help.
        """
        if self._cancelled is None and (end is None or self._enough is None):
            return work(self)
        job = _Job(self, work)
        late = None
        try:
            while not job.over.wait(_LOOK_S):
                self.check()
                if end is not None and self.enough():
                    end()
                    late = late or time.monotonic() + _GRACE_S
                    if time.monotonic() > late:
                        raise TimeoutError
        except BaseException:
            job.dropped.set()
            if end is not None:
                end()
            raise
        return job.result()


class _Job(Generic[Result]):
    """Work on a thread of its own, which can be dropped."""

    def __init__(self, progress: Progress, work: Callable[[Progress], Result]) -> None:
        self.over, self.dropped = threading.Event(), threading.Event()
        self._found: list[Result] = []
        self._error: BaseException | None = None
        own = progress.part(0.0, 1.0)
        asked = own._cancelled
        own._cancelled = lambda: self.dropped.is_set() or (asked is not None and asked())
        threading.Thread(target=self._run, args=(work, own), name=WATCHED, daemon=True).start()

    def _run(self, work: Callable[[Progress], Result], progress: Progress) -> None:
        try:
            self._found.append(work(progress))
        except BaseException as error:  # noqa: BLE001 - raised again where the work is waited for
            self._error = error
        self.over.set()

    def result(self) -> Result:
        """Return what the work gave, or raise what it raised."""
        if self._error is not None:
            raise self._error
        return self._found[0]
