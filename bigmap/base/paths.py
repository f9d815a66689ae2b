"""Where the files that travel with the program lie, in a checkout and in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def resources(*parts: str) -> Path:
    """Return a path below ``resources/``."""
    return _shipped("_resources", "resources").joinpath(*parts)


def sample_shapes() -> Path:
    """Return the folder of the sample street office."""
    return _shipped("_sample_shapes", "sample_shapes")


def _shipped(in_wheel: str, in_checkout: str) -> Path:
    installed = _PACKAGE / in_wheel
    return installed if installed.is_dir() else _PACKAGE.parent / in_checkout
