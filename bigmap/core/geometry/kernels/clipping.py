"""Loops of `bigmap.core.geometry.nearby_lines`: straight sides within polygons."""

from __future__ import annotations

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)
def clip_sides(ends, side, polygon, first, edges, off_m):
    """Return (pair, low, high) where the side of each pair lies within its polygon or along its outline.

    ``edges[first[p] : first[p + 1]]`` are those of polygon p. A side is cut where it crosses edges and where
    their ends lie along it; of what lies between two cuts the middle tells whether it is inside.
    """
    most = 0
    for p in range(len(first) - 1):
        most = max(most, first[p + 1] - first[p])
    beside = np.empty((most, 4))  # edges that tell: along and off the side, of both ends
    cuts = np.empty(3 * most + 2)
    room = 2 * len(side) + 16
    pairs, low, high, n = np.empty(room, np.int64), np.empty(room), np.empty(room), 0
    for k in range(len(side)):
        x, y = ends[side[k], 0]
        dx, dy = ends[side[k], 1, 0] - x, ends[side[k], 1, 1] - y
        length = np.hypot(dx, dy)
        dx, dy = dx / length, dy / length
        n_beside, n_cuts = 0, 2
        cuts[0], cuts[1] = 0.0, length
        for e in range(first[polygon[k]], first[polygon[k] + 1]):
            ax, ay = edges[e, 0, 0] - x, edges[e, 0, 1] - y
            bx, by = edges[e, 1, 0] - x, edges[e, 1, 1] - y
            at, bt = dx * ax + dy * ay, dx * bx + dy * by
            if min(at, bt) > length + off_m or max(at, bt) < -off_m:
                continue
            ao, bo = dx * ay - dy * ax, dx * by - dy * bx
            beside[n_beside] = at, ao, bt, bo
            n_beside += 1
            if abs(ao) <= off_m:
                cuts[n_cuts] = at
                n_cuts += 1
            if abs(bo) <= off_m:
                cuts[n_cuts] = bt
                n_cuts += 1
            if ao * bo < 0:
                cuts[n_cuts] = at + (bt - at) * ao / (ao - bo)
                n_cuts += 1
        ordered = np.sort(np.minimum(np.maximum(cuts[:n_cuts], 0.0), length))
        joins = False
        for i in range(n_cuts - 1):
            if ordered[i + 1] <= ordered[i]:
                continue
            middle = (ordered[i] + ordered[i + 1]) / 2
            inside = False
            for j in range(n_beside):
                at, ao, bt, bo = beside[j]
                if min(at, bt) <= middle <= max(at, bt) and max(abs(ao), abs(bo)) <= off_m:
                    inside = True
                    break
                if (at > middle) != (bt > middle) and ao + (bo - ao) * (middle - at) / (bt - at) > 0:
                    inside = not inside
            if inside and joins:
                high[n - 1] = ordered[i + 1]
            elif inside:
                if n == room:
                    room *= 2
                    pairs = np.concatenate((pairs, np.empty(room - n, np.int64)))
                    low = np.concatenate((low, np.empty(room - n)))
                    high = np.concatenate((high, np.empty(room - n)))
                pairs[n], low[n], high[n] = k, ordered[i], ordered[i + 1]
                n += 1
            joins = inside
    return pairs[:n], low[:n], high[:n]
