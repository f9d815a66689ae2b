"""Bridges over excluded ground belong to their roads and link the banks; jetties stay excluded."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import LineString, box

from bigmap.base import i18n
from bigmap.base.problems import ProblemLog
from bigmap.cli import main
from bigmap.core.geometry.adjacency import build_graph
from bigmap.core.units.build_units import build_units
from bigmap.core.units.by_district import build_by_district
from bigmap.core.units.cutting_rules import UnitRules
from tests.helpers.towns import GK117, at, layer, sources

RIVER = box(300, -50, 340, 350)


@pytest.fixture(autouse=True)
def language():
    before = i18n.current()
    yield
    i18n.use(before)


def roads(*lines, **columns):
    return layer(
        [line if hasattr(line, "geom_type") else LineString(line) for line in lines],
        **{"width_m": 20.0, "road_class": "branch"} | columns,
    )


def town(*lines, water=(RIVER,), told=None, **columns):
    """A town of 640 m × 300 m with a river of 40 m from south to north, x = 300 to 340."""
    exclusions = layer(list(water), **(told or {"name": "河"}))
    return sources(box(0, 0, 640, 300), roads=roads(*lines, **columns), exclusions=exclusions)


def cut(ground, **rules):
    problems = ProblemLog()
    units = build_units(ground, UnitRules(**rules), problems)
    return units, len(set(build_graph(units.polygons).components())), problems


def planar_excluded_m2(units):
    return float(shapely.area(units.exclusions).sum())


def test_a_road_across_the_river_has_a_deck_that_links_the_banks():
    """``ground | 40 m of river | ground``: a deck of 20 m × 40 m."""
    units, pieces, problems = cut(town([(0, 150), (640, 150)]))
    assert (units.bridges, pieces) == (1, 1)
    assert planar_excluded_m2(units) == pytest.approx(40 * 300 - 20 * 40)
    assert units.bridges_m2 == pytest.approx(800, rel=1e-3)
    road = units.frame[units.frame["kind"] == "road"]
    assert road.geometry.area.tolist() == pytest.approx([640 * 20])
    assert road["sweep_m2"].to_numpy() == pytest.approx(road["site_m2"].to_numpy())
    said = [p for p in problems if p.code == "bridges"]
    assert len(said) == 1
    assert (
        said[0]
        .text.render("en")
        .startswith("Bridges and underpasses of roads over excluded ground: 1 (800 m²)")
    )


def test_no_bridges_leaves_them_excluded():
    units, pieces, problems = cut(town([(0, 150), (640, 150)]), bridges=False)
    assert (units.bridges, units.bridges_m2, pieces) == (0, 0.0, 2)
    assert planar_excluded_m2(units) == pytest.approx(40 * 300)
    assert not [p for p in problems if p.code in ("bridges", "bridge_open")]


@pytest.mark.parametrize("slant", [0, 60, 150])
def test_slanting_bridges_have_their_corners(slant):
    units, pieces, _ = cut(town([(0, 150 - slant), (640, 150 + slant)]))
    assert (units.bridges, pieces) == (1, 1)
    surface = LineString([(0, 150 - slant), (640, 150 + slant)]).buffer(10, cap_style="flat")
    assert units.bridges_m2 == pytest.approx(surface.intersection(RIVER).area, rel=2e-3)


@pytest.mark.parametrize(
    "line",
    [
        [(0, 150), (320, 150)],  # a jetty
        [(320, 100), (320, 200)],  # a ferry
        [(320, 150), (640, 150)],
    ],
)
def test_what_reaches_one_bank_or_none_is_no_bridge(line):
    units, pieces, problems = cut(town(line))
    assert (units.bridges, pieces) == (0, 2)
    assert [p.code for p in problems if p.code.startswith("bridge")] == ["bridge_open"]


def test_a_bridge_to_the_neighbour_is_said_and_stays_excluded():
    """The river lies along the boundary: the other bank is not the plan's."""
    ground = town([(0, 150), (700, 150)], water=(box(600, -50, 700, 350),))
    units, _, problems = cut(ground)
    assert units.bridges == 0
    said = [p.text.render("en") for p in problems if p.code == "bridge_open"]
    assert len(said) == 1
    assert said[0].startswith("Roads over excluded ground that reach no other ground")
    assert "their 40 m there stay excluded" in said[0]


def test_a_bridge_drawn_in_pieces_with_a_jetty_is_one_bridge_without_the_jetty():
    """Three ways in a row, the second wholly over water, and a stump to the south from its end."""
    ground = town(
        [(0, 150), (310, 150)],
        [(310, 150), (330, 150)],
        [(330, 150), (640, 150)],
        [(330, 150), (330, 60)],
        name=["引桥", "主桥", "引桥", "栈桥"],
    )
    units, pieces, _ = cut(ground)
    assert (units.bridges, pieces) == (1, 1)
    assert planar_excluded_m2(units) == pytest.approx(40 * 300 - 20 * 40, abs=1)


def test_water_in_two_touching_polygons_is_one_river():
    ground = town([(0, 150), (320, 150)], water=(box(300, -50, 320, 350), box(320, -50, 340, 350)))
    units, pieces, _ = cut(ground)
    assert (units.bridges, pieces) == (0, 2)


def test_a_road_area_across_the_river_is_a_bridge_and_one_along_the_bank_is_none():
    units, pieces, _ = cut(town(box(0, 140, 640, 160)))
    assert (units.bridges, pieces) == (1, 1)
    units, pieces, _ = cut(town(box(280, 0, 305, 300)))
    assert (units.bridges, pieces) == (0, 2)


def test_roads_within_excluded_land_are_its_own_but_for_flagged_ones():
    hill = {"told": {"name": "仙岳山"}}
    lines = ([(0, 150), (640, 150)], [(0, 60), (640, 60)])
    units, pieces, _ = cut(town(*lines, **hill))
    assert (units.bridges, pieces) == (0, 2)
    units, pieces, _ = cut(town(*lines, structure=["", "隧道"], **hill))
    assert (units.bridges, pieces) == (1, 1)


def test_a_road_that_grazes_the_bank_keeps_its_ground_there():
    """A riverside road dips into the water as drawn; half of its width beside the water stays water."""
    units, pieces, _ = cut(town([(290, 0), (290, 100), (305, 150), (290, 200), (290, 300)]))
    assert pieces == 2
    assert units.bridges == 1
    assert 0 < units.bridges_m2 < 40 * 20


def test_a_house_on_a_bridge_stands_on_ground():
    house = layer([box(310, 144, 330, 156)], kind="building", name="廊桥", hh=3.0)
    ground = replace(town([(0, 150), (640, 150)]), buildings=house)
    units, _, problems = cut(ground)
    assert units.frame["hh"].sum() == 3
    assert not [p for p in problems if p.code == "on_exclusion"]


def test_districts_that_meet_in_the_river_share_its_bridges():
    """The boundary runs along the middle of the river: the bridge is found on the whole, and said once."""
    ground = town([(0, 150), (640, 150)])
    halves = layer([box(0, 0, 320, 300), box(320, 0, 640, 300)])
    ground = replace(ground, districts=halves)
    problems = ProblemLog()
    with ThreadPoolExecutor(2) as executor:
        units, graph = build_by_district(ground, executor, problems=problems)
    assert units.bridges_m2 == pytest.approx(800, rel=1e-3)
    assert units.bridges == 1
    assert len(set(graph.components())) == 1
    assert [p.code for p in problems].count("bridges") == 1


def write_case(folder):
    """Six estates of 30 and 10 households on both banks, one road flagged as bridge (桥梁=是)."""
    estates = [box(x, 0, x + 100, 140) for x in (0, 100, 200, 340, 440, 540)]
    for name, shapes, columns in (
        ("街道边界", [box(0, 0, 640, 300)], {"name": ["甲"]}),
        ("小区边界", estates, {"name": list("abcdef"), "户数": [30, 30, 30, 10, 10, 10]}),
        ("水域", [box(300, 0, 340, 300)], {"name": ["河"]}),
        ("道路", [LineString([(0, 150), (640, 150)])], {"name": ["大桥路"], "width": [20.0], "桥梁": ["是"]}),
    ):
        frame = gpd.GeoDataFrame(columns, geometry=[at(s) for s in shapes], crs=GK117)
        frame.to_file(folder / f"{name}.geojson")


@pytest.mark.parametrize("bridges", [True, False])
def test_a_plan_over_a_bridge_has_zones_in_one_piece(tmp_path, capsys, bridges):
    """60 and 60 households: {a, b} and {c, d, e, f}, whose estates lie on both banks."""
    write_case(tmp_path)
    out = tmp_path / "out"
    told = ["plan", str(tmp_path), "--out", str(out), "--zones", "2", "--lang", "en", "--quiet"]
    code = main.main([*told, *([] if bridges else ["--no-bridges"])])
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    said = capsys.readouterr().out
    assert code == main.DONE  # each bank has its zone where the bridge links nothing
    assert report["bridges"]["n"] == bridges
    assert report["bridges"]["m2"] == pytest.approx(800 * bridges, rel=1e-3)
    assert report["units_m2"] + report["excluded_m2"] == pytest.approx(report["boundary_m2"])
    assert report["coverage"]["land"]["of_m2"] == pytest.approx(report["units_m2"])
    assert said.count("Bridges and underpasses") == bridges
    if bridges:
        assert [zone["pieces"] for zone in report["zones"]] == [1, 1]
        assert [zone["households"] for zone in report["zones"]] == [60, 60]
        zones = gpd.read_file(out / "zones.geojson").to_crs(GK117)
        assert shapely.get_num_geometries(zones.geometry.to_numpy()).tolist() == [1, 1]
        deck = at(box(302, 142, 338, 158))
        assert shapely.covers(shapely.buffer(shapely.union_all(zones.geometry), 0.05), deck)


def test_check_counts_the_deck_as_ground(tmp_path, capsys):
    """Zones of somebody else up to both banks leave the bridge to nobody: it is listed."""
    write_case(tmp_path)
    zones = [box(0, 0, 300, 300), box(340, 0, 640, 300)]
    frame = gpd.GeoDataFrame({"name": ["W1", "W2"]}, geometry=[at(s) for s in zones], crs=GK117)
    (tmp_path / "drawn").mkdir()
    frame.to_file(tmp_path / "drawn" / "zones.geojson")
    out = tmp_path / "out"
    inputs = [str(tmp_path / f"{n}.geojson") for n in ("街道边界", "小区边界", "水域", "道路")]
    told = ["check", str(tmp_path / "drawn" / "zones.geojson"), *inputs, "--out", str(out), "--lang", "en"]
    assert main.main([*told, "--quiet"]) == main.DECISION
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert report["uncovered_m2"] == pytest.approx(800, rel=1e-3)
    assert report["bridges"]["n"] == 1
    assert capsys.readouterr().out.count("Bridges and underpasses") == 1
    assert main.main([*told, "--quiet", "--no-bridges"]) == main.DONE
    assert np.isclose(json.loads((out / "report.json").read_text(encoding="utf-8"))["uncovered_m2"], 0)
