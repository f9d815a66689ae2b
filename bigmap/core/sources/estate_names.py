"""Names of estates taken apart, so that 筼筜花园（一期） and 思明区筼筜花苑1期 can be seen to be the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_HANZI = {c: i for i, c in enumerate("零一二三四五六七八九")}
_COUNTED = "期|区|里|组团|号|栋|幢|座|院|村|坊|弄|段|标|队|小区|社|委"
_NUMERAL = re.compile(
    rf"第?([一二三四五六七八九]?十?[一二三四五六七八九]|[一二三四五六七八九]?十)(?={_COUNTED}|$)"
)
_ROMAN = re.compile(r"(?<![a-z])(i{1,3}|iv|vi{0,3})(?=期|区|$)")
_ROMANS = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii")
_BRACKETS = re.compile(r"\(([^()]*)\)|【([^】]*)】|\[([^\]]*)\]|〔([^〕]*)〕|〈([^〉]*)〉")
_FORMER = re.compile(r"(?:原名|曾用名|又名|别名|俗称|亦称|也称|现名|推广名|备案名|原|即|又称)[:是为]?(.{2,})")
_SIBLING = re.compile(
    r"\d|[a-z](?:区|座|栋|幢|组团|地块)|期|[东西南北中](?:区|苑|园|里|村|片|组团|院)|^[a-z]$|^[东西南北中]$"
)

_SYNONYMS: tuple[tuple[str, str], ...] = (
    ("花苑", "花园"),
    ("嘉园", "家园"),
    ("佳园", "家园"),
    ("嘉苑", "家园"),
    ("家苑", "家园"),
    ("佳苑", "家园"),
)
_SYNONYMS += (
    ("大楼", "大厦"),
    ("小区居民点", "小区"),
    ("期工程", "期"),
    ("幢", "栋"),
    ("座", "栋"),
    ("宿舍楼", "宿舍"),
)
_TAIL = re.compile(r"(?<=..)(?:住宅小区|居住小区|住宅区|生活小区|小区|住宅楼|商住楼)(?=\d*期?$|$)")
_CLASSES = (
    "花园",
    "家园",
    "公寓",
    "大厦",
    "新村",
    "新城",
    "山庄",
    "广场",
    "宿舍",
    "别墅",
    "名苑",
    "名城",
    "小区",
    "苑",
    "园",
)
_CLASS = re.compile(rf"(?<=..)(?:{'|'.join(_CLASSES)})(?=[\d~a-z东西南北中]*(?:{_COUNTED})?$)")
_HAN = "[\u4e00-\u9fff]"
_PLACE = re.compile(
    rf"(?:{_HAN}{{2,3}}省)?(?:{_HAN}{{2,3}}市)?(?:{_HAN}{{2}}(?<![小园东西南北中新老社活住宅属工])区)?"
    rf"(?:{_HAN}{{2,4}}(?:街道办事处|街道|镇))?(?:{_HAN}{{2,5}}?(?:社区|居委会|村委会))?"
)
_ADDRESS = re.compile(rf"{_HAN}{{1,5}}?(?:路|街|大道|巷)\d+号?(?:之\d+)?(?:-\d+号?)?")
_PARTS = re.compile(
    r"(\d+)(?:~(\d+))?号?(期|区|里|组团|号|栋|院|村|坊|弄|段)?|([a-z])(?=区|栋|组团|地块|$)|([东西南北中])(?=[区苑园里村片院]|组团|$)"
)
_TELLING = (
    set("东西南北中上下前后左右新老旧大小甲乙丙丁")
    | set("一二三四五六七八九十")
    | set("0123456789abcdefghijklmnopqrstuvwxyz")
)


@dataclass(frozen=True)
class Name:
    """A name and what it can be compared by.

    Attributes
    ----------
    shown : str
        As it was written.
    exact : str
        Half-width, lower case, without blanks, brackets and punctuation; numerals as digits.
    near : str
        Also without place, address, notes and 小区 at the end.
    same : str
        Also with the variants of 花园 and the like made equal.
    core : str
        Also without 花园, 公寓 and the like; where nothing is left, the same as ``same``.
    place : str
        The place before the name, '' where none is told.
    parts : tuple of (str, str)
        What tells it from its siblings: (number or letter, what is counted).
    others : tuple of str
        Further names, each like ``same``.
    """

    shown: str
    exact: str
    near: str
    same: str
    core: str
    place: str
    parts: tuple[tuple[str, str], ...]
    others: tuple[str, ...] = ()

    @property
    def keys(self) -> set[str]:
        """Names by which it may be called."""
        return {self.same, *self.others}


def parse_name(shown: str, others: Iterable[str] = (), places: Iterable[str] = ()) -> Name:
    """Return a name with all it can be compared by.

    Parameters
    ----------
    shown : str
    others : iterable of str
        Further names of the estate.
    places : iterable of str
        Names of the communities and streets here, which may stand before a name.

    Examples
    --------
    >>> taken_apart("思明区 筼筜花苑（一期）").same
    '筼筜花园1期'
    """
    plain, notes = _without_notes(_half_width(shown))
    exact = _squeezed(_digits(plain))
    place, rest = _split_place(exact, tuple(places))
    same = _made_equal(rest)
    core = _CLASS.sub("", same)
    more = [*notes, *map(_half_width, others)]
    named = tuple(
        sorted({_made_equal(_split_place(_squeezed(_digits(other)), ())[1]) for other in more} - {same, ""})
    )
    return Name(shown, exact, _TAIL.sub("", rest), same, core, place, _parts(same), named)


def place_stem(name: str) -> str:
    """Return the name of a community or street without 社区, 居委会, 街道."""
    return re.sub(
        r"(社区居委会|社区|居委会|村委会|居民委员会|街道办事处|街道|镇|村|居)$",
        "",
        _squeezed(_half_width(name)),
    )


def siblings(a: Name, b: Name) -> str:
    """Return how the parts of two names go together: 'same', 'open' where one tells less, else 'other'."""
    mine, yours = set(a.parts), set(b.parts)
    if mine == yours:
        return "same"
    if {number for number, _ in mine} == {number for number, _ in yours}:
        return "same" if any(not counted for _, counted in mine ^ yours) else "other"
    return "open" if mine < yours or yours < mine else "other"


def differs_in_a_sign(a: str, b: str) -> bool:
    """Tell whether what two texts do not share holds a number, letter or direction: 东里, 西里."""
    extra = set(a) ^ set(b)
    return bool(extra & _TELLING) or (not extra and a != b)


def _half_width(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _without_notes(text: str) -> tuple[str, list[str]]:
    """Return the name with brackets opened or dropped, and the other names that stood in them."""
    notes: list[str] = []

    def opened(hit: re.Match[str]) -> str:
        inside = next(group for group in hit.groups() if group is not None).strip()
        former = _FORMER.fullmatch(inside)
        if former:
            notes.append(former[1])
        return inside if not former and _SIBLING.search(_digits(inside)) else ""

    plain = _BRACKETS.sub(opened, text)
    return (plain if _squeezed(plain) else text), notes


def _digits(text: str) -> str:
    """Return the text with numerals before 期, 区, 里 … as digits: 第十二期, Ⅱ期, 2期."""
    text = _ROMAN.sub(lambda hit: str(_ROMANS.index(hit[1])) if hit[1] in _ROMANS else hit[1], text)
    return re.sub(r"第(?=\d)", "", _NUMERAL.sub(lambda hit: str(_value(hit[1])), text))


def _value(hanzi: str) -> int:
    tens, ten, ones = hanzi.rpartition("十") if "十" in hanzi else ("", "", hanzi)
    return (_HANZI.get(tens, 1) * 10 if ten else 0) + _HANZI.get(ones, 0)


def _squeezed(text: str) -> str:
    text = re.sub(r"(?<=\d)\s*[-—~至到]\s*(?=\d)", "~", text)
    return re.sub(r"[^\w~]|_", "", text)


def _split_place(text: str, places: tuple[str, ...]) -> tuple[str, str]:
    """Return what stands before the name proper, and that; nothing is split off a name that needs it."""
    for place in sorted(places, key=len, reverse=True):
        for stem in (place, place_stem(place)):
            if len(stem) > 1 and text.startswith(stem) and _has_sense(text[len(stem) :]):
                return stem, text[len(stem) :]
    place, rest = "", text
    for pattern in (_PLACE, _ADDRESS):
        hit = pattern.match(rest)
        if hit and hit[0] and _has_sense(rest[hit.end() :]):
            place, rest = place + hit[0], rest[hit.end() :]
    return place, rest


def _has_sense(rest: str) -> bool:
    """Tell whether a text could be the name of an estate by itself: more than 花园 or 二期."""
    bare = _PARTS.sub("", rest)
    for word in (*_CLASSES, "住宅", "生活区", "社区", "居委会", "街道"):
        bare = bare.replace(word, "")
    return len(bare) >= 2


def _made_equal(text: str) -> str:
    for variant, common in _SYNONYMS:
        text = text.replace(variant, common)
    return _TAIL.sub("", text)


def _parts(text: str) -> tuple[tuple[str, str], ...]:
    found = []
    for low, high, counted, letter, side in _PARTS.findall(text):
        found.append(
            (f"{int(low)}~{int(high)}" if high else str(int(low)) if low else letter or side, counted)
        )
    return tuple(sorted(found))
