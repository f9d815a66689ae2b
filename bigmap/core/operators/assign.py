"""Bundles: which operator serves which zones, within the operators' capacities."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from bigmap.base.arrays import Floats, Ints
from bigmap.base.i18n import Text
from bigmap.base.jit import PREPARING, is_compiled
from bigmap.base.problems import ProblemLog
from bigmap.base.progress import Progress
from bigmap.core.geometry.adjacency import Graph
from bigmap.core.operators.anneal import annealed, kernel
from bigmap.core.operators.branch_and_bound import solve_exactly
from bigmap.core.operators.bundling_model import Model, model_of, score
from bigmap.core.operators.bundling_reports import report_bundling
from bigmap.core.operators.bundling_rules import BundleRules
from bigmap.core.operators.initial import grow_bundles, pack_operators

_STARTS = 8
_STEPS_A_ZONE, _LEAST, _MOST = 4_000, 20_000, 1_200_000


@dataclass(frozen=True)
class Bundle:
    """Who serves which zone.

    Attributes
    ----------
    owner : ndarray of int, shape (n zones,)
        Row of the operators, -1 where no capacity is left.
    objective : float
        What it costs by `bigmap.core.operators.bundling_model.score`; lower is better.
    proven : bool
        Whether no assignment at all costs less.
    """

    owner: Ints
    objective: float
    proven: bool

    @property
    def bound(self) -> float | None:
        """Least cost that any assignment can have, None where it is not known."""
        return self.objective if self.proven else None


def bundle_operators(
    zones: gpd.GeoDataFrame,
    graph: Graph,
    operators: pd.DataFrame,
    problems: ProblemLog | None = None,
    progress: Progress | None = None,
    *,
    rules: BundleRules | None = None,
    distance_km: Floats | None = None,
) -> Ints:
    """Return the operator of each zone; `bundle` also tells whether the answer is proven.

    Parameters
    ----------
    zones : geopandas.GeoDataFrame
        ``zone_id``, ``hh`` (households, what capacities are counted in), and where known ``load``,
        ``cost_y`` and ``income_y`` (yuan a year).
    graph : Graph
        Adjacency of the zones.
    operators : pandas.DataFrame
        ``operator_id``, ``name``, ``capacity`` (households; NaN for no limit).
    problems : ProblemLog, optional
        Told of every zone that fits no operator, and of every rule that could not be kept.
    progress : Progress, optional
    rules : BundleRules, optional
    distance_km : ndarray of float, shape (n zones, n operators), optional
        From each zone to the ground that each operator serves today; NaN for one who serves none.

    Returns
    -------
    ndarray of int, shape (n zones,)
        Row of ``operators``, -1 where no capacity is left.

    Raises
    ------
    UserError
        For locks that cannot be kept.
    """
    return bundle(zones, graph, operators, problems, progress, rules=rules, distance_km=distance_km).owner


def bundle(
    zones: gpd.GeoDataFrame,
    graph: Graph,
    operators: pd.DataFrame,
    problems: ProblemLog | None = None,
    progress: Progress | None = None,
    *,
    rules: BundleRules | None = None,
    distance_km: Floats | None = None,
) -> Bundle:
    """Give zones to operators: loads like the capacities, cover ratios like the whole, ground in few pieces.

    Several seeded starts are annealed; where there are few zones a branch and bound then proves the best.
    The parameters are those of `bundle_operators`.

    Returns
    -------
    Bundle
        Capacities are never exceeded and locks always kept.

    Raises
    ------
    UserError
        For locks that cannot be kept.
    """
    rules, progress = rules or BundleRules(), progress or Progress()
    model = model_of(zones, graph, operators, rules, distance_km)
    owner = _searched(model, rules.seed, progress.part(0.0, 0.6))
    owner, sure = solve_exactly(model, owner, progress.part(0.6, 1.0))
    report_bundling(zones, operators, model, owner, rules, problems if problems is not None else ProblemLog())
    return Bundle(owner, score(model, owner), sure)


def _searched(model: Model, seed: int, progress: Progress) -> Ints:
    """Return the best of several annealed starts; two at a time, each by its own seed."""
    if not model.n or not model.k:
        return np.full(model.n, -1, dtype=np.int64)
    steps = min(_MOST, max(_LEAST, _STEPS_A_ZONE * model.n))
    best, least = pack_operators(model), np.inf
    doing = Text("Giving zones to operators") if is_compiled(kernel) else PREPARING
    with ThreadPoolExecutor(2) as pool:
        jobs = [
            pool.submit(annealed, model, start, steps, seed + i)
            for i, start in enumerate(_starts(model, best, seed))
        ]
        try:
            for i, job in enumerate(jobs):
                progress.step(i / len(jobs), doing)
                if np.isfinite(least) and progress.enough():
                    break
                owner = job.result()
                cost = score(model, owner)
                if cost < least - 1e-12:
                    best, least = owner, cost
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    return best


def _starts(model: Model, first: Ints, seed: int) -> Iterator[Ints]:
    yield first
    for i in range(1, _STARTS):
        yield grow_bundles(model, seed + i)
