"""Figures of tables given to the roads whose names they carry: width, grade, class."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from bigmap.base.listing import first_of
from bigmap.base.problem_kinds import road_tables as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core.sources.layers import RoadTable

_FIELDS = ("width_m", "clean_grade", "road_class")
_NAMED = 20
"""Names that a message lists."""


def with_road_figures(
    roads: gpd.GeoDataFrame, tables: Sequence[RoadTable], log: ProblemLog
) -> gpd.GeoDataFrame:
    """Return the roads with what their rows in the tables tell, where the layer does not tell it itself.

    Parameters
    ----------
    roads : geopandas.GeoDataFrame
    tables : sequence of RoadTable
    log : ProblemLog
        Gets the names that no road bears, and how often table and layer disagree.
    """
    keys = roads["name"].fillna("").map(road_key)
    for table in tables:
        told = by_road(table)
        bearers = set(keys) - {""}
        gone = [name for key, name in zip(told.index, told["name"], strict=True) if key not in bearers]
        joined = len(told) - len(gone)
        log.add(kinds.RoadsJoined(n=joined, rows=len(table.frame)), file=table.shown)
        if gone:
            shown = first_of(gone, _NAMED)
            log.add(kinds.RoadsUnknown(n=len(gone), names=shown), file=table.shown)
        clashes = 0
        for field in _FIELDS:
            values = keys.map(told[field])
            own = roads[field]
            known = values.notna() & (values != "")
            lacking = own.isna() | (own == "") if own.dtype != np.float64 else ~(own > 0)
            clashes += int((known & ~lacking & (own != values)).sum())
            taken = known & (lacking | table.leads)
            roads = roads.assign(**{field: own.mask(taken, values.astype(own.dtype))})
        if clashes:
            used = kinds.RoadsDisagreeTable if table.leads else kinds.RoadsDisagree
            log.add(used(n=clashes), file=table.shown)
    return roads


def by_road(table: RoadTable) -> pd.DataFrame:
    """Return one row a road, by key: swept areas summed, what all its rows say kept."""
    frame = table.frame.assign(key=table.frame["name"].map(road_key))
    rows = frame[frame["key"] != ""].groupby("key", sort=False)
    out = rows[["name"]].first()
    out["sweep_m2"] = rows["sweep_m2"].sum(min_count=1).where(rows["sweep_m2"].count() == rows.size())
    for field in (*_FIELDS, "oper"):
        blank = np.nan if field == "width_m" else ""
        out[field] = rows[field].first().where(rows[field].min() == rows[field].max(), blank)
    return out


def road_key(name: str) -> str:
    """Return a name of a road for comparison: half-width, without blanks and what stands in brackets."""
    plain = unicodedata.normalize("NFKC", str(name)).casefold()
    return re.sub(r"\([^)]*\)|\s", "", plain)
