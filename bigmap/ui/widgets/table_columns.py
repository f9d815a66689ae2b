"""What the tables show: the columns of the schema with value and writing, and the rows they are read from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import shapely

from bigmap.base import amounts
from bigmap.base.amounts import UNKNOWN, percent
from bigmap.base.i18n import Text, tr
from bigmap.base.problems import Problem
from bigmap.core.coverage.gap import Gap
from bigmap.core.schema import column as schema
from bigmap.core.schema.columns import shown
from bigmap.core.sources.layers import Layer
from bigmap.core.units import unknown
from bigmap.mapview import vocabulary
from bigmap.session.document import Document
from bigmap.session.live_tables import LiveTables
from bigmap.ui.widgets.number_format import format_tenth, format_wan, format_whole

Row = dict[str, Any]


@dataclass(frozen=True)
class TableColumn:
    """One column.

    Attributes
    ----------
    title : str
        English template of the heading.
    value : callable
        Row or `Gap` → what the column sorts by.
    show : callable
        Value → what is written, in the language in use.
    number : bool
        Whether it is set to the right.
    wide : bool
        Whether it may take the room that is left.
    colour : callable or None
        Value → colour of the writing.
    total : callable or None
        Rows → what stands below the column; None for nothing.
    icon : callable or None
        Row → name of the icon before the writing, '' for none.
    """

    title: str
    value: Callable[[Any], Any]
    show: Callable[[Any], str] = str
    number: bool = False
    wide: bool = False
    colour: Callable[[Any], str] | None = None
    total: Callable[[list[Row]], Any] | None = None
    icon: Callable[[Row], str] | None = None


def _get(key: str) -> Callable[[Row | Gap], Any]:
    return lambda row: getattr(row, key) if isinstance(row, Gap) else row.get(key, "")


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)


def _yes(value: bool | None) -> str:
    return "" if value is None else tr("inside") if value else tr("outside")


def _services(gap: Gap) -> str:
    return tr(", ").join(vocabulary.word(vocabulary.SERVICE, code) for code in gap.services)


def _remedy(gap: Gap) -> Text:
    """Return what to do about a gap, with the zone that would get it."""
    return Text(vocabulary.REMEDY[gap.remedy], {"zone": gap.zones[0] if gap.zones else ""})


def _off(value: float | str) -> str:
    return UNKNOWN if value == "" or pd.isna(value) else f"{value:+.1%}"


def _decimals(n: int) -> Callable[[Any], str]:
    return lambda value: UNKNOWN if pd.isna(value) else f"{value:,.{n}f}"


_WRITING: dict[schema.Form, Callable[[Any], str]] = {
    "name": _text,
    "list": lambda values: tr(", ").join(values),
    "tenth": format_tenth,
    "hundredth": _decimals(2),
    "thousandth": _decimals(3),
    "percent": percent,
    "signed percent": _off,
    "wan": format_wan,
}


def writing(column: schema.Column) -> Callable[[Any], str]:
    """Return what writes the values of a column of the schema."""
    return _WRITING.get(column.form, format_whole if column.numeric else _text)


def _sum(key: str) -> Callable[[list[Row]], float]:
    """Return what sums a column; NaN where no row has a number."""

    def total(rows: list[Row]) -> float:
        held = [v for row in rows if (v := row.get(key, "")) != "" and v == v]
        return sum(held) if held else float("nan")

    return total


def _quotient(over: str, under: str) -> Callable[[list[Row]], float]:
    def total(rows: list[Row]) -> float:
        base = _sum(under)(rows)
        return _sum(over)(rows) / base if base else float("nan")

    return total


def _known_sum(key: str) -> Callable[[list[Row]], float]:
    """Return what sums a figure that units may not tell: "≥ 1,234" where some do not, "–" where none."""

    def total(rows: list[Row]) -> float:
        keys = (key, f"{key}_asked", f"{key}_untold")
        sums = {name: sum(row.get(name, 0) for row in rows) for name in keys}
        return unknown.figure(sums, key) if rows else float("nan")

    return total


def _total(column: schema.Column) -> Callable[[list[Row]], Any] | None:
    """Return what follows from the rule by which a column adds up."""
    match column.total:
        case None:
            return None
        case (over, under):
            return _quotient(over, under)
        case _:
            return _known_sum(column.name) if column.name in unknown.ASKED else _sum(column.name)


def _known(key: str) -> Callable[[Row], Any]:
    return lambda row: unknown.figure(row, key) if key in row else ""


def _use(rows: list[Row]) -> float:
    """Return how much of the capacities of those that have one is used."""
    held = [row for row in rows if row["capacity"] > 0]
    known = [row["used"] for row in held if row["used"] == row["used"]]
    if not held or not known:
        return float("nan")
    found = sum(row["hh"] for row in held) / sum(row["capacity"] for row in held)
    partly = len(known) < len(held) or any(isinstance(used, amounts.AtLeast) for used in known)
    return amounts.AtLeast(found) if partly else found


_RICH = {"rich": "rich", "even": "even", "lean": "lean"}
_RICH_COLOURS = {"rich": "#1b6e3c", "lean": "#b3261e"}
_ALARM, _INK = "#b3261e", "#1f2933"
_DRESS: dict[str, dict[str, Any]] = {
    "zone_id": {"icon": lambda row: "lock" if row.get("locked") else ""},
    "locked": {
        "value": lambda row: bool(row.get("locked")),
        "show": lambda v: tr("locked") if v else "",
    },
    "rich": {
        "show": lambda v: tr(_RICH[v]) if v in _RICH else UNKNOWN,
        "colour": lambda v: _RICH_COLOURS.get(v, _INK),
    },
    "used": {"colour": lambda v: _ALARM if v > 1 else _INK, "total": _use},
    "kind": {"show": lambda v: vocabulary.word(vocabulary.GAP_KIND, v)},
    "inside": {"show": _yes},
    "services": {"value": _services},
    "cause": {"show": lambda v: vocabulary.word(vocabulary.CAUSE, v)},
    "proposal": {"value": _remedy},
}
"""What a table does with single columns beyond what the schema says: colours, marks, words."""


def columns_of(layer: str) -> tuple[TableColumn, ...]:
    """Return the columns of the table of a layer of the schema."""
    return tuple(_column(column) for column in shown(layer))


def _column(column: schema.Column) -> TableColumn:
    value = _known(column.name) if column.name in unknown.ASKED else _get(column.name)
    plain = TableColumn(
        column.title,
        value,
        writing(column),
        number=column.numeric,
        wide=column.form == "name",
        total=_total(column),
    )
    return replace(plain, **_DRESS.get(column.name, {}))


LAYERS = (
    TableColumn("Layer", _get("role"), lambda v: vocabulary.word(vocabulary.ROLE, v)),
    TableColumn("File", _get("file"), wide=True),
    TableColumn("Features", _get("features"), format_whole, number=True, total=_sum("features")),
    TableColumn("Problems", _get("problems"), format_whole, number=True, total=_sum("problems")),
    TableColumn("CRS", _get("crs"), _text),
    TableColumn("Encoding", _get("encoding"), _text),
)


def zone_rows(document: Document) -> list[Row]:
    """Return a row a zone of a plan as it was made, or of a check."""
    zones = document.zones.drop(columns="geometry")
    if document.checked:
        shapes = document.zones.geometry.to_numpy()
        area = document.built.units.meter.area_m2(shapes)
        zones = zones.assign(site_m2=area, pieces=shapely.get_num_geometries(shapes))
    else:
        held = zones["load"][zones["units"] > 0].mean()
        zones = zones.assign(off=zones["load"] / held - 1 if held > 0 else 0.0)
    zones = zones.assign(row=range(len(zones)))
    return _with_operators(document, zones.to_dict("records"))


def operator_rows(document: Document) -> list[Row]:
    """Return a row an operator of a plan as it was made."""
    return _with_use(document.built.operators.to_dict("records"))


def live_zone_rows(live: LiveTables) -> list[Row]:
    """Return a row a zone of a plan as it is edited; rows that did not change are the same objects."""
    return list(live.zones.values())


def live_operator_rows(live: LiveTables) -> list[Row]:
    """Return a row an operator of a plan as it is edited."""
    return _with_use(live.operators)


def _with_operators(document: Document, rows: list[Row]) -> list[Row]:
    known = document.built.operators
    names = dict(zip(known["operator_id"], known["name"], strict=True))
    return [row | {"oper_name": names.get(row["oper"], row["oper"])} for row in rows]


def _with_use(rows: list[Row]) -> list[Row]:
    return [row | {"used": used(row)} for row in rows]


def used(row: Mapping[str, Any]) -> float:
    """Return how much of its capacity an operator uses; NaN where it has none, or no households are known."""
    held, capacity = unknown.figure(row, "hh"), float(row["capacity"])
    if capacity != capacity or held != held:
        return float("nan")
    share = held / capacity if capacity else float("inf") if held else float("nan")
    return amounts.AtLeast(share) if isinstance(held, amounts.AtLeast) else share


def layer_rows(document: Document) -> list[Row]:
    """Return a row a layer that was read."""
    plan = document.built
    blamed = [p.file for p in plan.problems]
    return [_layer_row(layer, blamed) for layer in plan.sources.layers]


def _layer_row(layer: Layer, blamed: list[str]) -> Row:
    crs = layer.frame.crs
    epsg = crs.to_epsg() if crs is not None else None
    return {
        "role": layer.role.value,
        "file": layer.file.name,
        "features": layer.features,
        "problems": blamed.count(layer.file.name),
        "crs": f"EPSG:{epsg}" if epsg else (crs.name if crs is not None else ""),
        "encoding": layer.encoding,
        "hint": layer.guessed,
    }


def problem_pairs(problem: Problem) -> list[tuple[str, str]]:
    """Return all of a problem, by name."""
    number = "" if problem.feature is None else f"#{problem.feature}"
    place = "{:,.1f}, {:,.1f}".format(*problem.place) if problem.place else ""
    pairs = [
        (tr("State"), vocabulary.word(vocabulary.SEVERITY, problem.severity.value)),
        (tr("What was found"), str(problem.text)),
        (tr("Feature"), " ".join(part for part in (problem.name, number) if part)),
        (tr("File"), problem.file),
        (tr("X, Y (m)"), place),
        (tr("Before"), "" if problem.before is None else f"{problem.before:,.12g}"),
        (tr("After"), "" if problem.after is None else f"{problem.after:,.12g}"),
    ]
    return [(name, value) for name, value in pairs if value]
