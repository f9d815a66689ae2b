"""Spikes: places where an outline runs out and comes back along itself."""

from __future__ import annotations

import numpy as np
import shapely

from bigmap.base.arrays import Bools, Floats, Ints, Shapes

ANGLE_DEG = 5.0
"""An outline that turns back by less than this is a spike, if it is thin as well."""

WIDTH_M = 0.1
"""How wide a spike can be, metres."""

_BLUNT_M = 1.0
POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_SINE = float(np.sin(np.radians(ANGLE_DEG)))


def spiky(shapes: Shapes) -> Ints:
    """Return the rows of the polygons that have a spike."""
    kind = shapely.get_type_id(shapes)
    plain = (kind == shapely.GeometryType.POLYGON) & (shapely.get_num_interior_rings(shapes) == 0)
    simple, rest = np.flatnonzero(plain), np.flatnonzero(np.isin(kind, POLYGONS) & ~plain)
    parts, part_of = shapely.get_parts(shapes[rest], return_index=True)
    rings, ring_of = shapely.get_rings(parts, return_index=True)
    row_of = np.concatenate([simple, rest[part_of[ring_of]]])
    xy, owner = shapely.get_coordinates(np.concatenate([shapes[simple], rings]), return_index=True)
    if not len(xy):
        return simple[:0]
    closing = np.append(owner[1:] != owner[:-1], True)
    xy, owner = xy[~closing], owner[~closing]
    return np.unique(row_of[owner[_tips(xy, owner)]])


def without_spikes(shape: shapely.Geometry) -> shapely.Geometry:
    """Return a polygon or multipolygon without its spikes; a part that is nothing but spike stays."""
    parts = [
        shapely.Polygon(*_rings([_blunted(ring) for ring in shapely.get_rings(part)]))
        for part in shapely.get_parts(shape)
    ]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _rings(rings: list[Floats]) -> tuple[Floats, list[Floats]]:
    return rings[0], rings[1:]


def _blunted(ring: shapely.LinearRing) -> Floats:
    """Return the vertices of a ring without tips, one after the other, until none is left."""
    xy = shapely.get_coordinates(ring)[:-1]
    if len(xy) < 3:
        return shapely.get_coordinates(ring)
    while True:
        tips = _tips(xy, np.zeros(len(xy), dtype=np.int64))
        tips &= ~np.roll(tips, 1) | _second_of_blunt(xy)  # of two neighbours one may be the shoulder
        if not tips.any() or len(np.unique(xy[~tips], axis=0)) < 3:
            return xy
        xy = xy[~tips]
        xy = xy[(xy != np.roll(xy, 1, axis=0)).any(axis=1)]


def _second_of_blunt(xy: Floats) -> Bools:
    return np.asarray(np.hypot(*(xy - np.roll(xy, 1, axis=0)).T) < WIDTH_M)


def _tips(xy: Floats, owner: Ints) -> Bools:
    """Tell which vertices are tips of spikes; rings without their closing vertex, one after the other."""
    n = len(xy)
    starts = np.flatnonzero(np.append(True, owner[1:] != owner[:-1]))
    ends = np.append(starts[1:], n) - 1
    following = np.arange(1, n + 1)
    following[ends] = starts
    preceding = np.arange(-1, n - 1)
    preceding[starts] = ends
    leg = xy[following] - xy
    length = np.hypot(leg[:, 0], leg[:, 1])
    sharp = _turns_back(leg[preceding], length[preceding], leg, length)
    # A blunt tip has two vertices: the legs before and after a very short edge.
    after = following
    blunt = (length < WIDTH_M) & (np.minimum(length[preceding], length[after]) > _BLUNT_M)
    if blunt.any():
        rows = np.flatnonzero(blunt)
        back = _turns_back(
            leg[preceding[rows]], length[preceding[rows]], leg[after[rows]], length[after[rows]]
        )
        sharp[rows[back]] = True
        sharp[after[rows[back]]] = True
    return np.asarray(sharp)


def _turns_back(a: Floats, a_length: Floats, b: Floats, b_length: Floats) -> Bools:
    """Tell where leg ``b`` runs back along leg ``a``, thinner than `WIDTH_M` and sharper than `ANGLE_DEG`."""
    cross = np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
    back = (a * b).sum(axis=1) < 0
    thin = cross <= WIDTH_M * np.maximum(a_length, b_length)
    return np.asarray(back & thin & (cross <= _SINE * a_length * b_length))
