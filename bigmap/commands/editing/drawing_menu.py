"""What a finished drawing or a click with the right button means: asked with a small menu at the mouse."""

from __future__ import annotations

from collections.abc import Callable

import shapely

from bigmap.base.i18n import Text
from bigmap.commands.context import Context
from bigmap.commands.editing import draw, exact_cut
from bigmap.core.planning.assignment import NOBODY

Meaning = tuple[Text, Callable[[], None], bool]


def offer_for_area(context: Context, ground: shapely.Geometry) -> None:
    """Ask what drawn ground shall be, and make it that."""
    row, zones = draw.zone_in_hand(context), context.session.tally.zones
    zone = zones[row] if row != NOBODY else None
    give = Text("Give it to {zone}", {"zone": zone.zone_id}) if zone else Text("Give it to the zone in hand")

    def reassign() -> None:
        draw.paint_with(context, row)
        draw.reassign_ground(context, ground)

    _ask(
        context,
        (Text("New zone of whole units"), lambda: draw.draw_zone(context, ground), True),
        (
            Text("New zone, units cut along the outline"),
            lambda: exact_cut.draw_zone_exactly(context, ground),
            True,
        ),
        (give, reassign, zone is not None),
        (Text("Choose its units"), lambda: draw.choose_mostly(context, ground), True),
    )


def offer_for_line(context: Context, line: shapely.LineString) -> None:
    """Ask how a line shall divide the zone that it crosses, and divide it."""
    if draw.zone_crossed(context, line) == NOBODY:
        context.ui.hint(Text("This line crosses no zone."))
        return
    _ask(
        context,
        (Text("Divide by whole units"), lambda: draw.cut_zone(context, line), True),
        (
            Text("Divide exactly, units cut along the line"),
            lambda: exact_cut.cut_zone_exactly(context, line),
            True,
        ),
    )


def _ask(context: Context, *meanings: Meaning) -> None:
    at = context.ui.ask_here([str(text) for text, _, _ in meanings], [able for _, _, able in meanings])
    if at is not None:
        meanings[at][1]()
