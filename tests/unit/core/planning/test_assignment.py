"""Edits can be taken back, joined and seen to be nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigmap.core.planning.assignment import Assignment, Cells, Edit, Zone

W1, W2 = Zone("W01"), Zone("W02")

columns = st.lists(st.integers(-1, 3), min_size=6, max_size=6).map(lambda v: np.array(v, dtype=np.int64))


def test_an_edit_knows_before_and_after():
    # 0 0 1 -  →  0 1 1 1
    start = Assignment.new([0, 0, 1, -1], [W1, W2])
    edit = start.move([3, 1, 2], 1)
    assert edit.units.tolist() == [1, 3]
    assert edit.before.tolist() == [0, -1]
    assert start.apply(edit).zone.tolist() == [0, 1, 1, 1]
    assert start.apply(edit).apply(edit.inverse()) == start
    assert start.zone.tolist() == [0, 0, 1, -1]


def test_a_unit_named_twice_goes_where_it_was_sent_last():
    start = Assignment.new([0, 0, 1], [W1, W2])
    assert start.apply(start.move([0, 0], [-1, 1])).zone.tolist() == [1, 0, 1]


def test_there_and_back_in_one_gesture_is_nothing():
    start = Assignment.new([0, 0, 1], [W1, W2])
    there = start.move([0], 1)
    edit = there.then(there.inverse())
    assert not edit
    assert edit == Edit()


@given(columns, columns, columns)
def test_two_changes_are_one(first, second, third):
    rows = np.arange(6)
    one, two = Cells.between(first, rows, second), Cells.between(second, rows, third)
    joined = one.then(two)
    assert joined == Cells.between(first, rows, third)
    assert np.array_equal(joined.applied(first), third)
    assert np.array_equal(joined.inverse().applied(third), first)


def test_zones_come_go_and_are_called_otherwise():
    start = Assignment.new([0, 1], [W1, W2])
    new = start.call({2: Zone("W03")}).then(start.move([0], 2))
    named = start.apply(new)
    assert named.zones == (W1, W2, Zone("W03"))
    gone = named.call({0: None})
    assert named.apply(gone).zones == (None, W2, Zone("W03"))
    assert named.apply(gone).live == [1, 2]
    both = new.then(gone)
    assert start.apply(both) == named.apply(gone)
    assert named.apply(gone).apply(both.inverse()) == start


def test_values_of_zones_and_locks():
    start = Assignment.new([0, 1], [W1, W2])
    edit = start.alter([0, 1], locked=True, colour="#aabbcc").then(start.lock([1], True))
    after = start.apply(edit)
    assert after.zones == (
        Zone("W01", colour="#aabbcc", locked=True),
        Zone("W02", colour="#aabbcc", locked=True),
    )
    assert after.locked.tolist() == [False, True]
    assert after.apply(edit.inverse()) == start
    assert not start.alter([0], locked=False)


def test_an_edit_of_another_state_is_a_defect():
    start = Assignment.new([0, 1], [W1, W2])
    edit = start.move([0], 1)
    with pytest.raises(ValueError, match="another state"):
        start.apply(edit).apply(edit)
    with pytest.raises(ValueError, match="another state"):
        start.apply(start.alter([0], name="a")).apply(start.alter([0], name="b"))


@pytest.mark.parametrize("row", [2, 7])
def test_units_cannot_go_where_no_zone_is(row):
    start = Assignment.new([0, 1], [W1, W2])
    with pytest.raises(ValueError, match="not there"):
        start.apply(start.move([0], row))
    with pytest.raises(ValueError, match="not there"):
        start.apply(start.call({0: None}))
