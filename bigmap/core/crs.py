"""Coordinate systems: which one numbers without a label are in, and which one the project uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from pyproj import CRS, Geod, Transformer

Bounds = tuple[float, float, float, float]
LonLat = tuple[float, float]

CGCS2000 = 4490
_NEAR_M = 60_000.0
"""A street office's layer lies this near the place that the other layers tell."""
_GEOD = Geod(ellps="GRS80")
_CHINA = (73.4, 3.0, 135.2, 53.7)


@dataclass(frozen=True)
class Candidate:
    """One reading of a layer's numbers.

    Attributes
    ----------
    crs : pyproj.CRS
    swapped : bool
        True where x and y have to be exchanged first (surveyors' X is north).
    confidence : float
        From 0 to 1; 0.7 and more may be used without a question.
    rule : str
        Rule that gave it, 'R1' to 'R7'.
    """

    crs: CRS
    swapped: bool
    confidence: float
    rule: str

    @property
    def label(self) -> str:
        """Short name, for example 'EPSG:4548'."""
        return name_of(self.crs)


def guess(bounds: Bounds, near: LonLat | None = None) -> list[Candidate]:
    """Return what numbers without a coordinate system can be, best first.

    Parameters
    ----------
    bounds : tuple of float
        (xmin, ymin, xmax, ymax) of the layer.
    near : tuple of float, optional
        (longitude, latitude) of the place, from layers that are placed already.

    Notes
    -----
    Ranges alone cannot tell zone-less Gauss-Kruger numbers apart: without ``near`` they stay below 0.7.
    """
    found = _straight(bounds, near)
    if not found:
        x0, y0, x1, y1 = bounds
        turned = _straight((y0, x0, y1, x1), near)
        found = [replace(c, swapped=True, rule="R2" if c.rule == "R1" else "R7") for c in turned]
    return sorted(found, key=lambda c: -c.confidence)


def _straight(bounds: Bounds, near: LonLat | None) -> list[Candidate]:
    """Return the readings of x as east and y as north; with ``near`` only those that lie there."""
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    rules = (_degrees, _prefixed_3, _prefixed_6, _mercator)
    found = [candidate for rule in rules for candidate in rule(x, y)] + _unprefixed(x, y, near)
    if near is None:
        return found
    there = [c for c in found if distance_m(c.crs, (x, y), near) < _NEAR_M]
    return [replace(c, confidence=max(c.confidence, 0.9)) for c in there]


def _degrees(x: float, y: float) -> list[Candidate]:
    fits = 73 <= x <= 136 and 3 <= y <= 54
    return [Candidate(epsg(CGCS2000), False, 0.8, "R1")] if fits else []


def _prefixed_3(x: float, y: float) -> list[Candidate]:
    zone, easting = divmod(x, 1_000_000)
    fits = 25 <= zone <= 45 and 200_000 <= easting <= 800_000 and _northing(y)
    return [Candidate(epsg(4513 + int(zone) - 25), False, 0.9, "R3")] if fits else []


def _prefixed_6(x: float, y: float) -> list[Candidate]:
    zone, easting = divmod(x, 1_000_000)
    fits = 13 <= zone <= 23 and 180_000 <= easting <= 820_000 and _northing(y)
    return [Candidate(epsg(4491 + int(zone) - 13), False, 0.6 if zone < 16 else 0.8, "R4")] if fits else []


def _mercator(x: float, y: float) -> list[Candidate]:
    fits = 8.1e6 <= x <= 15.2e6 and 0.4e6 <= y <= 7.1e6
    return [Candidate(epsg(3857), False, 0.5, "R5")] if fits else []


def _unprefixed(x: float, y: float, near: LonLat | None) -> list[Candidate]:
    """Return Gauss-Kruger of all central meridians, or of those next to a known place; UTM abroad."""
    if not (150_000 <= x <= 850_000 and 0 <= y <= 10_000_000):
        return []
    if near is not None and not in_china(near):
        return [Candidate(epsg(_utm(near)), False, 0.3, "R6")]
    zones = [z for z in range(25, 46) if near is None or abs(3 * z - near[0]) < 5]
    return [Candidate(epsg(4534 + z - 25), False, 0.3, "R6") for z in zones] if _northing(y) else []


def _utm(place: LonLat) -> int:
    zone = int((place[0] + 180) // 6) % 60 + 1
    return (32600 if place[1] >= 0 else 32700) + zone


def in_china(place: LonLat) -> bool:
    """Tell whether a place lies in the box around China, where CGCS2000 is the law."""
    west, south, east, north = _CHINA
    return west <= place[0] <= east and south <= place[1] <= north


def _northing(y: float) -> bool:
    return 1_900_000 <= y <= 6_000_000


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


def in_degrees(bounds: Bounds) -> bool:
    """Tell whether coordinates can be longitude and latitude, of ground smaller than a province."""
    x0, y0, x1, y1 = bounds
    inside = -180.5 <= x0 <= x1 <= 180.5 and -90.5 <= y0 <= y1 <= 90.5
    return inside and max(x1 - x0, y1 - y0) < 5


def contradicts(crs: CRS, bounds: Bounds) -> bool:
    """Tell whether coordinates cannot be of this system: degrees against metres, or far outside its area."""
    if crs.is_geographic != in_degrees(bounds):
        return True
    area = crs.area_of_use
    if area is None:
        return False
    lon, lat = to_lonlat(crs, ((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2))
    return not (area.west - 6 <= lon <= area.east + 6 and area.south - 6 <= lat <= area.north + 6)


def lacks_shift(crs: CRS) -> bool:
    """Tell whether PROJ knows no shift from the datum to WGS 84 and would take it as none."""
    return _ellipsoid(crs) in {(6378140.0, 298.257), (6378245.0, 298.3)}


@lru_cache(maxsize=256)
def known(text: str) -> CRS:
    """Return the system that a WKT or code means, as the EPSG list has it where the parameters are the same.

    Raises
    ------
    pyproj.exceptions.CRSError
        If the text means no system.
    """
    crs = CRS.from_user_input(text)
    code = crs.to_epsg(min_confidence=70) or _epsg_by_parameters(crs) or _epsg_by_likeness(crs)
    return epsg(code) if code else crs


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
    return (
        (0.0, 0.0)
        if shape is None
        else (round(shape.semi_major_metre, 3), round(shape.inverse_flattening, 9))
    )


_DATUMS = {
    (6378137.0, 298.257222101): (4490, 4513, 4534),
    (6378140.0, 298.257): (4610, 2349, 2370),
    (6378245.0, 298.3): (4214, 2401, 2422),
}
"""Ellipsoid (metres, 1/f) → codes in degrees, of zone 25 with prefix and without."""


def _epsg_by_parameters(crs: CRS) -> int | None:
    """Return the code of a Chinese 3° Gauss-Kruger system from its numbers; names are not to be trusted."""
    codes = _DATUMS.get(_ellipsoid(crs))
    if codes is None or (codes[0] == CGCS2000 and "2000" not in crs.to_wkt()):
        return None  # its ellipsoid, GRS 80, is that of half the world
    if crs.is_geographic:
        return codes[0]
    p = _parameters(crs)
    middle, shift = p.get("Longitude of natural origin", -1.0), p.get("False easting", 0.0)
    plain = p.get("Scale factor at natural origin") == 1 and p.get("Latitude of natural origin") == 0
    zone = middle / 3
    if not plain or zone != int(zone) or not 25 <= zone <= 45:
        return None
    if shift == zone * 1_000_000 + 500_000:
        return codes[1] + int(zone) - 25
    return codes[2] + int(zone) - 25 if shift == 500_000 else None


def _parameters(crs: CRS) -> dict[str, float]:
    operation = crs.coordinate_operation
    if operation is None or "Transverse Mercator" not in operation.method_name:
        return {}
    return {p.name: float(p.value) for p in operation.params}


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
    metric = [crs for crs in present if is_metric(crs)]
    if metric:
        return max(metric, key=metric.count)
    return epsg(4534 + round(place[0] / 3) - 25) if in_china(place) else epsg(_utm(place))


def name_of(crs: CRS) -> str:
    """Return 'EPSG:n' where the list knows the system, else its WKT name."""
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else crs.name
