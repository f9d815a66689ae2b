"""Vertices: flat, numbers all of them, none far away, none twice in a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from bigmap.base.arrays import Bools, Floats, Shapes
from bigmap.base.problem_kinds import cleaning as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core.clean.cleaning_reports import say_each

_FAR_M = 50_000.0
_STRAY_SHARE = 0.1
_EXCURSION_M = 500.0
_EXCURSION = 20.0
_DENSE, _APART_M, _THINNED_M = 20_000, 0.5, 0.01
"""Outlines of more vertices than this, nearer to each other than this, lose those that tell less than the
grid of 1 cm: whatever follows takes minutes over a polygon of a million vertices."""
Rows = npt.NDArray[np.int64]


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

    def hold(self, xy: Floats) -> Bools:
        """Tell of each point whether it lies inside."""
        return np.asarray((np.abs(xy - self.middle) <= self.reach).all(axis=1))


def in_place(frame: gpd.GeoDataFrame, around: Surroundings, log: ProblemLog) -> gpd.GeoDataFrame:
    """Return the features that lie here, in two dimensions, without vertices that are no places."""
    given = frame.geometry.to_numpy()
    void = shapely.is_missing(given) | shapely.is_empty(given)
    say_each(log, frame, _rows(void), lambda _: kinds.NoShape())
    shapes = _finite(_flat(given, frame, log), frame, log)
    shapes, gone = _near(shapes, frame, around, log)
    shapes = _less_dense(shapes, frame, log)
    _count_repeats(shapes, frame, log)
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))[~void & ~gone]


def _rows(mask: Bools) -> Rows:
    return np.flatnonzero(mask)


def _flat(shapes: Shapes, frame: gpd.GeoDataFrame, log: ProblemLog) -> Shapes:
    high = shapely.has_z(shapes) | shapely.has_m(shapes)
    _count(high, frame, kinds.Heights, log)
    return np.asarray(shapely.force_2d(shapes), dtype=object) if high.any() else shapes


def _less_dense(shapes: Shapes, frame: gpd.GeoDataFrame, log: ProblemLog) -> Shapes:
    """Return the shapes without vertices that change a very dense outline by less than the grid."""
    many = shapely.get_num_coordinates(shapes)
    dense = _rows(many > _DENSE)
    dense = dense[shapely.length(shapes[dense]) < _APART_M * many[dense]]
    out = shapes.copy()
    out[dense] = shapely.simplify(shapes[dense], _THINNED_M)
    left = shapely.get_num_coordinates(out)
    told = dense[left[dense] < many[dense]]
    before, after = shapely.area(shapes[told]), shapely.area(out[told])

    def found(i: int) -> kinds.Dense:
        row = told[i]
        return kinds.Dense(n=int(many[row]), left=int(left[row]), before=before[i], after=after[i])

    say_each(log, frame, told, found)
    return out


def without_repeats(shapes: Shapes) -> Shapes:
    """Return the shapes with no vertex twice in a row; rings that were one vertex only are gone."""
    try:
        return np.asarray(shapely.remove_repeated_points(shapes), dtype=object)
    except shapely.GEOSException:  # a single ring that collapses stops them all
        return np.array([_without_repeats(shape) for shape in shapes], dtype=object)


def _without_repeats(shape: shapely.Geometry) -> shapely.Geometry:
    try:
        return shapely.remove_repeated_points(shape)
    except shapely.GEOSException:
        return shapely.make_valid(shape, method="structure", keep_collapsed=False)


def _count_repeats(shapes: Shapes, frame: gpd.GeoDataFrame, log: ProblemLog) -> None:
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    same = (xy[1:] == xy[:-1]).all(axis=1) & (owner[1:] == owner[:-1])
    # Two parts of one shape may begin where the other ended, so that each suspect is looked at.
    rows = np.unique(owner[1:][same])
    fewer = shapely.get_num_coordinates(without_repeats(shapes[rows]))
    mask = np.zeros(len(shapes), dtype=bool)
    mask[rows[fewer < shapely.get_num_coordinates(shapes[rows])]] = True
    _count(mask, frame, kinds.RepeatedVertex, log)


def _count(
    mask: Bools,
    frame: gpd.GeoDataFrame,
    found: type[kinds.Heights | kinds.RepeatedVertex],
    log: ProblemLog,
) -> None:
    """Record repairs that change no ground, one problem a file."""
    if mask.any():
        for file, n in frame.loc[mask, "file"].value_counts(sort=False).items():
            log.add(found(n=int(n)), file=str(file))


def _finite(shapes: Shapes, frame: gpd.GeoDataFrame, log: ProblemLog) -> Shapes:
    """Return the shapes without vertices that are no numbers."""
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    rows = np.unique(owner[~np.isfinite(xy).all(axis=1)])
    say_each(log, frame, rows, lambda _: kinds.NoNumber())
    return _without_vertices(shapes, rows, _is_finite)


def _is_finite(xy: Floats) -> Bools:
    return np.asarray(np.isfinite(xy).all(axis=1))


def _near(
    shapes: Shapes, frame: gpd.GeoDataFrame, around: Surroundings, log: ProblemLog
) -> tuple[Shapes, Bools]:
    """Return the shapes without stray vertices, and which features are far themselves.

    A file that lies elsewhere as a whole is another fault, found with the boundary.
    """
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    outside = np.bincount(owner[~around.hold(xy)], minlength=len(shapes))
    total = np.bincount(owner, minlength=len(shapes))
    away = outside > np.maximum(2, _STRAY_SHARE * total)
    away |= (outside == total) & (total > 0)
    gone = away & ~_of_files_elsewhere(away, frame)
    rows = _rows(gone)
    km = [_reach_m(shapes[row], around.middle) / 1000 for row in rows]
    say_each(log, frame, rows, lambda i: kinds.FarAway(km=km[i]))
    return _without_strays(shapes, _rows((outside > 0) & ~away), around, frame, log), gone


def _without_strays(
    shapes: Shapes, outside: Rows, around: Surroundings, frame: gpd.GeoDataFrame, log: ProblemLog
) -> Shapes:
    """Return the shapes without single vertices that lie far from the rest of their shape."""
    out = _without_vertices(shapes, outside, around.hold)
    astray = _with_excursion(out)
    for row in astray:
        out[row] = _without_vertices(out[row : row + 1], np.zeros(1, dtype=np.int64), _together)[0]
    rows = np.union1d(outside, astray)
    rest = [np.median(shapely.get_coordinates(shape), axis=0) for shape in out[rows]]
    km = [_reach_m(shapes[row], middle) / 1000 for row, middle in zip(rows, rest, strict=True)]
    after = shapely.area(out[rows])
    say_each(log, frame, rows, lambda i: kinds.StrayVertex(km=km[i], after=after[i]))
    return out


def _reach_m(shape: shapely.Geometry, middle: Floats) -> float:
    xy = shapely.get_coordinates(shape)
    return float(np.abs(xy - middle).max()) if len(xy) and np.isfinite(middle).all() else 0.0


def _with_excursion(shapes: Shapes) -> Rows:
    """Return the rows of polygons with a vertex far away, seen from the extent of all the others."""
    areal = np.flatnonzero(shapely.get_dimensions(shapes) == 2)
    low_x, low_y, high_x, high_y = shapely.bounds(shapes[areal]).T
    large = areal[np.maximum(high_x - low_x, high_y - low_y) > _EXCURSION_M]
    found = [
        row
        for row in large
        if any(not _together(shapely.get_coordinates(ring)).all() for ring in _shells(shapes[row]))
    ]
    return np.array(found, dtype=np.int64)


def _shells(shape: shapely.Geometry) -> Shapes:
    return np.atleast_1d(shapely.get_exterior_ring(shapely.get_parts(shape)))


def _together(xy: Floats) -> Bools:
    """Tell which vertices of a ring lie with the others: all but one at most."""
    away = np.abs(xy - np.median(xy, axis=0)).max(axis=1)
    far = (xy == xy[np.argmax(away)]).all(axis=1)  # twice, where the ring begins with it
    rest = xy[~far]
    enough = len(np.unique(rest, axis=0)) > 2
    limit = max(_EXCURSION_M, _EXCURSION * float(np.ptp(rest, axis=0).max())) if enough else np.inf
    return np.asarray(~far | (away.max() < limit))


def _of_files_elsewhere(far: Bools, frame: gpd.GeoDataFrame) -> Bools:
    """Tell of each feature whether more than half of its file lies far away."""
    share = frame["file"].map(frame.assign(far=far).groupby("file")["far"].mean())
    return np.asarray((share > 0.5) & (len(frame) > 2), dtype=bool)


def _without_vertices(shapes: Shapes, rows: Rows, good: Callable[[Floats], Bools]) -> Shapes:
    """Return the shapes, those in ``rows`` with only the vertices that are ``good``."""
    shapes = shapes.copy()
    for row in rows:
        parts = [_thinned(part, good) for part in shapely.get_parts(shapes[row])]
        shapes[row] = collect_parts([part for part in parts if part is not None])
    return shapes


def collect_parts(parts: list[shapely.Geometry]) -> shapely.Geometry:
    """Return parts of one kind as one shape, without dissolving them."""
    if len(parts) == 1:
        return parts[0]
    if parts and all(part.geom_type == "Polygon" for part in parts):
        return shapely.MultiPolygon(parts)
    return shapely.MultiLineString([part for part in parts if part.geom_type == "LineString"])


def _thinned(part: shapely.Geometry, good: Callable[[Floats], Bools]) -> shapely.Geometry | None:
    """Return a polygon or line with only its good vertices, None where too few are left."""
    if part.geom_type != "Polygon":
        xy = _kept(part, good)
        return shapely.LineString(xy) if len(xy) > 1 else None
    shell, *holes = (_kept(ring, good) for ring in shapely.get_rings(part))
    return shapely.Polygon(shell, [hole for hole in holes if len(hole) > 2]) if len(shell) > 2 else None


def _kept(shape: shapely.Geometry, good: Callable[[Floats], Bools]) -> Floats:
    xy = shapely.get_coordinates(shape)
    return np.asarray(xy[good(xy)])
