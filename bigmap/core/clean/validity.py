"""Shapes put right: on the 1 cm grid, valid, of the kind their layer needs."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from bigmap.base.arrays import Shapes
from bigmap.base.problem_kinds import cleaning as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core.clean.cleaning_reports import say_each
from bigmap.core.clean.linework import made_into_areas
from bigmap.core.clean.rings import sorted_out
from bigmap.core.clean.spikes import ANGLE_DEG, POLYGONS, WIDTH_M, spiky, without_spikes
from bigmap.core.clean.vertices import Surroundings, in_place, without_repeats

GRID_M = 0.01
"""All coordinates of the project are whole multiples of this, metres."""

_TOLD_M = 0.05
_ROUNDS = 10
Rows = npt.NDArray[np.int64]


def put_right(
    frame: gpd.GeoDataFrame, dimensions: Sequence[int], around: Surroundings, log: ProblemLog
) -> gpd.GeoDataFrame:
    """Return the features that can be used, with valid shapes on the 1 cm grid.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        Project CRS; columns ``fid``, ``file``, ``name``.
    dimensions : sequence of int
        What the layer may hold: 1 for lines, 2 for areas.
    around : Surroundings
        Vertices outside are strays.
    log : ProblemLog
    """
    frame = in_place(frame, around, log)
    if 1 not in dimensions:
        frame = made_into_areas(frame, log)
    shapes = _of_dimensions(_sound(frame.geometry.to_numpy(), frame, log), dimensions)
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    say_each(log, frame, np.flatnonzero(empty), lambda _: kinds.NoGround())
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))[~empty].reset_index(
        drop=True
    )


def _sound(shapes: Shapes, frame: gpd.GeoDataFrame, log: ProblemLog) -> Shapes:
    """Return valid shapes on the grid; shapes that were broken before rounding are said, with both areas."""
    broken = np.flatnonzero(~shapely.is_valid(shapes) & ~shapely.is_missing(shapes))
    was_broken = np.zeros(len(shapes), dtype=bool)
    was_broken[broken] = True
    given = shapes
    shapes = _in_their_part(shapes, broken, frame, log)
    was_broken[broken] = ~shapely.is_valid(shapes[broken])
    shapes = _rounded(shapes)
    shapes = _blunt(shapes, spiky(shapes), frame, log)
    rows = np.flatnonzero(~shapely.is_valid(shapes))
    shapes[rows] = [_settled(shape) for shape in shapes[rows]]
    told = rows[was_broken[rows] & ~shapely.is_empty(shapes[rows])]
    before, after = shapely.area(given[told]), shapely.area(shapes[told])
    say_each(log, frame, told, lambda i: kinds.Invalid(before=before[i], after=after[i]))
    return shapes


def on_grid(shapes: Shapes) -> Shapes:
    """Return areas that came of an overlay, valid and with all vertices on the grid."""
    shapes = _rounded(_of_dimensions(shapes, (2,)))
    rows = np.flatnonzero(~shapely.is_valid(shapes))
    shapes[rows] = [_settled(shape) for shape in shapes[rows]]
    return shapes


def _rounded(shapes: Shapes) -> Shapes:
    """Return the shapes on the grid, with no vertex twice in a row."""
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    xy = np.round(xy, 2)
    out = np.asarray(shapely.set_coordinates(shapes.copy(), xy), dtype=object)
    rows = np.unique(owner[1:][(xy[1:] == xy[:-1]).all(axis=1) & (owner[1:] == owner[:-1])])
    out[rows] = without_repeats(out[rows])
    return out


def _in_their_part(shapes: Shapes, broken: Rows, frame: gpd.GeoDataFrame, log: ProblemLog) -> Shapes:
    """Return the shapes with holes that were not marked as such, and shells that were marked as holes."""
    areal = broken[np.isin(shapely.get_type_id(shapes[broken]), POLYGONS)]
    several = areal[shapely.get_num_geometries(shapes[areal]) + _holes(shapes[areal]) > 1]
    found = {row: better for row in several if (better := sorted_out(shapes[row])) is not None}
    out = shapes.copy()
    for row, better in found.items():
        out[row] = better
    rows = np.array(list(found), dtype=np.int64)
    before, after = np.abs(shapely.area(shapes[rows])), shapely.area(out[rows])
    say_each(log, frame, rows, lambda i: kinds.HoleUnmarked(before=before[i], after=after[i]))
    return out


def _holes(shapes: Shapes) -> npt.NDArray[np.int64]:
    parts, owner = shapely.get_parts(shapes, return_index=True)
    return np.bincount(owner, weights=shapely.get_num_interior_rings(parts), minlength=len(shapes)).astype(
        np.int64
    )


def _blunt(shapes: Shapes, rows: Rows, frame: gpd.GeoDataFrame, log: ProblemLog) -> Shapes:
    """Return the shapes without spikes; what is no longer than the rounding is not told."""
    out = shapes.copy()
    for row in rows:
        out[row] = without_spikes(shapes[row])
    told = rows[shapely.length(shapes[rows]) - shapely.length(out[rows]) > _TOLD_M]
    before, after = shapely.area(shapes[told]), shapely.area(out[told])
    say_each(
        log,
        frame,
        told,
        lambda i: kinds.Spike(before=before[i], after=after[i], width=WIDTH_M, angle=ANGLE_DEG),
    )
    return out


def _settled(shape: shapely.Geometry) -> shapely.Geometry:
    """Return a shape made valid on the grid, so that the same again changes nothing.

    ``structure`` keeps both wings of a bow-tie and counts ground that a ring runs around twice once.
    """
    for _ in range(_ROUNDS):
        shape = shapely.make_valid(shape, method="structure", keep_collapsed=False)
        shape = shapely.set_precision(shape, GRID_M)
        if not len(spiky(np.array([shape], dtype=object))):
            return shape
        blunt = without_spikes(shape)
        if blunt.equals_exact(shape):
            return shape
        shape = blunt
    return shapely.make_valid(shape, method="structure", keep_collapsed=False)


def _of_dimensions(shapes: Shapes, dimensions: Sequence[int]) -> Shapes:
    """Return the shapes with only the parts that their layer may hold."""
    mixed = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
    odd = ~np.isin(shapely.get_dimensions(shapes), dimensions) & ~shapely.is_missing(shapes)
    shapes = shapes.copy()
    for row in np.flatnonzero(mixed | odd):
        parts = shapely.get_parts(shapes[row])
        fitting = parts[np.isin(shapely.get_dimensions(parts), dimensions)]
        shapes[row] = shapely.union_all(fitting) if len(fitting) else shapely.Polygon()
    return shapes
