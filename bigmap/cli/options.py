"""Options of the command line, parsed into rules, parameters and what is read from files they name."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyproj import CRS
from pyproj.exceptions import CRSError

from bigmap.base.atomic_write import parse_json
from bigmap.base.errors import UserError
from bigmap.base.executors import workers
from bigmap.core.crs import known
from bigmap.core.sources.layers import LayerSet, Role
from bigmap.core.units.cutting_rules import UnitRules

if TYPE_CHECKING:  # what computes is loaded when it is asked for, so that the command line starts fast
    from bigmap.core.operators.bundling_rules import BundleRules
    from bigmap.core.operators.parameters import Parameters
    from bigmap.core.units.barriers import BarrierRules
    from bigmap.core.zoning.rules import ZoningRules

ROLE_OPTIONS = {
    "--estates": Role.ESTATES,
    "--buildings": Role.BUILDINGS,
    "--public": Role.PUBLIC,
    "--roads": Role.ROADS,
    "--boundary": Role.BOUNDARY,
    "--exclusions": Role.EXCLUSIONS,
    "--green": Role.GREEN,
    "--barriers": Role.BARRIERS,
    "--communities": Role.COMMUNITIES,
    "--operators": Role.OPERATORS,
}


def rules(options: argparse.Namespace) -> ZoningRules:
    """Return the zoning rules: those of the file of ``--rules``, overridden by single options."""
    from bigmap.core.zoning.rules import ZoningRules

    told: dict[str, Any] = dict(_rules_file(options.rules)) if options.rules else {}
    for name in _RULE_OPTIONS:
        if getattr(options, name, None) is not None:
            told[name] = getattr(options, name)
    if options.balance is not None:
        told["balance"] = _weights(options.balance, "--balance", 1.0)
    if options.tolerances is not None:
        told["tolerances"] = _weights(options.tolerances, "--also-balance", 0.1)
    for name in ("keep_whole", "prefer_whole"):
        if getattr(options, name) is not None:
            told[name] = [what.strip() for what in getattr(options, name).split(",")]
    if options.lock:
        told["locks"] = {**told.get("locks", {}), **_pairs(options.lock, "--lock", "UNIT=ZONE")}
    for name in ("together", "apart"):
        if getattr(options, name):
            told[name] = [*told.get(name, []), *(text.split(",") for text in getattr(options, name))]
    return ZoningRules.from_json(told)


def economy(options: argparse.Namespace) -> tuple[Parameters, BundleRules]:
    """Return the parameters of cost and income, and the rules for giving zones to operators."""
    from bigmap.core.operators.bundling_rules import BundleRules
    from bigmap.core.operators.parameters import Parameters
    from bigmap.io.writing.parameters_json import read_parameters

    file = options.parameters
    parameters, rules = read_parameters(Path(file)) if file else (Parameters(), BundleRules())
    told = {"band": options.band, "max_share": options.max_share, "near_m": options.near}
    rules = replace(rules, **{name: value for name, value in told.items() if value is not None})
    locks = _pairs(options.lock_zone, "--lock-zone", "ZONE=OPERATOR")
    return parameters, replace(rules, locks={**rules.locks, **locks}, seed=options.seed or 0)


def _pairs(texts: list[str], option: str, form: str) -> dict[str, str]:
    """Return left → right of texts such as 'W01=OP02'."""
    told = [text.rpartition("=") for text in texts]
    wrong = next((t for t, (a, _, b) in zip(texts, told, strict=True) if not (a and b)), None)
    if wrong is not None:
        raise UserError("{option} {text} is not of the form {form}", option=option, text=wrong, form=form)
    return {a.strip(): b.strip() for a, _, b in told}


_RULE_OPTIONS = (
    *("zones", "min_zones", "max_zones", "max_load", "min_load", "tolerance", "seed"),
    *("compactness", "max_extent_m", "change_price", "max_moved"),
)


def _rules_file(name: str) -> dict[str, Any]:
    from bigmap.core.zoning.rules import ZoningRules

    path = Path(name)
    try:
        values = parse_json(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UserError(
            "{file} cannot be read: {reason}", file=name, reason=error.strerror or "OSError"
        ) from None
    except ValueError as error:
        raise UserError("{file} is not JSON: {reason}", file=name, reason=str(error)) from None
    return ZoningRules.from_json(values).to_json()


def _weights(text: str, option: str, usual: float) -> dict[str, float]:
    """Return field → number from 'hh' or 'hh:1,gfa_m2:0.01'."""
    found = {}
    for part in text.split(","):
        name, _, number = part.partition(":")
        try:
            found[name.strip()] = float(number) if number else usual
        except ValueError:
            raise UserError(
                "{option} {text} is not of the form FIELD:NUMBER,FIELD:NUMBER", option=option, text=text
            ) from None
    return found


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
    from bigmap.core.clean.road_classes import WIDTHS_M
    from bigmap.core.units.barriers import BarrierRules

    classes = tuple(name.strip() for name in options.barrier_roads.split(",") if name.strip())
    wrong = next((name for name in classes if name not in WIDTHS_M), None)
    if wrong is not None:
        raise UserError(
            "--barrier-roads {name} is not a class of road; choose from {classes}",
            name=wrong,
            classes=", ".join(WIDTHS_M),
        )
    return BarrierRules(classes, any_road=not options.flagged_crossings)


def unit_rules(options: argparse.Namespace) -> UnitRules:
    """Return how the ground is cut."""
    told = {"reach_m": options.reach, "min_area_m2": options.min_area}
    told |= {"min_width_m": options.min_width, "slit_m": options.slit}
    known = {name: value for name, value in told.items() if value is not None}
    return UnitRules(**known, estate_first=not options.road_first, bridges=not options.no_bridges)


def tell_duties(layers: LayerSet, options: argparse.Namespace) -> None:
    """Put what was told about services and contracts to the layers."""
    from bigmap.base.problem_kinds.tables import ServicesTaken, ServicesUnread
    from bigmap.io.spreadsheets.service_table import read_services

    layers.day = options.date
    if options.services:
        named = Path(options.services)
        kinds = {ServicesTaken.kind, ServicesUnread.kind}
        before = [p for p in layers.problems if p.kind in kinds]
        layers.problems.items[:] = [p for p in layers.problems if p not in before]
        for file in sorted({p.file for p in before} - {named.name}):
            layers.problems.add(ServicesUnread(), file=file)
        layers.exceptions = read_services(named, layers.problems)


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
