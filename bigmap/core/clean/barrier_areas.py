"""Barriers drawn as areas, as a land survey draws railways: what keeps ground apart is one side of each."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from bigmap.base.arrays import Shapes


def areas_as_lines(barriers: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the barriers with one long side in place of each area; areas that touch count as one.

    The ground of the railway itself then belongs to the ground on its other side, and no unit is cut off
    between two barriers.
    """
    shapes = barriers.geometry.to_numpy()
    areas = shapely.get_dimensions(shapes) == 2
    if not areas.any():
        return barriers
    parts = shapely.get_parts(shapely.union_all(shapes[areas]))
    first = np.flatnonzero(areas)[0]
    drawn = barriers.iloc[np.repeat(first, len(parts))].reset_index(drop=True)
    drawn = drawn.set_geometry(gpd.GeoSeries(one_side(parts), crs=barriers.crs))
    return gpd.GeoDataFrame(pd.concat([barriers[~areas], drawn], ignore_index=True), crs=barriers.crs)


def one_side(polygons: Shapes) -> Shapes:
    """Return of each polygon the part of its outline on one side of its two farthest corners."""
    return np.array([_side(polygon) for polygon in polygons], dtype=object)


def _side(polygon: shapely.Polygon) -> shapely.LineString:
    xy = shapely.get_coordinates(polygon.exterior)[:-1]
    corners = shapely.get_coordinates(shapely.convex_hull(polygon))[:-1]
    apart = np.linalg.norm(corners[:, None] - corners[None], axis=2)
    ends = corners[list(np.unravel_index(apart.argmax(), apart.shape))]
    a, b = sorted(int(np.linalg.norm(xy - end, axis=1).argmin()) for end in ends)
    sides = [shapely.linestrings(xy[a : b + 1]), shapely.linestrings(np.concatenate([xy[b:], xy[: a + 1]]))]
    middles = shapely.centroid(sides)
    return sides[int(np.argmax(shapely.get_y(middles) - shapely.get_x(middles)))]  # the same for all pieces
