"""Small folders of each data model, read for good, through ``plan`` and as the import dialog sees them."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bigmap.cli.main import main
from bigmap.core.sources.layers import LayerSet, Role
from bigmap.core.sources.source_options import SourceOptions
from bigmap.io.reading.folder import read_folder
from bigmap.io.reading.folder_survey import survey_folder
from tests.helpers import sources

Write = Callable[[Path], object]


def shapefiles(layers: dict[str, list[sources.Row]]) -> Write:
    def write(folder: Path) -> None:
        for name, rows in layers.items():
            sources.write(folder / f"{name}.shp", rows)

    return write


def geopackage(layers: dict[str, list[sources.Row]], name: str = "数据.gpkg") -> Write:
    def write(folder: Path) -> None:
        for layer, rows in layers.items():
            sources.write(folder / name, rows, layer=layer)

    return write


def lower(layers: dict[str, list[sources.Row]]) -> dict[str, list[sources.Row]]:
    """Return layers with names and fields in lower case, and an ending."""
    return {
        f"{name.lower()}_py": [({k.lower(): v for k, v in values.items()}, shape) for values, shape in rows]
        for name, rows in layers.items()
    }


NATIONAL = {"boundary": 1, "buildings": 2, "roads": 3, "exclusions": 1, "barriers": 1, "green": 1}
SURVEY = {
    "boundary": 1,
    "communities": 2,
    "public": 1,
    "roads": 1,
    "exclusions": 2,
    "green": 1,
    "barriers": 1,
}
OSM = {"estates": 1, "buildings": 1, "public": 1, "exclusions": 1, "green": 1, "roads": 1, "barriers": 1}
CASS = {"estates": 1, "buildings": 3, "roads": 1, "exclusions": 1, "green": 1}
FOLDERS: dict[str, tuple[Write, dict[str, int]]] = {
    "national": (shapefiles(sources.NATIONAL), NATIONAL),
    "national, lower case": (shapefiles(lower(sources.NATIONAL)), NATIONAL),
    "national, geopackage": (geopackage(sources.NATIONAL), NATIONAL),
    "survey": (shapefiles(sources.SURVEY), SURVEY),
    "survey, geodatabase": (geopackage(sources.SURVEY, "三调.gdb"), SURVEY),
    "register": (shapefiles(sources.REGISTER), {"buildings": 1, "public": 1, "estates": 1}),
    "geofabrik": (
        sources.geofabrik,
        {"boundary": 1, "estates": 1, "public": 2, "roads": 3, "exclusions": 1, "green": 2},
    ),
    "overture": (
        sources.overture,
        {
            "boundary": 1,
            "estates": 1,
            "buildings": 1,
            "public": 2,
            "roads": 1,
            "exclusions": 1,
            "green": 1,
            "barriers": 1,
        },
    ),
    "quickosm": (sources.quickosm, OSM),
    "osm": (lambda folder: sources.osm_xml(folder / "厦门.osm"), OSM),
    "pbf": (lambda folder: sources.osm_pbf(folder / "xiamen.osm.pbf"), OSM),
    "cass": (lambda folder: sources.cass_drawing(folder / "地形图.dxf"), CASS),
    "cass on one layer": (lambda folder: sources.cass_drawing(folder / "地形图.dxf", renamed="0"), CASS),
    "cass without codes": (lambda folder: sources.cass_drawing(folder / "地形图.dxf", codes=False), CASS),
    "amap": (lambda folder: sources.amap_table(folder / "厦门AOI.csv"), {"estates": 2, "public": 1}),
}
PLACE = {"crs": sources.CRS}


def read(folder: Path, kind: str, **options) -> LayerSet:
    if kind.startswith("cass"):
        from pyproj import CRS

        options.setdefault("crs", CRS(sources.CRS))
    return read_folder(folder, **options)


def counts(found: LayerSet) -> dict[str, int]:
    held: dict[str, int] = {}
    for layer in found.layers:
        held[layer.role.value] = held.get(layer.role.value, 0) + layer.features
    return held


@pytest.mark.parametrize("kind", FOLDERS)
def test_each_row_is_read_for_its_role_and_the_dialog_sees_the_same(tmp_path, kind):
    write, wanted = FOLDERS[kind]
    write(tmp_path)
    found = read(tmp_path, kind)
    assert counts(found) == wanted
    seen: dict[str, int] = {}
    for survey in survey_folder([tmp_path]):
        assert survey.model is not None
        for role, n in survey.by_row:
            seen[role.value] = seen.get(role.value, 0) + n
    assert seen == wanted
    assert {p.code for p in found.problems} >= {"read_by_model"}


def test_what_is_set_aside_is_counted_with_the_model_and_the_reason(tmp_path):
    sources.geofabrik(tmp_path)
    said = [(p.file, p.text.render("en")) for p in read_folder(tmp_path).problems if p.code == "set_aside"]
    assert ("gis_osm_landuse_a_free_1.shp", 2) in [
        (file, text.count("1 of its features") + 1) for file, text in said
    ]
    aside = {file for file, _ in said}
    assert {"gis_osm_waterways_free_1.shp", "gis_osm_traffic_a_free_1.shp"} <= aside
    assert all("OpenStreetMap by Geofabrik" in text for _, text in said)


def test_the_frame_of_a_drawing_does_not_widen_its_bounds(tmp_path):
    sources.cass_drawing(tmp_path / "地形图.dxf")
    for layer in read(tmp_path, "cass").layers:
        x0, y0, x1, y1 = layer.frame.total_bounds
        assert max(x1 - x0, y1 - y0) < 200


def test_floors_and_names_stand_in_the_outlines_of_a_drawing(tmp_path):
    sources.cass_drawing(tmp_path / "地形图.dxf")
    found = read(tmp_path, "cass")
    houses = found.of(Role.BUILDINGS)[0].frame
    assert houses["floors"].fillna(0).tolist() == [18, 4, 0]
    assert houses["hh"].isna().tolist() == [True, True, False]
    assert found.of(Role.ESTATES)[0].frame["name"].tolist() == ["禾祥花园"]
    road = found.of(Role.ROADS)[0].frame
    assert (road["width_m"].tolist(), road["name"].tolist()) == ([12], ["湖滨南路"])
    assert road.geometry.iloc[0].area == pytest.approx(140 * 12)


def test_an_outline_of_amap_in_two_rings_and_a_place_without_one(tmp_path):
    sources.amap_table(tmp_path / "厦门AOI.csv")
    (estates,) = read_folder(tmp_path).of(Role.ESTATES)
    assert estates.frame.geometry.geom_type.tolist() == ["MultiPolygon", "Point"]
    assert estates.frame["name"].tolist() == ["禾祥花园", "无边界小区"]


def test_planned_layers_are_used_when_asked_and_lines_only_where_no_other_gives_roads(tmp_path):
    shapefiles(sources.PLAN)(tmp_path)
    found = read_folder(tmp_path)
    assert counts(found) == {"roads": 2}
    assert [p.file for p in found.problems if p.code == "role_doubt"] == [
        "gh_kg_dlbx_ln.shp",
        "gh_kg_dlzx_ln.shp",
    ]
    asked = read_folder(tmp_path, choices={"XG_GHDK.shp": SourceOptions(role=Role.ESTATES)})
    assert counts(asked) == {"roads": 2, "estates": 1}
    assert asked.of(Role.ESTATES)[0].frame["gfa_m2"].isna().all()
    sources.write(tmp_path / "市政道路.gpkg", [({"道路名称": "甲路"}, sources.line((0, 0), (99, 0)))])
    assert {layer.file.name for layer in read_folder(tmp_path).of(Role.ROADS)} == {"市政道路.gpkg"}


def test_a_boundary_that_the_planner_drew_goes_before_that_of_a_model(tmp_path):
    shapefiles(sources.SURVEY)(tmp_path)
    sources.write(tmp_path / "街道边界.gpkg", [({"街道名称": "甲街道"}, sources.area(0, 0, 290, 150))])
    found = read_folder(tmp_path)
    assert [layer.file.name for layer in found.of(Role.BOUNDARY)] == ["街道边界.gpkg"]
    assert [p.file for p in found.problems if p.code == "second_boundary"] == ["XZQ.shp"]


def test_files_told_on_the_command_line_are_split_too_and_keep_others_of_their_role_out(tmp_path):
    sources.geofabrik(tmp_path)
    told = read_folder(tmp_path, {Role.ESTATES: tmp_path / "gis_osm_landuse_a_free_1.shp"})
    assert [len(layer.frame) for layer in told.of(Role.ESTATES)] == [2], "without a name too, since asked for"
    assert told.of(Role.GREEN)[0].file.name == "gis_osm_pois_a_free_1.shp"


def test_points_are_no_boundary_and_no_communities(tmp_path):
    sources.write(tmp_path / "街道边界.gpkg", [({"街道名称": "甲街道"}, sources.area(0, 0, 290, 150))])
    for name in ("街道办事处", "居委会办公点", "街道"):
        sources.write(tmp_path / f"{name}.shp", [({"名称": name}, sources.area(0, 0, 2, 2).centroid)])
    found = read_folder(tmp_path)
    assert counts(found) == {"boundary": 1}
    assert {p.file for p in found.problems} >= {"街道办事处.shp", "居委会办公点.shp", "街道.shp"}


def test_a_layer_of_houses_called_fw_is_no_boundary(tmp_path):
    house = {"CS": 6, "JG": "混", "HS": 12}
    sources.write(
        tmp_path / "FW.shp", [(house, sources.area(0, 0, 20, 10)), (house, sources.area(30, 0, 20, 10))]
    )
    (layer,) = read_folder(tmp_path).layers
    assert layer.role == Role.BUILDINGS
    assert layer.frame["floors"].tolist() == [6, 6]


def test_layers_of_a_drawing_that_nobody_knows_are_named_in_one_sentence(tmp_path):
    from tests.helpers.drawings import drawing

    (tmp_path / "cad.dxf").write_bytes(drawing(["小区边界", "甲", "乙", "丙"]))
    said = [str(p.text) for p in read(tmp_path, "cass").problems if p.code == "left_aside"]
    assert len(said) == 1
    assert all(name in said[0] for name in "甲乙丙")


# --- through the command ------------------------------------------------------------------------------------


def planned(folder: Path, out: Path, *more: str) -> tuple[int, dict, list[dict[str, str]]]:
    code = main(["plan", str(folder), "--out", str(out), "--zones", "1", "--lang", "en", "--quiet", *more])
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    with (out / "problems.csv").open(encoding="utf-8-sig") as file:
        return code, report, list(csv.reader(file))


def units(out: Path) -> dict[str, list[str]]:
    held: dict[str, list[str]] = {}
    for feature in json.loads((out / "units.geojson").read_text(encoding="utf-8"))["features"]:
        held.setdefault(feature["properties"]["kind"], []).append(feature["properties"]["name"])
    return held


@pytest.mark.parametrize("kind", ["national", "survey", "geofabrik", "cass"])
def test_plan_of_a_folder_as_it_came(tmp_path, kind):
    write, wanted = FOLDERS[kind]
    write(tmp_path / "in")
    more = ("--crs", "4548") if kind == "cass" else ()
    code, report, rows = planned(tmp_path / "in", tmp_path / "out", *more)
    assert code in {0, 3}
    assert {row["role"] for row in report["inputs"]} == set(wanted)
    assert any(row[1] == "read_by_model" for row in rows)
    found = units(tmp_path / "out")
    assert ("green" in found) == (kind != "cass"), "the lawn lies outside the boundary that was proposed"
    assert ("estate" in found) == ("estates" in wanted)
    if kind == "geofabrik":
        assert found["estate"] == ["禾祥花园"]
        assert set(found["green"]) == {"白鹭洲公园"}


def test_where_most_is_set_aside_that_is_the_first_decision(tmp_path, capsys):
    inside = tmp_path / "in"
    sources.write(inside / "小区边界.gpkg", [({"小区名称": "甲", "户数": 10}, sources.area(0, 0, 90, 90))])
    for name in ("aaa", "bbb"):
        sources.write(inside / f"{name}.shp", [({"x1": 1}, sources.area(0, 0, 9, 9))])
    code, _, rows = planned(inside, tmp_path / "out")
    decided = [line for line in capsys.readouterr().out.splitlines() if line.startswith("!")]
    assert code == 3
    assert decided[0].startswith("! The greater part of what was given is not used: 2 of 3 features")
    assert "aaa.shp" in decided[0]
    assert any(row[1] == "greater_part_aside" for row in rows)


def test_a_role_that_is_a_guess_is_said_on_the_screen_and_in_the_list(tmp_path, capsys):
    inside = tmp_path / "in"
    sources.write(inside / "小区边界.gpkg", [({"小区名称": "甲", "户数": 10}, sources.area(0, 0, 90, 90))])
    sources.write(
        inside / "图层1.gpkg", [({"道路名称": "甲路", "路宽": 9.0}, sources.line((0, -9), (99, -9)))]
    )
    _, _, rows = planned(inside, tmp_path / "out")
    assert [row[3] for row in rows if row[1] == "role_guessed"] == ["图层1.gpkg"]
    assert "is taken as roads by its fields alone" in capsys.readouterr().out
