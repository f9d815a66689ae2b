"""What borders cross, and barriers that cut the graph."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import LineString, box

from bigmap.core.geometry.adjacency import Graph, build_graph, shared_sides
from bigmap.core.planning.pipeline import plan as plan_of
from bigmap.core.units.barriers import (
    BarrierRules,
    Barriers,
    barrier_crossings,
    barriers_of,
    is_flagged,
    islands,
    passable_m,
    with_barriers,
)
from bigmap.core.units.build_units import build_units
from bigmap.core.zoning.rules import ZoningRules
from bigmap.io.reading.folder import read_folder
from tests.helpers import naive_barriers
from tests.helpers.plans import EPSG, ORIGIN, grid_plan, write_street
from tests.helpers.towns import at, layer, random_town, small_town, sources

NONE = np.array([], dtype=object)


def edges(graph):
    return set(zip(graph.left.tolist(), graph.right.tolist(), strict=True))


def origin(line):
    """A line over the plan of twelve boxes, in metres from its south-west corner."""
    return np.array([shapely.transform(LineString(line), lambda xy: xy + np.array(ORIGIN))], dtype=object)


def test_what_each_border_crosses():
    """``筼筜一里 | 筼筜二里 | 湖滨南路 | 官任小区``: a wall, a kerb with a wall, a kerb with a wall."""
    plan = grid_plan()
    found = barrier_crossings(plan.graph, plan.units)
    what = {(a, b): word for a, b, word in zip(plan.graph.left, plan.graph.right, found.what, strict=True)}
    assert what[0, 1] == "wall"
    assert what[1, 2] == "次干路"
    assert what[4, 5] == ""  # a public building and a village
    assert what[2, 6] == ""  # along the road
    wall = dict(zip(what, found.wall, strict=True))
    assert wall[1, 2]
    assert not wall[5, 6]


def test_a_barrier_along_borders_cuts_them_and_nothing_else():
    """A railway between the second and the third column."""
    plan = grid_plan()
    cut = with_barriers(plan.graph, plan.units, Barriers(origin([(200, -10), (200, 310)]), NONE))
    assert edges(plan.graph) - edges(cut) == {(1, 2), (5, 6), (9, 10)}
    assert len(set(cut.components())) == 2


def test_a_barrier_through_units_leaves_each_with_its_larger_part():
    """A railway through the third column, 20 m from its left edge: the column lies to its right."""
    plan = grid_plan()
    cut = with_barriers(plan.graph, plan.units, Barriers(origin([(220, -10), (220, 310)]), NONE))
    assert edges(plan.graph) - edges(cut) == {(1, 2), (5, 6), (9, 10)}
    kept = dict(zip(zip(cut.left.tolist(), cut.right.tolist(), strict=True), cut.border_m, strict=True))
    assert kept[2, 6] == pytest.approx(80, abs=0.2)  # of 100 m, 20 lie beyond
    assert kept[3, 7] == 100


def test_a_barrier_that_ends_within_a_unit_cuts_nothing_there():
    plan = grid_plan()
    cut = with_barriers(plan.graph, plan.units, Barriers(origin([(250, 30), (250, 70)]), NONE))
    assert edges(cut) == edges(plan.graph)


def test_an_opening_lets_its_own_border_through():
    plan = grid_plan()
    gate = shapely.transform(box(190, 40, 210, 52), lambda xy: xy + plan.units.polygons[0].bounds[:2])
    barriers = Barriers(origin([(200, -10), (200, 310)]), np.array([gate], dtype=object))
    cut = with_barriers(plan.graph, plan.units, barriers)
    assert edges(plan.graph) - edges(cut) == {(5, 6), (9, 10)}
    assert cut.border_m[(cut.left == 1) & (cut.right == 2)] == pytest.approx([12])


def town(**changes):
    """An expressway from south to north, x = 200, and a street across it at y = 100."""
    street = changes.pop("street", LineString([(0, 100), (400, 100)]))
    roads = layer(
        [LineString([(200, -50), (200, 250)]), street],
        name=["快速路", "市府路"],
        road_class=["expressway", "secondary"],
        width_m=[20.0, 12.0],
        structure=changes.pop("structure", ["", ""]),
    )
    return sources(box(0, 0, 400, 200), roads=roads, **changes)


def sides(town, rules):
    """Whether the ground left and right of the expressway is connected."""
    units = build_units(town)
    graph = with_barriers(build_graph(units.polygons), units, barriers_of(town, rules))
    x = shapely.get_x(shapely.centroid(units.polygons)) - shapely.get_x(at(shapely.Point(0, 0)))
    piece = graph.components()
    return set(piece[x < 180]), set(piece[x > 220])


def test_an_expressway_is_crossed_where_a_street_leads_across():
    left, right = sides(town(), BarrierRules(("expressway",)))
    assert left & right
    left, right = sides(town(street=LineString([(0, 100), (200, 100)])), BarrierRules(("expressway",)))
    assert not left & right


def test_only_flagged_roads_cross_where_that_is_asked():
    rules = BarrierRules(("expressway",), any_road=False)
    left, right = sides(town(), rules)
    assert not left & right
    left, right = sides(town(structure=["", "bridge"]), rules)
    assert left & right


def test_an_elevated_expressway_is_no_barrier():
    left, right = sides(
        town(structure=["yes", ""], street=LineString([(0, 9), (50, 9)])), BarrierRules(("expressway",))
    )
    assert left & right


def test_expressways_are_no_barriers_unless_asked():
    left, right = sides(town(), BarrierRules())
    assert left & right


def test_a_railway_without_crossings_keeps_the_ground_apart():
    railway = layer([LineString([(215, -50), (215, 250)])])
    ground = small_town()
    ground.barriers = railway
    units = build_units(ground)
    graph = with_barriers(
        build_graph(units.polygons), units, barriers_of(ground, BarrierRules(any_road=False))
    )
    piece = dict(zip(units.frame["name"], graph.components(), strict=True))
    assert piece["筼筜花园"] == piece["无名小区"]
    assert piece["筼筜花园"] != piece["一号楼"]


def test_flags_of_bridges():
    texts = pd.Series(["yes", "T", "桥", "1", "no", "F", "0", "", None, "否"])
    assert is_flagged(texts).tolist() == [True] * 4 + [False] * 6


def test_islands_are_units_without_neighbours():
    graph = Graph(4, np.array([0]), np.array([2]), np.array([5.0]))
    assert islands(graph).tolist() == [1, 3]


def naive(plan, line):
    """Two units are apart if their larger parts are, in the ground of both without the barrier."""
    wall = shapely.buffer(line, 0.05)
    kept = set()
    for a, b in edges(plan.graph):
        ground = shapely.get_parts(shapely.difference(shapely.union(*plan.units.polygons[[a, b]]), wall))
        bulk = []
        for unit in plan.units.polygons[[a, b]]:
            parts = shapely.get_parts(shapely.difference(unit, wall))
            bulk.append(shapely.point_on_surface(parts[np.argmax(shapely.area(parts))]))
        if any(shapely.contains(part, bulk[0]) and shapely.contains(part, bulk[1]) for part in ground):
            kept.add((a, b))
    return kept


@pytest.mark.parametrize("seed", range(20))
def test_straight_barriers_agree_with_the_naive_twin(seed):
    rng = np.random.default_rng(seed)
    plan = grid_plan()
    ends = np.array([[rng.uniform(5, 395), -20], [rng.uniform(5, 395), 320]])
    line = origin(ends if seed % 2 else ends[:, ::-1] * [1.1, 0.7])
    cut = with_barriers(plan.graph, plan.units, Barriers(line, NONE))
    assert edges(cut) == naive(plan, line[0])


def test_a_railway_among_the_layers_keeps_zones_apart(tmp_path):
    """Estates of 100, 200, 150 and 50 households in a row, the railway behind the first."""
    folder = write_street(tmp_path / "street")
    free = plan_of(read_folder(folder), ZoningRules(zones=2))
    assert pieces_of_estates(free) == [0, 0, 0, 0]
    line = origin([(100, -30), (100, 130)])
    gpd.GeoDataFrame({"name": ["铁路"]}, geometry=line, crs=EPSG).to_file(folder / "铁路.geojson")
    apart = plan_of(read_folder(folder), ZoningRules(zones=2))
    assert pieces_of_estates(apart) == [0, 1, 1, 1]


def pieces_of_estates(plan):
    """Connected pieces of ground that the estates lie in, from west to east, numbered as they come."""
    estates = plan.units.frame[plan.units.frame["kind"] == "estate"].sort_values("name").index
    return pd.factorize(plan.graph.components()[estates])[0].tolist()


def crooked(rng, size):
    """A line from edge to edge with some bends."""
    n = int(rng.integers(2, 9))
    xy = np.column_stack([np.linspace(-30, size + 30, n), rng.uniform(0, size, n)])
    return at(LineString(xy if rng.random() < 0.5 else xy[:, ::-1]))


@pytest.mark.parametrize("seed", range(30))
def test_any_barriers_and_openings_agree_with_the_naive_twin(seed):
    rng = np.random.default_rng(seed)
    town = random_town(seed)
    lines = np.array([crooked(rng, 300) for _ in range(int(rng.integers(1, 4)))], dtype=object)
    town.barriers = gpd.GeoDataFrame(geometry=lines, crs=town.crs)
    units = build_units(town)
    graph = build_graph(units.polygons)
    barriers = barriers_of(town)
    own = shapely.union_all(barriers.openings)
    twin = shapely.union_all(naive_barriers.openings(lines, town.roads))
    assert shapely.area(shapely.symmetric_difference(own, twin)) == pytest.approx(0, abs=1e-6)
    found = passable_m(graph, units, barriers)
    assert found == pytest.approx(naive_barriers.passable_m(graph, units, barriers), abs=1e-3)


def test_common_borders_are_as_long_as_the_graph_says():
    plan = grid_plan()
    pairs = plan.graph.left[::-1], plan.graph.right[::-1]
    ends, pair = shared_sides(plan.units.polygons, *pairs)
    lengths = np.bincount(pair, np.hypot(*(ends[:, 1] - ends[:, 0]).T))
    assert lengths == pytest.approx(plan.graph.border_m[::-1])
    _, pair = shared_sides(plan.units.polygons, np.array([0, 0]), np.array([1, 11]))
    assert set(pair) == {0}
