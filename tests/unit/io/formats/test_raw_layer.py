import struct
import subprocess
import sys

import pytest
import shapely

from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog
from bigmap.io.formats.raw_layer import layer_names, outline, read_vector
from tests.helpers.shapefiles import dbf, squares, write_layer

NAMES = ["筼筜花园", "后垵小区", "墘头里"]


def read(path, layer=None):
    log = ProblemLog()
    return read_vector(path, layer, log), log


def codes(log):
    return [problem.code for problem in log]


@pytest.fixture
def estates(tmp_path):
    return write_layer(tmp_path / "estates.shp", squares(3), {"小区名称": NAMES, "户数": [120, 80, 30]})


def test_gbk_without_any_label(estates):
    raw, log = read(estates)
    assert raw.table["小区名称"].tolist() == NAMES
    assert raw.table["户数"].tolist() == [120, 80, 30]
    assert raw.encoding.encoding == "GB18030"
    assert not raw.encoding.told
    assert raw.crs.to_epsg() == 4548
    assert codes(log) == []


@pytest.mark.parametrize("cpg", ["GB2312", "OEM", "ANSI 936", "utf-8 \n", "nonsense"])
def test_a_lying_cpg_changes_nothing(tmp_path, cpg):
    path = write_layer(tmp_path / "estates.shp", squares(3), {"小区名称": NAMES}, cpg=cpg)
    assert read(path)[0].table["小区名称"].tolist() == NAMES


def test_utf8_without_cpg(tmp_path):
    path = write_layer(tmp_path / "estates.shp", squares(3), {"名称": NAMES}, encoding="utf-8")
    raw, _ = read(path)
    assert raw.table["名称"].tolist() == NAMES
    assert raw.encoding.encoding == "UTF-8"


def test_field_names_cut_in_mid_character(tmp_path):
    columns = {"小区名称": NAMES, "a物业服务企业": ["甲", "乙", "丙"], "a物业服务电话": ["1", "2", "3"]}
    raw, _ = read(write_layer(tmp_path / "utf8.shp", squares(3), columns, encoding="utf-8"))
    assert list(raw.table.columns) == ["小区名", "a物业服", "a物业服_1"]
    assert raw.table["a物业服"].tolist() == ["甲", "乙", "丙"]
    raw, _ = read(write_layer(tmp_path / "gbk.shp", squares(3), columns))
    assert list(raw.table.columns) == ["小区名称", "a物业服务", "a物业服务_1"]


def test_value_cut_in_mid_character(tmp_path):
    path = write_layer(tmp_path / "estates.shp", squares(1))
    path.with_suffix(".dbf").write_bytes(dbf({"名称": ["筼筜花园小区"]}, width=9))
    assert read(path)[0].table["名称"].tolist() == ["筼筜花园"]


def test_an_open_ring_is_closed_and_costs_no_other_feature(estates):
    unclose_last_ring(estates)
    raw, log = read(estates)
    assert shapely.area(raw.shapes) == pytest.approx([1e4] * 3)
    assert [(p.code, p.feature) for p in log] == [("open_ring", 3)]


def unclose_last_ring(shp):
    """Drop the closing point of the last polygon, in .shp and .shx."""
    shx = shp.with_suffix(".shx")
    data, index = bytearray(shp.read_bytes()), bytearray(shx.read_bytes())
    start, words = struct.unpack(">2i", index[-8:])
    struct.pack_into("<i", data, start * 2 + 48, 4)
    struct.pack_into(">i", data, start * 2 + 4, words - 8)
    struct.pack_into(">i", index, len(index) - 4, words - 8)
    del data[-16:]
    struct.pack_into(">i", data, 24, len(data) // 2)
    shp.write_bytes(data)
    shx.write_bytes(index)


def test_a_missing_index_is_not_needed_and_none_is_written_beside_the_file(estates):
    estates.with_suffix(".shx").unlink()
    before = sorted(estates.parent.iterdir())
    raw, log = read(estates)
    assert shapely.area(raw.shapes) == pytest.approx([1e4] * 3)
    assert raw.table["小区名称"].tolist() == NAMES
    assert codes(log) == ["index_missing"]
    assert sorted(estates.parent.iterdir()) == before


def test_an_index_of_another_state_is_not_trusted(estates):
    shx = estates.with_suffix(".shx")
    data = bytearray(shx.read_bytes())
    struct.pack_into(">i", data, 108, struct.unpack_from(">i", data, 108)[0] + 20)
    shx.write_bytes(data)
    raw, log = read(estates)
    assert not shapely.is_missing(raw.shapes).any()
    assert codes(log) == ["index_stale"]


def test_a_shp_that_ends_early_keeps_what_is_there(estates):
    estates.write_bytes(estates.read_bytes()[:-40])
    raw, log = read(estates)
    assert shapely.is_missing(raw.shapes).tolist() == [False, False, True]
    assert raw.table["小区名称"].tolist() == NAMES
    assert "shapes_cut" in codes(log)


def test_a_dbf_that_ends_early_costs_attributes_but_no_ground(estates):
    table = estates.with_suffix(".dbf")
    table.write_bytes(table.read_bytes()[:-60])
    raw, log = read(estates)
    assert shapely.area(raw.shapes) == pytest.approx([1e4] * 3)
    assert raw.table["小区名称"].isna().tolist() == [False, False, True]
    assert raw.table.index.tolist() == [1, 2, 3]
    assert codes(log) == ["rows_lost"]


def test_a_dbf_of_fewer_rows_costs_no_ground(estates):
    estates.with_suffix(".dbf").write_bytes(dbf({"小区名称": NAMES[:2]}))
    raw, _ = read(estates)
    assert shapely.area(raw.shapes) == pytest.approx([1e4] * 3)


def test_a_dbf_of_more_rows_is_said(estates):
    estates.with_suffix(".dbf").write_bytes(dbf({"小区名称": [*NAMES, "多"]}))
    raw, log = read(estates)
    assert raw.table["小区名称"].tolist() == NAMES
    assert codes(log) == ["rows_spare"]


def test_deleted_rows_stay_deleted_and_numbers_stay_true(estates):
    table = estates.with_suffix(".dbf")
    data = bytearray(table.read_bytes())
    start, size = struct.unpack_from("<2H", data, 8)
    data[start + size] = ord("*")
    table.write_bytes(data)
    raw, log = read(estates)
    assert raw.table.index.tolist() == [1, 3]
    assert codes(log) == ["rows_deleted"]


def test_parts_whose_names_differ_in_case(estates):
    estates.with_suffix(".dbf").rename(estates.with_name("ESTATES.DBF"))
    assert read(estates)[0].table["小区名称"].tolist() == NAMES


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "gb18030"])
def test_a_prj_in_an_odd_encoding(estates, encoding):
    text = estates.with_suffix(".prj").read_text().replace("CGCS2000_3_Degree_GK_CM_117E", "厦门三度带")
    estates.with_suffix(".prj").write_bytes(text.encode(encoding))
    raw, log = read(estates)
    assert raw.crs.to_epsg() == 4548
    assert codes(log) == []


def test_a_prj_that_nobody_understands_is_said(estates):
    estates.with_suffix(".prj").write_text("厦门92坐标系", encoding="utf-8")
    raw, log = read(estates)
    assert raw.crs is None
    assert codes(log) == ["prj_unreadable"]


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda p: p.write_bytes(b""), "is an empty file"),
        (lambda p: p.write_bytes(b"<html>404</html>" * 20), "is not a shapefile"),
        (lambda p: write_layer(p, []), "holds no features"),
    ],
)
def test_what_cannot_be_read_is_refused_with_one_sentence(estates, damage, words):
    damage(estates)
    with pytest.raises(UserError) as refused:
        read(estates)
    said = refused.value.text.render("en")
    assert "estates.shp" in said
    assert words in said
    assert refused.value.text.render("zh") != said


def test_geojson_and_geopackage(tmp_path):
    import geopandas as gpd

    frame = gpd.GeoDataFrame({"小区名称": NAMES}, geometry=squares(3), crs=4548)
    frame.to_file(tmp_path / "estates.geojson", driver="GeoJSON")
    frame.to_file(tmp_path / "all.gpkg", layer="estates", driver="GPKG")
    frame.to_file(tmp_path / "all.gpkg", layer="小区", driver="GPKG")
    for path, layer in ((tmp_path / "estates.geojson", None), (tmp_path / "all.gpkg", "小区")):
        raw, log = read(path, layer)
        assert raw.table["小区名称"].tolist() == NAMES
        assert raw.table.index.tolist() == [1, 2, 3]
        assert raw.crs.to_epsg() == 4548
        assert len(log) == 0
    assert layer_names(tmp_path / "estates.geojson") == [None]
    assert layer_names(tmp_path / "all.gpkg") == ["estates", "小区"]


def test_what_is_no_geojson_is_refused(tmp_path):
    path = tmp_path / "estates.geojson"
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(UserError, match=r"estates\.geojson"):
        read(path)


def test_an_outline_tells_fields_and_geometry_without_reading(estates):
    assert outline(estates, None)[:2] == (["小区名称", "户数"], "Polygon")


def test_gdal_says_nothing_on_the_terminal_from_a_worker_thread():
    code = (
        "import threading, bigmap.io.reading.folder as f, bigmap.base.paths as p;"
        "t = threading.Thread(target=f.read_folder, args=(p.sample_shapes(),)); t.start(); t.join()"
    )
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert said.stderr == ""


def test_a_sample_shows_five_rows_those_with_foreign_letters_first(tmp_path):
    names = ["plain"] * 9 + NAMES
    raw, _ = read(write_layer(tmp_path / "a.shp", squares(12), {"name": names}))
    assert [row["name"] for row in raw.sample] == ["plain", "plain", *NAMES]
    assert raw.candidates[0] == "GB18030"


def test_the_user_chooses_the_encoding(tmp_path):
    names = ["學府路", "廈門", "街道"]
    path = write_layer(tmp_path / "a.shp", squares(3), {"名稱": names}, encoding="big5", cpg="GBK")
    log = ProblemLog()
    raw = read_vector(path, None, log, encoding="cp950")
    assert raw.table["名稱"].tolist() == names
    assert raw.encoding.encoding == "Big5"
    assert raw.encoding.told
    assert codes(log) == []
    assert raw.sample[0]["名稱"] == "學府路"
    with pytest.raises(UserError, match="base64"):
        read_vector(path, None, log, encoding="base64")


def test_the_user_names_fields_and_leaves_some_out(tmp_path):
    columns = {"a": ["甲"], "name": ["乙"], "b": ["丙"], "c": ["丁"]}
    path = write_layer(tmp_path / "a.shp", squares(1), columns)
    log = ProblemLog()
    raw = read_vector(path, None, log, fields={"a": "name", "b": "", "nobody": "hh"})
    assert raw.table.to_dict("list") == {"name": ["甲"], "c": ["丁"]}
    assert raw.table.index.tolist() == [1]
