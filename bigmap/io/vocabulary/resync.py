"""Text with damaged bytes, read so that as few characters as can be are lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

LOST = "\ufffd"
"""What stands for a character that is lost."""

_ESCAPED = re.compile("[\udc80-\udcff]+")
_SURE = re.compile(rb"([\x00-\x2f\x3a-\x3f]+)")
"""Bytes that are never a part of a character of two bytes."""

_BAD, _BOTH_BAD, _ODD, _RARE, _KNOWN = 2.0, 2.5, 3.0, 1.5, 1.0
"""What it costs to take a byte for damaged, or two; two for a symbol, for a rare or for a known character."""


_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\r\x1e")
_CONTROL_SIGNS = dict.fromkeys(_CONTROLS, LOST)


def has_controls(data: bytes) -> bool:
    """Tell whether a text has signs that neither JSON nor markup knows, such as a zero byte."""
    return len(data.translate(None, _CONTROLS)) != len(data)


def without_controls(text: str) -> str:
    """Return a text with such signs as lost ones."""
    return text.translate(_CONTROL_SIGNS)


def damaged_places(text: str) -> int:
    """Return at how many places an escaped text is damaged."""
    return len(_ESCAPED.findall(text))


def without_damage(text: str) -> str:
    """Return an escaped text without what is damaged."""
    return _ESCAPED.sub("", text)


def decode_damaged(value: bytes, encoding: str, everyday: frozenset[str]) -> str:
    """Return the text of a value with bytes that no character has; `LOST` once for each damaged place."""
    return _ESCAPED.sub(LOST, escaped(value, encoding, everyday))


def escaped(value: bytes, encoding: str, everyday: frozenset[str]) -> str:
    """Return the text of a value in which each damaged byte stands as a lone surrogate.

    Parameters
    ----------
    value : bytes
    encoding : str
    everyday : frozenset of str
        The characters that most text of this encoding consists of.

    Notes
    -----
    UTF-8 tells where a character begins. In GBK and Big5 one lost byte makes pairs of the wrong halves to the
    end of the word: there the reading is taken that costs least in rare characters and lost bytes.
    """
    if encoding.casefold() == "utf-8":
        return value.decode(encoding, "surrogateescape")
    return "".join(_piece(piece, encoding, everyday) for piece in _SURE.split(value))


def _piece(piece: bytes, encoding: str, everyday: frozenset[str]) -> str:
    try:
        return piece.decode(encoding)
    except UnicodeDecodeError:
        return _cheapest(piece, encoding, everyday)


def _cheapest(piece: bytes, encoding: str, everyday: frozenset[str]) -> str:
    """Return the cheapest reading of a piece, damaged bytes as lone surrogates."""
    cost, step = [0.0], [(0, "")]
    for end in range(1, len(piece) + 1):
        ways = [(cost[end - n] + price, n, sign) for n, sign, price in _ways(piece, end, encoding, everyday)]
        best = min(ways)
        cost.append(best[0])
        step.append(best[1:])
    signs, at = [], len(piece)
    while at:
        signs.append(step[at][1])
        at -= step[at][0]
    return "".join(reversed(signs))


def _ways(
    piece: bytes, end: int, encoding: str, everyday: frozenset[str]
) -> Iterator[tuple[int, str, float]]:
    """Give what can end at a place: number of bytes, character, cost."""
    last = piece[end - 1]
    if last < 0x80:
        yield 1, chr(last), 0.0
    else:
        yield 1, chr(0xDC00 + last), _BAD
    if end > 1 and last >= 0x80 and piece[end - 2] >= 0x80:
        yield 2, chr(0xDC00 + piece[end - 2]) + chr(0xDC00 + last), _BOTH_BAD
    if end > 1 and (sign := _character(piece[end - 2 : end], encoding)):
        yield (
            2,
            sign,
            0.0 if sign in everyday else _KNOWN if last >= 0xA1 and _is_hanzi(sign) else _price(sign),
        )


def _price(sign: str) -> float:
    return _RARE if _is_hanzi(sign) or sign in "（）·－—、，。：；“”《》ⅠⅡⅢⅣⅤⅥ①②③④⑤⑥" else _ODD


def _is_hanzi(sign: str) -> bool:
    return "\u4e00" <= sign <= "\u9fff"


@cache
def _character(pair: bytes, encoding: str) -> str:
    """Return the character of two bytes, '' where they are none."""
    try:
        sign = pair.decode(encoding)
    except UnicodeDecodeError:
        return ""
    return sign if len(sign) == 1 else ""
