"""The JSON files of the user's profile: read with care, changed under a lock, set aside when damaged."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeVar

from bigmap.base.atomic_write import parse_json, store, why_not
from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.lock import locked

LARGEST_BYTES = 16_000_000
DEEPEST = 50
"""Nesting beyond which a file is none of ours, and could not be written again."""

Held = TypeVar("Held", dict[str, Any], list[Any])


class Damaged(Exception):
    """A file of the profile that cannot be used; ``why`` is half a sentence."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.template)
        self.why = why


def read_profile(path: Path, kind: type[Held]) -> Held:
    """Return what a file holds, which is a ``kind`` (dict or list); an empty one where there is no file.

    Raises
    ------
    Damaged
        If it cannot be used.
    """
    try:
        info = path.stat()
        if not stat.S_ISREG(info.st_mode):  # a pipe would be waited for
            raise Damaged(Text("it is no file"))
        if info.st_size > LARGEST_BYTES:
            raise Damaged(Text("it is too large"))
        held = parse_json(path.read_bytes().decode("utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        return kind()
    except OSError as error:
        raise Damaged(Text("{reason}", {"reason": error.strerror or type(error).__name__})) from error
    except UnicodeDecodeError:
        raise Damaged(Text("it is not UTF-8")) from None
    except ValueError:
        raise Damaged(Text("it is not JSON")) from None
    if not isinstance(held, kind) or _is_deep(held):
        raise Damaged(Text("it holds something else"))
    return held


def change(path: Path, kind: type[Held], amend: Callable[[Held], Held]) -> None:
    """Read a file anew, and store what ``amend`` makes of it, while other processes wait.

    Raises
    ------
    UserError
        If it cannot be written; it is then as it was.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _alone(path):
            try:
                held = read_profile(path, kind)
            except Damaged:
                _set_aside(path)
                held = kind()
            _store(path, amend(held))
    except OSError as error:
        raise UserError(
            "{file} cannot be written: {why}.", file=path.name, why=why_not(error, path)
        ) from error


def set_damaged_aside(
    path: Path, kind: type[Held], sift: Callable[[Held], tuple[Held, list[str]]]
) -> Text | None:
    """Set a damaged file aside, and return a sentence about it; None where all is well.

    Parameters
    ----------
    path : pathlib.Path
    kind : type
    sift : callable
        Returns what can be used of the content, and the names of what cannot.
    """
    lost = _lost(path, kind, sift)
    if lost is None:
        return None
    told = {"file": str(path), "lost": lost}
    try:
        with _alone(path):
            if _lost(path, kind, sift) is None:  # another process has mended it
                return None
            told["aside"] = _mend(path, kind, sift).name
    except (OSError, UserError):
        return Text("{file}: {lost}. The usual settings hold instead; remove or repair the file.", told)
    return Text("{file}: {lost}. The usual settings hold instead; the file as it was is {aside}.", told)


def _lost(path: Path, kind: type[Held], sift: Callable[[Held], tuple[Held, list[str]]]) -> Text | None:
    """Return what is wrong with a file, as a sentence without its stop."""
    try:
        _, wrong = sift(read_profile(path, kind))
    except Damaged as damaged:
        return Text("The file cannot be used ({why})", {"why": damaged.why})
    return Text("These entries cannot be used: {names}", {"names": ", ".join(wrong)}) if wrong else None


def _mend(path: Path, kind: type[Held], sift: Callable[[Held], tuple[Held, list[str]]]) -> Path:
    """Put a file aside and what can be used of it in its place; return where the old one is."""
    try:
        good, _ = sift(read_profile(path, kind))
    except Damaged:
        return _set_aside(path)
    aside = _free_name(path)
    shutil.copyfile(path, aside)
    _store(path, good)
    return aside


def _is_deep(held: Any) -> bool:
    level = [held]
    for _ in range(DEEPEST):
        level = [part for parts in level if isinstance(parts, dict | list) for part in _parts(parts)]
    return bool(level)


def _parts(held: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return held.values() if isinstance(held, dict) else held


def _set_aside(path: Path) -> Path:
    return path.rename(_free_name(path))


def _free_name(path: Path) -> Path:
    names = (path.with_name(f"{path.name}.damaged{number}") for number in ("", *range(2, 10_000)))
    return next(name for name in names if not os.path.lexists(name))


def _alone(path: Path) -> AbstractContextManager[None]:
    return locked(path.with_name(f"{path.name}.lock"))


def _store(path: Path, held: dict[str, Any] | list[Any]) -> None:
    """Write in ASCII, since a name of a file may hold what UTF-8 does not."""
    store(path, json.dumps(held, indent=1).encode("ascii"))
