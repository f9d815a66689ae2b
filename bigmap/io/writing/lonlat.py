"""Polygons in WGS 84 longitude and latitude, rounded, still valid and still sharing their borders."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer

from bigmap.base.arrays import Bools, Floats, Shapes

_SPARE = (2, 4, 6)
"""Further decimals granted, step by step, to polygons that rounding would break."""


def polygons_to_lonlat(shapes: npt.ArrayLike, crs: CRS, decimals: int | None = 7) -> Shapes:
    """Return polygons in OGC:CRS84, rounded, exterior rings counter-clockwise.

    Each coordinate is moved and rounded on its own, so that vertices that were equal stay equal and
    neighbours keep the same border. Where rounding would break a polygon, turn one of its rings over or push
    it into another, its vertices, in every polygon that shares them, keep two more decimals, or as many as
    it takes.

    Parameters
    ----------
    shapes : array of shapely.Polygon or shapely.MultiPolygon, shape (n,)
        Other kinds of geometry lose what is not a polygon; missing ones stay missing.
    crs : pyproj.CRS
        CRS of ``shapes``.
    decimals : int or None, default 7
        Decimals of a degree; 7 are about 1 cm. None rounds nothing.

    Returns
    -------
    array of shapely.Polygon, shapely.MultiPolygon or None, shape (n,)
    """
    flat = shapely.force_2d(np.asarray(shapes, dtype=object))
    forward = _forward(crs)

    def move(xy: Floats) -> Floats:
        return np.column_stack(forward.transform(xy[:, 0], xy[:, 1], errcheck=True))

    result = _polygonal(shapely.transform(flat, move))
    if decimals is not None:
        result = shapely.remove_repeated_points(_rounded(result, decimals))
    return np.asarray(shapely.orient_polygons(result), dtype=object)


@cache
def _forward(crs: CRS) -> Transformer:
    """Return the way to longitude and latitude; PROJ takes 0.2 s to find it."""
    return Transformer.from_crs(crs, "OGC:CRS84", always_xy=True)


def _polygonal(shapes: Shapes) -> Shapes:
    """Return valid polygons only: what is straight in a projection bends, and may cross itself where thin."""
    broken = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    shapes[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    mixed = shapely.get_dimensions(shapes) != 2
    mixed |= shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
    shapes[mixed] = [_polygons_of(shape) for shape in shapes[mixed]]
    shapes[shapely.is_empty(shapes)] = None
    return shapes


def _polygons_of(shape: shapely.Geometry | None) -> shapely.MultiPolygon | None:
    parts = shapely.get_parts(shapely.get_parts([shape]))
    polygons = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return shapely.multipolygons(polygons) if len(polygons) else None


def _rounded(shapes: Shapes, decimals: int) -> Shapes:
    exact, owner = shapely.get_coordinates(shapes, return_index=True)
    vertex = exact[:, 0] + 1j * exact[:, 1]
    spares = iter(_SPARE)
    xy = np.round(exact, decimals)
    near = shapely.STRtree(shapes)
    suspects = np.arange(len(shapes))
    while True:
        result = np.asarray(shapely.set_coordinates(shapes.copy(), xy))
        before, after = shapes[suspects], result[suspects]
        broken = suspects[_broken(before, after) | _pushed(before, after)]
        shared = np.isin(vertex, vertex[np.isin(owner, broken)])
        if np.array_equal(xy[shared], exact[shared]):
            return result
        spare = next(spares, None)
        xy[shared] = exact[shared] if spare is None else np.round(exact[shared], decimals + spare)
        changed = np.unique(owner[shared])
        suspects = np.unique(np.concatenate([changed, near.query(shapes[changed])[1]]))


def _broken(before: Shapes, after: Shapes) -> Bools:
    """Tell which polygons are no longer valid, or have a ring that was turned over."""
    broken = ~shapely.is_valid(after) & ~shapely.is_missing(before)
    turn, owner = _turns(before)
    broken[owner[_turns(after)[0] != turn]] = True
    return np.asarray(broken)


def _pushed(before: Shapes, after: Shapes) -> Bools:
    """Tell which polygons overlap another only now, as two may that lay a few millimetres apart."""
    overlaps = _overlapping(after)
    return overlaps & ~_overlapping(before) if overlaps.any() else overlaps


def _overlapping(shapes: Shapes) -> Bools:
    return np.asarray(shapely.length(shapely.coverage_invalid_edges(shapes)) > 0)


def _turns(shapes: Shapes) -> tuple[Bools, npt.NDArray[np.int64]]:
    """Return for each ring whether it runs counter-clockwise, and the shape it belongs to."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    return shapely.is_ccw(rings), owner[part]
