"""Where the sources are: paths → the files to look at, those in archives among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from bigmap.base.errors import UserError
from bigmap.base.problem_kinds import formats as kinds
from bigmap.base.problem_kinds import sources as of_sources
from bigmap.base.problems import ProblemLog
from bigmap.base.shortage import expect_data
from bigmap.base.usable_paths import unusable
from bigmap.core.sources.layers import Role
from bigmap.core.sources.source_options import OptionsBySource, key_of, options_of
from bigmap.io.formats import archive
from bigmap.io.formats.detect_format import format_of, is_archive, is_dataset_folder
from bigmap.io.formats.foreign_files import is_foreign, is_hidden, is_usable, leave_aside, say_documents
from bigmap.io.formats.unused_files import say_unused, shown, without_results
from bigmap.io.spreadsheets.attribute_tables import table_names

_USED = tuple(role for role in Role if role not in {Role.OPERATORS, Role.ZONES, Role.UNKNOWN})
READ_ROLES = (*_USED, Role.ZONES)
"""Roles of layers, in the order of the pipeline."""

_DEEPEST = 3
_MOST_FOLDERS = 200
"""How deep folders inside a folder are looked into, and how many: one too high up holds a whole disk."""


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
        """Indexes of shapefiles whose .shp is not there; a .dbf is a table by itself."""
        return without_layer(self.files, ".shx")

    @property
    def loose_tables(self) -> list[Path]:
        """Tables that are no part of a layer: a .dbf alone, and databases with tables of their own."""
        indexed = {file.with_suffix("") for file in self.orphans}
        alone = [f for f in without_layer(self.files, ".dbf") if f.with_suffix("") not in indexed]
        return alone + [file for file in self.files if table_names(file)]

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
    """Return the sources at a path: those in a folder, in folders inside it and in archives, or itself."""
    if not is_folder(path):
        return archive.members(path) if is_archive(path) else [_main_part(path)]
    return [file for folder in _folders(path, log) for file in _sources_in(folder, log)]


def _folders(root: Path, log: ProblemLog) -> list[Path]:
    """Return a folder and those inside it, the outer ones first, as far as they are looked into."""
    found, level = [root], [root]
    for _ in range(_DEEPEST):
        level = [inner for folder in level for inner in _inner(folder)]
        found += level
    left = found[_MOST_FOLDERS:] + [inner for folder in level for inner in _inner(folder)]
    if left:
        said = of_sources.FoldersLeftAside(depth=_DEEPEST, most=_MOST_FOLDERS, n=len(left), files=shown(left))
        log.add(said, file=left[0].name)
    return found[:_MOST_FOLDERS]


def _inner(folder: Path) -> list[Path]:
    """Return the folders in a folder that can hold sources of a planner: not links, not our own results."""
    try:
        inside = [p for p in sorted(folder.iterdir()) if not p.is_symlink() and is_folder(p)]
    except OSError:
        return []  # said where it is looked into
    return [p for p in inside if not is_hidden(p) and unusable(p) is None and not _is_ours(p)]


def _is_ours(folder: Path) -> bool:
    """Tell whether a folder holds the results of an earlier run."""
    return (folder / "report.json").is_file() and (folder / "units.geojson").is_file()


def _sources_in(folder: Path, log: ProblemLog) -> list[Path]:
    """Return the sources in a folder and in its archives; what lies there and is none is said."""
    inside = without_results(sorted(folder.iterdir()))
    said = say_documents(inside, log)
    listed = [p for p in inside if not is_hidden(p) and is_usable(p, log)]
    files = [p for p in listed if (p.is_file() and not is_archive(p)) or is_dataset_folder(p)]
    say_unused(files, said, log)
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


def without_layer(files: Sequence[Path], suffix: str) -> list[Path]:
    """Return the files with an ending that belong to no layer in their folder, in letters of any case."""
    layers = {(f.parent, f.stem.casefold()) for f in files if format_of(f) is not None}
    own = [f for f in files if f.suffix.lower() == suffix]
    return [f for f in own if (f.parent, f.stem.casefold()) not in layers]
