"""How wide and high a PNG, JPEG or WebP is, from its first bytes, without unpacking it."""

from __future__ import annotations

import struct

_NO_FRAME = frozenset({0xC4, 0xC8, 0xCC})
"""JPEG: markers between 0xC0 and 0xCF that begin no frame."""


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height in pixels, None where these are not the bytes of such a picture."""
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            return struct.unpack_from(">2I", data, 16)
        if data.startswith(b"\xff\xd8\xff"):
            return _of_jpeg(data)
        return _of_webp(data) if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None
    except (struct.error, IndexError):
        return None


def _of_jpeg(data: bytes) -> tuple[int, int] | None:
    at = 2
    while data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # fills up
            at += 1
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        if 0xC0 <= marker <= 0xCF and marker not in _NO_FRAME:
            high, wide = struct.unpack_from(">2H", data, at + 5)
            return wide, high
        at += 2 + length
    return None


def _of_webp(data: bytes) -> tuple[int, int] | None:
    kind = data[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        wide, high = struct.unpack_from("<2H", data, 26)
        return wide & 0x3FFF, high & 0x3FFF
    return None
