"""Plots of the buildings of a block."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely import box

from bigmap.core.tessellation import OVERSHOOT_M, enclosed_cells


def cells(footprints, blocks, reach):
    """Return the plots cut back to the ground of all blocks."""
    return shapely.intersection(
        enclosed_cells(np.array(footprints), np.array(blocks), reach), shapely.union_all(blocks)
    )


def test_two_houses_share_the_block_in_the_middle():
    plots = cells([box(10, 40, 20, 50), box(80, 40, 90, 50)], [box(0, 0, 100, 90)], 500)
    assert shapely.area(plots).sum() == pytest.approx(9000)
    assert abs(shapely.area(plots)[0] - 4500) < 60
    assert shapely.intersection(plots[0], plots[1]).area < 1e-6


def test_ground_beyond_the_reach_stays_free():
    plots = cells([box(0, 0, 10, 10)], [box(0, 0, 1000, 10)], 30)
    assert plots[0].bounds == (0, 0, 40, 10)


def test_a_plot_does_not_cross_into_another_block():
    blocks = [box(0, 0, 50, 50), box(60, 0, 110, 50)]
    assert cells([box(40, 20, 48, 30)], blocks, 500)[0].equals(blocks[0])


def test_a_plot_reaches_a_little_over_the_edge_of_its_block():
    plot = enclosed_cells(np.array([box(40, 20, 48, 30)]), np.array([box(0, 0, 50, 50)]), 500)[0]
    assert plot.bounds == pytest.approx((-OVERSHOOT_M, -OVERSHOOT_M, 50 + OVERSHOOT_M, 50 + OVERSHOOT_M))


def test_a_house_in_the_middle_of_a_road_has_no_plot():
    assert cells([box(100, 100, 110, 110)], [box(0, 0, 50, 50)], 500)[0].is_empty


def test_touching_thin_and_equal_houses_do_no_harm():
    houses = [box(0, 0, 10, 10), box(10, 0, 20, 10), box(20, 0, 20.1, 10), box(0, 0, 10, 10)]
    plots = cells(houses, [box(-20, -20, 40, 30)], 100)
    assert shapely.union_all(plots).area == pytest.approx(60 * 50)
    assert all(shapely.is_valid(plots))
