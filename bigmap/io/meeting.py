"""Layers that do not meet the others: said with size, direction and a proposal; taken back when asked to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import shapely

from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.problems import ProblemLog, Severity
from bigmap.core import crs as crs_rules
from bigmap.core import gcj
from bigmap.core.layers import Layer
from bigmap.core.shift import Shift, find_shifts


def say_shifts(layers: Sequence[Layer], place: crs_rules.LonLat | None, log: ProblemLog) -> None:
    """Record each layer that lies off the others, with what to do about it."""
    if place is None:
        return
    for shift in find_shifts([(layer.role, layer.frame) for layer in layers], place):
        _say(shift, layers, log)


def _say(shift: Shift, layers: Sequence[Layer], log: ProblemLog) -> None:
    text = (
        "It lies about {metres:.0f} m to the {direction} of where {other} would have it:"
        " check its coordinate system, or place it by control points."
    )
    if shift.datum is not None:
        text = (
            "It lies about {metres:.0f} m to the {direction} of where {other} would have it,"
            " which looks like {datum}: if so, take the shift back with --shift {layer}={option}."
        )
    log.add(
        Severity.DOUBT,
        "shifted",
        text,
        file=layers[shift.layer].file.name,
        metres=shift.metres,
        direction=Text(shift.direction),
        other=layers[shift.other].file.name,
        datum=gcj.NAMES.get(shift.datum or "", ""),
        layer=layers[shift.layer].file.name,
        option=shift.datum,
    )


def unshift(layers: Sequence[Layer], shifts: Mapping[str, str], log: ProblemLog) -> None:
    """Take the shift of web maps back from the layers that the user named, in place.

    Raises
    ------
    UserError
        If a name is none of the files, or a shift none of 'gcj02' and 'bd09'.
    """
    for name, datum in shifts.items():
        named = [layer for layer in layers if name in (layer.file.name, layer.file.stem, str(layer.file))]
        if datum not in gcj.DATUMS:
            raise UserError("--shift {name}={datum}: the shift is gcj02 or bd09.", name=name, datum=datum)
        if not named:
            raise UserError("--shift {name}: no layer of that name is read; give its file name.", name=name)
        for layer in named:
            _take_back(layer, datum, log)


def _take_back(layer: Layer, datum: str, log: ProblemLog) -> None:
    own = layer.frame.crs
    there = layer.frame.to_crs(own.geodetic_crs)
    before = crs_rules.middle(tuple(there.total_bounds))
    moved = shapely.transform(there.geometry.to_numpy(), lambda xy: gcj.unshifted(xy, datum))
    there = there.set_geometry(moved).set_crs(crs_rules.epsg(4490), allow_override=True)
    layer.frame = there.to_crs(own) if crs_rules.is_metric(own) else there
    metres = float(np.hypot(*gcj.vectors(before).get(datum, (0.0, 0.0))))
    text = (
        "It was moved by about {metres:.0f} m from {datum} to CGCS2000, as told; the formula is approximate."
    )
    log.add(Severity.MENDED, "unshifted", text, file=layer.file.name, metres=metres, datum=gcj.NAMES[datum])
    layer.guessed.append(Text("taken back from {datum}, as told", {"datum": gcj.NAMES[datum]}))
