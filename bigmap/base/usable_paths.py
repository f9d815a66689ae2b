"""Whether a path can be read, and if not, why: found before a library complains of something else."""

from __future__ import annotations

import errno
import os
import stat
import unicodedata
from pathlib import Path

from bigmap.base.errors import UserError

_MISSING = "{path} does not exist: check the name."
_LINK = "{path} is a link to {target}, which does not exist: mend the link, or take it out."
_LOOP = "{path} is a link that leads back to itself: mend the link, or take it out."
_LONG = "{path}: the name is too long for this system: shorten it."
_LOCKED = "{path}: you have no right to read it: ask its owner for that, or for a copy."
_SPECIAL = "{path} is a pipe, a socket or a device, no file: save what it gives as a file and name that."
_FOLDER = "{path} is a folder where a file is wanted: name the file."
_FILE = "{path} is a file where a folder is wanted: name the folder."
_SIGNS = "{path}: its name holds a tab, a line break or the like, which no GIS reads: rename it."
_ENCODING = "{file}: its name is in another encoding than those of this system: rename it."
_OTHER = "{path} cannot be opened: {why}."

_CAUSES = {
    errno.ENOENT: _MISSING,
    errno.ENOTDIR: _MISSING,
    errno.ELOOP: _LOOP,
    errno.ENAMETOOLONG: _LONG,
    errno.EACCES: _LOCKED,
    errno.EPERM: _LOCKED,
}


def unusable(path: Path, *, file: bool = True, folder: bool = True) -> UserError | None:
    """Return why a path cannot be read, None where it can.

    Parameters
    ----------
    path : pathlib.Path
    file, folder : bool
        Whether it may be one.
    """
    if wrong := _unusable_name(path):
        return wrong
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return blocked(path, error)
    is_folder = stat.S_ISDIR(mode)
    wrong_kind = _FOLDER if is_folder and not folder else _FILE if not is_folder and not file else None
    if not is_folder and not stat.S_ISREG(mode):
        wrong_kind = _SPECIAL
    if wrong_kind:
        return UserError(wrong_kind, path=_shown(path))
    wanted = os.R_OK | os.X_OK if is_folder else os.R_OK
    return None if os.access(path, wanted) else UserError(_LOCKED, path=_shown(path))


def under_name(wrong: UserError, name: str) -> UserError:
    """Return what is wrong with a path under the name that the user knows it by."""
    return UserError(wrong.text.template, **{**wrong.text.values, "path": name, "file": name})


def blocked(path: Path, error: OSError) -> UserError | None:
    """Return what an error of the system says of a path that it could not open."""
    if error.errno == errno.ENOENT and path.is_symlink():
        return UserError(_LINK, path=_shown(path), target=path.readlink())
    if error.errno in (errno.EACCES, errno.EPERM):
        path = next((p for p in reversed(path.parents) if p.is_dir() and not os.access(p, os.X_OK)), path)
    cause = _CAUSES.get(error.errno or 0, _OTHER)
    return UserError(cause, path=_shown(path), why=error.strerror or str(error))


def _unusable_name(path: Path) -> UserError | None:
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return UserError(_ENCODING, file=_shown(path))
    return UserError(_SIGNS, path=_shown(path)) if any(map(_is_control, str(path))) else None


def _is_control(sign: str) -> bool:
    return unicodedata.category(sign) == "Cc"


def _shown(path: Path) -> str:
    """Return a path on one line, of letters that can be shown, a long one cut."""
    raw = os.fsencode(path)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", "replace")
    text = "".join(" " if _is_control(c) else c for c in text)
    return text if len(text) <= 200 else f"{text[:99]}…{text[-99:]}"
