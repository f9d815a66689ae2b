"""What the planner chose for a source, in place of what its bytes and numbers would tell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from bigmap.base.errors import UserError
from bigmap.base.problem_kinds import fields, formats
from bigmap.base.problem_kinds.cleaning import OverlapGiven
from bigmap.base.problem_kinds.georeferencing import ControlPointsChosen
from bigmap.base.problems import ProblemLog
from bigmap.core.sources.layers import Layer
from bigmap.core.sources.source_options import SourceOptions
from bigmap.io.formats.raw_layer import RawLayer
from bigmap.io.georeferencing.control_points import ControlPoints
from bigmap.io.georeferencing.readings import fitted

WAN_BELOW_M2 = 100.0
"""A floor area below this, and below 1 m² a household, is in 万m² where the planner says so."""


# --- applied ------------------------------------------------------------------------------------------------


def with_options(raw: RawLayer, choice: SourceOptions, log: ProblemLog) -> RawLayer:
    """Return a layer as read with the planner's choice put over it; what changes is said in ``log``.

    Raises
    ------
    UserError
        If the coordinate system chosen is none.
    """
    for change in (_placed, _thinned, _given):
        raw = change(raw, choice, log)
    told = {name: column for name, column in choice.fields.items() if not column or column in raw.table}
    return replace(raw, fields=told, shift=choice.shift)


def repair_layers(layer: Layer, choice: SourceOptions, log: ProblemLog) -> None:
    """Put the floor areas of a layer into m² where the planner said so, and note which features count."""
    layer.counts |= choice.counts
    if not choice.wan:
        return
    area, households = layer.frame["gfa_m2"], layer.frame["hh"]
    rows = np.flatnonzero((area > 0) & (area < WAN_BELOW_M2) & (area < households))
    layer.frame.loc[layer.frame.index[rows], "gfa_m2"] *= 10_000.0
    name = layer.file.name
    log.items[:] = [p for p in log.items if not (p.kind is fields.UNIT_WAN and p.file == name)]
    if len(rows):
        before = float(area.iloc[rows[0]])
        found = fields.FloorAreasMultiplied(n=len(rows), before=before, after=before * 10_000)
        log.add(found, file=name, feature=int(layer.frame["fid"].iloc[rows[0]]))


def _placed(raw: RawLayer, choice: SourceOptions, log: ProblemLog) -> RawLayer:
    if not choice.crs:
        return raw
    try:
        crs = CRS.from_user_input(choice.crs)
    except CRSError as fault:
        text = "{file}: {crs} is no coordinate system: choose another one."
        raise UserError(text, file=raw.file.name, crs=choice.crs[:40]) from fault
    if choice.control:
        reading = fitted(raw.file.name, ControlPoints.of(choice.control, crs), log, ControlPointsChosen)
        return replace(raw, crs=reading.crs, shapes=reading.affine.shapes(raw.shapes))
    shapes = shapely.transform(raw.shapes, lambda xy: xy[:, ::-1]) if choice.swapped else raw.shapes
    return replace(raw, crs=crs, shapes=shapes)


def _thinned(raw: RawLayer, choice: SourceOptions, log: ProblemLog) -> RawLayer:
    out = raw.table.index.isin(choice.left_out)
    for number in raw.table.index[out]:
        log.add(formats.LeftOut(), file=raw.file.name, feature=int(number))
    return replace(raw, table=raw.table[~out], shapes=raw.shapes[~out]) if out.any() else raw


def _given(raw: RawLayer, choice: SourceOptions, log: ProblemLog) -> RawLayer:
    """Return the layer with the ground that some features share with others taken from the others."""
    shapes = raw.shapes.copy()
    for row in np.flatnonzero(raw.table.index.isin(choice.first)):
        others = np.flatnonzero(shapely.intersects(shapes, shapes[row]))
        others = others[others != row]
        whole = shapely.make_valid(shapes[[row, *others]])
        taken = float(shapely.area(shapely.intersection(whole[1:], whole[0])).sum())
        shapes[others] = shapely.difference(whole[1:], whole[0])
        log.add(OverlapGiven(area=taken), file=raw.file.name, feature=int(raw.table.index[row]))
    return replace(raw, shapes=shapes)
