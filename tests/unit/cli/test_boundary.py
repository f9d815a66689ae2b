"""`bigmap plan` on boundaries of several districts that do not match: never a defect, nothing silent."""

from __future__ import annotations

import json

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from shapely import LineString, Polygon, box

from bigmap.base import i18n
from bigmap.cli import main
from tests.helpers.boundaries import OUTER, drawn_apart
from tests.helpers.towns import GK117, at


@pytest.fixture(autouse=True)
def english():
    before = i18n.current()
    yield
    i18n.use(before)


def planned(folder, shapes, *options):
    """Plan a folder with these districts and a road; return the exit code, report and problems."""
    gpd.GeoDataFrame(geometry=[at(s) for s in shapes], crs=GK117).to_file(folder / "街道边界.shp")
    road = gpd.GeoDataFrame(geometry=[at(LineString([(-20, 300), (1300, 420)]))], crs=GK117)
    road.to_file(folder / "市政道路.shp")
    out = folder / "out"
    code = main.main(["plan", str(folder), "--out", str(out), "--zones", "2", "--lang", "en", *options])
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    problems = pd.read_csv(out / "problems.csv", encoding="utf-8-sig")
    return code, report, problems.rename(columns=lambda title: title.split()[0])


def codes(problems):
    found = problems[problems["code"].str.startswith("boundary")]
    return sorted(zip(found["code"], found["severity"], strict=True))


@pytest.mark.parametrize("off", [0.008, 0.02, 0.1])
def test_unmatched_vertices_are_closed_and_listed(tmp_path, off):
    """A vertex in the common border is a little off on one side: two wedges open to both ends."""
    left = Polygon([(0, 0), (600, 0), (600, 370), (600, 800), (0, 800)])
    right = Polygon([(600 + off, 0), (1200, 0), (1200, 800), (600 + off, 800), (600 + off, 370.0)])
    code, report, problems = planned(tmp_path, [left, right])
    assert code == main.DONE
    assert codes(problems) == [("boundary_slit", "mended")]
    assert report["boundary_m2"] == pytest.approx(at(OUTER).area, rel=1e-3)  # ellipsoidal
    assert report["coverage"]["land"]["value"] == 1.0
    assert problems.loc[problems["code"] == "boundary_slit", ["x", "y"]].notna().all(axis=None)


@pytest.mark.parametrize("seed", [0, 2])
def test_more_vertices_on_one_side_are_no_defect(tmp_path, seed):
    code, report, problems = planned(tmp_path, drawn_apart(seed, 0.0, "moved"))
    assert code == main.DONE
    assert {severity for _, severity in codes(problems)} <= {"mended"}
    assert report["uncovered_m2"] == report["overlap_m2"] == 0.0


def test_three_metres_between_districts_are_ground_that_somebody_decides_about(tmp_path, capsys):
    shapes = [box(0, 0, 600, 800), box(603, 0, 1200, 800)]
    code, report, problems = planned(tmp_path, shapes)
    assert code == main.DECISION
    assert codes(problems) == [("boundary_gap", "doubt")]
    assert "1 places between the features of the boundary, 2,400.0 m² in all" in capsys.readouterr().out
    units = gpd.read_file(tmp_path / "out" / "units.geojson").to_crs(GK117)
    assert shapely.area(units.geometry.to_numpy()).sum() == pytest.approx(OUTER.area, rel=1e-5)
    assert report["boundary_m2"] == pytest.approx(report["units_m2"], rel=1e-9)
    inner = at(box(600.5, 0, 602.5, 800))
    assert units[units.intersects(inner)]["kind"].isin(["block", "road"]).all()


def test_the_option_says_what_a_slit_is(tmp_path, capsys):
    shapes = [box(0, 0, 600, 800), box(603, 0, 1200, 800)]
    code, _, problems = planned(tmp_path, shapes, "--slit", "4")
    assert (code, codes(problems)) == (main.DONE, [("boundary_slit", "mended")])
    with pytest.raises(SystemExit):
        main.main(["plan", str(tmp_path), "--out", str(tmp_path / "o"), "--slit", "wide"])
    assert "wide is not a distance in metres" in capsys.readouterr().err
