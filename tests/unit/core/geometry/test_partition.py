"""Cutting ground by priority, slivers, grid cells."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import box

from bigmap.core.geometry.adjacency import build_graph
from bigmap.core.geometry.partition import absorb, cut, dissolve


def areas_by_claim(found):
    return {
        int(c): round(float(shapely.area(found.polygons[found.claim == c]).sum()), 6)
        for c in set(found.claim)
    }


def test_the_first_claim_wins_and_the_rest_is_free():
    #  0 claims the left half, 1 a middle band and ground outside
    found = cut(box(0, 0, 10, 10), np.array([box(-5, 0, 5, 10), box(3, 0, 8, 20)]))
    assert areas_by_claim(found) == {0: 50.0, 1: 30.0, 2: 20.0}
    assert shapely.coverage_is_valid(found.polygons)


def test_a_claim_cut_in_two_gives_two_pieces():
    found = cut(box(0, 0, 10, 10), np.array([box(4, 0, 6, 10), box(0, 4, 10, 6)]))
    assert sum(found.claim == 1) == 2


def test_outside_has_the_boundarys_vertices():
    found = cut(box(0, 0, 10, 10), np.array([box(4, 0, 6, 10)]))
    assert shapely.coverage_is_valid(np.concatenate([found.polygons, found.outside]))


def test_boundary_with_a_hole_and_two_parts_keeps_its_area():
    boundary = shapely.union(box(0, 0, 10, 10).difference(box(2, 2, 4, 4)), box(20, 0, 25, 5))
    found = cut(boundary, np.array([box(1, 1, 22, 3)]))
    assert shapely.area(found.polygons).sum() == boundary.area


def test_a_sliver_goes_to_the_longest_border():
    #  ________
    # |   0    |        the strip 1 borders 0 by 10 and 2 by 4
    # |---1----|
    # |_2_|
    shapes = shapely.coverage_clean(np.array([box(0, 1, 10, 9), box(0, 0.9, 10, 1), box(0, -5, 4, 0.9)]))
    group = absorb(shapes, np.arange(3), np.array([False, True, False]), build_graph(shapes))
    assert group.tolist() == [0, 0, 2]


def test_slivers_among_slivers_follow_each_other():
    shapes = np.array([box(0, 0, 5, 5), box(5, 0, 5.1, 5), box(5.1, 0, 5.2, 5)])
    group = absorb(shapes, np.arange(3), np.array([False, True, True]), build_graph(shapes))
    assert group.tolist() == [0, 0, 0]


def test_a_sliver_without_neighbours_stays():
    shapes = np.array([box(0, 0, 5, 5), box(50, 0, 50.1, 5)])
    group = absorb(shapes, np.arange(2), np.array([False, True]), build_graph(shapes))
    assert group.tolist() == [0, 1]


def test_dissolve_leaves_an_empty_group_empty():
    found = dissolve(np.array([box(0, 0, 1, 1), box(1, 0, 2, 1)]), np.array([2, 2]), 3)
    assert found[0] is None
    assert found[2].equals(box(0, 0, 2, 1))
