"""Compiled inner loops of zone building: what an assignment costs, and moves that keep zones in one piece.

All functions work on plain arrays of one `bigmap.core.zoning.zoning_model.Case`; `bigmap.core.zoning.search`
drives them.
"""

from __future__ import annotations

import numpy as np
from numba import njit

INSIDE = 0.01  # price of a deviation within the tolerance: at its edge, against BEYOND a tolerance farther
BEYOND = 10.0
STEP = 0.3  # price of being beyond at all, so that the last unit that is missing is worth its move
HARD = 1e5  # price of a broken hard rule
_LOOKS = 3000  # units looked at before a unit is thought to hold its zone together


@njit(cache=True, nogil=True)
def zone_price(total, target, tolerance, weight, low, high):  # type: ignore[no-untyped-def]
    """Return the price of the loads of one zone, shape (d,): deviations, and breaking the hard limits."""
    price = 0.0
    for j in range(len(total)):
        x = abs(total[j] / target[j] - 1.0) / tolerance[j]
        price += weight[j] * INSIDE * x * x
        if x > 1.0 + 1e-9:
            price += weight[j] * (STEP + BEYOND * (x - 1.0))
    slack = 1e-9 * target[0]
    if total[0] > high + slack:
        price += HARD * (0.01 + (total[0] - high) / target[0])
    elif total[0] < low - slack:
        price += HARD * (0.01 + (low - total[0]) / target[0])
    return price


@njit(cache=True, nogil=True)
def _random(state):  # type: ignore[no-untyped-def]
    """Return the next number of xorshift64* in [0, 1) (Vigna, ACM TOMS 42, 2016)."""
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    return np.float64((x * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0


@njit(cache=True, nogil=True)
def can_leave(u, start, near, zone, seen, stamp, queue, looks):  # type: ignore[no-untyped-def]
    """Return whether the zone of ``u`` hangs together without it; False also after ``looks`` units."""
    here = zone[u]
    wanted = 0
    first = -1
    for i in range(start[u], start[u + 1]):
        v = near[i]
        if zone[v] == here:
            wanted += 1
            first = v
            seen[v] = -stamp
    if wanted < 2:
        return wanted == 1
    seen[u] = stamp
    seen[first] = stamp
    wanted -= 1
    queue[0] = first
    head, tail = 0, 1
    while head < tail and wanted > 0 and tail < looks:
        v = queue[head]
        head += 1
        for i in range(start[v], start[v + 1]):
            w = near[i]
            if zone[w] == here and seen[w] != stamp:
                if seen[w] == -stamp:
                    wanted -= 1
                seen[w] = stamp
                queue[tail] = w
                tail += 1
    return wanted == 0


@njit(cache=True, nogil=True)
def _is_border(u, start, near, zone):  # type: ignore[no-untyped-def]
    for i in range(start[u], start[u + 1]):
        if zone[near[i]] != zone[u]:
            return True
    return False


@njit(cache=True, nogil=True)
def _fit_border(u, start, near, zone, fixed, border, place, count):  # type: ignore[no-untyped-def]
    """Put ``u`` on the list of units along borders or take it off; return the length of the list."""
    wanted = not fixed[u] and _is_border(u, start, near, zone)
    if wanted and place[u] < 0:
        place[u] = count
        border[count] = u
        count += 1
    elif not wanted and place[u] >= 0:
        count -= 1
        last = border[count]
        border[place[u]] = last
        place[last] = place[u]
        place[u] = -1
    return count


@njit(cache=True, nogil=True)
def _side_price(u, here, there, start, near, length, zone, cut_price):  # type: ignore[no-untyped-def]
    change = 0.0
    for i in range(start[u], start[u + 1]):
        z = zone[near[i]]
        if z == here:
            change += length[i]
        elif z == there:
            change -= length[i]
    return change * cut_price


@njit(cache=True, nogil=True)
def _rule_price(u, here, there, zone, allowed, rival_start, rival, home, stay):  # type: ignore[no-untyped-def]
    """Return the price change of a move by reach, rivals and the wish to stay."""
    change = 0.0
    if len(allowed):
        if allowed[u, here] and not allowed[u, there]:
            change += HARD
        elif allowed[u, there] and not allowed[u, here]:
            change -= HARD
    if len(rival):
        for i in range(rival_start[u], rival_start[u + 1]):
            z = zone[rival[i]]
            if z == there:
                change += HARD
            elif z == here:
                change -= HARD
    if home[u] >= 0:
        if here == home[u]:
            change += stay[u]
        elif there == home[u]:
            change -= stay[u]
    return change


@njit(cache=True, nogil=True)
def anneal(  # type: ignore[no-untyped-def]
    start, near, length, load, fixed, allowed, rival_start, rival, home, stay, moved_limit,
    target, tolerance, weight, low, high, cut_price, peak_price, zone, trials, hot, cold, seed, stop,
):  # fmt: skip
    """Return (zone, change): the best assignment met while cooling from ``hot`` to ``cold``, and its
    price change.

    Single units along borders change zones by the rule of Metropolis et al., *J. Chem. Phys.* 21 (1953);
    a move
    that would tear a zone or empty it is never made. ``zone`` is left untouched. Another thread may end the
    search by ``stop[0]``.
    """
    n, k, d = len(start) - 1, len(target), load.shape[1]
    zone = zone.copy()
    state = np.array([np.uint64(seed * 2 + 1) * np.uint64(0x9E3779B97F4A7C15)], dtype=np.uint64)
    total = np.zeros((k, d))
    size = np.zeros(k, dtype=np.int64)
    moved = 0.0
    for u in range(n):
        size[zone[u]] += 1
        for j in range(d):
            total[zone[u], j] += load[u, j]
        if home[u] >= 0 and home[u] != zone[u]:
            moved += load[u, 0]
    price = np.zeros(k)
    for z in range(k):
        price[z] = zone_price(total[z], target[z], tolerance, weight, low[z], high[z])
    border = np.zeros(n, dtype=np.int64)
    place = np.full(n, -1, dtype=np.int64)
    count = 0
    for u in range(n):
        count = _fit_border(u, start, near, zone, fixed, border, place, count)
    seen = np.zeros(n, dtype=np.int64)
    queue = np.zeros(n, dtype=np.int64)
    after_a, after_b = np.zeros(d), np.zeros(d)
    journal = np.zeros((1024, 2), dtype=np.int64)
    done, stamp = 0, 0
    now, best = 0.0, 0.0
    cooling = (cold / hot) ** (1.0 / max(1, trials))
    heat = hot
    for trial in range(trials):
        heat *= cooling
        if count == 0 or (trial & 0xFFF == 0 and stop[0]):
            break
        u = border[int(_random(state) * count)]
        here = zone[u]
        there = zone[near[start[u] + int(_random(state) * (start[u + 1] - start[u]))]]
        if here == there or size[here] == 1:
            continue
        change = _side_price(u, here, there, start, near, length, zone, cut_price)
        change += _rule_price(u, here, there, zone, allowed, rival_start, rival, home, stay)
        for j in range(d):
            after_a[j] = total[here, j] - load[u, j]
            after_b[j] = total[there, j] + load[u, j]
        price_a = zone_price(after_a, target[here], tolerance, weight, low[here], high[here])
        price_b = zone_price(after_b, target[there], tolerance, weight, low[there], high[there])
        change += price_a + price_b - price[here] - price[there]
        if peak_price > 0.0:
            peak, after = 0.0, max(price_a, price_b)
            for z in range(k):
                peak = max(peak, price[z])
                if z != here and z != there:
                    after = max(after, price[z])
            change += peak_price * (after - peak)
        if change > 0.0 and _random(state) >= np.exp(-change / heat):
            continue
        shift = 0.0
        if home[u] >= 0:
            if here == home[u]:
                shift = load[u, 0]
            elif there == home[u]:
                shift = -load[u, 0]
        if shift > 0.0 and moved + shift > moved_limit:
            continue
        stamp += 1
        if not can_leave(u, start, near, zone, seen, stamp, queue, _LOOKS):
            continue
        zone[u] = there
        moved += shift
        size[here] -= 1
        size[there] += 1
        for j in range(d):
            total[here, j] = after_a[j]
            total[there, j] = after_b[j]
        price[here], price[there] = price_a, price_b
        count = _fit_border(u, start, near, zone, fixed, border, place, count)
        for i in range(start[u], start[u + 1]):
            count = _fit_border(near[i], start, near, zone, fixed, border, place, count)
        now += change
        if now < best - 1e-9:
            best = now
            done = 0
        else:
            if done == len(journal):
                longer = np.zeros((2 * done, 2), dtype=np.int64)
                longer[:done] = journal
                journal = longer
            journal[done, 0] = u
            journal[done, 1] = here
            done += 1
    while done > 0:
        done -= 1
        zone[journal[done, 0]] = journal[done, 1]
    return zone, best


@njit(cache=True, nogil=True)
def _find(parent, u):  # type: ignore[no-untyped-def]
    while parent[u] != u:
        parent[u] = parent[parent[u]]
        u = parent[u]
    return u


@njit(cache=True, nogil=True)
def random_tree(n, left, right, key):  # type: ignore[no-untyped-def]
    """Return (order, parent) of a spanning tree of a connected graph: edges taken in the order of ``key``.

    ``order`` lists the units from the root outwards; the parent of the root is -1.
    """
    boss = np.arange(n)
    degree = np.zeros(n + 1, dtype=np.int64)
    chosen = np.zeros(n, dtype=np.int64)
    taken = 0
    for e in np.argsort(key):
        a, b = _find(boss, left[e]), _find(boss, right[e])
        if a != b:
            boss[a] = b
            chosen[taken] = e
            taken += 1
            degree[left[e]] += 1
            degree[right[e]] += 1
    start = np.zeros(n + 1, dtype=np.int64)
    for u in range(n):
        start[u + 1] = start[u] + degree[u]
    fill = start[:n].copy()
    near = np.zeros(max(1, 2 * taken), dtype=np.int64)
    for i in range(taken):
        a, b = left[chosen[i]], right[chosen[i]]
        near[fill[a]] = b
        fill[a] += 1
        near[fill[b]] = a
        fill[b] += 1
    order = np.zeros(n, dtype=np.int64)
    parent = np.full(n, -1, dtype=np.int64)
    head, tail = 0, 1
    while head < tail:
        u = order[head]
        head += 1
        for i in range(start[u], start[u + 1]):
            v = near[i]
            if v != parent[u]:
                parent[v] = u
                order[tail] = v
                tail += 1
    return order, parent


@njit(cache=True, nogil=True)
def best_cut(order, parent, load, tied, target, tolerance, weight, low, high):  # type: ignore[no-untyped-def]
    """Return (root, flipped, price): the tree edge whose two sides cost least as the zones 0 and 1.

    The branch from ``root`` down becomes zone 1, or zone 0 where ``flipped``. ``tied`` is the zone 0 or 1 a
    unit must be in, -1 for either. ``root`` is -1 where no edge keeps the ties.
    """
    n, d = load.shape
    below = load.copy()
    ties = np.zeros((n, 2), dtype=np.int64)
    all_load = np.zeros(d)
    all_ties = np.zeros(2, dtype=np.int64)
    for u in range(n):
        for j in range(d):
            all_load[j] += load[u, j]
        if tied[u] >= 0:
            ties[u, tied[u]] += 1
            all_ties[tied[u]] += 1
    for i in range(n - 1, 0, -1):
        u = order[i]
        for j in range(d):
            below[parent[u], j] += below[u, j]
        ties[parent[u], 0] += ties[u, 0]
        ties[parent[u], 1] += ties[u, 1]
    best, root, flipped = np.inf, -1, False
    a, b = np.zeros(d), np.zeros(d)
    for i in range(1, n):
        u = order[i]
        for flip in range(2):
            if ties[u, flip] > 0 or ties[u, 1 - flip] < all_ties[1 - flip]:
                continue
            for j in range(d):
                inner, outer = below[u, j], all_load[j] - below[u, j]
                a[j] = inner if flip else outer
                b[j] = outer if flip else inner
            price = zone_price(a, target[0], tolerance, weight, low[0], high[0])
            price += zone_price(b, target[1], tolerance, weight, low[1], high[1])
            if price < best:
                best, root, flipped = price, u, flip == 1
    return root, flipped, best


@njit(cache=True, nogil=True)
def branch(order, parent, root):  # type: ignore[no-untyped-def]
    """Return which units lie on the branch of the tree from ``root`` down."""
    inside = np.zeros(len(order), dtype=np.bool_)
    inside[root] = True
    for i in range(1, len(order)):
        u = order[i]
        if inside[parent[u]]:
            inside[u] = True
    return inside


@njit(cache=True, nogil=True)
def clusters(start, near, length, weight, zone, free, cap, order):  # type: ignore[no-untyped-def]
    """Return a cluster for each unit, numbered by one of its units: connected, within one zone, below
    ``cap``.

    Each unit in ``order`` that is still alone joins the neighbouring cluster with the longest border for
    its weight,
    as multilevel partitioners do (Karypis and Kumar, *SIAM J. Sci. Comput.* 20, 1998).
    """
    n = len(start) - 1
    label = np.arange(n)
    heavy = weight.copy()
    members = np.ones(n, dtype=np.int64)
    shared = np.zeros(n)
    for u in order:
        if not free[u] or members[u] != 1 or label[u] != u:
            continue
        for i in range(start[u], start[u + 1]):
            v = near[i]
            if free[v] and zone[v] == zone[u]:
                shared[label[v]] += length[i]
        best, best_rating = -1, 0.0
        for i in range(start[u], start[u + 1]):
            c = label[near[i]]
            if shared[c] > 0.0:
                rating = shared[c] / (1e-9 * cap + heavy[c])
                if rating > best_rating and heavy[c] + weight[u] <= cap:
                    best, best_rating = c, rating
        for i in range(start[u], start[u + 1]):
            shared[label[near[i]]] = 0.0
        if best >= 0:
            label[u] = best
            heavy[best] += weight[u]
            members[best] += 1
            members[u] = 0
    return label
