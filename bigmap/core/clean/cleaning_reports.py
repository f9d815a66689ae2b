"""Problems of single features: with the number, name and place of each, and an end to long lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from bigmap.base.amounts import known_sum
from bigmap.base.problem_kind import Finding, Unlisted, UnlistedFigures
from bigmap.base.problems import ProblemLog

AT_STAKE = ("hh", "gfa_m2", "area", "m2")
"""Figures of a finding that sum: households, floor area and ground that it is about."""
LISTED = 200
"""Problems of one kind in one layer that are listed one by one; of the others the number is told."""


def say_each(
    log: ProblemLog,
    frame: gpd.GeoDataFrame,
    rows: Sequence[int] | npt.NDArray[np.int64],
    found: Callable[[int], Finding],
) -> None:
    """Record one problem for each row ``rows[i]`` of ``frame``: what ``found(i)`` is."""
    if not len(rows):
        return
    said = frame[["file", "fid", "name"]].iloc[rows[:LISTED]]
    shapes = frame.geometry.iloc[rows[:LISTED]].to_numpy()
    for i, (file, fid, name) in enumerate(zip(said["file"], said["fid"], said["name"], strict=True)):
        log.add(
            found(i),
            file=str(file),
            feature=int(fid),
            name=str(name),
            place=representative_vertex(shapes[i]),
        )
    if len(rows) > LISTED:
        log.add(_rest(found, len(rows)), file=str(frame["file"].iloc[rows[0]]))


def _rest(found: Callable[[int], Finding], n: int) -> Unlisted:
    """Return the end of a list of ``n`` findings, with the sums of their figures where they have any."""
    like = type(found(0))
    figures = [name for name in AT_STAKE if name in like.fields]
    if not figures:
        return Unlisted(like=like, n=n - LISTED, listed=LISTED)
    others = [found(i) for i in range(LISTED, n)]
    sums = {name: known_sum(getattr(what, name) for what in others) for name in figures}
    told = {name: value for name, value in sums.items() if value is not None}
    return UnlistedFigures(like=like, n=n - LISTED, listed=LISTED, sums=told)


def representative_vertex(shape: shapely.Geometry | None) -> tuple[float, float] | None:
    """Return (x, y) among the vertices of a shape, however broken it is; None where it has none."""
    xy = shapely.get_coordinates(shape)
    xy = xy[np.isfinite(xy).all(axis=1)]
    if len(xy) == 0:
        return None
    x, y = np.median(xy, axis=0)
    return (float(x), float(y))
