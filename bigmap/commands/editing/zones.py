"""What can be done to zones and to chosen units from menus, tables and keys."""

from __future__ import annotations

import numpy as np

from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.commands.context import Context
from bigmap.commands.editing.draw import propose, work_out, zone_in_hand
from bigmap.core.editing import gestures
from bigmap.core.planning.assignment import NOBODY, Zone


def new_zone(desk: Context) -> None:
    """Make a zone of the chosen units."""
    propose(desk, gestures.new_zone(desk.session.tally, desk.session.chosen))


def give_chosen(desk: Context) -> None:
    """Give the chosen units to the zone that is picked or painted with."""
    propose(desk, gestures.paint(desk.session.tally, desk.session.chosen, _one(desk)))


def erase_chosen(desk: Context) -> None:
    """Take the chosen units out of their zones."""
    propose(desk, gestures.erase(desk.session.tally, desk.session.chosen))


def split(desk: Context) -> None:
    """Ask into how many parts, and divide the zone that is picked into parts of the same load."""
    tally, row = desk.session.tally, _one(desk)
    most = max(2, len(tally.members(row)))
    title = Text("Divide {zone} into how many parts?", {"zone": _zone(desk, row).zone_id})
    parts = desk.ui.ask_number(title, 2, 2, most)
    if parts is None:
        return

    work_out(desk, Text("Dividing the zone"), lambda tally, _: gestures.split_into(tally, row, parts))


def merge(desk: Context) -> None:
    """Unite the zones of the chosen units."""
    propose(desk, gestures.merge_zones(desk.session.tally, _rows(desk)))


def remove(desk: Context) -> None:
    """Take the zone that is picked away; its ground is then in none."""
    propose(desk, gestures.remove_zone(desk.session.tally, _one(desk)))


def hand_pocket(desk: Context) -> None:
    """Give the cut-off piece that is picked to the neighbour most around it; without one, all of the zone."""
    session, pick = desk.session, desk.session.selection
    if pick is not None and pick.layer == "unit":
        propose(desk, gestures.hand_pocket(session.tally, pick.row), whole=False)
        return
    pieces = gestures.pockets(session.tally, _one(desk))
    if not pieces:
        desk.ui.hint(Text("This zone lies in one piece already."))
        return
    title = Text("Hand over the pieces cut off")
    told: list[Text] = []
    session.begin(title)
    for piece in pieces:
        proposal = gestures.hand_pocket(session.tally, int(piece[0]))
        session.extend(proposal.edit)
        told += proposal.told
    session.commit()
    desk.ui.hint(*told)


def rename(desk: Context) -> None:
    """Ask for a name, and give it to the zone that is picked."""
    row = _one(desk)
    zone = _zone(desk, row)
    name = desk.ui.ask_text(Text("Name of zone {zone}", {"zone": zone.zone_id}), zone.name)
    if name is not None:
        propose(desk, gestures.rename(desk.session.tally, row, name))


def renumber(desk: Context) -> None:
    """Ask for a number, and give it to the zone that is picked."""
    row = _one(desk)
    code = _zone(desk, row).zone_id
    wanted = desk.ui.ask_text(Text("New number of zone {zone}", {"zone": code}), code)
    if wanted is not None:
        propose(desk, gestures.renumber(desk.session.tally, row, wanted))


def renumber_all(desk: Context) -> None:
    """Number all zones anew from west to east."""
    work_out(desk, Text("Number all zones anew"), lambda tally, _: gestures.renumber_all(tally))


def recolour(desk: Context) -> None:
    """Ask for a colour, and give it to the zones of the chosen units, or to the one that is picked."""
    rows = _rows(desk)
    colour = desk.ui.ask_colour(Text("Colour of the zones"), _zone(desk, rows[0]).colour)
    if colour is not None:
        propose(desk, gestures.recolour(desk.session.tally, rows, colour))


def give_to_operator(desk: Context) -> None:
    """Ask for an operator, and give him the zones of the chosen units, or the one that is picked."""
    rows, known = _rows(desk), desk.session.tally.operators
    if known is None or not len(known):
        raise UserError("There are no operators: add a table of operators to the folder.")
    names = [f"{o} {n}" for o, n in zip(known["operator_id"], known["name"], strict=True)]
    codes = known["operator_id"].tolist()
    held = _zone(desk, rows[0]).oper
    at = desk.ui.ask_one(Text("Which operator?"), names, codes.index(held) if held in codes else 0)
    if at is not None:
        propose(desk, gestures.give(desk.session.tally, rows, codes[at]))


def lock(desk: Context, locked: bool) -> None:
    """Lock or unlock the zones of the chosen units, or the one that is picked."""
    propose(desk, gestures.lock_zones(desk.session.tally, _rows(desk), locked))


def lock_chosen(desk: Context, locked: bool) -> None:
    """Lock or unlock the chosen units, or the one that is picked."""
    session, pick = desk.session, desk.session.selection
    picked = [pick.row] if pick is not None and pick.layer == "unit" else []
    units = session.chosen if len(session.chosen) else picked
    propose(desk, gestures.lock_units(session.tally, units, locked))


def lock_all(desk: Context, locked: bool) -> None:
    """Lock all zones; or unlock all zones and units."""
    propose(desk, gestures.lock_all(desk.session.tally, locked))


def _one(desk: Context) -> int:
    row = zone_in_hand(desk)
    if row == NOBODY:
        raise UserError("Pick a zone first: click into it, or on its row in the table.")
    return row


def _rows(desk: Context) -> list[int]:
    """Return the rows of the zones that the chosen units are in; without any, the one that is picked."""
    rows = np.unique(desk.session.tally.zone[desk.session.chosen])
    return rows[rows != NOBODY].tolist() or [_one(desk)]


def _zone(desk: Context, row: int) -> Zone:
    zone = desk.session.tally.zones[row]
    assert zone is not None  # only rows of zones that there are come here
    return zone
