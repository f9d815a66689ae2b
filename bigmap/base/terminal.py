"""Long work of a command: its bar on the terminal, its time limit, and its end."""

from __future__ import annotations

import atexit
import os
import sys
import threading
import time
from types import TracebackType
from typing import NoReturn

from tqdm import tqdm

from bigmap.base.errors import Cancelled, UserError
from bigmap.base.i18n import Text
from bigmap.base.progress import WATCHED, Progress

_PATIENCE_S = 0.3
_LATE = (
    "The time limit of {limit:g} s was over before there were zones, so nothing was written; allow more time"
)


class Bar:
    """A progress bar on the terminal as a `Progress`, with a time limit.

    When the limit is over, searches end with the best they have; what comes before the first search is
    stopped, since there is nothing yet to keep.

    Parameters
    ----------
    quiet : bool
    limit_s : float, optional
        Counts from now.
    late : str
        What is said when it is over before there is anything to keep.

    Attributes
    ----------
    cut_short : bool
        Whether the limit ended a search, which then gave the best that it had.
    """

    def __init__(self, *, quiet: bool, limit_s: float | None = None, late: str = _LATE) -> None:
        self._limit_s, self._late = limit_s, late
        self._end = None if limit_s is None else time.monotonic() + limit_s
        self._searches = False
        self.cut_short = False
        form = "{percentage:3.0f}% |{bar:30}| {elapsed} {desc}"
        hidden = quiet or not sys.stderr.isatty()
        self._bar = tqdm(total=100, disable=hidden, bar_format=form, file=sys.stderr, leave=False)

    def __enter__(self) -> Progress:
        return Progress(self._show, self._too_late, self._enough)

    def __exit__(self, _: object, error: BaseException | None, __: TracebackType | None) -> None:
        self._bar.close()
        if isinstance(error, Cancelled):
            raise UserError(self._late, limit=self._limit_s) from None

    def _over(self) -> bool:
        return self._end is not None and time.monotonic() > self._end

    def _too_late(self) -> bool:
        return not self._searches and self._over()

    def _enough(self) -> bool:
        self._searches = True
        self.cut_short = self.cut_short or self._over()
        return self._over()

    def _show(self, fraction: float, text: Text) -> None:
        self._bar.set_description_str(str(text), refresh=False)
        self._bar.n = round(100 * fraction)
        self._bar.refresh()


def end_process(code: int) -> NoReturn:
    """End the process with a code, after what was registered for its end, but without taking Python down.

    That takes seconds on a busy machine, and goes wrong where dropped work is still inside a library.
    """
    dropped = [thread for thread in threading.enumerate() if thread.name == WATCHED]
    for thread in dropped:
        thread.join(_PATIENCE_S / len(dropped))
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
