"""Points in a text table: columns of coordinates under their Chinese and English names, or shapes as text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from bigmap.base.errors import UserError
from bigmap.io.formats import encoding as enc
from bigmap.io.formats.separated_values import as_bytes, split_rows
from bigmap.io.formats.text_columns import unique
from bigmap.io.vocabulary.field_names import folded

_X = (
    *(
        "lon",
        "lng",
        "long",
        "longitude",
        "经度",
        "x",
        "x坐标",
        "坐标x",
        "东坐标",
        "横坐标",
        "xcoord",
        "pointx",
    ),
    *("easting", "wgs84lon", "wgs84lng", "gcj02lon", "gcj02lng", "bd09lon", "bd09lng"),
)
_Y = (
    *("lat", "latitude", "纬度", "y", "y坐标", "坐标y", "北坐标", "纵坐标", "ycoord", "pointy"),
    *("northing", "wgs84lat", "gcj02lat", "bd09lat"),
)
_BLANKS = " \t\r\n"
"""Not all that Python takes for blank: in GBK such bytes are halves of characters."""

_WKT = ("wkt", "geometry", "geom", "thegeom", "wkbgeometry")


def has_shapes(path: Path) -> bool:
    """Tell whether a text table has columns of coordinates."""
    with path.open("rb") as file:
        head = _rows(as_bytes(file.read(65_536)))[:1]
    return bool(head) and _place(head[0]) is not None


def read_points(path: Path) -> tuple[pa.Table, npt.NDArray[np.object_]]:
    """Return the columns of a text table, its bytes standing as Latin-1, and the shapes of its rows.

    Raises
    ------
    UserError
        If it has no columns of coordinates.
    """
    cells = _rows(as_bytes(path.read_bytes()))
    place = _place(cells[0]) if cells else None
    if place is None:
        text = "{file} has no columns of coordinates: name them x and y, lon and lat, or 经度 and 纬度."
        raise UserError(text, file=path.name)
    names = unique([name.strip(_BLANKS) for name in cells[0]])
    columns = [
        [row[i].strip(_BLANKS) if i < len(row) else None for row in cells[1:]] for i in range(len(names))
    ]
    table = pa.table([pa.array(column, type=pa.string()) for column in columns], names=names)
    return table, _shapes([columns[i] for i in place])


def _rows(text: str) -> list[list[str]]:
    first = text.partition("\n")[0]
    return [row for row in split_rows(text, max(",;\t|", key=first.count)) if any(row)]


def _place(head: Sequence[str]) -> tuple[int, ...] | None:
    """Return the columns of x and y, or the one of shapes as text."""
    raw = [name.encode(enc.LATIN1) for name in head]
    encoding = enc.decide(raw).encoding
    keys = [folded(enc.decode(name, encoding)) for name in raw]
    x, y, wkt = (next((keys.index(n) for n in names if n in keys), None) for names in (_X, _Y, _WKT))
    if x is not None and y is not None:
        return (x, y)
    return None if wkt is None else (wkt,)


def _shapes(columns: Sequence[Sequence[str | None]]) -> npt.NDArray[np.object_]:
    if len(columns) == 1:
        return np.asarray(shapely.from_wkt(columns[0], on_invalid="ignore"), dtype=object)
    xy = np.array([[_number(cell) for cell in column] for column in columns], dtype=float).reshape(2, -1).T
    shapes = np.full(len(xy), None, dtype=object)
    known = np.isfinite(xy).all(axis=1)
    shapes[known] = shapely.points(xy[known])
    return shapes


def _number(cell: str | None) -> float:
    try:
        return float((cell or "").strip('="\t °'))
    except ValueError:
        return float("nan")
