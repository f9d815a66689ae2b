"""A table of control points: the same points in a layer's own numbers and in a known system."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from bigmap.base.arrays import Floats
from bigmap.base.errors import UserError
from bigmap.core import crs as crs_rules
from bigmap.core.crs.local_grid import GridFit, fit
from bigmap.io.formats import encoding as enc

_REACH = 20.0
"""Control points speak for ground up to this many times their own extent away."""


@dataclass(frozen=True)
class ControlPoints:
    """Points with two positions.

    Attributes
    ----------
    local : ndarray of float, shape (n, 2)
        In the numbers of the layer.
    target : ndarray of float, shape (n, 2)
        In ``crs``, metres.
    crs : pyproj.CRS
    """

    local: Floats
    target: Floats
    crs: CRS

    @classmethod
    def of(cls, rows: Sequence[tuple[float, float, float, float]], crs: CRS) -> ControlPoints:
        """Return the points of rows of x, y, east, north."""
        xy = np.array(rows, dtype=float).reshape(-1, 4)
        return cls(xy[:, :2], xy[:, 2:], crs)

    @property
    def rows(self) -> tuple[tuple[float, float, float, float], ...]:
        """The points as rows of x, y, east, north."""
        x, y, east, north = np.column_stack([self.local, self.target]).T.tolist()
        return tuple(zip(x, y, east, north, strict=True))

    def fit(self) -> GridFit:
        """Return the move that brings them onto their targets."""
        return fit(self.local, self.target)

    def cover(self, box: crs_rules.Bounds) -> bool:
        """Tell whether a layer in a box can be in their numbers."""
        low, high = self.local.min(axis=0), self.local.max(axis=0)
        reach = _REACH * float((high - low).max())
        x, y = crs_rules.middle(box)
        return bool(((low - reach <= (x, y)) & ((x, y) <= high + reach)).all())


def read_control_points(path: Path) -> ControlPoints:
    """Return the points of a CSV file with columns x, y and lon, lat; or x, y and X, Y with EPSG.

    Raises
    ------
    UserError
        If the file is not there, columns are missing, a cell is no number, or the points tell no direction.
    """
    if not path.is_file():
        raise UserError("{path} does not exist: check the name.", path=str(path))
    data = path.read_bytes()
    text = enc.decode(data, enc.decide([data]).encoding).lstrip("\ufeff")
    rows = [row for row in csv.reader(text.splitlines()) if any(cell.strip() for cell in row)]
    heads = [head.strip() for head in rows[0]] if rows else []
    local = _columns(rows, heads, ("x", "y"), path)
    degrees = next((pair for pair in (("lon", "lat"), ("经度", "纬度")) if set(pair) <= set(heads)), None)
    if local is not None and degrees is not None:
        points = from_degrees(local, _columns(rows, heads, degrees, path))
    elif local is not None and {"X", "Y", "EPSG"} <= set(heads):
        code = rows[1][heads.index("EPSG")].strip() if len(rows) > 1 else ""
        points = ControlPoints(local, _columns(rows, heads, ("X", "Y"), path), _metric(code, path))
    else:
        raise UserError("{file}: give columns x, y and lon, lat; or x, y and X, Y, EPSG.", file=path.name)
    try:
        points.fit()
    except UserError as fault:  # said before anything is read
        raise UserError("{file}: {why}", file=path.name, why=fault.text) from fault
    return points


def _columns(rows: Sequence[Sequence[str]], heads: list[str], names: tuple[str, str], path: Path) -> Floats:
    if not set(names) <= set(heads):
        raise UserError("{file}: give columns x, y and lon, lat; or x, y and X, Y, EPSG.", file=path.name)
    at = [heads.index(name) for name in names]
    try:
        values = [[float(row[i].strip()) for i in at] for row in rows[1:]]
    except (ValueError, IndexError):
        raise UserError(
            "{file}: a cell under {names} is not a number: correct it.",
            file=path.name,
            names=", ".join(names),
        ) from None
    return np.array(values, dtype=float).reshape(-1, 2)


def from_degrees(local: Floats, lonlat: Floats) -> ControlPoints:
    """Return points whose targets are longitude and latitude, in the metric system of their place."""
    if len(lonlat) == 0:
        return ControlPoints(local, lonlat, crs_rules.epsg(4490))
    lon, lat = lonlat.mean(axis=0)
    crs = crs_rules.project_crs([], (float(lon), float(lat)))
    east, north = Transformer.from_crs(crs.geodetic_crs, crs, always_xy=True).transform(*lonlat.T)
    return ControlPoints(local, np.column_stack([east, north]), crs)


def _metric(code: str, path: Path) -> CRS:
    try:
        crs = CRS.from_epsg(int(code.upper().removeprefix("EPSG:")))
    except (ValueError, CRSError):
        raise UserError(
            "{file}: EPSG {code} is no coordinate system: give a number such as 4548.",
            file=path.name,
            code=code,
        ) from None
    if not crs_rules.is_metric(crs):
        raise UserError(
            "{file}: EPSG {code} is not in metres on the ground: give one such as 4548.",
            file=path.name,
            code=code,
        )
    return crs
