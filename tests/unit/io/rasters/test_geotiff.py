"""Pictures of the ground as tiles: where they lie, what colours they have, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from pyproj import CRS, Transformer
from PySide6.QtGui import QImage
from rasterio.enums import ColorInterp
from rasterio.transform import from_origin

from bigmap.base import i18n
from bigmap.base.errors import Cancelled, UserError
from bigmap.base.progress import Progress
from bigmap.io.rasters import geotiff
from bigmap.io.rasters.geotiff import GeoTiff

PLAN = CRS.from_epsg(4548)
WEST, NORTH, PIXEL, SIZE = 440_000.0, 4_420_000.0, 2.0, 64
HALF = geotiff._HALF


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = i18n.current()
    i18n.use("en")
    yield
    i18n.use(before)


def write(path: Path, values: np.ndarray, *, placed: bool = True, **profile: Any) -> Path:
    """Write bands of one size; the crs is that of the plan unless told otherwise."""
    values = np.asarray(values)
    count, height, width = values.shape
    known = {"driver": "GTiff", "count": count, "height": height, "width": width, "dtype": values.dtype}
    known |= {"crs": "EPSG:4548", "transform": from_origin(WEST, NORTH, PIXEL, PIXEL)} if placed else {}
    kinds, palette, mask = (profile.pop(name, None) for name in ("kinds", "palette", "mask"))
    with geotiff._quietly(), rasterio.open(path, "w", **known | profile) as file:
        file.write(values)
        if kinds:
            file.colorinterp = kinds
        if palette:
            file.write_colormap(1, palette)
        if mask is not None:
            file.write_mask(mask)
    return path


def plain(*colour: int, dtype: str = "uint8") -> np.ndarray:
    return np.full((len(colour), SIZE, SIZE), np.reshape(colour, (-1, 1, 1)), dtype=dtype)


def seen(picture: GeoTiff, x: float, y: float, crs: CRS = PLAN) -> tuple[int, int, int, int] | None:
    """Return red, green, blue and alpha at a place, of the finest tile there; None where there is no tile."""
    east, north = Transformer.from_crs(crs, "EPSG:3857", always_xy=True).transform(x, y)
    pixel = 2 * HALF / 2**picture.high / 256
    u, v = (east + HALF) / pixel, (HALF - north) / pixel
    tile = picture.tile(picture.high, int(u // 256), int(v // 256))
    if tile is None:
        return None
    image = QImage.fromData(tile)
    assert (image.width(), image.height()) == (256, 256)
    colour = image.pixelColor(int(u % 256), int(v % 256))
    return colour.red(), colour.green(), colour.blue(), colour.alpha()


MIDDLE = (WEST + 60, NORTH - 60)


@pytest.mark.parametrize("epsg", [4548, 4490, 32650, 3857])
def test_each_quarter_has_its_colour_in_any_system(tmp_path: Path, epsg: int) -> None:
    values = plain(0, 0, 0)
    values[0, : SIZE // 2], values[1, :, : SIZE // 2], values[2, SIZE // 2 :, SIZE // 2 :] = 255, 255, 255
    to = Transformer.from_crs(PLAN, epsg, always_xy=True)
    west, north = to.transform(WEST, NORTH)
    step = PIXEL if epsg != 4490 else PIXEL / 100_000
    path = write(
        tmp_path / "航片.tif", values, crs=f"EPSG:{epsg}", transform=from_origin(west, north, step, step)
    )
    picture, side, own = GeoTiff(path, PLAN), SIZE * step, CRS.from_epsg(epsg)
    assert picture.attribution == "航片"
    assert not picture.guessed
    assert seen(picture, west + side / 4, north - side / 4, own) == (255, 255, 0, 255)
    assert seen(picture, west + side * 3 / 4, north - side / 4, own) == (255, 0, 0, 255)
    assert seen(picture, west + side / 4, north - side * 3 / 4, own) == (0, 255, 0, 255)
    assert seen(picture, west + side * 3 / 4, north - side * 3 / 4, own) == (0, 0, 255, 255)
    assert seen(picture, west - side, north, own) in (None, (0, 0, 0, 0))


def test_the_edge_lies_where_it_belongs_to_a_pixel(tmp_path: Path) -> None:
    picture = GeoTiff(write(tmp_path / "a.tif", plain(9, 9, 9)), PLAN)
    for x, inside in ((WEST + PIXEL, True), (WEST - PIXEL, False)):
        found = seen(picture, x, NORTH - 60)
        assert bool(found and found[3]) == inside


GREY = [ColorInterp.gray]
RGBA = [ColorInterp.red, ColorInterp.green, ColorInterp.blue, ColorInterp.alpha]


@pytest.mark.parametrize(
    ("values", "profile", "colour"),
    [
        (plain(77), {}, (77, 77, 77, 255)),
        (plain(10, 20, 30), {}, (10, 20, 30, 255)),
        (plain(10, 20, 30, 255), {"kinds": RGBA}, (10, 20, 30, 255)),
        (plain(10, 20, 30, 0), {"kinds": RGBA}, None),
        (plain(30, 20, 10, 99), {"kinds": [*RGBA[2::-1], ColorInterp.undefined]}, (10, 20, 30, 255)),
        (plain(3), {"palette": {3: (200, 100, 50, 255)}}, (200, 100, 50, 255)),
        (plain(0, 0, 0), {"nodata": 0}, None),
        (plain(5, 6, 7), {"mask": np.zeros((SIZE, SIZE), np.uint8)}, None),
        (plain(40, 40, 40), {"compress": "jpeg", "photometric": "YCBCR"}, (40, 40, 40, 255)),
        (plain(8, 8, 8), {"bigtiff": "yes"}, (8, 8, 8, 255)),
    ],
)
def test_kinds_of_pictures(tmp_path: Path, values: np.ndarray, profile: dict[str, Any], colour: Any) -> None:
    found = seen(GeoTiff(write(tmp_path / "a.tif", values, **profile), PLAN), *MIDDLE)
    assert (None if found is not None and found[3] == 0 else found) == colour


@pytest.mark.parametrize("dtype", ["uint16", "int16", "float32"])
def test_more_than_a_byte_is_stretched(tmp_path: Path, dtype: str) -> None:
    values = np.broadcast_to(np.linspace(100, 1100, SIZE), (1, SIZE, SIZE)).astype(dtype)
    picture = GeoTiff(write(tmp_path / "a.tif", values), PLAN)
    shades = [seen(picture, WEST + share * SIZE * PIXEL, NORTH - 60)[0] for share in (0.01, 0.5, 0.99)]  # type: ignore[index]
    assert shades[0] == 0
    assert shades[1] == pytest.approx(127, abs=8)
    assert shades[2] == 255


def test_a_world_file_is_enough(tmp_path: Path) -> None:
    path = write(tmp_path / "扫描.tif", plain(1, 2, 3), placed=False)
    with pytest.raises(UserError, match=r"扫描\.tif does not say where it lies"):
        GeoTiff(path, PLAN)
    world = f"{PIXEL}\n0\n0\n{-PIXEL}\n{WEST + PIXEL / 2}\n{NORTH - PIXEL / 2}\n"
    path.with_suffix(".tfw").write_text(world)
    picture = GeoTiff(path, PLAN)
    assert picture.guessed
    assert picture.crs.equals(PLAN)
    assert seen(picture, *MIDDLE) == (1, 2, 3, 255)


def test_control_points_are_enough(tmp_path: Path) -> None:
    corners = [(0, 0), (0, SIZE), (SIZE, 0), (SIZE, SIZE)]
    point = rasterio.control.GroundControlPoint
    points = [point(r, c, WEST + c * PIXEL, NORTH - r * PIXEL) for r, c in corners]
    path = write(tmp_path / "a.tif", plain(1, 2, 3), placed=False, gcps=points, crs="EPSG:4548")
    assert seen(GeoTiff(path, PLAN), *MIDDLE) == (1, 2, 3, 255)


def test_scales_go_down_to_a_pixel_a_pixel(tmp_path: Path) -> None:
    picture = GeoTiff(write(tmp_path / "a.tif", plain(1, 2, 3)), PLAN)
    held = PIXEL / np.cos(np.radians(picture.bounds[1]))  # metres of Mercator a pixel; it is turned a little
    finest = 2 * HALF / 2**picture.high / 256
    assert finest <= 1.05 * held < 2.1 * finest
    assert picture.low == 0


@pytest.mark.parametrize(
    ("values", "profile"),
    [
        (plain(10, 20, 30), {}),
        (plain(3), {"palette": {3: (10, 20, 30, 255)}}),
        (plain(10, 20, 30, 255), {"kinds": RGBA}),
        (plain(10, 20, 30), {"nodata": 0}),
        (plain(10, 20, 30), {"mask": np.full((SIZE, SIZE), 255, np.uint8)}),
    ],
)
def test_far_views_of_a_large_picture_are_made_of_a_small_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, values: np.ndarray, profile: dict[str, Any]
) -> None:
    monkeypatch.setattr(geotiff, "_SMALL", 8)
    picture = GeoTiff(write(tmp_path / "a.tif", values, **profile), PLAN)
    assert picture._far.file.shape == (8, 8)
    for high in (picture.high, picture.high - 4):
        picture.high = high
        assert seen(picture, *MIDDLE) == (10, 20, 30, 255)


def test_reading_a_large_picture_can_be_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geotiff, "_SMALL", 8)
    path = write(tmp_path / "a.tif", plain(1, 2, 3))
    with pytest.raises(Cancelled):
        GeoTiff(path, PLAN, Progress(cancelled=lambda: True))


def test_overviews_of_the_file_spare_the_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geotiff, "_SMALL", 8)
    path = write(tmp_path / "a.tif", plain(1, 2, 3))
    with rasterio.open(path, "r+") as file:
        file.build_overviews([2, 4])
    assert GeoTiff(path, PLAN)._far is None


def test_other_files_are_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "文字.tif").write_bytes(b"not a picture at all")
    with pytest.raises(UserError, match=r"文字\.tif is no picture"):
        GeoTiff(tmp_path / "文字.tif", PLAN)
    with pytest.raises(UserError, match=r"missing\.tif is no picture"):
        GeoTiff(tmp_path / "missing.tif", PLAN)
    whole = write(
        tmp_path / "a.tif", np.random.default_rng(1).integers(0, 255, (3, 512, 512)).astype("uint8")
    )
    (tmp_path / "half.tif").write_bytes(whole.read_bytes()[:300_000])
    with pytest.raises(UserError, match=r"half\.tif is damaged"):
        GeoTiff(tmp_path / "half.tif", PLAN)
    far = write(tmp_path / "far.tif", plain(1), transform=from_origin(1e9, 1e9, 1, 1))
    with pytest.raises(UserError, match="does not lie where"):
        GeoTiff(far, PLAN)
