"""A drawn line cuts units exactly; everything else stays as it was."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from bigmap.core.geometry.adjacency import build_graph
from bigmap.core.units.barriers import Barriers, with_barriers
from bigmap.core.units.split import cut_units
from tests.helpers.plans import ORIGIN, grid_plan


def line(*points):
    """Return a line drawn in boxes of 100 m from the south-west corner of the grid."""
    return shapely.LineString([(ORIGIN[0] + 100 * x, ORIGIN[1] + 100 * y) for x, y in points])


def recut(blade, rows=range(12)):
    plan = grid_plan()
    return plan, cut_units(plan.units, plan.graph, list(rows), blade)


def test_a_line_across_one_box_makes_two_of_it():
    """筼筜一里 (120 households) is cut from west to east at a quarter of its height."""
    _, done = recut(line((-0.2, 0.25), (1.2, 0.25)), rows=[0])
    frame = done.units.frame
    assert len(frame) == 13
    assert done.origin.tolist() == [*range(12), 0]
    assert frame["unit_id"].iloc[[0, 12]].tolist() == ["U0000", "U0000-2"]
    assert frame["site_m2"].iloc[[0, 12]].tolist() == pytest.approx([7500, 2500], rel=1e-3)
    assert frame["hh"].iloc[[0, 12]].tolist() == [90, 30]
    assert frame["name"].iloc[12] == "筼筜一里"
    assert shapely.coverage_is_valid(done.units.polygons)


def test_the_neighbour_gets_the_vertex_and_keeps_its_ground():
    plan, done = recut(line((-0.2, 0.25), (1.2, 0.25)), rows=[0])
    before, after = plan.units.polygons[1], done.units.polygons[1]
    assert shapely.get_num_coordinates(after) == shapely.get_num_coordinates(before) + 1
    assert after.equals(before)
    untouched = [2, 3, 5, 6, 7, 8, 9, 10, 11]
    assert all(done.units.polygons[i] is plan.units.polygons[i] for i in untouched)


def test_the_graph_is_that_of_the_whole_town():
    _, done = recut(line((-0.2, 0.25), (1.7, 0.4), (2.5, 2.5), (5, 2.5)))
    whole = build_graph(done.units.polygons)
    assert done.graph.n == whole.n
    assert done.graph.left.tolist() == whole.left.tolist()
    assert done.graph.right.tolist() == whole.right.tolist()
    assert done.graph.border_m == pytest.approx(whole.border_m)


@pytest.mark.parametrize(
    "blade",
    [
        line((0.2, 0.2), (0.8, 0.8)),  # begins and ends inside
        line((-0.5, 0.5), (0.5, 0.5)),  # ends inside
        line((-0.5, 1), (5, 1)),  # along the borders
        line((5, 5), (6, 6)),  # elsewhere
        line((-1, -1), (0, 0)),  # touches a corner
        line((-0.5, 0.00001), (1.5, 0.00001)),  # a millimetre inside the border
    ],
)
def test_what_crosses_no_unit_changes_nothing(blade):
    plan, done = recut(blade)
    assert len(done.units) == 12
    assert done.origin.tolist() == list(range(12))
    assert shapely.equals_exact(done.units.polygons, plan.units.polygons, 0).all()


def test_a_line_through_a_corner_cuts_both_boxes_at_their_vertex():
    _, done = recut(line((-0.5, -0.5), (2.5, 2.5)))
    assert len(done.units) == 14  # boxes 0 and 5; in box 10 the line ends
    assert shapely.coverage_is_valid(done.units.polygons)


def test_a_drawn_polygon_cuts_out_its_inside():
    ring = shapely.Polygon(shapely.get_coordinates(line((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8))))
    _, done = recut(ring)
    assert len(done.units) == 13
    assert shapely.get_num_interior_rings(done.units.polygons[0]) == 1
    assert shapely.area(done.units.polygons[12]) == pytest.approx(3600)
    assert shapely.coverage_is_valid(done.units.polygons)


def test_only_the_units_asked_for_are_cut():
    _, done = recut(line((-0.5, 0.5), (4.5, 0.5)), rows=[1, 3])
    assert len(done.units) == 14
    assert sorted(done.origin.tolist()[12:]) == [1, 3]
    assert shapely.coverage_is_valid(done.units.polygons)


def test_a_speck_stays_with_its_unit():
    """The line cuts off a corner of half a square metre."""
    _, done = recut(line((-0.5, 0.51), (0.51, -0.5)))
    assert len(done.units) == 12


def test_sums_stay():
    plan, done = recut(line((-0.5, 0.3), (1.4, 0.7), (2.2, 2.9), (4.5, 1.1)))
    assert len(done.units) > 15
    for column in ("hh", "gfa_m2", "green_m2", "parking_n", "sweep_m2", "load"):
        assert done.units.frame[column].sum() == pytest.approx(plan.units.frame[column].sum(), abs=1e-6)
    whole = plan.units.meter.area_m2(plan.units.polygons).sum()
    assert done.units.units_m2 == pytest.approx(whole, rel=1e-9)


def test_a_second_cut_finds_a_free_number():
    _, done = recut(line((-0.2, 0.25), (1.2, 0.25)), rows=[0])
    again = cut_units(done.units, done.graph, [0, 12], line((0.5, -0.5), (0.5, 1.5)))
    assert again.units.frame["unit_id"].iloc[[0, 12, 13, 14]].tolist() == [
        "U0000", "U0000-2", "U0000-3", "U0000-4",
    ]  # fmt: skip
    assert len(np.unique(again.units.frame["unit_id"])) == 15


def test_parts_of_units_that_a_barrier_keeps_apart_stay_apart():
    """A railway along the east of 筼筜二里, which is cut from west to east."""
    plan = grid_plan()
    railway = np.array([line((2, -0.1), (2, 3.1))], dtype=object)
    graph = with_barriers(plan.graph, plan.units, Barriers(railway, np.array([], dtype=object)))
    done = cut_units(plan.units, graph, [1], line((0.9, 0.5), (2.1, 0.5)))
    found = set(zip(done.graph.left.tolist(), done.graph.right.tolist(), strict=True))
    assert len(done.units) == 13
    assert {(0, 1), (0, 12), (1, 12)} <= found
    assert not {(1, 2), (2, 12)} & found
