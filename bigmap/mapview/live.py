"""Gaps of a plan that is edited, as the map shows them: the ground of units, not yet united to polygons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely


def gaps_of(
    polygons: npt.NDArray[np.object_], zone: npt.NDArray[np.int64], rows: Sequence[Mapping[str, Any]]
) -> gpd.GeoDataFrame:
    """Return gaps as `bigmap.mapview.payload.pack_gaps` wants them, in the order of the list of gaps.

    Parameters
    ----------
    polygons : array of shapely.Polygon
        The units.
    zone : array of int
        Zone row of each.
    rows : sequence of mapping
        ``gap_id kind area_m2`` with ``members`` (units), ``zone_row`` (all units of a zone) or ``geometry``.

    Notes
    -----
    A gap of several units becomes a multipolygon with inner borders: fit for drawing, not for measuring.
    """
    shapes = np.empty(len(rows), dtype=object)
    for i, row in enumerate(rows):
        if "members" in row:
            shapes[i] = shapely.multipolygons(shapely.get_parts(polygons[row["members"]]))
        elif "zone_row" in row:
            shapes[i] = shapely.multipolygons(shapely.get_parts(polygons[zone == row["zone_row"]]))
        else:
            shapes[i] = row.get("geometry", shapely.Polygon())
    held = {name: [row[name] for row in rows] for name in ("gap_id", "kind", "area_m2")}
    return gpd.GeoDataFrame(held, geometry=shapes)
