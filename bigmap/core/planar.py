"""The planar map: faces of a noded graph, what covers each, and their polygons."""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from bigmap.core.noding import Buckets, Floats, Ints

Shapes = npt.NDArray[np.object_]
Bools = npt.NDArray[np.bool_]

OUTER = 0
"""The unbounded face."""


@dataclass(frozen=True)
class PlanarMap:
    """Faces of a planar graph. Half-edge 2e runs along edge e from its smaller vertex, 2e + 1 back.

    Attributes
    ----------
    xy : ndarray of int, shape (v, 2)
    edges : ndarray of int, shape (e, 2)
        Each has different faces on its sides.
    source : ndarray of int, shape (e,)
        Which of the edges given each is.
    face : ndarray of int, shape (2e,)
        Face to the left of each half-edge, `OUTER` for the unbounded one.
    n : int
        Number of faces, `OUTER` included.
    ring_start, ring_vertex, ring_face : ndarray of int
        Rings: vertices of ring r are ``ring_vertex[ring_start[r] : ring_start[r + 1]]``.
    twice_area : ndarray of int
        Twice the area of each ring, grid squares: positive for the outer one of its face.
    """

    xy: Ints
    edges: Ints
    source: Ints
    face: Ints
    n: int
    ring_start: Ints
    ring_vertex: Ints
    ring_face: Ints
    twice_area: Ints

    @classmethod
    def of(cls, xy: Ints, edges: Ints, source: Ints | None = None) -> PlanarMap:
        """Return the faces; edges with one face on both sides are left out.

        Parameters
        ----------
        xy : ndarray of int, shape (v, 2)
        edges : ndarray of int, shape (e, 2)
            Sorted, the smaller vertex first, as of `bigmap.core.noding.snap_round`.
        source : ndarray of int, optional
            Number to remember for each edge; its row otherwise.
        """
        source = np.arange(len(edges)) if source is None else source
        ring, *rest = _traced(xy, edges)
        real = ring[::2] != ring[1::2]  # one walk along both sides: it leads into a face or across it
        if not real.all():
            edges, source = edges[real], source[real]
            ring, *rest = _traced(xy, edges)
        ring_face, n = _faces(xy, edges, ring, *rest)
        start, vertex, twice_area = rest
        return cls(xy, edges, source, ring_face[ring], n, start, vertex, ring_face, twice_area)

    @property
    def left(self) -> Ints:
        """Face to the left of each edge, seen from its smaller vertex."""
        return self.face[::2]

    @property
    def right(self) -> Ints:
        """Face to the right of each edge."""
        return self.face[1::2]

    @property
    def area(self) -> Floats:
        """Area of each face, grid squares; that of `OUTER` is negative."""
        return np.bincount(self.ring_face, weights=self.twice_area, minlength=self.n) / 2

    @property
    def length(self) -> Floats:
        """Length of each edge, grid steps."""
        step = self.xy[self.edges[:, 1]] - self.xy[self.edges[:, 0]]
        return np.hypot(step[:, 0], step[:, 1])

    def regions(self, label: npt.ArrayLike) -> Ints:
        """Return the number of the connected piece of equally labelled faces each face lies in, from 0."""
        label = np.asarray(label)
        same = label[self.left] == label[self.right]
        ends = self.left[same], self.right[same]
        links = coo_array((np.ones(len(ends[0]), dtype=np.int8), ends), shape=(self.n, self.n))
        return np.asarray(connected_components(links, directed=False)[1], dtype=np.int64)

    def locate(self, points: Floats) -> Ints:
        """Return the face each point lies in, shape (n,)."""
        segments = self.xy[self.edges].reshape(-1, 4)
        if not len(segments):
            return np.full(len(points), OUTER)
        buckets = Buckets.of(segments)
        side = _left_of(
            points, segments, *buckets.low, *buckets.shape, buckets.side, buckets.start, buckets.segment
        )
        return np.where(side >= 0, self.face[side], OUTER)

    def merged(self, label: npt.ArrayLike) -> tuple[PlanarMap, Ints]:
        """Return the map with neighbouring faces of one label united, and the old face in each new one.

        Parameters
        ----------
        label : array of int, shape (n,)
            Label of each face.
        """
        label = np.asarray(label)
        keep = label[self.left] != label[self.right]
        united = PlanarMap.of(self.xy, self.edges[keep], np.flatnonzero(keep))
        member = np.zeros(united.n, dtype=np.int64)
        member[united.right[::-1]] = self.right[united.source][::-1]
        member[united.left[::-1]] = self.left[united.source][::-1]
        member[OUTER] = OUTER
        return united, member

    @property
    def needed(self) -> Bools:
        """Which vertices are no mere middle of a straight border."""
        return _needed(self.xy, self.edges)

    def polygons(self, place: Floats, needed: Bools | None = None) -> Shapes:
        """Return the polygon of each face but the unbounded one, shape (n - 1,).

        Parameters
        ----------
        place : ndarray of float, shape (v, 2)
            Where each vertex lies.
        needed : ndarray of bool, shape (v,), optional
            Vertices to keep; without it those in the middle of a straight border are left out, on both sides.
        """
        start, vertex, face, twice_area = _simple(self.xy, self.ring_start, self.ring_vertex, self.ring_face)
        order = np.lexsort((twice_area <= 0, face))
        order = order[face[order] != OUTER]
        needed = self.needed if needed is None else needed
        coords, ring_at, polygon_at = _ragged(start, vertex, face, order, place, needed, self.n)
        return shapely.from_ragged_array(shapely.GeometryType.POLYGON, coords, (ring_at, polygon_at))

    def inner_points(self) -> Floats:
        """Return a point well inside each face, shape (n, 2), grid steps; row `OUTER` says nothing."""
        order = np.argsort(self.ring_face, kind="stable")
        return _inner(self.xy, self.ring_start, self.ring_vertex, self.ring_face, order, self.n)

    def covers(self, claims: Ints, starts: Ints, levels: Ints, n_levels: int) -> Ints:
        """Return the first claim of each level that covers each face, shape (n, n_levels), -1 for none.

        Parameters
        ----------
        claims, starts : ndarray of int
            Claims whose border runs along edge e: ``claims[starts[e] : starts[e + 1]]``.
        levels : ndarray of int
            Level of each claim.

        Notes
        -----
        Walking from face to face, a claim is entered or left at each of its borders. Borders are closed, so
        that the count is the same whichever way one goes; no point is ever looked for in a polygon.
        """
        halves = np.argsort(self.face, kind="stable")
        at = np.searchsorted(self.face[halves], np.arange(self.n + 1))
        return _covers(self.face, halves, at, claims, starts, levels, n_levels, self.n)


def borders(edge: Ints, claim: Ints, n_edges: int, n_claims: int) -> tuple[Ints, Ints]:
    """Return the claims that have an odd number of pieces on each edge, by edge: claims and starts."""
    key, count = np.unique(edge * max(n_claims, 1) + claim, return_counts=True)
    key = key[count % 2 == 1]
    return key % max(n_claims, 1), np.searchsorted(key // max(n_claims, 1), np.arange(n_edges + 1))


def _traced(xy: Ints, edges: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Return the ring of each half-edge; ring starts, ring vertices and twice the area of each ring."""
    return _rings(xy, edges, _turns(xy, edges))


def _faces(
    xy: Ints, edges: Ints, ring: Ints, start: Ints, vertex: Ints, twice_area: Ints
) -> tuple[Ints, int]:
    """Return the face of each ring and the number of faces: a ring that is no shell lies in another face."""
    shell = twice_area > 0
    face = np.where(shell, np.cumsum(shell), -1)
    n = int(shell.sum()) + 1
    inner = np.flatnonzero(~shell)
    if not len(inner):
        return face, n
    segments = xy[edges].reshape(-1, 4)
    buckets = Buckets.of(segments)
    # Vertices are sorted by place, so that the least number is the leftmost.
    corner = np.minimum.reduceat(vertex, start[:-1])[inner]
    side = _left_of(
        xy[corner].astype(np.float64),
        segments,
        *buckets.low,
        *buckets.shape,
        buckets.side,
        buckets.start,
        buckets.segment,
    )
    around = np.where(side >= 0, ring[side], -1)
    # Rings around are followed from left to right, each after the one it hangs on.
    for k in np.argsort(corner, kind="stable"):
        face[inner[k]] = face[around[k]] if around[k] >= 0 else OUTER
    return face, n


@numba.njit(cache=True, nogil=True)
def _turns(xy, edges):  # noqa: ANN001, ANN202
    """Return the half-edge that follows each around the face to its left."""
    n = 2 * len(edges)
    start = np.zeros(len(xy) + 1, dtype=np.int64)
    for h in range(n):
        start[edges[h // 2, h % 2] + 1] += 1
    for v in range(len(xy)):
        start[v + 1] += start[v]
    place = start[:-1].copy()
    around = np.empty(n, dtype=np.int64)
    dx = np.empty(n, dtype=np.int64)
    dy = np.empty(n, dtype=np.int64)
    for h in range(n):
        v, w = edges[h // 2, h % 2], edges[h // 2, 1 - h % 2]
        dx[h], dy[h] = xy[w, 0] - xy[v, 0], xy[w, 1] - xy[v, 1]
        upper = dy[h] > 0 or (dy[h] == 0 and dx[h] > 0)
        i = place[v]
        while i > start[v]:
            g = around[i - 1]
            g_upper = dy[g] > 0 or (dy[g] == 0 and dx[g] > 0)
            if g_upper != upper:
                before = g_upper
            else:
                before = dx[g] * dy[h] - dy[g] * dx[h] > 0
            if before:
                break
            around[i] = g
            i -= 1
        around[i] = h
        place[v] += 1
    following = np.empty(n, dtype=np.int64)
    for v in range(len(xy)):
        for i in range(start[v], start[v + 1]):
            before = around[i - 1] if i > start[v] else around[start[v + 1] - 1]
            following[around[i] ^ 1] = before
    return following


@numba.njit(cache=True, nogil=True)
def _rings(xy, edges, following):  # noqa: ANN001, ANN202
    n = len(following)
    ring = np.full(n, -1, dtype=np.int64)
    start = np.empty(n + 1, dtype=np.int64)
    vertex = np.empty(n, dtype=np.int64)
    twice_area = np.empty(n, dtype=np.int64)
    rings, length = 0, 0
    for first in range(n):
        if ring[first] >= 0:
            continue
        start[rings] = length
        total = 0
        v0 = edges[first // 2, first % 2]
        h = first
        while ring[h] < 0:
            ring[h] = rings
            v, w = edges[h // 2, h % 2], edges[h // 2, 1 - h % 2]
            vertex[length] = v
            length += 1
            total += (xy[v, 0] - xy[v0, 0]) * (xy[w, 1] - xy[v0, 1]) - (xy[w, 0] - xy[v0, 0]) * (
                xy[v, 1] - xy[v0, 1]
            )
            h = following[h]
        twice_area[rings] = total
        rings += 1
    start[rings] = length
    return ring, start[: rings + 1].copy(), vertex, twice_area[:rings].copy()


@numba.njit(cache=True, nogil=True)
def _left_of(points, segments, low_x, low_y, columns, rows, side, start, member):  # noqa: ANN001, ANN202
    """Return the half-edge one meets first going left from each point, on the side of the point; -1 for none."""
    found = np.full(len(points), -1, dtype=np.int64)
    for p in range(len(points)):
        px, py = points[p]
        row = int(np.floor((py - low_y) / side))
        column = min(int(np.floor((px - low_x) / side)), columns - 1)
        if row < 0 or row >= rows:
            continue
        best_x, best_slope = -np.inf, 0.0
        while column >= 0 and best_x < low_x + (column + 1) * side:
            square = column * rows + row
            for i in range(start[square], start[square + 1]):
                e = member[i]
                ax, ay, bx, by = segments[e]
                half = 2 * e + 1
                if ay > by:
                    ax, ay, bx, by = bx, by, ax, ay
                    half = 2 * e
                if not (ay <= py < by):
                    continue
                if (bx - ax) * (py - ay) - (by - ay) * (px - ax) >= 0:
                    continue
                slope = (bx - ax) / (by - ay)
                x = ax + slope * (py - ay)
                if x > best_x or (x == best_x and slope > best_slope):
                    best_x, best_slope = x, slope
                    found[p] = half
            column -= 1
    return found


@numba.njit(cache=True, nogil=True)
def _covers(face, halves, at, claims, starts, levels, n_levels, n):  # noqa: ANN001, ANN202
    first = np.full((n, n_levels), -1, dtype=np.int64)
    seen = np.zeros(n, dtype=np.bool_)
    place = at[:-1].copy()
    path = np.empty(n, dtype=np.int64)  # half-edges by which the faces of the present walk were entered
    active = np.empty(len(levels) + 1, dtype=np.int64)
    n_active, depth, here = 0, 0, 0
    seen[0] = True
    while True:
        if place[here] == at[here + 1]:
            if depth == 0:
                break
            depth -= 1
            entry = path[depth]
            here = face[entry]
        else:
            entry = halves[place[here]]
            place[here] += 1
            if seen[face[entry ^ 1]]:
                continue
            path[depth] = entry
            depth += 1
            here = face[entry ^ 1]
        for i in range(starts[entry // 2], starts[entry // 2 + 1]):
            k = 0
            while k < n_active and active[k] != claims[i]:
                k += 1
            if k == n_active:
                active[k] = claims[i]
                n_active += 1
            else:
                n_active -= 1
                active[k] = active[n_active]
        if not seen[here]:
            seen[here] = True
            for k in range(n_active):
                level = levels[active[k]]
                if first[here, level] < 0 or active[k] < first[here, level]:
                    first[here, level] = active[k]
    return first


@numba.njit(cache=True, nogil=True)
def _needed(xy, edges):  # noqa: ANN001, ANN202
    """Return which vertices are no mere middle of a straight line."""
    degree = np.zeros(len(xy), dtype=np.int64)
    other = np.zeros((len(xy), 2), dtype=np.int64)
    for e in range(len(edges)):
        for k in range(2):
            v = edges[e, k]
            if degree[v] < 2:
                other[v, degree[v]] = edges[e, 1 - k]
            degree[v] += 1
    needed = np.ones(len(xy), dtype=np.bool_)
    for v in range(len(xy)):
        if degree[v] == 2:
            a, b = other[v]
            turn = (xy[a, 0] - xy[v, 0]) * (xy[b, 1] - xy[v, 1]) - (xy[a, 1] - xy[v, 1]) * (xy[b, 0] - xy[v, 0])
            needed[v] = turn != 0
    return needed


@numba.njit(cache=True, nogil=True)
def _simple(xy, ring_start, ring_vertex, ring_face):  # noqa: ANN001, ANN202
    """Split rings that meet a vertex twice: where a hole touches the shell both were walked in one go."""
    n, total = len(ring_face), len(ring_vertex)
    start = np.zeros(total + 1, dtype=np.int64)
    vertex = np.empty(total, dtype=np.int64)
    face = np.empty(total, dtype=np.int64)
    twice_area = np.zeros(total, dtype=np.int64)
    at = np.full(len(xy), -1, dtype=np.int64)
    stack = np.empty(total + 1, dtype=np.int64)
    rings, m = 0, 0
    for r in range(n):
        depth = 0
        for i in range(ring_start[r], ring_start[r + 1] + 1):
            v = ring_vertex[i] if i < ring_start[r + 1] else ring_vertex[ring_start[r]]
            if at[v] >= 0:
                first = m
                for k in range(at[v], depth):
                    vertex[m] = stack[k]
                    m += 1
                for k in range(at[v] + 1, depth):
                    at[stack[k]] = -1
                depth = at[v]
                origin = vertex[first]
                for k in range(first, m):
                    a, b = vertex[k], vertex[k + 1 if k + 1 < m else first]
                    twice_area[rings] += (xy[a, 0] - xy[origin, 0]) * (xy[b, 1] - xy[origin, 1]) - (
                        xy[b, 0] - xy[origin, 0]
                    ) * (xy[a, 1] - xy[origin, 1])
                face[rings] = ring_face[r]
                rings += 1
                start[rings] = m
            at[v] = depth
            stack[depth] = v
            depth += 1
        at[ring_vertex[ring_start[r]]] = -1
    return start[: rings + 1].copy(), vertex[:m].copy(), face[:rings].copy(), twice_area[:rings].copy()


@numba.njit(cache=True, nogil=True)
def _ragged(ring_start, ring_vertex, ring_face, order, place, needed, n):  # noqa: ANN001, ANN202
    total = 0
    for k in range(len(order)):
        total += ring_start[order[k] + 1] - ring_start[order[k]] + 1
    coords = np.empty((total, 2))
    ring_at = np.zeros(len(order) + 1, dtype=np.int64)
    polygon_at = np.zeros(n, dtype=np.int64)
    m = 0
    for k in range(len(order)):
        r = order[k]
        first = m
        for i in range(ring_start[r], ring_start[r + 1]):
            v = ring_vertex[i]
            if needed[v]:
                coords[m, 0], coords[m, 1] = place[v, 0], place[v, 1]
                m += 1
        coords[m, 0], coords[m, 1] = coords[first, 0], coords[first, 1]
        m += 1
        ring_at[k + 1] = m
        polygon_at[ring_face[r]] = k + 1
    return coords[:m].copy(), ring_at, polygon_at


@numba.njit(cache=True, nogil=True)
def _inner(xy, ring_start, ring_vertex, ring_face, order, n):  # noqa: ANN001, ANN202
    """Find the widest stretch inside along a horizontal line near the middle height of each face."""
    found = np.zeros((n, 2))
    cuts = np.empty(len(ring_vertex) + 1)
    k = 0
    while k < len(order):
        face = ring_face[order[k]]
        last = k
        while last < len(order) and ring_face[order[last]] == face:
            last += 1
        if face > 0:
            low, high = np.inf, -np.inf
            for q in range(k, last):
                for i in range(ring_start[order[q]], ring_start[order[q] + 1]):
                    y = xy[ring_vertex[i], 1]
                    low, high = min(low, y), max(high, y)
            middle = (low + high) / 2
            under, over = low, high  # the vertices' heights next to the middle
            for q in range(k, last):
                for i in range(ring_start[order[q]], ring_start[order[q] + 1]):
                    y = xy[ring_vertex[i], 1]
                    if y <= middle:
                        under = max(under, y)
                    else:
                        over = min(over, y)
            height = (under + over) / 2
            m = 0
            for q in range(k, last):
                r = order[q]
                size = ring_start[r + 1] - ring_start[r]
                for i in range(size):
                    a = ring_vertex[ring_start[r] + i]
                    b = ring_vertex[ring_start[r] + (i + 1) % size]
                    ay, by = xy[a, 1], xy[b, 1]
                    if (ay <= height) != (by <= height):
                        cuts[m] = xy[a, 0] + (xy[b, 0] - xy[a, 0]) * (height - ay) / (by - ay)
                        m += 1
            row = np.sort(cuts[:m])
            width = -1.0
            for i in range(0, m - 1, 2):
                if row[i + 1] - row[i] > width:
                    width = row[i + 1] - row[i]
                    found[face, 0], found[face, 1] = (row[i] + row[i + 1]) / 2, height
        k = last
    return found
