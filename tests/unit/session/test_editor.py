"""Strokes, gestures and choices in one history; the document follows and is always true."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.core.editing import gestures
from bigmap.core.editing.changes import Change
from bigmap.core.planning.replan import edited
from bigmap.session import history
from bigmap.session.document import Document
from bigmap.session.session import Session
from tests.helpers.plans import grid_plan

PAINT = Text("Paint with {zone}", {"zone": "W01"})


@pytest.fixture
def session():
    session = Session()
    session.open(Document(grid_plan(), (), b"scene"))
    return session


def zones(session):
    return session.document.plan_by_row.zone_of_unit.tolist()


def move(session, units, row):
    session.edit(PAINT, gestures.paint(session.tally, units, row).edit)


def test_a_stroke_is_one_step(session):
    start = zones(session)
    heard: list[Change] = []
    settled: list[list[int]] = []
    session.assignment_changed.connect(heard.append)
    session.settled.connect(lambda: settled.append(zones(session)))
    session.begin(PAINT)
    for unit in (5, 9, 6):
        session.extend(gestures.paint(session.tally, [unit], 0).edit)
    assert [c.units.tolist() for c in heard] == [[5], [9], [6]]
    assert zones(session) == start  # the document follows at the end
    session.commit()
    assert zones(session)[5] == zones(session)[9] == zones(session)[6] == 0
    assert session.history.undoable == PAINT
    session.undo()
    assert heard[-1].units.tolist() == [5, 6, 9]
    assert zones(session) == start
    session.redo()
    assert session.tally.zone.tolist() == zones(session) != start
    assert settled == [zones(session), start, zones(session)]


def test_escape_leaves_nothing_behind(session):
    before, document = session.tally.table(), session.document
    session.begin(PAINT)
    session.extend(gestures.paint(session.tally, [5], 0).edit)
    session.extend(gestures.paint(session.tally, [9], 0).edit)
    assert {"stroke", "undoable"} <= session.facts()
    session.abort()
    assert session.tally.table().equals(before)
    assert session.document is document
    assert not {"stroke", "undoable"} & session.facts()
    session.begin(PAINT)
    session.extend(gestures.paint(session.tally, [5], 0).edit)
    session.undo()  # the same, by hand
    assert session.tally.table().equals(before)


def test_strokes_that_change_nothing_leave_no_step(session):
    session.begin(PAINT)
    session.commit()
    session.begin(PAINT)
    edit = gestures.paint(session.tally, [5], 0).edit
    session.extend(edit)
    session.extend(edit.inverse())
    session.commit()
    assert "undoable" not in session.facts()
    assert session.extend is not None
    with pytest.raises(RuntimeError):
        session.extend(edit)


def test_what_the_stroke_did_so_far(session):
    assert session.so_far() is None
    session.begin(PAINT)
    session.extend(gestures.paint(session.tally, [4], 1).edit)
    found = session.so_far()
    assert [f.units for f in found.before] == [4, 3]
    assert [f.units for f in found.after] == [3, 4]
    assert found.broken == (0,)
    session.extend(gestures.paint(session.tally, [8], 1).edit)
    assert session.so_far().broken == ()


def test_the_document_is_that_of_the_full_computation(session):
    session.edit(PAINT, gestures.new_zone(session.tally, [10, 11]).edit)
    move(session, [5], 0)
    plan = session.document.plan
    twin = edited(grid_plan(), session.tally.assignment)
    assert plan.zones.drop(columns="geometry").equals(twin.zones.drop(columns="geometry"))
    assert shapely.equals(plan.zones.geometry.to_numpy(), twin.zones.geometry.to_numpy()).all()
    assert plan.coverage.land == twin.coverage.land
    assert plan.coverage.gaps == twin.coverage.gaps
    assert plan.operators.equals(twin.operators)


def test_only_touched_zones_are_drawn_again(session):
    before = session.document.zone_polygons.shapes
    move(session, [5], 0)
    move(session, [9], 0)
    after = session.document.zone_polygons.shapes
    assert after[2] is before[2]
    assert after[0].area == 60_000


def test_gone_and_empty_zones_keep_their_rows_on_show_and_are_not_written(session):
    session.edit(PAINT, gestures.merge_zones(session.tally, [0, 1]).edit)
    gone = next(row for row in (0, 1) if session.tally.zones[row] is None)
    session.edit(PAINT, gestures.erase(session.tally, [2, 3, 7, 11]).edit)
    document = session.document
    assert len(document.plan.zones) == 1
    assert len(document.zones) == 3
    assert document.zones["zone_id"].iloc[gone] == ""
    assert document.zones["zone_id"].iloc[2] == "W03"
    assert document.zones.geometry.iloc[2].is_empty
    assert document.zone_of_unit(0) == 1 - gone
    session.edit(PAINT, gestures.erase(session.tally, np.arange(12)).edit)
    assert not len(session.document.plan.zones)
    assert session.document.plan.coverage.uncovered_m2 == pytest.approx(120_000)


def test_edits_choices_and_documents_are_one_history(session):
    first = session.document
    session.choose([1, 2])
    move(session, [5], 0)
    session.advance(Text("Building zones"), Document(grid_plan(), (), b"second"))
    assert not len(session.chosen)
    session.choose([7])
    move(session, [9], 2)
    last = zones(session)
    for _ in range(2):
        session.undo()
    assert not len(session.chosen)
    session.undo()
    assert session.document.scene == b"scene"
    assert session.chosen.tolist() == [1, 2]
    assert zones(session)[5] == 0
    session.undo()
    assert session.document.assignment == session.tally.assignment
    assert zones(session) == first.plan_by_row.zone_of_unit.tolist()
    session.undo()
    assert not len(session.chosen)
    for _ in range(5):
        session.redo()
    assert zones(session) == last
    assert session.document.scene == b"second"
    assert session.chosen.tolist() == [7]


def test_choices_are_combined_and_told_once(session):
    heard = []
    session.chosen_changed.connect(lambda: heard.append(session.chosen.tolist()))
    session.choose([3, 1])
    session.choose([3, 1])
    session.choose([5], "add")
    session.choose([3], "take")
    assert heard == [[1, 3], [1, 3, 5], [1, 5]]
    assert "chosen" in session.facts()


def test_another_tool_gives_the_stroke_up(session):
    session.hold(tool="paint", zone=0)
    session.begin(PAINT)
    session.extend(gestures.paint(session.tally, [5], 0).edit)
    session.hold(tool="lasso")
    assert session.stroke is None
    assert session.tally.zone[5] == 1
    assert "tool_lasso" in session.facts()


def test_the_history_is_bounded(session, monkeypatch):
    monkeypatch.setattr(history, "KEPT_IN_ALL", 30)
    for i in range(50):
        move(session, [5], i % 2)
    undone = 0
    while "undoable" in session.facts():
        session.undo()
        undone += 1
    assert undone == 30
    monkeypatch.setattr(history, "KEPT_UNITS", 4 * len(session.document.built.units))
    for _ in range(7):
        session.advance(Text("Building zones"), Document(grid_plan(), (), b""))
    undone = 0
    while "undoable" in session.facts():
        session.undo()
        undone += 1
    assert undone == 4


def test_without_a_document_there_is_nothing_to_edit():
    session = Session()
    session.undo()
    session.abort()
    with pytest.raises(UserError):
        _ = session.tally


def test_locks_and_colours_make_no_other_plan_and_last_when_it_is_made_anew(session):
    made = session.document.built
    session.edit(PAINT, gestures.recolour(session.tally, [1], "#112233").edit)
    session.edit(PAINT, gestures.lock_units(session.tally, [4]).edit)
    assert session.document.plan is made
    session.advance(PAINT, session.document.with_plan(grid_plan(), b"new"))
    assert session.document.plan is session.document.built is not made
    assert session.tally.zones[1].colour == "#112233"
    assert session.tally.locked[4]
    session.undo()
    session.undo()
    session.undo()
    assert session.document.plan is made
    assert not session.tally.zones[1].colour
