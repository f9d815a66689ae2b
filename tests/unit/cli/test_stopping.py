"""Ctrl+C and ``--time-limit`` are answered in every stage, in the middle of a library call."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from importlib import import_module
from types import SimpleNamespace

import geopandas as gpd
import pytest
from shapely import box

from bigmap.base import i18n, terminal
from bigmap.cli import main
from tests.helpers.towns import GK117, at

GUARD_S = 120.0
BEFORE_ZONES = (
    "bigmap.io.reading.folder.placed",
    "bigmap.core.planning.pipeline.clean",
    "bigmap.core.planning.pipeline.build_units",
    "bigmap.core.planning.pipeline.build_graph",
    "bigmap.core.planning.pipeline.with_barriers",
)
AFTER_ZONES = (
    "bigmap.core.planning.pipeline.zones_of",
    "bigmap.core.planning.pipeline.cover_plan",
    "bigmap.io.writing.results_folder.write_geojson",
    "bigmap.io.writing.results_folder.write_csv",
)


@pytest.fixture
def folder(tmp_path):
    """Four estates side by side."""
    shapes = [at(box(100 * x, 0, 100 * x + 100, 100)) for x in range(4)]
    frame = gpd.GeoDataFrame(
        {"name": list("abcd"), "households": [10, 20, 30, 40]}, geometry=shapes, crs=GK117
    )
    (tmp_path / "in").mkdir()
    frame.to_file(tmp_path / "in" / "estates.shp", encoding="UTF-8")
    return tmp_path


@pytest.fixture
def release():
    """Let go at the end of what a test held."""
    event = threading.Event()
    yield event
    event.set()
    for thread in threading.enumerate():
        if thread.name == terminal.WATCHED:
            thread.join(GUARD_S)


@pytest.fixture
def clock(monkeypatch):
    """What the time limit looks at."""
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(terminal, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


@pytest.fixture(autouse=True)
def english():
    before = i18n.current()
    yield
    i18n.use(before)


def run(folder, *words):
    files = [str(folder / "in"), "--out", str(folder / "out")]
    return main.main(["plan", *files, "--zones", "2", "--lang", "en", "--quiet", *words])


def replace(monkeypatch, stage, make):
    module, _, name = stage.rpartition(".")
    monkeypatch.setattr(import_module(module), name, make(getattr(import_module(module), name)))


@pytest.mark.parametrize("stage", BEFORE_ZONES)
def test_the_time_limit_is_answered_before_there_are_zones(
    stage, folder, release, clock, monkeypatch, capsys
):
    def held(*_, **__):
        clock.now = 6.0
        release.wait(GUARD_S)
        raise AssertionError("it was waited for")

    replace(monkeypatch, stage, lambda _: held)
    assert run(folder, "--time-limit", "5") == main.UNUSABLE
    said = capsys.readouterr().err
    assert "The time limit of 5 s was over before there were zones, so nothing was written" in said
    assert not (folder / "out").exists()


def test_the_time_limit_keeps_the_best_zones(folder, clock, monkeypatch):
    def late(build):
        def built(*args, **named):
            clock.now = 6.0  # the search has begun: it asked whether there is time
            return build(*args, **named)

        return built

    replace(monkeypatch, "bigmap.core.zoning.build_zones.small_plan", late)
    assert run(folder, "--time-limit", "5") in (main.DONE, main.DECISION)
    assert len(gpd.read_file(folder / "out" / "zones.geojson")) == 2


@pytest.mark.parametrize("stage", AFTER_ZONES)
def test_the_time_limit_throws_no_zones_away(stage, folder, clock, monkeypatch):
    def late(work):
        def done(*args, **named):
            clock.now = 6.0
            return work(*args, **named)

        return done

    replace(monkeypatch, stage, late)
    assert run(folder, "--time-limit", "5", "--zones", "1") in (main.DONE, main.DECISION)
    assert (folder / "out" / "report.json").exists()


@pytest.mark.parametrize("limit", ["0", "-1", "nan", "soon"])
def test_a_time_limit_that_is_none(limit, folder):
    with pytest.raises(SystemExit) as refused:
        run(folder, "--time-limit", limit)
    assert refused.value.code == main.UNUSABLE


def test_the_time_limit_says_that_it_ended_the_search(folder, clock, monkeypatch, capsys):
    def late(build):
        def built(*args, **named):
            clock.now = 6.0
            return build(*args, **named)

        return built

    replace(monkeypatch, "bigmap.core.zoning.build_zones.small_plan", lambda _: lambda *_: (None, False))
    replace(monkeypatch, "bigmap.core.zoning.build_zones.plan_with_number", late)
    run(folder, "--time-limit", "5")
    assert "the time limit of 5 s ended the search; zones and bundles are the best" in capsys.readouterr().err
    run(folder, "--time-limit", "100")
    assert "time limit" not in capsys.readouterr().err


def test_the_time_limit_of_a_check(folder, release, clock, monkeypatch, capsys):
    def held(*_, **__):
        clock.now = 6.0
        release.wait(GUARD_S)
        raise AssertionError("it was waited for")

    replace(monkeypatch, "bigmap.core.planning.check.clean", lambda _: held)
    words = ["check", folder / "in" / "estates.shp", "--out", folder / "out", "--time-limit", "5"]
    assert main.main([*map(str, words), "--lang", "en", "--quiet"]) == main.UNUSABLE
    said = capsys.readouterr().err
    assert "The time limit of 5 s was over before the check was done, so nothing was written" in said
    assert not (folder / "out").exists()


HELD = """
import hashlib, os, sys
import {module} as stage
from bigmap.__main__ import main

def held(*_, **__):
    print("inside", flush=True)
    hashlib.pbkdf2_hmac("sha512", b"", b"", 2_000_000_000)  # an hour without a look at signals

stage.{name} = held
sys.argv = ["bigmap", *{words!r}, "--lang", "en", "--quiet"]
sys.exit(main())
"""
STAGES = {
    "bigmap.core.planning.pipeline.build_units": ("plan", signal.SIGINT),
    "bigmap.io.writing.results_folder.write_geojson": ("plan", signal.SIGTERM),
    "bigmap.core.planning.check.clean": ("check", getattr(signal, "SIGHUP", None)),
}


@pytest.mark.skipif(sys.platform == "win32", reason="no signal can be sent to a process alone")
@pytest.mark.parametrize("stage", STAGES)
def test_a_signal_is_answered_inside_a_library_and_nothing_is_left(stage, folder):
    """The layers come in an archive, so that there is something to be left."""
    shutil.make_archive(str(folder / "town"), "zip", folder / "in")
    (folder / "temp").mkdir()
    command, number = STAGES[stage]
    module, _, name = stage.rpartition(".")
    words = [command, str(folder / "town.zip"), "--out", str(folder / "out")]
    program = [sys.executable, "-c", HELD.format(module=module, name=name, words=words)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    temp = {**os.environ, "TMPDIR": str(folder / "temp")}
    with subprocess.Popen(program, **pipes, env=temp) as process:
        try:
            assert process.stdout.readline() == "inside\n"
            assert list((folder / "temp").glob("bigmap-*"))
            began = time.monotonic()
            process.send_signal(number)
            _, said = process.communicate(timeout=GUARD_S)
        finally:
            process.kill()
    assert time.monotonic() - began < GUARD_S
    assert said == "bigmap: stopped; nothing was written\n"
    assert process.returncode == main.UNUSABLE
    assert not (folder / "out").exists()
    assert list((folder / "temp").glob("bigmap-*")) == []


PAINTED = """
import os, signal, sys
from bigmap.ui.printing import pages, sheet
from bigmap.__main__ import main
drawn = pages.draw_map

def draw(*args):
    drawn(*args)
    os.kill(os.getpid(), signal.SIGINT)

pages.draw_map = draw
sys.argv = ["bigmap", *{words!r}, "--lang", "en", "--quiet"]
sys.exit(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no signal can be sent to a process alone")
def test_ctrl_c_while_the_sheet_is_painted(folder):
    words = ["plan", str(folder / "in"), "--out", str(folder / "out"), "--zones", "2"]
    program = [sys.executable, "-c", PAINTED.format(words=words)]
    done = subprocess.run(program, capture_output=True, text=True, check=False, timeout=GUARD_S)
    assert (done.returncode, done.stderr) == (main.UNUSABLE, "bigmap: stopped; nothing was written\n")
    assert not (folder / "out").exists()
