"""The global structure of the zones: a multilevel partition of the contiguity graph."""

from __future__ import annotations

import os
from functools import cache

import mtkahypar
import numpy as np
import numpy.typing as npt

from bigmap.core.adjacency import Graph

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_WEIGHT_SUM = 1_000_000_000  # loads become whole numbers that sum to about this


def split(graph: Graph, load: Floats, k: int, tolerance: float, seed: int, bound: Ints | None = None) -> Ints:
    """Return a part 0 … k-1 for each unit: balanced load, short borders; pieces are not yet guaranteed.

    Parameters
    ----------
    graph : Graph
        Connected, with border lengths in metres.
    load : ndarray of float, shape (n,)
        At least 0.
    k : int
        Number of parts, at most n.
    tolerance : float
        Allowed excess of a part over the mean, as a share.
    seed : int
    bound : ndarray of int, shape (n,), optional
        Part a unit must be in, -1 for any.

    Notes
    -----
    Mt-KaHyPar, deterministic preset: Gottesbüren, Heuer, Maas, Sanders and Schlag, *ACM Transactions on
    Algorithms* 20 (2024).
    """
    if k == 1:
        return np.zeros(graph.n, dtype=np.int64)
    engine = _engine()
    mtkahypar.set_seed(seed)
    context = engine.context_from_preset(mtkahypar.PresetType.DETERMINISTIC_QUALITY)
    context.set_partitioning_parameters(k, min(max(tolerance, 0.01), 0.9), mtkahypar.Objective.CUT)
    context.logging = False
    edges = np.column_stack([graph.left, graph.right]).tolist()
    border = np.maximum(1, np.round(graph.border_m * 10)).astype(np.int64).tolist()
    made = engine.create_graph(context, graph.n, len(edges), edges, _whole(load), border)
    if bound is not None and (bound >= 0).any():
        made.add_fixed_vertices(bound.tolist(), k)
    return np.array(made.partition(context).get_partition(), dtype=np.int64)


def _whole(load: Floats) -> list[int]:
    total = load.sum()
    scaled = load / total * _WEIGHT_SUM if total > 0 else np.ones_like(load)
    return np.round(scaled).astype(np.int64).tolist()


@cache
def _engine() -> mtkahypar.Initializer:
    return mtkahypar.initialize(min(2, os.cpu_count() or 1), print_warnings=False)
