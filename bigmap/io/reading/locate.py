"""Where the sources are: paths → the files to look at, those in archives among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from bigmap.base.errors import UserError
from bigmap.base.problem_kinds import formats as kinds
from bigmap.base.problems import ProblemLog
from bigmap.base.shortage import expect_data
from bigmap.base.usable_paths import unusable
from bigmap.core.sources.layers import Role
from bigmap.core.sources.source_options import OptionsBySource, key_of, options_of
from bigmap.io.formats import archive
from bigmap.io.formats.detect_format import RESULT_FILES, format_of, is_archive, is_dataset_folder
from bigmap.io.formats.foreign_files import is_foreign, is_hidden, is_usable, leave_aside, say_documents

_USED = tuple(role for role in Role if role not in {Role.OPERATORS, Role.ZONES, Role.UNKNOWN})
READ_ROLES = (*_USED, Role.ZONES)
"""Roles of layers, in the order of the pipeline."""


@dataclass(frozen=True)
class Located:
    """The sources that the user named.

    Attributes
    ----------
    files : tuple of pathlib.Path
        Folders and archives opened, without doubles and without what the planner left out.
    told : mapping of Role to pathlib.Path
        Files whose role he told.
    shown : str
        The paths as he gave them.
    named : frozenset of pathlib.Path
        The files that he named one by one, and in archives that he named: they must be read.
    """

    files: tuple[Path, ...]
    told: Mapping[Role, Path]
    shown: str
    named: frozenset[Path] = frozenset()

    @cached_property
    def others(self) -> tuple[Path, ...]:
        """The files without those whose role the user told."""
        taken = {path.resolve() for path in self.told.values()}
        return tuple(file for file in self.files if file.resolve() not in taken)

    @cached_property
    def told_sources(self) -> Mapping[Role, list[Path]]:
        """The files of layers whose role the user told, archives opened."""
        return {role: _opened(path) for role, path in self.told.items() if role != Role.OPERATORS}

    @property
    def orphans(self) -> list[Path]:
        """Parts of shapefiles whose .shp is not there."""
        stems = {file.stem.casefold() for file in self.files if file.suffix.lower() == ".shp"}
        return [file for file in self.files if _is_part(file) and file.stem.casefold() not in stems]

    @property
    def to_inspect(self) -> list[Path]:
        """What has to be looked at: the files whose role the user told, and all that can be a layer."""
        told = [file for files in self.told_sources.values() for file in files]
        return list(dict.fromkeys([*told, *(file for file in self.others if not is_foreign(file))]))


def locate(
    inputs: Path | Sequence[Path], overrides: Mapping[Role, Path], choices: OptionsBySource, log: ProblemLog
) -> Located:
    """Return the sources that paths name; a part of a shapefile names its .shp.

    Parameters
    ----------
    inputs : path or sequence of paths
        Folders and files.
    overrides : mapping of Role to path
        Files whose role the user told, wherever they lie.
    choices : mapping of str to SourceOptions
        Files left out there are none, which is said.
    log : ProblemLog
        Gets what lies in the folders and is not used.

    Raises
    ------
    UserError
        If a path does not exist.
    """
    paths = [Path(inputs)] if isinstance(inputs, str | Path) else [Path(p) for p in inputs]
    told = {role: _main_part(existing(Path(path), folder=False)) for role, path in overrides.items()}
    files: dict[Path, None] = {}
    named: list[Path] = []
    for path in map(existing, paths):
        found = sources_at(path, log)
        files.update(dict.fromkeys(found))
        named += [] if is_folder(path) else found
    expect_data(sum(archive.real(file).stat().st_size for file in {*files, *told.values()}))
    all_ = Located(tuple(files), told, ", ".join(str(p) for p in paths), frozenset(named))
    return replace(all_, files=_without_skipped(all_, choices, log))


def sources_at(path: Path, log: ProblemLog) -> list[Path]:
    """Return the sources in a folder, not in folders inside it, those in its archives among them."""
    if not is_folder(path):
        return archive.members(path) if is_archive(path) else [_main_part(path)]
    say_documents(_listed(path), log)
    listed = [p for p in _listed(path) if not is_hidden(p) and is_usable(p, log)]
    files = [p for p in listed if (p.is_file() and not is_archive(p)) or is_dataset_folder(p)]
    beside = {(p.name, p.stat().st_size) for p in files}
    for packed in (p for p in listed if p.is_file() and is_archive(p)):
        found = _unpacked(packed, log)
        if any((p.name, archive.real(p).stat().st_size) not in beside for p in found):
            files += found
        elif found:
            log.add(kinds.ArchiveTwice(), file=packed.name)
    return files


def is_folder(path: Path) -> bool:
    """Tell whether a path is a folder of sources, not one itself."""
    return path.is_dir() and not is_dataset_folder(path)


def existing(path: Path, *, folder: bool = True) -> Path:
    """Return a path that the user named.

    Raises
    ------
    UserError
        If nothing is there, or it cannot be opened.
    """
    where = archive.real(path)
    if where != path and not where.exists():
        raise UserError("{path} does not exist: check the name.", path=str(path))
    if refused := unusable(where, folder=folder or is_dataset_folder(where)):
        raise refused
    return path


def _opened(path: Path) -> list[Path]:
    """Return a file, or what can be a layer of what an archive holds."""
    if not is_archive(path):
        return [path]
    return [member for member in archive.members(path) if format_of(member) is not None]


def _unpacked(packed: Path, log: ProblemLog) -> list[Path]:
    try:
        found = archive.members(packed)
        if not found:
            raise UserError("{file} holds nothing that is read here.", file=packed.name)
        return found
    except UserError as refused:
        leave_aside(packed, refused, log)
        return []


def _listed(folder: Path) -> list[Path]:
    """Return what lies in a folder, without the results that an earlier run left in it."""
    ours = RESULT_FILES if (folder / "report.json").is_file() else set()
    return [file for file in sorted(folder.iterdir()) if file.name not in ours]


def _main_part(path: Path) -> Path:
    shp = path.with_suffix(".shp")
    return shp if path.suffix.lower() in {".dbf", ".shx", ".prj", ".cpg"} and shp.is_file() else path


def _is_part(file: Path) -> bool:
    return file.suffix.lower() in {".shx", ".dbf"}


def _without_skipped(found: Located, choices: OptionsBySource, log: ProblemLog) -> tuple[Path, ...]:
    """Return the files without those that the planner left out, which is said."""
    skipped = {file for file in found.others if options_of(choices, file).skip}
    for file in (f for f in found.files if f in skipped):
        log.add(kinds.LeftOut(), file=key_of(file))
    stems = {file.stem for file in skipped}
    return tuple(f for f in found.files if f not in skipped and not (_is_part(f) and f.stem in stems))
