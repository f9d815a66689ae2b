"""A look at the layers of a folder before they are read for good: what each could be and looks like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyogrio
import shapely
from pyproj import CRS, Transformer

from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.problems import ProblemLog
from bigmap.base.progress import Progress
from bigmap.core import crs as crs_rules
from bigmap.core.layers import Role
from bigmap.io import archive, shapefile
from bigmap.io import encoding as enc
from bigmap.io.choices import Choice, key_of
from bigmap.io.folder import layers_in, role_of, sources
from bigmap.io.formats import Format, format_of
from bigmap.io.placing import SURE, bounds_of
from bigmap.io.roles import recognise
from bigmap.io.vector import RawLayer, layer_names, outline, read_vector

Floats = npt.NDArray[np.float64]

ENCODINGS = (enc.UTF8, enc.GB18030, enc.BIG5, enc.LATIN1)
SAMPLE_ROWS = 5
_LOOKED_AT = 200
_FEW, _VERTICES = 500, 20_000
"""Features that are all drawn, and vertices of a layer: enough to see where it lies and what it is."""


@dataclass(frozen=True)
class Survey:
    """What one layer of a file holds.

    Attributes
    ----------
    file : pathlib.Path
    layer : str or None
        Its name where the file holds several.
    role : Role
        What name, fields and geometry tell.
    encoding : str
        What the bytes tell; '' where there is nothing to choose.
    raw_names : tuple of bytes
        Field names, in UTF-8 where there is nothing to choose.
    raw_rows : tuple of tuple of bytes
        Some rows with the most foreign text.
    geometry : str
        GDAL's name of the geometry type.
    features : int
    crs : pyproj.CRS or None
        What the file claims.
    bounds : tuple of float
        (xmin, ymin, xmax, ymax) of most of its vertices, in its own numbers.
    lines : list of ndarray of float, shape (n, 2)
        Outlines to draw, in its own numbers.
    refusal : Text or None
        Why it cannot be read.
    """

    file: Path
    layer: str | None = None
    role: Role = Role.UNKNOWN
    encoding: str = ""
    raw_names: tuple[bytes, ...] = ()
    raw_rows: tuple[tuple[bytes, ...], ...] = ()
    geometry: str = ""
    features: int = 0
    crs: CRS | None = None
    bounds: crs_rules.Bounds = (0.0, 0.0, 0.0, 0.0)
    lines: list[Floats] = field(default_factory=list, compare=False)
    refusal: Text | None = None

    @property
    def key(self) -> str:
        """Key of the layer among the choices."""
        return key_of(self.file, self.layer)

    def fields(self, encoding: str = "") -> list[str]:
        """Return the names of the fields, read in an encoding."""
        return _unique([enc.decode(name, encoding or self._own).strip() for name in self.raw_names])

    def rows(self, encoding: str = "") -> list[list[str]]:
        """Return the sample rows, read in an encoding."""
        return [[enc.decode(cell, encoding or self._own) for cell in row] for row in self.raw_rows]

    @property
    def _own(self) -> str:
        return self.encoding or enc.UTF8


def survey_folder(inputs: Sequence[Path], progress: Progress | None = None) -> list[Survey]:
    """Return a survey of each layer in folders and files; one that cannot be read says why.

    Parameters
    ----------
    inputs : sequence of pathlib.Path
    progress : Progress, optional
    """
    progress = progress or Progress()
    files = vector_files(inputs)
    found: list[Survey] = []
    for i, file in enumerate(files):
        progress.step(i / len(files), Text("Looking at {file}", {"file": file.name}))
        found += _surveys(file)
    return found


def vector_files(inputs: Sequence[Path]) -> list[Path]:
    """Return the layers' files in folders and among files; parts of a shapefile whose .shp is missing too."""
    inside = [f for p in inputs for f in _inside(p)]
    stems = {f.with_suffix("") for f in inside if f.suffix.lower() == ".shp"}
    lonely = [f for f in inside if f.suffix.lower() == ".dbf" and f.with_suffix("") not in stems]
    wanted = [f for f in inside if format_of(f) is not None and not _is_table(f)]
    return list(dict.fromkeys(wanted + lonely))


def _inside(path: Path) -> list[Path]:
    try:
        return sources(path, ProblemLog())
    except (UserError, OSError):
        return []  # reading it says what is wrong


def _is_table(file: Path) -> bool:
    try:
        return format_of(file) == Format.CSV and not layer_names(file)
    except UserError:
        return False


def field_names(file: Path) -> list[tuple[str | None, list[str]]]:
    """Return each layer of a file with the names of its fields, unread; nothing if it is broken."""
    try:
        return [(layer, outline(file, layer)[0]) for layer in layers_in(file)]
    except UserError:
        return []


def _surveys(file: Path) -> list[Survey]:
    if file.suffix.lower() == ".dbf":
        text = Text(shapefile.MISSING, {"file": file.name, "part": ".shp"})
        return [Survey(file, role=recognise(file.stem).role, refusal=text)]
    try:
        layers = layers_in(file)
        return [_survey(file, layer, alone=len(layers) == 1) for layer in layers]
    except UserError as fault:
        return [Survey(file, role=recognise(file.stem).role, refusal=fault.text)]


def _survey(file: Path, layer: str | None, *, alone: bool) -> Survey:
    try:
        raw = read_vector(file, layer, ProblemLog())
    except UserError as fault:
        return Survey(file, layer, recognise(layer or file.stem).role, refusal=fault.text)
    names_raw, rows = _sample(file, raw)
    return Survey(
        file=file,
        layer=layer,
        role=role_of(file, layer, alone=alone).role,
        encoding=raw.encoding.encoding if file.suffix.lower() == ".shp" else "",
        raw_names=names_raw,
        raw_rows=rows,
        geometry=_geometry_of(raw),
        features=len(raw.table),
        crs=raw.crs,
        bounds=bounds_of(raw.shapes),
        lines=_lines(raw.shapes),
    )


def _geometry_of(raw: RawLayer) -> str:
    kinds = {shape.geom_type.removeprefix("Multi") for shape in raw.shapes if shape is not None}
    return kinds.pop() if len(kinds) == 1 else "Unknown" if kinds else ""


def _sample(file: Path, raw: RawLayer) -> tuple[tuple[bytes, ...], tuple[tuple[bytes, ...], ...]]:
    """Return field names and the five rows of the first 200 with the most foreign text, as bytes."""
    if file.suffix.lower() == ".shp":
        with shapefile.opened(archive.real(file)) as source:
            table = pyogrio.read_dataframe(
                source, read_geometry=False, max_features=_LOOKED_AT, encoding=enc.LATIN1
            )
        code = enc.LATIN1
    else:
        table, code = raw.table.head(_LOOKED_AT), enc.UTF8
    cells = [
        tuple("" if v is None or v != v else str(v) for v in row) for row in table.itertuples(index=False)
    ]
    foreign = sorted(cells, key=lambda row: -sum(not cell.isascii() for cell in row))[:SAMPLE_ROWS]
    names = tuple(str(name).encode(code, "replace") for name in table.columns)
    return names, tuple(tuple(cell.encode(code, "replace") for cell in row) for row in foreign)


def _unique(names: list[str]) -> list[str]:
    out: list[str] = []
    for name in names:
        tries = (name if n == 0 else f"{name}_{n}" for n in range(len(names)))
        out.append(next(attempt for attempt in tries if attempt not in out))
    return out


def _lines(shapes: npt.NDArray[np.object_]) -> list[Floats]:
    """Return outlines with some 20,000 vertices in all: of many features some, of few all, but coarser."""
    total = int(shapely.get_num_coordinates(shapes).sum())
    few = len(shapes) <= _FEW
    parts = shapely.get_parts(shapes if few else shapes[:: 1 + total // _VERTICES])
    rings = np.where(shapely.get_type_id(parts) == 3, shapely.get_exterior_ring(parts), parts)
    lines = [shapely.get_coordinates(ring) for ring in rings]
    step = 1 + sum(map(len, lines)) // _VERTICES
    return [np.concatenate([xy[:-1:step], xy[-1:]]) for xy in lines if len(xy) and np.isfinite(xy).all()]


# --- where it lies ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reading:
    """What the numbers of a layer mean: a system, whether x and y are exchanged, what one is in its units."""

    crs: CRS
    swapped: bool = False
    scale: float = 1.0

    @property
    def label(self) -> str:
        """'EPSG:4548', for a choice and for people."""
        return crs_rules.name_of(self.crs)


def told(survey: Survey) -> Reading | None:
    """Return the system that the file claims, where its coordinates do not contradict it."""
    if survey.crs is None or crs_rules.contradicts(survey.crs, survey.bounds):
        return None
    return Reading(survey.crs)


def candidates(survey: Survey, near: crs_rules.LonLat | None) -> list[Reading]:
    """Return what the numbers of a layer can be, best first: what it claims, then what they fit.

    Parameters
    ----------
    survey : Survey
    near : tuple of float or None
        (longitude, latitude) of the other layers, degrees.
    """
    found = [_reading(c) for c in _guesses(survey, near) + _guesses(survey, None) if c.affine.scale == 1.0]
    own = told(survey)
    return list({(r.label, r.swapped): r for r in ([own] if own else []) + found}.values())


def place_of(surveys: Sequence[Survey]) -> crs_rules.LonLat | None:
    """Return where the layers lie that tell it themselves, (longitude, latitude); None where none does."""
    points = [_middle(survey, reading) for survey in surveys if (reading := sure(survey, None))]
    if not points:
        return None
    lon, lat = np.median(points, axis=0)
    return (float(lon), float(lat))


def sure(survey: Survey, near: crs_rules.LonLat | None) -> Reading | None:
    """Return the system that is taken without a question, None where there is one."""
    best = next(iter(_guesses(survey, near)), None)
    guessed = _reading(best) if best and best.confidence >= SURE else None
    return told(survey) or guessed


def reading_of(survey: Survey, choice: Choice, near: crs_rules.LonLat | None) -> Reading | None:
    """Return how the numbers are read: as chosen, else as sure; None where neither is."""
    return Reading(CRS.from_user_input(choice.crs), choice.swapped) if choice.crs else sure(survey, near)


def lonlat(reading: Reading) -> Callable[[Floats], Floats]:
    """Return a function that turns (n, 2) coordinates into longitude and latitude, degrees."""
    transformer = _transformer(reading.crs.to_wkt())

    def turned(xy: Floats) -> Floats:
        x, y = (xy[:, 1], xy[:, 0]) if reading.swapped else (xy[:, 0], xy[:, 1])
        return np.column_stack(transformer.transform(x * reading.scale, y * reading.scale))

    return turned


def _reading(candidate: crs_rules.Candidate) -> Reading:
    return Reading(candidate.crs, candidate.swapped, candidate.affine.scale)


def _guesses(survey: Survey, near: crs_rules.LonLat | None) -> list[crs_rules.Candidate]:
    return crs_rules.guess(survey.bounds, near) if survey.features else []


def _middle(survey: Survey, reading: Reading) -> crs_rules.LonLat:
    x0, y0, x1, y1 = survey.bounds
    lon, lat = lonlat(reading)(np.array([[(x0 + x1) / 2, (y0 + y1) / 2]]))[0]
    return (float(lon), float(lat))


@lru_cache(maxsize=64)
def _transformer(wkt: str) -> Transformer:
    crs = CRS.from_wkt(wkt)
    return Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
