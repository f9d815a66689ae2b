"""GeoJSON as other systems want it: RFC 7946, one geometry type a file, every property in every feature."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pandas.api import types

from bigmap.base.arrays import Shapes
from bigmap.io.writing.lonlat import polygons_to_lonlat

_NAME = re.compile(r"[a-z][a-z0-9_]{0,9}")
_CHUNK = 10_000

Rows = dict[str, list[Any]]


def write_geojson(frame: gpd.GeoDataFrame, path: Path, id_field: str, decimals: int | None = 7) -> None:
    """Write polygons as an RFC 7946 feature collection; the same frame gives the same bytes.

    The row with the fewest blanks comes first, since ArcGIS takes the fields of the first feature for those
    of the layer; the other rows keep their order. All geometries are Polygons where every one is, else all
    are MultiPolygons. Unknown values are null, as are NaN and Infinity; a text column that is unknown
    throughout is ''. Dates are YYYY-MM-DD.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        Polygons with a CRS. Column names are lower-case ASCII, at most 10 characters, to survive a shapefile.
    path : pathlib.Path
    id_field : str
        Column of unique codes, written as text both as ``id`` and among the properties.
    decimals : int or None, default 7
        Decimals of a degree; see `polygons_to_lonlat`. None for a frame that is rounded already.

    Raises
    ------
    ValueError
        If the frame has no CRS, a column name does not fit, or the codes are not unique.
    """
    _check(frame, id_field)
    shapes = _one_type(polygons_to_lonlat(frame.geometry.to_numpy(), frame.crs, decimals))
    table = frame.drop(columns=frame.geometry.name).astype({id_field: "str"})
    columns: Rows = {str(name): _json_values(table[name]) for name in table.columns}
    order = _most_complete_first(columns, len(table))
    with path.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
        file.write('{"type": "FeatureCollection", "features": [')
        for start in range(0, len(order), _CHUNK):
            rows = order[start : start + _CHUNK]
            file.write(",\n" if start else "\n")
            file.write(",\n".join(_features(columns, shapes, rows, id_field)))
        file.write("\n]}\n" if len(order) else "]}\n")


def _check(frame: gpd.GeoDataFrame, id_field: str) -> None:
    if frame.crs is None:
        raise ValueError("a frame without a CRS cannot be written as GeoJSON")
    bad = [n for n in frame.columns if n != frame.geometry.name and not _NAME.fullmatch(str(n))]
    if bad:
        raise ValueError(f"property names must be lower-case ASCII of at most 10 characters: {bad}")
    if not frame[id_field].is_unique or frame[id_field].hasnans:
        raise ValueError(f"the codes in {id_field!r} are not unique")


def _one_type(shapes: Shapes) -> Shapes:
    """Promote polygons to multipolygons where there is one multipolygon."""
    single = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    if np.any(shapely.get_type_id(shapes) == shapely.GeometryType.MULTIPOLYGON):
        shapes[single] = shapely.multipolygons(shapes[single], indices=np.arange(single.sum()))
    return shapes


def _features(columns: Rows, shapes: Shapes, rows: list[int], id_field: str) -> list[str]:
    geometries = shapely.to_geojson(shapes[rows])
    lines = []
    for row, geometry in zip(rows, geometries, strict=True):
        properties = {name: values[row] for name, values in columns.items()}
        head = json.dumps(properties[id_field], ensure_ascii=False)
        body = json.dumps(properties, ensure_ascii=False, allow_nan=False)
        lines.append(
            f'{{"type": "Feature", "id": {head}, "properties": {body}, "geometry": {geometry or "null"}}}'
        )
    return lines


def _most_complete_first(columns: Rows, n: int) -> list[int]:
    if not n:
        return []
    blanks = np.zeros(n, dtype=np.int64)
    for values in columns.values():
        blanks += [value is None for value in values]
    first = int(np.argmin(blanks))
    return [first, *range(first), *range(first + 1, n)]


def _json_values(column: pd.Series) -> list[Any]:
    """Return the values of a column as one JSON type, or null."""
    cast = _cast(column)
    blank = column.isna().to_numpy()
    if cast is float:
        blank = blank | ~np.isfinite(column.to_numpy(dtype=np.float64, na_value=np.nan))
    if cast is str and blank.all():
        return [""] * len(column)
    return [None if b else cast(v) for v, b in zip(column.tolist(), blank, strict=True)]


def _cast(column: pd.Series) -> Callable[[Any], Any]:
    if types.is_bool_dtype(column.dtype):
        return bool
    if types.is_integer_dtype(column.dtype):
        return int
    if types.is_float_dtype(column.dtype):
        return float
    if types.is_datetime64_any_dtype(column.dtype):
        return lambda value: value.date().isoformat()
    guesses: dict[str, Callable[[Any], Any]] = {
        "boolean": bool,
        "integer": int,
        "floating": float,
        "mixed-integer-float": float,
        "datetime": lambda value: value.date().isoformat(),
    }
    return guesses.get(types.infer_dtype(column, skipna=True), str)
