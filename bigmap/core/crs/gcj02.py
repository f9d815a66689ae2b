"""The shifted degrees of Chinese web maps: GCJ-02 (Amap, Tencent) and BD-09 (Baidu).

The public approximate formula. It serves to notice that a layer is shifted and to put a planner's own layer
where his others lie; nothing is moved unless he asks for it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from pyproj import Geod

from bigmap.base.arrays import Floats
from bigmap.core.crs import LonLat, in_china

_A, _EE = 6378245.0, 0.00669342162296594323
_BD_LON, _BD_LAT, _BD_TURN = 0.0065, 0.006, np.pi * 3000 / 180
_ROUNDS = 5
"""Fixed-point rounds of the inverse: what is left is below 1e-6 m."""
_GEOD = Geod(ellps="GRS80")
_NOT_SHIFTED = ((113.82, 22.13, 114.51, 22.50), (119.9, 21.7, 122.2, 25.5))
"""Boxes of Hong Kong and Taiwan, where most providers shift nothing."""


def to_gcj02(lonlat: npt.ArrayLike) -> Floats:
    """Return WGS 84 degrees (n, 2) as GCJ-02 degrees."""
    lonlat = np.asarray(lonlat, dtype=float)
    lon, lat = lonlat[..., 0], lonlat[..., 1]
    east, north = _waves(lon - 105, lat - 35)
    phi = np.radians(lat)
    m = 1 - _EE * np.sin(phi) ** 2
    lon = lon + np.degrees(east * np.sqrt(m) / (_A * np.cos(phi)))
    lat = lat + np.degrees(north * m * np.sqrt(m) / (_A * (1 - _EE)))
    return np.stack([lon, lat], axis=-1)


def _waves(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return the shift in metres, as the formula has it, of degrees counted from 105 E, 35 N."""
    root, sin, pi = np.sqrt(np.abs(x)), np.sin, np.pi
    both = 20 * sin(6 * pi * x) + 20 * sin(2 * pi * x)
    of_x = both + 20 * sin(pi * x) + 40 * sin(pi * x / 3) + 150 * sin(pi * x / 12) + 300 * sin(pi * x / 30)
    of_y = both + 20 * sin(pi * y) + 40 * sin(pi * y / 3) + 160 * sin(pi * y / 12) + 320 * sin(pi * y / 30)
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + of_x * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + of_y * 2 / 3
    return east, north


def to_bd09(lonlat: npt.ArrayLike) -> Floats:
    """Return WGS 84 degrees (n, 2) as BD-09 degrees."""
    gcj = to_gcj02(lonlat)
    lon, lat = gcj[..., 0], gcj[..., 1]
    r = np.hypot(lon, lat) + 2e-5 * np.sin(lat * _BD_TURN)
    angle = np.arctan2(lat, lon) + 3e-6 * np.cos(lon * _BD_TURN)
    return np.stack([r * np.cos(angle) + _BD_LON, r * np.sin(angle) + _BD_LAT], axis=-1)


DATUMS: dict[str, Callable[[npt.ArrayLike], Floats]] = {"gcj02": to_gcj02, "bd09": to_bd09}
"""Name on the command line → what was done to WGS 84 degrees."""

NAMES = {"gcj02": "GCJ-02", "bd09": "BD-09"}


def unshifted(lonlat: npt.ArrayLike, datum: str) -> Floats:
    """Return shifted degrees (n, 2) as WGS 84 degrees.

    Parameters
    ----------
    lonlat : array_like of float, shape (n, 2)
    datum : str
        'gcj02' or 'bd09'.
    """
    shifted = np.asarray(lonlat, dtype=float)
    forward, found = DATUMS[datum], shifted.copy()
    for _ in range(_ROUNDS):
        found += shifted - forward(found)
    return found


def applies(place: LonLat) -> bool:
    """Tell whether web maps are shifted at a place: mainland China."""
    lon, lat = place
    spared = any(w <= lon <= e and s <= lat <= n for w, s, e, n in _NOT_SHIFTED)
    return in_china(place) and not spared


def vectors(place: LonLat) -> dict[str, tuple[float, float]]:
    """Return the shifts at a place, (metres east, metres north) by datum; none where maps are not shifted."""
    if not applies(place):
        return {}
    found = {}
    for datum, forward in DATUMS.items():
        azimuth, _, metres = _GEOD.inv(*place, *forward(place))
        found[datum] = (
            float(metres * np.sin(np.radians(azimuth))),
            float(metres * np.cos(np.radians(azimuth))),
        )
    return found
