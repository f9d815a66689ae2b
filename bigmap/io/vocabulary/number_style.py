"""Points and commas in numbers: which of them parts thousands and which decimals, in a whole column."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bigmap.io.vocabulary.written_numbers import plain_text

_NUMBER = re.compile(r"(?<![\d.,])\d[\d.,' ]*\d(?![\d.,])")
_COMMA = re.compile(r"\d{1,3}(\.\d{3})+,\d+|\d+,(\d{1,2}|\d{4,})|(0|\d{4,}),\d+|\d{1,3}(\.\d{3}){2,}")
"""Numbers that can only be written with a decimal comma: 7.804,00, 12345,37, 1.234.567."""
_POINT = re.compile(r"\d{1,3}(,\d{3})+\.\d+|\d+\.(\d{1,2}|\d{4,})|(0|\d{4,})\.\d+|\d{1,3}(,\d{3}){2,}")
"""Numbers that can only be written with a decimal point."""
_EITHER = re.compile(r"\d{1,3}[.,]\d{3}")
"""Numbers that are a thousand times as large in one style as in the other."""
_THOUSANDS = re.compile(r"\d{1,3}(\.\d{3})+")

WHOLE = frozenset({"hh", "parking_n", "n_bldg", "floors"})
"""Fields that count things: a comma in them stands between two numbers, a point parts thousands."""


def with_decimal_points(texts: Sequence[str], *, whole: bool = False) -> tuple[list[str], list[bool]]:
    """Return the texts of a column with decimal points and no marks of thousands, and which are in doubt.

    What only one style can mean is read so. The others follow these; where both styles stand in a column,
    or the column counts things and has a point, they are in doubt.

    Parameters
    ----------
    texts : sequence of str
        As typed.
    whole : bool
        Whether the column counts things.

    Examples
    --------
    >>> with_decimal_points(["7.804,00", "1.234"])
    (['7804.00', '1234'], [False, False])
    >>> with_decimal_points(["7,804.00", "12,5", "1.234"])
    (['7,804.00', '12.5', '1.234'], [False, False, True])
    """
    if not any("," in text or "，" in text or text.count(".") for text in texts):
        return list(texts), [False] * len(texts)
    found = [_number(text) for text in texts]
    comma = any(_COMMA.fullmatch(number) for number in found) and not whole
    point = any(_POINT.fullmatch(number) for number in found)
    out, doubt = [], []
    for text, number in zip(texts, found, strict=True):
        either = _EITHER.fullmatch(number) is not None
        if whole:
            swapped = _THOUSANDS.fullmatch(number) is not None
        else:
            swapped = _COMMA.fullmatch(number) is not None or (comma and not point and either)
        turned = number.replace(".", "").replace(",", ".") if swapped else number
        out.append(plain_text(text).replace(_raw(text), turned) if swapped or number != _raw(text) else text)
        doubt.append(either and (comma and point if not whole else swapped))
    return out, doubt


def _raw(text: str) -> str:
    """Return the number in a typed text as it stands, '' where it has none or several."""
    hits = _NUMBER.findall(plain_text(text))
    return hits[0] if len(hits) == 1 else ""


def _number(text: str) -> str:
    """Return the number in a typed text without blanks and apostrophes between its thousands."""
    return re.sub(r"(?<=\d)[' ](?=\d{3})", "", _raw(text))
