"""What would be lost on closing: there is no project file yet, so it is what was not exported."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bigmap.core.planning.plan import assignment_of
from bigmap.session.document import Checked, Document
from bigmap.session.session import Session

OPEN = ""
"""Name of the open document, beside the names of scenarios."""


def unsaved(session: Session) -> dict[str, Document]:
    """Return the edited document and the scenarios, by name, as far as they were not exported."""
    document = session.document
    edited = {OPEN: document} if document is not None and document.has_edits else {}
    states = [e for e in session.exported if isinstance(e, Document)]
    held = {**edited, **session.scenarios}
    return {name: d for name, d in held.items() if not any(_alike(d, e) for e in states)}


def unsaved_check(session: Session) -> Checked | None:
    """Return the open check, if zones were repaired in it and not saved since."""
    checked = session.document.checked if session.document is not None else None
    if checked is None or not checked.applied or any(checked is e for e in session.exported):
        return None
    return checked


def note_exported(session: Session, written: Iterable[Document | Checked]) -> None:
    """Note that states and checks were written to disk."""
    session.exported = (*session.exported, *written)


def in_its_place(session: Session, document: Document) -> Document:
    """Return a document that is to stand where edits stand that are not exported: they are not forgotten.

    From then on they are in the steps that can be taken back only.
    """
    return replace(document, by_hand=True) if OPEN in unsaved(session) else document


def _alike(one: Document, other: Document) -> bool:
    """Tell whether the same zones, names and locks stand on the same ground."""
    if one.built is not other.built:
        return False
    mine, theirs = (d.assignment or assignment_of(d.built) for d in (one, other))
    return mine == theirs
