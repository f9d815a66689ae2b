"""The schema of columns: names that files can bear, labels in both languages, types as readers see them."""

from __future__ import annotations

import json
import re
from itertools import chain
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from bigmap.base.i18n import catalogue
from bigmap.core.editing.query import query_units
from bigmap.core.planning.replan import with_assignment
from bigmap.core.schema.columns import LAYERS, column_of, exported, shown, word_index
from bigmap.core.schema.frames import to_frame
from bigmap.io.writing.results_folder import write_results
from tests.helpers.plans import grid_plan

FILES = {f"{layer}.geojson": layer for layer in ("units", "zones", "operators", "gaps")}
GDAL = {
    "text": {"object"},
    "integer": {"int32", "int64"},
    "number": {"float64"},
    "yes/no": {"bool"},
}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    plan = grid_plan()
    folder = tmp_path_factory.mktemp("results")
    write_results(with_assignment(plan, plan.zone_of_unit), folder, lang="zh")
    return folder


@pytest.mark.parametrize("layer", LAYERS)
def test_names_are_unique_and_fit_a_shapefile(layer: str) -> None:
    keys = [column.key for column in exported(layer)]
    assert [key for key in keys if not re.fullmatch(r"[a-z][a-z0-9_]{0,9}", key)] == []
    assert len(set(keys)) == len(keys)
    assert len({column.name for column in LAYERS[layer]}) == len(LAYERS[layer])


@pytest.mark.parametrize("layer", LAYERS)
def test_labels_headings_and_codes_have_chinese(layer: str) -> None:
    texts = {column.label for column in LAYERS[layer]} | {column.title for column in shown(layer)}
    texts |= {text.template for column in LAYERS[layer] for text in column.codes.values()}
    assert texts - set(catalogue("zh")) == set()


@pytest.mark.parametrize("layer", LAYERS)
def test_headings_tell_columns_apart(layer: str) -> None:
    titles = [column.title for column in shown(layer)]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("layer", ["units", "zones"])
def test_no_word_of_an_expression_means_two_columns(layer: str) -> None:
    words = list(
        chain.from_iterable(
            {c.name, c.key, c.text.render("zh"), *c.words.split()} & word_index(layer).keys()
            for c in LAYERS[layer]
        )
    )
    assert sorted(words) == sorted(set(words))
    assert [word for word in words if "且" in word or "或" in word] == []


@pytest.mark.parametrize("layer", LAYERS)
def test_columns_that_add_up_are_numbers_and_quotients_are_of_such(layer: str) -> None:
    for column in LAYERS[layer]:
        assert column.total is None or column.numeric, column.name
        if isinstance(column.total, tuple):
            assert [column_of(layer, part).total for part in column.total] == ["sum", "sum"]


@pytest.mark.parametrize("file", FILES)
def test_every_property_that_is_written_is_in_the_schema_and_the_dictionary(results: Path, file: str) -> None:
    features = json.loads((results / file).read_text(encoding="utf-8"))["features"]
    names = [column.key for column in exported(FILES[file])]
    assert [list(feature["properties"]) for feature in features] == [names] * len(features)
    told = pd.read_csv(results / "fields.csv", encoding="utf-8-sig", keep_default_na=False)
    told = told[told["file"] == file]
    assert told["property"].tolist() == names
    assert told["type"].tolist() == [column.type for column in exported(FILES[file])]
    assert told["unit"].str.strip('="').tolist() == [column.unit for column in exported(FILES[file])]
    assert told["English"].tolist() == [column.label for column in exported(FILES[file])]


@pytest.mark.parametrize("file", FILES)
def test_gdal_reads_the_types_of_the_schema(results: Path, file: str) -> None:
    read = pyogrio.read_info(results / file)
    types = dict(zip(read["fields"], read["dtypes"], strict=True))
    values = pyogrio.read_dataframe(results / file)
    wrong = {
        column.key: types[column.key]
        for column in exported(FILES[file])
        if values[column.key].notna().any() and str(types[column.key]) not in GDAL[column.type]
    }
    assert wrong == {}


@pytest.mark.parametrize(("file", "layer"), [("zones.csv", "zones"), ("bundles.csv", "operators")])
def test_tables_for_a_spreadsheet_have_the_same_columns_with_label_and_unit(
    results: Path, file: str, layer: str
) -> None:
    heads = pd.read_csv(results / file, encoding="utf-8-sig", nrows=0).columns
    assert list(heads) == [f"{c.key} {c.text_with_unit.render('zh')}" for c in exported(layer)]


def test_a_frame_bears_long_or_short_names_and_keeps_its_ground() -> None:
    zones = gpd.GeoDataFrame(
        {
            "zone_id": ["W01", "W02"],
            "oper": ["Y01", None],
            "pieces": [1.0, float("nan")],
            "site_m2": [1.00004, 2.0],
        },
        geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)],
        crs=4548,
        index=[5, 7],
    )
    short, long = to_frame(zones, "drawn"), to_frame(zones, "drawn", long_names=True)
    assert list(short.columns) == list(long.columns) == ["zone_id", "oper", "pieces", "site_m2", "geometry"]
    assert (short.crs.to_epsg(), short.index.tolist()) == (4548, [5, 7])
    assert short["pieces"].tolist() == [1, pd.NA]
    assert short["site_m2"].tolist() == [1.0, 2.0]
    assert short["oper"].isna().tolist() == [False, True]


def test_long_names_are_those_of_the_plan_and_short_ones_those_of_files() -> None:
    plan = grid_plan()
    operators = with_assignment(plan, plan.zone_of_unit).operators
    assert {"operator_id", "sweep_m2"} <= set(to_frame(operators, "operators", long_names=True))
    assert {"oper", "sweep"} <= set(to_frame(operators, "operators"))


def test_a_figure_that_nobody_tells_is_missing_in_frames_and_no_zero_in_expressions() -> None:
    units = grid_plan().units.frame
    units = units.assign(hh=[0, *units["hh"][1:]], hh_told=[False] + [True] * 11)
    units = units.assign(
        zone_id="W01", oper="Y01", grade=0, staff_n=0.0, cost_y=0.0, income_y=0.0, balance_y=0.0
    )
    units = units.assign(fee_y=0.0, park_y=0.0, road_y=0.0, other_y=0.0, road_cost_y=0.0)
    assert to_frame(units, "units")["hh"].isna().tolist() == [True] + [False] * 11
    assert 0 not in query_units(units, "hh == 0")
    assert 2 in query_units(units, "hh == 0")


def test_an_expression_may_ask_for_columns_of_the_zone_of_a_unit() -> None:
    units = grid_plan().units.frame.assign(zone_id=["W01", "W02", ""] * 4)
    zones = pd.DataFrame(
        {"zone_id": ["W01", "W02"], "hh": [900, 80], "rich": ["rich", "lean"], "locked": [True, False]},
        index=["W01", "W02"],
    )
    first, second = [0, 3, 6, 9], [1, 4, 7, 10]
    for question in ("zone_hh > 300", "片区户数 > 300", "片区肥瘦 = '肥'", "zone_locked", "zone == 'W01'"):
        assert query_units(units, question, zones).tolist() == first, question
    assert query_units(units, "片区 == 'W02' 且 zone_hh < 100", zones).tolist() == second
    assert query_units(units, "not zone_locked and zone_hh > 0", zones).tolist() == second
