"""The fourteen nasty fixtures that a reader of planners' files should own, F1 to F14, from file to result.

Each is made by hand here, read as a planner's folder is read, and fails when what it guards breaks. Finer
cases of the same matters stand beside the modules concerned.
"""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from pyproj import CRS
from shapely import LineString, MultiPolygon, Polygon, box

from bigmap.base.errors import UserError
from bigmap.base.problem_kind import Severity
from bigmap.base.problems import ProblemLog
from bigmap.core.clean.cleaning import clean
from bigmap.core.coverage.proof import check_coverage
from bigmap.core.crs.gcj02 import to_gcj02
from bigmap.core.crs.local_grid import LocalGrid
from bigmap.core.sources.layers import Role
from bigmap.core.units.build_units import build_units
from bigmap.io.formats.raw_layer import read_vector
from bigmap.io.reading.folder import read_folder
from bigmap.io.writing.exchange_layers import zones_layer
from bigmap.io.writing.geojson import write_geojson
from tests.helpers.districts import XIAMEN, district, moved
from tests.helpers.plans import grid_plan
from tests.helpers.shapefiles import X0, Y0, squares, street, write_layer
from tests.helpers.towns import sources
from tests.unit.core.coverage.test_proof import drawn

NAMES = ["筼筜街道", "后垵小区", "墘头里"]


def read(path):
    log = ProblemLog()
    return read_vector(path, None, log), log


def estates(tmp_path, columns, shapes=None, **how):
    return write_layer(tmp_path / "estates.shp", shapes or squares(3), columns, **how)


def coded(log):
    return {p.code for p in log}


# --- F1 to F5: text ---------------------------------------------------------------------------------------


def test_f1_gbk_without_cpg_and_language_byte(tmp_path):
    raw, _ = read(estates(tmp_path, {"名称": NAMES}, ldid=0))
    assert raw.table["名称"].tolist() == NAMES
    assert raw.encoding.encoding == "GB18030"


@pytest.mark.parametrize("cpg", ["GB2312", "OEM", "ANSI 936", "utf-8 \n"])
def test_f2_a_cpg_that_is_wrong_odd_or_ends_in_a_line(tmp_path, cpg):
    raw, log = read(estates(tmp_path, {"名称": NAMES}, cpg=cpg))
    assert raw.table["名称"].tolist() == NAMES
    assert ("encoding_contradicts" in coded(log)) == cpg.startswith("utf-8")


def test_f3_utf8_without_cpg_is_not_read_as_gbk(tmp_path):
    raw, _ = read(estates(tmp_path, {"小区": NAMES}, encoding="utf-8"))
    assert raw.encoding.encoding == "UTF-8"
    assert raw.table["小区"].tolist() == NAMES
    assert "灏" not in "".join(raw.table.columns)


def test_f4_words_whose_gbk_is_valid_utf8(tmp_path):
    raw, _ = read(estates(tmp_path, {"TYPE": ["小学", "学校", "路"]}))
    assert raw.table["TYPE"].tolist() == ["小学", "学校", "路"]
    assert raw.encoding.encoding == "GB18030"


def test_f5_field_names_cut_in_mid_character_and_equal_after_it(tmp_path):
    columns = {"小区名称": NAMES, "a物业服务企业": ["甲", "乙", "丙"], "a物业服务电话": ["1", "2", "3"]}
    raw, _ = read(estates(tmp_path, columns, encoding="utf-8"))
    assert list(raw.table.columns) == ["小区名", "a物业服", "a物业服_1"]
    assert [raw.table[name].tolist() for name in raw.table.columns] == list(columns.values())
    written = (tmp_path / "estates.dbf").read_bytes()
    assert "小区名称".encode()[:10] in written  # the planner's file keeps its bytes


# --- F6 to F8: coordinate systems -------------------------------------------------------------------------


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("code", [4548, 4527, 4549, 3857])
def test_f6_point_a_in_every_system_without_a_label(tmp_path, code, swapped):
    turned = lambda xy: xy[:, ::-1] if swapped else xy  # noqa: E731
    shapes = [shapely.transform(s, turned) for s in in_system(squares(3), CRS.from_epsg(code))]
    estates(tmp_path, {"名称": NAMES}, shapes, crs=None)
    layers = read_folder(tmp_path, near=XIAMEN)
    (layer,) = layers.layers
    assert layer.frame.crs.to_epsg() == code
    assert layer.frame.to_crs(4548).total_bounds[:2] == pytest.approx((X0, Y0), abs=0.1)
    assert coded(layers.problems) >= {"crs_guessed"}


def test_f6_point_a_in_xiamens_own_grid_is_asked_with_that_grid_first(tmp_path):
    grid = LocalGrid(118.5, 100_000, -2_700_000)
    estates(tmp_path, {"名称": NAMES}, in_system(squares(3), grid.crs), crs=None)
    with pytest.raises(UserError) as refused:
        read_folder(tmp_path, near=XIAMEN)
    first = str(refused.value).index("+lon_0=118.5 +x_0=100000 +y_0=-2700000")
    assert first < str(refused.value).find("+lon_0=117") or "+lon_0=117" not in str(refused.value)


def in_system(shapes, crs):
    import geopandas as gpd

    return list(gpd.GeoSeries(shapes, crs=4548).to_crs(crs))


def test_f7_estates_of_a_web_map_over_true_roads(tmp_path):
    town = district(XIAMEN)
    for name, frame in town.items():
        laid = moved(frame, to_gcj02) if name == "estates" else frame
        write_layer(tmp_path / f"{name}.shp", list(laid.geometry), crs="EPSG:4490")
    layers = read_folder(tmp_path)
    (problem,) = [p for p in layers.problems if p.code == "shifted"]
    assert (problem.file, problem.severity) == ("estates.shp", Severity.DOUBT)
    assert problem.text.values["metres"] == pytest.approx(583, abs=15)
    assert "GCJ-02" in problem.text.render("en")
    kept = moved(town["estates"], to_gcj02).total_bounds
    assert layers.of(Role.ESTATES)[0].frame.total_bounds == pytest.approx(kept)  # nothing is moved silently


def test_f8_xian_80_has_no_official_shift(tmp_path):
    estates(tmp_path, {"名称": NAMES}, crs="EPSG:2384")
    problems = {p.code: p for p in read_folder(tmp_path).problems}
    assert "No official shift" in problems["no_datum_shift"].text.render("en")


# --- F9: shapes -------------------------------------------------------------------------------------------


def test_f9_odd_shapes_are_mended_or_told_with_the_name_of_the_estate(tmp_path):
    def here(*ring):
        return Polygon([(X0 + x, Y0 + y) for x, y in ring])

    whole = squares(9)
    spiked = here((240, 0), (340, 0), (340, 50), (640, 50.01), (340, 50.02), (340, 100), (240, 100))
    shapes = {
        "蝴蝶": here((0, 0), (100, 100), (100, 0), (0, 100)),
        "毛刺": spiked,
        "原": whole[4],
        "原二": whole[4],
        "高": shapely.force_3d(whole[6], -1e38),
        "两块": MultiPolygon([whole[7], whole[8]]),
    }
    # Shapefiles hold one kind of shape with or without heights: a GeoPackage holds them all.
    write_gpkg(tmp_path / "estates.gpkg", shapes)
    layers = read_folder(tmp_path)
    made = clean(layers).estates.set_index("name")
    said = {(p.code, p.name) for p in layers.problems}
    assert ("invalid", "蝴蝶") in said
    assert made.geometry["蝴蝶"].area == pytest.approx(5000, rel=1e-4)
    assert ("spike", "毛刺") in said
    assert made.geometry["毛刺"].area == pytest.approx(1e4, rel=1e-3)
    assert ("same_ground", "原二") in said
    assert "原、原二" in made.index
    assert made.geometry["高"].area == pytest.approx(1e4)
    assert not made.geometry.has_z.any()
    assert made.geometry["两块"].area == pytest.approx(2e4)  # scattered parts mean one estate
    assert ("multipart", "两块") in said


def test_f9_a_cad_ring_with_a_gap_of_20_cm_is_closed(tmp_path):
    ring = [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0.2)]
    line = LineString([(X0 + x, Y0 + y) for x, y in ring])
    estates(tmp_path, {"名称": ["缺口"]}, [line])
    layers = read_folder(tmp_path)
    made = clean(layers).estates
    assert made.geometry.area.tolist() == pytest.approx([1e4], abs=25)
    assert any(p.name == "缺口" and p.severity != Severity.ERROR for p in layers.problems)


def write_gpkg(path, shapes):
    import geopandas as gpd

    frame = gpd.GeoDataFrame({"小区名称": list(shapes)}, geometry=list(shapes.values()), crs=4548)
    frame.to_file(path, engine="pyogrio")


# --- F10, F11: figures and codes --------------------------------------------------------------------------


def test_f10_units_mixed_in_one_column_are_told_and_never_changed_silently(tmp_path):
    columns = {
        "名称": ["甲园", "乙园", "丙园"],
        "总户数": ["约120户", "400", "300"],
        "建筑面积": [36_000.0, 3.95, 52_000.0],
        "收缴率": [85.0, 0.85, 0.9],
        "楼栋数": ["1-10幢", "6", "7幢"],
    }
    estates(tmp_path, columns)
    layers = read_folder(tmp_path)
    table = layers.of(Role.ESTATES)[0].frame.set_index("name")
    assert table["hh"].tolist() == [120, 400, 300]
    assert table["n_bldg"].tolist() == [10, 6, 7]
    assert table["gfa_m2"].tolist() == [36_000, 3.95, 52_000]  # suggested, not done
    (wan,) = [p for p in layers.problems if p.code == "unit_wan"]
    assert wan.name == "乙园"
    assert "39,500" in wan.text.render("en")
    assert table["collect"].tolist() == pytest.approx([0.85, 0.85, 0.9])
    assert {p.name for p in layers.problems if p.code.startswith("rate")} >= {"甲园"}
    rough = [p.text.render("en") for p in layers.problems if p.code == "number_rough" and p.feature == 1]
    assert all(
        any(text in said for said in rough)
        for text in ("“约120户” was read as 120", "“1-10幢” was read as 10")
    )


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("350203009001017", "350203009001017"),
        ("3502030090010017", "3502030090010017"),
        ("3.50203009001E+14", ""),
        ("3.50203009001002E+15", ""),
    ],
)
def test_f11_a_code_is_whole_or_refused_and_never_rounded(tmp_path, told, kept):
    estates(tmp_path, {"名称": NAMES, "小区编号": [told, "A2", "A3"]})
    layers = read_folder(tmp_path)
    assert layers.of(Role.ESTATES)[0].frame["code"].iloc[0] == kept
    lost = [p for p in layers.problems if p.code.startswith("code")]
    assert [p.feature for p in lost] == ([] if kept else [1])


# --- F12, F14: coverage -----------------------------------------------------------------------------------


def test_f12_sliver_strip_hole_and_overlap_between_zones():
    town = sources(box(0, 0, 1000, 100))
    hole = box(100, 30, 150, 70)
    one, two = box(0, 0, 300, 100).difference(hole), box(300.3, 0, 600, 100)
    three, four = box(603, 0, 800.5, 100), box(800, 0, 1000, 100)
    gaps = check_coverage(drawn(one, two, three, four), town, build_units(town)).gaps
    assert [(gap.kind, round(gap.area_m2, -1), gap.zones) for gap in gaps] == [
        ("gap", 2000, ("Z1",)),
        ("gap", 300, ("Z2", "Z3")),
        ("sliver", 30, ("Z1", "Z2")),
        ("overlap", 50, ("Z3", "Z4")),
    ]


def test_f13_the_first_feature_alone_tells_every_column_and_its_type(tmp_path):
    path = tmp_path / "zones.geojson"
    frame = zones_layer(grid_plan())
    write_geojson(frame, path, "zone_id")
    features = [f["properties"] for f in json.loads(path.read_text(encoding="utf-8"))["features"]]
    first = features[0]
    assert list(first) == [str(c) for c in frame.columns if c != frame.geometry.name]
    for other in features[1:]:
        assert list(other) == list(first)
        told = {name for name in first if other[name] is not None}
        assert all(first[name] is not None for name in told)
        assert all(
            isinstance(other[name], type(first[name])) or _numbers(other[name], first[name]) for name in told
        )


def _numbers(*values):
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)


def test_f14_a_gap_wholly_inside_a_zone_names_that_zone():
    town = sources(box(0, 0, 1000, 100))
    proof = check_coverage(
        drawn(box(0, 0, 1000, 100).difference(box(400, 40, 420, 60))), town, build_units(town)
    )
    (gap,) = proof.gaps
    assert (gap.kind, round(gap.area_m2), gap.zones) == ("gap", 400, ("Z1",))


def test_f14_an_estate_inside_another_is_told_with_both_names(tmp_path):
    outer, inner = squares(1)[0], box(X0 + 30, Y0 + 30, X0 + 60, Y0 + 60)
    estates(tmp_path, {"名称": ["外园", "内园"]}, [outer, inner])
    write_layer(tmp_path / "roads.shp", street())
    layers = read_folder(tmp_path)
    made = clean(layers).estates.set_index("name")
    assert {"外园", "内园"} <= set(made.index)
    (told,) = [p for p in layers.problems if p.code == "inside"]
    assert told.name == "内园"
    assert "外园" in told.text.render("en")
    assert np.isfinite(told.place).all()
