"""A look at the layers of a folder before they are read for good: what each could be and looks like."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.problems import ProblemLog
from bigmap.base.progress import Progress
from bigmap.core.sources.layers import Role
from bigmap.core.sources.source_options import SourceOptions
from bigmap.io.formats import archive, shapefile
from bigmap.io.formats import encoding as enc
from bigmap.io.formats.detect_format import Format, format_of, has_encodings
from bigmap.io.formats.gdal_layer import read_layer
from bigmap.io.formats.raw_layer import RawLayer, layer_names, read_vector
from bigmap.io.georeferencing.placement import bounds_of
from bigmap.io.reading.decide import layers_of, plans_of
from bigmap.io.reading.inspect_source import SourceInspection, inspect_source
from bigmap.io.reading.layer_plan import LayerPlan
from bigmap.io.reading.layer_survey import LayerSurvey, preview_outlines
from bigmap.io.reading.locate import sources_at, without_layer
from bigmap.io.reading.rival_layers import one_boundary
from bigmap.io.reading.sheet_survey import survey_sheets
from bigmap.io.reading.split_rows import split_raw
from bigmap.io.spreadsheets.attribute_tables import table_names
from bigmap.io.spreadsheets.cells import SHEET_SUFFIXES
from bigmap.io.spreadsheets.table_head import read_sheets
from bigmap.io.vocabulary.layer_roles import detect_role

SAMPLE_ROWS = 5
_LOOKED_AT = 200
_MOST_ESTATES = 20_000
"""Features of a layer that can be one of estates."""


def survey_folder(inputs: Sequence[Path], progress: Progress | None = None) -> list[LayerSurvey]:
    """Return a survey of each layer in folders and files; one that cannot be read says why.

    Parameters
    ----------
    inputs : sequence of pathlib.Path
    progress : Progress, optional
    """
    progress = progress or Progress()
    files = vector_files(inputs)
    sources: list[SourceInspection] = []
    for i, file in enumerate(files):
        progress.step(i / len(files) / 2, Text("Looking at {file}", {"file": file.name}))
        sources.append(inspect_source(file))
    plans: dict[Path, list[LayerPlan]] = {}
    for plan in one_boundary(plans_of(sources)):
        plans.setdefault(plan.layer.file, []).append(plan)
    found: list[LayerSurvey] = []
    for i, source in enumerate(sources):
        progress.step((1 + i / len(files)) / 2, Text("Looking at {file}", {"file": source.file.name}))
        found += _surveys(source, plans.get(source.file, []))
    found = _settled(found)
    sheets = table_files(inputs, {s.file for s in found})
    sheets += [file for file in files if table_names(file)]
    return found + [sheet for file in sheets for sheet in survey_sheets(file)]


def table_files(inputs: Sequence[Path], layers: Collection[Path]) -> list[Path]:
    """Return the tables in folders and among files that are no layers themselves."""
    inside = list(dict.fromkeys(f for p in inputs for f in _inside(p)))
    alone = set(without_layer(inside, ".dbf"))
    return [f for f in inside if (f.suffix.lower() in SHEET_SUFFIXES or f in alone) and f not in layers]


def vector_files(inputs: Sequence[Path]) -> list[Path]:
    """Return the layers' files in folders and among files; parts of a shapefile whose .shp is missing too."""
    inside = [f for p in inputs for f in _inside(p)]
    lonely = without_layer(inside, ".shx")
    wanted = [f for f in inside if format_of(f) is not None and not _is_table(f)]
    return list(dict.fromkeys(wanted + lonely))


def _inside(path: Path) -> list[Path]:
    try:
        return sources_at(path, ProblemLog())
    except (UserError, OSError):
        return []  # reading it says what is wrong


def _is_table(file: Path) -> bool:
    try:
        return format_of(file) == Format.CSV and not layer_names(file)
    except UserError:
        return False


def field_names(file: Path) -> list[tuple[str | None, list[str]]]:
    """Return each layer or sheet of a file with the names of its fields; nothing if it is broken."""
    try:
        if format_of(file) is None or _is_table(file):
            return [
                (sheet.name or None, list(sheet.frame.columns)) for sheet in read_sheets(file, ProblemLog())
            ]
    except UserError:
        return []
    layers = [plan.layer for plan in layers_of(inspect_source(file))]
    return [(layer.layer, list(layer.fields)) for layer in layers]


def _surveys(source: SourceInspection, plans: Sequence[LayerPlan]) -> list[LayerSurvey]:
    file = source.file
    if file.suffix.lower() == ".shx":
        text = Text(shapefile.MISSING, {"file": file.name, "part": ".shp"})
        return [LayerSurvey(file, role=detect_role(file.stem).role, refusal=text)]
    if source.refusal is not None:
        return [LayerSurvey(file, role=detect_role(file.stem).role, refusal=source.refusal.text)]
    return [_survey(plan) for plan in plans]


def _survey(plan: LayerPlan) -> LayerSurvey:
    file, layer = plan.layer.file, plan.layer.layer
    try:
        raw = read_vector(file, layer, ProblemLog(), taken=plan.layer.taken)
    except UserError as fault:
        return LayerSurvey(file, layer, plan.role, refusal=fault.text)
    names_raw, rows = _sample(file, raw)
    role, by_row, used = _by_row(plan, raw)
    return LayerSurvey(
        file=file,
        layer=layer,
        role=role,
        model=plan.model.title if plan.model else None,
        by_row=by_row,
        instead=plan.model.layer.instead if plan.model else None,
        mapped=used.fields,
        encoding=raw.encoding.encoding if has_encodings(file) else "",
        raw_names=names_raw,
        raw_rows=rows,
        geometry=_geometry_of(raw),
        features=len(raw.table),
        crs=raw.crs,
        bounds=bounds_of(used.shapes),
        lines=preview_outlines(used.shapes),
        table=used.table if len(used.table) <= _MOST_ESTATES else None,
    )


def _by_row(plan: LayerPlan, raw: RawLayer) -> tuple[Role, tuple[tuple[Role, int], ...], RawLayer]:
    """Return what most of a layer is for, how many rows each role gets, and the rows that are used.

    Fields and names are those of the estates where it has any.
    """
    if plan.model is None:
        return plan.role, (), raw
    parts, _ = split_raw(raw, plan.model, plan.layer.name, asked=plan.asked, usual=plan.usual)
    if not parts or not plan.is_used:
        return Role.UNKNOWN, (), raw
    by_row = tuple(sorted(((role, len(part.table)) for role, part in parts), key=lambda item: -item[1]))
    shown = dict(parts)
    main = shown.get(Role.ESTATES, shown[by_row[0][0]])
    shapes = np.concatenate([part.shapes for _, part in parts])
    return by_row[0][0], by_row, replace(main, shapes=shapes)


def _settled(found: list[LayerSurvey]) -> list[LayerSurvey]:
    """Return the surveys with what reading settles among all layers.

    Planned layers are used where no other gives what they show; the boundary of a model gives way to another.
    """
    given = {role for survey in found for role in survey.roles_in(SourceOptions())}
    drawn = any(survey.role == Role.BOUNDARY and survey.model is None for survey in found)
    return [_settled_one(survey, given, drawn=drawn) for survey in found]


def _settled_one(survey: LayerSurvey, given: set[Role], *, drawn: bool) -> LayerSurvey:
    if survey.instead and survey.role == Role.UNKNOWN and survey.instead not in given:
        return replace(survey, role=survey.instead)
    if not drawn or survey.model is None:
        return survey
    by_row = tuple(item for item in survey.by_row if item[0] != Role.BOUNDARY)
    return replace(survey, by_row=by_row, role=by_row[0][0] if by_row else Role.UNKNOWN)


def _geometry_of(raw: RawLayer) -> str:
    kinds = {shape.geom_type.removeprefix("Multi") for shape in raw.shapes if shape is not None}
    return kinds.pop() if len(kinds) == 1 else "Unknown" if kinds else ""


def _sample(file: Path, raw: RawLayer) -> tuple[tuple[bytes, ...], tuple[tuple[bytes, ...], ...]]:
    """Return field names and the five rows of the first 200 with the most foreign text, as bytes."""
    if format_of(file) == Format.SHAPEFILE:
        taken = read_layer(archive.real(file), None, shapes=False, most=_LOOKED_AT)
        table, code = taken.columns.to_pandas(), enc.LATIN1
    else:
        # Text that was decoded is put back into its bytes, so that another encoding can be tried.
        code = raw.encoding.encoding if has_encodings(file) else enc.UTF8
        table = raw.table.head(_LOOKED_AT)
    cells = [
        tuple("" if v is None or v != v else str(v) for v in row) for row in table.itertuples(index=False)
    ]
    foreign = sorted(cells, key=lambda row: -sum(not cell.isascii() for cell in row))[:SAMPLE_ROWS]
    names = tuple(str(name).encode(code, "replace") for name in table.columns)
    return names, tuple(tuple(cell.encode(code, "replace") for cell in row) for row in foreign)
