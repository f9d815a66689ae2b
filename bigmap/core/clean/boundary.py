"""The boundary: the planner's, or one proposed from what lies inside; and layers that lie elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from bigmap.base.arrays import Shapes
from bigmap.base.errors import UserError
from bigmap.base.problem_kind import UnlistedPlaces
from bigmap.base.problem_kinds import cleaning as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core.clean.cleaning_reports import LISTED
from bigmap.core.clean.overlaps import labels
from bigmap.core.clean.slits import Between, join_features, overlaps_of

_BRIDGE_M = 60.0
_MARGIN_M = 10.0
_LEAST_M2 = 100.0
"""No district is smaller than a yard."""


def given(
    frame: gpd.GeoDataFrame, slit_m: float, log: ProblemLog
) -> tuple[shapely.MultiPolygon, npt.NDArray[np.object_]]:
    """Return the boundary on the 1 cm grid, and the ground in it that no feature has.

    The boundary is the union of the features with the ground between them (`bigmap.core.clean.slits`). What
    was closed, what is to be decided, what stays outside and what several features have is said.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
    slit_m : float
        Narrower ground between features is closed, metres.
    log : ProblemLog

    Raises
    ------
    UserError
        If the boundary encloses no ground to speak of.
    """
    features = frame.geometry.to_numpy()
    whole = join_features(features, slit_m)
    outline = as_multipolygon(whole.shape)
    if outline.area < _LEAST_M2:
        text = "{file}: the boundary encloses {m2:.2f} m² only: check its unit and its coordinate system."
        raise UserError(text, file=str(frame["file"].iloc[0]), m2=outline.area)
    twice = overlaps_of(features)
    narrow = [place for place in twice if place.width_m < slit_m]
    wide = [place for place in twice if place.width_m >= slit_m]
    _say_places(log, frame, [slit for slit in whole.slits if len(slit.features) > 1], kinds.SlitBetween)
    _say_places(log, frame, [slit for slit in whole.slits if len(slit.features) < 2], kinds.SlitInside)
    _say_places(log, frame, whole.gaps, kinds.BoundaryGap)
    _say_places(log, frame, whole.enclosed, kinds.BoundaryEnclosed)
    _say_places(log, frame, narrow, kinds.NarrowOverlap)
    _say_places(log, frame, wide, kinds.WideOverlap)
    return outline, np.array([gap.shape for gap in whole.gaps], dtype=object)


def _say_places(
    log: ProblemLog,
    frame: gpd.GeoDataFrame,
    places: Sequence[Between],
    found: type[kinds.BoundaryPlace],
) -> None:
    """Record each place at the first feature beside it, and the sum of those not listed."""
    for place in places[:LISTED]:
        rows = place.features or (0,)
        here = frame.iloc[rows[0]]
        x, y = shapely.get_coordinates(shapely.point_on_surface(place.shape))[0]
        log.add(
            found(
                m2=float(place.shape.area),
                width=place.width_m,
                other=", ".join(labels(frame, list(rows[1:]))),
            ),
            file=str(here["file"]),
            feature=int(here["fid"]),
            name=str(here["name"]),
            place=(float(x), float(y)),
        )
    if len(places) > LISTED:
        area = float(sum(place.shape.area for place in places[LISTED:]))
        rest = UnlistedPlaces(like=found, n=len(places) - LISTED, listed=LISTED, m2=area)
        log.add(rest, file=str(frame["file"].iloc[0]))


def proposed(frames: Sequence[gpd.GeoDataFrame], log: ProblemLog, unusable: str = "") -> shapely.MultiPolygon:
    """Return a boundary drawn around the features: gaps up to 120 m bridged, holes filled, 10 m to spare.

    Parameters
    ----------
    frames : sequence of geopandas.GeoDataFrame
    log : ProblemLog
    unusable : str
        Name of the file that was given as the boundary and holds no feature that can be used, '' for none.

    Raises
    ------
    UserError
        If there is nothing to draw it around.
    """
    shapes = np.concatenate([frame.geometry.to_numpy() for frame in frames])
    if len(shapes) == 0:
        raise UserError(
            "There is no boundary, and no estate, building or road to propose one from: add a layer."
        )
    # In pieces and without holes, which are filled below anyway: a tangle of both takes GEOS minutes.
    pieces = _without_holes(shapely.get_parts(shapes))
    grown = shapely.union_all(shapely.buffer(pieces, _BRIDGE_M + _MARGIN_M, quad_segs=2))
    ground = shapely.buffer(_filled(grown), -_BRIDGE_M, quad_segs=2)
    ground = shapely.set_precision(shapely.simplify(ground, _MARGIN_M / 5), 0.01)
    found = kinds.BoundaryUnusable if unusable else kinds.BoundaryProposed
    log.add(found(km2=float(shapely.area(ground)) / 1e6), file=unusable)
    return as_multipolygon(ground)


def _filled(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.union_all(_without_holes(shapely.get_parts(shape)))


def _without_holes(parts: Shapes) -> Shapes:
    rings = shapely.get_exterior_ring(parts)
    return np.where(shapely.is_missing(rings), parts, shapely.polygons(rings))


def as_multipolygon(shape: shapely.Geometry) -> shapely.MultiPolygon:
    """Return the polygons of a shape as one multipolygon."""
    return shapely.MultiPolygon([part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"])


def without_elsewhere(
    frame: gpd.GeoDataFrame, boundary: shapely.MultiPolygon, log: ProblemLog
) -> gpd.GeoDataFrame:
    """Return the frame without files that nowhere meet the boundary; those are said with their distance."""
    shapely.prepare(boundary)
    shapes = frame.geometry.to_numpy()
    meets = shapely.intersects(boundary, shapes)
    for file in frame["file"].unique():
        rows = (frame["file"] == file).to_numpy()
        if not meets[rows].any():
            metres = float(shapely.distance(boundary, shapes[rows]).min())
            log.add(kinds.Elsewhere(km=metres / 1000), file=str(file))
    keep = frame.assign(meets=meets).groupby("file")["meets"].transform("any").to_numpy(dtype=bool)
    return frame[keep].reset_index(drop=True)
