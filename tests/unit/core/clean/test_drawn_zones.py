"""Zones drawn elsewhere become valid polygons with an id each."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely
from shapely import Polygon, box

from bigmap.base.errors import UserError
from bigmap.core.clean.drawn_zones import drawn_zones
from bigmap.core.sources.layers import Layer, LayerSet, Role
from tests.helpers.towns import GK117, layer


def zones(shapes, **columns):
    return drawn_zones(LayerSet([Layer(Role.ZONES, Path("zones.shp"), layer(shapes, **columns))]), GK117)


def test_codes_names_and_numbers_in_this_order_and_never_twice():
    found = zones([box(0, 0, 1, 1)] * 5, code=["A", "A", "A-2", "", ""], name=["x", "x", "x", "东片", ""])
    assert found["zone_id"].tolist() == ["A", "A-2", "A-2-2", "东片", "Z05"]


def test_a_spike_is_cut_off():
    spiked = Polygon([(0, 0), (10, 0), (10, 10), (10, 30), (10, 10), (0, 10)])
    found = zones([spiked])
    assert shapely.get_type_id(found.geometry.to_numpy()).tolist() == [shapely.GeometryType.POLYGON]
    assert found.geometry.area.tolist() == [100]


def test_an_unknown_operator_is_none():
    assert zones([box(0, 0, 1, 1)] * 2, oper=["A", ""])["oper"].isna().tolist() == [False, True]


def test_lines_are_no_zones():
    with pytest.raises(UserError):
        zones([shapely.LineString([(0, 0), (1, 1)])])
