"""Pictures under the plan: where they come to lie, and whom the page may ask for them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from pyproj import CRS, Transformer
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot
from rasterio.transform import from_origin

from bigmap.base.errors import UserError
from bigmap.commands.registry import command
from bigmap.core.crs.gcj02 import to_gcj02
from bigmap.io.rasters.mbtiles import MbTiles
from bigmap.mapview.basemap import OSM, Basemap, _apply, bend_of, mercator
from bigmap.ui.map.map_widget import BACKGROUND
from bigmap.ui.window.window import Window
from tests.helpers.plans import EPSG, ORIGIN, grid_plan
from tests.helpers.qt import PATIENCE_MS, FakeUser, PageTester

ZOOM = 17


def picture(colour: str) -> bytes:
    image = QImage(256, 256, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def write_mbtiles(path: Path, tiles: dict[tuple[int, int, int], bytes]) -> Path:
    """Write tiles (scale, column, row from the top)."""
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        file.execute("INSERT INTO metadata VALUES ('attribution', '测绘院')")
        file.execute("CREATE TABLE tiles (zoom_level INT, tile_column INT, tile_row INT, tile_data BLOB)")
        file.executemany(
            "INSERT INTO tiles VALUES (?, ?, ?, ?)",
            [(z, x, 2**z - 1 - y, data) for (z, x, y), data in tiles.items()],
        )
    file.close()
    return path


@pytest.mark.parametrize("gcj", [False, True])
@pytest.mark.parametrize(("epsg", "kilometres"), [(4548, 3), (4547, 40), (32650, 60)])
def test_bend_is_true_to_some_decimetres(epsg: int, kilometres: float, gcj: bool) -> None:
    crs, side = CRS.from_epsg(epsg), 1000 * kilometres
    x, y = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(116.4, 39.9)
    bend, error = bend_of(Basemap("", gcj=gcj), crs, (x - side / 2, y - side / 2, x + side / 2, y + side / 2))
    assert error < 0.6
    places = np.random.default_rng(1).uniform(-side / 2, side / 2, (50, 2))
    lonlat = np.column_stack(
        Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(*(places + np.array([x, y])).T)
    )
    found = _apply(bend["to"], mercator(to_gcj02(lonlat) if gcj else lonlat))
    assert np.abs(found - places).max() < error + 0.01


def test_file_of_tiles_counts_rows_from_the_bottom(tmp_path: Path) -> None:
    path = write_mbtiles(
        tmp_path / "图.mbtiles", {(3, 1, 2): picture("#ff0000"), (4, 0, 0): picture("#00ff00")}
    )
    tiles = MbTiles(path)
    assert (tiles.low, tiles.high, tiles.attribution) == (3, 4, "测绘院")
    assert tiles.tile(3, 1, 2) == picture("#ff0000")
    assert tiles.tile(3, 1, 5) is None
    tiles.close()


def test_other_files_are_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.mbtiles").write_bytes(b"not a database at all")
    with pytest.raises(UserError, match="no MBTiles"):
        MbTiles(tmp_path / "a.mbtiles")
    with pytest.raises(UserError, match="no MBTiles"):
        MbTiles(tmp_path / "missing.mbtiles")
    with pytest.raises(UserError, match="vector"):
        MbTiles(write_mbtiles(tmp_path / "b.mbtiles", {(0, 0, 0): b"\x1f\x8b\x08"}))
    with pytest.raises(UserError, match="no tiles"):
        MbTiles(write_mbtiles(tmp_path / "c.mbtiles", {}))


def write_geotiff(path: Path, side_m: float) -> Path:
    """Write a chessboard in the CRS of the plan, larger than its ground."""
    west, north, pixel = ORIGIN[0] - 1000, ORIGIN[1] + 1500, 5.0
    row, column = np.indices((600, 600)) * pixel // side_m
    odd = (row + column) % 2 == 1
    colours = np.where(odd, np.array([[[0]], [[255]], [[255]]]), np.array([[[255]], [[0]], [[255]]]))
    profile = {"driver": "GTiff", "count": 3, "height": 600, "width": 600, "dtype": "uint8", "crs": EPSG}
    with rasterio.open(path, "w", **profile, transform=from_origin(west, north, pixel, pixel)) as file:
        file.write(colours.astype("uint8"))
    return path


def seen(window: Window, page: PageTester, x: float, y: float) -> str:
    """Return the colour on the map at a place in the project CRS."""
    px, py = page.value(
        f"(p => [p.x, p.y])(bigmap.view.map.latLngToContainerPoint([{y} - bigmap.view.scene.origin[1],"
        f" {x} - bigmap.view.scene.origin[0]]))"
    )
    return window.map.view.grab().toImage().pixelColor(round(px), round(py)).name()


PLACES = [(ORIGIN[0] + dx, ORIGIN[1] + dy) for dx in (60, 150, 330) for dy in (-40, 330)]


def off_the_ground(window: Window) -> list[tuple[float, float]]:
    document = window.session.document
    assert document is not None
    ground = shapely.box(*document.plan.sources.boundary.bounds)
    return [place for place in PLACES if not ground.contains(shapely.Point(place))]


@pytest.mark.web
def test_a_geotiff_lies_where_it_belongs(
    qtbot: QtBot, opened: Window, page: PageTester, user: FakeUser, tmp_path: Path
) -> None:
    user.file = write_geotiff(tmp_path / "航片.tif", 70.0)
    opened.do(command("base_file"))
    qtbot.waitUntil(lambda: opened.session.base == "file", timeout=PATIENCE_MS)

    def there(x: float, y: float) -> str:
        u, v = (x - ORIGIN[0] + 1000) / 70, (ORIGIN[1] + 1500 - y) / 70
        near = min(u % 1, v % 1, 1 - u % 1, 1 - v % 1) < 0.1
        return "" if near else "#00ffff" if (int(u) + int(v)) % 2 else "#ff00ff"

    places = [place for place in off_the_ground(opened) if there(*place)]
    assert len({there(*place) for place in places}) == 2
    page.idle()
    assert [seen(opened, page, *place) for place in places] == [there(*place) for place in places]
    assert user.told == []
    opened.do(command("base_none"))
    page.idle()
    assert seen(opened, page, *places[0]) == BACKGROUND


@pytest.mark.web
def test_what_cannot_be_trusted_about_a_picture_is_said(
    qtbot: QtBot, opened: Window, user: FakeUser, tmp_path: Path
) -> None:
    def put(path: Path) -> None:
        user.file = path
        opened.do(command("base_file"))
        qtbot.waitUntil(lambda: not opened.lane.busy, timeout=PATIENCE_MS)

    path = write_geotiff(tmp_path / "a.tif", 70.0)
    profile = {"driver": "GTiff", "count": 1, "height": 9, "width": 9, "dtype": "uint8"}
    with rasterio.open(tmp_path / "b.tif", "w", **profile, transform=from_origin(*ORIGIN, 5, 5)) as file:
        file.write(np.ones((1, 9, 9), dtype=np.uint8))
    put(tmp_path / "b.tif")
    assert any("names no coordinate system" in hint for hint in user.hints)
    with rasterio.open(path, "r+") as file:
        file.crs = "EPSG:4549"  # the next zone
    put(path)
    assert "lies elsewhere" in user.told[0]
    (tmp_path / "c.tif").write_bytes(b"no picture")
    put(tmp_path / "c.tif")
    assert "c.tif is no picture" in user.refused[0]


@pytest.mark.web
def test_tiles_of_a_file_lie_where_they_belong(
    qtbot: QtBot, opened: Window, page: PageTester, user: FakeUser, tmp_path: Path
) -> None:
    plan = grid_plan()
    crs = plan.sources.crs
    to_degrees = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    lonlat = np.column_stack(to_degrees.transform([ORIGIN[0] - 300, ORIGIN[0] + 700], [ORIGIN[1] - 300] * 2))
    spots = mercator(lonlat) * 2**ZOOM
    top = mercator(np.column_stack(to_degrees.transform([ORIGIN[0]], [ORIGIN[1] + 600])))[0, 1] * 2**ZOOM
    columns = range(int(spots[:, 0].min()), int(spots[:, 0].max()) + 1)
    rows = range(int(top), int(spots[:, 1].max()) + 1)
    colours = ["#ff00ff", "#00ffff"]
    user.file = write_mbtiles(
        tmp_path / "base.mbtiles",
        {(ZOOM, x, y): picture(colours[(x + y) % 2]) for x in columns for y in rows},
    )
    opened.do(command("base_file"))
    qtbot.waitUntil(lambda: opened.session.base == "file", timeout=PATIENCE_MS)
    page.idle()
    assert (
        page.value("[...bigmap.view.boards.base._painter.images.values()].filter(i => i.naturalWidth).length")
        > 3
    )
    assert "测绘院" in page.value("document.querySelector('.leaflet-control-attribution').textContent")
    assert opened.map.gate.refused == []

    def there(x: float, y: float) -> str:
        u, v = mercator(np.array([to_degrees.transform(x, y)]))[0] * 2**ZOOM
        return colours[(int(u) + int(v)) % 2] if min(u % 1, v % 1, 1 - u % 1, 1 - v % 1) > 0.06 else ""

    places = [place for place in off_the_ground(opened) if there(*place)]
    assert len(places) > 2
    assert [seen(opened, page, *place) for place in places] == [there(*place) for place in places]
    opened.do(command("base_none"))
    page.idle()
    assert seen(opened, page, *places[0]) == BACKGROUND


@pytest.mark.web
def test_a_service_is_asked_only_while_it_is_chosen(qtbot: QtBot, opened: Window, page: PageTester) -> None:
    gate = opened.map.gate
    ask = "(new Image().src = 'https://tile.openstreetmap.org/0/0/0.png', 1)"
    page.value(ask)
    qtbot.waitUntil(lambda: len(gate.refused) == 1, timeout=PATIENCE_MS)
    assert gate.hosts == frozenset()
    gate.hosts = OSM.hosts
    page.value(ask.replace("tile.", "other."))
    qtbot.waitUntil(lambda: len(gate.refused) == 2, timeout=PATIENCE_MS)
    gate.hosts = frozenset()


@pytest.mark.web
def test_a_wrong_key_is_refused(opened: Window, user: FakeUser) -> None:
    user.text = "a key&with=more"
    opened.do(command("base_tianditu"))
    assert len(user.refused) == 1
    assert opened.session.base == ""
