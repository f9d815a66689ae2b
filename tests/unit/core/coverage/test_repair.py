"""Repairs of gaps and overlaps: what is proposed, and what zones become by it."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely import box

from bigmap.core.coverage.gap import Gap, GapCause, GapKind, Remedy
from bigmap.core.coverage.proof import check_coverage
from bigmap.core.coverage.repair import (
    RepairProposal,
    all_under,
    excluded,
    nearest_parts,
    proposals,
    repair_zones,
)
from bigmap.core.planning.replan import with_assignment, with_repairs
from tests.helpers.plans import grid_plan
from tests.helpers.towns import at, layer
from tests.unit.core.coverage.test_proof import drawn, field

HOLE = box(100, 30, 150, 70)


def f12():
    """Two zones with a 0.3 m gap, a 3 m strip, a 2,000 m² hole and a 0.5 m overlap.

    ::

        G0001 hole in Z1 · G0003 Z1|Z2 0.3 m · G0002 Z2|Z3 3 m · O0001 Z3|Z4 0.5 m
    """
    town, units = field()
    zones = drawn(
        box(0, 0, 300, 100).difference(HOLE),
        box(300.3, 0, 600, 100),
        box(603, 0, 800.5, 100),
        box(800, 0, 1000, 100),
    )
    return zones, town, units, check_coverage(zones, town, units)


def after(chosen):
    zones, town, units, proof = f12()
    repaired = repair_zones(zones, proof.gaps, chosen)
    return repaired, check_coverage(repaired, town, units)


def test_f12_the_sliver_closes_by_itself_strip_hole_and_overlap_stay_listed():
    *_, proof = f12()
    repaired, now = after(all_under(proof.gaps, np.inf, ["sliver"]))
    assert [(gap.kind, gap.zones) for gap in now.gaps] == [
        ("gap", ("Z1",)),
        ("gap", ("Z2", "Z3")),
        ("overlap", ("Z3", "Z4")),
    ]
    assert repaired.geometry.area.round(3).tolist() == [28_030, 29_970, 19_750, 20_000]


@pytest.mark.parametrize(
    ("chosen", "areas"),
    [
        (RepairProposal("G0001", "give", "Z1"), [30_000, 29_970, 19_750, 20_000]),
        (RepairProposal("G0002", "give", "Z3"), [28_000, 29_970, 20_050, 20_000]),
        (RepairProposal("G0002", "split"), [28_000, 30_120, 19_900, 20_000]),
        (RepairProposal("O0001", "give", "Z3"), [28_000, 29_970, 19_750, 19_950]),
        (RepairProposal("O0001", "give", "Z4"), [28_000, 29_970, 19_700, 20_000]),
        (RepairProposal("O0001", "split"), [28_000, 29_970, 19_725, 19_975]),
        (RepairProposal("G0001", "new_zone"), [28_000, 29_970, 19_750, 20_000, 2_000]),
        (RepairProposal("G0009", "give", "Z1"), [28_000, 29_970, 19_750, 20_000]),
    ],
)
def test_one_proposal_moves_only_its_own_ground(chosen, areas):
    zones, *_ = f12()
    before = zones.geometry.area.tolist()
    repaired, _ = after([chosen])
    assert repaired.geometry.area.tolist() == pytest.approx(areas, abs=0.01)
    assert zones.geometry.area.tolist() == before  # the zones of before are as they were


def test_all_repairs_together_leave_a_valid_coverage_of_everything():
    *_, proof = f12()
    repaired, now = after(all_under(proof.gaps, 1e9))
    assert not len(now.gaps)
    assert (now.uncovered_m2, now.overlap_m2) == (0, 0)
    assert shapely.coverage_is_valid(repaired.geometry.to_numpy())


def test_all_under_takes_only_what_is_smaller():
    *_, proof = f12()
    assert [p.gap_id for p in all_under(proof.gaps, 60)] == ["G0003", "O0001"]
    assert all_under(proof.gaps, 0) == []


def test_a_new_zone_gets_a_name_that_is_free():
    zones, _, _, proof = f12()
    zones["zone_id"] = ["N01", "Z2", "Z3", "Z4"]
    repaired = repair_zones(zones, proof.gaps, [RepairProposal("G0001", "new_zone")])
    assert repaired["zone_id"].tolist() == ["N01", "Z2", "Z3", "Z4", "N02"]
    assert repaired["oper"].isna().all()


def test_an_exclusion_takes_ground_out_of_the_denominator():
    zones, town, units, proof = f12()
    out = excluded(proof.gaps, [RepairProposal("G0001", "exclude")])
    now = check_coverage(zones, town, units, excluded=out)
    assert now.land.of == pytest.approx(proof.land.of - out[0].area, rel=1e-4)
    assert [gap.gap_id for gap in now.gaps] == ["G0001", "G0002", "O0001"]
    assert [gap.kind for gap in now.gaps] == ["gap", "sliver", "overlap"]


def test_ground_of_zones_outside_the_boundary_stays():
    town, units = field()
    zones = drawn(box(-500, -50, 400, 150), box(420, -50, 1500, 150))
    proof = check_coverage(zones, town, units)
    repaired = repair_zones(zones, proof.gaps, all_under(proof.gaps, 1e9))
    assert repaired.geometry.area.sum() == pytest.approx(zones.geometry.area.sum() + 20 * 100)


def test_an_overlap_of_three_zones_that_nobody_repairs_stays_with_all_three():
    town, units = field()
    zones = drawn(box(0, 0, 500, 100), box(400, 0, 700, 100), box(450, 0, 1000, 60), box(800, 61, 990, 100))
    proof = check_coverage(zones, town, units)
    repaired = repair_zones(zones, proof.gaps, [RepairProposal("G0001", "give", "Z3")])
    now = check_coverage(repaired, town, units)
    assert now.overlap_m2 == pytest.approx(proof.overlap_m2, rel=1e-6)
    assert repaired.geometry.area[[0, 1]].tolist() == pytest.approx([50_000, 30_000])


def test_f14_a_gap_within_a_zone_and_an_estate_within_an_estate():
    """The inner estate keeps its ground; zones cut it, so that its second part is listed with both."""
    estates = layer([box(100, 10, 500, 90), box(200, 30, 300, 70)], name=["大院", "小院"], hh=[90.0, 10.0])
    town, units = field(estates=estates)
    assert set(units.frame.loc[units.frame["kind"] == "estate", "name"]) == {"大院", "小院"}
    zones = drawn(box(0, 0, 260, 100).difference(box(40, 40, 60, 60)), box(260, 0, 1000, 100))
    proof = check_coverage(zones, town, units)
    assert [(gap.kind, gap.zones) for gap in proof.gaps] == [
        ("gap", ("Z1",)),
        ("split_unit", ("Z2", "Z1")),
        ("split_unit", ("Z1", "Z2")),
    ]
    small = proof.gaps[2]
    assert small.units == (units.frame.loc[units.frame["name"] == "小院", "unit_id"].iloc[0],)
    assert small.area_m2 == pytest.approx(40 * 40, rel=1e-3)
    repaired = repair_zones(zones, proof.gaps, all_under(proof.gaps, 1e9))
    now = check_coverage(repaired, town, units)
    assert not len(now.gaps)
    assert shapely.coverage_is_valid(repaired.geometry.to_numpy())


def test_what_is_no_matter_of_ground_has_no_proposal():
    kind, cause, remedy = GapKind.NO_OPERATOR, GapCause.NO_OPERATOR, Remedy.ASSIGN_OPERATOR
    assert proposals(Gap("G0001", kind, 100.0, ("Z1",), cause, remedy)) == []


def test_the_best_proposal_comes_first():
    *_, proof = f12()
    assert [[(p.action, p.zone) for p in proposals(row)] for row in proof.gaps] == [
        [("give", "Z1"), ("new_zone", ""), ("exclude", "")],
        [("give", "Z2"), ("give", "Z3"), ("split", ""), ("new_zone", ""), ("exclude", "")],
        [("give", "Z1"), ("give", "Z2"), ("split", ""), ("new_zone", ""), ("exclude", "")],
        [("give", "Z3"), ("give", "Z4"), ("split", "")],
    ]


def test_a_wide_gap_is_split_where_both_neighbours_are_as_near():
    left, right = box(0, 0, 10, 50), box(30, 0, 40, 50)
    parts, owner = nearest_parts(box(10, 0, 30, 50), np.array([left, right]))
    assert owner.tolist() == [0, 1]
    assert shapely.area(parts).tolist() == pytest.approx([500, 500], rel=0.02)
    assert shapely.bounds(parts)[:, 0].tolist() == pytest.approx([10, 20], abs=0.2)


# --- a plan of whole units ----------------------------------------------------------------------


def test_a_gap_of_a_plan_goes_to_a_zone_and_back():
    plan = grid_plan()
    gap = check(plan)
    mended = with_repairs(gap, [RepairProposal("G0001", "give", "W03")])
    assert mended.zone_of_unit[10] == 2
    assert not len(mended.coverage.gaps)
    assert gap.zone_of_unit[10] == -1


def test_a_gap_of_a_plan_becomes_a_zone_or_is_excluded():
    plan = check(grid_plan())
    grown = with_repairs(plan, [RepairProposal("G0001", "new_zone")])
    assert grown.zones["zone_id"].tolist() == ["W01", "W02", "W03", "W04"]
    assert grown.zones["units"].tolist()[-1] == 1
    assert [gap.kind for gap in grown.coverage.gaps] == ["no_operator"]
    smaller = with_repairs(plan, [RepairProposal("G0001", "exclude")])
    assert len(smaller.units) == len(plan.units) - 1
    assert smaller.units.excluded_m2 == pytest.approx(10_000)
    assert not len(smaller.coverage.gaps)
    assert smaller.coverage.land.of == pytest.approx(plan.coverage.land.of - 10_000)


def test_a_gap_of_several_units_is_split_between_the_zones_beside_it():
    """``0 - - 1`` in the row of four: each unit goes to the zone it touches."""
    plan = grid_plan()
    zone = np.array([0, -1, -1, 1, 0, 0, 1, 1, 0, 0, 1, 1])
    plan = with_assignment(plan, zone)
    assert [gap.kind for gap in plan.coverage.gaps].count("gap") == 1
    split = with_repairs(plan, [RepairProposal(plan.coverage.gaps[0].gap_id, "split")])
    assert split.zone_of_unit[[1, 2]].tolist() == [0, 1]


def check(plan):
    """The plan with a proof of its own."""
    return with_assignment(plan, plan.zone_of_unit)


def test_the_boundary_is_untouched_by_a_repair_at_its_edge():
    town, units = field()
    zones = drawn(box(0, 0, 400, 100), box(400, 20, 1000, 100))
    proof = check_coverage(zones, town, units)
    repaired = repair_zones(zones, proof.gaps, all_under(proof.gaps, 1e9))
    assert shapely.union_all(repaired.geometry.to_numpy()).equals(at(box(0, 0, 1000, 100)))
