"""Databases that another program has open: read from a copy, since SQLite would write to the file itself."""

from __future__ import annotations

import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from bigmap.base.errors import UserError
from bigmap.base.temp_folders import new_temp_folder

_LOGS = ("-wal", "-journal")
"""Files in which SQLite keeps what is not yet in the database, or not yet for good."""
_KEPT_APART = b"\x02\x02"
"""What bytes 18 and 19 of a database say whose changes go into a log first: it is written even to be read."""

_TRIES = 3
_STEPS = 10_000
"""Instructions of SQLite between two looks at the clock: a millisecond or less."""
INTERRUPTED = "interrupted"
"""What SQLite says of a query that was broken off."""
_LOCK = threading.Lock()
_COPIES: dict[Path, tuple[tuple[int, ...], Path]] = {}


def settled(path: Path) -> Path:
    """Return a database that is not written to when it is read: itself, or a copy with the last changes.

    The copy bears the same name, stays as long as the file does not change, and ends with the process.

    Raises
    ------
    UserError
        If the file changes faster than it can be copied.
    """
    if not _is_unsettled(path):
        return path
    path = path.resolve()
    with _LOCK:
        state, copy = _COPIES.get(path, ((), path))
        if state != _state(path) or not copy.is_file():
            if copy != path:
                shutil.rmtree(copy.parent, ignore_errors=True)
            _COPIES[path] = _copied(path)
        return _COPIES[path][1]


def address(path: Path) -> str:
    """Return the address under which SQLite only reads a database, however large, and writes nothing beside.

    Raises
    ------
    UserError
        If the file changes faster than it can be copied.
    """
    pending = any(log.stat().st_size for log in _logs(path))
    return f"{(settled(path) if pending else path).resolve().as_uri()}?mode=ro&immutable=1"


@contextmanager
def time_limit(database: sqlite3.Connection, seconds: float) -> Iterator[None]:
    """Break off queries that take longer: a view may be one without end.

    `sqlite3.OperationalError` with the text `INTERRUPTED` is raised by the query then.
    """
    end = time.monotonic() + seconds
    database.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
    try:
        yield
    finally:
        database.set_progress_handler(None, 0)


def _is_unsettled(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(20)
    if not head.startswith(b"SQLite format 3\x00"):
        return False
    return head[18:20] == _KEPT_APART or any(log.stat().st_size for log in _logs(path))


def _logs(path: Path) -> list[Path]:
    return [log for end in _LOGS if (log := path.with_name(path.name + end)).is_file()]


def _state(path: Path) -> tuple[int, ...]:
    """Return what changes when the database or its logs do."""
    found = [file.stat() for file in (path, *_logs(path))]
    return tuple(number for stat in found for number in (stat.st_mtime_ns, stat.st_size))


def _copied(path: Path) -> tuple[tuple[int, ...], Path]:
    for _ in range(_TRIES):
        before = _state(path)
        copy = new_temp_folder() / path.name
        for file in (*_logs(path), path):
            shutil.copyfile(file, copy.with_name(file.name))
        if _state(path) == before:
            _put_in_order(copy)
            return before, copy
        shutil.rmtree(copy.parent, ignore_errors=True)
    text = "{file} is being changed by another program: save it there, close it, and try again."
    raise UserError(text, file=path.name)


def _put_in_order(copy: Path) -> None:
    """Bring the last changes into the database, or take back those that were not finished."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(copy)) as database:  # a damaged one is said later
        database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        database.execute("PRAGMA journal_mode=DELETE").fetchone()
