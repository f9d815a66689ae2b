"""What the command line tells where nobody told who serves, or how many households there are."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import box

from bigmap.base import i18n
from bigmap.cli import main
from tests.helpers.plans import EPSG, box_of, write_street

SERVICES = "服务事项,责任单位\n清扫保洁,无\n绿化,无\n"


@pytest.fixture(autouse=True)
def _language():
    before = i18n.current()
    yield
    i18n.use(before)


def run(capsys, *words: str) -> tuple[int, str]:
    code = main.main([*words, "--lang", "en", "--quiet"])
    return code, capsys.readouterr().out


def report_of(out: Path) -> dict:
    return json.loads((out / "report.json").read_text(encoding="utf-8"))


def without_households(folder: Path, rows: int) -> Path:
    """Take the households of the first estates away."""
    file = write_street(folder) / "estates.geojson"
    estates = gpd.read_file(file, engine="pyogrio")
    estates["hh"] = estates["hh"].astype(float).where(estates.index >= rows)
    estates.to_file(file, engine="pyogrio")
    return folder


def test_a_plan_without_operators_has_the_services_of_the_table_in_its_folder(tmp_path, capsys):
    folder = write_street(tmp_path / "in")
    (folder / "事项责任.csv").write_text(SERVICES, encoding="utf-8")
    code, said = run(capsys, "plan", str(folder), "--zones", "2", "--out", str(tmp_path / "out"))
    assert "? No operators are named" in said
    figures = report_of(tmp_path / "out")["coverage"]
    assert figures["land"]["value"] == 1.0
    for name in ("households", "operated_land", "floor_area", "road_surface"):
        assert figures[name]["value"] is None, name
    services = figures["services"]
    assert services["cleaning"]["value"] == services["greening"]["value"] == 0.0
    assert services["repair"]["value"] is None
    assert code in {main.DONE, main.DECISION}


def test_estates_without_households_are_said_and_counted(tmp_path, capsys):
    folder = without_households(tmp_path / "in", 3)
    code, said = run(capsys, "plan", str(folder), "--zones", "1", "--out", str(tmp_path / "out"))
    assert code == main.DONE
    assert "? 3 of 4 estates tell no households" in said
    report = report_of(tmp_path / "out")
    assert report["coverage"]["households"]["untold"]["estates"] == {"n": 3, "of": 4}
    assert [(zone["households"], zone["households_untold"]) for zone in report["zones"]] == [(50, 3)]
    units = json.loads((tmp_path / "out" / "units.geojson").read_text(encoding="utf-8"))["features"]
    held = [unit["properties"]["hh"] for unit in units if unit["properties"]["kind"] == "estate"]
    assert sorted(held, key=str) == [50, None, None, None]


@pytest.mark.parametrize(
    ("operators", "day", "served", "cause"),
    [
        ("Y01,甲\nY02,乙\n", "2026-01-01", 500, None),
        ("Ｙ０１,甲\nＹ０２,乙\n", "2026-01-01", 500, None),  # a table in full width
        ("Y01,甲\n", "2026-01-01", 300, "operator_unknown"),
        ("Y01,甲,2030-01-01\nY02,乙,2025-12-31\n", "2026-01-01", 300, "contract_ended"),
        ("Y01,甲,2030-01-01\nY02,乙,2025-12-31\n", "2025-12-31", 500, None),
    ],
)
def test_a_check_serves_only_by_operators_of_the_table_whose_contract_runs(
    tmp_path, capsys, operators, day, served, cause
):
    folder = write_street(tmp_path / "in")
    whole = gpd.read_file(folder / "boundary.geojson", engine="pyogrio").union_all()
    west, south, east, north = whole.bounds
    middle = box_of(2).bounds[0]
    shapes = [box(west, south, middle, north), box(middle, south, east, north)]
    zones = gpd.GeoDataFrame(
        {"zone_id": ["W01", "W02"], "oper": ["Y01", "Ｙ０２ "]}, geometry=shapes, crs=EPSG
    )
    zones.to_file(tmp_path / "zones.geojson", engine="pyogrio")
    table = tmp_path / "服务企业.csv"
    table.write_text("企业编号,企业名称,合同到期日\n" + operators, encoding="utf-8")
    code, said = run(
        capsys, "check", str(tmp_path / "zones.geojson"), str(folder), "--operators", str(table),
        "--date", day, "--out", str(tmp_path / "out"),
    )  # fmt: skip
    report = report_of(tmp_path / "out")
    assert report["coverage"]["land"]["value"] == 1.0
    assert (report["coverage"]["households"]["covered"], report["coverage"]["households"]["of"]) == (
        served,
        500,
    )
    gaps = json.loads((tmp_path / "out" / "gaps.geojson").read_text(encoding="utf-8"))["features"]
    assert [gap["properties"]["cause"] for gap in gaps] == ([cause] if cause else [])
    assert code == (main.DECISION if cause else main.DONE)
    assert ("nobody is served there" in said) == bool(cause)
