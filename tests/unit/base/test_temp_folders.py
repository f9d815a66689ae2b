"""Temporary folders end with their process; what a dead one left is swept, a living one's is not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bigmap.base import lock, temp_folders
from bigmap.base.errors import Cancelled
from bigmap.base.temp_folders import OwnedFolder, sweep, temp_folder

OWNER = """
import sys
from pathlib import Path
from bigmap.base.temp_folders import OwnedFolder
folder = OwnedFolder(Path(sys.argv[1]))
(folder.path / "copy.shp").write_bytes(b"ground")
print(folder.path, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def owner(tmp_path: Path):
    """A living process with a folder in tmp_path."""
    command = [sys.executable, "-c", OWNER, str(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as process:
        assert Path(process.stdout.readline().strip()).is_dir()
        yield process
        process.kill()


def test_what_a_killed_process_left_is_swept(owner, tmp_path: Path):
    owner.kill()
    owner.wait()
    assert len(list(tmp_path.iterdir())) == 2
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_a_living_process_has_stays(owner, tmp_path: Path):
    before = sorted(tmp_path.rglob("*"))
    sweep(tmp_path)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    "name", ["bigmap-tests-a1b2c3d4.lock", "otherbigmap-a1b2c3d4.lock", "bigmap-a1b2c3d4", "x.lock"]
)
def test_what_only_looks_alike_stays(tmp_path: Path, name: str):
    (tmp_path / name).write_bytes(b"")
    (tmp_path / "bigmap-a1b2c3d4-notes").mkdir()
    sweep(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([name, "bigmap-a1b2c3d4-notes"])


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_what_belongs_to_somebody_else_stays(tmp_path: Path):
    (tmp_path / ".bigmap-a1b2c3d4").mkdir()
    (tmp_path / ".bigmap-a1b2c3d4.lock").write_bytes(b"")
    for path in tmp_path.iterdir():
        os.chown(path, 65534, 65534)
    sweep(tmp_path)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_link_leads_nobody_out_of_the_folder(tmp_path: Path):
    (tmp_path / "precious").mkdir()
    (tmp_path / ".bigmap-a1b2c3d4").symlink_to(tmp_path / "precious", target_is_directory=True)
    (tmp_path / ".bigmap-a1b2c3d4.lock").write_bytes(b"")
    sweep(tmp_path)
    assert (tmp_path / "precious").is_dir()


def test_nothing_is_swept_where_locks_tell_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """As on a network disk: nobody knows whether the owner is alive."""

    def refuse(_: int) -> None:
        raise OSError(lock._UNABLE[0], "no locks here")

    (tmp_path / ".bigmap-a1b2c3d4.lock").write_bytes(b"")
    monkeypatch.setattr(lock, "_take", refuse)
    sweep(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == [".bigmap-a1b2c3d4.lock"]


def test_the_lock_of_moving_results_is_swept_too(tmp_path: Path):
    (tmp_path / ".bigmap-lock").write_bytes(b"")
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_takes_the_parents_made_for_it_along(tmp_path: Path):
    folder = OwnedFolder(tmp_path / "deep" / "out")
    folder.remove()
    folder.remove()
    assert list(tmp_path.iterdir()) == []


def test_a_parent_into_which_something_came_stays(tmp_path: Path):
    folder = OwnedFolder(tmp_path / "out")
    (tmp_path / "out" / "zones.csv").write_bytes(b"")
    folder.remove()
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["zones.csv"]


def test_all_go_at_the_end_and_none_comes_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(temp_folders, "_owned", [])
    monkeypatch.setattr(temp_folders, "_ending", [])
    for _ in range(3):
        OwnedFolder(tmp_path)
    temp_folders.remove_all()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(Cancelled):
        OwnedFolder(tmp_path)


def test_a_copy_is_gone_when_it_is_let_go():
    with temp_folder() as folder:
        (folder / "copy.shp").write_bytes(b"ground")
    assert not folder.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no fork")
def test_a_forked_child_takes_nothing_from_its_parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = OwnedFolder(tmp_path)
    monkeypatch.setattr(temp_folders.os, "getpid", lambda: folder._process + 1)
    folder.remove()
    assert folder.path.is_dir()
    monkeypatch.undo()
    folder.remove()


@pytest.mark.skipif(sys.platform == "win32", reason="no signal can be sent to a process alone")
def test_a_process_that_is_asked_to_end_leaves_nothing(tmp_path: Path):
    program = f"from bigmap.base.interrupts import interrupts; interrupts.install()\n{OWNER}"
    command = [sys.executable, "-c", program, str(tmp_path)]
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE) | {"text": True}
    with subprocess.Popen(command, **pipes) as process:
        process.stdout.readline()
        process.send_signal(signal.SIGHUP)
        _, said = process.communicate(timeout=120)
    assert (process.returncode, list(tmp_path.iterdir())) == (2, [])
    assert said.startswith("bigmap: ")
