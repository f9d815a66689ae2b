"""Names that planners give to fields, in Chinese, pinyin initials and English, and what they mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bigmap.core.layers import Role

ALIASES: dict[str, tuple[str, ...]] = {
    "name": (
        *(
            "小区名称",
            "小区名",
            "楼盘名称",
            "项目名称",
            "片区名称",
            "建筑名称",
            "建筑物名称",
            "道路名称",
            "路名",
            "名称",
        ),
        *("name", "name_zh", "mc", "xqmc", "xmmc", "lpmc", "jzwmc", "dlmc", "road_name", "boroname"),
    ),
    "code": (
        *(
            "zone_id",
            "片区编号",
            "小区编号",
            "小区代码",
            "建筑编号",
            "道路编号",
            "社区编号",
            "街道编号",
            "编号",
            "编码",
            "代码",
        ),
        *("code", "bm", "bh", "xqdm", "jzwdm", "dm", "bsm", "id", "osm_id", "eid", "bid", "rid"),
    ),
    "hh": (
        "总户数",
        "户数",
        "住户数",
        "居民户数",
        "套数",
        "hs",
        "zhs",
        "zts",
        "hh",
        "household",
        "households",
    ),
    "gfa_m2": ("总建筑面积", "建筑面积", "jzmj", "zjzmj", "gfa", "gfa_m2", "buildarea", "floorarea"),
    "floors": (
        "地上层数",
        "层数",
        "楼层",
        "cs",
        "dscs",
        "floor",
        "floors",
        "levels",
        "building:levels",
        "storeys",
    ),
    "height_m": ("建筑高度", "高度", "height", "height_m", "jzgd", "gd"),
    "width_m": ("红线宽度", "路面宽度", "道路宽度", "路宽", "宽度", "lk", "kd", "width", "width_m"),
    "green_m2": ("绿化面积", "绿地面积", "lhmj", "ldmj", "green_m2"),
    "parking_n": ("停车位数", "停车位", "车位数", "泊位数", "tcw", "cws", "parking_n", "parking"),
    "road_class": (
        *("道路等级", "道路类型", "道路类别", "等级", "dldj", "dllx", "road_class", "highway", "fclass"),
        *("kind", "type", "cls", "class", "类别", "类型"),
    ),
    "clean_grade": ("保洁等级", "清扫等级", "清扫保洁等级", "bjdj", "qsdj", "clean_grade"),
    "mgmt": (
        "管理模式",
        "物业管理",
        "物业类型",
        "有无物业",
        "是否有物业",
        "sfywy",
        "glms",
        "mgmt",
        "mgmt_mode",
    ),
    "oper": (
        *("物业服务企业", "物业公司", "物业企业", "服务企业", "服务单位", "管理单位", "wygs", "wyqy", "wymc"),
        *("oper", "operator", "operator_id"),
    ),
    "type": (
        "类别",
        "类型",
        "用途",
        "建筑用途",
        "使用性质",
        "type",
        "kind",
        "btype",
        "usage",
        "amenity",
        "landuse",
    ),
}
"""Canonical field → names, best first. ``height_m`` only helps to guess the floors."""

_OF_PLACES = {
    Role.BOUNDARY: ("街道名称", "街道", "镇街", "区名", "行政区", "jdmc", "xzqmc"),
    Role.COMMUNITIES: ("社区名称", "社区", "居委会", "村居", "sqmc", "jwh"),
}
"""Names of places: in other layers they tell where a feature lies, not what it is called."""

_ONLY = {
    "road_class": {Role.ROADS},
    "clean_grade": {Role.ROADS},
    "width_m": {Role.ROADS},
    "type": set(Role) - {Role.ROADS},
    "floors": {Role.BUILDINGS, Role.PUBLIC, Role.ESTATES},
    "height_m": {Role.BUILDINGS, Role.PUBLIC},
}
"""Fields that only layers of some roles have."""

_OTHERS = (
    "街道",
    "社区",
    "居委",
    "物业",
    "公司",
    "企业",
    "单位",
    "入住",
    "空置",
    "出租",
    "地下",
    "编号",
    "代码",
)
"""Words that make a longer field name mean something else: 所属街道名称, 入住户数, 地下建筑面积."""

_FACTORS = (("万", 10_000.0), ("亩", 2000 / 3), ("公顷", 10_000.0))


@dataclass(frozen=True)
class Column:
    """A column of the file that was understood: its own name, and what one of its units is in ours."""

    name: str
    factor: float = 1.0


def match(columns: Iterable[str], role: Role, told: Mapping[str, str] | None = None) -> dict[str, Column]:
    """Return which column of a layer fills which canonical field.

    What the planner ``told`` comes first ('' for a field that no column fills). Then a name that equals an
    alias beats one that the format cut short, and that beats one that contains it.

    Examples
    --------
    >>> match(["总户数", "建筑面积(万㎡)"], Role.ESTATES)
    {'hh': Column(name='总户数', factor=1.0), 'gfa_m2': Column(name='建筑面积(万㎡)', factor=10000.0)}
    """
    told = told or {}
    found = {wanted: Column(name, _factor(wanted, name)) for wanted, name in told.items() if name}
    free = [name for name in columns if name not in told.values()]
    for wanted, aliases in ALIASES.items():
        if wanted in told or role not in _ONLY.get(wanted, {role}):
            continue
        own = _OF_PLACES.get(role, ()) if wanted == "name" else ()
        name = _best(free, (*own, *aliases))
        if name is not None:
            free.remove(name)
            found[wanted] = Column(name, _factor(wanted, name))
    return found


def folded(name: str) -> str:
    """Return a name for comparison: half-width, lower case, no spaces, no unit in brackets."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\s_]+|[(\[].*$", "", plain)


def _best(names: Sequence[str], aliases: Sequence[str]) -> str | None:
    keys = {name: folded(name) for name in names}
    for fits in (_equals, _is_cut, _contains):
        for alias in map(folded, aliases):
            hit = next((name for name, key in keys.items() if fits(key, alias)), None)
            if hit is not None:
                return hit
    return None


def _equals(key: str, alias: str) -> bool:
    return key == alias


def _is_cut(key: str, alias: str) -> bool:
    """Tell whether ten bytes cut a longer Chinese name: three characters in UTF-8, five in GBK."""
    return len(key) in {3, 5} and not key.isascii() and len(alias) > len(key) and alias.startswith(key)


def _contains(key: str, alias: str) -> bool:
    other = any(word in key and word not in alias for word in _OTHERS)
    return not alias.isascii() and alias in key and not other


def _factor(wanted: str, name: str) -> float:
    """Return what the unit in a column's head is in ours."""
    unit = unicodedata.normalize("NFKC", name).partition("(")[2] if wanted.endswith("_m2") else ""
    return next((factor for sign, factor in _FACTORS if sign in unit), 1.0)
