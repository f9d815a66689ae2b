import pytest

from bigmap.core.sources.layers import Role
from bigmap.io.vocabulary.field_names import community_of, folded, match_fields, other_names
from bigmap.io.vocabulary.field_values import meaning_of_dlmc


def matched(columns, role=Role.ESTATES):
    return {field: column.name for field, column in match_fields(columns, role).items()}


@pytest.mark.parametrize(
    ("columns", "role", "found"),
    [
        (["小区编号", "小区名称", "总户数"], Role.ESTATES, {"code": 0, "name": 1, "hh": 2}),
        (
            ["XQMC", "ZHS", "JZMJ", "WYGS", "GLMS"],
            Role.ESTATES,
            {"name": 0, "hh": 1, "gfa_m2": 2, "oper": 3, "mgmt": 4},
        ),
        (["MC", "CS", "HS"], Role.BUILDINGS, {"name": 0, "floors": 1, "hh": 2}),
        (
            ["OSM_ID", "NAME", "HEIGHT", "KIND"],
            Role.BUILDINGS,
            {"code": 0, "name": 1, "height_m": 2, "type": 3},
        ),
        (["name", "fclass", "width"], Role.ROADS, {"name": 0, "road_class": 1, "width_m": 2}),
        (
            ["DLMC", "DLDJ", "路宽", "BJDJ"],
            Role.ROADS,
            {"name": 0, "road_class": 1, "width_m": 2, "clean_grade": 3},
        ),
        (["区", "街道"], Role.BOUNDARY, {"name": 1}),
        (["街道", "社区"], Role.COMMUNITIES, {"name": 1}),
        (["小区名", "总户数"], Role.ESTATES, {"name": 0, "hh": 1}),
        (["物业服务企", "建筑面", "管理模"], Role.ESTATES, {"oper": 0, "gfa_m2": 1, "mgmt": 2}),
        (["小区总户数", "总建筑面积（㎡）"], Role.ESTATES, {"hh": 0, "gfa_m2": 1}),
    ],
)
def test_field_names(columns, role, found):
    assert matched(columns, role) == {field: columns[at] for field, at in found.items()}


@pytest.mark.parametrize(
    "column", ["所属街道名称", "街道", "入住户数", "地下建筑面积", "物业公司编号", "Shape_Leng"]
)
def test_fields_that_mean_something_else(column):
    assert matched([column]) == {}


def test_a_unit_in_the_name_of_a_field():
    assert match_fields(["建筑面积（万㎡）"], Role.ESTATES)["gfa_m2"].factor == 10_000
    assert match_fields(["绿化面积(亩)"], Role.ESTATES)["green_m2"].factor == pytest.approx(666.67, abs=0.01)


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        (["序号", "小区", "栋数", "套数"], {"name": "小区", "n_bldg": "栋数", "hh": "套数"}),
        (["小区类型", "小区名称"], {"name": "小区名称", "type": "小区类型"}),
        (
            ["面积·建筑面积（万㎡）", "面积·绿化面积"],
            {"gfa_m2": "面积·建筑面积（万㎡）", "green_m2": "面积·绿化面积"},
        ),
        (["户数·总户数", "户数·入住户数"], {"hh": "户数·总户数"}),
        (["物业服务企业·名称", "物业服务企业·电话"], {"oper": "物业服务企业·名称"}),
        (
            ["竣工年份", "物业费（元/㎡·月）", "收缴率"],
            {"yr_built": "竣工年份", "fee": "物业费（元/㎡·月）", "collect": "收缴率"},
        ),
        (["ＸＱＭＣ", " Zhs "], {"name": "ＸＱＭＣ", "hh": " Zhs "}),
        (["（2023年）户数"], {"hh": "（2023年）户数"}),
    ],
)
def test_heads_of_tables(columns, found):
    assert matched(columns) == found


@pytest.mark.parametrize(
    ("column", "field", "factor"),
    [
        *[
            ("建筑面积（万㎡）", "gfa_m2", 1e4),
            ("建筑面积(公顷)", "gfa_m2", 1e4),
            ("建筑面积(㎡)", "gfa_m2", 1),
        ],
        *[
            ("绿化面积(亩)", "green_m2", 2000 / 3),
            ("物业费(元/㎡·年)", "fee", 1 / 12),
            ("物业费(元/㎡)", "fee", 1),
        ],
        *[("户数(万户)", "hh", 1)],
    ],
)
def test_units_in_the_names_of_fields(column, field, factor):
    assert match_fields([column], Role.ESTATES)[field].factor == pytest.approx(factor)


def test_names_cut_to_the_same_are_rivals():
    assert match_fields(["物业服务企", "物业服务企_1"], Role.ESTATES)["oper"].rivals == ("物业服务企_1",)
    assert match_fields(["总户数", "户数"], Role.ESTATES)["hh"].rivals == ()


def test_further_names_and_communities():
    assert other_names(["小区名称", "曾用名"]) == "曾用名"
    assert community_of(["街道", "所属社区"]) == "所属社区"
    assert other_names(["小区名称"]) is None


@pytest.mark.parametrize(
    ("values", "meaning"),
    [
        (["湖滨南路", "公路用地", "环岛路"], "道路名称"),
        (["水田", "城镇住宅用地"], "地类名称"),
        ([], ""),
        (["x"], ""),
    ],
)
def test_dlmc(values, meaning):
    assert meaning_of_dlmc(values) == meaning


def test_names_are_folded():
    assert folded("建 筑_面积（㎡）") == folded("建筑面积") == "建筑面积"
    assert folded("物业服务_1") == "物业服务"
    assert folded("zone_1") == "zone1"
