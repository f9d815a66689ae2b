"""District by district gives the ground of a cut in one go."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Polygon, box

from bigmap.base.errors import Cancelled, UserError
from bigmap.base.problems import ProblemLog
from bigmap.base.progress import Progress
from bigmap.core.geometry.adjacency import build_graph
from bigmap.core.geometry.shared_vertices import stitch
from bigmap.core.units.build_units import build_units
from bigmap.core.units.by_district import build_by_district, districts_of, split_by_district
from tests.helpers.examples import few
from tests.helpers.towns import layer, random_town, small_town, sources


def quartered(town):
    """Return the town with its boundary drawn as four features that meet near the middle."""
    west, south, east, north = town.boundary.bounds
    x, y = west + 0.43 * (east - west), south + 0.57 * (north - south)
    boxes = [
        box(west, south, x, y), box(x, south, east, y), box(west, y, x, north), box(x, y, east, north),
    ]  # fmt: skip
    shapes = [shapely.intersection(b, town.boundary) for b in boxes]
    shapes = [shape for shape in shapes if shape.area > 0]
    return replace(town, districts=layer([]).reindex(range(len(shapes))).set_geometry(shapes, crs=town.crs))


def by_district(town, log=None):
    with ThreadPoolExecutor(2) as executor:
        return build_by_district(town, executor, problems=log)


def test_the_small_town_in_quarters():
    town = quartered(small_town())
    whole = build_units(town)
    units, graph = by_district(town)
    assert units.units_m2 == pytest.approx(whole.units_m2, rel=1e-9)
    assert units.governance_m2 == pytest.approx(whole.governance_m2, rel=1e-9)
    assert units.frame["hh"].sum() == whole.frame["hh"].sum()
    assert units.frame["gfa_m2"].sum() == pytest.approx(whole.frame["gfa_m2"].sum())
    assert shapely.coverage_is_valid(units.polygons)
    assert units.frame["unit_id"].is_unique
    assert len(set(graph.components())) == len(set(build_graph(whole.polygons).components()))


def test_a_sliver_between_water_and_the_boundary_is_excluded_as_in_one_go():
    """Water up to 10 cm from the boundary in the east; in the north it ends 10 cm before another quarter."""
    water = shapely.union(box(200, 0, 399.9, 40), box(0, 80, 150, 113.9))
    town = sources(box(0, 0, 400, 200), exclusions=layer([water], name="湖"))
    whole = build_units(town)
    log = ProblemLog()
    units, graph = by_district(quartered(town), log)
    assert units.excluded_m2 == pytest.approx(whole.excluded_m2, rel=1e-9)
    assert len(set(graph.components())) == 1
    water_m2 = shapely.area(water)
    assert shapely.area(whole.exclusions).sum() == pytest.approx(water_m2, rel=1e-9)
    closed = sources(box(0, 0, 400, 200), exclusions=layer([box(200, 0, 399.9, 200)], name="湖"))
    units, graph = by_district(quartered(closed), log)
    assert units.excluded_m2 == pytest.approx(build_units(closed).excluded_m2, rel=1e-9)
    assert [p.text.values["area"] for p in log if p.text.template.startswith("{n} slivers")] == [
        pytest.approx(20, abs=0.5)
    ]
    assert len(set(graph.components())) == 1


def test_units_do_not_cross_a_district():
    town = quartered(small_town())
    units, _ = by_district(town)
    for shape in districts_of(town):
        inside = shapely.area(shapely.intersection(units.polygons, shape)) / shapely.area(units.polygons)
        assert ((inside < 1e-6) | (inside > 1 - 1e-6)).all()


def test_an_estate_across_a_border_shares_its_households():
    """120 households in an estate that is cut at 43 % of the town's width and 57 % of its height."""
    town = quartered(small_town())
    parts = split_by_district(town, districts_of(town))
    found = [part.estates.set_index("name")["hh"].get("筼筜花园", 0.0) for part in parts]
    assert sum(found) == 120
    assert sum(hh > 0 for hh in found) >= 2


def test_communities_divide_where_the_boundary_does_not():
    halves = layer(
        [box(0, 0, 200, 200), box(200, 0, 400, 200)], name=["甲", "乙"], code=["350203009001", "350206001001"]
    )
    town = small_town(communities=halves)
    assert len(districts_of(town)) == 2
    same = small_town(communities=halves.assign(code=["350203009001", "350203009002"]))
    assert len(districts_of(same)) == 1


def test_ground_in_no_district_is_one_of_its_own():
    town = small_town()
    town = replace(town, districts=layer([box(0, 0, 150, 200), box(150, 0, 300, 200)]))
    shapes = districts_of(town)
    assert len(shapes) == 3
    assert shapely.area(shapes).sum() == pytest.approx(town.boundary.area)


def test_what_lies_outside_is_said_once():
    town = quartered(small_town())
    far = layer([box(1000, 1000, 1020, 1020)], name="远楼", hh=3.0).assign(kind="building")
    town = replace(town, buildings=far)
    log = ProblemLog()
    by_district(town, log)
    assert [p.code for p in log].count("outside_boundary") == 1


def test_nothing_left_is_refused():
    town = quartered(small_town(exclusions=layer([box(-10, -10, 410, 210)])))
    with pytest.raises(UserError) as refused:
        by_district(town)
    assert "no ground is left" in refused.value.text.template


def test_cancelling_stops_the_rest():
    town = quartered(small_town())
    with ThreadPoolExecutor(1) as executor, pytest.raises(Cancelled):
        build_by_district(town, executor, progress=Progress(cancelled=lambda: True))


def test_stitching_puts_the_vertices_of_both_sides_into_both():
    """Two boxes meet at x = 10; the left one has a vertex at y = 3 a millimetre off, the right at y = 7."""
    left = np.array([Polygon([(0, 0), (10, 0), (9.999, 3), (10, 10), (0, 10)])], dtype=object)
    right = np.array([Polygon([(10, 0), (20, 0), (20, 10), (10, 10), (10, 7)])], dtype=object)
    a, b = stitch([left, right])
    edge = {(10.0, 0.0), (9.999, 3.0), (10.0, 7.0), (10.0, 10.0)}
    assert edge <= set(map(tuple, shapely.get_coordinates(a[0])))
    assert edge <= set(map(tuple, shapely.get_coordinates(b[0])))
    assert shapely.coverage_is_valid(np.concatenate([a, b]))


def test_stitching_makes_one_of_two_vertices_that_nearly_agree():
    left = np.array([Polygon([(0, 0), (10, 0), (10, 5), (10, 10), (0, 10)])], dtype=object)
    right = np.array([Polygon([(10, 0), (20, 0), (20, 10), (10, 10), (10, 5.004)])], dtype=object)
    a, b = stitch([left, right])
    assert (10.0, 5.0) in set(map(tuple, shapely.get_coordinates(b[0])))
    assert shapely.get_num_coordinates(b[0]) == shapely.get_num_coordinates(right[0])
    assert shapely.coverage_is_valid(np.concatenate([a, b]))


@given(st.integers(0, 10**6))
@few(0.3)
def test_any_town_in_quarters(seed):
    town = quartered(random_town(seed))
    try:
        whole = build_units(town)
    except UserError:
        return
    units, graph = by_district(town)
    ground = shapely.area(whole.polygons).sum()  # in the plane: a new vertex in a long edge changes its curve
    ground += shapely.area(whole.exclusions).sum()
    assert ground == pytest.approx(town.boundary.area, rel=1e-9)
    found = shapely.area(units.polygons).sum() + shapely.area(units.exclusions).sum()
    assert found == pytest.approx(ground, rel=1e-9)
    assert shapely.coverage_is_valid(units.polygons)
    assert graph.n == len(units)


def test_a_road_along_the_border_has_its_ground_on_both_sides():
    """The border of two halves runs along the middle of a road of 20 m."""
    roads = layer([LineString([(200, 0), (200, 200)])], width_m=20.0, road_class="主干路", name="界路")
    town = replace(small_town(roads=roads), districts=layer([box(0, 0, 200, 200), box(200, 0, 400, 200)]))
    units, _ = by_district(town)
    road = units.frame[units.frame["kind"] == "road"]
    assert len(road) == 2
    assert shapely.area(road.geometry.to_numpy()) == pytest.approx([2000, 2000], rel=1e-6)
