"""Where the search for bundles begins: largest zones first, or ground that grows from seeds."""

from __future__ import annotations

import numpy as np

from bigmap.base.arrays import Ints
from bigmap.core.operators.bundling_model import Model

_SEARCH_STEPS = 100_000
_SEARCH_ZONES = 300  # the search goes one call deeper for each


def pack_operators(model: Model) -> Ints:
    """Return an assignment within the capacities that serves every zone if one is found.

    The heaviest zone comes first, each to the operator whose aim it fills least; where one is left over, a
    depth-first search looks for any way to serve all. It is exact unless given up after many steps.
    """
    owner = _greedy(model)
    if (owner < 0).any() and model.n <= _SEARCH_ZONES and model.demand.sum() <= model.room.sum():
        return _search(model, owner)
    return owner


def grow_bundles(model: Model, seed: int) -> Ints:
    """Return an assignment whose bundles grow zone by zone from seeds; what fits nobody stays without."""
    rng = np.random.default_rng(seed)
    owner = model.fixed.copy()
    used = np.bincount(owner[owner >= 0], model.demand[owner >= 0], model.k)
    full = np.zeros(model.k, dtype=bool)
    while (owner < 0).any() and not full.all():
        share = np.where(full, np.inf, used / np.maximum(model.target, 1e-12))
        to = int(rng.choice(np.flatnonzero(share == share.min())))
        beside = np.unique(
            np.concatenate(
                [model.near[model.start[z] : model.start[z + 1]] for z in np.flatnonzero(owner == to)]
            )
            if (owner == to).any()
            else np.zeros(0, dtype=np.int64)
        )
        free = beside[owner[beside] < 0] if len(beside) else beside
        free = free if len(free) else np.flatnonzero(owner < 0)
        free = free[used[to] + model.demand[free] <= model.room[to]]
        if not len(free):
            others = np.flatnonzero((owner < 0) & (used[to] + model.demand <= model.room[to]))
            full[to] = not len(others)
            free = others
        if len(free):
            zone = int(rng.choice(free))
            owner[zone] = to
            used[to] += max(model.demand[zone], 1e-9)
    return owner


def _greedy(model: Model) -> Ints:
    owner = model.fixed.copy()
    used = np.bincount(owner[owner >= 0], model.demand[owner >= 0], model.k)
    weight = np.maximum(model.target, 1e-12)
    for zone in np.argsort(-model.demand, kind="stable"):
        fits = used + model.demand[zone] <= model.room
        if owner[zone] < 0 and fits.any():
            owner[zone] = int(np.argmin(np.where(fits, (used + model.demand[zone]) / weight, np.inf)))
            used[owner[zone]] += model.demand[zone]
    return owner


def _search(model: Model, fallback: Ints) -> Ints:
    demand, weight = model.demand, np.maximum(model.target, 1e-12)
    owner = model.fixed.copy()
    left = model.room - np.bincount(owner[owner >= 0], demand[owner >= 0], model.k)
    order = [int(z) for z in np.argsort(-demand, kind="stable") if owner[z] < 0]
    steps = 0

    def place(depth: int) -> bool:
        nonlocal steps
        steps += 1
        if depth == len(order):
            return True
        zone = order[depth]
        fits = np.flatnonzero(left >= demand[zone])
        for to in fits[np.argsort(-(left[fits] / weight[fits]), kind="stable")]:
            owner[zone], left[to] = to, left[to] - demand[zone]
            if steps < _SEARCH_STEPS and place(depth + 1):
                return True
            left[to] += demand[zone]
        return False

    return owner if place(0) else fallback
