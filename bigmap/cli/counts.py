"""Choices about single estates on the command line: how much of one counts."""

from __future__ import annotations

import argparse

from bigmap.base.errors import UserError
from bigmap.cli.options import tell_duties
from bigmap.core.clean.across_boundary import Count, mark
from bigmap.core.sources.layers import Layer, LayerSet, Role

_COUNTED = (Role.ESTATES, Role.BUILDINGS, Role.PUBLIC)


def add_counts(command: argparse.ArgumentParser) -> None:
    """Add the option that decides about estates across the boundary and about two on one ground."""
    command.add_argument(
        "--count",
        action="append",
        default=[],
        metavar="ESTATE=whole|share|none",
        help="how much of an estate counts that lies across the boundary or on the ground of another one:"
        " all of its figures, its part, or nothing; ESTATE is its name, or #3 for feature 3 of the file",
    )


def tell_choices(layers: LayerSet, options: argparse.Namespace) -> None:
    """Put what was told about services, contracts and single estates to the layers."""
    tell_duties(layers, options)
    for text in options.count:
        name, _, how = text.rpartition("=")
        if not name or how not in set(Count):
            raise UserError(
                "--count {text} is not of the form ESTATE=whole, ESTATE=share or ESTATE=none", text=text
            )
        bearers = [layer for layer in layers.layers if layer.role in _COUNTED and _bears(layer, name)]
        if not bearers:
            raise UserError("--count {text}: no estate or building is called {name}", text=text, name=name)
        for layer in bearers:
            layer.counts[name] = how


def _bears(layer: Layer, name: str) -> bool:
    rows = zip(layer.frame["name"], layer.frame["fid"], strict=True)
    return any(mark(str(held), int(fid)) == name for held, fid in rows)
