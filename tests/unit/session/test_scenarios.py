"""States to compare with, and what they differ in: by the naive count beside it."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
import shapely

from bigmap.base.i18n import Text
from bigmap.core.editing import gestures
from bigmap.core.editing.gestures.exact_cut import cut_along
from bigmap.core.editing.tally import Tally
from bigmap.session.document import Document
from bigmap.session.scenarios import compare_states, states
from bigmap.session.session import Session
from tests.helpers.grids import grid_city


@pytest.fixture
def session() -> Session:
    session = Session()
    session.open(Document(grid_city(9, 7, 5, seed=3), (), b""))
    return session


def test_scenarios_come_before_steps_and_end_with_the_plan(session: Session) -> None:
    first = session.document
    session.keep("方案一")
    session.edit(Text("Look"), session.tally.move([5], int(session.tally.live[-1])))
    assert [str(name.template) for name, _ in states(session)] == ["{name}", "Before: {step}"]
    assert states(session)[0][1] is first
    session.keep("方案一")
    assert states(session)[0][1] is session.document
    assert "scenarios" in session.facts()
    session.open(Document(grid_city(3, 3, 2), (), b""))
    assert states(session) == []
    assert "scenarios" not in session.facts()


def moved(now: np.ndarray, other: np.ndarray, zones: int) -> list[list[int]]:
    """Return the units that change hands for each way to pair the zones best: by trying all."""
    ways = [np.array([*way, -1])[other] for way in permutations(range(zones))]
    fewest = min((way != now).sum() for way in ways)
    return [np.flatnonzero(way != now).tolist() for way in ways if (way != now).sum() == fewest]


def test_what_changes_hands(session: Session) -> None:
    before = Tally.of(session.document.built, session.tally.assignment)
    rng = np.random.default_rng(5)
    for _ in range(6):
        units = rng.choice(len(before.zone), 3, replace=False)
        session.edit(Text("Look"), session.tally.move(units, int(rng.choice(session.tally.live))))
    found = compare_states(session.tally, before)
    hh = session.document.built.units.frame["hh"]
    ways = moved(session.tally.zone, before.zone, len(before.zones))
    assert (found.units, found.households) in [(len(rows), hh.iloc[rows].sum()) for rows in ways]
    assert found.units > 0
    table = session.tally.table()
    assert found.now.off == table["off"].abs().max()
    assert found.now.broken == (table["pieces"] > 1).sum()
    assert found.other.uncovered_m2 == before.covered.uncovered_m2


def test_zones_of_other_numbers_are_the_same_zones(session: Session) -> None:
    twin = Tally.of(session.document.built, session.tally.assignment)
    names = gestures.renumber_all(session.tally, "片")
    session.edit(names.title, names.edit)
    assert compare_states(session.tally, twin).units == 0


def test_of_other_units_only_the_figures_are_told(session: Session) -> None:
    tally, document = session.tally, session.document
    row = tally.live[0]
    west, south, east, north = document.built.sources.boundary.bounds
    line = shapely.LineString([(west, (south + north) / 2 + 3), (east, (south + north) / 2 + 4)])
    plan, after, _ = cut_along(
        document.built, tally.assignment, tally.members(row), line,
        lambda t: gestures.split_by_line(t, row, line), "warn",
    )  # fmt: skip
    found = compare_states(Tally.of(plan, after), tally)
    assert found.units is None
    assert found.now.zones == found.other.zones + 1
