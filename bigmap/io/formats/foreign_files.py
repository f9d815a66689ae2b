"""Files that are left aside: in formats of their makers, documents, marks of programs."""

from __future__ import annotations

import os
from collections.abc import Iterable
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
from bigmap.io.formats.unused_files import is_by_product, listed_names
from bigmap.io.vocabulary.layer_roles import detect_role

_DOCUMENTS = frozenset(
    {".doc", ".wps", ".rtf", ".pdf", ".ofd", ".ppt", ".pptx", ".txt", ".md", ".htm", ".html", ".dps"}
)
_MARKS = ("~$", ".~lock.")


def leave_aside(file: Path, refused: UserError, log: ProblemLog, role: Role = Role.UNKNOWN) -> None:
    """Record that a file or a layer of it cannot be read; ``role`` where its name alone does not tell."""
    raise_shortage(refused)
    if role == Role.UNKNOWN:
        role = detect_role(file.stem).role
    named = "" if role == Role.UNKNOWN or is_project(file) else role.value
    log.add(kinds.Unreadable(why=refused.text, role=named), file=file.name)


def say_documents(listed: Iterable[Path], log: ProblemLog) -> list[Path]:
    """Say which files of a folder are texts for people, or marks that programs have it open; return both."""
    marks, texts = [], []
    for file in listed:
        if file.name.startswith(_MARKS) or file.suffix.lower() == ".lock":
            marks.append(file)
        elif file.suffix.lower() in _DOCUMENTS and not is_by_product(file):
            texts.append(file)
            log.add(kinds.TextsLeftAside(), file=file.name)
    if marks:
        log.add(kinds.OpenElsewhere(files=listed_names(marks)), file=marks[0].name)
    return marks + texts


def is_usable(file: Path, log: ProblemLog) -> bool:
    """Tell whether what lies in a folder can be opened; else it is said why not, a name as it was meant."""
    is_source = file.suffix.lower() in KNOWN_SUFFIXES
    wrong = unusable(file, folder=not is_source or is_dataset_folder(file))
    if wrong is None:
        return True
    raw = os.fsencode(file.name)
    meant = Path(enc.decode(raw, enc.decide([raw]).encoding))
    if is_source and file.suffix.lower() not in LABELS:
        leave_aside(meant, under_name(wrong, meant.name), log)
    else:  # nothing that is needed, whatever its name
        log.add(kinds.Unreadable(why=under_name(wrong, meant.name).text, role=""), file=meant.name)
    return False


def is_hidden(file: Path) -> bool:
    """Tell whether a file is none that a planner put there."""
    return file.name.startswith((".", "~"))


def is_foreign(file: Path) -> bool:
    """Tell whether nobody reads a file without its maker; archives are opened."""
    return not is_archive(file) and refusal(file) is not None
