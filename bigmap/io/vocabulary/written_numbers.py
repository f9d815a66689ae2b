"""Numbers out of what people type: 约120户, １２０, 1.2万㎡, 1-10幢, 90年代, codes that Excel has cut."""

from __future__ import annotations

import math
import re
import unicodedata
from decimal import Decimal

from bigmap.base.traditional_script import simplified

NOTHING = ("", "/", "\\", "-", "--", "—", "——", "无", "暂无", "没有", "不详", "未知", "待定", "空", "*", "?")
"""What stands in a cell where there is nothing to say; in half-width form."""

_NO_WORDS = ("null", "none", "nan", "n/a", "na", "nil", "#n/a", "#value!", "#ref!", "#div/0!", "#name?")

_UNITS: dict[str, int | Decimal] = {
    **dict.fromkeys(("户", "户数", "套", "个", "人", "栋", "幢", "座", "棵", "位", "处", "间"), 1),
    **dict.fromkeys(
        ("层", "楼", "f", "m", "米", "m2", "平方米", "平米", "平方", "平", "元", "年", "栋楼"), 1
    ),
    **dict.fromkeys(("元/m2", "元/m2月", "元/m2·月", "元/m2/月", "元/m2.月", "元/月·m2", "元/月/m2"), 1),
    **dict.fromkeys(("元/平方米", "元/平方米·月", "元/平方米/月", "元/平方米.月", "元/平米", "元/平"), 1),
    **dict.fromkeys(("千", "千户", "千套", "千人"), 1_000),
    **dict.fromkeys(
        ("万", "万户", "万m2", "万平方米", "万平米", "万平方", "万平", "公顷", "ha", "hm2"), 10_000
    ),
    **dict.fromkeys(("亩",), Decimal(2000) / 3),
    **dict.fromkeys(("%",), Decimal("0.01")),
}
"""Unit behind a number → what it is in ours (households, m², shares)."""

_AROUND = ("左右", "上下", "以上", "以下", "以内", "余", "多", "+", "?", "许", "不到")
_NUMBER = re.compile(
    r"(大约|大概|约为|约|近|共计|共|计|合计|≈|~|>|<|=|>=|<=|≥|≤|地上)?"
    r"([-+]?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)?(?:\.\d+)?(?:e[-+]\d{1,2})?)"
    r"(\D{0,10}|\D{0,8}m2\D{0,4})"
)
_ROUGH_HEADS = ("大约", "大概", "约为", "约", "近", "≈", "~", ">", "<", ">=", "<=", "≥", "≤")
_HANZI = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_RANGE = re.compile(r"(\d{1,3})(?:#|号|栋|幢|座)?(?:[-~至到](\d{1,3}))?(?:#|号)?(?:楼|栋|幢|座)?")
_SCIENTIFIC = re.compile(r"([-+]?\d)(?:\.(\d+))?e\+?(\d{1,2})", re.IGNORECASE)
_LOST = (float("nan"), "lost")
_EXCEL_DIGITS = 15


def plain_text(text: str) -> str:
    """Return a typed text half-width, lower case, without outer blanks and marks that keep Excel quiet."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("−", "-").replace("–", "-").strip()
    return simplified(plain).removeprefix('="').removesuffix('"').lstrip("'").strip()


def is_nothing(text: str) -> bool:
    """Tell whether a text only says that there is nothing.

    Examples
    --------
    >>> is_nothing("　／"), is_nothing("无"), is_nothing("0")
    (True, True, False)
    """
    plain = plain_text(text)
    return plain in NOTHING or plain in _NO_WORDS or not plain.strip("-—_/. ")


def number_in(text: str) -> tuple[float, str]:
    """Return the number in a typed value and how it was got: 'plain', 'empty', 'mended', 'rough' or 'lost'.

    Nothing is guessed: two numbers in one cell are none.

    Examples
    --------
    >>> number_in("１20户"), number_in("约120户"), number_in("1.13万㎡")
    ((120.0, 'mended'), (120.0, 'rough'), (11300.0, 'mended'))
    >>> number_in("1-10幢")
    (nan, 'lost')
    """
    if is_nothing(text):
        return float("nan"), "empty"
    hit = _NUMBER.fullmatch(plain_text(text))
    if hit is None or not any(c.isdigit() for c in hit[2]):
        written = _hanzi(plain_text(text))
        return _LOST if written is None else (float(written), "mended")
    unit = hit[3].strip()
    factor, vague = _factor_of(unit)
    value = float(Decimal(hit[2].replace(",", "")) * factor)
    if vague or hit[1] in _ROUGH_HEADS or "e" in hit[2]:
        return value, "rough"
    return value, "plain" if hit[2] == text.strip() and "," not in hit[2] else "mended"


def _factor_of(unit: str) -> tuple[Decimal, bool]:
    """Return what a unit is in ours, and whether anything else stood behind the number."""
    for sign in _AROUND:
        if sign in unit:
            return _factor_of(unit.replace(sign, "", 1).strip())[0], True
    if unit in _UNITS or not unit:
        return Decimal(_UNITS.get(unit, 1)), False
    return Decimal(10_000 if unit.startswith("万") else 1), True


def _hanzi(text: str) -> int | None:
    """Return the value of a number in characters (一百二十户, 三千零五), None where it is not clear."""
    number = re.fullmatch(r"([零〇一二两三四五六七八九十百千]+)(万?)[户套栋幢座层个人年]?", text)
    if number is None:
        return None
    total, digit, unit, zero = 0, 0, 10_000, False
    for sign in number[1]:
        if sign in _TENS:
            if _TENS[sign] >= unit:
                return None
            unit, zero = _TENS[sign], False
            total += unit * (digit or 1)
            digit = 0
        elif digit:
            return None  # 一二三: digits in a row are a code
        else:
            digit, zero = _HANZI[sign], zero or _HANZI[sign] == 0
    if digit and unit in {100, 1000} and not zero:
        return None  # 一百二 means 120 to some and 102 to others
    return (total + digit) * (10_000 if number[2] else 1)


def count_in(text: str) -> tuple[float, str]:
    """Return how many buildings a typed value names, as `number_in` does.

    Examples
    --------
    >>> count_in("1-10幢"), count_in("1#、3#、5-7#楼"), count_in("10栋")
    ((10.0, 'rough'), (5.0, 'rough'), (10.0, 'mended'))
    """
    parts = [part.strip() for part in re.split(r"[,、;和及]", plain_text(text).replace(" ", ""))]
    hits = [_RANGE.fullmatch(part) for part in parts]
    numbered = len(parts) > 1 or any(hit is not None and hit[2] for hit in hits)
    if not numbered or None in hits:
        return number_in(text)
    ends = [(int(hit[1]), int(hit[2] or hit[1])) for hit in hits if hit is not None]
    if any(high < low for low, high in ends):
        return _LOST
    return float(len({n for low, high in ends for n in range(low, high + 1)})), "rough"


def year_in(text: str) -> tuple[float, str]:
    """Return the year in a typed value, as `number_in` does: the first one, of a decade its first.

    Examples
    --------
    >>> year_in("2005年6月"), year_in("1980s"), year_in("90年代末")
    ((2005.0, 'mended'), (1980.0, 'rough'), (1990.0, 'rough'))
    """
    if is_nothing(text):
        return float("nan"), "empty"
    plain = plain_text(text).replace(" ", "")
    found = re.findall(r"(?<!\d)((?:18|19|20)\d\d)(?!\d(?!\d))(?!\d{3}(?!\d))(?!\d{5})", plain)
    if found:
        vague = len(set(found)) > 1 or re.search(r"s|年代|约|前|后|左右|初|末|\?", plain)
        return float(found[0]), "rough" if vague else "plain" if found[0] == text.strip() else "mended"
    short = re.search(r"(?<!\d)(\d)(\d)(年代|'?s|年)", plain) or re.fullmatch(
        r"([五六七八九])十(年代)\D*", plain
    )
    if short is None:
        return _LOST
    first = _HANZI.get(short[1]) or int(short[1]) if short[1] != "0" else 0
    last = int(short[2]) if short[2].isdigit() else 0
    century = 1900 if first >= 4 else 2000
    return float(century + 10 * first + last), "rough"


def fee_in(text: str) -> tuple[float, str]:
    """Return a fee in yuan per m² and month, as `number_in` does; one per household is none.

    Examples
    --------
    >>> fee_in("0.5元/㎡·月"), fee_in("6元/㎡·年"), fee_in("10元/户")
    ((0.5, 'mended'), (0.5, 'rough'), (nan, 'lost'))
    """
    plain = plain_text(text)
    if "户" in plain:
        return _LOST
    if "年" in plain:
        value, _ = number_in(re.sub(r"[/·每]*年", "", text))
        return _LOST if math.isnan(value) else (value / 12, "rough")
    return number_in(text)


def code_in(text: str) -> tuple[str, str]:
    """Return a code as text and how it was got: 'plain', 'empty', 'mended' or 'lost'.

    A code in scientific notation is written out where all its digits stand there, and never rounded.

    Examples
    --------
    >>> code_in("3.50203009001001E+14"), code_in("3.50203E+14")
    (('350203009001001', 'mended'), ('', 'lost'))
    """
    clean = (
        unicodedata.normalize("NFKC", text).strip().removeprefix('="').removesuffix('"').lstrip("'").strip()
    )
    if is_nothing(clean):
        return "", "empty"
    hit = _SCIENTIFIC.fullmatch(clean)
    if hit is None or ("+" not in clean and "." not in clean):
        whole = re.sub(r"(?<=\d{6})\.0+$", "", clean)
        return whole, "plain" if whole == clean else "mended"
    digits, power = hit[1] + (hit[2] or ""), int(hit[3])
    whole = digits[: power + 1]
    rounded = power >= _EXCEL_DIGITS and not whole[_EXCEL_DIGITS:].strip("0")
    if len(digits) < power + 1 or digits[power + 1 :].strip("0") or rounded:
        return "", "lost"
    return whole, "mended"


def is_rounded(codes: list[int]) -> bool:
    """Tell whether numbers of over 15 digits have gone through Excel: it makes all digits after them zero."""
    long = [abs(code) for code in codes if abs(code) >= 10**_EXCEL_DIGITS]
    return bool(long) and all(code % 10 ** (len(str(code)) - _EXCEL_DIGITS) == 0 for code in long)
