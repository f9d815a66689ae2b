"""Figures of tables in the estates: each row once, only what is missing, contradictions said."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shapely import box

from bigmap.core.sources.layers import NUMBER_FIELDS, TEXT_FIELDS, LayerSet, Role, SourceTable
from tests.unit.core.clean.test_cleaning import boundary, layer

GRID = [box(10 + 110 * i, 10, 110 + 110 * i, 110) for i in range(6)]


def table(*rows, leads=False, **columns):
    """Return a table of (name, households) rows, numbered from 2 as below a head."""
    data = {name: [""] * len(rows) for name in (*TEXT_FIELDS, "alias", "comm")}
    data |= {name: [np.nan] * len(rows) for name in NUMBER_FIELDS}
    data |= {"name": [name for name, _ in rows], "hh": [float(hh) for _, hh in rows]} | columns
    frame = pd.DataFrame(data, index=range(2, 2 + len(rows)))
    return SourceTable(Path("台账.xlsx"), "", frame, leads)


def joined(estates, *tables, hh=None, more=(), **columns):
    """Return the cleaned estates and the problems of the join."""
    from bigmap.base.problems import ProblemLog
    from bigmap.core.clean.cleaning import clean

    columns = columns | {"hh": [np.nan] * len(estates) if hh is None else hh}
    layers = [boundary(), layer(Role.ESTATES, GRID[: len(estates)], names=estates, **columns), *more]
    log = ProblemLog()
    sources = clean(LayerSet(layers, tables=list(tables)), None, None, log)
    return sources.estates, [p for p in log if p.code.startswith(("table", "row"))]


def test_missing_figures_are_filled_and_the_pairs_are_counted():
    estates, problems = joined(["甲乙花园", "丙丁园"], table(("甲乙花苑", 100), ("丙丁园", 50)))
    assert estates["hh"].tolist() == [100, 50]
    assert [(p.code, p.severity, p.feature) for p in problems] == [
        ("table_joined", "mended", None),
        ("table_near", "mended", 1),
    ]
    assert problems[1].place is not None
    assert problems[0].text.render("en").startswith("2 of 2 rows")


@pytest.mark.parametrize(("leads", "used"), [(False, 90), (True, 100)])
def test_a_contradiction_is_a_doubt_and_the_leading_side_is_used(leads, used):
    estates, problems = joined(["甲乙园"], table(("甲乙园", 100), leads=leads), hh=[90.0])
    assert estates["hh"].tolist() == [used]
    clash = next(p for p in problems if p.code == "table_conflict")
    assert clash.severity == "doubt"
    assert clash.text.render("en") == f"Households: 90 here, 100 in row 2 of 台账.xlsx; {used} was used."


def test_what_agrees_is_not_said_and_what_the_table_lacks_is_not_taken():
    told = table(
        ("甲乙园", 90), ("丙丁园", np.nan), leads=True, oper=["永安物业", ""], gfa_m2=[1000.0, np.nan]
    )
    estates, problems = joined(["甲乙园", "丙丁园"], told, hh=[90.0, 40.0], gfa_m2=[1001.0, np.nan])
    assert estates["hh"].tolist() == [90, 40]
    assert estates["oper"].tolist() == ["永安物业", ""]
    assert [p.code for p in problems] == ["table_joined"]


def test_the_doubtful_and_the_unmatched_of_both_sides_are_listed():
    estates, problems = joined(
        ["金桥花园一期", "金桥花园二期", "莲溪宿舍"],
        table(("金桥花园", 100), ("万寿山庄", 50), ("莲溪宿舍", 7)),
    )
    assert estates["hh"].fillna(0).tolist() == [0, 0, 7]
    doubts = {(p.code, p.file, p.feature, p.name) for p in problems if p.severity == "doubt"}
    assert doubts == {
        ("table_doubt", "台账.xlsx", 2, "金桥花园"),
        ("table_spare", "台账.xlsx", 3, "万寿山庄"),
        ("table_lacks", "estates.shp", 1, "金桥花园一期"),
        ("table_lacks", "estates.shp", 2, "金桥花园二期"),
    }
    doubt = next(p for p in problems if p.code == "table_doubt")
    assert "金桥花园一期 (74), 金桥花园二期 (74)" in doubt.text.render("en")
    assert doubt.place is not None


def test_households_are_conserved():
    names = [f"{c}{d}花园" for c in "金银铜" for d in "东水"]
    rows = [(name.replace("花园", "花苑"), 10 * i + 1) for i, name in enumerate(names)]
    estates, _ = joined(names, table(*rows))
    assert estates["hh"].sum() == sum(hh for _, hh in rows)


def test_a_row_that_is_there_twice_counts_once():
    estates, problems = joined(["甲乙园"], table(("甲乙园", 100), ("甲乙园", 100)))
    assert estates["hh"].tolist() == [100]
    assert [(p.code, p.feature) for p in problems] == [("row_twice", 3), ("table_joined", None)]
    estates, problems = joined(["甲乙园"], table(("甲乙园", 100), ("甲乙园", 90)))
    assert estates["hh"].isna().all()
    assert [p.code for p in problems].count("table_doubt") == 2


def test_an_estate_drawn_twice_is_joined_once():
    estates, problems = joined(["甲乙园", "丙丁园"], table(("甲乙园", 100), ("丙丁园", 50)), more=[
        layer(Role.ESTATES, GRID[:1], names=["甲乙园"])
    ])  # fmt: skip
    assert sorted(estates["hh"]) == [50, 100]
    assert [p.code for p in problems] == ["table_joined"]


def test_the_community_around_an_estate_tells_namesakes_apart():
    communities = layer(
        Role.COMMUNITIES, [box(0, 0, 115, 500), box(115, 0, 1000, 500)], names=["官任社区", "后埭社区"]
    )
    told = table(("城建宿舍", 1), ("城建宿舍", 2), comm=["后埭社区居委会", "官任"])
    estates, _ = joined(["城建宿舍", "城建宿舍"], told, more=[communities])
    assert estates["hh"].tolist() == [2, 1]


def test_a_second_table_fills_what_the_first_leaves():
    estates, problems = joined(
        ["甲乙园"], table(("甲乙园", np.nan)), table(("甲乙园", 70)), table(("甲乙园", 80))
    )
    assert estates["hh"].tolist() == [70]
    assert [p.code for p in problems].count("table_conflict") == 1
