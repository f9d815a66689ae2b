"""Which encoding a .dbf is in, told by its bytes; what its .cpg and language byte claim is evidence only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from bigmap.io.vocabulary import resync

UTF8, GB18030, BIG5, LATIN1 = "UTF-8", "GB18030", "Big5", "ISO-8859-1"
_LETTERS = ((0x391, 0x3CE), (0x401, 0x401), (0x410, 0x44F), (0x451, 0x451), (0x5D0, 0x5EA), (0x620, 0x64A))
"""Greek, Cyrillic, Hebrew and Arabic letters in use."""

ENOUGH = 20_000
"""Values looked at: a whole street office, a good sample of a city."""

_MOST_DAMAGED = 0.5
"""Places that may be damaged, as a share of the foreign characters that are not."""


@dataclass(frozen=True)
class Decision:
    """The encoding of a layer's text.

    Attributes
    ----------
    encoding : str
        'UTF-8', 'GB18030', 'Big5' or 'ISO-8859-1'.
    told : bool
        True where nothing had to be guessed: all ASCII, or label and bytes agree.
    """

    encoding: str
    told: bool


def decide(values: Iterable[bytes], label: str = "") -> Decision:
    """Return the encoding of raw cell values and field names: the one that explains most of the text.

    Parameters
    ----------
    values : iterable of bytes
        Field names and cells as they stand in the file; a last character cut by the field width is allowed,
        and a few bytes that were damaged on the way.
    label : str
        What .cpg or the language byte claims, '' for nothing; believed only where the bytes allow it.

    Notes
    -----
    Order: UTF-8 whose characters look like a language, GB18030 (holds GBK and GB2312), Big5, Latin-1.
    UTF-8 without a fault is not enough: 路, 小学 and 学校 in GBK are valid UTF-8 (·, Сѧ, ѧУ).
    """
    raw = [value for value, _ in zip((v for v in values if not v.isascii()), range(ENOUGH), strict=False)]
    claimed = canonical_label(label)
    if not raw:
        return Decision(UTF8, told=True)
    as_utf8 = _decoded(raw, UTF8)
    if (
        as_utf8 is not None
        and _looks_written(as_utf8, claimed)
        and not _is_everyday_gbk(raw, as_utf8, claimed)
    ):
        return Decision(UTF8, told=claimed == UTF8)
    found = _chinese_of(raw, claimed) or (UTF8 if as_utf8 is not None else LATIN1)
    return Decision(found, told=found == claimed)


def possible_encodings(values: Iterable[bytes]) -> list[str]:
    """Return the encodings in which all values can be read, the likelier first; Latin-1 reads everything."""
    raw = [value for value, _ in zip((v for v in values if not v.isascii()), range(2_000), strict=False)]
    return [e for e in (UTF8, GB18030, BIG5, LATIN1) if _decoded(raw, e) is not None] if raw else []


def contradicts_label(decision: Decision, label: str) -> bool:
    """Tell whether a label names another encoding than the one that the bytes told."""
    claimed = canonical_label(label)
    return not decision.told and claimed not in {"", decision.encoding}


def canonical_label(label: str) -> str:
    """Return the encoding a .cpg or LDID label means ('ANSI 936', 'LDID/77', 'utf-8 ' …), '' if unknown."""
    key = "".join(c for c in label.casefold() if c.isalnum())
    if key in {"utf8", "65001"}:
        return UTF8
    if key.endswith(("936", "ldid77")) or key.startswith(("gb", "eucc")):
        return GB18030
    if key.endswith(("950", "ldid79")) or key.startswith("big5"):
        return BIG5
    return LATIN1 if key.startswith(("iso88591", "latin1")) or key.endswith("1252") else ""


def label_of_language_byte(ldid: int) -> str:
    """Return the encoding that byte 29 of a .dbf header names, '' where it tells nothing."""
    return {0x4D: GB18030, 0x4F: BIG5}.get(ldid, "")


def decode(value: bytes, encoding: str, *, cut: bool = True) -> str:
    """Return the text of one value; U+FFFD stands for each place that is damaged: it must not cost the layer.

    Parameters
    ----------
    value : bytes
    encoding : str
    cut : bool
        Whether a field width may have cut the last character in two: then it is left out.
    """
    try:
        return value.decode(encoding)
    except UnicodeDecodeError as fault:
        if cut and _is_cut(value, fault, encoding):
            return value[: fault.start].decode(encoding)
        return resync.decode_damaged(value, encoding, _everyday(encoding))


def _is_cut(value: bytes, fault: UnicodeDecodeError, encoding: str) -> bool:
    """Tell whether the fault is an incomplete last character."""
    longest = {UTF8: 4, GB18030: 4, BIG5: 2}.get(encoding, 1)
    at_end = len(value) - fault.start < longest and fault.end >= len(value)
    return at_end and ("incomplete" in fault.reason or "unexpected end" in fault.reason)


def _decoded(raw: list[bytes], encoding: str) -> str | None:
    """Return all values as one text, without what is damaged; None when they are not of this encoding.

    A few places may be damaged: then what is left must be plain, since bytes of one encoding can be taken
    for damaged ones of another.
    """
    text = "\n".join(_escaped(value, encoding) for value in raw)
    damaged = resync.damaged_places(text)
    if damaged == 0:
        return text
    text = resync.without_damage(text)
    signs = [c for c in text if not c.isascii()]
    if damaged > max(1, len(signs) * _MOST_DAMAGED):
        return None
    plain = sum(_is_plain(c, encoding) for c in signs)
    return text if plain > len(signs) / 2 else None


def _escaped(value: bytes, encoding: str) -> str:
    """Return the text of a value with damaged bytes escaped, without a character that was cut."""
    try:
        return value.decode(encoding)
    except UnicodeDecodeError as fault:
        cut = _is_cut(value, fault, encoding)
        return resync.escaped(value[: fault.start] if cut else value, encoding, _everyday(encoding))


def _is_plain(c: str, encoding: str) -> bool:
    """Tell whether a character speaks for its encoding: of three bytes in UTF-8, everyday in the others."""
    if encoding == UTF8:
        return ord(c) >= 0x800 and unicodedata.category(c) not in {"Cn", "Co"}
    return c in _everyday(encoding)


def _everyday(encoding: str) -> frozenset[str]:
    return big5_level_one() if encoding == BIG5 else level_one()


def _looks_written(text: str, claimed: str) -> bool:
    """Tell whether UTF-8 text looks like a language rather than GBK bytes that happen to be valid."""
    signs = [(a, c) for a, c in zip(" " + text, text, strict=False) if not c.isascii()]
    plausible = sum(_is_plausible(before, c) for before, c in signs)
    if not signs:
        return True
    return plausible >= (0.5 if claimed == UTF8 else 0.8) * len(signs)


def _is_everyday_gbk(raw: list[bytes], as_utf8: str, claimed: str) -> bool:
    """Tell whether text without a label is everyday Chinese to the last character, and no Latin words."""
    if claimed == UTF8 or any(ord(c) >= 0x800 for c in as_utf8) or re.search(r"[A-Za-z][À-ſ]", as_utf8):
        return False
    text = _decoded(raw, GB18030) or ""
    return bool(text) and all(c.isascii() or c in level_one() for c in text)


def _is_plausible(before: str, c: str) -> bool:
    """Tell whether people write a character: GBK read as UTF-8 gives stray and historic letters."""
    code = ord(c)
    if code >= 0x0E00:  # three and four bytes: CJK, kana, Hangul, Thai, full-width
        return unicodedata.category(c) not in {"Cn", "Co"}
    if 0xC0 <= code <= 0x17F:
        return c.isupper() or (before.isascii() and before.isalpha())
    return any(low <= code <= high for low, high in _LETTERS)


def _chinese_of(raw: list[bytes], claimed: str) -> str:
    """Return GB18030 or Big5, '' when neither decodes.

    Most GBK text is everyday Big5 as well, but not the other way round: GB18030 has to look bad first.
    """
    gbk, big5 = _everyday_share(raw, GB18030, level_one()), _everyday_share(raw, BIG5, big5_level_one())
    if big5 > 0.9 and gbk < (0.9 if claimed == BIG5 else 0.6):
        return BIG5
    if gbk >= 0:
        return GB18030
    return BIG5 if big5 >= 0 else ""


def _everyday_share(raw: list[bytes], encoding: str, everyday: frozenset[str]) -> float:
    """Return the share of everyday characters among the foreign ones, -1 where the bytes do not decode."""
    text = _decoded(raw, encoding)
    signs = [c for c in text or "" if not c.isascii()]
    return sum(c in everyday for c in signs) / len(signs) if signs else -1.0


@cache
def level_one() -> frozenset[str]:
    """Return the 3,755 everyday characters of GB 2312 level 1."""
    rows = (bytes([lead, trail]) for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF))
    return frozenset("".join(pair.decode("gb2312", errors="ignore") for pair in rows))


@cache
def big5_level_one() -> frozenset[str]:
    """Return the 5,401 everyday characters of Big5 level 1."""
    trails = [*range(0x40, 0x7F), *range(0xA1, 0xFF)]
    pairs = ((lead, trail) for lead in range(0xA4, 0xC7) for trail in trails)
    rows = (bytes(pair) for pair in pairs if pair <= (0xC6, 0x7E))
    return frozenset("".join(pair.decode("big5", errors="ignore") for pair in rows))
