"""Tables of AMap, Baidu and Tencent: places and outlines with a type of three steps and its code."""

from __future__ import annotations

from bigmap.base.i18n import Text
from bigmap.core.sources.layers import Role
from bigmap.io.data_models.land_codes import GREEN
from bigmap.io.data_models.model import DataModel, LayerModel
from bigmap.io.data_models.rows import UNDECIDED, Kind, Rows, Verdict, look_up, put

_ESTATE = Kind(Role.ESTATES)
_PUBLIC = Kind(Role.PUBLIC)
_TOWER = Kind(None, "office towers and other places")
_OTHER = Kind(None, "shops, restaurants, hotels and other places")
_CODES = {
    **dict.fromkeys(("120300", "120301", "120302", "120303"), _ESTATE),
    "120304": _PUBLIC,
    "1202": _TOWER,
    **dict.fromkeys(
        ("1412", "0901", "0902", "0903", "1301", "1302", "1305", "1401", "1402", "1403", "1404"), _PUBLIC
    ),
    **dict.fromkeys(("1405", "0801", "1400", "1300", "0900"), _PUBLIC),
    "1101": GREEN,
}
_WORDS = (
    ("社区中心", _PUBLIC),
    ("住宅区|住宅小区|别墅|宿舍", _ESTATE),
    ("商务写字楼|产业园区|楼宇", _TOWER),
    ("学校|医院|政府机构|博物馆|图书馆|体育场馆|科教文化|医疗保健", _PUBLIC),
    ("公园", GREEN),
    (".", _OTHER),
)


def _judge(rows: Rows) -> Verdict:
    code = rows.text("typecode", "type_code", "typeCode").str.split("|").str[0]
    code = code.where(~code.str.fullmatch(r"\d{5}"), "0" + code)
    kinds = look_up(code, _CODES, _OTHER)
    words = rows.text("type", "std_tag", "tag", "category")
    kinds = put(kinds, code == "", UNDECIDED)
    for signs, kind in reversed(_WORDS):
        kinds = put(kinds, (code == "") & words.str.contains(signs), kind)
    return Verdict(kinds)


MODEL = DataModel(
    Text("Web map"),
    (
        LayerModel(
            "AOI / POI",
            (),
            _judge,
            signs=(
                ("typecode", "location"),
                ("typecode", "polyline"),
                ("typecode", "type", "name"),
                ("type", "location", "polyline"),
                ("uid", "std_tag"),
                ("content.geo", "name"),
            ),
            fields={
                "name": ("name", "title", "名称"),
                "code": ("id", "uid"),
                "type": ("type", "std_tag"),
                "hh": ("户数", "总户数", "hh", "households"),
                "gfa_m2": ("建筑面积", "总建筑面积"),
                "road_class": (),
            },
        ),
    ),
    crs="GCJ-02 (AMap, Tencent), BD09MC (Baidu): never labelled",
    source="lbs.amap.com, POI classes; lbs.qq.com",
)
