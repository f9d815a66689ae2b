"""Layers moved as the planner told, and what is proposed for one that was moved already."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest

from bigmap.base.problems import ProblemLog
from bigmap.core.crs.offsets import Shift
from bigmap.core.sources.layers import Layer, Role
from bigmap.io.georeferencing.layer_offsets import STAY, _proposed, metres_of, shift_layer
from tests.helpers.shapefiles import squares


def layer(crs):
    frame = gpd.GeoDataFrame(geometry=squares(3), crs="EPSG:4548").to_crs(crs)
    return Layer(Role.ESTATES, Path("小区.shp"), frame)


@pytest.mark.parametrize("crs", ["EPSG:4548", "EPSG:4490", "EPSG:3857"])
def test_metres_are_metres_on_the_ground_in_any_system(crs):
    """True north: the grid of EPSG:4548 is turned by 0.45° here, 0.9 m on 120 m."""
    moved, log = layer(crs), ProblemLog()
    shift_layer(moved, "120,-50", log)
    before, after = (one.frame.geometry.to_crs(4548).iloc[0].centroid for one in (layer(crs), moved))
    assert np.hypot(after.x - before.x, after.y - before.y) == pytest.approx(130, abs=0.1)
    assert (after.x - before.x, after.y - before.y) == pytest.approx((120, -50), abs=1.2)
    assert [p.code for p in log] == ["unshifted"]
    assert moved.frame.crs == layer(crs).frame.crs


@pytest.mark.parametrize("shift", ["", STAY])
def test_nothing_is_moved_or_said_where_nothing_is_wanted(shift):
    still, log = layer("EPSG:4548"), ProblemLog()
    shift_layer(still, shift, log)
    assert len(log) == 0
    assert still.frame.geometry.geom_equals(layer("EPSG:4548").frame.geometry).all()


@pytest.mark.parametrize("text", ["", "gcj02", "12", "a,b", "nan,0", "1,2,3"])
def test_what_is_no_move_is_none(text):
    assert metres_of(text) is None


def test_a_proposal_counts_the_move_that_was_made_already():
    off = Shift(0, 1, 12.0, -30.0, None)
    assert _proposed(off, "") == "-12.0,30.0"
    assert _proposed(off, "100,5") == "88.0,35.0"
    assert _proposed(off, "gcj02") == STAY
    assert _proposed(Shift(0, 1, 500.0, -290.0, "gcj02"), "") == "gcj02"
