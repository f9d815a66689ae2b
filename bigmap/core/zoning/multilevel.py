"""The global structure of the zones: a multilevel partition of the contiguity graph."""

from __future__ import annotations

from functools import cache

import mtkahypar
import numpy as np
import numpy.typing as npt

from bigmap.core.adjacency import Graph

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_WEIGHT_SUM = 1_000_000_000  # loads become whole numbers that sum to about this


def split(graph: Graph, load: Floats, k: int, tolerance: float, seed: int) -> Ints:
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
    context.set_partitioning_parameters(k, tolerance, mtkahypar.Objective.CUT)
    context.logging = False
    edges = np.column_stack([graph.left, graph.right]).tolist()
    border = np.maximum(1, np.round(graph.border_m * 10)).astype(np.int64).tolist()
    parts = engine.create_graph(context, graph.n, len(edges), edges, _whole(load), border).partition(context)
    return np.array([parts.block_id(u) for u in range(graph.n)], dtype=np.int64)


def _whole(load: Floats) -> list[int]:
    total = load.sum()
    scaled = load / total * _WEIGHT_SUM if total > 0 else np.ones_like(load)
    return np.round(scaled).astype(np.int64).tolist()


@cache
def _engine() -> mtkahypar.Initializer:
    return mtkahypar.initialize(1, print_warnings=False)
