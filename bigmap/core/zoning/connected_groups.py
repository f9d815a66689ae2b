"""Units that stay together: communities, streets, bound units and lists, as connected groups."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra

from bigmap.base.arrays import Bools, Floats, Ints
from bigmap.core.geometry.adjacency import Graph, induced, pieces


def members_of(frame: pd.DataFrame, what: str) -> Ints:
    """Return the number of the community or street of each unit, -1 for none.

    Parameters
    ----------
    frame : pandas.DataFrame
        Units with ``comm``, ``kind`` and ``name``.
    what : str
        'communities' or 'streets'.
    """
    names = frame["comm"] if what == "communities" else frame["name"]
    known = names.fillna("").astype(str) != ""
    if what == "streets":
        known &= frame["kind"].isin(("road", "lane"))
    codes = pd.factorize(names.where(known))[0]
    return np.asarray(codes, dtype=np.int64)


def whole_pieces(graph: Graph, group: Ints) -> Ints:
    """Return a label 0 … m-1 for each unit: each connected piece of a group is one, all others are alone."""
    alone = np.where(group >= 0, group, group.max(initial=-1) + 1 + np.arange(graph.n))
    return pieces(graph, alone)


def join_labels(n: int, labels: Iterable[Ints]) -> Ints:
    """Return the labels 0 … m-1 that join all that any of the labels joins."""
    heads = []
    for label in labels:
        first = np.zeros(int(label.max()) + 1, dtype=np.int64)
        first[label] = np.arange(n)
        heads.append(first[label])
    rows = np.tile(np.arange(n), len(heads))
    links = coo_array((np.ones(len(rows)), (rows, np.concatenate(heads))), shape=(n, n))
    return np.asarray(connected_components(links, directed=False)[1], dtype=np.int64)


def connected_set(graph: Graph, load: Floats, members: Ints, usable: Bools) -> Ints | None:
    """Return the units with the lightest found ways between them, so that they hang together.

    Parameters
    ----------
    graph : Graph
    load : ndarray of float, shape (n,)
        What a way shall add little of.
    members : ndarray of int
        All on one ground.
    usable : ndarray of bool, shape (n,)
        Units that ways may use.

    Returns
    -------
    ndarray of int or None
        None where no way is usable.

    Notes
    -----
    The nearest piece is joined first, as in the Steiner tree heuristic of Takahashi and Matsuyama,
    *Mathematica Japonica* 24 (1980).
    """
    members = np.unique(members)
    matrix = None
    while True:
        piece = pieces(induced(graph, members), np.zeros(len(members), dtype=np.int64))
        if piece.max(initial=0) == 0:
            return members
        if matrix is None:
            matrix = _ways(graph, load, usable, members)
        away, before = _distances(matrix, members[piece == 0])
        others = members[piece != 0]
        end = int(others[np.argmin(away[others])])
        if not np.isfinite(away[end]):
            return None
        way = [end]
        while before[way[-1]] >= 0:
            way.append(int(before[way[-1]]))
        members = np.unique(np.append(members, way))


def _ways(graph: Graph, load: Floats, usable: Bools, members: Ints) -> coo_array:
    """Return the directed graph whose links weigh what the unit at their end adds."""
    enter = usable.copy()
    enter[members] = True
    step = load + 1e-3 * max(float(load.mean()), 1e-9)
    a = np.concatenate([graph.left, graph.right])
    b = np.concatenate([graph.right, graph.left])
    keep = enter[a] & enter[b]
    return coo_array((step[b[keep]], (a[keep], b[keep])), shape=(graph.n, graph.n)).tocsr()


def _distances(matrix: coo_array, begin: Ints) -> tuple[Floats, Ints]:
    away, before, _ = dijkstra(matrix, indices=begin, min_only=True, return_predecessors=True)
    return away, before


def reconnect_zone(
    graph: Graph, load: Floats, zone_of_unit: Ints, zone: int, free: Bools | None = None
) -> Ints | None:
    """Return the assignment after the lightest found addition that brings a zone into one piece on each
    ground.

    Parameters
    ----------
    graph : Graph
    load : ndarray of float, shape (n,)
        What shall be added little of.
    zone_of_unit : ndarray of int, shape (n,)
        -1 for units in no zone.
    zone : int
    free : ndarray of bool, shape (n,), optional
        Units that may be added; all otherwise.

    Returns
    -------
    ndarray of int or None
        Zones that the addition would tear give their smaller pieces to the mended zone as well. None where
        units that may not be added are in the way.
    """
    free = np.ones(graph.n, dtype=bool) if free is None else free
    mended = zone_of_unit.copy()
    ground = graph.components()
    members = np.flatnonzero(zone_of_unit == zone)
    for where in np.unique(ground[members]):
        found = connected_set(graph, load, members[ground[members] == where], free)
        if found is None:
            return None
        mended[found] = zone
    for torn in np.unique(zone_of_unit[(mended == zone) & (zone_of_unit != zone) & (zone_of_unit >= 0)]):
        for where in np.unique(ground[mended == torn]):
            units = np.flatnonzero((mended == torn) & (ground == where))
            piece = pieces(induced(graph, units), np.zeros(len(units), dtype=np.int64))
            strays = units[piece != np.argmax(np.bincount(piece, weights=load[units] + 1e-9))]
            if not free[strays].all():
                return None
            mended[strays] = zone
    return mended
