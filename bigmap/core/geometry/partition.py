"""Cutting the ground: overlapping claims in order of priority become a planar partition.

The one idea: `shapely.coverage_clean` with ``merge_strategy="min_index"`` gives ground that several
polygons claim to the first of them. With "everything outside" first and the whole boundary last,
what comes out is exactly the boundary, nothing left out and nothing twice, and neighbours share
their vertices because all lines are noded in one pass.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from bigmap.base.arrays import Ints, Shapes
from bigmap.core.geometry.adjacency import Graph, merged
from bigmap.core.geometry.noding import THREADS, in_threads

_MANY = 2000  # polygons from which threads pay


@dataclass(frozen=True)
class Pieces:
    """Connected pieces of ground after the cut.

    Attributes
    ----------
    polygons : array of shapely.Polygon, shape (n,)
        A valid coverage of everything that was claimed.
    claim : ndarray of int, shape (n,)
        Index of the claim that got each piece.
    outside : array of shapely.Polygon
        The ground around the boundary, with the same vertices along it: what the proof measures against.
    """

    polygons: Shapes
    claim: Ints
    outside: Shapes


def cut(boundary: shapely.Geometry, claims: Shapes) -> Pieces:
    """Return the boundary cut into connected pieces, each given to the first claim on it.

    Parameters
    ----------
    boundary : Polygon or MultiPolygon
        Metres, valid.
    claims : array of Polygon or MultiPolygon, shape (n,)
        In order of priority, first wins; may overlap, reach outside and leave ground unclaimed.

    Returns
    -------
    Pieces
        ``claim`` is ``len(claims)`` for ground that nobody claims.
    """
    everything = shapely.box(*shapely.total_bounds([boundary, *claims])).buffer(100.0, join_style="mitre")
    outside = shapely.difference(everything, boundary)
    ordered = np.array([outside, *claims, boundary], dtype=object)
    owned = shapely.coverage_clean(shapely.force_2d(ordered), merge_strategy="min_index")
    polygons, owner = shapely.get_parts(owned[1:], return_index=True)
    solid = shapely.area(polygons) > 0
    return Pieces(polygons[solid], owner[solid], shapely.get_parts(owned[0]))


def absorb(polygons: Shapes, group: Ints, small: npt.NDArray[np.bool_], graph: Graph) -> Ints:
    """Return the groups after each small one went to the neighbour with the longest shared border.

    Parameters
    ----------
    polygons : array of shape (n,)
    group : ndarray of int, shape (n,)
        Group of each polygon, 0 to g - 1.
    small : ndarray of bool, shape (g,)
        Groups that may not stand alone.
    graph : Graph
        Adjacency of the polygons.

    """
    area = np.bincount(group, weights=shapely.area(polygons), minlength=len(small)).astype(np.float64)
    return absorbed(merged(graph, group, len(small)), area, small)[group]


def absorbed(graph: Graph, area: npt.NDArray[np.float64], small: npt.NDArray[np.bool_]) -> Ints:
    """Return where each piece goes: itself, or, if small, the neighbour with the longest shared border.

    Parameters
    ----------
    graph : Graph
        Adjacency of the pieces.
    area : ndarray of float, shape (n,)
        Used for ties only: the larger neighbour wins.
    small : ndarray of bool, shape (n,)
        Pieces that may not stand alone.

    Notes
    -----
    A small piece among small ones waits for the next round; one without any neighbour stays.
    """
    group = np.arange(len(small))
    small = small.copy()
    borders = graph
    while small.any():
        a = np.concatenate([borders.left, borders.right])
        b = np.concatenate([borders.right, borders.left])
        length = np.tile(borders.border_m, 2)
        usable = small[a] & ~small[b]
        if not usable.any():
            break
        a, b, length = a[usable], b[usable], length[usable]
        order = np.lexsort((b, area[b], np.round(length, 3)))
        target = np.arange(len(small))
        target[a[order]] = b[order]
        small[a] = False
        group = target[group]
        area = np.bincount(target, weights=area, minlength=len(small)).astype(np.float64)
        borders = merged(borders, target, len(small))
    return group


def dissolve(polygons: Shapes, group: Ints, n_groups: int) -> Shapes:
    """Return the union of each group of a valid coverage, shape (n_groups,); empty groups give None."""
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(n_groups + 1))

    def united(g: int) -> shapely.Geometry | None:
        members = polygons[order[starts[g] : starts[g + 1]]]
        if len(members) > 1:
            return shapely.coverage_union_all(members)
        return members[0] if len(members) else None

    found = np.empty(n_groups, dtype=object)
    found[:] = list(
        in_threads(united, range(n_groups)) if len(polygons) > _MANY else map(united, range(n_groups))
    )
    return found


def is_coverage(polygons: Shapes) -> bool:
    """Return whether polygons do not overlap and share their vertices, asked strip by strip on all cores.

    Polygons that are wrong with each other have boxes that meet, so that the strip of one holds both.
    """
    bounds = shapely.bounds(polygons)
    order = np.argsort(bounds[:, 0], kind="stable")
    n_strips = min(2 * THREADS, len(polygons) // _MANY + 1)

    def sound(strip: Ints) -> bool:
        low, high = bounds[strip, 0].min(initial=np.inf), bounds[strip, 2].max(initial=-np.inf)
        return bool(shapely.coverage_is_valid(polygons[(bounds[:, 0] <= high) & (bounds[:, 2] >= low)]))

    return all(in_threads(sound, np.array_split(order, n_strips)))
