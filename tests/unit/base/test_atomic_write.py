"""A file is written whole or not at all, and the sentence says truly why not."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from bigmap.base import atomic_write
from bigmap.base.errors import UserError
from bigmap.base.problem_kinds.cleaning import Multipart
from bigmap.base.problems import ProblemLog
from bigmap.core.operators.bundling_rules import BundleRules
from bigmap.core.operators.parameters import Parameters
from bigmap.io.writing.csv_tables import write_problems
from bigmap.io.writing.parameters_json import write_parameters
from bigmap.mapview.html_export import write_map_html
from bigmap.ui.printing.sheet import write_pdf, write_png
from tests.helpers.disks import files_end_at, needs_limits, run_on_small_disk
from tests.helpers.plans import grid_plan, write_street

OLD = b"what stood here before"


def many_problems():
    log = ProblemLog()
    for number in range(400):
        log.add(Multipart(n=number), file="a.shp", feature=number)
    return log


WRITERS = {
    "coverage.pdf": lambda path: write_pdf(grid_plan(), path),
    "coverage.png": lambda path: write_png(grid_plan(), path),
    "map.html": lambda path: write_map_html(grid_plan(), path),
    "problems.xlsx": lambda path: write_problems(many_problems(), path),
    "problems.csv": lambda path: write_problems(many_problems(), path),
    "parameters.json": lambda path: write_parameters(Parameters(), BundleRules(), path),
    "any.bin": lambda path: atomic_write.store(path, bytes(100_000)),
}


@pytest.fixture
def old(tmp_path):
    """Return a function that makes a file of a name, in a folder of its own."""

    def make(name):
        (tmp_path / "out").mkdir()
        path = tmp_path / "out" / name
        path.write_bytes(OLD)
        return path

    return make


def listing(path):
    return {p.name: p.read_bytes() for p in path.parent.iterdir()}


@needs_limits
@pytest.mark.parametrize("name", sorted(WRITERS.keys() - {"problems.xlsx"}))
def test_a_write_that_ends_half_way_leaves_the_old_file(qapp, old, name):
    path = old(name)
    with files_end_at(4096), pytest.raises(UserError) as refused:
        WRITERS[name](path)
    assert listing(path) == {name: OLD}
    assert refused.value.text.render("en").startswith(f"{name} cannot be written: a file of this size")


@pytest.mark.parametrize("name", WRITERS)
def test_a_disk_that_is_found_full_at_last_leaves_the_old_file(qapp, old, name, monkeypatch):
    path = old(name)
    monkeypatch.setattr(os, "fsync", failing(errno.ENOSPC))
    with pytest.raises(UserError, match=r"is full|已满"):
        WRITERS[name](path)
    assert listing(path) == {name: OLD}


@pytest.mark.parametrize("name", WRITERS)
def test_what_is_written_replaces_the_old_file(qapp, old, name):
    path = old(name)
    WRITERS[name](path)
    assert list(listing(path)) == [name]
    assert path.read_bytes() != OLD
    if name.endswith(".png"):
        assert not QImage(str(path)).isNull()


FULL_DISK = """
import pathlib, sys
from bigmap.base import atomic_write, i18n
from bigmap.base.errors import UserError
i18n.use("en")
path = pathlib.Path({path!r})
path.write_bytes({old!r})
try:
    atomic_write.store(path, bytes(1_000_000))
except UserError as error:
    print(error)
print(sorted(p.name for p in path.parent.iterdir()), path.read_bytes() == {old!r})
"""


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a disk as Linux does")
def test_a_disk_that_is_really_full(tmp_path):
    path = tmp_path / "disk" / "map.html"
    path.parent.mkdir()
    said = run_on_small_disk(path.parent, FULL_DISK.format(path=str(path), old=OLD))
    why = f"the disk of {path.parent} is full; make room there or choose another folder"
    assert said.splitlines() == [f"map.html cannot be written: {why}.", "['map.html'] True"]


FULL_RESULTS = """
import pathlib
from bigmap.base import i18n
from bigmap.base.errors import UserError
from bigmap.io.writing.results_folder import write_files
i18n.use("en")
out = pathlib.Path({out!r})
(out / "a.txt").write_bytes({old!r})
try:
    write_files({{name: lambda path: path.write_bytes(bytes(200_000)) for name in ("a.txt", "b.txt")}}, out)
except UserError as error:
    print(error)
print(sorted(p.name for p in out.iterdir()), (out / "a.txt").read_bytes() == {old!r})
"""


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a disk as Linux does")
def test_results_on_a_disk_that_is_really_full(tmp_path):
    said = run_on_small_disk(tmp_path, FULL_RESULTS.format(out=str(tmp_path), old=OLD)).splitlines()
    assert said[0].startswith(
        f"The results cannot be written to the folder {tmp_path}: the disk of {tmp_path} is full"
    )
    assert said[1:] == ["['a.txt'] True"]


def failing(number, **more):
    def fail(*_):
        error = OSError(number, os.strerror(number))
        for name, value in more.items():
            setattr(error, name, value)
        raise error

    return fail


@pytest.mark.parametrize(
    ("fail", "words"),
    [
        (failing(errno.ENOSPC), "is full; make room"),
        (failing(errno.EDQUOT), "is full for you (quota)"),
        (failing(errno.EIO, winerror=112), "is full; make room"),
        (failing(errno.EIO, winerror=1295), "is full for you (quota)"),
        (failing(errno.EACCES, winerror=32), "another program has it open; close it there"),
        (failing(errno.EROFS), "is read-only"),
        (failing(errno.EACCES), "you have no right to write there"),
        (failing(errno.EIO), os.strerror(errno.EIO)),
    ],
)
@pytest.mark.parametrize("stage", ["fsync", "replace"])
def test_each_cause_has_its_own_sentence(old, monkeypatch, fail, words, stage):
    path = old("a.pdf")
    monkeypatch.setattr(*{"fsync": (os, "fsync"), "replace": (Path, "replace")}[stage], fail)
    with pytest.raises(UserError) as refused:
        atomic_write.store(path, b"new")
    said = refused.value.text.render("en")
    assert said.startswith("a.pdf cannot be written: ")
    assert words in said
    assert "full" in said or "full" not in words
    assert refused.value.text.render("zh") != said
    monkeypatch.undo()
    assert listing(path) == {"a.pdf": OLD}


def test_windows_waits_for_who_has_the_file_open(old, monkeypatch):
    path, calls = old("a.pdf"), []
    real = Path.replace

    def replace(self, target):
        calls.append(target)
        if len(calls) < 3:
            raise PermissionError(errno.EACCES, "Access is denied", str(self), 5, str(target))
        return real(self, target)

    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setattr(Path, "replace", replace)
    atomic_write.store(path, b"new")
    assert (len(calls), path.read_bytes()) == (3, b"new")
    monkeypatch.setattr(atomic_write, "PATIENCE_S", 0.0)
    calls.clear()
    with pytest.raises(UserError, match=r"another program has it open|其他程序正在使用"):
        atomic_write.store(path, b"newer")
    assert listing(path) == {"a.pdf": b"new"}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("none/a.pdf", "there is no folder"),
        ("folder", "the name of a folder"),
        ("甲" * 200 + ".pdf", "too long"),
    ],
)
def test_places_that_cannot_be_written(tmp_path, name, words):
    (tmp_path / "folder").mkdir()
    with pytest.raises(UserError) as refused:
        atomic_write.store(tmp_path / name, b"new")
    assert words in refused.value.text.render("en")
    assert [p.name for p in tmp_path.iterdir()] == ["folder"]


def test_links_and_rights_of_the_old_file_stay(tmp_path):
    path, link = tmp_path / "a.json", tmp_path / "link.json"
    path.write_bytes(OLD)
    path.chmod(0o640)
    link.symlink_to(path)
    atomic_write.store(link, b"new")
    assert link.is_symlink()
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anything")
def test_a_file_that_is_write_protected_is_left_alone(old):
    path = old("a.pdf")
    path.chmod(0o444)
    with pytest.raises(UserError, match=r"write-protected|只读"):
        atomic_write.store(path, b"new")
    assert path.read_bytes() == OLD


TWO_RUNS = """
import pathlib, sys
from bigmap.io.writing.results_folder import write_files
name, out = sys.argv[1:]
for _ in range(15):
    write_files({f"{i}.txt": lambda path: path.write_text(name) for i in range(12)}, pathlib.Path(out))
"""


def test_two_that_write_results_at_once_do_not_mix_them(tmp_path):
    both = [
        subprocess.Popen([sys.executable, "-c", TWO_RUNS, name, str(tmp_path)], stderr=subprocess.PIPE)
        for name in "ab"
    ]
    assert [p.communicate()[1] for p in both] == [b"", b""]
    assert [p.returncode for p in both] == [0, 0]
    assert len({p.read_text() for p in tmp_path.iterdir()}) == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(f"{i}.txt" for i in range(12))


COMMAND = """
import pathlib, sys
from bigmap.cli.main import main
sys.stderr = sys.stdout
out = pathlib.Path({out!r})
(out / "report.json").write_bytes({old!r})
(out / "filled").write_bytes(bytes(240_000))
print(main(["plan", {folder!r}, "--out", str(out), "--zones", "2", "--lang", "en"]))
print(sorted(p.name for p in out.iterdir()), (out / "report.json").read_bytes() == {old!r})
"""


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a disk as Linux does")
def test_the_command_on_a_disk_that_is_really_full(tmp_path):
    out, folder = tmp_path / "out", write_street(tmp_path / "street")
    out.mkdir()
    said = run_on_small_disk(out, COMMAND.format(out=str(out), old=OLD, folder=str(folder))).splitlines()
    why = f"the disk of {out} is full; make room there or choose another folder"
    assert said == [
        f"bigmap: The results cannot be written to the folder {out}: {why}.",
        "2",
        "['filled', 'report.json'] True",
    ]
