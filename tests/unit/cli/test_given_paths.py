"""Every path given or found is used, or the true cause why not is said; nothing is left out unsaid."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import box

from bigmap.base import i18n
from bigmap.cli import main
from bigmap.io.reading.folder import read_folder
from tests.helpers.towns import GK117, at

posix = pytest.mark.skipif(sys.platform == "win32", reason="names, links and rights as POSIX has them")
FILES = ("--table", "--services", "--control-points", "--start", "--rules", "--parameters")
LAYERS = ("--estates", "--buildings", "--roads", "--boundary", "--barriers", "--operators")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = i18n.current()
    yield
    i18n.use(before)


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with estates, in the current folder."""
    folder = tmp_path / "town"
    folder.mkdir()
    shapes = [at(box(100 * x, 0, 100 * x + 100, 100)) for x in range(2)]
    frame = gpd.GeoDataFrame({"name": ["a", "b"], "households": [10, 20]}, geometry=shapes, crs=GK117)
    frame.to_file(folder / "estates.shp", encoding="UTF-8")
    monkeypatch.chdir(tmp_path)
    return folder


def refused(capsys, *words: object) -> str:
    """Return the one line that refuses a command, which leaves no trace."""
    before = set(Path.cwd().rglob("*"))
    assert main.main([*map(str, words), "--lang", "en", "--quiet"]) == main.UNUSABLE
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "defect" not in said
    assert "save it again" not in said
    assert set(Path.cwd().rglob("*")) == before
    return said


@pytest.mark.parametrize("option", ["--out", *FILES, *LAYERS, "--cluster"])
def test_an_empty_path_is_no_path(town, capsys, option):
    words = ["--out", "out"] if option != "--out" else []
    assert f"{option} is empty: name a file" in refused(capsys, "plan", town, *words, option, "")


@pytest.mark.parametrize("words", [["plan", ""], ["check", "", "town"], ["check", "town/estates.shp", " "]])
def test_an_empty_input_is_no_input(town, capsys, words):
    assert "is empty: name a file or a folder" in refused(capsys, *words, "--out", "out")


def test_an_empty_word_opens_no_window(town, capsys):
    assert main.main([""]) == main.UNUSABLE


@posix
@pytest.mark.parametrize("option", [*FILES, *LAYERS])
def test_a_pipe_is_not_waited_for(town, capsys, option):
    os.mkfifo("pipe")
    assert "is a pipe, a socket or a device" in refused(capsys, "plan", town, "--out", "out", option, "pipe")


@posix
@pytest.mark.parametrize("option", [*FILES, *LAYERS])
def test_a_folder_is_no_file(town, capsys, option):
    said = refused(capsys, "plan", town, "--out", "out", option, town)
    assert "is a folder where a file is wanted" in said


@posix
@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("nowhere", "does not exist: check the name"),
        ("broken", "is a link to elsewhere, which does not exist"),
        ("loop", "is a link that leads back to itself"),
        ("a" * 300, "the name is too long for this system"),
        ("/dev/null", "is a pipe, a socket or a device"),
        ("town/estates.shp/deeper", "does not exist"),
    ],
    ids=["missing", "broken", "loop", "long", "device", "below a file"],
)
def test_a_path_that_cannot_be_opened(town, capsys, name, cause):
    Path("broken").symlink_to("elsewhere")
    Path("loop").symlink_to("loop")
    assert cause in refused(capsys, "plan", name, "--out", "out")
    assert cause in refused(capsys, "plan", town, "--estates", name, "--out", "out")
    assert cause in refused(capsys, "plan", town, "--rules", name, "--out", "out")
    assert cause in refused(capsys, "check", name, town, "--out", "out")


@posix
@pytest.mark.parametrize("name", ["tab\tin it", "line\nbreak", "bell\x07"])
def test_a_name_with_a_control_character(town, capsys, name):
    town.rename(name)
    said = refused(capsys, "plan", name, "--out", "out")
    assert "its name holds a tab, a line break or the like" in said


@pytest.mark.skipif(sys.platform != "linux", reason="names of any bytes")
def test_a_name_in_another_encoding_is_said_as_it_was_meant(town, capsys):
    name = os.fsdecode("小区".encode("gb18030"))
    town.rename(name)
    said = refused(capsys, "plan", name, "--out", "out")
    assert said == "bigmap: 小区: its name is in another encoding than those of this system: rename it.\n"


def break_link(path: Path) -> None:
    path.symlink_to("/nowhere/at/all")


def loop(path: Path) -> None:
    path.symlink_to(path)


def make_socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # the address of a socket is short
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind(path.name)
    os.chdir(here)


@posix
@pytest.mark.parametrize("make", [break_link, loop, os.mkfifo, make_socket, Path.mkdir])
@pytest.mark.parametrize("name", ["roads.gpkg", "roads.dbf", "roads.zip", "roads.shp", "operators.xlsx"])
def test_what_a_folder_holds_under_a_name_that_is_needed(town, make, name):
    make(town / name)
    code = "unreadable" if name.startswith("operators") else "source_lost"
    assert [(p.code, p.file) for p in read_folder(town).problems] == [(code, name)]


@posix
@pytest.mark.parametrize("make", [break_link, loop, os.mkfifo, make_socket])
@pytest.mark.parametrize("name", ["notes.gpkg", "notes.txt", "notes"])
def test_what_a_folder_holds_under_any_name_is_said(town, make, name):
    make(town / name)
    assert unread(town) == [name]


def unread(folder: Path) -> list[str]:
    return [problem.file for problem in read_folder(folder).problems if problem.code == "unreadable"]


def test_a_folder_below_is_no_fault(town):
    (town / "older").mkdir()
    assert unread(town) == []


@posix
@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("broken", "a link of this name leads nowhere"),
        ("pipe", "is a file: name a folder"),
        ("town/estates.shp", "is a file: name a folder"),
        ("town/estates.shp/out", "there is no folder"),
        ("a" * 300, "the name is too long"),
        ("loop/out", "leads back to itself"),
    ],
    ids=["broken", "pipe", "file", "below a file", "long", "loop"],
)
def test_a_folder_for_the_results_that_cannot_be(town, capsys, name, cause):
    Path("broken").symlink_to("elsewhere")
    Path("loop").symlink_to("loop")
    os.mkfifo("pipe")
    assert cause in refused(capsys, "plan", town, "--out", name)
    assert cause in refused(capsys, "check", town / "estates.shp", town, "--out", name)


def test_a_planners_own_file_is_not_written_over(town, capsys):
    shutil.copy(town / "estates.shp", town / "zones.geojson")
    said = refused(capsys, "plan", town, "--out", town)
    assert "zones.geojson is one of your files, and the results would be written over it" in said
    shutil.copy(town / "zones.geojson", "units.geojson")
    assert "is one of your files" in refused(capsys, "plan", town, "--start", "units.geojson", "--out", ".")
    assert "is one of your files" in refused(capsys, "check", town / "zones.geojson", "--out", town)


AS_NOBODY = """
import os, sys
import bigmap.core.planning.pipeline, bigmap.io.reading.folder, bigmap.io.writing.results_folder
from bigmap.cli import main
os.setgid(65534)
os.setuid(65534)
for words in {commands!r}:
    print(main.main(["plan", *words, "--lang", "en", "--quiet"]))
"""


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root becomes somebody else")
def test_rights_that_are_missing_are_named(town):
    with tempfile.TemporaryDirectory() as name:  # others may not enter tmp_path
        home = Path(name)
        home.chmod(0o755)
        (home / "free").mkdir()
        (home / "free").chmod(0o777)
        causes = {}
        for kind, mode in (("unlisted", 0o711), ("unentered", 0o744), ("closed", 0o700)):
            shutil.copytree(town, home / kind)
            (home / kind).chmod(mode)
            causes[kind, "--out", "free/out"] = f"{kind}: you have no right to read it"
        for kind, part in (("layer", "estates.shp"), ("table", "estates.dbf"), ("label", "estates.prj")):
            shutil.copytree(town, home / kind)
            (home / kind / part).chmod(0o600)
            causes[kind, "--out", "free/out"] = f"{part}: you have no right to read it"
        shutil.copytree(town, home / "open")
        causes["open", "--out", "out"] = "you have no right to write there"
        (home / "r.json").touch(0o600)
        causes["open", "--rules", "r.json", "--out", "free/out"] = "r.json: you have no right to read it"
        code = AS_NOBODY.format(commands=list(causes))
        command = [sys.executable, "-c", code]
        own = {"PYTHONPATH": str(Path(main.__file__).parents[2]), "XDG_CONFIG_HOME": name, "HOME": name}
        done = subprocess.run(
            command, cwd=home, capture_output=True, text=True, check=False, env=os.environ | own
        )
    assert done.stdout.split() == ["2"] * len(causes), done.stderr
    for said, cause in zip(done.stderr.splitlines(), causes.values(), strict=True):
        assert cause in said
