"""What can be done to zones and to chosen units from menus, tables and keys."""

from __future__ import annotations

import numpy as np

from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.commands.context import Context
from bigmap.commands.editing.draw import propose, work_out, zone_in_hand
from bigmap.core.editing import gestures
from bigmap.core.planning.assignment import NOBODY, Zone


def new_zone(context: Context) -> None:
    """Make a zone of the chosen units."""
    propose(context, gestures.new_zone(context.session.tally, context.session.chosen))


def give_chosen(context: Context) -> None:
    """Give the chosen units to the zone that is picked or painted with."""
    propose(context, gestures.paint(context.session.tally, context.session.chosen, _one(context)))


def erase_chosen(context: Context) -> None:
    """Take the chosen units out of their zones."""
    propose(context, gestures.erase(context.session.tally, context.session.chosen))


def split(context: Context) -> None:
    """Ask into how many parts, and divide the zone that is picked into parts of the same load."""
    tally, row = context.session.tally, _one(context)
    most = max(2, len(tally.members(row)))
    title = Text("Divide {zone} into how many parts?", {"zone": _zone(context, row).zone_id})
    parts = context.ui.ask_number(title, 2, 2, most)
    if parts is None:
        return

    work_out(context, Text("Dividing the zone"), lambda tally, _: gestures.split_into(tally, row, parts))


def merge(context: Context) -> None:
    """Unite the zones of the chosen units."""
    propose(context, gestures.merge_zones(context.session.tally, _rows(context)))


def remove(context: Context) -> None:
    """Take the zone that is picked away; its ground is then in none."""
    propose(context, gestures.remove_zone(context.session.tally, _one(context)))


def hand_pocket(context: Context) -> None:
    """Give the cut-off piece that is picked to the neighbour most around it; without one, all of the zone."""
    session, pick = context.session, context.session.selection
    if pick is not None and pick.layer == "unit":
        propose(context, gestures.hand_pocket(session.tally, pick.row), whole=False)
        return
    pieces = gestures.pockets(session.tally, _one(context))
    if not pieces:
        context.ui.hint(Text("This zone lies in one piece already."))
        return
    title = Text("Hand over the pieces cut off")
    told: list[Text] = []
    session.begin(title)
    for piece in pieces:
        proposal = gestures.hand_pocket(session.tally, int(piece[0]))
        session.extend(proposal.edit)
        told += proposal.told
    session.commit()
    context.ui.hint(*told)


def rename(context: Context) -> None:
    """Ask for a name, and give it to the zone that is picked."""
    row = _one(context)
    zone = _zone(context, row)
    name = context.ui.ask_text(Text("Name of zone {zone}", {"zone": zone.zone_id}), zone.name)
    if name is not None:
        propose(context, gestures.rename(context.session.tally, row, name))


def renumber(context: Context) -> None:
    """Ask for a number, and give it to the zone that is picked."""
    row = _one(context)
    code = _zone(context, row).zone_id
    wanted = context.ui.ask_text(Text("New number of zone {zone}", {"zone": code}), code)
    if wanted is not None:
        propose(context, gestures.renumber(context.session.tally, row, wanted))


def renumber_all(context: Context) -> None:
    """Number all zones anew from west to east."""
    work_out(context, Text("Number all zones anew"), lambda tally, _: gestures.renumber_all(tally))


def recolour(context: Context) -> None:
    """Ask for a colour, and give it to the zones of the chosen units, or to the one that is picked."""
    rows = _rows(context)
    colour = context.ui.ask_colour(Text("Colour of the zones"), _zone(context, rows[0]).colour)
    if colour is not None:
        propose(context, gestures.recolour(context.session.tally, rows, colour))


def give_to_operator(context: Context) -> None:
    """Ask for an operator, and give him the zones of the chosen units, or the one that is picked."""
    rows, known = _rows(context), context.session.tally.operators
    if known is None or not len(known):
        raise UserError("There are no operators: add a table of operators to the folder.")
    names = [f"{o} {n}" for o, n in zip(known["operator_id"], known["name"], strict=True)]
    codes = known["operator_id"].tolist()
    held = _zone(context, rows[0]).oper
    at = context.ui.ask_one(Text("Which operator?"), names, codes.index(held) if held in codes else 0)
    if at is not None:
        propose(context, gestures.give(context.session.tally, rows, codes[at]))


def lock(context: Context, locked: bool) -> None:
    """Lock or unlock the zones of the chosen units, or the one that is picked."""
    propose(context, gestures.lock_zones(context.session.tally, _rows(context), locked))


def lock_chosen(context: Context, locked: bool) -> None:
    """Lock or unlock the chosen units, or the one that is picked."""
    session, pick = context.session, context.session.selection
    picked = [pick.row] if pick is not None and pick.layer == "unit" else []
    units = session.chosen if len(session.chosen) else picked
    propose(context, gestures.lock_units(session.tally, units, locked))


def lock_all(context: Context, locked: bool) -> None:
    """Lock all zones; or unlock all zones and units."""
    propose(context, gestures.lock_all(context.session.tally, locked))


def _one(context: Context) -> int:
    row = zone_in_hand(context)
    if row == NOBODY:
        raise UserError("Pick a zone first: click into it, or on its row in the table.")
    return row


def _rows(context: Context) -> list[int]:
    """Return the rows of the zones that the chosen units are in; without any, the one that is picked."""
    rows = np.unique(context.session.tally.zone[context.session.chosen])
    return rows[rows != NOBODY].tolist() or [_one(context)]


def _zone(context: Context, row: int) -> Zone:
    zone = context.session.tally.zones[row]
    assert zone is not None  # only rows of zones that there are come here
    return zone
