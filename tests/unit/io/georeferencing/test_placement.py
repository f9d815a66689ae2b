"""Whole folders: what is taken, what is said, what is refused."""

import numpy as np
import pytest
import shapely
from pyproj import CRS

from bigmap.base import i18n
from bigmap.base.errors import UserError
from bigmap.cli import main
from bigmap.core.crs.gcj02 import to_bd09, to_gcj02, unshifted
from bigmap.core.crs.local_grid import LocalGrid
from bigmap.core.sources.layers import Role
from bigmap.io.reading.folder import read_folder
from tests.helpers.districts import XIAMEN, district, moved, plane
from tests.helpers.shapefiles import X0, Y0, squares, street, write_layer

OWN_GRID = LocalGrid(118.5, 100_000, -2_700_000)
LABELS = {"crs_guessed", "crs_contradicts", "crs_elsewhere", "wrong_zone", "shifted", "no_datum_shift"}


@pytest.fixture(autouse=True)
def english():
    before = i18n.current()
    i18n.use("en")
    yield
    i18n.use(before)


@pytest.fixture
def street_office(tmp_path):
    """Return a folder with a boundary in degrees; other layers are written beside it."""
    around = [shapely.box(X0 - 50, Y0 - 50, X0 + 800, Y0 + 150)]
    write_layer(tmp_path / "boundary.shp", in_system(around, 4490), crs="EPSG:4490")
    return tmp_path


def in_system(shapes, crs):
    import geopandas as gpd

    return list(gpd.GeoSeries(shapes, crs=4548).to_crs(crs))


def estates(folder, crs, label=None, edit=lambda xy: xy):
    """Write squares in a system, with the label of another or none."""
    shapes = [shapely.transform(s, edit) for s in in_system(squares(6), crs)]
    path = write_layer(folder / "estates.shp", shapes, crs=None)
    if label is not None:
        path.with_suffix(".prj").write_text(CRS.from_user_input(label).to_wkt("WKT1_ESRI"))
    return path


def home(layers, role=Role.ESTATES):
    """Return the south-west corner of a layer in EPSG:4548."""
    return tuple(layers.of(role)[0].frame.to_crs(4548).total_bounds[:2])


def said(layers):
    return {p.code for p in layers.problems} & LABELS


HERE = pytest.approx((X0, Y0), abs=0.1)


# --- F6: without a label, beside a layer that tells its place --------------------------------------


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("crs", [4490, 4548, 4527, 4549, 3857])
def test_numbers_without_a_label_are_placed_beside_the_others(street_office, crs, swapped):
    estates(street_office, crs, edit=lambda xy: xy[:, ::-1] if swapped else xy)
    layers = read_folder(street_office)
    assert home(layers) == HERE
    assert said(layers) == {"crs_guessed"}
    note = layers.of(Role.ESTATES)[0].guessed[0].render("en")
    assert "% sure" in note


def test_millimetres(street_office):
    estates(street_office, 4548, edit=lambda xy: xy * 1000)
    layers = read_folder(street_office)
    assert home(layers) == HERE
    assert "millimetres" in next(str(p.text) for p in layers.problems if p.code == "crs_guessed")


def test_a_grid_of_the_citys_own_is_asked_for_with_its_template_first(street_office):
    estates(street_office, OWN_GRID.crs)
    with pytest.raises(UserError) as refused:
        read_folder(street_office)
    text = str(refused.value)
    assert text.startswith("estates.shp")
    assert "+lon_0=118.5 +x_0=100000 +y_0=-2700000" in text
    assert "(118.09°, 24.48°)" in text
    assert "--control-points" in text


def test_the_template_given_back_places_it(street_office):
    estates(street_office, OWN_GRID.crs)
    layers = read_folder(street_office, crs=CRS.from_user_input(OWN_GRID.proj))
    assert home(layers) == pytest.approx((X0, Y0), abs=0.5)
    assert said(layers) == {"no_datum_shift"}


def test_bare_metres_alone_are_placed_where_the_project_lies(tmp_path):
    estates(tmp_path, 4549)
    layers = read_folder(tmp_path, near=XIAMEN)
    assert layers.layers[0].frame.crs.to_epsg() == 4549
    assert said(layers) == {"crs_guessed"}


def test_bare_metres_alone_are_refused_with_the_likeliest_readings(tmp_path):
    estates(tmp_path, 4548)
    with pytest.raises(UserError) as refused:
        read_folder(tmp_path)
    text = str(refused.value)
    assert text.count("EPSG:") == 3
    assert "EPSG:4548 (118.0" in text
    assert "--crs" in text


# --- labels that lie ---------------------------------------------------------------------------------


def test_degrees_said_over_metres_alone_are_refused(tmp_path):
    estates(tmp_path, 4548, label=4326)
    with pytest.raises(UserError, match=r"estates\.shp says EPSG:4326.*cannot be.*EPSG:4548"):
        read_folder(tmp_path)


def test_a_label_with_zone_over_numbers_without_gives_its_twin(tmp_path):
    estates(tmp_path, 4548, label=4527)
    layers = read_folder(tmp_path)
    assert layers.layers[0].frame.crs.to_epsg() == 4548
    assert said(layers) == {"crs_contradicts", "crs_guessed"}


def test_exchanged_axes_under_a_label_keep_its_meridian_and_datum(tmp_path):
    estates(tmp_path, 4548, label=2384, edit=lambda xy: xy[:, ::-1])
    layers = read_folder(tmp_path)
    assert layers.layers[0].frame.crs.to_epsg() == 2384
    assert layers.layers[0].frame.total_bounds[0] == pytest.approx(X0, abs=0.1)
    assert said(layers) == {"crs_contradicts", "crs_guessed", "no_datum_shift"}


def test_a_label_of_the_next_zone_is_found_out_by_the_others(street_office):
    estates(street_office, 4548, label=4547)
    layers = read_folder(street_office)
    assert home(layers) == HERE
    assert said(layers) == {"crs_elsewhere", "crs_guessed"}
    text = next(str(p.text) for p in layers.problems if p.code == "crs_elsewhere")
    assert "EPSG:4547" in text
    assert "30" in text  # 304 km


def test_two_against_one_settle_it_among_bare_metres(tmp_path):
    estates(tmp_path, 4548, label=4547)
    write_layer(tmp_path / "roads.shp", street())
    write_layer(tmp_path / "buildings.shp", squares(3, 10.0))
    layers = read_folder(tmp_path)
    assert {layer.frame.crs.to_epsg() for layer in layers.layers} == {4548}


def test_one_against_one_is_asked(tmp_path):
    estates(tmp_path, 4548, label=4547)
    write_layer(tmp_path / "roads.shp", street())
    with pytest.raises(UserError) as refused:
        read_folder(tmp_path)
    assert all(word in str(refused.value) for word in ("estates.shp", "EPSG:4547", "roads.shp", "EPSG:4548"))


def test_a_layer_that_truly_lies_elsewhere_keeps_its_label(street_office):
    far = [shapely.box(116.40, 39.90, 116.41, 39.91)]
    write_layer(street_office / "estates.shp", far, crs="EPSG:4326")
    layers = read_folder(street_office)
    assert layers.of(Role.ESTATES)[0].frame.total_bounds[0] == pytest.approx(116.40)
    assert said(layers) == set()


def test_a_layer_drawn_in_the_wrong_zone_is_doubted_and_lies_where_it_lies(tmp_path):
    """Easting 1.2 million: a true reading, seven degrees from its meridian."""
    estates(tmp_path, 4508, label=4508)
    layers = read_folder(tmp_path)
    assert home(layers) == HERE
    assert said(layers) == {"wrong_zone"}


def test_a_grid_of_the_planners_own_in_the_label_is_used(street_office):
    estates(street_office, OWN_GRID.crs, label=OWN_GRID.proj)
    layers = read_folder(street_office)
    assert home(layers) == pytest.approx((X0, Y0), abs=0.5)
    assert "crs_guessed" not in said(layers)


@pytest.mark.parametrize("code", [4610, 2363, 2384, 4214, 2436, 4796])
def test_an_old_datum_is_doubted(tmp_path, code):
    estates(tmp_path, code, label=code)
    assert said(read_folder(tmp_path)) == {"no_datum_shift"}


def test_krassovsky_abroad_is_not_chinas(tmp_path):
    moscow = [shapely.box(37.5, 55.7, 37.51, 55.71)]
    write_layer(tmp_path / "estates.shp", moscow, crs="EPSG:4284")
    assert said(read_folder(tmp_path)) == set()


def test_two_systems_in_one_file_are_doubted(tmp_path):
    mixed = squares(4) + [shapely.transform(s, lambda xy: xy - [0, 900_000]) for s in squares(4)]
    write_layer(tmp_path / "estates.shp", mixed)
    assert "too_wide" in {p.code for p in read_folder(tmp_path).problems}


# --- F7: layers that do not meet --------------------------------------------------------------------


@pytest.fixture(scope="module")
def town():
    return district(XIAMEN)


def write_town(folder, town, **moves):
    for name, frame in town.items():
        laid = moved(frame, moves[name]) if name in moves else frame
        write_layer(folder / f"{name}.shp", list(laid.geometry), crs="EPSG:4326")


def test_estates_of_a_web_map_are_noticed_and_not_moved(tmp_path, town):
    write_town(tmp_path, town, estates=to_gcj02)
    layers = read_folder(tmp_path)
    (problem,) = [p for p in layers.problems if p.code == "shifted"]
    assert problem.file == "estates.shp"
    metres = float(str(problem.text).split("about ")[1].split(" m")[0])
    assert metres == pytest.approx(583, abs=15)
    assert all(word in str(problem.text) for word in ("GCJ-02", "south-east", "--shift estates.shp=gcj02"))
    left = moved(town["estates"], to_gcj02).total_bounds
    assert layers.of(Role.ESTATES)[0].frame.total_bounds == pytest.approx(left)


def test_chinese_names_the_direction(tmp_path, town):
    write_town(tmp_path, town, estates=to_gcj02)
    (problem,) = [p for p in read_folder(tmp_path).problems if p.code == "shifted"]
    assert "向东南偏移" in problem.text.render("zh")


def test_layers_that_meet_are_not_doubted(tmp_path, town):
    write_town(tmp_path, town)
    assert said(read_folder(tmp_path)) == set()


@pytest.mark.parametrize("name", ["estates.shp", "estates"])
def test_a_shift_is_taken_back_when_told(tmp_path, town, name):
    write_town(tmp_path, town, estates=to_bd09)
    layers = read_folder(tmp_path, shifts={name: "bd09"})
    assert [p.code for p in layers.problems] == ["unshifted"]
    back = layers.of(Role.ESTATES)[0].frame.to_crs(plane(XIAMEN)).total_bounds
    assert back == pytest.approx(town["estates"].to_crs(plane(XIAMEN)).total_bounds, abs=1e-3)
    assert "BD-09" in str(layers.of(Role.ESTATES)[0].guessed[-1])


def test_a_shift_is_taken_back_in_metres_too(tmp_path, town):
    write_town(tmp_path, town)
    metric = moved(town["roads"], to_gcj02).to_crs(4548)
    write_layer(tmp_path / "roads.shp", list(metric.geometry))
    frame = read_folder(tmp_path, shifts={"roads.shp": "gcj02"}).of(Role.ROADS)[0].frame
    assert frame.crs.to_epsg() == 4548
    assert frame.total_bounds == pytest.approx(town["roads"].to_crs(4548).total_bounds, abs=1e-3)


def test_baidus_mercator_is_placed_and_its_degrees_noticed(tmp_path, town):
    from bigmap.core.crs import baidu_mercator

    write_town(tmp_path, town)
    baidu = moved(town["estates"], to_bd09).set_crs(baidu_mercator().geodetic_crs, allow_override=True)
    write_layer(tmp_path / "estates.shp", list(baidu.to_crs(baidu_mercator()).geometry), crs=None)
    layers = read_folder(tmp_path)
    assert said(layers) == {"crs_guessed", "shifted"}
    frame = read_folder(tmp_path, shifts={"estates": "bd09"}).of(Role.ESTATES)[0].frame
    assert frame.crs.to_epsg() == 4490
    assert frame.total_bounds == pytest.approx(town["estates"].total_bounds, abs=1e-7)


@pytest.mark.parametrize("shifts", [{"nothing.shp": "gcj02"}, {"estates.shp": "mars"}])
def test_a_shift_that_cannot_be(tmp_path, town, shifts):
    write_town(tmp_path, town)
    with pytest.raises(UserError, match="--shift"):
        read_folder(tmp_path, shifts=shifts)


# --- control points -----------------------------------------------------------------------------------


def turned(xy):
    """Return EPSG:4548 in a grid turned by 0.35° with an origin of its own."""
    c, s = np.cos(np.radians(0.35)), np.sin(np.radians(0.35))
    return (np.asarray(xy) - (X0 - 5000, Y0 - 3000)) @ np.array([[c, s], [-s, c]])


POINTS = np.array([(X0, Y0), (X0 + 700, Y0 + 20), (X0 + 200, Y0 + 600)])


def points_file(folder, heads="x,y,X,Y,EPSG", known=POINTS, local=None, last=",4548"):
    local = turned(POINTS) if local is None else local
    rows = [f"{x:.3f},{y:.3f},{u:.9f},{v:.9f}{last}" for (x, y), (u, v) in zip(local, known, strict=True)]
    path = folder / "points.csv"
    path.write_text("\n".join([heads, *rows]), encoding="utf-8-sig")
    return path


def test_layers_without_a_label_are_placed_by_points(tmp_path):
    estates(tmp_path, 4548, edit=turned)
    layers = read_folder(tmp_path, control_points=points_file(tmp_path))
    assert home(layers) == pytest.approx((X0, Y0), abs=0.01)
    (problem,) = [p for p in layers.problems if p.code == "control_points"]
    assert "3 control points" in str(problem.text)
    assert "residuals 0.00, 0.00, 0.00 m" in str(problem.text)


def test_points_in_degrees(tmp_path):
    import geopandas as gpd

    degrees = gpd.GeoSeries.from_xy(*POINTS.T, crs=4548).to_crs(4490)
    known = np.column_stack([degrees.x, degrees.y])
    estates(tmp_path, 4548, edit=turned)
    points = points_file(tmp_path, "x,y,lon,lat", known, last="")
    assert home(read_folder(tmp_path, control_points=points)) == pytest.approx((X0, Y0), abs=0.01)


def test_a_layer_that_tells_its_system_needs_no_points(street_office):
    estates(street_office, 4548, edit=turned)
    layers = read_folder(street_office, control_points=points_file(street_office))
    assert layers.of(Role.BOUNDARY)[0].frame.crs.to_epsg() == 4490
    assert home(layers) == pytest.approx((X0, Y0), abs=0.01)


def test_points_far_from_the_numbers_of_a_layer_do_not_speak_for_it(street_office):
    estates(street_office, 4548)
    layers = read_folder(street_office, control_points=points_file(street_office))
    assert home(layers) == HERE
    assert said(layers) == {"crs_guessed"}


@pytest.mark.parametrize(
    "change",
    [
        {"heads": "a,b,X,Y,EPSG"},
        {"heads": "x,y,X,Y,code"},
        {"last": ",999999"},
        {"last": ",3857"},
        {"last": ",no"},
        {"local": np.zeros((3, 2))},
        {"local": np.array([(0.0, 0.0), (np.nan, 1.0), (5.0, 5.0)])},
    ],
)
def test_points_that_cannot_be_used_are_refused(tmp_path, change):
    estates(tmp_path, 4548, edit=turned)
    with pytest.raises(UserError):
        read_folder(tmp_path, control_points=points_file(tmp_path, **change))


@pytest.mark.parametrize(
    "text", ["", "x,y,lon,lat\n", "x,y,lon,lat\n1,2,118,24\n", "x,y,lon,lat\n1,2,a,b\n1,2\n"]
)
def test_tables_without_enough_points(tmp_path, text):
    estates(tmp_path, 4548, edit=turned)
    (tmp_path / "points.csv").write_text(text)
    with pytest.raises(UserError):
        read_folder(tmp_path, control_points=tmp_path / "points.csv")


# --- the command line ---------------------------------------------------------------------------------


def run(*arguments):
    return main.main(["check", *map(str, arguments), "--lang", "en", "--quiet"])


def test_a_shift_of_no_form_is_refused(street_office, capsys):
    layer = estates(street_office, 4548, label=4548)
    assert (
        run(layer, street_office, "--out", street_office / "out", "--shift", "estates.shp") == main.UNUSABLE
    )
    assert "FILE=gcj02" in capsys.readouterr().err


def test_a_proj_string_points_and_a_shift_on_the_command_line(street_office, capsys):
    (street_office / "drawn").mkdir()
    path, out = estates(street_office / "drawn", OWN_GRID.crs), street_office / "out"
    assert run(path, street_office, "--out", out) == main.UNUSABLE
    assert "--control-points" in capsys.readouterr().err
    assert run(path, street_office, "--out", out, "--crs", OWN_GRID.proj) in (main.DONE, main.DECISION)
    local = np.array([(58_376.0, 8_542.0), (59_000.0, 8_600.0)])
    points = points_file(street_office, known=POINTS[:2], local=local)
    told = ["--control-points", points, "--shift", "boundary.shp=GCJ02"]
    assert run(path, street_office, "--out", out, *told) in (main.DONE, main.DECISION)
    problems = (out / "problems.csv").read_text(encoding="utf-8-sig")
    assert "control_points" in problems
    assert "unshifted" in problems


def test_unshifting_is_a_pure_function():
    before = np.array([XIAMEN])
    unshifted(before, "gcj02")
    assert (before == [XIAMEN]).all()
