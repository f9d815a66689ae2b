"""Snap rounding: line work becomes a planar graph whose vertices lie on an integer grid.

Coordinates are whole numbers (centimetres from a local origin), so that equality of vertices is exact
and every sign is computed without rounding: products stay below 2^53 up to extents of 600 km.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numba
import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

Item = TypeVar("Item")
Result = TypeVar("Result")

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


def nothing() -> None:
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
        shape = tuple(int(n) for n in (high - low) // side + 1)
        corner = (int(low[0]), int(low[1]))
        count = np.zeros(shape[0] * shape[1] + 1, dtype=np.int64)
        _fill(segments, *corner, side, shape[1], count, np.zeros(0, dtype=np.int64))
        start = np.concatenate([[0], np.cumsum(count[:-1])])
        segment = np.empty(start[-1], dtype=np.int64)
        _fill(segments, *corner, side, shape[1], start[:-1].copy(), segment)
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


def snap_round(segments: Ints, tick: Callable[[], None] = nothing) -> Noded:
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
    hits = np.concatenate([passed(segments, buckets, xy, tick), *certain])
    tick()
    a, b, segment = pieces(segments, ends, xy, hits)
    low, high = np.minimum(a, b), np.maximum(a, b)
    edges, edge = unique_points(np.column_stack([low, high]))
    return Noded(xy, edges, edge, segment, a < b)


def unique_points(xy: Ints) -> tuple[Ints, Ints]:
    """Return the pairs of whole numbers sorted and each once, and where each of those given is among them."""
    if not len(xy):
        return xy, np.zeros(0, dtype=np.int64)
    low = xy.min(axis=0)
    span = int(xy[:, 1].max() - low[1]) + 1
    number, key = _numbered((xy[:, 0] - low[0]) * span + xy[:, 1] - low[1])
    order = np.argsort(key)
    rank = np.empty(len(key), dtype=np.int64)
    rank[order] = np.arange(len(key))
    key = key[order]
    return np.column_stack([key // span, key % span]) + low, rank[number]


def crossings(segments: Ints, buckets: Buckets, tick: Callable[[], None] = nothing) -> Ints:
    """Return (segment, segment, x, y) of each proper crossing; one may come several times."""
    kernel = partial(_crossings, segments, buckets.start, buckets.segment)
    return _in_parts(kernel, len(buckets.start) - 1, 4, tick)


def passed(segments: Ints, buckets: Buckets, xy: Ints, tick: Callable[[], None] = nothing) -> Ints:
    """Return the pairs (segment, point) where a segment passes the square of a point that is not its end."""
    order, start = _in_squares(np.column_stack([xy, xy]), buckets)
    kernel = partial(_passes, segments, xy, buckets.start, buckets.segment, start, order)
    return _in_parts(kernel, len(buckets.start) - 1, 2, tick)


def pieces(segments: Ints, ends: Ints, xy: Ints, hits: Ints) -> tuple[Ints, Ints, Ints]:
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
    a, b, segment = _pieces(ends, *_sorted_hits(segments, xy, hits))
    return a, b, segment


def _in_squares(boxes: Ints, buckets: Buckets) -> tuple[Ints, Ints]:
    """Return the vertices by bucket, each in the bucket of its own place and those its square reaches."""
    x0, y0 = buckets.low
    count = np.zeros(len(buckets.start), dtype=np.int64)
    _fill(boxes, x0, y0, buckets.side, buckets.shape[1], count, np.zeros(0, dtype=np.int64))
    start = np.concatenate([[0], np.cumsum(count[:-1])])
    order = np.empty(start[-1], dtype=np.int64)
    _fill(boxes, x0, y0, buckets.side, buckets.shape[1], start[:-1].copy(), order)
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


@numba.njit(cache=True, nogil=True)
def _numbered(key):  # noqa: ANN001, ANN202
    """Return the number of each key in the order of first appearance, and the distinct keys."""
    bits = 4
    while (1 << bits) < 2 * len(key):
        bits += 1
    table = np.full(1 << bits, -1, dtype=np.int64)
    number = np.empty(len(key), dtype=np.int64)
    distinct = np.empty(len(key), dtype=np.int64)
    n = 0
    for i in range(len(key)):
        slot = ((np.uint64(key[i]) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - bits))
        while table[slot] >= 0 and distinct[table[slot]] != key[i]:
            slot = (slot + np.uint64(1)) & np.uint64((1 << bits) - 1)
        if table[slot] < 0:
            table[slot] = n
            distinct[n] = key[i]
            n += 1
        number[i] = table[slot]
    return number, distinct[:n].copy()


@numba.njit(cache=True, nogil=True)
def _fill(segments, low_x, low_y, side, rows, place, out):  # noqa: ANN001, ANN202
    """Count the segments of each square in ``place``, or, where there is room, write them from there on."""
    counting = len(out) == 0
    for s in range(len(segments)):
        ax, ay, bx, by = segments[s]
        if ax > bx:
            ax, ay, bx, by = bx, by, ax, ay
        bottom, top = min(ay, by) - 1, max(ay, by) + 1
        slope = (by - ay) / (bx - ax) if bx > ax else 0.0
        for column in range((ax - 1 - low_x) // side, (bx + 1 - low_x) // side + 1):
            first, last = bottom, top
            if bx > ax:
                left = max(column * side + low_x, ax)
                right = min((column + 1) * side + low_x, bx)
                at_left, at_right = ay + slope * (left - ax), ay + slope * (right - ax)
                first = max(bottom, int(np.floor(min(at_left, at_right))) - 2)
                last = min(top, int(np.ceil(max(at_left, at_right))) + 2)
            for row in range((first - low_y) // side, (last - low_y) // side + 1):
                square = column * rows + row
                if not counting:
                    out[place[square]] = s
                place[square] += 1


@numba.njit(cache=True, nogil=True)
def _crossings(segments, start, member, first, last, out):  # noqa: ANN001, ANN202
    """Write (segment, segment, x, y) for each proper crossing in the squares; return how many there are."""
    n = 0
    for square in range(first, last):
        for i in range(start[square], start[square + 1]):
            s = member[i]
            ax, ay, bx, by = segments[s]
            low_x, high_x, low_y, high_y = min(ax, bx), max(ax, bx), min(ay, by), max(ay, by)
            for j in range(i + 1, start[square + 1]):
                t = member[j]
                cx, cy, dx, dy = segments[t]
                if max(cx, dx) < low_x or min(cx, dx) > high_x or max(cy, dy) < low_y or min(cy, dy) > high_y:
                    continue
                c = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
                d = (bx - ax) * (dy - ay) - (by - ay) * (dx - ax)
                if not ((c > 0 and d < 0) or (c < 0 and d > 0)):
                    continue
                a = (dx - cx) * (ay - cy) - (dy - cy) * (ax - cx)
                b = (dx - cx) * (by - cy) - (dy - cy) * (bx - cx)
                if not ((a > 0 and b < 0) or (a < 0 and b > 0)):
                    continue
                if n < len(out):
                    part = a / (a - b)
                    out[n, 0] = s
                    out[n, 1] = t
                    out[n, 2] = int(np.floor(ax + part * (bx - ax) + 0.5))
                    out[n, 3] = int(np.floor(ay + part * (by - ay) + 0.5))
                n += 1
    return n


@numba.njit(cache=True, nogil=True)
def _passes(segments, xy, start, member, point_start, point, first, last, out):  # noqa: ANN001, ANN202
    """Write (segment, vertex) where a segment passes the half-open square of a vertex that is not its end."""
    n = 0
    for square in range(first, last):
        if start[square] == start[square + 1]:
            continue
        for i in range(start[square], start[square + 1]):
            s = member[i]
            ax, ay, bx, by = segments[s]
            low_x, high_x, low_y, high_y = min(ax, bx), max(ax, bx), min(ay, by), max(ay, by)
            dx, dy = bx - ax, by - ay
            reach = abs(dx) + abs(dy)
            for j in range(point_start[square], point_start[square + 1]):
                px, py = xy[point[j]]
                if px < low_x or px > high_x or py < low_y or py > high_y:
                    continue
                side = 2 * (dx * (py - ay) - dy * (px - ax))
                if abs(side) > reach or (abs(side) == reach and side != dx - dy):
                    continue
                if (px == ax and py == ay) or (px == bx and py == by):
                    continue
                if n < len(out):
                    out[n, 0] = s
                    out[n, 1] = point[j]
                n += 1
    return n


@numba.njit(cache=True, nogil=True)
def _sorted_hits(segments, xy, hits):  # noqa: ANN001, ANN202
    """Return the hits of each segment in the order along it: where each segment's begin, and the vertices."""
    start = np.zeros(len(segments) + 1, dtype=np.int64)
    for k in range(len(hits)):
        start[hits[k, 0] + 1] += 1
    for s in range(len(segments)):
        start[s + 1] += start[s]
    place = start[:-1].copy()
    vertex = np.empty(len(hits), dtype=np.int64)
    along = np.empty(len(hits), dtype=np.int64)
    for k in range(len(hits)):
        s, v = hits[k]
        ax, ay, bx, by = segments[s]
        far = (bx - ax) * (xy[v, 0] - ax) + (by - ay) * (xy[v, 1] - ay)
        i = place[s]
        while i > start[s] and (along[i - 1] > far or (along[i - 1] == far and vertex[i - 1] > v)):
            along[i], vertex[i] = along[i - 1], vertex[i - 1]
            i -= 1
        along[i], vertex[i] = far, v
        place[s] += 1
    return start, vertex


@numba.njit(cache=True, nogil=True)
def _pieces(ends, start, vertex):  # noqa: ANN001, ANN202
    """Return the vertices and the segment of each piece between two hits, pieces without length left out."""
    room = len(ends) + len(vertex)
    a, b = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64)
    owner = np.empty(room, dtype=np.int64)
    n = 0
    for s in range(len(ends)):
        last = ends[s, 0]
        for i in range(start[s], start[s + 1] + 1):
            v = vertex[i] if i < start[s + 1] else ends[s, 1]
            if v != last:
                a[n], b[n], owner[n] = last, v, s
                n += 1
                last = v
    return a[:n], b[:n], owner[:n]
