"""What a finished drawing or a click with the right button means: asked with a small menu at the mouse."""

from __future__ import annotations

from collections.abc import Callable

import shapely

from bigmap.base.i18n import Text
from bigmap.commands.context import Context
from bigmap.commands.editing import draw, exact_cut
from bigmap.core.planning.assignment import NOBODY

Meaning = tuple[Text, Callable[[], None], bool]


def offer_for_area(desk: Context, ground: shapely.Geometry) -> None:
    """Ask what drawn ground shall be, and make it that."""
    row, zones = draw.zone_in_hand(desk), desk.session.tally.zones
    zone = zones[row] if row != NOBODY else None
    give = Text("Give it to {zone}", {"zone": zone.zone_id}) if zone else Text("Give it to the zone in hand")

    def reassign() -> None:
        draw.paint_with(desk, row)
        draw.reassign_ground(desk, ground)

    _ask(
        desk,
        (Text("New zone of whole units"), lambda: draw.draw_zone(desk, ground), True),
        (Text("New zone, units cut along the outline"), lambda: exact_cut.draw_zone(desk, ground), True),
        (give, reassign, zone is not None),
        (Text("Choose its units"), lambda: draw.choose_mostly(desk, ground), True),
    )


def offer_for_line(desk: Context, line: shapely.LineString) -> None:
    """Ask how a line shall divide the zone that it crosses, and divide it."""
    if draw.zone_crossed(desk, line) == NOBODY:
        desk.ui.hint(Text("This line crosses no zone."))
        return
    _ask(
        desk,
        (Text("Divide by whole units"), lambda: draw.cut_zone(desk, line), True),
        (Text("Divide exactly, units cut along the line"), lambda: exact_cut.cut_zone(desk, line), True),
    )


def _ask(desk: Context, *meanings: Meaning) -> None:
    at = desk.ui.ask_here([str(text) for text, _, _ in meanings], [able for _, _, able in meanings])
    if at is not None:
        meanings[at][1]()
