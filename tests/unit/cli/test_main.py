"""The command line's contract: files, exit codes, one sentence for what cannot be used."""

from __future__ import annotations

import argparse
import json
import shutil

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from shapely import LineString, box

from bigmap.base import i18n
from bigmap.base.errors import UserError
from bigmap.base.paths import sample_shapes
from bigmap.cli import arguments, main
from bigmap.cli import options as options_of
from bigmap.core.zoning.rules import ZoningRules
from tests.helpers.towns import GK117, at

FILES = {
    "units.geojson",
    "zones.geojson",
    "operators.geojson",
    "gaps.geojson",
    "coverage.pdf",
    "map.html",
    "zones.csv",
    "adjacency.csv",
    "bundles.csv",
    "problems.csv",
    "fields.csv",
    "parameters.json",
    "report.json",
}


@pytest.fixture(autouse=True)
def english():
    before = i18n.current()
    yield
    i18n.use(before)


def run(*arguments):
    return main.main([*map(str, arguments), "--lang", "en", "--quiet"])


def write(folder, stem, shapes, crs=GK117, **columns):
    folder.mkdir(parents=True, exist_ok=True)
    frame = gpd.GeoDataFrame(columns, geometry=[at(s) for s in shapes], crs=crs)
    frame.to_file(folder / f"{stem}.shp", encoding="UTF-8")
    return folder / f"{stem}.shp"


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    out = tmp_path_factory.mktemp("planned") / "out"
    code = main.main(
        ["plan", str(sample_shapes()), "--out", str(out), "--zones", "7", "--lang", "zh", "--quiet"]
    )
    return code, out


def test_plan_writes_every_file_of_the_contract(planned):
    code, out = planned
    assert code == main.DONE
    assert {p.name for p in out.iterdir()} == FILES


def test_the_report_has_the_keys_of_the_contract(planned):
    report = json.loads((planned[1] / "report.json").read_text(encoding="utf-8"))
    assert report["uncovered_m2"] == report["overlap_m2"] == 0
    assert report["units_m2"] == pytest.approx(report["boundary_m2"] - report["excluded_m2"], rel=1e-9)
    assert len(report["zones"]) == 7
    assert {z["pieces"] for z in report["zones"]} == {1}
    assert set(report["timings_s"]) == {
        *("read", "clean", "units", "adjacency", "zones", "coverage", "bundling", "write"),
    }
    assert report["crs"] == "EPSG:4548"
    assert report["peak_mb"] > 0


def test_gdal_reads_the_zones_back_as_a_coverage(planned):
    zones = gpd.read_file(planned[1] / "zones.geojson")
    assert len(zones) == 7
    assert shapely.coverage_is_valid(zones.geometry.to_numpy())


def test_check_of_our_own_zones_finds_no_more_than_their_rounding(planned, tmp_path, capsys):
    code = run(
        "check", planned[1] / "zones.geojson", sample_shapes(), "--out", tmp_path / "check", "--crs", "4548"
    )
    report = json.loads((tmp_path / "check" / "report.json").read_text(encoding="utf-8"))
    # 7 decimals of a degree are 1 cm: along 100 km of border that is a few square metres of slivers.
    assert report["overlap_m2"] + report["uncovered_m2"] < 1e-5 * report["boundary_m2"]
    assert len(gpd.read_file(tmp_path / "check" / "gaps.geojson")) == 0
    assert report["rounding"]["n"] > 0
    assert code == main.DONE
    assert "0 places to look at" in capsys.readouterr().out


def test_check_of_the_drawn_zones_finds_what_the_sample_hides(tmp_path):
    code = run("check", sample_shapes() / "现状片区.shp", sample_shapes(), "--out", tmp_path)
    assert code == main.DECISION
    gaps = gpd.read_file(tmp_path / "gaps.geojson").query("area_m2 > 50")
    assert gaps["kind"].tolist() == ["gap", "gap", "gap", "overlap", "overlap"]


def test_check_repairs_what_is_small_and_writes_the_zones(tmp_path, capsys):
    zones = sample_shapes() / "现状片区.shp"
    assert run("check", zones, sample_shapes(), "--out", tmp_path, "--repair-under", "2000") == main.DECISION
    assert "were repaired" in capsys.readouterr().out
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["overlap_m2"] == 0
    assert gpd.read_file(tmp_path / "gaps.geojson")["area_m2"].min() > 2000
    repaired = gpd.read_file(tmp_path / "zones.geojson").to_crs(4548)
    assert len(repaired) == 5
    before = gpd.read_file(zones).to_crs(4548)
    gained = repaired.geometry.area.sum() - before.geometry.area.sum()
    assert gained == pytest.approx(1190 - 2690, abs=30)  # the strip, and ground that two zones had


def test_contracts_and_services_count_on_the_day_told(tmp_path):
    write(
        tmp_path / "in", "estates", [box(0, 0, 90, 90), box(90, 0, 200, 90)], name=["甲", "乙"], hh=[50, 40]
    )
    table = "operator_id,name,capacity,contract_end\nA,公司,300,2026-06-30\n"
    (tmp_path / "in" / "operators.csv").write_text(table, encoding="utf-8")
    services = tmp_path / "services.csv"
    services.write_text("unit,service,operator\n甲,parking,n/a\n乙,greening,none\n", encoding="utf-8")
    args = ("plan", tmp_path / "in", "--zones", "1", "--services", services, "--out", tmp_path / "out")
    run(*args, "--date", "2026-06-30")
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert report["coverage"]["services"]["greening"]["covered_units"] == report["units"] - 1
    assert report["coverage"]["services"]["parking"]["of_units"] == report["units"] - 1
    assert gpd.read_file(tmp_path / "out" / "gaps.geojson")["kind"].tolist() == ["service_hole"]
    assert run(*args, "--date", "2026-07-01") == main.DECISION
    assert gpd.read_file(tmp_path / "out" / "gaps.geojson")["cause"].tolist() == ["no_operator"]
    problems = (tmp_path / "out" / "problems.csv").read_text(encoding="utf-8-sig")
    assert "contract_ended" in problems
    assert "2026-06-30" in problems


@pytest.mark.parametrize("option", [("--date", "gestern"), ("--repair-under", "-3"), ("--repair-under", "x")])
def test_options_of_a_check_that_make_no_sense(option, tmp_path):
    with pytest.raises(SystemExit) as ended:
        run("check", "zones.shp", "--out", tmp_path, *option)
    assert ended.value.code == main.UNUSABLE


def test_json_prints_the_report(tmp_path, capsys):
    assert run("plan", sample_shapes(), "--out", tmp_path, "--json") == main.DONE
    assert json.loads(capsys.readouterr().out)["units"] > 1000


def test_ground_without_an_operator_is_listed_and_asks_for_a_decision(tmp_path):
    # Six zones of 3,466 households: nobody can take a second one but the largest company.
    assert run("plan", sample_shapes(), "--out", tmp_path, "--zones", "6") == main.DECISION
    gaps = gpd.read_file(tmp_path / "gaps.geojson")
    assert gaps["kind"].tolist() == ["no_operator"]


def test_no_operator_with_room_is_a_decision(tmp_path, capsys):
    write(
        tmp_path / "in", "estates", [box(0, 0, 90, 90), box(90, 0, 200, 90)], name=["甲", "乙"], hh=[500, 400]
    )
    (tmp_path / "in" / "operators.csv").write_text(
        "operator_id,name,capacity\nA,小公司,300\n", encoding="utf-8"
    )
    write(tmp_path / "in", "boundary", [box(0, 0, 200, 90)], name=["界"])
    assert run("plan", tmp_path / "in", "--out", tmp_path / "out", "--zones", "2") == main.DECISION
    assert "No operator has room" in capsys.readouterr().out


def test_parameters_rules_and_locks_reach_the_plan_and_come_back(tmp_path, capsys):
    folder = tmp_path / "in"
    write(folder, "estates", [box(0, 0, 90, 90), box(90, 0, 200, 90)], name=["甲", "乙"], hh=[700, 200])
    (folder / "operators.csv").write_text(
        "operator_id,name,capacity\nA,甲公司,\nB,乙公司,\n", encoding="utf-8"
    )
    write(folder, "boundary", [box(0, 0, 200, 90)], name=["界"])
    (tmp_path / "mine.json").write_text('{"parameters": {"wage": 90000}}', encoding="utf-8")
    told = ["--zones", "2", "--band", "2", "--parameters", tmp_path / "mine.json"]
    assert run("plan", folder, "--out", tmp_path / "a", *told) == main.DECISION  # one has more than 60 %
    run(
        "plan",
        folder,
        "--out",
        tmp_path / "b",
        *told,
        "--max-share",
        "1",
        "--lock-zone",
        "W01=B",
        "--lock-zone",
        "W02=A",
    )
    zones = gpd.read_file(tmp_path / "b" / "zones.geojson")
    assert zones["oper"].tolist() == ["B", "A"]
    held = json.loads((tmp_path / "b" / "parameters.json").read_text(encoding="utf-8"))
    assert held["parameters"]["wage"]["value"] == 90_000
    assert held["bundle"]["locks"] == {"W01": "B", "W02": "A"}
    again = ["--zones", "2", "--parameters", tmp_path / "b" / "parameters.json"]
    run("plan", folder, "--out", tmp_path / "c", *again)
    assert gpd.read_file(tmp_path / "c" / "zones.geojson")["oper"].tolist() == ["B", "A"]
    capsys.readouterr()
    assert run("plan", folder, "--out", tmp_path / "d", *again, "--lock-zone", "W09=A") == main.UNUSABLE
    assert "Zone W09 is locked to an operator, but there is no such zone" in capsys.readouterr().err
    assert run("plan", folder, "--out", tmp_path / "d", "--lock-zone", "W01") == main.UNUSABLE
    assert "--lock-zone W01 is not of the form ZONE=OPERATOR" in capsys.readouterr().err
    (tmp_path / "bad.json").write_text('{"parameters": {"wages": 1}}', encoding="utf-8")
    assert (
        run("plan", folder, "--out", tmp_path / "d", "--parameters", tmp_path / "bad.json") == main.UNUSABLE
    )
    assert "bad.json: “wages” is no parameter" in capsys.readouterr().err


def test_a_boundary_is_proposed_and_said(tmp_path):
    write(tmp_path / "in", "estates", [box(0, 0, 90, 90), box(110, 0, 200, 90)], name=["甲", "乙"], hh=[5, 4])
    assert run("plan", tmp_path / "in", "--out", tmp_path / "out", "--zones", "2") == main.DONE
    assert "boundary" in (tmp_path / "out" / "problems.csv").read_text(encoding="utf-8-sig")


# --- what cannot be used: exit code 2, one sentence, nothing written ------------------------


def refused(capsys, out, *arguments):
    assert run(*arguments, "--out", out) == main.UNUSABLE
    said = capsys.readouterr().err.strip().splitlines()
    assert len(said) == 1
    assert not out.exists() or not any(out.iterdir())
    return said[0]


def test_a_missing_folder(capsys, tmp_path):
    assert "nowhere" in refused(capsys, tmp_path / "out", "plan", tmp_path / "nowhere")


def test_a_shapefile_without_its_shapes(capsys, tmp_path):
    file = write(tmp_path / "in", "estates", [box(0, 0, 90, 90)], name=["甲"])
    file.with_suffix(".shp").unlink()
    assert "estates" in refused(capsys, tmp_path / "out", "plan", tmp_path / "in")


def test_a_shapefile_without_its_table_asks_for_a_decision(capsys, tmp_path):
    file = write(tmp_path / "in", "estates", [box(0, 0, 90, 90)], name=["甲"])
    file.with_suffix(".dbf").unlink()
    assert run("plan", tmp_path / "in", "--out", tmp_path / "out") == main.DECISION
    assert "estates.shp" in next(s for s in capsys.readouterr().out.splitlines() if s.startswith("! "))


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_a_layer_whose_crs_cannot_be_guessed(capsys, tmp_path):
    file = write(tmp_path / "in", "estates", [box(0, 0, 90, 90)], name=["甲"])
    file.with_suffix(".prj").unlink()
    shifted = gpd.GeoDataFrame({"name": ["甲"]}, geometry=[box(5, 5, 90, 90)])
    shifted.to_file(file, encoding="UTF-8")
    said = refused(capsys, tmp_path / "out", "plan", tmp_path / "in")
    assert "estates.shp" in said
    assert "--crs" in said


def test_an_empty_layer(capsys, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    empty = gpd.GeoDataFrame({"name": ["x"]}, geometry=[box(0, 0, 1, 1)], crs=GK117).iloc[:0]
    empty.to_file(folder / "estates.shp", encoding="UTF-8", geometry_type="Polygon")
    assert "estates.shp" in refused(capsys, tmp_path / "out", "plan", folder)


def test_more_zones_than_units(capsys, tmp_path):
    write(tmp_path / "in", "estates", [box(0, 0, 90, 90)], name=["甲"])
    assert "5000 zones" in refused(capsys, tmp_path / "out", "plan", tmp_path / "in", "--zones", "5000")


def test_an_output_folder_that_cannot_be_written(capsys, tmp_path):
    (tmp_path / "file").write_text("")
    assert run("plan", sample_shapes(), "--out", tmp_path / "file" / "out") == main.UNUSABLE
    assert "file" in capsys.readouterr().err


def test_a_crs_that_does_not_exist(capsys, tmp_path):
    assert "--crs 999999" in refused(capsys, tmp_path / "out", "plan", sample_shapes(), "--crs", "999999")


@pytest.mark.parametrize("limit", [("--max-load", "nan"), ("--tolerance", "-1"), ("--tolerance", "nan")])
def test_a_limit_that_is_no_limit(capsys, tmp_path, limit):
    refused(capsys, tmp_path / "out", "plan", sample_shapes(), *limit)


def test_a_mistyped_command(capsys):
    assert main.main(["paln", "x"]) == main.UNUSABLE
    assert "paln" in capsys.readouterr().err


def test_no_display_is_one_sentence(capsys, monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert main.main([str(sample_shapes())]) == main.UNUSABLE
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_role_for_a_file_inside_the_folder(tmp_path):
    folder = tmp_path / "in"
    write(folder, "shapes", [box(0, 0, 90, 90), box(90, 0, 200, 90)], name=["甲", "乙"], hh=[5, 4])
    write(folder, "boundary", [box(0, 0, 200, 90)], name=["界"])
    out = tmp_path / "out"
    assert run("plan", folder, "--estates", folder / "shapes.shp", "--out", out, "--zones", "2") == main.DONE
    assert len(gpd.read_file(out / "units.geojson")) == 2


def test_results_in_the_input_folder_do_not_become_input(tmp_path):
    folder = tmp_path / "in"
    write(folder, "estates", [box(0, 0, 90, 90), box(90, 0, 200, 90)], name=["甲", "乙"], hh=[5, 4])
    write(folder, "boundary", [box(0, 0, 200, 90)], name=["界"])
    for _ in range(2):
        assert run("plan", folder, "--out", folder, "--zones", "2") == main.DONE
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert [i["file"] for i in report["inputs"]] == ["boundary.shp", "estates.shp"]


def test_a_layer_far_from_the_boundary_is_a_decision(tmp_path, capsys):
    folder = tmp_path / "in"
    write(folder, "estates", [box(0, 0, 90, 90), box(90, 0, 200, 90)], name=["甲", "乙"], hh=[5, 4])
    write(folder, "boundary", [box(0, 0, 200, 90)], name=["界"])
    write(folder, "water", [box(200_000, 0, 200_100, 90)], name=["河"])
    assert run("plan", folder, "--out", tmp_path / "out", "--zones", "2") == main.DECISION
    assert "! water.shp" in capsys.readouterr().out


@pytest.mark.parametrize("balance", ["people", "hh:x", "hh:0"])
def test_a_balance_that_is_not_understood(capsys, tmp_path, balance):
    refused(capsys, tmp_path / "out", "plan", sample_shapes(), "--balance", balance)


def test_check_without_any_boundary_or_layers(capsys, tmp_path, planned):
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(planned[1] / "zones.geojson", alone)
    refused(capsys, tmp_path / "out", "check", alone / "zones.geojson")


def test_a_defect_is_one_line_and_a_traceback_in_the_log(monkeypatch, capsys, tmp_path, caplog):
    from bigmap.base.log import log_file
    from bigmap.core.planning import pipeline

    def broken(*_, **__):
        raise ZeroDivisionError("a defect made for the test")

    monkeypatch.setattr(pipeline, "plan", broken)
    assert run("plan", sample_shapes(), "--out", tmp_path / "out") == main.DEFECT
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert "a defect made for the test" in log_file().read_text(encoding="utf-8")
    caplog.clear()


def test_importing_the_command_line_does_not_import_qt():
    import subprocess
    import sys

    loaded = "any(m.startswith(('PySide6', 'folium')) for m in sys.modules)"
    code = f"import sys, bigmap.cli.main; sys.exit({loaded})"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(("prefer", "households"), [("layer", 90), ("table", 120)])
def test_a_table_is_joined_by_name(tmp_path, prefer, households):
    write(tmp_path / "in", "estates", [box(10, 10, 90, 90)], name=["金桥花园"], households=[90])
    write(tmp_path / "in", "boundary", [box(0, 0, 200, 100)])
    table = tmp_path / "list.csv"
    table.write_text("小区名称,户数\n金桥花苑,120\n", encoding="utf-8")
    out = tmp_path / "out"
    code = run("plan", tmp_path / "in", "--out", out, "--zones", 1, "--table", table, "--prefer", prefer)
    assert code in {main.DONE, main.DECISION}
    units = json.loads((out / "units.geojson").read_text(encoding="utf-8"))
    assert sum(feature["properties"]["hh"] for feature in units["features"]) == households
    assert "list.csv" in (out / "problems.csv").read_text(encoding="utf-8-sig")


def test_a_table_that_is_none_is_refused(tmp_path, capsys):
    table = tmp_path / "list.csv"
    table.write_text("a,b\n1,2\n", encoding="utf-8")
    code = run("plan", sample_shapes(), "--out", tmp_path / "out", "--table", table)
    assert code == main.UNUSABLE
    assert "list.csv" in capsys.readouterr().err


# --- rules for zones --------------------------------------------------------------------------


def rules_of(*words):
    parser = argparse.ArgumentParser()
    arguments.add_zoning(parser)
    return options_of.rules(parser.parse_args(words))


def test_every_rule_has_an_option(tmp_path):
    words = (
        "--min-zones 3 --max-zones 9 --max-load 500 --min-load 100 --balance hh:1,gfa_m2:0.01"
        " --tolerance 0.05"
        " --also-balance sweep_m2:0.2 --compactness 2 --keep-whole communities --prefer-whole streets"
        " --lock U1=W01 --lock U2=W02 --together U1,U3 --apart U1,U2 --max-extent 800 --change-price 2"
        " --max-moved 0.03 --seed 4"
    )
    assert rules_of(*words.split()) == ZoningRules(
        min_zones=3, max_zones=9, max_load=500, min_load=100, balance={"hh": 1.0, "gfa_m2": 0.01},
        tolerance=0.05, tolerances={"sweep_m2": 0.2}, compactness=2, keep_whole=["communities"],
        prefer_whole=["streets"], locks={"U1": "W01", "U2": "W02"}, together=[["U1", "U3"]],
        apart=[["U1", "U2"]], max_extent_m=800, change_price=2, max_moved=0.03, seed=4,
    )  # fmt: skip


def test_options_go_before_the_file_of_rules(tmp_path):
    file = tmp_path / "rules.json"
    file.write_text('{"zones": 4, "locks": {"U1": "W01"}, "seeds": {"W02": ["U9"]}}', "utf-8-sig")
    rules = rules_of("--rules", str(file), "--zones", "5", "--lock", "U2=W02")
    assert rules == ZoningRules(zones=5, locks={"U1": "W01", "U2": "W02"}, seeds={"W02": ["U9"]})


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--lock", "U1"], "--lock U1 is not of the form UNIT=ZONE"),
        (["--balance", "hh:many"], "--balance hh:many is not of the form"),
        (["--rules", "nowhere.json"], "nowhere.json cannot be read"),
    ],
)
def test_rules_that_cannot_be_read_are_refused(words, said):
    with pytest.raises(UserError) as refused:
        rules_of(*words)
    assert said in refused.value.text.render("en")


def test_alternatives_and_present_zones(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    common = ["--quiet", "--lang", "en"]
    wanted = ["--zones", "5", "--alternatives", "2"]
    assert main.main(["plan", str(sample_shapes()), "--out", str(first), *wanted, *common]) in (0, 3)
    table = pd.read_csv(first / "alternatives.csv", encoding="utf-8-sig")
    assert table.iloc[1, -1] >= 0.05
    units = pd.read_csv(first / "alternatives_units.csv", encoding="utf-8-sig", dtype=str)
    assert set(units["zone_2"]) == {"W01", "W02", "W03", "W04", "W05"}
    start = ["--start", str(first / "units.geojson")]
    assert main.main(["plan", str(sample_shapes()), "--out", str(second), *start, *common]) in (0, 3)
    before, after = (
        gpd.read_file(d / "units.geojson").set_index("unit_id")["zone_id"] for d in (first, second)
    )
    assert (before == after.reindex(before.index)).mean() > 0.99


def test_how_the_ground_is_cut_can_be_told(tmp_path):
    """An estate and a road claim a strip of 6 m; a lawn of 400 m² is too small to stand alone."""
    folder = tmp_path / "in"
    write(folder, "estates", [box(0, 0, 200, 103)], name=["甲"], hh=[5])
    write(folder, "roads", [LineString([(0, 103), (200, 103)])], name=["路"], width=[12.0])
    write(folder, "boundary", [box(0, 0, 200, 111)], name=["界"])
    told = {"usual": [], "road": ["--road-first"], "large": ["--min-area", "500"]}
    areas = {}
    for name, words in told.items():
        out = tmp_path / name
        run("plan", folder, "--out", out, "--zones", "1", "--balance", "site_m2", *words)
        units = gpd.read_file(out / "units.geojson")
        areas[name] = units.groupby("kind")["site_m2"].sum().round(-2).to_dict()
    assert areas["usual"] == {"estate": 20600, "road": 1200, "block": 400}
    assert areas["road"] == {"estate": 19400, "road": 2400, "block": 400}
    assert areas["large"] == {"estate": 20600, "road": 1600}


@pytest.mark.parametrize("words", [("--reach", "-1"), ("--min-width", "wide"), ("--min-area", "nan")])
def test_a_cut_that_makes_no_sense(tmp_path, words):
    with pytest.raises(SystemExit):
        run("plan", sample_shapes(), "--out", tmp_path, *words)


def test_every_border_is_written_with_what_it_crosses(planned):
    _, out = planned
    units = gpd.read_file(out / "units.geojson")
    table = pd.read_csv(out / "adjacency.csv", encoding="utf-8-sig", dtype=str, keep_default_na=False)
    assert [head.split()[0] for head in table.columns] == ["unit_a", "unit_b", "border_m", "crosses"]
    table.columns = ["unit_a", "unit_b", "border_m", "crosses"]
    ids = set(units["unit_id"])
    pairs = table[["unit_a", "unit_b"]].apply(lambda c: c.str.strip('="'))
    assert set(pairs["unit_a"]) | set(pairs["unit_b"]) <= ids
    assert not pairs.duplicated().any()
    assert (table["border_m"].astype(float) > 0).all()
    assert {"wall", ""} <= set(table["crosses"])


class Panic(BaseException):
    """What a library written in another language raises when it breaks: no `Exception`."""


def test_a_panic_of_a_library_is_a_defect_and_no_traceback(tmp_path, monkeypatch, capsys, caplog):
    def panic(*_: object, **__: object) -> None:
        raise Panic("index out of bounds")

    monkeypatch.setattr("bigmap.io.reading.folder.read_folder", panic)
    assert run("plan", sample_shapes(), "--out", tmp_path / "out") == main.DEFECT
    assert "a defect of bigmap" in capsys.readouterr().err
    caplog.clear()
