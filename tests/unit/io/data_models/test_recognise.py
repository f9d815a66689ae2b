"""A layer is of a data model by its name with a field beside it, or by a set of fields, never by one."""

import pytest

from bigmap.base.i18n import use
from bigmap.io.data_models.recognise import MODELS, recognise

CASS = ("Layer", "PaperSpace", "SubClasses", "EntityHandle", "Text")
KNOWN = [
    ("BOUA6", ("GB", "PAC", "NAME"), "Polygon", "BOUA 行政境界面"),
    ("boua6_py", ("gb", "pac"), "MultiPolygon", "BOUA 行政境界面"),
    ("HYDA500k", ("GB",), "Polygon", "HYDA 水系面"),
    ("LRDL", ("GB", "TYPE"), "LineString", "LRDL 公路"),
    ("DLTB", ("BSM", "DLBM"), "Polygon", "DLTB 地类图斑"),
    ("350203dltb_2023", ("DLMC",), "Polygon", "DLTB 地类图斑"),
    ("导出", ("BSM", "YSDM", "DLBM"), "Polygon", "DLTB 地类图斑"),
    ("DLTBGX", ("BSM", "YSDM", "DLBM"), "Polygon", "DLTBGX 地类图斑更新"),
    ("CJDCQ", ("ZLDWDM",), "Polygon", "CJDCQ 村级调查区"),
    ("ZRZ", ("MC", "CS"), "Polygon", "ZRZ 自然幢"),
    ("LJZ", ("ZRZH", "LJZH"), "Polygon", "LJZ 逻辑幢"),
    ("FW", ("CS", "JG"), "Polygon", "FW 房屋"),
    ("图层1", ("ZDDM", "YT"), "Polygon", "ZDJBXX 宗地"),
    ("控规_规划片区", ("PQMC",), "Polygon", "规划单元, 街坊, 片区"),
    ("XG_GHDK", ("YDYHFLDM",), "Polygon", "规划用地 GHYDYH"),
    ("地块", ("用地代码", "容积率"), "Polygon", "规划用地 GHYDYH"),
    ("gh_kg_dlbx_ln", ("TCMC",), "LineString", "道路红线 DLHX, DLBX"),
    ("街道办事处", ("名称",), "Point", "办公点"),
    ("万米网格", ("BGCODE",), "Polygon", "单元网格"),
    ("gis_osm_landuse_a_free_1", ("osm_id", "code", "fclass", "name"), "Polygon", "gis_osm"),
    ("abc", ("osm_id", "code", "fclass"), "Polygon", "gis_osm"),
    ("landuse_residential_area", ("full_id", "osm_id", "osm_type"), "MultiPolygon", "osm"),
    ("lines", ("osm_id", "highway", "other_tags"), "LineString", "osm"),
    ("division_area", ("id", "names", "subtype"), "Polygon", "division_area"),
    ("building_part", ("id", "names"), "Polygon", "place, address, connector …"),
    ("data", ("id", "names.primary", "subtype", "class"), "Polygon", "land_use"),
    ("厦门AOI", ("id", "typecode", "polyline"), "Unknown", "AOI / POI"),
    ("tl_2023_06075_roads", ("LINEARID", "FULLNAME", "MTFCC"), "LineString", "MTFCC"),
    ("wards", ("WD23CD", "WD23NM"), "MultiPolygon", "ward"),
    ("JMD", CASS, "Unknown", "JMD 居民地"),
    ("0", (*CASS, "SOUTH"), "Unknown", "SOUTH"),
]
NOT_KNOWN = [
    ("landuse", ("fclass",), "Polygon"),
    ("图层1", ("DLBM",), "Polygon"),
    ("图层1", ("class", "name"), "Polygon"),
    ("图层1", ("type", "kind", "code"), "Polygon"),
    ("RESA", ("NAME",), "Polygon"),  # without a code nothing tells a house from a street block
    ("fw", ("NAME",), "Polygon"),
    ("building", ("name", "floors"), "Polygon"),
    ("小区边界", ("小区名称", "户数"), "Polygon"),
    ("JMD", ("NAME",), "Polygon"),
    ("街道办事处", ("名称",), "Polygon"),
]


@pytest.mark.parametrize(("name", "fields", "geometry", "title"), KNOWN)
def test_layers_as_they_are_named(name, fields, geometry, title):
    found = recognise(name, fields, geometry)
    assert found is not None
    assert found.layer.title == title


@pytest.mark.parametrize(("name", "fields", "geometry"), NOT_KNOWN)
def test_what_tells_too_little(name, fields, geometry):
    assert recognise(name, fields, geometry) is None


def test_no_set_of_fields_has_only_one():
    signs = [(layer.title, sign) for model in MODELS for layer in model.layers for sign in layer.signs]
    assert len(signs) > 60
    assert [sign for _, sign in signs if len(set(sign)) < 2] == []


def test_a_layer_of_the_land_survey_is_named_in_chinese():
    use("zh")
    try:
        title = str(recognise("DLTB", ["DLBM", "ZLDWDM"], "Polygon").title)
        old = str(recognise("DLTB", ["DLBM", "XZDWMJ"], "Polygon").title)
    finally:
        use("en")
    assert title == "第三次国土调查 DLTB 地类图斑"
    assert old == "第二次全国土地调查 DLTB 地类图斑"


def test_each_model_says_where_it_is_from_and_how_its_coordinates_come():
    assert all(model.source and model.crs for model in MODELS)
