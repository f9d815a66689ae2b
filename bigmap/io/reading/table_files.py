"""Tables among the files: which are read, and what those of one kind give together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import pandas as pd

from bigmap.base.errors import UserError
from bigmap.base.problem_kinds import formats as kinds
from bigmap.base.problem_kinds.tables import PresentTwice, ServicesTaken, ServicesUnread
from bigmap.base.problems import ProblemLog
from bigmap.core.sources.layers import Layer, PresentZones, Role
from bigmap.core.sources.source_options import OptionsBySource, options_in, options_of
from bigmap.io.formats.foreign_files import leave_aside
from bigmap.io.formats.raw_layer import RawLayer
from bigmap.io.georeferencing.placement import LayerToRead
from bigmap.io.reading.apply_options import with_options
from bigmap.io.spreadsheets.attribute_tables import has_tables
from bigmap.io.spreadsheets.cells import SHEET_SUFFIXES
from bigmap.io.spreadsheets.estate_table import Ledger, read_ledger

_OPTIONAL = frozenset({".docx", ".gpkg", ".gdb", ".dbf"})
"""Files that hold other things too, or are mostly by-products: one that cannot be read stops nothing."""


def read_tables_among(
    files: Sequence[Path],
    taken: Collection[Path | None],
    choices: OptionsBySource,
    log: ProblemLog,
    needed: Collection[Role],
    *,
    tables: Sequence[Path] = (),
    operators: Path | None = None,
    leads: bool = False,
) -> Ledger:
    """Return the tables that the user named, else those among the files.

    Parameters
    ----------
    files : sequence of Path
    taken : collection of Path or None
        Files that are read as something else.
    choices : mapping of str to SourceOptions
    log : ProblemLog
    needed : collection of Role
        Roles whose file must be readable.
    tables : sequence of Path
        Those that the user named.
    operators : pathlib.Path, optional
        The table of operators; another of its sheets may be wanted.
    leads : bool
        Whether what tables tell goes before what the layers tell.
    """
    found = Ledger()
    used = {path.resolve() for path in taken if path}
    sheets = [f for f in files if f.suffix.lower() in SHEET_SUFFIXES and f.resolve() not in used]
    sheets += [f for f in files if has_tables(f)]
    if operators and any(c.role not in {None, Role.OPERATORS} for c in options_in(choices, operators)):
        sheets.append(operators)  # another of its sheets is wanted too
    for file in tables or sheets:
        try:
            one = read_ledger(file, log, choices, told=bool(tables), leads=leads)
        except UserError as refused:
            if tables:
                raise
            leave_aside(file, refused, log, () if file.suffix.lower() in _OPTIONAL else needed)
            continue
        found.tables += one.tables
        found.points += one.points
        found.services += one.services
        found.present += one.present
        found.roads += one.roads
    return found


def services_among(ledger: Ledger, log: ProblemLog) -> pd.DataFrame | None:
    """Return the exceptions of the first table of services; further ones are said."""
    for other in ledger.services[1:]:
        log.items[:] = [p for p in log.items if p.kind is not ServicesTaken.kind or p.file != other.file.name]
        log.add(ServicesUnread(), file=other.file.name)
    return ledger.services[0].exceptions if ledger.services else None


def present_among(ledger: Ledger, log: ProblemLog) -> PresentZones | None:
    """Return the zones of the first table of present zones; further ones are said."""
    for other in ledger.present[1:]:
        log.add(PresentTwice(first=ledger.present[0].file), file=other.file)
    return ledger.present[0] if ledger.present else None


def points_among(
    ledger: Ledger,
    told: Mapping[Role, Path],
    choices: OptionsBySource,
    log: ProblemLog,
    wanted: Collection[Role],
) -> list[tuple[LayerToRead, RawLayer]]:
    """Return the sheets with coordinates that have a wanted role."""
    out = []
    for points in ledger.points:
        if points.role in wanted and points.role not in told:
            file, sheet = points.layer.file, points.sheet or None
            raw = with_options(points.layer, options_of(choices, file, sheet), log)
            out.append((LayerToRead(points.role, file, sheet, points.sureness), raw))
        else:
            log.add(kinds.WithoutRole(), file=points.layer.file.name)
    return out


def say_no_estates(ledger: Ledger, layers: Sequence[Layer], log: ProblemLog) -> None:
    """Say of the tables of estates that there is nothing to join their rows to, where that is so."""
    if not any(layer.role == Role.ESTATES for layer in layers):
        for table in ledger.tables:
            log.add(kinds.WithoutEstates(), file=table.shown)
