"""Too little memory and a full disk are said as such, whoever meets them and however a library says it."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyogrio
import pytest
import shapely

from bigmap.base import i18n, shortage
from bigmap.base.errors import UserError
from bigmap.base.shortage import expect_data, raise_shortage, size_of_arguments
from bigmap.cli import main
from bigmap.core.zoning import multilevel
from bigmap.io.formats import shapefile
from bigmap.io.formats.gdal_layer import explain_gdal_errors
from tests.helpers.shapefiles import squares, write_layer

LACKS = [
    MemoryError(),
    np._core._exceptions._ArrayMemoryError((10**9,), np.dtype(float)),
    pa.ArrowMemoryError("malloc of size 64 failed"),
    OSError(errno.ENOMEM, "Cannot allocate memory"),
    BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"),
    RuntimeError("can't start new thread"),
    ImportError("libQt6Gui.so.6: failed to map segment from shared object"),
    OSError("Unknown error: Failed to launch worker thread: Resource temporarily unavailable"),
    pyogrio.errors.DataSourceError("Out of memory allocating 4096 bytes"),
    shapely.errors.GEOSException("std::bad_alloc"),
]
FAULTS = [
    ZeroDivisionError("division by zero"),
    OSError(errno.EIO, "Input/output error"),
    pyogrio.errors.DataSourceError("not recognized as a supported file format"),
    UserError("{file} is an empty file: ask for it again, or take it out.", file="memory.shp"),
]


@pytest.fixture(autouse=True)
def english():
    before = i18n.current()
    yield
    i18n.use(before)


@pytest.fixture
def town(tmp_path: Path) -> Path:
    folder = tmp_path / "town"
    folder.mkdir()
    write_layer(folder / "estates.shp", squares(2), {"name": ["a", "b"], "households": [1, 2]})
    return folder


def run(town: Path) -> int:
    return main.main(["plan", str(town), "--out", str(town / "out"), "--lang", "en", "--quiet"])


@pytest.mark.parametrize("error", LACKS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("where", ["shapefile.check_shapefile", "pipeline.build_units"])
def test_too_little_memory_is_no_defect_and_no_fault_of_a_file(town, monkeypatch, capsys, where, error):
    from bigmap.core.planning import pipeline

    def fail(*_, **__):
        raise error

    module, _, name = where.partition(".")
    monkeypatch.setattr({"shapefile": shapefile, "pipeline": pipeline}[module], name, fail)
    assert run(town) == main.UNUSABLE
    said = capsys.readouterr().err
    assert said.startswith("bigmap: Not enough memory: the ")
    assert said.count("\n") == 1
    assert not (town / "out").exists()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda error: type(error).__name__)
def test_other_faults_are_none(fault):
    assert shortage.shortage(fault) is None
    raise_shortage(fault)


def test_what_it_was_made_of_counts():
    fault = ValueError("no units")
    fault.__cause__ = MemoryError()
    assert shortage.shortage(fault) is not None
    with pytest.raises(MemoryError):
        raise_shortage(fault)


def test_a_layer_is_not_left_aside_for_want_of_memory(town, monkeypatch, capsys):
    """Its name does not say that it is needed: it would go missing with a line in problems.csv."""
    write_layer(town / "things.shp", squares(2), {"name": ["a", "b"]})
    check = shapefile.check_shapefile

    def fail(path: Path) -> None:
        if path.stem == "things":
            raise MemoryError
        check(path)

    monkeypatch.setattr(shapefile, "check_shapefile", fail)
    assert run(town) == main.UNUSABLE
    assert "Not enough memory" in capsys.readouterr().err


def test_a_partitioner_that_gets_no_memory_is_not_done_without(monkeypatch):
    def fail(*_, **__):
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    monkeypatch.setattr(multilevel, "_idle", [])
    monkeypatch.setattr(multilevel.child_processes, "start", fail)
    with pytest.raises(OSError, match="allocate"):
        multilevel.get_ready()


def test_a_full_temporary_folder_is_the_cause(town, monkeypatch, capsys, tmp_path):
    """A copy is made of a shapefile whose index is missing."""
    (town / "estates.shx").unlink()

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    assert run(town) == main.UNUSABLE
    said = capsys.readouterr().err
    assert said.startswith(f"bigmap: The disk of {tempfile.gettempdir()}")
    assert said.endswith(" is full: make room there and try again.\n")


def test_a_full_disk_leaves_an_explanation_of_gdal_alone(tmp_path):
    full = OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "x"))
    with pytest.raises(OSError, match="No space") as raised, explain_gdal_errors(tmp_path / "estates.shp"):
        raise full
    assert raised.value is full


# --- before it begins --------------------------------------------------------------------------------


def test_what_a_job_needs_is_told_from_its_layers(town):
    sizes = sum(file.stat().st_size for file in town.iterdir())
    (town / "out").mkdir()
    (town / "out" / "zones.csv").write_bytes(bytes(1000))
    words = ["plan", str(town), "--rules", "nowhere", "--out", str(town / "out")]
    assert size_of_arguments(words) == sizes


@pytest.mark.parametrize(("data_mb", "enough"), [(0, True), (19, True), (21, False), (1000, False)])
def test_a_job_that_cannot_succeed_is_refused_before_it_begins(monkeypatch, data_mb, enough):
    space = shortage._START_SPACE_B + 20e6 * shortage._PER_BYTE
    monkeypatch.setattr(shortage, "allowed_space_b", lambda: int(space))
    monkeypatch.setattr(shortage, "_data_b", [0])
    if enough:
        expect_data(data_mb * 10**6)
        return
    with pytest.raises(UserError) as refused:
        expect_data(data_mb * 10**6)
    assert f"for {data_mb:.1f} MB of layers, and may have 3.7 GB" in refused.value.text.render("en")


@pytest.mark.skipif(sys.platform != "linux", reason="limits of addresses as on Linux")
@pytest.mark.parametrize("gigabytes", [0.5, 2.0])
def test_ulimit(town, tmp_path, gigabytes):
    import resource

    limit = int(gigabytes * 1e9)
    done = subprocess.run(
        [sys.executable, "-m", "bigmap", "plan", str(town), "--out", str(tmp_path / "out")],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
        capture_output=True,
        text=True,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        check=False,
    )
    assert done.returncode == main.UNUSABLE
    assert done.stderr.startswith("bigmap: Not enough memory: this job needs about 2.6 GB for 0.0 MB")
    assert f"may have {gigabytes:.1f} GB" in done.stderr
    assert not (tmp_path / "out").exists()
