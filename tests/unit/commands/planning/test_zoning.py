"""What is locked on the map stays when zones are built anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bigmap.base.progress import Progress
from bigmap.commands.planning.zoning import _rebuilt, with_locks
from bigmap.core.editing.tally import assignment_of
from bigmap.core.planning.replan import rezone
from bigmap.session.document import Document
from tests.helpers.plans import grid_plan


@pytest.fixture
def document() -> Document:
    """Return the plan of twelve boxes with W01 locked and named, and a unit of W03 locked by itself."""
    plan = grid_plan()
    held = assignment_of(plan)
    first = replace(held.zones[0], locked=True, name="一片区", colour="#123456")
    locked = np.zeros(12, dtype=bool)
    locked[11] = True
    return Document(plan, (), b"").with_assignment(
        replace(held, zones=(first, *held.zones[1:]), locked=locked)
    )


def test_locks_of_the_map_are_proposed_as_rules(document: Document):
    plan = with_locks(document)
    ids = plan.units.frame["unit_id"].astype(str)
    assert plan.rules.locked_zones == {"W01": tuple(ids[document.built.zone_of_unit == 0])}
    assert plan.rules.locks == {ids[11]: "W03"}


def test_a_plan_never_edited_has_no_locks():
    plan = grid_plan()
    assert with_locks(Document(plan, (), b"")) is plan


@pytest.mark.parametrize("zones", [3, 4])
def test_locked_ground_and_its_locks_survive_building(document: Document, zones: int):
    asked = with_locks(document)
    rules = replace(asked.rules, zones=zones, tolerance=0.2)
    before = document.built.zone_of_unit
    made = _rebuilt(document, rezone(document.plan, rules), Progress())
    zone = made.built.zone_of_unit
    assert np.array_equal(zone == 0, before == 0)
    assert zone[11] == 2
    held = made.assignment
    assert held is not None
    assert [z.locked for z in held.zones] == [True] + [False] * (zones - 1)
    assert (held.zones[0].name, held.zones[0].colour) == ("一片区", "#123456")
    assert held.locked.tolist() == [False] * 11 + [True]


def test_what_is_unlocked_in_the_dialog_is_locked_no_more(document: Document):
    rules = replace(with_locks(document).rules, zones=2, locked_zones={}, locks={})
    made = _rebuilt(document, rezone(document.plan, rules), Progress())
    assert made.assignment is None
