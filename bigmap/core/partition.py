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

from bigmap.core.adjacency import Graph, merged

Shapes = npt.NDArray[np.object_]
Ints = npt.NDArray[np.int64]


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


def grid_cells(polygons: Shapes, side_m: float) -> Shapes:
    """Return the squares of a fixed grid within each polygon that is larger than one square."""
    large = polygons[shapely.area(polygons) > side_m**2]
    cells = [_squares(polygon, side_m) for polygon in large]
    return np.concatenate(cells) if cells else np.array([], dtype=object)


def _squares(polygon: shapely.Polygon, side_m: float) -> Shapes:
    low_x, low_y, high_x, high_y = np.array(polygon.bounds) // side_m * side_m
    x, y = np.meshgrid(np.arange(low_x, high_x + 1, side_m), np.arange(low_y, high_y + 1, side_m))
    shapely.prepare(polygon)
    squares = shapely.box(x, y, x + side_m, y + side_m).ravel()
    parts = shapely.get_parts(shapely.intersection(squares[shapely.intersects(polygon, squares)], polygon))
    return parts[shapely.get_dimensions(parts) == 2]


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
    area = np.bincount(group, weights=shapely.area(polygons), minlength=len(small))
    return absorbed(merged(graph, group, len(small)), area, small)[group]


def absorbed(graph: Graph, area: npt.NDArray[np.float64], small: npt.NDArray[np.bool_]) -> Ints:
    """Return where each of n pieces goes: itself, or the neighbour a small one shares its longest border with.

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
        area = np.bincount(target, weights=area, minlength=len(small))
        borders = merged(borders, target, len(small))
    return group


def dissolve(polygons: Shapes, group: Ints, n_groups: int) -> Shapes:
    """Return the union of each group of a valid coverage, shape (n_groups,); empty groups give None."""
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(n_groups + 1))
    united = np.empty(n_groups, dtype=object)
    for g in range(n_groups):
        members = polygons[order[starts[g] : starts[g + 1]]]
        if len(members) == 1:
            united[g] = members[0]
        elif len(members):
            united[g] = shapely.coverage_union_all(members)
    return united
