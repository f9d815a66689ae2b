"""First letters of Chinese words, for finding a text by typing 'hfpq' for 划分片区.

The 3,755 common characters of GB 2312 (level 1) stand in the order of their pinyin, so that the place of a
character tells its letter. Characters read in several ways have the letter of the one they are filed under.
"""

from __future__ import annotations

from bisect import bisect_right

# The first character of each letter in GB 2312.
_FIRST = "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"
_LETTERS = "abcdefghjklmnopqrstwxyz"
_CODES = [int.from_bytes(c.encode("gb2312"), "big") for c in _FIRST]
_LAST = 0xD7F9


def initials(text: str) -> str:
    """Return the first letter of each Chinese character, Latin letters and digits as they are, in lower case.

    Examples
    --------
    >>> initials("划分片区(B)…")
    'hfpqb'
    """
    return "".join(_initial(c) for c in text.lower())


def _initial(char: str) -> str:
    if char.isascii():
        return char if char.isalnum() else ""
    try:
        code = int.from_bytes(char.encode("gb2312"), "big")
    except UnicodeEncodeError:
        return ""
    return _LETTERS[bisect_right(_CODES, code) - 1] if _CODES[0] <= code <= _LAST else ""
