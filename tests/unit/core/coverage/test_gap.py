"""The record of a place where a coverage fails, and its form in files."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from shapely import box

from bigmap.core.coverage.gap import Gap, GapCause, GapKind, Remedy, gaps_frame
from bigmap.core.coverage.proof import check_coverage
from bigmap.core.coverage.repair import all_under, proposals, repair_zones
from bigmap.core.coverage.service_matrix import EXCEPTION_COLUMNS, service_matrix_of
from bigmap.core.planning.replan import with_assignment
from bigmap.core.schema import codes
from bigmap.mapview import vocabulary
from tests.helpers.plans import grid_plan
from tests.helpers.towns import GK117, layer
from tests.unit.core.coverage.test_proof import drawn, field

OVERLAP = Gap(
    gap_id="O0001",
    kind=GapKind.OVERLAP,
    area_m2=50.0,
    zones=("W01", "W02"),
    cause=GapCause.DUPLICATE,
    remedy=Remedy.GIVE,
    near_name="市府路",
    units=("U1", "U2", "U3"),
    services=("waste", "order"),
    width_m=0.5,
    inside=True,
    geometry=box(0, 0, 0.5, 100),
)


def test_a_file_holds_codes_as_text_and_lists_of_codes_apart_by_semicolons():
    frame = gaps_frame([OVERLAP], GK117)
    assert frame.crs == GK117
    assert frame.geometry.iloc[0] == OVERLAP.geometry
    assert frame.drop(columns="geometry").to_dict("records") == [
        {
            "gap_id": "O0001",
            "kind": "overlap",
            "area_m2": 50.0,
            "width_m": 0.5,
            "inside": True,
            "near_name": "市府路",
            "zones": "W01;W02",
            "units": "U1;U2;U3",
            "services": "waste;order",
            "cause": "duplicate",
            "suggest": "give_to_a",
        }
    ]
    assert {type(frame[name].iloc[0]) for name in ("kind", "cause", "suggest")} == {str}


@pytest.mark.parametrize(("codes", "text"), [((), ""), (("W01",), "W01"), (("W01", "W02"), "W01;W02")])
def test_none_one_or_two_codes(codes, text):
    alone = Gap("G0001", GapKind.GAP, 1.0, codes, GapCause.STRIP, Remedy.GIVE, geometry=box(0, 0, 1, 1))
    assert gaps_frame([alone], GK117)["zones"].tolist() == [text]


def test_a_table_without_gaps_has_all_the_columns():
    assert list(gaps_frame([], GK117)) == list(gaps_frame([OVERLAP], GK117))
    assert len(gaps_frame([], GK117)) == 0


def test_every_value_has_a_word_on_the_screen_and_in_the_dictionary_of_fields_and_no_other_has():
    assert set(vocabulary.GAP_KIND) == set(codes.GAP_KINDS) == set(GapKind)
    assert set(vocabulary.CAUSE) == set(codes.GAP_CAUSES) == set(GapCause)
    assert set(vocabulary.REMEDY) == set(codes.GAP_REPAIRS) == set(Remedy)


def some_of_each():
    """Gaps of checks and plans with one fault or another."""
    estate = layer([box(0, 0, 400, 100)], name="园", hh=[100.0])
    town, units = field(estates=estate)
    table = pd.DataFrame(
        {
            "operator_id": ["A", "B"],
            "name": ["甲", "乙"],
            "contract_end": pd.to_datetime(["2020-01-01", None]),
        }
    )
    duties = service_matrix_of(table, None, date(2026, 7, 1))
    broken = drawn(
        box(0, 0, 300, 100),
        box(300.3, 0, 500, 100),
        box(503, 0, 600, 100),
        box(590, 0, 800, 100),
        operators=["A", "B", "C", "无"],
    )
    yield from check_coverage(broken, town, units, duties).gaps
    apart = drawn(box(0, 0, 400, 100), box(500, 0, 1000, 100))
    yield from check_coverage(apart, town, units).gaps
    yield from check_coverage(drawn(box(2000, 0, 3000, 100)), town, units).gaps
    yield from check_coverage(drawn(box(-100, 0, 1000, 100)), town, units).gaps
    plan = grid_plan()
    nobody = [("", "road", "", "greening", "")]
    plan.sources.exceptions = pd.DataFrame(nobody, columns=list(EXCEPTION_COLUMNS), dtype="str")
    yield from with_assignment(plan, plan.zone_of_unit).coverage.gaps


def test_every_value_is_produced():
    """What receivers are told of is what they can meet."""
    found = list(some_of_each())
    assert {gap.kind for gap in found} == set(GapKind)
    assert {gap.cause for gap in found} == set(GapCause)
    assert {gap.remedy for gap in found} == set(Remedy)


def test_a_zone_may_have_a_semicolon_in_its_code():
    town, units = field()
    zones = drawn(box(0, 0, 300, 100), box(303, 0, 1000, 100)).assign(zone_id=["东;一", "西;二"])
    proof = check_coverage(zones, town, units)
    (gap,) = proof.gaps
    assert gap.zones == ("东;一", "西;二")
    assert [p.zone for p in proposals(gap) if p.action == "give"] == ["东;一", "西;二"]
    repaired = repair_zones(zones, proof.gaps, all_under(proof.gaps, np.inf))
    assert repaired.geometry.area.round(3).tolist() == [30_300, 69_700]
    assert check_coverage(repaired, town, units).gaps == ()
