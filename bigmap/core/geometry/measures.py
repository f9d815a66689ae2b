"""Figures of geometries that planners see: ellipsoidal area, width, compactness."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Geod, Transformer

from bigmap.base.arrays import Floats


class AreaMeter:
    """Ellipsoidal areas by a Lambert equal-area projection centred on the project.

    Polygons that share their vertices keep sharing them, so that the areas of a partition sum to the area
    of the whole to floating-point accuracy, which geodesic polygon areas (straight edges on the ellipsoid)
    do not.

    Parameters
    ----------
    crs : pyproj.CRS
        Project CRS, metres.
    centre : tuple of float
        (x, y) near the middle of the project, in that CRS.

    Notes
    -----
    Lambert azimuthal equal-area, Snyder, USGS Professional Paper 1395 (1987), p. 187.
    """

    def __init__(self, crs: CRS, centre: tuple[float, float]) -> None:
        lon, lat = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True).transform(*centre)
        ellipsoid = crs.ellipsoid
        assert ellipsoid is not None  # every geodetic or projected CRS has one
        equal_area = CRS.from_dict(
            {
                "proj": "laea",
                "lat_0": lat,
                "lon_0": lon,
                "a": ellipsoid.semi_major_metre,
                "rf": ellipsoid.inverse_flattening or 1e12,
                "units": "m",
            }
        )
        same_datum = CRS.from_dict(
            {
                "proj": "longlat",
                "a": ellipsoid.semi_major_metre,
                "rf": ellipsoid.inverse_flattening or 1e12,
            }
        )
        self._to_lonlat = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
        self._to_equal = Transformer.from_crs(same_datum, equal_area, always_xy=True)

    def area_m2(self, geometries: npt.ArrayLike) -> Floats:
        """Return the ellipsoidal area of each geometry in m²."""
        moved = shapely.transform(np.asarray(geometries, dtype=object), self._project)
        return np.asarray(shapely.area(moved), dtype=np.float64)

    def _project(self, xy: Floats) -> Floats:
        lon, lat = self._to_lonlat.transform(xy[:, 0], xy[:, 1])
        return np.column_stack(self._to_equal.transform(lon, lat))


def path_m(crs: CRS, xy: Floats) -> Floats:
    """Return the geodesic length of each stretch of a path in metres, shape (n - 1,).

    Parameters
    ----------
    crs : pyproj.CRS
        What ``xy``, shape (n, 2), is given in.
    xy : ndarray

    Notes
    -----
    Karney, J. Geodesy 87 (2013), by PROJ.
    """
    lon, lat = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True).transform(xy[:, 0], xy[:, 1])
    ellipsoid = crs.ellipsoid
    assert ellipsoid is not None  # every geodetic or projected CRS has one
    geod = Geod(a=ellipsoid.semi_major_metre, rf=ellipsoid.inverse_flattening or 1e12)
    return np.asarray(geod.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2], dtype=np.float64)


def width_m(geometries: npt.ArrayLike) -> Floats:
    """Return 2A/P in metres: about the width of a strip, half the side of a square."""
    shapes = np.asarray(geometries, dtype=object)
    perimeter = shapely.length(shapes)
    return np.divide(2 * shapely.area(shapes), perimeter, out=np.zeros(shapes.shape), where=perimeter > 0)


def compactness(geometries: npt.ArrayLike) -> Floats:
    """Return 4πA/P² of each polygon: 1 for a disc, near 0 for a thread.

    Notes
    -----
    Polsby and Popper, Yale Law & Policy Review 9 (1991).
    """
    shapes = np.asarray(geometries, dtype=object)
    perimeter = shapely.length(shapes)
    squared = perimeter * perimeter
    return np.divide(4 * np.pi * shapely.area(shapes), squared, out=np.zeros(shapes.shape), where=squared > 0)
