"""Shapes put right: flat, on the 1 cm grid, valid, of the kind their layer needs, none far away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from bigmap.base.problems import ProblemLog, Severity
from bigmap.core.clean.findings import say_each

GRID_M = 0.01
"""All coordinates of the project are whole multiples of this, metres."""

_FAR_M = 50_000.0
_STRAY_SHARE = 0.1
Shapes = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Surroundings:
    """Where features can lie: no further than ``reach`` from ``middle`` in x and in y, metres."""

    middle: Floats
    reach: Floats

    @classmethod
    def of(cls, frames: Sequence[gpd.GeoDataFrame]) -> Surroundings:
        """Return 50 km, or five times the extent where that is more, around the middle of the vertices."""
        xy = np.concatenate([shapely.get_coordinates(frame.geometry.to_numpy()) for frame in frames])
        xy = xy[np.isfinite(xy).all(axis=1)]
        if len(xy) == 0:
            return cls(np.zeros(2), np.full(2, np.inf))
        low, middle, high = np.percentile(xy, [25, 50, 75], axis=0)  # a stray in ten vertices changes nothing
        return cls(middle, np.maximum(_FAR_M, 10 * (high - low)))

    def hold(self, xy: Floats) -> npt.NDArray[np.bool_]:
        """Tell of each point whether it lies inside."""
        return np.asarray((np.abs(xy - self.middle) <= self.reach).all(axis=1))


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
    given = frame.geometry.to_numpy()
    shapes = _finite(shapely.force_2d(given), frame, log)
    shapes, gone = _near(shapes, frame, around, log)
    was_valid = shapely.is_valid(shapes)
    shapes = shapely.transform(shapes, lambda xy: np.round(xy, 2))
    if 1 not in dimensions:
        shapes = _closed_lines(shapes, frame, log)
    shapes = _valid(shapes, was_valid, frame, log)
    shapes = _of_dimensions(shapes, dimensions)
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    void = shapely.is_missing(given) | shapely.is_empty(given)
    say_each(log, frame, _rows(void), Severity.ERROR, "no_shape", "It has no shape and was left out.")
    text = "Its shape encloses no ground; it was left out."
    say_each(log, frame, _rows(empty & ~void & ~gone), Severity.ERROR, "no_ground", text)
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))[~empty].reset_index(
        drop=True
    )


def _rows(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    return np.flatnonzero(mask)


# --- vertices -----------------------------------------------------------------------------------------------


def _finite(shapes: Shapes, frame: gpd.GeoDataFrame, log: ProblemLog) -> Shapes:
    """Return the shapes without vertices that are no numbers."""
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    rows = np.unique(owner[~np.isfinite(xy).all(axis=1)])
    text = "A vertex without coordinates was taken out of its shape."
    say_each(log, frame, rows, Severity.MENDED, "no_number", text)
    return _without_vertices(shapes, rows, _is_finite)


def _is_finite(xy: Floats) -> npt.NDArray[np.bool_]:
    return np.asarray(np.isfinite(xy).all(axis=1))


def _near(
    shapes: Shapes, frame: gpd.GeoDataFrame, around: Surroundings, log: ProblemLog
) -> tuple[Shapes, npt.NDArray[np.bool_]]:
    """Return the shapes without stray vertices, none where the feature itself is far, and which those are.

    A file that lies elsewhere as a whole is another fault, found with the boundary.
    """
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    outside = np.bincount(owner[~around.hold(xy)], minlength=len(shapes))
    total = np.bincount(owner, minlength=len(shapes))
    away = outside > np.maximum(2, _STRAY_SHARE * total)
    gone = away & ~_of_files_elsewhere(away, frame)
    stray = (outside > 0) & ~away
    for rows, severity, code, text in (
        (
            _rows(gone),
            Severity.ERROR,
            "far_away",
            "It lies {km:.0f} km away from the others and was left out.",
        ),
        (
            _rows(stray),
            Severity.DOUBT,
            "stray_vertex",
            "A stray vertex {km:.0f} km away was taken out of its shape.",
        ),
    ):
        km = [
            float(np.abs(shapely.get_coordinates(shapes[row]) - around.middle).max()) / 1000 for row in rows
        ]
        say_each(log, frame, rows, severity, code, text, km=km)
    shapes = _without_vertices(shapes, _rows(stray), around.hold)
    shapes[gone] = shapely.Polygon()
    return shapes, gone


def _of_files_elsewhere(far: npt.NDArray[np.bool_], frame: gpd.GeoDataFrame) -> npt.NDArray[np.bool_]:
    """Tell of each feature whether more than half of its file lies far away."""
    share = frame["file"].map(frame.assign(far=far).groupby("file")["far"].mean())
    return np.asarray((share > 0.5) & (len(frame) > 2), dtype=bool)


def _without_vertices(
    shapes: Shapes, rows: npt.NDArray[np.int64], good: Callable[[Floats], npt.NDArray[np.bool_]]
) -> Shapes:
    """Return the shapes, those in ``rows`` with only the vertices that are ``good``."""
    shapes = shapes.copy()
    for row in rows:
        parts = [_thinned(part, good) for part in shapely.get_parts(shapes[row])]
        parts = [part for part in parts if part is not None]
        shapes[row] = (
            parts[0] if len(parts) == 1 else shapely.multipolygons(parts) if _areal(parts) else _lines(parts)
        )
    return shapes


def _areal(parts: list[shapely.Geometry]) -> bool:
    return bool(parts) and all(part.geom_type == "Polygon" for part in parts)


def _lines(parts: list[shapely.Geometry]) -> shapely.Geometry:
    return shapely.MultiLineString([part for part in parts if part.geom_type == "LineString"])


def _thinned(
    part: shapely.Geometry, good: Callable[[Floats], npt.NDArray[np.bool_]]
) -> shapely.Geometry | None:
    """Return a polygon or line with only its good vertices, None where too few are left."""
    if part.geom_type != "Polygon":
        xy = _kept(part, good)
        return shapely.LineString(xy) if len(xy) > 1 else None
    shell, *holes = (_kept(ring, good) for ring in shapely.get_rings(part))
    return shapely.Polygon(shell, [hole for hole in holes if len(hole) > 2]) if len(shell) > 2 else None


def _kept(shape: shapely.Geometry, good: Callable[[Floats], npt.NDArray[np.bool_]]) -> Floats:
    xy = shapely.get_coordinates(shape)
    return np.asarray(xy[good(xy)])


# --- shapes -------------------------------------------------------------------------------------------------


def _closed_lines(shapes: Shapes, frame: gpd.GeoDataFrame, log: ProblemLog) -> Shapes:
    """Return the shapes with closed lines made into areas: CAD draws estates so."""
    rows = _rows((shapely.get_dimensions(shapes) == 1) & shapely.is_closed(shapes))
    shapes = shapes.copy()
    for row in rows:
        shapes[row] = shapely.union_all([shapely.Polygon(line) for line in shapely.get_parts(shapes[row])])
    for file, n in frame.iloc[rows]["file"].value_counts().items():
        text = "{n} closed lines were made into areas."
        log.add(Severity.MENDED, "closed_lines", text, file=str(file), n=int(n))
    return shapes


def _valid(
    shapes: Shapes, was_valid: npt.NDArray[np.bool_], frame: gpd.GeoDataFrame, log: ProblemLog
) -> Shapes:
    """Return valid shapes on the grid; shapes that were broken before rounding are said, with both areas.

    ``structure`` keeps both wings of a bow-tie and counts ground that a ring runs around twice once.
    """
    rows = _rows(~shapely.is_valid(shapes) & ~shapely.is_missing(shapes))
    mended = shapely.make_valid(shapes[rows], method="structure", keep_collapsed=False)
    mended = shapely.set_precision(mended, GRID_M)
    told = ~was_valid[rows] & ~shapely.is_empty(mended)
    text = "Its outline crossed itself; it was put right ({before:.0f} m² before, {after:.0f} m² after)."
    before, after = shapely.area(shapes[rows[told]]), shapely.area(mended[told])
    say_each(log, frame, rows[told], Severity.MENDED, "invalid", text, before=before, after=after)
    shapes = shapes.copy()
    shapes[rows] = mended
    return shapes


def _of_dimensions(shapes: Shapes, dimensions: Sequence[int]) -> Shapes:
    """Return the shapes with only the parts that their layer may hold."""
    mixed = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
    odd = ~np.isin(shapely.get_dimensions(shapes), dimensions) & ~shapely.is_missing(shapes)
    shapes = shapes.copy()
    for row in _rows(mixed | odd):
        parts = shapely.get_parts(shapes[row])
        fitting = parts[np.isin(shapely.get_dimensions(parts), dimensions)]
        shapes[row] = shapely.union_all(fitting) if len(fitting) else shapely.Polygon()
    return shapes
