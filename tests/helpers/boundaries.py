"""Boundaries of several districts whose common borders were drawn apart, seeded."""

from __future__ import annotations

import numpy as np
import shapely
import shapely.ops
from shapely import LineString, Polygon

OFFSETS_M = (0.0, 0.0003, 0.004, 0.008, 0.02, 0.1, 0.19, 0.21, 3.0)
"""How far common borders are apart."""

WIDE_M, HIGH_M = 1200.0, 800.0
OUTER = shapely.box(0, 0, WIDE_M, HIGH_M)

_MARGIN_M = 60.0
_AROUND = shapely.box(-_MARGIN_M, -_MARGIN_M, WIDE_M + _MARGIN_M, HIGH_M + _MARGIN_M)


def drawn_apart(seed: int, offset_m: float, kind: str) -> list[Polygon]:
    """Return 2 to 6 districts of `OUTER` in one or two rows, with crooked borders.

    ::

        +----\\-----+---/----+
        |  1   \\   |  /  3  |     every district draws its side of a border by itself
        +-/\\----+--\\-/------+
        |   4    /   5  |  6 |
        +-------+-------+----+

    Parameters
    ----------
    seed : int
    offset_m : float
    kind : str
        'moved': every vertex within `OUTER` is up to ``offset_m`` from where the neighbour has it, and one
        side may have more vertices, so that gaps and overlaps alternate; 'apart': districts end ``offset_m``
        before their neighbours; 'over': they reach over as far.
    """
    rng = np.random.default_rng(seed)
    rows = int(rng.integers(1, 3))
    strips = [_AROUND]
    if rows == 2:
        y = HIGH_M * rng.uniform(0.4, 0.6)
        strips = _cut(_AROUND, _crooked(rng, (-90, y), (WIDE_M + 90, y)))
    found = []
    for strip in strips:
        n = int(rng.integers(3 - rows, 4))
        for x in np.linspace(0, WIDE_M, n + 1)[1:-1] + rng.uniform(-90, 90, n - 1):
            left, strip = _cut(strip, _crooked(rng, (x, -90), (x, HIGH_M + 90)))
            found.append(left)
        found.append(strip)
    return [_redrawn(rng, shape, offset_m, kind) for shape in found]


def _crooked(rng, start, end):
    """Return a line with some bends of up to 15 m."""
    n = int(rng.integers(3, 12))
    t = np.concatenate([[0], np.sort(rng.uniform(0.12, 0.88, n)), [1]])
    step = np.array(end) - start
    xy = np.array(start) + t[:, None] * step
    xy[1:-1] += rng.uniform(-15, 15, n)[:, None] * [step[1], -step[0]] / np.hypot(*step)
    return LineString(xy)


def _cut(shape, line):
    """Return the left or lower part of a shape and the other one."""
    parts = shapely.get_parts(shapely.ops.split(shape, line))
    return sorted(parts, key=lambda part: part.centroid.x + part.centroid.y)


def _redrawn(rng, shape, offset_m, kind):
    if kind == "moved":
        return Polygon(_moved(rng, shapely.intersection(shape, OUTER), offset_m))
    border = shapely.difference(shape.exterior, shapely.buffer(_AROUND.exterior, 1e-6))
    strip = shapely.buffer(border, offset_m / 2, join_style="mitre")
    made = shapely.difference(shape, strip) if kind == "apart" else shapely.union(shape, strip)
    return shapely.intersection(made, OUTER)


def _moved(rng, shape, offset_m):
    xy = shapely.get_coordinates(shape.exterior)[:-1]
    free = ((xy > 1e-6) & (xy < np.array([WIDE_M, HIGH_M]) - 1e-6)).all(axis=1)
    xy = xy + np.where(free[:, None], rng.uniform(-1, 1, xy.shape) * offset_m / 2**1.5, 0)
    return _with_more(rng, xy) if rng.random() < 0.5 else xy


def _with_more(rng, xy):
    """Return a ring with one or two more vertices on some of its sides, exactly between their ends."""
    out = []
    for a, b in zip(xy, np.roll(xy, -1, axis=0), strict=True):
        out.append(a)
        if rng.random() < 0.6:
            out.extend(a + t * (b - a) for t in np.sort(rng.uniform(0.05, 0.95, int(rng.integers(1, 3)))))
    return np.array(out)
