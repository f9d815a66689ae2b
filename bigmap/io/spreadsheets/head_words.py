"""Words that stand in heads of tables: names of fields, units, lines beside the table."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from bigmap.base.traditional_script import simplified
from bigmap.core.sources.layers import Role
from bigmap.io.vocabulary.field_names import (
    ALIASES,
    community_of,
    folded,
    match_fields,
    other_names,
)

_HEADS = frozenset(folded(alias) for aliases in ALIASES.values() for alias in aliases) | {
    folded(word)
    for word in (
        *("序号", "所属社区", "社区", "街道", "地址", "备注", "联系电话", "电话", "联系人", "曾用名", "别名"),
        *("企业名称", "企业编号", "单位名称", "承接户数上限", "户数上限", "承接上限", "最大户数"),
        *("手机", "负责人", "项目经理", "资质", "承接能力", "可服务户数", "合同期限", "到期时间"),
        *("服务事项", "事项", "责任单位", "承担单位", "片区", "合同到期日", "到期日"),
        *("所属片区", "包含小区", "小区", "保洁面积", "保洁单位", "起点", "止点", "起止点"),
        *("company", "service", "item", "unit", "zone", "contract_end", "capacity", "capacity_hh", "max_hh"),
        *("phone", "tel", "x", "y", "lon", "lat", "经度", "纬度"),
        *("x坐标", "y坐标", "横坐标", "纵坐标", "longitude", "latitude", "lng", "east", "north", "alias"),
    )
}
_CHINESE_HEADS = tuple(word for word in _HEADS if len(word) > 1 and not word.isascii())
_NOTE = re.compile(
    r"(备\s*注|注|说明|填表|填报|制表|审核|复核|负责人|联系人|联系电话|单位\(?盖章|日期|数据来源)[^:]{0,8}[:]"
)
_UNIT = re.compile(
    r"\(?(单位|计量单位|户|户数|套|栋|幢|座|层|个|年|人|米|m|m2|万m2|平方米|万平方米|亩|公顷|%|元.{0,8})\)?"
)
_BESIDE = re.compile(r"(计量)?单位[:].*|.{1,8}[:].+")


def half_width(text: str) -> str:
    """Return a text half-width, in simplified signs."""
    return simplified(unicodedata.normalize("NFKC", text))


def is_head(cell: str) -> bool:
    """Tell whether a cell names a field, or holds such a name: 其中入住户数."""
    key = folded(cell)
    if not key or len(key) > 16 or is_beside(cell):
        return False
    return key in _HEADS or (not key.isascii() and any(word in key for word in _CHINESE_HEADS))


def is_note(cell: str) -> bool:
    """Tell whether a cell begins a note: 注：…, 填报单位：…."""
    return _NOTE.match(half_width(cell)) is not None


def is_beside(cell: str) -> bool:
    """Tell whether a cell tells of the whole table, as 单位：户 and 填报单位：… do; 其中：户数 is a head."""
    plain = half_width(cell).replace(" ", "")
    told = not plain.isascii() and _BESIDE.fullmatch(plain) is not None
    return not plain.startswith("其中") and (told or is_note(cell))


def is_unit(cell: str) -> bool:
    """Tell whether a cell is nothing but a unit, or the head of the units."""
    return _UNIT.fullmatch(half_width(cell).casefold().strip()) is not None


@lru_cache(maxsize=4096)
def field_of(cell: str) -> str:
    """Return the field of estates that a cell names; 'other' for further heads, '' where it is none.

    Examples
    --------
    >>> field_of("小区（楼院）名称"), field_of("备注"), field_of("金榕物业管理有限公司")
    ('name', 'other', '')
    """
    if not folded(cell) or len(folded(cell)) > 16:
        return ""
    if other_names([cell]) or (community_of([cell]) == cell and folded(cell) in _HEADS):
        return "other"
    return next(iter(match_fields([cell], Role.ESTATES)), "other" if folded(cell) in _HEADS else "")
