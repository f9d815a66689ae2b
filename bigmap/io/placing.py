"""Layers put in their place: a coordinate system for each, those that tell theirs deciding for the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS

from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.problems import ProblemLog, Severity
from bigmap.core import crs as crs_rules
from bigmap.core.layers import Layer, Role
from bigmap.io.fields import canonical
from bigmap.io.vector import RawLayer

SURE = 0.7
"""Confidence from which a guessed system is used without a question."""


@dataclass(frozen=True)
class Choice:
    """A layer that is read, and for what.

    Attributes
    ----------
    role : Role
    file : pathlib.Path
    layer : str or None
        Its name where the file holds several.
    sureness : int
        3 where name or user told the role, 2 a word of the name, 1 a part of it, 0 the fields.
    """

    role: Role
    file: Path
    layer: str | None
    sureness: int

    @property
    def name(self) -> str:
        """Name of the layer, or of the file without its ending."""
        return self.layer or self.file.stem


Read = tuple[Choice, RawLayer]


def placed(read: Sequence[Read], given: CRS | None, log: ProblemLog) -> list[Layer]:
    """Return the layers with canonical fields and their coordinate systems.

    Parameters
    ----------
    read : sequence of (Choice, RawLayer)
    given : pyproj.CRS or None
        System that the user named for layers that do not tell theirs.
    log : ProblemLog
        Gets what was guessed and what contradicts itself.

    Raises
    ------
    UserError
        If the system of a layer cannot be told.
    """
    bounds = [_bounds(raw.shapes) for _, raw in read]
    readings = [_as_told(raw, box, log) for (_, raw), box in zip(read, bounds, strict=True)]
    # Numbers that can be only one thing go before those that need to know the place.
    for near_is_known in (False, True):
        near = _place(readings, bounds) if near_is_known or any(readings) else None
        for i, (_, raw) in enumerate(read):
            readings[i] = readings[i] or _guess(raw, bounds[i], given, near, log)
    unplaced = next((i for i, reading in enumerate(readings) if reading is None), None)
    if unplaced is not None:
        raise _cannot_place(read[unplaced][1], bounds[unplaced], _place(readings, bounds))
    return [_layer(item, reading, log) for item, reading in zip(read, readings, strict=True) if reading]


@dataclass(frozen=True)
class _Reading:
    """How the numbers of a layer are meant."""

    crs: CRS
    swapped: bool = False
    note: Text | None = None


def _as_told(raw: RawLayer, bounds: crs_rules.Bounds, log: ProblemLog) -> _Reading | None:
    """Return the system that the file claims, None where it claims none or its coordinates contradict it."""
    if raw.crs is None:
        return None
    name = crs_rules.name_of(raw.crs)
    if crs_rules.contradicts(raw.crs, bounds):
        text = "It says {crs}, but its coordinates cannot be that; what it says was set aside."
        log.add(Severity.DOUBT, "crs_contradicts", text, file=raw.file.name, crs=name)
        return None
    if crs_rules.lacks_shift(raw.crs):
        text = "No official shift from {crs} to CGCS2000 is known: it may lie 60-130 m off."
        log.add(Severity.DOUBT, "no_datum_shift", text, file=raw.file.name, crs=name)
    return _Reading(raw.crs)


def _guess(
    raw: RawLayer, bounds: crs_rules.Bounds, given: CRS | None, near: crs_rules.LonLat | None, log: ProblemLog
) -> _Reading | None:
    """Return what the user or the coordinates tell, None where neither is sure."""
    if given is not None and given.is_geographic == crs_rules.in_degrees(bounds):
        return _Reading(
            given, note=Text("coordinate system {crs}, as told", {"crs": crs_rules.name_of(given)})
        )
    best = next(iter(crs_rules.guess(bounds, near)), None)
    if best is None or best.confidence < SURE:
        return None
    text = "It does not tell its coordinate system; {crs} was taken, which its coordinates fit."
    if best.swapped:
        text = "Its x and y are exchanged; they were put right and {crs} was taken, which they fit."
    log.add(Severity.DOUBT, "crs_guessed", text, file=raw.file.name, crs=best.label)
    return _Reading(best.crs, best.swapped, Text("coordinate system {crs}", {"crs": best.label}))


def _cannot_place(raw: RawLayer, bounds: crs_rules.Bounds, near: crs_rules.LonLat | None) -> UserError:
    values = {"file": raw.file.name, "x": bounds[0], "y": bounds[1]}
    if raw.crs is not None:
        return UserError(
            "{file} says {crs}, but its coordinates (x {x:.0f}, y {y:.0f}) cannot be that: "
            "correct its .prj, or name its system with --crs EPSG:n.",
            **values,
            crs=crs_rules.name_of(raw.crs),
        )
    if crs_rules.guess(bounds, near):
        return UserError(
            "{file} does not tell its coordinate system, and x {x:.0f}, y {y:.0f} fit several: "
            "add its .prj, or name its system with --crs EPSG:n.",
            **values,
        )
    return UserError(
        "{file} does not tell its coordinate system, and x {x:.0f}, y {y:.0f} fit none known here: "
        "add its .prj, or name its system with --crs EPSG:n.",
        **values,
    )


def _layer(item: Read, reading: _Reading, log: ProblemLog) -> Layer:
    choice, raw = item
    table = canonical(raw.table, choice.role, raw.file.name, log, raw.fields)
    table.insert(0, "fid", table.index.to_numpy())
    shapes = shapely.transform(raw.shapes, lambda xy: xy[:, ::-1]) if reading.swapped else raw.shapes
    frame = gpd.GeoDataFrame(table.reset_index(drop=True), geometry=shapes, crs=reading.crs)
    notes = [reading.note] if reading.note else []
    if not raw.encoding.told:
        notes.append(Text("encoding {encoding}", {"encoding": raw.encoding.encoding}))
    if choice.sureness < 2:
        notes.append(Text("role {role}", {"role": Text(choice.role.value)}))
    return Layer(choice.role, raw.file, frame, raw.encoding.encoding, notes)


def _place(
    readings: Sequence[_Reading | None], bounds: Sequence[crs_rules.Bounds]
) -> crs_rules.LonLat | None:
    """Return the place where most of the layers placed so far lie, None where none is."""
    points = []
    for reading, (x0, y0, x1, y1) in zip(readings, bounds, strict=True):
        if reading is not None:
            x, y = (x0 + x1) / 2, (y0 + y1) / 2
            points.append(crs_rules.to_lonlat(reading.crs, (y, x) if reading.swapped else (x, y)))
    if not points:
        return None
    lon, lat = np.median(points, axis=0)
    return (float(lon), float(lat))


def _bounds(shapes: npt.NDArray[np.object_]) -> crs_rules.Bounds:
    """Return the box of the middle 98 % of the coordinates, of 2,000 features: a stray must not decide."""
    xy = shapely.get_coordinates(shapes[:: 1 + len(shapes) // 2000])
    xy = xy[np.isfinite(xy).all(axis=1)]
    if len(xy) == 0:
        return (0.0, 0.0, 0.0, 0.0)
    low, high = np.percentile(xy, [1, 99], axis=0)
    return (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
