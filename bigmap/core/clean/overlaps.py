"""Features that claim the same ground: exact doubles, overlaps of estates, buildings given twice."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from bigmap.base.problem_kinds import cleaning as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core.clean.across_boundary import Count, Counts, counts_of
from bigmap.core.clean.cleaning_reports import say_each
from bigmap.core.clean.validity import GRID_M, on_grid
from bigmap.core.sources.layers import NUMBER_FIELDS, TEXT_FIELDS
from bigmap.core.units.attributes import SUMMED
from bigmap.core.units.unknown import told_column

SAME_IOU = 0.9
"""Two outlines that share this much of the ground that either has are one: the same fence, drawn twice."""
_SAME_M2 = 1.0
_SAME_SHARE = 0.9
_INSIDE_SHARE = 0.99


def without_doubles(frame: gpd.GeoDataFrame, log: ProblemLog, *, by_name: bool = False) -> gpd.GeoDataFrame:
    """Return the frame without features whose shape equals an earlier one, both named.

    With ``by_name`` only features of one name, or of none, are doubles: the first is told what only the
    others know, and figures that contradict each other are a doubt.
    """
    keys = shapely.to_wkb(shapely.normalize(frame.geometry.to_numpy()))
    first = _originals(keys, _spelled(frame["name"]) if by_name else [""] * len(frame))
    again = np.flatnonzero(first != np.arange(len(frame)))
    differ = _contradict(frame, again, first[again]) if by_name else np.zeros(len(again), dtype=bool)
    alike, rivals = again[~differ], again[differ]
    others = labels(frame, first[alike])
    say_each(log, frame, alike, lambda i: kinds.Duplicate(other=others[i]))
    named = labels(frame, first[rivals])
    hh, gfa = (np.nan_to_num(frame[name].to_numpy(float)[rivals]) for name in ("hh", "gfa_m2"))
    say_each(log, frame, rivals, lambda i: kinds.RivalDuplicate(other=named[i], hh=hh[i], gfa_m2=gfa[i]))
    if by_name:
        frame = _completed(frame, again, first[again])
    return frame.drop(index=frame.index[again]).reset_index(drop=True)


def _originals(keys: npt.NDArray[np.object_], names: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return for each row the first of its key and name; a row without a name is that of any other."""
    bearer: dict[bytes, int] = {}
    for row, key in enumerate(keys):
        if names[row] and not names[bearer.setdefault(key, row)]:
            bearer[key] = row
        bearer.setdefault(key, row)
    first: dict[tuple[bytes, str], int] = {(key, names[row]): row for key, row in bearer.items()}
    found = [
        first.setdefault((key, names[row]), row) if names[row] else bearer[key]
        for row, key in enumerate(keys)
    ]
    return np.array(found, dtype=np.int64)


def _contradict(
    frame: gpd.GeoDataFrame, rows: npt.NDArray[np.int64], others: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Return which rows tell a sum otherwise than the others."""
    found = np.zeros(len(rows), dtype=bool)
    for name in SUMMED:
        own, other = frame[name].to_numpy(float)[rows], frame[name].to_numpy(float)[others]
        found |= ~np.isnan(own) & ~np.isnan(other) & (own != other)
    return found


def _completed(
    frame: gpd.GeoDataFrame, rows: npt.NDArray[np.int64], others: npt.NDArray[np.int64]
) -> gpd.GeoDataFrame:
    """Return the frame with what ``others`` do not tell filled by ``rows``."""
    for name in (*NUMBER_FIELDS, *TEXT_FIELDS):
        values = frame[name].to_numpy().copy()
        for row, other in zip(rows, others, strict=True):
            if pd.isna(values[other]) or values[other] == "":
                values[other] = values[row]
        frame = frame.assign(**{name: pd.Series(values, frame.index, dtype=frame[name].dtype)})
    return frame


def joined_on_one_ground(frame: gpd.GeoDataFrame, counts: Counts, log: ProblemLog) -> gpd.GeoDataFrame:
    """Return the estates with those of several names on one ground made one, that bears all their names.

    Their figures are added up: nobody can tell which part of the ground is whose. Outlines are one from
    `SAME_IOU` on.
    """
    shapes, names = frame.geometry.to_numpy(), _spelled(frame["name"])
    a, b, shared = shared_areas(shapes, shapes)
    same = _iou(shapes, a, b, shared) >= SAME_IOU
    same &= np.array(
        [bool(names[i] and names[j]) and names[i] != names[j] for i, j in zip(a, b, strict=True)], bool
    )
    a, b, shared = a[same], b[same], shared[same]
    if not len(a):
        return frame
    links = coo_matrix((np.ones(len(a)), (a, b)), shape=(len(frame), len(frame)))
    group = connected_components(links, directed=False)[1]
    _say_one_ground(frame, a, b, _iou(shapes, a, b, shared), counts_of(frame, counts), log)
    gone: list[int] = []
    for number in np.unique(group[a]):
        rows = np.flatnonzero(group == number)
        frame = _made_one(frame, rows)
        gone += rows[1:].tolist()
    return frame.drop(index=frame.index[gone]).reset_index(drop=True)


def _say_one_ground(
    frame: gpd.GeoDataFrame,
    a: npt.NDArray[np.int64],
    b: npt.NDArray[np.int64],
    iou: npt.NDArray[np.float64],
    wanted: Sequence[str],
    log: ProblemLog,
) -> None:
    """Record each pair once at the later one; the smaller figure is what is in doubt."""
    settled = np.array([wanted[i] == Count.WHOLE for i in b], dtype=bool)
    figures = {name: frame[name].to_numpy(float) for name in ("hh", "gfa_m2")}
    other = labels(frame, a)

    def say(rows: npt.NDArray[np.int64], said: type[kinds.SameGround]) -> None:
        def found(i: int) -> kinds.SameGround:
            k = rows[i]
            less = {name: float(np.nan_to_num(held[[a[k], b[k]]]).min()) for name, held in figures.items()}
            own, theirs = (_shown(figures["hh"][side[k]]) for side in (b, a))
            return said(other=other[k], share=iou[k], own=own, theirs=theirs, **less)

        say_each(log, frame, b[rows], found)

    say(np.flatnonzero(~settled), kinds.SameGround)
    say(np.flatnonzero(settled), kinds.SameGroundSettled)


def _shown(figure: float) -> str:
    return "–" if np.isnan(figure) else f"{figure:,.0f}"


def _made_one(frame: gpd.GeoDataFrame, rows: npt.NDArray[np.int64]) -> gpd.GeoDataFrame:
    """Return the frame with all that some rows tell in the first of them; a part of a sum is told as one."""
    first, held = frame.index[rows[0]], frame.iloc[rows]
    frame = _completed(frame, rows[1:], np.full(len(rows) - 1, rows[0]))
    frame.loc[first, "name"] = "、".join(dict.fromkeys(held["name"]))
    for name in SUMMED:
        told, flag = held[name].notna(), told_column(name)
        if told.any():
            frame.loc[first, name] = held[name].sum()
        if told.any() and not told.all():
            frame[flag] = frame.get(flag, True)
            frame.loc[first, flag] = False
    shapes = frame.geometry.to_numpy().copy()
    if not shapely.equals(shapes[rows], shapes[rows[0]]).all():
        shapes[rows[:1]] = on_grid(
            np.array([shapely.union_all(shapes[rows], grid_size=GRID_M)], dtype=object)
        )
    return frame.set_geometry(gpd.GeoSeries(shapes, frame.index, crs=frame.crs))


def _spelled(names: pd.Series) -> list[str]:
    """Return names as they are compared: full-width letters narrow, without spaces."""
    return list(names.fillna("").str.normalize("NFKC").str.replace(r"\s+", "", regex=True))


def _iou(
    shapes: npt.NDArray[np.object_],
    a: npt.NDArray[np.int64],
    b: npt.NDArray[np.int64],
    shared: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Return the ground that two shapes share, of the ground that either has."""
    area = shapely.area(shapes)
    return shared / (area[a] + area[b] - shared)


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
    twice = shared >= SAME_IOU * (area[small] + area[large] - shared)
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
    name = np.array(_spelled(frame["name"]), dtype=object)
    rows = pd.Series(np.arange(len(frame)))[name != ""]
    groups = rows.groupby(name[rows])
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
