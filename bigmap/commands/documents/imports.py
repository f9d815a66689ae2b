"""Import with choices: look at the layers, ask how to read them, remember the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bigmap.base.i18n import Text
from bigmap.base.progress import Progress
from bigmap.commands.context import Desk
from bigmap.commands.documents import open_document
from bigmap.commands.documents.leave import leave
from bigmap.io.reading.apply_options import Choice, as_json, from_json, key_of
from bigmap.io.reading.folder_survey import field_names, survey_folder, table_files, vector_files
from bigmap.io.reading.layer_survey import Survey
from bigmap.session import import_memory as remembered
from bigmap.session.document import Document


def import_folder(desk: Desk) -> None:
    """Ask for a folder, then how to read its layers, and plan them."""
    folder = desk.ui.ask_folder(Text("Open a folder of layers"))
    if folder:
        import_paths(desk, [folder])


def reread(desk: Desk) -> None:
    """Ask anew how to read the layers on the desk, and plan them again; `undo` takes it back."""
    document = desk.document
    title = Text("Reading the layers another way")
    _ask(desk, inputs_of(document), choices_of(document), lambda answer: replan(desk, title, answer))


def import_paths(desk: Desk, paths: Sequence[Path], choices: Mapping[str, Choice] | None = None) -> None:
    """Look at folders and files, ask how to read them, and plan them."""
    chosen = tuple(paths)

    _ask(desk, chosen, choices, lambda answer: open_document.open_paths(desk, chosen, answer))


def _ask(
    desk: Desk,
    paths: tuple[Path, ...],
    choices: Mapping[str, Choice] | None,
    go_on: Callable[[dict[str, Choice]], None],
) -> None:
    """Survey the layers, ask how to read them, proposing ``choices`` or those made before, and go on."""

    def work(progress: Progress) -> tuple[list[Survey], Mapping[str, Choice]]:
        known = recalled(paths) if choices is None else choices
        return survey_folder(paths, progress), known

    def done(found: tuple[list[Survey], Mapping[str, Choice]]) -> None:
        answer = desk.ui.ask_choices(*found)
        if answer is not None:
            go_on(answer)

    desk.ui.run(Text("Looking at {name}", {"name": paths[0].name or str(paths[0])}), work, done)


def replan(desk: Desk, title: Text, choices: Mapping[str, Choice]) -> None:
    """Read the layers on the desk by other choices and plan them by the same rules; `undo` goes back."""
    leave(desk, lambda: _replan(desk, title, choices), scenarios=False)


def _replan(desk: Desk, title: Text, choices: Mapping[str, Choice]) -> None:
    document = desk.document

    def work(progress: Progress) -> Document:
        from bigmap.core.planning.pipeline import plan
        from bigmap.io.reading.folder import read_folder

        layers = read_folder(inputs_of(document), progress=progress.part(0.0, 0.15), choices=choices)
        if not document.paths and layers.operators is None:  # its table came without the folder
            layers.operators = document.plan.sources.operators
        old, bar = document.plan, progress.part(0.15, 0.95)
        asked = replace(old.bundle_rules, locks={})
        made = plan(layers, old.rules, bar, parameters=old.parameters, bundle_rules=asked)
        packed = open_document.packed(made, document.paths, progress.part(0.95, 1.0), choices)
        return replace(packed, sources=sources_of(inputs_of(document)))

    def done(made: Document) -> None:
        desk.session.advance(title, made)
        desk.keep(lambda: remember(made))

    desk.ui.run(title, work, done)


def inputs_of(document: Document) -> tuple[Path, ...]:
    """Return what to read again: what was opened, or the files of the layers that came without it."""
    return document.paths or tuple(dict.fromkeys(layer.file for layer in document.plan.sources.layers))


def choices_of(document: Document) -> dict[str, Choice]:
    """Return how the layers on the desk were read; roles that the command line told are choices too."""
    layers = [] if document.paths else document.plan.sources.layers
    return {**{key_of(layer.file): Choice(role=layer.role) for layer in layers}, **document.choices}


def recalled(paths: Sequence[Path]) -> dict[str, Choice]:
    """Return what was chosen before for the layers of folders and files."""
    if not remembered.anything():
        return {}
    found = remembered.recall(_place(paths), sources_of(paths))
    return {key: from_json(values) for key, values in found.items()}


def remember(document: Document, sources: Sequence[remembered.Source] = ()) -> None:
    """Remember how a document was read, also for files like its own; forget what was taken back."""
    known = document.sources or sources
    lasting = [(s, as_json(document.choices.get(s.key, Choice()).lasting())) for s in known]
    if remembered.anything() or any(values for _, values in lasting):
        remembered.remember(_place(inputs_of(document)), lasting)


def sources_of(paths: Sequence[Path]) -> tuple[remembered.Source, ...]:
    """Return what layers and sheets are known by, a broken one by its name only; opens every file."""
    layers = vector_files(paths)
    return tuple(
        remembered.Source(key_of(file, layer), tuple(names))
        for file in [*layers, *table_files(paths, layers)]
        for layer, names in field_names(file) or [(None, [])]
    )


def _place(paths: Sequence[Path]) -> Path:
    first = paths[0]
    return (first if first.is_dir() else first.parent).resolve()
