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
    best = rules.guess(box_at(code, swapped=swapped), XIAMEN)[0]
    assert best.label == f"EPSG:{code}"
    assert best.swapped == swapped
    assert best.confidence >= 0.7


@pytest.mark.parametrize(("code", "sure"), [(4527, True), (4490, True), (4548, False), (3857, False)])
def test_without_the_place_only_some_numbers_are_sure(code, sure):
    candidates = rules.guess(box_at(code))
    assert (candidates[0].confidence >= 0.7) == sure
    assert f"EPSG:{code}" in [candidate.label for candidate in candidates]


def test_six_degree_zones():
    assert rules.guess(box_at(4498, (118.0, 30.0)))[0].label == "EPSG:4498"


@pytest.mark.parametrize("bounds", [(0, 0, 100, 100), (37_000, 900, 93_000, 56_000), (1e9, 1e9, 2e9, 2e9)])
def test_numbers_that_fit_nothing(bounds):
    assert rules.guess(bounds) == []
    assert rules.guess(bounds, XIAMEN) == []


def test_a_candidate_must_lie_at_the_place():
    assert rules.guess(box_at(4527), (104.0, 30.6)) == []


def test_utm_abroad():
    assert rules.guess(box_at(32637, MOSCOW), MOSCOW)[0].label == "EPSG:32637"


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
    ],
)
def test_contradictions(code, bounds_of, place, wrong):
    assert rules.contradicts(CRS.from_epsg(code), box_at(bounds_of, place)) == wrong


def esri(code):
    return CRS.from_epsg(code).to_wkt("WKT1_ESRI")


@pytest.mark.parametrize("code", [4490, 4326, 4527, 4548, 2383, 2436, 32650, 4498])
def test_esri_wkt_is_known_by_its_code(code):
    assert rules.known(esri(code)).to_epsg() == code


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


def test_metric_means_metres_on_the_ground():
    assert [rules.is_metric(CRS.from_epsg(c)) for c in (4548, 32650, 3067, 3857, 4326, 2263)] == [
        *(True, True, True),
        *(False, False, False),
    ]
