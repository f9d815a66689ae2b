"""Views of a database that is about to be read: one without end would hold GDAL for ever."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from functools import lru_cache
from pathlib import Path

from bigmap.base.errors import UserError
from bigmap.io.formats.open_databases import address, time_limit

PATIENCE_S = 3.0
_MOST_VALUE_B = 64 * 2**20
_MOST_B = 2**29
_MOST_FUNCTIONS = 50
_SIGN = b"SQLite format 3\x00"
_COMPUTED = (
    "SELECT name FROM sqlite_master WHERE type = 'view' OR (type = 'table' AND sql LIKE '% AS (%'"
    " AND sql NOT LIKE 'CREATE VIRTUAL%')"
)
"""What is no table of values: views, and tables with columns that are reckoned."""


def check_views(path: Path) -> None:
    """Raise `UserError` for a database one of whose views does not end, or gives values beyond measure.

    Parameters
    ----------
    path : pathlib.Path
        Any file; what is no database of SQLite passes.
    """
    with path.open("rb") as file:
        if file.read(len(_SIGN)) != _SIGN:
            return
    stat = path.stat()
    name = _endless_view(path.resolve(), stat.st_mtime_ns, stat.st_size)
    if name is not None:
        text = (
            "{file}: its view {name} does not end within {s:.0f} s, or grows beyond measure:"
            " export it as a table, or take the file out."
        )
        raise UserError(text, file=path.name, name=name[:60], s=PATIENCE_S)


@lru_cache(maxsize=32)
def _endless_view(path: Path, _changed: int, _size: int) -> str | None:
    """Return the first view that takes too long or too much, None where all end."""
    name = None
    try:
        with closing(sqlite3.connect(address(path), uri=True)) as database:
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_VALUE_B)
            database.text_factory = bytes
            with time_limit(database, PATIENCE_S):
                for (raw,) in database.execute(_COMPUTED).fetchall():
                    name = bytes(raw).decode("utf-8", "replace")
                    if _grows(database, name):
                        return name
    except (sqlite3.OperationalError, sqlite3.DataError) as fault:
        return name if _is_bound(fault) else None
    except sqlite3.Error:
        pass  # what is damaged is said where it is read
    return None


def _grows(database: sqlite3.Connection, name: str) -> bool:
    """Read a view to its end, and tell whether it gives more than a layer does."""
    quoted = '"' + name.replace('"', '""') + '"'
    for _ in range(_MOST_FUNCTIONS):
        try:
            held = 0
            for row in database.execute(f"SELECT * FROM {quoted}"):
                held += 8 * len(row) + sum(len(value) for value in row if isinstance(value, bytes))
                if held > _MOST_B:
                    return True
            return False
        except sqlite3.OperationalError as fault:
            unknown = re.match(r"no such function: (\w+)", str(fault))
            if unknown is None:
                if _is_bound(fault):
                    raise
                return False  # GDAL says what is wrong with it
            # GDAL knows functions of shapes that SQLite does not; what they give does not matter here.
            database.create_function(unknown[1], -1, lambda *_: None)
    return False


def _is_bound(fault: sqlite3.Error) -> bool:
    return "interrupted" in str(fault) or "too big" in str(fault) or "out of memory" in str(fault)
