"""Files that could not be read, held against what the others give: which of them are missed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from bigmap.base.errors import UserError
from bigmap.base.problem_kinds.formats import NeededUnreadable, Unreadable
from bigmap.base.problems import ProblemLog
from bigmap.core.sources.layers import Role
from bigmap.io.formats.detect_format import is_packed
from bigmap.io.reading.locate import READ_ROLES
from bigmap.io.spreadsheets.cells import SHEET_SUFFIXES

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
        if type(lost) is not Unreadable or lost.role not in {role.value for role in READ_ROLES}:
            continue
        role, file = Role(lost.role), Path(problem.file)
        if role not in given and role in _NEEDED and not is_packed(file):
            raise UserError(lost.why.template, **lost.why.values)
        if role not in given or file.suffix.lower() in SHEET_SUFFIXES:
            log.items[at] = replace(problem, what=NeededUnreadable(why=lost.why, role=lost.role))
