"""Shapes out of their binary form: open rings closed, arcs drawn as lines, one bad shape costs no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import shapely

from bigmap.base.arrays import Shapes
from bigmap.base.problem_kinds import formats as kinds
from bigmap.base.problems import ProblemLog
from bigmap.io.formats.wkb_rings import without_empty_rings

Linear = Callable[[npt.NDArray[np.int64]], Shapes]

_FARTHEST = 1e12

_KINDS = ("Point", "LineString", "LinearRing", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")


def parsed(wkb: Any, fid: pd.Index, file: str, log: ProblemLog, linear: Linear | None = None) -> Shapes:
    """Return the shapes of a layer.

    Parameters
    ----------
    wkb : pyarrow.ChunkedArray of binary, or ndarray of shapely.Geometry
    fid : pandas.Index
        Numbers of the features, for the problems.
    file : str
    log : ProblemLog
        Gets the shapes that were mended or cannot be read.
    linear : callable, optional
        Gives the binary form of some rows again, with straight lines in place of arcs.
    """
    if not isinstance(wkb, pa.ChunkedArray):
        return np.asarray(wkb, dtype=object)
    raw, given = (column.to_numpy(zero_copy_only=False) for column in (wkb, wkb.is_valid()))
    with np.errstate(invalid="ignore"):  # coordinates that are no numbers are judged later
        shapes = _straight(raw, fid, file, log, linear)
        for row in np.flatnonzero(given & shapely.is_missing(shapes)):
            whole = without_empty_rings(raw[row])
            shapes[row] = _plain(whole, on_invalid="fix")
            _say(shapes[row], file, int(fid[row]), log, shortened=whole != raw[row])
    return shapes


def _say(
    shape: shapely.Geometry | None, file: str, feature: int, log: ProblemLog, *, shortened: bool
) -> None:
    """Say what became of a shape that could not be read as it stands."""
    if shape is None:
        log.add(kinds.BadShape(), file=file, feature=feature)
    elif shortened:
        log.add(kinds.EmptyRing(), file=file, feature=feature)
    else:
        log.add(kinds.OpenRing(), file=file, feature=feature)


def have_places(shapes: Shapes) -> bool:
    """Tell whether any vertex is a place, in a shape that was read."""
    # The first shapes mostly tell; a city of buildings is not taken apart for that.
    return any(are_places(shapely.get_coordinates(some)).any() for some in (shapes[:100], shapes))


def are_places(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Tell of each vertex whether it can lie on earth, be it in millimetres with a zone before them."""
    return np.asarray((np.abs(xy) < _FARTHEST).all(axis=1))


def geometry_type(shapes: Shapes) -> str:
    """Return GDAL's name of what the shapes are, 'Unknown' where they differ, '' for none."""
    found = np.unique(shapely.get_type_id(shapes[~shapely.is_missing(shapes)]))
    if len(found) == 0:
        return ""
    return _KINDS[found[0]] if len(found) == 1 and found[0] < len(_KINDS) else "Unknown"


def _straight(raw: Shapes, fid: pd.Index, file: str, log: ProblemLog, linear: Linear | None) -> Shapes:
    """Return the shapes; those with arcs are drawn with short straight lines."""
    try:
        shapes = np.asarray(shapely.from_wkb(raw, on_invalid="ignore"), dtype=object)
        curved = np.zeros(len(raw), dtype=bool)
    except NotImplementedError:
        curved = np.array([_alone(value) is NotImplemented for value in raw])
        shapes = np.full(len(raw), None, dtype=object)
        shapes[~curved] = shapely.from_wkb(raw[~curved], on_invalid="ignore")
    mixed = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
    curved[mixed] = [_hides_arcs(shape) for shape in shapes[mixed]]
    rows = np.flatnonzero(curved)
    if len(rows) == 0:
        return shapes
    shapes[rows] = None if linear is None else [_plain(bytes(value)) for value in linear(rows)]
    drawn = rows[~shapely.is_missing(shapes[rows])]
    if len(drawn):
        log.add(kinds.Arcs(n=len(drawn), first=int(fid[drawn[0]])), file=file)
    return shapes


def _plain(value: bytes, on_invalid: str = "ignore") -> Any:
    """Return one shape, None where it has arcs."""
    shape = _alone(value, on_invalid)
    return None if shape is NotImplemented or _hides_arcs(shape) else shape


def _hides_arcs(shape: shapely.Geometry | None) -> bool:
    """Tell whether a collection holds shapes that shapely knows nothing about."""
    try:
        shapely.get_coordinates(shape)
    except shapely.errors.GEOSException:
        return True
    return False


def _alone(value: bytes | None, on_invalid: str = "ignore") -> Any:
    """Return one shape, None where it cannot be read, `NotImplemented` where it has arcs."""
    try:
        return shapely.from_wkb(value, on_invalid=on_invalid)
    except NotImplementedError:
        return NotImplemented
    except shapely.errors.GEOSException:
        return None
