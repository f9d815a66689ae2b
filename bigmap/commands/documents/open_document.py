"""Open a planner's folder or files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from bigmap.base import settings
from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.paths import sample_shapes
from bigmap.base.progress import Progress
from bigmap.commands.context import Context
from bigmap.commands.documents import build_scene, defaults
from bigmap.commands.documents.build_scene import pack_document
from bigmap.commands.documents.leave import leave, standing
from bigmap.commands.documents.remember_imports import (
    inputs_of,
    recall_options_for,
    remember_options_for,
    sources_of,
)
from bigmap.commands.viewing.view import zoom_to_all
from bigmap.core.sources.source_options import SourceOptions, key_of
from bigmap.io.reading.folder_survey import survey_folder, vector_files
from bigmap.io.reading.layer_survey import LayerSurvey
from bigmap.session.document import Document


def open_folder(context: Context) -> None:
    """Ask for a folder and plan what is in it."""
    folder = context.ui.ask_folder(Text("Open a folder of layers"))
    if folder:
        open_paths(context, [folder])


def open_files(context: Context) -> None:
    """Ask for layers and plan them."""
    files = context.ui.ask_files(Text("Open layers"))
    if files:
        open_paths(context, files)


def open_sample(context: Context) -> None:
    """Plan the sample street office."""
    open_paths(context, [sample_shapes()])


def open_paths(
    context: Context, paths: Sequence[Path], choices: Mapping[str, SourceOptions] | None = None
) -> None:
    """Read and plan a folder or some files, and open the plan; the one before stays open until then.

    Without ``choices`` those made before for such layers hold. What cannot be read can be read with choices.
    """
    leave(context, lambda: _read(context, tuple(paths), choices))


def _read(context: Context, chosen: tuple[Path, ...], choices: Mapping[str, SourceOptions] | None) -> None:
    before = standing(context)

    def work(progress: Progress) -> Document | UserError:
        try:
            if choices is None:
                return document_of(chosen, progress, recall_options_for(chosen))
            return replace(document_of(chosen, progress, choices), sources=sources_of(chosen))
        except UserError as error:
            if not vector_files(chosen):
                raise  # nothing there that could be chosen
            return error

    def done(result: Document | UserError) -> None:
        if isinstance(result, Document):
            show = partial(_open, context, result, chosen, keep_options=choices is not None)
            show() if standing(context) == before else leave(context, show)  # edits go on while it is read
        elif context.ui.offer(result.text, Text("Choose how to read it…")):
            import_paths(context, chosen, choices)

    context.ui.run(Text("Opening {name}", {"name": chosen[0].name or str(chosen[0])}), work, done)


def _open(context: Context, document: Document, paths: tuple[Path, ...], *, keep_options: bool) -> None:
    context.session.open(document)
    zoom_to_all(context)
    settings.remember(folder=str(_folder_of(paths[0])))
    if keep_options:
        context.keep(lambda: remember_options_for(document))


def document_of(
    paths: tuple[Path, ...], progress: Progress, choices: Mapping[str, SourceOptions] | None = None
) -> Document:
    """Return the document that a folder or some files make, read as the planner chose."""
    from bigmap.core.planning.pipeline import plan
    from bigmap.io.reading.folder import read_folder

    source = paths[0] if len(paths) == 1 and paths[0].is_dir() else list(paths)
    layers = read_folder(source, progress=progress.part(0.0, 0.15), choices=choices)
    parameters, asked = defaults.remembered()
    bar = progress.part(0.15, 0.95)
    made = plan(layers, defaults.usual_rules(), bar, parameters=parameters, bundle_rules=asked)
    return pack_document(made, paths, progress.part(0.95, 1.0), choices)


def _folder_of(path: Path) -> Path:
    return path if path.is_dir() else path.parent


def import_folder(context: Context) -> None:
    """Ask for a folder, then how to read its layers, and plan them."""
    folder = context.ui.ask_folder(Text("Open a folder of layers"))
    if folder:
        import_paths(context, [folder])


def reread(context: Context) -> None:
    """Ask anew how to read the open layers, and plan them again; `undo` takes it back."""
    document = context.document
    title = Text("Reading the layers another way")
    _ask(context, inputs_of(document), choices_of(document), lambda answer: replan(context, title, answer))


def import_paths(
    context: Context, paths: Sequence[Path], choices: Mapping[str, SourceOptions] | None = None
) -> None:
    """Look at folders and files, ask how to read them, and plan them."""
    chosen = tuple(paths)

    _ask(context, chosen, choices, lambda answer: open_paths(context, chosen, answer))


def _ask(
    context: Context,
    paths: tuple[Path, ...],
    choices: Mapping[str, SourceOptions] | None,
    go_on: Callable[[dict[str, SourceOptions]], None],
) -> None:
    """Survey the layers, ask how to read them, proposing ``choices`` or those made before, and go on."""

    def work(progress: Progress) -> tuple[list[LayerSurvey], Mapping[str, SourceOptions]]:
        known = recall_options_for(paths) if choices is None else choices
        return survey_folder(paths, progress), known

    def done(found: tuple[list[LayerSurvey], Mapping[str, SourceOptions]]) -> None:
        answer = context.ui.ask_choices(*found)
        if answer is not None:
            go_on(answer)

    context.ui.run(Text("Looking at {name}", {"name": paths[0].name or str(paths[0])}), work, done)


def replan(context: Context, title: Text, choices: Mapping[str, SourceOptions]) -> None:
    """Read the open layers by other choices and plan them by the same rules; `undo` goes back."""
    leave(context, lambda: _replan(context, title, choices), scenarios=False)


def _replan(context: Context, title: Text, choices: Mapping[str, SourceOptions]) -> None:
    document = context.document

    def work(progress: Progress) -> Document:
        from bigmap.core.planning.pipeline import plan
        from bigmap.io.reading.folder import read_folder

        layers = read_folder(inputs_of(document), progress=progress.part(0.0, 0.15), choices=choices)
        if not document.paths and layers.operators is None:  # its table came without the folder
            layers.operators = document.plan.sources.operators
        old, bar = document.plan, progress.part(0.15, 0.95)
        asked = replace(old.bundle_rules, locks={})
        made = plan(layers, old.rules, bar, parameters=old.parameters, bundle_rules=asked)
        pack_document = build_scene.pack_document(made, document.paths, progress.part(0.95, 1.0), choices)
        return replace(pack_document, sources=sources_of(inputs_of(document)))

    def done(made: Document) -> None:
        context.session.advance(title, made)
        context.keep(lambda: remember_options_for(made))

    context.ui.run(title, work, done)


def choices_of(document: Document) -> dict[str, SourceOptions]:
    """Return how the open layers were read; roles that the command line told are choices too."""
    layers = [] if document.paths else document.plan.sources.layers
    return {**{key_of(layer.file): SourceOptions(role=layer.role) for layer in layers}, **document.choices}
