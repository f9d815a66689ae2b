"""The global structure of the zones: a multilevel partition of the contiguity graph."""

from __future__ import annotations

import atexit
import json
import logging
import subprocess
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse.csgraph import reverse_cuthill_mckee

from bigmap.base import child_processes
from bigmap.base.arrays import Floats, Ints
from bigmap.base.progress import Progress
from bigmap.base.shortage import raise_shortage
from bigmap.core.geometry.adjacency import Graph

log = logging.getLogger(__name__)
_WEIGHT_SUM = 1_000_000_000  # loads become whole numbers that sum to about this
_PATIENCE_S, _PATIENCE_PER_UNIT_S = 20.0, 0.01  # some hundred times as long as it takes
_PROGRAM = Path(__file__).with_name("partition_process.py")


def partition(
    graph: Graph,
    load: Floats,
    k: int,
    tolerance: float,
    seed: int,
    bound: Ints | None = None,
    progress: Progress | None = None,
) -> Ints:
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
    progress : Progress, optional
        Saying enough gives `strips`, which are there at once.

    Notes
    -----
    Mt-KaHyPar, deterministic preset: Gottesbüren, Heuer, Maas, Sanders and Schlag, *ACM Transactions on
    Algorithms* 20 (2024). It works in a process of its own: some graphs make it search for ever.
    """
    if k == 1:
        return np.zeros(graph.n, dtype=np.int64)
    asked = {
        "edges": np.column_stack([graph.left, graph.right]).tolist(),
        "weights": _whole(load, bound),
        "borders": np.maximum(1, np.round(graph.border_m * 10)).astype(np.int64).tolist(),
        "k": k,
        "tolerance": min(max(tolerance, 0.01), 0.9),
        "seed": seed,
        "bound": bound.tolist() if bound is not None and (bound >= 0).any() else None,
        "patience_s": _PATIENCE_S + _PATIENCE_PER_UNIT_S * graph.n,
    }
    part = _answer(asked, progress or Progress())
    if part is None or len(part) != graph.n:
        return strips(graph, load, k)
    return np.array(part, dtype=np.int64)


def strips(graph: Graph, load: Floats, k: int) -> Ints:
    """Return a part 0 … k-1 for each unit: strips of about the same load, from one end to the other.

    Notes
    -----
    The order is that of Cuthill and McKee, *Proc. 24th National Conference of the ACM* (1969).
    """
    order = reverse_cuthill_mckee(graph.matrix().tocsr(), symmetric_mode=True)
    share = load[order] / max(float(load.sum()), 1e-9) + 1 / graph.n
    part = np.empty(graph.n, dtype=np.int64)
    part[order] = np.minimum(k - 1, ((np.cumsum(share) - share / 2) / share.sum() * k).astype(np.int64))
    return part


def _whole(load: Floats, bound: Ints | None) -> list[int]:
    """Return whole weights; bound units weigh something, since without a load they make Mt-KaHyPar hang."""
    total = load.sum()
    scaled = np.round(load / total * _WEIGHT_SUM) if total > 0 else np.ones_like(load)
    if bound is not None:
        scaled = np.where(bound >= 0, np.maximum(scaled, 1), scaled)
    return scaled.astype(np.int64).tolist()


# --- the process -------------------------------------------------------------------------------


class _Partitioner:
    """A running `partition_process`."""

    def __init__(self) -> None:
        found = find_spec("mtkahypar")
        home = str(Path(found.origin).parent) if found is not None and found.origin else ""
        self._process = child_processes.start(
            [sys.executable, "-I", str(_PROGRAM), home],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="ascii",
        )

    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, asked: dict[str, Any]) -> list[int] | None:
        """Return the parts, None where the process ended without an answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(asked) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except OSError:  # it was ended
            line = ""
        if line.endswith("\n"):
            return list(json.loads(line))
        self.close()
        return None

    def end(self) -> None:
        """End the process, whatever it does; whoever waits for its answer gets None."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """End the process and let go of its pipes."""
        self.end()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                pipe.close()  # type: ignore[union-attr]


_idle: list[_Partitioner] = []


def get_ready() -> None:
    """Start the process that `partition` asks, so that it need not be waited for."""
    if not _idle:
        try:
            _idle.append(_Partitioner())
        except OSError as error:
            raise_shortage(error)
            log.warning("the partitioner cannot be started: %s", error)


def _answer(asked: dict[str, Any], progress: Progress) -> list[int] | None:
    """Return what the partitioner says, None where it says nothing or enough was said before it did."""
    process = _taken()
    if process is None:
        return None
    try:
        part = progress.watched(lambda _: process.ask(asked), end=process.end)
    except BaseException:
        process.end()
        raise
    if part is not None:
        _idle.append(process)
    elif not progress.enough():
        log.warning("the partitioner gave no answer for %d units", len(asked["weights"]))
    return part


def _taken() -> _Partitioner | None:
    while _idle:
        process = _idle.pop()
        if process.alive():
            return process
        process.close()
    get_ready()
    return _idle.pop() if _idle else None


@atexit.register
def _end_idle() -> None:
    while _idle:
        _idle.pop().close()
