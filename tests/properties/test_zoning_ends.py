"""Zone building ends, whatever the town: the partitioner is stopped where it does not end by itself."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from bigmap.base.errors import Cancelled
from bigmap.base.progress import Progress
from bigmap.core.geometry.adjacency import Graph
from bigmap.core.zoning import multilevel
from tests.helpers.tiny_towns import zones_of_tiny
from tests.helpers.towns import GK117, at

GUARD_S = 120.0  # a machine may be busy, a hang takes longer


@given(st.integers(0, 1_000_000))
def test_a_tiny_town_is_planned_or_refused_and_the_same_for_a_split(seed):
    zones_of_tiny(seed, GUARD_S)


def test_zones_are_built_in_a_spawned_process():
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as executor:
        there = executor.submit(zones_of_tiny, SPAWNED, GUARD_S).result(timeout=2 * GUARD_S)
    here = zones_of_tiny(SPAWNED, GUARD_S)
    assert {**there, "s": 0} == {**here, "s": 0}
    assert here["plan"] == "planned"


SPAWNED = 3  # a town whose zones are built and split


def test_a_locked_dead_end_without_households(tmp_path):
    #  E1 (0 households, locked) | E2 (56) | E3 (4): E1 touches E2 only
    shapes = [box(100 * x, 0, 100 * x + 100, 100) for x in range(3)]
    frame = gpd.GeoDataFrame(
        {"name": ["a", "b", "c"], "households": [0, 56, 4]}, geometry=[at(s) for s in shapes], crs=GK117
    )
    (tmp_path / "in").mkdir()
    frame.to_file(tmp_path / "in" / "estates.shp", encoding="UTF-8")
    words = [
        "plan",
        str(tmp_path / "in"),
        "--zones",
        "2",
        "--lock",
        "E0001=W01",
        "--out",
        str(tmp_path / "out"),
    ]
    command = [sys.executable, "-m", "bigmap", *words, "--quiet", "--lang", "en"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=GUARD_S, check=False)
    assert done.returncode in (0, 3), done.stderr
    units = gpd.read_file(tmp_path / "out" / "units.geojson")
    assert units.set_index("unit_id")["zone_id"]["E0001"] == "W01"


# --- a partitioner that does not end --------------------------------------------------------------


@pytest.fixture
def endless(monkeypatch):
    """The parts of a graph for which Mt-KaHyPar searches for ever: a bound dead end without a weight."""
    monkeypatch.setattr(multilevel, "_whole", lambda load, bound: [0, 933_333_333, 66_666_667])
    graph = Graph(3, np.array([0, 1]), np.array([1, 2]), np.array([100.0, 100.0]))

    def parts(progress):
        return multilevel.partition(
            graph, np.array([0.0, 56, 4]), 2, 0.03, 0, np.array([0, -1, -1]), progress
        )

    return parts


def test_a_partition_without_an_end_is_given_up(monkeypatch, endless, caplog):
    monkeypatch.setattr(multilevel, "_PATIENCE_S", 0.5)
    assert endless(Progress()).tolist() in ([0, 0, 1], [1, 1, 0], [0, 1, 1], [1, 0, 0])
    assert "gave no answer" in caplog.text


def test_a_stop_ends_a_partition_without_an_end(monkeypatch, endless):
    monkeypatch.setattr(multilevel, "_PATIENCE_S", 10 * GUARD_S)
    stop, began = threading.Event(), time.monotonic()
    threading.Timer(0.3, stop.set).start()
    with pytest.raises(Cancelled):
        endless(Progress(cancelled=stop.is_set))
    assert time.monotonic() - began < GUARD_S
    assert not multilevel._idle or multilevel._idle[0].alive()


def test_enough_ends_a_partition_without_an_end(monkeypatch, endless):
    monkeypatch.setattr(multilevel, "_PATIENCE_S", 10 * GUARD_S)
    assert len(set(endless(Progress(enough=lambda: True)).tolist())) == 2


def test_strips_are_about_even():
    line = Graph(9, np.arange(8), np.arange(1, 9), np.ones(8))
    part = multilevel.strips(line, np.array([1.0, 1, 1, 1, 1, 1, 1, 1, 1]), 3)
    assert np.bincount(part).tolist() == [3, 3, 3]
    assert (np.abs(np.diff(part)) <= 1).all()
    assert len(set(multilevel.strips(line, np.zeros(9), 4).tolist())) == 4
