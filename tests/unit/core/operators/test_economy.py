"""Cost and income: the worked example, whole people, and sums that agree."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from bigmap.base.errors import UserError
from bigmap.core.operators.economy import (
    ZONE_COLUMNS,
    cleaning_grade,
    costed,
    grade_in,
    ratios,
    zone_economy,
)
from bigmap.core.operators.parameters import LEVELS, Parameters, as_values, infos, parameters_from
from bigmap.core.planning.plan import operators_of, zones_of
from bigmap.core.planning.replan import reckoned
from tests.helpers.plans import grid_plan


def units_of(rows: list[dict]) -> pd.DataFrame:
    plain = {
        "kind": "estate", "hh": 0, "gfa_m2": 0.0, "sweep_m2": 0.0, "green_m2": 0.0, "parking_n": 0,
        "clean_grade": "", "road_class": "", "fee": np.nan, "collect": np.nan,
    }  # fmt: skip
    return pd.DataFrame([{**plain, **row} for row in rows])


def reckon(rows: list[dict], parameters: Parameters) -> pd.DataFrame:
    """Cost units without geometry."""
    plan = grid_plan()
    plan.units.frame = units_of(rows)  # type: ignore[assignment]
    return costed(plan.units, parameters).frame


def example() -> list[dict]:
    """36 estates, 55 stand-alone buildings, roads of all grades, green and parking: one zone."""
    estates = [{"hh": 100, "gfa_m2": 8000.0}] * 35 + [{"hh": 700, "gfa_m2": 30000.0}]
    buildings = [{"kind": "building", "hh": 16, "gfa_m2": 1300.0}] * 54
    buildings.append({"kind": "building", "hh": 36, "gfa_m2": 1800.0})
    roads = [
        {"kind": "road", "sweep_m2": m2, "clean_grade": grade}
        for m2, grade in ((18_000.0, "一级"), (42_000.0, "二级"), (65_000.0, "三级"), (30_000.0, "四级"))
    ]
    rest = [{"kind": "green", "green_m2": 28_000.0}, {"kind": "estate", "parking_n": 620}]
    return estates + buildings + roads + rest


def test_the_example_is_the_one_that_is_meant():
    frame = units_of(example())
    estates, buildings = frame[frame["kind"] == "estate"], frame[frame["kind"] == "building"]
    assert (estates["hh"].sum(), estates["gfa_m2"].sum()) == (4200, 310_000)
    assert (len(buildings), buildings["hh"].sum(), buildings["gfa_m2"].sum()) == (55, 900, 72_000)


@pytest.mark.parametrize(
    ("phase", "fees", "parking", "income", "balance", "cover", "gap"),
    [
        # In a trial residents pay for parking as little as for the rest.
        (0, 0, 0, 1_414_000, -2_576_980, 0.354, 42.11),
        (1, 756_360, 468_720, 2_639_080, -1_351_900, 0.661, 22.09),
        (2, 2_200_320, 468_720, 4_083_040, 92_060, 1.023, 0.00),
    ],
)
def test_the_worked_example_to_the_last_digit(phase, fees, parking, income, balance, cover, gap):
    parameters = Parameters(phase=phase)
    units = reckon(example(), parameters)
    zone = zone_economy(units, np.zeros(len(units), dtype=np.int64), 1, parameters)
    zone = ratios(zone.assign(hh=units["hh"].sum()), parameters).iloc[0]
    assert zone["staff_n"] == 35
    assert zone["staff_n"] * parameters.wage == 2_100_000
    assert zone["cost_y"] - zone["road_cost_y"] == pytest.approx(2_690_100, abs=0.01)
    assert zone["road_y"] == pytest.approx(1_414_000, abs=0.01)
    assert zone["road_cost_y"] == pytest.approx(1_300_880, abs=0.01)
    assert zone["cost_y"] == pytest.approx(3_990_980, abs=0.01)
    assert zone["fee_y"] == pytest.approx(fees, abs=0.01)
    assert zone["park_y"] == pytest.approx(parking, abs=0.01)
    assert zone["income_y"] == pytest.approx(income, abs=0.01)
    assert zone["balance_y"] == pytest.approx(balance, abs=0.01)
    assert round(zone["cover_ratio"], 3) == cover
    assert round(zone["gap_hh"], 2) == gap
    if phase == 2:
        assert round(zone["even_fee"], 3) == 0.575
    assert round((zone["cost_y"] - zone["road_cost_y"]) / 382_000 / 12, 3) == 0.587


def test_the_sweepers_of_the_example():
    parameters = Parameters(road_from_posts=1)
    posts = reckon(example(), parameters)["road_cost_y"].sum() / parameters.relief / parameters.person_y
    assert (round(posts, 2), round(posts * 7 / 6, 2)) == (20.14, 23.49)


def test_the_example_with_grade_four_staffing():
    parameters = Parameters(**LEVELS["4"])
    units = reckon(example(), parameters)
    zone = zone_economy(units, np.zeros(len(units), dtype=np.int64), 1, parameters).iloc[0]
    inside = zone["cost_y"] - zone["road_cost_y"]
    assert zone["staff_n"] == 77
    assert round(inside) == 5_918_220
    assert round(inside / 382_000 / 12, 2) == 1.29
    assert round(zone["balance_y"]) == -3_136_060


def test_roads_can_be_reckoned_from_posts():
    units = reckon([{"kind": "road", "sweep_m2": 4200.0, "clean_grade": "1"}], Parameters(road_from_posts=1))
    # 4,200 m² · 0.35 / 4,200 · 2 shifts · 7/6 · 60,000 · 1.22 · 1.05
    assert units["road_cost_y"].sum() == pytest.approx(0.7 * 7 / 6 * 76_860)


def test_an_estate_that_tells_its_fee_pays_that_and_nothing_in_a_trial():
    row = {"gfa_m2": 1000.0, "fee": 1.0, "collect": 0.5}
    assert reckon([row], Parameters())["fee_y"].tolist() == [6000.0]
    assert reckon([row], Parameters(phase=0))["fee_y"].tolist() == [0.0]


def test_a_unit_in_a_phase_of_its_own_pays_by_that():
    rows = [{"gfa_m2": 1000.0, "phase": phase} for phase in ("trial", "push", None)]
    assert reckon(rows, Parameters())["fee_y"].tolist() == pytest.approx([0.0, 1980.0, 5760.0])


def test_public_buildings_have_contracts_of_their_own():
    units = reckon([{"kind": "public", "gfa_m2": 9000.0}], Parameters())
    assert units[["income_y", "cost_y"]].sum().tolist() == [0.0, 0.0]


def test_grades_come_from_the_text_else_from_the_class():
    frame = pd.DataFrame(
        {
            "kind": ["road", "road", "lane", "estate", "road"],
            "clean_grade": ["特级", "", "", "一级", "三级"],
            "road_class": ["branch", "arterial", "lane", "", "arterial"],
        }
    )
    assert cleaning_grade(frame).tolist() == [1, 2, 4, 0, 3]


@pytest.mark.parametrize(("text", "grade"), [("一类", 1), ("2", 2), ("Ⅱ", 0), ("四级保洁", 4), ("", 0)])
def test_grade_in(text: str, grade: int):
    assert grade_in(text) == grade


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["estate", "building", "village", "public", "road", "green"]),
            st.integers(0, 3000),
            st.floats(0, 1e6),
            st.integers(-1, 3),
        ),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from([0, 1, 2]),
)
def test_sums_agree_from_units_to_zones_to_operators(rows, phase):
    parameters = Parameters(phase=phase, subsidy_hh=10.0)
    told = [
        {"kind": kind, "hh": hh, "gfa_m2": m2, "sweep_m2": m2 * (kind == "road"), "green_m2": m2 / 10}
        for kind, hh, m2, _ in rows
    ]
    units = reckon(told, parameters)
    zone = np.array([z for *_, z in rows])
    zones = zone_economy(units, zone, 4, parameters)
    mine = units[zone >= 0]
    assert zones["income_y"].sum() == pytest.approx(mine["income_y"].sum())
    assert zones["cost_y"].sum() == pytest.approx(mine["cost_y"].sum() + zones["round_y"].sum())
    assert (zones["round_y"] > -0.01).all()  # less than a fen below: what is a whole person but for rounding
    assert (zones["staff_n"] == np.round(zones["staff_n"])).all()
    extra = dict.fromkeys(("load", "hh", "gfa_m2", "site_m2", "sweep_m2"), 1.0)
    operators = operators_of(
        pd.DataFrame({"operator_id": ["A", "B"], "name": ["a", "b"], "capacity": np.nan, "phone": ""}),
        zones.assign(oper=["A", "B", "A", "B"], geometry=[box(i, 0, i + 1, 1) for i in range(4)], **extra),
        parameters,
    )
    for column in ZONE_COLUMNS:
        assert operators[column].sum() == pytest.approx(zones[column].sum())


def test_other_parameters_reckon_the_plan_anew_and_leave_its_zones():
    plan = grid_plan()
    plan.units = costed(plan.units, Parameters())
    plan.zones = zones_of(plan.units, plan.zone_of_unit, 3).assign(oper=plan.zones["oper"])
    dear = reckoned(plan, Parameters(wage=120_000.0))
    staff_cost = plan.zones["cost_y"] - plan.zones["road_cost_y"]
    assert (dear.zones["cost_y"] - dear.zones["road_cost_y"]).tolist() == (2 * staff_cost).tolist()
    assert dear.zones["oper"].tolist() == plan.zones["oper"].tolist()
    assert dear.operators["cost_y"].sum() == pytest.approx(dear.zones["cost_y"].sum())
    assert reckoned(dear, Parameters()).zones.equals(plan.zones)


def test_every_parameter_tells_its_unit_and_source():
    for info in infos():
        assert info.title.render("en")
        assert info.unit.render("en")
        assert info.source.render("en")
        assert info.low <= info.default <= info.high
    assert len(infos()) == len(as_values(Parameters()))


def test_parameters_come_back_from_their_values():
    changed = Parameters(wage=55_000.0, phase=1)
    assert parameters_from(changed.changed()) == changed
    assert changed.changed() == {"wage": 55_000.0, "phase": 1}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"wages": 1.0}, "“wages” is no parameter"),
        ({"wage": -1.0}, "Cost of a person: -1.0 cannot be; give a number from 0 up"),
        ({"phase": 1.5}, "1.5 cannot be; give a number from 0 to 2"),
        ({"collected_push": 85}, "85 cannot be; give a number from 0 to 1"),
        ({"wage": "much"}, "much cannot be"),
        ({"wage": float("nan")}, "nan cannot be"),
        ({"wage": True}, "True cannot be"),
    ],
)
def test_senseless_parameters_are_refused(values, said):
    with pytest.raises(UserError) as error:
        parameters_from(values, "our.json")
    assert said in error.value.text.render("en")
