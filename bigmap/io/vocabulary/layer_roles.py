"""What a layer is for, told by its name, its fields and its geometry."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bigmap.base.traditional_script import simplified
from bigmap.core.sources.layers import Role
from bigmap.io.vocabulary.field_names import folded

NAMES: dict[Role, tuple[str, ...]] = {
    Role.BOUNDARY: (
        *(
            "boundary",
            "border",
            "bounds",
            "边界",
            "范围",
            "街道边界",
            "街道范围",
            "行政边界",
            "行政区划",
            "行政区",
            "街道",
        ),
        *("municipality", "municipalities", "subdistrict", "township", "citylimits"),
        *("fw", "bj", "jdbj", "jdfw", "jd", "xzqh", "jj"),  # JJ 境界 of CASS
    ),
    Role.COMMUNITIES: (
        *("communities", "community", "wards", "ward", "neighbourhoods", "neighborhoods", "neighbourhood"),
        "社区",
        "居委",
        "居委会",
        "村居",
        "社区边界",
        "sq",
        "sqbj",
        "jw",
        "jwh",
    ),
    Role.ESTATES: (
        *("estates", "estate", "compounds", "parcels", "parcel", "subdivisions", "housingestates"),
        "小区",
        "住宅小区",
        "居住小区",
        "小区边界",
        "xq",
        "xqbj",
        "xqfw",
    ),
    Role.BUILDINGS: (
        *("buildings", "building", "houses", "房屋", "建筑", "建筑物", "独栋", "独栋房屋", "楼栋", "楼幢"),
        *("jzw", "jz", "ddfw", "fwjz", "ld", "jmd"),  # JMD 居民地, a layer of CASS drawings
    ),
    Role.PUBLIC: ("public", "publicbuildings", "公共建筑", "公建", "公服", "公共设施", "ggjz", "gj"),
    Role.ROADS: (
        *("roads", "road", "streets", "道路", "路网", "市政道路", "道路中心线", "道路网"),
        *("dl", "dlzx", "dlzxx", "lw", "szdl", "dlss"),  # DLSS 道路设施 of CASS
    ),
    Role.EXCLUSIONS: (
        *(
            "exclusions",
            "exclusion",
            "excluded",
            "water",
            "river",
            "rivers",
            "lake",
            "hill",
            "hills",
            "mountain",
        ),
        *(
            "水域",
            "水系",
            "水体",
            "河流",
            "河道",
            "河",
            "湖泊",
            "湖",
            "山体",
            "山",
            "军事",
            "排除",
            "扣除",
            "sy",
            "sx",
            "st",
            "sxss",  # 水系设施 of CASS
        ),
    ),
    Role.GREEN: ("green", "greens", "park", "parks", "绿地", "绿化", "公园", "公园绿地", "公园与绿地"),
    Role.BARRIERS: (
        *("barriers", "barrier", "railway", "railways", "阻隔", "阻隔线", "屏障", "铁路", "铁路线", "隔离线"),
    ),
    Role.OPERATORS: (
        "operators",
        "operator",
        "companies",
        "服务企业",
        "物业企业",
        "物业公司",
        "运营商",
        "企业",
        "fwqy",
        "qy",
    ),
    Role.ZONES: ("zones", "zone", "片区", "现状片区", "服务片区", "pq", "xzpq"),
}
"""Role → names, folded, that say so."""

_GENERIC = {"边界", "范围", "街道", "企业", "boundary", "border", "bounds"}
"""Words that other roles carry too (小区边界): they count only where nothing else does."""

_FIELDS: dict[Role, tuple[str, ...]] = {
    Role.ROADS: (
        *("highway", "fclass", "roadclass", "roadname", "dldj"),
        *("道路等级", "道路名称", "道路编号", "路名", "路宽", "红线宽度"),
    ),
    Role.ESTATES: ("小区名称", "小区编号", "xqmc", "xqdm", "楼盘名称"),
    Role.BUILDINGS: ("层数", "floors", "levels", "jzwmc", "建筑编号", "幢号"),
    Role.COMMUNITIES: ("社区名称", "sqmc", "居委会"),
    Role.BOUNDARY: ("街道名称", "jdmc", "区名"),
}


@dataclass(frozen=True)
class Guess:
    """A role and how surely the name told it: 3 the name itself, 2 a word of it, 1 a part, 0 the fields."""

    role: Role
    sureness: int


def detect_role(name: str, fields: Iterable[str] = (), geometry: str = "") -> Guess:
    """Return the role of a layer.

    Parameters
    ----------
    name : str
        File stem or layer name.
    fields : iterable of str
        Names of its columns.
    geometry : str
        GDAL's name of its geometry type, '' for a table.
    """
    by_name = _by_name(name)
    if by_name is not None:
        return by_name
    keys = {folded(f) for f in fields}
    for role, signs in _FIELDS.items():
        lines = "LineString" in geometry
        if keys & {folded(s) for s in signs} and lines <= (role == Role.ROADS) and "Point" not in geometry:
            return Guess(role, 0)
    return Guess(Role.UNKNOWN, 0)


@lru_cache(maxsize=1024)
def _by_name(name: str) -> Guess | None:
    plain = simplified(unicodedata.normalize("NFKC", name).casefold().strip())
    words = {w for w in re.split(r"[\s_\-.()\[\]0-9]+", plain) if w}
    whole = re.sub(r"[\s_\-.]+", "", plain)
    hits = [
        (_sureness(alias, whole, words), alias not in _GENERIC, len(alias), role)
        for role, aliases in NAMES.items()
        for alias in aliases
    ]
    sureness, _, _, role = max(hits, key=lambda hit: (hit[0] == 3, hit[0] > 0, hit[1], hit[0], hit[2]))
    return Guess(role, sureness) if sureness else None


def _sureness(alias: str, whole: str, words: set[str]) -> int:
    if alias == whole:
        return 3
    if alias in words:
        return 2
    if len(alias) == 1:
        return int(whole.endswith(alias))  # 筼筜湖, 仙岳山
    return int(len(alias) >= (4 if alias.isascii() else 2) and alias in whole)
