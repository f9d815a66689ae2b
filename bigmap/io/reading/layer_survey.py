"""What a look at a layer gave, and where its numbers put it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS, Transformer

from bigmap.base.arrays import Floats
from bigmap.base.i18n import Text
from bigmap.core import crs as crs_rules
from bigmap.core.crs.local_grid import AS_IT_IS, SWAPPED, Affine
from bigmap.core.sources.layers import NUMBER_FIELDS, TEXT_FIELDS, Role
from bigmap.core.sources.source_options import SourceOptions, key_of
from bigmap.io.formats import encoding as enc
from bigmap.io.georeferencing.control_points import ControlPoints
from bigmap.io.georeferencing.placement import SURE
from bigmap.io.vocabulary.field_names import match_fields

ENCODINGS = (enc.UTF8, enc.GB18030, enc.BIG5, enc.LATIN1)


@dataclass(frozen=True)
class LayerSurvey:
    """What one layer of a file holds.

    Attributes
    ----------
    file : pathlib.Path
    layer : str or None
        Its name where the file holds several.
    role : Role
        What name, fields and geometry tell; of a layer that is read by row, what most of it is for.
    model : Text or None
        The data model that it is of.
    by_row : tuple of (Role, int)
        How many of its rows that model gives to which role, the most first.
    instead : Role or None
        What it is used for where no other layer gives any.
    mapped : mapping of str to str
        Canonical field → column that the model names for it, '' for none.
    encoding : str
        What the bytes tell; '' where there is nothing to choose.
    raw_names : tuple of bytes
        Field names, in UTF-8 where there is nothing to choose.
    raw_rows : tuple of tuple of bytes
        Some rows with the most foreign text.
    geometry : str
        GDAL's name of the geometry type, 'Table' for a sheet.
    features : int
    crs : pyproj.CRS or None
        What the file claims.
    bounds : tuple of float
        (xmin, ymin, xmax, ymax) of most of its vertices, in its own numbers.
    lines : list of ndarray of float, shape (n, 2)
        Outlines to draw, in its own numbers.
    refusal : Text or None
        Why it cannot be read.
    table : pandas.DataFrame or None
        All its attributes, of a layer that is small enough to be one of estates.
    """

    file: Path
    layer: str | None = None
    role: Role = Role.UNKNOWN
    model: Text | None = None
    by_row: tuple[tuple[Role, int], ...] = ()
    instead: Role | None = None
    mapped: Mapping[str, str] = field(default_factory=dict)
    encoding: str = ""
    raw_names: tuple[bytes, ...] = ()
    raw_rows: tuple[tuple[bytes, ...], ...] = ()
    geometry: str = ""
    features: int = 0
    crs: CRS | None = None
    bounds: crs_rules.Bounds = (0.0, 0.0, 0.0, 0.0)
    lines: list[Floats] = field(default_factory=list, compare=False)
    refusal: Text | None = None
    table: pd.DataFrame | None = field(default=None, compare=False, repr=False)

    @property
    def key(self) -> str:
        """Key of the layer among the choices."""
        return key_of(self.file, self.layer)

    @property
    def title(self) -> str:
        """Name for people."""
        return f"{self.file.name} · {self.layer}" if self.layer else self.file.name

    def fields(self, encoding: str = "") -> list[str]:
        """Return the names of the fields, read in an encoding."""
        return _unique([enc.decode(name, encoding or self._own).strip() for name in self.raw_names])

    def rows(self, encoding: str = "") -> list[list[str]]:
        """Return the sample rows, read in an encoding."""
        return [[enc.decode(cell, encoding or self._own) for cell in row] for row in self.raw_rows]

    def shown(self, choice: SourceOptions) -> tuple[list[str], list[list[str]]]:
        """Return the names of the fields and the sample rows as chosen."""
        return self.fields(choice.encoding), self.rows(choice.encoding)

    def role_in(self, choice: SourceOptions) -> Role:
        """Return what it is for, as chosen or as told by itself."""
        return choice.role or self.role

    def roles_in(self, choice: SourceOptions) -> set[Role]:
        """Return all that its rows are for, as chosen or as told by themselves."""
        return {choice.role} if choice.role else {role for role, _ in self.by_row} or {self.role}

    def vocabulary(self, choice: SourceOptions) -> Sequence[str]:  # noqa: ARG002 - a sheet's depends on it
        """Return what a column can mean."""
        return (*TEXT_FIELDS, *NUMBER_FIELDS)

    def meant(self, choice: SourceOptions, told: Mapping[str, str]) -> dict[str, str]:
        """Return meaning → column, what the planner ``claimed_placement`` first."""
        columns = self.shown(choice)[0]
        mapped = {meaning: name for meaning, name in self.mapped.items() if not name or name in columns}
        found = match_fields(columns, self.role_in(choice), told={**mapped, **told})
        return {meaning: column.name for meaning, column in found.items()}

    def as_layer(self, choice: SourceOptions) -> LayerSurvey:  # noqa: ARG002 - a sheet's depends on it
        """Return what can be drawn and placed of it, as chosen; a sheet without points has no features."""
        return self

    def names(self, choice: SourceOptions) -> list[str]:
        """Return the names of its features as chosen; none of a layer that is too large for estates."""
        if self.table is None:
            return []
        own, now = self._own, choice.encoding or self._own

        def read(text: object) -> str:
            return enc.decode(str(text).encode(own, "replace"), now) if now != own else str(text)

        columns = {read(name).strip(): name for name in self.table.columns}
        mapped = {meaning: name for meaning, name in self.mapped.items() if not name or name in columns}
        name = match_fields(columns, self.role_in(choice), told={**mapped, **choice.fields}).get("name")
        return [] if name is None else [read(v) for v in self.table[columns[name.name]].fillna("")]

    @property
    def _own(self) -> str:
        return self.encoding or enc.UTF8


def _unique(names: list[str]) -> list[str]:
    out: list[str] = []
    for name in names:
        tries = (name if n == 0 else f"{name}_{n}" for n in range(len(names)))
        out.append(next(attempt for attempt in tries if attempt not in out))
    return out


# --- where it lies ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Placement:
    """What the numbers of a layer mean: a system, and what has to be done to them first."""

    crs: CRS
    affine: Affine = AS_IT_IS

    @property
    def swapped(self) -> bool:
        """Whether x and y are exchanged."""
        return self.affine.swaps

    @property
    def label(self) -> str:
        """'EPSG:4548', for a choice and for people."""
        return crs_rules.name_of(self.crs)


def claimed_placement(survey: LayerSurvey) -> Placement | None:
    """Return the system that the file claims, where its coordinates do not contradict it."""
    if survey.crs is None or crs_rules.contradicts(survey.crs, survey.bounds):
        return None
    return Placement(survey.crs)


def possible_placements(survey: LayerSurvey, near: crs_rules.LonLat | None) -> list[Placement]:
    """Return what the numbers of a layer can be, best first: what it claims, then what they fit.

    Parameters
    ----------
    survey : LayerSurvey
    near : tuple of float or None
        (longitude, latitude) of the other layers, degrees.
    """
    found = [_reading(c) for c in _guesses(survey, near) + _guesses(survey, None) if c.affine.scale == 1.0]
    own = claimed_placement(survey)
    return list({(r.label, r.swapped): r for r in ([own] if own else []) + found}.values())


def surveyed_location(surveys: Sequence[LayerSurvey]) -> crs_rules.LonLat | None:
    """Return where the layers lie that tell it themselves, (longitude, latitude); None where none does."""
    points = [_middle(survey, reading) for survey in surveys if (reading := certain_placement(survey, None))]
    if not points:
        return None
    lon, lat = np.median(points, axis=0)
    return (float(lon), float(lat))


def certain_placement(survey: LayerSurvey, near: crs_rules.LonLat | None) -> Placement | None:
    """Return the system that is taken without a question, None where there is one."""
    best = next(iter(_guesses(survey, near)), None)
    guessed = _reading(best) if best and best.confidence >= SURE else None
    return claimed_placement(survey) or guessed


def placement_of(
    survey: LayerSurvey, choice: SourceOptions, near: crs_rules.LonLat | None
) -> Placement | None:
    """Return how the numbers are read: as chosen, else as sure; None where neither is."""
    if not choice.crs:
        return certain_placement(survey, near)
    crs = CRS.from_user_input(choice.crs)
    if choice.control:
        return Placement(crs, ControlPoints.of(choice.control, crs).fit().affine)
    return Placement(crs, SWAPPED if choice.swapped else AS_IT_IS)


def lonlat(reading: Placement) -> Callable[[Floats], Floats]:
    """Return a function that turns (n, 2) coordinates into longitude and latitude, degrees."""
    transformer = _transformer(reading.crs.to_wkt())

    def turned(xy: Floats) -> Floats:
        return np.column_stack(transformer.transform(*reading.affine.points(xy).T))

    return turned


def _reading(candidate: crs_rules.CrsCandidate) -> Placement:
    return Placement(candidate.crs, candidate.affine)


def _guesses(survey: LayerSurvey, near: crs_rules.LonLat | None) -> list[crs_rules.CrsCandidate]:
    return crs_rules.guess_crs(survey.bounds, near) if survey.features else []


def _middle(survey: LayerSurvey, reading: Placement) -> crs_rules.LonLat:
    x0, y0, x1, y1 = survey.bounds
    lon, lat = lonlat(reading)(np.array([[(x0 + x1) / 2, (y0 + y1) / 2]]))[0]
    return (float(lon), float(lat))


@lru_cache(maxsize=64)
def _transformer(wkt: str) -> Transformer:
    crs = CRS.from_wkt(wkt)
    return Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)


_FEW, _VERTICES = 500, 20_000
"""Features that are all drawn, and vertices of a layer: enough to see where it lies and what it is."""


def preview_outlines(shapes: npt.NDArray[np.object_]) -> list[Floats]:
    """Return outlines with some 20,000 vertices in all: of many features some, of few all, but coarser."""
    total = int(shapely.get_num_coordinates(shapes).sum())
    few = len(shapes) <= _FEW
    parts = shapely.get_parts(shapes if few else shapes[:: 1 + total // _VERTICES])
    rings = np.where(shapely.get_type_id(parts) == 3, shapely.get_exterior_ring(parts), parts)
    lines = [shapely.get_coordinates(ring) for ring in rings]
    step = 1 + sum(map(len, lines)) // _VERTICES
    return [np.concatenate([xy[:-1:step], xy[-1:]]) for xy in lines if len(xy) and np.isfinite(xy).all()]
