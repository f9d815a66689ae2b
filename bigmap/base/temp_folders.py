"""Temporary folders that end with their process: removed when it ends, is stopped, or by the next run.

Beside each lies a lock file that its process holds. Whoever can take the lock knows that the process is dead,
whatever ended it and whichever process bears its number now.
"""

from __future__ import annotations

import atexit
import os
import re
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bigmap.base import lock
from bigmap.base.errors import Cancelled

_LOCK_NAME = re.compile(r"\.?bigmap-(?:[0-9a-f]{8}\.)?lock")
_GUARD = threading.RLock()  # a signal is answered on a thread that may hold it already
_PATIENCE_S = 0.3
"""How long a folder is removed anew because another thread still writes into it."""


class OwnedFolder:
    """A folder of this process, with its lock file beside it.

    Parameters
    ----------
    parent : pathlib.Path
        Made where it does not exist, and then removed with the folder when nothing else came into it.
    prefix : str

    Raises
    ------
    OSError
        If it cannot be made; nothing is left of it then.
    Cancelled
        If the process is ending.
    """

    def __init__(self, parent: Path, prefix: str = ".bigmap-") -> None:
        with _GUARD:
            if _ending:
                raise Cancelled
            self._parents = [folder for folder in (parent, *parent.parents) if not folder.exists()]
            self._lock: tuple[Path, int] | None = None
            self._process = os.getpid()
            self.path = parent
            _owned.append(self)
            try:
                parent.mkdir(parents=True, exist_ok=True)
                self.path, self._lock = _free_name(parent, prefix)
                self.path.mkdir(mode=0o700)
            except BaseException:
                self.remove()
                raise

    def remove(self) -> None:
        """Remove the folder and all that it holds; a second time does nothing."""
        with _GUARD:
            if self not in _owned or self._process != os.getpid():
                return
            if self._lock is not None:
                _remove_locked(self.path, *self._lock)
            for folder in self._parents:
                with suppress(OSError):  # something else came into it
                    folder.rmdir()
            _owned.remove(self)  # last, since a signal may end the process in between


_owned: list[OwnedFolder] = []
_ending: list[bool] = []
_homes: list[OwnedFolder] = []


@contextmanager
def temp_folder() -> Iterator[Path]:
    """Give a folder for copies, in the temporary folder of the system."""
    folder = new_temp_folder()
    try:
        yield folder
    finally:
        _remove_tree(folder)


def new_temp_folder() -> Path:
    """Return a folder for copies that stays as long as the process."""
    with _GUARD:
        if not _homes or not _homes[-1].path.is_dir():  # a clean-up of the system may have taken it
            _homes.append(OwnedFolder(Path(tempfile.gettempdir()), "bigmap-"))
        return Path(tempfile.mkdtemp(dir=_homes[-1].path))


@atexit.register
def remove_all() -> None:
    """Remove every folder of this process, which is about to end."""
    with _GUARD:
        _ending.append(True)
        for folder in [*_owned]:
            folder.remove()


def sweep(folder: Path | None = None) -> None:
    """Remove what processes of this user that are dead left in a folder; by default the temporary one."""
    folder = folder or Path(tempfile.gettempdir())
    with suppress(OSError), os.scandir(folder) as entries:
        for name in [entry.name for entry in entries if _LOCK_NAME.fullmatch(entry.name)]:
            with suppress(OSError):
                _sweep_one(folder / name)


def _sweep_one(file: Path) -> None:
    if not _is_ours(file):
        return
    number = lock.take(file, certain=True)
    if number is not None:  # its owner is dead
        _remove_locked(file.with_suffix("") if file.suffix else None, file, number)


def _is_ours(path: Path) -> bool:
    """Tell whether a file or folder, not a link to one, is this user's."""
    try:
        state = path.lstat()
    except FileNotFoundError:
        return False
    return not path.is_symlink() and (not hasattr(os, "getuid") or state.st_uid == os.getuid())


def _free_name(parent: Path, prefix: str) -> tuple[Path, tuple[Path, int]]:
    """Return a name that nobody has, and its lock, taken before there is anything that could be swept."""
    while True:
        folder = parent / f"{prefix}{secrets.token_hex(4)}"
        file = folder.with_name(f"{folder.name}.lock")
        number = lock.take(file)
        if number is not None:
            return folder, (file, number)


def _remove_locked(folder: Path | None, file: Path, number: int) -> None:
    """Remove a folder and its lock file, which stays where the folder does: the next run sweeps."""
    if folder is not None and _is_ours(folder):
        _remove_tree(folder)
        if folder.exists():
            os.close(number)
            return
    lock.release(file, number)


def _remove_tree(folder: Path) -> None:
    end = time.monotonic() + _PATIENCE_S
    while folder.exists():
        shutil.rmtree(folder, ignore_errors=True)
        if time.monotonic() > end:
            return
