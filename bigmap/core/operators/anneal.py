"""Bundles by local search: moves and swaps of zones at a falling temperature, compiled."""

from __future__ import annotations

import numpy as np
from numba import njit

from bigmap.base.arrays import Ints
from bigmap.core.operators.bundling_model import Model

_HOT, _COLD = 0.05, 2e-5


def annealed(model: Model, owner: Ints, steps: int, seed: int) -> Ints:
    """Return a better assignment near ``owner``: never worse, capacities and locks kept.

    Parameters
    ----------
    model : Model
    owner : ndarray of int, shape (n,)
        Start within capacities and locks; -1 for nobody.
    steps : int
        Moves that are tried.
    seed : int

    Notes
    -----
    Simulated annealing (Kirkpatrick, Gelatt and Vecchi, *Science* 220, 1983) over moves of a zone to the
    operator of a near one and swaps of two zones; what a move does to the pieces is counted exactly.
    """
    group = np.where(owner < 0, model.k, owner)
    best = kernel(
        group,
        model.demand,
        model.load,
        model.surplus,
        model.cost,
        np.append(model.room, np.inf),
        model.target,
        model.away,
        model.fixed,
        model.start,
        model.near,
        model.edge,
        model.touching,
        model.prices,
        model.most,
        steps,
        seed,
        _HOT,
        _COLD,
    )
    return np.where(best == model.k, -1, best)


@njit(cache=True, nogil=True)
def _term(o, k, load, off, cost, pieces, lots, target, prices, most):  # type: ignore[no-untyped-def]
    """Return what one operator costs."""
    if o == k:
        return 0.0
    off = abs(off)
    return (
        prices[0] * abs(load - target[o])
        + prices[1] * off
        + prices[2] * max(0.0, off - prices[5] * cost)
        + prices[3] * max(0.0, load - most)
        + prices[4] * max(0, pieces - 1)
        + prices[6] * max(0, lots - 1)
    )


@njit(cache=True, nogil=True)
def _touched(z, o, owner, start, near, stamp, mark, stack):  # type: ignore[no-untyped-def]
    """Return how many pieces of operator o, without zone z, lie near z; marks ``mark`` and later are used."""
    count = 0
    for i in range(start[z], start[z + 1]):
        first = near[i]
        if owner[first] != o or stamp[first] == mark or first == z:
            continue
        count += 1
        stamp[first] = mark
        stack[0] = first
        top = 1
        while top:
            top -= 1
            v = stack[top]
            for j in range(start[v], start[v + 1]):
                w = near[j]
                if w != z and owner[w] == o and stamp[w] != mark:
                    stamp[w] = mark
                    stack[top] = w
                    top += 1
    return count


@njit(cache=True, nogil=True)
def kernel(  # type: ignore[no-untyped-def]
    owner,
    demand,
    load,
    surplus,
    cost,
    room,
    target,
    away,
    fixed,
    start,
    near,
    edge,
    touching,
    prices,
    most,
    steps,
    seed,
    hot,
    cold,
):
    """Return the best owner of each zone met while cooling (see `annealed`)."""
    n, k = len(owner), len(room) - 1
    np.random.seed(seed)
    owner = owner.copy()
    used, sums, offs, costs = np.zeros(k + 1), np.zeros(k + 1), np.zeros(k + 1), np.zeros(k + 1)
    pieces, lots = np.zeros(k + 1, dtype=np.int64), np.zeros(k + 1, dtype=np.int64)
    both = prices[6] > 0.0
    stamp, stack = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    mark = 0
    left = np.full(n, -1, dtype=np.int64)
    for z in range(n):  # built up zone by zone, so that the pieces are counted like later
        left[z] = owner[z]
    owner[:] = -1
    for z in range(n):
        o = left[z]
        mark += 1
        pieces[o] += 1 - _touched(z, o, owner, start, near, stamp, mark, stack)
        if both:
            mark += 1
            lots[o] += 1 - _touched(z, o, owner, edge, touching, stamp, mark, stack)
        owner[z] = o
        used[o] += demand[z]
        sums[o] += load[z]
        offs[o] += surplus[z]
        costs[o] += cost[z]
    now = 0.0
    for z in range(n):
        now += away[z, owner[z]]
    for o in range(k):
        now += _term(o, k, sums[o], offs[o], costs[o], pieces[o], lots[o], target, prices, most)
    best, best_cost = owner.copy(), now
    if n < 1 or k < 1:
        return best
    warmth = hot
    cooling = (cold / hot) ** (1.0 / max(1, steps))
    for _ in range(steps):
        warmth *= cooling
        z = np.random.randint(n)
        if fixed[z] >= 0:
            continue
        a = owner[z]
        degree = start[z + 1] - start[z]
        y = -1
        if degree > 0 and np.random.random() < 0.9:
            y = near[start[z] + np.random.randint(degree)]
            b = owner[y]
        else:
            b = np.random.randint(k + 1)
        if a == b:
            continue
        w = -1
        if np.random.random() < 0.5 and b != k and a != k:
            w = np.random.randint(n) if y < 0 else y
            for _hop in range(np.random.randint(4)):
                if start[w + 1] > start[w]:
                    w = near[start[w] + np.random.randint(start[w + 1] - start[w])]
            if owner[w] != b or fixed[w] >= 0:
                continue
        d_used, d_sum, d_off, d_cost = demand[z], load[z], surplus[z], cost[z]
        change = away[z, b] - away[z, a]
        if w >= 0:
            d_used -= demand[w]
            d_sum -= load[w]
            d_off -= surplus[w]
            d_cost -= cost[w]
            change += away[w, a] - away[w, b]
        if (d_used > 0 and used[b] + d_used > room[b]) or (d_used < 0 and used[a] - d_used > room[a]):
            continue
        before = _term(a, k, sums[a], offs[a], costs[a], pieces[a], lots[a], target, prices, most) + _term(
            b, k, sums[b], offs[b], costs[b], pieces[b], lots[b], target, prices, most
        )
        allowed = -warmth * np.log(1.0 - np.random.random())
        # At best no piece is left over: not worth counting them if that would be refused as well.
        hope = change - before
        hope += _term(a, k, sums[a] - d_sum, offs[a] - d_off, costs[a] - d_cost, 1, 1, target, prices, most)
        hope += _term(b, k, sums[b] + d_sum, offs[b] + d_off, costs[b] + d_cost, 1, 1, target, prices, most)
        if hope > allowed:
            continue
        p_a, p_b, l_a, l_b = pieces[a], pieces[b], lots[a], lots[b]
        mark += 1
        p_a += _touched(z, a, owner, start, near, stamp, mark, stack) - 1
        mark += 1
        p_b += 1 - _touched(z, b, owner, start, near, stamp, mark, stack)
        if both:
            mark += 1
            l_a += _touched(z, a, owner, edge, touching, stamp, mark, stack) - 1
            mark += 1
            l_b += 1 - _touched(z, b, owner, edge, touching, stamp, mark, stack)
        owner[z] = b
        if w >= 0:
            mark += 1
            p_b += _touched(w, b, owner, start, near, stamp, mark, stack) - 1
            mark += 1
            p_a += 1 - _touched(w, a, owner, start, near, stamp, mark, stack)
            if both:
                mark += 1
                l_b += _touched(w, b, owner, edge, touching, stamp, mark, stack) - 1
                mark += 1
                l_a += 1 - _touched(w, a, owner, edge, touching, stamp, mark, stack)
            owner[w] = a
        change += _term(
            a, k, sums[a] - d_sum, offs[a] - d_off, costs[a] - d_cost, p_a, l_a, target, prices, most
        )
        change += _term(
            b, k, sums[b] + d_sum, offs[b] + d_off, costs[b] + d_cost, p_b, l_b, target, prices, most
        )
        change -= before
        if change > allowed:
            owner[z] = a
            if w >= 0:
                owner[w] = b
            continue
        used[a] -= d_used
        used[b] += d_used
        sums[a] -= d_sum
        sums[b] += d_sum
        offs[a] -= d_off
        offs[b] += d_off
        costs[a] -= d_cost
        costs[b] += d_cost
        pieces[a], pieces[b], lots[a], lots[b] = p_a, p_b, l_a, l_b
        now += change
        if now < best_cost - 1e-12:
            best_cost = now
            best[:] = owner
    return best
