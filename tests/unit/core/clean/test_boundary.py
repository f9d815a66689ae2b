"""Boundaries of several districts: slits are closed, gaps are ground to decide, overlaps count once."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import shapely.affinity
from shapely import Polygon, box

from bigmap.core.clean.slits import join_features
from bigmap.core.sources.layers import Role
from bigmap.core.units.build_units import build_units, prove_partition
from bigmap.core.units.by_district import districts_of
from bigmap.core.units.cutting_rules import UnitRules
from tests.helpers.boundaries import OFFSETS_M, OUTER, drawn_apart
from tests.helpers.dirt import at, boundary, cleaned, layer
from tests.helpers.towns import small_town

ROUNDING_M2 = 15.0  # about half a centimetre along all borders
KINDS = ("moved", "apart", "over")


def joined(*shapes, slit_m=0.2):
    return join_features(np.array(shapes, dtype=object), slit_m)


def m2(places):
    return [pytest.approx(place.shape.area, abs=0.02) for place in places]


def amount(problem):
    return dict(problem.text.values)["m2"]


def told(log):
    """Return code → m² of what was said about the boundary."""
    sums = {}
    for problem in log:
        if problem.code.startswith("boundary"):
            sums[problem.code] = sums.get(problem.code, 0.0) + amount(problem)
    return sums


@pytest.mark.parametrize(
    ("gap", "slits", "gaps"),
    [(0.01, [4], []), (0.19, [76], []), (0.21, [], [84]), (3, [], [1200]), (49, [], [19_600]), (51, [], [])],
)
def test_the_width_says_what_ground_between_two_districts_is(gap, slits, gaps):
    """Two districts of 400 m side by side, open above and below; beyond 50 m they are just two places."""
    whole = joined(box(0, 0, 200, 400), box(200 + gap, 0, 500, 400))
    assert (m2(whole.slits), m2(whole.gaps)) == (slits, gaps)
    assert whole.shape.area == pytest.approx(400 * (500 - (gap if gap > 50 else 0)), abs=0.02)
    assert not whole.enclosed


@pytest.mark.parametrize("slit_m", [0.0, 0.5, 4.0])
def test_the_width_can_be_told(slit_m):
    whole = joined(box(0, 0, 200, 400), box(203, 0, 500, 400), slit_m=slit_m)
    assert (len(whole.slits), len(whole.gaps)) == ((1, 0) if slit_m > 3 else (0, 1))


NOTCH = [box(0, 0, 100, 100), Polygon([(100, 0), (200, 0), (200, 100), (150, 100), (100, 40)])]
BAY = [
    Polygon([(0, 0), (90, 0), (90, 80), (93, 80), (93, 0), (200, 0), (200, 90), (0, 90)]),
    box(0, 90, 200, 200),
]
ENCLAVE = [box(0, 0, 100, 100).difference(box(40, 40, 43, 60)), box(100, 0, 200, 100)]


@pytest.mark.parametrize("shapes", [NOTCH, BAY, ENCLAVE], ids=["notch", "bay", "enclave"])
def test_what_one_feature_shows_is_the_shape_of_the_outline(shapes):
    """A notch where two borders part, a bay of one district, a hole drawn into one."""
    whole = joined(*shapes)
    assert whole.slits + whole.gaps + whole.enclosed == []
    assert whole.shape.equals(shapely.union_all(shapes))


def test_a_slit_that_one_feature_runs_around_is_closed():
    """A hole joined to the outside by a cut of 5 cm: the cut is closed, the hole stays."""
    whole = joined(
        box(0, 0, 300, 100).difference(box(100, 20, 200, 80)).difference(box(149.95, 70, 150, 100))
    )
    assert (m2(whole.slits), whole.gaps) == ([0.05 * 20], [])
    assert whole.shape.area == pytest.approx(300 * 100 - 100 * 60, abs=0.02)


def test_a_strip_that_runs_out_into_a_bay_ends_there():
    """Between two districts 3 m wide, and above them a bay that opens to 80 m."""
    left = Polygon([(0, 0), (200, 0), (200, 400), (162, 500), (0, 500)])
    whole = joined(left, Polygon([(203, 0), (400, 0), (400, 500), (241, 500), (203, 400)]))
    assert len(whole.gaps) == 1
    assert 1200 - 10 <= whole.gaps[0].shape.area <= 1200 + 40


def test_where_strips_meet_no_hole_is_left():
    """Strips of 3 m meet aslant, so that their crossing is wider than each of them."""
    whole = joined(*drawn_apart(1006, 3.0, "apart"))
    assert len(shapely.get_rings(shapely.get_parts(whole.shape))) == 1
    assert whole.shape.area == pytest.approx(OUTER.area, abs=1)


def test_ground_that_districts_enclose_is_a_gap_up_to_the_width():
    """A yard of 40 m by 40 m that four districts leave out around their common corner."""
    yard = box(80, 80, 120, 120)
    quarters = [box(0, 0, 100, 100), box(100, 0, 200, 100), box(0, 100, 100, 200), box(100, 100, 200, 200)]
    whole = joined(*(quarter.difference(yard) for quarter in quarters))
    assert (m2(whole.gaps), whole.enclosed) == ([1600], [])


def test_wide_ground_that_districts_enclose_stays_outside_and_is_said():
    ring = [box(0, 0, 300, 100), box(0, 200, 300, 300), box(0, 100, 100, 200), box(200, 100, 300, 200)]
    sources, log = cleaned(boundary(*ring))
    assert sources.boundary.area == 80_000
    assert told(log) == {"boundary_enclosed": pytest.approx(10_000)}
    assert box(*at(box(100, 100, 200, 200)).bounds).covers(shapely.Point(*next(iter(log)).place))


def test_each_place_is_said_with_its_ground_and_its_neighbours():
    sources, log = cleaned(boundary(box(0, 0, 200, 400), box(203, 0, 500, 400), box(503.1, 0, 700, 400)))
    assert len(sources.gaps) == 2
    first, second = log
    assert (first.severity, first.code, first.file) == ("doubt", "boundary_gap", "boundary.shp")
    assert [amount(p) for p in log] == [pytest.approx(1240), pytest.approx(1200)]
    assert "boundary3 (boundary.shp 3)" in str(first.text)
    assert first.name == "boundary2"
    assert at(box(500, 0, 503.1, 400)).covers(shapely.Point(*first.place))
    assert "boundary1" in second.name + str(second.text)


def test_overlaps_count_once():
    sources, log = cleaned(boundary(box(0, 0, 200, 400), box(199.9, 0, 500, 400), box(490, 0, 700, 400)))
    assert sources.boundary.area == pytest.approx(700 * 400)
    assert [(p.severity.value, p.code, amount(p)) for p in log] == [
        ("mended", "boundary_overlap", pytest.approx(40)),
        ("doubt", "boundary_overlap", pytest.approx(4000)),
    ]


def test_features_that_were_rounded_while_put_right_are_joined_alike():
    shapes = [box(0, 0, 200, 400), box(203, 0, 500, 400)]
    assert m2(joined(*shapely.set_precision(shapes, 0.01)).gaps) == [1200]


def test_ground_to_decide_is_a_unit_of_its_own():
    sources, _ = cleaned(boundary(box(0, 0, 200, 400), box(203, 0, 500, 400)))
    units = build_units(sources)
    gap = units.frame[shapely.area(shapely.intersection(units.polygons, at(box(200, 0, 203, 400)))) > 1]
    assert gap["kind"].tolist() == ["block"]
    assert gap.geometry.area.sum() == pytest.approx(1200)
    assert shapely.area(units.polygons).sum() == pytest.approx(500 * 400)


def test_lines_and_degrees_make_the_same_whole():
    shapes = drawn_apart(3, 0.02, "moved")
    lines = layer(Role.BOUNDARY, [shape.exterior for shape in shapes])
    degrees = layer(Role.BOUNDARY, shapes, crs=4490)
    xy = np.round(shapely.get_coordinates(degrees.frame.geometry.to_numpy()), 6)
    degrees.frame.geometry = shapely.set_coordinates(degrees.frame.geometry.to_numpy().copy(), xy)
    for one in (lines, degrees):
        sources, log = cleaned(one)
        assert sources.boundary.area == pytest.approx(OUTER.area, abs=150 if one is degrees else ROUNDING_M2)
        assert len(shapely.get_rings(shapely.get_parts(sources.boundary))) == 1
        assert build_units(sources).units_m2 > 0
        assert {p.severity.value for p in log} <= {"mended"}


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("offset", OFFSETS_M)
@pytest.mark.parametrize("kind", KINDS)
def test_boundaries_drawn_apart_make_one_ground(seed, offset, kind):
    """54 boundaries against shapely alone: whole ground, exact sums, everything said with its m²."""
    shapes = drawn_apart(100 * KINDS.index(kind) + seed, offset, kind)
    sources, log = cleaned(layer(Role.BOUNDARY, shapes))
    union, each = shapely.union_all([at(s) for s in shapes]).area, sum(s.area for s in shapes)
    said = told(log)
    assert sources.boundary.area == pytest.approx(OUTER.area, abs=ROUNDING_M2)
    lost = said.get("boundary_slit", 0.0) + said.get("boundary_gap", 0.0)
    assert lost == pytest.approx(OUTER.area - union, abs=ROUNDING_M2)
    assert said.get("boundary_overlap", 0.0) == pytest.approx(each - union, rel=0.02, abs=ROUNDING_M2)
    units = build_units(sources, UnitRules(open_side_m=300))
    assert shapely.area(units.polygons).sum() == pytest.approx(sources.boundary.area, rel=1e-8)
    assert units.units_m2 == pytest.approx(units.boundary_m2, rel=1e-9)
    assert shapely.coverage_is_valid(units.polygons)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("offset", [0.004, 0.02, 0.19, 3.0])
def test_the_grid_alone_never_makes_the_proof_fail(offset, kind):
    """With ``slit_m`` 0 and the union just as drawn, so that lines lie nearer together than the grid."""
    shapes = [at(s) for s in drawn_apart(7, offset, kind)]
    sources, _ = cleaned(layer(Role.BOUNDARY, [OUTER]))
    whole = shapely.union_all(shapes, grid_size=0.01)
    units = build_units(replace(sources, boundary=shapely.multipolygons(shapely.get_parts(whole))))
    assert shapely.area(units.polygons).sum() == pytest.approx(whole.area, abs=ROUNDING_M2)
    assert shapely.coverage_is_valid(units.polygons)


def test_slits_that_were_closed_are_no_districts():
    sources, _ = cleaned(layer(Role.BOUNDARY, drawn_apart(5, 0.1, "moved")))
    assert len(districts_of(sources)) == len(sources.districts)
    sources, _ = cleaned(boundary(box(0, 0, 200, 400), box(203, 0, 500, 400)))
    assert len(districts_of(sources)) == 3


# --- the proof keeps its teeth ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def town():
    return small_town()


@pytest.fixture(scope="module")
def proven(town):
    units = build_units(town)
    outline = shapely.get_parts(town.boundary)
    prove_partition(units, outline, town.boundary, 0.02)
    return units, outline


def rows(units, keep):
    return replace(units, frame=gpd.GeoDataFrame(units.frame.iloc[keep].reset_index(drop=True)))


def test_a_unit_dropped_or_doubled_fails_the_proof(town, proven):
    units, outline = proven
    every = np.arange(len(units))
    for row in every:
        for keep in (np.delete(every, row), np.append(every, row)):
            with pytest.raises(ArithmeticError, match="pieces sum"):
                prove_partition(rows(units, keep), outline, town.boundary, 0.02)


def test_a_unit_dropped_from_the_outline_too_fails_the_proof(town, proven):
    units, _ = proven
    for row in range(len(units)):
        fewer = rows(units, np.delete(np.arange(len(units)), row))
        rest = shapely.get_parts(shapely.coverage_union_all([*fewer.polygons, *units.exclusions]))
        fewer = replace(fewer, boundary_m2=fewer.units_m2 + units.excluded_m2)
        with pytest.raises(ArithmeticError, match="cut were"):
            prove_partition(fewer, rest, town.boundary, 0.02)


def test_ground_beyond_the_boundary_fails_the_proof(town, proven):
    units, outline = proven
    smaller = shapely.buffer(town.boundary, -0.05, join_style="mitre")
    with pytest.raises(ArithmeticError, match="cut were"):
        prove_partition(units, outline, smaller, 0.02)


def test_a_unit_doubled_in_place_of_another_fails_the_proof(town, proven):
    units, outline = proven
    frame = pd.concat([units.frame.iloc[1:], units.frame.iloc[1:2]], ignore_index=True)
    frame["geometry"] = [*units.polygons[1:], shapely.affinity.translate(units.polygons[0], 0.5)]
    frame["site_m2"] = [*units.frame["site_m2"].iloc[1:], units.frame["site_m2"].iloc[0]]
    with pytest.raises(ArithmeticError, match="overlap"):
        prove_partition(replace(units, frame=gpd.GeoDataFrame(frame)), outline, town.boundary, 0.02)


def test_the_log_is_silent_where_districts_match():
    shapes = [box(0, 0, 200, 400), box(200, 0, 500, 400)]
    sources, log = cleaned(boundary(*shapes))
    assert list(log) == []
    assert sources.boundary.area == 200_000
    assert len(sources.gaps) == 0


def test_the_same_districts_turned_make_the_same_whole():
    """Two coasts that part slowly: the ground between ends at the same place in every direction."""
    low = Polygon([(-25.7, -69.3), (605.4, 373), (900, 373), (900, -300), (-70, -300)])
    shore = [(605.4, 373), (541.9, 343.1), (429.4, 262.6), (6.3, 80.9), (-137, -15.7)]
    high = Polygon([*shore, (-137, 600), (605, 600)])
    found = []
    for turn in (0, 17, 45, 71, 90, 163):
        whole = joined(*(shapely.affinity.rotate(coast, turn, (0, 0)) for coast in (low, high)))
        found.append(sum(place.shape.area for place in whole.gaps))
    assert min(found) > 500
    assert max(found) - min(found) < 10
