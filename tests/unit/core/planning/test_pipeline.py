"""The whole job on the sample, and the ways a plan changes."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from bigmap.base.errors import Cancelled
from bigmap.base.paths import sample_shapes
from bigmap.base.progress import Progress
from bigmap.core.planning.pipeline import plan
from bigmap.core.planning.replan import rezone, with_assignment
from bigmap.core.zoning.rules import ZoningRules
from bigmap.io.reading.folder import read_folder


@pytest.fixture(scope="module")
def made():
    return plan(read_folder(sample_shapes()), ZoningRules(zones=7))


def test_the_ground_of_the_sample_is_covered_exactly_once(made):
    assert made.coverage.uncovered_m2 == made.coverage.overlap_m2 == 0.0
    assert made.units.units_m2 == pytest.approx(made.units.governance_m2, rel=1e-9)
    assert made.coverage.land.value == 1.0


def test_units_and_zones_are_valid_coverages(made):
    assert shapely.coverage_is_valid(made.units.polygons)
    assert shapely.coverage_is_valid(made.zones.geometry.to_numpy())


def test_every_zone_is_one_piece_of_whole_units(made):
    assert made.zones["pieces"].tolist() == [1] * 7
    for z, shape in enumerate(made.zones.geometry):
        mine = made.units.polygons[made.zone_of_unit == z]
        assert shapely.union_all(mine).symmetric_difference(shape).area < 1e-6


def test_the_sums_agree_from_units_to_zones_to_operators(made):
    for column in ("hh", "site_m2", "load"):
        assert made.zones[column].sum() == pytest.approx(made.units.frame[column].sum(), rel=1e-12)
        assert made.operators[column].sum() == pytest.approx(made.zones[column].sum(), rel=1e-12)


def test_capacities_are_kept(made):
    assert (made.operators["hh"] <= made.operators["capacity"]).all()
    assert made.zones["oper"].notna().all()


def test_the_load_is_balanced(made):
    assert made.zones["load"].max() <= 1.1 * made.zones["load"].mean()


def test_names_are_read_right(made):
    assert made.units.frame["name"].str.contains("筼筜").any()


def test_every_stage_was_timed(made):
    assert set(made.timings) == {"read", "clean", "units", "adjacency", "zones", "bundling", "coverage"}
    assert made.timings["read"] > 0


def test_new_zones_leave_the_units_and_do_not_repeat_problems(made):
    again = rezone(made, ZoningRules(zones=4))
    assert again.units.polygons is made.units.polygons or all(again.units.polygons == made.units.polygons)
    assert len(again.zones) == 4
    assert len(made.zones) == 7
    assert [p for p in again.problems if p.code != "capacity"] == list(made.problems)
    assert [p.code for p in rezone(again, ZoningRules(zones=7)).problems] == [p.code for p in made.problems]


def test_taking_a_unit_away_leaves_a_gap_of_its_size(made):
    edited = made.zone_of_unit.copy()
    edited[10] = -1
    after = with_assignment(made, edited)
    assert after.coverage.uncovered_m2 == pytest.approx(made.units.frame["site_m2"].iloc[10])
    assert len(after.coverage.gaps) == 1
    assert after.zones["oper"].tolist() == made.zones["oper"].tolist()
    assert made.coverage.uncovered_m2 == 0.0


def test_putting_it_back_gives_the_plan_as_it_was(made):
    edited = made.zone_of_unit.copy()
    edited[10] = -1
    back = with_assignment(with_assignment(made, edited), made.zone_of_unit)
    assert back.zones.drop(columns="geometry").equals(made.zones.drop(columns="geometry"))
    assert all(shapely.equals(back.zones.geometry.to_numpy(), made.zones.geometry.to_numpy()))


def test_progress_never_runs_backwards_and_can_be_cancelled():
    seen = []
    plan(read_folder(sample_shapes()), ZoningRules(zones=3), Progress(lambda f, _: seen.append(f)))
    assert seen == sorted(seen)
    assert seen[0] >= 0
    assert seen[-1] <= 1
    with pytest.raises(Cancelled):
        plan(read_folder(sample_shapes()), ZoningRules(), Progress(cancelled=lambda: len(seen) > 0))


def test_same_files_same_plan(made):
    again = plan(read_folder(sample_shapes()), ZoningRules(zones=7))
    assert np.array_equal(again.zone_of_unit, made.zone_of_unit)
    assert again.units.frame["unit_id"].equals(made.units.frame["unit_id"])


def test_the_pieces_of_the_sample_meet_its_boundary_as_drawn(made):
    """One of its corners bends by a millimetre, less than the grid beside it shows."""
    pieces = shapely.area(made.units.polygons).sum() + shapely.area(made.units.exclusions).sum()
    assert pieces == pytest.approx(made.sources.boundary.area, rel=1e-12)
