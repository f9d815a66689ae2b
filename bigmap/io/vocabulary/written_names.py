"""Names of features as people type them: on one line, and not what a drawing program writes by itself."""

from __future__ import annotations

import re

_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060\ufeff\xad]")
_BLANKS = re.compile(r"\s+")
_HAN = "[\u3400-\u9fff\uf900-\ufaff（）()·、]"
_BETWEEN_HAN = re.compile(f"(?<={_HAN})(?:\\s{{2,}}|[\r\n\v\f\t\u2028\u2029\u3000])(?={_HAN})")
_SERIAL = re.compile(
    r"(?:未命名|无标题|新建|新)?(?:多边形|多段线|面|区域|图形|图斑|要素|轨迹|路径|折线|polygon|polyline|region"
    r"|shape|feature|untitled(?:[\s_-]*polygon)?|unnamed|new[\s_-]*polygon|未命名|无标题)[\s_\-#()]*\d*\)?",
    re.IGNORECASE,
)
DESTROYED = "锟斤|锟\ufffd|烫烫烫|屯屯屯"
"""What stands where a text was lost in another program before."""


def one_line(text: str) -> str:
    r"""Return a text on one line: blanks to fill up a name of two characters are none of its own.

    Examples
    --------
    >>> one_line("金榕\n花园"), one_line("金  榕"), one_line("Park  View\tCourt")
    ('金榕花园', '金榕', 'Park View Court')
    """
    plain = _INVISIBLE.sub("", text)
    return _BLANKS.sub(" ", _BETWEEN_HAN.sub("", plain)).strip()


def is_serial(name: str) -> bool:
    """Tell whether a name only numbers a shape, as drawing programs do.

    Examples
    --------
    >>> is_serial("多边形12"), is_serial("Untitled Polygon"), is_serial("面粉厂宿舍")
    (True, True, False)
    """
    return _SERIAL.fullmatch(name.strip()) is not None
