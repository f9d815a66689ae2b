"""Units cut exactly: a whole plan on the new ground, nothing lost, barriers still in force."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely

from bigmap.core.editing import gestures
from bigmap.core.editing.gestures.exact_cut import cut_along
from bigmap.core.editing.tally import Tally, assignment_of
from bigmap.core.editing.unit_index import unit_index_of
from bigmap.core.planning.assignment import NOBODY
from bigmap.core.units.barriers import barriers_of, with_barriers
from tests.helpers.plans import EPSG, ORIGIN, SIDE, grid_plan


def place(x, y):
    return ORIGIN[0] + x * SIDE, ORIGIN[1] + y * SIDE


@pytest.fixture
def walled():
    """The plan of twelve boxes with a wall between the west column and the rest."""
    plan = grid_plan()
    wall = shapely.LineString([place(1, -1), place(1, 4)])
    layer = gpd.GeoDataFrame({"name": ["wall"]}, geometry=[wall], crs=EPSG)
    plan = replace(plan, sources=replace(plan.sources, barriers=layer))
    return replace(plan, graph=with_barriers(plan.graph, plan.units, barriers_of(plan.sources)))


def test_a_line_through_a_zone_cuts_units_and_zone():
    plan = grid_plan()
    held = assignment_of(plan)
    held = held.apply(held.lock([1], True)).apply(held.alter([2], colour="#123456"))
    line = shapely.LineString([place(-0.1, 1.3), place(1.2, 1.3)])
    made, after, proposal = cut_along(
        plan, held, np.flatnonzero(held.zone == 0), line, lambda t: gestures.split_by_line(t, 0, line), "warn"
    )
    assert proposal.edit
    assert len(made.units) == len(plan.units) + 1
    assert len(made.zones) == 4
    assert shapely.coverage_is_valid(made.units.polygons)
    assert shapely.coverage_is_valid(made.zones.geometry.to_numpy())
    for column in ("hh", "site_m2", "load", "cost_y", "income_y"):
        if column in plan.units.frame:
            assert made.units.frame[column].sum() == pytest.approx(
                plan.units.frame[column].sum(), rel=2e-3
            ), column
    assert made.units.frame["hh"].sum() == plan.units.frame["hh"].sum()
    assert after.locked.sum() == 1
    assert after.zones[2].colour == "#123456"
    assert len(after.zone) == len(made.units)
    assert made.coverage.uncovered_m2 == pytest.approx(plan.units.frame["site_m2"].iloc[10], rel=1e-6)


def test_where_the_gesture_comes_to_nothing_the_plan_stays():
    plan = grid_plan()
    held = assignment_of(plan)
    line = shapely.LineString([place(-0.1, 1.3), place(1.2, 1.3)])
    same, after, proposal = cut_along(
        plan, held, [4], line, lambda t: gestures.paint(t, np.empty(0, int), 0), "warn"
    )
    assert same is plan
    assert after is held
    assert not proposal.edit


def test_barriers_hold_after_a_cut(walled):
    held = assignment_of(walled)
    line = shapely.LineString([place(0.2, 1.5), place(2.8, 1.5)])
    rows = np.array([4, 5])
    made, after, _ = cut_along(
        walled, held, rows, line, lambda t: gestures.erase(t, np.arange(12, len(t.zone))), "warn"
    )
    middles = shapely.get_x(shapely.centroid(made.units.polygons)) < place(1, 0)[0]
    assert (middles[made.graph.left] == middles[made.graph.right]).all()
    assert (after.zone[12:] == NOBODY).all()


def test_perimeters_count_borders_that_barriers_keep_apart(walled):
    tally = Tally.of(walled, assignment_of(walled), unit_index_of(walled))
    polygons = walled.units.polygons
    for row in tally.live:
        ground = shapely.union_all(polygons[tally.members(row)])
        assert tally.figures(row).border_m == pytest.approx(ground.length)
        assert tally.figures(row).compact == pytest.approx(4 * np.pi * ground.area / ground.length**2)
    assert tally.figures(0).pieces == 2  # the wall keeps the south-east box from the others


def test_without_barriers_the_graph_is_all_borders():
    unit_index = unit_index_of(grid_plan())
    assert unit_index.borders is unit_index.graph
