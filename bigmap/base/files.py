"""Writing one file: whole or not at all, with a sentence when the place cannot be written."""

from __future__ import annotations

from pathlib import Path

from bigmap.base.errors import UserError


def store(path: Path, content: bytes) -> None:
    """Write a file.

    Raises
    ------
    UserError
        If it cannot be written.
    """
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UserError(
            "{file} cannot be written: close it in other programs or choose another folder.", file=path.name
        ) from error
