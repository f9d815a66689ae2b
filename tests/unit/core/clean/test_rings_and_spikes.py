"""Odd outlines: spikes, rings taken for the wrong thing, estates drawn twice; fixtures F9 and F14."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely import LineString, MultiPolygon, Polygon, box
from shapely.affinity import translate

from bigmap.core.clean.rings import sorted_out
from bigmap.core.clean.spikes import spiky, without_spikes
from bigmap.core.coverage.proof import check_coverage
from bigmap.core.sources.layers import Role
from bigmap.core.units.build_units import build_units
from tests.helpers.dirt import BOW_TIE, SQUARE, at, boundary, cleaned, found, layer

HOLE = box(40, 40, 60, 60)
TIP = Polygon([(10, 10), (110, 10), (110, 60), (180, 60), (110, 60.05), (110, 110), (10, 110)])
"""::

    +----+
    |    |________  70 m long, 5 cm wide
    |    |
    +----+
"""


def estates(*shapes, **columns):
    return cleaned(boundary(), layer(Role.ESTATES, list(shapes), **columns))


def test_domain_fixture_f9():
    """Bow-tie, CAD ring with a 0.2 m gap, duplicate, spike, Z = -1e38 and scattered parts, each by name."""
    gap = LineString([(300, 10), (400, 10), (400, 110), (300, 110), (300, 10.2)])
    spike = translate(TIP, 400, 0)
    high = shapely.force_3d(box(700, 10, 800, 110), -1e38)
    scattered = MultiPolygon([box(10, 200, 110, 300), box(300, 200, 400, 300)])
    double = box(700, 10, 800, 110)
    names = ["蝴蝶里", "缺口苑", "尖刺园", "高程园", "分散村", "重复园"]
    sources, log = estates(BOW_TIE, gap, spike, high, scattered, double, names=names)
    assert [(p.severity.value, p.code, p.name) for p in log] == [
        ("mended", "heights", ""),
        ("mended", "gap_closed", "缺口苑"),
        ("mended", "spike", "尖刺园"),
        ("mended", "invalid", "蝴蝶里"),
        ("doubt", "same_ground", "重复园"),
        ("doubt", "multipart", "蝴蝶里"),
        ("doubt", "multipart", "分散村"),
    ]
    area = dict(zip(sources.estates["name"], sources.estates.geometry.area.round(), strict=True))
    assert area == {
        "蝴蝶里": 5000,
        "缺口苑": 10_000,
        "尖刺园": 10_000,
        "高程园、重复园": 10_000,
        "分散村": 20_000,
    }
    assert "0.200 m" in log.items[1].text.render("en")


def test_domain_fixture_f14_an_estate_inside_another_keeps_its_ground_and_both_are_listed():
    inner = box(40, 40, 60, 60)
    sources, log = estates(SQUARE, inner, names=["外园", "内园"])
    assert found(log) == [("doubt", "inside", 2)]
    assert "外园 (estates.shp 1)" in log.items[0].text.render("en")
    units = build_units(sources)
    assert units.frame.groupby("name")["site_m2"].sum().round(-1).loc[["内园", "外园"]].tolist() == [
        400,
        9600,
    ]
    zones = sources.estates.iloc[:1].assign(zone_id="Z1", oper=None)
    zones = zones.set_geometry([at(SQUARE.difference(inner))], crs=sources.crs)
    gaps = check_coverage(zones, sources, units).gaps
    assert [gap.zones for gap in gaps if gap.inside] == [("Z1",)]


def test_a_spike_is_cut_off_and_its_ground_told():
    sources, log = estates(TIP)
    assert sources.estates.geometry.area.tolist() == pytest.approx([10_000], abs=0.01)
    assert sources.estates.geometry[0].bounds[2] == at(SQUARE).bounds[2]
    assert found(log) == [("mended", "spike", 1)]
    assert "10001.7 m² before, 10000.0 m² after" in log.items[0].text.render("en")


@pytest.mark.parametrize(
    ("ring", "kept"),
    [
        ([(0, 0), (50, 0), (50, 50), (20, 50), (20, 90), (20.03, 90), (20.03, 50), (0, 50)], 4),  # blunt tip
        ([(0, 90), (0, 0), (50, 0), (50, 50), (0.02, 50)], 4),  # tip where the ring begins
        ([(0, 0), (50, 0), (50, 50), (30, 50), (30, 20), (29.95, 50), (0, 50)], 6),  # a cut, not a spike
    ],
)
def test_spikes_of_every_kind_are_found(ring, kept):
    shape = Polygon(ring)
    assert spiky(np.array([SQUARE, shape, None, LineString(ring)], dtype=object)).tolist() == [1]
    bare = without_spikes(shape)
    assert len(bare.exterior.coords) - 1 == kept
    assert bare.bounds == (0, 0, 50, 50)
    assert not len(spiky(np.array([bare], dtype=object)))


@pytest.mark.parametrize(
    "shape",
    [
        box(0, 0, 300, 0.2),  # a narrow strip is no spike
        Polygon([(0, 0), (80, 0), (80, 8)]),  # a sharp corner of six degrees
        Polygon([(0, 0), (20, 0), (20, 20), (20.5, 20), (20.5, 0), (40, 0), (40, 30), (0, 30)]),  # a slot
    ],
)
def test_thin_ground_that_may_be_meant_stays(shape):
    assert not len(spiky(np.array([shape], dtype=object)))


def test_spikes_of_holes_and_parts_are_cut_too():
    holed = SQUARE.difference(translate(TIP, 30, 30).intersection(box(50, 50, 200, 130)))
    both = MultiPolygon([box(200, 200, 210, 210), Polygon(SQUARE.exterior, [_thorned(HOLE).exterior])])
    assert holed.is_valid
    assert spiky(np.array([both], dtype=object)).tolist() == [0]
    assert without_spikes(both).area == pytest.approx(100 + 10_000 - 400)


def _thorned(square):
    low_x, low_y, high_x, high_y = square.bounds
    tip = [(low_x + 5, high_y), (low_x + 5, high_y + 20), (low_x + 4.96, high_y)]
    return Polygon([(low_x, low_y), (high_x, low_y), (high_x, high_y), *tip, (low_x, high_y)])


def test_an_inner_ring_given_as_a_second_shell_is_a_hole():
    sources, log = estates(MultiPolygon([SQUARE, HOLE]))
    assert sources.estates.geometry.area.tolist() == [9600]
    assert found(log) == [("doubt", "hole_unmarked", 1)]
    assert "10400 m² before, 9600 m² after" in log.items[0].text.render("en")


@pytest.mark.parametrize(
    ("shape", "area"),
    [
        (MultiPolygon([HOLE, SQUARE, box(45, 45, 50, 50)]), 9600 + 25),  # an island in the hole
        (Polygon(SQUARE.exterior, [box(200, 10, 210, 20).exterior]), 10_000 + 100),  # a part given as hole
        (MultiPolygon([SQUARE, SQUARE]), None),  # the ring twice is no hole
        (MultiPolygon([SQUARE, box(100, 10, 150, 110)]), None),  # parts that overlap
        (Polygon(SQUARE.exterior, [box(100, 40, 150, 60).exterior]), None),  # a hole that sticks out
    ],
)
def test_rings_in_their_part(shape, area):
    better = sorted_out(shape)
    assert (better and better.area) == (area and pytest.approx(area))
    assert better is None or better.is_valid


@pytest.mark.parametrize("turn", [False, True])
def test_winding_changes_nothing(turn):
    ring, hole = SQUARE.exterior.coords[::-1], HOLE.exterior.coords
    sources, log = estates(Polygon(ring, [hole[::-1] if turn else hole]))
    assert sources.estates.geometry.area.tolist() == [9600]
    assert len(log) == 0


def test_vertices_twice_in_a_row_are_dropped_and_counted():
    ring = [(10, 10), (10, 10), (110, 10), (110, 110), (110, 110), (110, 110), (10, 110)]
    sources, log = estates(Polygon(ring), box(200, 10, 300, 110))
    assert shapely.get_num_coordinates(sources.estates.geometry[0]) == 5
    assert [(p.code, p.text.render("en")[0]) for p in log] == [("repeated_vertex", "1")]


def test_measures_are_dropped():
    given = layer(Role.ESTATES, [SQUARE])
    xy = shapely.get_coordinates(given.frame.geometry.iloc[0])
    ring = ", ".join(f"{x:.2f} {y:.2f} 7" for x, y in xy)
    given.frame.geometry = [shapely.from_wkt(f"POLYGON M (({ring}))")]
    sources, log = cleaned(boundary(), given)
    assert not shapely.has_m(sources.estates.geometry.to_numpy()).any()
    assert found(log) == [("mended", "heights", None)]


# --- the same ground twice ---------------------------------------------------------------------


def test_an_estate_drawn_twice_a_little_off_is_named_with_its_twin():
    _, log = estates(SQUARE, translate(SQUARE, 1, 1), names=["莲溪里", "莲溪里"])
    assert found(log) == [("doubt", "near_duplicate", 2), ("doubt", "same_name", 2)]
    assert "莲溪里 (estates.shp 1) to 98%" in log.items[0].text.render("en")


def test_of_an_overlap_the_larger_one_is_told_whose_ground_it_is():
    small = box(100, 10, 160, 60)
    _, log = estates(small, SQUARE)
    assert found(log) == [("doubt", "overlap", 2)]
    assert "500 m² with estates1" in log.items[0].text.render("en")


def test_a_name_borne_twice_is_told_once_and_both_stay():
    far = [box(300, 10, 400, 110), box(500, 10, 600, 110), box(700, 10, 800, 110)]
    sources, log = estates(SQUARE, *far, names=["禾祥 里", "禾祥里", "", "禾祥里"])
    assert len(sources.estates) == 4
    assert found(log) == [("doubt", "same_name", 2)]
    assert log.items[0].text.render("en").startswith("3 estates")


def test_a_vertex_far_from_the_rest_of_its_estate_is_a_stray_even_if_it_is_in_town():
    ring = [(10, 10), (110, 10), (110, 110), (60, 110), (9_000, 4_000), (10, 110)]
    sources, log = estates(Polygon(ring), box(200, 10, 300, 110), names=["莲溪里", "后垵"])
    assert sources.estates.geometry.area.tolist() == [10_000, 10_000]
    assert [(p.severity.value, p.code, p.name) for p in log] == [("doubt", "stray_vertex", "莲溪里")]
    assert "9.0 km" in log.items[0].text.render("en")
    assert "10000 m²" in log.items[0].text.render("en")


@pytest.mark.parametrize(
    "ring",
    [
        [(0, 0), (30, 0), (600, 900)],  # a triangle is what it is
        [(0, 0), (30, 0), (30, 400), (15, 450), (0, 400)],  # a long estate
        [(0, 0), (900, 0), (900, 12), (0, 12)],
    ],
)
def test_long_estates_have_no_strays(ring):
    sources, log = estates(Polygon(ring))
    assert sources.estates.geometry.area.tolist() == pytest.approx([Polygon(ring).area])
    assert len(log) == 0
