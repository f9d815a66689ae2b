"""The paths among the options: each is looked at before the work begins."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

from bigmap.base.errors import UserError
from bigmap.base.usable_paths import unusable
from bigmap.cli.options import ROLE_OPTIONS
from bigmap.io.formats.detect_format import RESULT_FILES

_FILES = ("table", "services", "control_points", "start", "rules", "parameters")
_LAYERS = ("inputs", "zones_file", *(option[2:] for option in ROLE_OPTIONS))
_WRITTEN = RESULT_FILES | {"zones.csv", "problems.csv", "adjacency.csv", "bundles.csv", "fields.csv"}


def check_paths(options: argparse.Namespace) -> None:
    """Raise `UserError` where an option names no path, or one that cannot be what it is given for."""
    for name in ("out", "cluster", *_LAYERS, *_FILES):
        for text in _texts(options, name):
            if not text.strip():
                raise UserError("{option} is empty: name a file or a folder.", option=_option(name))
    for name in _FILES:
        for text in _texts(options, name):
            if refused := unusable(Path(text), folder=False):
                raise refused
    _refuse_own_inputs(options)


def _refuse_own_inputs(options: argparse.Namespace) -> None:
    """Refuse a folder for the results in which a planner's own file would be written over."""
    out = Path(options.out)
    if os.path.isfile(out / "report.json"):  # noqa: PTH113 - false for what cannot be asked about
        return  # what has such names there was written by bigmap
    for path in [Path(text) for name in (*_LAYERS, *_FILES) for text in _texts(options, name)]:
        inside = [path / name for name in sorted(_WRITTEN)]
        for file in inside if os.path.isdir(path) else [path]:  # noqa: PTH112
            if file.name in _WRITTEN and _is_same(file, out / file.name):
                raise UserError(
                    "{file} is one of your files, and the results would be written over it: name another"
                    " folder for them.",
                    file=file,
                )


def _is_same(one: Path, other: Path) -> bool:
    return os.path.exists(one) and os.path.exists(other) and os.path.samefile(one, other)  # noqa: PTH110, PTH121


def _texts(options: argparse.Namespace, name: str) -> Iterator[str]:
    held = getattr(options, name, None)
    yield from [] if held is None else held if isinstance(held, list) else [held]


def _option(name: str) -> str:
    plain = {"inputs": "INPUT", "zones_file": "ZONES"}
    return plain.get(name, f"--{name.replace('_', '-')}")
