"""Decisions about a folder's files, remembered for the next time it is opened."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bigmap.core.sources.source_options import SourceOptions, as_json, from_json, key_of
from bigmap.io.reading.folder_survey import field_names, table_files, vector_files
from bigmap.session import import_memory as remembered
from bigmap.session.document import Document


def inputs_of(document: Document) -> tuple[Path, ...]:
    """Return what to read again: what was opened, or the files of the layers that came without it."""
    return document.paths or tuple(dict.fromkeys(layer.file for layer in document.plan.sources.layers))


def recall_options_for(paths: Sequence[Path]) -> dict[str, SourceOptions]:
    """Return what was chosen before for the layers of folders and files."""
    if not remembered.anything():
        return {}
    found = remembered.recall_options(_place(paths), sources_of(paths))
    return {key: from_json(values) for key, values in found.items()}


def remember_options_for(document: Document, sources: Sequence[remembered.Source] = ()) -> None:
    """Remember how a document was read, also for files like its own; forget what was taken back."""
    known = document.sources or sources
    lasting = [(s, as_json(document.choices.get(s.key, SourceOptions()).lasting())) for s in known]
    if remembered.anything() or any(values for _, values in lasting):
        remembered.remember_options(_place(inputs_of(document)), lasting)


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
