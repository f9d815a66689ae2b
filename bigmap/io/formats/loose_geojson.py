"""GeoJSON as people save it: bare arrays, lines, byte order marks, GBK; put into the form that GDAL reads."""

from __future__ import annotations

import codecs
import json
import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

from bigmap.base.errors import UserError
from bigmap.base.temp_folders import temp_folder
from bigmap.io.formats import encoding as enc
from bigmap.io.vocabulary import resync

_MARKS = {
    b"\xef\xbb\xbf": "utf-8",
    b"\xff\xfe\x00\x00": "utf-32-le",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
}

_PIECE = 2**20


@contextmanager
def open_geojson(path: Path, told: str = "") -> Iterator[tuple[Path, enc.Decision]]:
    """Give what GDAL should open, the file itself or a copy in the usual form, and how its text was decoded.

    Parameters
    ----------
    path : pathlib.Path
    told : str
        Encoding that the user chose, '' to tell it from the bytes.

    Raises
    ------
    UserError
        If it is empty, or text that is no GeoJSON.
    """
    data = path.read_bytes()
    if not data.strip(b"\x00 \r\n\t"):
        raise UserError("{file} is an empty file: ask for it again, or take it out.", file=path.name)
    _check_fields(data, path)
    usual = told in {"", enc.UTF8} and not _is_bare(data) and _is_utf8(data) and b"\x00" not in data[:2]
    if usual and _is_whole(data) and not resync.has_controls(data):
        yield path, enc.Decision(enc.UTF8, told=True)
        return
    text, decision = _text(data, told)
    del data
    with temp_folder() as folder:
        copy = folder / "layer.geojson"
        with copy.open("w", encoding="utf-8", errors="replace") as file:
            _copy(resync.without_controls(text), file, path.name)
        yield copy, decision


def _check_fields(data: bytes, path: Path) -> None:
    """Raise `UserError` where features have more fields than GDAL can sort: it takes hours, or all memory."""
    last = max(0, len(data) - _GLANCE)
    found = {key for at in {0, last // 2, last} for key in _KEY.findall(data, at, at + _GLANCE)}
    if len(found) > _MOST_FIELDS:
        text = "{file} names {n} fields and more, as no layer does: ask for it again, or take it out."
        raise UserError(text, file=path.name, n=len(found))


_GLANCE = 2**18
_MOST_FIELDS = 3000
_KEY = re.compile(rb'"([^"\\]{1,200})"\s*:')


def links_crs(path: Path) -> bool:
    """Tell whether a file names its coordinate system by a link only, before its features or behind them."""
    with path.open("rb") as file:
        head = file.read(_NEAR)
        file.seek(max(0, file.seek(0, 2) - _NEAR))
        return any(_LINKED.search(text) for text in (head, file.read()))


_NEAR = 4096
_LINKED = re.compile(rb'"crs"\s*:\s*\{[^{}]*(\{[^{}]*\}[^{}]*)?"type"\s*:\s*"link"')


def lost_lines(path: Path, read: int) -> list[int]:
    """Return the numbers of the lines that are no features, of a file of a line a feature."""
    lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").splitlines()
    if len(lines) < 2 or not isinstance(_value(lines[0]), dict):
        return []
    filled = [(n, line) for n, line in enumerate(lines, 1) if line.strip(b"\x1e \t\x00")]
    return [n for n, line in filled if not isinstance(_value(line), dict)] if len(filled) > read else []


def lost_entries(path: Path, read: int) -> tuple[bool, list[int]]:
    """Tell whether a collection breaks off, and give the numbers of its entries that are no features."""
    data = path.read_bytes()
    if _is_even(data) and _are_all(data, read):
        return False, []
    text = "" if _is_lines(data) else _text(data, "")[0]
    begin = _FEATURES.search(text)
    if begin is None:
        return not _is_whole(data) and _value(text) is None and not _is_lines(data), []
    listed = _Entries(text, begin.end())
    lost = [n for n, item in enumerate(listed, 1) if not _is_feature(item)]
    return not listed.whole, [] if _is_bare(data) else lost


def _are_all(data: bytes, read: int) -> bool:
    """Tell, by the commas between them alone, whether a list surely holds the features read and no more.

    A list of objects has a comma before a brace once less often than it has objects. What is no object
    stands before such a comma, or behind the last one; a text there would end the list.
    """
    pairs, joints = len(_PAIR.findall(data)), len(_JOINT.findall(data))
    return pairs == joints == read - 1 and not any(odd.search(data) for odd in _NO_OBJECT)


_PAIR = re.compile(rb"\}\s*,\s*\{")
_JOINT = re.compile(rb",\s*\{")
_NO_OBJECT = re.compile(rb"\}\s*,\s*[^\"{\s]"), re.compile(rb"\"\s*\]")


def _is_feature(item: Any) -> bool:
    return isinstance(item, dict) and item.get("type") == "Feature"


def _is_whole(data: bytes) -> bool:
    """Tell whether a file has an end, and no numbers that JSON does not know but Python and R write."""
    ends = data[-64:].rstrip(b"\x00 \r\n\t")[-1:] in {b"}", b"]"}
    return ends and not _is_odd(data) and (_is_even(data) or _is_listed(data))


def _is_even(data: bytes) -> bool:
    """Tell whether all brackets are closed, as far as that can be told without reading the text."""
    return data.count(b"{") == data.count(b"}") and data.count(b"[") == data.count(b"]")


def _is_listed(data: bytes) -> bool:
    """Tell whether the list of features ends: a bracket may stand in a name."""
    text = _text(data, "")[0]
    begin = _FEATURES.search(text)
    listed = _Entries(text, begin.end() if begin else len(text))
    deque(listed, maxlen=0)
    return listed.whole


def _is_odd(data: bytes) -> bool:
    """Tell whether there are numbers that JSON does not know, or of more digits than numbers have."""
    return any(odd.search(data) for odd in _ODD) or _MANY_DIGITS in data.translate(_DIGITS_AS_ZEROS)


# One pattern a word, not one for all: only what begins with a letter that is rare in it is looked for fast.
_ODD = [re.compile(word + rb"\s*[,\]}]") for word in (b"NaN", b"Infinity", b"inf", b"nan")]
_DIGITS_AS_ZEROS = bytes.maketrans(b"123456789", b"000000000")
_MANY_DIGITS = b"0" * 300
_FEATURES = re.compile(r'"features"\s*:\s*\[|^\ufeff?\s*\[')


def _is_lines(data: bytes) -> bool:
    first, _, rest = data.partition(b"\n")
    return bool(rest.strip(b"\x00 \r\n\t")) and isinstance(_value(first), dict)


class _Entries:
    """The values of a list, one at a time: those of a city do not fit into memory together.

    Attributes
    ----------
    whole : bool
        Whether the end of the list was reached.
    """

    def __init__(self, text: str, at: int) -> None:
        self.whole = False
        self._text, self._at = text, at

    def __iter__(self) -> Iterator[Any]:
        decoder = json.JSONDecoder(parse_constant=lambda _: None, parse_int=_whole_number)
        text, at = self._text, self._at
        with suppress(ValueError, RecursionError):
            while (at := _BETWEEN.match(text, at).end()) < len(text) and text[at] != "]":  # type: ignore[union-attr]
                value, at = decoder.raw_decode(text, at)
                yield value
            self.whole = at < len(text)


_BETWEEN = re.compile(r"[,\s]*")


def _copy(text: str, file: TextIO, name: str) -> None:
    """Write the features that can be read, each by itself; a text without a list of them as it is."""
    begin = _FEATURES.search(text)
    if begin is None:
        file.write(text)
        return
    bare = text[begin.end() - 1 :: -1].strip("\ufeff \r\n\t") == "["
    head = _value(text[: begin.end()] + "]}")
    head = {"type": "FeatureCollection", **(head if isinstance(head, dict) else {}), "features": []}
    file.write(json.dumps(head, ensure_ascii=False).removesuffix("]}"))
    written = 0
    for item in _Entries(text, begin.end()):
        for feature in _features(item) if bare else [item]:
            file.write(("," if written else "") + json.dumps(feature, ensure_ascii=False))
            written += 1
    file.write("]}")
    if bare and not written:
        why = "{file} is no GeoJSON, or only a part of one: save it again from your GIS, or take it out."
        raise UserError(why, file=name)


def _whole_number(digits: str) -> int | float:
    """Return a number; one of more digits than numbers have is none."""
    return int(digits) if len(digits) < 300 else float("1e308")


def _is_bare(data: bytes) -> bool:
    return data[:64].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"[")


def _is_utf8(data: bytes) -> bool:
    """Tell whether a file is UTF-8, a piece at a time: a city of buildings is not copied for that."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _PIECE):
            decoder.decode(data[start : start + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _text(data: bytes, told: str) -> tuple[str, enc.Decision]:
    """Return the text of a file: the standard knows UTF-8 only, so what is that is believed."""
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace"), enc.Decision(enc.UTF8, told=True)
    if b"\x00" in data[:2]:  # UTF-16 without its mark
        wide = "utf-16-be" if data[:1] == b"\x00" else "utf-16-le"
        return data.decode(wide, "replace"), enc.Decision(enc.UTF8, told=True)
    if told:
        return enc.decode(data, told, cut=False), enc.Decision(told, told=True)
    known = _is_utf8(data)
    decision = enc.Decision(enc.UTF8, told=True) if known else enc.decide(data.splitlines())
    return enc.decode(data, decision.encoding, cut=False), decision


def _features(item: Any) -> list[dict[str, Any]]:
    """Return what an item of a bare array holds: a feature, a collection of them, or a geometry alone."""
    kind = item.get("type") if isinstance(item, dict) else None
    if kind == "FeatureCollection" and isinstance(item.get("features"), list):
        return list(item["features"])
    if kind == "Feature":
        return [item]
    shape = item if kind and ("coordinates" in item or "geometries" in item) else None
    properties = {} if shape or not isinstance(item, dict) else item
    return [{"type": "Feature", "properties": properties, "geometry": shape}]


def _value(text: str | bytes) -> Any:
    try:
        return json.loads(text.lstrip("\ufeff\x1e") if isinstance(text, str) else text.lstrip(b"\x1e"))
    except (ValueError, RecursionError):
        return None
