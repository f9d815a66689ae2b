"""Layers of a data model in parts, each with a role and rows of its own; what no part takes is said."""

from __future__ import annotations

from dataclasses import replace

from bigmap.base.i18n import Text
from bigmap.base.problem_kinds import data_models as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core.sources.layers import Role
from bigmap.io.data_models.model import Recognition
from bigmap.io.data_models.split import Split, split_layer
from bigmap.io.formats.raw_layer import RawLayer

Parts = list[tuple[Role, RawLayer]]


def split_raw(
    raw: RawLayer, found: Recognition, name: str, *, asked: Role | None = None, usual: Role | None = None
) -> tuple[Parts, Split]:
    """Return the parts of a layer, fields of the model mapped, and how it was split.

    Parameters
    ----------
    raw : RawLayer
        With what the planner said of its fields, which goes before the model.
    found : Recognition
    name : str
        Of the layer.
    asked : Role, optional
        What the planner chose.
    usual : Role, optional
        What the name tells, for rows that the model does not know.
    """
    split = split_layer(
        found, raw.table, raw.shapes, name=name, labels=raw.labels, asked=asked, usual=usual, told=raw.fields
    )
    parts = [
        (part.role, replace(raw, table=part.table, shapes=part.shapes, fields={**part.fields, **raw.fields}))
        for part in split.parts
    ]
    return parts, split


def say_split(
    found: Recognition, split: Split, file: str, log: ProblemLog, *, asked: Role | None = None
) -> None:
    """Record what a layer was read as, and what of it was set aside or may be wrong."""
    title, whole = found.title, not split.parts
    if split.parts and asked is None:
        counts = [(Text(part.role.value), len(part.table)) for part in split.parts]
        log.add(kinds.ReadByModel(model=title, parts=_listed(counts)), file=file)
    for what, n in split.aside.items():
        said = kinds.NothingByModel if whole else kinds.RowsSetAside
        log.add(said(n=n, what=Text(what), model=title), file=file)
    for (role, what), n in split.doubts.items():
        log.add(kinds.RowsDoubted(n=n, role=Text(role.value), what=Text(what), model=title), file=file)


def _listed(counts: list[tuple[Text, int]]) -> Text:
    """Return roles with their numbers of features as one text."""
    values: dict[str, object] = {}
    for i, (role, n) in enumerate(counts):
        values |= {f"role{i}": role, f"n{i}": n}
    return Text(", ".join(f"{{role{i}}} {{n{i}}}" for i in range(len(counts))), values)
