"""Features that claim the same ground: exact doubles, overlaps of estates, buildings given twice."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from bigmap.base.problem_kinds import cleaning as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core.clean.cleaning_reports import say_each

_SAME_M2 = 1.0
_SAME_SHARE = 0.9
_TWICE_SHARE = 0.95
_INSIDE_SHARE = 0.99


def without_doubles(frame: gpd.GeoDataFrame, log: ProblemLog) -> gpd.GeoDataFrame:
    """Return the frame without features whose shape equals an earlier one, both named."""
    keys = shapely.to_wkb(shapely.normalize(frame.geometry.to_numpy()))
    first: dict[bytes, int] = {}
    earlier = np.array([first.setdefault(key, row) for row, key in enumerate(keys)], dtype=np.int64)
    again = np.flatnonzero(earlier != np.arange(len(frame)))
    others = labels(frame, earlier[again])
    say_each(log, frame, again, lambda i: kinds.Duplicate(other=others[i]))
    return frame.drop(index=frame.index[again]).reset_index(drop=True)


def report_overlaps(frame: gpd.GeoDataFrame, log: ProblemLog) -> None:
    """Record each pair of estates that share more than 1 m²: twins, one inside the other, or overlaps.

    Later on the ground counts for the smaller one, so that an estate inside another keeps its own.
    """
    shapes = frame.geometry.to_numpy()
    a, b, shared = shared_areas(shapes, shapes)
    area = np.round(shapely.area(shapes), 4)
    bounds = shapely.bounds(shapes)
    rank = np.argsort(np.lexsort((frame["name"].to_numpy(str), bounds[:, 1], bounds[:, 0], area)))
    small, large = np.where(rank[a] < rank[b], a, b), np.where(rank[a] < rank[b], b, a)
    order = np.argsort(-shared, kind="stable")
    small, large, shared = (values[order][shared[order] > _SAME_M2] for values in (small, large, shared))
    twice = shared >= _TWICE_SHARE * area[large]
    inside = ~twice & (shared >= _INSIDE_SHARE * area[small])
    earlier, later = np.minimum(small, large), np.maximum(small, large)
    first, share = labels(frame, earlier[twice]), (shared / area[large])[twice]
    say_each(log, frame, later[twice], lambda i: kinds.NearDuplicate(other=first[i], share=share[i]))
    around, own = labels(frame, large[inside]), shared[inside]
    say_each(log, frame, small[inside], lambda i: kinds.Inside(other=around[i], area=own[i]))
    rest = ~twice & ~inside
    smaller, common = labels(frame, small[rest]), shared[rest]
    say_each(log, frame, large[rest], lambda i: kinds.Overlap(other=smaller[i], area=common[i]))


def report_namesakes(frame: gpd.GeoDataFrame, log: ProblemLog) -> None:
    """Record each name that several estates bear, once, at the second of them."""
    name = frame["name"].str.normalize("NFKC").str.replace(r"\s+", "", regex=True)
    rows = pd.Series(np.arange(len(frame)))[(name != "").to_numpy()]
    groups = rows.groupby(name.to_numpy()[rows])
    bearers = [group.to_numpy() for _, group in groups if len(group) > 1]
    first = np.array([group[0] for group in bearers], dtype=np.int64)
    second = np.array([group[1] for group in bearers], dtype=np.int64)
    named = labels(frame, first)
    say_each(log, frame, second, lambda i: kinds.SameName(n=len(bearers[i]), other=named[i]))


def without_twins(buildings: gpd.GeoDataFrame, public: gpd.GeoDataFrame, log: ProblemLog) -> gpd.GeoDataFrame:
    """Return the buildings without those that are public buildings too (same footprint to 90 %)."""
    shapes, others = buildings.geometry.to_numpy(), public.geometry.to_numpy()
    a, b, area = shared_areas(shapes, others)
    same = area > _SAME_SHARE * np.maximum(shapely.area(shapes[a]), shapely.area(others[b]))
    twins = np.unique(a[same])
    if len(twins):
        found = kinds.GivenTwice(n=len(twins), other=str(public["file"].iloc[0]))
        log.add(found, file=str(buildings["file"].iloc[twins[0]]))
    return buildings.drop(index=buildings.index[twins]).reset_index(drop=True)


def shared_areas(
    a: npt.NDArray[np.object_], b: npt.NDArray[np.object_]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Return the pairs (i of ``a``, j of ``b``) of shapes that meet, and the area in m² they share.

    Of an array with itself each pair comes once, i < j.
    """
    i, j = shapely.STRtree(b).query(a, predicate="intersects")
    if a is b:
        i, j = i[i < j], j[i < j]
    return i, j, shapely.area(shapely.intersection(a[i], b[j]))


def labels(frame: gpd.GeoDataFrame, rows: Sequence[int] | npt.NDArray[np.int64]) -> list[str]:
    """Return '名称 (estates.shp 12)' for each row."""
    chosen = frame.iloc[rows]
    return [
        f"{name} ({file} {fid})".strip()
        for name, file, fid in zip(chosen["name"], chosen["file"], chosen["fid"], strict=True)
    ]
