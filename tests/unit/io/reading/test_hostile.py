"""Files that mean harm or were hurt on their way: read and said, or refused in a sentence; never a defect."""

from __future__ import annotations

import io
import json
import os
import sys
import zipfile

import geopandas as gpd
import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from shapely import LineString, Polygon, box

from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog
from bigmap.core.clean.cleaning import clean
from bigmap.core.sources.layers import Role
from bigmap.io.formats.archive import members
from bigmap.io.formats.raw_layer import read_vector
from bigmap.io.reading.folder import read_folder
from bigmap.io.spreadsheets.table_head import read_sheets
from tests.helpers.shapefiles import X0, Y0, squares, street, write_layer

NAMES = ["筼筜花园", "后垵小区", "墘头里", "东渡苑", "西林"]


@pytest.fixture
def town(tmp_path):
    write_layer(tmp_path / "estates.shp", squares(5), {"小区名称": NAMES})
    write_layer(tmp_path / "roads.shp", street(2), {"道路名称": ["一路", "二路"]})
    write_layer(tmp_path / "boundary.shp", [box(X0 - 20, Y0 - 40, X0 + 620, Y0 + 120)])
    return tmp_path


def without_estates(town):
    for part in town.glob("estates.*"):
        part.unlink()
    return town


def collection(shapes, **first):
    lonlat = gpd.GeoSeries(shapes, crs=4548).to_crs(4326)
    rows = [{"小区名称": name, "户数": 10} for name in NAMES[: len(shapes)]]
    rows[0].update(first)
    features = [
        {"type": "Feature", "properties": row, "geometry": shapely.geometry.mapping(shape)}
        for row, shape in zip(rows, lonlat, strict=True)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def names_read(path, layer=None):
    log = ProblemLog()
    raw = read_vector(path, layer, log)
    return raw.table["小区名称"].tolist(), {p.code for p in log}


# --- labels ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "label",
    [
        'LOCAL_CS["Undefined Cartesian SRS",UNIT["metre",1]]',
        'VERT_CS["a",VERT_DATUM["b",2005],UNIT["m",1]]',
        "EPSG:4978",
        '{"a":' * 3000,
        (
            'PROJCS["x",GEOGCS["g",DATUM["D",SPHEROID["s",6378137,298.257223563]],PRIMEM["Greenwich",0],'
            'UNIT["Degree",0.0174532925199433]],PROJECTION["Nonsense"],UNIT["Meter",1]]'
        ),
    ],
)
def test_a_label_of_no_place_on_the_ground_is_set_aside_and_said(town, label):
    (town / "estates.prj").write_text(label)
    layers = read_folder(town)
    assert {"prj_unreadable", "crs_guessed"} <= {p.code for p in layers.problems}
    assert layers.of(Role.ESTATES)[0].frame.to_crs(4548).total_bounds[:2] == pytest.approx((X0, Y0), abs=0.1)


def test_heights_in_a_label_do_not_matter(town):
    lonlat = list(gpd.GeoSeries(squares(5), crs=4548).to_crs(4326))
    write_layer(town / "estates.shp", lonlat, {"小区名称": NAMES}, crs="EPSG:4326")
    (town / "estates.prj").write_text("EPSG:4326+5773")
    assert "prj_unreadable" not in {p.code for p in read_folder(town).problems}


# --- strays, and layers that hold nothing ------------------------------------------------------------------


@pytest.mark.parametrize("stray", [box(0, 0, 1, 1), box(-1e7, -1e7, 1e7, 1e7), box(1e300, 0, 1.1e300, 1e300)])
def test_one_stray_among_five_features_does_not_decide_the_system(town, stray):
    write_layer(town / "estates.shp", [*squares(4), stray], {"小区名称": NAMES})
    layers = read_folder(town)
    made = clean(layers).estates
    assert sorted(made["name"])[-4:] == sorted(NAMES[:4]) or set(NAMES[:4]) <= set(made["name"])
    told = {p.name for p in layers.problems} | set(made["name"])
    assert NAMES[4] in told


@pytest.mark.parametrize("value", [float("inf"), 1e300])
def test_a_layer_in_which_no_vertex_is_a_place(town, value):
    with np.errstate(all="ignore"):
        nowhere = [Polygon([(value, value)] * 4)] * 2
        frame = gpd.GeoDataFrame({"小区名称": NAMES[:2]}, geometry=nowhere, crs=4548)
        frame.to_file(without_estates(town) / "estates.gpkg", engine="pyogrio")
    with pytest.raises(UserError, match=r"^estates\.gpkg"):
        read_folder(town)


def test_a_shp_without_any_record_left(town):
    path = town / "estates.shp"
    path.write_bytes(path.read_bytes()[:120])
    with pytest.raises(UserError, match=r"^estates\.shp"):
        read_folder(town)


def test_rings_of_one_place_and_lines_of_no_length_cost_no_other(town):
    tiny = [box(X0 + i, Y0, X0 + i + 0.0005, Y0 + 0.0005) for i in range(2)]
    write_layer(town / "estates.shp", [*squares(3), *tiny], {"小区名称": NAMES})
    write_layer(town / "roads.shp", [LineString([(X0, Y0 - 10)] * 2), *street()])
    layers = read_folder(town)
    made = clean(layers)
    assert made.estates["name"].tolist() == NAMES[:3]
    assert {p.feature for p in layers.problems if p.code == "no_ground"} >= {4, 5}


def test_a_boundary_without_ground_is_refused(town):
    write_layer(town / "boundary.shp", [box(X0, Y0, X0 + 0.5, Y0 + 0.5)])
    with pytest.raises(UserError, match=r"^boundary\.shp.*0\.25 m²"):
        clean(read_folder(town))


def test_a_quarter_of_a_million_vertices_a_millimetre_apart(town):
    turn = np.linspace(0, 2 * np.pi, 250_000, endpoint=False)
    ring = np.column_stack([X0 + 50 + 50 * np.cos(turn), Y0 + 50 + 50 * np.sin(turn)])
    write_layer(town / "estates.shp", [Polygon(ring)], {"小区名称": NAMES[:1]})
    layers = read_folder(town)
    made = clean(layers).estates.geometry
    assert shapely.get_num_coordinates(made.iloc[0]) < 2_000
    assert made.area.iloc[0] == pytest.approx(np.pi * 2500, abs=3)
    (told,) = [p for p in layers.problems if p.code == "dense"]
    assert told.before == pytest.approx(np.pi * 2500, abs=1)


# --- GeoJSON, KML, drawings, tables ------------------------------------------------------------------------


@pytest.mark.parametrize("odd", ["NaN", "Infinity", "1" + "0" * 400])
def test_numbers_that_json_does_not_know_cost_no_feature(tmp_path, odd):
    path = tmp_path / "estates.geojson"
    text = collection(squares(5), 户数=0).replace('"户数": 0', f'"户数": {odd}')
    path.write_text(text, encoding="utf-8")
    assert names_read(path) == (NAMES, set())


@pytest.mark.parametrize("cut", [-3, -200, -700])
def test_a_geojson_that_ends_early_keeps_what_is_whole(tmp_path, cut):
    path = tmp_path / "estates.geojson"
    path.write_text(collection(squares(5))[:cut], encoding="utf-8")
    names, codes = names_read(path)
    assert names == NAMES[: len(names)]
    assert len(names) >= 2
    assert codes == {"file_cut"}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "gb18030"])
def test_geojson_in_encodings_that_the_standard_forbids(tmp_path, encoding):
    path = tmp_path / "estates.geojson"
    path.write_bytes(collection(squares(5)).encode(encoding))
    assert names_read(path)[0] == NAMES


KML = (
    '<?xml version="1.0" encoding="{}"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark>'
    "<name>筼筜花园</name><Polygon><outerBoundaryIs><LinearRing><coordinates>118,24 118.001,24 118.001,24.001"
    " 118,24</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></Document></kml>"
)


@pytest.mark.parametrize("declared", ["UTF-8", "GBK", "GB2312"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_kml_in_gbk_whatever_its_head_says(tmp_path, declared, encoding):
    path = tmp_path / "小区.kml"
    path.write_bytes(KML.format(declared).encode(encoding))
    raw = read_vector(path, None, ProblemLog())
    assert raw.table["Name"].tolist() == ["筼筜花园"]


def test_a_mapinfo_table_that_ends_early_says_how_many_are_lost(tmp_path):
    frame = gpd.GeoDataFrame({"name": list("abcde")}, geometry=squares(5), crs=4548)
    frame.to_file(tmp_path / "estates.tab", driver="MapInfo File", engine="pyogrio")
    index = tmp_path / "estates.id"
    index.write_bytes(index.read_bytes()[:8])
    log = ProblemLog()
    read = len(read_vector(tmp_path / "estates.tab", None, log).table)
    assert read < 5
    assert [(p.code, p.text.values["n"]) for p in log] == [("file_cut", 5 - read)]


def test_a_drawing_that_ends_early_is_said(tmp_path):
    lines = "".join(
        f"  0\nLINE\n  8\n小区\n 10\n{X0}\n 20\n{Y0 + i}\n 11\n{X0 + 50}\n 21\n{Y0}\n" for i in range(9)
    )
    whole = f"  0\nSECTION\n  2\nENTITIES\n{lines}  0\nENDSEC\n  0\nEOF\n".encode("gb18030")
    path = tmp_path / "小区.dxf"
    for data, codes in ((whole, []), (whole[: len(whole) // 2], ["file_cut"])):
        path.write_bytes(data)
        log = ProblemLog()
        assert len(read_vector(path, None, log).table) > 2
        assert [p.code for p in log] == codes


@pytest.mark.parametrize("geo", [b"no json", b"[]", b'{"columns":[]}', b'{"columns":{"geometry":null}}'])
def test_parquet_whose_own_account_is_nonsense(tmp_path, geo):
    table = pa.table({"小区名称": NAMES, "geometry": [shapely.to_wkb(s) for s in squares(5)]})
    pq.write_table(table.replace_schema_metadata({b"geo": geo}), tmp_path / "estates.parquet")
    assert names_read(tmp_path / "estates.parquet")[0] == NAMES


def test_parquet_whose_shapes_are_text(tmp_path):
    pq.write_table(pa.table({"小区名称": NAMES, "geometry": NAMES}), tmp_path / "estates.parquet")
    with pytest.raises(UserError, match=r"^estates\.parquet.*geometry"):
        read_vector(tmp_path / "estates.parquet", None, ProblemLog())


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_text_named_like_a_workbook_is_read_as_text(tmp_path, encoding):
    path = tmp_path / "小区台账.xls"
    path.write_bytes("小区名称\t户数\n筼筜花园\t5\n".encode(encoding))
    (sheet,) = read_sheets(path, ProblemLog())
    assert sheet.frame["小区名称"].tolist() == ["筼筜花园"]


@pytest.mark.parametrize("data", [b"", b"\0" * 50, b"\xef\xbb\xbf<html><table></table></html>"])
def test_workbooks_that_are_empty_or_web_pages(tmp_path, data):
    path = tmp_path / "小区台账.xls"
    path.write_bytes(data)
    with pytest.raises(UserError, match=r"^小区台账\.xls"):
        read_sheets(path, ProblemLog())


def test_a_workbook_that_grows_beyond_measure_is_refused_at_once(tmp_path):
    path = tmp_path / "小区台账.xlsx"
    openpyxl.Workbook().save(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as file, file.open("xl/more.xml", "w") as more:
        for _ in range(150):
            more.write(b"\0" * 2**20)
    with pytest.raises(UserError, match=r"^小区台账\.xlsx"):
        read_sheets(path, ProblemLog())


# --- archives ----------------------------------------------------------------------------------------------


def packed(names):
    """Return a zip of (name, bytes)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in names:
            file.writestr(name, data)
    return out.getvalue()


def estates_in(town, folder=""):
    return [(f"{folder}{p.name}", p.read_bytes()) for p in town.glob("estates.*")]


def nested(data, levels):
    for _ in range(levels):
        data = packed([("in.zip", data)])
    return data


def test_archives_in_archives_are_opened_to_a_depth_and_refused_below_it(town):
    inner = packed(estates_in(town))
    without_estates(town)
    path = town / "小区.zip"
    path.write_bytes(nested(inner, 3))
    assert len(read_folder(town).of(Role.ESTATES)[0].frame) == 5
    path.write_bytes(nested(inner, 9))
    with pytest.raises(UserError, match=r"小区\.zip"):
        read_folder(town)


def test_many_small_bombs_are_one_large_one(tmp_path):
    bomb = packed([("a.shp", b"\0" * (30 * 2**20))])
    path = tmp_path / "小区.zip"
    path.write_bytes(packed([(f"{i}.zip", bomb) for i in range(9)]))
    with pytest.raises(UserError, match=r"小区\.zip"):
        members(path)


def test_an_archive_with_nothing_to_read_is_said(town):
    (town / "照片.zip").write_bytes(packed([("a.jpg", b"x")]))
    assert ("照片.zip", "unreadable") in {(p.file, p.code) for p in read_folder(town).problems}


@pytest.mark.parametrize("stem", ["长" * 200, "CON", "a:b?", "nul.x", "emoji😀 100%#'\""])
def test_names_that_a_disk_does_not_take_are_changed(town, stem):
    path = town / "小区.zip"
    path.write_bytes(packed([(n.replace("estates", stem), d) for n, d in estates_in(town)]))
    without_estates(town)
    assert len(read_folder(town, {Role.ESTATES: path}).of(Role.ESTATES)[0].frame) == 5


# --- the disk ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["小区😀", "小区 100%", "小区#1", "小区'甲'", "小区&", "小区[1]", "小区;甲", "小区?x=1", "-小区"]
)
def test_names_with_signs_that_mean_something_elsewhere(town, name):
    for part in town.glob("estates.*"):
        part.rename(part.with_stem(name))
    (estates,) = read_folder(town).of(Role.ESTATES)
    assert estates.frame["name"].tolist() == NAMES


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes on Linux only")
def test_a_name_in_gbk_on_a_disk_of_utf8(town):
    (town / os.fsdecode("照片".encode("gbk") + b".geojson")).write_text(collection(squares(1)))
    problems = read_folder(town).problems
    assert ("照片.geojson", "unreadable") in {(p.file, p.code) for p in problems}
    (town / os.fsdecode("小区".encode("gbk") + b".geojson")).write_text(collection(squares(1)))
    assert ("小区.geojson", "unreadable") in {(p.file, p.code) for p in read_folder(town).problems}


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes on the disk")
@pytest.mark.parametrize("suffix", [".cpg", ".prj"])
def test_a_pipe_beside_a_layer_is_not_waited_for(town, suffix):
    (town / f"estates{suffix}").unlink(missing_ok=True)
    os.mkfifo(town / f"estates{suffix}")
    assert len(read_folder(town).of(Role.ESTATES)[0].frame) == 5


@pytest.mark.parametrize("part", ["estates.shp", "estates.dbf", "estates.shx"])
def test_a_file_that_cannot_be_opened_is_refused_by_name(town, monkeypatch, part):
    from pathlib import Path

    opened = Path.open

    def refuse(self, *args, **kwargs):
        if self.name == part:
            raise PermissionError(13, "Permission denied", str(self))
        return opened(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UserError, match="estates"):
        read_vector(town / "estates.shp", None, ProblemLog())


def test_a_file_that_vanishes(town):
    (town / "roads.shp").unlink()
    with pytest.raises(UserError, match=r"^roads\.shp"):
        read_vector(town / "roads.shp", None, ProblemLog())
