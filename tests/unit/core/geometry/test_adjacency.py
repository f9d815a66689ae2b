"""Rook adjacency with shared border lengths."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely import box

from bigmap.core.geometry.adjacency import build_graph, merged, pieces


def edges(graph):
    return {
        (int(a), int(b)): round(float(m), 6)
        for a, b, m in zip(graph.left, graph.right, graph.border_m, strict=True)
    }


def grid(columns, rows):
    """Boxes numbered row by row: a 3×2 grid is ``0 1 2 / 3 4 5``."""
    return np.array([box(x, -y, x + 1, -y - 1) for y in range(rows) for x in range(columns)])


def test_a_grid_touches_by_sides_and_not_by_corners():
    graph = build_graph(shapely.coverage_clean(grid(3, 2)))
    assert edges(graph) == {(0, 1): 1, (1, 2): 1, (0, 3): 1, (1, 4): 1, (2, 5): 1, (3, 4): 1, (4, 5): 1}


def test_a_border_in_several_stretches_is_summed():
    # A U around a box: they share the left, the lower and the right side.
    u = box(0, 0, 3, 3).difference(box(1, 1, 2, 4))
    graph = build_graph(shapely.coverage_clean(np.array([u, box(1, 1, 2, 3)])))
    assert edges(graph) == {(0, 1): 5.0}


def test_the_border_of_a_hole_counts():
    graph = build_graph(np.array([box(0, 0, 9, 9).difference(box(3, 3, 5, 5)), box(3, 3, 5, 5)]))
    assert edges(graph) == {(0, 1): 8.0}


def test_pieces_of_groups():
    graph = build_graph(shapely.coverage_clean(grid(3, 2)))
    #   a b a
    #   a b b      group a is in two pieces
    number = pieces(graph, np.array([0, 1, 0, 0, 1, 1]))
    assert number[0] == number[3] != number[2]
    assert number[1] == number[4] == number[5]
    assert len(set(number)) == 3


def test_merged_sums_borders_between_groups_and_leaves_out_those_without():
    graph = build_graph(shapely.coverage_clean(grid(3, 2)))
    #   0 0 -
    #   1 1 1
    assert edges(merged(graph, np.array([0, 0, -1, 1, 1, 1]), 2)) == {(0, 1): 2.0}


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_the_slow_twin(seed):
    rng = np.random.default_rng(seed)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(rng.uniform(0, 100, (40, 2)))))
    graph = build_graph(cells)
    slow = {}
    for i in range(len(cells)):
        for j in range(i + 1, len(cells)):
            length = shapely.length(shapely.intersection(cells[i], cells[j]))
            if length > 0:
                slow[i, j] = length
    assert edges(graph).keys() == slow.keys()
    np.testing.assert_allclose([edges(graph)[k] for k in slow], list(slow.values()), atol=1e-5)
