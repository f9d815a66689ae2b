"""Rows that the planner gave to an estate himself, or to none."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from bigmap.base.problems import ProblemLog
from bigmap.core.clean.table_figures import with_figures
from bigmap.core.sources.layers import NUMBER_FIELDS, TEXT_FIELDS, SourceTable
from bigmap.core.sources.name_join import marks
from tests.helpers.shapefiles import squares


def estates(*names):
    frame = gpd.GeoDataFrame({"name": list(names)}, geometry=squares(len(names)), crs="EPSG:4548")
    frame["fid"], frame["file"] = range(1, len(names) + 1), "小区.shp"
    for column in TEXT_FIELDS[1:]:
        frame[column] = ""
    return frame.assign(**dict.fromkeys(NUMBER_FIELDS, float("nan")))


def table(joined, *rows):
    frame = pd.DataFrame(rows, columns=["name", "hh"], index=range(3, len(rows) + 3))
    for column in (*TEXT_FIELDS[1:], "alias", "comm"):
        frame[column] = ""
    frame = frame.assign(**dict.fromkeys(set(NUMBER_FIELDS) - {"hh"}, float("nan")))
    return SourceTable(Path("台账.xlsx"), "", frame, joined=joined)


def filled(here, there):
    log = ProblemLog()
    nowhere = gpd.GeoDataFrame({"name": []}, geometry=[], crs="EPSG:4548")
    frame = with_figures(here, [there], nowhere, log)
    return frame["hh"].tolist(), [(p.code, p.feature) for p in log]


def test_a_decision_goes_before_the_names():
    here = estates("筼筜花园", "育秀里")
    hh, codes = filled(
        here, table({"育秀里": "筼筜花园", "筼筜花园": ""}, ("筼筜花园", 100.0), ("育秀里", 200.0))
    )
    assert hh[0] == 200.0
    assert pd.isna(hh[1])
    assert codes == [("table_chosen", 1), ("table_refused", 3), ("table_joined", None), ("table_lacks", 2)]


def test_namesakes_are_told_apart_by_their_numbers():
    assert marks(["育秀里", "筼筜花园", "育秀里"], [1, 2, 3]) == ["育秀里 #1", "筼筜花园", "育秀里 #3"]
    here = estates("育秀里", "筼筜花园", "育秀里")
    hh, _ = filled(here, table({"育秀里": "育秀里 #3"}, ("育秀里", 300.0)))
    assert pd.isna(hh[0])
    assert hh[2] == 300.0


def test_two_rows_never_share_an_estate():
    hh, codes = filled(estates("甲园"), table({"甲": "甲园", "乙": "甲园"}, ("甲", 1.0), ("乙", 2.0)))
    assert hh == [1.0]
    assert ("table_spare", 4) in codes


@pytest.mark.parametrize("joined", [{}, {"不在此": "甲园"}, {"甲园": "不在此"}])
def test_what_names_nothing_here_changes_nothing(joined):
    hh, codes = filled(estates("甲园"), table(joined, ("甲园", 5.0)))
    assert hh == [5.0]
    assert codes == [("table_joined", None)]
