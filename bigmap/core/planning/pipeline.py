"""The whole job in order: clean → units → adjacency → zones → coverage → operators."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import shapely
from pyproj import CRS

from bigmap.base.arrays import Ints
from bigmap.base.i18n import Text
from bigmap.base.problem_kind import Stage
from bigmap.base.problem_kinds.planning import PresentUnknown
from bigmap.base.problem_kinds.units import Island
from bigmap.base.problems import ProblemLog
from bigmap.base.progress import Progress
from bigmap.core.clean.cleaning import clean
from bigmap.core.coverage.proof import Coverage, cover_plan
from bigmap.core.coverage.service_matrix import service_matrix_of
from bigmap.core.geometry.adjacency import Graph, build_graph, merged
from bigmap.core.operators.assign import bundle
from bigmap.core.operators.bundling_reports import tell_all, tell_beyond, tell_floor_areas, tell_idle
from bigmap.core.operators.bundling_rules import BundleRules
from bigmap.core.operators.contracts import contract_runs, report_ended, with_running_contract
from bigmap.core.operators.distance import distance_km
from bigmap.core.operators.economy import costed
from bigmap.core.operators.parameters import Parameters
from bigmap.core.planning.named_units import community_names, start_by_names, with_known_units
from bigmap.core.planning.plan import Plan, operators_of, zones_of
from bigmap.core.planning.road_tables import contractors, with_sweep_areas
from bigmap.core.sources.layers import LayerSet, Sources
from bigmap.core.units import unknown
from bigmap.core.units.barriers import BarrierRules, barriers_of, islands, with_barriers
from bigmap.core.units.build_units import build_units
from bigmap.core.units.by_district import build_by_district
from bigmap.core.units.cutting_rules import UnitRules
from bigmap.core.units.model import Units
from bigmap.core.zoning.alternatives import Alternative
from bigmap.core.zoning.build_zones import build_zones
from bigmap.core.zoning.load import weigh
from bigmap.core.zoning.multilevel import get_ready
from bigmap.core.zoning.rules import ZoningRules
from bigmap.core.zoning.zone_names import zone_names


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
    if layers.road_tables:
        units = replace(units, frame=with_sweep_areas(units.frame, layers.road_tables))
        swept = contractors(layers.road_tables, units.frame)
        told = swept if sources.exceptions is None else pd.concat([swept, sources.exceptions])
        sources = replace(sources, exceptions=told.reset_index(drop=True))
    places = community_names(sources.communities)
    if sources.exceptions is not None:
        told = with_known_units(sources.exceptions, units, places, problems)
        sources = replace(sources, exceptions=told)
    start = present(units) if present else {}
    _tell_unknown(start, units, problems)
    if layers.present and not start:
        start = start_by_names(layers.present, units, places, problems)
    rules = replace(rules, start=start) if start else rules
    bar = progress.part(0.6, 1.0)
    return zone_units(sources, units, graph, rules, problems, bar, timings, parameters, asked)


def _tell_unknown(start: dict[str, str], units: Units, problems: ProblemLog) -> None:
    """Say which units of the present zones are not there: cut otherwise since, or of another plan."""
    gone = sorted(set(start) - set(units.frame["unit_id"].astype(str)))
    if gone:
        problems.add(PresentUnknown(n=len(gone), units=", ".join(gone[:3])))


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
    for row in islands(graph):
        unit = units.frame.iloc[row]
        x, y = shapely.get_coordinates(shapely.point_on_surface(unit.geometry))[0]
        found = Island(unit=str(unit["unit_id"]), m2=float(unit["site_m2"]))
        problems.add(found, name=str(unit["name"]), place=(float(x), float(y)))


def zone_units(
    sources: Sources,
    units: Units,
    graph: Graph,
    rules: ZoningRules,
    problems: ProblemLog,
    progress: Progress,
    timings: dict[str, float],
    parameters: Parameters,
    asked: BundleRules,
    chosen: Alternative | None = None,
) -> Plan:
    """Return the plan of units: zones built, or those ``chosen``, given to operators, and proved."""
    with timed(timings, "zones"):
        progress.step(0.0, Text("Building zones"))
        units = weigh(costed(units, parameters), rules.balance, problems, rules.instead)
        if chosen is None:
            zone = build_zones(units, graph, rules, problems, progress.part(0.0, 0.7))
        else:
            zone = chosen.zone_of_unit
            problems.items.extend(chosen.problems.items)
        k = int(zone.max()) + 1
        names = zone_names(units, rules if chosen is None else chosen.rules, k)
        zones = zones_of(units, zone, k, parameters, names=names)
    with timed(timings, "bundling"):
        progress.step(0.75, Text("Giving zones to operators"))
        touching = merged(graph, zone, len(zones))
        bar = progress.part(0.75, 0.9)
        zones["oper"] = assign_operators(zones, touching, sources, asked, problems, bar)
    progress.step(0.9, Text("Proving the coverage"))
    coverage = prove_coverage(sources, units, graph, zone, zones, timings)
    operators = operators_of(sources.operators, zones, parameters)
    tell_floor_areas(operators, problems)
    parts = (sources, units, graph, rules, zone, zones, operators, coverage, problems, timings)
    return Plan(*parts, parameters, asked)


def prove_coverage(
    sources: Sources,
    units: Units,
    graph: Graph,
    zone_of_unit: Ints,
    zones: gpd.GeoDataFrame,
    timings: dict[str, float],
) -> Coverage:
    """Return the coverage of zones, by the operators and services of the sources; its time is noted."""
    with timed(timings, "coverage"):
        matrix = service_matrix_of(sources.operators, sources.exceptions, sources.day)
        return cover_plan(units, graph, zone_of_unit, zones, matrix)


def finish_plan(draft: Plan) -> Plan:
    """Return the plan with the coverage and the operators' totals of its zones as they are now."""
    ground = (draft.units, draft.graph, draft.zone_of_unit, draft.zones)
    coverage = prove_coverage(draft.sources, *ground, draft.timings)
    operators = operators_of(draft.sources.operators, draft.zones, draft.parameters)
    return replace(draft, coverage=coverage, operators=operators)


def with_reports(draft: Plan) -> Plan:
    """Return the plan with what its bundles leave undone said anew."""
    kept = draft.problems.before(Stage.BUNDLES)
    operators = draft.sources.operators
    if operators is not None and len(operators):
        touching = merged(draft.graph, draft.zone_of_unit, len(draft.zones))
        day = draft.sources.day
        limits = operators["capacity"].where(contract_runs(operators, day), 0.0)
        tell_all(draft.zones, touching, operators.assign(capacity=limits), draft.bundle_rules, kept)
        report_ended(operators, day, kept)
        tell_beyond(draft.operators.to_dict("records"), kept)
        tell_idle(draft.zones, service_matrix_of(operators, None, day), kept)
    return replace(draft, problems=kept)


def assign_operators(
    zones: gpd.GeoDataFrame,
    graph: Graph,
    sources: Sources,
    rules: BundleRules,
    problems: ProblemLog,
    progress: Progress,
) -> list[str | None]:
    """Return the operator of each zone, None where nobody is given it."""
    operators = sources.operators
    if operators is None or not len(operators):
        return [None] * len(zones)
    operators = with_running_contract(operators, sources.day, rules, problems)
    if not len(operators):
        return [None] * len(zones)
    km = distance_km(zones, sources.estates, operators)
    found = bundle(zones, graph, operators, problems, progress, rules=rules, distance_km=km)
    ids = operators["operator_id"].to_numpy()
    return [str(ids[i]) if i >= 0 else None for i in found.owner]
