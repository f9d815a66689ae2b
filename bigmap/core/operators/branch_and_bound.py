"""The proven best bundles of few zones: branch and bound, compiled."""

from __future__ import annotations

import numpy as np
from numba import njit

from bigmap.base.arrays import Ints
from bigmap.base.i18n import Text
from bigmap.base.progress import Progress
from bigmap.core.operators.bundling_model import Model, score

MOST_ZONES, MOST_OPERATORS = 24, 6
"""Up to here a proof is tried; with more, the search would only cost time."""
_CHUNK = 1_000_000
_CHUNKS = 12


def solve_exactly(model: Model, owner: Ints, progress: Progress) -> tuple[Ints, bool]:
    """Return the best assignment, and whether that is proven or only the best of those looked at.

    Parameters
    ----------
    model : Model
    owner : ndarray of int, shape (n,)
        A good assignment: the better it is, the less has to be looked at.
    progress : Progress

    Notes
    -----
    Zones are decided in an order in which neighbours follow each other. A partial assignment is given up
    when what it already costs, load beyond the aim, income that the open zones cannot take back, and ground
    of an operator that the open zones cannot join together, comes to no less than the best found. Operators
    that differ in nothing are tried once.
    """
    if model.n > MOST_ZONES or model.k > MOST_OPERATORS:
        return owner, False
    order = _order(model)
    place = np.argsort(order)
    group = np.where(owner < 0, model.k, owner)[order]
    near = _bits(model.start, model.near, place)
    touching = _bits(model.edge, model.touching, place)
    arrays = (
        model.demand[order],
        model.load[order],
        model.surplus[order],
        model.cost[order],
        np.append(model.room, np.inf),
        model.target,
        model.away[order],
        model.fixed[order],
        near,
        touching,
        model.prices,
        model.most,
        _twins(model),
    )
    state = _State(model.n, model.k)
    best = group.copy()
    cost = np.array([score(model, owner)])
    done = False
    for turn in range(_CHUNKS):
        progress.step(turn / _CHUNKS, Text("Looking for a proof that no better bundles exist"))
        if progress.enough():
            break
        done = bool(_search(*arrays, *state.arrays, best, cost, _CHUNK))
        if done:
            break
    found = np.empty(model.n, dtype=np.int64)
    found[order] = np.where(best == model.k, -1, best)
    return found, done


def _bits(start: Ints, near: Ints, place: Ints) -> Ints:
    """Return the neighbours of each zone as bits, in the order of the search."""
    bits = np.zeros(len(place), dtype=np.int64)
    for z in range(len(place)):
        for y in near[start[z] : start[z + 1]]:
            bits[place[z]] |= np.int64(1) << np.int64(place[y])
    return bits


class _State:
    """Where the search stands: everything by depth, so that going back costs nothing."""

    def __init__(self, n: int, k: int) -> None:
        self.arrays = (
            np.array([0], dtype=np.int64),  # depth
            np.full(n + 1, -1, dtype=np.int64),  # group tried at each depth
            np.zeros((n + 1, k + 1)),  # households
            np.zeros((n + 1, k + 1)),  # load
            np.zeros((n + 1, k + 1)),  # surplus
            np.zeros((n + 1, k + 1)),  # cost
            np.zeros((n + 1, k + 1), dtype=np.int64),  # zones, as bits
            np.zeros(n + 1),  # distance and unserved
        )


def _order(model: Model) -> Ints:
    """Return the zones by breadth-first search from a far end, locked ones first."""
    seen: list[int] = [int(z) for z in np.flatnonzero(model.fixed >= 0)]
    far = 0
    for root in range(model.n):
        if root not in seen:
            far = _reached(model, root, list(seen))[-1]
            seen = _reached(model, far, seen)
    return np.array(seen, dtype=np.int64)


def _reached(model: Model, root: int, seen: list[int]) -> list[int]:
    queue = [root]
    seen.append(root)
    while queue:
        z = queue.pop(0)
        for y in model.near[model.start[z] : model.start[z + 1]]:
            if int(y) not in seen:
                seen.append(int(y))
                queue.append(int(y))
    return seen


def _twins(model: Model) -> Ints:
    """Return for each operator the nearest earlier one that differs in nothing, -1 for none."""
    twins = np.full(model.k, -1, dtype=np.int64)
    for o in range(model.k):
        for p in range(o):
            if (
                model.room[o] == model.room[p]
                and model.target[o] == model.target[p]
                and (model.away[:, o] == model.away[:, p]).all()
                and not np.isin(model.fixed, (o, p)).any()
            ):
                twins[o] = p
    return twins


@njit(cache=True, nogil=True)
def _search(  # type: ignore[no-untyped-def]
    demand,
    load,
    surplus,
    cost,
    room,
    target,
    away,
    fixed,
    near,
    touching,
    prices,
    most,
    twins,
    at,
    choice,
    used,
    sums,
    offs,
    costs,
    held,
    price,
    best,
    best_cost,
    nodes,
):
    """Go on for some nodes; return whether everything has been looked at."""
    n, k = len(demand), len(room) - 1
    open_demand = np.zeros(n + 1)
    open_load, open_plus, open_minus, open_away = (
        np.zeros(n + 1),
        np.zeros(n + 1),
        np.zeros(n + 1),
        np.zeros(n + 1),
    )
    for d in range(n - 1, -1, -1):
        open_load[d] = open_load[d + 1] + load[d]
        open_demand[d] = open_demand[d + 1] + demand[d]
        open_plus[d] = open_plus[d + 1] + max(0.0, surplus[d])
        open_minus[d] = open_minus[d + 1] + max(0.0, -surplus[d])
        open_away[d] = open_away[d + 1] + away[d].min()
    depth = at[0]
    for _ in range(nodes):
        o = choice[depth] + 1
        if depth == n or o > k:
            choice[depth] = -1
            depth -= 1
            if depth < 0:
                at[0] = 0
                return True
            continue
        choice[depth] = o
        if fixed[depth] >= 0 and o != fixed[depth]:
            continue
        if used[depth, o] + demand[depth] > room[o]:
            continue
        if o < k and twins[o] >= 0 and held[depth, twins[o]] == 0:
            continue
        for p in range(k + 1):
            used[depth + 1, p] = used[depth, p]
            sums[depth + 1, p] = sums[depth, p]
            offs[depth + 1, p] = offs[depth, p]
            costs[depth + 1, p] = costs[depth, p]
            held[depth + 1, p] = held[depth, p]
        used[depth + 1, o] += demand[depth]
        sums[depth + 1, o] += load[depth]
        offs[depth + 1, o] += surplus[depth]
        costs[depth + 1, o] += cost[depth]
        held[depth + 1, o] |= np.int64(1) << np.int64(depth)
        price[depth + 1] = price[depth] + away[depth, o]
        d = depth + 1
        over, under, plus, minus, share, spare = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        for p in range(k):
            spare += room[p] - used[d, p]
            over += max(0.0, sums[d, p] - target[p])
            under += max(0.0, target[p] - sums[d, p])
            plus += max(0.0, offs[d, p])
            minus += max(0.0, -offs[d, p])
            share += max(0.0, sums[d, p] - most)
        low = price[d] + max(open_away[d], _left_out(d, k, open_demand[d] - spare, demand, away))
        low += prices[0] * (over + max(0.0, under - open_load[d])) + prices[3] * share
        gain, loss = max(0.0, plus - open_minus[d]), max(0.0, minus - open_plus[d])
        # All surpluses together are nothing, so what one operator has too much another lacks.
        low += prices[1] * (max(gain, loss) * 2 if held[d, k] == 0 else gain + loss)
        if low >= best_cost[0] - 1e-12:
            continue
        still = ((np.int64(1) << np.int64(n)) - 1) ^ ((np.int64(1) << np.int64(d)) - 1)
        for p in range(k):
            low += prices[4] * max(0, _apart(held[d, p], still, near) - 1)
            if prices[6] > 0.0:
                low += prices[6] * max(0, _apart(held[d, p], still, touching) - 1)
        if low >= best_cost[0] - 1e-12:
            continue
        if d == n:
            total = low
            for p in range(k):
                total += prices[2] * max(0.0, abs(offs[d, p]) - prices[5] * costs[d, p])
            if total < best_cost[0] - 1e-12:
                best_cost[0] = total
                for i in range(n):
                    best[i] = choice[i]
            continue
        depth = d
        choice[depth] = -1
    at[0] = depth
    return False


@njit(cache=True, nogil=True)
def _left_out(d, k, excess, demand, away):  # type: ignore[no-untyped-def]
    """Return what the open zones cost at least that must go without, since too little room is left."""
    if excess <= 1e-9:
        return 0.0
    one, least, most = np.inf, np.inf, 0.0
    for z in range(d, len(demand)):
        if demand[z] >= excess:
            one = min(one, away[z, k])
        least = min(least, away[z, k])
        most = max(most, demand[z] / away[z, k])
    return min(one, max(2 * least, excess / most))


@njit(cache=True, nogil=True)
def _apart(mine, still, near):  # type: ignore[no-untyped-def]
    """Return in how many parts zones lie that the open ones cannot join."""
    pieces = 0
    all_mine = mine
    while mine:
        front = mine & -mine
        ground = front
        while front:
            fresh = np.int64(0)
            while front:
                bit = front & -front
                front ^= bit
                fresh |= near[_index(bit)]
            front = fresh & (all_mine | still) & ~ground
            ground |= front
        mine &= ~ground
        pieces += 1
    return pieces


@njit(cache=True, nogil=True)
def _index(bit):  # type: ignore[no-untyped-def]
    """Return the number of the one bit that is set."""
    number = 0
    while bit > 1:
        bit >>= 1
        number += 1
    return number
