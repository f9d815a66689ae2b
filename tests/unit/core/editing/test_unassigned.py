"""Open ground while editing is that of the coverage proof."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigmap.core.coverage.proof import cover_plan
from bigmap.core.editing.tally import Tally
from bigmap.core.editing.unassigned import open_ground
from bigmap.core.planning.assignment import NOBODY
from bigmap.core.planning.plan import zones_of
from tests.helpers.examples import few
from tests.helpers.grids import grid_city
from tests.helpers.plans import grid_plan


def test_the_drawn_plan():
    # 0 1 - 2     the gap (10) touches 湖滨中路 and 育秀里 of W02, and 吕岭花园 of W03
    # 0 1 1 2
    # 0 0 2 2
    tally = Tally.of(grid_plan())
    (gap,) = open_ground(tally)
    assert (gap.units.tolist(), gap.area_m2, gap.zones) == ([10], 10_000, (1, 2))
    tally.apply(tally.move([6, 0], NOBODY))
    assert [g.units.tolist() for g in open_ground(tally)] == [[6, 10], [0]]
    tally.apply(tally.move([0, 6, 10], 0))
    assert open_ground(tally) == []


@given(st.integers(0, 10**6), st.integers(2, 8), st.integers(2, 8))
@few(0.4)
def test_it_agrees_with_the_proof(seed, columns, rows):
    plan = grid_city(columns, rows, 3, seed=seed, holes=0.1, bare=0.3)
    tally = Tally.of(plan)
    zones = zones_of(plan.units, tally.zone, len(tally.zones))
    proof = cover_plan(plan.units, plan.graph, tally.zone, zones).gaps
    found = open_ground(tally)
    assert [g.area_m2 for g in found] == pytest.approx([gap.area_m2 for gap in proof])
    codes = [sorted(tally.zones[row].zone_id for row in patch.zones) for patch in found]
    assert codes == [sorted(gap.zones) for gap in proof]
    held = np.concatenate([g.units for g in found]) if found else np.empty(0, int)
    assert np.array_equal(np.sort(held), tally.members(NOBODY))
