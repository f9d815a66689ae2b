"""The colours of a sheet: those of the screen, opaque."""

from __future__ import annotations

from functools import partial

from bigmap.core.planning.plan import Plan
from bigmap.mapview import styles

ROAD = "#c3c7cc"
WATER, HILL, EXCLUDED = "#d3e3ec", "#dbe9d2", "#e9e9e6"
PLAIN_EDGE = "#9fb0bd"
"""Edge of all zones where the fill tells the kind of unit."""


def sheet_zone_colours(plan: Plan, colour_by: str) -> list[str]:
    """Return the colour of each zone: its own, its operator's, or one for all where the kind is shown."""
    if colour_by == "zone":
        return styles.zone_colours(plan.graph, plan.zone_of_unit, len(plan.zones))
    if colour_by == "operator":
        fill = sheet_operator_colours(plan)
        return [fill.get(oper, styles.NOBODY) for oper in plan.zones["oper"]]
    return [PLAIN_EDGE] * len(plan.zones)


def sheet_operator_colours(plan: Plan) -> dict[str, str]:
    """Return the colour of each operator by its id."""
    ids = list(plan.operators["operator_id"]) if len(plan.operators) else []
    row_of = {code: row for row, code in enumerate(ids)}
    owner = [row_of.get(code, -1) for code in plan.zones["oper"]]
    pairs = partial(styles.zone_neighbours, plan.graph, plan.zone_of_unit, len(plan.zones))
    return dict(zip(ids, styles.operator_colours(len(ids), owner, pairs), strict=True))


def edge_colour(colour: str) -> str:
    """Return the strong colour of a zone's edge, dark enough for a black-and-white print."""
    return mixed(colour, "#10202c", 0.5)


def mixed(colour: str, other: str, share: float) -> str:
    """Return a '#rrggbb' colour with ``share`` of another in it.

    Opaque, since some printer drivers turn a page with transparency into pixels.
    """
    pairs = zip(bytes.fromhex(colour[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + bytes(round(a + (b - a) * share) for a, b in pairs).hex()
