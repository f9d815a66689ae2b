"""Zones of many units for one number of zones: groups, pieces of ground, search, and what is still broken."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from bigmap.base.arrays import Floats, Ints
from bigmap.base.problems import ProblemLog
from bigmap.base.progress import Progress
from bigmap.core.geometry.adjacency import Graph, merged
from bigmap.core.units.model import Units
from bigmap.core.zoning import infeasible
from bigmap.core.zoning.components import apportion, nearest_seated
from bigmap.core.zoning.connected_groups import reconnect_zone
from bigmap.core.zoning.grouping import FreeGround, prepare_ground
from bigmap.core.zoning.heavy import split_heavy
from bigmap.core.zoning.load import values_of
from bigmap.core.zoning.present import is_kept, returned, stay_prices
from bigmap.core.zoning.reach import centres_of, extents, middles, refuse_extent, within
from bigmap.core.zoning.resolved_rules import Wishes, wishes_of
from bigmap.core.zoning.rules import ZoningRules
from bigmap.core.zoning.search import solve_connected, spread
from bigmap.core.zoning.zoning_model import Case
from bigmap.core.zoning.zoning_reports import tell_joined

_ROUNDS = 4  # how often centres follow their zones


@dataclass(frozen=True)
class Banks:
    """Groups on their pieces of ground.

    Attributes
    ----------
    label : ndarray of int, shape (f,)
        Group of each free unit, 0 … m-1.
    ground : ndarray of int, shape (m,)
        Piece of ground of each group.
    zones : list of ndarray of int
        Zones of each piece of ground.
    locked_off : ndarray of float, shape (d,)
        Largest deviation of a locked zone, which nothing can mend.
    """

    label: Ints
    ground: Ints
    zones: list[Ints]
    locked_off: Floats


def plan_with_number(
    units: Units, graph: Graph, load: Floats, rules: ZoningRules, k: int, notes: ProblemLog,
    progress: Progress, *, last: bool, began: float,
) -> Ints:  # fmt: skip
    """Return k zones, or more where only that keeps the maximum load; a `Refusal` where none are found."""
    wishes = wishes_of(units, rules, k)
    infeasible.refuse_count(len(units), k, wishes)
    free = prepare_ground(units, graph, load, rules, wishes, notes)
    infeasible.refuse_divided(graph, wishes, k)
    zone = wishes.bound.copy()
    open_zones = np.array([z for z in range(k) if z not in wishes.closed], dtype=np.int64)
    if len(open_zones) and len(free.rows):
        case = _case(units, load, free, wishes, rules, k)
        banks = _banks(units, graph, free, case, open_zones, rules)
        banks = replace(banks, locked_off=_locked_off(units, load, wishes, case, rules))
        case = case.contracted(banks.label)
        found = _solved(case, banks, rules, progress)
        if rules.max_extent_m is not None:
            found = _within_extent(units, free, case, banks, open_zones, found, wishes, rules, progress)
        if last and rules.max_load is not None and rules.zones is None and not wishes.closed:
            most = rules.max_zones or len(units)
            found = split_heavy(case, found, rules.max_load, most, rules.seed)
        zone[free.rows] = found[banks.label]
    zone = _mended(graph, load, zone, wishes)
    wishes = wishes_of(units, rules, int(zone.max()) + 1) if zone.max() + 1 > k else wishes
    seconds = time.monotonic() - began
    infeasible.refuse_found(units, graph, load, zone, wishes, rules, seconds)
    infeasible.refuse_moved(load, zone, wishes, rules)
    if rules.max_extent_m is not None:
        reach = extents(middles(units), zone, int(zone.max()) + 1, wishes.centres)
        refuse_extent(reach, rules.max_extent_m, wishes.names, seconds)
    tell_joined(units, graph, zone, notes)
    return zone


def _case(units: Units, load: Floats, free: FreeGround, wishes: Wishes, rules: ZoningRules, k: int) -> Case:
    """Return the case of the free units, ungrouped, with the mean of all zones as target everywhere."""
    rows = free.rows
    main = load if load[rows].sum() > 0 else units.frame["site_m2"].to_numpy(float)
    columns = np.stack([main, *(values_of(units, name) for name in rules.tolerances)], axis=1)
    mean = np.maximum(columns.sum(axis=0) / k, 1e-9)
    values = np.ascontiguousarray(columns[rows])
    home = wishes.home[rows]
    given_up = (home >= k) | np.isin(home, wishes.closed)
    limit = np.inf
    if rules.max_moved is not None:
        limit = max(0.0, rules.max_moved * float(load.sum()) - float(load[rows][given_up].sum()))
    number = np.full(len(units), -1, dtype=np.int64)
    number[rows] = np.arange(len(rows))
    rivals = number[wishes.apart]
    case = Case(
        graph=free.graph,
        load=values,
        target=np.tile(mean, (k, 1)),
        tolerance=np.array([rules.tolerance, *rules.tolerances.values()]),
        weight=np.ones(values.shape[1]),
        low=np.full(k, -np.inf if rules.min_load is None else rules.min_load),
        high=np.full(k, np.inf if rules.max_load is None else rules.max_load),
        bound=wishes.bound[rows],
        home=np.where(given_up, -1, home),
        stay=np.zeros(len(rows)),
        rivals=rivals[(rivals >= 0).all(axis=1)],
        moved_limit=limit,
        compactness=rules.compactness,
    )
    return replace(case, stay=stay_prices(case, rules))


def _locked_off(units: Units, load: Floats, wishes: Wishes, case: Case, rules: ZoningRules) -> Floats:
    """Return the largest deviation of the locked zones from the mean of all."""
    off = np.zeros(case.load.shape[1])
    values = [load, *(values_of(units, name) for name in rules.tolerances)]
    for z in wishes.closed:
        total = np.array([column[wishes.bound == z].sum() for column in values])
        off = np.maximum(off, np.abs(total / case.target[0] - 1))
    return off


# --- ground in pieces --------------------------------------------------------------------------


def _banks(
    units: Units, graph: Graph, free: FreeGround, case: Case, open_zones: Ints, rules: ZoningRules
) -> Banks:
    """Return the groups on their pieces of ground, and the zones of each piece.

    Ground too small for a zone of its own is joined to the group of the nearest unit elsewhere. What locked
    zones divide is one ground, so that each part of it needs zones of its own.
    """
    ground = merged(free.graph, free.label, int(free.label.max()) + 1).components()[free.label]
    c = int(ground.max()) + 1
    weight = np.bincount(ground, weights=case.load[:, 0], minlength=c).astype(np.float64)
    weight = weight if weight.sum() > 0 else np.bincount(ground, minlength=c).astype(float)
    tied = _tied(case, ground, c)
    least = np.maximum([len(zones) for zones in tied], _divided(graph, free, ground, c))
    least = least if least.sum() <= len(open_zones) else np.array([len(zones) for zones in tied])
    if rules.min_load:
        weight = np.where((weight >= rules.min_load) | (least > 0), weight, 0.0)
        weight[0] += 1e-9 * (weight.sum() == 0)
    if rules.max_load is not None:
        needed = np.ceil(weight / rules.max_load - 1e-9).astype(np.int64)
        raised = np.maximum(least, np.where(weight * 2 >= rules.max_load, needed, 0))
        least = raised if raised.sum() <= len(open_zones) else least
    first = np.unique(free.label, return_index=True)[1]
    groups = np.maximum(np.bincount(ground[first], minlength=c), least)
    infeasible.refuse_groups_count(len(open_zones), int(groups.sum()))
    seats = apportion(weight, len(open_zones), least, groups)
    vacant = iter([int(z) for z in open_zones if not any(z in zones for zones in tied)])
    zones = [
        np.array([*held, *(next(vacant) for _ in range(n - len(held)))], dtype=np.int64)
        for held, n in zip(tied, seats, strict=True)
    ]
    label = free.label
    if (seats == 0).any():
        joins = nearest_seated(units.polygons[free.rows], ground, seats)
        alone = joins[ground] >= 0
        label = np.where(alone, label[np.maximum(joins[ground], 0)], label)
        label = np.unique(label, return_inverse=True)[1]
        ground = np.where(alone, ground[np.maximum(joins[ground], 0)], ground)
    return Banks(label, ground[np.unique(label, return_index=True)[1]], zones, np.zeros(case.load.shape[1]))


def _divided(graph: Graph, free: FreeGround, part: Ints, c: int) -> Ints:
    """Return 1 for each part of a ground that locked zones divide, 0 for ground in one part."""
    pairs = np.unique(np.stack([graph.components()[free.rows], part], axis=1), axis=0)
    parts = np.bincount(pairs[:, 0])
    divided = np.zeros(c, dtype=np.int64)
    divided[pairs[parts[pairs[:, 0]] > 1, 1]] = 1
    return divided


def _tied(case: Case, ground: Ints, c: int) -> list[list[int]]:
    """Return the zones that belong to each piece of ground: bound there, or with most of their present
    load.
    """
    tied: list[list[int]] = [[] for _ in range(c)]
    load = case.load[:, 0] + 1e-6
    for z in range(case.k):
        held = case.bound == z
        held = held if held.any() else case.home == z
        if held.any():
            tied[int(np.argmax(np.bincount(ground[held], weights=load[held], minlength=c)))].append(z)
    return tied


# --- the search --------------------------------------------------------------------------------


def _solved(
    case: Case, banks: Banks, rules: ZoningRules, progress: Progress, begin: Ints | None = None, turn: int = 0
) -> Ints:
    """Return the zones of the groups, each piece of ground solved for itself."""
    begin = case.home if begin is None and (case.home >= 0).any() else begin
    found = np.full(case.graph.n, -1, dtype=np.int64)
    done = 0.0
    off = [np.abs(_means(case, banks, where) / case.target[0] - 1) for where in range(len(banks.zones))]
    worst = np.maximum(np.max([*off, banks.locked_off], axis=0), case.tolerance)
    for where, own in enumerate(banks.zones):
        if not len(own):
            continue
        members = np.flatnonzero(banks.ground == where)
        inner = _aimed(case.among(members).with_zones(own), off[where], worst)
        share = len(members) / case.graph.n
        part = progress.part(min(done, 1.0), min(done + share, 1.0))
        start = None
        if begin is not None:
            number = np.full(case.k, -1, dtype=np.int64)
            number[own] = np.arange(len(own))
            start = np.where(begin[members] >= 0, number[begin[members]], -1)
        found[members] = own[_of_bank(inner, rules, turn, part, start)]
        done += share
    return found


def _of_bank(case: Case, rules: ZoningRules, turn: int, progress: Progress, start: Ints | None) -> Ints:
    if start is None or rules.change_price < 1 or turn > 0:
        return solve_connected(case, rules.seed + turn, progress, start)
    present = spread(case, start)
    if is_kept(case, present):
        return present
    return returned(case, solve_connected(case, rules.seed, progress, start))


def _means(case: Case, banks: Banks, where: int) -> Floats:
    if not len(banks.zones[where]):
        return case.target[0]
    total: Floats = case.load[banks.ground == where].sum(axis=0) / len(banks.zones[where])
    return np.maximum(total, 1e-6 * case.target[0])


def _aimed(case: Case, off: Floats, worst: Floats) -> Case:
    """Return the case of a piece of ground with what its zones aim at: the mean of all zones where that is
    within the tolerance, else its own mean, as closely as the worst piece of ground leaves it sense.
    """
    mean = case.target[0]
    own = np.maximum(case.load.sum(axis=0) / case.k, 1e-6 * mean)
    near = off <= case.tolerance
    room = np.clip(worst - off, case.tolerance / 6, case.tolerance)
    return replace(
        case,
        target=np.tile(np.where(near, mean, own), (case.k, 1)),
        tolerance=np.where(near, case.tolerance, room),
    )


def _within_extent(
    units: Units, free: FreeGround, case: Case, banks: Banks, open_zones: Ints,
    found: Ints, wishes: Wishes, rules: ZoningRules, progress: Progress,
) -> Ints:  # fmt: skip
    """Return zones that reach no farther than allowed, as far as that is found in a few rounds."""
    assert rules.max_extent_m is not None
    middle = middles(units)[free.rows]
    number = np.full(len(units), -1, dtype=np.int64)
    number[free.rows] = np.arange(len(free.rows))
    named = {z: int(number[u]) for z, u in wishes.centres.items() if number[u] >= 0}
    for turn in range(_ROUNDS):
        reach = extents(middle, found[banks.label], case.k, named)
        if (reach[open_zones] <= rules.max_extent_m * (1 + 1e-9)).all():
            break
        centre = centres_of(middle, found[banks.label], case.k, named)
        allowed = np.ones((case.graph.n, case.k), dtype=bool)
        np.logical_and.at(allowed, banks.label, within(middle, centre, rules.max_extent_m))
        part = progress.part(turn / _ROUNDS, 1.0)
        found = _solved(replace(case, allowed=allowed), banks, rules, part, found, turn + 1)
    return found


def _mended(graph: Graph, load: Floats, zone: Ints, wishes: Wishes) -> Ints:
    """Return the zones after those in pieces on one ground were connected where that is possible."""
    for torn in infeasible.torn_zones(graph, zone):
        free = (wishes.bound < 0) | (wishes.bound == torn)
        mended = reconnect_zone(graph, load, zone, int(torn), free)
        if mended is not None and len(np.unique(mended)) == len(np.unique(zone)):
            zone = mended
    return zone
