"""Tools of the map: what their gestures do. The page tells units and shapes, never states.

A stroke goes `begin_stroke`, `paint` as often as units come under the brush, then `end_stroke`; or `escape`,
which leaves nothing behind. All other tools end in one call. Shapes are in the project CRS.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import shapely

from bigmap.base import settings
from bigmap.base.arrays import Ints
from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.progress import Progress
from bigmap.commands.context import Context
from bigmap.core.editing import gestures, selection
from bigmap.core.editing.changes import Preview
from bigmap.core.editing.gestures import Proposal, Rule, kept_whole
from bigmap.core.editing.selection import Combine
from bigmap.core.editing.tally import Tally
from bigmap.core.editing.unit_index import UnitIndex
from bigmap.core.planning.assignment import NOBODY, Edit
from bigmap.mapview.messages import GiveUp
from bigmap.session.tool import LARGEST_M, SMALLEST_M, Tool

Units = Sequence[int] | Ints
_MANY = 50_000
"""Units in the box of a shape from which on it takes its time to look which lie in it."""


def propose(context: Context, proposal: Proposal, *, whole: bool = True) -> None:
    """Do what a gesture comes to, and tell what resisted or why it cannot be.

    A gesture that breaks a zone and is to be completed is worked out off the UI thread.
    """
    tally, rule = context.session.tally, context.session.hand.rule
    if not whole:
        _do(context, proposal)
    elif rule == "mend" and proposal.edit and tally.broken_by(proposal.edit):
        work_out(context, Text("Completing the gesture"), lambda _tally, _bar: proposal)
    else:
        _do(context, kept_whole(tally, proposal, rule))


def work_out(context: Context, title: Text, make: Callable[[Tally, Progress], Proposal]) -> None:
    """Work out a gesture off the UI thread, with progress and cancel, then do it.

    Parameters
    ----------
    context : Context
    title : Text
        What is under way meanwhile.
    make : callable
        What makes the proposal of the tally as it stands; asks it only.
    """
    tally, rule = context.session.tally.copy(), context.session.hand.rule

    def work(progress: Progress) -> Proposal:
        progress.step(0.0, title)
        proposal = make(tally, progress.part(0.0, 0.6))
        progress.step(0.6, title)
        return kept_whole(tally, proposal, rule)

    context.ui.run(title, work, lambda found: _do(context, found))


def _do(context: Context, proposal: Proposal) -> None:
    context.session.edit(proposal.title, proposal.edit)
    context.ui.hint(*proposal.told)


def preview(context: Context, units: Units) -> Preview:
    """Return what the tool in hand would do to units under it, without doing it."""
    return context.session.tally.after(_brushed(context, units).edit)


def take_tool(context: Context, tool: Tool) -> None:
    """Take a tool in hand; with brush or bucket the zone of what is picked is painted with."""
    row = zone_in_hand(context)
    context.session.hold(tool=tool, zone=row)
    if tool == "lock":
        context.ui.hint(Text("Click locks or unlocks a zone; Shift + click locks or unlocks one unit."))
    if tool in ("paint", "bucket") and row == NOBODY:
        context.ui.hint(
            Text("Pick the zone to paint with: click into it with Alt held down, or in the table.")
        )


def paint_with(context: Context, row: int) -> None:
    """Paint and fill with the zone of a row from now on."""
    context.session.hold(zone=row)


def paint_with_picked(context: Context) -> None:
    """Take the brush with the zone that is picked, or whose unit is."""
    context.session.hold(tool="paint", zone=zone_in_hand(context))
    _target(context)


def paint_with_zone_of(context: Context, unit: int) -> None:
    """Paint and fill with the zone that a unit belongs to, as a pipette does."""
    context.session.hold(zone=int(context.session.tally.zone[unit]))


def set_rule(context: Context, rule: Rule) -> None:
    """Say what becomes of gestures that would leave a zone in several pieces; remembered."""
    settings.remember(edit_rule=rule)
    context.session.hold(rule=rule)


def set_brush(context: Context, radius_m: float) -> None:
    """Make the brush larger or smaller, within its limits."""
    context.session.hold(brush_m=float(np.clip(radius_m, SMALLEST_M, LARGEST_M)))


def resize_brush(context: Context, factor: float) -> None:
    """Make the brush larger or smaller by a factor."""
    set_brush(context, context.session.hand.brush_m * factor)


def begin_stroke(context: Context) -> None:
    """Begin to paint or to erase; nothing happens while long work is under way."""
    hand = context.session.hand
    if context.session.busy or hand.tool not in ("paint", "erase"):
        return
    if hand.tool == "erase":
        context.session.begin(Text("Take units out of their zones"))
        return
    zone = context.session.tally.zones[_target(context)]
    context.session.begin(Text("Paint with {zone}", {"zone": zone.zone_id if zone else ""}))


def paint(context: Context, units: Units) -> None:
    """Do to units under the brush what the tool in hand does; locked ones resist silently."""
    if context.session.stroke is not None:
        context.session.extend(_brushed(context, units).edit)


def end_stroke(context: Context) -> None:
    """Let go: the stroke holds, unless it broke a zone and the rule says otherwise."""
    session = context.session
    so_far, stroke = session.so_far(), session.stroke
    if so_far is None or stroke is None:
        return
    if not so_far.broken:
        session.commit()
        return
    whole = Proposal(stroke.title, stroke.edit)
    if session.hand.rule == "warn":
        session.commit()
        context.ui.hint(*(Text("Zone {zone} lies in {n} pieces now.", values) for values in _pieces(so_far)))
        return
    session.abort()
    propose(context, whole)


def fill(context: Context, unit: int) -> None:
    """Pour the zone in hand over the connected ground without a zone around a unit."""
    propose(context, gestures.bucket(context.session.tally, unit, _target(context)))


def toggle_lock(context: Context, unit: int, alone: bool) -> None:
    """Lock the zone of a unit, or the unit ``alone``; what is locked is unlocked."""
    tally = context.session.tally
    row = int(tally.zone[unit])
    zone = tally.zones[row] if row != NOBODY else None
    if alone:
        locked = not tally.locked[unit]
        told = Text("The unit is locked.") if locked else Text("The unit is unlocked.")
        done = gestures.lock_units(tally, [unit], locked)
    elif zone is not None:
        told = Text("Zone {zone} is locked.", {"zone": zone.zone_id})
        if zone.locked:
            told = Text("Zone {zone} is unlocked.", {"zone": zone.zone_id})
        done = gestures.lock_zones(tally, [row], not zone.locked)
    else:
        context.ui.hint(Text("This ground has no zone: hold Shift to lock the unit."))
        return
    propose(context, done)
    context.ui.hint(told)


def drawn_zone(tally: Tally, ground: shapely.Geometry) -> Proposal:
    """Return a new zone of the units of which more than half lies in a drawn polygon."""
    units = selection.by_majority(tally.unit_index, ground)
    if not len(units):
        return Proposal(Text("Draw a new zone"), told=(Text("No unit lies mostly in this outline."),))
    return gestures.new_zone(tally, units)


def draw_zone(context: Context, ground: shapely.Geometry) -> None:
    """Make a new zone of the units of which more than half lies in a drawn polygon."""
    work_out(context, Text("Drawing a zone"), lambda tally, _: drawn_zone(tally, ground))


def reassign_ground(context: Context, ground: shapely.Geometry) -> None:
    """Give the units of which more than half lies in a drawn polygon to the zone in hand."""
    row = _target(context)

    def made(tally: Tally, _: Progress) -> Proposal:
        return gestures.paint(tally, selection.by_majority(tally.unit_index, ground), row)

    work_out(context, Text("Giving ground to a zone"), made)


def zone_crossed(context: Context, line: shapely.LineString) -> int:
    """Return the row of the zone in hand if a line crosses it, else the one it crosses most, or `NOBODY`."""
    return gestures.zone_crossed(context.session.tally, line, zone_in_hand(context))


def cut_zone(context: Context, line: shapely.LineString) -> None:
    """Divide a zone along a drawn line (`zone_crossed`); each unit goes with the side most of it lies on."""
    row = zone_crossed(context, line)
    if row == NOBODY:
        context.ui.hint(Text("This line crosses no zone."))
        return
    work_out(context, Text("Dividing the zone"), lambda tally, _: gestures.split_by_line(tally, row, line))


def drag_border(context: Context, a: int, b: int, line: shapely.LineString) -> None:
    """Move the common border of the zones of two rows to a line."""
    work_out(context, Text("Moving the border"), lambda tally, _: gestures.move_border(tally, a, b, line))


def choose_mostly(context: Context, ground: shapely.Geometry) -> None:
    """Choose the units of which more than half lies in a drawn polygon."""
    _choose(context, ground, selection.by_majority, "new")


def choose_ground(context: Context, ground: shapely.Geometry, how: Combine = "new") -> None:
    """Choose the units in a box or lasso."""
    _choose(context, ground, selection.lasso, how)


def _choose(
    context: Context,
    ground: shapely.Geometry,
    found: Callable[[UnitIndex, shapely.Geometry], Ints],
    how: Combine,
) -> None:
    """Choose units in a shape: off the UI thread where many may lie in it."""
    unit_index, title = context.session.tally.unit_index, Text("Choosing units")
    if len(unit_index.tree.query(ground)) < _MANY:
        context.session.choose(found(unit_index, ground), how)
        return

    def work(progress: Progress) -> Ints:
        progress.step(0.0, title)
        return found(unit_index, ground)

    context.ui.run(title, work, lambda units: context.session.choose(units, how))


def choose_along(context: Context, line: shapely.LineString, how: Combine = "new") -> None:
    """Choose the units that a drawn line crosses."""
    context.session.choose(selection.along(context.session.tally.unit_index, line), how)


def escape(context: Context) -> None:
    """Give up what is under way; then put the tool away; then choose nothing.

    Only the map knows whether a shape is half drawn: with a tool in hand it is asked, and answers by
    `give_up` or by `lay_down`.
    """
    if context.session.hand.tool == "look":
        context.session.choose([])
        return
    context.session.abort()
    context.ui.send(GiveUp())


def give_up(context: Context) -> None:
    """Leave nothing of the gesture under way."""
    context.session.abort()
    context.session.previewed.emit(None)


def lay_down(context: Context) -> None:
    """Put the tool away."""
    context.session.hold(tool="look")


def zone_in_hand(context: Context) -> int:
    """Return the row of the zone that is picked, or whose unit is, else of the one painted with."""
    session, pick = context.session, context.session.selection
    tally = session.tally
    row = session.hand.zone
    if pick is not None and pick.layer == "zone":
        row = pick.row
    elif pick is not None and pick.layer == "unit" and tally.zone[pick.row] != NOBODY:
        row = int(tally.zone[pick.row])
    return row if 0 <= row < len(tally.zones) and tally.zones[row] else NOBODY


def _brushed(context: Context, units: Units) -> Proposal:
    tally, tool = context.session.tally, context.session.hand.tool
    if tool == "erase":
        return gestures.erase(tally, units)
    if tool == "paint":
        return gestures.paint(tally, units, _target(context))
    return Proposal(Text("Look"), Edit())


def _target(context: Context) -> int:
    """Return the row of the zone painted with; a `UserError` says how to pick one."""
    row, zones = context.session.hand.zone, context.session.tally.zones
    if not (0 <= row < len(zones) and zones[row]):
        raise UserError("Pick the zone to paint with first.")
    return row


def _pieces(found: Preview) -> list[dict[str, object]]:
    return [{"zone": f.zone.zone_id, "n": f.pieces} for f in found.after if f.row in found.broken]
