"""Shapefiles written byte by byte where it matters: no library writes a .dbf as broken as planners' are."""

from __future__ import annotations

import struct
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

X0, Y0 = 610_437.9, 2_708_867.2  # 118.0894 E, 24.4798 N in EPSG:4548


def squares(n: int, size: float = 100.0, gap: float = 20.0) -> list[shapely.Polygon]:
    """Return n squares in a row, eastwards from Xiamen's town hall, EPSG:4548."""
    left = X0 + np.arange(n) * (size + gap)
    return list(shapely.box(left, Y0, left + size, Y0 + size))


def street(n: int = 1) -> list[shapely.LineString]:
    """Return n parallel streets of 300 m, south of the squares."""
    return [shapely.LineString([(X0, Y0 - 10 - 20 * i), (X0 + 300, Y0 - 10 - 20 * i)]) for i in range(n)]


def write_layer(
    path: Path,
    shapes: list,
    columns: dict[str, list] | None = None,
    *,
    crs: str | None = "EPSG:4548",
    encoding: str = "gb18030",
    ldid: int = 0,
    cpg: str | None = None,
) -> Path:
    """Write a shapefile whose .dbf holds the columns in the encoding, whatever .cpg and language byte say."""
    frame = gpd.GeoDataFrame({"id": range(len(shapes))}, geometry=shapes, crs=crs or "EPSG:4490")
    pyogrio.write_dataframe(frame, path)
    if crs is None:
        path.with_suffix(".prj").unlink()
    columns = {"ID": list(range(1, len(shapes) + 1))} if columns is None else columns
    path.with_suffix(".dbf").write_bytes(dbf(columns, encoding, ldid))
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg, encoding="ascii")
    return path


def dbf(columns: dict[str, list], encoding: str = "gb18030", ldid: int = 0, width: int = 40) -> bytes:
    """Return a .dbf; text is cut at ``width`` bytes and names at ten, in mid-character if need be."""
    kinds = {name: "N" if _numeric(values) else "C" for name, values in columns.items()}
    rows = list(zip(*columns.values(), strict=True))
    head = struct.pack(
        "<B3BIHH16xBB2x", 3, 124, 1, 1, len(rows), 33 + 32 * len(kinds), 1 + width * len(kinds), 0, ldid
    )
    described = b"".join(_field(name, kind, encoding, width) for name, kind in kinds.items())
    body = b"".join(b" " + b"".join(_cell(v, encoding, width) for v in row) for row in rows)
    return head + described + b"\r" + body + b"\x1a"


def _numeric(values: list) -> bool:
    return all(isinstance(value, int | float) for value in values)


def _field(name: str, kind: str, encoding: str, width: int) -> bytes:
    raw = name if isinstance(name, bytes) else name.encode(encoding)
    return struct.pack("<11sc4xBB14x", raw[:10], kind.encode(), width, 6 if kind == "N" else 0)


def _cell(value: object, encoding: str, width: int) -> bytes:
    if isinstance(value, bytes):
        return value[:width].ljust(width)
    if isinstance(value, str):
        return value.encode(encoding)[:width].ljust(width)
    return ("" if pd.isna(value) else f"{value:.6f}").encode().rjust(width)
