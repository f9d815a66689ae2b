"""Tables of databases: a .dbf alone and what lies in a GeoPackage besides its layers."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest

from bigmap.core.clean.cleaning import clean
from bigmap.io.reading.folder import read_folder
from bigmap.io.reading.folder_survey import survey_folder
from bigmap.io.reading.sheet_survey import TableSurvey
from tests.helpers.shapefiles import squares, write_layer

NAMES = ["甲苑", "乙苑", "丙苑"]
FIGURES = pd.DataFrame({"小区名称": NAMES, "户数": [30, 20, 10]})


@pytest.fixture
def town(tmp_path):
    frame = gpd.GeoDataFrame({"小区名称": NAMES}, geometry=squares(3), crs=4548)
    frame.to_file(tmp_path / "数据.gpkg", layer="小区边界")
    return tmp_path


def households(folder):
    return clean(read_folder(folder)).estates["hh"].tolist()


def test_a_table_in_a_geopackage_is_joined(town):
    pyogrio.write_dataframe(FIGURES, town / "数据.gpkg", layer="小区台账", append=False)
    assert households(town) == [30, 20, 10]
    (table,) = (s for s in survey_folder([town]) if isinstance(s, TableSurvey))
    assert table.features == 3


def test_the_styles_of_a_program_are_no_table(town):
    styles = pd.DataFrame({"f_table_name": ["小区边界"], "styleName": ["a"]})
    pyogrio.write_dataframe(styles, town / "数据.gpkg", layer="layer_styles")
    layers = read_folder(town)
    assert not layers.tables
    assert not list(layers.problems)


def test_a_table_that_tells_nothing_of_estates_is_named(town):
    pyogrio.write_dataframe(pd.DataFrame({"a": ["1"]}), town / "数据.gpkg", layer="备注")
    assert [p.code for p in read_folder(town).problems] == ["left_aside"]


@pytest.mark.parametrize("encoding", ["GB18030", "UTF-8"])
def test_a_dbf_alone_is_joined(town, tmp_path, encoding):
    made = write_layer(
        tmp_path / "made.shp", squares(3), FIGURES.to_dict("list"), encoding=encoding
    ).with_suffix(".dbf")
    made.rename(town / "台账.dbf")
    for rest in list(tmp_path.glob("made.*")):
        rest.unlink()
    assert households(town) == [30, 20, 10]
    (table,) = (s for s in survey_folder([town]) if isinstance(s, TableSurvey))
    assert table.file.name == "台账.dbf"


def test_the_dbf_of_a_shapefile_is_no_table_whatever_the_case_of_its_name(tmp_path):
    write_layer(tmp_path / "estates.shp", squares(3), FIGURES.to_dict("list"))
    (tmp_path / "estates.dbf").rename(tmp_path / "ESTATES.DBF")
    layers = read_folder(tmp_path)
    assert not layers.tables
    assert layers.layers[0].features == 3
