"""Roads drawn as areas are cut at their junctions; dual carriageways are noticed."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely import LineString, MultiPolygon, Point, box
from shapely.affinity import rotate

from bigmap.core.clean.road_polygons import road_pieces
from bigmap.core.sources.layers import Role
from bigmap.core.units.build_units import build_units
from tests.helpers.dirt import at, boundary, cleaned, found, layer

CROSS = shapely.union_all([box(0, 94, 200, 106), box(94, 0, 106, 200)])
TEE = shapely.union_all([box(0, 94, 200, 106), box(94, 0, 106, 100)])
BEND = shapely.union_all([box(0, 0, 200, 12), box(0, 0, 12, 200)])
WITH_BAY = shapely.union_all([box(0, 0, 300, 12), box(100, 10, 120, 16)])
STAGGERED = shapely.union_all([box(0, 94, 300, 106), box(94, 0, 106, 100), box(110, 100, 122, 200)])
ROUNDABOUT = shapely.union_all([Point(0, 0).buffer(30), box(-150, -5, 150, 5), box(-5, -150, 5, 150)])
CURVE = LineString([(100 * np.cos(a), 100 * np.sin(a)) for a in np.linspace(0, 4, 60)]).buffer(6)


def network(blocks, side=150.0, width=12.0):
    """Return the streets around ``blocks`` × ``blocks`` blocks as one polygon."""
    far = blocks * side
    lines = [LineString([(0, i * side), (far, i * side)]) for i in range(blocks + 1)]
    lines += [LineString([(i * side, 0), (i * side, far)]) for i in range(blocks + 1)]
    return shapely.union_all(shapely.buffer(lines, width / 2, cap_style="square"))


@pytest.mark.parametrize(
    ("shape", "segments"),
    [
        (box(0, 0, 300, 12), 1),
        (box(0, 0, 100, 100), 1),
        (CURVE, 1),
        (CURVE.buffer(-4).exterior.buffer(3), 1),
        (BEND, 1),
        (WITH_BAY, 1),
        (CROSS, 4),
        (TEE, 3),
        (STAGGERED, 4),  # two junctions less than a road's width apart are one
        (ROUNDABOUT.difference(Point(0, 0).buffer(20)), 8),
        (network(2), 8),  # twelve sides, but no junction at the four corners
        (network(6), 80),
    ],
)
def test_segments_between_junctions_share_out_the_ground_exactly(shape, segments):
    found = road_pieces(at(shape))
    assert len(found) == segments
    assert {piece.geom_type for piece in found} == {"Polygon"}
    assert sum(piece.area for piece in found) == pytest.approx(shape.area, rel=1e-9)
    assert shapely.coverage_is_valid(found)
    assert shapely.symmetric_difference(shapely.union_all(found), at(shape)).area < 1e-6


def test_a_segment_is_about_as_long_and_wide_as_its_road():
    found = road_pieces(network(3))
    inner = [piece for piece in found if piece.area < 2000]
    assert len(inner) > 10
    for piece in inner:
        assert 130 < piece.length / 2 < 180
        assert 9 < 2 * piece.area / piece.length < 12


def test_a_network_in_one_shape_is_cut_and_its_length_and_width_told():
    streets = layer(
        Role.ROADS, [MultiPolygon([CROSS, box(400, 0, 600, 10)])], names=["路网"], road_class="支路"
    )
    sources, log = cleaned(boundary(), streets)
    assert len(sources.roads) == 5
    assert set(sources.roads["road_class"]) == {"branch"}
    assert sources.roads["fid"].tolist() == [1] * 5
    assert sources.roads.geometry.area.sum() == pytest.approx(CROSS.area + 2000)
    assert sources.roads["width_m"].between(9, 12).all()
    assert found(log) == [("mended", "road_split", 1), ("mended", "width_measured", None)]
    told = log.items[0].text.values
    assert told["n"] == 5
    assert told["area"] == pytest.approx(CROSS.area + 2000)
    assert told["metres"] == pytest.approx(600, rel=0.15)


def test_a_width_that_the_file_gives_is_kept():
    sources, log = cleaned(boundary(), layer(Role.ROADS, [CROSS], width_m=[14.0]))
    assert sources.roads["width_m"].tolist() == [14] * 4
    assert found(log) == [("mended", "road_split", 1)]


def test_centre_lines_name_the_road_areas_they_run_in():
    inside = [
        LineString([(0, 100), (90, 100)]),
        LineString([(95, 100), (200, 100)]),
        LineString([(100, 0), (100, 200)]),
    ]
    outside = LineString([(300, 50), (600, 50)])
    lines = layer(
        Role.ROADS,
        [*inside, outside],
        names=["市府路西", "市府路东", "后街", "湖滨路"],
        road_class=["次干路", "次干路", "街巷", "支路"],
        width_m=[np.nan] * 3 + [10.0],
    )
    areas = layer(Role.ROADS, [CROSS], names=[""])
    areas.file = areas.file.with_name("areas.shp")
    sources, log = cleaned(boundary(), areas, lines)
    assert sorted(sources.roads["name"]) == ["后街", "后街", "市府路东", "市府路西", "湖滨路"]
    assert sources.roads.set_index("name")["road_class"].to_dict()["后街"] == "lane"
    assert found(log)[-1] == ("doubt", "centre_lines", None)
    assert log.items[-1].text.values["n"] == 3


def carriageways(apart, names=("环岛路", "环岛路"), length=800):
    lines = [LineString([(0, 100), (length, 100)]), LineString([(length, 100 + apart), (0, 100 + apart)])]
    roads = layer(Role.ROADS, lines, names=list(names), width_m=[12.0, 12.0])
    return cleaned(boundary(), roads)


def test_two_carriageways_of_one_road_are_noticed_once():
    sources, log = carriageways(16)
    assert len(sources.roads) == 2
    assert found(log) == [("doubt", "dual_carriageway", 1)]
    told = log.items[0].text.values
    assert told["apart"] == pytest.approx(16)
    assert told["metres"] == pytest.approx(800, rel=0.1)


@pytest.mark.parametrize(
    ("apart", "names", "length"),
    [
        (16, ("环岛路", "湖滨路"), 800),
        (16, ("", ""), 800),
        (60, ("环岛路", "环岛路"), 800),
        (16, ("环岛路", "环岛路"), 100),
    ],
)
def test_other_parallel_roads_are_not(apart, names, length):
    assert found(carriageways(apart, names, length)[1]) == []


def test_a_winding_road_is_not_its_own_second_carriageway():
    there_and_on = [LineString([(0, 100), (400, 100)]), LineString([(400, 100), (800, 120)])]
    roads = layer(Role.ROADS, there_and_on, names=["长路", "长路"], width_m=[12.0, 12.0])
    assert found(cleaned(boundary(), roads)[1]) == []


@pytest.mark.parametrize("turn", [0, 17])
def test_a_network_in_one_shape_goes_through_to_units(turn):
    streets = rotate(network(3), turn, origin=(225, 225))
    around = boundary(box(-100, -100, 600, 600))
    yards = layer(Role.ESTATES, [box(160, 170, 250, 250), box(-30, 300, 100, 400)], hh=[30.0, 20.0])
    sources, _ = cleaned(around, layer(Role.ROADS, [streets]), yards)
    assert len(sources.roads) == 20
    units = build_units(sources)
    assert units.units_m2 == pytest.approx(units.governance_m2, rel=1e-9)
    assert units.frame["hh"].sum() == 50
    assert (units.frame["kind"] == "road").sum() >= 20
