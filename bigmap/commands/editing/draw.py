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


def propose(desk: Context, proposal: Proposal, *, whole: bool = True) -> None:
    """Do what a gesture comes to, and tell what resisted or why it cannot be.

    A gesture that breaks a zone and is to be completed is worked out off the UI thread.
    """
    tally, rule = desk.session.tally, desk.session.hand.rule
    if not whole:
        _do(desk, proposal)
    elif rule == "mend" and proposal.edit and tally.broken_by(proposal.edit):
        work_out(desk, Text("Completing the gesture"), lambda _tally, _bar: proposal)
    else:
        _do(desk, kept_whole(tally, proposal, rule))


def work_out(desk: Context, title: Text, make: Callable[[Tally, Progress], Proposal]) -> None:
    """Work out a gesture off the UI thread, with progress and cancel, then do it.

    Parameters
    ----------
    desk : Context
    title : Text
        What is under way meanwhile.
    make : callable
        What makes the proposal of the tally as it stands; asks it only.
    """
    tally, rule = desk.session.tally.apart(), desk.session.hand.rule

    def work(progress: Progress) -> Proposal:
        progress.step(0.0, title)
        proposal = make(tally, progress.part(0.0, 0.6))
        progress.step(0.6, title)
        return kept_whole(tally, proposal, rule)

    desk.ui.run(title, work, lambda found: _do(desk, found))


def _do(desk: Context, proposal: Proposal) -> None:
    desk.session.edit(proposal.title, proposal.edit)
    desk.ui.hint(*proposal.told)


def preview(desk: Context, units: Units) -> Preview:
    """Return what the tool in hand would do to units under it, without doing it."""
    return desk.session.tally.after(_brushed(desk, units).edit)


def take_tool(desk: Context, tool: Tool) -> None:
    """Take a tool in hand; with brush or bucket the zone of what is picked is painted with."""
    row = zone_in_hand(desk)
    desk.session.hold(tool=tool, zone=row)
    if tool == "lock":
        desk.ui.hint(Text("Click locks or unlocks a zone; Shift + click locks or unlocks one unit."))
    if tool in ("paint", "bucket") and row == NOBODY:
        desk.ui.hint(Text("Pick the zone to paint with: click into it with Alt held down, or in the table."))


def paint_with(desk: Context, row: int) -> None:
    """Paint and fill with the zone of a row from now on."""
    desk.session.hold(zone=row)


def paint_with_picked(desk: Context) -> None:
    """Take the brush with the zone that is picked, or whose unit is."""
    desk.session.hold(tool="paint", zone=zone_in_hand(desk))
    _target(desk)


def paint_with_zone_of(desk: Context, unit: int) -> None:
    """Paint and fill with the zone that a unit belongs to, as a pipette does."""
    desk.session.hold(zone=int(desk.session.tally.zone[unit]))


def set_rule(desk: Context, rule: Rule) -> None:
    """Say what becomes of gestures that would leave a zone in several pieces; remembered."""
    settings.remember(edit_rule=rule)
    desk.session.hold(rule=rule)


def set_brush(desk: Context, radius_m: float) -> None:
    """Make the brush larger or smaller, within its limits."""
    desk.session.hold(brush_m=float(np.clip(radius_m, SMALLEST_M, LARGEST_M)))


def resize_brush(desk: Context, factor: float) -> None:
    """Make the brush larger or smaller by a factor."""
    set_brush(desk, desk.session.hand.brush_m * factor)


def begin_stroke(desk: Context) -> None:
    """Begin to paint or to erase; nothing happens while long work is under way."""
    hand = desk.session.hand
    if desk.session.busy or hand.tool not in ("paint", "erase"):
        return
    if hand.tool == "erase":
        desk.session.begin(Text("Take units out of their zones"))
        return
    zone = desk.session.tally.zones[_target(desk)]
    desk.session.begin(Text("Paint with {zone}", {"zone": zone.zone_id if zone else ""}))


def paint(desk: Context, units: Units) -> None:
    """Do to units under the brush what the tool in hand does; locked ones resist silently."""
    if desk.session.stroke is not None:
        desk.session.extend(_brushed(desk, units).edit)


def end_stroke(desk: Context) -> None:
    """Let go: the stroke holds, unless it broke a zone and the rule says otherwise."""
    session = desk.session
    so_far, stroke = session.so_far(), session.stroke
    if so_far is None or stroke is None:
        return
    if not so_far.broken:
        session.commit()
        return
    whole = Proposal(stroke.title, stroke.edit)
    if session.hand.rule == "warn":
        session.commit()
        desk.ui.hint(*(Text("Zone {zone} lies in {n} pieces now.", values) for values in _pieces(so_far)))
        return
    session.abort()
    propose(desk, whole)


def fill(desk: Context, unit: int) -> None:
    """Pour the zone in hand over the connected ground without a zone around a unit."""
    propose(desk, gestures.bucket(desk.session.tally, unit, _target(desk)))


def latch(desk: Context, unit: int, alone: bool) -> None:
    """Lock the zone of a unit, or the unit ``alone``; what is locked is unlocked."""
    tally = desk.session.tally
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
        desk.ui.hint(Text("This ground has no zone: hold Shift to lock the unit."))
        return
    propose(desk, done)
    desk.ui.hint(told)


def drawn_zone(tally: Tally, ground: shapely.Geometry) -> Proposal:
    """Return a new zone of the units of which more than half lies in a drawn polygon."""
    units = selection.by_majority(tally.terrain, ground)
    if not len(units):
        return Proposal(Text("Draw a new zone"), told=(Text("No unit lies mostly in this outline."),))
    return gestures.new_zone(tally, units)


def draw_zone(desk: Context, ground: shapely.Geometry) -> None:
    """Make a new zone of the units of which more than half lies in a drawn polygon."""
    work_out(desk, Text("Drawing a zone"), lambda tally, _: drawn_zone(tally, ground))


def reassign_ground(desk: Context, ground: shapely.Geometry) -> None:
    """Give the units of which more than half lies in a drawn polygon to the zone in hand."""
    row = _target(desk)

    def made(tally: Tally, _: Progress) -> Proposal:
        return gestures.paint(tally, selection.by_majority(tally.terrain, ground), row)

    work_out(desk, Text("Giving ground to a zone"), made)


def zone_crossed(desk: Context, line: shapely.LineString) -> int:
    """Return the row of the zone in hand if a line crosses it, else the one it crosses most, or `NOBODY`."""
    return gestures.zone_crossed(desk.session.tally, line, zone_in_hand(desk))


def cut_zone(desk: Context, line: shapely.LineString) -> None:
    """Divide a zone along a drawn line (`zone_crossed`); each unit goes with the side most of it lies on."""
    row = zone_crossed(desk, line)
    if row == NOBODY:
        desk.ui.hint(Text("This line crosses no zone."))
        return
    work_out(desk, Text("Dividing the zone"), lambda tally, _: gestures.split_by_line(tally, row, line))


def drag_border(desk: Context, a: int, b: int, line: shapely.LineString) -> None:
    """Move the common border of the zones of two rows to a line."""
    work_out(desk, Text("Moving the border"), lambda tally, _: gestures.move_border(tally, a, b, line))


def choose_mostly(desk: Context, ground: shapely.Geometry) -> None:
    """Choose the units of which more than half lies in a drawn polygon."""
    _choose(desk, ground, selection.by_majority, "new")


def choose_ground(desk: Context, ground: shapely.Geometry, how: Combine = "new") -> None:
    """Choose the units in a box or lasso."""
    _choose(desk, ground, selection.lasso, how)


def _choose(
    desk: Context,
    ground: shapely.Geometry,
    found: Callable[[UnitIndex, shapely.Geometry], Ints],
    how: Combine,
) -> None:
    """Choose units in a shape: off the UI thread where many may lie in it."""
    terrain, title = desk.session.tally.terrain, Text("Choosing units")
    if len(terrain.tree.query(ground)) < _MANY:
        desk.session.choose(found(terrain, ground), how)
        return

    def work(progress: Progress) -> Ints:
        progress.step(0.0, title)
        return found(terrain, ground)

    desk.ui.run(title, work, lambda units: desk.session.choose(units, how))


def choose_along(desk: Context, line: shapely.LineString, how: Combine = "new") -> None:
    """Choose the units that a drawn line crosses."""
    desk.session.choose(selection.along(desk.session.tally.terrain, line), how)


def escape(desk: Context) -> None:
    """Give up what is under way; then put the tool away; then choose nothing.

    Only the map knows whether a shape is half drawn: with a tool in hand it is asked, and answers by
    `give_up` or by `lay_down`.
    """
    if desk.session.hand.tool == "look":
        desk.session.choose([])
        return
    desk.session.abort()
    desk.ui.send(GiveUp())


def give_up(desk: Context) -> None:
    """Leave nothing of the gesture under way."""
    desk.session.abort()
    desk.session.previewed.emit(None)


def lay_down(desk: Context) -> None:
    """Put the tool away."""
    desk.session.hold(tool="look")


def zone_in_hand(desk: Context) -> int:
    """Return the row of the zone that is picked, or whose unit is, else of the one painted with."""
    session, pick = desk.session, desk.session.selection
    tally = session.tally
    row = session.hand.zone
    if pick is not None and pick.layer == "zone":
        row = pick.row
    elif pick is not None and pick.layer == "unit" and tally.zone[pick.row] != NOBODY:
        row = int(tally.zone[pick.row])
    return row if 0 <= row < len(tally.zones) and tally.zones[row] else NOBODY


def _brushed(desk: Context, units: Units) -> Proposal:
    tally, tool = desk.session.tally, desk.session.hand.tool
    if tool == "erase":
        return gestures.erase(tally, units)
    if tool == "paint":
        return gestures.paint(tally, units, _target(desk))
    return Proposal(Text("Look"), Edit())


def _target(desk: Context) -> int:
    """Return the row of the zone painted with; a `UserError` says how to pick one."""
    row, zones = desk.session.hand.zone, desk.session.tally.zones
    if not (0 <= row < len(zones) and zones[row]):
        raise UserError("Pick the zone to paint with first.")
    return row


def _pieces(found: Preview) -> list[dict[str, object]]:
    return [{"zone": f.zone.zone_id, "n": f.pieces} for f in found.after if f.row in found.broken]
