import pytest
import shapely
from pyproj import CRS

from bigmap.base.errors import Cancelled, UserError
from bigmap.base.progress import Progress
from bigmap.core.sources.layers import Role
from bigmap.io.reading.folder import read_folder
from tests.helpers.shapefiles import X0, Y0, squares, street, write_layer

AROUND = [shapely.box(X0 - 50, Y0 - 50, X0 + 400, Y0 + 150)]


@pytest.fixture
def office(tmp_path):
    """Return a folder as a planner has it: Chinese names, GBK, one layer of each kind."""
    write_layer(tmp_path / "街道边界.shp", AROUND, {"街道名称": ["筼筜街道"]})
    write_layer(
        tmp_path / "小区边界.shp",
        squares(2),
        {"小区名称": ["筼筜花园", "后垵小区"], "户数": ["约120户", "80"]},
    )
    write_layer(tmp_path / "市政道路.shp", street(), {"道路名称": ["湖滨南路"], "道路等级": ["次干路"]})
    (tmp_path / "服务企业.csv").write_text("企业名称,户数上限\n永安物业,5000\n", encoding="gb18030")
    return tmp_path


def codes(layers):
    return [problem.code for problem in layers.problems]


def test_a_folder_in_the_order_of_the_pipeline(office):
    layers = read_folder(office)
    assert [layer.role for layer in layers.layers] == [Role.BOUNDARY, Role.ESTATES, Role.ROADS]
    estates = layers.of(Role.ESTATES)[0]
    assert estates.frame["name"].tolist() == ["筼筜花园", "后垵小区"]
    assert estates.frame["hh"].tolist() == [120, 80]
    assert estates.frame["fid"].tolist() == [1, 2]
    assert estates.frame.crs.to_epsg() == 4548
    assert estates.encoding == "GB18030"
    assert [str(text) for text in estates.guessed] == ["编码 GB18030"]
    assert layers.of(Role.ROADS)[0].frame["road_class"].tolist() == ["次干路"]
    assert layers.operators["name"].tolist() == ["永安物业"]
    assert codes(layers) == ["number_rough"]


def test_single_files_and_parts_of_shapefiles(office):
    layers = read_folder([office / "小区边界.dbf", office / "市政道路.shp"])
    assert [layer.role for layer in layers.layers] == [Role.ESTATES, Role.ROADS]
    assert layers.operators is None


def test_the_exact_name_is_the_boundary_and_the_other_is_said(office):
    write_layer(office / "街道边界_全区.shp", AROUND)
    layers = read_folder(office)
    assert [layer.file.name for layer in layers.of(Role.BOUNDARY)] == ["街道边界.shp"]
    assert ("second_boundary", "街道边界_全区.shp") in [(p.code, p.file) for p in layers.problems]


def test_road_points_are_of_no_use_and_unknown_layers_have_no_role(office):
    write_layer(office / "roads_pt.shp", [shapely.Point(X0, Y0)])
    write_layer(office / "grid250.shp", squares(1))
    layers = read_folder(office)
    assert {layer.role for layer in layers.layers} == {Role.BOUNDARY, Role.ESTATES, Role.ROADS}
    assert {("points", "roads_pt.shp"), ("left_aside", "grid250.shp")} <= {
        (p.code, p.file) for p in layers.problems
    }


def test_door_plates_are_read_where_something_has_ground(office):
    write_layer(office / "buildings_pt.shp", [shapely.Point(X0, Y0)])
    assert [layer.file.name for layer in read_folder(office).of(Role.BUILDINGS)] == ["buildings_pt.shp"]


def test_the_user_tells_a_role(office):
    told = write_layer(office / "grid250.shp", squares(1))
    layers = read_folder(office, {Role.ESTATES: told})
    assert [layer.file.name for layer in layers.of(Role.ESTATES)] == ["grid250.shp"]
    assert "left_aside" not in codes(layers)


def test_several_layers_of_one_role_are_all_read(office):
    write_layer(office / "水域.shp", squares(1))
    write_layer(office / "山体.shp", squares(1))
    assert len(read_folder(office).of(Role.EXCLUSIONS)) == 2


def test_a_layer_of_a_geopackage(tmp_path):
    import geopandas as gpd

    frame = gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=squares(2), crs=4548)
    frame.to_file(tmp_path / "data.gpkg", layer="estates", driver="GPKG")
    frame.to_file(tmp_path / "data.gpkg", layer="plots", driver="GPKG")
    layers = read_folder(tmp_path)
    assert [(layer.role, layer.features) for layer in layers.layers] == [(Role.ESTATES, 2)]
    assert [(p.code, p.file) for p in layers.problems] == [("left_aside", "data.gpkg (plots)")]


def said(layers, file):
    return [(p.code, p.text.render("en")) for p in layers.problems if p.file == file]


def test_the_estates_without_their_shapes_are_refused(office):
    (office / "小区边界.shp").unlink()
    with pytest.raises(UserError) as refused:
        read_folder(office)
    assert "小区边界" in str(refused.value)
    assert ".shp" in str(refused.value)


def test_another_layer_without_its_shapes_is_set_aside_as_missed(office):
    (office / "buildings.shx").write_bytes(b"")
    layers = read_folder(office)
    assert [layer.role for layer in layers.layers] == [Role.BOUNDARY, Role.ESTATES, Role.ROADS]
    ((code, text),) = said(layers, "buildings.shx")
    assert code == "source_lost"
    assert ".shp is missing" in text


@pytest.mark.parametrize("name", ["小区边界", "市政道路"])
def test_a_layer_without_its_table_is_read_without_names(office, name):
    before = {layer.role: layer.features for layer in read_folder(office).layers}
    (office / f"{name}.dbf").unlink()
    layers = read_folder(office)
    assert {layer.role: layer.features for layer in layers.layers} == before
    assert [code for code, _ in said(layers, f"{name}.shp")][:1] == ["table_missing"]
    (own,) = (layer for layer in layers.layers if layer.file.stem == name)
    assert set(own.frame["name"]) == {""}


def test_an_empty_layer_is_set_aside(office):
    write_layer(office / "独栋房屋.shp", [])
    layers = read_folder(office)
    assert not layers.of(Role.BUILDINGS)
    assert said(layers, "独栋房屋.shp") == [("left_aside", "Left aside: it holds no features.")]


def test_empty_estates_alone_are_refused(office):
    write_layer(office / "小区边界.shp", [])
    with pytest.raises(UserError, match=r"小区边界\.shp"):
        read_folder([office / "小区边界.shp", office / "市政道路.shp"])


def test_a_layer_that_cannot_be_read_stops_only_what_depends_on_it(office):
    (office / "公共建筑.gpkg").write_bytes(b"SQLite format 3\x00 and no more")
    layers = read_folder(office)
    assert [code for code, _ in said(layers, "公共建筑.gpkg")] == ["source_lost"]
    write_layer(office / "公建.shp", squares(1))  # another file gives what it would have given
    assert [code for code, _ in said(read_folder(office), "公共建筑.gpkg")] == ["unreadable"]
    with pytest.raises(UserError, match=r"公共建筑\.gpkg"):  # named one by one, it must be read
        read_folder([office / "小区边界.shp", office / "公共建筑.gpkg"])


@pytest.mark.parametrize("suffix", [".7z", ".rar", ".aprx"])
def test_a_broken_archive_or_project_never_stops_a_folder(office, suffix):
    for part in office.glob("小区边界.*"):
        part.unlink()
    (office / f"小区{suffix}").write_bytes(b"broken")
    layers = read_folder(office)
    assert [layer.role for layer in layers.layers] == [Role.BOUNDARY, Role.ROADS]
    assert len(said(layers, f"小区{suffix}")) == 1


def test_a_path_that_is_not_there(tmp_path):
    with pytest.raises(UserError, match="没有的文件夹"):
        read_folder(tmp_path / "没有的文件夹")
    with pytest.raises(UserError, match=r"no\.shp"):
        read_folder(tmp_path, {Role.ESTATES: tmp_path / "no.shp"})


def test_nothing_usable_tells_why(tmp_path):
    write_layer(tmp_path / "buildings.shp", [shapely.Point(X0, Y0)])
    (tmp_path / "资料.zip").write_bytes(b"PK")
    with pytest.raises(UserError) as refused:
        read_folder(tmp_path)
    said = refused.value.text.render("en")
    assert "buildings.shp" in said
    assert "资料.zip" in said


def test_progress_is_told_and_can_be_stopped(office):
    seen = []
    read_folder(office, progress=Progress(lambda share, text: seen.append(share)))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    with pytest.raises(Cancelled):
        read_folder(office, progress=Progress(cancelled=lambda: True))


# --- coordinate systems -------------------------------------------------------------------------------------


def moved(shapes, crs):
    import geopandas as gpd

    return list(gpd.GeoSeries(shapes, crs=4548).to_crs(crs))


def place_of(layers, role):
    frame = layers.of(role)[0].frame.to_crs(4548)
    return tuple(frame.total_bounds[:2].round(2))


@pytest.mark.parametrize("crs", [4548, 4527, 4549, 3857, 4490])
def test_a_layer_without_prj_is_placed_beside_the_others(office, crs):
    write_layer(office / "小区边界.shp", moved(squares(2), crs), crs=None)
    layers = read_folder(office)
    assert place_of(layers, Role.ESTATES) == pytest.approx((X0, Y0), abs=0.05)
    assert "crs_guessed" in codes(layers)
    assert any("EPSG" in str(text) for text in layers.of(Role.ESTATES)[0].guessed)


def test_exchanged_axes_are_put_right(office):
    turned = shapely.transform(squares(2), lambda xy: xy[:, ::-1])
    write_layer(office / "小区边界.shp", list(turned))
    layers = read_folder(office)
    assert place_of(layers, Role.ESTATES) == pytest.approx((X0, Y0), abs=0.05)
    assert {"crs_contradicts", "crs_guessed"} <= set(codes(layers))


def test_a_prj_that_says_degrees_over_metres_is_set_aside(office):
    write_layer(office / "小区边界.shp", squares(2), crs=None)
    (office / "小区边界.prj").write_text(CRS.from_epsg(4326).to_wkt("WKT1_ESRI"))
    layers = read_folder(office)
    assert place_of(layers, Role.ESTATES) == pytest.approx((X0, Y0), abs=0.05)
    assert "crs_contradicts" in codes(layers)


def test_zone_numbers_need_no_neighbour_but_bare_metres_do(tmp_path):
    write_layer(tmp_path / "estates.shp", moved(squares(2), 4527), crs=None)
    assert read_folder(tmp_path).layers[0].frame.crs.to_epsg() == 4527
    write_layer(tmp_path / "estates.shp", squares(2), crs=None)
    with pytest.raises(UserError, match=r"estates\.shp.*--crs"):
        read_folder(tmp_path)


def test_the_user_tells_the_system(tmp_path):
    write_layer(tmp_path / "estates.shp", squares(2), crs=None)
    layer = read_folder(tmp_path, crs=CRS.from_epsg(4548)).layers[0]
    assert layer.frame.crs.to_epsg() == 4548
    assert "EPSG:4548" in str(layer.guessed[0])


def test_numbers_that_fit_nothing_are_refused(office):
    local = shapely.transform(squares(2), lambda xy: xy - (X0 - 20_000, Y0 - 30_000))
    write_layer(office / "小区边界.shp", list(local), crs=None)
    with pytest.raises(UserError, match=r"小区边界\.shp"):
        read_folder(office)


def test_one_stray_vertex_does_not_decide_the_system(tmp_path):
    shapes = squares(60)
    shapes[7] = shapely.Polygon([*shapes[7].exterior.coords[:-1], (0, 0)])
    write_layer(tmp_path / "estates.shp", shapes)
    assert read_folder(tmp_path).layers[0].frame.crs.to_epsg() == 4548


def test_an_old_datum_is_doubted(tmp_path):
    write_layer(tmp_path / "estates.shp", squares(2), crs="EPSG:2436")
    assert codes(read_folder(tmp_path)) == ["no_datum_shift"]
