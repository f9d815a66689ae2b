"""Pictures under the plan: where they come to lie, and whom the page may ask for them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import CRS, Transformer
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from bigmap.base.errors import UserError
from bigmap.commands.table import command
from bigmap.core.gcj import to_gcj02
from bigmap.io.mbtiles import MbTiles
from bigmap.mapview.basemap import OSM, Basemap, _apply, bend_of, mercator
from bigmap.ui.window import Window
from tests.helpers.plans import ORIGIN, grid_plan
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
    page.wait("[...bigmap.view.boards.base._painter.images.values()].filter(i => i.naturalWidth).length > 3")
    assert "测绘院" in page.value("document.querySelector('.leaflet-control-attribution').textContent")
    assert opened.map.gate.refused == []

    def there(x: float, y: float) -> str:
        u, v = mercator(np.array([to_degrees.transform(x, y)]))[0] * 2**ZOOM
        return colours[(int(u) + int(v)) % 2] if min(u % 1, v % 1, 1 - u % 1, 1 - v % 1) > 0.06 else ""

    def seen(x: float, y: float) -> str:
        px, py = page.value(
            f"(p => [p.x, p.y])(bigmap.view.map.latLngToContainerPoint([{y} - bigmap.view.scene.origin[1],"
            f" {x} - bigmap.view.scene.origin[0]]))"
        )
        return opened.map.view.grab().toImage().pixelColor(round(px), round(py)).name()

    around = [
        (ORIGIN[0] + dx, ORIGIN[1] + dy) for dx in (60, 150, 330) for dy in (-40, 330)
    ]  # off the ground
    places = [
        p
        for p in around
        if there(*p) and not shapely.box(*plan.sources.boundary.bounds).contains(shapely.Point(p))
    ]
    assert len(places) > 2
    for place in places:
        qtbot.waitUntil(lambda p=place: seen(*p) == there(*p), timeout=PATIENCE_MS)
    opened.do(command("base_none"))
    qtbot.waitUntil(lambda: seen(*places[0]) == "#f3f4f1", timeout=PATIENCE_MS)


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
