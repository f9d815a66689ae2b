"""Compiled loops of `bigmap.core.zoning.exact`: what each set of atoms is, and the search over partitions."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def fill_tables(near, link_m, ground, load):  # type: ignore[no-untyped-def]
    """Return (whole, total, cut_m, grounds) of every mask (see `bigmap.core.zoning.exact.Tables`)."""
    n, d = load.shape
    size = 1 << n
    whole = np.zeros(size, dtype=np.bool_)
    total = np.zeros((size, d))
    cut_m = np.zeros(size)
    grounds = np.zeros(size, dtype=np.int64)
    own = np.zeros(n, dtype=np.int64)
    for u in range(n):
        own[ground[u]] |= 1 << u
    degree = link_m.sum(axis=1)
    for mask in range(1, size):
        u = _lowest(mask)
        rest = mask & (mask - 1)
        for j in range(d):
            total[mask, j] = total[rest, j] + load[u, j]
        inner = 0.0
        for v in range(u + 1, n):
            if rest >> v & 1:
                inner += link_m[u, v]
        cut_m[mask] = cut_m[rest] + degree[u] - 2.0 * inner
        grounds[mask] = grounds[rest] | 1 << ground[u]
        left = mask
        good = True
        while left and good:
            here = own[ground[_lowest(left)]] & mask
            left &= ~here
            good = _flood(here, near) == here
        whole[mask] = good
    return whole, total, cut_m, grounds


@njit(cache=True, nogil=True)
def _lowest(mask):  # type: ignore[no-untyped-def]
    u = 0
    while not mask >> u & 1:
        u += 1
    return u


@njit(cache=True, nogil=True)
def _flood(mask, near):  # type: ignore[no-untyped-def]
    """Return the atoms of the mask that hang together with its lowest one."""
    reached = mask & -mask
    fresh = reached
    while fresh:
        wider = 0
        while fresh:
            wider |= near[_lowest(fresh)]
            fresh &= fresh - 1
        fresh = wider & mask & ~reached
        reached |= fresh
    return reached


@njit(cache=True, nogil=True)
def _count(mask):  # type: ignore[no-untyped-def]
    n = 0
    while mask:
        mask &= mask - 1
        n += 1
    return n


@njit(cache=True, nogil=True)
def search(  # type: ignore[no-untyped-def]
    n, k, mask, label, load, moved, cost, crossings, excess, strays, begin, by_mask, slot,
    all_load, low, high, moved_limit, mean, tolerance, step, first, budget,
):  # fmt: skip
    """Return (rows, looks): the best blocks in the order of `Limits`, -1 where there are none."""
    best = np.full(k, -1, dtype=np.int64)
    best_price = np.full(4, np.inf)
    rows = np.zeros(k, dtype=np.int64)
    at = np.zeros(k + 1, dtype=np.int64)
    end = np.zeros(k + 1, dtype=np.int64)
    free = np.zeros(k + 1, dtype=np.int64)
    used = np.zeros(k + 1, dtype=np.int64)
    rest_load = np.zeros(k + 1)
    away = np.zeros(k + 1)
    price = np.zeros((k + 1, 4))
    slack = 1e-9 * max(all_load, 1e-9)
    free[0] = (1 << n) - 1
    rest_load[0] = all_load
    depth, looks = 0, 0
    if k > 1:
        at[0], end[0] = begin[0], begin[1]
    else:
        at[0], end[0] = slot[free[0]], slot[free[0] + 1]
    while depth >= 0:
        if at[depth] == end[depth]:
            depth -= 1
            continue
        row = by_mask[at[depth]] if depth == k - 1 else at[depth]
        at[depth] += 1
        looks += 1
        if looks > budget:
            break
        if mask[row] & ~free[depth]:
            continue
        if label[row] >= 0 and used[depth] >> label[row] & 1:
            continue
        if away[depth] + moved[row] > moved_limit + slack:
            continue
        left = k - depth - 1
        rest = rest_load[depth] - load[row]
        after = free[depth] & ~mask[row]
        if rest < left * low - slack or rest > left * high + slack or _count(after) < left:
            continue
        now = price[depth + 1]
        now[0] = price[depth, 0] + crossings[row]
        now[1] = max(price[depth, 1], excess[row])
        if left > 0 and not first:
            even = abs(rest / left / mean - 1.0) - tolerance
            now[1] = max(now[1], np.ceil(even / step - 1e-6))
        now[2] = price[depth, 2] + strays[row]
        now[3] = price[depth, 3] + cost[row]
        worse = False
        for i in range(4):
            if now[i] > best_price[i] - (1e-9 if i == 3 else 0.0):
                worse = True
                break
            if now[i] < best_price[i]:
                break
        if worse:
            continue
        rows[depth] = row
        if left == 0:
            best[:] = rows
            best_price[:] = now
            if first:
                break
            continue
        depth += 1
        free[depth] = after
        rest_load[depth] = rest
        away[depth] = away[depth - 1] + moved[row]
        used[depth] = used[depth - 1] | (1 << label[row] if label[row] >= 0 else 0)
        if left == 1:
            at[depth], end[depth] = slot[after], slot[after + 1]
        else:
            u = _lowest(after)
            at[depth], end[depth] = begin[u], begin[u + 1]
    return best, looks
