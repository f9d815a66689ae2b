"""From units to zones: as many as wanted, each in one piece, with balanced load."""

from __future__ import annotations

from dataclasses import replace
from math import ceil, floor

import numpy as np
import shapely

from bigmap.base.arrays import Floats, Ints
from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog
from bigmap.base.progress import Progress
from bigmap.core.geometry.adjacency import Graph, merged
from bigmap.core.units.model import Units
from bigmap.core.zoning import infeasible
from bigmap.core.zoning.components import apportion, nearest_seated, within_size
from bigmap.core.zoning.grouping import FreeGround, prepare_ground
from bigmap.core.zoning.heavy import split_heavy
from bigmap.core.zoning.load import values_of
from bigmap.core.zoning.reach import centres_of, extents, refuse_extent, within
from bigmap.core.zoning.resolved_rules import Wishes, wishes_of, zone_name
from bigmap.core.zoning.rules import ZoningRules
from bigmap.core.zoning.search import solve_connected
from bigmap.core.zoning.zoning_model import Case, price_per_moved
from bigmap.core.zoning.zoning_reports import tell_ground, tell_uneven

_TYPICAL_LOAD = {"hh": 3_000.0, "gfa_m2": 300_000.0}
_ROOM = 1.05  # zones are made this much more than the maximum load asks for, since none is exactly even
_TYPICAL_SITE_M2 = 1_000_000.0
_NUMBERS = 4  # numbers of zones tried where the rules leave it open
_ROUNDS = 4  # how often centres follow their zones


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
        Zones that the rules name keep their numbers: W01 is 0.
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
        When a hard rule cannot be kept; the sentence says which, where, by how much, and the way out.
    """
    problems = problems if problems is not None else ProblemLog()
    progress = progress or Progress()
    wishes = wishes_of(units, rules)
    load = units.frame["load"].to_numpy(float)
    first_notes = ProblemLog()
    free = prepare_ground(units, graph, load, rules, wishes, first_notes)
    numbers = _numbers(units, load, free, wishes, rules)
    for turn, k in enumerate(numbers):
        part = progress.part(turn / len(numbers), (turn + 1) / len(numbers))
        notes = ProblemLog(list(first_notes.items))
        last = progress.enough() or turn == len(numbers) - 1
        try:
            zone = _with_number(units, load, free, wishes, rules, k, notes, part, last=last)
        except UserError:
            if last:
                raise
        else:
            break
    numbered = _numbered(units, zone, wishes.named)
    tell_uneven(units, load, numbered, rules, notes)
    problems.items.extend(notes.items)
    return numbered


# --- how many ----------------------------------------------------------------------------------


def _numbers(units: Units, load: Floats, free: FreeGround, wishes: Wishes, rules: ZoningRules) -> list[int]:
    """Return the numbers of zones to try, the best first."""
    n, total = len(load), float(load.sum())
    groups = int(free.label.max(initial=-1)) + 1 + len(wishes.closed)
    low = max(1, rules.min_zones or 1, _named_by_rules(wishes))
    high = min(groups, rules.max_zones or groups)
    if rules.zones is not None:
        _refuse_number_of_zones(rules.zones, n, groups, wishes)
        infeasible.refuse_number(total, rules.zones, rules)
        return [rules.zones]
    if low > high:
        raise UserError(
            "At least {low} zones are asked for, but the units form {high} groups that stay together;"
            " ask for at most {high}",
            low=low,
            high=high,
        )
    if rules.max_load is not None:
        infeasible.refuse_number(total, high, replace(rules, min_load=None))
        begin = ceil(total * _ROOM / rules.max_load)
    elif rules.start:
        begin = int(wishes.home.max(initial=0)) + 1
    elif rules.min_load:
        begin = max(1, min(_proposed(units, total), floor(total / rules.min_load / _ROOM)))
    else:
        begin = _proposed(units, total)
    begin = min(max(begin, low), high)
    upwards = rules.max_load is not None or rules.max_extent_m is not None
    others = range(begin + 1, high + 1) if upwards else range(begin - 1, low - 1, -1)
    return [begin, *list(others)[: _NUMBERS - 1]]


def _named_by_rules(wishes: Wishes) -> int:
    return int(wishes.bound.max(initial=-1)) + 1


def _proposed(units: Units, total: float) -> int:
    typical = _TYPICAL_LOAD.get(units.load_field)
    wanted = total / typical if typical else units.units_m2 / _TYPICAL_SITE_M2
    return max(2, min(40, round(wanted)))


def _refuse_number_of_zones(k: int, n: int, groups: int, wishes: Wishes) -> None:
    if not 1 <= k <= n:
        raise UserError("{k} zones were asked for, but there are {n} units; ask for 1 to {n}", k=k, n=n)
    if k > groups:
        raise UserError(
            "{k} zones were asked for, but what stays together leaves {n} groups; ask for at most {n}",
            k=k,
            n=groups,
        )
    if k < _named_by_rules(wishes):
        raise UserError(
            "{k} zones were asked for, but units are bound to zone {zone}; ask for at least {n}",
            k=k,
            zone=zone_name(_named_by_rules(wishes) - 1),
            n=_named_by_rules(wishes),
        )


# --- one number of zones -----------------------------------------------------------------------


def _with_number(
    units: Units, load: Floats, free: FreeGround, wishes: Wishes, rules: ZoningRules, k: int,
    notes: ProblemLog, progress: Progress, *, last: bool,
) -> Ints:  # fmt: skip
    """Return k zones, or more where only that keeps the maximum load; a `UserError` where none are found."""
    zone = wishes.bound.copy()
    closed = wishes.closed
    open_zones = np.array([z for z in range(k) if z not in closed], dtype=np.int64)
    if len(open_zones) and len(free.rows):
        case = _case(units, load, free, wishes, rules, k)
        label, ground, seats = _on_ground(units, free, case, open_zones, rules, notes)
        case = case.contracted(label)
        begin = case.home if (case.home >= 0).any() else None
        found = _solved(case, ground[label_first(label)], seats, rules.seed, progress, begin)
        if rules.max_extent_m is not None:
            found = _within_extent(
                units, free, case, label, ground, seats, open_zones, found, wishes, rules, progress
            )
        if last and rules.max_load is not None and rules.zones is None and not wishes.closed:
            most = rules.max_zones or len(units)
            found = split_heavy(case, found, rules.max_load, most, rules.seed)
        zone[free.rows] = found[label]
    elif len(free.rows):
        raise UserError(
            "All {k} zones are locked, but {n} units are in none of them; make more zones",
            k=k,
            n=len(free.rows),
        )
    infeasible.refuse_found(units, load, zone, wishes, rules)
    infeasible.refuse_moved(load, zone, wishes, rules)
    if rules.max_extent_m is not None:
        refuse_extent(extents(middles(units), zone, int(zone.max()) + 1, wishes.centres), rules.max_extent_m)
    return zone


def label_first(label: Ints) -> Ints:
    """Return one unit of each group."""
    first = np.zeros(int(label.max()) + 1, dtype=np.int64)
    first[label] = np.arange(len(label))
    return first


def _case(units: Units, load: Floats, free: FreeGround, wishes: Wishes, rules: ZoningRules, k: int) -> Case:
    """Return the case of the free units, ungrouped, with the mean as target everywhere."""
    frame, rows = units.frame, free.rows
    main = load[rows] if load[rows].sum() > 0 else frame["site_m2"].to_numpy(float)[rows]
    columns = [main, *(values_of(units, name)[rows] for name in rules.tolerances)]
    values = np.ascontiguousarray(np.stack(columns, axis=1))
    mean = np.maximum(values.sum(axis=0) / max(1, k - len(wishes.closed)), 1e-9)
    home = _fitting_home(wishes, load, k)[rows]
    per_load = rules.change_price * price_per_moved(rules.tolerance, float(mean[0]))
    stay = per_load * (values[:, 0] + 0.02 * values[:, 0].mean())
    limit = np.inf if rules.max_moved is None else rules.max_moved * float(load.sum())
    number = np.full(len(units), -1, dtype=np.int64)
    number[rows] = np.arange(len(rows))
    rivals = number[wishes.apart]
    return Case(
        graph=free.graph,
        load=values,
        target=np.tile(mean, (k, 1)),
        tolerance=np.array([rules.tolerance, *rules.tolerances.values()]),
        weight=np.ones(len(columns)),
        low=np.full(k, -np.inf if rules.min_load is None else rules.min_load),
        high=np.full(k, np.inf if rules.max_load is None else rules.max_load),
        bound=wishes.bound[rows],
        home=home,
        stay=np.where(home >= 0, stay, 0.0),
        rivals=rivals[(rivals >= 0).all(axis=1)],
        moved_limit=limit,
        compactness=rules.compactness,
    )


def _fitting_home(wishes: Wishes, load: Floats, k: int) -> Ints:
    """Return the present zones, without the lightest ones where there are more than k; bound ones stay."""
    count = int(wishes.home.max(initial=-1)) + 1
    if count <= k:
        return wishes.home
    weight = np.bincount(wishes.home[wishes.home >= 0], weights=load[wishes.home >= 0], minlength=count)
    weight[wishes.bound[wishes.bound >= 0]] = np.inf
    keep = np.sort(np.argsort(-weight, kind="stable")[:k])
    number = np.full(count, -1, dtype=np.int64)
    number[keep] = _numbers_kept(keep, k)
    return np.where(wishes.home >= 0, number[wishes.home], -1)


def _numbers_kept(keep: Ints, k: int) -> Ints:
    """Return the zones' own numbers where these are below k, free ones for the rest."""
    vacant = iter(sorted(set(range(k)) - {int(z) for z in keep if z < k}))
    return np.array([int(z) if z < k else next(vacant) for z in keep], dtype=np.int64)


# --- ground in pieces --------------------------------------------------------------------------


def _on_ground(
    units: Units, free: FreeGround, case: Case, open_zones: Ints, rules: ZoningRules, notes: ProblemLog
) -> tuple[Ints, Ints, list[Ints]]:
    """Return (label, ground, zones): groups, the piece of ground of each unit, and the zones of each piece.

    Ground too small for a zone of its own is joined to the group of the nearest unit elsewhere.
    """
    grouped = merged(free.graph, free.label, int(free.label.max()) + 1)
    ground = grouped.components()[free.label]
    c = int(ground.max()) + 1
    weight = np.bincount(ground, weights=case.load[:, 0], minlength=c).astype(np.float64)
    weight = weight if weight.sum() > 0 else np.bincount(ground, minlength=c).astype(float)
    tied = _tied(case, ground, c)
    least = np.array([len(zones) for zones in tied], dtype=np.int64)
    if rules.min_load:
        weight = np.where((weight >= rules.min_load) | (least > 0), weight, 0.0)
        weight[0] += 1e-9 * (weight.sum() == 0)
    if rules.max_load is not None:
        needed = np.ceil(weight / rules.max_load - 1e-9).astype(np.int64)
        raised = np.maximum(least, np.where(weight * 2 >= rules.max_load, needed, 0))
        least = raised if raised.sum() <= len(open_zones) else least
    groups = np.bincount(ground[label_first(free.label)], minlength=c)
    seats = within_size(apportion(weight, len(open_zones), least), groups)
    vacant = iter([int(z) for z in open_zones if not any(z in zones for zones in tied)])
    zones = [
        np.array([*held, *(next(vacant) for _ in range(n - len(held)))], dtype=np.int64)
        for held, n in zip(tied, seats, strict=True)
    ]
    tell_ground(units, free.rows, ground, seats, notes)
    label = free.label
    if (seats == 0).any():
        joins = nearest_seated(units.polygons[free.rows], ground, seats)
        alone = joins[ground] >= 0
        label = np.where(alone, label[np.maximum(joins[ground], 0)], label)
        label = np.unique(label, return_inverse=True)[1]
        ground = np.where(alone, ground[np.maximum(joins[ground], 0)], ground)
    return label, ground, zones


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


def _solved(
    case: Case, ground: Ints, zones: list[Ints], seed: int, progress: Progress, begin: Ints | None
) -> Ints:
    """Return the zones of the groups, each piece of ground solved for itself."""
    found = np.full(case.graph.n, -1, dtype=np.int64)
    done = 0.0
    for where, own in enumerate(zones):
        if not len(own):
            continue
        members = np.flatnonzero(ground == where)
        inner = case.among(members).with_zones(own)
        inner = replace(inner, target=np.tile(_target(inner), (len(own), 1)))
        share = len(members) / case.graph.n
        start = None
        if begin is not None:
            number = np.full(case.k, -1, dtype=np.int64)
            number[own] = np.arange(len(own))
            start = np.where(begin[members] >= 0, number[begin[members]], -1)
        part = progress.part(min(done, 1.0), min(done + share, 1.0))
        found[members] = own[solve_connected(inner, seed, part, start)]
        done += share
    return found


def _target(case: Case) -> Floats:
    return np.maximum(case.load.sum(axis=0) / case.k, 1e-6 * case.target.max(axis=0))


def _within_extent(
    units: Units, free: FreeGround, case: Case, label: Ints, ground: Ints,
    zones: list[Ints], open_zones: Ints,
    found: Ints, wishes: Wishes, rules: ZoningRules, progress: Progress,
) -> Ints:  # fmt: skip
    """Return zones that reach no farther than allowed, as far as that is found in a few rounds."""
    assert rules.max_extent_m is not None
    middle = middles(units)[free.rows]
    number = np.full(len(units), -1, dtype=np.int64)
    number[free.rows] = np.arange(len(free.rows))
    named = {z: int(number[u]) for z, u in wishes.centres.items() if number[u] >= 0}
    for turn in range(_ROUNDS):
        reach = extents(middle, found[label], case.k, named)
        if (reach[open_zones] <= rules.max_extent_m * (1 + 1e-9)).all():
            break
        centre = centres_of(middle, found[label], case.k, named)
        allowed = np.ones((case.graph.n, case.k), dtype=bool)
        np.logical_and.at(allowed, label, within(middle, centre, rules.max_extent_m))
        part = progress.part(turn / _ROUNDS, 1.0)
        bounded, where = replace(case, allowed=allowed), ground[label_first(label)]
        found = _solved(bounded, where, zones, rules.seed + turn, part, found)
    return found


# --- numbers -----------------------------------------------------------------------------------


def middles(units: Units) -> Floats:
    """Return the middle of each unit, shape (n, 2), metres."""
    return np.asarray(shapely.get_coordinates(shapely.centroid(units.polygons)), dtype=np.float64)


def _numbered(units: Units, zone: Ints, named: set[int]) -> Ints:
    """Number the zones from west to east, then north to south; named ones keep their numbers."""
    middle, size = middles(units), units.frame["site_m2"].to_numpy(float)
    total = np.bincount(zone, weights=size)
    x = np.bincount(zone, weights=size * middle[:, 0]) / total
    y = np.bincount(zone, weights=size * middle[:, 1]) / total
    loose = np.array([z for z in range(len(total)) if z not in named], dtype=np.int64)
    number = np.arange(len(total))
    number[loose[np.lexsort((-y[loose], np.round(x[loose], 1)))]] = loose
    return number[zone]
