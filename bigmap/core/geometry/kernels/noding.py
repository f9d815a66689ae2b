"""Loops of `bigmap.core.geometry.noding`: buckets, crossings, hot pixels, pieces."""

from __future__ import annotations

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)
def number_keys(key):
    """Return the number of each key in the order of first appearance, and the distinct keys."""
    bits = 4
    while (1 << bits) < 2 * len(key):
        bits += 1
    table = np.full(1 << bits, -1, dtype=np.int64)
    number = np.empty(len(key), dtype=np.int64)
    distinct = np.empty(len(key), dtype=np.int64)
    n = 0
    for i in range(len(key)):
        slot = (np.uint64(key[i]) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - bits)
        while table[slot] >= 0 and distinct[table[slot]] != key[i]:
            slot = (slot + np.uint64(1)) & np.uint64((1 << bits) - 1)
        if table[slot] < 0:
            table[slot] = n
            distinct[n] = key[i]
            n += 1
        number[i] = table[slot]
    return number, distinct[:n].copy()


@numba.njit(cache=True, nogil=True)
def fill_squares(segments, low_x, low_y, side, rows, place, out):
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
def proper_crossings(segments, start, member, first, last, out):
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
def meetings(segments, start, member, first, last, out):
    """Write (segment, segment) where two meet elsewhere than at an end of both; return how many there are."""
    n = 0
    for square in range(first, last):
        for i in range(start[square], start[square + 1]):
            s = member[i]
            ax, ay, bx, by = segments[s]
            low_x, high_x, low_y, high_y = min(ax, bx), max(ax, bx), min(ay, by), max(ay, by)
            for j in range(i + 1, start[square + 1]):
                t = member[j]
                cx, cy, dx, dy = segments[t]
                left, right = max(low_x, min(cx, dx)), min(high_x, max(cx, dx))
                bottom, top = max(low_y, min(cy, dy)), min(high_y, max(cy, dy))
                if left > right or bottom > top:
                    continue
                c = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
                d = (bx - ax) * (dy - ay) - (by - ay) * (dx - ax)
                if (c > 0 and d > 0) or (c < 0 and d < 0):
                    continue
                if c == 0 and d == 0:
                    apart = left == right and bottom == top
                else:
                    a = (dx - cx) * (ay - cy) - (dy - cy) * (ax - cx)
                    b = (dx - cx) * (by - cy) - (dy - cy) * (bx - cx)
                    apart = (a > 0 and b > 0) or (a < 0 and b < 0)
                    # Not parallel, they have one point in common at most: it is well where it ends both.
                    apart = apart or ((a == 0 or b == 0) and (c == 0 or d == 0))
                if apart:
                    continue
                if n < len(out):
                    out[n, 0], out[n, 1] = s, t
                n += 1
    return n


@numba.njit(cache=True, nogil=True)
def passes(segments, xy, start, member, point_start, point, first, last, out):
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
def sorted_hits(segments, xy, hits):
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
def between_hits(ends, start, vertex):
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
