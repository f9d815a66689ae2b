"""Moving units across zone borders, one at a time, while every zone stays in one piece."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bigmap.base.i18n import Text
from bigmap.base.progress import Progress
from bigmap.core.adjacency import Graph

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_PASSES = 30
_BORDER_WEIGHT = 0.02  # how much the whole border counts against a squared deviation of 1


class Refiner:
    """Local search over single moves; the state is the zone of each unit.

    Parameters
    ----------
    graph : Graph
    load : ndarray of float, shape (n,)
    zone : ndarray of int, shape (n,)
        Start: each zone connected within its piece of ground.
    target : ndarray of float, shape (k,)
        Wanted load of each zone.
    """

    def __init__(self, graph: Graph, load: Floats, zone: Ints, target: Floats) -> None:
        matrix = graph.matrix()
        self._start = matrix.indptr.tolist()
        self._near = matrix.indices.tolist()
        self._border = matrix.data.tolist()
        self._load = load.tolist()
        self.zone = zone.tolist()
        self._target = target.tolist()
        self._sum = np.bincount(zone, weights=load, minlength=len(target)).tolist()
        self._count = np.bincount(zone, minlength=len(target)).tolist()
        crossing = zone[graph.left] != zone[graph.right]
        cut = graph.border_m[crossing].sum()
        self._border_price = _BORDER_WEIGHT / max(cut, 1.0)

    def run(self, progress: Progress) -> Ints:
        """Move units until no move helps, and return the zone of each unit."""
        for turn in range(_PASSES):
            progress.step(turn / _PASSES, Text("Balancing the zones"))
            if not sum(self._improve(u) for u in range(len(self.zone))):
                break
        return np.array(self.zone, dtype=np.int64)

    def _improve(self, u: int) -> bool:
        here = self.zone[u]
        if self._count[here] == 1:
            return False
        shared = self._shared_borders(u)
        best, best_change = here, -1e-12
        for there in shared:
            if there != here:
                change = self._change(u, here, there, shared)
                if change < best_change:
                    best, best_change = there, change
        if best == here or not self._can_leave(u):
            return False
        self._move(u, here, best)
        return True

    def _shared_borders(self, u: int) -> dict[int, float]:
        shared: dict[int, float] = {}
        for i in range(self._start[u], self._start[u + 1]):
            there = self.zone[self._near[i]]
            shared[there] = shared.get(there, 0.0) + self._border[i]
        return shared

    def _change(self, u: int, here: int, there: int, shared: dict[int, float]) -> float:
        """Return the change of the objective: squared relative deviations plus the border's price."""
        load = self._load[u]
        from_, to = self._target[here], self._target[there]
        a, b = self._sum[here] - from_, self._sum[there] - to
        balance = ((a - load) ** 2 - a**2) / from_**2 + ((b + load) ** 2 - b**2) / to**2
        return balance + self._border_price * (shared.get(here, 0.0) - shared[there])

    def _can_leave(self, u: int) -> bool:
        """Return whether the unit's zone stays connected without it."""
        here = self.zone[u]
        mates = [v for v in self._near[self._start[u] : self._start[u + 1]] if self.zone[v] == here]
        if len(mates) < 2:
            return len(mates) == 1
        wanted = set(mates[1:])
        seen, queue = {u, mates[0]}, [mates[0]]
        while queue and wanted:
            v = queue.pop()
            for w in self._near[self._start[v] : self._start[v + 1]]:
                if w not in seen and self.zone[w] == here:
                    seen.add(w)
                    wanted.discard(w)
                    queue.append(w)
        return not wanted

    def _move(self, u: int, here: int, there: int) -> None:
        self.zone[u] = there
        self._sum[here] -= self._load[u]
        self._sum[there] += self._load[u]
        self._count[here] -= 1
        self._count[there] += 1
