"""Adjacency of units: which of them share a border, and its length in metres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from bigmap.base.arrays import Floats, Ints, Shapes
from bigmap.core.geometry.kernels import adjacency as kernels


@dataclass(frozen=True)
class Graph:
    """Rook adjacency of n units: an undirected graph with shared border lengths.

    Attributes
    ----------
    n : int
        Number of units (nodes).
    left, right : ndarray of int, shape (m,)
        End nodes of each edge, ``left < right``, sorted.
    border_m : ndarray of float, shape (m,)
        Length of the shared border in metres, > 0.
    """

    n: int
    left: Ints
    right: Ints
    border_m: Floats

    def matrix(self) -> csr_array:
        """Return the symmetric (n, n) matrix of shared border lengths."""
        rows = np.concatenate([self.left, self.right])
        cols = np.concatenate([self.right, self.left])
        return coo_array((np.tile(self.border_m, 2), (rows, cols)), shape=(self.n, self.n)).tocsr()

    def components(self) -> Ints:
        """Return the number of the connected piece each unit lies in, from 0."""
        return pieces(self, np.zeros(self.n, dtype=np.int64))


def pieces(graph: Graph, group: npt.ArrayLike) -> Ints:
    """Return the connected piece that each unit lies in, within its group.

    Parameters
    ----------
    graph : Graph
    group : array of int, shape (n,)
        Group of each unit; borders between groups do not connect.

    Returns
    -------
    ndarray of int, shape (n,)
        Numbers of pieces from 0, counted over all groups.
    """
    group = np.asarray(group)
    same = group[graph.left] == group[graph.right]
    links = coo_array(
        (np.ones(int(same.sum())), (graph.left[same], graph.right[same])), shape=(graph.n, graph.n)
    )
    return np.asarray(connected_components(links, directed=False)[1], dtype=np.int64)


def merged(graph: Graph, group: npt.ArrayLike, n_groups: int) -> Graph:
    """Return the adjacency of groups of units: borders between two groups summed, inside borders dropped.

    Parameters
    ----------
    graph : Graph
    group : array of int, shape (n,)
        Group of each unit, -1 for none.
    n_groups : int

    Returns
    -------
    Graph
        Nodes are the groups; borders in metres.
    """
    group = np.asarray(group, dtype=np.int64)
    a, b = group[graph.left], group[graph.right]
    crossing = (a != b) & (a >= 0) & (b >= 0)
    return _summed(n_groups, a[crossing], b[crossing], graph.border_m[crossing])


def induced(graph: Graph, members: Ints) -> Graph:
    """Return the adjacency among some units alone, numbered in the order of ``members``."""
    number = np.full(graph.n, -1, dtype=np.int64)
    number[members] = np.arange(len(members))
    a, b = number[graph.left], number[graph.right]
    keep = (a >= 0) & (b >= 0)
    return Graph(len(members), a[keep], b[keep], graph.border_m[keep])


def build_graph(polygons: npt.ArrayLike) -> Graph:
    """Return the rook adjacency of a valid polygon coverage.

    Neighbours of a valid coverage have the same vertices along their shared border, so equal segments
    are found by a table of their ends, without any geometric predicate.

    Parameters
    ----------
    polygons : array of shapely.Polygon, shape (n,)
        A valid coverage (`shapely.coverage_is_valid`), metres.

    Returns
    -------
    Graph
    """
    shapes = np.asarray(polygons, dtype=object)
    ends, a, b = _shared_sides(shapes)
    return _summed(len(shapes), a, b, np.hypot(*(ends[:, 1] - ends[:, 0]).T))


def shared_borders(polygons: Shapes, left: Ints, right: Ints) -> Shapes:
    """Return the common border of pairs of neighbours in a valid coverage, shape (m,).

    Parameters
    ----------
    polygons : array of shapely.Polygon, shape (n,)
    left, right : ndarray of int, shape (m,)
        ``left < right``, each pair once.

    Returns
    -------
    array of shapely.MultiLineString
        Empty where two are no neighbours.
    """
    rows, number = np.unique(np.concatenate([left, right]), return_inverse=True)
    ends, a, b = _shared_sides(polygons[rows])
    wanted = number[: len(left)] * len(rows) + number[len(left) :]
    by_key = np.argsort(wanted)
    key = np.minimum(a, b) * len(rows) + np.maximum(a, b)
    at = np.searchsorted(wanted[by_key], key)
    at[at == len(wanted)] = 0
    mine = np.flatnonzero(wanted[by_key][at] == key)
    pair = by_key[at[mine]]
    order = np.argsort(pair, kind="stable")
    some, group = np.unique(pair[order], return_inverse=True)
    borders = np.full(len(left), shapely.MultiLineString(), dtype=object)
    borders[some] = shapely.multilinestrings(shapely.linestrings(ends[mine[order]]), indices=group)
    return borders


def _shared_sides(shapes: Shapes) -> tuple[Floats, Ints, Ints]:
    """Return the sides that two polygons have, shape (s, 2, 2), and these two."""
    rings, owner = shapely.get_rings(shapes, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    if not len(xy):
        return np.zeros((0, 2, 2)), owner, owner
    inner = np.flatnonzero(ring[1:] == ring[:-1])
    vertex = kernels.number_points(xy + 0.0)  # -0.0 becomes 0.0
    a, b = vertex[inner], vertex[inner + 1]
    first, second = kernels.twins(np.minimum(a, b) * len(xy) + np.maximum(a, b))
    side = inner[first]
    owner = owner[ring]
    return np.stack([xy[side], xy[side + 1]], axis=1), owner[side], owner[inner[second]]


def _summed(n: int, a: Ints, b: Ints, length: Floats) -> Graph:
    """Return the graph with parallel edges added up."""
    low, high = np.minimum(a, b), np.maximum(a, b)
    keep = low != high
    key, where = np.unique(low[keep] * n + high[keep], return_inverse=True)
    total = np.bincount(where, weights=length[keep], minlength=len(key)).astype(np.float64)
    return Graph(n, key // n, key % n, total)
