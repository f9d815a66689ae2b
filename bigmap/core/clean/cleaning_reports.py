"""Problems of single features: with the number, name and place of each, and an end to long lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from bigmap.base.problems import ProblemLog, Severity

AT_STAKE = ("hh", "gfa_m2", "area")
"""Values of a problem that sum: households, floor area and ground that it is about."""
LISTED = 200
"""Problems of one kind in one layer that are listed one by one; of the others the number is told."""


def say_each(
    log: ProblemLog,
    frame: gpd.GeoDataFrame,
    rows: Sequence[int] | npt.NDArray[np.int64],
    severity: Severity,
    code: str,
    template: str,
    **values: Sequence[Any] | npt.NDArray[Any],
) -> None:
    """Record one problem a row of ``frame``; each of ``values`` holds one value a row."""
    if not len(rows):
        return
    listed = {name: np.asarray(column).tolist() for name, column in values.items()}
    said = frame[["file", "fid", "name"]].iloc[rows[:LISTED]]
    shapes = frame.geometry.iloc[rows[:LISTED]].to_numpy()
    for i, (file, fid, name) in enumerate(zip(said["file"], said["fid"], said["name"], strict=True)):
        log.add(
            severity,
            code,
            template,
            file=str(file),
            feature=int(fid),
            name=str(name),
            place=representative_vertex(shapes[i]),
            **{key: column[i] for key, column in listed.items()},
        )
    if len(rows) > LISTED:
        more = "{n} more features are like the {listed} before."
        rest = {name: sum(listed[name][LISTED:]) for name in AT_STAKE if name in listed}
        file = str(frame["file"].iloc[rows[0]])
        log.add(severity, code, more, file=file, n=len(rows) - LISTED, listed=LISTED, **rest)


def representative_vertex(shape: shapely.Geometry | None) -> tuple[float, float] | None:
    """Return (x, y) among the vertices of a shape, however broken it is; None where it has none."""
    xy = shapely.get_coordinates(shape)
    xy = xy[np.isfinite(xy).all(axis=1)]
    if len(xy) == 0:
        return None
    x, y = np.median(xy, axis=0)
    return (float(x), float(y))
