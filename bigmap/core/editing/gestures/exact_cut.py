"""Units cut exactly along a line, and what that makes of a plan: new ground with the zones of the old one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy.typing as npt
import shapely

from bigmap.base.problems import ProblemLog
from bigmap.core.editing.gestures import Proposal, Rule, kept_whole
from bigmap.core.editing.tally import Tally
from bigmap.core.editing.unit_index import UnitIndex, unit_index_of
from bigmap.core.operators.economy import costed
from bigmap.core.planning.assignment import Assignment
from bigmap.core.planning.plan import Plan, assignment_of
from bigmap.core.planning.replan import edited
from bigmap.core.units.barriers import barriers_of, with_barriers
from bigmap.core.units.split import cut_units
from bigmap.core.zoning.load import weigh


def cut_along(
    plan: Plan,
    assignment: Assignment,
    rows: npt.ArrayLike,
    blade: shapely.Geometry,
    gesture: Callable[[Tally], Proposal],
    rule: Rule,
) -> tuple[Plan, Assignment, Proposal]:
    """Return the plan after units were cut and a gesture was made on them.

    Parameters
    ----------
    plan : Plan
    assignment : Assignment
        How the plan stands.
    rows : array of int
        Units that may be cut.
    blade : LineString or Polygon
        Project CRS; of a polygon the outline.
    gesture : callable
        What is done with the parts.
    rule : Rule
        What becomes of it where it breaks a zone.

    Returns
    -------
    plan, assignment, proposal
        The proposal is empty where nothing was to be done; the plan is then the one given.

    Notes
    -----
    Money and load are reckoned anew for the parts, with the plan's own parameters and rules.
    """
    cut = cut_units(plan.units, unit_index_of(plan).borders, rows, blade)
    units = weigh(costed(cut.units, plan.parameters), plan.rules.balance, ProblemLog(), plan.rules.instead)
    walls = barriers_of(plan.sources)
    graph = with_barriers(cut.graph, units, walls) if len(walls.lines) else cut.graph
    held = Assignment(assignment.zone[cut.origin], assignment.zones, assignment.locked[cut.origin])
    ground = replace(plan, units=units, graph=graph, zone_of_unit=held.zone)
    tally = Tally.of(ground, held, UnitIndex(units, graph, cut.graph))
    proposal = kept_whole(tally, gesture(tally), rule)
    if not proposal.edit:
        return plan, assignment, proposal
    after = held.apply(proposal.edit)
    made = edited(ground, after)
    return made, assignment_of(made, after), proposal
