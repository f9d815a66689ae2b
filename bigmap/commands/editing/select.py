"""Choosing units from menus and keys; shapes drawn on the map choose by `bigmap.commands.editing.draw`."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.commands.context import Context
from bigmap.commands.editing.draw import zone_in_hand
from bigmap.core.editing import selection
from bigmap.core.editing.query import query_units
from bigmap.core.editing.selection import Combine
from bigmap.core.planning.assignment import NOBODY


def by_question(desk: Context) -> None:
    """Ask for an expression, and choose the units for which it holds."""
    title = Text("Choose units where, e.g. hh > 300 and kind == 'estate'")
    question = desk.ui.ask_text(title, "")
    if question is not None and question.strip():
        choose_where(desk, question)


def choose_where(desk: Context, question: str, how: Combine = "new") -> None:
    """Choose the units for which an expression holds (`query`), over columns of units and of their zones."""
    tally = desk.session.tally
    held = [tally.zones[row] if row != NOBODY else None for row in range(-1, len(tally.zones))]
    codes = np.array([zone.zone_id if zone else "" for zone in held], dtype=object)
    opers = np.array([zone.oper or "" if zone else "" for zone in held], dtype=object)
    frame = tally.terrain.units.frame.assign(
        zone_id=codes[tally.zone + 1], oper=opers[tally.zone + 1], locked=tally.locked
    )
    rows = list(desk.session.live.zones.values())
    found = query_units(frame, question, pd.DataFrame(rows, index=[row["zone_id"] for row in rows]))
    desk.session.choose(found, how)
    desk.ui.hint(Text("{n} units chosen", {"n": len(desk.session.chosen)}))


def grow(desk: Context) -> None:
    """Choose the neighbours of the chosen units too."""
    desk.session.choose(selection.grow(desk.session.tally.terrain, desk.session.chosen))


def shrink(desk: Context) -> None:
    """Choose no longer the units at the rim of those chosen."""
    desk.session.choose(selection.shrink(desk.session.tally.terrain, desk.session.chosen))


def invert(desk: Context) -> None:
    """Choose all other units."""
    desk.session.choose(selection.invert(desk.session.tally.terrain, desk.session.chosen))


def nothing(desk: Context) -> None:
    """Choose no unit."""
    desk.session.choose([])


def zones(desk: Context) -> None:
    """Choose all units of the zones that the chosen units are in; without any, of the zone that is picked."""
    tally = desk.session.tally
    rows = np.unique(tally.zone[desk.session.chosen]).tolist() or [zone_in_hand(desk)]
    if rows == [NOBODY] and not len(desk.session.chosen):
        raise UserError("Pick a zone first: click into it, or on its row in the table.")
    desk.session.choose(selection.in_zones(tally.zone, rows))


def unassigned(desk: Context) -> None:
    """Choose all ground without a zone."""
    found = desk.session.tally.members(NOBODY)
    desk.session.choose(found)
    if not len(found):
        desk.ui.hint(Text("All ground has a zone."))


def alike(desk: Context, column: str) -> None:
    """Choose all units that say the same in a column (community, street, kind) as those chosen or picked."""
    terrain, pick = desk.session.tally.terrain, desk.session.selection
    rows = desk.session.chosen
    if not len(rows) and pick is not None and pick.layer == "unit":
        rows = np.array([pick.row])
    if column not in terrain.units.frame:
        raise UserError("The units have no streets: add a layer of them to the folder.")
    said = [value for value in terrain.units.frame[column].iloc[rows].unique() if value]
    if not said:
        raise UserError("Choose a unit first that says which one.")
    desk.session.choose(selection.alike(terrain, column, said))
