"""Layers taken out of their files as it was decided, in parts, and their fields named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely

from bigmap.base.errors import UserError
from bigmap.base.problem_kinds import formats as kinds
from bigmap.base.problem_kinds import sources as of_sources
from bigmap.base.problems import ProblemLog
from bigmap.core.sources.layers import Role
from bigmap.core.sources.source_options import SourceOptions, report_options
from bigmap.io.data_models.model import Recognition
from bigmap.io.formats.raw_layer import RawLayer, read_vector
from bigmap.io.georeferencing.placement import LayerToRead, Read
from bigmap.io.reading.apply_options import with_options
from bigmap.io.reading.inspect_source import LayerInspection, file_state
from bigmap.io.reading.layer_plan import CHOSEN, LayerPlan
from bigmap.io.reading.split_rows import say_split, split_raw
from bigmap.io.vocabulary.field_values import canonical

_TRIES = 3
_WITH_INDEX = frozenset({".gdb", ".fgb"})
"""Endings of formats that count their features apart from them."""
_TOLD_BY_POINTS = (Role.ESTATES, Role.BUILDINGS, Role.PUBLIC, Role.ZONES)
"""Roles whose points are of use: door plates and labels tell of the outlines they lie in."""


def load(plan: LayerPlan, choice: SourceOptions, log: ProblemLog) -> list[Read]:
    """Return the parts of a layer, read as the planner chose; rows that no part takes are said.

    Raises
    ------
    UserError
        If the layer cannot be read.
    """
    layer = plan.layer
    report_options(choice, layer.file.name, log)
    raw = with_options(_read(layer, choice.encoding, log), choice, log)
    if plan.model is not None:
        return _by_model(plan, plan.model, raw, log)
    found, left = [], raw
    for part in plan.parts:
        own = part.take(left) if part.take else left
        found.append((LayerToRead(part.role, layer.file, layer.layer, part.sureness), own))
        left = _without(left, own)
    if len(left.table):
        log.add(of_sources.RowsWithoutRole(n=len(left.table), rows=len(raw.table)), file=layer.title)
    return [(choice, own) for choice, own in found if len(own.table)]


def _by_model(plan: LayerPlan, model: Recognition, raw: RawLayer, log: ProblemLog) -> list[Read]:
    """Return the parts into which the data model of a layer splits it."""
    layer = plan.layer
    parts, split = split_raw(raw, model, layer.name, asked=plan.asked, usual=plan.usual)
    say_split(model, split, layer.title, log, asked=plan.asked)
    doubted = {role for role, _ in split.doubts}
    sure = {role: CHOSEN if plan.asked else 0 if role in doubted else 2 for role, _ in parts}
    return [(LayerToRead(role, layer.file, layer.layer, sure[role]), part) for role, part in parts]


def _read(layer: LayerInspection, encoding: str, log: ProblemLog) -> RawLayer:
    """Return a layer as its file holds it; read once more where that was changed since it was looked at.

    Raises
    ------
    UserError
        If the layer cannot be read, or is still being changed.
    """
    state, taken = layer.state, layer.taken
    for _ in range(_TRIES):
        said = ProblemLog()
        refused: UserError | None = None
        try:
            raw = read_vector(layer.file, layer.layer, said, encoding, taken=taken)
        except UserError as error:
            refused = error
        now = file_state(layer.file)
        if now == state:
            if refused is not None:
                raise refused
            log.items += said.items
            _say_missing(layer, raw, log)
            return raw
        state, taken = now, None
    text = "{file} is being saved by another program: wait until that is done, and read it again."
    raise UserError(text, file=layer.file.name)


def _say_missing(layer: LayerInspection, raw: RawLayer, log: ProblemLog) -> None:
    """Say where fewer features came than the index of the file tells."""
    missing = layer.features - len(raw.table)
    if layer.file.suffix.lower() in _WITH_INDEX and missing > 0:
        log.add(kinds.PartCut(n=missing, rows=layer.features), file=layer.file.name)


def _without(raw: RawLayer, taken: RawLayer) -> RawLayer:
    """Return the rows of a layer that a part did not take."""
    kept = ~raw.table.index.isin(taken.table.index)
    return replace(raw, table=raw.table[kept], shapes=raw.shapes[kept])


def name_fields(read: Sequence[Read], log: ProblemLog) -> list[Read]:
    """Return the layers with canonical fields; what was judged in them is said."""
    return [
        (choice, replace(raw, table=canonical(raw.table, choice.role, raw.file.name, log, raw.fields)))
        for choice, raw in read
    ]


def of_use(read: Sequence[Read], log: ProblemLog) -> list[Read]:
    """Return the layers that have ground, and points that can tell of it; others are said and left aside."""
    points = [shapely.get_dimensions(raw.shapes) == 0 for _, raw in read]
    ground = [bool((shapely.get_dimensions(raw.shapes) > 0).any()) for _, raw in read]
    kept = []
    for (choice, raw), lone, solid in zip(read, points, ground, strict=True):
        if solid or not lone.any() or (any(ground) and choice.role in _TOLD_BY_POINTS):
            kept.append((choice, raw))
            continue
        log.add(kinds.PointsLeftAside(n=int(np.count_nonzero(lone))), file=raw.file.name)
    return kept
