"""Rings of fewer than three points in the binary form of a polygon: no ground, but no library reads them."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

_POLYGON, _MULTIPOLYGON = 3, 6
_LEAST = 3
"""Points of a ring that can have ground, closed or not."""


def without_empty_rings(wkb: bytes) -> bytes:
    """Return the binary form of a polygon or multipolygon without rings of fewer than three points.

    Anything else, and what ends early, comes back as it is.
    """
    try:
        walk = _Walk(bytes(wkb))
        walk.shape()
    except (struct.error, ValueError):
        return wkb
    return bytes(walk.out)


@dataclass
class _Walk:
    """A walk through the bytes; ``out`` gets what is kept."""

    data: bytes
    at: int = 0
    out: bytearray = field(default_factory=bytearray)

    def shape(self) -> None:
        order, start = ("<" if self.data[self.at : self.at + 1] == b"\x01" else ">"), self.at
        kind = struct.unpack_from(f"{order}I", self.data, self.at + 1)[0]
        flat = (kind & 0xFFFF) % 1000
        self.at += 5 + (4 if kind & 0x20000000 else 0)
        head = self.data[start : self.at]
        if flat == _MULTIPOLYGON:
            n = self._count(order)
            self.out += head + struct.pack(f"{order}I", n)
            for _ in range(n):
                self.shape()
        elif flat == _POLYGON:
            width = 8 * (2 + _further(kind))
            rings = [self._ring(order, width) for _ in range(self._count(order))]
            kept = [ring for ring, n in rings if n >= _LEAST] if rings and rings[0][1] >= _LEAST else []
            self.out += head + struct.pack(f"{order}I", len(kept)) + b"".join(kept)
        else:
            raise ValueError(kind)

    def _ring(self, order: str, width: int) -> tuple[bytes, int]:
        start, n = self.at, self._count(order)
        self.at += n * width
        if self.at > len(self.data):
            raise ValueError(n)
        return self.data[start : self.at], n

    def _count(self, order: str) -> int:
        n = int(struct.unpack_from(f"{order}I", self.data, self.at)[0])
        self.at += 4
        if n > len(self.data):
            raise ValueError(n)
        return n


def _further(kind: int) -> int:
    """Return how many numbers a point has besides x and y."""
    told = (kind & 0xFFFF) // 1000
    return {0: 0, 1: 1, 2: 1, 3: 2}.get(told, 0) + bool(kind & 0x80000000) + bool(kind & 0x40000000)
