"""Writing files: beside their place first, then moved there; an old file is whole until the new one is."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.temp_folders import OwnedFolder, sweep

PATIENCE_S = 2.0
"""How long another program may hold a file that is to be replaced (a virus scanner, a reader)."""

_WINDOWS_FULL, _WINDOWS_QUOTA, _WINDOWS_IN_USE = (39, 112), (1295,), (32, 33)
_WHY = {
    errno.ENOSPC: Text("the disk of {folder} is full; make room there or choose another folder"),
    errno.EDQUOT: Text("the disk of {folder} is full for you (quota); make room or choose another folder"),
    errno.EROFS: Text("the disk of {folder} is read-only; choose another folder"),
    errno.EACCES: Text("you have no right to write there; choose another folder"),
    errno.ENOENT: Text("there is no folder {folder}"),
    errno.EISDIR: Text("this is the name of a folder; choose another name"),
    errno.ENAMETOOLONG: Text("the name is too long; choose a shorter one"),
    errno.EFBIG: Text("a file of this size cannot lie in {folder}; choose another folder"),
    errno.EEXIST: Text("a link of this name leads nowhere; choose another name"),
    errno.ELOOP: Text("a link of this name leads back to itself; choose another name"),
    errno.EBUSY: Text("another program has it open; close it there, or choose another name"),
}
_WHY |= {errno.EPERM: _WHY[errno.EACCES], errno.ENOTDIR: _WHY[errno.ENOENT]}
_PROTECTED = Text("it is write-protected; choose another name")


def store(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all.

    Raises
    ------
    UserError
        If it cannot be written; a file that was there is then as it was.
    """
    with replacing(path) as fresh:
        fresh.write_bytes(content)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a path beside ``path`` to write to, and move what was written there into its place.

    Raises
    ------
    UserError
        If it cannot be written; a file that was there is then as it was.
    """
    target = Path(os.path.realpath(path))  # a link goes on being one
    try:
        _refuse_unsuited(target)
        if not target.parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(target.parent))
        sweep(target.parent)
        folder = OwnedFolder(target.parent)
        try:
            fresh = folder.path / f"new{target.suffix}"
            yield fresh
            sync(fresh)
            with suppress(FileNotFoundError):
                shutil.copymode(target, fresh)
            replace_file(fresh, target)
        finally:
            folder.remove()
    except OSError as error:
        raise UserError(
            "{file} cannot be written: {why}.", file=path.name, why=why_not(error, target)
        ) from error


def sync(path: Path) -> None:
    """Bring a file to the disk, which may turn out to be full only now."""
    with path.open("rb+") as file:
        try:
            os.fsync(file.fileno())
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # a file system that cannot be told so
                raise


def replace_file(fresh: Path, target: Path) -> None:
    """Put a file in the place of another, at one stroke; wait a moment where Windows has it in use."""
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            fresh.replace(target)
        except PermissionError:
            if sys.platform != "win32" or time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return


def why_not(error: OSError, target: Path) -> Text:
    """Return why a file cannot be written, as half a sentence with a way out."""
    kind = _kind(error, target)
    if kind in (errno.EACCES, errno.EPERM) and target.is_file() and not os.access(target, os.W_OK):
        return _PROTECTED
    if kind not in _WHY:
        return Text("{reason}; choose another folder", {"reason": error.strerror or type(error).__name__})
    return Text(_WHY[kind].template, {"folder": str(target.parent)})


def _kind(error: OSError, target: Path) -> int:
    """Return the number of an error, that of Windows put into the words of POSIX."""
    windows = getattr(error, "winerror", None)
    if windows in _WINDOWS_FULL:
        return errno.ENOSPC
    if windows in _WINDOWS_QUOTA:
        return errno.EDQUOT
    moving = sys.platform == "win32" and isinstance(error, PermissionError) and error.filename2 is not None
    if windows in _WINDOWS_IN_USE or (moving and os.access(target, os.W_OK)):
        return errno.EBUSY
    return error.errno or 0


def _refuse_unsuited(target: Path) -> None:
    """Raise `OSError` where something stands that a move would replace though a write could not."""
    if target.exists() and not target.is_file():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))


def parse_json(text: str) -> Any:
    """Return what a JSON text holds; `ValueError` for none, and for one that is nested without end."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deep") from None
