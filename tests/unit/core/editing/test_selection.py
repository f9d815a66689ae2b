"""Units are chosen by shape, neighbourhood and by what the table says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Polygon

from bigmap.base.errors import UserError
from bigmap.core.editing import selection
from bigmap.core.editing.query import query_units
from bigmap.core.editing.unit_index import UnitIndex
from tests.helpers.plans import ORIGIN, SIDE, grid_plan

PLAN = grid_plan()
INDEX = UnitIndex(PLAN.units, PLAN.graph)
FRAME = PLAN.units.frame


def place(x, y):
    return ORIGIN[0] + x * SIDE, ORIGIN[1] + y * SIDE


# units:  8  9 10 11
#         4  5  6  7
#         0  1  2  3


def test_box():
    assert selection.box(INDEX, *place(1.5, 1.5), *place(0.5, 0.5)).tolist() == [0, 1, 4, 5]
    assert selection.box(INDEX, *place(-1, -1), *place(2.5, 1.5), whole=True).tolist() == [0, 1]
    assert selection.box(INDEX, *place(0, 0), *place(1, 1)).tolist() == [0]  # a common border is no ground
    assert not len(selection.box(INDEX, *place(9, 9), *place(8, 8)))


def test_lasso_and_majority():
    triangle = Polygon([place(0, 0), place(2.2, 0), place(0, 2.2)])
    assert selection.lasso(INDEX, triangle).tolist() == [0, 1, 2, 4, 5, 8]
    assert selection.by_majority(INDEX, triangle).tolist() == [0, 1, 4]
    bow = Polygon([place(0, 0), place(2, 2), place(2, 0), place(0, 2)])
    assert selection.lasso(INDEX, bow).tolist() == [0, 1, 4, 5]


def test_along_a_line_and_at_a_point():
    line = LineString([place(0.5, 0.5), place(2.5, 0.5)])
    assert selection.along(INDEX, line).tolist() == [0, 1, 2]
    assert selection.along(INDEX, line, reach_m=51).tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert selection.at(INDEX, *place(2.5, 1.5)).tolist() == [6]
    assert selection.at(INDEX, *place(1, 1)).tolist() == [0]
    assert not len(selection.at(INDEX, *place(-1, 1)))


def test_neighbourhood():
    assert selection.grow(INDEX, np.array([0])).tolist() == [0, 1, 4]
    assert selection.grow(INDEX, np.array([0]), 2).tolist() == [0, 1, 2, 4, 5, 8]
    assert selection.shrink(INDEX, selection.grow(INDEX, np.array([0]))).tolist() == [0]
    assert selection.invert(INDEX, np.arange(11)).tolist() == [11]
    assert selection.in_zones(PLAN.zone_of_unit, [1, -1]).tolist() == [5, 6, 9, 10]
    assert len(selection.alike(INDEX, "comm", ["官任社区"])) == 12


@pytest.mark.parametrize(
    ("how", "result"), [("new", [2, 3]), ("add", [1, 2, 3]), ("take", [1]), ("both", [2])]
)
def test_choices_are_combined(how, result):
    assert selection.combine(np.array([1, 2]), np.array([2, 3]), how).tolist() == result


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("hh > 100 and kind == 'estate'", [0, 3, 7]),
        ("户数 > 100 且 类型 = '小区'", [0, 3, 7]),
        ("户数＞100 并且 类型 in （'小区'，“城中村”）", [0, 3, 5, 7]),
        ("not inside and hh >= 24", [5, 9]),
        ("'筼筜' in name", [0, 1]),
        ("'且' in name or 100 <= 户数 <= 150", [0, 7]),
        ("gfa_m2 / 90 * 2 - hh == hh and hh != 0", [0, 1, 3, 5, 7, 9, 11]),
        ("width_m > 1", [2, 6]),
        ("kind not in ['estate', 'road']", [4, 5, 8, 9, 10]),
        ("name == ''", [10]),
        ("-hh < -300", [5]),
    ],
)
def test_questions(question, rows):
    assert query_units(FRAME, question).tolist() == rows


@pytest.mark.parametrize(
    "question",
    [
        "",
        "hh >",
        "hh",
        "hh + 1",
        "户口 > 3",
        "geometry == 1",
        "name > 3",
        "name + 1 == 2",
        "'a' * 99999999 == name",
        "2 ** 9999 > hh",
        "__import__('os')",
        "name.str",
        "hh and 3",
        "(lambda: 1)() == 1",
        "[x for x in name]",
        "(" * 300 + "hh" + ")" * 300,
        "hh > " + "1" * 600,
        "hh > 1 / 0",
        "3 in hh",
        "f'{hh}' == name",
        "hh is None",
    ],
)
def test_what_is_no_question_is_refused_in_a_sentence(question):
    with pytest.raises(UserError):
        query_units(FRAME, question)


@given(st.text(max_size=40))
def test_whatever_is_typed_is_answered_or_refused(question):
    try:
        rows = query_units(FRAME, question)
    except UserError:
        return
    assert set(rows.tolist()) <= set(range(12))
