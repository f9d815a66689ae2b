"""Layers as planners deliver them, drawn near (0, 0) and moved to Xiamen, and what cleaning makes of them."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS
from shapely import Polygon, box
from shapely.affinity import translate

from bigmap.base.problems import ProblemLog
from bigmap.core.clean import clean
from bigmap.core.layers import NUMBER_FIELDS, TEXT_FIELDS, Layer, LayerSet, Role

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
