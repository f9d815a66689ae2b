"""Polygons of a .shp read ring by ring, for records that GDAL gives up: one of their rings has no ground."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import shapely

from bigmap.base.arrays import Ints, Shapes
from bigmap.io.formats.shapefile_index import Index

_POLYGONS = (5, 15, 25)
_HEAD = 44
_LEAST = 4
"""Points of a ring, the first of them twice."""


def polygons_of_records(shp: Path, index: Index, numbers: Ints) -> Shapes:
    """Return the polygons of some records, numbered from 1; None where one holds no ring with ground."""
    data = np.memmap(shp, dtype=np.uint8, mode="r")
    out = np.full(len(numbers), None, dtype=object)
    for i, number in enumerate(numbers - 1):
        if 0 <= number < len(index.offset) and not index.lost[number]:
            start = int(index.offset[number]) + 8
            out[i] = _polygon(data[start : start + int(index.length[number])].tobytes())
    return out


def _polygon(record: bytes) -> shapely.Geometry | None:
    if len(record) < _HEAD or int.from_bytes(record[:4], "little") not in _POLYGONS:
        return None
    n_rings, n_points = (int(n) for n in np.frombuffer(record[36:_HEAD], "<i4"))
    begins = _HEAD + 4 * n_rings
    if n_rings < 1 or n_points < _LEAST or begins + 16 * n_points > len(record):
        return None
    ends = [*np.frombuffer(record[_HEAD:begins], "<i4").tolist(), n_points]
    xy = np.frombuffer(record[begins : begins + 16 * n_points], "<f8").reshape(-1, 2)
    rings = [xy[a:b] for a, b in pairwise(ends) if 0 <= a <= b - _LEAST]
    if not rings or not all(np.isfinite(ring).all() for ring in rings):
        return None
    return _assembled([shapely.Polygon(ring) for ring in rings])


def _assembled(rings: list[shapely.Polygon]) -> shapely.Geometry:
    """Return rings as the format means them: shells run clockwise, holes lie in the smallest shell around."""
    inner = [ring for ring in rings if ring.exterior.is_ccw]
    shells = [ring for ring in rings if not ring.exterior.is_ccw] or [inner.pop(0)]
    holes: list[list[shapely.LinearRing]] = [[] for _ in shells]
    for ring in inner:
        around = [
            i for i, shell in enumerate(shells) if shell.buffer(0).contains(ring.representative_point())
        ]
        smallest = min(around, key=lambda i: shells[i].area, default=None)
        if smallest is None:
            shells.append(ring)
            holes.append([])
        else:
            holes[smallest].append(ring.exterior)
    parts = [shapely.Polygon(s.exterior, own) for s, own in zip(shells, holes, strict=True)]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
