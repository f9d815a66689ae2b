"""Layers and tables that mean harm: read as far as they go, or refused in a sentence; never a defect."""

from __future__ import annotations

import io
import os
import sqlite3
import struct
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bigmap.base import i18n
from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog
from bigmap.core.sources.layers import Role
from bigmap.io.formats import archive, database_views, drawing_blocks, signature
from bigmap.io.formats.raw_layer import read_vector
from bigmap.io.reading.folder import read_folder
from bigmap.io.spreadsheets import table_bounds
from bigmap.io.spreadsheets.cells import read_grids
from tests.helpers.hostile_layers import FAN, LAYERS, LINE, _block, _dxf, _gpkg, _insert, _view, shp

SLOW = {
    "小区_huge_value.gpkg", "小区_nested_many.geojson", "小区_keys_apart.geojson", "小区_many_keys.geojson",
    "小区_bomb.zip", "小区_bomb.kmz", "小区_in_archives.zip", "小区_rows.parquet", "小区台账_cells.xlsx",
    "小区台账_bomb.xlsx", "小区台账_zeros.csv", "小区台账_columns.csv", "小区台账_quotes.csv",
    "小区台账_rows.csv", "小区_nested_many.parquet", "小区_block_of_itself.dxf", "小区_blocks_in_turn.dxf",
    "小区台账_last_cell.xlsx", "小区台账_entities.xlsx", "小区台账_beyond.xlsx", "小区台账_merged.xlsx",
}  # fmt: skip
"""Large to write or slow to begin; `tests.bench.hostile` tries them too."""


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = i18n.current()
    i18n.use("en")
    yield
    i18n.use(before)


@pytest.mark.parametrize("name", [name for name in LAYERS if name not in SLOW])
def test_a_file_that_means_harm_is_answered(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_views, "PATIENCE_S", 0.2)
    LAYERS[name](tmp_path / name)
    try:
        layers = read_folder(tmp_path / name)
    except UserError as refused:
        assert name.split(".", maxsplit=1)[0] in str(refused.text) or "小区" in str(refused.text)  # noqa: PT017
        return
    assert layers.of(Role.ESTATES)


@pytest.mark.parametrize(
    ("select", "ends"),
    [
        ("SELECT fid, geom, 小区名称, 户数 FROM kept", True),
        ("SELECT fid, geom, 小区名称, ST_Area(geom) AS 面积 FROM kept", True),
        (
            (
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
                " SELECT i AS fid, ST_Buffer((SELECT geom FROM kept), i) AS geom FROM n"
            ),
            False,
        ),
        ("SELECT fid, geom, hex(zeroblob(40000000)) AS 小区名称 FROM kept", False),
    ],
)
def test_views_that_end_are_read_and_others_are_not(
    tmp_path: Path, select: str, ends: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_views, "PATIENCE_S", 0.2)
    path = tmp_path / "小区.gpkg"
    _view(select)(path)
    if ends:
        assert len(read_vector(path, "小区", ProblemLog()).table) == 3
        return
    with pytest.raises(UserError, match="its view 小区 does not end"):
        read_vector(path, "小区", ProblemLog())


def test_a_column_that_is_reckoned_beyond_measure_is_a_view_too(tmp_path: Path) -> None:
    path = tmp_path / "小区.gpkg"
    _gpkg("ALTER TABLE 小区 ADD COLUMN x AS (hex(zeroblob(90000000)))")(path)
    with pytest.raises(UserError, match="its view 小区"):
        read_vector(path, "小区", ProblemLog())


def test_a_database_is_looked_at_once_until_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "小区.gpkg"
    _gpkg()(path)
    database_views.check_views(path)
    before = database_views._endless_view.cache_info().hits
    database_views.check_views(path)
    assert database_views._endless_view.cache_info().hits == before + 1
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("CREATE VIEW v AS SELECT hex(zeroblob(90000000))")
    os.utime(path, ns=(1, 1))
    with pytest.raises(UserError, match="its view v"):
        database_views.check_views(path)


def test_blocks_are_counted_as_they_are_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "小区.dxf"
    inner = _block("a", LINE * 3) + _block("b", _insert("a") * 2 + LINE)
    _dxf(_insert("b", " 70\n5\n 71\n2\n") + LINE, inner)(path)
    # Two inserts and a line, and twice what those draw, which is three lines; ten times that.
    drawn = 10 * ((2 + 1) + 2 * 3)
    for most in (drawn, drawn - 1):
        monkeypatch.setattr(drawing_blocks, "MOST_DRAWN", most)
        if most == drawn:
            drawing_blocks.check_blocks(path, path.read_bytes())
            continue
        with pytest.raises(UserError, match=f"draws {drawn} things"):
            drawing_blocks.check_blocks(path, path.read_bytes())


def test_a_fan_of_blocks_is_counted_although_it_could_never_be_drawn(tmp_path: Path) -> None:
    path = tmp_path / "小区.dxf"
    _dxf(_insert("b0"), FAN)(path)
    with pytest.raises(UserError, match="out of its blocks"):
        read_vector(path, None, ProblemLog())


@pytest.mark.skipif(not hasattr(os.stat_result, "st_blocks"), reason="holes are told on Linux and macOS only")
@pytest.mark.parametrize("part", [".shp", ".shx", ".dbf"])
def test_a_copy_that_was_broken_off_is_said(tmp_path: Path, part: str) -> None:
    path = tmp_path / "小区.shp"
    shp(path)
    os.truncate(path.with_suffix(part), 2**27)
    with pytest.raises(UserError, match=f"小区{part} is empty for the most part"):
        read_vector(path, None, ProblemLog())


def test_a_large_file_that_is_whole_is_no_broken_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signature, "_LARGE", 100)
    shp(tmp_path / "小区.shp")
    assert len(read_vector(tmp_path / "小区.shp", None, ProblemLog()).table) == 3


def test_archives_in_an_archive_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "小区.zip"
    inmost = zipped({"小区.geojson": b"{}"})
    path.write_bytes(zipped({f"{i}.zip": zipped({f"{k}.zip": inmost for k in "abc"}) for i in range(3)}))
    monkeypatch.setattr(archive, "_MOST_INNER", 11)
    with pytest.raises(UserError, match="more than 11 archives"):
        archive.members(path)
    monkeypatch.setattr(archive, "_MOST_INNER", 12)
    assert len(archive.members(path)) == 9


def zipped(held: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, data in held.items():
            file.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("text", "bound", "sentence"),
    [
        ("小区名称,户数\n筼筜花园,5\n" * 10, "_MOST_ROWS", "20 rows|9 rows"),
        ("小区名称,户数,a,b,c\n筼筜花园,5,,,\n", "_MOST_COLUMNS", "5 columns"),
    ],
)
def test_a_table_larger_than_a_sheet_is_refused(
    tmp_path: Path, text: str, bound: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "小区台账.csv"
    path.write_text(text, encoding="utf-8")
    assert read_grids(path, ProblemLog())
    monkeypatch.setattr(table_bounds, bound, 4)
    with pytest.raises(UserError, match=sentence):
        read_grids(path, ProblemLog())


def test_a_kmz_that_gdal_cannot_read_is_not_said_to_be_locked(tmp_path: Path) -> None:
    path = tmp_path / "小区.kmz"
    LAYERS["小区_entities.kmz"](path)
    with pytest.raises(UserError, match="cannot be read"):
        read_vector(path, None, ProblemLog())


def test_wkb_of_two_thousand_million_rings_costs_no_other_feature(tmp_path: Path) -> None:
    path = tmp_path / "小区.gpkg"
    rings = b"GP\0\x01" + struct.pack("<i", 4548) + struct.pack("<BII", 1, 3, 2**31 - 1)
    _gpkg(f"UPDATE 小区 SET geom = x'{rings.hex()}' WHERE fid = 1")(path)
    log = ProblemLog()
    assert len(read_vector(path, "小区", log).table) == 3
    assert [(p.code, p.feature) for p in log] == [("bad_shape", 1)]
