"""How many things a drawing says that it holds: GDAL ends without a word where a line of it is damaged."""

from __future__ import annotations

import re
from pathlib import Path

_DRAWN = (
    *(b"POINT", b"LINE", b"LWPOLYLINE", b"POLYLINE", b"CIRCLE", b"ELLIPSE", b"ARC", b"TEXT", b"MTEXT"),
    *(b"3DFACE", b"SOLID", b"TRACE"),
)
"""Entities of which GDAL makes a feature each; not blocks, of which it makes none, one or many."""
_ENTITY = re.compile(rb"(?:^|\n)[ \t]*0[ \t]*\r?\n[ \t]*(?:" + b"|".join(_DRAWN) + rb")[ \t]*\r?\n")
_SECTION = re.compile(rb"\n[ \t]*2[ \t]*\r?\n[ \t]*ENTITIES[ \t]*\r?\n")
_END = re.compile(rb"\n[ \t]*0[ \t]*\r?\n[ \t]*ENDSEC")


def entities_told(path: Path) -> int:
    """Return how many entities stand in the text of a drawing, 0 for a binary one."""
    data = path.read_bytes()
    start = _SECTION.search(data)
    if start is None:
        return 0
    end = _END.search(data, start.end())
    drawn = memoryview(data)[start.end() - 1 : end.start() + 1 if end else len(data)]
    return sum(1 for _ in _ENTITY.finditer(drawn))
