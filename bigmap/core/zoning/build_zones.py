"""From units to zones: as many as wanted, each in one piece, with balanced load."""

from __future__ import annotations

import time
from math import floor

import numpy as np

from bigmap.base.arrays import Floats, Ints
from bigmap.base.i18n import Text
from bigmap.base.problem_kinds import planning as kinds
from bigmap.base.problems import ProblemLog
from bigmap.base.progress import Progress
from bigmap.core.geometry.adjacency import Graph
from bigmap.core.units.model import Units
from bigmap.core.zoning import infeasible
from bigmap.core.zoning.collisions import Collision, numbers_of
from bigmap.core.zoning.grouping import tell_communities
from bigmap.core.zoning.large_plan import plan_with_number
from bigmap.core.zoning.reach import middles
from bigmap.core.zoning.refusal import Refusal, written
from bigmap.core.zoning.resolved_rules import Wishes, wishes_of
from bigmap.core.zoning.rules import ZoningRules
from bigmap.core.zoning.small_case import atoms_of, small_plan
from bigmap.core.zoning.zone_names import named_beside, names_bound, present_names
from bigmap.core.zoning.zoning_reports import tell_joined, tell_uneven

_TYPICAL_LOAD = {"hh": 3_000.0, "gfa_m2": 300_000.0}
_TYPICAL_SITE_M2 = 1_000_000.0
_ROOM = 1.05  # fewer zones are begun with than a minimum load allows, since none is exactly even
_NUMBERS = 4  # numbers of zones tried where the rules leave it open


def build_zones(
    units: Units,
    graph: Graph,
    rules: ZoningRules,
    problems: ProblemLog | None = None,
    progress: Progress | None = None,
) -> Ints:
    """Return the zone of each unit, 0 … k-1, numbered from west to east and north to south.

    Parameters
    ----------
    units : Units
        ``frame['load']`` is balanced (see `bigmap.core.zoning.load.weigh`).
    graph : Graph
        Adjacency of the units.
    rules : ZoningRules
        Zones that the rules name keep their rows among `bigmap.core.zoning.zone_names.zone_names`: W01 is 0
        where there are no present zones.
    problems : ProblemLog, optional
        Receives what needs a decision: ground in several pieces, a load that cannot be balanced.
    progress : Progress, optional
        Saying enough ends the search with the best zones so far.

    Returns
    -------
    ndarray of int, shape (n units,)
        Every zone is connected, except that pieces of ground too small for a zone of their own
        (told in ``problems``) belong to the nearest zone.

    Raises
    ------
    UserError
        When a hard rule cannot be kept; the sentence says which, where, by how much, and the way out. Up to
        `bigmap.core.zoning.exact.MOST_ATOMS` units that is proven.
    """
    problems = problems if problems is not None else ProblemLog()
    progress = progress or Progress()
    notes = ProblemLog()
    few = atoms_of(units, graph, rules) is not None
    try:
        infeasible.refuse_barriers(units, graph, wishes_of(units, rules))
    except Refusal:
        if few:
            raise Collision(units, graph, rules, progress).refusal() from None
        raise
    zone = _small(units, graph, rules, notes, progress) if few else None
    if zone is None:
        notes = ProblemLog()
        zone = _large(units, graph, rules, notes, progress)
    wishes = wishes_of(units, rules, int(zone.max()) + 1)
    numbered = _numbered(units, zone, wishes)
    load = units.frame["load"].to_numpy(float)
    tell_uneven(units, graph, load, numbered, rules, wishes.names, notes)
    problems.items.extend(notes.items)
    return numbered


def _small(
    units: Units, graph: Graph, rules: ZoningRules, notes: ProblemLog, progress: Progress
) -> Ints | None:
    """Return the best zones of few units, None where trying all takes too long."""
    load = units.frame["load"].to_numpy(float)
    begin, upwards = _begin(units, load, rules)
    if rules.zones is None:
        allowed = numbers_of(units, graph, rules)
        numbers = sorted(allowed, key=lambda k: (k != begin, (k < begin) is upwards, abs(k - begin)))
    else:
        numbers = [rules.zones]
    proven = True
    progress.enough()  # the search has begun: a time limit keeps what it finds
    for k in numbers:
        progress.check()
        zone, sure = small_plan(units, graph, rules, k)
        if zone is not None:
            tell_communities(units, graph, rules, wishes_of(units, rules, k), notes)
            tell_joined(units, graph, zone, notes)
            return zone
        proven &= sure
    if proven:
        raise Collision(units, graph, rules, progress).refusal()
    return None


def _large(units: Units, graph: Graph, rules: ZoningRules, notes: ProblemLog, progress: Progress) -> Ints:
    """Return the best zones that were found, with the first number of zones that keeps the rules."""
    began = time.monotonic()
    load = units.frame["load"].to_numpy(float)
    numbers = _numbers(units, graph, load, rules)
    for turn, k in enumerate(numbers):
        part = progress.part(turn / len(numbers), (turn + 1) / len(numbers))
        last = progress.enough() or turn == len(numbers) - 1
        of_turn = ProblemLog()
        try:
            zone = plan_with_number(units, graph, load, rules, k, of_turn, part, last=last, began=began)
        except Refusal:
            if last:
                raise
        else:
            break
    notes.items.extend(of_turn.items)
    _tell_fewest(load, int(zone.max()) + 1, rules, notes)
    return zone


def _tell_fewest(load: Floats, k: int, rules: ZoningRules, notes: ProblemLog) -> None:
    """Tell where a maximum load alone decides the number, and fewer zones might do."""
    if rules.zones is None and rules.max_load is not None:
        least = max(rules.min_zones or 1, infeasible.least_zones(load, rules.max_load))
        if k > max(least, len(names_bound(rules))):
            some = least if least == k - 1 else Text("{one} to {other}", {"one": least, "other": k - 1})
            notes.add(kinds.FewestNotProven(k=k, limit=written(rules.max_load), least=some))


# --- how many ----------------------------------------------------------------------------------


def _begin(units: Units, load: Floats, rules: ZoningRules) -> tuple[int, bool]:
    """Return the number of zones to begin with, and whether more are tried before fewer."""
    total = float(load.sum())
    upwards = rules.max_load is not None or rules.max_extent_m is not None
    if rules.max_load is not None:
        return infeasible.least_zones(load, rules.max_load), upwards
    if present := present_names(units, rules):
        return len(named_beside(present, names_bound(rules))), upwards
    typical = _TYPICAL_LOAD.get(units.load_field)
    wanted = total / typical if typical else units.units_m2 / _TYPICAL_SITE_M2
    proposed = max(2, min(40, round(wanted)))
    if rules.min_load:
        return max(1, min(proposed, floor(total / rules.min_load / _ROOM))), upwards
    return proposed, upwards


def _numbers(units: Units, graph: Graph, load: Floats, rules: ZoningRules) -> list[int]:
    """Return the numbers of zones to try, the best first."""
    total = float(load.sum())
    if rules.zones is not None:
        infeasible.refuse_count(len(load), rules.zones, wishes_of(units, rules, rules.zones))
        infeasible.refuse_number(total, rules.zones, rules)
        return [rules.zones]
    allowed = numbers_of(units, graph, rules)
    if not allowed:
        low = max(rules.min_zones or 1, len(names_bound(rules)))
        raise infeasible.too_many(low, min(rules.max_zones or len(units), len(units)))
    if rules.max_load is not None:
        infeasible.refuse_number(total, allowed[-1], ZoningRules(max_load=rules.max_load))
    begin, upwards = _begin(units, load, rules)
    begin = min(max(begin, allowed[0]), allowed[-1])
    others = range(begin + 1, allowed[-1] + 1) if upwards else range(begin - 1, allowed[0] - 1, -1)
    return [begin, *list(others)[: _NUMBERS - 1]]


# --- numbers -----------------------------------------------------------------------------------


def _numbered(units: Units, zone: Ints, wishes: Wishes) -> Ints:
    """Number the zones from west to east, then north to south; named ones keep their numbers."""
    middle, size = middles(units), units.frame["site_m2"].to_numpy(float)
    total = np.bincount(zone, weights=size)
    x = np.bincount(zone, weights=size * middle[:, 0]) / total
    y = np.bincount(zone, weights=size * middle[:, 1]) / total
    loose = np.array([z for z in range(len(total)) if z not in wishes.named], dtype=np.int64)
    number = np.arange(len(total))
    number[loose[np.lexsort((-y[loose], np.round(x[loose], 1)))]] = loose
    return number[zone]
