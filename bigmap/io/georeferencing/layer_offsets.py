"""Layers that do not meet the others: said with size, direction and a proposal; taken back when asked to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import shapely
from pyproj import CRS

from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.problem_kinds import georeferencing as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core import crs as crs_rules
from bigmap.core.crs import gcj02
from bigmap.core.crs.offsets import Comparison, Shift, compare_layers
from bigmap.core.sources.layers import Layer

STAY = "0,0"
"""The move that moves nothing, in place of another one."""


def say_shifts(
    layers: Sequence[Layer],
    moved: Sequence[str],
    place: crs_rules.LonLat | None,
    log: ProblemLog,
    settled: Sequence[str] = (),
) -> None:
    """Record each layer that lies off the others, or may be a web map's, with what to do about it.

    Parameters
    ----------
    layers : sequence of Layer
    moved : sequence of str
        How each was moved already, as `shift_layer` takes it, '' for not at all.
    place : tuple of float or None
        (longitude, latitude) of the middle of the ground.
    log : ProblemLog
    settled : sequence of str
        Names under which the user told a shift.
    """
    if place is None:
        return
    compared = compare_layers([(layer.role, layer.frame) for layer in layers], place)
    for shift in compared.shifts:
        _say(shift, layers, moved[shift.layer], log)
    told = {i for i, layer in enumerate(layers) if moved[i] or _names(layer) & set(settled)}
    _say_untold(layers, told, compared, place, log)


def _say_untold(
    layers: Sequence[Layer],
    settled: set[int],
    compared: Comparison,
    place: crs_rules.LonLat,
    log: ProblemLog,
) -> None:
    """Record each layer in degrees of WGS 84 that may be a web map's, where no other layer shows it."""
    vectors = gcj02.vectors(place) if crs_rules.in_china(place) else {}
    if not vectors:
        return
    open_ = [i for i, layer in enumerate(layers) if crs_rules.is_wgs84_degrees(layer.frame.crs)]
    others = set(range(len(layers))) - set(open_) | settled
    for i in open_:
        if i not in settled and not compared.tells_of(i, others):
            name = layers[i].file.name
            metres = float(np.hypot(*vectors["gcj02"]))
            log.add(kinds.DatumUntold(metres=metres, layer=name), file=name)


def _say(shift: Shift, layers: Sequence[Layer], before: str, log: ProblemLog) -> None:
    shifted = kinds.Shifted if shift.datum is None else kinds.ShiftedLikeAWebMap
    file = layers[shift.layer].file.name
    found = shifted(
        metres=shift.metres,
        direction=Text(shift.direction),
        other=layers[shift.other].file.name,
        datum=gcj02.NAMES.get(shift.datum or "", ""),
        layer=file,
        option=shift.datum,
        move=_proposed(shift, before),  # for a planner who takes it by one click
    )
    log.add(found, file=file)


def _proposed(shift: Shift, before: str) -> str:
    """Return the move that brings a layer home, the one it has made already included."""
    if before and metres_of(before) is None:
        return STAY  # taking a web map's shift back was wrong
    if not before and shift.datum is not None:
        return shift.datum
    east, north = metres_of(before) or (0.0, 0.0)
    return f"{east - shift.east:.1f},{north - shift.north:.1f}"


def unshift(layers: Sequence[Layer], shifts: Mapping[str, str], log: ProblemLog) -> None:
    """Move the layers that the user named by what he said, in place.

    Raises
    ------
    UserError
        If a name is none of the files, or a shift none of 'gcj02', 'bd09' and metres ('12,-30').
    """
    for name, datum in shifts.items():
        named = [layer for layer in layers if name in _names(layer)]
        if datum not in gcj02.DATUMS and metres_of(datum) is None:
            text = (
                "--shift {name}={datum}: the shift is gcj02, bd09, or metres east and north such as 12,-30."
            )
            raise UserError(text, name=name, datum=datum)
        if not named:
            raise UserError("--shift {name}: no layer of that name is read; give its file name.", name=name)
        for layer in named:
            shift_layer(layer, datum, log)


def _names(layer: Layer) -> set[str]:
    """Return what a user may call a layer."""
    return {layer.file.name, layer.file.stem, str(layer.file)}


def shift_layer(layer: Layer, shift: str, log: ProblemLog) -> None:
    """Take a web map's shift back ('gcj02', 'bd09') from a layer, or move it by metres, in place."""
    metres = metres_of(shift)
    if metres is not None and any(metres):
        _move_by(layer, metres, log)
    elif shift in gcj02.DATUMS:
        _take_back(layer, shift, log)


def metres_of(shift: str) -> tuple[float, float] | None:
    """Return the metres east and north that '12.0,-30.5' tells, None for anything else."""
    try:
        east, north = (float(part) for part in shift.split(","))
    except ValueError:
        return None
    return (east, north) if np.isfinite([east, north]).all() else None


def _move_by(layer: Layer, metres: tuple[float, float], log: ProblemLog) -> None:
    own = layer.frame.crs
    there = layer.frame.geometry.to_crs(own.geodetic_crs)
    lon, lat = crs_rules.middle(tuple(there.total_bounds))
    plane = CRS.from_user_input(f"+proj=tmerc +lat_0={lat} +lon_0={lon} +ellps=GRS80 +type=crs")
    layer.frame = layer.frame.set_geometry(layer.frame.to_crs(plane).translate(*metres).to_crs(own))
    far, (east, north) = float(np.hypot(*metres)), metres
    log.add(kinds.LayerMoved(metres=far, east=east, north=north), file=layer.file.name)
    layer.guessed.append(Text("moved by {metres:.0f} m, as told", {"metres": far}))


def _take_back(layer: Layer, datum: str, log: ProblemLog) -> None:
    own = layer.frame.crs
    there = layer.frame.to_crs(own.geodetic_crs)
    before = crs_rules.middle(tuple(there.total_bounds))
    moved = shapely.transform(there.geometry.to_numpy(), lambda xy: gcj02.unshifted(xy, datum))
    there = there.set_geometry(moved).set_crs(crs_rules.epsg(4490), allow_override=True)
    layer.frame = there.to_crs(own) if crs_rules.is_metric(own) else there
    metres = float(np.hypot(*gcj02.vectors(before).get(datum, (0.0, 0.0))))
    log.add(kinds.ShiftTakenBack(metres=metres, datum=gcj02.NAMES[datum]), file=layer.file.name)
    layer.guessed.append(Text("taken back from {datum}, as told", {"datum": gcj02.NAMES[datum]}))
