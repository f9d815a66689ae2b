"""Gestures on the drawn plan: what they move, what resists, and what becomes of zones that would break.

The plan, with the zone of each unit (north up) and unit numbers::

    街心公园 育秀里   (none)  吕岭花园      0 1 - 2      8  9 10 11
    体育中心 振兴新村 湖滨中路 仙岳里        0 1 1 2      4  5  6  7
    筼筜一里 筼筜二里 湖滨南路 官任小区      0 0 2 2      0  1  2  3
"""

from __future__ import annotations

import numpy as np
import pytest
from shapely import LineString

from bigmap.core.editing import gestures
from bigmap.core.editing.gestures.zones import next_id
from bigmap.core.editing.tally import Tally
from tests.helpers.grids import grid_city
from tests.helpers.plans import ORIGIN, SIDE, grid_plan


@pytest.fixture
def tally():
    return Tally.of(grid_plan())


def rows_of(tally):
    """Return the zones as the rows of the drawing, north first."""
    return ["".join("-" if z < 0 else str(z) for z in tally.zone[i : i + 4]) for i in (8, 4, 0)]


def done(tally, proposal):
    assert proposal, [str(t) for t in proposal.told]
    tally.apply(proposal.edit)
    return rows_of(tally)


def line(*points):
    """Return a line through points counted in squares from the south-west corner."""
    return LineString([(ORIGIN[0] + x * SIDE, ORIGIN[1] + y * SIDE) for x, y in points])


def told(proposal):
    return [text.render("en") for text in proposal.told]


def test_paint_and_erase(tally):
    assert done(tally, gestures.paint(tally, [5, 9, 8], 0)) == ["00-2", "0012", "0022"]
    assert done(tally, gestures.erase(tally, [8, 10])) == ["-0-2", "0012", "0022"]
    assert not gestures.paint(tally, [4, 5], 0)
    assert not gestures.erase(tally, [10])


def test_locked_units_and_zones_resist_and_are_told(tally):
    tally.apply(gestures.lock_units(tally, [5, 10]).edit)
    proposal = gestures.paint(tally, [5, 9, 10], 2)
    assert proposal.edit.units.tolist() == [9]
    assert told(proposal) == ["2 locked units stay where they are."]
    tally.apply(gestures.lock_zones(tally, [1]).edit)
    assert not gestures.paint(tally, [9], 2)
    into = gestures.paint(tally, [0], 1)
    assert not into
    assert told(into) == ["Zone W02 is locked: unlock it first."]
    tally.apply(gestures.lock_all(tally, False).edit)
    assert not tally.locked.any()
    assert gestures.paint(tally, [5, 9, 10], 2).edit.units.tolist() == [5, 9, 10]
    tally.apply(gestures.lock_all(tally).edit)
    assert all(zone.locked for zone in tally.zones)


def test_bucket_fills_the_connected_open_ground(tally):
    tally.apply(gestures.erase(tally, [6, 0]).edit)
    assert done(tally, gestures.bucket(tally, 10, 2)) == ["0122", "0122", "-022"]
    refused = gestures.bucket(tally, 4, 2)
    assert not refused
    assert told(refused) == ["This ground belongs to W01 already: fill ground without a zone."]


def test_bucket_stops_at_locked_units(tally):
    tally.apply(gestures.erase(tally, [6, 2]).edit)
    tally.apply(gestures.lock_units(tally, [6]).edit)
    assert done(tally, gestures.bucket(tally, 10, 2)) == ["0122", "01-2", "00-2"]
    assert not gestures.bucket(tally, 6, 2)


def test_new_merged_and_removed_zones(tally):
    assert done(tally, gestures.new_zone(tally, [10, 11], "东")) == ["0133", "0112", "0022"]
    assert (tally.zones[3].zone_id, tally.zones[3].name) == ("W04", "东")
    assert done(tally, gestures.merge_zones(tally, [2, 3])) == ["0122", "0112", "0022"]
    assert tally.live == [0, 1, 2]
    assert done(tally, gestures.remove_zone(tally, 0)) == ["-122", "-112", "--22"]
    assert tally.live == [1, 2]
    assert told(gestures.merge_zones(tally, [1])) == ["Choose two or more zones to merge."]
    tally.apply(gestures.lock_units(tally, [5]).edit)
    assert not gestures.merge_zones(tally, [1, 2])
    assert not gestures.remove_zone(tally, 1)
    with pytest.raises(ValueError, match="no zone"):
        gestures.remove_zone(tally, 0)


@pytest.mark.parametrize(
    ("taken", "new"), [([], "W01"), (["W01", "W09"], "W10"), (["湖滨"], "W01"), (["FX-007", "A2"], "FX-008")]
)
def test_new_numbers_go_on_as_the_others(taken, new):
    assert next_id(taken) == new


def test_names_numbers_colours_operators(tally):
    tally.apply(gestures.rename(tally, 0, " 湖滨 ").edit)
    tally.apply(gestures.renumber(tally, 1, "X9").edit)
    tally.apply(gestures.recolour(tally, [0, 1], "#AABBCC").edit)
    tally.apply(gestures.give(tally, [0], "Y02").edit)
    zone = tally.zones[0]
    assert (zone.zone_id, zone.name, zone.oper, zone.colour) == ("W01", "湖滨", "Y02", "#aabbcc")
    assert tally.zones[1].zone_id == "X9"
    assert told(gestures.rename(tally, 1, "湖滨")) == ["Zone W01 has this name too."]
    assert not gestures.renumber(tally, 0, "X9")
    assert not gestures.renumber(tally, 0, " ")
    assert not gestures.recolour(tally, [0], "red")
    assert not gestures.give(tally, [0], "Y99")
    assert done(tally, gestures.renumber_all(tally, "Z"))
    assert [zone.zone_id for zone in tally.zones] == ["Z01", "Z02", "Z03"]


def test_a_line_divides_a_zone_by_majority(tally):
    # 2 is divided at y = 1.4: 仙岳里 (1 to 2) lies mostly north of it
    proposal = gestures.split_by_line(tally, 2, line((2.5, 1.4), (3.2, 1.4)))
    assert done(tally, proposal) == ["01-3", "0113", "0022"] or rows_of(tally) == ["01-2", "0112", "0033"]
    heavy = tally.figures(2).sums["load"]
    assert heavy >= tally.figures(3).sums["load"]
    assert tally.zones[3].oper == tally.zones[2].oper
    outside = gestures.split_by_line(tally, 0, line((3, 0), (3, 1)))
    assert told(outside) == ["The line does not divide zone W01: draw it right across."]


def test_a_locked_unit_stays_when_its_zone_is_divided(tally):
    tally.apply(gestures.lock_units(tally, [3]).edit)
    assert done(tally, gestures.split_by_line(tally, 2, line((2, 1), (4, 1)))) == ["01-3", "0113", "0022"]


def test_a_zone_is_divided_into_equal_parts():
    plan = grid_city(12, 10, 1, seed=3)
    tally = Tally.of(plan)
    tally.apply(gestures.split_into(tally, 0, 4).edit)
    found = tally.table()
    assert len(found) == 4
    assert (found["pieces"] == 1).all()
    assert found["off"].abs().max() < 0.06
    assert not gestures.split_into(tally, 0, 1)
    assert "2 to" in told(gestures.split_into(tally, 0, 1000))[0]


def test_a_dragged_border_takes_what_it_sweeps(tally):
    # the border of W01 and W02 runs at x = 1 from y = 3 to 1; above y = 2 it is dragged to x = 1.8
    proposal = gestures.move_border(tally, 0, 1, line((1, 3), (1.8, 3), (1.8, 2), (1, 2)))
    assert done(tally, proposal) == ["00-2", "0112", "0022"]
    assert done(tally, gestures.move_border(tally, 0, 1, line((2, 3), (0.4, 3), (0.4, 2), (1, 2)))) == [
        "11-2",
        "0112",
        "0022",
    ]
    tally.apply(gestures.erase(tally, [1, 5, 6]).edit)
    assert told(gestures.move_border(tally, 0, 2, line((0, 0), (1, 1)))) == [
        "W01 and W03 have no common border."
    ]


def test_a_border_around_a_zone_can_be_dragged():
    plan = grid_city(7, 7, 1, seed=1)
    tally = Tally.of(plan)
    tally.apply(gestures.new_zone(tally, [24, 25, 17, 18]).edit)  # in the middle
    x, y = np.array(plan.units.frame.geometry.iloc[19].centroid.coords[0])
    corners = plan.units.frame.geometry.iloc[18].exterior.coords
    dragged = LineString([corners[1], (x + 19, y - 19), (x + 19, y + 19), corners[2]])
    proposal = gestures.move_border(tally, 1, 0, dragged)
    assert proposal.edit.units.tolist() == [19]


def test_a_pocket_goes_to_the_neighbour_most_around_it(tally):
    tally.apply(tally.move([4], 1))  # 街心公园 (8) is cut off: 1 - on two sides, nothing else
    assert [p.tolist() for p in gestures.pockets(tally, 0)] == [[8]]
    assert done(tally, gestures.hand_pocket(tally, 8)) == ["11-2", "1112", "0022"]
    assert not gestures.hand_pocket(tally, 0)
    assert told(gestures.hand_pocket(tally, 10)) == ["This ground has no zone: fill it instead."]


class TestKeptWhole:
    def breaking(self, tally):
        return gestures.paint(tally, [4], 1)  # cuts 街心公园 off

    def test_refused(self, tally):
        proposal = gestures.kept_whole(tally, self.breaking(tally), "refuse")
        assert not proposal
        assert told(proposal) == ["Zone W01 would lie in 2 pieces."]

    def test_allowed_with_a_warning(self, tally):
        proposal = gestures.kept_whole(tally, self.breaking(tally), "warn")
        assert told(proposal) == ["Zone W01 lies in 2 pieces now."]
        assert done(tally, proposal) == ["01-2", "1112", "0022"]

    def test_completed(self, tally):
        proposal = gestures.kept_whole(tally, self.breaking(tally), "mend")
        assert told(proposal) == ["1 more units go along so that every zone stays in one piece."]
        assert done(tally, proposal) == ["11-2", "1112", "0022"]

    def test_ground_that_comes_without_touching_brings_a_bridge(self, tally):
        proposal = gestures.kept_whole(tally, gestures.paint(tally, [11], 0), "mend")
        after = done(tally, proposal)
        assert [f.pieces for f in map(tally.figures, tally.live)] == [1, 1, 1], after

    def test_locks_can_make_it_hopeless(self, tally):
        tally.apply(gestures.lock_units(tally, [8, 9, 5]).edit)
        proposal = gestures.kept_whole(tally, self.breaking(tally), "mend")
        assert not proposal
        assert "No few units mend this" in told(proposal)[-1]

    def test_what_breaks_nothing_passes(self, tally):
        proposal = gestures.paint(tally, [9], 0)
        assert gestures.kept_whole(tally, proposal, "refuse") is proposal

    def test_what_is_broken_already_may_stay_so(self, tally):
        tally.apply(self.breaking(tally).edit)
        proposal = gestures.paint(tally, [1], 1)
        assert gestures.kept_whole(tally, proposal, "refuse") is proposal
