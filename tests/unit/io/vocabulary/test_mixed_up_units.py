"""Units mixed in one column: said feature by feature, changed only where one reading is possible."""

import numpy as np
import pandas as pd
import pytest

from bigmap.base.problems import ProblemLog
from bigmap.core.sources.layers import Role
from bigmap.io.vocabulary.field_values import canonical


def cleaned(**columns):
    log = ProblemLog()
    table = pd.DataFrame(columns, index=pd.RangeIndex(1, 1 + len(next(iter(columns.values())))))
    return canonical(table, Role.ESTATES, "台账.xlsx", log), log


def said(log):
    return [(p.code, p.feature) for p in log]


def test_floor_areas_in_two_units_are_doubted_one_by_one_and_not_changed():
    table, log = cleaned(
        小区名称=["甲", "乙", "丙", "丁"], 户数=[300, 400, 250, 20], 建筑面积=[3.95, 36_000.0, 2.1, 80.0]
    )
    assert table["gfa_m2"].tolist() == [3.95, 36_000, 2.1, 80]
    assert said(log) == [("unit_wan", 1), ("unit_wan", 3)]
    assert "39,500" in log.items[0].text.render("en")
    assert log.items[0].name == "甲"


def test_a_small_floor_area_without_households_is_doubted_beside_large_ones():
    _, log = cleaned(建筑面积=[3.95, 36_000.0, 52_000.0])
    assert said(log) == [("unit_wan", 1)]
    assert said(cleaned(建筑面积=[3.95, 4.2, 1.0])[1]) == []


def test_square_metres_in_a_column_of_ten_thousands():
    table, log = cleaned(**{"户数": [300, 400], "建筑面积(万㎡)": [3.95, 36_000]})
    assert table["gfa_m2"].tolist() == [39_500, 360_000_000]
    assert said(log) == [("unit", None), ("unit_not_wan", 2)]
    assert "36,000 m²" in log.items[1].text.render("en")


def test_many_doubts_of_one_kind_come_to_an_end():
    _, log = cleaned(户数=[300] * 250, 建筑面积=[3.95] * 250)
    assert len(log) == 201
    assert log.items[-1].text.render("en").startswith("50 more")


def test_rates_in_shares_stay_and_in_per_cent_are_divided():
    table, log = cleaned(收缴率=[0.85, 0.9, np.nan])
    assert table["collect"].tolist() == pytest.approx([0.85, 0.9, np.nan], nan_ok=True)
    assert said(log) == []
    table, log = cleaned(收缴率=[85, 90.5, 0])
    assert table["collect"].tolist() == [0.85, 0.905, 0]
    assert said(log) == [("rate_per_cent", None)]


def test_rates_mixed_in_one_column_are_read_and_doubted_one_by_one():
    table, log = cleaned(收缴率=["85", "0.85", "90", "85%", "150"])
    assert table["collect"].tolist() == pytest.approx([0.85, 0.85, 0.9, 0.85, np.nan], nan_ok=True)
    doubts = [(p.code, p.feature) for p in log if p.code.startswith("rate")]
    assert doubts == [("rate_wrong", 5), ("rate_mixed", 1), ("rate_mixed", 3)]


def test_fees():
    table, log = cleaned(物业费=[0.5, 14.4])
    assert table["fee"].tolist() == [0.5, 14.4]
    assert said(log) == [("fee_unit", 2)]
    assert "1.2 a month" in log.items[0].text.render("en")
    table, log = cleaned(**{"物业费(元/户·月)": [10.0]})
    assert table["fee"].isna().all()
    assert said(log) == [("fee_per_household", None)]
    table, log = cleaned(**{"物业费(元/㎡·年)": [14.4]})
    assert table["fee"].tolist() == pytest.approx([1.2])


def test_dwellings_are_no_households():
    table, log = cleaned(套数=[120])
    assert table["hh"].tolist() == [120]
    assert said(log) == [("dwellings", None)]
    assert said(cleaned(套数=[120], 户数=[100])[1]) == []
