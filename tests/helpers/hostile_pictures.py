"""Basemaps that mean harm: each writes a small file that claims to be large, endless or odd."""

from __future__ import annotations

import sqlite3
import struct
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from rasterio.transform import from_origin

Writer = Callable[[Path], None]

PLACE = {"crs": "EPSG:4548", "transform": from_origin(440_000, 4_420_000, 2, 2)}
PNG_HEAD = b"\x89PNG\r\n\x1a\n"
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT"
TILES = "CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data)"


def _tiff(**profile: Any) -> Writer:
    """Return what writes a TIFF of which no block is filled."""
    known = {"driver": "GTiff", "count": 3, "dtype": "uint8", "sparse_ok": True, "bigtiff": "yes", **PLACE}

    def write(path: Path) -> None:
        overviews = profile.get("overviews", [])
        rest = {name: value for name, value in profile.items() if name != "overviews"}
        with rasterio.open(path, "w", **known | rest):
            pass
        if overviews:
            with rasterio.Env(SPARSE_OK_OVERVIEW="ON"), rasterio.open(path, "r+") as file:
                file.build_overviews(overviews)

    return write


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_bomb(side: int) -> bytes:
    """Return a PNG of one colour, as many pixels wide and high, in a thousandth of their bytes."""
    packer = zlib.compressobj(9)
    row = b"\0" * (1 + side)
    data = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    head = struct.pack(">2I5B", side, side, 8, 0, 0, 0, 0)
    return PNG_HEAD + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _png(side: int, world: str) -> Writer:
    def write(path: Path) -> None:
        path.write_bytes(png_bomb(side))
        path.with_suffix(".pgw").write_text(world)

    return write


def _small_tiff(path: Path, bands: int) -> tuple[bytearray, int, int]:
    """Write a small TIFF; return its bytes, where its first directory begins, and how many tags that has."""
    with rasterio.open(
        path, "w", driver="GTiff", count=bands, height=64, width=64, dtype="uint8", **PLACE
    ) as file:
        file.write(np.zeros((bands, 64, 64), dtype="uint8"))
    data = bytearray(path.read_bytes())
    (at,) = struct.unpack_from("<I", data, 4)
    (n,) = struct.unpack_from("<H", data, at)
    return data, at, n


def _loop(path: Path) -> None:
    """Write a TIFF whose list of pictures leads back to itself."""
    data, at, n = _small_tiff(path, 3)
    struct.pack_into("<I", data, at + 2 + 12 * n, at)
    path.write_bytes(data)


def _patched(tag: int, value: int) -> Writer:
    """Return what writes a TIFF one of whose tags tells nonsense."""

    def write(path: Path) -> None:
        data, at, n = _small_tiff(path, 1)
        for entry in range(at + 2, at + 2 + 12 * n, 12):
            if struct.unpack_from("<H", data, entry)[0] == tag:
                struct.pack_into("<HII", data, entry + 2, 4, 1, value)
        path.write_bytes(data)

    return write


def _affine(*numbers: float) -> Writer:
    def write(path: Path) -> None:
        profile = {"driver": "GTiff", "count": 1, "height": 64, "width": 64, "dtype": "uint8"}
        place = {"crs": "EPSG:4548", "transform": rasterio.Affine(*numbers)}
        with rasterio.open(path, "w", **profile, **place) as file:
            file.write(np.zeros((1, 64, 64), dtype="uint8"))

    return write


def _system(crs: str) -> Writer:
    def write(path: Path) -> None:
        profile = {"driver": "GTiff", "count": 1, "height": 64, "width": 64, "dtype": "uint8"}
        with rasterio.open(path, "w", **profile, **PLACE | {"crs": crs}) as file:
            file.write(np.zeros((1, 64, 64), dtype="uint8"))

    return write


def _text(text: str) -> Writer:
    def write(path: Path) -> None:
        path.write_text(text, encoding="utf-8")

    return write


def mbtiles(*orders: str, values: tuple[Any, ...] = ()) -> Writer:
    """Return what writes an MBTiles made by some SQL; a last order takes values."""

    def write(path: Path) -> None:
        with closing(sqlite3.connect(path)) as file, file:
            for order in ("CREATE TABLE metadata (name, value)", *orders):
                file.execute(order, values if "?" in order else ())

    return write


def _rows(zoom: Any, data: Any) -> Writer:
    return mbtiles(TILES, "INSERT INTO tiles VALUES (?, 0, 0, ?)", values=(zoom, data))


def _many_scales(path: Path) -> None:
    mbtiles(TILES, "INSERT INTO tiles VALUES (1, 0, 0, x'89504e47'), ('deep', 0, 0, NULL), (1e300, 0, 0, 1)")(
        path
    )


def _bomb_in_a_tile(path: Path) -> None:
    _rows(1, png_bomb(20_000))(path)


SMALL_PNG = png_bomb(16)
VRT = (
    '<VRTDataset rasterXSize="9" rasterYSize="9"><SRS>EPSG:4326</SRS><GeoTransform>118,.1,0,24,0,-.1'
    '</GeoTransform><VRTRasterBand dataType="Byte" band="1"><SimpleSource><SourceFilename>{}</SourceFilename>'
    "</SimpleSource></VRTRasterBand></VRTDataset>"
)

PICTURES: dict[str, Writer] = {
    "sparse.tif": _tiff(width=2_000_000, height=2_000_000, tiled=True),
    "sparse_one_band.tif": _tiff(width=400_000, height=400_000, tiled=True, count=1),
    "sparse_overview_of_half.tif": _tiff(width=20_000, height=20_000, tiled=True, count=1, overviews=[2]),
    "huge_block.tif": _tiff(width=40_000, height=40_000, blockysize=40_000, count=1),
    "huge_tile.tif": _tiff(
        width=65_536, height=65_536, tiled=True, blockxsize=32_768, blockysize=32_768, count=1),
    "many_bands.tif": _tiff(width=2_000, height=2_000, count=2_000, interleave="pixel"),
    "many_bands_apart.tif": _tiff(width=2_000, height=2_000, count=20_000, interleave="band", tiled=True),
    "wide_numbers.tif": _tiff(width=30_000, height=30_000, dtype="complex128", tiled=True),
    "one_row.tif": _tiff(width=100_000_000, height=1, count=1),
    "one_column.tif": _tiff(width=1, height=100_000_000, count=1, blockysize=1_000_000),
    "bomb.png": _png(30_000, "2\n0\n0\n-2\n440000\n4420000\n"),
    "bomb_in_degrees.png": _png(1_000, "1e300\n0\n0\n-1e300\n1e300\n1e300\n"),
    "loop.tif": _loop,
    "width_of_nonsense.tif": _patched(256, 2**31 - 1),
    "rows_a_strip_of_nonsense.tif": _patched(278, 2**32 - 1),
    "strips_elsewhere.tif": _patched(273, 2**32 - 1),
    "strip_without_end.tif": _patched(279, 2**32 - 1),
    "bands_of_nonsense.tif": _patched(277, 65_535),
    "bits_of_nonsense.tif": _patched(258, 64_000),
    "no_numbers.tif": _affine(float("nan"), 0, 440_000, 0, -2, 4_420_000),
    "no_width.tif": _affine(1e-320, 0, 440_000, 0, -1e-320, 4_420_000),
    "without_end.tif": _affine(1e300, 0, 440_000, 0, -1e300, 4_420_000),
    "no_place.tif": _system('LOCAL_CS["x",UNIT["metre",1]]'),
    "centre_of_the_earth.tif": _system("EPSG:4978"),
    "elsewhere.tif": _text(VRT.format("/etc/passwd")),
    "network.tif": _text(VRT.format("/vsicurl/http://127.0.0.1:9/a.tif")),
    "named.png": _text("/vsicurl/http://127.0.0.1:9/a.png"),
    "endless.mbtiles": mbtiles(f"CREATE VIEW tiles AS {ENDLESS} i % 9 AS zoom_level, i AS tile_column, i AS"
                               " tile_row, x'89504e47' AS tile_data FROM n"),
    "endless_attribution.mbtiles": mbtiles(
        "DROP TABLE metadata",
        f"CREATE VIEW metadata AS {ENDLESS} 'a' || i AS name, i AS value FROM n", TILES,
        "INSERT INTO tiles VALUES (1, 0, 0, x'89504e47')"),
    "endless_tile.mbtiles": mbtiles(
        "CREATE VIEW tiles AS SELECT 1 AS zoom_level, 1 AS tile_column, 1 AS tile_row,"
        f" ({ENDLESS} sum(i) FROM n) AS tile_data"),
    "huge_tile.mbtiles": mbtiles(TILES, "INSERT INTO tiles VALUES (1, 0, 0, zeroblob(900000000))"),
    "view_of_a_huge_tile.mbtiles": mbtiles(
        "CREATE VIEW tiles AS SELECT 1 AS zoom_level, 1 AS tile_column, 1 AS tile_row, zeroblob(900000000) AS"
        " tile_data"),
    "nothing.mbtiles": _rows(None, None),
    "nothing_in_a_tile.mbtiles": _rows(1, None),
    "text.mbtiles": _rows("one", SMALL_PNG),
    "text_in_a_tile.mbtiles": _rows(1, "picture"),
    "number_in_a_tile.mbtiles": _rows(1, 10**9),
    "absurd_scale.mbtiles": _rows(10**9, SMALL_PNG),
    "scale_below_all.mbtiles": _rows(-5, SMALL_PNG),
    "broken_scale.mbtiles": _rows(1.5, SMALL_PNG),
    "odd_scales.mbtiles": _many_scales,
    "bomb_in_a_tile.mbtiles": _bomb_in_a_tile,
    "sorted_without_end.mbtiles": mbtiles(
        f"CREATE VIEW tiles AS {ENDLESS} 1 AS zoom_level, i AS tile_column, i AS tile_row,"
        " randomblob(1000) AS tile_data FROM n ORDER BY tile_data"),
}  # fmt: skip
"""Name → what writes it."""
