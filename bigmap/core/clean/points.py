"""Points: door plates, shops, estate labels. They have no ground, but tell of the outlines they lie in."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from bigmap.base.arrays import Ints
from bigmap.base.problem_kinds import cleaning, formats
from bigmap.base.problem_kinds import linework as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core.clean.cleaning_reports import say_each
from bigmap.core.clean.vertices import Surroundings
from bigmap.core.sources.layers import TEXT_FIELDS

DOOR_M = 3.0
"""Door plates stand this far from their building at most, metres."""

_SUMS = ("hh", "gfa_m2", "green_m2", "parking_n")
_NUMBERS = (*_SUMS, "floors", "width_m")


def split_points(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the features with ground (or without any shape), and those that are points."""
    lone = shapely.get_dimensions(frame.geometry.to_numpy()) == 0
    if not lone.any():
        return frame, frame.iloc[:0]
    return frame[~lone].reset_index(drop=True), frame[lone].reset_index(drop=True)


def points_in_place(points: gpd.GeoDataFrame, around: Surroundings, log: ProblemLog) -> gpd.GeoDataFrame:
    """Return the points that lie near the other layers, each as one point."""
    places = shapely.point_on_surface(shapely.force_2d(points.geometry.to_numpy()))
    near = np.zeros(len(points), dtype=bool)
    some = ~(shapely.is_missing(places) | shapely.is_empty(places))
    near[some] = around.hold(shapely.get_coordinates(places[some]))
    say_each(log, points, np.flatnonzero(~near), lambda _: cleaning.PointFarAway())
    return points.set_geometry(gpd.GeoSeries(places, index=points.index, crs=points.crs))[near].reset_index(
        drop=True
    )


def without_use(points: gpd.GeoDataFrame, log: ProblemLog) -> None:
    """Record points for which there are no outlines: they count nowhere."""
    for file, rows in points.groupby("file", sort=False):
        found = formats.PointsWithoutOutlines(n=len(rows), hh=float(np.nansum(rows["hh"])))
        log.add(found, file=str(file))


def take_point_attributes(
    frame: gpd.GeoDataFrame,
    points: gpd.GeoDataFrame,
    log: ProblemLog,
    *,
    reach_m: float = 0.0,
    names: bool = True,
) -> gpd.GeoDataFrame:
    """Return outlines with what they lack from the points in them: names, households, floor area.

    An outline keeps what it has. Points of one outline with one name count once; so do households where
    all points of an outline tell the same number. Points in no outline are said and left out.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        Cleaned areas.
    points : geopandas.GeoDataFrame
        Points in the same CRS, from `points_in_place`.
    log : ProblemLog
    reach_m : float
        A point may lie this far outside its outline; the nearest one gets it.
    names : bool
        False gives figures only: what a door plate says of an estate.
    """
    if not len(points):
        return frame
    outline = _outline_of(points, frame, reach_m)
    alone = np.flatnonzero(outline < 0)
    hh = np.nan_to_num(points["hh"].to_numpy(float))
    say_each(log, points, alone, lambda i: kinds.PointAlone(hh=hh[alone[i]]))
    within = points.assign(outline=outline)[outline >= 0]
    if not len(within):
        return frame
    single = _without_repeats(within, log)
    figures = _figures(single, frame, log)
    texts = _texts(single) if names else pd.DataFrame(index=figures.index)
    return _filled(frame, figures, texts, len(within), str(points["file"].iloc[0]), log)


def _outline_of(points: gpd.GeoDataFrame, frame: gpd.GeoDataFrame, reach_m: float) -> Ints:
    """Return the row of the outline of each point: the nearest, of several around it the smallest; or -1."""
    shapes, places = frame.geometry.to_numpy(), points.geometry.to_numpy()
    point, row = shapely.STRtree(shapes).query(places, predicate="dwithin", distance=reach_m)
    metres = shapely.distance(places[point], shapes[row])
    order = np.lexsort((-row, -shapely.area(shapes[row]), -metres))  # the best is written last
    outline = np.full(len(points), -1)
    outline[point[order]] = row[order]
    return outline


def _without_repeats(points: gpd.GeoDataFrame, log: ProblemLog) -> gpd.GeoDataFrame:
    """Return the points without those that tell of one thing again: same outline and same name or place."""
    place = shapely.to_wkb(shapely.set_precision(points.geometry.to_numpy(), 0.1))
    name = points["name"].str.normalize("NFKC").str.replace(r"\s+", "", regex=True)
    ordered = points.assign(_key=np.where(name != "", name, place)).sort_values(
        ["hh", "gfa_m2", "fid"], ascending=[False, False, True], na_position="last", kind="stable"
    )
    again = ordered.duplicated(["outline", "_key"])
    for file, n in ordered.loc[again, "file"].value_counts(sort=False).items():
        log.add(kinds.PointsRepeated(n=int(n)), file=str(file))
    return ordered[~again].drop(columns="_key").sort_values(["outline", "file", "fid"], kind="stable")


def _figures(points: gpd.GeoDataFrame, frame: gpd.GeoDataFrame, log: ProblemLog) -> pd.DataFrame:
    """Return the figures of each outline that has points; the same households told by all count once."""
    by_outline = points.groupby("outline")
    found = by_outline[list(_SUMS)].sum(min_count=1)
    found = found.join(by_outline[["floors", "width_m"]].max())
    hh = by_outline["hh"].agg(["min", "max", "count"])
    once = ((hh["count"] > 1) & (hh["min"] == hh["max"]) & (hh["max"] > 1)).to_numpy()
    lacking = frame["hh"].isna().to_numpy()[found.index]
    told = found.index[once & lacking].to_numpy()
    n, each, whole = (
        hh.loc[told, "count"].tolist(),
        hh.loc[told, "max"].tolist(),
        found.loc[told, "hh"].tolist(),
    )
    say_each(log, frame, told, lambda i: kinds.HouseholdsRepeated(n=n[i], hh=each[i], sum=whole[i]))
    return found.assign(hh=found["hh"].where(~once, hh["max"]))


def _texts(points: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the texts of each outline on which all its points agree; '' where they do not."""
    columns: Sequence[str] = list(TEXT_FIELDS)
    known = points[["outline", *columns]].replace("", None)
    by_outline = known.groupby("outline")[list(columns)]
    return by_outline.first().where(by_outline.min() == by_outline.max(), "")


def _filled(
    frame: gpd.GeoDataFrame,
    figures: pd.DataFrame,
    texts: pd.DataFrame,
    n: int,
    file: str,
    log: ProblemLog,
) -> gpd.GeoDataFrame:
    """Return the frame with gaps filled, and say how much came from points and what disagrees."""
    out = frame.copy()
    rows = figures.index.to_numpy()
    own = frame["hh"].to_numpy(float)[rows]
    theirs = figures["hh"].to_numpy(float)
    differs = np.flatnonzero(np.isfinite(own) & np.isfinite(theirs) & (own != theirs))
    kept, other = own[differs], theirs[differs]
    say_each(log, frame, rows[differs], lambda i: kinds.PointsDiffer(own=kept[i], points=other[i]))
    for column in _NUMBERS:
        values = out[column].to_numpy(float).copy()
        values[rows] = np.where(np.isnan(values[rows]), figures[column].to_numpy(float), values[rows])
        out[column] = values
    for column in texts.columns:
        words = out[column].to_numpy(object).copy()
        words[rows] = np.where(words[rows] == "", texts[column].to_numpy(object), words[rows])
        out[column] = pd.Series(words, index=out.index, dtype="str")
    named = int(((frame["name"] == "") & (out["name"] != "")).sum())
    hh = float(np.nansum(out["hh"]) - np.nansum(frame["hh"]))
    log.add(kinds.PointsJoined(n=n, outlines=len(rows), named=named, hh=hh), file=file)
    return out
