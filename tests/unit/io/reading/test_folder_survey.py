"""A look at a folder: what each layer could be, and where it could lie."""

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

from bigmap.base.problems import ProblemLog
from bigmap.core.sources.layers import Role
from bigmap.core.sources.source_options import SourceOptions
from bigmap.io.formats.raw_layer import read_vector
from bigmap.io.reading.folder_survey import survey_folder
from bigmap.io.reading.layer_survey import (
    claimed_placement,
    lonlat,
    placement_of,
    possible_placements,
    surveyed_location,
)
from tests.helpers.drawings import drawing
from tests.helpers.shapefiles import X0, Y0, squares, street, write_layer


@pytest.fixture
def office(tmp_path):
    columns = {"小区名称": ["筼筜花园", "后垵小区", "abc"], "户数": [120, 80, 3]}
    write_layer(tmp_path / "小区边界.shp", squares(3), columns)
    write_layer(tmp_path / "市政道路.shp", street(2), {"道路名称": ["湖滨南路", "湖滨中路"]}, crs=None)
    (tmp_path / "坏.shp").write_bytes(b"")
    (tmp_path / "丢失.shx").write_bytes(b"x")
    return tmp_path


def by_name(folder):
    return {s.file.name: s for s in survey_folder([folder])}


def test_each_layer_is_told_and_a_broken_one_says_why(office):
    found = by_name(office)
    estates = found["小区边界.shp"]
    assert (estates.role, estates.encoding, estates.features) == (Role.ESTATES, "GB18030", 3)
    assert estates.geometry == "Polygon"
    assert estates.crs.to_epsg() == 4548
    assert found["市政道路.shp"].geometry == "LineString"
    assert "坏.shp" in str(found["坏.shp"].refusal)
    assert ".shp" in str(found["丢失.shx"].refusal)


def test_the_samples_read_in_every_encoding(office):
    estates = by_name(office)["小区边界.shp"]
    assert estates.fields() == ["小区名称", "户数"]
    assert [row[0].strip() for row in estates.rows()] == ["筼筜花园", "后垵小区", "abc"]
    assert estates.fields("ISO-8859-1")[0] == "Ð¡ÇøÃû³Æ"
    assert estates.rows("ISO-8859-1")[1][0].startswith("ºó")


def test_a_layer_without_a_system_is_placed_by_the_others(office):
    found = by_name(office)
    roads, place = found["市政道路.shp"], surveyed_location(list(found.values()))
    assert place == pytest.approx((118.09, 24.48), abs=0.01)
    assert claimed_placement(roads) is None
    assert possible_placements(roads, place)[0].label == "EPSG:4548"
    assert placement_of(roads, SourceOptions(), None) is None
    assert placement_of(roads, SourceOptions(), place).label == "EPSG:4548"
    assert placement_of(roads, SourceOptions(crs="EPSG:4549"), place).label == "EPSG:4549"


def test_a_claim_that_the_coordinates_contradict_is_no_candidate(tmp_path):
    write_layer(tmp_path / "小区.shp", squares(2), crs="EPSG:4326")
    (survey,) = survey_folder([tmp_path])
    assert claimed_placement(survey) is None
    assert "EPSG:4326" not in {reading.label for reading in possible_placements(survey, (118.09, 24.48))}


def test_exchanged_axes_are_turned_for_the_picture(tmp_path):
    turned = [shapely.transform(s, lambda xy: xy[:, ::-1]) for s in squares(2)]
    write_layer(tmp_path / "小区.shp", turned, crs=None)
    (survey,) = survey_folder([tmp_path])
    best = possible_placements(survey, (118.09, 24.48))[0]
    assert (best.label, best.swapped) == ("EPSG:4548", True)
    assert lonlat(best)(survey.lines[0])[0] == pytest.approx((118.09, 24.48), abs=0.01)


def test_the_picture_of_a_large_layer_is_thin_but_whole(tmp_path):
    circle = shapely.Point(X0, Y0).buffer(500, quad_segs=20_000)
    write_layer(tmp_path / "街道边界.shp", [circle, *squares(2)])
    write_layer(tmp_path / "独栋房屋.shp", squares(6_000, 10.0))
    border, houses = (by_name(tmp_path)[name] for name in ("街道边界.shp", "独栋房屋.shp"))
    assert len(border.lines) == 3
    assert sum(map(len, border.lines)) < 21_000
    assert np.ptp(border.lines[0], axis=0) == pytest.approx((1000, 1000), rel=0.01)
    assert (border.lines[0][0] == border.lines[0][-1]).all()
    assert 2_000 < len(houses.lines) < 6_000
    assert {len(line) for line in houses.lines} == {5}


NAMES = ["筼筜花园", "后垵小区"]


def geojson(path, encoding):
    frame = gpd.GeoDataFrame({"小区名称": NAMES}, geometry=squares(2), crs=4548).to_crs(4490)
    path.write_text(frame.to_json(ensure_ascii=False, drop_id=True), encoding=encoding)


def mapinfo(path, encoding):
    frame = gpd.GeoDataFrame({"小区名称": NAMES}, geometry=squares(2), crs=4548)
    pyogrio.write_dataframe(frame, path, driver="MapInfo File", ENCODING="CP936")


def points(path, encoding):
    path.write_text("小区名称,经度,纬度\n筼筜花园,118.09,24.48\n后垵小区,118.10,24.49\n", encoding=encoding)


@pytest.mark.parametrize(
    ("name", "write"),
    [("小区.geojson", geojson), ("小区.tab", mapinfo), ("小区.mif", mapinfo), ("小区.csv", points)],
)
def test_an_encoding_can_be_chosen_wherever_text_is_bytes(tmp_path, name, write):
    path = tmp_path / name
    write(path, "gb18030")
    (found,) = survey_folder([tmp_path])
    assert found.encoding == "GB18030"
    assert [row[0] for row in found.shown(SourceOptions())[1]] == NAMES
    wrong = SourceOptions(encoding="Big5")
    names, rows = found.shown(wrong)
    assert (names[0], rows[0][0]) != ("小区名称", NAMES[0])
    read = read_vector(path, None, ProblemLog(), "Big5")
    assert read.table.columns[0] == names[0]
    assert read.table.iloc[0, 0] == rows[0][0]


def test_a_drawing_has_an_encoding_and_a_package_has_none(tmp_path):
    (tmp_path / "小区边界.dxf").write_bytes(drawing(["0", "TK"]))
    gpd.GeoDataFrame({"小区名称": NAMES}, geometry=squares(2), crs=4548).to_file(tmp_path / "小区.gpkg")
    found = by_name(tmp_path)
    assert found["小区边界.dxf"].encoding == "GB18030"
    assert found["小区.gpkg"].encoding == ""


def test_names_of_estates_follow_encoding_and_fields(office):
    estates = by_name(office)["小区边界.shp"]
    assert estates.names(SourceOptions()) == ["筼筜花园", "后垵小区", "abc"]
    assert estates.names(SourceOptions(fields={"name": "户数"}))[0].startswith("120")
    garbled = estates.names(SourceOptions(encoding="ISO-8859-1", fields={"name": "Ð¡ÇøÃû³Æ"}))
    assert garbled[0].encode("latin-1").decode("gb18030") == "筼筜花园"


def test_a_table_cut_short_and_parts_in_capitals_are_shown_like_any_other(office):
    data = (office / "小区边界.dbf").read_bytes()
    (office / "小区边界.dbf").unlink()
    (office / "小区边界.DBF").write_bytes(data[:-60])
    found = by_name(office)
    assert "小区边界.DBF" not in found
    assert found["小区边界.shp"].features == 3
    assert found["小区边界.shp"].shown(SourceOptions())[1][0][0].strip() == "筼筜花园"
