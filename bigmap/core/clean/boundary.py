"""The boundary: the planner's, or one proposed from what lies inside; and layers that lie elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog, Severity

Shapes = npt.NDArray[np.object_]

_BRIDGE_M = 60.0
_MARGIN_M = 10.0
_LEAST_M2 = 100.0
"""No district is smaller than a yard."""


def given(frame: gpd.GeoDataFrame) -> shapely.MultiPolygon:
    """Return the union of the boundary's features, on the 1 cm grid.

    Raises
    ------
    UserError
        If it encloses no ground to speak of.
    """
    whole = as_multipolygon(shapely.union_all(frame.geometry.to_numpy(), grid_size=0.01))
    if whole.area < _LEAST_M2:
        text = "{file}: the boundary encloses {m2:.2f} m² only: check its unit and its coordinate system."
        raise UserError(text, file=str(frame["file"].iloc[0]), m2=whole.area)
    return whole


def proposed(frames: Sequence[gpd.GeoDataFrame], log: ProblemLog) -> shapely.MultiPolygon:
    """Return a boundary drawn around the features: gaps up to 120 m bridged, holes filled, 10 m to spare.

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
    text = (
        "No boundary was given; one was proposed around the estates, buildings and roads ({km2:.2f} km²): "
        "give the official one before the figures are handed out."
    )
    log.add(Severity.DOUBT, "boundary_proposed", text, km2=float(shapely.area(ground)) / 1e6)
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
            text = (
                "None of its features meets the boundary, the nearest is {km:.1f} km away; "
                "the layer was left out: check its coordinate system."
            )
            metres = float(shapely.distance(boundary, shapes[rows]).min())
            log.add(Severity.ERROR, "elsewhere", text, file=str(file), km=metres / 1000)
    keep = frame.assign(meets=meets).groupby("file")["meets"].transform("any").to_numpy(dtype=bool)
    return frame[keep].reset_index(drop=True)
