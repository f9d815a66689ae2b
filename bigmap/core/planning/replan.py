"""Parts of a plan computed anew: zones, operators, figures, an edited assignment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from bigmap.base.arrays import Ints, Shapes
from bigmap.base.errors import UserError
from bigmap.base.problem_kind import Stage
from bigmap.base.problem_kinds import planning as kinds
from bigmap.base.problems import ProblemLog
from bigmap.base.progress import Progress
from bigmap.core.coverage.repair import RepairProposal, excluded, repair_assignment, zones_in
from bigmap.core.geometry.adjacency import induced, merged
from bigmap.core.operators.bundling_rules import BundleRules
from bigmap.core.operators.economy import costed
from bigmap.core.operators.parameters import Parameters
from bigmap.core.planning.assignment import Assignment
from bigmap.core.planning.pipeline import assign_operators, finish_plan, with_reports, zone_units
from bigmap.core.planning.plan import Plan, operators_of, with_economy, zones_of
from bigmap.core.zoning.alternatives import Alternative
from bigmap.core.zoning.load import weigh
from bigmap.core.zoning.rules import ZoningRules
from bigmap.core.zoning.zone_names import with_further


def rezone(old: Plan, rules: ZoningRules, progress: Progress | None = None) -> Plan:
    """Return new zones and bundles on the same units."""
    return _zoned_anew(old, rules, progress or Progress())


def with_candidate(old: Plan, chosen: Alternative, progress: Progress | None = None) -> Plan:
    """Return the plan with the zones of a candidate, and bundles anew."""
    return _zoned_anew(old, chosen.rules, progress or Progress(), chosen)


def _zoned_anew(old: Plan, rules: ZoningRules, progress: Progress, chosen: Alternative | None = None) -> Plan:
    kept = old.problems.before(Stage.ZONES)
    timings = {k: v for k, v in old.timings.items() if k in ("read", "clean", "units", "adjacency")}
    asked = old.bundle_rules
    if asked.locks:
        kept.add(kinds.LocksGone(n=len(asked.locks)))
        asked = replace(asked, locks={})
    base = (old.sources, old.units, old.graph)
    return zone_units(*base, rules, kept, progress, timings, old.parameters, asked, chosen)


def rebundled(old: Plan, rules: BundleRules, progress: Progress | None = None) -> Plan:
    """Return the same zones given to operators by other rules."""
    if old.sources.operators is None or not len(old.sources.operators):
        raise UserError("There are no operators: open a folder with a table of operators.")
    kept = old.problems.before(Stage.BUNDLES)
    touching = merged(old.graph, old.zone_of_unit, len(old.zones))
    owner = assign_operators(old.zones, touching, old.sources, rules, kept, progress or Progress())
    zones = old.zones.assign(oper=pd.Series(owner, old.zones.index, dtype=object))
    return finish_plan(replace(old, zones=zones, problems=kept, bundle_rules=rules))


def with_owners(old: Plan, owners: Sequence[str | None]) -> Plan:
    """Return the plan with the zones given to operators by hand, an ``operator_id`` or None each."""
    zones = old.zones.assign(oper=pd.Series(list(owners), old.zones.index, dtype=object))
    return with_reports(finish_plan(replace(old, zones=zones)))


def reckoned(old: Plan, parameters: Parameters) -> Plan:
    """Return the plan with cost and income by other parameters; zones and operators stay."""
    units = weigh(costed(old.units, parameters), old.rules.balance, ProblemLog(), old.rules.instead)
    zones = with_economy(old.zones, units, old.zone_of_unit, parameters)
    operators = operators_of(old.sources.operators, zones, parameters)
    return with_reports(replace(old, units=units, zones=zones, operators=operators, parameters=parameters))


def weighed(old: Plan, rules: ZoningRules) -> Plan:
    """Return the plan with the load of its units as these rules want it, for `alternatives`."""
    return replace(old, units=weigh(old.units, rules.balance, ProblemLog(), rules.instead))


def with_assignment(old: Plan, zone_of_unit: Ints) -> Plan:
    """Return the plan after an edit of the assignment; zone ids, operators and rules stay."""
    operator = dict(zip(old.zones["zone_id"], old.zones["oper"], strict=True))
    k = max(len(old.zones), int(zone_of_unit.max()) + 1)
    names = with_further([str(name) for name in old.zones["zone_id"]], k)
    zones = zones_of(old.units, zone_of_unit, k, old.parameters, names=names)
    zones["oper"] = zones["zone_id"].map(operator)
    return with_reports(finish_plan(replace(old, zone_of_unit=zone_of_unit, zones=zones)))


def with_repairs(old: Plan, chosen: Sequence[RepairProposal]) -> Plan:
    """Return the plan after repairs of its gaps; what is excluded is ground of the plan no more."""
    gaps, ids = old.coverage.gaps, list(old.zones["zone_id"])
    zone = repair_assignment(old.units, old.graph, old.zone_of_unit, ids, gaps, chosen)
    out = excluded(gaps, chosen)
    if len(out):
        rows = np.concatenate([zones_in(old.units, zone, place) for place in out])
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
    return with_reports(finish_plan(replace(old, zone_of_unit=zone, zones=zones, timings=dict(old.timings))))
