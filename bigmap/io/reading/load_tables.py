"""Tables among the sources: which are read, what those of one kind give together, and the points in them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from bigmap.base.errors import UserError
from bigmap.base.problem_kinds import formats as kinds
from bigmap.base.problem_kinds.tables import PresentTwice, ServicesTaken, ServicesUnread
from bigmap.base.problems import ProblemLog
from bigmap.core.sources.layers import Layer, PresentZones, Role
from bigmap.core.sources.source_options import OptionsBySource, options_in, options_of
from bigmap.io.formats.foreign_files import leave_aside
from bigmap.io.georeferencing.placement import LayerToRead, Read
from bigmap.io.reading.apply_options import with_options
from bigmap.io.reading.locate import READ_ROLES, Located, existing
from bigmap.io.spreadsheets.cells import SHEET_SUFFIXES
from bigmap.io.spreadsheets.estate_table import Ledger, read_ledger


def load_tables(
    located: Located,
    tables: Sequence[Path],
    operators: Path | None,
    layers: Sequence[Path],
    choices: OptionsBySource,
    log: ProblemLog,
    *,
    leads: bool,
) -> Ledger:
    """Return the tables that the user named, else those among the sources that are no layers.

    Parameters
    ----------
    located : Located
    tables : sequence of Path
        What the user named.
    operators : Path or None
        The table of operators.
    layers : sequence of Path
        Files that are read as layers.
    choices : mapping of str to SourceOptions
    log : ProblemLog
    leads : bool
        Whether what tables tell goes before what the layers tell.

    Raises
    ------
    UserError
        If a table that the user named cannot be read.
    """
    found = Ledger()
    taken = {path.resolve() for path in (*located.told.values(), operators, *layers) if path}
    sheets = [f for f in located.files if f.suffix.lower() in SHEET_SUFFIXES and f.resolve() not in taken]
    sheets += [file for file in located.loose_tables if file not in located.told.values()]
    if operators and any(c.role not in {None, Role.OPERATORS} for c in options_in(choices, operators)):
        sheets.append(operators)  # another of its sheets is wanted too
    for file in [existing(Path(path), folder=False) for path in tables] or sheets:
        try:
            one = read_ledger(file, log, choices, told=bool(tables), leads=leads)
        except UserError as refused:
            if tables or file in located.named:
                raise
            leave_aside(file, refused, log)
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


def points_in(ledger: Ledger, located: Located, choices: OptionsBySource, log: ProblemLog) -> list[Read]:
    """Return the sheets with coordinates that have a role; others are said."""
    out = []
    for points in ledger.points:
        if points.role in READ_ROLES and points.role not in located.told:
            file, sheet = points.layer.file, points.sheet or None
            raw = with_options(points.layer, options_of(choices, file, sheet), log)
            out.append((LayerToRead(points.role, file, sheet, points.sureness), raw))
        else:
            log.add(kinds.WithoutRole(), file=points.layer.file.name)
    return out


def say_no_estates(ledger: Ledger, layers: Sequence[Layer], log: ProblemLog) -> None:
    """Say of each table that there is no layer of estates it could be joined to."""
    if not any(layer.role == Role.ESTATES for layer in layers):
        for table in ledger.tables:
            log.add(kinds.WithoutEstates(), file=table.shown)
