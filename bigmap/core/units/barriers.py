"""What a border between two units is: a wall, the edge of a road, a barrier that nobody crosses."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from bigmap.base.arrays import Bools, Floats, Ints, Shapes
from bigmap.core.geometry.adjacency import Graph, build_graph, shared_borders
from bigmap.core.geometry.nearby_lines import runs_near, union_by
from bigmap.core.sources.layers import Sources
from bigmap.core.units.model import Units

_THICK_M = 0.05  # half the wall that is drawn along a barrier to cut the ground
_TOUCH_M = 2e-3  # what is as near as this lies along a line
_ROUND = 2  # segments of a quarter of a circle: walls are thinner than anything they part
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
    polygons = units.polygons
    walls, walled = _walls(barriers.lines, polygons)
    if not len(walled):
        return open_m
    openings = shapely.get_parts(shapely.union_all(barriers.openings))
    bulk, divided = _bulks(polygons[walled], walls, openings)
    position = np.full(len(polygons), -1)
    position[walled] = np.arange(len(walled))
    ends = np.stack([position[graph.left], position[graph.right]])
    edges, border = _borders_at(polygons, graph, ends, divided, shapely.bounds(walls))
    near = shapely.buffer(bulk, _TOUCH_M, quad_segs=_ROUND)
    shapely.prepare(near)
    linked = border.copy()
    for end in ends[:, edges]:
        rows = np.flatnonzero(end >= 0)
        rows = rows[~shapely.covers(near[end[rows]], linked[rows])]
        beside = shapely.disjoint(near[end[rows]], linked[rows])
        linked[rows[beside]] = shapely.MultiLineString()
        rows = rows[~beside]
        linked[rows] = shapely.intersection(linked[rows], near[end[rows]])
    lacking = np.flatnonzero(shapely.length(linked) < shapely.length(border))
    i, j = shapely.STRtree(openings).query(border[lacking], predicate="intersects")
    ways, rows = union_by(shapely.intersection(border[lacking[i]], openings[j]), lacking[i])
    linked[rows] = shapely.union(linked[rows], ways)
    open_m[edges] = np.minimum(open_m[edges], shapely.length(linked))
    return open_m


def _borders_at(
    polygons: Shapes, graph: Graph, ends: Ints, divided: Bools, walls: Floats
) -> tuple[Ints, Shapes]:
    """Return the edges whose border may not link both larger parts, and these borders.

    A border away from the wall of an undivided unit lies along its larger part all the way.

    Parameters
    ----------
    ends : ndarray of int, shape (2, m)
        Number of the wall at both units of each edge, -1 for none.
    divided : ndarray of bool, shape (k,)
        Whether a wall leaves its unit in several parts.
    walls : ndarray of float, shape (k, 4)
        Bounds of the walls.
    """
    edges = np.flatnonzero((ends >= 0).any(axis=0))
    border = shared_borders(polygons, graph.left[edges], graph.right[edges])
    low_high = shapely.bounds(border)
    wanted = np.zeros(len(edges), dtype=bool)
    for end in ends[:, edges]:
        wall = walls[end]
        apart = (low_high[:, :2] > wall[:, 2:] + 2 * _TOUCH_M) | (
            low_high[:, 2:] < wall[:, :2] - 2 * _TOUCH_M
        )
        wanted |= (end >= 0) & (divided[end] | ~apart.any(axis=1))
    return edges[wanted], border[wanted]


def _walls(lines: Shapes, polygons: Shapes) -> tuple[Shapes, Ints]:
    """Return the wall along barriers in the surroundings of each unit that one meets, and these units."""
    if not len(lines):
        return lines, np.zeros(0, dtype=np.int64)
    low_high = shapely.bounds(polygons) + np.array([-1, -1, 1, 1]) * 2 * _THICK_M
    runs = runs_near(lines, low_high)
    walls, unit = union_by(
        shapely.buffer(runs.shapes, _THICK_M, cap_style="square", quad_segs=_ROUND), runs.place
    )
    meets = shapely.intersects(walls, polygons[unit])
    return walls[meets], unit[meets]


def _bulks(polygons: Shapes, walls: Shapes, openings: Shapes) -> tuple[Shapes, Bools]:
    """Return the larger part of each unit that a barrier runs through, and whether it has others.

    A unit is whole where more than half of it is a way through: it is the crossing road itself.
    """
    parts, unit = shapely.get_parts(shapely.difference(polygons, walls), return_index=True)
    count = np.bincount(unit, minlength=len(polygons))
    bulk = polygons.copy()
    order = np.lexsort((np.arange(len(parts))[::-1], shapely.area(parts), unit))
    last = order[np.append(np.diff(unit[order]) > 0, True)[: len(order)]]
    bulk[unit[last]] = parts[last]
    several = np.flatnonzero(count > 1)
    i, j = shapely.STRtree(openings).query(polygons[several], predicate="intersects")
    through = shapely.area(shapely.intersection(polygons[several[i]], openings[j]))
    whole = several[np.bincount(i, through, len(several)) > 0.5 * shapely.area(polygons[several])]
    bulk[whole] = polygons[whole]
    return bulk, count > 1


def barriers_of(sources: Sources, rules: BarrierRules | None = None) -> Barriers:
    """Return the barriers of cleaned layers: the layer of barriers and roads of some classes.

    A barrier road that is flagged as a bridge or a tunnel keeps nothing apart; other roads that lead across a
    barrier open it, as do those flagged.
    """
    rules = rules or BarrierRules()
    roads, found = sources.roads, barrier_lines(sources, rules)
    lines = shapely.get_dimensions(roads.geometry.to_numpy()) == 1
    through = lines & ~roads["road_class"].isin(rules.road_classes).to_numpy(bool)
    return Barriers(found, _openings(found, roads[through & (flagged_roads(roads) | rules.any_road)]))


def barrier_lines(sources: Sources, rules: BarrierRules | None = None) -> Shapes:
    """Return the lines that keep ground apart, without looking for ways through."""
    roads, classes = sources.roads, (rules or BarrierRules()).road_classes
    shapes = roads.geometry.to_numpy()
    barred = roads["road_class"].isin(classes).to_numpy(bool) & (shapely.get_dimensions(shapes) == 1)
    own = shapes[:0] if sources.barriers is None else sources.barriers.geometry.to_numpy()
    return np.concatenate([own, shapes[barred & ~flagged_roads(roads)]])


def flagged_roads(roads: gpd.GeoDataFrame) -> Bools:
    """Return which roads are flagged as bridge or tunnel."""
    return is_flagged(roads["structure"]) if "structure" in roads else np.zeros(len(roads), dtype=bool)


def is_flagged(texts: pd.Series) -> Bools:
    """Return which texts of a field 'bridge' or 'tunnel' say that it is one."""
    return ~texts.fillna("").astype("str").str.strip().str.casefold().isin(_NO).to_numpy(bool)


def _openings(barriers: Shapes, roads: gpd.GeoDataFrame) -> Shapes:
    """Return the ground of roads where they lead from one side of a barrier to the other."""
    shapes = roads.geometry.to_numpy()
    barrier, road = shapely.STRtree(shapes).query(barriers, predicate="intersects")
    points = shapely.get_parts(shapely.get_parts(shapely.intersection(barriers[barrier], shapes[road])))
    points = np.unique(shapely.get_coordinates(shapely.centroid(points)), axis=0)
    points = shapely.points(points)
    if not len(points):
        return points
    half = roads["width_m"].fillna(6.0).to_numpy(float) / 2
    discs = shapely.buffer(points, _DISC_M)
    around = shapely.bounds(discs) + np.array([-1, -1, 1, 1]) * (half.max() + 1)
    near = runs_near(shapes, around)
    meets = shapely.STRtree(shapes).query(points, predicate="dwithin", distance=1.0)
    chosen = np.isin(near.place * len(shapes) + near.line, meets[0] * len(shapes) + meets[1])
    runs, place, line = near.shapes[chosen], near.place[chosen], near.line[chosen]
    leads = _leading_across(barriers, discs, *union_by(runs, place))
    surface = shapely.buffer(runs, half[line], cap_style="flat")
    surface, place = union_by(surface[leads[place]], place[leads[place]])
    return np.asarray(shapely.intersection(surface, discs[place]), dtype=object)


def _leading_across(barriers: Shapes, discs: Shapes, network: Shapes, place: Ints) -> Bools:
    """Return in which disc the network of roads reaches ground on several sides of the barriers."""
    walls = runs_near(barriers, shapely.bounds(discs) + np.array([-1, -1, 1, 1]) * 2 * _THICK_M)
    wall, disc = union_by(shapely.buffer(walls.shapes, _THICK_M, quad_segs=_ROUND), walls.place)
    cut = discs.copy()
    cut[disc] = shapely.difference(discs[disc], wall)
    of = np.full(len(discs), -1)
    of[place] = np.arange(len(place))
    sides, disc = shapely.get_parts(cut, return_index=True)
    sides, disc = sides[of[disc] >= 0], disc[of[disc] >= 0]
    reached = shapely.length(shapely.intersection(sides, network[of[disc]])) >= _ROAD_M
    return np.bincount(disc[reached], minlength=len(discs)) > 1
