"""The whole job in order: clean → units → adjacency → zones → coverage → operators."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from pyproj import CRS

from bigmap.base.i18n import Text
from bigmap.base.problems import ProblemLog
from bigmap.base.progress import Progress
from bigmap.core.adjacency import Graph, build_graph, merged
from bigmap.core.assignment import Assignment
from bigmap.core.bundling import bundle_operators
from bigmap.core.clean import clean
from bigmap.core.coverage import cover_plan
from bigmap.core.districts import build_by_district
from bigmap.core.layers import LayerSet, Sources
from bigmap.core.plan import Plan, operators_of, zones_of
from bigmap.core.units import UnitRules, Units, build_units
from bigmap.core.workload import weigh
from bigmap.core.zoning import ZoningRules, build_zones

Ints = npt.NDArray[np.int64]
Shapes = npt.NDArray[np.object_]

_ZONING_CODES = ("ground_in_pieces", "no_load", "capacity")  # problems that new zones bring anew


@contextmanager
def timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    """Add the seconds the block takes to ``timings[stage]``."""
    start = time.perf_counter()
    yield
    timings[stage] = timings.get(stage, 0.0) + time.perf_counter() - start


def plan(
    layers: LayerSet,
    rules: ZoningRules | None = None,
    progress: Progress | None = None,
    *,
    crs: CRS | None = None,
    unit_rules: UnitRules | None = None,
    executor: Executor | None = None,
) -> Plan:
    """Make a plan from the layers of a folder.

    Parameters
    ----------
    layers : LayerSet
        From `bigmap.read_folder`.
    rules : ZoningRules, optional
    progress : Progress, optional
    crs : pyproj.CRS, optional
        Metric project CRS; chosen from the layers otherwise.
    unit_rules : UnitRules, optional
    executor : concurrent.futures.Executor, optional
        Cuts the ground district by district (`bigmap.core.districts`), here or on a cluster.

    Returns
    -------
    Plan

    Raises
    ------
    UserError
        When the layers or the rules cannot be used; the message says what to do.
    """
    rules = rules or ZoningRules()
    progress = progress or Progress()
    timings = {"read": layers.read_s}
    problems = ProblemLog(list(layers.problems))
    with timed(timings, "clean"):
        sources = clean(layers, crs, progress.part(0.0, 0.15), problems)
    part = progress.part(0.15, 0.6)
    if executor is None:
        units, graph = _ground(sources, unit_rules, problems, part, timings)
    else:
        with timed(timings, "units"):
            units, graph = build_by_district(sources, executor, unit_rules, problems, part)
    return _zoned(sources, units, graph, rules, problems, progress.part(0.6, 1.0), timings)


def rezone(old: Plan, rules: ZoningRules, progress: Progress | None = None) -> Plan:
    """Return new zones and bundles on the same units."""
    kept = ProblemLog([p for p in old.problems if p.code not in _ZONING_CODES])
    timings = {k: v for k, v in old.timings.items() if k in ("read", "clean", "units", "adjacency")}
    return _zoned(old.sources, old.units, old.graph, rules, kept, progress or Progress(), timings)


def with_assignment(old: Plan, zone_of_unit: Ints) -> Plan:
    """Return the plan after an edit of the assignment; zone ids, operators and rules stay."""
    kept = ProblemLog([p for p in old.problems if p.code != "capacity"])
    operator = dict(zip(old.zones["zone_id"], old.zones["oper"], strict=True))
    zones = zones_of(old.units, zone_of_unit, len(old.zones))
    zones["oper"] = zones["zone_id"].map(operator)
    return _finished(replace(old, zone_of_unit=zone_of_unit, zones=zones, problems=kept))


def edited(old: Plan, assignment: Assignment, shapes: Shapes | None = None) -> Plan:
    """Return the plan that an assignment of its units makes, whole; zones without units are left out.

    Parameters
    ----------
    old : Plan
    assignment : Assignment
    shapes : array of shapely.Polygon or MultiPolygon, optional
        The polygon of each zone row, where it is known.
    """
    kept = ProblemLog([p for p in old.problems if p.code != "capacity"])
    rows = np.unique(assignment.zone[assignment.zone >= 0])
    number = np.full(len(assignment.zones) + 1, -1, dtype=np.int64)  # the last stands for no zone
    number[rows] = np.arange(len(rows))
    zone = number[assignment.zone]
    zones = zones_of(old.units, zone, len(rows), shapes=None if shapes is None else shapes[rows])
    held = [assignment.zones[row] for row in rows]
    for name in ("zone_id", "name", "oper"):
        zones[name] = pd.Series([getattr(z, name) for z in held], dtype=object)
    return _finished(replace(old, zone_of_unit=zone, zones=zones, problems=kept, timings=dict(old.timings)))


def ground(
    layers: LayerSet, progress: Progress | None = None, crs: CRS | None = None
) -> tuple[Sources, Units, ProblemLog]:
    """Return the cleaned sources and the units of a folder, without zones: what `check_coverage` needs."""
    progress = progress or Progress()
    problems = ProblemLog(list(layers.problems))
    sources = clean(layers, crs, progress.part(0.0, 0.3), problems)
    return sources, build_units(sources, None, problems, progress.part(0.3, 1.0)), problems


def _ground(
    sources: Sources,
    unit_rules: UnitRules | None,
    problems: ProblemLog,
    progress: Progress,
    timings: dict[str, float],
) -> tuple[Units, Graph]:
    with timed(timings, "units"):
        units = build_units(sources, unit_rules, problems, progress)
    with timed(timings, "adjacency"):
        graph = build_graph(units.polygons)
    return units, graph


def _zoned(
    sources: Sources,
    units: Units,
    graph: Graph,
    rules: ZoningRules,
    problems: ProblemLog,
    progress: Progress,
    timings: dict[str, float],
) -> Plan:
    with timed(timings, "zones"):
        progress.step(0.0, Text("Building zones"))
        units = weigh(units, rules.balance, problems, rules.instead)
        zone = build_zones(units, graph, rules, problems, progress.part(0.0, 0.7))
        zones = zones_of(units, zone, int(zone.max()) + 1)
    with timed(timings, "bundling"):
        progress.step(0.75, Text("Giving zones to operators"))
        touching = merged(graph, zone, len(zones))
        zones["oper"] = _operators_of(zones, touching, sources.operators, problems, progress.part(0.75, 0.9))
    progress.step(0.9, Text("Proving the coverage"))
    draft = Plan(sources, units, graph, rules, zone, zones, pd.DataFrame(), None, problems, timings)  # type: ignore[arg-type]
    return _finished(draft)


def _finished(draft: Plan) -> Plan:
    """Return the plan with its coverage and its operators' totals."""
    operators = draft.sources.operators
    with timed(draft.timings, "coverage"):
        coverage = cover_plan(
            draft.units, draft.graph, draft.zone_of_unit, draft.zones, operators is not None
        )
    return replace(draft, coverage=coverage, operators=operators_of(operators, draft.zones))


def _operators_of(
    zones: gpd.GeoDataFrame,
    graph: Graph,
    operators: pd.DataFrame | None,
    problems: ProblemLog,
    progress: Progress,
) -> list[str | None]:
    if operators is None or not len(operators):
        return [None] * len(zones)
    owner = bundle_operators(zones, graph, operators, problems, progress)
    ids = operators["operator_id"].to_numpy()
    return [str(ids[i]) if i >= 0 else None for i in owner]
