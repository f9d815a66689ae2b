"""A city's own grid: from parameters that the user has, or fitted to control points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS

from bigmap.base.arrays import Floats, Shapes
from bigmap.base.errors import UserError


@dataclass(frozen=True)
class Affine:
    """A move of the plane: x' = a·x + b·y + c, y' = d·x + e·y + f."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 0.0
    e: float = 1.0
    f: float = 0.0

    def points(self, xy: npt.ArrayLike) -> Floats:
        """Return points (n, 2) moved."""
        xy = np.asarray(xy, dtype=float)
        x, y = xy[..., 0], xy[..., 1]
        moved = (self.a * x + self.b * y + self.c, self.d * x + self.e * y + self.f)
        return np.stack(moved, axis=-1)

    def shapes(self, shapes: Shapes) -> Shapes:
        """Return shapes moved."""
        return shapes if self == AS_IT_IS else np.asarray(shapely.transform(shapes, self.points))

    def bounds(self, bounds: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        """Return the box around a box moved."""
        x0, y0, x1, y1 = bounds
        moved = self.points([(x0, y0), (x0, y1), (x1, y0), (x1, y1)])
        (low_x, low_y), (high_x, high_y) = moved.min(axis=0), moved.max(axis=0)
        return (float(low_x), float(low_y), float(high_x), float(high_y))

    @property
    def swaps(self) -> bool:
        """True where x and y change places."""
        return abs(self.b) > abs(self.a)

    @property
    def scale(self) -> float:
        """Factor on lengths."""
        return float(np.hypot(self.a, self.d))

    @property
    def turn(self) -> float:
        """Angle of turning in degrees, counter-clockwise, of the axes once they are in order."""
        return float(np.degrees(np.arctan2(self.e, self.b) if self.swaps else np.arctan2(self.d, self.a)))


AS_IT_IS = Affine()
SWAPPED = Affine(0, 1, 0, 1, 0, 0)
"""Surveyors' X is north."""
MILLIMETRES = Affine(0.001, 0, 0, 0, 0.001, 0)
SWAPPED_MILLIMETRES = Affine(0, 0.001, 0, 0.001, 0, 0)


@dataclass(frozen=True)
class LocalGrid:
    """A Gauss-Kruger grid with an origin of its own; the numbers are the user's, none are supplied.

    Attributes
    ----------
    lon_0, lat_0 : float
        Central meridian and latitude of the origin, degrees.
    x_0, y_0 : float
        False easting and northing, metres.
    k : float
        Scale on the central meridian.
    ellps : str
        Ellipsoid as PROJ names it: 'krass' under most grids older than 2000, 'GRS80' under CGCS2000.
    """

    lon_0: float
    x_0: float
    y_0: float
    lat_0: float = 0.0
    k: float = 1.0
    ellps: str = "krass"

    @property
    def proj(self) -> str:
        """The grid as a PROJ string, which ``--crs`` takes."""
        return (
            f"+proj=tmerc +lat_0={self.lat_0:g} +lon_0={self.lon_0:g} +k={self.k:.10g} "
            f"+x_0={self.x_0:.10g} +y_0={self.y_0:.10g} +ellps={self.ellps} +units=m"
        )

    @property
    def crs(self) -> CRS:
        """The grid as a coordinate system."""
        return CRS.from_user_input(f"{self.proj} +type=crs")


ELLIPSOIDS = {
    "krass": (6378245.0, 298.3),
    "IAU76": (6378140.0, 298.257),
    "GRS80": (6378137.0, 298.257222101),
    "WGS84": (6378137.0, 298.257223563),
}
"""Name in PROJ → half axis in metres and 1/f: under Beijing 54, Xi'an 80, CGCS2000, WGS 84."""

LIKE_XIAMEN_92 = LocalGrid(lon_0=118.5, x_0=100_000.0, y_0=-2_700_000.0)
"""What published descriptions of Xiamen's grid of 1992 say; not official, and without a datum shift."""


def grid_of(crs: CRS) -> LocalGrid | None:
    """Return the parameters of a transverse Mercator grid, None for other systems."""
    operation, shape = crs.coordinate_operation, crs.ellipsoid
    if operation is None or shape is None or operation.method_name != "Transverse Mercator":
        return None
    p = {p.name: float(p.value) for p in operation.params}
    near = min(
        ELLIPSOIDS,
        key=lambda name: (
            abs(ELLIPSOIDS[name][0] - shape.semi_major_metre)
            + abs(ELLIPSOIDS[name][1] - shape.inverse_flattening)
        ),
    )
    return LocalGrid(
        lon_0=p["Longitude of natural origin"],
        x_0=p["False easting"],
        y_0=p["False northing"],
        lat_0=p["Latitude of natural origin"],
        k=p["Scale factor at natural origin"],
        ellps=near,
    )


_ROUND = 100_000.0
_MAY_MISS = 25_000.0
"""How far ground may lie from the place that is known of it: a city's radius, a quarter of the rounding."""


def template(lon_0: float, natural: tuple[float, float], xy: tuple[float, float]) -> LocalGrid | None:
    """Return the grid on a meridian whose origin was moved by whole hundred kilometres, if one fits.

    Parameters
    ----------
    lon_0 : float
        Central meridian, degrees.
    natural : tuple of float
        The place in the grid without false easting and northing, metres.
    xy : tuple of float
        The same place, roughly, in the numbers of the layer.
    """
    offset = np.subtract(xy, natural)
    rounded = np.round(offset / _ROUND) * _ROUND
    if (np.abs(offset - rounded) > _MAY_MISS).any():
        return None
    return LocalGrid(lon_0, float(rounded[0]), float(rounded[1]))


@dataclass(frozen=True)
class GridFit:
    """A move found from control points.

    Attributes
    ----------
    affine : Affine
    residuals : ndarray of float, shape (n,)
        How far each control point stays from its target, metres.
    """

    affine: Affine
    residuals: Floats

    @property
    def rms(self) -> float:
        """Root mean square of the residuals, metres."""
        return float(np.sqrt(np.mean(self.residuals**2)))


def fit(local: npt.ArrayLike, target: npt.ArrayLike) -> GridFit:
    """Return the shift, turn and scale (4 parameters) that bring points onto their targets, by least squares.

    Parameters
    ----------
    local, target : array_like of float, shape (n, 2)
        The same points in the layer's numbers and in a metric system. With three points and more, exchanged
        axes are found too.

    Raises
    ------
    UserError
        If there are fewer than two points or they do not tell a direction.
    """
    there, here = np.asarray(target, dtype=float), np.asarray(local, dtype=float)
    _check_points(here, there)
    straight = _helmert(here, there)
    if len(here) < 3:
        return straight
    turned = _helmert(here[:, ::-1], there)
    if turned.rms > straight.rms / 10:
        return straight
    m = turned.affine
    return GridFit(Affine(m.b, m.a, m.c, m.e, m.d, m.f), turned.residuals)


def _check_points(here: Floats, there: Floats) -> None:
    if len(here) < 2:
        raise UserError("{n} control points are too few: give two or more.", n=len(here))
    if not (np.isfinite(here).all() and np.isfinite(there).all()):
        raise UserError("A control point has no usable coordinates: give numbers for all.")
    if min(np.ptp(here, axis=0).max(), np.ptp(there, axis=0).max()) < 1.0:
        raise UserError("The control points all lie on one spot: give points that are far apart.")


def _helmert(here: Floats, there: Floats) -> GridFit:
    middle, goal = here.mean(axis=0), there.mean(axis=0)
    (x, y), (u, v) = (here - middle).T, (there - goal).T
    size = float(x @ x + y @ y)
    p, q = float(x @ u + y @ v) / size, float(x @ v - y @ u) / size
    move = Affine(
        p, -q, goal[0] - p * middle[0] + q * middle[1], q, p, goal[1] - q * middle[0] - p * middle[1]
    )
    return GridFit(move, np.hypot(*(move.points(here) - there).T))
