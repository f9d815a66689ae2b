"""Parts of shapefiles that do not fit, written byte by byte."""

import struct

import numpy as np
import pytest
import shapely

from bigmap.base.problems import ProblemLog
from bigmap.io.formats import shapefile
from bigmap.io.formats.raw_layer import read_vector
from bigmap.io.formats.shapefile_index import HEADER, read_index
from tests.helpers.shapefiles import X0, Y0, dbf, squares, write_layer

NAMES = ["筼筜花园", "后垵小区", "墘头里", "仙岳里"]
RECORD = 8 + 44 + 4 + 5 * 16
"""Bytes of a square in a .shp: head, box and counts, one ring, five points."""


@pytest.fixture
def estates(tmp_path):
    return write_layer(tmp_path / "estates.shp", squares(4), {"小区名称": NAMES})


def read(path):
    log = ProblemLog()
    return read_vector(path, None, log), [(p.code, p.feature) for p in log]


def patched(path, at, data):
    content = bytearray(path.read_bytes())
    content[at : at + len(data)] = data
    path.write_bytes(content)


def assert_all_but(raw, *numbers):
    missing = np.isin([1, 2, 3, 4], numbers)
    assert shapely.is_missing(raw.shapes).tolist() == missing.tolist()
    assert shapely.area(raw.shapes[~missing]) == pytest.approx(1e4)
    assert raw.table["小区名称"].tolist() == NAMES


def test_the_index_is_found_again_as_it_was(estates):
    told = shapefile.index(estates)
    estates.with_suffix(".shx").unlink()
    found = shapefile.index(estates)
    assert (told.state, found.state) == ("good", "missing")
    assert found.offset.tolist() == told.offset.tolist()
    assert found.length.tolist() == told.length.tolist()
    assert not found.lost.any()


@pytest.mark.parametrize("keep_index", [True, False])
def test_a_damaged_record_costs_no_other(estates, keep_index):
    patched(estates, HEADER + RECORD + 4, b"\xff\xff\xff\xff")
    if not keep_index:
        estates.with_suffix(".shx").unlink()
    raw, said = read(estates)
    assert_all_but(raw, 2)
    assert said == [("index_stale" if keep_index else "index_missing", None), ("shapes_cut", 2)]


def test_a_torn_shp_without_index(estates):
    estates.write_bytes(estates.read_bytes()[:-30])
    estates.with_suffix(".shx").unlink()
    raw, said = read(estates)
    assert_all_but(raw, 4)
    assert said == [("index_missing", None), ("shapes_cut", 4)]


def test_the_index_of_a_longer_file_is_stale_and_no_shape_is_missed(estates, tmp_path):
    other = write_layer(tmp_path / "other.shp", squares(6))
    estates.with_suffix(".shx").write_bytes(other.with_suffix(".shx").read_bytes())
    raw, said = read(estates)
    assert_all_but(raw)
    assert said == [("index_stale", None)]


@pytest.mark.parametrize("at", [0, 24, 104])
def test_an_index_with_a_wrong_head_or_entry_is_not_used(estates, at):
    patched(estates.with_suffix(".shx"), at, b"\x1f\x00\x00\x00")
    raw, said = read(estates)
    assert_all_but(raw)
    assert said == [("index_stale", None)]


def test_a_shape_that_gdal_gives_up_is_said_with_its_number(estates):
    patched(estates, HEADER + 2 * RECORD + 8 + 36, struct.pack("<i", 1000))  # a thousand rings in one
    raw, said = read(estates)
    assert_all_but(raw, 3)
    assert said == [("bad_shape", 3)]


def test_a_null_shape_is_no_damage(tmp_path):
    path = write_layer(tmp_path / "estates.shp", [squares(1)[0], None], {"小区名称": NAMES[:2]})
    raw, said = read(path)
    assert shapely.is_missing(raw.shapes).tolist() == [False, True]
    assert said == []


@pytest.mark.parametrize("content", [b"", b"<html>" + b"404 " * 100])
def test_a_dbf_that_is_none_costs_no_ground(estates, content):
    estates.with_suffix(".dbf").write_bytes(content)
    raw, said = read(estates)
    assert shapely.area(raw.shapes) == pytest.approx([1e4] * 4)
    assert raw.table.index.tolist() == [1, 2, 3, 4]
    assert said == [("rows_lost", None)]


@pytest.mark.parametrize("suffix", [".SHX", ".Shx"])
def test_parts_in_any_case(estates, suffix):
    estates.with_suffix(".shx").rename(estates.with_name(f"Estates{suffix}"))
    raw, said = read(estates)
    assert_all_but(raw)
    assert said == []


def test_heights_of_nothing_and_measures_are_read(tmp_path):
    shapes = [shapely.force_3d(shape, z=-1e38) for shape in squares(4)]
    raw, said = read(write_layer(tmp_path / "estates.shp", shapes, {"小区名称": NAMES}))
    assert shapely.area(raw.shapes) == pytest.approx([1e4] * 4)
    assert said == []


def test_a_coordinate_that_is_no_number_costs_no_other(estates):
    patched(estates, HEADER + RECORD + 8 + 44 + 4 + 16, struct.pack("<d", float("nan")))
    raw, _ = read(estates)
    assert not shapely.is_missing(raw.shapes).any()
    assert shapely.area(raw.shapes[[0, 2, 3]]) == pytest.approx([1e4] * 3)


def test_shells_in_holes_of_shells_stay_one_feature(tmp_path):
    rings = [shapely.box(X0 - r, Y0 - r, X0 + r, Y0 + r) for r in (100, 80, 60, 40, 20)]
    nested = shapely.MultiPolygon([rings[0] - rings[1], rings[2] - rings[3], rings[4]])
    raw, said = read(write_layer(tmp_path / "estates.shp", [nested], {"小区名称": NAMES[:1]}))
    assert raw.shapes[0].area == pytest.approx(nested.area)
    assert said == []


def test_one_polygon_of_two_hundred_thousand_corners(tmp_path):
    angle = np.linspace(0, 2 * np.pi, 200_000, endpoint=False)
    round_one = shapely.Polygon(np.column_stack([X0 + 500 * np.cos(angle), Y0 + 500 * np.sin(angle)]))
    path = write_layer(tmp_path / "estates.shp", [round_one], {"小区名称": NAMES[:1]})
    path.with_suffix(".shx").unlink()
    raw, _ = read(path)
    assert shapely.get_num_coordinates(raw.shapes[0]) == 200_001


def test_numbers_that_did_not_fit_are_said(estates):
    table = estates.with_suffix(".dbf")
    table.write_bytes(dbf({"名称": list("甲乙丙丁"), "户数": [1, 2, 3, 4]}).replace(b"2.000000", b"********"))
    log = ProblemLog()
    raw = read_vector(estates, None, log)
    assert raw.table["户数"].isna().tolist() == [False, True, False, False]
    assert [(p.code, p.feature, p.text.values["field"]) for p in log] == [("number_stars", 2, "户数")]


def test_an_empty_shp_has_an_empty_index(tmp_path):
    path = write_layer(tmp_path / "estates.shp", [])
    assert len(read_index(path, None).offset) == 0


@pytest.mark.parametrize(
    ("cpg", "text", "encoding", "said"),
    [
        ("", "筼筜花园", "gb18030", []),
        ("UTF-8", "筼筜花园", "gb18030", ["encoding_contradicts"]),
        ("GBK", "筼筜花园", "utf-8", ["encoding_contradicts"]),
        ("GBK", "筼筜花园", "gb18030", []),
        ("UTF-8", "plain", "utf-8", []),
        ("GBK", "Lÿ1 Nord", "latin-1", ["encoding_contradicts"]),
    ],
)
def test_a_label_that_contradicts_the_bytes_is_said(tmp_path, cpg, text, encoding, said):
    path = write_layer(tmp_path / "a.shp", squares(1), {"name": [text]}, encoding=encoding, cpg=cpg)
    raw, found = read(path)
    assert raw.table["name"].tolist() == [text]
    assert [code for code, _ in found] == said
