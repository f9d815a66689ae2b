"""Operators whose contract has run out are given nothing, and that is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from bigmap.base.errors import UserError
from bigmap.core.operators.bundling_rules import BundleRules
from bigmap.core.planning.replan import rebundled, with_owners
from bigmap.core.planning.swap import suggest_swap
from tests.helpers.plans import grid_plan


def plan_until(*ends: str | None):
    """Return the plan of twelve boxes on 1 June 2026, with these ends of the contracts of Y01 and Y02."""
    plan = grid_plan()
    table = plan.sources.operators.assign(contract_end=pd.to_datetime(list(ends)), capacity=np.nan)
    return replace(plan, sources=replace(plan.sources, operators=table, day=date(2026, 6, 1)))


def said(plan, code):
    return [p.text.render("en") for p in plan.problems if p.code == code]


def test_only_the_one_whose_contract_runs_is_given_zones():
    plan = rebundled(plan_until("2026-05-31", None), BundleRules())
    assert set(plan.zones["oper"]) == {"Y02"}
    (sentence,) = said(plan, "contract_ended")
    assert "ended on 2026-05-31" in sentence
    assert len(plan.operators) == 2  # both are still told of


def test_a_contract_runs_to_its_last_day():
    plan = rebundled(plan_until("2026-06-01", None), BundleRules())
    assert set(plan.zones["oper"]) == {"Y01", "Y02"}
    assert said(plan, "contract_ended") == []


def test_without_any_running_contract_nobody_is_given_zones():
    plan = rebundled(plan_until("2026-05-31", "2025-12-31"), BundleRules())
    assert plan.zones["oper"].isna().all()
    assert len(said(plan, "contract_ended")) == 2
    assert said(plan, "capacity") == []


def test_a_lock_to_an_ended_contract_is_refused():
    with pytest.raises(UserError) as refused:
        rebundled(plan_until("2026-05-31", None), BundleRules(locks={"W01": "Y01"}))
    assert "whose contract has run out" in refused.value.text.render("en")


def test_no_swap_gives_to_an_ended_contract():
    running = with_owners(plan_until(None, None), ["Y01", "Y02", "Y02"])
    open_swap = suggest_swap(running)
    assert open_swap is not None
    gains = open_swap.to if open_swap.unit is None else None
    row = 0 if gains is None else gains
    ends = [None, None]
    ends[row] = "2026-05-31"
    plan = with_owners(plan_until(*ends), ["Y01", "Y02", "Y02"])
    found = suggest_swap(plan)
    if found is not None:
        gainer = found.to if found.unit is None else None
        ids = plan.operators["operator_id"]
        to = ids.iloc[gainer] if gainer is not None else plan.zones["oper"].iloc[found.to]
        assert to != ids.iloc[row]


def test_a_zone_taken_away_by_hand_is_no_lack_of_room():
    plan = with_owners(plan_until(None, None), [None, "Y02", "Y02"])
    assert said(plan, "capacity") == []
