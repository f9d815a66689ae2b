"""Files that are left aside: in formats of their makers, documents, marks of programs."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from pathlib import Path

from bigmap.base.errors import UserError
from bigmap.base.problem_kinds import formats as kinds
from bigmap.base.problems import ProblemLog
from bigmap.base.shortage import raise_shortage
from bigmap.base.usable_paths import under_name, unusable
from bigmap.core.sources.layers import Role
from bigmap.io.formats import encoding as enc
from bigmap.io.formats.detect_format import (
    KNOWN_SUFFIXES,
    LABELS,
    is_archive,
    is_dataset_folder,
    is_project,
    refusal,
)
from bigmap.io.vocabulary.layer_roles import detect_role

_DOCUMENTS = frozenset({".doc", ".wps", ".rtf", ".pdf", ".ofd", ".ppt", ".pptx"})
_MARKS = ("~$", ".~lock.")
_NAMED = 4


def leave_aside(file: Path, refused: UserError, log: ProblemLog, needed: Collection[Role]) -> None:
    """Leave a file aside that cannot be read, unless its name says that it is needed."""
    raise_shortage(refused)
    if detect_role(file.stem).role in needed:
        raise refused
    log.add(kinds.Unreadable(why=refused.text), file=file.name)


def leave_foreign(
    files: Iterable[Path], given: Collection[Role], needed: Collection[Role], log: ProblemLog
) -> None:
    """Leave the files aside that nobody reads without their maker.

    Parameters
    ----------
    files : iterable of Path
    given : collection of Role
        What other files give.
    needed : collection of Role
        Roles whose only file must be readable.
    log : ProblemLog

    Raises
    ------
    UserError
        If such a file is the only one of a role.
    """
    for file in files:
        refused = refusal(file)
        if refused is not None:
            lacking = set() if is_project(file) else set(needed) - set(given)
            leave_aside(file, refused, log, lacking)


def say_documents(listed: Iterable[Path], log: ProblemLog) -> None:
    """Say which files of a folder are texts for people, and that programs have files of it open."""
    marks = []
    for file in listed:
        if file.name.startswith(_MARKS) or file.suffix.lower() == ".lock":
            marks.append(file.name)
        elif file.suffix.lower() in _DOCUMENTS:
            log.add(kinds.TextsLeftAside(), file=file.name)
    if marks:
        shown = ", ".join(marks[:_NAMED]) + (" …" if len(marks) > _NAMED else "")
        log.add(kinds.OpenElsewhere(files=shown), file=marks[0])


def is_usable(file: Path, log: ProblemLog, needed: Collection[Role]) -> bool:
    """Tell whether what lies in a folder can be opened; else it is said why not, a name as it was meant."""
    is_source = file.suffix.lower() in KNOWN_SUFFIXES
    wrong = unusable(file, folder=not is_source or is_dataset_folder(file))
    if wrong is None:
        return True
    raw = os.fsencode(file.name)
    meant = Path(enc.decode(raw, enc.decide([raw]).encoding))
    can_do_without = not is_source or file.suffix.lower() in LABELS
    leave_aside(meant, under_name(wrong, meant.name), log, () if can_do_without else needed)
    return False


def is_hidden(file: Path) -> bool:
    """Tell whether a file is none that a planner put there."""
    return file.name.startswith((".", "~"))


def is_foreign(file: Path) -> bool:
    """Tell whether nobody reads a file without its maker; archives are opened."""
    return not is_archive(file) and refusal(file) is not None
