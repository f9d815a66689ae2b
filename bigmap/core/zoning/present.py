"""Present zones: what it costs to leave them, whether they may stay as they are, and the way back."""

from __future__ import annotations

import numpy as np

from bigmap.base.arrays import Floats, Ints
from bigmap.core.geometry.adjacency import pieces
from bigmap.core.zoning import kernels
from bigmap.core.zoning.rules import ZoningRules
from bigmap.core.zoning.zoning_model import Case, price_per_moved


def stay_prices(case: Case, rules: ZoningRules) -> Floats:
    """Return the price of each unit that is not in its present zone.

    A shorter border is never worth a move at a price of change of 1: a unit costs more than all its border
    brings.
    """
    at_home = case.home >= 0
    if not at_home.any():
        return np.zeros(case.graph.n)
    per_load = price_per_moved(rules.tolerance, float(case.target[0, 0]))
    price = per_load * (case.load[:, 0] + 0.02 * case.load[:, 0].mean())
    graph = case.graph
    degree = np.bincount(graph.left, graph.border_m, graph.n) + np.bincount(
        graph.right, graph.border_m, graph.n
    )
    cut_m = max(case.cut_m(case.home), 1.0)
    border = 1.01 * case.compactness * case.k / (2 * cut_m) * degree
    return np.asarray(np.where(at_home, rules.change_price * (price + border), 0.0))


def is_kept(case: Case, zone: Ints) -> bool:
    """Tell whether the zones keep every rule and tolerance as they are."""
    there = np.bincount(zone, minlength=case.k)
    whole = len(there) == case.k and there.min() > 0 and int(pieces(case.graph, zone).max()) + 1 == case.k
    bound = case.bound >= 0
    return bool(
        whole
        and (zone[bound] == case.bound[bound]).all()
        and not case.broken(zone)
        and case.worst(zone) <= 1 + 1e-9
    )


def returned(case: Case, zone: Ints) -> Ints:
    """Return the zones after units went back to their present zones where that breaks nothing.

    A unit goes back when its zone hangs together without it, the present one lies beside it, and neither a
    hard rule nor a deviation is worse than before, except within the tolerance.
    """
    start, near, _ = case.csr
    zone = zone.copy()
    seen, queue = np.zeros(case.graph.n, dtype=np.int64), np.zeros(case.graph.n, dtype=np.int64)
    stamp, again = 0, True
    size = np.bincount(zone, minlength=case.k)
    rival_start, rival = case.rival_lists
    total = case.totals(zone)
    while again:
        again = False
        away = np.flatnonzero((case.home >= 0) & (case.home != zone) & (case.bound < 0))
        for u in away[np.argsort(-case.load[away, 0], kind="stable")]:
            here, there = int(zone[u]), int(case.home[u])
            if size[here] == 1 or there not in zone[near[start[u] : start[u + 1]]]:
                continue
            if there in zone[rival[rival_start[u] : rival_start[u + 1]]]:
                continue
            if len(case.allowed) and not case.allowed[u, there]:
                continue
            after = total[[here, there]] + np.array([[-1.0], [1.0]]) * case.load[u]
            if not _no_worse(case, total, after, here, there):
                continue
            stamp += 1
            if kernels.can_leave(u, start, near, zone, seen, stamp, queue, case.graph.n + 1):
                zone[u], again = there, True
                size[here] -= 1
                size[there] += 1
                total[[here, there]] = after
    return zone


def _no_worse(case: Case, total: Floats, after: Floats, here: int, there: int) -> bool:
    both = [here, there]
    off = np.abs(total[both] / case.target[both] - 1) / case.tolerance
    then = np.abs(after / case.target[both] - 1) / case.tolerance
    if then.max() > max(1.0, off.max()) + 1e-9:
        return False
    slack = 1e-9 * case.target[0, 0]
    return bool(
        (after[:, 0] <= case.high[both] + slack).all() and (after[:, 0] >= case.low[both] - slack).all()
    )
