"""Dual carriageways: one road drawn as two parallel lines, noticed so that nobody adds up both."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from bigmap.base.arrays import Floats, Ints
from bigmap.base.problem_kinds import linework as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core.clean.cleaning_reports import say_each

APART_M = (3.0, 40.0)
"""How far apart the lines of one road can lie, metres."""

_STEP_M = 20.0
_LEAST_M = 200.0
_PARALLEL = 0.97


def report_dual(roads: gpd.GeoDataFrame, log: ProblemLog) -> None:
    """Record each name whose lines run side by side for 200 m or more.

    The ground is planar, so that the overlap of both surfaces counts once; a width that is meant for the
    whole road would still be given to each line.
    """
    shapes = roads.geometry.to_numpy()
    lines = np.flatnonzero((shapely.get_dimensions(shapes) == 1) & (roads["name"] != "").to_numpy())
    if not len(lines):
        return
    line, middle, along = _samples(shapes[lines])
    name = pd.factorize(roads["name"].to_numpy()[lines])[0][line]
    i, j, apart = _side_by_side(middle, along, line, name)
    twin = np.zeros(len(line), dtype=bool)
    twin[i] = True
    twin[j] = True
    metres = np.bincount(name[twin], minlength=int(name.max()) + 1) * _STEP_M / 2
    found = np.flatnonzero(metres >= _LEAST_M)
    first = np.array([lines[line[np.flatnonzero(twin & (name == k))[0]]] for k in found], dtype=np.int64)
    gap = [float(np.median(apart[name[i] == k])) for k in found]
    long = metres[found]
    say_each(log, roads, first, lambda i: kinds.DualCarriageway(apart=gap[i], metres=long[i]))


def _samples(shapes: npt.NDArray[np.object_]) -> tuple[Ints, Floats, Floats]:
    """Return points along the lines, some 20 m apart: the line, the place and the direction of each."""
    parts, owner = shapely.get_parts(shapely.segmentize(shapes, _STEP_M), return_index=True)
    xy, part = shapely.get_coordinates(parts, return_index=True)
    step = np.diff(xy, axis=0)
    length = np.hypot(step[:, 0], step[:, 1])
    good = (part[1:] == part[:-1]) & (length > _STEP_M / 2)
    return owner[part[1:][good]], (xy[1:] - step / 2)[good], step[good] / length[good, None]


def _side_by_side(middle: Floats, along: Floats, line: Ints, name: Ints) -> tuple[Ints, Ints, Floats]:
    """Return the pairs of points of parallel lines of one name, abreast of each other, and their distance."""
    pairs = cKDTree(middle).query_pairs(APART_M[1], output_type="ndarray")
    i, j = pairs[:, 0], pairs[:, 1]
    same = (name[i] == name[j]) & (line[i] != line[j])
    i, j = i[same], j[same]
    parallel = np.abs((along[i] * along[j]).sum(axis=1)) > _PARALLEL
    offset = middle[j] - middle[i]
    forward = np.abs((offset * along[i]).sum(axis=1))
    aside = np.abs(offset[:, 0] * along[i][:, 1] - offset[:, 1] * along[i][:, 0])
    good = parallel & (forward <= _STEP_M) & (aside >= APART_M[0]) & (aside <= APART_M[1])
    return i[good], j[good], aside[good]
