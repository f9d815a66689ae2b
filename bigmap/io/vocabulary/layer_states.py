"""Names of layers that are copies or dated states of another: 小区边界 - 副本, roads_20240301."""

from __future__ import annotations

import re
import unicodedata

_MARKS = re.compile(
    r"""[\s_\-.]*(?:
        (?:(?:19|20)\d\d[-_.年]?(?:0?[1-9]|1[0-2])[-_.月]?(?:(?:0?[1-9]|[12]\d|3[01])日?)?)
        | 的?副本 (?:\s*[(]?\d+[)]?)? | 复制 | 拷贝 | 備份 | 备份 | 存档
        | 旧版? | 老版? | 原始版? | 修改[前后]? | 改[前后] | 最新版? | 最终版? | 定稿 | 终稿 | 新版
        | (?<![a-z])(?:copy | bak | backup | old | orig(?:inal)? | final | latest | new) (?:\s*[(]?\d+[)]?)?
        | [(]\d+[)] | (?<![a-z])v\d+(?:\.\d+)*
    )$""",
    re.VERBOSE,
)
_BEFORE = re.compile(r"^(?:copy of|复件|副本|备份)[\s_\-]*")
_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_.年]?(0?[1-9]|1[0-2])[-_.月]?(0?[1-9]|[12]\d|3[01])?(?!\d)")


def without_state(name: str) -> str:
    """Return a name without what says which copy or state of a layer it is; the same for all of them."""
    plain = folded_name(name)
    shorter = _BEFORE.sub("", plain)
    while (cut := _MARKS.sub("", shorter)) and cut != shorter:
        shorter = cut
    return shorter.strip(" _-.") or plain


def folded_name(name: str) -> str:
    """Return a name in signs of one width and in small letters."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def date_of(name: str) -> tuple[int, int, int]:
    """Return the date that a name bears as (year, month, day), zeros where it tells none."""
    found = _DATE.search(folded_name(name))
    return (int(found[1]), int(found[2]), int(found[3] or 0)) if found else (0, 0, 0)
