"""A user's own picture of the ground: an MBTiles file."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from bigmap.base.errors import UserError
from bigmap.io.formats.open_databases import address

_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF")


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
            low, high = self._file.execute("SELECT min(zoom_level), max(zoom_level) FROM tiles").fetchone()
            told = dict(self._file.execute("SELECT name, value FROM metadata").fetchall())
            first = self._file.execute("SELECT tile_data FROM tiles LIMIT 1").fetchone()
        except (sqlite3.Error, OSError) as error:
            raise UserError("{name} is no MBTiles file: choose another one", name=path.name) from error
        if first is None:
            raise UserError("{name} holds no tiles: choose another one", name=path.name)
        if not bytes(first[0]).startswith(_PICTURES):
            raise UserError(
                "{name} holds vector tiles; bigmap shows MBTiles of pictures (PNG, JPEG, WebP) only",
                name=path.name,
            )
        self.low, self.high = int(low), int(high)
        self.attribution = str(told.get("attribution") or "")

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Return the picture of scale, column and row (from the top); None where there is none."""
        found = self._file.execute(
            "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?",
            (z, x, 2**z - 1 - y),
        ).fetchone()
        return bytes(found[0]) if found else None

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
