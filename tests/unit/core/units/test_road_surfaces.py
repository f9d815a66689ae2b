"""Road segments between junctions and their surfaces."""

from __future__ import annotations

import shapely
from shapely import LineString, box

from bigmap.core.units.road_surfaces import road_segments, surfaces
from tests.helpers.towns import layer


def lengths(segments):
    return sorted(round(float(x), 2) for x in shapely.length(segments.geometry.to_numpy()))


def test_crossing_roads_are_cut_at_the_junction_only():
    roads = layer(
        [LineString([(0, 0), (4, 0)]), LineString([(4, 0), (10, 0)]), LineString([(5, -3), (5, 5)])],
        name=["A", "A", "B"],
        width_m=[4.0, 4.0, 6.0],
    )
    found = road_segments(roads)
    assert lengths(found) == [3, 5, 5, 5]  # A: 5 + 5 although drawn as 4 + 6; B: 3 + 5
    assert found["width_m"].tolist() == [6, 6, 4, 4]


def test_a_change_of_width_or_name_ends_a_segment():
    roads = layer([LineString([(0, 0), (4, 0)]), LineString([(4, 0), (10, 0)])], name="A", width_m=[4.0, 8.0])
    assert lengths(road_segments(roads)) == [4, 6]


def test_a_stretch_drawn_twice_comes_once():
    roads = layer([LineString([(0, 0), (9, 0)]), LineString([(9, 0), (0, 0)])], width_m=4.0)
    assert lengths(road_segments(roads)) == [9]


def test_a_ring_road_survives():
    ring = LineString([(0, 0), (9, 0), (9, 9), (0, 0)])
    assert lengths(road_segments(layer([ring], width_m=4.0))) == [round(ring.length, 2)]


def test_the_surface_is_as_wide_as_told_and_ends_square():
    segments = road_segments(layer([LineString([(0, 0), (10, 0)])], width_m=4.0))
    assert round(float(shapely.area(surfaces(segments))[0]), 6) == 40.0


def test_polygon_roads_keep_their_shape():
    segments = road_segments(layer([box(0, 0, 50, 6)], width_m=6.0))
    assert shapely.area(surfaces(segments))[0] == 300.0


def test_no_roads_at_all():
    assert len(road_segments(layer([]))) == 0
