"""Pictures under the plan: which there are, and how they are bent into the project CRS."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from pyproj import CRS, Transformer

from bigmap.base.arrays import Floats
from bigmap.core.crs.gcj02 import to_gcj02
from bigmap.core.planning.plan import Plan
from bigmap.mapview.messages import Base

Bend = Callable[[Floats], Floats]

_HALF = 20037508.342789244
_PLAIN, _WAVY = 3, 15
_MARGIN = 0.25
"""The fit holds this part of the ground's size beyond it."""


@dataclass(frozen=True)
class Basemap:
    """A picture in tiles.

    Attributes
    ----------
    address : str
        With ``{z} {x} {y}``, rows from the top, and perhaps ``{s}`` for one of eight servers.
    low, high : int
        Scales it has.
    attribution : str
        What has to stand on the map, as plain text.
    hosts : frozenset of str
        Servers the page may ask for it; none for a file.
    gcj : bool
        Whether it is drawn in GCJ-02.
    to_picture : callable, optional
        Degrees WGS 84, shape (n, 2), to (u, v) in the picture; Web Mercator by default.
    """

    address: str
    low: int = 0
    high: int = 18
    attribution: str = ""
    hosts: frozenset[str] = field(default_factory=frozenset)
    gcj: bool = False
    to_picture: Bend | None = None


OSM = Basemap(
    "https://tile.openstreetmap.org/{z}/{x}/{y}.png",
    0,
    19,
    "© OpenStreetMap contributors",
    frozenset({"tile.openstreetmap.org"}),
)


def tianditu(key: str) -> Basemap:
    """Return the street map of 天地图 with the user's own key; its CGCS2000 is WGS 84 within decimetres."""
    query = (
        "SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=vec&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles"
        "&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"
    )
    hosts = frozenset(f"t{i}.tianditu.gov.cn" for i in range(8))
    return Basemap(f"https://t{{s}}.tianditu.gov.cn/vec_w/wmts?{query}&tk={key}", 1, 18, "天地图", hosts)


def base_order(basemap: Basemap | None, plan: Plan) -> Base:
    """Return the order that puts a picture under a plan, or takes it away."""
    if basemap is None:
        return Base({})
    return Base(
        {
            "address": basemap.address,
            "low": str(basemap.low),
            "high": str(basemap.high),
            "attribution": basemap.attribution,
            "bend": json.dumps(bend_of(basemap, plan.sources.crs, plan.sources.boundary.bounds)[0]),
        }
    )


def bend_of(
    basemap: Basemap, crs: CRS, bounds: tuple[float, float, float, float]
) -> tuple[dict[str, Any], float]:
    """Return the polynomials between picture and ground, and the largest error of either in metres.

    Cubic; of higher degree for GCJ-02, whose shift has waves of some 30 km.

    Parameters
    ----------
    basemap : Basemap
    crs : pyproj.CRS
        Project CRS, metres.
    bounds : tuple of float
        Of the ground, in that CRS; the middle is the origin of the scene.
    """
    west, south, east, north = bounds
    origin = np.array([(west + east) / 2, (south + north) / 2])
    reach = (0.5 + _MARGIN) * max(east - west, north - south, 100.0)
    degree = _WAVY if basemap.gcj else _PLAIN
    steps = np.linspace(-reach, reach, 41)
    ground = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    lonlat = np.column_stack(
        Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(*(ground + origin).T)
    )
    picture = (basemap.to_picture or mercator)(to_gcj02(lonlat) if basemap.gcj else lonlat)
    there, here = _fit(ground, picture, degree), _fit(picture, ground, degree)
    back = _apply(here, _apply(there, ground))
    error = max(float(np.abs(_apply(here, picture) - ground).max()), float(np.abs(back - ground).max()))
    return {"from": there, "to": here}, error


def mercator(lonlat: Floats) -> Floats:
    """Return degrees WGS 84 as places in the square of Web Mercator, from 0 to 1, downwards."""
    x, y = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True).transform(*lonlat.T)
    return np.column_stack([(x + _HALF) / (2 * _HALF), (_HALF - y) / (2 * _HALF)])


def _fit(source: Floats, target: Floats, degree: int) -> dict[str, Any]:
    shift = source.mean(axis=0)
    scale = float(np.abs(source - shift).max()) or 1.0
    solved, *_ = np.linalg.lstsq(_terms((source - shift) / scale, degree), target, rcond=None)
    x, y = solved.T.tolist()
    return {"shift": shift.tolist(), "scale": scale, "degree": degree, "x": x, "y": y}


def _apply(fit: dict[str, Any], points: Floats) -> Floats:
    terms = _terms((points - np.array(fit["shift"])) / fit["scale"], fit["degree"])
    return np.column_stack([terms @ fit["x"], terms @ fit["y"]])


def _terms(p: Floats, degree: int) -> Floats:
    a, b = p.T
    return np.column_stack([a ** (n - j) * b**j for n in range(degree + 1) for j in range(n + 1)])
