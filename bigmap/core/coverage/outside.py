"""Ground of drawn zones beyond the boundary: no figure of coverage counts it, so that it is listed."""

from __future__ import annotations

import numpy as np
import shapely

from bigmap.base.arrays import Ints, Shapes
from bigmap.core.coverage.gap import GapCause, GapKind
from bigmap.core.coverage.gaps import Place
from bigmap.core.units.model import Units

_SPECK_M2 = 1e-6  # what the crossing of two equal borders leaves


def outside_places(
    shapes: Shapes, names: Shapes, boundary: shapely.Geometry, units: Units
) -> tuple[list[Place], dict[str, float]]:
    """Return what zones have beyond the boundary as places, and in m² by zone, where it is any.

    Parameters
    ----------
    shapes : array of Polygon or MultiPolygon, shape (n,)
    names : array of str, shape (n,)
    boundary : Polygon or MultiPolygon
    units : Units
        Measures.
    """
    parts, row = _beyond(shapes, boundary)
    inside = shapely.relate_pattern(boundary, shapes, "2********")
    causes = [GapCause.BEYOND_BOUNDARY if inside[i] else GapCause.APART_FROM_BOUNDARY for i in row]
    zones = [str(name) for name in names[row]]
    places = [
        Place(part, GapKind.OUTSIDE, (zone,), cause)
        for part, zone, cause in zip(parts, zones, causes, strict=True)
    ]
    m2: dict[str, float] = {}
    for zone, area in zip(zones, units.meter.area_m2(parts).tolist(), strict=True):
        m2[zone] = m2.get(zone, 0.0) + area
    return places, m2


def _beyond(shapes: Shapes, boundary: shapely.Geometry) -> tuple[Shapes, Ints]:
    """Return the parts of polygons beyond the boundary, and the polygon of each.

    The boundary may have many vertices, so that it is taken off all of them at once.
    """
    shapely.prepare(boundary)
    rows = np.flatnonzero(~shapely.covers(boundary, shapes))
    beyond = shapely.get_parts(shapely.difference(shapely.union_all(shapes[rows]), boundary))
    beyond = beyond[shapely.area(beyond) > _SPECK_M2]
    place, owner = shapely.STRtree(shapes[rows]).query(beyond, predicate="intersects")
    parts, pair = shapely.get_parts(
        shapely.intersection(beyond[place], shapes[rows[owner]]), return_index=True
    )
    solid = shapely.area(parts) > _SPECK_M2
    return parts[solid], rows[owner[pair[solid]]]
