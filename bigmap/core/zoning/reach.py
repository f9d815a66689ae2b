"""How far zones reach: from the centre the planner named, or within the smallest circle around their
units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

import numpy as np
import shapely

from bigmap.base.arrays import Bools, Floats, Ints
from bigmap.base.i18n import Text
from bigmap.core.units.model import Units
from bigmap.core.zoning.refusal import Refusal, at_least, written


def middles(units: Units) -> Floats:
    """Return the middle of each unit, shape (n, 2), metres."""
    return np.asarray(shapely.get_coordinates(shapely.centroid(units.polygons)), dtype=np.float64)


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


def refuse_extent(extent_m: Floats, limit_m: float, names: Sequence[str], seconds: float) -> None:
    """Raise where a zone reaches too far."""
    worst = int(np.argmax(extent_m))
    if extent_m[worst] > limit_m * (1 + 1e-6):
        text = (
            "No {k} zones that all reach at most {limit} m were found in {s} s: in the best ones, zone {zone}"
            " reaches {far} m"
        )
        values = {"k": len(extent_m), "limit": written(limit_m), "s": max(1, ceil(seconds))}
        far = at_least(float(extent_m[worst]))
        ways = [Text("allow at least {least} m", {"least": far})]
        raise Refusal(Text(text, {**values, "zone": names[worst], "far": far}), ways)
