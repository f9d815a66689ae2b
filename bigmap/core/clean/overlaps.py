"""Features that claim the same ground: exact doubles, overlaps of estates, buildings given twice."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from bigmap.base.problems import ProblemLog, Severity
from bigmap.core.clean.findings import say_each

_SAME_M2 = 1.0
_SAME_SHARE = 0.9


def without_doubles(frame: gpd.GeoDataFrame, log: ProblemLog) -> gpd.GeoDataFrame:
    """Return the frame without features whose shape equals an earlier one, both named."""
    keys = shapely.to_wkb(shapely.normalize(frame.geometry.to_numpy()))
    first: dict[bytes, int] = {}
    earlier = np.array([first.setdefault(key, row) for row, key in enumerate(keys)], dtype=np.int64)
    again = np.flatnonzero(earlier != np.arange(len(frame)))
    text = "It has the very shape of {other} and was left out."
    say_each(log, frame, again, Severity.MENDED, "duplicate", text, other=_labels(frame, earlier[again]))
    return frame.drop(index=frame.index[again]).reset_index(drop=True)


def report_overlaps(frame: gpd.GeoDataFrame, log: ProblemLog) -> None:
    """Record each pair of estates that share more than 1 m²; later on the ground goes to the earlier one."""
    shapes = frame.geometry.to_numpy()
    a, b, area = shared_areas(shapes, shapes)
    pairs = np.flatnonzero((a < b) & (area > _SAME_M2))
    pairs = pairs[np.argsort(-area[pairs], kind="stable")]
    text = "It shares {area:.0f} m² with {other}; the ground counts for that one."
    other = _labels(frame, a[pairs])
    say_each(log, frame, b[pairs], Severity.DOUBT, "overlap", text, area=area[pairs], other=other)


def without_twins(buildings: gpd.GeoDataFrame, public: gpd.GeoDataFrame, log: ProblemLog) -> gpd.GeoDataFrame:
    """Return the buildings without those that are public buildings too (same footprint to 90 %)."""
    shapes, others = buildings.geometry.to_numpy(), public.geometry.to_numpy()
    a, b, area = shared_areas(shapes, others)
    same = area > _SAME_SHARE * np.maximum(shapely.area(shapes[a]), shapely.area(others[b]))
    twins = np.unique(a[same])
    if len(twins):
        text = "{n} buildings stand in {other} too; they count as public buildings only."
        file = str(buildings["file"].iloc[twins[0]])
        log.add(
            Severity.MENDED, "given_twice", text, file=file, n=len(twins), other=str(public["file"].iloc[0])
        )
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


def _labels(frame: gpd.GeoDataFrame, rows: npt.NDArray[np.int64]) -> list[str]:
    """Return '名称 (estates.shp 12)' for each row."""
    chosen = frame.iloc[rows]
    return [
        f"{name} ({file} {fid})".strip()
        for name, file, fid in zip(chosen["name"], chosen["file"], chosen["fid"], strict=True)
    ]
