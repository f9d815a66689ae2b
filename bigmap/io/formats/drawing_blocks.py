"""How much a drawing draws out of its blocks: a few of them, each put into the next ten times, never end."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from bigmap.base.errors import UserError

MOST_DRAWN = 3_000_000
"""Entities; a drawing of a street office with its symbols has some hundred thousand."""

_BLOCK = re.compile(rb"\nBLOCK[ \t]*\r?\n(.*?)\n[ \t]*ENDBLK", re.DOTALL)
_INSERT = re.compile(rb"\nINSERT[ \t]*\r?\n(.*?)(?=\n[ \t]*0[ \t]*\r?\n)", re.DOTALL)
_NAME = re.compile(rb"^[ \t]*2[ \t]*\r?\n([^\r\n]*)", re.MULTILINE)
_TIMES = re.compile(rb"^[ \t]*7[01][ \t]*\r?\n[ \t]*(\d{1,9})[ \t]*\r?$", re.MULTILINE)
_ENTITY = re.compile(rb"^[ \t]*0[ \t]*\r?\n[ \t]*[A-Z]", re.MULTILINE)


def check_blocks(path: Path, data: bytes) -> None:
    """Raise `UserError` for a drawing whose blocks come to more than can be drawn.

    Parameters
    ----------
    path : pathlib.Path
    data : bytes
        Of the whole file, in the text form.
    """
    end = max((found.end() for found in re.finditer(rb"\n[ \t]*ENDBLK", data)), default=0)
    blocks = {_name(found[1]): found[1] for found in _BLOCK.finditer(data, 0, end)}
    held = {name: _inserts(text) for name, text in blocks.items()}
    own = {name: len(_ENTITY.findall(text)) for name, text in blocks.items() if name in held}
    size: dict[bytes, int] = {}

    def drawn(name: bytes, around: frozenset[bytes] = frozenset()) -> int:
        """Return how many entities a block comes to; one within itself is drawn once."""
        if name in around or name not in own or len(around) > _DEEPEST:
            return 0
        if name not in size:
            inner = sum(n * drawn(child, around | {name}) for child, n in held[name].items())
            size[name] = own[name] + inner
        return size[name]

    total = sum(n * drawn(name) for name, n in _inserts(data[end:]).items())
    if total > MOST_DRAWN:
        text = (
            "{file} draws {n} things out of its blocks, more than {most}: explode the blocks that are needed,"
            " and purge the others."
        )
        raise UserError(text, file=path.name, n=total, most=MOST_DRAWN)


_DEEPEST = 100


def _inserts(text: bytes) -> Counter[bytes]:
    """Return how often each block is put into a part of a drawing, rows and columns of it counted."""
    found: Counter[bytes] = Counter()
    for insert in _INSERT.findall(text + b"\n  0\n"):
        times = 1
        for n in _TIMES.findall(insert):
            times *= max(1, int(n))
        found[_name(insert)] += times
    return found


def _name(text: bytes) -> bytes:
    named = _NAME.search(text)
    return named[1].strip().upper() if named else b""
