"""What was not used, held against what was: which files are missed, whether most of it was set aside."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from bigmap.base.errors import UserError
from bigmap.base.listing import first_of
from bigmap.base.problem_kinds.formats import NeededUnreadable, Unreadable
from bigmap.base.problem_kinds.sources import Empty, GreaterPartAside, NeededEmpty, RowsWithoutRole
from bigmap.base.problems import ProblemLog
from bigmap.core.sources.layers import Role
from bigmap.io.formats.detect_format import is_packed
from bigmap.io.georeferencing.placement import Read
from bigmap.io.reading.inspect_source import LayerInspection
from bigmap.io.reading.locate import READ_ROLES
from bigmap.io.spreadsheets.cells import SHEET_SUFFIXES

_LISTED = 4
_TABLES = SHEET_SUFFIXES - {".docx"}  # a text need not hold any table
_NEEDED = (Role.ESTATES, Role.BOUNDARY)
"""Roles without which a plan would be of something else than was meant."""


def judge_lost(log: ProblemLog, given: Collection[Role]) -> None:
    """Say which of the files that could not be read are missed.

    A file whose name tells a role that no other gives is missed, and so is a table: its figures stand nowhere
    else. What is in an archive that cannot be opened here nobody knows, so that it stops nothing.

    Parameters
    ----------
    log : ProblemLog
        Its findings of what cannot be read are put in their place.
    given : collection of Role
        What the others give.

    Raises
    ------
    UserError
        If such a file is the only one that gives the estates or the boundary.
    """
    for at, problem in enumerate(log.items):
        lost = problem.what
        if isinstance(lost, Empty) and lost.role in _NEEDED and lost.role not in given:
            log.items[at] = replace(problem, what=NeededEmpty(role=lost.role))
        if type(lost) is not Unreadable or lost.role not in {role.value for role in READ_ROLES}:
            continue
        role, file = Role(lost.role), Path(problem.file)
        if role not in given and role in _NEEDED and not is_packed(file):
            raise UserError(lost.why.template, **lost.why.values)
        if role not in given or file.suffix.lower() in _TABLES:
            log.items[at] = replace(problem, what=NeededUnreadable(why=lost.why, role=lost.role))


def judge_aside(aside: Sequence[LayerInspection], read: Sequence[Read], log: ProblemLog) -> None:
    """Say where most of the features given are set aside since nobody knows what they are for.

    Parameters
    ----------
    aside : sequence of LayerInspection
        The layers without a role.
    read : sequence of Read
        What is used.
    log : ProblemLog
        Tells of rows of layers that no part takes; gets what is found.
    """
    rows = {p.file: p.what.n for p in log if isinstance(p.what, RowsWithoutRole)}
    left = {layer.title: layer.features for layer in aside if layer.features > 0} | rows
    n, used = sum(left.values()), sum(len(raw.table) for _, raw in read)
    if n > used > 0:
        names = sorted(left, key=lambda name: -left[name])
        files = first_of(names, _LISTED)
        log.add(GreaterPartAside(n=n, features=n + used, files=files), file=names[0])
