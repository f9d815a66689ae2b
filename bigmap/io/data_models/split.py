"""A layer of a data model split by row: what each role gets, and what is set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import shapely

from bigmap.base.arrays import Bools, Shapes
from bigmap.core.sources.layers import Role
from bigmap.io.data_models.model import LINE, LayerModel, Recognition, fits_role
from bigmap.io.data_models.rows import UNDECIDED, Kind, Kinds, Rows, Verdict, are, repeat
from bigmap.io.vocabulary.field_names import match_fields

PLANNED = "what is planned, not what is there: choose a role for the layer if it is wanted"
NOT_WANTED = "features of other roles than the one chosen"
OPEN_LINES = "lines and points, where areas are wanted"
_LABELS = (Role.ESTATES, Role.BUILDINGS, Role.PUBLIC)
_OF_ROADS = frozenset({"road_class", "structure", "width_m", "clean_grade"})
_OF_HOUSES = frozenset({"floors", "height_m", "yr_built"})
_TEXTS = frozenset({"name", "code", "road_class", "structure", "oper", "type", "floors", "hh", "yr_built"})


@dataclass(frozen=True)
class RoleRows:
    """The rows of a layer that have one role.

    Attributes
    ----------
    role : Role
    rows : ndarray of bool, shape (n,)
        Which rows of the layer these are.
    table : pandas.DataFrame
        Their attributes, with the columns that the model adds.
    shapes : ndarray of shapely.Geometry
    fields : dict of str to str
        Canonical field → column of ``table``, '' where no column may fill it.
    """

    role: Role
    rows: Bools
    table: pd.DataFrame
    shapes: Shapes
    fields: dict[str, str]


@dataclass(frozen=True)
class Split:
    """What became of the rows of a layer.

    Attributes
    ----------
    parts : list of RoleRows
        In the order of the roles.
    aside : dict of str to int
        What was set aside → how many features.
    doubts : dict of (Role, str) to int
        Role and what is to be said of some of its features → how many.
    """

    parts: list[RoleRows] = field(default_factory=list)
    aside: dict[str, int] = field(default_factory=dict)
    doubts: dict[tuple[Role, str], int] = field(default_factory=dict)


def split_layer(
    found: Recognition,
    table: pd.DataFrame,
    shapes: Shapes,
    *,
    name: str = "",
    labels: pd.DataFrame | None = None,
    asked: Role | None = None,
    usual: Role | None = None,
    told: Mapping[str, str] | None = None,
) -> Split:
    """Split a layer by row into roles as its data model says.

    Parameters
    ----------
    found : Recognition
    table : pandas.DataFrame
    shapes : ndarray of shapely.Geometry
    name : str
        Of the layer.
    labels : pandas.DataFrame, optional
        Lettering of the drawing that it is of: ``text``, ``x``, ``y``.
    asked : Role, optional
        The role that the planner chose: only rows of it count, all where the model gives it to none.
    usual : Role, optional
        The role that the name of the layer tells, for rows of which the model says nothing.
    told : mapping of str to str, optional
        Canonical field → column that the planner named.
    """
    rows = Rows(table, shapes, name, labels)
    verdict = found.layer.judge(rows)
    kinds = verdict.kinds
    if found.layer.planned and asked is None:
        return Split([], {PLANNED: len(rows)})
    shapes = shapes if verdict.shapes is None else verdict.shapes
    names = _names(found.layer, rows, verdict, told or {})
    kinds = _decided(kinds, names, asked, usual)
    kinds = _without_wider_bounds(_with_shapes_that_fit(kinds, shapes))
    roles = np.array([kind.role for kind in kinds], dtype=object)
    parts = []
    for role in Role:
        mask = np.asarray(roles == role, dtype=bool)
        if mask.any():
            parts.append(_part(role, mask, found.layer, rows, verdict, kinds, shapes))
    aside = Counter(kind.what for kind in kinds if kind.role is None and kind.what)
    doubts = Counter((k.role, k.what) for k in kinds if k.role is not None and k.what and not k.named)
    return Split(parts, dict(aside), {key: n for key, n in doubts.items() if key[0] is not None})


def _names(layer: LayerModel, rows: Rows, verdict: Verdict, told: Mapping[str, str]) -> Bools:
    """Return which rows have a name."""
    if "name" in verdict.columns and "name" not in told:
        return np.asarray(
            pd.Series(verdict.columns["name"]).fillna("").astype(str).str.strip() != "", dtype=bool
        )
    own = _columns(layer, rows, "name")
    column = told.get("name") or (own[0] if own else None)
    if column is None and layer.fields.get("name", True):
        match = match_fields(map(str, rows.table.columns), Role.ESTATES, told=told).get("name")
        column = match.name if match else None
    return np.asarray(rows.text(column) != "", dtype=bool) if column else np.zeros(len(rows), dtype=bool)


def _decided(kinds: Kinds, named: Bools, asked: Role | None, usual: Role | None) -> Kinds:
    """Return the kinds with names, the planner's choice and the name of the layer taken into account."""
    kinds = kinds.copy()
    if asked is not None:
        roles = np.array([kind.role for kind in kinds], dtype=object)
        if not (roles == asked).any():
            return repeat(Kind(asked), len(kinds))
        other = Kind(None, NOT_WANTED)
        kinds[roles != asked] = [kind if kind.role is None else other for kind in kinds[roles != asked]]
        return kinds
    for i in np.flatnonzero(~named):
        if kinds[i].named:
            kinds[i] = Kind(None, kinds[i].what)
    if usual is not None:
        if usual not in {kind.role for kind in kinds}:
            return repeat(Kind(usual), len(kinds))
        kinds[are(kinds, UNDECIDED)] = Kind(usual)
    return kinds


def _without_wider_bounds(kinds: Kinds) -> Kinds:
    """Return the kinds with boundaries set aside that may be wrong, where there are others that are right."""
    bounds = [kind for kind in kinds if kind.role == Role.BOUNDARY]
    if all(kind.what for kind in bounds):
        return kinds
    doubted = np.array([kind.role == Role.BOUNDARY and bool(kind.what) for kind in kinds], dtype=bool)
    kinds = kinds.copy()
    for i in np.flatnonzero(doubted):
        kinds[i] = Kind(None, kinds[i].what)
    return kinds


def _with_shapes_that_fit(kinds: Kinds, shapes: Shapes) -> Kinds:
    """Return the kinds with features set aside whose shape their role cannot have."""
    dims, ring = shapely.get_dimensions(shapes), shapely.is_closed(shapes)
    kinds = kinds.copy()
    other = Kind(None, OPEN_LINES)
    for i in np.flatnonzero((dims == 0) | ((dims == 1) & ~ring)):
        role = kinds[i].role
        wanted = () if role is None else fits_role(role)
        if role is not None and not (LINE in wanted if dims[i] == 1 else role in _LABELS):
            kinds[i] = other
    return kinds


def _part(
    role: Role,
    mask: Bools,
    layer: LayerModel,
    rows: Rows,
    verdict: Verdict,
    kinds: Kinds,
    shapes: Shapes,
) -> RoleRows:
    table = rows.table[mask].copy()
    fields: dict[str, str] = {}
    for wanted in layer.fields:
        if _has(role, wanted):
            fields |= _mapped(wanted, layer, rows, mask, table)
    added = {name: np.asarray(values)[mask] for name, values in verdict.columns.items() if _has(role, name)}
    added |= _by_kind(role, kinds[mask], table, fields)
    for wanted, values in added.items():
        column = _free(wanted, table)
        table[column] = pd.Series(values, index=table.index)
        fields[wanted] = column
    return RoleRows(role, mask, table, shapes[mask], fields)


def _has(role: Role, wanted: str) -> bool:
    if wanted in _OF_ROADS:
        return role == Role.ROADS
    return wanted not in _OF_HOUSES or role in _LABELS


def _by_kind(role: Role, kinds: Kinds, table: pd.DataFrame, fields: Mapping[str, str]) -> dict[str, Any]:
    """Return what codes say: class and structure of roads, that nobody lives in some buildings."""
    found: dict[str, Any] = {}
    if role == Role.ROADS:
        classes = np.array([kind.road_class for kind in kinds], dtype=object)
        if (classes != "").any():
            found["road_class"] = classes
        structures = np.array([kind.structure for kind in kinds], dtype=object)
        if (structures != "").any():
            found["structure"] = structures
    empty = np.array([not kind.households for kind in kinds], dtype=bool)
    if empty.any():
        own = fields.get("hh")
        held = table[own].to_numpy(object) if own else np.full(len(kinds), np.nan, dtype=object)
        found["hh"] = np.where(empty, 0, held)
    return found


def _columns(layer: LayerModel, rows: Rows, wanted: str) -> list[str]:
    """Return the columns that fill a field, those that hold something first in their order."""
    there = [
        rows.own[plain] for plain in (n.casefold() for n in layer.fields.get(wanted, ())) if plain in rows.own
    ]
    return [name for name in dict.fromkeys(there) if (rows.text(name) != "").any()]


def _mapped(wanted: str, layer: LayerModel, rows: Rows, mask: Bools, table: pd.DataFrame) -> dict[str, str]:
    """Return the column of a field; of several the first, what it lacks filled from the next."""
    if not layer.fields[wanted]:
        return {wanted: ""}
    columns = _columns(layer, rows, wanted)
    if not columns:
        return {}
    first = columns[0]
    factor = layer.factors.get(first.upper(), 1.0)
    if factor != 1.0:
        table[wanted] = rows.number(first)[mask] * factor
        return {wanted: wanted}
    lacks = (rows.text(first) == "").to_numpy()[mask].any()
    if len(columns) > 1 and lacks:
        column = _free(f"{first}+{columns[1]}", table)
        table[column] = rows.text(*columns)[mask]
        return {wanted: column}
    return {wanted: first}


def _free(name: str, table: pd.DataFrame) -> str:
    taken = set(table.columns)
    return next(name + "*" * n for n in range(len(taken) + 1) if name + "*" * n not in taken)
