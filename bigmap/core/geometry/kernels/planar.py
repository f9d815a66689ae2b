"""Loops of `bigmap.core.geometry.planar_map`: walks around faces, what covers them, their rings."""

from __future__ import annotations

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)
def turns(xy, edges):
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
            before = g_upper if g_upper != upper else dx[g] * dy[h] - dy[g] * dx[h] > 0
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
def rings(xy, edges, following):
    """Return the ring of each half-edge; starts, vertices and twice the areas of the rings."""
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
def left_of(points, segments, low_x, low_y, columns, rows, side, start, member):
    """Return the half-edge one meets first going left from each point, on the point's side; -1 for none."""
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
def covers(face, halves, at, claims, starts, levels, n_levels, n):
    """Walk over all faces and return the first claim of each level on each."""
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
def needed(xy, edges):
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
            turn = (xy[a, 0] - xy[v, 0]) * (xy[b, 1] - xy[v, 1]) - (xy[a, 1] - xy[v, 1]) * (
                xy[b, 0] - xy[v, 0]
            )
            needed[v] = turn != 0
    return needed


@numba.njit(cache=True, nogil=True)
def simple(xy, ring_start, ring_vertex, ring_face):
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
def ragged(ring_start, ring_vertex, ring_face, order, place, needed, n):
    """Return coordinates and offsets of the polygons for `shapely.from_ragged_array`."""
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
def inner(xy, ring_start, ring_vertex, ring_face, order, n):
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
