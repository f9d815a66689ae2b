"""What the map is told of a plan that is edited: colours that stay."""

from __future__ import annotations

import numpy as np

from bigmap.core.editing import gestures
from bigmap.core.editing.tally import Tally
from bigmap.mapview.styles import PALETTE, zone_colours
from bigmap.mapview.zone_colours import Colours
from tests.helpers.plans import grid_plan
from tests.helpers.quads import town


def test_new_zones_are_unlike_their_neighbours_and_nobody_changes_colour():
    plan = town(24, 24, 9)
    tally, colours = Tally.of(plan), Colours(plan)
    before = colours.of(tally)
    assert before == zone_colours(plan.graph, plan.zone_of_unit, 9)
    rng = np.random.default_rng(1)
    for _ in range(12):
        start = int(rng.integers(0, 576))
        units = np.append(tally.unit_index.neighbours(np.array([start])), start)
        tally.apply(gestures.new_zone(tally, units).edit)
        now = colours.of(tally)
        assert now[: len(before)] == before
        row = len(now) - 1
        assert now[row] not in {now[other] for other in tally.figures(row).neighbours}
        before = now


def test_the_planners_colour_goes_before_ours_and_back():
    plan = grid_plan()
    tally, colours = Tally.of(plan), Colours(plan)
    before = colours.of(tally)
    edit = gestures.recolour(tally, [1], "#123456").edit
    tally.apply(edit)
    assert colours.of(tally) == [before[0], "#123456", before[2]]
    tally.apply(edit.inverse())
    assert colours.of(tally) == before
    assert set(before) <= set(PALETTE)
