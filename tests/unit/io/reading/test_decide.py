"""What a layer is read as when its name does not say it, and what is said where it can be wrong."""

from __future__ import annotations

import shutil

import pytest

from bigmap.base import i18n
from bigmap.cli.main import main
from bigmap.core.sources.layers import Role
from bigmap.core.sources.source_options import SourceOptions
from bigmap.io.reading.folder import read_folder
from bigmap.io.reading.folder_survey import survey_folder
from tests.helpers.shapefiles import squares, street, write_layer

KML = """<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>{folder}</name>{marks}</Folder>
</Document></kml>"""
MARK = (
    "<Placemark><name>{name}</name><Polygon><outerBoundaryIs><LinearRing><coordinates>{x},24.48 {x}5,24.48 "
    "{x}5,24.485 {x},24.485 {x},24.48</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
)
NAMES = ["甲苑", "乙苑", "丙苑"]


@pytest.fixture(autouse=True)
def same_language():
    before = i18n.current()
    yield
    i18n.use(before)


@pytest.fixture
def town(tmp_path):
    folder = tmp_path / "town"
    folder.mkdir()
    write_layer(folder / "estates.shp", squares(3), {"小区名称": NAMES, "户数": [30, 20, 10]})
    write_layer(folder / "roads.shp", street(1), {"道路名称": ["一路"]})
    return folder


def run(town, tmp_path, *options):
    words = ["plan", str(town), "--out", str(tmp_path / "out"), "--zones", "1", "--quiet", "--lang", "en"]
    return main([*words, *options])


def decisions(capsys):
    """Return the lines that ask for a decision."""
    return [line for line in capsys.readouterr().out.splitlines() if line.startswith("! ")]


def test_a_role_told_by_fields_alone_is_said_on_the_screen_and_in_the_list(town, tmp_path, capsys):
    write_layer(town / "data.shp", squares(2, 400.0), {"层数": [6, 7]})
    run(town, tmp_path)
    assert "data.shp is taken as buildings by its fields alone" in "".join(capsys.readouterr())
    rows = (tmp_path / "out" / "problems.csv").read_text(encoding="utf-8-sig").splitlines()
    assert sum("data.shp" in row and "by its fields alone" in row for row in rows) == 1
    chosen = read_folder(town, choices={"data.shp": SourceOptions(role=Role.PUBLIC)})
    assert [layer.role for layer in chosen.layers if layer.file.stem == "data"] == [Role.PUBLIC]
    assert "role_guessed" not in {p.code for p in chosen.problems}


def test_a_layer_whose_name_contradicts_that_of_its_file_is_a_doubt(tmp_path):
    marks = "".join(MARK.format(name=f"苑{i}", x=f"118.{i}") for i in range(1, 4))
    (tmp_path / "小区边界.kml").write_text(KML.format(folder="片区", marks=marks), encoding="utf-8")
    layers = read_folder(tmp_path)
    (problem,) = (p for p in layers.problems if p.code == "names_contradict")
    assert problem.what.role.render("en") == "zones"
    assert problem.what.other.render("en") == "estates"
    assert problem.file.startswith("小区边界.kml")


def test_where_most_is_set_aside_the_command_says_so_first(town, tmp_path, capsys):
    write_layer(town / "XYZ.shp", squares(5, 400.0))
    assert run(town, tmp_path) == 3
    assert "5 of 9 features" in decisions(capsys)[0]
    for part in list(town.glob("XYZ.*")):
        part.unlink()
    write_layer(town / "XYZ.shp", squares(4, 400.0))
    assert "greater_part_aside" not in {p.code for p in read_folder(town).problems}


def test_a_missed_file_is_the_first_thing_said(town, tmp_path, capsys):
    (town / "buildings.gpkg").write_bytes(b"no database")
    assert run(town, tmp_path) == 3
    assert decisions(capsys)[0].startswith("! buildings.gpkg: Left aside")


def test_estates_that_are_empty_are_missed_where_nothing_else_gives_them(town):
    write_layer(town / "estates.shp", [])
    write_layer(town / "buildings.shp", squares(2))
    (problem,) = (p for p in read_folder(town).problems if p.file == "estates.shp")
    assert problem.code == "source_lost"


def test_the_dialog_shows_the_roles_that_a_plan_takes(town):
    """Copies, second boundaries, guesses and empty layers too."""
    write_layer(town / "estates - 副本.shp", squares(3), {"小区名称": NAMES})
    write_layer(town / "data.shp", squares(2, 400.0), {"层数": [6, 7]})
    write_layer(town / "boundary.shp", squares(1))
    write_layer(town / "boundary_all.shp", squares(1))
    write_layer(town / "grid250.shp", squares(1))
    write_layer(town / "public.shp", [])
    taken = {layer.file.name: layer.role for layer in read_folder(town).layers}
    shown = {survey.file.name: survey.role for survey in survey_folder([town])}
    assert {file: role for file, role in shown.items() if role != Role.UNKNOWN} == taken
    aside = {"estates - 副本.shp", "boundary_all.shp", "grid250.shp", "public.shp"}
    assert set(shown) - set(taken) == aside


def test_the_other_state_is_read_where_the_planner_chooses_it(town):
    for part in list(town.glob("estates.*")):
        shutil.copy(part, part.with_stem("estates_20240301"))
    choices = {
        "estates.shp": SourceOptions(skip=True),
        "estates_20240301.shp": SourceOptions(role=Role.ESTATES),
    }
    layers = read_folder(town, choices=choices)
    assert [layer.file.name for layer in layers.of(Role.ESTATES)] == ["estates_20240301.shp"]
