"""The one move that brings cover ratios closest together while everything stays in one piece."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from bigmap.base.arrays import Floats, Ints
from bigmap.base.i18n import Text
from bigmap.base.progress import Progress
from bigmap.core.geometry.adjacency import Graph, induced, merged
from bigmap.core.operators.bundling_model import model_of, parts
from bigmap.core.operators.contracts import contract_runs
from bigmap.core.operators.economy import amounts, staff
from bigmap.core.planning.plan import Plan

Of = Literal["operators", "zones"]

_LEAST = 1e-6  # of a cover ratio: less is no gain


@dataclass(frozen=True)
class Swap:
    """A move and what it would change.

    Attributes
    ----------
    of : str
        Whose cover ratios are brought together: 'operators' or 'zones'.
    unit : int or None
        Row of the unit that goes to another zone; None where a whole zone goes to another operator.
    zone : int
        Row of the zone that goes, or that the unit leaves.
    to : int
        Row of the operator that gets the zone, or of the zone that gets the unit.
    groups : tuple of int
        Rows of the two operators or zones whose cover ratios change.
    covers : tuple of tuple of float
        Cover ratio before and after, of each of the two.
    spread : tuple of float
        Largest less smallest cover ratio, before and after.
    """

    of: Of
    unit: int | None
    zone: int
    to: int
    groups: tuple[int, int]
    covers: tuple[tuple[float, float], tuple[float, float]]
    spread: tuple[float, float]


@dataclass(frozen=True)
class _Moves:
    """Candidates: which unit or zone goes from group a to group b, with the cover ratios after."""

    unit: Ints
    zone: Ints
    to: Ints
    a: Ints
    b: Ints
    cover_a: Floats
    cover_b: Floats

    def picked(self, keep: npt.NDArray[np.bool_]) -> _Moves:
        return _Moves(*(getattr(self, name)[keep] for name in self.__dataclass_fields__))


def suggest_swap(plan: Plan, of: Of = "operators", progress: Progress | None = None) -> Swap | None:
    """Return the single move that reduces the spread of cover ratios most, None where none reduces it.

    A zone goes to another operator, or a unit to a zone beside it. Nothing that is in one piece comes apart,
    capacities and locks hold, and nobody loses everything.

    Parameters
    ----------
    plan : Plan
    of : str
        'operators' or 'zones': whose spread; for zones only units move.
    progress : Progress, optional

    Returns
    -------
    Swap or None
    """
    progress = progress or Progress()
    progress.step(0.0, Text("Looking for the best swap"))
    cover = (plan.operators if of == "operators" else plan.zones)["cover_ratio"].to_numpy(float)
    best: Swap | None = None
    for moves in _kinds(plan, of):
        after = _spreads(cover, moves)
        now = _spread(cover)
        order = np.argsort(after, kind="stable")
        for count, i in enumerate(order):
            least = best.spread[1] if best else now - _LEAST
            if not after[i] < least:
                break
            if count % 20 == 0:
                progress.step(0.5, Text("Looking for the best swap"))
            if _holds_together(plan, moves, int(i)):
                best = _swap(of, cover, moves, int(i), (now, float(after[i])))
                break
    return best


def owners_after(plan: Plan, swap: Swap) -> list[str | None]:
    """Return the operator of each zone after a zone has gone to another."""
    owners = [None if pd.isna(o) else str(o) for o in plan.zones["oper"]]
    owners[swap.zone] = str(plan.operators["operator_id"].iloc[swap.to])
    return owners


def zones_after_swap(plan: Plan, swap: Swap) -> Ints:
    """Return the zone of each unit after a unit has gone to another."""
    zone = plan.zone_of_unit.copy()
    zone[swap.unit] = swap.to
    return zone


def _kinds(plan: Plan, of: Of) -> Iterator[_Moves]:
    operator = _operator_of(plan)
    if of == "operators":
        yield _zone_moves(plan, operator)
    yield _unit_moves(plan, operator, of)


def _operator_of(plan: Plan) -> Ints:
    rows = {code: i for i, code in enumerate(plan.operators["operator_id"])}
    return plan.zones["oper"].map(rows).fillna(-1).to_numpy(np.int64)


def _zone_moves(plan: Plan, operator: Ints) -> _Moves:
    k = len(plan.operators)
    zone, to = (grid.ravel() for grid in np.meshgrid(np.arange(len(plan.zones)), np.arange(k), indexing="ij"))
    a = operator[zone]
    count = np.bincount(operator[operator >= 0], minlength=k)
    locked = plan.zones["zone_id"].isin(list(plan.bundle_rules.locks)).to_numpy()[zone]
    keep = (a >= 0) & (a != to) & ~locked & (count[a] > 1)
    zone, to, a = zone[keep], to[keep], a[keep]
    income, cost, hh = (plan.zones[c].to_numpy(float)[zone] for c in ("income_y", "cost_y", "hh"))
    has_i, has_c, has_hh = (plan.operators[c].to_numpy(float) for c in ("income_y", "cost_y", "hh"))
    moves = _Moves(
        np.full(len(zone), -1),
        zone,
        to,
        a,
        to,
        _ratio(has_i[a] - income, has_c[a] - cost),
        _ratio(has_i[to] + income, has_c[to] + cost),
    )
    full = has_hh[to] + hh > plan.operators["capacity"].to_numpy(float)[to]
    return moves.picked(~full & contract_runs(plan.operators, plan.sources.day)[to])


def _unit_moves(plan: Plan, operator: Ints, of: Of) -> _Moves:
    zone_of = plan.zone_of_unit
    unit = np.concatenate([plan.graph.left, plan.graph.right])
    to = zone_of[np.concatenate([plan.graph.right, plan.graph.left])]
    zone = zone_of[unit]
    count = np.bincount(zone_of[zone_of >= 0], minlength=len(plan.zones))
    keep = (zone >= 0) & (to >= 0) & (zone != to) & (count[zone] > 1)
    if of == "operators":
        keep &= (operator[zone] >= 0) & (operator[to] >= 0) & (operator[zone] != operator[to])
    unit, to = np.unique(np.column_stack([unit[keep], to[keep]]), axis=0).T
    zone = zone_of[unit]
    inner = zone_of >= 0
    work = amounts(plan.units.frame)
    held = np.column_stack([np.bincount(zone_of[inner], c[inner], len(plan.zones)) for c in work.T])
    frame, roads = plan.units.frame, plan.zones["road_cost_y"].to_numpy(float)
    person, road = plan.parameters.person_y, frame["road_cost_y"].to_numpy(float)[unit]
    lost = staff(held[zone] - work[unit], plan.parameters) * person + roads[zone] - road
    won = staff(held[to] + work[unit], plan.parameters) * person + roads[to] + road
    income, costs = plan.zones["income_y"].to_numpy(float), plan.zones["cost_y"].to_numpy(float)
    brings = frame["income_y"].to_numpy(float)[unit]
    if of == "zones":
        covers = _ratio(income[zone] - brings, lost), _ratio(income[to] + brings, won)
        moves = _Moves(unit, zone, to, zone, to, *covers)
    else:
        a, b = operator[zone], operator[to]
        has_i, has_c = (plan.operators[c].to_numpy(float) for c in ("income_y", "cost_y"))
        cover_a = _ratio(has_i[a] - brings, has_c[a] - costs[zone] + lost)
        moves = _Moves(unit, zone, to, a, b, cover_a, _ratio(has_i[b] + brings, has_c[b] - costs[to] + won))
    return moves.picked(~_beyond_capacity(plan, operator, moves))


def _beyond_capacity(plan: Plan, operator: Ints, moves: _Moves) -> npt.NDArray[np.bool_]:
    if not len(plan.operators):
        return np.zeros(len(moves.unit), dtype=bool)
    limit = np.append(plan.operators["capacity"].to_numpy(float), np.nan)
    held = np.append(plan.operators["hh"].to_numpy(float), 0.0)
    hh = plan.units.frame["hh"].to_numpy(float)[moves.unit]
    to, other = operator[moves.to], operator[moves.zone] != operator[moves.to]
    return other & (
        (held[to] + hh > limit[to]) | ~np.append(contract_runs(plan.operators, plan.sources.day), True)[to]
    )


def _spread(cover: Floats) -> float:
    return float(np.nanmax(cover) - np.nanmin(cover)) if np.isfinite(cover).sum() > 1 else 0.0


def _spreads(cover: Floats, moves: _Moves) -> Floats:
    """Return the spread after each move: two ratios change, the extremes of the others stay."""
    pair = np.column_stack([moves.cover_a, moves.cover_b])
    pair = np.where(np.isfinite(pair), pair, np.nan)
    known = np.flatnonzero(np.isfinite(cover))
    ranked = known[np.argsort(cover[known], kind="stable")]
    high, low = np.nan_to_num(pair, nan=-np.inf).max(axis=1), np.nan_to_num(pair, nan=np.inf).min(axis=1)
    for three, worse, extreme in ((ranked[::-1][:3], np.maximum, high), (ranked[:3], np.minimum, low)):
        open_ = np.ones(len(moves.a), dtype=bool)
        for group in three:  # of three, one at least does not change
            free = open_ & (moves.a != group) & (moves.b != group)
            extreme[free] = worse(extreme[free], cover[group])
            open_ &= ~free
    return high - low


def _holds_together(plan: Plan, moves: _Moves, i: int) -> bool:
    zone, to, unit = int(moves.zone[i]), int(moves.to[i]), int(moves.unit[i])
    if unit < 0:
        return _bundles_hold(plan, zone, to)
    operator = np.append(_operator_of(plan), -1)[plan.zone_of_unit]
    groups = [plan.zone_of_unit == zone]
    if moves.a[i] != zone or len(plan.operators):
        mine = operator[unit]
        if mine >= 0 and mine != operator[np.flatnonzero(plan.zone_of_unit == to)[0]]:
            groups.append(operator == mine)
    for held in groups:
        members = np.flatnonzero(held)
        without = members[members != unit]
        if _pieces(plan.graph, without) > _pieces(plan.graph, members):
            return False
    return True


def _bundles_hold(plan: Plan, zone: int, to: int) -> bool:
    touching = merged(plan.graph, plan.zone_of_unit, len(plan.zones))
    model = model_of(plan.zones, touching, plan.operators, plan.bundle_rules)
    owner = _operator_of(plan)
    after = owner.copy()
    after[zone] = to
    return bool((parts(model, after) <= np.maximum(1, parts(model, owner))).all())


def _pieces(graph: Graph, members: Ints) -> int:
    return int(induced(graph, members).components().max(initial=-1)) + 1


def _swap(of: Of, cover: Floats, moves: _Moves, i: int, spread: tuple[float, float]) -> Swap:
    a, b, unit = int(moves.a[i]), int(moves.b[i]), int(moves.unit[i])
    return Swap(
        of,
        None if unit < 0 else unit,
        int(moves.zone[i]),
        int(moves.to[i]),
        (a, b),
        ((float(cover[a]), float(moves.cover_a[i])), (float(cover[b]), float(moves.cover_b[i]))),
        spread,
    )


def _ratio(income: Floats, cost: Floats) -> Floats:
    return np.divide(income, cost, out=np.full(len(cost), np.nan), where=cost > 1e-6)
