"""Edges of roads, as surveys and plans draw them: two lines side by side are one road, not two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from bigmap.base.arrays import Floats, Ints, Shapes
from bigmap.io.data_models.rows import Kind, Kinds, Verdict, put

LONELY = Kind(None, "road edges without their other side")
OTHER_SIDE = Kind(None, "")
"""The second edge of a road, whose first one has become its ground: nothing is lost with it."""

_NARROW_M, _WIDE_M = 2.5, 60.0
_STEADY, _LEAST_M = 0.25, 1.0  # by what share of the width, or how much, the distance may vary
_ALIKE = 0.6  # how much shorter one edge may be than the other
_PLACES = np.linspace(0.1, 0.9, 5)
_M_PER_DEGREE = 111_320.0


@dataclass(frozen=True)
class Pairs:
    """Lines that run side by side.

    Attributes
    ----------
    first, second : ndarray of int, shape (n,)
    width : ndarray of float, shape (n,)
        Mean distance, in the unit of the coordinates.
    """

    first: Ints
    second: Ints
    width: Floats


def pair_edges(lines: Shapes, unit_m: float = 1.0) -> Pairs:
    """Return the lines of which each is the nearest that runs beside the other at a steady distance."""
    near, wide, least = _NARROW_M / unit_m, _WIDE_M / unit_m, _LEAST_M / unit_m
    a, b = shapely.STRtree(lines).query(lines, predicate="dwithin", distance=wide)
    keep = (a != b) & (shapely.get_dimensions(lines)[a] == 1) & (shapely.get_dimensions(lines)[b] == 1)
    a, b = a[keep], b[keep]
    length = shapely.length(lines)
    keep = np.minimum(length[a], length[b]) >= _ALIKE * np.maximum(length[a], length[b])
    a, b = a[keep], b[keep]
    points = shapely.line_interpolate_point(lines[a][:, None], _PLACES[None], normalized=True)
    away = shapely.distance(points, lines[b][:, None]) if len(a) else np.zeros((0, len(_PLACES)))
    mean = away.mean(axis=1) if len(a) else np.zeros(0)
    spread = away.max(axis=1) - away.min(axis=1) if len(a) else np.zeros(0)
    steady = (mean >= near) & (mean <= wide) & (spread <= np.maximum(least, _STEADY * mean))
    a, b, mean = a[steady], b[steady], mean[steady]
    order = np.lexsort((b, mean, a))
    one, at = np.unique(a[order], return_index=True)
    best = dict(zip(one.tolist(), order[at].tolist(), strict=True))
    pairs = [(i, int(b[k]), float(mean[k])) for i, k in best.items()]
    mutual = [(i, j, w) for i, j, w in pairs if i < j and j in best and int(b[best[j]]) == i]
    first, second, width = (
        (np.array(column) for column in zip(*mutual, strict=True)) if mutual else ([], [], [])
    )
    return Pairs(
        np.asarray(first, dtype=np.int64), np.asarray(second, dtype=np.int64), np.asarray(width, dtype=float)
    )


def are_edges(lines: Shapes) -> bool:
    """Tell whether most of the lines run in pairs, so that they are edges and no axes."""
    pairs = pair_edges(lines)
    length = shapely.length(lines)
    return (
        bool(length[np.concatenate([pairs.first, pairs.second])].sum() > _ALIKE * length.sum())
        if len(lines)
        else False
    )


def roads_of_edges(shapes: Shapes, kinds: Kinds) -> Verdict:
    """Return the ground between each pair of edges as a road; edges without another side are set aside."""
    bounds = shapely.total_bounds(shapes)
    unit = _M_PER_DEGREE if np.isfinite(bounds).all() and np.abs(bounds).max() <= 180 else 1.0
    pairs = pair_edges(shapes, unit)
    out, width = shapes.copy(), np.full(len(shapes), np.nan)
    found = put(kinds, shapely.get_dimensions(shapes) == 1, LONELY)
    for i, j, wide in zip(pairs.first, pairs.second, pairs.width, strict=True):
        ground = _between(shapes[i], shapes[j])
        if ground is not None:
            out[i], width[i], found[i], found[j] = ground, wide * unit, kinds[i], OTHER_SIDE
    return Verdict(found, {"width_m": np.round(width, 2)}, out)


def _between(a: shapely.LineString, b: shapely.LineString) -> shapely.Polygon | None:
    if a.geom_type != "LineString" or b.geom_type != "LineString":
        return None
    one, other = shapely.get_coordinates(a), shapely.get_coordinates(b)
    if np.linalg.norm(one[-1] - other[0]) > np.linalg.norm(one[-1] - other[-1]):
        other = other[::-1]
    ground = shapely.Polygon(np.concatenate([one, other]))
    return ground if ground.is_valid and ground.area > 0 else None
