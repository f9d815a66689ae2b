"""The results folder: all files are made aside and moved into place together, or none is."""

from __future__ import annotations

import errno
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import geopandas as gpd

from bigmap.base.atomic_write import replace_file, sync, why_not
from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.interrupts import interrupts
from bigmap.base.lock import locked
from bigmap.base.progress import Progress
from bigmap.base.shortage import is_full
from bigmap.base.temp_folders import OwnedFolder, sweep
from bigmap.core.planning.plan import Plan
from bigmap.io.writing import exchange_layers
from bigmap.io.writing.csv_tables import (
    PROBLEM_LABELS,
    adjacency_table,
    column_labels,
    fields_table,
    operators_table,
    problems_table,
    write_csv,
    zones_table,
)
from bigmap.io.writing.geojson import write_geojson
from bigmap.io.writing.parameters_json import write_parameters
from bigmap.io.writing.report_json import build_report, peak_memory_mb

Writer = Callable[[Path], None]


def write_results(
    plan: Plan,
    out: Path,
    progress: Progress | None = None,
    lang: str | None = None,
    extras: Mapping[str, Callable[[Plan, Path], None]] | None = None,
) -> list[Path]:
    """Write everything a plan gives into a folder.

    Parameters
    ----------
    plan : Plan
    out : pathlib.Path
        Folder; made where it does not exist. Files in it that are not among the results stay as they are.
    progress : Progress, optional
    lang : str, optional
        Language of tables and report; the one in use by default.
    extras : mapping of str to callable, optional
        Further files by name (``coverage.pdf``, ``map.html``), each written by ``writer(plan, path)``.

    Returns
    -------
    list of pathlib.Path
        The files written.

    Raises
    ------
    UserError
        If the folder cannot be written. The folder is then as it was before.
    Cancelled
        If the user stopped it; likewise.
    """
    began = time.perf_counter()
    moved = cache(lambda: exchange_layers.in_lonlat(plan))
    writers: dict[str, Writer] = {
        "units.geojson": _geojson(exchange_layers.units_layer, moved, "unit_id"),
        "zones.geojson": _geojson(exchange_layers.zones_layer, moved, "zone_id"),
        "operators.geojson": _geojson(exchange_layers.operators_layer, moved, "oper"),
        "gaps.geojson": _geojson(lambda moved: exchange_layers.gaps_layer(moved.coverage), moved, "gap_id"),
        "zones.csv": lambda path: write_csv(zones_table(plan), path, column_labels("zones"), lang),
        "problems.csv": lambda path: write_csv(
            problems_table(plan.problems, lang), path, PROBLEM_LABELS, lang
        ),
        "adjacency.csv": lambda path: write_csv(
            adjacency_table(plan), path, column_labels("adjacency"), lang
        ),
        "bundles.csv": lambda path: write_csv(operators_table(plan), path, column_labels("operators"), lang),
        "parameters.json": lambda path: write_parameters(plan.parameters, plan.bundle_rules, path, lang),
        "fields.csv": lambda path: write_csv(fields_table(), path),
    }
    writers |= {name: partial(writer, plan) for name, writer in (extras or {}).items()}
    writers["report.json"] = lambda path: _write_report(plan, path, time.perf_counter() - began, lang)
    return write_files(writers, Path(out), progress, [name for name in writers if name.endswith(".pdf")])


def write_files(
    writers: Mapping[str, Writer], out: Path, progress: Progress | None = None, painted: Sequence[str] = ()
) -> list[Path]:
    """Write files into a folder, all of them or none.

    Parameters
    ----------
    writers : mapping of str to callable
        File name → function that writes the file to the path it is given.
    out : pathlib.Path
    progress : Progress, optional
    painted : sequence of str
        Files that are written on the thread of the caller, since Qt paints them.

    Raises
    ------
    UserError
        If the folder cannot be written.
    """
    progress = progress or Progress()
    with _writable(out) as aside:
        fresh = aside / "new"
        fresh.mkdir()
        for i, (name, write) in enumerate(writers.items()):
            progress.step(i / len(writers), Text("Writing {file}", {"file": name}))
            if name in painted:
                write(fresh / name)
            else:
                progress.watched(partial(_write, write, fresh / name))
            sync(fresh / name)
        progress.step(1.0, Text("Moving the results into place"))
        with locked(out / ".bigmap-lock"), interrupts.held():  # or two windows would leave half of each
            _move_all(list(writers), fresh, out, aside)
            interrupts.written = out
    return [out / name for name in writers]


def _write(write: Writer, path: Path, _: Progress) -> None:
    write(path)


def check_writable(out: Path) -> None:
    """Raise `UserError` now rather than after the work when nothing can be written into a folder."""
    if os.path.exists(out) and not out.is_dir():  # noqa: PTH110 - false for what cannot be asked about
        raise UserError("{path} is a file: name a folder for the results.", path=out)
    with _writable(out):
        pass


@contextmanager
def _writable(out: Path) -> Iterator[Path]:
    """Give a hidden folder inside ``out``, hence on its file system, and leave no trace of it."""
    sweep(out)
    try:
        folder = OwnedFolder(out)
        try:
            yield folder.path
        finally:
            folder.remove()
    except OSError as error:
        if not is_full(error) and not _is_about(error, out):
            raise
        blamed = Path(os.fsdecode(error.filename2 or error.filename or "results")).name
        text = "The results cannot be written to the folder {folder}: {why}."
        raise UserError(text, folder=out, why=why_not(error, out / blamed)) from error


def _is_about(error: OSError, out: Path) -> bool:
    """Tell an output folder that cannot be written from a file of bigmap's own that is missing."""
    if error.filename is None or error.errno == errno.EROFS:
        return True
    blamed = Path(os.fsdecode(error.filename))
    return out == blamed or out in blamed.parents or blamed in out.parents


def _move_all(names: list[str], fresh: Path, out: Path, aside: Path) -> None:
    """Replace each file; when one cannot be (open in Excel), put back those already replaced."""
    old = aside / "old"
    old.mkdir()
    for name in names:
        if (out / name).exists():
            _keep(out / name, old / name)
    try:
        for name in names:
            replace_file(fresh / name, out / name)
    except BaseException:
        for name in names:
            if not (fresh / name).exists():  # it was moved
                _put_back(old / name, out / name)
        raise


def _keep(file: Path, copy: Path) -> None:
    """Hold on to a file at no cost where the file system can link, else by a copy."""
    try:
        copy.hardlink_to(file)
    except OSError:
        shutil.copy2(file, copy)


def _put_back(kept: Path, file: Path) -> None:
    with suppress(OSError):  # the others go back all the same
        if kept.exists():
            kept.replace(file)
        else:
            file.unlink()


def _geojson(layer: Callable[[Plan], gpd.GeoDataFrame], moved: Callable[[], Plan], id_field: str) -> Writer:
    return lambda path: write_geojson(layer(moved()), path, id_field, decimals=None)


def _write_report(plan: Plan, path: Path, seconds: float, lang: str | None) -> None:
    timed = replace(plan, timings={**plan.timings, "write": seconds})
    report = build_report(timed, peak_memory_mb(), lang)
    text = json.dumps(report, ensure_ascii=False, allow_nan=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8", errors="replace", newline="\n")
