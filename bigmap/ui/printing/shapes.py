"""Shapely geometries as Qt paths on the page, and hatches."""

from __future__ import annotations

import struct

import numpy as np
import numpy.typing as npt
import shapely
from PySide6.QtCore import QByteArray, QDataStream, Qt
from PySide6.QtGui import QPainterPath

from bigmap.base.arrays import Shapes
from bigmap.ui.printing.scale import MapView

_ELEMENT = np.dtype([("type", ">i4"), ("x", ">f8"), ("y", ">f8")])


def path_of(geometries: npt.ArrayLike, view: MapView) -> QPainterPath:
    """Return polygons or lines as one path on the page; holes stay open by the odd-even rule.

    The path is read from the bytes of Qt's own stream format: a hundred times faster than a call a point.
    """
    shapes = shapely.get_parts(np.atleast_1d(np.asarray(geometries, dtype=object)))
    areal = shapely.get_dimensions(shapes) == 2
    rings = np.concatenate([shapely.get_rings(shapes[areal]), shapes[shapely.get_dimensions(shapes) == 1]])
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    path = QPainterPath()
    if len(xy):
        records = np.empty(len(xy), dtype=_ELEMENT)
        records["type"] = np.r_[0, (ring[1:] == ring[:-1]).astype(int)]
        records["x"], records["y"] = view.to_page(xy).T
        tail = struct.pack(">ii", 0, Qt.FillRule.OddEvenFill.value)
        stream = QDataStream(QByteArray(struct.pack(">i", len(records)) + records.tobytes() + tail))
        stream >> path
    return path


def hatch(shapes: Shapes, spacing: float, slope: int) -> shapely.Geometry:
    """Return the pieces of diagonal lines inside polygons.

    Parameters
    ----------
    shapes : array of shapely.Polygon
    spacing : float
        Metres between two lines.
    slope : int
        1 for rising, -1 for falling lines.
    """
    area = shapely.union_all(shapes)
    x0, y0, x1, y1 = area.bounds
    rise = (y1 - y0) * slope
    step = spacing * np.sqrt(2)
    # Counted from the origin of the CRS, so that neighbouring gaps have one hatch.
    first = np.floor((x0 - slope * y0 - abs(rise)) / step)
    last = np.ceil((x1 - slope * y0 + abs(rise)) / step)
    foot = np.arange(first, last + 1) * step + slope * y0
    ends = np.stack([foot, np.full_like(foot, y0), foot + rise, np.full_like(foot, y1)], axis=1)
    return shapely.intersection(shapely.multilinestrings(shapely.linestrings(ends.reshape(-1, 2, 2))), area)
