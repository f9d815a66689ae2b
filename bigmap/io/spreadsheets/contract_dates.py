"""When contracts end, out of what people type: 2026年12月底, 2025.6.30, 长期, from when to when."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from bigmap.io.vocabulary.written_numbers import is_nothing, plain_text

_OPEN = re.compile(r"(长期|永久|无固定期限|无期限|不限|不限期|不定期|长期有效|长期合作|长期合同)")
_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2}))?)?(?!\d)")
_DIGITS = re.compile(r"(?<!\d)(20\d{2})(0[1-9]|1[0-2])([0-3]\d)(?!\d)")
_REST_OF_YEAR = re.compile(r"(?:至|到|[-~—–])+(\d{1,2})[月.](\d{1,2})?[日号]?[底末止前]?$")
_WORDS = re.compile(r"[年月日号自从起至到止底末前期合同服务有效截()\s~—–:,;-]*")
_TERM = re.compile(r"([一二三四五六七八九十]|\d{1,2})年期?")
_HANZI = {sign: i for i, sign in enumerate("零一二三四五六七八九十")}
_FIRST_SERIAL, _LAST_SERIAL = 36_526, 73_050
"""Numbers of days as Excel counts them: 2000 to 2099."""


def date_in(text: str) -> date | None:
    """Return the last day that a text names; of a month or a year its last day; None where it names none.

    Examples
    --------
    >>> date_in("2026年2月底"), date_in("20261231"), date_in("长期")
    (datetime.date(2026, 2, 28), datetime.date(2026, 12, 31), None)
    >>> date_in("2024.1.1-2026.12.31"), date_in("2025年1月1日至6月30日")
    (datetime.date(2026, 12, 31), datetime.date(2025, 6, 30))
    """
    plain = re.sub(r"[t\s]+\d{1,2}:\d{2}(:\d{2})?(\.\d+)?", "", plain_text(text)).replace(" ", "")
    if plain.isdigit() and _FIRST_SERIAL <= int(plain) <= _LAST_SERIAL and len(plain) == 5:
        return date(1899, 12, 30) + timedelta(days=int(plain))
    plain = _DIGITS.sub(r"\1-\2-\3", plain)
    rest = _REST_OF_YEAR.search(plain)
    first = list(_DATE.finditer(plain))
    if rest and len(first) == 1 and first[0].end() <= rest.start() and "年" in plain:
        plain = f"{plain[: rest.start()]}至{first[0][1]}年{rest[1]}月{rest[2] or ''}"
    found = list(_DATE.finditer(plain))
    if not found or not _WORDS.fullmatch(_DATE.sub("", plain)):
        return None
    year, month, day = (int(part or 0) for part in found[-1].groups())
    try:
        return date(year, month or 12, day or monthrange(year, month or 12)[1])
    except ValueError:
        return None


def runs_on(text: str) -> bool:
    """Tell whether a text says that a contract has no end: 长期."""
    return _OPEN.fullmatch(plain_text(text)) is not None


def end_of_term(start: str, term: str) -> date | None:
    """Return the last day of a term of years (3年) that began on a day, None where one of them is not told.

    Examples
    --------
    >>> end_of_term("2024年1月1日", "三年")
    datetime.date(2026, 12, 31)
    """
    began, years = date_in(start), _TERM.fullmatch(plain_text(term))
    if began is None or years is None or is_nothing(term):
        return None
    year = began.year + (int(years[1]) if years[1].isdigit() else _HANZI[years[1]])
    day = min(began.day, monthrange(year, began.month)[1])
    return date(year, began.month, day) - timedelta(days=1)
