"""How long an edit takes, from the gesture to all figures, at city size: `make bench`.

Beside each the full computation that would be needed without increments. The cost must not depend on how many
zones there are: the same city in 10 and in 500.
"""

from __future__ import annotations

import numpy as np
import pytest

from bigmap.core.coverage import cover_plan
from bigmap.core.plan import zones_of
from bigmap.core.tally import Tally
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


def test_preview(benchmark, city):
    plan, tally = city
    benchmark.group = "preview of 200 units"
    benchmark(tally.after, stroke(plan, tally, 200))


def test_full(benchmark, city):
    plan, tally = city

    def full():
        zones = zones_of(plan.units, tally.zone, len(tally.zones))
        zones["oper"] = plan.zones["oper"]
        cover_plan(plan.units, plan.graph, tally.zone, zones, has_operators=True)

    benchmark.group = "the naive way: everything anew"
    benchmark.pedantic(full, rounds=1)


def test_start(benchmark, city):
    plan, _ = city
    benchmark.group = "first tally of a plan"
    benchmark.pedantic(Tally.of, args=(plan,), rounds=2)
