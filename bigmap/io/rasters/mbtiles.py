"""A user's own picture of the ground: an MBTiles file."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from bigmap.base.errors import UserError
from bigmap.io.formats.open_databases import INTERRUPTED, address, time_limit
from bigmap.io.rasters.picture_size import picture_size

_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF")
_LONGEST = 300
"""Letters of an attribution."""
_DEEPEST = 30
_MOST_TILE_B = 16 * 2**20
_WIDEST = 4096
"""Pixels of a tile; nobody makes larger ones, and the page would unpack gigabytes."""
_PATIENCE_S, _TILE_PATIENCE_S = 4.0, 1.0

_SCALES = "SELECT (SELECT min(zoom_level) FROM tiles), (SELECT max(zoom_level) FROM tiles)"
"""Two queries, since an index answers each of them at once, but not both in one."""
_TILE = "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?"


class MbTiles:
    """The tiles of an MBTiles file, read one by one.

    Parameters
    ----------
    path : pathlib.Path

    Attributes
    ----------
    low, high : int
        Scales that are there.
    attribution : str

    Raises
    ------
    UserError
        If it is no MBTiles file of pictures.

    Notes
    -----
    MBTiles 1.3, https://github.com/mapbox/mbtiles-spec: rows count from the bottom. Tiles may be asked for on
    another thread, one at a time.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._file = sqlite3.connect(address(path), uri=True, check_same_thread=False)
            self._file.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_TILE_B)
            with time_limit(self._file, _PATIENCE_S):
                low, high = self._file.execute(_SCALES).fetchone()
                told = self._file.execute(
                    "SELECT value FROM metadata WHERE name = 'attribution' LIMIT 1"
                ).fetchone()
                first = self._file.execute("SELECT tile_data FROM tiles LIMIT 1").fetchone()
                self._file.execute(_TILE, (low, 0, 0)).fetchone()
        except (sqlite3.Error, OSError) as error:
            raise _refused(path, error) from error
        if first is None:
            raise UserError("{name} holds no tiles: choose another one", name=path.name)
        if not isinstance(first[0], bytes) or not first[0].startswith(_PICTURES):
            raise UserError(
                "{name} holds vector tiles; bigmap shows MBTiles of pictures (PNG, JPEG, WebP) only",
                name=path.name,
            )
        if not type(low) is type(high) is int or not 0 <= low <= high <= _DEEPEST:
            text = "{name} has tiles of scales that there are not ({low} to {high}): choose another one"
            raise UserError(text, name=path.name, low=str(low)[:20], high=str(high)[:20])
        self.low, self.high = low, high
        self.attribution = str(told[0] or "")[:_LONGEST] if told else ""

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Return the picture of scale, column and row (from the top); None where there is none."""
        if not 0 <= z <= _DEEPEST:
            return None
        with time_limit(self._file, _TILE_PATIENCE_S):
            found = self._file.execute(_TILE, (z, x, 2**z - 1 - y)).fetchone()
        picture = found[0] if found else None
        return picture if isinstance(picture, bytes) and _is_small(picture) else None

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def _refused(path: Path, error: Exception) -> UserError:
    if isinstance(error, sqlite3.OperationalError) and str(error) == INTERRUPTED:
        text = (
            "{name} does not answer within {s:.0f} s: its tiles are a query without end, or have no index;"
            " choose another one"
        )
        return UserError(text, name=path.name, s=_PATIENCE_S)
    return UserError("{name} is no MBTiles file: choose another one", name=path.name)


def _is_small(picture: bytes) -> bool:
    """Tell whether a tile is no picture that is known to grow beyond measure when it is unpacked."""
    size = picture_size(picture)
    return size is None or max(size) <= _WIDEST
