"""What a border between two units is: a wall, the edge of a road, a barrier that nobody crosses."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from bigmap.base.arrays import Bools, Floats, Ints, Shapes
from bigmap.core.geometry.adjacency import Graph, build_graph, shared_sides
from bigmap.core.geometry.kernels.adjacency import number_points
from bigmap.core.geometry.nearby_lines import (
    Spans,
    held_m,
    joined_by,
    joined_spans,
    pairs_within,
    runs_near,
    segments,
    spans_inside,
    union_by,
)
from bigmap.core.sources.layers import Sources
from bigmap.core.units.model import Units

_THICK_M = 0.05  # half the wall that is drawn along a barrier to cut the ground
_TOUCH_M = 1e-6  # what is as near as this lies along a line
_ROUND = 2  # segments of a quarter of a circle: walls are thinner than anything they part
_LEAST_M = 0.5  # a shorter common border is no way through
_DISC_M = 25.0  # around a crossing: both sides of it are looked at
_WIDTH_M = 6.0  # of a road that tells none
_ROAD_M = 5.0  # of road on a side that make it lead there
_LARGER, _OTHER, _MET = range(3)  # where a side of a unit lies: its larger part, another one, at a wall
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


@dataclass(frozen=True)
class _CutUnits:
    """What barriers leave of units.

    Attributes
    ----------
    number : ndarray of int, shape (n,)
        Number of each unit among those cut, -1 for a whole one.
    parts : array of shapely.Polygon, shape (p,)
        What is left of those cut, in their order.
    owner : ndarray of int, shape (p,)
        Number of the unit each part is of.
    larger : ndarray of bool, shape (p,)
        The larger part of each unit.
    """

    number: Ints
    parts: Shapes
    owner: Ints
    larger: Bools


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
    cut = _cut_units(units.polygons, barriers.lines, barriers.openings)
    edges = np.flatnonzero((cut.number[graph.left] >= 0) | (cut.number[graph.right] >= 0))
    if not len(edges):
        return open_m
    pairs = np.stack([graph.left[edges], graph.right[edges]])
    ends, edge = shared_sides(units.polygons, *pairs)
    number = cut.number[pairs[:, edge]]
    place = _places(ends, number, cut)
    linked_m = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    rows = np.flatnonzero((place != _LARGER).any(axis=0))
    linked_m[rows] = _linked_m(ends[rows], number[:, rows], place[:, rows], cut, barriers.openings)
    open_m[edges] = np.minimum(open_m[edges], np.bincount(edge, linked_m, len(edges)))
    return open_m


def _places(ends: Floats, number: Ints, cut: _CutUnits) -> Ints:
    """Return whether each side is one of the larger part of a unit, of another part, or met by the wall.

    Parameters
    ----------
    ends : ndarray of float, shape (s, 2, 2)
    number : ndarray of int, shape (2, s)
        Number among those cut of both units that have the side, -1 for a whole unit.
    """
    xy, part = shapely.get_coordinates(cut.parts, return_index=True)
    inner = np.flatnonzero(part[1:] == part[:-1])
    vertex = number_points(np.concatenate([ends.reshape(-1, 2), xy]) + 0.0)  # -0.0 becomes 0.0

    def key(a: Ints, b: Ints, unit: Ints) -> Ints:
        """Return one number for a side of a unit."""
        return (unit * len(vertex) + np.minimum(a, b)) * len(vertex) + np.maximum(a, b)

    start = 2 * len(ends) + inner
    known = key(vertex[start], vertex[start + 1], cut.owner[part[inner]])
    order = np.argsort(known)
    wanted = key(vertex[: 2 * len(ends) : 2], vertex[1 : 2 * len(ends) : 2], number)
    at = order[np.minimum(np.searchsorted(known, wanted, sorter=order), len(order) - 1)]
    place = np.where(cut.larger[part[inner[at]]], _LARGER, _OTHER)
    place[known[at] != wanted] = _MET
    place[number < 0] = _LARGER
    return place


def _linked_m(ends: Floats, number: Ints, place: Ints, cut: _CutUnits, openings: Shapes) -> Floats:
    """Return how much of each side lies along the larger parts of both units or on a way through, metres."""
    length = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    both = (place != _OTHER).all(axis=0)
    bulk = cut.parts[cut.larger]
    spans = []
    for of, at in zip(number, place, strict=True):
        whole, met = np.flatnonzero(both & (at == _LARGER)), np.flatnonzero(both & (at == _MET))
        spans += [Spans(whole, np.zeros(len(whole)), length[whole])]
        spans += [spans_inside(ends, bulk, met, of[met], _TOUCH_M)]
    way, side = shapely.STRtree(shapely.linestrings(ends)).query(openings)
    ways = spans_inside(ends, openings, side, way, _TOUCH_M)
    weight = np.repeat([1, 2], [sum(len(s.side) for s in spans), len(ways.side)])
    return held_m(joined_spans([*spans, ways]), weight, 2, len(ends))


def _cut_units(polygons: Shapes, lines: Shapes, openings: Shapes) -> _CutUnits:
    """Return what barriers leave of the units they meet.

    A unit is whole where more than half of it is a way through: it is the crossing road itself.
    """
    walls, walled = _walls(lines, polygons)
    met = polygons[walled]
    parts, unit = shapely.get_parts(shapely.difference(met, walls), return_index=True)
    larger = np.zeros(len(parts), dtype=bool)
    order = np.lexsort((np.arange(len(parts))[::-1], shapely.area(parts), unit))
    larger[order[np.append(np.diff(unit[order]) > 0, True)[: len(order)]]] = True
    count = np.bincount(unit, minlength=len(met))
    cut = count > 0
    several = np.flatnonzero(count > 1)
    cut[several[_mostly_through(met[several], openings)]] = False
    number = np.full(len(polygons), -1)
    number[walled[cut]] = np.arange(cut.sum())
    kept = cut[unit]
    return _CutUnits(number, parts[kept], number[walled[unit[kept]]], larger[kept])


def _mostly_through(polygons: Shapes, openings: Shapes) -> Bools:
    """Return of which polygons more than half is a way through."""
    half = 0.5 * shapely.area(polygons)
    i, j = shapely.STRtree(openings).query(polygons)
    a, b = shapely.bounds(polygons)[i], shapely.bounds(openings)[j]
    common = np.prod(np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2]), axis=1)
    most = np.minimum(common, shapely.area(openings)[j])
    may = np.bincount(i, most, len(polygons)) > half
    ways, i = union_by(openings[j[may[i]]], i[may[i]])
    mostly = np.zeros(len(polygons), dtype=bool)
    mostly[i] = shapely.area(shapely.intersection(polygons[i], ways)) > half[i]
    return mostly


def _walls(lines: Shapes, polygons: Shapes) -> tuple[Shapes, Ints]:
    """Return the wall along barriers in the surroundings of each unit that one meets, and these units."""
    if not len(lines):
        return lines, np.zeros(0, dtype=np.int64)
    low_high = shapely.bounds(polygons) + np.array([-1, -1, 1, 1]) * 2 * _THICK_M
    runs = runs_near(lines, low_high)
    near, unit = joined_by(runs.shapes, runs.place)
    walls = shapely.buffer(near, _THICK_M, cap_style="square", quad_segs=_ROUND)
    meets = shapely.intersects(walls, polygons[unit])
    return walls[meets], unit[meets]


def barriers_of(sources: Sources, rules: BarrierRules | None = None) -> Barriers:
    """Return the barriers of cleaned layers: the layer of barriers and roads of some classes.

    A barrier road that is flagged as a bridge or a tunnel keeps nothing apart; other roads that lead across a
    barrier open it, as do those flagged.
    """
    rules = rules or BarrierRules()
    roads, found = sources.roads, barrier_lines(sources, rules)
    through = shapely.get_dimensions(roads.geometry.to_numpy()) == 1
    if rules.road_classes:
        through &= ~roads["road_class"].isin(rules.road_classes).to_numpy(bool)
    if not rules.any_road:
        through &= flagged_roads(roads)
    width = roads["width_m"].to_numpy(float)[through]
    return Barriers(found, _openings(found, roads.geometry.to_numpy()[through], width))


def barrier_lines(sources: Sources, rules: BarrierRules | None = None) -> Shapes:
    """Return the lines that keep ground apart, without looking for ways through."""
    roads, classes = sources.roads, (rules or BarrierRules()).road_classes
    shapes = roads.geometry.to_numpy()
    own = shapes[:0] if sources.barriers is None else sources.barriers.geometry.to_numpy()
    if not classes:
        return np.asarray(own, dtype=object)
    barred = roads["road_class"].isin(classes).to_numpy(bool) & (shapely.get_dimensions(shapes) == 1)
    return np.concatenate([own, shapes[barred & ~flagged_roads(roads)]])


def flagged_roads(roads: gpd.GeoDataFrame) -> Bools:
    """Return which roads are flagged as bridge or tunnel."""
    return is_flagged(roads["structure"]) if "structure" in roads else np.zeros(len(roads), dtype=bool)


def is_flagged(texts: pd.Series) -> Bools:
    """Return which texts of a field 'bridge' or 'tunnel' say that it is one."""
    which, words = pd.factorize(texts.fillna("").astype("str"))
    flagged = [word.strip().casefold() not in _NO for word in words]
    return np.asarray(flagged, dtype=bool)[which]


def _openings(barriers: Shapes, roads: Shapes, width_m: Floats) -> Shapes:
    """Return the ground of roads where they lead from one side of a barrier to the other."""
    barrier, road = shapely.STRtree(roads).query(barriers, predicate="intersects")
    points = shapely.get_parts(shapely.get_parts(shapely.intersection(barriers[barrier], roads[road])))
    points = np.unique(shapely.get_coordinates(shapely.centroid(points)), axis=0)
    points = shapely.points(points)
    if not len(points):
        return points
    half = np.where(np.isnan(width_m), _WIDTH_M, width_m) / 2
    discs = shapely.buffer(points, _DISC_M)
    around = shapely.bounds(discs) + np.array([-1, -1, 1, 1]) * (half.max() + 1)
    near = runs_near(roads, around)
    meets = shapely.STRtree(roads).query(points, predicate="dwithin", distance=1.0)
    chosen = np.isin(near.place * len(roads) + near.line, meets[0] * len(roads) + meets[1])
    runs, place, line = near.shapes[chosen], near.place[chosen], near.line[chosen]
    leads = _leading_across(barriers, discs, runs, place)[place]
    surface = shapely.buffer(runs[leads], half[line[leads]], cap_style="flat")
    surface, place = union_by(surface, place[leads])
    return np.asarray(shapely.intersection(surface, discs[place]), dtype=object)


def _leading_across(barriers: Shapes, discs: Shapes, runs: Shapes, place: Ints) -> Bools:
    """Return in which disc the network of roads reaches ground on several sides of the barriers.

    Parameters
    ----------
    barriers, discs : array of shapely.Geometry
    runs : array of shapely.LineString, shape (r,)
        What of the roads is near a disc.
    place : ndarray of int, shape (r,)
        The disc each is near, sorted.
    """
    walls = runs_near(barriers, shapely.bounds(discs) + np.array([-1, -1, 1, 1]) * 2 * _THICK_M)
    near, disc = joined_by(walls.shapes, walls.place)
    cut = discs.copy()
    cut[disc] = shapely.difference(discs[disc], shapely.buffer(near, _THICK_M, quad_segs=_ROUND))
    sides, disc = shapely.get_parts(cut, return_index=True)
    ends, run = segments(runs)
    ends, at = _each_once(ends, place[run])
    side, segment = pairs_within(disc, at)
    ends = ends[segment]
    inside = spans_inside(ends, sides, np.arange(len(ends)), side, _TOUCH_M)
    reached = np.bincount(side[inside.side], inside.high - inside.low, len(sides)) >= _ROAD_M
    return np.bincount(disc[reached], minlength=len(discs)) > 1


def _each_once(ends: Floats, place: Ints) -> tuple[Floats, Ints]:
    """Return segments without those that come twice at a place, whichever way they run, by place."""
    swapped = (ends[:, 0, 0] > ends[:, 1, 0]) | (
        (ends[:, 0, 0] == ends[:, 1, 0]) & (ends[:, 0, 1] > ends[:, 1, 1])
    )
    xy = np.where(swapped[:, None, None], ends[:, ::-1], ends)
    found = np.unique(np.column_stack([place, xy.reshape(-1, 4)]), axis=0)
    return found[:, 1:].reshape(-1, 2, 2), found[:, 0].astype(np.int64)
