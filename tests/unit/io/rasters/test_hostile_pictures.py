"""Basemaps that mean harm are refused in a sentence, or shown as far as they go; none is endless."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import rasterio
from pyproj import CRS

from bigmap.base import i18n
from bigmap.base.errors import UserError
from bigmap.io.rasters import geotiff, mbtiles, picture_bounds
from bigmap.io.rasters.geotiff import GeoTiff
from bigmap.io.rasters.mbtiles import MbTiles
from bigmap.io.rasters.picture_size import picture_size
from tests.helpers.hostile_pictures import PICTURES, PLACE, png_bomb
from tests.helpers.hostile_pictures import mbtiles as written


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = i18n.current()
    i18n.use("en")
    yield
    i18n.use(before)


PLAN = CRS.from_epsg(4548)
SLOW = {"sparse.tif", "bomb.png", "many_bands_apart.tif", "bomb_in_a_tile.mbtiles", "huge_tile.mbtiles"}
"""To be written, or large; `tests.bench.hostile` tries them too."""
SHOWN = {"loop.tif", "without_end.tif", "centre_of_the_earth.tif", "one_row.tif", "one_column.tif",
         "sparse_overview_of_half.tif", "rows_a_strip_of_nonsense.tif", "strip_without_end.tif"}  # fmt: skip
"""What is odd about them does no harm."""


@pytest.mark.parametrize("name", sorted(PICTURES.keys() - SLOW))
def test_a_basemap_that_means_harm(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mbtiles, "_PATIENCE_S", 0.1)
    path = tmp_path / name
    PICTURES[name](path)
    try:
        tiles = MbTiles(path) if path.suffix == ".mbtiles" else GeoTiff(path, PLAN)
    except UserError as refused:
        assert name not in SHOWN
        assert str(refused.text).startswith(name)  # noqa: PT017 - either is right for most
        return
    assert name in SHOWN
    tiles.tile(tiles.low, 0, 0)
    tiles.close()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("sparse_one_band.tif", "would grow"),
        ("huge_tile.tif", r"blocks of 1,024 MB"),
        ("many_bands.tif", "2000 bands"),
        ("endless.mbtiles", "query without end"),
        ("absurd_scale.mbtiles", "scales"),
    ],
)
def test_the_sentence_says_why(
    tmp_path: Path, name: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mbtiles, "_PATIENCE_S", 0.1)
    PICTURES[name](tmp_path / name)
    with pytest.raises(UserError, match=sentence):
        MbTiles(tmp_path / name) if name.endswith("mbtiles") else GeoTiff(tmp_path / name, PLAN)


@pytest.mark.parametrize("side", [1000, 1001])
def test_a_picture_may_be_so_large_and_no_larger(
    tmp_path: Path, side: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.tif"
    profile = {"driver": "GTiff", "count": 1, "height": side, "width": 1000, "dtype": "uint8"}
    with rasterio.open(path, "w", **profile, compress="deflate", **PLACE) as file:
        file.write(np.zeros((1, side, 1000), dtype="uint8"))
    monkeypatch.setattr(picture_bounds, "_SMALL_B", 1_000_000)
    if side == 1000:
        GeoTiff(path, PLAN)
        return
    with pytest.raises(UserError, match="would grow"):
        GeoTiff(path, PLAN)


def test_an_overview_that_is_hardly_smaller_does_not_spare_the_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(geotiff, "_SMALL", 8)
    path = tmp_path / "a.tif"
    with rasterio.open(
        path, "w", driver="GTiff", count=1, height=64, width=64, dtype="uint8", **PLACE
    ) as file:
        file.write(np.zeros((1, 64, 64), dtype="uint8"))
    with rasterio.open(path, "r+") as file:
        file.build_overviews([2])
    assert GeoTiff(path, PLAN)._far is not None


def test_a_tile_that_grows_beyond_measure_and_a_tile_without_end_are_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mbtiles, "_WIDEST", 300)
    path = tmp_path / "a.mbtiles"
    large, small = png_bomb(301), png_bomb(300)
    table = "CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data)"
    written(table, "INSERT INTO tiles VALUES (1, 0, 0, ?), (1, 1, 0, ?)", values=(large, small))(path)
    tiles = MbTiles(path)
    assert tiles.tile(1, 0, 1) is None
    assert tiles.tile(1, 1, 1) == small
    assert tiles.tile(10**6, 0, 0) is None
    tiles.close()


@pytest.mark.parametrize(
    "data", [b"", b"RIFF", b"\xff\xd8\xff", b"\xff\xd8\xff\xe0\x00", b"\x89PNG\r\n\x1a\n"]
)
def test_bytes_that_tell_no_size(data: bytes) -> None:
    assert picture_size(data) is None
