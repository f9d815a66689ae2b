"""What the options of the command line mean."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pyproj import CRS
from pyproj.exceptions import CRSError

from bigmap.base.errors import UserError
from bigmap.base.workers import workers
from bigmap.core.crs import known
from bigmap.core.layers import Role
from bigmap.core.zoning.rules import ZoningRules

ROLE_OPTIONS = {
    "--estates": Role.ESTATES,
    "--buildings": Role.BUILDINGS,
    "--public": Role.PUBLIC,
    "--roads": Role.ROADS,
    "--boundary": Role.BOUNDARY,
    "--exclusions": Role.EXCLUSIONS,
    "--communities": Role.COMMUNITIES,
    "--operators": Role.OPERATORS,
}


def rules(options: argparse.Namespace) -> ZoningRules:
    """Return what is asked of the zones."""
    return ZoningRules(
        zones=options.zones,
        max_load=options.max_load,
        balance=_balance(options.balance),
        tolerance=options.tolerance,
        seed=options.seed,
    )


def _balance(text: str) -> dict[str, float]:
    """Return field → weight from 'hh' or 'hh:1,gfa_m2:0.01'."""
    balance = {}
    for part in text.split(","):
        name, _, weight = part.partition(":")
        try:
            balance[name.strip()] = float(weight) if weight else 1.0
        except ValueError:
            raise UserError(
                "--balance {text} is not of the form FIELD:WEIGHT,FIELD:WEIGHT", text=text
            ) from None
    return balance


def overrides(options: argparse.Namespace) -> dict[Role, Path]:
    """Return the files whose role was told."""
    named = {role: getattr(options, option[2:]) for option, role in ROLE_OPTIONS.items()}
    return {role: Path(file) for role, file in named.items() if file}


def crs_of(options: argparse.Namespace) -> CRS | None:
    """Return the coordinate system that was told."""
    if options.crs is None:
        return None
    try:
        return known(f"EPSG:{options.crs}" if options.crs.isdigit() else options.crs)
    except CRSError:
        raise UserError(
            "--crs {crs} is not a coordinate system; give an EPSG number such as 4548", crs=options.crs
        ) from None


def places(options: argparse.Namespace) -> dict[str, Any]:
    """Return what else was told about coordinates, as `read_folder` takes it."""
    told = [text.rpartition("=") for text in options.shift]
    wrong = next((text for text, (name, _, _) in zip(options.shift, told, strict=True) if not name), None)
    if wrong is not None:
        raise UserError(
            "--shift {text} is not of the form FILE=gcj02, FILE=bd09 or FILE=EAST,NORTH", text=wrong
        )
    points = Path(options.control_points) if options.control_points else None
    return {"shifts": {name: datum.lower() for name, _, datum in told}, "control_points": points}


def metric(crs: CRS | None) -> CRS | None:
    """Return the CRS as the project's own where it measures in metres."""
    return crs if crs is not None and crs.is_projected else None


@contextmanager
def executor(options: argparse.Namespace) -> Iterator[Executor | None]:
    """Yield what the districts are computed by: the cluster that was told, or nothing."""
    if not options.cluster:
        yield None
        return
    with workers(options.cluster) as told:
        yield told
