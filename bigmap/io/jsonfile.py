"""GeoJSON as people save it: bare arrays, lines, byte order marks, GBK; put into the form that GDAL reads."""

from __future__ import annotations

import codecs
import json
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bigmap.base.errors import UserError
from bigmap.io import encoding as enc

_MARKS = {
    b"\xef\xbb\xbf": "utf-8",
    b"\xff\xfe\x00\x00": "utf-32-le",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
}

_PIECE = 2**20


@contextmanager
def opened(path: Path, told: str = "") -> Iterator[tuple[Path, enc.Decision]]:
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
    whole = _is_whole(data)
    if told in {"", enc.UTF8} and whole and not _is_bare(data) and _is_utf8(data) and b"\x00" not in data[:2]:
        yield path, enc.Decision(enc.UTF8, told=True)
        return
    text, decision = _text(data, told)
    collected = _collected(text, path) if whole else _rescued(text)
    with tempfile.TemporaryDirectory(prefix="bigmap-") as folder:
        copy = Path(folder) / "layer.geojson"
        copy.write_text(collected or text, encoding="utf-8", errors="replace")
        yield copy, decision


def lost_lines(path: Path, read: int) -> list[int]:
    """Return the numbers of the lines that are no features, of a file of a line a feature."""
    lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").splitlines()
    if len(lines) < 2 or not isinstance(_value(lines[0]), dict):
        return []
    filled = [(n, line) for n, line in enumerate(lines, 1) if line.strip(b"\x1e \t\x00")]
    return [n for n, line in filled if not isinstance(_value(line), dict)] if len(filled) > read else []


def is_cut(path: Path) -> bool:
    """Tell whether a file breaks off, so that only the features before that were read."""
    data = path.read_bytes()
    return not _is_whole(data) and _value(_text(data, "")[0]) is None and not _is_lines(data)


def _is_whole(data: bytes) -> bool:
    """Tell whether a file has an end, and no numbers that JSON does not know but Python and R write."""
    ends = data[-64:].rstrip(b"\x00 \r\n\t")[-1:] in {b"}", b"]"}
    return (
        ends
        and data.count(b"{") == data.count(b"}")
        and data.count(b"[") == data.count(b"]")
        and _ODD.search(data) is None
    )


_ODD = re.compile(rb"\b(?:NaN|Infinity|inf|nan)\b|[0-9]{300}")
_FEATURES = re.compile(r'"features"\s*:\s*\[|^\ufeff?\s*\[')


def _is_lines(data: bytes) -> bool:
    first = data.split(b"\n", 1)[0]
    return len(first) < len(data) and isinstance(_value(first), dict)


def _rescued(text: str) -> str | None:
    """Return the features of a collection that can be read, each by itself; None where none are listed."""
    begin = _FEATURES.search(text)
    if begin is None:
        return None
    head = _value(text[: begin.end()] + "]}")
    decoder, at, features = (
        json.JSONDecoder(parse_constant=lambda _: None, parse_int=_whole_number),
        begin.end(),
        [],
    )
    while True:
        at = _next_value(text, at)
        try:
            feature, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        features.append(feature)
    kept = {"type": "FeatureCollection", **(head if isinstance(head, dict) else {}), "features": features}
    return json.dumps(kept, ensure_ascii=False)


def _next_value(text: str, at: int) -> int:
    while at < len(text) and text[at] in ", \r\n\t":
        at += 1
    return at


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
        return enc.decode(data, told), enc.Decision(told, told=True)
    known = _is_utf8(data)
    decision = enc.Decision(enc.UTF8, told=True) if known else enc.decide(data.splitlines())
    return enc.decode(data, decision.encoding), decision


def _collected(text: str, path: Path) -> str | None:
    """Return a bare array of features or collections as one collection, None for anything else."""
    if not text.lstrip("\ufeff \r\n\t").startswith("["):
        return None
    value = _value(text)
    if not isinstance(value, list):
        why = "{file} is no GeoJSON, or only a part of one: save it again from your GIS, or take it out."
        raise UserError(why, file=path.name)
    features = [feature for item in value for feature in _features(item)]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


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
