"""`bigmap plan` on estates across the boundary, two on one ground, and layers that may lie elsewhere."""

from __future__ import annotations

import json
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import shapely.affinity
from shapely import box

from bigmap.base import i18n
from bigmap.cli import main
from bigmap.core.crs import gcj02
from tests.helpers.towns import GK117, at


@pytest.fixture(autouse=True)
def english():
    before = i18n.current()
    yield
    i18n.use(before)


def write(folder, file, shapes, crs=GK117, **columns):
    shapes = [at(shape) for shape in shapes]
    gpd.GeoDataFrame(columns, geometry=shapes, crs=GK117).to_crs(crs).to_file(folder / file)


def run(folder, *options):
    """Plan a folder; return the exit code, the report and the problems."""
    out = folder / "out"
    code = main.main(["plan", str(folder), "--out", str(out), "--zones", "1", "--lang", "en", *options])
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    problems = pd.read_csv(out / "problems.csv", encoding="utf-8-sig")
    return code, report, problems.rename(columns=lambda title: title.split()[0])


def households(report):
    return sum(zone["households"] for zone in report["zones"])


ACROSS = [box(0, 0, 300, 100), box(390, 0, 590, 100), box(300, 0, 390, 100)]
"""Three estates; 5 % of the second lie in the street."""


def write_across(folder, shapes=ACROSS, **figures):
    write(folder, "街道边界.shp", [box(0, 0, 400, 100)])
    write(folder, "小区边界.shp", shapes, name=["a", "跨界园", "c"], **figures)


@pytest.fixture
def across(tmp_path):
    """A street and an estate of 400 households, 5 % of which lie inside."""
    write_across(tmp_path, 户数=[100, 400, 100])
    return tmp_path


def test_an_estate_across_the_boundary_ends_with_3_and_both_figures(across, capsys):
    code, report, problems = run(across)
    line = "380 households (63.3%) are unplaced, shared out or lost: look at them in the problem list"
    assert (code, households(report)) == (main.DECISION, 220)
    assert report["notes"] == [line]
    shown = capsys.readouterr().out
    assert f"! {line}" in shown
    left = "their part inside: 380 households of theirs lie outside and are in no figure."
    assert left in shown
    assert any(left in doubt for doubt in report["doubts"])
    assert report["across_boundary"] == {
        "n": 1, "households": 380, "floor_area_m2": None, "lower_bounds": []
    }  # fmt: skip
    (said,) = problems.loc[problems["code"] == "across_boundary", "text"]
    assert "20 of 400 households" in said


FLOORS = {"gfa": [5000.0, 8000.0, 6000.0]}
BEYOND = {"en": "7,600 m² of floor area of theirs", "zh": "其边界外的 7,600 平方米建筑面积不计入任何数字"}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_of_households_that_nobody_tells_nothing_is_said_outside(tmp_path, capsys, lang):
    write_across(tmp_path, **FLOORS)
    _, report, _ = run(tmp_path, "--lang", lang)
    (left,) = [doubt for doubt in report["doubts"] if BEYOND[lang] in doubt]
    assert left in capsys.readouterr().out
    assert not re.search(r"households|[0-9] ?户", left)
    assert report["across_boundary"] == {
        "n": 1, "households": None, "floor_area_m2": 7600, "lower_bounds": []
    }  # fmt: skip


def test_households_that_some_do_not_tell_are_at_least_so_many_outside(tmp_path):
    shapes = [box(0, 0, 300, 100), box(380, 0, 580, 100), box(300, -100, 380, 100)]
    write_across(tmp_path, shapes, 户数=[100, 400, np.nan], **FLOORS)
    _, report, _ = run(tmp_path)
    left = "≥ 360 households and 10,200 m² of floor area of theirs lie outside"
    assert any(left in doubt for doubt in report["doubts"])
    assert report["across_boundary"] == {
        "n": 2, "households": 360, "floor_area_m2": 10200, "lower_bounds": ["households"]
    }  # fmt: skip


def test_what_counts_whole_leaves_nothing_outside(across):
    _, report, _ = run(across, "--count", "跨界园=whole")
    assert report["across_boundary"] == {
        "n": 1, "households": 0, "floor_area_m2": 0, "lower_bounds": []
    }  # fmt: skip
    assert not any("lie outside" in doubt for doubt in report["doubts"])


@pytest.mark.parametrize(("how", "hh"), [("whole", 600), ("share", 220), ("none", 200)])
def test_the_command_line_decides_how_much_of_an_estate_counts(across, how, hh):
    code, report, problems = run(across, "--count", f"跨界园={how}")
    assert (code, households(report)) == (main.DONE, hh)
    assert "doubt" not in set(problems.loc[problems["code"] == "across_boundary", "severity"])


@pytest.mark.parametrize("wrong", ["跨界园", "跨界园=half", "谁园=whole", "=share"])
def test_a_count_that_means_nothing_is_refused(across, wrong, capsys):
    out = ["--out", str(across / "out"), "--lang", "en"]
    assert main.main(["plan", str(across), *out, "--count", wrong]) == main.UNUSABLE
    assert f"--count {wrong}" in capsys.readouterr().err


def test_check_ends_with_3_too(across, capsys):
    write(across, "片区.shp", [box(0, 0, 400, 100)], zone_id=["W01"])
    out = ["--out", str(across / "out"), "--lang", "en"]
    inputs = [str(across / name) for name in ("片区.shp", "街道边界.shp", "小区边界.shp")]
    assert main.main(["check", *inputs, *out]) == main.DECISION
    assert "! 380 households" in capsys.readouterr().out
    assert main.main(["check", *inputs, *out, "--count", "跨界园=share"]) == main.DONE


@pytest.mark.slow
def test_two_estates_on_one_ground_end_with_3_and_both_are_found(tmp_path):
    write(tmp_path, "街道边界.shp", [box(0, 0, 400, 200)])
    same = box(0, 0, 200, 200)
    names = ["东风里", "东风里二区", "西苑"]
    write(tmp_path, "小区边界.shp", [same, same, box(200, 0, 400, 200)], name=names, 户数=[120, 80, 200])
    code, report, problems = run(tmp_path)
    assert (code, households(report)) == (main.DECISION, 400)
    units = json.loads((tmp_path / "out" / "units.geojson").read_text(encoding="utf-8"))
    assert {unit["properties"]["name"] for unit in units["features"]} == {"东风里、东风里二区", "西苑"}
    assert "same_ground" in set(problems["code"])
    code, report, _ = run(tmp_path, "--count", "东风里二区=none")
    assert (code, households(report)) == (main.DONE, 320)


# --- where layers lie -------------------------------------------------------------------------------


def town():
    """Estates at random places over 2 km, with nine houses each: a pattern that fits in one place only."""
    rng = np.random.default_rng(5)
    corners = [
        (330 * i + rng.uniform(0, 150), 330 * j + rng.uniform(0, 150)) for i in range(6) for j in range(6)
    ]
    spots = [(15 + 45 * i, 12 + 38 * j) for i in range(3) for j in range(3)]
    estates = [box(x, y, x + 150, y + 130) for x, y in corners]
    return estates, [box(x + u, y + v, x + u + 30, y + v + 14) for x, y in corners for u, v in spots]


@pytest.mark.slow
def test_a_layer_600_m_off_ends_with_3_and_a_line(tmp_path, capsys):
    estates, houses = town()
    write(tmp_path, "小区边界.shp", estates, 户数=[10] * len(estates))
    moved = [shapely.affinity.translate(house, 500, -340) for house in houses]
    write(tmp_path, "独栋房屋.shp", moved, 层数=[6] * len(moved))
    code, report, problems = run(tmp_path)
    assert code == main.DECISION
    assert "! 独栋房屋.shp: It lies about 60" in capsys.readouterr().out
    assert [note for note in report["notes"] if note.startswith("独栋房屋.shp")]
    assert "shifted" in set(problems["code"])


def told(folder, *options):
    """Return the files of which it is said that they may be a web map's."""
    _, _, problems = run(folder, *options)
    return sorted(problems.loc[problems["code"] == "datum_untold", "file"])


def test_degrees_of_wgs84_that_nothing_contradicts_may_be_gcj02(tmp_path):
    estates, houses = town()
    write(tmp_path, "小区边界.geojson", estates, crs=4326, 户数=[10] * len(estates))
    write(tmp_path, "独栋房屋.geojson", houses, crs=4326, 层数=[6] * len(houses))
    assert told(tmp_path) == ["小区边界.geojson", "独栋房屋.geojson"]
    settled = ["--shift", "小区边界.geojson=0,0", "--shift", "独栋房屋.geojson=gcj02"]
    assert told(tmp_path, *settled) == []


@pytest.mark.parametrize("label", [4326, 4490])
def test_a_layer_of_another_system_that_fits_tells_where_it_lies(tmp_path, label):
    estates, houses = town()
    write(tmp_path, "小区边界.shp", estates, crs=label, 户数=[10] * len(estates))
    write(tmp_path, "独栋房屋.shp", houses, 层数=[6] * len(houses))
    assert told(tmp_path) == []


@pytest.mark.slow
def test_a_layer_of_a_web_map_is_told_by_its_shift_alone(tmp_path):
    estates, houses = town()
    write(tmp_path, "小区边界.shp", estates, 户数=[10] * len(estates))
    degrees = gpd.GeoSeries([at(house) for house in houses], crs=GK117).to_crs(4326)
    shifted = shapely.transform(degrees.to_numpy(), gcj02.to_gcj02)
    gpd.GeoDataFrame({"层数": [6] * len(houses)}, geometry=shifted, crs=4326).to_file(
        tmp_path / "独栋房屋.shp"
    )
    code, _, problems = run(tmp_path)
    assert code == main.DECISION
    assert "datum_untold" not in set(problems["code"])
    assert "shifted" in set(problems["code"])


def test_outside_china_and_in_cgcs2000_nothing_is_asked(tmp_path):
    estates, _ = town()
    write(tmp_path, "小区边界.geojson", estates[:6], crs=4490, 户数=[10] * 6)
    assert told(tmp_path) == []
    helsinki = [box(24.9, 60.1, 24.901, 60.101)]
    gpd.GeoDataFrame({"name": ["a"]}, geometry=helsinki, crs=4326).to_file(tmp_path / "小区边界.geojson")
    assert told(tmp_path) == []
