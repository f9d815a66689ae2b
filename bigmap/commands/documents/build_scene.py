"""The scene of a document: what the map shows, packed for the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bigmap.base.i18n import Text
from bigmap.base.progress import Progress
from bigmap.commands.context import Context
from bigmap.core.planning.plan import Plan
from bigmap.core.sources.source_options import SourceOptions, without_accepted
from bigmap.mapview.scene import pack_plan
from bigmap.session.document import Document
from bigmap.session.unsaved import in_its_place


def pack_document(
    plan: Plan,
    paths: tuple[Path, ...],
    progress: Progress,
    choices: Mapping[str, SourceOptions] | None = None,
) -> Document:
    """Return the document of a plan, with its scene; what the planner accepted is settled."""
    progress.step(0.0, Text("Preparing the map"))
    plan = replace(plan, problems=without_accepted(plan.problems, choices or {}))
    return Document(plan, paths, pack_plan(plan), choices=choices or {}).make_ready()


def with_plan(document: Document, plan: Plan, *, drawn_alike: bool = False) -> Document:
    """Return the document with another plan of the same ground, ready to be shown; for the worker lane.

    Parameters
    ----------
    document : Document
    plan : Plan
    drawn_alike : bool
        The map shows nothing of what is another in it.
    """
    alike = drawn_alike and document.assignment is None and document.checked is None
    return document.with_plan(plan, document.scene if alike else pack_plan(plan)).make_ready()


def advance_document(context: Context, title: Text, document: Document) -> None:
    """Open another document as a step, made ready off the UI thread where that is slow."""
    document = in_its_place(context.session, document)
    if document.at_hand:
        context.session.advance(title, document)
        return

    def work(progress: Progress) -> Document:
        progress.step(0.0, title)
        return document.make_ready()

    context.ui.run(title, work, lambda made: context.session.advance(title, made))


def scene_of(document: Document) -> bytes:
    """Return a scene of what is edited, on its own: packed anew, which takes its time in a city."""
    edited = document.assignment is not None and document.checked is None
    return pack_plan(document.plan_by_row) if edited else document.scene
