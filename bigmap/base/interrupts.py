"""What Ctrl+C, a kill and a closed terminal do: the process ends at once and leaves nothing.

The signal ends the process itself and raises nothing: an exception would be lost, or end in a crash, where a
library calls back into Python. While results move into place it waits.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from bigmap.base import child_processes, temp_folders
from bigmap.base.i18n import Text

STOPPED = 2
"""Exit code of a command that was stopped."""

SIGNALS = [
    number for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if (number := getattr(signal, name, None))
]
"""What stops a process, as far as the system knows it."""


class Interrupts:
    """The signals of one process.

    Attributes
    ----------
    written : pathlib.Path or None
        The folder whose results are complete: it is too late to stop what made them.
    late : bool
        Whether a signal came after that.
    """

    def __init__(self) -> None:
        self.written: Path | None = None
        self.late = False
        self._stop: Callable[[], None] = self._stop_command
        self._held = 0
        self._pending = False

    def install(self, stop: Callable[[], None] | None = None) -> None:
        """Answer signals by ``stop``, by default that of a command; one that is ignored stays so (nohup)."""
        self._stop = stop or self._stop_command
        self._held, self._pending = 0, False
        for number in SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._answer)

    def rest(self) -> None:
        """Ignore signals from now on, where they were answered: the command is over but for its exit code.

        Python would give them back to the system, which ends the process with another code.
        """
        for number in SIGNALS:
            if signal.getsignal(number) == self._answer:
                signal.signal(number, signal.SIG_IGN)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let signals wait while files move, so that all have moved or none."""
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
            if self._pending and not self._held:
                self._pending = False
                _thread.interrupt_main()  # the handler, on the thread that may run it

    def is_held(self) -> bool:
        """Tell whether files are moving."""
        return self._held > 0

    def _answer(self, _number: int, _frame: FrameType | None) -> None:
        if self._held:
            self._pending = True
        else:
            self._stop()

    def _stop_command(self) -> None:
        if self.written is None:
            end_now(Text("stopped; nothing was written"), STOPPED)
        self.late = True  # the command says so, and ends by itself


interrupts = Interrupts()


def end_now(sentence: Text, code: int) -> None:
    """Say why and end here, without what runs on other threads, its children and its temporary folders."""
    say(sentence)
    child_processes.kill_all()
    temp_folders.remove_all()
    os._exit(code)


def say(sentence: Text) -> None:
    """Write a sentence to the terminal where print may be under way already."""
    with suppress(OSError, ValueError, AttributeError):
        clear = "\r\x1b[K" if sys.stderr.isatty() else ""
        line = f"{clear}bigmap: {sentence}\n"
        os.write(2, line.encode(sys.stderr.encoding or "utf-8", "replace"))


def end_soon(sentence: Text, code: int, seconds: float) -> None:
    """End the process when it has not ended by itself in so many seconds, but never while files move."""

    def end() -> None:
        if interrupts.is_held():
            end_soon(sentence, code, seconds)
        else:
            end_now(sentence, code)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
