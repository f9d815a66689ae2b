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

from bigmap.base.i18n import Text
from bigmap.base.problem_kinds import georeferencing as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core import crs as crs_rules
from bigmap.core.geometry.resolution import resolution_of
from bigmap.core.sources.layers import Layer, Role
from bigmap.io.formats.raw_layer import RawLayer
from bigmap.io.formats.wkb import are_places
from bigmap.io.georeferencing.layer_offsets import say_shifts, shift_layer, unshift
from bigmap.io.georeferencing.outliers import set_outliers_aside
from bigmap.io.georeferencing.readings import CrsReading, GivenPlacement, as_told, cannot_place, guessed

SURE = crs_rules.SURE
_STRAY, _MOST = 10.0, 0.75
_EARTH_M = 6_378_137.0
_WIDEST_M = 500_000.0
"""No street, district or city is wider; a file that is holds strays or two systems."""


@dataclass(frozen=True)
class LayerToRead:
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


Read = tuple[LayerToRead, RawLayer]


def placed(read: Sequence[Read], told: CRS | GivenPlacement | None, log: ProblemLog) -> list[Layer]:
    """Return the layers with their coordinate systems.

    Parameters
    ----------
    read : sequence of (LayerToRead, RawLayer)
        With canonical fields.
    told : GivenPlacement or pyproj.CRS or None
        What the user said; a system alone is that of the layers that do not tell theirs.
    log : ProblemLog
        Gets what was guessed, what contradicts itself, and which layers do not meet the others.

    Raises
    ------
    UserError
        If the system of a layer cannot be told.
    """
    told = told if isinstance(told, GivenPlacement) else GivenPlacement(told)
    boxes = [bounds_of(raw.shapes) for _, raw in read]
    readings = [as_told(raw, box, log) for (_, raw), box in zip(read, boxes, strict=True)]
    labels = [(raw.file.name, raw.crs if r else None) for (_, raw), r in zip(read, readings, strict=True)]
    for i in set_outliers_aside(labels, boxes, log):
        readings[i] = None
    # Numbers that can be only one thing go before those that need to know the place.
    for near_is_known in (False, True):
        near = (_place(readings, boxes) or told.near) if near_is_known or any(readings) else None
        for i, (_, raw) in enumerate(read):
            readings[i] = readings[i] or guessed(raw, boxes[i], told, near, log)
    unplaced = next((i for i, reading in enumerate(readings) if reading is None), None)
    if unplaced is not None:
        raise cannot_place(read[unplaced][1], boxes[unplaced], _place(readings, boxes) or told.near)
    layers = [_layer(item, reading) for item, reading in zip(read, readings, strict=True) if reading]
    _say_doubts(layers, readings, boxes, log)
    unshift(layers, told.shifts, log)
    for layer, (_, raw) in zip(layers, read, strict=True):
        shift_layer(layer, raw.shift, log)
    moved = [raw.shift for _, raw in read]
    say_shifts(layers, moved, _place(readings, boxes), log, list(told.shifts))
    return layers


# --- what is said -----------------------------------------------------------------------------------------


def _say_doubts(
    layers: Sequence[Layer],
    readings: Sequence[CrsReading | None],
    boxes: Sequence[crs_rules.Bounds],
    log: ProblemLog,
) -> None:
    """Record what cannot be trusted about systems that were taken."""
    for layer, reading, box in zip(layers, readings, boxes, strict=True):
        if reading is None:
            continue
        place, name = reading.place(box), crs_rules.name_of(reading.crs)
        if crs_rules.lacks_shift(reading.crs) and crs_rules.in_china(place):
            log.add(kinds.NoDatumShift(crs=name), file=layer.file.name)
        if crs_rules.far_from_meridian(reading.crs, place):
            away = abs(place[0] - (crs_rules.meridian(reading.crs) or 0.0))
            log.add(kinds.WrongZone(crs=name, deg=away), file=layer.file.name)
        if _width_m(reading, box) > _WIDEST_M:
            log.add(kinds.TooWide(km=_width_m(reading, box) / 1000), file=layer.file.name)


def _width_m(reading: CrsReading, box: crs_rules.Bounds) -> float:
    x0, y0, x1, y1 = reading.affine.bounds(box)
    degree = 111_000.0 if reading.crs.is_geographic else 1.0
    return max((x1 - x0) * np.cos(np.radians(y0 if degree > 1 else 0)), y1 - y0) * degree


# --- layers -----------------------------------------------------------------------------------------------


def _layer(item: Read, reading: CrsReading) -> Layer:
    choice, raw = item
    table = raw.table.copy()
    table.insert(0, "fid", table.index.to_numpy())
    shapes = reading.affine.shapes(raw.shapes)
    frame = gpd.GeoDataFrame(table.reset_index(drop=True), geometry=shapes, crs=reading.crs)
    notes = [reading.note] if reading.note else []
    if not raw.encoding.told:
        notes.append(Text("encoding {encoding}", {"encoding": raw.encoding.encoding}))
    if choice.sureness < 2:
        notes.append(Text("role {role}", {"role": Text(choice.role.value)}))
    resolution = _resolution_m(raw, reading) if choice.role == Role.ZONES else 0.0
    return Layer(choice.role, raw.file, frame, raw.encoding.encoding, notes, resolution)


def _resolution_m(raw: RawLayer, reading: CrsReading) -> float:
    """Return to what the coordinates of a file are rounded, as metres on the ground."""
    unit = reading.crs.axis_info[0].unit_conversion_factor
    metres = unit * (_EARTH_M if reading.crs.is_geographic else 1.0) * reading.affine.scale
    return resolution_of(shapely.get_coordinates(raw.shapes)) * metres


def _place(
    readings: Sequence[CrsReading | None], boxes: Sequence[crs_rules.Bounds]
) -> crs_rules.LonLat | None:
    """Return the place where most of the layers placed so far lie, None where none is."""
    points = [reading.place(box) for reading, box in zip(readings, boxes, strict=True) if reading is not None]
    points = [point for point in points if np.isfinite(point).all()]
    if not points:
        return None
    lon, lat = np.median(points, axis=0)
    return (float(lon), float(lat))


def bounds_of(shapes: npt.NDArray[np.object_]) -> crs_rules.Bounds:
    """Return the box of the middle 98 % of the coordinates, of 2,000 features: a stray must not decide.

    Of a few features a stray is more than that: what lies ten times farther out than half of all vertices
    does not count, as long as it is less than a quarter of them.
    """
    xy = shapely.get_coordinates(shapes[:: 1 + len(shapes) // 2000])
    xy = xy[are_places(xy)]
    if len(xy) == 0:
        return (0.0, 0.0, 0.0, 0.0)
    low, centre, high = np.percentile(xy, [25, 50, 75], axis=0)
    reach = _STRAY * np.maximum(high - low, (high - low).max() / _STRAY)
    near = (np.abs(xy - centre) <= reach).all(axis=1)
    xy = xy[near] if near.mean() > _MOST else xy
    low, high = np.percentile(xy, [1, 99], axis=0)
    return (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
