"""How far zones reach: from the centre the planner named, or within the smallest circle around their
units.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

import numpy as np
import shapely

from bigmap.base.arrays import Bools, Floats, Ints
from bigmap.base.errors import UserError
from bigmap.core.zoning.resolved_rules import zone_name


def centres_of(middle: Floats, zone: Ints, k: int, named: Mapping[int, int]) -> Floats:
    """Return the centre of each zone, shape (k, 2): its centre unit, or the middle of the smallest circle."""
    centre = np.zeros((k, 2))
    for z in range(k):
        if z in named:
            centre[z] = middle[named[z]]
        else:
            points = shapely.multipoints(middle[zone == z])
            circle = shapely.minimum_bounding_circle(points)
            centre[z] = (
                shapely.get_coordinates(shapely.centroid(circle))[0] if circle else middle.mean(axis=0)
            )
    return centre


def within(middle: Floats, centre: Floats, extent_m: float) -> Bools:
    """Return which units lie within reach of which centres, shape (n, k)."""
    away = np.hypot(middle[:, None, 0] - centre[None, :, 0], middle[:, None, 1] - centre[None, :, 1])
    return np.asarray(away <= extent_m * (1 + 1e-9))


def extents(middle: Floats, zone: Ints, k: int, named: Mapping[int, int]) -> Floats:
    """Return the largest distance of a unit from the centre of its zone, shape (k,), metres."""
    centre = centres_of(middle, zone, k, named)
    away = np.hypot(*(middle - centre[zone]).T)
    found = np.zeros(k)
    np.maximum.at(found, zone, away)
    return found


def refuse_extent(extent_m: Floats, limit_m: float) -> None:
    """Raise where a zone reaches too far."""
    worst = int(np.argmax(extent_m))
    if extent_m[worst] > limit_m * (1 + 1e-6):
        raise UserError(
            "No {k} zones were found that all reach at most {limit:,.0f} m: in the best ones, zone {zone}"
            " reaches"
            " {far:,.0f} m; allow at least {least:,.0f} m or make more zones",
            k=len(extent_m),
            limit=limit_m,
            zone=zone_name(worst),
            far=float(extent_m[worst]),
            least=ceil(extent_m[worst]),
        )
