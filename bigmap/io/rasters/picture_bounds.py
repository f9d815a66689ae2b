"""How large a picture may be that is shown here: what is beyond that would take all memory, or never end."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np

from bigmap.base.errors import UserError

MOST_BANDS = 32
MOST_BLOCK_MB = 200
"""A block is unpacked as a whole, and held twice."""
MOST_RATIO = 100
"""How much smaller honest pictures get, all margins included; nothing but one colour gets 1,000 times."""
_SMALL_B = 6 * 10**8
"""Below this many bytes nobody asks how well they were packed."""
_CODESTREAM = b"\xff\x4f\xff\x51"
_HEAD = 65_536
_JP2_SAMPLE_B = 4


def check_size(path: Path, file: Any) -> None:
    """Raise `UserError` for a picture that would take too much memory, or time without end.

    Parameters
    ----------
    path : pathlib.Path
    file : rasterio.io.DatasetReader
    """
    if file.count > MOST_BANDS:
        text = "{name} has {n} bands, more than {most}: save it with those for red, green and blue only."
        raise UserError(text, name=path.name, n=file.count, most=MOST_BANDS)
    block_mb = _block_b(path, file) / 2**20
    if block_mb > MOST_BLOCK_MB:
        text = "{name} is stored in blocks of {mb:,.0f} MB, more than {most}: save it in tiles of 512 pixels."
        raise UserError(text, name=path.name, mb=block_mb, most=MOST_BLOCK_MB)
    size_b = file.width * file.height * _pixel_b(file)
    if size_b > max(_SMALL_B, MOST_RATIO * path.stat().st_size):
        text = (
            "{name} would grow from {packed:,.1f} to {size:,.0f} MB, as no picture of the ground does:"
            " cut out what is needed and save that."
        )
        raise UserError(text, name=path.name, packed=path.stat().st_size / 2**20, size=size_b / 2**20)


def _pixel_b(file: Any) -> int:
    return sum(np.dtype(kind).itemsize for kind in file.dtypes)


def _block_b(path: Path, file: Any) -> int:
    """Return how many bytes are unpacked at once."""
    high, wide = file.block_shapes[0]
    block = high * wide * _pixel_b(file)
    return max(block, _jp2_tile_b(path) if file.driver.startswith("JP2") else 0)


def _jp2_tile_b(path: Path) -> int:
    """Return how many bytes a tile of a JPEG 2000 takes: its library unpacks it whole, whatever is wanted."""
    with path.open("rb") as opened:
        head = opened.read(_HEAD)
    at = head.find(_CODESTREAM)
    if at < 0 or len(head) < at + 44:
        return 0
    wide, high, x, y, tile_wide, tile_high = struct.unpack_from(">6I", head, at + 8)
    (bands,) = struct.unpack_from(">H", head, at + 40)
    return int(min(wide - x, tile_wide) * min(high - y, tile_high) * bands * _JP2_SAMPLE_B)
