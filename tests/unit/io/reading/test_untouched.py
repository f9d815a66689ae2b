"""A planner's files are never touched: read, looked at and shown, all are as they were, and none is new."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pyogrio
import pytest
import rasterio
from pyproj import CRS

from bigmap.base.problems import ProblemLog
from bigmap.io.formats.raw_layer import read_vector
from bigmap.io.rasters.geotiff import GeoTiff
from bigmap.io.rasters.mbtiles import MbTiles
from bigmap.io.reading.folder import read_folder
from bigmap.io.reading.folder_survey import survey_folder
from tests.helpers.shapefiles import squares, write_layer

State = dict[str, tuple[str, int, int]]


def state(folder: Path) -> State:
    """Return what lies in a folder: bytes, time of change, rights, of files and of folders."""
    found = {}
    for path in sorted(folder.rglob("*")):
        about = path.stat()
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        found[str(path.relative_to(folder))] = (digest, about.st_mtime_ns, about.st_mode)
    return found


def estates(names: tuple[str, ...] = ("一村", "二村", "三村")) -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame({"小区名称": list(names), "户数": [9, 8, 7]}, geometry=squares(3), crs=4548)
    return frame.astype({"户数": "int32"})


def with_log(path: Path, mode: str = "WAL") -> sqlite3.Connection:
    """Return an open connection that has changed a GeoPackage: the change stands in a log beside it."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute(f"PRAGMA journal_mode={mode}")
    other.execute("PRAGMA wal_autocheckpoint=0")
    other.execute("BEGIN")
    other.execute('UPDATE estates SET "户数" = "户数" + 1')
    if mode == "WAL":
        other.execute("COMMIT")
    return other


@pytest.fixture
def all_formats(tmp_path: Path) -> Path:
    """Return a folder with a file of every format, some of them as their programs leave them."""
    folder = tmp_path / "all"
    folder.mkdir()
    frame = estates()
    for name, driver, options in (
        ("a.gpkg", "GPKG", {}),
        ("b.gdb", "OpenFileGDB", {}),
        ("c.fgb", "FlatGeobuf", {}),
        ("d.tab", "MapInfo File", {"ENCODING": "CP936"}),
        ("e.mif", "MapInfo File", {"ENCODING": "CP936"}),
    ):
        pyogrio.write_dataframe(frame, folder / name, driver=driver, **options)
    lonlat = frame.to_crs(4326)
    for name, driver in (
        ("f.geojson", "GeoJSON"),
        ("g.kml", "LIBKML"),
        ("h.kmz", "LIBKML"),
        ("i.geojsonl", "GeoJSONSeq"),
    ):
        pyogrio.write_dataframe(lonlat, folder / name, driver=driver)
    frame[["geometry"]].to_file(folder / "j.dxf", driver="DXF", engine="pyogrio")
    frame.to_parquet(folder / "k.parquet")
    write_layer(folder / "l.shp", squares(3), {"小区名称": ["一村", "二村", "三村"]})
    write_layer(folder / "m.shp", squares(3), {"小区名称": ["一村", "二村", "三村"]}).with_suffix(
        ".shx"
    ).unlink()
    (folder / "n.csv").write_text("名称,经度,纬度\n甲,118.09,24.48\n", encoding="utf-8")
    shutil.make_archive(str(folder / "o"), "zip", folder, "f.geojson")
    book = openpyxl.Workbook()
    book.active.append(["小区名称", "户数"])  # type: ignore[union-attr]
    book.save(folder / "p.xlsx")
    return folder


@pytest.fixture
def logged(tmp_path: Path) -> Path:
    """Return a folder with a GeoPackage that QGIS has open: the last edit stands in its log."""
    folder = tmp_path / "logged"
    folder.mkdir()
    source = tmp_path / "estates.gpkg"
    pyogrio.write_dataframe(estates(), source, layer="estates", SPATIAL_INDEX="NO")
    with closing(with_log(source)):
        for part in tmp_path.glob("estates.gpkg*"):
            if not part.name.endswith("-shm"):
                shutil.copy2(part, folder / part.name)
    return folder


def look_at(folder: Path) -> None:
    survey_folder([folder])
    read_folder(folder, crs=CRS.from_epsg(4548))


def test_a_folder_of_all_formats(all_formats: Path) -> None:
    before = state(all_formats)
    for path in sorted(all_formats.iterdir()):
        if path.suffix in {
            ".gpkg",
            ".gdb",
            ".fgb",
            ".tab",
            ".mif",
            ".geojson",
            ".kml",
            ".kmz",
            ".geojsonl",
            ".shp",
            ".dxf",
        }:
            read_vector(path, None, ProblemLog())
    look_at(all_formats)
    assert state(all_formats) == before


def test_a_log_of_the_last_edit_is_read_and_kept(logged: Path) -> None:
    before = state(logged)
    assert "estates.gpkg-wal" in before
    survey_folder([logged])
    assert read_vector(logged / "estates.gpkg", None, ProblemLog()).table["户数"].tolist() == [10, 9, 8]
    assert state(logged) == before


def test_a_newer_edit_is_seen(logged: Path) -> None:
    assert read_vector(logged / "estates.gpkg", None, ProblemLog()).table["户数"].tolist() == [10, 9, 8]
    with closing(with_log(logged / "estates.gpkg")):
        assert read_vector(logged / "estates.gpkg", None, ProblemLog()).table["户数"].tolist() == [11, 10, 9]


def test_another_program_may_have_it_open(tmp_path: Path) -> None:
    path = tmp_path / "estates.gpkg"
    pyogrio.write_dataframe(estates(), path, layer="estates", SPATIAL_INDEX="NO")
    with closing(with_log(path)) as other:
        before = state(tmp_path)
        assert read_vector(path, None, ProblemLog()).table["户数"].tolist() == [10, 9, 8]
        assert state(tmp_path) == before
        other.execute('UPDATE estates SET "户数" = 1')  # it is not locked out either


def test_a_change_that_was_broken_off_is_taken_back_in_the_copy_only(tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    source = tmp_path / "estates.gpkg"
    pyogrio.write_dataframe(estates(), source, layer="estates", SPATIAL_INDEX="NO")
    with closing(with_log(source, "DELETE")) as other:
        other.execute("PRAGMA cache_size=1")
        other.execute(
            "CREATE TABLE filler AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
            " LIMIT 20000) SELECT i, hex(randomblob(50)) AS word FROM n"
        )
        for part in tmp_path.glob("estates.gpkg*"):
            shutil.copy2(part, folder / part.name)
    before = state(folder)
    assert "estates.gpkg-journal" in before
    assert read_vector(folder / "estates.gpkg", None, ProblemLog()).table["户数"].tolist() == [9, 8, 7]
    assert state(folder) == before


def test_a_database_that_keeps_a_log_but_has_none_now(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    pyogrio.write_dataframe(estates(), folder / "estates.gpkg", layer="estates", SPATIAL_INDEX="NO")
    with closing(sqlite3.connect(folder / "estates.gpkg")) as base:
        base.execute("PRAGMA journal_mode=WAL")
    before, changed = state(folder), folder.stat().st_mtime_ns
    look_at(folder)
    assert (state(folder), folder.stat().st_mtime_ns) == (before, changed)


def test_a_folder_that_may_only_be_read(logged: Path, all_formats: Path) -> None:
    """A process without the right to write, since the tests may run as one that may write anywhere."""
    everybody = stat.S_IRUSR | stat.S_IXUSR | stat.S_IRGRP | stat.S_IXGRP | stat.S_IROTH | stat.S_IXOTH
    script = (
        "import os, sys\nfrom pathlib import Path\n"
        "from bigmap.base.problems import ProblemLog\nfrom bigmap.io.formats.raw_layer import read_vector\n"
        "path = Path(sys.argv[1])\n"
        "assert not os.access(path.parent, os.W_OK)\n"
        "print(read_vector(path, None, ProblemLog()).table['户数'].sort_values().tolist())"
    )
    shutil.move(logged, all_formats / "logged")
    paths = [all_formats / "logged" / "estates.gpkg", all_formats / "b.gdb", all_formats / "c.fgb"]
    for folder, _, files in os.walk(all_formats):
        for file in files:
            Path(folder, file).chmod(everybody & ~0o111)
        Path(folder).chmod(everybody)
    plain = [] if os.geteuid() else _without_rights()
    for path, hh in zip(paths, ([8, 9, 10], [7, 8, 9], [7, 8, 9]), strict=True):
        command = [*plain, sys.executable, "-c", script, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.stdout.strip() == str(hh), done.stderr


def _without_rights() -> list[str]:
    """Return what starts a process of the superuser that may not write where others may not either."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("root may write anywhere")
    return [setpriv, "--bounding-set=-all"]


def test_pictures_under_the_plan(tmp_path: Path) -> None:
    profile = {
        "driver": "GTiff",
        "count": 3,
        "height": 64,
        "width": 64,
        "dtype": "uint16",
        "crs": "EPSG:4548",
    }
    transform = rasterio.Affine(2, 0, 610_400, 0, -2, 2_708_900)
    with rasterio.open(tmp_path / "a.tif", "w", **profile, transform=transform) as file:
        file.write(np.arange(3 * 64 * 64, dtype=np.uint16).reshape(3, 64, 64))
    with closing(sqlite3.connect(tmp_path / "b.mbtiles")) as base, base:
        base.execute("PRAGMA journal_mode=WAL")
        base.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        base.execute("CREATE TABLE tiles (zoom_level INT, tile_column INT, tile_row INT, tile_data BLOB)")
        base.execute("INSERT INTO tiles VALUES (0, 0, 0, ?)", (b"\x89PNG",))
    before, changed = state(tmp_path), tmp_path.stat().st_mtime_ns
    picture = GeoTiff(tmp_path / "a.tif", CRS.from_epsg(4548))
    picture.tile(picture.high, 0, 0)
    picture.close()
    tiles = MbTiles(tmp_path / "b.mbtiles")
    assert tiles.tile(0, 0, 0) == b"\x89PNG"
    tiles.close()
    assert (state(tmp_path), tmp_path.stat().st_mtime_ns) == (before, changed)


def test_the_log_of_a_picture_is_read_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "logged"
    folder.mkdir()
    with closing(sqlite3.connect(tmp_path / "b.mbtiles", isolation_level=None)) as base:
        base.execute("PRAGMA journal_mode=WAL")
        base.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        base.execute("CREATE TABLE tiles (zoom_level INT, tile_column INT, tile_row INT, tile_data BLOB)")
        base.execute("INSERT INTO tiles VALUES (0, 0, 0, ?)", (b"\x89PNG",))
        for name in ("b.mbtiles", "b.mbtiles-wal"):
            shutil.copy2(tmp_path / name, folder / name)
    before = state(folder)
    tiles = MbTiles(folder / "b.mbtiles")
    assert tiles.tile(0, 0, 0) == b"\x89PNG"
    tiles.close()
    assert state(folder) == before
