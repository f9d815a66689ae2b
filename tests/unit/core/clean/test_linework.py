"""Estates drawn as lines: closed, nearly closed, or only together."""

from __future__ import annotations

import pytest
import shapely
from shapely import LineString, MultiLineString, box

from bigmap.core.sources.layers import Role
from tests.helpers.dirt import SQUARE, at, boundary, cleaned, found, layer

SIDES = [
    LineString([(0, 0), (100, 0), (100, 80)]),
    LineString([(100, 80), (0, 80), (0, 0)]),
    LineString([(100, 0), (200, 0), (200, 80), (100, 80)]),
]
"""::

    +--1--+--2--+   line 0: south and east of the left face
    |     0     |   line 1: its north and west
    +--0--+--2--+   line 2: the right face but for the side they share
"""


def drawn(*lines, **columns):
    return cleaned(boundary(), layer(Role.ESTATES, list(lines), **columns))


def test_lines_that_close_together_become_areas_with_the_attributes_of_the_one_that_draws_most():
    sources, log = drawn(*SIDES, names=["", "左园", "右园"], hh=[5.0, 30.0, 40.0])
    assert sorted(sources.estates.geometry.area) == [8000, 8000]
    named = sources.estates.set_index("name")
    assert named.geometry["右园"].equals(at(box(100, 0, 200, 80)))
    assert named["hh"].to_dict() == {"左园": 30, "右园": 40}
    assert named["fid"].to_dict() == {"左园": 2, "右园": 3}
    assert found(log) == [("mended", "lines_joined", None), ("doubt", "line_unused", 1)]


@pytest.mark.parametrize("gap", [0.001, 0.05, 0.2, 0.5])
def test_gaps_between_lines_are_closed_and_told_with_their_size(gap):
    away = LineString([(100, 80), (0, 80), (0, gap)])
    sources, log = drawn(SIDES[0], away)
    assert sources.estates.geometry.area.tolist() == pytest.approx([8000], abs=100 * gap)
    told = [p for p in log if p.code == "gap_closed"]
    assert [p.text.values["gap"] for p in told] == [pytest.approx(gap, abs=1e-6)]
    assert shapely.distance(shapely.Point(told[0].place), at(shapely.Point(0, 0))) < 1


def test_a_gap_of_more_than_half_a_metre_is_not_closed():
    sources, log = drawn(SIDES[0], LineString([(100, 80), (0, 80), (0, 0.6)]), SQUARE)
    assert sources.estates["fid"].tolist() == [3]
    assert found(log) == [("error", "closes_nothing", 1), ("error", "closes_nothing", 2)]


def test_a_line_that_stops_short_of_another_one_or_crosses_it_is_noded():
    short = LineString([(50, 0.3), (50, 82)])
    sources, log = drawn(*SIDES[:2], short)
    assert sorted(sources.estates.geometry.area.round()) == [4000, 4000]
    assert shapely.coverage_is_valid(sources.estates.geometry.to_numpy())
    assert [round(p.text.values["gap"], 3) for p in log if p.code == "gap_closed"] == [0.3]


def test_one_line_that_nearly_comes_back_is_closed_by_itself():
    gap = LineString([(10, 10), (110, 10), (110, 110), (10, 110), (10, 10.4)])
    sources, log = drawn(gap, names=["缺口苑"], hh=[12.0])
    assert sources.estates[["name", "hh"]].to_numpy().tolist() == [["缺口苑", 12]]
    assert found(log) == [("mended", "gap_closed", 1)]
    assert "10000 m²" in log.items[0].text.render("en")


def test_pieces_of_one_feature_are_put_end_to_end():
    sources, log = drawn(MultiLineString(SIDES[:2]))
    assert sources.estates.geometry.area.tolist() == [8000]
    assert found(log) == [("mended", "closed_lines", None)]


def test_a_ring_within_a_ring_of_one_feature_is_a_hole():
    rings = [SQUARE.exterior.coords, box(40, 40, 60, 60).exterior.coords]
    sources, log = drawn(MultiLineString(rings))
    assert sources.estates.geometry.area.tolist() == [9600]
    assert found(log) == [("mended", "closed_lines", None), ("doubt", "hole_unmarked", 1)]


def test_open_lines_use_the_edges_of_areas_drawn_already():
    open_side = LineString([(110.2, 10), (200, 10), (200, 110), (110, 110)])
    sources, log = drawn(LineString(SQUARE.exterior.coords), open_side, names=["旧园", "新园"])
    area = dict(zip(sources.estates["name"], sources.estates.geometry.area.round(), strict=True))
    assert area == {"旧园": 10_000, "新园": 9000}
    assert [p.code for p in log] == ["closed_lines", "gap_closed", "lines_joined"]


def test_small_faces_are_dropped_with_their_ground():
    across = LineString([(0, 2), (2, 0)])
    sources, log = drawn(*SIDES[:2], across)
    assert sources.estates.geometry.area.tolist() == [7998]
    dropped = next(p for p in log if p.code == "small_faces")
    assert dropped.text.values["area"] == pytest.approx(2)


def test_lines_of_one_file_do_not_close_those_of_another():
    other = layer(Role.ESTATES, SIDES[1:2])
    other.file = other.file.with_name("other.shp")
    sources, log = cleaned(boundary(), layer(Role.ESTATES, SIDES[:1]), other, layer(Role.BUILDINGS, [SQUARE]))
    assert len(sources.estates) == 0
    assert [p.file for p in log] == ["estates.shp", "other.shp"]


def test_a_boundary_drawn_as_lines():
    sources, _ = cleaned(layer(Role.BOUNDARY, SIDES))
    assert sources.boundary.area == pytest.approx(16_000)


def test_labels_name_the_faces_between_lines():
    labels = layer(
        Role.ESTATES, [shapely.Point(50, 40), shapely.Point(150, 40)], names=["左园", "右园"], hh=[7.0, 9.0]
    )
    sources, log = cleaned(boundary(), layer(Role.ESTATES, SIDES, names=["", "", ""]), labels)
    assert dict(zip(sources.estates["name"], sources.estates["hh"], strict=True)) == {"左园": 7, "右园": 9}
    assert "points_joined" in [p.code for p in log]
