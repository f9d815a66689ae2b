"""What the tables show: for each, its columns with heading, value and writing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import shapely

from bigmap.base import amounts
from bigmap.base.amounts import UNKNOWN, percent
from bigmap.base.i18n import Text, tr
from bigmap.base.problems import Problem
from bigmap.core.coverage.gap import Gap
from bigmap.core.sources.layers import Layer
from bigmap.core.units import unknown
from bigmap.mapview import vocabulary
from bigmap.session.document import Document
from bigmap.session.live_tables import LiveTables
from bigmap.ui.widgets.number_format import format_tenth, format_wan, format_whole

Row = dict[str, Any]


@dataclass(frozen=True)
class Column:
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


def _get(key: str) -> Callable[[Row], Any]:
    return lambda row: row.get(key, "")


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)


def _yes(value: bool | None) -> str:
    return "" if value is None else tr("inside") if value else tr("outside")


def _services(gap: Gap) -> str:
    return tr(", ").join(vocabulary.word(vocabulary.SERVICE, code) for code in gap.services)


def _remedy(gap: Gap) -> Text:
    """Return what to do about a gap, with the zone that would get it."""
    return Text(vocabulary.REMEDY[gap.remedy], {"zone": gap.zones[0] if gap.zones else ""})


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


def _known(title: str, key: str) -> Column:
    """Return the column of a figure that units may not tell: "≥ 1,234" where some do not, "–" where none."""

    def total(rows: list[Row]) -> float:
        keys = (key, f"{key}_asked", f"{key}_untold")
        sums = {name: sum(row.get(name, 0) for row in rows) for name in keys}
        return unknown.figure(sums, key) if rows else float("nan")

    return Column(
        title, lambda row: unknown.figure(row, key) if key in row else "", format_whole, True, total=total
    )


def _use(rows: list[Row]) -> float:
    """Return how much of the capacities of those that have one is used."""
    held = [row for row in rows if row["capacity"] > 0]
    known = [row["used"] for row in held if row["used"] == row["used"]]
    if not held or not known:
        return float("nan")
    found = sum(row["hh"] for row in held) / sum(row["capacity"] for row in held)
    partly = len(known) < len(held) or any(isinstance(used, amounts.AtLeast) for used in known)
    return amounts.AtLeast(found) if partly else found


def _count(title: str, key: str) -> Column:
    return Column(title, _get(key), format_whole, number=True, total=_sum(key))


def _off(value: float | str) -> str:
    return UNKNOWN if value == "" or pd.isna(value) else f"{value:+.1%}"


def _yuan(title: str, key: str) -> Column:
    return Column(title, _get(key), format_wan, number=True, total=_sum(key))


_RICH = {"rich": "rich", "even": "even", "lean": "lean"}
_RICH_COLOURS = {"rich": "#1b6e3c", "lean": "#b3261e"}
_ALARM, _INK = "#b3261e", "#1f2933"
_MONEY = (
    Column(
        "Cover ratio",
        _get("cover_ratio"),
        percent,
        number=True,
        total=_quotient("income_y", "cost_y"),
    ),
    Column(
        "Rich or lean",
        _get("rich"),
        lambda v: tr(_RICH[v]) if v in _RICH else "–",
        colour=lambda v: _RICH_COLOURS.get(v, _INK),
    ),
    _yuan("Balance (10,000 yuan)", "balance_y"),
    _yuan("Cost (10,000 yuan)", "cost_y"),
    _yuan("Income (10,000 yuan)", "income_y"),
    _count("Staff", "staff_n"),
    Column(
        "Subsidy (yuan/household·month)",
        _get("gap_hh"),
        lambda v: "–" if pd.isna(v) else f"{v:,.2f}",
        number=True,
    ),
    Column(
        "Break-even fee (yuan/m²·month)",
        _get("even_fee"),
        lambda v: "–" if pd.isna(v) else f"{v:,.3f}",
        number=True,
    ),
)

ZONES = (
    Column("Zone", _get("zone_id"), icon=lambda row: "lock" if row.get("locked") else ""),
    Column("Operator", _get("operator"), _text, wide=True),
    _known("Households", "hh"),
    _count("Area (m²)", "site_m2"),
    _count("Units", "units"),
    _count("Load", "load"),
    Column("Off target", _get("off"), _off, number=True),
    _known("Floor area (m²)", "gfa_m2"),
    _count("Sweep area (m²)", "sweep_m2"),
    _count("Pieces", "pieces"),
    Column("Compactness", _get("compact"), lambda v: f"{v:.2f}", number=True),
    Column("Locked", lambda row: bool(row.get("locked")), lambda v: tr("locked") if v else ""),
    *_MONEY,
)

FOREIGN_ZONES = (
    Column("Zone", _get("zone_id"), wide=True),
    Column("Operator", _get("operator"), _text, wide=True),
    _count("Area (m²)", "site_m2"),
    _count("Pieces", "pieces"),
)

OPERATORS = (
    Column("Operator", _get("name"), _text, wide=True),
    _count("Zones", "zones"),
    _known("Households", "hh"),
    Column(
        "Used",
        _get("used"),
        percent,
        number=True,
        colour=lambda v: _ALARM if v > 1 else _INK,
        total=_use,
    ),
    _count("Capacity", "capacity"),
    *_MONEY[:3],
    _count("Pieces", "pieces"),
    Column("Share", _get("share"), percent, number=True),
    _count("Load", "load"),
    _count("Area (m²)", "site_m2"),
    *_MONEY[3:],
    Column("Phone", _get("phone"), _text),
)

GAPS = (
    Column("No.", lambda gap: gap.gap_id),
    Column("Kind", lambda gap: gap.kind, lambda v: vocabulary.word(vocabulary.GAP_KIND, v)),
    Column("Area (m²)", lambda gap: gap.area_m2, format_tenth, number=True),
    Column("Near", lambda gap: gap.near_name, wide=True),
    Column("Width (m)", lambda gap: gap.width_m, format_tenth, number=True),
    Column("Wall", lambda gap: gap.inside, _yes),
    Column("Zones beside it", lambda gap: tr(", ").join(gap.zones)),
    Column("Units it lies on", lambda gap: tr(", ").join(gap.units)),
    Column("Services", _services),
    Column("Cause", lambda gap: gap.cause, lambda v: vocabulary.word(vocabulary.CAUSE, v)),
    Column("Proposal", _remedy),
)

LAYERS = (
    Column("Layer", _get("role"), lambda v: vocabulary.word(vocabulary.ROLE, v)),
    Column("File", _get("file"), wide=True),
    _count("Features", "features"),
    _count("Problems", "problems"),
    Column("CRS", _get("crs"), _text),
    Column("Encoding", _get("encoding"), _text),
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
    return [row | {"operator": names.get(row["oper"], row["oper"])} for row in rows]


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
