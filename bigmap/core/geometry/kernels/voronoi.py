"""Loops of `bigmap.core.geometry.voronoi`: triangulation, ridges, thinning."""

from __future__ import annotations

import numba
import numpy as np

_GHOSTS = 20.0  # distance of the three outer points, in widths of the block


@numba.njit(cache=True, nogil=True)
def orient(ax, ay, bx, by, cx, cy):
    """Return twice the area of the triangle a, b, c: positive where it turns left."""
    return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)


@numba.njit(cache=True, nogil=True)
def in_circle(ax, ay, bx, by, cx, cy, px, py):
    """Return whether p lies within the circle through a, b, c, which turn left."""
    ax, ay, bx, by, cx, cy = ax - px, ay - py, bx - px, by - py, cx - px, cy - py
    a, b, c = ax * ax + ay * ay, bx * bx + by * by, cx * cx + cy * cy
    return ax * (by * c - b * cy) - ay * (bx * c - b * cx) + a * (bx * cy - by * cx) > 0


@numba.njit(cache=True, nogil=True)
def delaunay(x, y, n, tri, nb):
    """Triangulate n points; the three that follow them go around all. Return the number of triangles."""
    tri[0, 0], tri[0, 1], tri[0, 2] = n, n + 1, n + 2
    nb[0, 0], nb[0, 1], nb[0, 2] = -1, -1, -1
    count, t = 1, 0
    stack = np.empty(4 * n + 64, dtype=np.int64)
    for p in range(n):
        px, py = x[p], y[p]
        steps = 0
        k = 0
        while k < 3 and steps < 4 * count:
            a, b = tri[t, k], tri[t, (k + 1) % 3]
            if orient(x[a], y[a], x[b], y[b], px, py) < 0 and nb[t, (k + 2) % 3] >= 0:
                t = nb[t, (k + 2) % 3]
                k = 0
                steps += 1
            else:
                k += 1
        a, b, c = tri[t, 0], tri[t, 1], tri[t, 2]
        na, nc_b, nc = nb[t, 0], nb[t, 1], nb[t, 2]
        t1, t2 = count, count + 1
        count += 2
        tri[t, 0], tri[t, 1], tri[t, 2] = p, b, c
        tri[t1, 0], tri[t1, 1], tri[t1, 2] = p, c, a
        tri[t2, 0], tri[t2, 1], tri[t2, 2] = p, a, b
        nb[t, 0], nb[t, 1], nb[t, 2] = na, t1, t2
        nb[t1, 0], nb[t1, 1], nb[t1, 2] = nc_b, t2, t
        nb[t2, 0], nb[t2, 1], nb[t2, 2] = nc, t, t1
        point_at(nb, nc_b, t, t1)
        point_at(nb, nc, t, t2)
        stack[0], stack[1], stack[2] = t, t1, t2
        depth = 3
        while depth > 0:
            depth -= 1
            s = stack[depth]
            u = nb[s, 0]
            if u < 0:
                continue
            k = 0 if nb[u, 0] == s else (1 if nb[u, 1] == s else 2)
            d = tri[u, k]
            b, c = tri[s, 1], tri[s, 2]
            if not in_circle(px, py, x[b], y[b], x[c], y[c], x[d], y[d]):
                continue
            beyond_b, beyond_c = nb[u, (k + 1) % 3], nb[u, (k + 2) % 3]
            m, o = nb[s, 1], nb[s, 2]
            tri[s, 0], tri[s, 1], tri[s, 2] = p, b, d
            tri[u, 0], tri[u, 1], tri[u, 2] = p, d, c
            nb[s, 0], nb[s, 1], nb[s, 2] = beyond_b, u, o
            nb[u, 0], nb[u, 1], nb[u, 2] = beyond_c, m, s
            point_at(nb, beyond_b, u, s)
            point_at(nb, m, s, u)
            stack[depth], stack[depth + 1] = s, u
            depth += 2
    return count


@numba.njit(cache=True, nogil=True)
def point_at(nb, t, old, new):
    """Make triangle t call ``new`` its neighbour where it called ``old``."""
    if t >= 0:
        for k in range(3):
            if nb[t, k] == old:
                nb[t, k] = new
                break


@numba.njit(cache=True, nogil=True)
def centre(x, y, a, b, c):
    """Return the middle of the circle through three points."""
    bx, by, cx, cy = x[b] - x[a], y[b] - y[a], x[c] - x[a], y[c] - y[a]
    d = 2 * (bx * cy - by * cx)
    if d == 0:
        return x[a] + 1e30, y[a]
    p, q = bx * bx + by * by, cx * cx + cy * cy
    return x[a] + (cy * p - by * q) / d, y[a] + (bx * q - cx * p) / d


@numba.njit(cache=True, nogil=True)
def thinned(px, py, n, tolerance, keep, stack):
    """Mark in ``keep`` which of n points of a line stay."""
    for i in range(n):
        keep[i] = i in (0, n - 1)
    stack[0, 0], stack[0, 1] = 0, n - 1
    depth = 1
    while depth > 0:
        depth -= 1
        a, b = stack[depth]
        dx, dy = px[b] - px[a], py[b] - py[a]
        length = np.sqrt(dx * dx + dy * dy)
        worst, at = tolerance, -1
        for i in range(a + 1, b):
            ex, ey = px[i] - px[a], py[i] - py[a]
            along = (ex * dx + ey * dy) / length if length > 0 else 0.0
            if length == 0 or along < 0:
                off = np.sqrt(ex * ex + ey * ey)
            elif along > length:
                off = np.hypot(px[i] - px[b], py[i] - py[b])
            else:
                off = abs(ex * dy - ey * dx) / length
            if off > worst:
                worst, at = off, i
        if at >= 0:
            keep[at] = True
            stack[depth, 0], stack[depth, 1] = a, at
            stack[depth + 1, 0], stack[depth + 1, 1] = at, b
            depth += 2


@numba.njit(cache=True, nogil=True)
def clipped(ax, ay, bx, by, box):
    """Return the part of a segment in a box (Liang and Barsky 1984) and whether there is any."""
    t0, t1 = 0.0, 1.0
    dx, dy = bx - ax, by - ay
    for k in range(4):
        p = (-dx, dx, -dy, dy)[k]
        q = (ax - box[0], box[2] - ax, ay - box[1], box[3] - ay)[k]
        if p == 0:
            if q < 0:
                return ax, ay, bx, by, False
        elif p < 0:
            t0 = max(t0, q / p)
        else:
            t1 = min(t1, q / p)
    if t0 >= t1:
        return ax, ay, bx, by, False
    first_x, first_y = (ax, ay) if t0 == 0 else (ax + t0 * dx, ay + t0 * dy)
    last_x, last_y = (bx, by) if t1 == 1 else (ax + t1 * dx, ay + t1 * dy)
    return first_x, first_y, last_x, last_y, True


@numba.njit(cache=True, nogil=True)
def block_ridges(xy, owner, start, first, last, far, tolerance):
    """Return lines, their block and owners, and far corners of blocks ``first`` to ``last - 1``."""
    room = 2 * (start[last] - start[first]) + 64
    lines = np.empty((2 * room, 4))
    meta = np.empty((2 * room, 3), dtype=np.int64)
    corners = np.empty((room, 3))
    n_lines, n_corners = 0, 0
    for block in range(first, last):
        s = start[block]
        n = start[block + 1] - s
        if n == 0:
            continue
        x, y = np.empty(n + 3), np.empty(n + 3)
        who = np.full(n + 3, -1, dtype=np.int64)
        for i in range(n):
            x[i], y[i], who[i] = xy[s + i, 0], xy[s + i, 1], owner[s + i]
        low_x, high_x, low_y, high_y = x[:n].min(), x[:n].max(), y[:n].min(), y[:n].max()
        width = max(high_x - low_x, high_y - low_y, 2 * far) * _GHOSTS
        mid_x, mid_y = (low_x + high_x) / 2, (low_y + high_y) / 2
        # Lopsided, so that they are on no circle with corners of a grid.
        x[n], y[n] = mid_x - 2.03 * width, mid_y - 1.21 * width
        x[n + 1], y[n + 1] = mid_x + 1.97 * width, mid_y - 1.13 * width
        x[n + 2], y[n + 2] = mid_x + 0.07 * width, mid_y + 2.17 * width
        tri = np.empty((2 * n + 1, 3), dtype=np.int64)
        nb = np.empty((2 * n + 1, 3), dtype=np.int64)
        count = delaunay(x, y, n, tri, nb)
        margin = 2 * width / _GHOSTS + 2 * far
        box = (low_x - margin, low_y - margin, high_x + margin, high_y + margin)
        cx, cy = np.empty(count), np.empty(count)
        degree = np.zeros(count, dtype=np.int64)
        for t in range(count):
            a, b, c = tri[t]
            cx[t], cy[t] = centre(x, y, a, b, c)
            for k in range(3):
                v, w = who[tri[t, (k + 1) % 3]], who[tri[t, (k + 2) % 3]]
                if v >= 0 and w >= 0 and v != w:
                    degree[t] += 1
            seen = box[0] <= cx[t] <= box[2] and box[1] <= cy[t] <= box[3]
            if max(a, b, c) < n and seen and np.hypot(cx[t] - x[a], cy[t] - y[a]) > far and n_corners < room:
                corners[n_corners, 0], corners[n_corners, 1], corners[n_corners, 2] = cx[t], cy[t], block
                n_corners += 1
        done = np.zeros((count, 3), dtype=np.bool_)
        px, py = np.empty(count + 2), np.empty(count + 2)
        keep = np.empty(count + 2, dtype=np.bool_)
        stack = np.empty((count + 2, 2), dtype=np.int64)
        for ends in range(2):  # lines between corners first, then lines that close on themselves
            for t0 in range(count):
                if degree[t0] == 0 or (ends == 0 and degree[t0] == 2):
                    continue
                for k0 in range(3):
                    v, w = who[tri[t0, (k0 + 1) % 3]], who[tri[t0, (k0 + 2) % 3]]
                    if v < 0 or w < 0 or v == w or done[t0, k0]:
                        continue
                    px[0], py[0] = cx[t0], cy[t0]
                    m, t, k = 1, t0, k0
                    while True:
                        u = nb[t, k]
                        done[t, k] = True
                        back = 0 if nb[u, 0] == t else (1 if nb[u, 1] == t else 2)
                        done[u, back] = True
                        px[m], py[m] = cx[u], cy[u]
                        m += 1
                        if degree[u] != 2 or u == t0:
                            break
                        t = u
                        for step in range(1, 3):
                            k = (back + step) % 3
                            p, q = who[tri[t, (k + 1) % 3]], who[tri[t, (k + 2) % 3]]
                            if p >= 0 and q >= 0 and p != q:
                                break
                    thinned(px, py, m, tolerance, keep, stack)
                    i = 0
                    for j in range(1, m):
                        if not keep[j]:
                            continue
                        ax, ay, bx, by, inside = clipped(px[i], py[i], px[j], py[j], box)
                        i = j
                        if inside:
                            if n_lines == len(lines):
                                lines = np.concatenate((lines, np.empty_like(lines)))
                                meta = np.concatenate((meta, np.empty_like(meta)))
                            lines[n_lines, 0], lines[n_lines, 1] = ax, ay
                            lines[n_lines, 2], lines[n_lines, 3] = bx, by
                            meta[n_lines, 0], meta[n_lines, 1], meta[n_lines, 2] = block, v, w
                            n_lines += 1
    return lines[:n_lines].copy(), meta[:n_lines].copy(), corners[:n_corners].copy()
