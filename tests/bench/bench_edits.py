"""How long an edit takes, from the gesture to all figures, at city size: `make bench`.

Beside each the full computation that would be needed without increments. The cost must not depend on how many
zones there are: the same city in 10 and in 500.
"""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from bigmap.base.i18n import Text
from bigmap.core.coverage.proof import cover_plan
from bigmap.core.editing import gestures, selection
from bigmap.core.editing.gestures import Proposal
from bigmap.core.editing.query import query_units
from bigmap.core.editing.tally import Tally
from bigmap.core.planning.plan import zones_of
from bigmap.session.document import Document
from bigmap.session.session import Session
from tests.helpers.grids import grid_city

SIZES = {"100k": (400, 250), "300k": (600, 500)}


@pytest.fixture(scope="module", params=[("100k", 10), ("100k", 100), ("300k", 10), ("300k", 500)], ids=str)
def city(request):
    size, zones = request.param
    plan = grid_city(*SIZES[size], zones)
    return plan, Tally.of(plan)


def stroke(plan, tally, length):
    """Return an edit that paints ``length`` units, ten in a row, across a border near the middle."""
    columns = next(w for w, h in SIZES.values() if w * h == len(plan.units))
    middle = len(plan.units) // columns // 2
    line = plan.zone_of_unit[middle * columns : (middle + 1) * columns]
    borders = np.flatnonzero(np.diff(line))
    at = int(borders[len(borders) // 2])  # the last column of a zone
    rows = middle + np.arange(length // 10)
    units = (rows[:, None] * columns + at - np.arange(10)).ravel()
    return tally.assignment.move(units, line[at + 1])


@pytest.mark.parametrize("length", [40, 200])
def test_edit_to_figures(benchmark, city, length):
    plan, tally = city
    edit = stroke(plan, tally, length)
    assert len(edit.units) == length

    def there_and_back():
        tally.apply(edit)
        tally.covered, tally.table()
        tally.apply(edit.inverse())
        tally.covered, tally.table()

    benchmark.group = f"{length} units there and back: two edits"
    benchmark(there_and_back)


def test_stroke_in_the_session(benchmark, city):
    """Twenty parts of a stroke over 200 units, the panel after each, commit, tables; then undo."""
    plan, _ = city
    session = Session()
    session.open(Document(plan, (), b""))
    edit = stroke(plan, session.tally, 200)
    parts, row = np.array_split(edit.units, 20), int(edit.after[0])

    def there_and_back():
        session.begin(Text("Look"))
        for part in parts:
            session.extend(gestures.paint(session.tally, part, row).edit)
            session.so_far()
        session.commit()
        session.tally.table(), session.tally.covered
        session.undo()

    benchmark.group = "a stroke of 200 units in 20 parts, with panel, tables and undo"
    benchmark(there_and_back)


def test_document_after_an_edit(benchmark, city):
    """The whole plan again, with polygons, coverage and operators: what an export needs."""
    plan, tally = city
    document = Document(plan, (), b"")
    after = tally.assignment.apply(stroke(plan, tally, 200))

    def whole():
        return document.with_assignment(after).plan

    benchmark.group = "the naive way: everything anew"
    benchmark.pedantic(whole, rounds=2)


def test_a_gesture_completed(benchmark, city):
    plan, tally = city
    edit = stroke(plan, tally, 200)
    broken = Proposal(Text("Look"), tally.move(edit.units[:-10:2], edit.after[0]))
    benchmark.group = "a broken gesture of 95 units completed"
    benchmark(gestures.kept_whole, tally, broken, "mend")


def test_choosing(benchmark, city):
    plan, tally = city
    x0, y0, x1, y1 = plan.sources.boundary.bounds
    circle = shapely.Point((x0 + x1) / 2, (y0 + y1) / 2).buffer(1000)
    selection.lasso(tally.unit_index, circle)  # the index is made once
    benchmark.group = "lasso of 2 km"
    benchmark(selection.lasso, tally.unit_index, circle)


def test_a_question(benchmark, city):
    benchmark.group = "units where hh > 300 and kind == 'estate'"
    benchmark(query_units, city[0].units.frame, "hh > 300 and kind == 'estate'")


def test_divided_by_a_line(benchmark, city):
    plan, tally = city
    row = int(plan.zone_of_unit[len(plan.units) // 2])
    place = plan.units.polygons[len(plan.units) // 2].centroid
    line = shapely.LineString([(place.x - 200, place.y - 150), (place.x + 200, place.y + 150)])
    benchmark.group = "a zone divided by a line"
    benchmark.pedantic(gestures.split_by_line, args=(tally, row, line), rounds=3)


def test_preview(benchmark, city):
    plan, tally = city
    benchmark.group = "preview of 200 units"
    benchmark(tally.after, stroke(plan, tally, 200))


def test_full(benchmark, city):
    plan, tally = city

    def full():
        zones = zones_of(plan.units, tally.zone, len(tally.zones))
        zones["oper"] = plan.zones["oper"]
        cover_plan(plan.units, plan.graph, tally.zone, zones)

    benchmark.group = "the naive way: everything anew"
    benchmark.pedantic(full, rounds=1)


def test_start(benchmark, city):
    plan, _ = city
    benchmark.group = "first tally of a plan"
    benchmark.pedantic(Tally.of, args=(plan,), rounds=2)
