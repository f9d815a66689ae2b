"""Snap rounding: line work becomes a planar graph whose vertices lie on an integer grid.

Coordinates are whole numbers (centimetres from a local origin), so that equality of vertices is exact
and every sign is computed without rounding: products stay below 2^53 up to `WIDEST_STEPS`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from bigmap.base.arrays import Ints
from bigmap.core.geometry.kernels import noding as kernels

Item = TypeVar("Item")
Result = TypeVar("Result")

WIDEST_STEPS = 60_000_000
"""Extent up to which signs are exact: a difference of two products is below 2 · 6²·10¹⁴ < 2^53."""

_SIDE = 1600  # least side of a bucket, grid steps
_PARTS = 32
THREADS = os.cpu_count() or 1


def in_threads(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Yield ``work(item)`` in order from all cores; what was not begun is dropped when the loop is left."""
    pool = ThreadPoolExecutor(THREADS)
    try:
        yield from pool.map(work, items)
    finally:
        pool.shutdown(cancel_futures=True)


def no_tick() -> None:
    """Do nothing: who waits asks for nothing."""


@dataclass(frozen=True)
class Buckets:
    """Segments by the squares of a coarse grid that they pass.

    Attributes
    ----------
    low, shape : tuple of int
        Lower left corner, and columns and rows.
    side : int
        Side of a square, grid steps.
    start, segment : ndarray of int
        Square s = column · rows + row holds ``segment[start[s] : start[s + 1]]``.
    """

    low: tuple[int, int]
    shape: tuple[int, int]
    side: int
    start: Ints
    segment: Ints

    @classmethod
    def of(cls, segments: Ints) -> Buckets:
        """Return the buckets of segments (n, 4)."""
        xy = segments.reshape(-1, 2)
        if not len(xy):
            xy = np.zeros((1, 2), dtype=np.int64)
        low, high = xy.min(axis=0) - 2, xy.max(axis=0) + 2
        ground = float(high[0] - low[0]) * float(high[1] - low[1])
        side = max(_SIDE, int(2 * (ground / max(len(segments), 1)) ** 0.5))
        columns, rows = ((high - low) // side + 1).tolist()
        shape = (columns, rows)
        corner = (int(low[0]), int(low[1]))
        count = np.zeros(shape[0] * shape[1] + 1, dtype=np.int64)
        kernels.fill_squares(segments, *corner, side, shape[1], count, np.zeros(0, dtype=np.int64))
        start = np.concatenate([[0], np.cumsum(count[:-1])])
        segment = np.empty(start[-1], dtype=np.int64)
        kernels.fill_squares(segments, *corner, side, shape[1], start[:-1].copy(), segment)
        return cls(corner, shape, side, start, segment)


@dataclass(frozen=True)
class Noded:
    """A planar graph on the grid.

    Attributes
    ----------
    xy : ndarray of int, shape (v, 2)
        Vertices, sorted by x and y.
    edges : ndarray of int, shape (e, 2)
        Vertex numbers, the smaller first, sorted; no two cross and none comes twice.
    edge, segment : ndarray of int, shape (p,)
        The pieces: piece k of ``segment[k]`` became ``edge[k]``; several pieces may fall on one edge.
    forward : ndarray of bool, shape (p,)
        Whether the piece runs along its edge from the smaller vertex to the larger.
    """

    xy: Ints
    edges: Ints
    edge: Ints
    segment: Ints
    forward: npt.NDArray[np.bool_]


def snap_round(segments: Ints, tick: Callable[[], None] = no_tick) -> Noded:
    """Return the planar graph of segments, each vertex and crossing moved to its grid point.

    Parameters
    ----------
    segments : ndarray of int, shape (n, 4)
        Ends (x, y, x, y); may cross, touch, overlap and have no length.
    tick : callable
        Called several times a second; may raise to stop.

    Notes
    -----
    Hobby, *Computational Geometry* 13 (1999), 209-214: every segment is led through the middle of each
    grid square ("hot pixel") that holds a vertex or a crossing and that it passes. No edge moves by more
    than half the diagonal of a square.
    """
    buckets = Buckets.of(segments)
    crossing = crossings(segments, buckets, tick)
    xy, vertex = unique_points(np.concatenate([segments.reshape(-1, 2), crossing[:, 2:]]))
    ends, met = vertex[: 2 * len(segments)].reshape(-1, 2), vertex[2 * len(segments) :]
    certain = [np.column_stack([crossing[:, k], met]) for k in (0, 1)]
    hits = np.concatenate([vertices_on_segments(segments, buckets, xy, tick), *certain])
    tick()
    a, b, segment = segment_pieces(segments, ends, xy, hits)
    low, high = np.minimum(a, b), np.maximum(a, b)
    edges, edge = unique_points(np.column_stack([low, high]))
    return Noded(xy, edges, edge, segment, a < b)


def unique_points(xy: Ints) -> tuple[Ints, Ints]:
    """Return the pairs of whole numbers sorted and each once, and where each of those given is among them."""
    if not len(xy):
        return xy, np.zeros(0, dtype=np.int64)
    low = xy.min(axis=0)
    span = int(xy[:, 1].max() - low[1]) + 1
    number, key = kernels.number_keys((xy[:, 0] - low[0]) * span + xy[:, 1] - low[1])
    order = np.argsort(key)
    rank = np.empty(len(key), dtype=np.int64)
    rank[order] = np.arange(len(key))
    key = key[order]
    return np.column_stack([key // span, key % span]) + low, rank[number]


def crossings(segments: Ints, buckets: Buckets, tick: Callable[[], None] = no_tick) -> Ints:
    """Return (segment, segment, x, y) of each proper crossing; one may come several times."""
    kernel = partial(kernels.proper_crossings, segments, buckets.start, buckets.segment)
    return _in_parts(kernel, len(buckets.start) - 1, 4, tick)


def segment_meetings(segments: Ints) -> Ints:
    """Return the pairs of segments that have more in common than an end of both; a pair may come twice."""
    buckets = Buckets.of(segments)
    kernel = partial(kernels.meetings, segments, buckets.start, buckets.segment)
    return _in_parts(kernel, len(buckets.start) - 1, 2, no_tick)


def vertices_on_segments(
    segments: Ints, buckets: Buckets, xy: Ints, tick: Callable[[], None] = no_tick
) -> Ints:
    """Return the pairs (segment, point) where a segment passes the square of a point that is not its end."""
    order, start = _in_squares(np.column_stack([xy, xy]), buckets)
    kernel = partial(kernels.passes, segments, xy, buckets.start, buckets.segment, start, order)
    return _in_parts(kernel, len(buckets.start) - 1, 2, tick)


def segment_pieces(segments: Ints, ends: Ints, xy: Ints, hits: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the pieces of segments between the points they are led through: two points and the segment.

    Parameters
    ----------
    segments : ndarray of int, shape (n, 4)
    ends : ndarray of int, shape (n, 2)
        Rows of ``xy``.
    xy : ndarray of int, shape (m, 2)
    hits : ndarray of int, shape (k, 2)
        Pairs of a segment and a row of ``xy``; a pair may come several times.
    """
    a, b, segment = kernels.between_hits(ends, *kernels.sorted_hits(segments, xy, hits))
    return a, b, segment


def _in_squares(boxes: Ints, buckets: Buckets) -> tuple[Ints, Ints]:
    """Return the vertices by bucket, each in the bucket of its own place and those its square reaches."""
    x0, y0 = buckets.low
    count = np.zeros(len(buckets.start), dtype=np.int64)
    kernels.fill_squares(boxes, x0, y0, buckets.side, buckets.shape[1], count, np.zeros(0, dtype=np.int64))
    start = np.concatenate([[0], np.cumsum(count[:-1])])
    order = np.empty(start[-1], dtype=np.int64)
    kernels.fill_squares(boxes, x0, y0, buckets.side, buckets.shape[1], start[:-1].copy(), order)
    return order, start


def _in_parts(kernel: partial, n: int, width: int, tick: Callable[[], None]) -> Ints:
    """Run a kernel over n buckets on all cores; it tells how much room it wanted."""
    bounds = np.linspace(0, n, _PARTS + 1).astype(np.int64)

    def work(part: int) -> Ints:
        out = np.empty((4096, width), dtype=np.int64)
        found = kernel(bounds[part], bounds[part + 1], out)
        if found > len(out):
            out = np.empty((found, width), dtype=np.int64)
            kernel(bounds[part], bounds[part + 1], out)
        return out[:found]

    found = []
    for part in in_threads(work, range(_PARTS)):
        tick()
        found.append(part)
    return np.concatenate(found)
