"""Read a planner's folder or files: tell the role of each layer, read it and place it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import shapely
from pyproj import CRS

from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.problem_kinds import formats as kinds
from bigmap.base.problems import ProblemLog
from bigmap.base.progress import Progress
from bigmap.base.shortage import expect_data
from bigmap.base.usable_paths import unusable
from bigmap.core.sources.layers import LayerSet, Role
from bigmap.core.sources.source_options import (
    OptionsBySource,
    SourceOptions,
    key_of,
    options_of,
    report_options,
)
from bigmap.io.formats import archive
from bigmap.io.formats.detect_format import RESULT_FILES, Format, format_of, is_archive, is_dataset_folder
from bigmap.io.formats.foreign_files import (
    is_foreign,
    is_hidden,
    is_usable,
    leave_aside,
    leave_foreign,
    say_documents,
)
from bigmap.io.formats.raw_layer import RawLayer, layer_names, outline, read_vector
from bigmap.io.formats.shapefile import MISSING
from bigmap.io.georeferencing.control_points import read_control_points
from bigmap.io.georeferencing.placement import LayerToRead, placed
from bigmap.io.georeferencing.readings import GivenPlacement
from bigmap.io.reading.apply_options import repair_layers, with_options
from bigmap.io.reading.table_files import (
    points_among,
    present_among,
    read_tables_among,
    say_no_estates,
    services_among,
)
from bigmap.io.reading.told_roles import layers_told
from bigmap.io.spreadsheets.attribute_tables import has_tables, is_lone_dbf
from bigmap.io.spreadsheets.estate_table import operators_in
from bigmap.io.spreadsheets.operator_table import read_operators
from bigmap.io.vocabulary.layer_roles import Guess, detect_role

_USED = tuple(role for role in Role if role not in {Role.OPERATORS, Role.ZONES, Role.UNKNOWN})
READ_ROLES = (*_USED, Role.ZONES)
_TOLD_BY_POINTS = (Role.ESTATES, Role.BUILDINGS, Role.PUBLIC, Role.ZONES)
"""Roles whose points are of use: door plates and labels tell of the outlines they lie in."""


@dataclass(frozen=True)
class _Inputs:
    """What the user named: files with folders opened, and the roles he told."""

    files: list[Path]
    told: dict[Role, Path]
    shown: str


def read_folder(
    inputs: Path | Sequence[Path],
    overrides: Mapping[Role, Path] | None = None,
    crs: CRS | None = None,
    progress: Progress | None = None,
    choices: OptionsBySource | None = None,
    *,
    tables: Sequence[Path] = (),
    tables_lead: bool = False,
    shifts: Mapping[str, str] | None = None,
    control_points: Path | None = None,
    near: tuple[float, float] | None = None,
) -> LayerSet:
    """Read all layers of a folder (not of folders inside it) or of the files named.

    Parameters
    ----------
    inputs : path or sequence of paths
        Folders and files.
    overrides : mapping of Role to path, optional
        Files whose role the planner told: they are read wherever they lie, others of that role are not.
    crs : pyproj.CRS, optional
        System of the layers that do not tell theirs.
    progress : Progress, optional
    choices : mapping of str to SourceOptions, optional
        What the planner chose for single layers, by `bigmap.core.sources.source_options.key_of`.
    tables : sequence of Path, optional
        Tables of estates (Excel, CSV), to be joined by name; without them, those of the folder are.
    tables_lead : bool
        Whether what tables tell goes before what the layers tell; else they only fill what is missing.
    shifts : mapping of str to str, optional
        File name → 'gcj02' or 'bd09': layers of web maps that shall be moved to where they belong.
    control_points : pathlib.Path, optional
        CSV of points that place the layers which do not tell their system.
    near : tuple of float, optional
        (longitude, latitude) of the project's city, for folders in which no layer tells its place.

    Returns
    -------
    LayerSet
        Its problems hold all that was guessed, mended or left aside.

    Raises
    ------
    UserError
        If a path does not exist, nothing can be used, or a layer that has a role cannot be read or placed.
    """
    began = time.perf_counter()
    progress = progress or Progress()
    log = ProblemLog()
    points = read_control_points(control_points) if control_points else None
    own = choices or {}
    named = _wanted(_inputs(inputs, overrides or {}, log), own, log)
    wanted = _choose(named, own, log)
    read = []
    for i, choice in enumerate(wanted):
        progress.step(i / (len(wanted) + 1), Text("Reading {file}", {"file": choice.file.name}))
        read.append((choice, _read_as(choice, options_of(own, choice.file, choice.layer), log)))
    table = named.told.get(Role.OPERATORS) or operators_in(named.files, own)
    layers_of = [choice.file for choice in wanted]
    ledger = read_tables_among(
        named.files,
        [*named.told.values(), table, *layers_of],
        own,
        log,
        READ_ROLES,
        tables=[_existing(Path(path), folder=False) for path in tables],
        operators=table,
        leads=tables_lead,
    )
    read = _of_use(read + points_among(ledger, named.told, own, log, READ_ROLES), log)
    layers = placed(read, GivenPlacement(crs, shifts or {}, points, near), log)
    for (choice, _), layer in zip(read, layers, strict=True):
        repair_layers(layer, options_of(own, choice.file, choice.layer), log)
    operators = read_operators(table, log, own) if table else None
    if not layers:
        raise _nothing_usable(named, log)
    say_no_estates(ledger, layers, log)
    progress.step(1.0, Text("Files read"))
    seconds = time.perf_counter() - began
    held = (ledger.tables, services_among(ledger, log), None, present_among(ledger, log), ledger.roads)
    return LayerSet(layers, operators, log, seconds, *held)


def _nothing_usable(named: _Inputs, log: ProblemLog) -> UserError:
    reasons = [f"{p.file}: {p.text}" for p in log if p.kind.unused]
    return UserError(
        "Nothing usable was found in {path}: give estates, buildings, roads or a boundary as .shp, .gpkg or "
        ".geojson. {reasons}",
        path=named.shown,
        reasons=" ".join(reasons[:3]),
    )


# --- which files --------------------------------------------------------------------------------------------


def _inputs(inputs: Path | Sequence[Path], overrides: Mapping[Role, Path], log: ProblemLog) -> _Inputs:
    """Return the sources that the paths name, without doubles; a part of a shapefile names its .shp."""
    paths = [Path(inputs)] if isinstance(inputs, str | Path) else [Path(p) for p in inputs]
    told = {role: _main_part(_existing(Path(path), folder=False)) for role, path in overrides.items()}
    files: dict[Path, None] = {}
    for path in map(_existing, paths):
        files.update(dict.fromkeys(sources(path, log)))
    expect_data(sum(archive.real(file).stat().st_size for file in {*files, *told.values()}))
    return _Inputs(list(files), told, ", ".join(str(p) for p in paths))


def sources(path: Path, log: ProblemLog) -> list[Path]:
    """Return the sources in a folder, not in folders inside it, those in its archives among them."""
    if not path.is_dir() or is_dataset_folder(path):
        return archive.members(path) if is_archive(path) else [_main_part(path)]
    say_documents(_listed(path), log)
    listed = [p for p in _listed(path) if not is_hidden(p) and is_usable(p, log, READ_ROLES)]
    files = [p for p in listed if (p.is_file() and not is_archive(p)) or is_dataset_folder(p)]
    layers = [p for p in files if format_of(p) is not None]
    beside = {(p.name, p.stat().st_size) for p in files}
    for packed in (p for p in listed if p.is_file() and is_archive(p)):
        found = _unpacked(packed, log, set(READ_ROLES) - {detect_role(p.stem).role for p in layers})
        if any((p.name, archive.real(p).stat().st_size) not in beside for p in found):
            files += found
        elif found:
            log.add(kinds.ArchiveTwice(), file=packed.name)
    return files


def _unpacked(packed: Path, log: ProblemLog, needed: set[Role]) -> list[Path]:
    try:
        found = archive.members(packed)
        if not found:
            raise UserError("{file} holds nothing that is read here.", file=packed.name)
        return found
    except UserError as refused:
        leave_aside(packed, refused, log, needed)
        return []


def _listed(folder: Path) -> list[Path]:
    """Return what lies in a folder, without the results that an earlier run left in it."""
    ours = RESULT_FILES if (folder / "report.json").is_file() else set()
    return [file for file in sorted(folder.iterdir()) if file.name not in ours]


def _existing(path: Path, *, folder: bool = True) -> Path:
    where = archive.real(path)
    if where != path and not where.exists():
        raise UserError("{path} does not exist: check the name.", path=str(path))
    if refused := unusable(where, folder=folder or is_dataset_folder(where)):
        raise refused
    return path


def _main_part(path: Path) -> Path:
    shp = path.with_suffix(".shp")
    return shp if path.suffix.lower() in {".dbf", ".shx", ".prj", ".cpg"} and shp.is_file() else path


def _choose(named: _Inputs, choices: OptionsBySource, log: ProblemLog) -> list[LayerToRead]:
    """Return what to read, in the order of the pipeline; what is left aside is said."""
    told = [c for role, path in named.told.items() if role != Role.OPERATORS for c in layers_told(role, path)]
    taken = {choice.file.resolve() for choice in told}
    others = [file for file in named.files if file.resolve() not in taken]
    _refuse_orphans(named.files)
    rest = [file for file in others if not is_foreign(file)]
    found = [c for file in rest for c in _recognised(file, choices, log) if c.role not in named.told]
    leave_foreign(others, {*named.told, *(c.role for c in found)}, READ_ROLES, log)
    return sorted(told + _one_boundary(found, log), key=lambda choice: READ_ROLES.index(choice.role))


def _wanted(named: _Inputs, choices: OptionsBySource, log: ProblemLog) -> _Inputs:
    """Return the inputs without the files that the planner left out, which is said."""
    taken = {path.resolve() for path in named.told.values()}
    skipped = {f for f in named.files if options_of(choices, f).skip and f.resolve() not in taken}
    for file in skipped:
        _left_out(key_of(file), log)
    stems = {file.stem for file in skipped}
    kept = [f for f in named.files if f not in skipped and not (_is_part(f) and f.stem in stems)]
    return replace(named, files=kept)


def _read_as(choice: LayerToRead, own: SourceOptions, log: ProblemLog) -> RawLayer:
    """Read a layer as the planner chose."""
    report_options(own, choice.file.name, log)
    return with_options(read_vector(choice.file, choice.layer, log, own.encoding), own, log)


def _left_out(name: str, log: ProblemLog) -> None:
    log.add(kinds.LeftOut(), file=name)


def _is_part(file: Path) -> bool:
    return file.suffix.lower() in {".shx", ".dbf"}


def _recognised(file: Path, choices: OptionsBySource, log: ProblemLog) -> list[LayerToRead]:
    """Return the layers of a file that have a role."""
    found = []
    layers = _layers(file, log)
    for layer in layers:
        own = options_of(choices, file, layer)
        if own.skip:
            _left_out(key_of(file, layer), log)
            continue
        guess = Guess(own.role, 3) if own.role else role_of(file, layer, alone=len(layers) == 1)
        if guess.role in READ_ROLES:
            found.append(LayerToRead(guess.role, file, layer, guess.sureness))
        else:
            log.add(kinds.WithoutRole(), file=f"{file.name} ({layer})" if layer else file.name)
    return found


def _layers(file: Path, log: ProblemLog) -> list[str | None]:
    try:
        return layers_in(file)
    except UserError as refused:
        if not has_tables(file):
            leave_aside(file, refused, log, READ_ROLES)
        return []


def layers_in(file: Path) -> list[str | None]:
    """Return the layers of a file; of a drawing those whose names tell something, else all as one."""
    names = layer_names(file) if format_of(file) is not None else []
    if format_of(file) != Format.DXF:
        return names
    return [name for name in names if name and detect_role(name).role in READ_ROLES] or [None]


def role_of(file: Path, layer: str | None, *, alone: bool) -> Guess:
    """Return the role that the name tells, or the file's if it holds nothing else, or the fields."""
    names = [layer or file.stem]
    if alone:
        names += [file.stem, *archive.names(file)]
    named = (detect_role(name) for name in names)
    found = next((guess for guess in named if guess.role != Role.UNKNOWN), None)
    return found or detect_role(names[0], *_outline(file, layer))


def _outline(file: Path, layer: str | None) -> tuple[list[str], str]:
    try:
        return outline(file, layer)
    except UserError:
        return [], ""  # whatever is wrong with it, nothing says that it is needed


def _one_boundary(found: list[LayerToRead], log: ProblemLog) -> list[LayerToRead]:
    """Return the choices with the best boundary only: boundary.shp rather than boundary_all.shp."""
    boundaries = sorted(
        (c for c in found if c.role == Role.BOUNDARY), key=lambda c: (-c.sureness, len(c.name))
    )
    for other in boundaries[1:]:
        log.add(kinds.SecondBoundary(first=boundaries[0].file.name), file=other.file.name)
    return [choice for choice in found if choice not in boundaries[1:]]


def _refuse_orphans(files: Sequence[Path]) -> None:
    """Raise `UserError` for parts of a shapefile whose .shp is not there."""
    stems = {file.stem.casefold() for file in files if file.suffix.lower() == ".shp"}
    for file in files:
        lonely = _is_part(file) and file.stem.casefold() not in stems and not is_lone_dbf(file)
        if lonely and detect_role(file.stem).role in _USED:
            raise UserError(MISSING, file=file.name, part=".shp")


def _of_use(
    read: Sequence[tuple[LayerToRead, RawLayer]], log: ProblemLog
) -> list[tuple[LayerToRead, RawLayer]]:
    """Return the layers that have ground, and points that can tell of it; others are said and left aside."""
    points = [shapely.get_dimensions(raw.shapes) == 0 for _, raw in read]
    ground = [bool((shapely.get_dimensions(raw.shapes) > 0).any()) for _, raw in read]
    kept = []
    for (choice, raw), lone, solid in zip(read, points, ground, strict=True):
        if solid or not lone.any() or (any(ground) and choice.role in _TOLD_BY_POINTS):
            kept.append((choice, raw))
            continue
        log.add(kinds.PointsLeftAside(n=int(lone.sum())), file=raw.file.name)
    return kept
