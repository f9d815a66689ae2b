"""Bundles: which operator serves which zones, within the operators' capacities."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from bigmap.base.i18n import Text
from bigmap.base.problems import ProblemLog, Severity
from bigmap.base.progress import Progress
from bigmap.core.adjacency import Graph

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_SEARCH_STEPS = 100_000
_SEARCH_ZONES = 300  # the search goes one call deeper for each
_TRIALS = 30_000


def bundle_operators(
    zones: gpd.GeoDataFrame,
    graph: Graph,
    operators: pd.DataFrame,
    problems: ProblemLog | None = None,
    progress: Progress | None = None,
) -> Ints:
    """Return the operator of each zone: row of ``operators``, -1 where no capacity is left.

    The heaviest zone is placed first, each with the operator whose capacity it fills least; where a zone is
    left over, a search looks for any way to serve all. Then single zones move or change places while that
    makes the use of the capacities more even or the operators' ground more connected.

    Parameters
    ----------
    zones : geopandas.GeoDataFrame
        ``zone_id`` and ``hh`` (households, what capacities are counted in).
    graph : Graph
        Adjacency of the zones (`bigmap.core.adjacency.merged`).
    operators : pandas.DataFrame
        ``operator_id``, ``name``, ``capacity`` (households; NaN for no limit).
    problems : ProblemLog, optional
        Told of every zone that fits no operator.
    progress : Progress, optional

    Returns
    -------
    ndarray of int, shape (n zones,)
        Capacities are never exceeded.
    """
    problems = problems if problems is not None else ProblemLog()
    demand = zones["hh"].to_numpy(float)
    capacity = operators["capacity"].to_numpy(float)
    fair = demand.sum() / max(1, len(operators))
    room = np.where(np.isnan(capacity), np.inf, capacity)
    weight = np.where(np.isnan(capacity), fair, np.maximum(capacity, 1.0))
    owner = _greedy(demand, room, weight)
    if (owner < 0).any() and len(owner) <= _SEARCH_ZONES:
        owner = _packed(demand, room, weight, owner)
    owner = _improved(owner, demand, room, weight, graph, progress or Progress())
    _tell_unserved(zones, operators, owner, demand, room, problems)
    return owner


def _greedy(demand: Floats, room: Floats, weight: Floats) -> Ints:
    owner = np.full(len(demand), -1, dtype=np.int64)
    used = np.zeros(len(room))
    for zone in np.argsort(-demand, kind="stable"):
        fits = used + demand[zone] <= room
        if not fits.any():
            continue
        share = np.where(fits, (used + demand[zone]) / weight, np.inf)
        owner[zone] = int(np.argmin(share))
        used[owner[zone]] += demand[zone]
    return owner


def _packed(demand: Floats, room: Floats, weight: Floats, fallback: Ints) -> Ints:
    """Return an assignment that serves every zone, by depth-first search, else the fallback.

    Exact unless the search is given up after `_SEARCH_STEPS` steps.
    """
    order = np.argsort(-demand, kind="stable")
    left = room.copy()
    owner = np.full(len(demand), -1, dtype=np.int64)
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

    return owner if demand.sum() <= room.sum() and place(0) else fallback


def _cost(owner: Ints, demand: Floats, weight: Floats, graph: Graph) -> float:
    """Return how uneven the use of the capacities is, less a bonus for borders inside a bundle."""
    served = owner >= 0
    used = np.bincount(owner[served], weights=demand[served], minlength=len(weight)) / weight
    mean = demand[served].sum() / weight.sum()
    uneven = float(((used - mean) ** 2).sum()) / max(mean**2, 1e-12)
    same = (owner[graph.left] == owner[graph.right]) & served[graph.left]
    return uneven - float(graph.border_m[same].sum()) / max(float(graph.border_m.sum()), 1e-12)


def _improved(
    owner: Ints, demand: Floats, room: Floats, weight: Floats, graph: Graph, progress: Progress
) -> Ints:
    """Move single zones and swap pairs as long as the cost falls, for at most `_TRIALS` looks."""
    best = _cost(owner, demand, weight, graph)
    trials = 0
    improving = True
    while improving:
        improving = False
        for trial in _neighbours(owner, demand, room):
            trials += 1
            if trials % 500 == 0:
                progress.step(min(1.0, trials / _TRIALS), Text("Giving zones to operators"))
            if trials > _TRIALS:
                return owner
            cost = _cost(trial, demand, weight, graph)
            if cost < best - 1e-12:
                owner, best, improving = trial, cost, True
                break
    return owner


def _neighbours(owner: Ints, demand: Floats, room: Floats) -> Iterator[Ints]:
    """Yield every assignment one move or swap away that keeps the capacities and serves no fewer zones."""
    used = np.bincount(owner[owner >= 0], weights=demand[owner >= 0], minlength=len(room))
    for zone in range(len(owner)):
        for to in np.flatnonzero(used + demand[zone] <= room):
            if to != owner[zone]:
                yield _changed(owner, {zone: int(to)})
    for a in range(len(owner)):
        for b in range(a + 1, len(owner)):
            x, y = owner[a], owner[b]
            delta = demand[b] - demand[a]
            if x != y and x >= 0 and y >= 0 and used[x] + delta <= room[x] and used[y] - delta <= room[y]:
                yield _changed(owner, {a: y, b: x})


def _changed(owner: Ints, change: dict[int, int]) -> Ints:
    trial = owner.copy()
    for zone, to in change.items():
        trial[zone] = to
    return trial


def _tell_unserved(
    zones: gpd.GeoDataFrame,
    operators: pd.DataFrame,
    owner: Ints,
    demand: Floats,
    room: Floats,
    log: ProblemLog,
) -> None:
    served = owner >= 0
    left = room - np.bincount(owner[served], weights=demand[served], minlength=len(room))
    for zone in np.flatnonzero(~served):
        most = int(np.argmax(left))
        log.add(
            Severity.ERROR,
            "capacity",
            "No operator has room for zone {zone} with {hh:,.0f} households: {operator} has the most left,"
            " {left:,.0f}; raise a capacity by {short:,.0f} or make more and smaller zones",
            zone=str(zones["zone_id"].iloc[zone]),
            hh=float(demand[zone]),
            operator=str(operators["name"].iloc[most]),
            left=float(left[most]),
            short=float(demand[zone] - left[most]),
        )
