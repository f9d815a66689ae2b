"""Splitting two neighbouring zones anew where single moves cannot balance them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse.csgraph import breadth_first_order

from bigmap.base.i18n import Text
from bigmap.base.progress import Progress
from bigmap.core.adjacency import Graph, induced, merged, pieces
from bigmap.core.zoning.multilevel import split

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_SEEDS = 2
_LOOKS = 100  # pairs split anew at the most: some ten milliseconds each


def recombine(
    graph: Graph, load: Floats, zone: Ints, target: Floats, tolerance: float, seed: int, progress: Progress
) -> Ints:
    """Return the zones after the worst of them was united with a neighbour and split anew, again and again.

    Parameters
    ----------
    graph : Graph
    load : ndarray of float, shape (n,)
    zone : ndarray of int, shape (n,)
        Each zone connected; zones that touch have the same target.
    target : ndarray of float, shape (k,)
        Wanted load of each zone.
    tolerance : float
        Zones whose load is this close to the target, as a share, are left alone.
    seed : int
    progress : Progress

    Notes
    -----
    A directed form of the recombination step of DeFord, Duchin and Solomon, *Harvard Data Science Review*
    3.1 (2021): always the pair that promises most, accepted only when the worse of the two gets better.
    """
    tried: set[tuple[int, int]] = set()
    for look in range(_LOOKS):
        pair = _worst_pair(graph, load, zone, target, tolerance, tried)
        if pair is None:
            break
        progress.step(look / _LOOKS, Text("Balancing the zones"))
        found = _split_anew(graph, load, zone, target, pair, tolerance, seed)
        if found is None:
            tried.add(pair)
        else:
            zone, tried = found, {p for p in tried if not set(p) & set(pair)}
    return zone


def split_heavy(graph: Graph, load: Floats, zone: Ints, limit: float, seed: int) -> Ints:
    """Return the zones after each one above the limit was split into connected parts that are not.

    Parameters
    ----------
    graph : Graph
    load : ndarray of float, shape (n,)
        No unit alone above ``limit``.
    zone : ndarray of int, shape (n,)
    limit : float
        Largest load of a zone.
    seed : int
    """
    zone = zone.copy()
    heavy = [z for z, total in enumerate(np.bincount(zone, weights=load)) if total > limit]
    while heavy:
        members = np.flatnonzero(zone == heavy.pop())
        inner = induced(graph, members)
        parts = min(len(members), int(load[members].sum() // limit) + 1)
        piece = pieces(inner, split(inner, load[members], parts, 0.01, seed))
        if piece.max() == 0:
            piece = _leaf_apart(inner)
        number = np.append(zone[members[0]], zone.max() + 1 + np.arange(piece.max()))
        zone[members] = number[piece]
        heavy += [
            int(number[p]) for p, total in enumerate(np.bincount(piece, load[members])) if total > limit
        ]
    return zone


def _leaf_apart(graph: Graph) -> Ints:
    """Return a connected graph in two connected parts: a leaf of a breadth-first tree, and the rest."""
    part = np.zeros(graph.n, dtype=np.int64)
    part[breadth_first_order(graph.matrix(), 0, directed=False)[0][-1]] = 1
    return part


def _off(load: Floats, zone: Ints, target: Floats) -> Floats:
    """Return how far each zone is from its target, as a share of it."""
    return np.bincount(zone, weights=load, minlength=len(target)) / target - 1


def _worst_pair(
    graph: Graph, load: Floats, zone: Ints, target: Floats, tolerance: float, tried: set[tuple[int, int]]
) -> tuple[int, int] | None:
    """Return the neighbours that are farthest apart, one of them beyond the tolerance, and not tried yet."""
    off = _off(load, zone, target)
    borders = merged(graph, zone, len(target))
    a, b = borders.left, borders.right
    for i in np.argsort(-np.abs(off[a] - off[b]), kind="stable"):
        pair = (int(a[i]), int(b[i]))
        if pair not in tried and max(abs(off[pair[0]]), abs(off[pair[1]])) > tolerance:
            return pair
    return None


def _split_anew(
    graph: Graph, load: Floats, zone: Ints, target: Floats, pair: tuple[int, int], tolerance: float, seed: int
) -> Ints | None:
    """Return the zones with the pair split better than it is, None where no seed does."""
    members = np.flatnonzero(np.isin(zone, pair))
    inner = induced(graph, members)
    worst = np.abs(_off(load, zone, target)[list(pair)]).max()
    for s in range(_SEEDS):
        part = _two_pieces(inner, split(inner, load[members], 2, tolerance / 2, seed + s))
        if part is None:
            continue
        changed = zone.copy()
        changed[members] = np.array(pair)[part]
        if np.abs(_off(load, changed, target)[list(pair)]).max() < worst - 1e-3:
            return changed
    return None


def _two_pieces(graph: Graph, part: Ints) -> Ints | None:
    """Return the two parts with their strays handed over, None unless both are then in one piece."""
    for side in (0, 1):
        piece = pieces(graph, part)
        own = piece[part == side]
        if not len(own):
            return None
        main = np.argmax(np.bincount(own))
        part = np.where((part == side) & (piece != main), 1 - side, part)
    return part if len(np.unique(pieces(graph, part))) == len(np.unique(part)) == 2 else None
