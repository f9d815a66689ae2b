"""The tables of a printed sheet as text: zones, coverage with its denominators, gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bigmap.base import amounts
from bigmap.base.amounts import UNKNOWN, Exact
from bigmap.core.coverage.gap import Gap
from bigmap.core.coverage.proof import Share
from bigmap.core.planning.plan import Plan
from bigmap.core.units import unknown
from bigmap.mapview import vocabulary
from bigmap.ui.printing.colours import sheet_zone_colours
from bigmap.ui.printing.sheet_options import SheetOptions
from bigmap.ui.widgets.table_columns import used

MOST_GAPS = 300
"""Rows of the printed list of gaps; the file of gaps has all of them."""


@dataclass(frozen=True)
class SheetColumn:
    """One column of a table: its head, and whether it holds numbers."""

    head: str
    number: bool = True


@dataclass(frozen=True)
class SheetTable:
    """Rows of text under a heading; ``swatches`` colour the first column, ``alarms`` are red cells."""

    heading: str
    columns: list[SheetColumn]
    rows: list[list[str]]
    swatches: list[str] = field(default_factory=list)
    total: bool = False
    alarms: frozenset[tuple[int, int]] = frozenset()


def zone_table(plan: Plan, options: SheetOptions) -> SheetTable:
    """Return the list of zones with their totals."""
    say, zones = options.say, plan.zones
    columns = [
        SheetColumn(say("Zone"), number=False),
        SheetColumn(say("Operator"), number=False),
        SheetColumn(say("Units")),
        SheetColumn(say("House-\nholds")),
        SheetColumn(say("Floor area\n10⁴ m²")),
        SheetColumn(say("Ground\n10⁴ m²")),
        SheetColumn(say("Sweeping\n10⁴ m²")),
        SheetColumn(say("Compact-\nness")),
        SheetColumn(say("Share of\nload")),
    ]
    names = operator_names(plan)
    load = float(zones["load"].sum())
    rows = [
        [str(z.zone_id), names.get(z.oper, "–"), *_sums(z._asdict()), f"{z.compact:.2f}", _part(z.load, load)]
        for z in zones.itertuples()
    ]
    if rows:
        counted = [name for name in unknown.COUNTS if name in zones]
        total = zones[["units", "hh", "gfa_m2", "site_m2", "sweep_m2", *counted]].sum().to_dict()
        rows.append([say("Total"), "", *_sums(total), "", _part(load, load)])
    swatches = sheet_zone_colours(plan, options.colour_by) if options.colour_by != "kind" else []
    return SheetTable(say("List of zones"), columns, rows, swatches, total=bool(rows))


def operator_names(plan: Plan) -> dict[str, str]:
    """Return the name of each operator by its id."""
    if not len(plan.operators):
        return {}
    return dict(zip(plan.operators["operator_id"], plan.operators["name"].astype(str), strict=True))


def _sums(row: Mapping[str, Any]) -> list[str]:
    households = unknown.figure(row, "hh")
    large = (_large(unknown.figure(row, name)) for name in ("gfa_m2", "site_m2", "sweep_m2"))
    return [f"{row['units']:,.0f}", amounts.amount(households) if households else UNKNOWN, *large]


def _large(value: float) -> str:
    """Return an area in 10,000 m²."""
    if not value:
        return UNKNOWN
    return amounts.amount(type(value)(value / 1e4), 2)


def _part(value: float, of: float) -> str:
    return amounts.percent(value / of, space="") if of > 0 else UNKNOWN


def operator_table(plan: Plan, options: SheetOptions) -> SheetTable:
    """Return the operators with the zones they got and their capacity."""
    say, zones = options.say, plan.zones
    columns = [
        SheetColumn(say("Operator"), number=False),
        SheetColumn(say("Zones"), number=False),
        SheetColumn(say("House-\nholds")),
        SheetColumn(say("Capacity\nhouseholds")),
        SheetColumn(say("Capacity\nused")),
    ]
    held = plan.operators.to_dict("records")
    rows = [
        [str(o["name"]), ", ".join(zones.loc[zones["oper"] == o["operator_id"], "zone_id"]), *_capacity(o)]
        for o in held
    ]
    beyond = frozenset((i, 4) for i, o in enumerate(held) if used(o) > 1)
    return SheetTable(say("Operators"), columns, rows, alarms=beyond)


def _capacity(operator: Mapping[str, Any]) -> list[str]:
    households, limit = unknown.figure(operator, "hh"), float(operator["capacity"])
    shown = amounts.percent(used(operator), space="")
    return [amounts.amount(households), amounts.amount(limit), shown]


def coverage_table(plan: Plan, options: SheetOptions) -> SheetTable:
    """Return the covered shares, each with its denominator."""
    say, cover = options.say, plan.coverage
    columns = [
        SheetColumn(say("Ground"), number=False),
        SheetColumn(say("Covered share")),
        SheetColumn(say("Denominator")),
        SheetColumn(say("Not covered")),
    ]
    rows = [
        _share_row(say("All ground"), cover.land, "m²"),
        _share_row(say("Inside the walls"), cover.inside, "m²"),
        _share_row(say("Outside the walls"), cover.outside, "m²"),
        _share_row(say("By households"), cover.households, say("households")),
    ]
    return SheetTable(say("Proof of coverage"), columns, rows)


def _share_row(name: str, share: Share, unit: str) -> list[str]:
    missing = share.of - share.covered if share.value < 1 else 0.0
    left = UNKNOWN if share.lacks else f"{amounts.amount(missing)} {unit}"
    base = f"{amounts.amount(share.of)} {unit}" if share.of > 0 else UNKNOWN
    return [name, share_percent(share), base, left]


def share_percent(share: Share) -> str:
    """Return the share in percent, so that only full coverage reads 100.0%; – where it is not known."""
    return amounts.percent(share.value, space="")


def coverage_sentence(plan: Plan, options: SheetOptions) -> str:
    """Return the proof of coverage as one sentence."""
    land = plan.coverage.land
    return options.say(
        "Coverage {value} (denominator {of} m²); ground in no zone {gap} m², in two zones {overlap} m².",
        value=share_percent(land),
        of=f"{land.of:,.0f}",
        gap=f"{Exact(plan.coverage.uncovered_m2):,.0f}",
        overlap=f"{Exact(plan.coverage.overlap_m2):,.0f}",
    )


def gap_table(plan: Plan, options: SheetOptions) -> SheetTable:
    """Return the list of gaps and overlaps."""
    say, gaps = options.say, plan.coverage.gaps
    columns = [
        SheetColumn(say("No."), number=False),
        SheetColumn(say("Kind"), number=False),
        SheetColumn(say("Area\nm²")),
        SheetColumn(say("Wall"), number=False),
        SheetColumn(say("Near"), number=False),
        SheetColumn(say("Zones touched"), number=False),
        SheetColumn(say("Cause"), number=False),
    ]
    rows = [_gap_row(gap, options) for gap in gaps[:MOST_GAPS]]
    if len(gaps) > MOST_GAPS:
        rows.append(["…", say("and {n} more", n=len(gaps) - MOST_GAPS), *[""] * 5])
    return SheetTable(say("Gaps and overlaps"), columns, rows)


def _gap_row(gap: Gap, options: SheetOptions) -> list[str]:
    say = options.say
    kind, cause = say(vocabulary.GAP_KIND[gap.kind]), say(vocabulary.CAUSE[gap.cause])
    wall = say("inside") if gap.inside else say("outside")
    return [
        gap.gap_id,
        kind,
        amounts.amount(gap.area_m2),
        wall,
        gap.near_name,
        " ".join(gap.zones),
        cause,
    ]
