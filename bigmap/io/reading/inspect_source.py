"""What a source holds, before anything is decided: its layers, their fields, geometry and size."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.progress import Progress
from bigmap.io.formats import archive
from bigmap.io.formats.detect_format import Format, format_of
from bigmap.io.formats.gdal_layer import LayerRead
from bigmap.io.formats.raw_layer import Outline, layer_names, outline, take_out

_NOTHING = Outline([], "", 0)


@dataclass(frozen=True)
class LayerInspection:
    """What a look at a layer tells.

    Attributes
    ----------
    file : pathlib.Path
    layer : str or None
        Its name where the file holds several.
    fields : tuple of str
        Names of its columns.
    geometry : str
        GDAL's name of the type of its shapes, '' where nothing tells it.
    features : int
        How many it holds, -1 where the format does not tell.
    taken : LayerRead or None
        The layer as taken out, of formats in which that is the only way to look at it.
    refusal : UserError or None
        Why nothing can be told of it.
    state : tuple of int
        What changes when the file does, from before it was looked at.
    """

    file: Path
    layer: str | None = None
    fields: tuple[str, ...] = ()
    geometry: str = ""
    features: int = -1
    taken: LayerRead | None = field(default=None, repr=False, compare=False)
    refusal: UserError | None = field(default=None, repr=False, compare=False)
    state: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """Name of the layer, or of the file without its ending."""
        return self.layer or self.file.stem

    @property
    def title(self) -> str:
        """Name for messages."""
        return f"{self.file.name} ({self.layer})" if self.layer else self.file.name


@dataclass(frozen=True)
class SourceInspection:
    """What a look at a file tells.

    Attributes
    ----------
    file : pathlib.Path
    layers : tuple of LayerInspection
        Empty for a table alone and for what is no layer at all.
    whole : LayerInspection or None
        All of a drawing as one layer.
    refusal : UserError or None
        Why it cannot be opened.
    """

    file: Path
    layers: tuple[LayerInspection, ...] = ()
    whole: LayerInspection | None = None
    refusal: UserError | None = field(default=None, repr=False, compare=False)


def inspect_sources(files: Sequence[Path], progress: Progress) -> list[SourceInspection]:
    """Return what a look at each of the files tells."""
    found = []
    for i, file in enumerate(files):
        progress.step(i / len(files), Text("Looking at {file}", {"file": file.name}))
        found.append(inspect_source(file))
    return found


def inspect_source(file: Path) -> SourceInspection:
    """Return what a look at a file tells; nothing is decided here, and what is broken says so."""
    if format_of(file) is None:
        return SourceInspection(file)
    try:
        if format_of(file) == Format.DXF:
            return _drawing(file)
        return SourceInspection(file, tuple(_layer(file, name) for name in layer_names(file)))
    except UserError as refused:
        return SourceInspection(file, refusal=refused)


def _drawing(file: Path) -> SourceInspection:
    """Return what a drawing holds: it is taken out once for all of its layers."""
    taken = take_out(file, None)
    names = layer_names(file, taken)
    whole = _layer(file, None, taken)
    layers = tuple(_layer(file, name, taken) for name in names if name)
    return SourceInspection(file, layers or (whole,), whole)


def file_state(file: Path) -> tuple[int, ...]:
    """Return what changes when a file, or one of its parts, does."""
    where = archive.real(file)
    parts = sorted(where.iterdir()) if where.is_dir() else [where]
    parts += [part for part in (where.with_suffix(s) for s in (".shx", ".dbf")) if where.suffix == ".shp"]
    found = []
    for part in parts:
        with suppress(OSError):  # one that is not there, or not any more, has no state
            stat = part.stat()
            found += [stat.st_mtime_ns, stat.st_size]
    return tuple(found)


def _layer(file: Path, name: str | None, taken: LayerRead | None = None) -> LayerInspection:
    state = file_state(file)
    try:
        taken = taken or take_out(file, name)
        found = outline(file, name, taken)
    except UserError as refused:
        return LayerInspection(file, name, refusal=refused, state=state)
    return LayerInspection(
        file, name, tuple(found.fields), found.geometry, found.features, taken, state=state
    )
