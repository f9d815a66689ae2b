"""However a line runs over a town, the units stay a partition and nothing far from it changes."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from bigmap.base.errors import UserError
from bigmap.core.geometry.adjacency import build_graph
from bigmap.core.units.build_units import build_units
from bigmap.core.units.split import cut_units
from tests.helpers.examples import few
from tests.helpers.towns import random_town

shares = st.floats(-0.1, 1.1)


@few()
@given(st.integers(0, 10**6), st.lists(st.tuples(shares, shares), min_size=2, max_size=6), st.booleans())
def test_the_parts_are_the_units(seed, places, closed):
    town = random_town(seed)
    try:
        units = build_units(town)
    except UserError:
        return
    graph = build_graph(units.polygons)
    west, south, east, north = town.boundary.bounds
    xy = np.array(places) * [east - west, north - south] + [west, south]
    blade = shapely.LineString(np.vstack([xy, xy[:1]]) if closed and len(xy) > 2 else xy)
    done = cut_units(units, graph, np.arange(len(units)), blade)
    assert shapely.coverage_is_valid(done.units.polygons)
    assert shapely.is_valid(done.units.polygons).all()
    assert shapely.area(done.units.polygons).sum() == pytest.approx(
        shapely.area(units.polygons).sum(), rel=1e-12
    )
    for column in ("hh", "gfa_m2", "green_m2", "parking_n"):
        assert done.units.frame[column].sum() == pytest.approx(units.frame[column].sum())
    # each part lies in the unit it comes from, to the width of the snapping
    lost = shapely.difference(done.units.polygons, shapely.buffer(units.polygons[done.origin], 0.02))
    assert shapely.area(lost).max() < 1e-6
    whole = build_graph(done.units.polygons)
    assert np.array_equal(done.graph.left, whole.left)
    assert np.array_equal(done.graph.right, whole.right)
    assert done.graph.border_m == pytest.approx(whole.border_m)
