"""Each format planners have, as their programs write it."""

import json
import re
import struct
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog
from bigmap.core.sources.layers import Role
from bigmap.io.formats.detect_format import Format, format_of, refusal
from bigmap.io.formats.raw_layer import layer_names, outline, read_vector
from bigmap.io.reading.decide import layers_of
from bigmap.io.reading.folder import read_folder
from bigmap.io.reading.inspect_source import inspect_source
from tests.helpers.drawings import drawing
from tests.helpers.shapefiles import X0, Y0, squares, write_layer

NAMES = ["筼筜花园", "后垵小区", "墘头里"]
FIELD = "小区名称的全称"


@pytest.fixture
def estates():
    return gpd.GeoDataFrame({FIELD: NAMES, "户数": [120, 80, 30]}, geometry=squares(3), crs=4548).astype(
        {"户数": "int32"}
    )


@pytest.fixture
def features(estates):
    return json.loads(estates.to_crs(4490).to_json(drop_id=True))["features"]


def read(path, layer=None, **told):
    log = ProblemLog()
    return read_vector(path, layer, log, **told), log


def codes(log):
    return [problem.code for problem in log]


def assert_estates(raw, field=FIELD):
    assert raw.table[field].tolist() == NAMES
    assert [int(hh) for hh in raw.table["户数"]] == [120, 80, 30]
    assert raw.table.index.tolist() == [1, 2, 3]
    flat = gpd.GeoSeries(raw.shapes, crs=raw.crs or 4490).to_crs(4548)
    assert flat.area.tolist() == pytest.approx([1e4] * 3, rel=1e-3)


@pytest.mark.parametrize(
    ("name", "driver"),
    [
        ("a.gpkg", "GPKG"),
        ("a.gdb", "OpenFileGDB"),
        ("a.kml", "LIBKML"),
        ("a.kmz", "LIBKML"),
        ("a.geojsonl", "GeoJSONSeq"),
    ],
)
def test_formats_with_unicode_text(tmp_path, estates, name, driver):
    frame = estates if driver in {"GPKG", "OpenFileGDB"} else estates.to_crs(4326)
    pyogrio.write_dataframe(frame, tmp_path / name, driver=driver)
    raw, log = read(tmp_path / name)
    assert_estates(raw)
    assert raw.encoding.told
    assert raw.sample[0][FIELD] == NAMES[0]
    assert raw.candidates == ("UTF-8",)
    assert layer_names(tmp_path / name) == [None]
    assert codes(log) == []


@pytest.mark.parametrize("kwargs", [{}, {"geometry_encoding": "geoarrow"}])
def test_geoparquet(tmp_path, estates, kwargs):
    estates.to_parquet(tmp_path / "a.parquet", **kwargs)
    raw, _ = read(tmp_path / "a.parquet")
    assert_estates(raw)
    assert raw.crs.to_epsg() == 4548
    assert outline(tmp_path / "a.parquet", None)[:2] == ([FIELD, "户数"], "Polygon")


def test_parquet_with_shapes_as_bytes_and_no_word_about_them(tmp_path, estates):
    table = pd.DataFrame(estates.drop(columns="geometry")).assign(geometry=[g.wkb for g in estates.geometry])
    table.to_parquet(tmp_path / "a.parquet")
    raw, _ = read(tmp_path / "a.parquet")
    assert raw.table[FIELD].tolist() == NAMES
    assert raw.crs is None
    table.drop(columns="geometry").to_parquet(tmp_path / "a.parquet")
    with pytest.raises(UserError, match=r"a\.parquet"):
        read(tmp_path / "a.parquet")


# --- GeoJSON ------------------------------------------------------------------------------------------------


def collection(features):
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


@pytest.mark.parametrize(
    ("form", "encoding", "named"),
    [
        (collection, "utf-8", "UTF-8"),
        (collection, "utf-8-sig", "UTF-8"),
        (collection, "utf-16", "UTF-8"),
        (collection, "gb18030", "GB18030"),
        (json.dumps, "utf-8", "UTF-8"),
        (lambda features: json.dumps(features, ensure_ascii=False, indent=1), "utf-8-sig", "UTF-8"),
        (lambda features: json.dumps([json.loads(collection(features))]), "utf-8", "UTF-8"),
        (lambda features: "\n".join(map(json.dumps, features)), "utf-8", "UTF-8"),
        (lambda features: "".join(f"\x1e{json.dumps(f)}\n" for f in features), "utf-8", "UTF-8"),
    ],
    ids=["usual", "mark", "utf-16", "gbk", "bare", "bare-mark", "bare-collection", "lines", "text-sequence"],
)
@pytest.mark.parametrize("suffix", [".geojson", ".json"])
def test_geojson_as_people_save_it(tmp_path, features, form, encoding, named, suffix):
    path = tmp_path / f"a{suffix}"
    path.write_bytes(form(features).encode(encoding))
    raw, log = read(path)
    assert_estates(raw)
    assert raw.encoding.encoding == named
    assert codes(log) == []


def test_the_user_tells_the_encoding_of_a_geojson(tmp_path, features):
    (tmp_path / "a.geojson").write_bytes(collection(features).encode("gb18030"))
    raw, _ = read(tmp_path / "a.geojson", encoding="GBK")
    assert_estates(raw)
    assert raw.encoding.told


def test_a_single_feature(tmp_path, features):
    (tmp_path / "a.geojson").write_text(json.dumps(features[0]), encoding="utf-8")
    raw, _ = read(tmp_path / "a.geojson")
    assert raw.table[FIELD].tolist() == NAMES[:1]


def test_a_damaged_line_is_said_with_its_number(tmp_path, features):
    lines = [json.dumps(features[0]), '{"type": "Feature", "geom', json.dumps(features[2])]
    (tmp_path / "a.geojson").write_text("\n".join(lines), encoding="utf-8")
    raw, log = read(tmp_path / "a.geojson")
    assert raw.table[FIELD].tolist() == [NAMES[0], NAMES[2]]
    assert [(p.code, p.feature) for p in log] == [("line_lost", 2)]


def test_a_feature_that_is_wrong_costs_no_other(tmp_path, features):
    odd = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [["a"]]}}
    empty = {"type": "Feature", "properties": None, "geometry": None}
    (tmp_path / "a.geojson").write_text(collection([*features, odd, empty]), encoding="utf-8")
    raw, _ = read(tmp_path / "a.geojson")
    assert raw.table[FIELD].tolist()[:3] == NAMES
    assert len(raw.shapes) == 5


@pytest.mark.parametrize(
    "content", ["", "  \n", "[1, 2", "{}", '{"a": 1}', "hello", '[{"type": "Feature", "prop']
)
def test_what_is_no_geojson_is_refused(tmp_path, content):
    (tmp_path / "a.geojson").write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=r"a\.geojson"):
        read(tmp_path / "a.geojson")


# --- text that is bytes -------------------------------------------------------------------------------------


def write_mapinfo(path, frame, charset):
    pyogrio.write_dataframe(frame, path, driver="MapInfo File", ENCODING="CP936")
    data = path.read_bytes()
    path.write_bytes(data.replace(b"WindowsSimpChinese", charset) if charset else without_charset(data))
    return path


def without_charset(data):
    return b"\n".join(
        line for line in data.split(b"\n") if not line.lower().startswith((b"charset", b"!charset"))
    )


@pytest.mark.parametrize(
    ("suffix", "charset", "said"),
    [
        (".tab", b"WindowsSimpChinese", []),
        (".tab", b"WindowsLatin1", ["encoding_contradicts"]),
        (".tab", b"Neutral", []),
        (".mif", b"WindowsSimpChinese", []),
        (".mif", b"WindowsLatin1", ["encoding_contradicts"]),
        (".mif", b"Neutral", []),
        (".mif", b"", []),
    ],
)
def test_mapinfo_whatever_charset_it_names(tmp_path, estates, suffix, charset, said):
    path = write_mapinfo(tmp_path / f"小区{suffix}", estates, charset)
    before = sorted(tmp_path.iterdir())
    raw, log = read(path)
    assert_estates(raw)
    assert raw.encoding.encoding == "GB18030"
    assert codes(log) == said
    assert sorted(tmp_path.iterdir()) == before


def test_a_mapinfo_table_without_its_data_is_refused(tmp_path, estates):
    path = write_mapinfo(tmp_path / "小区.tab", estates, b"WindowsSimpChinese")
    path.with_suffix(".dat").unlink()
    with pytest.raises(UserError, match=r"小区\.tab.*\.dat"):
        read(path)


@pytest.mark.parametrize(
    ("page", "encoding", "version", "said"),
    [
        ("ANSI_936", "gb18030", "AC1015", []),
        ("ANSI_1252", "gb18030", "AC1015", ["encoding_contradicts"]),
        ("ANSI_936", "utf-8", "AC1021", []),
        ("ANSI_936", "utf-8", "AC1015", ["encoding_contradicts"]),
    ],
)
def test_a_drawing_whatever_code_page_it_names(tmp_path, page, encoding, version, said):
    path = tmp_path / "cad.dxf"
    path.write_bytes(drawing(["小区边界", "图框"], page, encoding, version))
    assert layer_names(path) == ["图框", "小区边界"]
    raw, log = read(path, "小区边界")
    assert [shapely.get_type_id(shape) for shape in raw.shapes] == [1, 0]
    assert raw.table["Text"].tolist()[1] == "筼筜小区"
    assert codes(log) == said
    assert len(read(path, "图框")[0].table) == 2
    assert outline(path, "图框")[:2] == (list(raw.table.columns), "Unknown")


def layers_told(path):
    return [plan.layer.layer for plan in layers_of(inspect_source(path))]


def test_layers_of_a_drawing_have_roles_or_the_file_has_one(tmp_path):
    write_layer(tmp_path / "街道边界.shp", [shapely.box(X0 - 50, Y0 - 50, X0 + 400, Y0 + 150)])
    path = tmp_path / "cad.dxf"
    path.write_bytes(drawing(["小区边界", "TK"]))
    found = read_folder(tmp_path).of(Role.ESTATES)
    assert [layer.features for layer in found] == [2]
    path.unlink()
    (tmp_path / "小区边界.dxf").write_bytes(drawing(["0", "TK"]))
    found = read_folder(tmp_path).of(Role.ESTATES)
    assert [layer.features for layer in found] == [4]


@pytest.mark.parametrize(
    ("head", "encoding"),
    [("小区名称,经度,纬度", "gb18030"), ("name\tX坐标\tY坐标", "utf-16"), ("名稱;lng;lat", "big5")],
)
def test_points_of_a_text_table(tmp_path, head, encoding):
    separator = next(c for c in ",;\t" if c in head)
    rows = [head, *(separator.join([n, "118.1", "24.5"]) for n in ("廈門花園", "員當街道", "學府小區"))]
    path = tmp_path / "poi.csv"
    path.write_bytes(("\r\n".join(rows) + "\r\n").encode(encoding))
    raw, _ = read(path)
    assert [shape.coords[0] for shape in raw.shapes] == [(118.1, 24.5)] * 3
    assert raw.table.iloc[:, 0].tolist() == ["廈門花園", "員當街道", "學府小區"]
    assert outline(path, None)[:2] == (re.split("[,;\t]", head), "Point")


def test_shapes_of_a_text_table_and_rows_without(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('name,WKT\n甲,"POLYGON ((0 0, 1 0, 1 1, 0 0))"\n乙,\n丙,POLYGON oops\n', encoding="utf-8")
    raw, _ = read(path)
    assert shapely.is_missing(raw.shapes).tolist() == [False, True, True]
    assert raw.table["name"].tolist() == ["甲", "乙", "丙"]


def test_a_lone_quote_does_not_swallow_the_rows_behind_it(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("name,x,y\n" + '"甲,1,2\n' + "乙,3,4\n" * 40, encoding="utf-8")
    assert len(read(path)[0].table) == 41


def test_a_table_without_coordinates_has_no_layers(tmp_path):
    (tmp_path / "服务企业.csv").write_text("企业名称,户数上限\n永安物业,5000\n", encoding="utf-8")
    assert layer_names(tmp_path / "服务企业.csv") == []
    with pytest.raises(UserError, match=r"服务企业\.csv"):
        read(tmp_path / "服务企业.csv")


# --- arcs, several layers, refusals -------------------------------------------------------------------------


def arc_wkb(x):
    """Return a half disc of radius 50 as a CurvePolygon of a CompoundCurve."""
    arc = struct.pack("<BII6d", 1, 8, 3, x, Y0, x + 50, Y0 + 50, x + 100, Y0)
    line = struct.pack("<BII4d", 1, 2, 2, x + 100, Y0, x, Y0)
    return struct.pack("<BIIBII", 1, 10, 1, 1, 9, 2) + arc + line


def test_arcs_become_lines_and_cost_no_other_feature(tmp_path):
    shapes = [shapely.from_wkb(arc_wkb(X0)) if i < 0 else square for i, square in enumerate(squares(2))]
    path = tmp_path / "a.gpkg"
    frame = gpd.GeoDataFrame({"name": ["直", "弧"]}, geometry=shapes, crs=4548)
    pyogrio.write_dataframe(frame, path, geometry_type="Unknown", SPATIAL_INDEX="NO")
    import sqlite3

    with sqlite3.connect(path) as db:
        head = b"GP\x00\x01" + struct.pack("<i", 4548)
        db.execute("UPDATE a SET geom = ? WHERE fid = 2", (head + arc_wkb(X0 + 200),))
    db.close()
    raw, log = read(path)
    assert shapely.area(raw.shapes) == pytest.approx([1e4, 3927], rel=2e-3)
    assert codes(log) == ["arcs"]


def test_several_layers_are_each_a_layer(tmp_path, estates):
    path = tmp_path / "库.gdb"
    for layer in ("小区", "备用"):
        pyogrio.write_dataframe(estates, path, driver="OpenFileGDB", layer=layer, append=path.exists())
    pyogrio.write_dataframe(pd.DataFrame({"a": ["1"]}), path, driver="OpenFileGDB", layer="表", append=True)
    assert layer_names(path) == ["小区", "备用"]
    assert outline(path, "小区")[:2] == ([FIELD, "户数"], "MultiPolygon")
    assert Role.ESTATES in {layer.role for layer in read_folder(tmp_path).layers}


@pytest.mark.parametrize("name", ["a.rar", "a.7z", "a.dwg", "a.mdb", "a.udbx", "a.WL"])
def test_formats_of_their_makers_are_refused_with_a_way_out(tmp_path, name):
    assert format_of(Path(name)) is None
    assert name in str(refusal(Path(name)))
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(UserError) as refused:
        read_folder(tmp_path)
    assert name in str(refused.value)


def test_suffixes_in_capitals():
    assert format_of(Path("A.SHP")) == Format.SHAPEFILE
    assert refusal(Path("a.shp")) is None


@pytest.mark.parametrize("odd", [None, 7, "甲", [1], {"甲": 1}, {"type": "Point", "coordinates": [0, 0]}])
@pytest.mark.parametrize("at", [0, 1, 3])
def test_an_entry_that_is_no_feature_is_said_with_its_number(tmp_path, features, odd, at):
    path = tmp_path / "a.geojson"
    for indent in (None, 1):
        text = {"type": "FeatureCollection", "features": [*features[:at], odd, *features[at:]]}
        path.write_text(json.dumps(text, ensure_ascii=False, indent=indent), encoding="utf-8")
        raw, log = read(path)
        assert raw.table[FIELD].tolist() == NAMES
        (problem,) = log
        assert (problem.code, problem.text.render("en").split("numbers ")[1][0]) == (
            "entry_lost",
            str(at + 1),
        )


def test_brackets_in_a_name_are_no_end_of_a_file(tmp_path, features):
    path = tmp_path / "a.geojson"
    features[0]["properties"][FIELD] = "东区[1}, {nan, "
    path.write_text(collection(features), encoding="utf-8")
    raw, log = read(path)
    assert raw.table[FIELD].tolist() == ["东区[1}, {nan, ", *NAMES[1:]]
    assert codes(log) == []


def test_a_drawing_of_one_layer_is_told_by_the_name_of_that_layer(tmp_path):
    (tmp_path / "地块.dxf").write_bytes(drawing(["小区边界"]))
    assert layers_told(tmp_path / "地块.dxf") == ["小区边界"]
    (tmp_path / "地块.dxf").write_bytes(drawing(["0"]))
    assert layers_told(tmp_path / "地块.dxf") == [None]
