"""Known systems: told by their numbers whatever their name, and judged against the coordinates."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np
from pyproj import CRS, Geod, Transformer
from pyproj.exceptions import CRSError, ProjError

Bounds = tuple[float, float, float, float]
LonLat = tuple[float, float]

CGCS2000 = 4490
_GEOD = Geod(ellps="GRS80")
_CHINA = (73.4, 3.0, 135.2, 53.7)
_WIDEST_ZONE = 3.5
"""Degrees from a central meridian that belong to a zone: half of 6°, and what is drawn over its border."""


# --- places ---------------------------------------------------------------------------------------


def in_china(place: LonLat) -> bool:
    """Tell whether a place lies in the box around China, where CGCS2000 is the law."""
    west, south, east, north = _CHINA
    return west <= place[0] <= east and south <= place[1] <= north


def middle(bounds: Bounds) -> tuple[float, float]:
    """Return the centre of a box."""
    return (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2


def distance_m(crs: CRS, xy: tuple[float, float], near: LonLat) -> float:
    """Return how far a point in ``crs`` is from a place in degrees, in metres; inf where it has no place."""
    lon, lat = to_lonlat(crs, xy)
    if not (np.isfinite(lon) and np.isfinite(lat) and abs(lat) <= 90):
        return float("inf")
    return float(_GEOD.inv(lon, lat, *near)[2])


def to_lonlat(crs: CRS, xy: tuple[float, float]) -> LonLat:
    """Return a point as longitude and latitude on the system's own datum, which may be 100 m off WGS 84."""
    lon, lat = _unprojected(crs.to_wkt()).transform(*xy)
    return float(lon), float(lat)


@lru_cache(maxsize=64)
def _unprojected(wkt: str) -> Transformer:
    crs = CRS.from_wkt(wkt)
    return Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)


@lru_cache(maxsize=256)
def epsg(code: int) -> CRS:
    """Return a coordinate system of the EPSG list."""
    return CRS.from_epsg(code)


# --- a label against the coordinates --------------------------------------------------------------


def in_degrees(bounds: Bounds) -> bool:
    """Tell whether coordinates can be longitude and latitude, of ground smaller than a province."""
    x0, y0, x1, y1 = bounds
    return _on_the_globe(bounds) and max(x1 - x0, y1 - y0) < 5


def _on_the_globe(bounds: Bounds) -> bool:
    x0, y0, x1, y1 = bounds
    return -180.5 <= x0 <= x1 <= 180.5 and -90.5 <= y0 <= y1 <= 90.5


def contradicts(crs: CRS, bounds: Bounds) -> bool:
    """Tell whether coordinates cannot be of this system: degrees against metres, or far outside its area.

    What says that it is in degrees may be as wide as the globe; that it is too wide for a plan is said later.
    """
    if not _on_the_globe(bounds) if crs.is_geographic else in_degrees(bounds):
        return True
    lon, lat = to_lonlat(crs, middle(bounds))
    if not (np.isfinite(lon) and np.isfinite(lat)):
        return True
    area = crs.area_of_use
    if area is None:
        return False
    width = (area.east - area.west) % 360 or 360  # some reach over the 180th meridian
    inside = (lon - area.west + 6) % 360 <= width + 12
    return not (inside and area.south - 6 <= lat <= area.north + 6)


def far_from_meridian(crs: CRS, place: LonLat) -> bool:
    """Tell whether a place lies outside the zone of a Gauss-Kruger or UTM system, where lengths go wrong."""
    lon_0 = meridian(crs)
    return lon_0 is not None and abs(place[0] - lon_0) > _WIDEST_ZONE


def is_wgs84_degrees(crs: CRS | None) -> bool:
    """Tell whether a label means longitude and latitude of WGS 84, under which web maps give theirs."""
    datum = crs.datum if crs is not None and crs.is_geographic else None
    return datum is not None and datum.name.upper().startswith("WORLD GEODETIC SYSTEM 1984")


def lacks_shift(crs: CRS) -> bool:
    """Tell whether the datum is one of China's old ones, whose shift to WGS 84 PROJ takes as none."""
    return _ellipsoid(crs) in _OLD and (crs.area_of_use is None or crs.area_of_use.west > 60)


# --- a label by its numbers -----------------------------------------------------------------------


@lru_cache(maxsize=256)
def known(text: str) -> CRS:
    """Return the system that a WKT or code means, as the EPSG list has it where the parameters are the same.

    Raises
    ------
    pyproj.exceptions.CRSError
        If the text means no system, or one in which nothing can be laid on the ground.
    """
    try:
        crs = _on_the_ground(CRS.from_user_input(text))
    except RecursionError as fault:  # JSON of any depth
        raise CRSError("nested too deeply") from fault
    code = crs.to_epsg(min_confidence=70) or _epsg_by_parameters(crs) or _epsg_by_likeness(crs)
    return epsg(code) if code else crs


def _on_the_ground(crs: CRS) -> CRS:
    """Return the plane part of a system; heights, engineers' grids and unknown projections have none."""
    if crs.is_compound:
        crs = crs.sub_crs_list[0]
    if not (crs.is_geographic or crs.is_projected) or crs.is_geocentric:
        raise CRSError(f"{crs.name} is no system of places on the ground")
    flat = crs.to_2d() if len(crs.axis_info) == 3 else crs
    try:
        _unprojected(flat.to_wkt())
    except ProjError as fault:
        raise CRSError(f"{crs.name} cannot be worked out") from fault
    return flat


def _epsg_by_likeness(crs: CRS) -> int | None:
    """Return what PROJ finds most alike, if its numbers are the very same."""
    code = crs.to_epsg(min_confidence=25)
    if code is None or not crs.is_projected or not _parameters(crs):
        return None
    other = epsg(code)
    same = _parameters(other) == _parameters(crs) and _ellipsoid(other) == _ellipsoid(crs)
    return code if same else None


def _ellipsoid(crs: CRS) -> tuple[float, float]:
    shape = crs.ellipsoid
    if shape is None:
        return (0.0, 0.0)
    return (round(shape.semi_major_metre, 3), round(shape.inverse_flattening, 9))


_GRS80, _IAG75, _KRASS = (6378137.0, 298.257222101), (6378140.0, 298.257), (6378245.0, 298.3)
_WGS84 = (6378137.0, 298.257223563)
_OLD = {_IAG75, _KRASS}

_GEODETIC = {_GRS80: CGCS2000, _IAG75: 4610, _KRASS: 4214}

_ZONES: dict[tuple[float, float], dict[int, int]] = {
    _GRS80: {z: 4513 + z - 25 for z in range(25, 46)},
    _IAG75: {z: 2349 + z - 25 for z in range(25, 46)},
    _KRASS: {z: 2401 + z - 25 for z in range(25, 46)},
}
"""Ellipsoid (metres, 1/f) → 3° zone → code with the zone before the easting; 21 more is the one without."""

_NEW_BEIJING = {z: 4652 + z - 25 if z < 30 else 4766 + z - 30 for z in range(25, 46)}
_NEW_BEIJING_PLAIN = {z: 4782 + z - 25 for z in range(25, 44)} | {44: 4812, 45: 4822}

_SIX = {_GRS80: 4491, _IAG75: 2327, _KRASS: 21413}
"""Ellipsoid → code of the 6° zone 13 with the zone before the easting."""


def _epsg_by_parameters(crs: CRS) -> int | None:
    """Return the code of a Chinese Gauss-Kruger system from its numbers; names are not to be trusted."""
    shape, wkt = _ellipsoid(crs), crs.to_wkt()
    if shape not in _GEODETIC:
        return None
    renewed = _is_new_beijing(crs)
    if crs.is_geographic:  # GRS 80 is the ellipsoid of half the world: without a grid its name must say more
        return None if shape == _GRS80 and "2000" not in wkt else 4555 if renewed else _GEODETIC[shape]
    p = _parameters(crs)
    zone, shift = meridian(crs), p.get("False easting", 0.0)
    plain = p.get("Scale factor at natural origin") == 1 and p.get("Latitude of natural origin") == 0
    if zone is None or not plain or p.get("False northing") != 0 or zone % 3 or not 75 <= zone <= 135:
        return None
    three, six = int(zone / 3), int((zone + 3) / 6)
    if shift == 500_000:
        return _NEW_BEIJING_PLAIN[three] if renewed else _ZONES[shape][three] + 21
    if shift == three * 1_000_000 + 500_000:
        return _NEW_BEIJING[three] if renewed else _ZONES[shape][three]
    is_six = zone % 6 == 3 and shift == six * 1_000_000 + 500_000
    return (4568 if renewed else _SIX[shape]) + six - 13 if is_six else None


def _is_new_beijing(crs: CRS) -> bool:
    name = crs.to_wkt().lower()
    return _ellipsoid(crs) == _KRASS and "new" in name and "beijing" in name


def on_datum_of(label: CRS, crs: CRS) -> CRS:
    """Return the twin of a CGCS2000 3° grid on the datum of a label, where that is an old one of China."""
    lon_0, shape = meridian(crs), _ellipsoid(label)
    if shape not in _OLD or lon_0 is None or lon_0 % 3 or not 75 <= lon_0 <= 135:
        return crs
    zone, prefixed = int(lon_0 / 3), _parameters(crs).get("False easting", 0.0) > 1_000_000
    if _is_new_beijing(label):
        return epsg(_NEW_BEIJING[zone] if prefixed else _NEW_BEIJING_PLAIN[zone])
    return epsg(_ZONES[shape][zone] + (0 if prefixed else 21))


def _parameters(crs: CRS) -> dict[str, float]:
    operation = crs.coordinate_operation
    if operation is None or "Transverse Mercator" not in operation.method_name:
        return {}
    return {p.name: float(p.value) for p in operation.params}


def meridian(crs: CRS) -> float | None:
    """Return the central meridian of a Gauss-Kruger or UTM system in degrees, None for others."""
    return _parameters(crs).get("Longitude of natural origin")


# --- the system of the project --------------------------------------------------------------------


def is_metric(crs: CRS) -> bool:
    """Tell whether its lengths are metres on the ground: Gauss-Kruger and UTM, not Web Mercator."""
    return crs.is_projected and crs.axis_info[0].unit_name == "metre" and bool(_parameters(crs))


def project_crs(present: Sequence[CRS], place: LonLat) -> CRS:
    """Return the metric system of a project.

    Parameters
    ----------
    present : sequence of pyproj.CRS
        Systems of the layers, one entry a layer: the commonest metric one is taken.
    place : tuple of float
        (longitude, latitude) of the ground, degrees; decides where no layer is metric.
    """
    metric = [crs for crs in present if is_metric(crs) and not far_from_meridian(crs, place)]
    if metric:
        return max(metric, key=metric.count)
    return epsg(4534 + round(place[0] / 3) - 25) if in_china(place) else epsg(utm(place))


def utm(place: LonLat) -> int:
    """Return the code of the UTM zone on WGS 84 at a place."""
    zone = int((place[0] + 180) // 6) % 60 + 1
    return (32600 if place[1] >= 0 else 32700) + zone


@lru_cache(maxsize=256)
def _number(crs: CRS) -> int | None:
    """Return the EPSG number; PROJ looks half a second for one that a grid of somebody's own has not."""
    return crs.to_epsg()


def name_of(crs: CRS) -> str:
    """Return 'EPSG:n' where the list knows the system, else its name, else its parameters."""
    code = _number(crs)
    nameless = crs.name.lower() in {"unknown", "unnamed", "custom", "userdefined", "undefined", ""}
    return f"EPSG:{code}" if code else (nameless and _proj(crs)) or crs.name


def code_of(crs: CRS) -> str:
    """Return what means the system wherever one can be typed: 'EPSG:n', a PROJ string, or WKT."""
    code = _number(crs)
    if code:
        return f"EPSG:{code}"
    return _BAIDU if crs == baidu_mercator() else _proj(crs) or crs.to_wkt()


def _proj(crs: CRS) -> str:
    """Return a Gauss-Kruger grid as a PROJ string, '' for other systems."""
    p, (a, flat) = _parameters(crs), _ellipsoid(crs)
    if not p:
        return ""
    named = {_GRS80: "+ellps=GRS80", _KRASS: "+ellps=krass", _WGS84: "+ellps=WGS84"}
    shape = named.get((a, flat), f"+a={a:.10g} +rf={flat:.12g}")
    numbers = {
        "lat_0": p["Latitude of natural origin"],
        "lon_0": p["Longitude of natural origin"],
        "k": p["Scale factor at natural origin"],
        "x_0": p["False easting"],
        "y_0": p["False northing"],
    }
    usual = {"lat_0": 0.0, "k": 1.0}
    told = [f"+{name}={value:.12g}" for name, value in numbers.items() if usual.get(name) != value]
    return " ".join(["+proj=tmerc", *told, shape, "+units=m"])


_BAIDU = "+proj=merc +ellps=clrk66 +units=m"


@cache
def baidu_mercator() -> CRS:
    """Return Baidu's Mercator, whose degrees are BD-09: to 3 mm an ellipsoidal Mercator on Clarke 1866."""
    described = CRS.from_user_input(f"{_BAIDU} +type=crs").to_json_dict()
    return CRS.from_json_dict({**described, "name": "Baidu Mercator (bd09mc)"})
