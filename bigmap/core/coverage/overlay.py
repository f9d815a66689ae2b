"""Zones that somebody else drew, laid on the ground: what no zone claims, and what two of them do.

The one idea: a fault lies where a zone's border is not shared. Zones whose whole border is that of
neighbours, vertex by vertex, need no geometry at all: they are united to one block, and only the others are
noded with it. 80,000 zones with some faults so cost little more than looking at their segments.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from bigmap.base.arrays import Bools, Floats, Ints, Shapes
from bigmap.core.coverage.gaps import touching
from bigmap.core.geometry.adjacency import build_graph
from bigmap.core.geometry.partition import cut

_SPECK_M2 = 1e-6  # what the crossing of two equal borders leaves
_NOISE = 1e-9  # of an area: the accuracy of sums


@dataclass(frozen=True)
class Unserved:
    """Ground that is not served.

    Attributes
    ----------
    bare : array of shapely.Polygon
        Connected pieces in no zone.
    beside : list of tuple of str
        Zones along the border of each, the longest border first.
    idle : array of shapely.Polygon
        Pieces that are only in zones without anybody in charge.
    """

    bare: Shapes
    beside: list[tuple[str, ...]]
    idle: Shapes


@dataclass(frozen=True)
class SharedBorders:
    """Which polygons fit their neighbours all round, so that no fault lies along their border.

    Their common area tells that none of them lies over another: the union would have less than their sum.
    Where it does, none counts as fitting.

    Attributes
    ----------
    rows : ndarray of bool, shape (n,)
    block : Polygon or MultiPolygon or None
        Union of those that fit.
    """

    rows: Bools
    block: shapely.Geometry | None

    @classmethod
    def of(cls, shapes: Shapes) -> SharedBorders:
        """Look at the segments of polygons."""
        rows = ~has_loose_border(shapes)
        block = _united(shapes[rows]) if rows.any() else None
        return cls(rows & (block is not None), block)

    def blocks(self, shapes: Shapes, wanted: Bools) -> Shapes:
        """Return the union of those that fit among the wanted, shape (1,) or (0,)."""
        some = self.rows & wanted
        if not some.any():
            return shapes[:0]
        block = self.block if some.sum() == self.rows.sum() else shapely.coverage_union_all(shapes[some])
        return np.array([block], dtype=object)


def _united(shapes: Shapes) -> shapely.Geometry | None:
    try:
        block = shapely.coverage_union_all(shapes)
    except shapely.GEOSException:  # it notices some overlaps, not all
        return None
    total = float(shapely.area(shapes).sum())
    return block if abs(float(block.area) - total) <= _NOISE * total and shapely.is_valid(block) else None


def has_loose_border(shapes: Shapes) -> Bools:
    """Return which polygons have a border segment that is not that of exactly one neighbour too.

    Across all other segments the number of polygons over a place does not change, so that gaps and overlaps
    begin and end at loose segments only.
    """
    ends, forward, owner = _segments(shapes)
    key = _mixed(ends)
    order = np.argsort(key, kind="stable")
    key, ends, forward, owner = key[order], ends[order], forward[order], owner[order]
    first = np.append(True, key[1:] != key[:-1])[: len(key)]
    run = np.cumsum(first) - 1
    pair = np.flatnonzero(first & (np.bincount(run)[run] == 2))
    fit = (forward[pair] != forward[pair + 1]) & np.all(ends[pair] == ends[pair + 1], axis=1)
    shared = np.zeros(len(key), dtype=bool)
    shared[pair[fit]] = shared[pair[fit] + 1] = True
    found = np.zeros(len(shapes), dtype=bool)
    found[owner[~shared]] = True
    return found


def _segments(shapes: Shapes) -> tuple[Floats, Bools, Ints]:
    """Return segments as (m, 4) end points, the smaller first; whether they run that way; their polygons."""
    rings, owner = shapely.get_rings(shapely.orient_polygons(shapes), return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    inner = ring[1:] == ring[:-1]
    a, b = xy[:-1][inner], xy[1:][inner]
    forward = (a[:, 0] < b[:, 0]) | ((a[:, 0] == b[:, 0]) & (a[:, 1] < b[:, 1]))
    ends = np.where(forward[:, None], np.hstack([a, b]), np.hstack([b, a]))
    return ends, forward, owner[ring[:-1][inner]]


def _mixed(ends: Floats) -> npt.NDArray[np.uint64]:
    """Return one number for each row: sorting these takes a fifth of the time of sorting the rows."""
    bits = np.ascontiguousarray(ends + 0.0).view(np.uint64)  # -0.0 and 0.0 are one place
    key = np.zeros(len(ends), dtype=np.uint64)
    for column in range(bits.shape[1]):
        key = (key ^ bits[:, column]) * np.uint64(0x9E3779B97F4A7C15)
        key ^= key >> np.uint64(29)
    return key


def unserved_ground(
    boundary: shapely.Geometry,
    excluded: Shapes,
    shapes: Shapes,
    names: Shapes,
    served: Bools,
    fit: SharedBorders | None = None,
) -> Unserved:
    """Return the ground within the boundary that zones leave.

    Parameters
    ----------
    boundary : Polygon or MultiPolygon
    excluded : array of shapely.Polygon
        Ground that nobody has to serve.
    shapes : array of Polygon or MultiPolygon, shape (n,)
        The zones; they may overlap, leave gaps and reach outside.
    names : array of str, shape (n,)
    served : ndarray of bool, shape (n,)
        Whether somebody is in charge of a zone.
    fit : SharedBorders, optional
        Of ``shapes``, where it is known.
    """
    fit = fit or SharedBorders.of(shapes)
    claims, zone = [excluded], [np.full(len(excluded), -1)]
    for wanted in (served, ~served):
        block, alone = fit.blocks(shapes, wanted), np.flatnonzero(wanted & ~fit.rows)
        claims += [shapes[alone], block]
        # Any zone of the block stands for it: no gap touches one of them.
        zone += [alone, np.flatnonzero(wanted & fit.rows)[: len(block)]]
    claim = np.concatenate(claims)
    owner = np.append(np.concatenate(zone), -1)
    found = cut(boundary, claim)
    holder = owner[found.claim]
    graph = build_graph(found.polygons)
    bare = np.flatnonzero(found.claim == len(claim))
    beside = touching(graph, np.arange(len(holder)), holder, names, bare)
    idle = (holder >= 0) & ~served[holder]
    return Unserved(found.polygons[bare], beside, found.polygons[idle])


def overlaps(shapes: Shapes, fit: SharedBorders | None = None) -> tuple[Shapes, Ints, Ints]:
    """Return the places where two polygons lie over each other: place, lower row, higher row."""
    apart = np.flatnonzero(~(fit or SharedBorders.of(shapes)).rows)
    a, b = shapely.STRtree(shapes).query(shapes[apart], predicate="intersects")
    low, high = np.minimum(apart[a], b), np.maximum(apart[a], b)
    key = np.unique(low[low < high] * len(shapes) + high[low < high])
    low, high = key // len(shapes), key % len(shapes)
    crossing = shapely.relate_pattern(shapes[low], shapes[high], "2********")
    low, high = low[crossing], high[crossing]
    parts, pair = shapely.get_parts(shapely.intersection(shapes[low], shapes[high]), return_index=True)
    solid = shapely.area(parts) > _SPECK_M2
    return parts[solid], low[pair[solid]], high[pair[solid]]


def dissolve_overlaps(places: Shapes) -> Shapes:
    """Return shapes that cover the ground of places and do not overlap: what overlaps is united."""
    a, b = shapely.STRtree(places).query(places, predicate="intersects")
    a, b = a[a < b], b[a < b]
    crossing = shapely.relate_pattern(places[a], places[b], "2********")
    shared = np.unique(np.concatenate([a[crossing], b[crossing]]))
    united = np.array([shapely.union_all(places[shared])], dtype=object)
    return np.concatenate([np.delete(places, shared), united])


def clip_to_governed(shapes: Shapes, boundary: shapely.Geometry, excluded: Shapes) -> tuple[Shapes, Ints]:
    """Return the parts of polygons on governed ground, and the polygon of each."""
    shapely.prepare(boundary)
    whole = shapely.covers(boundary, shapes)
    kept = shapes.copy()
    kept[~whole] = shapely.intersection(shapes[~whole], boundary)
    row, water = shapely.STRtree(excluded).query(kept, predicate="intersects")
    for i in np.unique(row):
        kept[i] = shapely.difference(kept[i], shapely.union_all(excluded[water[row == i]]))
    parts, owner = shapely.get_parts(kept, return_index=True)
    solid = shapely.area(parts) > _SPECK_M2
    return parts[solid], owner[solid]
