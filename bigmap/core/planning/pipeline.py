"""The whole job in order: clean → units → adjacency → zones → coverage → operators."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS

from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.problems import ProblemLog, Severity
from bigmap.base.progress import Progress
from bigmap.core.clean.cleaning import clean
from bigmap.core.clean.drawn_zones import drawn_zones
from bigmap.core.coverage.proof import cover_plan
from bigmap.core.coverage.repair import Proposal, excluded, members, repair_assignment
from bigmap.core.coverage.service_matrix import duties_of
from bigmap.core.geometry.adjacency import Graph, build_graph, induced, merged
from bigmap.core.operators import BundleRules, bundle
from bigmap.core.operators.bundling_reports import CODES, tell_all, tell_beyond, tell_idle
from bigmap.core.operators.contracts import running, runs, tell_ended
from bigmap.core.operators.distance import distance_km
from bigmap.core.operators.economy import costed
from bigmap.core.operators.parameters import Parameters
from bigmap.core.planning.assignment import Assignment
from bigmap.core.planning.plan import Plan, operators_of, with_economy, zones_of
from bigmap.core.sources.layers import LayerSet, Sources
from bigmap.core.units import unknown
from bigmap.core.units.barriers import BarrierRules, barriers_of, islands, with_barriers
from bigmap.core.units.build_units import Units, build_units
from bigmap.core.units.by_district import build_by_district
from bigmap.core.units.cutting_rules import UnitRules
from bigmap.core.zoning import Candidate, ZoningRules, build_zones
from bigmap.core.zoning.load import weigh
from bigmap.core.zoning.multilevel import get_ready

Ints = npt.NDArray[np.int64]
Shapes = npt.NDArray[np.object_]

_ZONING_CODES = ("ground_in_pieces", "community_in_pieces", "uneven", "no_load", "locks_gone", *CODES)
"""Problems that new zones bring anew."""


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
    barriers: BarrierRules | None = None,
    parameters: Parameters | None = None,
    bundle_rules: BundleRules | None = None,
    present: Callable[[Units], dict[str, str]] | None = None,
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
    barriers : BarrierRules, optional
        What keeps ground apart beside water and the layer of barriers.
    parameters : Parameters, optional
        What cost and income are reckoned with.
    bundle_rules : BundleRules, optional
        What is asked of the bundles.
    present : callable, optional
        Gives the present zones (``rules.start``) of the units, once these are there.
    executor : concurrent.futures.Executor, optional
        Cuts the ground district by district (`bigmap.core.units.by_district`), here or on a cluster.

    Returns
    -------
    Plan

    Raises
    ------
    UserError
        When the layers or the rules cannot be used; the message says what to do.
    """
    rules, asked = rules or ZoningRules(), bundle_rules or BundleRules()
    parameters, progress = parameters or Parameters(), progress or Progress()
    get_ready()
    timings = {"read": layers.read_s}
    problems = ProblemLog(list(layers.problems))
    with timed(timings, "clean"):
        slit_m = (unit_rules or UnitRules()).slit_m
        sources = clean(layers, crs, progress.part(0.0, 0.15), problems, slit_m=slit_m)
    part = progress.part(0.15, 0.6)
    if executor is None:
        units, graph = _ground(sources, unit_rules, problems, part, timings)
    else:
        with timed(timings, "units"):
            units, graph = build_by_district(sources, executor, unit_rules, problems, part)
    with timed(timings, "adjacency"):
        graph = with_barriers(graph, units, barriers_of(sources, barriers))
    _tell_islands(graph, units, problems)
    unknown.tell(units.frame, problems)
    start = present(units) if present else {}
    rules = replace(rules, start=start) if start else rules
    bar = progress.part(0.6, 1.0)
    return _zoned(sources, units, graph, rules, problems, bar, timings, parameters, asked)


def rezone(old: Plan, rules: ZoningRules, progress: Progress | None = None) -> Plan:
    """Return new zones and bundles on the same units."""
    return _zoned_anew(old, rules, progress or Progress())


def with_candidate(old: Plan, chosen: Candidate, progress: Progress | None = None) -> Plan:
    """Return the plan with the zones of a candidate, and bundles anew."""
    return _zoned_anew(old, chosen.rules, progress or Progress(), chosen)


def _zoned_anew(old: Plan, rules: ZoningRules, progress: Progress, chosen: Candidate | None = None) -> Plan:
    kept = ProblemLog([p for p in old.problems if p.code not in _ZONING_CODES])
    timings = {k: v for k, v in old.timings.items() if k in ("read", "clean", "units", "adjacency")}
    asked = old.bundle_rules
    if asked.locks:
        text = "The zones were built anew, so {n} locks of zones to operators were given up"
        kept.add(Severity.DOUBT, "locks_gone", text, n=len(asked.locks))
        asked = replace(asked, locks={})
    base = (old.sources, old.units, old.graph)
    return _zoned(*base, rules, kept, progress, timings, old.parameters, asked, chosen)


def rebundled(old: Plan, rules: BundleRules, progress: Progress | None = None) -> Plan:
    """Return the same zones given to operators by other rules."""
    if old.sources.operators is None or not len(old.sources.operators):
        raise UserError("There are no operators: open a folder with a table of operators.")
    kept = ProblemLog([p for p in old.problems if p.code not in CODES])
    touching = merged(old.graph, old.zone_of_unit, len(old.zones))
    owner = _operators_of(old.zones, touching, old.sources, rules, kept, progress or Progress())
    zones = old.zones.assign(oper=pd.Series(owner, old.zones.index, dtype=object))
    return _finished(replace(old, zones=zones, problems=kept, bundle_rules=rules))


def with_owners(old: Plan, owners: Sequence[str | None]) -> Plan:
    """Return the plan with the zones given to operators by hand, an ``operator_id`` or None each."""
    zones = old.zones.assign(oper=pd.Series(list(owners), old.zones.index, dtype=object))
    return _told(_finished(replace(old, zones=zones)))


def reckoned(old: Plan, parameters: Parameters) -> Plan:
    """Return the plan with cost and income by other parameters; zones and operators stay."""
    units = weigh(costed(old.units, parameters), old.rules.balance, ProblemLog(), old.rules.instead)
    zones = with_economy(old.zones, units, old.zone_of_unit, parameters)
    operators = operators_of(old.sources.operators, zones, parameters)
    return _told(replace(old, units=units, zones=zones, operators=operators, parameters=parameters))


def weighed(old: Plan, rules: ZoningRules) -> Plan:
    """Return the plan with the load of its units as these rules want it, for `alternatives`."""
    return replace(old, units=weigh(old.units, rules.balance, ProblemLog(), rules.instead))


def with_assignment(old: Plan, zone_of_unit: Ints) -> Plan:
    """Return the plan after an edit of the assignment; zone ids, operators and rules stay."""
    operator = dict(zip(old.zones["zone_id"], old.zones["oper"], strict=True))
    k = max(len(old.zones), int(zone_of_unit.max()) + 1)
    zones = zones_of(old.units, zone_of_unit, k, old.parameters)
    zones["oper"] = zones["zone_id"].map(operator)
    return _told(_finished(replace(old, zone_of_unit=zone_of_unit, zones=zones)))


def with_repairs(old: Plan, chosen: Sequence[Proposal]) -> Plan:
    """Return the plan after repairs of its gaps; what is excluded is ground of the plan no more."""
    gaps, ids = old.coverage.gaps, list(old.zones["zone_id"])
    zone = repair_assignment(old.units, old.graph, old.zone_of_unit, ids, gaps, chosen)
    out = excluded(gaps, chosen)
    if len(out):
        rows = np.concatenate([members(old.units, zone, place) for place in out])
        old, zone = _without_units(old, rows), np.delete(zone, rows)
    return with_assignment(old, zone)


def _without_units(old: Plan, rows: Ints) -> Plan:
    """Return the plan on less ground; its zones and figures are still those of before."""
    keep = np.setdiff1d(np.arange(len(old.units)), rows)
    gone = old.units.frame.iloc[rows]
    units = replace(
        old.units,
        frame=old.units.frame.iloc[keep].reset_index(drop=True),
        excluded_m2=old.units.excluded_m2 + float(gone["site_m2"].sum()),
        exclusions=np.concatenate([old.units.exclusions, gone.geometry.to_numpy()]),
    )
    return replace(old, units=units, graph=induced(old.graph, keep))


def edited(old: Plan, assignment: Assignment, shapes: Shapes | None = None) -> Plan:
    """Return the plan that an assignment of its units makes, whole; zones without units are left out.

    Parameters
    ----------
    old : Plan
    assignment : Assignment
    shapes : array of shapely.Polygon or MultiPolygon, optional
        The polygon of each zone row, where it is known.
    """
    rows = np.unique(assignment.zone[assignment.zone >= 0])
    number = np.full(len(assignment.zones) + 1, -1, dtype=np.int64)  # the last stands for no zone
    number[rows] = np.arange(len(rows))
    zone = number[assignment.zone]
    known = None if shapes is None else shapes[rows]
    zones = zones_of(old.units, zone, len(rows), old.parameters, shapes=known)
    held = [assignment.zones[row] for row in rows]
    for name in ("zone_id", "name", "oper"):
        zones[name] = pd.Series([getattr(z, name) for z in held], dtype=object)
    return _told(_finished(replace(old, zone_of_unit=zone, zones=zones, timings=dict(old.timings))))


def ground(
    layers: LayerSet,
    progress: Progress | None = None,
    crs: CRS | None = None,
    unit_rules: UnitRules | None = None,
) -> tuple[Sources, Units, ProblemLog]:
    """Return the cleaned sources and the units of a folder, without zones: what `check_coverage` needs."""
    progress = progress or Progress()
    problems = ProblemLog(list(layers.problems))
    slit_m = (unit_rules or UnitRules()).slit_m
    sources = clean(layers, crs, progress.part(0.0, 0.3), problems, slit_m=slit_m)
    units = build_units(sources, unit_rules, problems, progress.part(0.3, 1.0))
    unknown.tell(units.frame, problems)
    return sources, units, problems


def drawn(layers: LayerSet, sources: Sources, problems: ProblemLog) -> gpd.GeoDataFrame:
    """Return the zones that somebody drew (`drawn_zones`); an operator that serves nobody is said."""
    zones = drawn_zones(layers, sources.crs)
    tell_idle(zones, duties_of(sources.operators, None, sources.day), problems)
    return zones


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


def _tell_islands(graph: Graph, units: Units, problems: ProblemLog) -> None:
    """Say which units have no neighbour: each can only be a zone of its own or a second piece of one."""
    if graph.n < 2:
        return
    text = (
        "Unit {unit} ({m2:,.0f} m²) touches no other unit, so that it will be a zone of its own or a piece"
        " apart: check the boundary, the exclusions and the barriers around it"
    )
    for row in islands(graph):
        unit = units.frame.iloc[row]
        x, y = shapely.get_coordinates(shapely.point_on_surface(unit.geometry))[0]
        problems.add(
            Severity.DOUBT,
            "island",
            text,
            unit=unit["unit_id"],
            m2=float(unit["site_m2"]),
            name=str(unit["name"]),
            place=(float(x), float(y)),
        )


def _zoned(
    sources: Sources,
    units: Units,
    graph: Graph,
    rules: ZoningRules,
    problems: ProblemLog,
    progress: Progress,
    timings: dict[str, float],
    parameters: Parameters,
    asked: BundleRules,
    chosen: Candidate | None = None,
) -> Plan:
    with timed(timings, "zones"):
        progress.step(0.0, Text("Building zones"))
        units = weigh(costed(units, parameters), rules.balance, problems, rules.instead)
        if chosen is None:
            zone = build_zones(units, graph, rules, problems, progress.part(0.0, 0.7))
        else:
            zone = chosen.zone_of_unit
            problems.items.extend(chosen.problems.items)
        zones = zones_of(units, zone, int(zone.max()) + 1, parameters)
    with timed(timings, "bundling"):
        progress.step(0.75, Text("Giving zones to operators"))
        touching = merged(graph, zone, len(zones))
        bar = progress.part(0.75, 0.9)
        zones["oper"] = _operators_of(zones, touching, sources, asked, problems, bar)
    progress.step(0.9, Text("Proving the coverage"))
    parts = (sources, units, graph, rules, zone, zones, pd.DataFrame(), None, problems, timings)
    return _finished(Plan(*parts, parameters, asked))  # type: ignore[arg-type]


def _finished(draft: Plan) -> Plan:
    """Return the plan with its coverage and its operators' totals."""
    operators = draft.sources.operators
    with timed(draft.timings, "coverage"):
        told = draft.sources
        duties = duties_of(operators, told.exceptions, told.day)
        ground = (draft.units, draft.graph, draft.zone_of_unit, draft.zones)
        coverage = cover_plan(*ground, duties)
    return replace(draft, coverage=coverage, operators=operators_of(operators, draft.zones, draft.parameters))


def _told(draft: Plan) -> Plan:
    """Return the plan with what its bundles leave undone said anew."""
    kept = ProblemLog([p for p in draft.problems if p.code not in CODES])
    operators = draft.sources.operators
    if operators is not None and len(operators):
        touching = merged(draft.graph, draft.zone_of_unit, len(draft.zones))
        day = draft.sources.day
        limits = operators["capacity"].where(runs(operators, day), 0.0)
        tell_all(draft.zones, touching, operators.assign(capacity=limits), draft.bundle_rules, kept)
        tell_ended(operators, day, kept)
        tell_beyond(draft.operators.to_dict("records"), kept)
        tell_idle(draft.zones, duties_of(operators, None, day), kept)
    return replace(draft, problems=kept)


def _operators_of(
    zones: gpd.GeoDataFrame,
    graph: Graph,
    sources: Sources,
    rules: BundleRules,
    problems: ProblemLog,
    progress: Progress,
) -> list[str | None]:
    operators = sources.operators
    if operators is None or not len(operators):
        return [None] * len(zones)
    operators = running(operators, sources.day, rules, problems)
    if not len(operators):
        return [None] * len(zones)
    km = distance_km(zones, sources.estates, operators)
    found = bundle(zones, graph, operators, problems, progress, rules=rules, distance_km=km)
    ids = operators["operator_id"].to_numpy()
    return [str(ids[i]) if i >= 0 else None for i in found.owner]
