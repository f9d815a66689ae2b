"""What numbers without a label can be: rules on their ranges, ranked, each with a confidence."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from pyproj import CRS, Transformer

from bigmap.core.crs.local_grid import (
    AS_IT_IS,
    MILLIMETRES,
    SWAPPED,
    SWAPPED_MILLIMETRES,
    Affine,
    LocalGrid,
    template,
)
from bigmap.core.crs.systems import (
    CGCS2000,
    Bounds,
    LonLat,
    baidu_mercator,
    code_of,
    distance_m,
    epsg,
    in_china,
    meridian,
    middle,
    name_of,
    on_datum_of,
    to_lonlat,
    utm,
)

SURE = 0.7
"""Confidence from which a guess is used without a question: above it no second reading puts the numbers in
the same city, below it at least one does."""

_NEAR_M = 60_000.0
"""A street office's layer lies this near the place that the other layers tell; meridians are 150 km apart."""
_CLOSE_M = 30_000.0
"""Mercators of two makers lie 10 to 20 km apart: half the confidence goes over this distance."""


@dataclass(frozen=True)
class CrsCandidate:
    """One reading of a layer's numbers.

    Attributes
    ----------
    crs : pyproj.CRS
    confidence : float
        From 0 to 1; `SURE` and more may be used without a question.
    rule : str
        Rule that gave it, 'R1' to 'R8'.
    affine : Affine
        What has to be done to the numbers first: axes exchanged, millimetres made metres.
    """

    crs: CRS
    confidence: float
    rule: str
    affine: Affine = AS_IT_IS

    @property
    def swapped(self) -> bool:
        """True where x and y have to be exchanged (surveyors' X is north)."""
        return self.affine.swaps

    @property
    def label(self) -> str:
        """Short name, for example 'EPSG:4548'."""
        return name_of(self.crs)

    @property
    def code(self) -> str:
        """What ``--crs`` takes: 'EPSG:4548', or the parameters of a grid that has no number."""
        return code_of(self.crs)


def guess_crs(
    bounds: Bounds, near: LonLat | None = None, label: CRS | None = None, hint: str = ""
) -> list[CrsCandidate]:
    """Return what numbers without a coordinate system can be, best first.

    Parameters
    ----------
    bounds : tuple of float
        (xmin, ymin, xmax, ymax) of the layer.
    near : tuple of float, optional
        (longitude, latitude) of the place, from layers that are placed already or from the project.
    label : pyproj.CRS, optional
        What the file claims, where it cannot be right as it stands: its meridian still counts.
    hint : str
        Name of the file, in which a code or a meridian may stand.

    Notes
    -----
    Ranges alone cannot tell zone-less Gauss-Kruger numbers apart: without ``near`` they stay below `SURE`.
    """
    xy = middle(bounds)
    for affine, renamed in _WAYS:
        found = [replace(c, affine=affine, rule=_named(c.rule, renamed)) for c in _there(affine, xy, near)]
        if found:
            found = [_supported(c, label, hint) for c in found]
            if label is not None:
                found = [replace(c, crs=on_datum_of(label, c.crs)) for c in found]
            return sorted(found, key=lambda c: -c.confidence)
    return sorted(_local(xy, near), key=lambda c: -c.confidence)


_WAYS = ((AS_IT_IS, ""), (SWAPPED, "R7"), (MILLIMETRES, "R8"), (SWAPPED_MILLIMETRES, "R8"))
"""How numbers may be meant, the likeliest first, with the rule's name where it is not the range's."""


def _there(affine: Affine, xy: tuple[float, float], near: LonLat | None) -> list[CrsCandidate]:
    """Return what the ranges tell; with ``near`` only what lies there, the nearer the surer."""
    x, y = (float(v) for v in affine.points(xy))
    found = [candidate for rule in _RULES for candidate in rule(x, y, near)]
    if near is None:
        return found
    near_by = [(c, distance_m(c.crs, (x, y), near)) for c in found]
    return [replace(c, confidence=_confidence(c, d)) for c, d in near_by if d < _NEAR_M]


def _named(rule: str, renamed: str) -> str:
    return "R2" if renamed == "R7" and rule == "R1" else renamed or rule


def _confidence(candidate: CrsCandidate, away_m: float) -> float:
    if candidate.rule == "R5":
        return round(0.95 - 0.5 * min(1.0, away_m / _CLOSE_M), 3)
    return candidate.confidence if candidate.confidence == _RIVAL else max(candidate.confidence, 0.9)


_RIVAL = 0.25
"""UTM in China: a kilometre from Gauss-Kruger, so that no range tells them apart, but seldom used."""


def _supported(candidate: CrsCandidate, label: CRS | None, hint: str) -> CrsCandidate:
    """Return the candidate, surer where the label's meridian or the file's name speaks for it."""
    if candidate.rule not in {"R6", "R7"} or candidate.confidence in {_RIVAL, 0.9}:
        return candidate
    lon_0 = meridian(candidate.crs)
    if label is not None and lon_0 is not None and meridian(label) == lon_0:
        return replace(candidate, confidence=0.85)
    numbers = {int(n) for n in re.findall(r"(?<!\d)(?:4[5-9]\d\d|7[5-9]|[89]\d|1[0-3]\d)(?!\d)", hint)}
    told = candidate.crs.to_epsg() in numbers or ("CM" in hint.upper() and lon_0 in numbers)
    return replace(candidate, confidence=0.75) if told else candidate


# --- the rules: x is east, y is north -------------------------------------------------------------


def _degrees(x: float, y: float, near: LonLat | None) -> list[CrsCandidate]:
    chinese = 73 <= x <= 136 and 3 <= y <= 54
    abroad = near is not None and abs(x) <= 180 and abs(y) <= 90
    return [CrsCandidate(epsg(CGCS2000 if chinese else 4326), 0.8, "R1")] if chinese or abroad else []


def _prefixed_3(x: float, y: float, _: LonLat | None) -> list[CrsCandidate]:
    zone, easting = divmod(x, 1_000_000)
    fits = 25 <= zone <= 45 and 200_000 <= easting <= 800_000 and _northing(y)
    return [CrsCandidate(epsg(4513 + int(zone) - 25), 0.9, "R3")] if fits else []


def _prefixed_6(x: float, y: float, _: LonLat | None) -> list[CrsCandidate]:
    zone, easting = divmod(x, 1_000_000)
    fits = 13 <= zone <= 23 and 180_000 <= easting <= 820_000 and _northing(y)
    return [CrsCandidate(epsg(4491 + int(zone) - 13), 0.6 if zone < 16 else 0.8, "R4")] if fits else []


def _mercators(x: float, y: float, _: LonLat | None) -> list[CrsCandidate]:
    fits = 8.1e6 <= x <= 15.2e6 and 0.4e6 <= y <= 7.1e6
    return [CrsCandidate(epsg(3857), 0.5, "R5"), CrsCandidate(baidu_mercator(), 0.4, "R5")] if fits else []


def _unprefixed(x: float, y: float, near: LonLat | None) -> list[CrsCandidate]:
    """Return Gauss-Kruger of all central meridians on land, or of those next to a known place; UTM abroad."""
    if not (150_000 <= x <= 850_000 and 0 <= y <= 10_000_000):
        return []
    if near is not None and not in_china(near):
        return [CrsCandidate(epsg(utm(near)), 0.3, "R6")]
    if not _northing(y):
        return []
    zones = [z for z in range(25, 46) if near is None or abs(3 * z - near[0]) < 5]
    found = [CrsCandidate(epsg(4534 + z - 25), 0.3, "R6") for z in zones]
    if near is not None:
        return [*found, CrsCandidate(epsg(utm(near)), _RIVAL, "R6")]
    return [c for c in (_peopled(c, x, y) for c in found) if c.confidence > 0]


_RULES = (_degrees, _prefixed_3, _prefixed_6, _mercators, _unprefixed)

_LAND = ((18, 108, 111), (22, 98, 117), (26, 98, 121), (34, 79, 123), (42, 73, 131), (54, 80, 135))
"""Up to this latitude China reaches from this to this longitude, roughly."""


def _peopled(candidate: CrsCandidate, x: float, y: float) -> CrsCandidate:
    """Return a candidate that is the less likely the farther from 115 E, where most people live; 0 at sea."""
    lon, lat = to_lonlat(candidate.crs, (x, y))
    west, east = next(((w - 1, e + 1.5) for top, w, e in _LAND if lat <= top), (180, -180))
    likely = 0.3 - 0.005 * abs(lon - 115) if west <= lon <= east else 0.0
    return replace(candidate, confidence=round(likely, 3))


def _northing(y: float) -> bool:
    return 1_900_000 <= y <= 6_000_000


# --- local grids ----------------------------------------------------------------------------------


def _local(xy: tuple[float, float], near: LonLat | None) -> list[CrsCandidate]:
    """Return templates of a city's own grid for small numbers: meridians of 3°, 1.5° or 0.5° near by."""
    if near is None or not in_china(near) or not all(0 <= abs(v) <= 400_000 for v in xy):
        return []
    steps = ((3.0, 0.35), (1.5, 0.3), (0.5, 0.25))
    meridians = {round(near[0] / step) * step: sure for step, sure in reversed(steps)}
    grids = [(template(lon_0, _natural(lon_0, near), xy), sure) for lon_0, sure in meridians.items()]
    return [CrsCandidate(grid.crs, sure, "R8") for grid, sure in grids if grid is not None]


def _natural(lon_0: float, place: LonLat) -> tuple[float, float]:
    grid = LocalGrid(lon_0, 0.0, 0.0).crs
    x, y = Transformer.from_crs(grid.geodetic_crs, grid, always_xy=True).transform(*place)
    return float(x), float(y)
