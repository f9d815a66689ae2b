"""A lock between processes: who holds it writes, the others wait; that of a process that died is free."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PATIENCE_S = 5.0
"""How long to wait for another process, which writes a small file or moves a few."""
_LOOK_S = 0.01
_BUSY = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)
_UNABLE = (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP)

if sys.platform == "win32":
    import msvcrt

    def _take(number: int) -> None:
        msvcrt.locking(number, msvcrt.LK_NBLCK, 1)

    def _free(number: int) -> None:
        msvcrt.locking(number, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _take(number: int) -> None:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _free(number: int) -> None:
        fcntl.flock(number, fcntl.LOCK_UN)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file ``path``, which is there as long as it is held or waited for.

    The system's own locks: they also hold between threads, and end with the process whatever ends it. On a
    file system without locks nothing is held.

    Raises
    ------
    OSError
        If the file cannot be made, or another process does not give the lock back.
    """
    end = time.monotonic() + PATIENCE_S
    while (number := take(path)) is None:
        if time.monotonic() > end:
            raise TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT), str(path))
        time.sleep(_LOOK_S)
    try:
        yield
    finally:
        release(path, number)


def take(path: Path, *, certain: bool = False) -> int | None:
    """Return the open lock file where the lock was free, else None.

    Parameters
    ----------
    path : pathlib.Path
        Made where it is not there.
    certain : bool
        Whether a file system without locks counts as one where the lock is not free.
    """
    number = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        _take(number)
    except OSError as error:
        if error.errno in _UNABLE and not certain:
            return number
        os.close(number)
        if error.errno in (*_BUSY, *_UNABLE):
            return None
        raise
    if _is_there(path, number):
        return number
    os.close(number)
    return None


def release(path: Path, number: int) -> None:
    """Remove a lock file that was taken and free the lock."""
    if sys.platform != "win32":  # before it is free: who waits then sees that the file is another one
        _remove(path)
    with suppress(OSError):
        _free(number)
    os.close(number)
    if sys.platform == "win32":  # afterwards: no open file can be removed there
        _remove(path)


def _is_there(path: Path, number: int) -> bool:
    """Tell whether the file that was locked is still the one of this name."""
    try:
        return os.path.samestat(path.stat(), os.fstat(number))
    except FileNotFoundError:
        return False


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()
