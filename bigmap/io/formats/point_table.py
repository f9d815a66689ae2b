"""Shapes in a text table: columns of coordinates under their Chinese and English names, or shapes as text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from bigmap.base.errors import UserError
from bigmap.io.formats import encoding as enc
from bigmap.io.formats.outline_text import COLUMNS as OUTLINES
from bigmap.io.formats.outline_text import PLACES, outline_in, place_in
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

_LOOKED_AT = 200
"""Rows in which a column of outlines is looked for."""

_WKT = ("wkt", "geometry", "geom", "thegeom", "wkbgeometry")


def has_shapes(path: Path) -> bool:
    """Tell whether a text table has columns of coordinates or of outlines."""
    with path.open("rb") as file:
        rows = _rows(as_bytes(file.read(65_536)))
    return bool(rows) and (_place(rows[0]) is not None or _outlines(rows) is not None)


def read_points(path: Path) -> tuple[pa.Table, npt.NDArray[np.object_]]:
    """Return the columns of a text table, its bytes standing as Latin-1, and the shapes of its rows.

    Raises
    ------
    UserError
        If it has no columns of coordinates.
    """
    cells = _rows(as_bytes(path.read_bytes()))
    place = _place(cells[0]) if cells else None
    outlines = _outlines(cells[:_LOOKED_AT]) if cells else None
    if place is None and outlines is None:
        text = "{file} has no columns of coordinates: name them x and y, lon and lat, or 经度 and 纬度."
        raise UserError(text, file=path.name)
    names = unique([name.strip(_BLANKS) for name in cells[0]])
    columns = [
        [row[i].strip(_BLANKS) if i < len(row) else None for row in cells[1:]] for i in range(len(names))
    ]
    table = pa.table([pa.array(column, type=pa.string()) for column in columns], names=names)
    points = _shapes([columns[i] for i in place]) if place else _places(names, columns)
    return table, points if outlines is None else _outlined(columns[outlines], points)


def _rows(text: str) -> list[list[str]]:
    first = text.partition("\n")[0]
    return [row for row in split_rows(text, max(",;\t|", key=first.count)) if any(row)]


def _place(head: Sequence[str]) -> tuple[int, ...] | None:
    """Return the columns of x and y, or the one of shapes as text."""
    keys = _keys(head)
    x, y, wkt = (next((keys.index(n) for n in names if n in keys), None) for names in (_X, _Y, _WKT))
    if x is not None and y is not None:
        return (x, y)
    return None if wkt is None else (wkt,)


def _keys(head: Sequence[str]) -> list[str]:
    """Return the heads for comparison."""
    raw = [name.encode(enc.LATIN1) for name in head]
    encoding = enc.decide(raw).encoding
    return [folded(enc.decode(name, encoding)) for name in raw]


def _outlines(rows: Sequence[Sequence[str]]) -> int | None:
    """Return the column that holds outlines as web maps write them: by its head and by what stands in it."""
    for column, key in enumerate(_keys(rows[0])):
        if key in OUTLINES and any(column < len(row) and outline_in(row[column]) for row in rows[1:]):
            return column
    return None


def _outlined(cells: Sequence[str | None], points: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Return the outlines of a column, points where a row has none."""
    shapes = points.copy()
    for row, cell in enumerate(cells):
        outline = outline_in(cell) if cell else None
        shapes[row] = points[row] if outline is None else outline
    return shapes


def _places(names: Sequence[str], columns: Sequence[Sequence[str | None]]) -> npt.NDArray[np.object_]:
    """Return the points of a column that holds both coordinates."""
    shapes = np.full(len(columns[0]) if columns else 0, None, dtype=object)
    held = next((column for key, column in zip(_keys(names), columns, strict=True) if key in PLACES), None)
    for row, cell in enumerate(held or ()):
        shapes[row] = place_in(cell) if cell else None
    return shapes


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
