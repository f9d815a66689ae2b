"""Files that nobody reads without their maker, beside those that are read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bigmap.base import i18n
from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog
from bigmap.cli.main import main
from bigmap.core.sources.layers import Role
from bigmap.io.reading.folder import read_folder
from tests.helpers.shapefiles import squares, street, write_layer

FOREIGN = (
    *(
        ".dwg",
        ".dgn",
        ".rar",
        ".7z",
        ".gz",
        ".tar",
        ".mdb",
        ".udb",
        ".wp",
        ".wl",
        ".wt",
        ".lpk",
        ".mxd",
        ".aprx",
    ),
    *(".qgz", ".lyr", ".wor", ".gml", ".gpx", ".sqlite", ".zip"),
)
DOCUMENTS = (".docx", ".doc", ".wps", ".pdf", ".pptx")


@pytest.fixture(autouse=True)
def _same_language() -> Iterator[None]:
    """Keep the language, which the command chooses, from other tests."""
    before = i18n.current()
    yield
    i18n.use(before)


@pytest.fixture
def town(tmp_path: Path) -> Path:
    folder = tmp_path / "town"
    folder.mkdir()
    columns = {"小区名称": ["筼筜花园", "后垵小区", "墘头里"], "户数": [30, 20, 10]}
    write_layer(folder / "小区边界.shp", squares(3), columns)
    write_layer(folder / "市政道路.shp", street(1), {"道路名称": ["一路"]})
    return folder


def aside(log: ProblemLog, name: str) -> list[str]:
    return [problem.text.render("en") for problem in log if problem.file == name]


@pytest.mark.parametrize("suffix", FOREIGN)
def test_beside_the_good_layer_it_is_left_aside_and_said(town: Path, suffix: str) -> None:
    name = f"小区边界{suffix}"
    (town / name).write_bytes(b"no layer")
    read = read_folder(town)
    assert [layer.role for layer in read.layers] == [Role.ESTATES, Role.ROADS]
    (sentence,) = aside(read.problems, name)
    assert sentence.startswith("Left aside")
    assert name in sentence


@pytest.mark.parametrize("suffix", DOCUMENTS)
def test_documents_are_said(town: Path, suffix: str) -> None:
    (town / f"小区边界{suffix}").write_bytes(b"a text")
    read = read_folder(town)
    assert len(read.layers) == 2
    assert len(aside(read.problems, f"小区边界{suffix}")) == 1


def test_marks_of_programs_are_said_once(town: Path) -> None:
    for name in ("~$小区台账.xlsx", ".~lock.小区台账.xlsx#", "小区边界.shp.PC1.12.34.sr.lock"):
        (town / name).write_bytes(b"a program")
    problems = read_folder(town).problems
    assert [problem.code for problem in problems].count("open_elsewhere") == 1


def test_the_role_that_the_planner_told_is_not_looked_for_in_it(town: Path) -> None:
    estates = (town / "小区边界.shp").rename(town / "a.shp")
    for suffix in (".shx", ".dbf", ".prj"):
        (town / f"小区边界{suffix}").rename(town / f"a{suffix}")
    (town / "小区边界.dwg").write_bytes(b"no layer")
    read = read_folder(town, {Role.ESTATES: estates})
    assert [layer.role for layer in read.layers] == [Role.ESTATES, Role.ROADS]
    assert len(aside(read.problems, "小区边界.dwg")) == 1


def test_the_only_file_of_a_role_is_refused_with_the_way_out(town: Path) -> None:
    for part in town.glob("小区边界.*"):
        part.unlink()
    (town / "小区边界.dwg").write_bytes(b"no layer")
    with pytest.raises(UserError, match=r"小区边界\.dwg.*\.dxf"):
        read_folder(town)
    (town / "小区边界.dwg").rename(town / "小区边界.mxd")  # holds no layer, whatever else there is
    assert [layer.role for layer in read_folder(town).layers] == [Role.ROADS]


@pytest.mark.parametrize("named", [["小区边界.dwg"], ["市政道路.shp", "小区边界.dwg"]])
def test_what_was_named_itself_is_refused(town: Path, named: list[str]) -> None:
    (town / "小区边界.dwg").write_bytes(b"no layer")
    with pytest.raises(UserError, match=r"小区边界\.dwg"):
        read_folder([town / name for name in named])


def test_a_file_told_as_estates_is_refused_though_a_good_one_lies_beside(town: Path) -> None:
    (town / "小区边界.dwg").write_bytes(b"no layer")
    with pytest.raises(UserError, match=r"小区边界\.dwg"):
        read_folder(town, {Role.ESTATES: town / "小区边界.dwg"})


def test_the_command_makes_the_plan(town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("小区边界.dwg", "小区边界.rar", "市政道路.mxd"):
        (town / name).write_bytes(b"no layer")
    out = tmp_path / "out"
    estates = ["--estates", str(town / "小区边界.shp")]
    for told in ([], estates):
        assert main(["plan", str(town), "--out", str(out), "--zones", "1", "--quiet", *told]) in {0, 3}
        problems = (out / "problems.csv").read_text(encoding="utf-8-sig")
        assert all(name in problems for name in ("小区边界.dwg", "小区边界.rar", "市政道路.mxd"))
    capsys.readouterr()
