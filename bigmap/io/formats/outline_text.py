"""Outlines in one cell of a table, as web maps give them: 'lng,lat;lng,lat', Baidu's and Tencent's."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import numpy as np
import shapely

from bigmap.base.arrays import Floats

COLUMNS = (
    *(
        "polyline",
        "polylines",
        "shape",
        "aoi",
        "content.geo",
        "geo",
        "boundary",
        "polygon",
        "outline",
        "paths",
    ),
    *("边界", "边界坐标", "轮廓", "坐标串", "面坐标", "aoi边界"),
)
"""Heads, folded, of columns that may hold an outline."""
PLACES = ("location", "坐标", "经纬度", "lnglat", "center", "中心点", "中心坐标")
"""Heads of columns that may hold one point, 'lng,lat'."""

_NUMBER = r"[-+]?\d+(?:\.\d+)?"
_RING = re.compile(rf"\s*{_NUMBER}\s*,\s*{_NUMBER}\s*(?:[;_ ]\s*{_NUMBER}\s*,\s*{_NUMBER}\s*){{2,}}[;_ ]?\s*")
_PAIR = re.compile(rf"\s*\[?\s*({_NUMBER})\s*,\s*({_NUMBER})\s*\]?\s*")
_BAIDU = re.compile(r"4\|[^|]*\|(.+)", re.DOTALL)

_BANDS = (12890594.86, 8362377.87, 5591021.0, 3481989.83, 1678043.12, 0.0)
_POLYNOMIALS = (
    (1.410526172116255e-8, 0.00000898305509648872, -1.9939833816331, 200.9824383106796, -187.2403703815547,
     91.6087516669843, -23.38765649603339, 2.57121317296198, -0.03801003308653, 17337981.2),
    (-7.435856389565537e-9, 0.000008983055097726239, -0.78625201886289, 96.32687599759846, -1.85204757529826,
     -59.36935905485877, 47.40033549296737, -16.50741931063887, 2.28786674699375, 10260144.86),
    (-3.030883460898826e-8, 0.00000898305509983578, 0.30071316287616, 59.74293618442277, 7.357984074871,
     -25.38371002664745, 13.45380521110908, -3.29883767235584, 0.32710905363475, 6856817.37),
    (-1.981981304930552e-8, 0.000008983055099779535, 0.03278182852591, 40.31678527705744, 0.65659298677277,
     -4.44255534477492, 0.85341911805263, 0.12923347998204, -0.04625736007561, 4482777.06),
    (3.09191371068437e-9, 0.000008983055096812155, 0.00006995724062, 23.10934304144901, -0.00023663490511,
     -0.6321817810242, -0.00663494467273, 0.03430082397953, -0.00466043876332, 2555164.4),
    (2.890871144776878e-9, 0.000008983055095805407, -3.068298e-8, 7.47137025468032, -0.00000353937994,
     -0.02145144861037, -0.00001234426596, 0.00010322952773, -0.00000323890364, 826088.5),
)  # fmt: skip
"""Baidu's own polynomials from its metres to its degrees, by bands of the northing."""


def outline_in(text: str) -> shapely.Geometry | None:
    """Return the outline that a cell holds, None where it holds none.

    Examples
    --------
    >>> outline_in("118.1,24.4;118.2,24.4;118.2,24.5").wkt
    'POLYGON ((118.1 24.4, 118.2 24.4, 118.2 24.5, 118.1 24.4))'
    >>> outline_in("[]") is None
    True
    """
    text = text.strip()
    if not text or text == "[]":
        return None
    if baidu := _BAIDU.fullmatch(text):
        return _polygons([baidu_degrees(ring) for ring in _baidu_rings(baidu[1])])
    if text.startswith("["):
        return _of_json(text)
    if not all(_RING.fullmatch(part) for part in text.split("|") if part.strip()):
        return None
    return _polygons([_numbers(part) for part in text.split("|") if part.strip()])


def place_in(text: str) -> shapely.Point | None:
    """Return the point that a cell holds as 'lng,lat', None where it holds none."""
    hit = _PAIR.fullmatch(text)
    return shapely.Point(float(hit[1]), float(hit[2])) if hit else None


def baidu_degrees(xy: Floats) -> Floats:
    """Return Baidu's metres (BD09MC) as its degrees (BD-09).

    Examples
    --------
    >>> np.round(baidu_degrees(np.array([[12139200.0, 4046920.0]])), 6).tolist()
    [[109.047102, 34.315398]]
    """
    band = np.array([next(i for i, least in enumerate(_BANDS) if abs(y) >= least) for y in xy[:, 1]])
    c = np.array(_POLYNOMIALS)[band]
    lon = c[:, 0] + c[:, 1] * np.abs(xy[:, 0])
    t = np.abs(xy[:, 1]) / c[:, 9]
    lat = sum(c[:, 2 + k] * t**k for k in range(7))
    return np.column_stack([np.copysign(lon, xy[:, 0]), np.copysign(lat, xy[:, 1])])


def _numbers(text: str) -> Floats:
    return np.array(re.findall(_NUMBER, text), dtype=np.float64).reshape(-1, 2)


def _baidu_rings(text: str) -> list[Floats]:
    """Return the rings of Baidu's '1-x,y,x,y,…;1-x,y,…;'."""
    parts = (re.sub(r"^\s*\d-", "", part) for part in text.split(";"))
    numbers = (re.findall(_NUMBER, part) for part in parts)
    return [np.array(n, dtype=np.float64).reshape(-1, 2) for n in numbers if len(n) >= 6 and len(n) % 2 == 0]


def _of_json(text: str) -> shapely.Geometry | None:
    """Return the outline of a JSON list: points as pairs or as objects with lat and lng, or rings of them."""
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        return None
    rings = (
        held
        if isinstance(held, list) and held and isinstance(held[0], list) and _is_ring(held[0])
        else [held]
    )
    return (
        _polygons([np.array([_pair(p) for p in ring]) for ring in rings])
        if all(map(_is_ring, rings))
        else None
    )


def _is_ring(held: Any) -> bool:
    return isinstance(held, list) and len(held) >= 3 and all(_pair(point) is not None for point in held)


def _pair(point: Any) -> tuple[float, float] | None:
    if isinstance(point, dict):
        point = [
            next((point[k] for k in keys if k in point), None) for keys in (("lng", "lon", "x"), ("lat", "y"))
        ]
    if not isinstance(point, list) or len(point) != 2:
        return None
    real = all(isinstance(v, int | float) and math.isfinite(v) for v in point)
    return (float(point[0]), float(point[1])) if real else None


def _polygons(rings: list[Floats]) -> shapely.Geometry | None:
    whole = [shapely.Polygon(ring) for ring in rings if len(ring) >= 3]
    return (whole[0] if len(whole) == 1 else shapely.MultiPolygon(whole)) if whole else None
