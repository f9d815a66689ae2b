"""Read a planner's folder or files: locate, inspect, decide, load, name the fields, place."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from pyproj import CRS

from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.problems import ProblemLog
from bigmap.base.progress import Progress
from bigmap.core.sources.layers import LayerSet, Role
from bigmap.core.sources.source_options import OptionsBySource, options_of
from bigmap.io.formats.foreign_files import leave_aside
from bigmap.io.georeferencing.control_points import read_control_points
from bigmap.io.georeferencing.placement import Read, placed
from bigmap.io.georeferencing.readings import GivenPlacement
from bigmap.io.reading.apply_options import repair_layers
from bigmap.io.reading.decide import plan_layers
from bigmap.io.reading.inspect_source import inspect_sources
from bigmap.io.reading.layer_plan import LayerPlan
from bigmap.io.reading.load import load_layer, name_fields, of_use
from bigmap.io.reading.load_tables import (
    load_tables,
    points_in,
    present_among,
    say_no_estates,
    services_among,
)
from bigmap.io.reading.locate import READ_ROLES, Located, locate
from bigmap.io.reading.lost_sources import judge_aside, judge_lost
from bigmap.io.reading.settle_roles import in_place_of_others, is_stopgap, settle
from bigmap.io.spreadsheets.estate_table import operators_in
from bigmap.io.spreadsheets.operator_table import read_operators

_LOOKED = 0.3
"""Share of the work after which all sources have been looked at."""


def read_folder(
    inputs: Path | Sequence[Path],
    overrides: Mapping[Role, Path] | None = None,
    crs: CRS | None = None,
    progress: Progress | None = None,
    choices: OptionsBySource | None = None,
    *,
    tables: Sequence[Path] = (),
    tables_lead: bool = False,
    shifts: Mapping[str, str] | None = None,
    control_points: Path | None = None,
    near: tuple[float, float] | None = None,
) -> LayerSet:
    """Read all layers of a folder (not of folders inside it) or of the files named.

    Parameters
    ----------
    inputs : path or sequence of paths
        Folders and files.
    overrides : mapping of Role to path, optional
        Files whose role the planner told: they are read wherever they lie, others of that role are not.
    crs : pyproj.CRS, optional
        System of the layers that do not tell theirs.
    progress : Progress, optional
    choices : mapping of str to SourceOptions, optional
        What the planner chose for single layers, by `bigmap.core.sources.source_options.key_of`.
    tables : sequence of Path, optional
        Tables of estates (Excel, CSV), to be joined by name; without them, those of the folder are.
    tables_lead : bool
        Whether what tables tell goes before what the layers tell; else they only fill what is missing.
    shifts : mapping of str to str, optional
        File name → 'gcj02' or 'bd09': layers of web maps that shall be moved to where they belong.
    control_points : pathlib.Path, optional
        CSV of points that place the layers which do not tell their system.
    near : tuple of float, optional
        (longitude, latitude) of the project's city, for folders in which no layer tells its place.

    Returns
    -------
    LayerSet
        Its problems hold all that was guessed, mended or left aside.

    Raises
    ------
    UserError
        If a path does not exist, nothing can be used, or a layer that has a role cannot be read or placed.
    """
    began = time.perf_counter()
    progress = progress or Progress()
    log = ProblemLog()
    own = choices or {}
    points = read_control_points(control_points) if control_points else None
    located = locate(inputs, overrides or {}, own, log)
    plans = plan_layers(located, inspect_sources(located.to_inspect, progress.part(0.0, _LOOKED)), own, log)
    used = [plan for plan in plans if plan.is_used]
    read = _loaded(used, located, own, log, progress.part(_LOOKED, 1.0))
    operators = located.told.get(Role.OPERATORS) or operators_in(located.files, own)
    layer_files = [plan.layer.file for plan in used]
    ledger = load_tables(located, tables, operators, layer_files, own, log, leads=tables_lead)
    read = of_use(read + points_in(ledger, located, own, log), log)
    judge_lost(log, {choice.role for choice, _ in read})
    judge_aside([plan.layer for plan in plans if not plan.is_known], read, log)
    layers = placed(name_fields(read, log), GivenPlacement(crs, shifts or {}, points, near), log)
    for (choice, _), layer in zip(read, layers, strict=True):
        repair_layers(layer, options_of(own, choice.file, choice.layer), log)
    table = read_operators(operators, log, own) if operators else None
    if not layers:
        raise _nothing_usable(located, log)
    say_no_estates(ledger, layers, log)
    progress.step(1.0, Text("Files read"))
    seconds = time.perf_counter() - began
    held = (ledger.tables, services_among(ledger, log), None, present_among(ledger, log), ledger.roads)
    return LayerSet(layers, table, log, seconds, *held)


def _loaded(
    plans: Sequence[LayerPlan],
    located: Located,
    choices: OptionsBySource,
    log: ProblemLog,
    progress: Progress,
) -> list[Read]:
    """Return the parts of all layers, in the order of the pipeline; what cannot be read is said.

    What stands in for others comes last.
    """
    named = {*located.named, *(file for files in located.told_sources.values() for file in files)}
    read: list[Read] = []

    def load_each(some: Sequence[LayerPlan], done: int) -> None:
        for i, plan in enumerate(some, start=done):
            progress.step(i / (len(plans) + 1), Text("Reading {file}", {"file": plan.layer.file.name}))
            try:
                read.extend(load_layer(plan, options_of(choices, plan.layer.file, plan.layer.layer), log))
            except UserError as refused:
                if plan.layer.file in named:
                    raise
                leave_aside(plan.layer.file, refused, log, plan.role)

    first = [plan for plan in plans if not is_stopgap(plan)]
    load_each(first, 0)
    late = [plan for plan in plans if is_stopgap(plan)]
    load_each(in_place_of_others(late, {choice.role for choice, _ in read}, log), len(first))
    return sorted(settle(read, located.told, log), key=lambda item: READ_ROLES.index(item[0].role))


def _nothing_usable(located: Located, log: ProblemLog) -> UserError:
    reasons = [f"{p.file}: {p.text}" for p in log if p.kind.unused]
    return UserError(
        "Nothing usable was found in {path}: give estates, buildings, roads or a boundary as .shp, .gpkg or "
        ".geojson. {reasons}",
        path=located.shown,
        reasons=" ".join(reasons[:3]),
    )
