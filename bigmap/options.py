"""What the options of the command line mean."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from pyproj import CRS
from pyproj.exceptions import CRSError

from bigmap.base.errors import UserError
from bigmap.base.workers import workers
from bigmap.core.barriers import BarrierRules
from bigmap.core.bundling.rules import BundleRules
from bigmap.core.clean.roads import WIDTHS_M
from bigmap.core.crs import known
from bigmap.core.layers import LayerSet, Role
from bigmap.core.parameters import Parameters
from bigmap.core.zoning.rules import ZoningRules

ROLE_OPTIONS = {
    "--estates": Role.ESTATES,
    "--buildings": Role.BUILDINGS,
    "--public": Role.PUBLIC,
    "--roads": Role.ROADS,
    "--boundary": Role.BOUNDARY,
    "--exclusions": Role.EXCLUSIONS,
    "--barriers": Role.BARRIERS,
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


def economy(options: argparse.Namespace) -> tuple[Parameters, BundleRules]:
    """Return what cost and income are reckoned with and what is asked of the bundles."""
    from bigmap.io.parameters import read_parameters

    file = options.parameters
    parameters, rules = read_parameters(Path(file)) if file else (Parameters(), BundleRules())
    told = {"band": options.band, "max_share": options.max_share, "near_m": options.near}
    rules = replace(rules, **{name: value for name, value in told.items() if value is not None})
    return parameters, replace(rules, locks={**rules.locks, **_locks(options.lock)}, seed=options.seed)


def _locks(texts: list[str]) -> dict[str, str]:
    """Return zone → operator from 'W01=OP02' each."""
    told = [text.partition("=") for text in texts]
    wrong = next((text for text, (_, sign, _) in zip(texts, told, strict=True) if not sign), None)
    if wrong is not None:
        raise UserError("--lock {text} is not of the form ZONE=OPERATOR", text=wrong)
    return {zone.strip(): operator.strip() for zone, _, operator in told}


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


def barriers(options: argparse.Namespace) -> BarrierRules:
    """Return what keeps ground apart beside water and the layer of barriers."""
    classes = tuple(name.strip() for name in options.barrier_roads.split(",") if name.strip())
    wrong = next((name for name in classes if name not in WIDTHS_M), None)
    if wrong is not None:
        raise UserError(
            "--barrier-roads {name} is not a class of road; choose from {classes}",
            name=wrong,
            classes=", ".join(WIDTHS_M),
        )
    return BarrierRules(classes, any_road=not options.flagged_crossings)


def day(text: str) -> date:
    """Return the day an option names."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a date such as 2026-12-31") from None


def area(text: str) -> float:
    """Return the square metres an option names."""
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not found >= 0:
        raise argparse.ArgumentTypeError(f"{text} is not an area in m²")
    return found


def tell_duties(layers: LayerSet, options: argparse.Namespace) -> None:
    """Put what was told about services and contracts to the layers."""
    from bigmap.io.services import read_services

    layers.day = options.date
    if options.services:
        layers.exceptions = read_services(Path(options.services), layers.problems)


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
