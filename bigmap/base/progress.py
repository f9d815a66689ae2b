"""Progress of long work, in nested parts, and the question whether to go on."""

from __future__ import annotations

from collections.abc import Callable

from bigmap.base.errors import Cancelled
from bigmap.base.i18n import Text


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
        if self._cancelled is not None and self._cancelled():
            raise Cancelled
        if self._report is not None:
            self._report(self._start + (self._end - self._start) * fraction, text)

    def enough(self) -> bool:
        """Tell whether the user wants to keep the best that was found so far."""
        return self._enough is not None and self._enough()

    def part(self, start: float, end: float) -> Progress:
        """Return the bar of a stage that runs from ``start`` to ``end`` of this one."""
        span = self._end - self._start
        start, end = self._start + span * start, self._start + span * end
        return Progress(self._report, self._cancelled, self._enough, _start=start, _end=end)
