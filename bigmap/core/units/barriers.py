"""What a border between two units is: a wall, the edge of a road, a barrier that nobody crosses."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from bigmap.base.arrays import Bools, Floats, Ints, Shapes
from bigmap.core.geometry.adjacency import Graph, build_graph
from bigmap.core.sources.layers import Sources
from bigmap.core.units.model import Units

_THICK_M = 0.05  # half the wall that is drawn along a barrier to cut the ground
_LEAST_M = 0.5  # a shorter common border is no way through
_DISC_M = 25.0  # around a crossing: both sides of it are looked at
_ROAD_M = 5.0  # of road on a side that make it lead there
_NO = ("", "0", "f", "n", "no", "false", "none", "否", "无", "n/a")


@dataclass(frozen=True)
class BarrierRules:
    """What keeps ground apart beside water, which is no ground.

    Attributes
    ----------
    road_classes : tuple of str
        Classes of roads that are barriers themselves, e.g. 'expressway'.
    any_road : bool
        True lets every road that leads across a barrier through; false only those flagged as bridge or
        tunnel.
    """

    road_classes: tuple[str, ...] = ()
    any_road: bool = True


@dataclass(frozen=True)
class Barriers:
    """Lines that keep ground apart, and where one gets through.

    Attributes
    ----------
    lines : array of shapely.LineString or MultiLineString
    openings : array of shapely.Polygon
        The ground of bridges, underpasses and other crossing roads.
    """

    lines: Shapes
    openings: Shapes


@dataclass(frozen=True)
class Crossings:
    """What each edge of a graph crosses, arrays of shape (m,) in its order.

    Attributes
    ----------
    wall : ndarray of bool
        The wall of an estate lies along it.
    road : ndarray of str
        Class of the road whose edge it is ('road' where its class is unknown), '' for none.
    barrier : ndarray of bool
        A barrier lies along it or between what the two units have on either side.
    """

    wall: Bools
    road: Shapes
    barrier: Bools

    @property
    def what(self) -> Shapes:
        """One word an edge: 'barrier', else the class of the road, else 'wall', else ''."""
        return np.where(
            self.barrier, "barrier", np.where(self.road != "", self.road, np.where(self.wall, "wall", ""))
        )


def barrier_crossings(graph: Graph, units: Units, barriers: Barriers | None = None) -> Crossings:
    """Return what each edge of the adjacency of units crosses.

    Parameters
    ----------
    graph : Graph
        Rook adjacency of the units, before barriers cut it.
    units : Units
    barriers : Barriers, optional
    """
    inside = units.frame["inside"].to_numpy(bool)
    is_road = units.frame["kind"].isin(["road", "lane"]).to_numpy(bool)
    names = units.frame["road_class"].where(units.frame["road_class"] != "", "road").to_numpy(object)
    a, b = graph.left, graph.right
    road = np.where(is_road[a] & ~is_road[b], names[a], np.where(is_road[b] & ~is_road[a], names[b], ""))
    open_m = graph.border_m if barriers is None else passable_m(graph, units, barriers)
    return Crossings(inside[a] | inside[b], road.astype(object), open_m < _LEAST_M)


def connect_units(units: Units, sources: Sources, rules: BarrierRules | None = None) -> Graph:
    """Return the contiguity graph of units: rook adjacency less what barriers keep apart.

    Parameters
    ----------
    units : Units
    sources : Sources
        Gives the layer of barriers and the roads.
    rules : BarrierRules, optional
        Which roads are barriers themselves; none unless given.

    Returns
    -------
    Graph
        Nodes are the rows of ``units.frame``; borders in metres.
    """
    return with_barriers(build_graph(units.polygons), units, barriers_of(sources, rules))


def islands(graph: Graph) -> Ints:
    """Return the units without any neighbour."""
    lonely = np.ones(graph.n, dtype=bool)
    lonely[graph.left] = lonely[graph.right] = False
    return np.flatnonzero(lonely)


def with_barriers(graph: Graph, units: Units, barriers: Barriers) -> Graph:
    """Return the graph without the edges that a barrier cuts; the others keep the border one can cross.

    Two units are kept apart where the barrier lies between the larger part of one and the larger part of the
    other. Edges are only taken away, so that what is connected in the graph is connected on the ground.
    """
    open_m = passable_m(graph, units, barriers)
    keep = open_m >= np.minimum(_LEAST_M, graph.border_m)
    return Graph(graph.n, graph.left[keep], graph.right[keep], open_m[keep])


def passable_m(graph: Graph, units: Units, barriers: Barriers) -> Floats:
    """Return how much of the border of each edge links the larger parts of both units, metres, shape (m,)."""
    open_m = graph.border_m.copy()
    if not len(barriers.lines):
        return open_m
    walls = shapely.buffer(barriers.lines, _THICK_M, cap_style="square")
    walls = shapely.get_parts(shapely.union_all(walls))
    openings = shapely.union_all(barriers.openings)
    polygons = units.polygons
    wall, unit = shapely.STRtree(polygons).query(walls, predicate="intersects")
    bulk = polygons.copy()
    for row in np.unique(unit):
        bulk[row] = _bulk(polygons[row], shapely.union_all(walls[wall[unit == row]]), openings)
    touched = np.zeros(len(polygons), dtype=bool)
    touched[unit] = True
    shapely.prepare(walls)
    for edge in np.flatnonzero(touched[graph.left] | touched[graph.right]):
        a, b = graph.left[edge], graph.right[edge]
        open_m[edge] = min(open_m[edge], _open_border(polygons, bulk, int(a), int(b), openings))
    return open_m


def _bulk(polygon: shapely.Polygon, wall: shapely.Geometry, openings: shapely.Geometry) -> shapely.Geometry:
    """Return the larger part of a unit that barriers run through; all of it where a way leads through."""
    parts = shapely.get_parts(shapely.difference(polygon, wall))
    largest = parts[np.argmax(shapely.area(parts))] if len(parts) else polygon
    if len(parts) > 1 and shapely.area(shapely.intersection(polygon, openings)) > 0.5 * polygon.area:
        return polygon  # the unit is the crossing road itself
    return largest


def _open_border(polygons: Shapes, bulk: Shapes, a: int, b: int, openings: shapely.Geometry) -> float:
    """Return the length of the common border that links both bulks or lies in an opening."""
    border = shapely.intersection(polygons[a], polygons[b])
    ways = shapely.intersection(border, openings)
    near = [shapely.buffer(bulk[row], 2e-3) for row in (a, b)]
    linked = shapely.intersection(shapely.intersection(border, near[0]), near[1])
    return float(shapely.length(shapely.union_all([ways, linked])))


def barriers_of(sources: Sources, rules: BarrierRules | None = None) -> Barriers:
    """Return the barriers of cleaned layers: the layer of barriers and roads of some classes.

    A barrier road that is flagged as a bridge or a tunnel keeps nothing apart; other roads that lead across a
    barrier open it, as do those flagged.
    """
    rules = rules or BarrierRules()
    roads = sources.roads
    shapes = roads.geometry.to_numpy()
    lines = shapely.get_dimensions(shapes) == 1
    flagged = is_flagged(roads["structure"]) if "structure" in roads else np.zeros(len(roads), dtype=bool)
    barred = roads["road_class"].isin(rules.road_classes).to_numpy(bool) & lines
    own = shapes[:0] if sources.barriers is None else sources.barriers.geometry.to_numpy()
    found = np.concatenate([own, shapes[barred & ~flagged]])
    through = roads[lines & ~barred & (flagged | rules.any_road)]
    return Barriers(found, _openings(found, through))


def is_flagged(texts: pd.Series) -> Bools:
    """Return which texts of a field 'bridge' or 'tunnel' say that it is one."""
    return ~texts.fillna("").astype("str").str.strip().str.casefold().isin(_NO).to_numpy(bool)


def _openings(barriers: Shapes, roads: gpd.GeoDataFrame) -> Shapes:
    """Return the ground of roads where they lead from one side of a barrier to the other."""
    shapes = roads.geometry.to_numpy()
    barrier, road = shapely.STRtree(shapes).query(barriers, predicate="intersects")
    points = shapely.get_parts(shapely.get_parts(shapely.intersection(barriers[barrier], shapes[road])))
    points = shapely.centroid(points)
    width = dict(zip(range(len(roads)), roads["width_m"].fillna(6.0), strict=True))
    tree, all_barriers = shapely.STRtree(shapes), shapely.union_all(barriers)
    found = []
    for point in points:
        disc = shapely.buffer(point, _DISC_M)
        near = tree.query(disc, predicate="intersects")
        near = near[shapely.distance(shapes[near], point) < 1.0]
        sides = shapely.get_parts(shapely.difference(disc, shapely.buffer(all_barriers, _THICK_M)))
        network = shapely.union_all(shapes[near])
        if (shapely.length(shapely.intersection(sides, network)) >= _ROAD_M).sum() > 1:
            surface = [shapely.buffer(shapes[i], width[int(i)] / 2, cap_style="flat") for i in near]
            found.append(shapely.intersection(shapely.union_all(surface), disc))
    return np.array(found, dtype=object)
