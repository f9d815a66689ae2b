"""A planner's folder: which file is what, and all of them read."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import shapely
from pyproj import CRS

from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.problems import ProblemLog, Severity
from bigmap.base.progress import Progress
from bigmap.core.layers import LayerSet, Role
from bigmap.io.choices import Choices, choice_of, chosen, key_of, mended, say
from bigmap.io.operators import read_operators
from bigmap.io.placing import Choice, placed
from bigmap.io.roles import Guess, recognise
from bigmap.io.shapefile import MISSING
from bigmap.io.vector import VECTOR_SUFFIXES, RawLayer, layer_names, outline, read_vector

_USED = (
    Role.BOUNDARY,
    Role.COMMUNITIES,
    Role.ESTATES,
    Role.BUILDINGS,
    Role.PUBLIC,
    Role.ROADS,
    Role.EXCLUSIONS,
)
_READ = (*_USED, Role.ZONES)


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
    choices: Choices | None = None,
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
    choices : mapping of str to bigmap.io.choices.Choice, optional
        What the planner chose for single layers, by `bigmap.io.choices.key_of`.

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
    named = _inputs(inputs, overrides or {})
    told = choices or {}
    wanted = _choose(named, told, log)
    read = []
    for i, choice in enumerate(wanted):
        progress.step(i / (len(wanted) + 1), Text("Reading {file}", {"file": choice.file.name}))
        own = choice_of(told, choice.file, choice.layer)
        say(own, choice.file.name, log)
        raw = chosen(read_vector(choice.file, choice.layer, log, own.encoding), own, log)
        if _has_ground(raw, log):
            read.append((choice, raw))
    layers = placed(read, crs, log)
    for (choice, _), layer in zip(read, layers, strict=True):
        mended(layer, choice_of(told, choice.file, choice.layer), log)
    table = named.told.get(Role.OPERATORS) or _operators_of(named.files, told)
    operators = read_operators(table, log) if table else None
    if not layers:
        raise _nothing_usable(named, log)
    progress.step(1.0, Text("Files read"))
    return LayerSet(layers, operators, table, log, time.perf_counter() - began)


def _nothing_usable(named: _Inputs, log: ProblemLog) -> UserError:
    reasons = [f"{p.file}: {p.text}" for p in log if p.code in {"points", "left_aside", "archive"}]
    return UserError(
        "Nothing usable was found in {path}: give estates, buildings, roads or a boundary as .shp, .gpkg or "
        ".geojson. {reasons}",
        path=named.shown,
        reasons=" ".join(reasons[:3]),
    )


# --- which files --------------------------------------------------------------------------------------------


def _inputs(inputs: Path | Sequence[Path], overrides: Mapping[Role, Path]) -> _Inputs:
    """Return the files that the paths name, without doubles; a part of a shapefile names its .shp."""
    paths = [Path(inputs)] if isinstance(inputs, str | Path) else [Path(p) for p in inputs]
    told = {role: _main_part(_existing(Path(path))) for role, path in overrides.items()}
    files: dict[Path, None] = {}
    for path in map(_existing, paths):
        for file in sorted(path.iterdir()) if path.is_dir() else [_main_part(path)]:
            if file.is_file() and not file.name.startswith((".", "~")):
                files[file] = None
    return _Inputs(list(files), told, ", ".join(str(p) for p in paths))


def _existing(path: Path) -> Path:
    if not path.exists():
        raise UserError("{path} does not exist: check the name.", path=str(path))
    return path


def _main_part(path: Path) -> Path:
    shp = path.with_suffix(".shp")
    return shp if path.suffix.lower() in {".dbf", ".shx", ".prj", ".cpg"} and shp.is_file() else path


def _operators_of(files: list[Path], choices: Choices) -> Path | None:
    return next((f for f in files if _is_operators(f) and not choice_of(choices, f).skip), None)


def _is_operators(file: Path) -> bool:
    return file.suffix.lower() == ".csv" and recognise(file.stem).role == Role.OPERATORS


def _choose(named: _Inputs, choices: Choices, log: ProblemLog) -> list[Choice]:
    """Return what to read, in the order of the pipeline; what is left aside is said."""
    told = [_told(role, path) for role, path in named.told.items() if role != Role.OPERATORS]
    taken = {choice.file.resolve() for choice in told}
    rest = _wanted([file for file in named.files if file.resolve() not in taken], choices, log)
    _refuse_orphans(rest)
    found = [c for file in rest for c in _recognised(file, choices, log) if c.role not in named.told]
    return sorted(told + _one_boundary(found, log), key=lambda choice: _READ.index(choice.role))


def _wanted(files: list[Path], choices: Choices, log: ProblemLog) -> list[Path]:
    """Return the files without those that the planner left out, which is said."""
    skipped = {file for file in files if choice_of(choices, file).skip}
    for file in skipped:
        _left_out(key_of(file), log)
    stems = {file.stem for file in skipped}
    return [file for file in files if file not in skipped and not (_is_part(file) and file.stem in stems)]


def _left_out(name: str, log: ProblemLog) -> None:
    log.add(Severity.MENDED, "left_out", "Left out, as you chose.", file=name)


def _is_part(file: Path) -> bool:
    return file.suffix.lower() in {".shx", ".dbf"}


def _told(role: Role, path: Path) -> Choice:
    """Return the layer of a file that the user gave a role; of several, the one whose name fits it."""
    names = layer_names(path)
    fitting = [name for name in names if name and recognise(name).role == role]
    return Choice(role, path, (fitting or names)[0], 3)


def _recognised(file: Path, choices: Choices, log: ProblemLog) -> list[Choice]:
    """Return the layers of a file that have a role."""
    if file.suffix.lower() == ".zip":
        log.add(Severity.DOUBT, "archive", "Left aside: unpack the archive first.", file=file.name)
    if file.suffix.lower() not in VECTOR_SUFFIXES:
        return []
    found = []
    for layer in layer_names(file):
        own = choice_of(choices, file, layer)
        if own.skip:
            _left_out(key_of(file, layer), log)
            continue
        guess = Guess(own.role, 3) if own.role else recognise(layer or file.stem)
        if guess.role == Role.UNKNOWN:
            guess = recognise(layer or file.stem, *_outline(file, layer))
        if guess.role in _READ:
            found.append(Choice(guess.role, file, layer, guess.sureness))
        else:
            text = "Left aside: neither name nor fields tell what it is for; name its role if it is needed."
            log.add(Severity.DOUBT, "left_aside", text, file=f"{file.name} ({layer})" if layer else file.name)
    return found


def _outline(file: Path, layer: str | None) -> tuple[list[str], str]:
    try:
        return outline(file, layer)
    except UserError:
        return [], ""  # whatever is wrong with it, nothing says that it is needed


def _one_boundary(found: list[Choice], log: ProblemLog) -> list[Choice]:
    """Return the choices with the best boundary only: boundary.shp rather than boundary_all.shp."""
    boundaries = sorted(
        (c for c in found if c.role == Role.BOUNDARY), key=lambda c: (-c.sureness, len(c.name))
    )
    for other in boundaries[1:]:
        text = "Left aside: {first} is taken as the boundary."
        log.add(Severity.DOUBT, "second_boundary", text, file=other.file.name, first=boundaries[0].file.name)
    return [choice for choice in found if choice not in boundaries[1:]]


def _refuse_orphans(files: Sequence[Path]) -> None:
    """Raise `UserError` for parts of a shapefile whose .shp is not there."""
    stems = {file.stem.casefold() for file in files if file.suffix.lower() == ".shp"}
    for file in files:
        lonely = _is_part(file) and file.stem.casefold() not in stems
        if lonely and recognise(file.stem).role in _USED:
            raise UserError(MISSING, file=file.name, part=".shp")


def _has_ground(raw: RawLayer, log: ProblemLog) -> bool:
    """Tell whether a layer has lines or areas; points are said and left aside."""
    points = shapely.get_dimensions(raw.shapes) == 0
    if not points.any() or (shapely.get_dimensions(raw.shapes) > 0).any():
        return True
    text = "Left aside: its {n} features are points and have no ground."
    log.add(Severity.DOUBT, "points", text, file=raw.file.name, n=int(points.sum()))
    return False
