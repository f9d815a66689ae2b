"""Zones above the maximum load, split until none is."""

from __future__ import annotations

import numpy as np

from bigmap.base.arrays import Bools, Ints
from bigmap.core.geometry.adjacency import induced, pieces
from bigmap.core.zoning import kernels
from bigmap.core.zoning.zoning_model import Case


def split_heavy(case: Case, zone: Ints, limit: float, most: int, seed: int) -> Ints:
    """Return the zones after each one above the limit was split into connected parts that are not.

    Parameters
    ----------
    case : Case
        No unit alone above ``limit``.
    zone : ndarray of int, shape (n,)
    limit : float
        Largest first load of a zone.
    most : int
        Largest number of zones.
    seed : int
    """
    zone = zone.copy()
    rng = np.random.default_rng(seed)
    heavy = [z for z, total in enumerate(case.totals(zone)[:, 0]) if total > limit * (1 + 1e-9)]
    while heavy and zone.max() + 1 < most:
        members = np.flatnonzero(zone == heavy[0])
        piece = pieces(induced(case.graph, members), np.zeros(len(members), dtype=np.int64))
        part = piece > 0 if piece.max() > 0 else _branch_off(case, members, limit, rng)
        fresh = int(zone.max()) + 1
        zone[members[part]] = fresh
        total = np.bincount(zone, weights=case.load[:, 0])
        heavy = [*heavy[1:], *(z for z in (heavy[0], fresh) if total[z] > limit * (1 + 1e-9))]
    return zone


def _branch_off(case: Case, members: Ints, limit: float, rng: np.random.Generator) -> Bools:
    """Return which of the members become a new zone: bound units stay, and the new one keeps the limit
    if it can.
    """
    inner = case.among(members)
    total = float(inner.load[:, 0].sum())
    count = int(total / limit) + 1
    target = total * np.array([[(count - 1) / count], [1 / count]])
    order, parent = kernels.random_tree(
        inner.graph.n, inner.graph.left, inner.graph.right, rng.random(len(inner.graph.left))
    )
    root, flipped, _ = kernels.best_cut(
        order, parent, np.ascontiguousarray(inner.load[:, :1]), np.where(inner.bound >= 0, 0, -1), target,
        np.array([0.02]), np.ones(1), np.full(2, -np.inf), np.array([np.inf, limit]),
    )  # fmt: skip
    return kernels.branch(order, parent, root) != flipped
