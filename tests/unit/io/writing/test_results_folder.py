"""The results folder holds everything, or is as it was before."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pyogrio
import pytest
import shapely

from bigmap.base.errors import Cancelled, UserError
from bigmap.base.i18n import Text
from bigmap.base.progress import Progress
from bigmap.core.planning.plan import Plan
from bigmap.io.writing import results_folder
from bigmap.io.writing.report_json import STAGES
from bigmap.io.writing.results_folder import write_files, write_results
from tests.helpers.plans import grid_plan

GOLDEN = Path(__file__).resolve().parents[3] / "golden" / "export"
NAMES = {
    *("units.geojson", "zones.geojson", "operators.geojson", "gaps.geojson"),
    *(
        "zones.csv",
        "adjacency.csv",
        "bundles.csv",
        "problems.csv",
        "fields.csv",
        "parameters.json",
        "report.json",
    ),
}


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def write_text(text: str) -> results_folder.Writer:
    return lambda path: path.write_text(text, encoding="utf-8")


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """Return a folder with results of an earlier run and a file of the planner's own."""
    folder = tmp_path / "out"
    folder.mkdir()
    for name in ("a.txt", "b.txt", "c.txt", "planner.docx"):
        (folder / name).write_text(f"old {name}", encoding="utf-8")
    return folder


def test_a_plan_fills_a_new_folder(tmp_path: Path):
    out = tmp_path / "deep" / "out"
    paths = write_results(grid_plan(), out, lang="en")
    assert set(paths) == {out / name for name in NAMES}
    assert set(contents(out)) == NAMES
    assert [p.name for p in out.iterdir() if p.is_dir()] == []


@pytest.mark.parametrize("name", sorted(NAMES - {"report.json"}))
def test_the_files_are_as_agreed(tmp_path: Path, name: str):
    """Compare with tests/golden/export; BIGMAP_GOLDEN=write makes those files anew, to be read before use."""
    write_results(grid_plan(), tmp_path, lang="zh")
    found = (tmp_path / name).read_text(encoding="utf-8")
    if os.environ.get("BIGMAP_GOLDEN") == "write":
        GOLDEN.mkdir(parents=True, exist_ok=True)
        (GOLDEN / name).write_text(found, encoding="utf-8", newline="\n")
    assert found == (GOLDEN / name).read_text(encoding="utf-8")


def test_gdal_reads_all_layers_and_the_zones_are_their_units(tmp_path: Path):
    plan = grid_plan()
    write_results(plan, tmp_path)
    units, zones, operators, gaps = (
        pyogrio.read_dataframe(tmp_path / f"{layer}.geojson").to_crs(plan.zones.crs)
        for layer in ("units", "zones", "operators", "gaps")
    )
    assert set(units["unit_id"]) == set(plan.units.frame["unit_id"])
    assert units["zone_id"].isna().sum() == 1
    assert units.area.sum() == pytest.approx(120_000, rel=1e-6 * 120)  # 440 m of outline at 1 cm
    assert gaps["gap_id"].tolist() == ["G0001"]
    assert operators["oper"].tolist() == ["Y01", "Y02"]
    # the union of units as read is the zone as read: no crack, no spill
    degrees = pyogrio.read_dataframe(tmp_path / "units.geojson")
    for zone in pyogrio.read_dataframe(tmp_path / "zones.geojson").itertuples():
        own = shapely.coverage_union_all(degrees.geometry[degrees["zone_id"] == zone.zone_id].to_numpy())
        assert shapely.symmetric_difference(own, zone.geometry).area == 0.0
    assert set(operators.geom_type) == {"MultiPolygon"}
    assert operators.area.sum() == pytest.approx(zones.area.sum(), rel=1e-9)


def test_zones_are_their_units_even_where_a_sliver_needs_more_decimals(tmp_path: Path):
    plan = grid_plan()
    shapes = plan.units.frame.geometry.to_numpy().copy()
    # unit 0 shrinks to 1 mm and unit 1 takes the rest; W01 has both, so the corners stand in its outline
    x, y, right, top = shapely.bounds(shapes[0])
    edge = x + 0.001
    shapes[0] = shapely.box(x, y, edge, top)
    shapes[1] = shapely.Polygon([(edge, y), (right, y), (right + 100, y), (right + 100, top), (edge, top)])
    plan.units.frame = plan.units.frame.set_geometry(shapes, crs=plan.units.frame.crs)
    write_results(plan, tmp_path)
    units = pyogrio.read_dataframe(tmp_path / "units.geojson")
    zones = pyogrio.read_dataframe(tmp_path / "zones.geojson").set_index("zone_id")
    own = shapely.get_coordinates(units.geometry[units["zone_id"] == "W01"].to_numpy())
    outline = shapely.get_coordinates(zones.geometry["W01"])
    assert (own.round(7) != own).any()
    assert (outline.round(7) != outline).any()
    assert set(map(tuple, outline)) <= set(map(tuple, own))


def test_an_operator_without_ground_is_in_the_report_only(tmp_path: Path):
    plan = grid_plan()
    plan.zones["oper"] = "Y02"
    write_results(plan, tmp_path)
    features = json.loads((tmp_path / "operators.geojson").read_text(encoding="utf-8"))["features"]
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert [f["id"] for f in features] == ["Y02"]
    assert [o["operator_id"] for o in report["operators"]] == ["Y01", "Y02"]


def test_a_plan_without_operators_and_gaps_gives_empty_collections(tmp_path: Path):
    plan = grid_plan()
    plan.zones["oper"] = None
    plan.operators = plan.operators.iloc[:0]
    plan.coverage.gaps = ()
    write_results(plan, tmp_path)
    for layer in ("operators", "gaps"):
        data = json.loads((tmp_path / f"{layer}.geojson").read_text(encoding="utf-8"))
        assert data["features"] == []
    first = json.loads((tmp_path / "units.geojson").read_text(encoding="utf-8"))["features"][0]
    assert first["properties"]["oper"] == ""


def test_the_report_knows_how_long_writing_took_and_the_plan_is_left_alone(tmp_path: Path):
    plan = grid_plan()
    write_results(plan, tmp_path)
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert set(report["timings_s"]) == set(STAGES)
    assert report["timings_s"]["write"] > 0
    assert report["peak_mb"] > 0
    assert plan.timings == {"read": 0.1}


def test_extras_get_the_plan_and_are_moved_with_the_rest(tmp_path: Path):
    def draw(plan: Plan, path: Path) -> None:
        assert path.parent != tmp_path
        path.write_text(f"{len(plan.zones)} zones", encoding="utf-8")

    paths = write_results(grid_plan(), tmp_path, extras={"map.html": draw})
    assert tmp_path / "map.html" in paths
    assert (tmp_path / "map.html").read_text(encoding="utf-8") == "3 zones"


def test_results_are_replaced_and_other_files_left_alone(filled: Path):
    write_files({"a.txt": write_text("new"), "d.txt": write_text("new")}, filled)
    assert contents(filled) == {
        "a.txt": b"new",
        "b.txt": b"old b.txt",
        "c.txt": b"old c.txt",
        "d.txt": b"new",
        "planner.docx": b"old planner.docx",
    }


def test_a_folder_below_a_file_is_refused_in_one_sentence(tmp_path: Path):
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    with pytest.raises(UserError, match="file") as refused:
        write_results(grid_plan(), tmp_path / "file" / "out")
    assert str(tmp_path / "file" / "out") in str(refused.value)
    assert contents(tmp_path) == {"file": b"not a folder"}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_refused(filled: Path):
    filled.chmod(0o555)
    try:
        with pytest.raises(UserError):
            write_files({"a.txt": write_text("new")}, filled)
    finally:
        filled.chmod(0o755)
    assert contents(filled)["a.txt"] == b"old a.txt"


@pytest.mark.parametrize("can_link", [True, False], ids=["links", "copies"])
@pytest.mark.parametrize("locked", ["a.txt", "new.txt", "c.txt"])
def test_one_file_open_in_excel_puts_all_back(
    filled: Path, monkeypatch: pytest.MonkeyPatch, locked: str, can_link: bool
):
    before = contents(filled)
    move = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if target.name == locked:
            raise PermissionError(errno.EACCES, "in use", str(target))
        return move(self, target)

    def refuse(self: Path, target: Path) -> None:
        raise OSError(errno.ENOTSUP, "no links here")

    monkeypatch.setattr(Path, "replace", replace)
    if not can_link:
        monkeypatch.setattr(Path, "hardlink_to", refuse)
    names = ("a.txt", "b.txt", "new.txt", "c.txt")
    with pytest.raises(UserError, match=r"folder|文件夹"):
        write_files({name: write_text("new") for name in names}, filled)
    assert contents(filled) == before
    assert all(p.is_file() for p in filled.iterdir())


def test_a_full_disk_leaves_no_trace(tmp_path: Path):
    def fill(path: Path) -> None:
        path.write_text("half", encoding="utf-8")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(UserError, match=r"full|已满"):
        write_files({"a.txt": write_text("new"), "b.txt": fill}, tmp_path / "deep" / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_file_of_the_program_is_a_defect_not_the_users_fault(tmp_path: Path):
    def broken(path: Path) -> None:
        (tmp_path / "resources" / "missing.ttf").read_bytes()

    with pytest.raises(FileNotFoundError):
        write_files({"a.txt": broken}, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_stopping_leaves_everything_as_it_was(filled: Path, steps: int):
    before = contents(filled)
    told: list[str] = []
    progress = Progress(lambda _, text: told.append(str(text)), lambda: len(told) >= steps)
    with pytest.raises(Cancelled):
        write_files({"a.txt": write_text("new"), "b.txt": write_text("new")}, filled, progress)
    assert contents(filled) == before
    assert len(told) == steps


def test_progress_names_each_file_and_never_runs_back(tmp_path: Path):
    told: list[tuple[float, Text]] = []
    write_results(grid_plan(), tmp_path, Progress(lambda fraction, text: told.append((fraction, text))))
    fractions = [fraction for fraction, _ in told]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert {text.values["file"] for _, text in told if text.values} == NAMES
