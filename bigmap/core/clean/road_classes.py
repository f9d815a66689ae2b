"""Road classes as planners and OpenStreetMap name them, and the widths they stand for."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from bigmap.base.problem_kinds import linework as kinds
from bigmap.base.problems import ProblemLog

WIDTHS_M = {"expressway": 30.0, "arterial": 30.0, "secondary": 20.0, "branch": 12.0, "lane": 5.0, "path": 3.0}
"""Class → width in metres where the file gives none."""

_SIGNS: dict[str, tuple[str, ...]] = {
    "path": (
        *("步行", "人行", "自行车", "台阶", "绿道"),
        *("footway", "path", "steps", "cycleway", "pedestrian", "track", "bridleway", "corridor"),
    ),
    "lane": ("街巷", "巷", "胡同", "弄", "小区路", "service", "living_street", "lane", "alley"),
    "secondary": ("次干", "secondary"),
    "branch": ("支路", "支线", "tertiary", "residential", "unclassified", "branch", "local"),
    "expressway": ("快速路", "高速", "motorway", "expressway"),
    "arterial": (
        *("主干", "快速", "高架", "环路", "国道", "省道"),
        *("trunk", "primary", "arterial", "highway", "main"),
    ),
}
"""Class → parts of names, asked in this order: 次干路 and 支路 before 主干."""


def road_class(name: str) -> str:
    """Return the class of a road by its class name in the file: a key of `WIDTHS_M`, '' if unknown.

    Examples
    --------
    >>> [road_class(name) for name in ("次干路", "primary_link", "II")]
    ['secondary', 'arterial', '']
    """
    plain = name.strip().casefold()
    return next((kind for kind, signs in _SIGNS.items() if any(sign in plain for sign in signs)), "")


def fill_road_attributes(roads: gpd.GeoDataFrame, log: ProblemLog) -> gpd.GeoDataFrame:
    """Return roads with ``road_class`` in our terms and the ``width_m`` of lines filled by class.

    A line of unknown class counts as a branch road. Areas keep the width they have.
    """
    codes, names = pd.factorize(roads["road_class"].astype("str"))
    classes = pd.Series([road_class(name) for name in names], dtype="str").to_numpy(dtype=object)[codes]
    assumed = np.array([WIDTHS_M[kind or "branch"] for kind in classes], dtype=np.float64)
    width = roads["width_m"].to_numpy(dtype=np.float64)
    lacking = ~(width > 0) & (shapely.get_dimensions(roads.geometry.to_numpy()) == 1)
    for file, n in roads.loc[lacking, "file"].value_counts().items():
        log.add(kinds.WidthAssumed(n=int(n)), file=str(file))
    kind = pd.Series(classes, index=roads.index, dtype="str")
    return roads.assign(road_class=kind, width_m=np.where(lacking, assumed, width))
