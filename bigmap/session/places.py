"""Places a planner may go to: units and zones by name or number, typed coordinates, bookmarks."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from bigmap.base import settings
from bigmap.session.document import Document, Pick

MOST = 60
"""Places that are offered at once."""
_NUMBER = r"[-+]?\d+(?:\.\d+)?"
_PAIR = re.compile(rf"^\D*?({_NUMBER})\D*?[\s,，;；、/°]\D*?({_NUMBER})\D*$")


@dataclass(frozen=True)
class Spot:
    """A place to go to.

    Attributes
    ----------
    name, detail : str
    x, y : float
        Metres in the project CRS.
    pick : Pick, optional
        What lies there, where it is a feature.
    zoom : float, optional
        log2 of the pixels a metre, for a bookmark.
    """

    name: str
    detail: str
    x: float
    y: float
    pick: Pick | None = None
    zoom: float | None = None


def find(document: Document, text: str) -> list[Spot]:
    """Return what ``text`` may mean: a coordinate first, then zones and units, the closest names first.

    Without a text the bookmarks of the document.
    """
    wanted = text.strip()
    if not wanted:
        return bookmarks(document)
    at = coordinate(document, wanted)
    return ([at] if at else []) + _zones(document, wanted) + _units(document, wanted)


def coordinate(document: Document, text: str) -> Spot | None:
    """Return the place of two typed numbers, None where ``text`` is something else.

    Degrees may be typed in either order where only one is possible (a longitude beyond 90); so may eastings
    and northings, if the ground lies only in one of both places.
    """
    found = _PAIR.match(text)
    if not found:
        return None
    a, b = float(found[1]), float(found[2])
    crs = document.built.sources.crs
    if max(abs(a), abs(b)) <= 180:
        lon, lat = (b, a) if abs(b) > 90 else (a, b)
        if abs(lat) > 90:
            return None
        x, y = Transformer.from_crs(crs.geodetic_crs, crs, always_xy=True).transform(lon, lat)
        return Spot(f"{lon:.6f}°, {lat:.6f}°", f"E {x:,.1f}  N {y:,.1f}", x, y) if math.isfinite(x) else None
    west, south, east, north = document.built.sources.boundary.bounds
    swapped = west <= b <= east and south <= a <= north
    x, y = (b, a) if swapped else (a, b)
    lon, lat = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True).transform(x, y)
    if not (math.isfinite(lon) and math.isfinite(lat)):
        return None
    return Spot(f"E {x:,.1f}  N {y:,.1f}", f"{lon:.6f}°, {lat:.6f}°", x, y)


def _zones(document: Document, text: str) -> list[Spot]:
    zones = document.zones
    ids = zones["zone_id"].astype(str)
    names = zones["name"].fillna("").astype(str) if "name" in zones else pd.Series("", index=zones.index)
    found = []
    for row in _closest(ids, text) + [r for r in _closest(names, text) if not _has(ids.iloc[r], text)]:
        shape = zones.geometry.iloc[row]
        if not shape.is_empty:
            point = shape.representative_point()
            found.append(Spot(ids.iloc[row], names.iloc[row], point.x, point.y, Pick("zone", row)))
    return found


def _units(document: Document, text: str) -> list[Spot]:
    frame = document.built.units.frame
    names, ids = frame["name"].fillna("").astype(str), frame["unit_id"].astype(str)
    rows = list(dict.fromkeys(_closest(names, text) + _closest(ids, text)))[:MOST]
    points = shapely.point_on_surface(frame.geometry.to_numpy()[rows])
    return [
        Spot(names.iloc[row] or ids.iloc[row], ids.iloc[row], float(p.x), float(p.y), Pick("unit", row))
        for row, p in zip(rows, points, strict=True)
    ]


def _closest(column: pd.Series, text: str) -> list[int]:
    """Return the rows that hold a text, those that are little more than it first."""
    rows = np.flatnonzero(column.str.contains(text, case=False, regex=False))
    lengths = column.iloc[rows].str.len().to_numpy()
    return [int(r) for r in rows[np.argsort(lengths, kind="stable")][:MOST]]


def _has(name: str, text: str) -> bool:
    return text.lower() in name.lower()


# --- bookmarks ---


def bookmarks(document: Document) -> list[Spot]:
    """Return the places that were remembered for documents of this name and CRS, oldest first."""
    rows = settings.load().get("bookmarks", {}).get(_key(document), [])
    return [Spot(n, "", float(x), float(y), zoom=float(z)) for n, x, y, z in rows]


def save_place(document: Document, name: str, x: float, y: float, zoom: float) -> None:
    """Remember a view under a name, in place of one of the same name.

    Raises
    ------
    UserError
        If it cannot be stored; likewise `forget`.
    """
    _amend(document, name, [[name, round(x, 2), round(y, 2), zoom]])


def forget(document: Document, name: str) -> None:
    """Forget the bookmark of this name."""
    _amend(document, name, [])


def _amend(document: Document, name: str, rows: list[list[Any]]) -> None:
    """Put rows in the place of the bookmark of a name, among those that are there by now."""
    key = _key(document)

    def amend(held: dict[str, Any]) -> dict[str, Any]:
        return {**held, key: [*(row for row in held.get(key, []) if row[0] != name), *rows]}

    settings.keep_in("bookmarks", amend)


def _key(document: Document) -> str:
    crs = document.built.sources.crs
    return f"{document.name} EPSG:{crs.to_epsg()}" if crs.to_epsg() else f"{document.name} {crs.name}"
