"""Who does which service."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from bigmap.core.coverage.proof import check_coverage
from bigmap.core.coverage.service_matrix import (
    DONE,
    EXCEPTION_COLUMNS,
    NOBODY,
    NOT_NEEDED,
    SERVICES,
    UNKNOWN,
    ServiceMatrix,
    comparable_code,
    ended_on,
    matrix,
    service_matrix_of,
)
from bigmap.core.planning.replan import with_assignment
from tests.helpers.plans import grid_plan
from tests.helpers.towns import layer
from tests.unit.core.coverage.test_proof import box, drawn, field


def rules(*rows):
    return pd.DataFrame(rows, columns=list(EXCEPTION_COLUMNS), dtype="str")


FRAME = pd.DataFrame({"unit_id": ["E1", "R1"], "name": ["园", "路"], "kind": ["estate", "road"]})


def cells(*rows, served=(True, True)):
    return matrix(FRAME, np.array(["W1", "W2"]), np.array(served), ServiceMatrix(exceptions=rules(*rows)))


def test_the_operator_of_the_zone_does_everything():
    assert (cells() == DONE).all()
    assert cells(served=(True, False)).sum(axis=1).tolist() == [8, 0]


def test_exceptions_by_kind_name_code_and_zone_the_later_over_the_earlier():
    found = cells(
        ("", "road", "", "parking", "n/a"),
        ("园", "", "", "greening", ""),
        ("R1", "", "", "waste", "环卫所"),
        ("", "", "W1", "", ""),
        ("", "", "W1", "order", "街道"),
        served=(True, False),
    )
    estate, road = (dict(zip(SERVICES, row.tolist(), strict=True)) for row in found)
    assert estate == {name: DONE if name == "order" else NOBODY for name in SERVICES}
    assert road["parking"] == NOT_NEEDED
    assert road["waste"] == DONE
    assert road["patrol"] == NOBODY


def test_contracts_end_on_their_day():
    table = pd.DataFrame(
        {
            "operator_id": ["A", "B", "C"],
            "name": ["甲", "乙", "丙"],
            "contract_end": pd.to_datetime(["2026-06-30", "2026-07-01", None]),
        }
    )
    assert ended_on(table, date(2026, 7, 1)) == {"A", "甲"}
    assert ended_on(table.drop(columns="contract_end"), date(2026, 7, 1)) == frozenset()


def test_a_zone_whose_contract_has_run_out_counts_as_without_an_operator():
    town, units = field(estates=layer([box(0, 0, 400, 100)], name="园", hh=[100.0]))
    zones = drawn(box(0, 0, 500, 100), box(500, 0, 1000, 100), operators=["A", "B"])
    proof = check_coverage(zones, town, units, ServiceMatrix(frozenset({"A"})))
    assert [(gap.kind, gap.zones, gap.cause) for gap in proof.gaps] == [
        ("no_operator", ("Z1",), "contract_ended")
    ]
    assert proof.land.value == 1.0
    assert proof.figures["operated"].all.value == pytest.approx(0.5, abs=1e-3)
    assert proof.figures["operated"].inside.covered == pytest.approx(0.0, abs=1e-6)
    assert (proof.households.covered, proof.households.of) == (0, 100)
    assert proof.services["waste"].inside.value == 0.0


def test_a_drawn_zone_over_one_without_an_operator_serves_its_ground():
    town, units = field()
    zones = drawn(box(0, 0, 1000, 100), box(0, 0, 400, 100), operators=[None, "B"])
    proof = check_coverage(zones, town, units)
    assert proof.figures["operated"].all.value == pytest.approx(0.4, abs=1e-3)
    assert sorted(gap.kind for gap in proof.gaps) == ["no_operator", "overlap"]


def test_services_that_nobody_does_are_listed_by_connected_ground():
    """Nobody cuts the grass on the roads of the plan of twelve boxes: two roads that do not touch."""
    plan = grid_plan()
    plan.sources.exceptions = rules(("", "road", "", "greening", ""), ("", "estate", "", "parking", "n/a"))
    proof = with_assignment(plan, plan.zone_of_unit).coverage
    holes = [gap for gap in proof.gaps if gap.kind == "service_hole"]
    assert sorted(hole.zones for hole in holes) == [("W02",), ("W03",)]
    assert [round(hole.area_m2, -2) for hole in holes] == [10_000, 10_000]
    assert {(hole.remedy, hole.services) for hole in holes} == {("assign_operator", ("greening",))}
    # Twelve units, one of them in no zone, two roads without greening.
    assert (proof.services["greening"].all.covered, proof.services["greening"].all.of) == (9, 12)
    assert (proof.services["parking"].all.covered, proof.services["parking"].all.of) == (6, 7)
    assert proof.services["parking"].inside.of == 0


def test_every_figure_has_its_denominator():
    proof = with_assignment(grid_plan(), grid_plan().zone_of_unit).coverage
    figures = {name: (round(f.all.covered), round(f.all.of)) for name, f in proof.figures.items()}
    assert figures == {
        "land": (110_000, 120_000),
        "operated": (110_000, 120_000),
        "hh": (974, 974),
        "gfa_m2": (87_660, 87_660),
        "sweep_m2": (20_000, 20_000),
    }
    for figure in (*proof.figures.values(), *proof.services.values()):
        assert figure.all.of == figure.inside.of + figure.outside.of
        assert figure.all.covered == figure.inside.covered + figure.outside.covered


TABLE = pd.DataFrame(
    {
        "operator_id": ["Y01", "Y02", "Y03"],
        "name": ["甲物业", "乙物业", "丙物业"],
        "contract_end": pd.to_datetime(["2030-01-01", "2026-06-30", None]),
    }
)


@pytest.mark.parametrize(
    ("named", "fault"),
    [
        ("Y01", ""),
        (" Ｙ０１　", ""),  # full width, with blanks
        ("甲物业", ""),
        ("Y03", ""),
        ("Y02", "contract_ended"),
        ("Ｙ０２", "contract_ended"),
        ("乙物业 ", "contract_ended"),
        ("Y04", "operator_unknown"),
        ("丁物业", "operator_unknown"),
        *((word, "no_operator") for word in (None, np.nan, "", "  ", "无", "待定", "None", "－", "/")),
    ],
)
def test_who_serves(named, fault):
    duties = service_matrix_of(TABLE, None, date(2026, 7, 1))
    assert duties.faults([named]).tolist() == [fault]
    assert duties.in_charge([named]).tolist() == [not fault]


def test_without_a_table_whoever_is_named_serves_and_an_empty_name_does_not():
    duties = service_matrix_of(None, None, None)
    assert duties.faults(["甲物业", "无", None]).tolist() == ["", "no_operator", "no_operator"]
    assert duties.tell_of(["", "甲物业"])
    assert duties.tell_of(["无", None])  # that is: nobody
    assert not duties.tell_of(["", " ", None, np.nan])
    assert service_matrix_of(TABLE, None, None).tell_of([None])


def test_a_name_goes_on_where_a_later_line_of_it_runs():
    table = pd.DataFrame(
        {
            "operator_id": ["A1", "A2"],
            "name": ["甲", "甲"],
            "contract_end": pd.to_datetime(["2025-12-31", "2027-12-31"]),
        }
    )
    assert ended_on(table, date(2026, 7, 1)) == {"A1"}


def test_ended_operators_of_exceptions_are_known_in_full_width_too():
    table = rules(("", "road", "", "waste", "Ｙ０２"), ("", "road", "", "order", "环卫所"))
    found = matrix(
        FRAME,
        np.array(["W1", "W2"]),
        np.array([True, True]),
        service_matrix_of(TABLE, table, date(2026, 7, 1)),
    )
    assert found[1, SERVICES.index("waste")] == NOBODY
    assert found[1, SERVICES.index("order")] == DONE


def test_without_operators_only_the_exceptions_are_known():
    table = rules(
        ("", "road", "", "waste", ""), ("", "", "", "parking", "n/a"), ("", "", "", "order", "街道")
    )
    served = np.array([True, True])
    found = matrix(FRAME, np.array(["W1", "W2"]), served, ServiceMatrix(exceptions=table), known=False)
    by_name = {name: found[:, i].tolist() for i, name in enumerate(SERVICES)}
    assert by_name["waste"] == [UNKNOWN, NOBODY]
    assert by_name["parking"] == [NOT_NEEDED, NOT_NEEDED]
    assert by_name["order"] == [DONE, DONE]
    assert by_name["repair"] == [UNKNOWN, UNKNOWN]


def test_zones_of_an_unknown_operator_are_listed_with_their_cause():
    town, units = field(estates=layer([box(0, 0, 400, 100)], name="园", hh=[100.0]))
    zones = drawn(
        box(0, 0, 400, 100),
        box(400, 0, 700, 100),
        box(700, 0, 1000, 100),
        operators=["丁物业", "Ｙ０１", "无"],
    )
    proof = check_coverage(zones, town, units, service_matrix_of(TABLE, None, date(2026, 7, 1)))
    assert sorted((gap.zones, gap.kind, gap.cause) for gap in proof.gaps) == [
        (("Z1",), "no_operator", "operator_unknown"),
        (("Z3",), "no_operator", "no_operator"),
    ]
    assert (proof.households.covered, proof.households.of) == (0, 100)
    assert proof.figures["operated"].all.value == pytest.approx(0.3, abs=1e-3)


def test_all_contracts_ended_is_nobody_not_unknown():
    """A table of operators whose contracts have all run out tells that nobody serves: 0 %, not a dash."""
    plan = grid_plan()
    plan.sources.operators = plan.sources.operators.assign(contract_end=pd.Timestamp("2020-01-01"))
    proof = with_assignment(plan, plan.zone_of_unit).coverage
    assert not proof.silent
    assert (proof.households.covered, proof.households.value) == (0, 0)
    assert [gap.cause for gap in proof.gaps if gap.kind == "no_operator"] == ["contract_ended"] * 3


def test_folding_is_idempotent():
    for text in ("Ｙ０１", "　甲物业　", "無", "ﬁrma", "A—B"):
        assert comparable_code(comparable_code(text)) == comparable_code(text)


def test_drawn_zones_that_say_nothing_of_operators_leave_it_open_though_there_is_a_table():
    town, units = field(estates=layer([box(0, 0, 400, 100)], name="园", hh=[100.0]))
    duties = service_matrix_of(TABLE, None, date(2026, 7, 1))
    proof = check_coverage(drawn(box(0, 0, 1000, 100)), town, units, duties)
    assert proof.silent
    assert not len(proof.gaps)
    nobody = check_coverage(drawn(box(0, 0, 1000, 100), operators=["无"]), town, units, duties)
    assert (nobody.households.value, [gap.kind for gap in nobody.gaps]) == (0.0, ["no_operator"])
