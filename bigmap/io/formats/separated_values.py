"""Rows of a text with separators, taken apart as bytes: what is damaged in one cell stays in it."""

from __future__ import annotations

import csv
import io

from bigmap.io.formats import encoding as enc

MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
"""How a file begins that says itself that it is Unicode: UTF-8, or UTF-16 of both kinds."""

_MOST_LINES = 20
"""More lines than this in one cell are rows behind a quote that nobody closed."""


def as_bytes(data: bytes) -> str:
    """Return a text file, each character a byte; its separators are never part of a Chinese one."""
    if data.startswith(MARKS[1:]):
        data = data[: len(data) // 2 * 2].decode("utf-16", "replace").encode("utf-8", "replace")
    return data.removeprefix(MARKS[0]).rstrip(b"\0\x1a").decode(enc.LATIN1)


def split_rows(text: str, separator: str) -> list[list[str]]:
    """Return the cells of a text; a quote that nobody closed is a sign like others."""
    csv.field_size_limit(2**31 - 1)
    found = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    if _is_open(text, separator) or any(cell.count("\n") > _MOST_LINES for row in found for cell in row):
        found = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, quoting=csv.QUOTE_NONE))
    return [[_shown(cell) for cell in row] for row in found] if "\0" in text else found


def _shown(cell: str) -> str:
    """Return a cell without the zero bytes that fill it up; one in a word stands for a lost byte."""
    return cell.strip("\0").replace("\0", "\xff")


def _is_open(text: str, separator: str) -> bool:
    """Tell whether the last quote of a text is never closed."""
    if '"' not in text:
        return False
    try:
        for _ in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            pass
    except csv.Error as fault:
        return "unexpected end" in str(fault)
    return False
