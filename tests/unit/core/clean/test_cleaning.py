import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import CRS
from shapely import LineString, MultiPolygon, Polygon, box
from shapely.affinity import translate

from bigmap.base.errors import UserError
from bigmap.core.clean.cleaning_reports import LISTED
from bigmap.core.clean.overlaps import shared_areas
from bigmap.core.clean.road_classes import WIDTHS_M, road_class
from bigmap.core.sources.layers import Role
from tests.helpers.dirt import BOW_TIE, GK117, SQUARE, X0, Y0, at, boundary, cleaned, found, layer


def test_good_layers_pass_without_a_word():
    sources, log = cleaned(
        boundary(),
        layer(Role.ESTATES, [SQUARE], hh=[120.0]),
        layer(Role.ROADS, [LineString([(0, 5), (900, 5)])], width_m=[12.0]),
    )
    assert found(log) == []
    assert sources.crs == GK117
    assert sources.boundary.area == 500_000
    assert sources.estates.loc[0, ["fid", "file", "name", "hh"]].tolist() == [
        1,
        "estates.shp",
        "estates1",
        120,
    ]
    assert sources.estates.geometry[0].equals(at(SQUARE))
    assert len(sources.buildings) == len(sources.exclusions) == len(sources.communities) == 0


def test_layers_in_other_systems_are_brought_together_on_the_grid():
    sources, _ = cleaned(boundary(), layer(Role.ESTATES, [SQUARE], crs=4490))
    xy = shapely.get_coordinates(sources.estates.geometry[0])
    assert sources.estates.crs == GK117
    assert np.array_equal(xy, np.round(xy, 2))
    assert sources.estates.geometry[0].equals(at(SQUARE))


def test_the_project_system_can_be_told_but_must_be_metric():
    sources, _ = cleaned(boundary(), crs=CRS.from_epsg(4549))
    assert sources.crs.to_epsg() == 4549
    with pytest.raises(UserError, match="EPSG:4490"):
        cleaned(boundary(), crs=CRS.from_epsg(4490))


def test_degrees_only_are_projected_by_place():
    sources, _ = cleaned(layer(Role.BOUNDARY, [SQUARE], crs=4490))
    assert sources.crs == GK117


def test_a_bow_tie_keeps_both_wings():
    sources, log = cleaned(boundary(), layer(Role.ESTATES, [BOW_TIE], names=["后垵小区"]))
    assert found(log) == [("mended", "invalid", 1), ("doubt", "multipart", 1)]
    assert sources.estates.geometry.area.sum() == pytest.approx(5000)
    assert sources.estates.geometry.is_valid.all()
    problem = log.items[0]
    assert (problem.file, problem.name) == ("estates.shp", "后垵小区")
    assert at(SQUARE).covers(shapely.Point(problem.place))
    assert "5000" in problem.text.render("zh")


def test_ground_that_a_ring_runs_around_twice_counts_once():
    twice = Polygon([*SQUARE.exterior.coords, *SQUARE.exterior.coords[1:]])
    sources, _ = cleaned(boundary(), layer(Role.ESTATES, [twice]))
    assert sources.estates.geometry.area.tolist() == [10_000]


def test_heights_are_dropped():
    sources, log = cleaned(boundary(), layer(Role.ESTATES, [shapely.force_3d(SQUARE, -1e38)]))
    assert not sources.estates.geometry.has_z.any()
    assert sources.estates.geometry[0].equals(at(SQUARE))
    assert found(log) == [("mended", "heights", None)]


def test_features_without_ground_are_left_out_by_name():
    line = Polygon([(0, 0), (50, 50), (20, 20), (0, 0)])
    sources, log = cleaned(boundary(), layer(Role.ESTATES, [None, Polygon(), line, SQUARE]))
    assert sources.estates["fid"].tolist() == [4]
    assert found(log) == [("error", "no_shape", 1), ("error", "no_shape", 2), ("error", "no_ground", 3)]


def test_a_vertex_that_is_no_number_is_taken_out():
    with np.errstate(invalid="ignore"):
        broken = Polygon([(10, 10), (60, np.nan), (110, 10), (110, 110), (10, 110)])
    sources, log = cleaned(boundary(), layer(Role.ESTATES, [broken]))
    assert sources.estates.geometry.area.tolist() == [10_000]
    assert found(log) == [("mended", "no_number", 1)]


def test_a_stray_vertex_is_taken_out_and_a_far_feature_left_out():
    stray = Polygon([*shapely.segmentize(SQUARE, 20).exterior.coords[:-1], (-X0, -Y0)])
    far = translate(SQUARE, 300_000, 0)
    sources, log = cleaned(boundary(), layer(Role.ESTATES, [stray, far, box(200, 10, 300, 110)]))
    assert sources.estates["fid"].tolist() == [1, 3]
    assert sources.estates.geometry.area.tolist() == [10_000, 10_000]
    assert found(log) == [("error", "far_away", 2), ("doubt", "stray_vertex", 1)]


def test_a_stray_vertex_does_not_blow_up_the_proposed_boundary():
    stray = Polygon([*shapely.segmentize(SQUARE, 20).exterior.coords[:-1], (-X0, -Y0)])
    sources, _ = cleaned(layer(Role.ESTATES, [stray, box(200, 10, 300, 110)]))
    assert sources.boundary.area < 60_000


def test_closed_lines_are_areas_and_open_ones_have_no_ground():
    drawn = [LineString(SQUARE.exterior.coords), LineString([(0, 0), (50, 50)])]
    sources, log = cleaned(boundary(), layer(Role.ESTATES, drawn))
    assert sources.estates.geometry.area.tolist() == [10_000]
    assert found(log) == [("mended", "closed_lines", None), ("error", "closes_nothing", 2)]


def test_exact_doubles_are_dropped_and_both_named():
    turned = Polygon(SQUARE.exterior.coords[2:] + SQUARE.exterior.coords[1:3])
    sources, log = cleaned(boundary(), layer(Role.ESTATES, [SQUARE, turned], names=["莲溪宿舍", "莲溪 宿舍"]))
    assert sources.estates["name"].tolist() == ["莲溪宿舍"]
    assert found(log) == [("mended", "duplicate", 2)]
    assert log.items[0].name == "莲溪 宿舍"
    assert "莲溪宿舍 (estates.shp 1)" in str(log.items[0].text)


def test_overlaps_over_one_square_metre_are_reported_in_pairs():
    estates = [SQUARE, box(105, 10, 205, 110), box(204.995, 10, 300, 110)]
    sources, log = cleaned(boundary(), layer(Role.ESTATES, estates))
    assert len(sources.estates) == 3
    assert found(log) == [("doubt", "overlap", 2)]
    assert "500 m²" in log.items[0].text.render("en")


def test_shared_areas_equal_the_naive_ones():
    rng = np.random.default_rng(0)
    corner = rng.uniform(0, 100, (40, 2))
    shapes = shapely.box(corner[:, 0], corner[:, 1], corner[:, 0] + 20, corner[:, 1] + 20)
    i, j, area = shared_areas(shapes, shapes)
    naive = {
        (a, b): shapes[a].intersection(shapes[b]).area
        for a in range(40)
        for b in range(a + 1, 40)
        if shapes[a].intersects(shapes[b])
    }
    assert dict(zip(zip(i, j, strict=True), area, strict=True)) == pytest.approx(naive)


def test_an_estate_in_pieces_stays_one():
    scattered = MultiPolygon([SQUARE, box(300, 10, 400, 110)])
    sources, log = cleaned(boundary(), layer(Role.ESTATES, [scattered]))
    assert len(sources.estates) == 1
    assert found(log) == [("doubt", "multipart", 1)]


def test_public_buildings_win_over_the_same_building_given_twice():
    houses = layer(Role.BUILDINGS, [box(10, 10, 30, 20), box(50, 10, 70, 20)])
    school = layer(Role.PUBLIC, [box(50.2, 10, 70, 20)])
    sources, log = cleaned(boundary(), houses, school)
    assert sources.buildings[["kind", "file", "fid"]].to_numpy().tolist() == [
        ["building", "buildings.shp", 1],
        ["public", "public.shp", 1],
    ]
    assert found(log) == [("mended", "given_twice", None)]


def test_a_boundary_is_the_union_of_its_features():
    sources, _ = cleaned(boundary(box(0, 0, 100, 100), box(100, 0, 200, 100), box(500, 0, 600, 100)))
    assert sources.boundary.geom_type == "MultiPolygon"
    assert sources.boundary.area == 30_000


def test_without_a_boundary_one_is_proposed_around_everything():
    road = layer(Role.ROADS, [LineString([(0, 0), (250, 0)])], width_m=[10.0])
    sources, log = cleaned(layer(Role.ESTATES, [SQUARE, box(190, 10, 290, 110)]), road)
    assert found(log) == [("doubt", "boundary_proposed", None)]
    assert len(sources.boundary.geoms) == 1
    for shape in (*sources.estates.geometry, *sources.roads.geometry):
        assert sources.boundary.contains(shape)
    assert sources.boundary.area < shapely.box(-20, -20, 310, 130).area


def test_nothing_to_propose_a_boundary_from():
    with pytest.raises(UserError):
        cleaned(layer(Role.EXCLUSIONS, [SQUARE]))


def test_a_layer_elsewhere_is_left_out_with_its_distance():
    other_town = translate(SQUARE, 3000, 0)
    sources, log = cleaned(boundary(), layer(Role.ESTATES, [SQUARE]), layer(Role.EXCLUSIONS, [other_town]))
    assert len(sources.exclusions) == 0
    assert found(log) == [("error", "elsewhere", None)]
    assert log.items[0].file == "exclusions.shp"
    assert "2.0 km" in log.items[0].text.render("en")


def test_a_whole_layer_far_away_is_one_problem():
    other_city = translate(SQUARE, 400_000, 0)
    estates = [translate(other_city, 150 * i, 0) for i in range(5)]
    _, log = cleaned(boundary(), layer(Role.ESTATES, estates))
    assert found(log) == [("error", "elsewhere", None)]


def test_long_lists_end():
    _, log = cleaned(boundary(), layer(Role.BUILDINGS, [None] * (LISTED + 7) + [SQUARE]))
    assert len(log) == LISTED + 1
    assert "7 more" in log.items[-1].text.render("en")


def test_road_widths_by_class_where_none_is_given():
    lines = [LineString([(0, y), (900, y)]) for y in (10, 20, 30, 40)]
    roads = layer(
        Role.ROADS,
        lines,
        road_class=pd.Series(["主干道", "次干路", "", "支路"], dtype="str"),
        width_m=[np.nan, 0, np.nan, 9],
    )
    sources, log = cleaned(boundary(), roads)
    assert sources.roads["width_m"].tolist() == [30, 20, 12, 9]
    assert sources.roads["road_class"].tolist() == ["arterial", "secondary", "", "branch"]
    assert [p.text.render("en")[:7] for p in log] == ["3 roads"]


def test_roads_drawn_as_areas_are_as_wide_as_they_are():
    sources, log = cleaned(boundary(), layer(Role.ROADS, [box(0, 200, 900, 220)]))
    assert sources.roads["width_m"].tolist() == pytest.approx([2 * 18_000 / 1840])
    assert found(log) == [("mended", "width_measured", None)]


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("arterial", ("主干道", "城市主干路", "trunk_link", "primary")),
        ("expressway", ("快速路", "高速公路", "motorway_link")),
        ("secondary", ("次干道", "次干路", "secondary_link")),
        ("branch", ("支路", "tertiary", "residential", "unclassified")),
        ("lane", ("街巷", "背街小巷", "胡同", "service", "living_street")),
        ("path", ("步行街", "footway", "steps", "cycleway")),
        ("", ("", "一级", "II")),
    ],
)
def test_road_classes(kind, names):
    assert [road_class(name) for name in names] == [kind] * len(names)
    assert kind in WIDTHS_M or not kind
