"""Every file of a folder is used, is known to be a by-product, or is named with the way out."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from bigmap.core.sources.layers import Role
from bigmap.io.reading.folder import read_folder
from bigmap.io.vocabulary.layer_states import without_state
from tests.helpers.shapefiles import X0, Y0, squares, street, write_layer

UNREAD = (
    *(".dwg", ".mdb", ".accdb", ".vct", ".e00", ".udd", ".smwu", ".sxwu", ".lpkx", ".ovobj", ".geodatabase"),
    *(".et", ".ett", ".numbers", ".tif", ".jpg", ".ecw", ".docx", ".doc", ".wps", ".pdf", ".txt", ".las"),
    *(".skp", ".bak", ".mp4", ".unheard", "", ".mid", ".dat", ".rar", ".aprx"),
)
BY_PRODUCTS = (
    *("estates.sbn", "estates.sbx", "estates.qix", "estates.shp.xml", "estates.xml", "estates.qpj"),
    *("estates.qmd", "estates.aih", "town.gpkg-wal", "town.gpkg-shm", "Thumbs.db", "desktop.ini"),
    *("readme.md", "LICENSE", ".DS_Store", "estates.atx"),
)
TABLE = {"小区名称": ["甲苑", "乙苑", "丙苑"], "户数": [30, 20, 10]}
AROUND = [shapely.box(X0 - 50, Y0 - 50, X0 + 400, Y0 + 150)]


@pytest.fixture
def town(tmp_path):
    folder = tmp_path / "town"
    folder.mkdir()
    write_layer(folder / "estates.shp", squares(3), TABLE)
    write_layer(folder / "roads.shp", street(1), {"道路名称": ["一路"]})
    return folder


def said(layers, file):
    return [p for p in layers.problems if p.file == file]


@pytest.mark.parametrize("suffix", UNREAD)
def test_a_file_of_a_kind_that_nobody_reads_is_named_once(town, suffix):
    (town / f"资料{suffix}").write_bytes(b"something")
    (problem,) = said(read_folder(town), f"资料{suffix}")
    assert problem.code in {"left_aside", "unreadable"}
    assert problem.text.render("en").startswith("Left aside")


def test_many_files_of_a_kind_are_one_line(town):
    for i in range(30):
        (town / f"photo{i:02}.jpg").write_bytes(b"\xff\xd8\xff")
    problems = [p for p in read_folder(town).problems if "photo" in p.text.render("en")]
    assert [p.what.n for p in problems] == [30]


def test_by_products_are_passed_over(town):
    before = len(read_folder(town).problems)
    for name in BY_PRODUCTS:
        (town / name).write_bytes(b"")
    assert len(read_folder(town).problems) == before


def test_our_own_results_are_no_sources(town):
    before = read_folder(town)
    for name in ("report.json", "parameters.json", "zones.csv", "problems.csv", "map.html", "coverage.pdf"):
        (town / name).write_text("name,x\n", encoding="utf-8")
    assert len(read_folder(town).problems) == len(before.problems)


# --- formats that GDAL reads --------------------------------------------------------------------------------


def estates(crs):
    frame = gpd.GeoDataFrame({"name": ["甲", "乙"], "hh": [3, 4]}, geometry=squares(2), crs=4548)
    return frame.to_crs(crs)


@pytest.mark.parametrize(
    ("suffix", "driver", "crs"),
    [
        (".fgb", "FlatGeobuf", 4548),
        (".gml", "GML", 4548),
        (".sqlite", "SQLite", 4548),
        (".ovkml", "KML", 4326),
    ],
)
def test_a_format_that_is_read(town, tmp_path, suffix, driver, crs):
    for part in list(town.glob("estates.*")):
        part.unlink()
    held = set(town.iterdir())
    made = tmp_path / f"estates{'.kml' if suffix == '.ovkml' else suffix}"
    estates(crs).to_file(made, driver=driver)
    (town / f"estates{suffix}").write_bytes(made.read_bytes())
    (layer,) = read_folder(town).of(Role.ESTATES)
    assert sorted(layer.frame["name"]) == ["乙", "甲"]
    assert set(town.iterdir()) == held | {town / f"estates{suffix}"}  # nothing is written beside it


def test_topojson(town):
    ring = "[[118.1,24.48],[118.11,24.48],[118.11,24.49],[118.1,24.49],[118.1,24.48]]"
    text = (
        '{"type":"Topology","arcs":[' + ring + '],"objects":{"小区":{"type":"GeometryCollection",'
        '"geometries":[{"type":"Polygon","arcs":[[0]],"properties":{"name":"丁苑"}}]}}}'
    )
    (town / "parks.topojson").write_text(text, encoding="utf-8")
    names = [name for layer in read_folder(town).of(Role.ESTATES) for name in layer.frame["name"]]
    assert "丁苑" in names


# --- folders inside -----------------------------------------------------------------------------------------


def test_layers_in_folders_inside_are_read(town):
    (town / "数据" / "面").mkdir(parents=True)
    write_layer(town / "数据" / "面" / "boundary.shp", AROUND)
    assert [layer.file.name for layer in read_folder(town).of(Role.BOUNDARY)] == ["boundary.shp"]


def test_what_lies_too_deep_is_named(town):
    deep = town / "a" / "b" / "c" / "d"
    deep.mkdir(parents=True)
    write_layer(deep / "boundary.shp", AROUND)
    layers = read_folder(town)
    assert not layers.of(Role.BOUNDARY)
    (problem,) = said(layers, "d")
    assert problem.what.n == 1


def test_a_folder_of_results_and_links_in_a_circle_are_not_looked_into(town):
    (town / "out").mkdir()
    for name in ("report.json", "units.geojson", "zones.geojson"):
        (town / "out" / name).write_text("{}", encoding="utf-8")
    (town / "again").symlink_to(town)
    layers = read_folder(town)
    assert [layer.features for layer in layers.of(Role.ESTATES)] == [3]
    assert not said(layers, "units.geojson")


# --- states of one layer ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        *(
            "estates - 副本",
            "estates_20240301",
            "estates(1)",
            "estates_copy",
            "estates_bak",
            "estates_2023-12",
        ),
        *("estates_old", "estates_旧版", "estates_v2", "Copy of estates", "estates - 副本 (2)"),
        "estates_最终版",
    ],
)
def test_a_copy_or_another_state_is_said_and_not_used(town, name):
    write_layer(town / f"{name}.shp", squares(3, 1.0), TABLE)
    layers = read_folder(town)
    assert [layer.file.name for layer in layers.of(Role.ESTATES)] == ["estates.shp"]
    (problem,) = said(layers, f"{name}.shp")
    assert problem.code == "other_state"
    assert "estates.shp" in problem.text.render("en")


@pytest.mark.parametrize("name", ["estates_east", "estates2", "小区_南片", "estates_1"])
def test_another_part_is_no_state(town, name):
    write_layer(town / f"{name}.shp", squares(2, 500.0))
    assert len(read_folder(town).of(Role.ESTATES)) == 2


def test_of_dated_states_the_latest_is_used_and_a_backup_folder_never_leads(town):
    for part in list(town.glob("estates.*")):
        part.rename(part.with_stem("estates_20230101"))
    write_layer(town / "estates_20240301.shp", squares(2), {"小区名称": ["甲苑", "乙苑"]})
    (town / "备份").mkdir()
    write_layer(town / "备份" / "estates_20250101.shp", squares(1))
    layers = read_folder(town)
    assert [layer.file.name for layer in layers.of(Role.ESTATES)] == ["estates_20240301.shp"]


def test_a_name_is_what_is_left_without_its_states():
    assert without_state("小区边界 - 副本 (2)_20240301") == "小区边界"
    assert without_state("20240301") == "20240301"
    assert without_state("ramps_v2") == "ramps"
    assert without_state("preview") == "preview"
    assert without_state("scold") == "scold"
