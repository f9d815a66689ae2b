"""Zones drawn exactly along a line: units under it are cut, which makes a new document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import shapely

from bigmap.base.arrays import Ints
from bigmap.base.i18n import Text
from bigmap.base.progress import Progress
from bigmap.commands.context import Context
from bigmap.commands.editing.draw import drawn_zone, zone_crossed
from bigmap.core.editing import gestures, selection
from bigmap.core.editing.gestures import Proposal
from bigmap.core.editing.tally import Tally
from bigmap.core.planning.assignment import NOBODY
from bigmap.mapview.scene import pack_plan
from bigmap.session.document import Document


def draw_zone_exactly(context: Context, ground: shapely.Geometry) -> None:
    """Make a new zone exactly of a drawn polygon; locked units stay whole."""
    tally = context.session.tally
    shape = ground if shapely.is_valid(ground) else shapely.make_valid(ground)
    rows = selection.lasso(tally.unit_index, shape)
    _cut(context, rows, shape, lambda tally: drawn_zone(tally, shape))


def cut_zone_exactly(context: Context, line: shapely.LineString) -> None:
    """Divide the zone that a drawn line crosses exactly along it."""
    row = zone_crossed(context, line)
    if row == NOBODY:
        context.ui.hint(Text("This line crosses no zone."))
        return
    rows = context.session.tally.members(row)
    _cut(context, rows, line, lambda tally: gestures.split_by_line(tally, row, line))


def _cut(context: Context, rows: Ints, blade: shapely.Geometry, gesture: Callable[[Tally], Proposal]) -> None:
    from bigmap.core.editing.gestures.exact_cut import cut_along

    document, tally, rule = context.document, context.session.tally, context.session.hand.rule
    rows, assignment = rows[~tally.is_locked(rows)], tally.assignment
    title = Text("Cutting units along the line")

    def work(progress: Progress) -> tuple[Document | None, Proposal]:
        progress.step(0.0, title)
        plan, after, proposal = cut_along(document.built, assignment, rows, blade, gesture, rule)
        if not proposal.edit:
            return None, proposal
        progress.step(0.8, Text("Preparing the map"))
        cut = replace(document.with_plan(plan, pack_plan(plan)), assignment=after, by_hand=True)
        return cut.make_ready(), proposal

    def done(found: tuple[Document | None, Proposal]) -> None:
        cut, proposal = found
        if cut is not None and context.session.document is document:
            context.session.advance(proposal.title, cut)
        context.ui.hint(*proposal.told)

    context.ui.run(title, work, done)
