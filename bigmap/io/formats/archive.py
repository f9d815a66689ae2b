"""Zip archives: what lies in them, unpacked where it can do no harm.

A source in an archive is named by a path through it: ``data.zip/小区/estates.shp``. It is unpacked once
into a folder of this process, which is removed when the process ends.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import tempfile
import threading
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from bigmap.base.errors import UserError
from bigmap.base.shortage import raise_shortage
from bigmap.base.temp_folders import new_temp_folder
from bigmap.io.formats import encoding as enc
from bigmap.io.formats.detect_format import PARTS, VECTOR_SUFFIXES, format_of, is_archive, is_dataset_folder

MOST_BYTES = 4 * 2**30
"""An archive may unpack to this much: four shapefiles of the largest size."""

MOST_FILES = 10_000
MOST_RATIO = 200
"""How much smaller honest files get: a .dbf full of blanks about 100 times, a bomb 1,000 times and more."""

_SMALL = 100 * 2**20
"""Below this many bytes nobody asks how well they were packed."""

_DEEPEST = 4
_MOST_INNER = 500
"""Archives in an archive, at all depths."""
_LONGEST = 60
"""Letters of a name: of Chinese ones no more than 85 fit on any disk."""
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[1-9]|lpt[1-9])(?=\.|$)")
"""Names that Windows keeps to itself."""

_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError)
_LOCK = threading.Lock()
_OPENED: dict[tuple[Path, int, int], Path] = {}


def members(path: Path) -> list[Path]:
    """Return the sources in an archive as paths through it, and its tables as paths to their copies.

    Raises
    ------
    UserError
        If it cannot be opened, or opening it could do harm.
    """
    root = _unpacked(path)
    return [path / p.relative_to(root) if _is_layer(p) else p for p in _sources(root)]


def real(path: Path) -> Path:
    """Return where a file lies on the disk: itself, or its copy where the path leads through an archive."""
    if os.path.exists(path):  # noqa: PTH110 - false for what cannot be asked about
        return path
    for parent in path.parents:
        if is_archive(parent) and os.path.isfile(parent):  # noqa: PTH113
            return _unpacked(parent) / path.relative_to(parent)
    return path


def names(path: Path) -> list[str]:
    """Return the names of the folders and the archive around a source, as far as they hold nothing else."""
    at = next((p for p in path.parents if is_archive(p) and p.is_file()), None)
    if at is None:
        return []
    around = [p for p in path.parents if p == at or at in p.parents]
    return [p.stem for p in around if sum(map(_is_layer, _sources(_unpacked(at) / p.relative_to(at)))) == 1]


def check_archive(path: Path) -> None:
    """Raise `UserError` where unpacking could do harm; for files that GDAL unpacks itself (.kmz)."""
    with unpacking(path) as file:
        _refuse_bombs(path, file.infolist(), _most(path), path.name)


def _is_layer(path: Path) -> bool:
    return format_of(path) is not None and path.suffix.lower() != ".csv"


def _sources(folder: Path) -> Iterator[Path]:
    """Give the files in a folder and the folders in it; a geodatabase is one source."""
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not is_dataset_folder(path):
            yield from _sources(path)
        else:
            yield path


# --- unpacking ----------------------------------------------------------------------------------------------


def _unpacked(path: Path) -> Path:
    """Return the folder that holds what was in the archive, the same until the archive changes."""
    state = path.stat()
    key = (path.resolve(), state.st_mtime_ns, state.st_size)
    with _LOCK:
        if key not in _OPENED or not _OPENED[key].is_dir():
            folder = new_temp_folder()
            try:
                _unpack_all(path, folder)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            _OPENED[key] = folder
        return _OPENED[key]


def _unpack_all(path: Path, folder: Path) -> None:
    """Unpack an archive and those in it, all of them together within what one honest archive may grow to."""
    rest, opened = _unpack(path, folder, _most(path), path.name), 0
    for _ in range(_DEEPEST):
        for inner in _archives(folder):
            opened += 1
            if opened > _MOST_INNER:
                text = "{file} holds more than {most} archives: unpack what is needed and give that folder."
                raise UserError(text, file=path.name, most=_MOST_INNER)
            # Not by the name itself: GDAL would take a folder x.zip for an archive.
            rest = _unpack(inner, inner.with_name(f"{inner.stem}_zip"), rest, f"{path.name}/{inner.name}")
            inner.unlink()
    if _archives(folder):
        text = "{file} holds archives within archives, more than {n} deep: unpack it and give its folder."
        raise UserError(text, file=path.name, n=_DEEPEST)


def _archives(folder: Path) -> list[Path]:
    return [p for p in folder.rglob("*") if is_archive(p) and p.is_file()]


def _most(path: Path) -> int:
    """Return how many bytes an archive of this size may honestly hold."""
    return min(MOST_BYTES, max(_SMALL, MOST_RATIO * path.stat().st_size))


@contextmanager
def unpacking(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an archive; what is wrong with it becomes one sentence."""
    try:
        with zipfile.ZipFile(path) as file:
            yield file
    except _FAULTS as fault:
        raise_shortage(fault)
        text = "{file} cannot be unpacked ({why}): unpack it by hand, or ask for it again."
        why = (fault.strerror if isinstance(fault, OSError) else "") or str(fault)
        raise UserError(text, file=path.name, why=why[:120]) from fault
    except RuntimeError as fault:
        text = "{file} is locked with a password: unpack it and give its folder."
        raise UserError(text, file=path.name) from fault


def _unpack(path: Path, folder: Path, most: int, shown: str) -> int:
    """Unpack the wanted files of an archive; return how many bytes may still follow."""
    with unpacking(path) as file:
        wanted = [(i, n) for i, n in zip(file.infolist(), _names(file), strict=True) if _is_wanted(n)]
        _refuse_bombs(path, [info for info, _ in wanted], most, shown)
        for info, name in wanted:
            target = folder / _safe(path, info, name)
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                with file.open(info) as source, target.open("wb") as copy:
                    shutil.copyfileobj(source, copy, 2**20)
        folder.mkdir(exist_ok=True)
        return most - sum(info.file_size for info, _ in wanted)


def _names(file: zipfile.ZipFile) -> list[str]:
    """Return the names of the files: without the Unicode mark they are bytes of some code page."""
    infos = file.infolist()
    raw = [b"" if info.flag_bits & 0x800 else info.orig_filename.encode("cp437", "replace") for info in infos]
    encoding = enc.decide(raw).encoding
    names = [enc.decode(r, encoding) if r else i.orig_filename for r, i in zip(raw, infos, strict=True)]
    return [name.partition("\0")[0].replace("\\", "/") for name in names]


def _is_wanted(name: str) -> bool:
    path = PurePosixPath(name)
    hidden = any(part.startswith((".", "~", "__MACOSX")) and part != ".." for part in path.parts)
    suffix = path.suffix.lower()
    in_geodatabase = any(part.lower().endswith(".gdb") for part in path.parts[:-1])
    useful = suffix in VECTOR_SUFFIXES or suffix in PARTS or suffix == ".zip" or in_geodatabase
    return useful and not hidden and not name.endswith("/")


def _refuse_bombs(path: Path, infos: list[zipfile.ZipInfo], most: int, shown: str) -> None:
    size = sum(i.file_size for i in infos)
    if len(infos) > MOST_FILES:
        text = "{file} holds {n} files, more than {most}: unpack what is needed and give that folder."
        raise UserError(text, file=shown, n=len(infos), most=MOST_FILES)
    if size > most:
        text = (
            "{file} would grow from {packed:.1f} to {size:.0f} MB, as no honest archive does: "
            "ask where it is from."
        )
        raise UserError(text, file=shown, packed=path.stat().st_size / 2**20, size=size / 2**20)
    if size > shutil.disk_usage(tempfile.gettempdir()).free:
        text = (
            "{file} needs {size:.0f} MB to unpack, more than the disk has: make room, or unpack it elsewhere."
        )
        raise UserError(text, file=shown, size=size / 2**20)


def _safe(path: Path, info: zipfile.ZipInfo, name: str) -> Path:
    """Return where to put a file; refuse the archive where it would lead out of its folder."""
    parts = PurePosixPath(name).parts
    link = stat.S_ISLNK(info.external_attr >> 16)
    if link or name.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:/", name):
        text = (
            "{file} holds a path that leads out of it ({name}), as no honest archive does: "
            "ask where it is from."
        )
        raise UserError(text, file=path.name, name=name[:80])
    return Path(*map(_safe_name, parts))


def _safe_name(part: str) -> str:
    """Return a name that every system takes."""
    part = re.sub(r'[<>:"|?*\x00-\x1f]', "_", part).rstrip(". ") or "_"
    stem, dot, suffix = part.rpartition(".")
    part = f"{stem[:_LONGEST]}{dot}{suffix[:_LONGEST]}"
    return f"_{part}" if _RESERVED.match(part) else part
