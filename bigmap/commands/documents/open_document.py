"""Open a planner's folder or files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from bigmap.base import settings
from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.paths import sample_shapes
from bigmap.base.progress import Progress
from bigmap.commands.context import Desk
from bigmap.commands.documents.leave import leave, standing
from bigmap.commands.viewing.view import zoom_to_all
from bigmap.core.planning.plan import Plan
from bigmap.io.reading.apply_options import Choice, settled
from bigmap.mapview.scene import pack_plan
from bigmap.session.document import Document
from bigmap.session.unsaved import in_its_place


def open_folder(desk: Desk) -> None:
    """Ask for a folder and plan what is in it."""
    folder = desk.ui.ask_folder(Text("Open a folder of layers"))
    if folder:
        open_paths(desk, [folder])


def open_files(desk: Desk) -> None:
    """Ask for layers and plan them."""
    files = desk.ui.ask_files(Text("Open layers"))
    if files:
        open_paths(desk, files)


def open_sample(desk: Desk) -> None:
    """Plan the sample street office."""
    open_paths(desk, [sample_shapes()])


def open_paths(desk: Desk, paths: Sequence[Path], choices: Mapping[str, Choice] | None = None) -> None:
    """Read and plan a folder or some files, and put the plan on the desk; the one there stays until then.

    Without ``choices`` those made before for such layers hold. What cannot be read can be read with choices.
    """
    leave(desk, lambda: _read(desk, tuple(paths), choices))


def _read(desk: Desk, chosen: tuple[Path, ...], choices: Mapping[str, Choice] | None) -> None:
    from bigmap.commands.documents import imports
    from bigmap.io.reading.folder_survey import vector_files

    before = standing(desk)

    def work(progress: Progress) -> Document | UserError:
        try:
            if choices is None:
                return document_of(chosen, progress, imports.recalled(chosen))
            return replace(document_of(chosen, progress, choices), sources=imports.sources_of(chosen))
        except UserError as error:
            if not vector_files(chosen):
                raise  # nothing there that could be chosen
            return error

    def done(result: Document | UserError) -> None:
        if isinstance(result, Document):
            show = partial(_open, desk, result, chosen, remember=choices is not None)
            show() if standing(desk) == before else leave(desk, show)  # edits go on while it is read
        elif desk.ui.offer(result.text, Text("Choose how to read it…")):
            imports.import_paths(desk, chosen, choices)

    desk.ui.run(Text("Opening {name}", {"name": chosen[0].name or str(chosen[0])}), work, done)


def _open(desk: Desk, document: Document, paths: tuple[Path, ...], *, remember: bool) -> None:
    from bigmap.commands.documents import imports

    desk.session.open(document)
    zoom_to_all(desk)
    settings.remember(folder=str(_folder_of(paths[0])))
    if remember:
        desk.keep(lambda: imports.remember(document))


def document_of(
    paths: tuple[Path, ...], progress: Progress, choices: Mapping[str, Choice] | None = None
) -> Document:
    """Return the document that a folder or some files make, read as the planner chose."""
    from bigmap.commands.planning import operators, zoning  # which pack plans by this module
    from bigmap.core.planning.pipeline import plan
    from bigmap.io.reading.folder import read_folder

    source = paths[0] if len(paths) == 1 and paths[0].is_dir() else list(paths)
    layers = read_folder(source, progress=progress.part(0.0, 0.15), choices=choices)
    parameters, asked = operators.remembered()
    bar = progress.part(0.15, 0.95)
    made = plan(layers, zoning.usual_rules(), bar, parameters=parameters, bundle_rules=asked)
    return packed(made, paths, progress.part(0.95, 1.0), choices)


def packed(
    plan: Plan, paths: tuple[Path, ...], progress: Progress, choices: Mapping[str, Choice] | None = None
) -> Document:
    """Return the document of a plan, with its scene; what the planner accepted is settled."""
    progress.step(0.0, Text("Preparing the map"))
    plan = replace(plan, problems=settled(plan.problems, choices or {}))
    return Document(plan, paths, pack_plan(plan), choices=choices or {}).make_ready()


def with_plan(document: Document, plan: Plan, *, drawn_alike: bool = False) -> Document:
    """Return the document with another plan of the same ground, ready for the desk; for the lane.

    Parameters
    ----------
    document : Document
    plan : Plan
    drawn_alike : bool
        The map shows nothing of what is another in it.
    """
    alike = drawn_alike and document.assignment is None and document.checked is None
    return document.with_plan(plan, document.scene if alike else pack_plan(plan)).make_ready()


def advance(desk: Desk, title: Text, document: Document) -> None:
    """Put another document on the desk as a step, made ready off the UI thread where that takes its time."""
    document = in_its_place(desk.session, document)
    if document.at_hand:
        desk.session.advance(title, document)
        return

    def work(progress: Progress) -> Document:
        progress.step(0.0, title)
        return document.make_ready()

    desk.ui.run(title, work, lambda made: desk.session.advance(title, made))


def scene_of(document: Document) -> bytes:
    """Return a scene of what is edited, on its own: packed anew, which takes its time in a city."""
    edited = document.assignment is not None and document.checked is None
    return pack_plan(document.shown) if edited else document.scene


def _folder_of(path: Path) -> Path:
    return path if path.is_dir() else path.parent
