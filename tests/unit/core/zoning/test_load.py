"""The load that zones balance."""

from __future__ import annotations

import pytest
from shapely import box

from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog
from bigmap.core.units.build_units import build_units
from bigmap.core.zoning.load import weigh
from tests.helpers.towns import small_town, sources


def test_one_field_is_the_load_itself():
    units = weigh(build_units(small_town()), {"hh": 1.0}, ProblemLog())
    assert units.frame["load"].sum() == 163
    assert units.load_field == "hh"


def test_several_fields_are_summed_by_weight():
    units = weigh(build_units(small_town()), {"hh": 2.0, "units": 1.0}, ProblemLog())
    assert units.frame["load"].sum() == 2 * 163 + len(units)
    assert units.load_field == "2*hh+1*units"


def test_a_field_nobody_gives_is_replaced_and_said():
    log = ProblemLog()
    units = weigh(build_units(sources(box(0, 0, 100, 100))), {"hh": 1.0}, log)
    assert units.load_field == "site_m2"
    assert [p.text.render("en") for p in log] == [
        "No file gives Households, so Site area is balanced instead"
    ]


def test_the_planner_may_choose_what_is_balanced_then():
    log = ProblemLog()
    units = weigh(build_units(sources(box(0, 0, 100, 100))), {"hh": 1.0}, log, instead="units")
    assert units.load_field == "units"
    assert [(p.severity, p.text.values["usable"]) for p in log] == [("mended", ["site_m2", "units"])]


@pytest.mark.parametrize("balance", [{"people": 1.0}, {"hh": 0.0}, {"hh": -1.0}])
def test_senseless_balance_is_refused(balance):
    with pytest.raises(UserError):
        weigh(build_units(small_town()), balance, ProblemLog())
