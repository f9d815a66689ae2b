import pytest
from pyproj import CRS, Transformer

from bigmap.core import crs as rules

XIAMEN = (118.0894, 24.4798)
MOSCOW = (37.5, 55.7)


def box_at(code, place=XIAMEN, swapped=False):
    """Return the bounds of 2 km around a place in a system."""
    x, y = Transformer.from_crs(4490, code, always_xy=True).transform(*place)
    half = 0.01 if CRS.from_epsg(code).is_geographic else 1000
    bounds = (x - half, y - half, x + half, y + half)
    return (bounds[1], bounds[0], bounds[3], bounds[2]) if swapped else bounds


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("code", [4490, 4548, 4527, 4549, 3857])
def test_point_a_of_xiamen_with_the_place_known(code, swapped):
    best = rules.guess_crs(box_at(code, swapped=swapped), XIAMEN)[0]
    assert best.label == f"EPSG:{code}"
    assert best.swapped == swapped
    assert best.confidence >= 0.7


@pytest.mark.parametrize(("code", "sure"), [(4527, True), (4490, True), (4548, False), (3857, False)])
def test_without_the_place_only_some_numbers_are_sure(code, sure):
    candidates = rules.guess_crs(box_at(code))
    assert (candidates[0].confidence >= 0.7) == sure
    assert f"EPSG:{code}" in [candidate.label for candidate in candidates]


def test_six_degree_zones():
    assert rules.guess_crs(box_at(4498, (118.0, 30.0)))[0].label == "EPSG:4498"


@pytest.mark.parametrize("bounds", [(0, 0, 100, 100), (37_000, 900, 93_000, 56_000), (1e9, 1e9, 2e9, 2e9)])
def test_numbers_that_fit_nothing_surely(bounds):
    assert rules.guess_crs(bounds) == []
    assert all(c.rule == "R8" and c.confidence < 0.5 for c in rules.guess_crs(bounds, XIAMEN))


POINT_A = {
    "4548": (610_437.9, 2_708_867.2),
    "4527": (39_610_437.9, 2_708_867.2),
    "4549": (306_296.9, 2_709_770.7),
    "3857": (13_145_651.9, 2_811_983.8),
}
"""118.0894 E, 24.4798 N as published test vectors."""


def around(x, y, half=1000.0):
    return (x - half, y - half, x + half, y + half)


@pytest.mark.parametrize("scale", [1, 1000])
@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("code", ["4548", "4549"])
def test_point_a_of_a_drawing_in_metres_or_millimetres(code, swapped, scale):
    x, y = (scale * v for v in POINT_A[code][:: -1 if swapped else 1])
    best = rules.guess_crs(around(x, y, 500 * scale), XIAMEN)[0]
    assert (best.label, best.swapped) == (f"EPSG:{code}", swapped)
    assert best.affine.scale == pytest.approx(1 / scale)
    e, n = best.affine.points((x, y))
    assert (e, n) == pytest.approx(POINT_A[code], abs=0.1)


@pytest.mark.parametrize("code", POINT_A)
def test_published_numbers_of_point_a(code):
    assert rules.guess_crs(around(*POINT_A[code]), XIAMEN)[0].label == f"EPSG:{code}"


def test_point_a_in_a_grid_of_the_citys_own():
    best = rules.guess_crs(around(58_376.1, 8_542.2), XIAMEN)[0]
    assert best.rule == "R8"
    assert best.confidence < rules.SURE
    assert "+lon_0=118.5 +x_0=100000 +y_0=-2700000" in best.code
    assert rules.to_lonlat(best.crs, (58_376.1, 8_542.2)) == pytest.approx(XIAMEN, abs=1e-4)
    assert rules.known(best.code).is_projected


def test_utm_is_named_as_the_rival_of_gauss_kruger():
    found = rules.guess_crs(around(*POINT_A["4548"]), XIAMEN)
    assert [c.label for c in found] == ["EPSG:4548", "EPSG:32650"]
    assert found[1].confidence < rules.SURE


def test_baidus_mercator_is_told_from_web_mercator_by_the_place():
    """A published pair: 109.047 E, 34.315 N of Baidu is 12139200, 4046920."""
    best, second = rules.guess_crs(around(12_139_200, 4_046_920), (109.04, 34.31))
    assert "Baidu" in best.label
    assert second.confidence < rules.SURE <= best.confidence
    assert rules.to_lonlat(best.crs, (12_139_200, 4_046_920)) == pytest.approx((109.0471, 34.3154), abs=1e-4)


def test_mercator_alone_is_asked():
    assert rules.guess_crs(around(*POINT_A["3857"]))[0].confidence < rules.SURE


def test_exchanged_degrees_abroad_are_found_beside_the_others():
    lat, lon = MOSCOW[1], MOSCOW[0]
    best = rules.guess_crs((lat - 0.1, lon - 0.1, lat + 0.1, lon + 0.1), MOSCOW)[0]
    assert (best.label, best.swapped, best.rule) == ("EPSG:4326", True, "R2")


@pytest.mark.parametrize(("label", "taken"), [(4527, 4548), (2363, 2384), (4326, None), (4775, 4796)])
def test_the_meridian_of_a_label_that_is_wrong_otherwise_still_counts(label, taken):
    """Numbers without the zone under a label with it; the datum is kept, too."""
    best = rules.guess_crs(around(*POINT_A["4548"]), label=CRS.from_epsg(label))[0]
    assert (best.crs.to_epsg() if best.confidence >= rules.SURE else None) == taken


@pytest.mark.parametrize(("name", "sure"), [("小区_4548", True), ("CM117小区", True), ("小区117号", False)])
def test_a_code_or_meridian_in_the_files_name_counts(name, sure):
    best = rules.guess_crs(around(*POINT_A["4548"]), hint=name)[0]
    assert (best.label == "EPSG:4548" and best.confidence >= rules.SURE) == sure


def test_without_a_place_the_sea_is_no_candidate():
    lons = [rules.to_lonlat(c.crs, POINT_A["4548"])[0] for c in rules.guess_crs(around(*POINT_A["4548"]))]
    assert 97 < min(lons) < max(lons) < 122


def test_a_candidate_must_lie_at_the_place():
    assert rules.guess_crs(box_at(4527), (104.0, 30.6)) == []


def test_utm_abroad():
    assert rules.guess_crs(box_at(32637, MOSCOW), MOSCOW)[0].label == "EPSG:32637"


@pytest.mark.parametrize(
    ("code", "bounds_of", "place", "wrong"),
    [
        (4548, 4548, XIAMEN, False),
        (4326, 4490, XIAMEN, False),
        (4326, 4548, XIAMEN, True),
        (4548, 4490, XIAMEN, True),
        (4548, 4527, XIAMEN, True),
        (4508, 4508, XIAMEN, False),
        (3067, 3067, (24.9, 60.2), False),
        (4284, 4284, MOSCOW, False),
        (2193, 4326, MOSCOW, True),
    ],
)
def test_contradictions(code, bounds_of, place, wrong):
    assert rules.contradicts(CRS.from_epsg(code), box_at(bounds_of, place)) == wrong


def esri(code):
    return CRS.from_epsg(code).to_wkt("WKT1_ESRI")


@pytest.mark.parametrize("code", [4490, 4326, 4527, 4548, 2383, 2436, 32650, 4498])
def test_esri_wkt_is_known_by_its_code(code):
    assert rules.known(esri(code)).to_epsg() == code


OLD_AND_NEW = [4490, 4527, 4548, 4498, 4610, 2363, 2384, 4214, 2415, 2436, 21420, 4555, 4775, 4796, 4575]


@pytest.mark.parametrize("code", OLD_AND_NEW)
def test_every_datum_and_zone_is_known_from_esri_wkt(code):
    assert rules.known(esri(code)).to_epsg() == code


@pytest.mark.parametrize("code", [4527, 4548, 4498, 2383, 2436])
@pytest.mark.parametrize("name", ["Custom", "UserDefined", "CGCS2000_3_Degree_GK_CM_75E"])
def test_neither_name_of_grid_nor_of_datum_counts(code, name):
    wkt = esri(code)
    datum = wkt.split('DATUM["')[1].split('"')[0]
    wkt = wkt.replace(wkt.split('"')[1], name).replace(datum, "D_Unknown_based_on_something")
    assert rules.known(wkt).to_epsg() == code


def test_a_moved_origin_is_no_listed_grid():
    wkt = esri(4548)
    assert rules.known(wkt.replace('"False_Northing",0.0', '"False_Northing",-2700000.0')).to_epsg() is None
    assert rules.known(wkt.replace('"Central_Meridian",117.0', '"Central_Meridian",118.0')).to_epsg() is None


@pytest.mark.parametrize("code", [4548, 4527, 2383, 2436])
def test_parameters_count_not_names(code):
    wkt = esri(code)
    name = wkt.split('"')[1]
    assert rules.known(wkt.replace(name, "UserDefined")).to_epsg() == code


def test_a_system_of_the_planners_own_stays_what_it_is():
    own = CRS.from_proj4("+proj=tmerc +lon_0=118.5 +x_0=100000 +y_0=-2700000 +ellps=krass +units=m")
    found = rules.known(own.to_wkt("WKT1_ESRI"))
    assert found.to_epsg() is None
    assert rules.is_metric(found)


def test_datums_without_a_known_shift():
    assert [rules.lacks_shift(CRS.from_epsg(c)) for c in (2383, 2436, 4610, 4548, 32650)] == [
        True,
        True,
        True,
        False,
        False,
    ]


def test_project_system():
    gk, web, lonlat = CRS.from_epsg(4548), CRS.from_epsg(3857), CRS.from_epsg(4490)
    assert rules.project_crs([gk, lonlat, lonlat], XIAMEN).to_epsg() == 4548
    assert rules.project_crs([CRS.from_epsg(4549), gk, gk], XIAMEN).to_epsg() == 4548
    assert rules.project_crs([lonlat, web], XIAMEN).to_epsg() == 4548
    assert rules.project_crs([lonlat], (114.0, 22.6)).to_epsg() == 4547
    assert rules.project_crs([lonlat], MOSCOW).to_epsg() == 32637
    assert rules.project_crs([lonlat], (-58.4, -34.6)).to_epsg() == 32721


def test_a_layer_drawn_in_the_wrong_zone_does_not_decide_the_project():
    wrong, lonlat = CRS.from_epsg(4508), CRS.from_epsg(4490)
    assert rules.far_from_meridian(wrong, XIAMEN)
    assert not rules.far_from_meridian(CRS.from_epsg(4549), XIAMEN)
    assert rules.project_crs([wrong, wrong, lonlat], XIAMEN).to_epsg() == 4548


def test_a_grid_without_a_name_is_named_by_its_parameters():
    own = CRS.from_user_input("+proj=tmerc +lon_0=118.5 +x_0=100000 +y_0=-2700000 +ellps=GRS80 +units=m")
    name = "+proj=tmerc +lon_0=118.5 +x_0=100000 +y_0=-2700000 +ellps=GRS80 +units=m"
    assert rules.name_of(CRS.from_wkt(own.to_wkt())) == name


@pytest.mark.parametrize(
    "crs",
    [
        "EPSG:4548",
        "+proj=tmerc +lon_0=118.5 +k=0.9999 +lat_0=20 +x_0=1e5 +y_0=-2.7e6 +ellps=krass",
        "+proj=tmerc +lon_0=118.5 +x_0=1e5 +y_0=0 +a=6378140 +rf=298.257",
        "+proj=laea +lat_0=30 +lon_0=110 +ellps=GRS80",
        rules.baidu_mercator(),
    ],
)
def test_the_code_of_any_system_can_be_typed_again(crs):
    crs = CRS.from_user_input(crs)
    again = CRS.from_user_input(rules.code_of(crs))
    assert rules.to_lonlat(again, (1e5, 2e6)) == pytest.approx(rules.to_lonlat(crs, (1e5, 2e6)), abs=1e-9)


def test_names_for_people_and_codes_for_typing():
    assert rules.name_of(rules.baidu_mercator()) == "Baidu Mercator (bd09mc)"
    assert rules.name_of(CRS.from_epsg(4548)) == rules.code_of(CRS.from_epsg(4548)) == "EPSG:4548"


def test_metric_means_metres_on_the_ground():
    assert [rules.is_metric(CRS.from_epsg(c)) for c in (4548, 32650, 3067, 3857, 4326, 2263)] == [
        *(True, True, True),
        *(False, False, False),
    ]
