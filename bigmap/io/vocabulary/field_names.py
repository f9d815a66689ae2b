"""Names that planners give to fields, in Chinese, pinyin initials and English, and what they mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from bigmap.base.traditional_script import simplified
from bigmap.core.sources.layers import NUMBER_FIELDS, Role
from bigmap.io.vocabulary.resync import LOST

ALIASES: dict[str, tuple[str, ...]] = {
    "name": (
        *(
            "小区名称",
            "小区名",
            "小区（楼盘）名称",
            "楼盘名称",
            "楼盘",
            "物业项目名称",
            "项目名称",
            "片区名称",
            "建筑名称",
            "建筑物名称",
            "道路名称",
            "路名",
            "名称",
        ),
        *("name", "name_zh", "mc", "xqmc", "xmmc", "lpmc", "jzwmc", "road_name", "boroname"),
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
        "户籍户数",
        "住宅套数",
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
    "structure": (
        *("桥隧", "桥隧标识", "桥梁隧道", "构造物", "structure", "brunnel"),
        *(
            "桥梁",
            "是否桥梁",
            "是否为桥",
            "桥",
            "bridge",
            "is_bridge",
            "下穿",
            "地道",
            "隧道",
            "是否隧道",
            "tunnel",
        ),
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
    "n_bldg": (
        *("楼栋数", "栋数", "幢数", "总栋数", "楼幢数", "座数", "楼栋", "幢号", "楼栋号", "ds", "lds", "zs"),
        *("n_bldg", "buildings"),
    ),
    "yr_built": (
        *("建成年代", "竣工年份", "建成时间", "建成年份", "竣工时间", "竣工年代", "建造年代", "建成日期"),
        *("jcnd", "jgnf", "jcsj", "jznd", "yr_built", "year_built", "built", "start_date"),
    ),
    "fee": ("物业费", "物业费标准", "物业服务费", "收费标准", "物业收费标准", "wyf", "sfbz", "fee"),
    "collect": ("收缴率", "收费率", "物业费收缴率", "物业费收费率", "sjl", "sfl", "collect", "collect_rate"),
    "satisf": ("满意率", "满意度", "业主满意率", "居民满意率", "myl", "myd", "satisf", "satisf_rate"),
    "type": (
        "地类名称",
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
    Role.ESTATES: ("小区名称", "小区", "楼盘"),
    Role.BOUNDARY: ("街道名称", "街道", "镇街", "区名", "行政区", "jdmc", "xzqmc"),
    Role.COMMUNITIES: ("社区名称", "社区", "居委会", "村居", "sqmc", "jwh"),
    Role.ZONES: ("片区名称", "片区", "pqmc", "名称", "name", "text"),  # the last: lettering of a DXF
}
"""Names of places: in other layers they tell where a feature lies, not what it is called."""

_WHOLE = {"小区", "片区", "楼盘", "楼栋", "幢号", "楼栋号"}
"""Aliases that mean something else inside a longer name: 小区类型."""

_OTHER_NAMES = ("曾用名", "别名", "又名", "原名", "其他名称", "小区别名", "俗称", "alt_names", "alias", "cym")
_COMMUNITY = (
    "所属社区",
    "社区名称",
    "所在社区",
    "社区",
    "居委会",
    "村居",
    "sssq",
    "sqmc",
    "jwh",
    "community",
)

_ONLY = {
    "road_class": {Role.ROADS},
    "clean_grade": {Role.ROADS},
    "structure": {Role.ROADS},
    "width_m": {Role.ROADS},
    "type": set(Role) - {Role.ROADS},
    "floors": {Role.BUILDINGS, Role.PUBLIC, Role.ESTATES},
    "height_m": {Role.BUILDINGS, Role.PUBLIC},
    "n_bldg": {Role.ESTATES},
    "yr_built": {Role.ESTATES, Role.BUILDINGS, Role.PUBLIC},
    "fee": {Role.ESTATES},
    "collect": {Role.ESTATES},
    "satisf": {Role.ESTATES},
}
"""Fields that only layers of some roles have."""

_OTHERS = (
    *("街道", "社区", "居委", "物业", "公司", "企业", "单位", "入住", "空置", "出租", "地下", "编号", "代码"),
    *(
        "电话",
        "联系",
        "负责",
        "地址",
        "性质",
        "资质",
        "时间",
        "到期",
        "合同",
        "欠",
        "序号",
        "备注",
        "未",
        "非",
        "地类",
        "保洁",
        "清扫",
    ),
)
"""Words that make a longer field name mean something else: 所属街道名称, 入住户数, 地下建筑面积, 公司电话."""

_FILLED_BY_OTHERS = {*NUMBER_FIELDS, "height_m", "oper"}
"""Fields that may stand in a second column of the layer where the better named one is empty."""

_OWN_NAMES: dict[Role, tuple[str, ...]] = {
    Role.ESTATES: ("小区名称", "小区名", "楼盘名称", "项目名称", "xqmc", "xmmc", "lpmc"),
    Role.ROADS: ("道路名称", "路名", "road_name"),
    **dict.fromkeys((Role.BUILDINGS, Role.PUBLIC), ("建筑名称", "建筑物名称", "jzwmc")),
    Role.BOUNDARY: ("街道名称", "jdmc", "xzqmc"),
    Role.COMMUNITIES: ("社区名称", "sqmc"),
}
"""Role → names of columns that tell what its own features are called, besides 名称 and name."""

_LETTERING = ("text", "label", "labeltext", "txtmemo", "textstring", "注记", "标注", "文字")
"""Columns of what is written into a map; into houses their storeys are written, too (砼6)."""

_FACTORS = (("万", 10_000.0), ("wan", 10_000.0), ("亩", 2000 / 3), ("公顷", 10_000.0), ("ha", 10_000.0))
_UNIT_BEHIND = re.compile(
    r"(面积|mj|area|gfa|gfa_m2)[\s_\-/:·,]*(万?(?:m2|㎡|平方米|平米|平方|平)|万|wan|公顷|ha|亩)$"
)
"""A unit that stands behind the name of an area, without brackets: 建筑面积_万平方米."""


@dataclass(frozen=True)
class FieldMatch:
    """A column of the file that was understood.

    Attributes
    ----------
    name : str
        Its own name.
    factor : float
        What one of its units is in ours.
    rivals : tuple of str
        Other columns that could be meant as well.
    others : tuple of FieldMatch
        Columns with less good names for the same, best first: they tell where this one is empty.
    """

    name: str
    factor: float = 1.0
    rivals: tuple[str, ...] = ()
    others: tuple[FieldMatch, ...] = ()


def match_fields(
    columns: Iterable[str],
    role: Role,
    *,
    meant: Mapping[str, str] | None = None,
    told: Mapping[str, str] | None = None,
) -> dict[str, FieldMatch]:
    """Return which column of a layer fills which canonical field.

    What the planner ``told`` comes first ('' for a field that no column fills). Then a name that equals an
    alias beats one that the format cut short, and that beats one that contains it.

    Parameters
    ----------
    columns : iterable of str
    role : Role
    meant : mapping of str to str, optional
        Names that stand for others, as `meaning_of_dlmc` tells from the values.
    told : mapping of str to str, optional
        Canonical field → column that the planner named for it.

    Examples
    --------
    >>> match(["建筑面积(万㎡)"], Role.ESTATES)
    {'gfa_m2': Column(name='建筑面积(万㎡)', factor=10000.0, rivals=())}
    """
    told = told or {}
    unclear = {"dlmc": "道路名称" if role == Role.ROADS else "地类名称"}
    given = set(told.values())
    free = {name: folded((meant or {}).get(name, name)) for name in columns if name not in given}
    free = {name: unclear.get(key, key) for name, key in free.items()}
    found = {wanted: FieldMatch(name, _factor(wanted, name)) for wanted, name in told.items() if name}
    for wanted, aliases in ALIASES.items():
        if wanted in told or role not in _ONLY.get(wanted, {role}):
            continue
        own = _OF_PLACES.get(role, ()) if wanted == "name" else ()
        written = _LETTERING if wanted == "name" and role != Role.BUILDINGS else ()
        hits = _best(free, (*own, *aliases, *written))
        if hits:
            found[wanted] = FieldMatch(hits[0], _factor(wanted, hits[0]), hits[1:])
            del free[hits[0]]
    return {
        wanted: match if wanted in told else replace(match, others=_others(wanted, role, free))
        for wanted, match in found.items()
    }


def _others(wanted: str, role: Role, free: Mapping[str, str]) -> tuple[FieldMatch, ...]:
    """Return the columns that nothing else was found in and whose names tell a field too, best first."""
    if wanted != "name" and wanted not in _FILLED_BY_OTHERS:
        return ()
    aliases = (*_OWN_NAMES.get(role, ()), "名称", "name", "mc") if wanted == "name" else ALIASES[wanted]
    hits = {
        name: None
        for fits in (_equals, _is_cut)
        for alias in map(folded, aliases)
        for name, key in free.items()
        if fits(key, alias)
    }
    return tuple(FieldMatch(name, _factor(wanted, name)) for name in hits)


def other_names(columns: Iterable[str]) -> str | None:
    """Return the column that holds further names of an estate (曾用名, 别名), None where there is none."""
    return next(iter(_best({name: folded(name) for name in columns}, _OTHER_NAMES)), None)


def community_of(columns: Iterable[str]) -> str | None:
    """Return the column that tells in which community a feature lies, None where there is none."""
    return next(iter(_best({name: folded(name) for name in columns}, _COMMUNITY)), None)


@lru_cache(maxsize=8192)
def folded(name: str) -> str:
    """Return a name for comparison: half-width, lower case, no spaces, no brackets, no number of a twin."""
    plain = simplified(unicodedata.normalize("NFKC", name).casefold())
    plain = _UNIT_BEHIND.sub(r"\1", plain.strip())
    plain = re.sub(r"\([^)]*\)?|\[[^\]]*\]?", "", plain)
    plain = re.sub(r"(?<=[^\x00-\x7f])_\d+$", "", plain.strip())
    return re.sub(r"[\s_·:]+", "", plain)


def _best(keys: Mapping[str, str], aliases: tuple[str, ...]) -> tuple[str, ...]:
    """Return the column that fits best, then those that fit as well."""
    return _best_of(tuple(keys.items()), aliases)


@lru_cache(maxsize=8192)  # the import dialog asks the same at each click
def _best_of(keys: tuple[tuple[str, str], ...], aliases: tuple[str, ...]) -> tuple[str, ...]:
    for fits in (_equals, _is_cut, _contains, _is_damaged):
        for alias in map(folded, aliases):
            hits = tuple(name for name, key in keys if fits(key, alias))
            if hits:
                return hits
    return ()


def _equals(key: str, alias: str) -> bool:
    return key == alias


def _is_cut(key: str, alias: str) -> bool:
    """Tell whether ten bytes cut a longer Chinese name: to three characters in UTF-8, to five in GBK.

    Four are left in GBK where two bytes number a twin: 物业服务_1.
    """
    least = {3: 4, 4: 6, 5: 6}.get(len(key))
    return least is not None and not key.isascii() and len(alias) >= least and alias.startswith(key)


def _contains(key: str, alias: str) -> bool:
    if alias not in key or alias in _WHOLE or alias.isascii():
        return False
    return not any(word in key and word not in alias for word in _OTHERS)


def _is_damaged(key: str, alias: str) -> bool:
    """Tell whether a name with a damaged place was an alias: all but one or two of its letters are there."""
    if LOST not in key or len(alias) < 3 or alias.isascii():
        return False
    kept = [re.escape(part) for part in re.split(rf"[a-z]?{LOST}+[a-z]?", key)]
    return sum(map(len, kept)) >= 2 and re.fullmatch(".{1,2}".join(kept), alias) is not None


def _factor(wanted: str, name: str) -> float:
    """Return what the unit in a column's head is in ours."""
    plain = simplified(unicodedata.normalize("NFKC", name).casefold())
    behind = _UNIT_BEHIND.search(plain.strip())
    unit = " ".join([*re.findall(r"[(\[]([^)\]]*)", plain), behind[2] if behind else ""])
    if wanted == "fee":
        return 1 / 12 if "年" in unit else 1.0
    return next((factor for sign, factor in _FACTORS if wanted.endswith("_m2") and sign in unit), 1.0)
