"""Text that other programs misread before, numbers that no .dbf should hold, rows out of their places."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigmap.base.problems import ProblemLog
from bigmap.core.sources.layers import Role
from bigmap.io.formats.mojibake import restored
from bigmap.io.formats.raw_layer import read_vector
from bigmap.io.vocabulary.field_values import canonical
from tests.helpers.shapefiles import dbf, squares, write_layer

NAMES = ["康泰花园", "金榕宿舍", "后垵里", "湖墘新村", "莲溪花园（一期）", "筼筜花园"]


def read(path):
    log = ProblemLog()
    return read_vector(path, None, log).table, [(p.code, p.feature) for p in log]


# --- misread text -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("was", "taken"), [("utf-8", "gb18030"), ("utf-8", "latin-1"), ("gb18030", "latin-1")]
)
@pytest.mark.parametrize("suffix", [".gpkg", ".geojson"])
def test_names_saved_by_a_program_that_misread_them_are_told_back(tmp_path, was, taken, suffix):
    def misread(text):
        return text.encode(was).decode(taken, "replace")

    columns = {misread("小区名称"): [misread(name) for name in NAMES], "hh": range(6)}
    frame = gpd.GeoDataFrame(columns, geometry=squares(6), crs="EPSG:4548").to_crs("EPSG:4490")
    frame.to_file(tmp_path / f"小区{suffix}")
    table, said = read(tmp_path / f"小区{suffix}")
    assert [n for n in table["小区名称"] if n in NAMES] == [n for n in NAMES if n in set(table["小区名称"])]
    assert len(set(table["小区名称"]) & set(NAMES)) >= 5
    assert ("text_restored", 1) in said


@given(
    st.lists(st.sampled_from([*NAMES, "Straße Köln", "Каменная улица", "鼕鏘", "청담동", "ハルカス", "Łódź"]))
)
def test_text_that_nobody_misread_stays(names):
    log = ProblemLog()
    table = pd.DataFrame({"名称": pd.Series(names, dtype="str")}, index=pd.RangeIndex(1, len(names) + 1))
    assert restored(table, "a.gpkg", log).equals(table)
    assert len(log) == 0


def test_a_letter_lost_by_another_program_costs_that_letter_only(tmp_path):
    path = write_layer(tmp_path / "estates.shp", squares(6), {"小区名称": NAMES})
    misread = [name.encode().decode("gb18030", "replace").encode("gb18030") for name in NAMES]
    field = "小区名称".encode().decode("gb18030").encode("gb18030")
    path.with_suffix(".dbf").write_bytes(dbf({field: misread}))
    table, said = read(path)
    assert table.iloc[:, 0].tolist() == [*NAMES[:2], "后垵\ufffd", *NAMES[3:]]
    assert ("text_damaged", 3) in said


# --- numbers of a .dbf --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "read_as"),
    [
        (["7804,37", "12314,5"], [7804.37, 12_314.5]),
        (["7.804,00", "12.314,50"], [7804, 12_314.5]),
        (["7,804.00", "950.00"], [7804, 950]),
        (["1.234.567", "890"], [1_234_567, 890]),
        (["7804", "约950"], [7804, 950]),
    ],
)
@pytest.mark.parametrize(("role", "field"), [(Role.ESTATES, "建筑面积"), (Role.BUILDINGS, "JZMJ")])
def test_numbers_that_gdal_breaks_off_are_read_whole(tmp_path, cells, read_as, role, field):
    path = write_layer(tmp_path / "a.shp", squares(2))
    data = dbf({field: [0.0, 0.0]})
    for i, cell in enumerate(cells):
        at = len(data) - 1 - (2 - i) * 41 + 1
        data = data[:at] + cell.encode("gb18030").rjust(40) + data[at + 40 :]
    path.with_suffix(".dbf").write_bytes(data)
    table, _ = read(path)
    log = ProblemLog()
    assert canonical(table, role, "a.shp", log)["gfa_m2"].tolist() == pytest.approx(read_as)
    assert {p.code for p in log} <= {"number_mended", "number_rough"}
    assert len(log)


def test_numbers_that_stand_as_they_should_stay_numbers(tmp_path):
    path = write_layer(tmp_path / "a.shp", squares(3), {"户数": [120.0, float("nan"), -1.5]})
    table, _ = read(path)
    assert table["户数"].tolist() == pytest.approx([120, np.nan, -1.5], nan_ok=True)


# --- rows out of their places -------------------------------------------------------------------------------

COLUMNS = {
    "编号": list(range(1001, 1031)),
    "名称": [f"园{i}" for i in range(30)],
    "户数": list(range(100, 130)),
}
SIZE = 1 + 3 * 12


def shifted(tmp_path, at, by):
    """Return a layer of 30 estates, and its .dbf with some bytes more, or fewer, at a place in its rows."""
    path = write_layer(tmp_path / "a.shp", squares(30))
    data = dbf(COLUMNS, width=12)
    start = len(data) - 1 - 30 * SIZE
    cut = start + at
    path.with_suffix(".dbf").write_bytes(data[:cut] + b" " * by + data[cut + max(0, -by) :])
    return path


@pytest.mark.parametrize("by", [1, 2, 5, -1, -3])
@pytest.mark.parametrize("row", [0, 3, 20, 28])
@pytest.mark.parametrize("within", [5, 14, 30])
def test_no_value_moves_to_another_estate(tmp_path, row, within, by):
    table, said = read(shifted(tmp_path, row * SIZE + within, by))
    assert [code for code, _ in said].count("rows_shifted") == 1
    right = [i for i in range(30) if table["户数"].iloc[i] == COLUMNS["户数"][i]]
    empty = [i for i in range(30) if pd.isna(table["户数"].iloc[i])]
    assert sorted(right + empty) == list(range(30))
    assert len(empty) <= 2
    assert [table["名称"].iloc[i] for i in right] == [COLUMNS["名称"][i] for i in right]


def test_what_stands_behind_the_last_row_moves_nothing(tmp_path):
    path = write_layer(tmp_path / "a.shp", squares(30))
    path.with_suffix(".dbf").write_bytes(dbf(COLUMNS, width=12) + b"\0" * 7)
    table, said = read(path)
    assert table["户数"].tolist() == COLUMNS["户数"]
    assert said == []
