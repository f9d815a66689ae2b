"""`bigmap check` of zones as other offices draw them: read as any layer is, and nothing left unsaid."""

from __future__ import annotations

import json
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import Polygon, box

from bigmap.base import i18n
from bigmap.cli import main
from tests.helpers.foreign_zones import (
    EAST,
    NAMES,
    WEST,
    WHOLE,
    closed_line,
    label,
    write_dxf,
    write_kml,
    write_shapes,
)


@dataclass
class Checked:
    code: int
    said: str
    report: dict
    gaps: gpd.GeoDataFrame

    @property
    def zones(self) -> dict[str, dict]:
        return {zone["zone_id"]: zone for zone in self.report["zones"]}


@pytest.fixture
def check(tmp_path, capsys):
    """Check a file of zones against the boundary of 400 m × 300 m."""
    before = i18n.current()
    write_shapes(tmp_path / "街道边界.shp", [WHOLE], name=["街道"])

    def run(zones, *options) -> Checked:
        out = tmp_path / "out"
        told = [*options, "--out", out, "--lang", "en", "--quiet"]
        code = main.main(["check", *map(str, [zones, tmp_path / "街道边界.shp", *told])])
        text = (out / "report.json").read_text(encoding="utf-8")
        return Checked(code, capsys.readouterr().out, json.loads(text), gpd.read_file(out / "gaps.geojson"))

    yield run
    i18n.use(before)


# --- one reading for zones and for ground ------------------------------------------------------------------


def kml_of_lines(folder):
    """奥维: all lines in one folder, which is called as some other layer is."""
    marks = [closed_line(s, n) for s, n in zip((WEST, EAST), NAMES, strict=True)]
    return write_kml(folder / "a.kml", {"小区": marks})


def kml_of_labels_and_lines(folder):
    """Google Earth: names as points in a folder of their own, before the lines."""
    labels = [label(s, n) for s, n in zip((WEST, EAST), NAMES, strict=True)]
    lines = [closed_line(s, "未命名路径") for s in (WEST, EAST)]
    return write_kml(folder / "a.kml", {"标注": labels, "图形": lines})


def kml_of_a_folder_a_zone(folder):
    return write_kml(
        folder / "a.kml", {n: [closed_line(s, n)] for s, n in zip((WEST, EAST), NAMES, strict=True)}
    )


def drawing_with_names_as_texts(folder):
    return write_dxf(folder / "a.dxf", {"FWX": [WEST, EAST]}, "ZJ", NAMES)


def drawing_that_names_its_layer(folder):
    """The outlines are on a layer of zones, their names on another, and a frame of the sheet on a third."""
    frame = box(-500, -500, 900, 800)
    return write_dxf(folder / "a.dxf", {"片区": [WEST, EAST], "TK": [frame]}, "注记", NAMES)


def geojson_of_lines(folder):
    return write_shapes(folder / "a.geojson", [WEST.boundary, EAST.boundary], "EPSG:4326", name=list(NAMES))


def shapefile_of_lines_with_a_gap(folder):
    open_ring = shapely.LineString([(0.2, 0), (200, 0), (200, 300), (0, 300), (0, 0)])
    return write_shapes(folder / "a.shp", [open_ring, EAST.boundary], name=list(NAMES))


def package_whose_layer_has_another_name(folder):
    return write_shapes(folder / "a.gpkg", [WEST, EAST], layer="roads", name=list(NAMES))


def package_with_several_layers(folder):
    write_shapes(folder / "a.gpkg", [WEST], layer="一期", name=[NAMES[0]])
    return write_shapes(folder / "a.gpkg", [EAST], layer="二期", name=[NAMES[1]])


@pytest.mark.parametrize(
    "written",
    [
        kml_of_lines,
        kml_of_labels_and_lines,
        kml_of_a_folder_a_zone,
        drawing_with_names_as_texts,
        drawing_that_names_its_layer,
        geojson_of_lines,
        shapefile_of_lines_with_a_gap,
        package_whose_layer_has_another_name,
        package_with_several_layers,
    ],
)
def test_a_file_given_as_the_zones_is_the_zones(check, tmp_path, written):
    found = check(written(tmp_path))
    assert sorted(found.zones) == sorted(NAMES)
    assert [zone["drawn_m2"] for zone in found.zones.values()] == pytest.approx([60_000] * 2, rel=1e-3)
    assert found.report["uncovered_m2"] == found.report["overlap_m2"] == 0
    assert (found.code, len(found.gaps)) == (main.DONE, 0)


def test_a_file_without_areas_is_refused_with_what_it_lacks(tmp_path, capsys):
    write_shapes(tmp_path / "街道边界.shp", [WHOLE], name=["街道"])
    lines = write_shapes(tmp_path / "a.geojson", [shapely.LineString([(0, 0), (90, 90)])], "EPSG:4326", n=[1])
    args = ["check", str(lines), str(tmp_path / "街道边界.shp"), "--out", str(tmp_path / "o"), "--lang", "en"]
    assert main.main(args) == main.UNUSABLE
    assert "a.geojson holds no areas and no closed lines" in capsys.readouterr().err


# --- features and zones -------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["shp", "geojson"])
def test_a_zone_in_two_features_is_one_zone(check, tmp_path, ending):
    parts = [box(0, 0, 101, 300), box(100, 0, 200, 300), EAST]
    crs = "EPSG:4326" if ending == "geojson" else "EPSG:4548"
    found = check(write_shapes(tmp_path / f"zones.{ending}", parts, crs, code=["W01", "W01", "W02"]))
    assert found.zones["W01"]["drawn_m2"] == pytest.approx(60_000, rel=1e-3)
    assert {zone: values["pieces"] for zone, values in found.zones.items()} == {"W01": 1, "W02": 1}
    assert found.report["overlap_m2"] == 0
    assert (found.code, len(found.gaps)) == (main.DONE, 0)
    assert "Zone W01 is drawn as 2 features" in found.said
    assert "60,300 m² drawn, 60,000 m² of ground" in found.said


@pytest.mark.parametrize("ending", ["shp", "geojson"])
def test_a_feature_without_a_shape_is_said(check, tmp_path, ending):
    crs = "EPSG:4326" if ending == "geojson" else "EPSG:4548"
    shapes = [WEST, None, EAST]
    found = check(write_shapes(tmp_path / f"zones.{ending}", shapes, crs, code=["W01", "W02", "W03"]))
    assert list(found.zones) == ["W01", "W03"]
    assert f"zones.{ending}, feature 2: It has no shape and was left out." in found.said


def test_a_zone_that_crosses_itself_is_said_with_both_areas(check, tmp_path):
    bowtie = Polygon([(0, 0), (200, 300), (200, 0), (0, 300)])
    found = check(write_shapes(tmp_path / "zones.shp", [bowtie, EAST], code=["W01", "W02"]))
    assert found.report["uncovered_m2"] == pytest.approx(30_000, rel=1e-3)
    assert "zones.shp, feature 1: Its outline crossed itself; it was put right" in found.said
    assert "30000 m² after" in found.said


# --- ground outside -----------------------------------------------------------------------------------------


def test_ground_beyond_the_boundary_is_measured_listed_and_said(check, tmp_path):
    shapes = [box(-100, 0, 200, 300), EAST, box(500, 0, 600, 100)]
    found = check(write_shapes(tmp_path / "zones.shp", shapes, code=["W01", "W02", "W03"]))
    assert found.report["coverage"]["land"]["value"] == 1.0
    assert found.report["outside_m2"] == pytest.approx(40_000, rel=1e-3)
    assert found.zones["W01"]["outside_m2"] == pytest.approx(30_000, rel=1e-3)
    assert found.zones["W02"]["outside_m2"] == 0
    listed = found.gaps[["kind", "zones", "cause", "suggest"]].to_records(index=False).tolist()
    assert listed == [
        ("outside", "W01", "beyond_boundary", "cut_off"),
        ("outside", "W03", "apart_from_boundary", "cut_off"),
    ]
    assert "Zone W01 reaches beyond the boundary: 29,9" in found.said
    assert "Zone W03 (9,9" in found.said
    assert "lies wholly outside the boundary." in found.said
    assert found.code == main.DECISION


def test_a_strip_beyond_the_boundary_asks_for_no_decision(check, tmp_path):
    """0.3 m × 300 m: an old drawing of the boundary, not somebody else's ground."""
    found = check(write_shapes(tmp_path / "zones.shp", [box(-0.3, 0, 200, 300), EAST], code=["W01", "W02"]))
    assert found.gaps["kind"].tolist() == ["outside"]
    assert "1 places beyond the boundary are under 50 m² or 1 m wide (90.0 m² in all)." in found.said
    assert found.code == main.DONE


# --- the rounding of coordinates ----------------------------------------------------------------------------


def bent(step: float) -> list[Polygon]:
    """Two zones with a slanting border, on which the second has more vertices, all rounded to a step."""
    line = [(150 + 100 * t, 300 * t) for t in np.linspace(0, 1, 23)]
    west = [(0, 0), line[0], line[-1], (0, 300)]
    east = [*line, (400, 300), (400, 0)]
    return [Polygon(np.round(np.array(ring) / step) * step) for ring in (west, east)]


@pytest.mark.parametrize(
    ("name", "crs", "step"),
    [("a.shp", "EPSG:4548", 0.1), ("a.gpkg", "EPSG:4548", 1.0)],
)
def test_slivers_of_rounded_coordinates_are_counted_and_not_listed(check, tmp_path, name, crs, step):
    found = check(write_shapes(tmp_path / name, bent(step), crs, code=["W01", "W02"]))
    assert found.report["uncovered_m2"] + found.report["overlap_m2"] > 0
    assert (found.code, len(found.gaps)) == (main.DONE, 0)
    assert found.report["rounding"]["n"] > 0
    assert "are no wider than the rounding of coordinates to" in found.said


def test_slivers_of_six_decimals_of_a_degree_are_counted_and_not_listed(check, tmp_path):
    path = write_shapes(tmp_path / "exact.gpkg", bent(0.001), "EPSG:4490", code=["W01", "W02"])
    frame = gpd.read_file(path)
    frame.geometry = shapely.transform(frame.geometry.to_numpy(), lambda xy: np.round(xy, 6))
    frame.to_file(tmp_path / "zones.geojson", COORDINATE_PRECISION=6)
    found = check(tmp_path / "zones.geojson")
    assert (found.code, len(found.gaps)) == (main.DONE, 0)
    assert found.report["rounding"]["resolution_m"] == pytest.approx(0.111, abs=0.001)
    assert found.report["rounding"]["n"] > 0


@pytest.mark.parametrize(("step", "gap"), [(0.1, 0.1), (1.0, 1.0), (0.01, 0.01)])
def test_a_gap_of_one_step_is_listed(check, tmp_path, step, gap):
    """What the coordinates can tell, they tell: the east zone begins one step or more beside the west one."""
    west = Polygon([(0, 0), (200, 0), (200, 300), (100, 300 - step), (0, 300)])
    found = check(write_shapes(tmp_path / "a.shp", [west, box(200 + gap, 0, 400, 300)], code=["W01", "W02"]))
    strips = found.gaps[found.gaps["zones"].str.contains(";")]
    assert strips["area_m2"].tolist() == pytest.approx([300 * gap], rel=0.01)


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4548"])
def test_a_boundary_checked_against_itself_gives_no_places(tmp_path, capsys, crs):
    """Districts with unrounded vertices, that meet to the last bit, as zones and as boundary."""
    rng = np.random.default_rng(7)
    x, y = (np.linspace(0, 2000, 5), np.linspace(0, 1500, 4))
    grid = np.stack(np.meshgrid(x, y), axis=-1) + rng.uniform(-120, 120, (4, 5, 2))
    edge = {}

    def way(a, b):
        if (b, a) in edge:
            return edge[b, a][::-1]
        t = np.sort(rng.uniform(0.02, 0.98, 40))[:, None]
        run = grid[b] - grid[a]
        bow = np.sin(np.pi * t) * rng.uniform(-0.1, 0.1) * np.array([-run[1], run[0]])
        edge[a, b] = np.vstack([grid[a], grid[a] + t * run + bow, grid[b]])
        return edge[a, b]

    def cell(r, c):
        corners = [(r, c), (r, c + 1), (r + 1, c + 1), (r + 1, c)]
        return Polygon(np.vstack([way(corners[i], corners[(i + 1) % 4])[:-1] for i in range(4)]))

    shapes = [cell(r, c) for r in range(3) for c in range(4)]
    codes = [f"{i:02d}" for i in range(12)]
    (tmp_path / "ground").mkdir()
    write_shapes(tmp_path / "ground" / "boundary.shp", shapes, crs, code=codes)
    zones = write_shapes(tmp_path / "zones.shp", shapes, crs, code=codes)
    args = ["check", str(zones), str(tmp_path / "ground"), "--out", str(tmp_path / "o"), "--lang", "en"]
    assert main.main([*args, "--quiet"]) == main.DONE
    assert "12 zones checked; coverage 100.0000%; 0 places to look at" in capsys.readouterr().out


# --- who serves ---------------------------------------------------------------------------------------------


def test_an_operator_that_is_not_in_the_table_serves_nobody_and_is_said(check, tmp_path):
    table = tmp_path / "企业.csv"
    table.write_text("企业编号,企业名称,承接户数上限\nA,甲物业,500\n", encoding="utf-8-sig")
    shapes = [WEST, box(200, 0, 400, 150), box(200, 150, 400, 300)]
    owners = ["甲物业", "丙物业", "无"]
    zones = write_shapes(tmp_path / "z.gpkg", shapes, code=["W01", "W02", "W03"], operator=owners)
    found = check(zones, "--operators", table)
    assert found.report["coverage"]["operated_land"]["value"] == pytest.approx(0.5, abs=1e-4)
    causes = found.gaps.sort_values("zones")[["zones", "cause"]].to_records(index=False).tolist()
    assert causes == [("W02", "operator_unknown"), ("W03", "no_operator")]
    assert "Zone W02 names 丙物业, which is not in the table of operators" in found.said


def test_services_that_nobody_does_are_listed(check, tmp_path):
    services = tmp_path / "services.csv"
    services.write_text("zone,service,operator\nW01,greening,none\n", encoding="utf-8")
    zones = write_shapes(tmp_path / "z.shp", [WEST, EAST], code=["W01", "W02"], operator=["A", "B"])
    found = check(zones, "--services", services)
    listed = found.gaps[["kind", "zones", "services"]].to_records(index=False).tolist()
    assert listed == [("service_hole", "W01", "greening")]
    assert found.code == main.DECISION
