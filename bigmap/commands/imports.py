"""Import with choices: look at the layers, ask how to read them, remember the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from bigmap.base.i18n import Text
from bigmap.base.progress import Progress
from bigmap.commands import files
from bigmap.commands.desk import Desk
from bigmap.io.choices import Choice, as_json, from_json, key_of
from bigmap.io.survey import Survey, field_names, survey_folder, vector_files
from bigmap.session import choices as remembered
from bigmap.session.document import Document


def import_folder(desk: Desk) -> None:
    """Ask for a folder, then how to read its layers, and plan them."""
    folder = desk.ui.ask_folder(Text("Open a folder of layers"))
    if folder:
        import_paths(desk, [folder])


def reread(desk: Desk) -> None:
    """Ask anew how to read the layers on the desk, and plan them again."""
    document = desk.document
    import_paths(desk, inputs_of(document), document.choices)


def import_paths(desk: Desk, paths: Sequence[Path], choices: Mapping[str, Choice] | None = None) -> None:
    """Look at folders and files, ask how to read them, and plan them."""
    chosen = tuple(paths)

    def work(progress: Progress) -> tuple[list[Survey], Mapping[str, Choice]]:
        known = recalled(chosen) if choices is None else choices
        return survey_folder(chosen, progress), known

    def done(found: tuple[list[Survey], Mapping[str, Choice]]) -> None:
        answer = desk.ui.ask_choices(*found)
        if answer is not None:
            remember(chosen, answer)
            files.open_paths(desk, chosen, answer)

    desk.ui.run(Text("Looking at {name}", {"name": chosen[0].name or str(chosen[0])}), work, done)


def inputs_of(document: Document) -> tuple[Path, ...]:
    """Return what to read again: what was opened, or the files of the layers that came without it."""
    return document.paths or tuple(document.layer_files)


def recalled(paths: Sequence[Path]) -> dict[str, Choice]:
    """Return what was chosen before for the layers of folders and files."""
    if not remembered.anything():
        return {}
    found = remembered.recall(_place(paths), _sources(paths))
    pairs = ((key, from_json(values)) for key, values in found.items())
    return {key: choice for key, choice in pairs if choice is not None}


def remember(paths: Sequence[Path], choices: Mapping[str, Choice]) -> None:
    """Remember what was chosen, for these folders and files like theirs; forget what was taken back."""
    lasting = [(s, as_json(choices.get(s.key, Choice()).lasting())) for s in _sources(paths)]
    if remembered.anything() or any(values for _, values in lasting):
        remembered.remember(_place(paths), lasting)


def _sources(paths: Sequence[Path]) -> list[remembered.Source]:
    """Return the layers of folders and files; a broken one is known by its name only."""
    return [
        remembered.Source(key_of(file, layer), tuple(names))
        for file in vector_files(paths)
        for layer, names in field_names(file) or [(None, [])]
    ]


def _place(paths: Sequence[Path]) -> Path:
    first = paths[0]
    return (first if first.is_dir() else first.parent).resolve()
