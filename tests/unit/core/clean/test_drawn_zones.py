"""Zones drawn elsewhere become valid polygons with an id each."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely
from shapely import Polygon, box

from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog
from bigmap.core.clean.drawn_zones import drawn_zones
from bigmap.core.sources.layers import Layer, LayerSet, Role
from tests.helpers.towns import GK117, layer


def zones(shapes, log=None, **columns):
    drawn = Layer(Role.ZONES, Path("zones.shp"), layer(shapes, **columns))
    return drawn_zones(LayerSet([drawn]), GK117, log)


def row_of_boxes(n):
    return [box(10 * i, 0, 10 * i + 10, 10) for i in range(n)]


def ids(**columns):
    log = ProblemLog()
    n = max(len(column) for column in columns.values())
    found = zones(row_of_boxes(n), log, **columns)
    return found["zone_id"].tolist(), {problem.code for problem in log}


def test_codes_names_and_numbers_in_this_order_and_never_twice():
    code, name = ["A", "A", "A-2", "", ""], ["x", "y", "x", "东片", ""]
    assert ids(code=code, name=name)[0] == ["A", "A-2", "A-2-2", "东片", "Z05"]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"code": ["A", "B", "A"]}, ["A", "B"]),
        ({"code": ["A", "B", " Ａ "]}, ["A", "B"]),
        ({"code": ["A", "B", "A"], "name": ["x", "y", ""]}, ["A", "B"]),
        ({"code": ["A", "B", "A"], "oper": ["甲", "", ""]}, ["A", "B"]),
        ({"name": ["东片", "西片", "东片"]}, ["东片", "西片"]),
    ],
)
def test_features_of_one_code_or_name_are_one_zone(columns, expected):
    assert ids(**columns) == (expected, {"zone_in_features"})


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"code": ["A", "B", "A"], "name": ["x", "y", "z"]}, ["A", "B", "A-2"]),
        ({"code": ["A", "B", "A"], "oper": ["甲", "乙", "丙"]}, ["A", "B", "A-2"]),
        ({"name": ["A", "B", "A"], "oper": ["甲", "乙", "无"]}, ["A", "B", "A-2"]),
    ],
)
def test_features_of_one_code_that_contradict_each_other_stay_apart(columns, expected):
    assert ids(**columns) == (expected, {"zone_title_shared"})


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"code": ["350203", "350203", "350203"], "name": ["x", "y", "z"]}, ["x", "y", "z"]),
        ({"code": ["350203", "350203"], "name": ["", ""]}, ["Z01", "Z02"]),
        ({"name": ["片区", "片区", "片区"]}, ["Z01", "Z02", "Z03"]),
    ],
)
def test_a_code_or_name_that_all_bear_tells_no_zone_apart(columns, expected):
    assert ids(**columns) == (expected, {"zone_title_useless"})


@pytest.mark.parametrize(
    "columns",
    [
        {"code": ["0", "0"]},
        {"name": ["未命名多边形", "未命名多边形 2"]},
        {"name": ["Untitled Polygon", "Untitled Polygon"]},
        {"name": ["Polygon", "polygon 12"]},
    ],
)
def test_what_programs_write_where_nobody_named_anything_names_nothing(columns):
    assert ids(**columns) == (["Z01", "Z02"], set())


def test_numbers_and_names_with_a_number_are_names():
    assert ids(name=["1", "2"])[0] == ["1", "2"]
    assert ids(name=["路径公园", "无标题里"])[0] == ["路径公园", "无标题里"]


def test_parts_of_a_zone_keep_its_operator_and_their_common_ground_counts_once():
    log = ProblemLog()
    parts = [box(0, 0, 60, 100), box(50, 0, 100, 100), box(200, 0, 300, 100)]
    found = zones(parts, log, code=["A", "A", "B"], oper=["", "甲", "乙"])
    assert found["oper"].tolist() == ["甲", "乙"]
    assert found.geometry.area.tolist() == [10_000, 10_000]
    (said,) = log
    assert (said.before, said.after, said.feature) == (11_000, 10_000, 1)


def test_the_coarser_rounding_of_two_files_counts_for_a_zone_of_both():
    files = [layer([box(0, 0, 10, 10)], code="A"), layer([box(10, 0, 20, 10)], code="A")]
    layers = [
        Layer(Role.ZONES, Path(f"{r}.shp"), f, resolution_m=r) for f, r in zip(files, (0.1, 1.0), strict=True)
    ]
    layers.append(Layer(Role.ZONES, Path("c.shp"), layer([box(20, 0, 30, 10)], code="B")))
    assert drawn_zones(LayerSet(layers), GK117)["resolution_m"].tolist() == [1.0, 0.0]


def test_a_spike_is_cut_off():
    spiked = Polygon([(0, 0), (10, 0), (10, 10), (10, 30), (10, 10), (0, 10)])
    found = zones([spiked])
    assert shapely.get_type_id(found.geometry.to_numpy()).tolist() == [shapely.GeometryType.POLYGON]
    assert found.geometry.area.tolist() == [100]


def test_an_unknown_operator_is_none():
    assert zones(row_of_boxes(2), oper=["A", ""])["oper"].isna().tolist() == [False, True]


def test_lines_that_close_nothing_are_no_zones():
    with pytest.raises(UserError, match=r"zones\.shp"):
        zones([shapely.LineString([(0, 0), (1, 1)])])
