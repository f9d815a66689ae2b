"""The standard streams: what cannot be shown there is replaced or lost, and never stops the work."""

from __future__ import annotations

import codecs
import io
import json
import os
import select
import sys
import unicodedata
from typing import Any, TextIO

_ASCII = str.maketrans({"–": "-", "—": "-", "−": "-", "“": '"', "”": '"', "‘": "'", "’": "'", "×": "x"})
_ERRORS = "bigmap.nearest"


def open_streams() -> None:
    """Let standard output and error take any text, also when closed, unread, or on a full disk.

    For a process that is about to say something, before it opens files: a closed stream leaves its number to
    the next file, which would then get what libraries print.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            taken = os.open(os.devnull, os.O_RDWR)  # the lowest number that is free: this one
            os.set_inheritable(taken, True)
    sys.stdout, sys.stderr = _tolerant(sys.stdout), _tolerant(sys.stderr)


def print_json(values: Any) -> None:
    """Print a JSON document; in pure ASCII where the stream does not carry every character."""
    text = json.dumps(values, ensure_ascii=False, allow_nan=False, indent=1)
    encoding = codecs.lookup(getattr(sys.stdout, "encoding", None) or "utf-8").name
    if encoding != "utf-8" or any("\ud800" <= c <= "\udfff" for c in text):
        text = json.dumps(values, ensure_ascii=True, allow_nan=False, indent=1)
    sys.stdout.write(f"{text}\n")


def _tolerant(stream: TextIO | None) -> TextIO:
    """Return a stream like this one that never raises; one that goes nowhere for None."""
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - open as long as the process
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    stream.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(_Unbroken(stream)),
        encoding=stream.encoding,
        errors=_ERRORS if stream.errors in ("strict", "surrogateescape") else stream.errors,
        line_buffering=stream.line_buffering or stream.write_through,
    )


class _Unbroken(io.RawIOBase):
    """The raw stream below another one, which swallows what it cannot write."""

    def __init__(self, stream: io.TextIOWrapper) -> None:
        self._stream = stream  # would close the raw one when it goes
        self._raw: Any = getattr(stream.buffer, "raw", stream.buffer)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return int(self._raw.fileno())

    def isatty(self) -> bool:
        return bool(self._raw.isatty())

    def write(self, data: Any) -> int:
        try:
            while (written := self._raw.write(data)) is None:  # a pipe that does not block, and is full
                select.select((), (self._raw,), ())
        except OSError:
            return memoryview(data).nbytes
        return int(written)


def _nearest(error: UnicodeError) -> tuple[str, int]:
    """Replace what an encoding lacks by the nearest ASCII ('m2' for 'm²'), else by a question mark."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    plain = (unicodedata.normalize("NFKC", c).translate(_ASCII) for c in lost)
    return "".join(p if p.isascii() else "?" for p in plain), error.end


codecs.register_error(_ERRORS, _nearest)
