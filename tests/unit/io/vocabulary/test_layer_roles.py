import pytest

from bigmap.core.sources.layers import Role
from bigmap.io.vocabulary.layer_roles import Guess, detect_role

NAMES = {
    Role.BOUNDARY: ("boundary", "Boundary_2023", "边界", "街道边界", "筼筜街道范围", "fw", "厦门市行政区"),
    Role.COMMUNITIES: ("communities", "社区", "社区边界", "居委会", "sq"),
    Role.ESTATES: (
        "estates",
        "ESTATES",
        "小区边界",
        "思明区 小区边界（2023年）",
        "居住小区",
        "xq",
        "estate_points",
    ),
    Role.BUILDINGS: ("buildings", "buildings_pt", "独栋房屋", "房屋", "jzw", "建筑物"),
    Role.PUBLIC: ("public", "公共建筑", "公建", "public_buildings"),
    Role.ROADS: ("roads", "市政道路", "道路除高架", "路网", "mainroad", "dl"),
    Role.EXCLUSIONS: ("water", "river", "水域", "山体", "筼筜湖", "仙岳山", "exclusions"),
    Role.OPERATORS: ("operators", "服务企业"),
    Role.ZONES: ("zones", "现状片区", "片区"),
    Role.UNKNOWN: ("landuse", "grid250", "学区", "tessellation", "layer1"),
}
CASS = {"JMD": Role.BUILDINGS, "DLSS": Role.ROADS, "JJ": Role.BOUNDARY, "SXSS": Role.EXCLUSIONS}
"""Layers of the drawings that surveyors deliver; the frame, the notes and the rest have no role."""


@pytest.mark.parametrize("name", [*CASS, "TK", "ZJ", "ZBTZ", "KZD"])
def test_layers_of_cass_drawings(name):
    assert detect_role(name).role == CASS.get(name, Role.UNKNOWN)


@pytest.mark.parametrize(("role", "name"), [(role, name) for role, names in NAMES.items() for name in names])
def test_names(role, name):
    assert detect_role(name).role == role


def test_the_name_itself_is_surer_than_a_longer_one():
    assert detect_role("boundary") == Guess(Role.BOUNDARY, 3)
    assert detect_role("boundary_all") == Guess(Role.BOUNDARY, 2)
    assert detect_role("道路除高架") == Guess(Role.ROADS, 1)


@pytest.mark.parametrize(
    ("fields", "geometry", "role"),
    [
        (["XQMC", "HS"], "Polygon", Role.ESTATES),
        (["highway", "osm_id"], "LineString", Role.ROADS),
        (["层数", "名称"], "Polygon", Role.BUILDINGS),
        (["小区名称"], "Point", Role.UNKNOWN),
        (["层数"], "LineString", Role.UNKNOWN),
        (["Id"], "Polygon", Role.UNKNOWN),
    ],
)
def test_fields_tell_where_the_name_does_not(fields, geometry, role):
    assert detect_role("图层1", fields, geometry) == Guess(role, 0)
