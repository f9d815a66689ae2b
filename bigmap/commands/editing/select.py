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


def by_question(context: Context) -> None:
    """Ask for an expression, and choose the units for which it holds."""
    title = Text("Choose units where, e.g. hh > 300 and kind == 'estate'")
    question = context.ui.ask_text(title, "")
    if question is not None and question.strip():
        choose_where(context, question)


def choose_where(context: Context, question: str, how: Combine = "new") -> None:
    """Choose the units for which an expression holds (`query`), over columns of units and of their zones."""
    tally = context.session.tally
    held = [tally.zones[row] if row != NOBODY else None for row in range(-1, len(tally.zones))]
    codes = np.array([zone.zone_id if zone else "" for zone in held], dtype=object)
    opers = np.array([zone.oper or "" if zone else "" for zone in held], dtype=object)
    frame = tally.unit_index.units.frame.assign(
        zone_id=codes[tally.zone + 1], oper=opers[tally.zone + 1], locked=tally.locked
    )
    rows = list(context.session.live.zones.values())
    found = query_units(frame, question, pd.DataFrame(rows, index=[row["zone_id"] for row in rows]))
    context.session.choose(found, how)
    context.ui.hint(Text("{n} units chosen", {"n": len(context.session.chosen)}))


def grow(context: Context) -> None:
    """Choose the neighbours of the chosen units too."""
    context.session.choose(selection.grow(context.session.tally.unit_index, context.session.chosen))


def shrink(context: Context) -> None:
    """Choose no longer the units at the rim of those chosen."""
    context.session.choose(selection.shrink(context.session.tally.unit_index, context.session.chosen))


def invert(context: Context) -> None:
    """Choose all other units."""
    context.session.choose(selection.invert(context.session.tally.unit_index, context.session.chosen))


def nothing(context: Context) -> None:
    """Choose no unit."""
    context.session.choose([])


def zones(context: Context) -> None:
    """Choose all units of the zones that the chosen units are in; without any, of the zone that is picked."""
    tally = context.session.tally
    rows = np.unique(tally.zone[context.session.chosen]).tolist() or [zone_in_hand(context)]
    if rows == [NOBODY] and not len(context.session.chosen):
        raise UserError("Pick a zone first: click into it, or on its row in the table.")
    context.session.choose(selection.in_zones(tally.zone, rows))


def unassigned(context: Context) -> None:
    """Choose all ground without a zone."""
    found = context.session.tally.members(NOBODY)
    context.session.choose(found)
    if not len(found):
        context.ui.hint(Text("All ground has a zone."))


def alike(context: Context, column: str) -> None:
    """Choose all units that say the same in a column (community, street, kind) as those chosen or picked."""
    unit_index, pick = context.session.tally.unit_index, context.session.selection
    rows = context.session.chosen
    if not len(rows) and pick is not None and pick.layer == "unit":
        rows = np.array([pick.row])
    if column not in unit_index.units.frame:
        raise UserError("The units have no streets: add a layer of them to the folder.")
    said = [value for value in unit_index.units.frame[column].iloc[rows].unique() if value]
    if not said:
        raise UserError("Choose a unit first that says which one.")
    context.session.choose(selection.alike(unit_index, column, said))
