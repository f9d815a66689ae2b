"""Layers as planners deliver them, drawn near (0, 0) and moved to Xiamen, and what cleaning makes of them."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from shapely import LineString, MultiPolygon, Point, Polygon, box
from shapely.affinity import translate

from bigmap.base.problems import ProblemLog
from bigmap.core.clean.cleaning import clean
from bigmap.core.sources.layers import NUMBER_FIELDS, TEXT_FIELDS, Layer, LayerSet, Role

X0, Y0 = 610_000.0, 2_708_000.0
GK117 = CRS.from_epsg(4548)


def at(shape):
    """Move a shape drawn near (0, 0) to Xiamen."""
    return None if shape is None else translate(shape, X0, Y0)


def layer(role, shapes, crs=GK117, names=None, **columns):
    """Return a layer as read: shapes drawn near (0, 0), moved to Xiamen and into its CRS."""
    n = len(shapes)
    text = {c: pd.Series([""] * n, dtype="str") for c in TEXT_FIELDS}
    data = {"fid": range(1, n + 1)} | text | {c: np.full(n, np.nan) for c in NUMBER_FIELDS}
    data |= {"name": pd.Series(names or [f"{role.value}{i}" for i in range(1, n + 1)], dtype="str")} | columns
    frame = gpd.GeoDataFrame(data, geometry=[at(s) for s in shapes], crs=GK117)
    return Layer(role, Path(f"{role.value}.shp"), frame.to_crs(crs))


def boundary(*shapes):
    return layer(Role.BOUNDARY, shapes or [box(0, 0, 1000, 500)])


def cleaned(*layers, crs=None):
    log = ProblemLog()
    return clean(LayerSet(list(layers)), crs, None, log), log


def found(log):
    return [(problem.severity.value, problem.code, problem.feature) for problem in log]


SQUARE = box(10, 10, 110, 110)
BOW_TIE = Polygon([(10, 10), (110, 110), (110, 10), (10, 110)])
"""::

    +   +
    |\\ /|     two wings of 50 × 100 / 2 m² each
    | X |
    |/ \\|
    +   +
"""


def again(sources):
    """Return cleaned sources as layers, as if read from files that hold them."""
    frames = {
        Role.BOUNDARY: None,
        Role.ESTATES: sources.estates,
        Role.BUILDINGS: sources.buildings.drop(columns="kind"),
        Role.ROADS: sources.roads,
    }
    edge = layer(Role.BOUNDARY, [None])
    edge.frame.geometry = [sources.boundary]
    made = [
        Layer(role, Path(f"{role.value}.shp"), frame) for role, frame in frames.items() if frame is not None
    ]
    return [edge, *(m for m in made if len(m.frame))]


def _ring(rng, middle, reach, n):
    """Return n places around a middle, at random angles and distances: rings that often cross themselves."""
    angle = rng.uniform(0, 2 * np.pi, n)
    if rng.random() < 0.5:
        angle.sort()
    away = rng.uniform(0.2, 1, n) * reach
    return middle + np.column_stack([np.cos(angle), np.sin(angle)]) * away[:, None]


def dirty_shape(rng):
    """Return a shape as planners draw them at their worst, within 500 m of (0, 0)."""
    middle = rng.uniform(0, 450, 2)
    ring = _ring(rng, middle, rng.uniform(2, 60), rng.integers(3, 12))
    square = box(*middle, *(middle + rng.uniform(1, 50, 2)))
    inner = box(*(middle + 0.2), *(middle + rng.uniform(0.3, 0.9, 2)))
    spike = rng.integers(len(ring))
    tip = ring[spike] + rng.uniform(-300, 300, 2)
    nan = ring.copy()
    nan[1] = np.nan
    with np.errstate(invalid="ignore"):
        kinds = [
            lambda: Polygon(ring),
            lambda: Polygon(ring),
            lambda: square,
            lambda: Polygon(np.insert(ring, spike, [tip, tip + 0.01], axis=0)),
            lambda: Polygon(np.insert(ring, spike, [ring[spike], tip, ring[spike]], axis=0)),
            lambda: Polygon(np.repeat(ring, 2, axis=0)),
            lambda: Polygon(nan),
            lambda: Polygon(np.vstack([ring, ring])),
            lambda: Polygon(np.vstack([np.repeat(ring, 5, axis=0), [[-X0, -Y0]]])),
            lambda: MultiPolygon([square, inner]),
            lambda: MultiPolygon([square, square, Polygon(ring)]),
            lambda: Polygon(square.exterior, [Polygon(ring).exterior]),
            lambda: shapely.force_3d(square, -1e38),
            lambda: Polygon(ring[[0, 1, 0]]),
            lambda: shapely.multipolygons([square, shapely.box(*(middle + 60), *(middle + 80))]),
            lambda: Polygon(ring * [1, 1e-4]),
            lambda: LineString(np.vstack([ring, ring[:1]])),
            Polygon,
            lambda: None,
        ]
        return kinds[rng.integers(len(kinds))]()


def dirty_town(seed):
    """Return the layers of a town full of faults: estates, buildings, door plates and roads."""
    rng = np.random.default_rng(seed)
    estates = [dirty_shape(rng) for _ in range(rng.integers(1, 12))]
    houses = [dirty_shape(rng) for _ in range(rng.integers(0, 12))]
    estates += [estates[i] for i in rng.integers(0, len(estates), rng.integers(0, 3))]
    doors = layer(
        Role.BUILDINGS, [Point(p) for p in rng.uniform(0, 500, (8, 2))], hh=rng.integers(1, 9, 8) * 1.0
    )
    doors.file = Path("plates.shp")
    layers = [
        boundary(box(0, 0, 500, 500)),
        layer(Role.ESTATES, estates),
        layer(Role.BUILDINGS, houses),
        doors,
        layer(Role.ROADS, [LineString(p) for p in rng.uniform(0, 500, (4, 3, 2))], width_m=[9.0] * 4),
    ]
    return [made for made in layers if len(made.frame)]
