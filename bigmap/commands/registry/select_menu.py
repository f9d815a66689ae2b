"""Menu Choose: which units the next command is for."""

from __future__ import annotations

from functools import partial

from bigmap.commands.editing import select
from bigmap.commands.registry.command import CHOSEN, OWN, Command, Menu
from bigmap.commands.registry.tool_menu import CHOOSING_TOOLS

_MENU = Menu.CHOOSE
_COMMUNITY, _STREET, _KIND, _NAME = (
    partial(select.alike, column=name) for name in ("comm", "street", "kind", "name")
)

_ALIKE = "&All of the same…"

CHOOSE = (
    *CHOOSING_TOOLS,
    Command("choose_where", "By a &question…", select.by_question, _MENU, 1, "Ctrl+F", when=OWN),
    Command("choose_zones", "All of the &zone", select.zones, _MENU, 1, "Ctrl+L", when=OWN, within=_ALIKE),
    Command("choose_community", "All of the &community", _COMMUNITY, _MENU, 1, when=OWN, within=_ALIKE),
    Command("choose_street", "All of the &street", _STREET, _MENU, 1, when=OWN, within=_ALIKE),
    Command("choose_kind", "All of the same &kind", _KIND, _MENU, 1, when=OWN, within=_ALIKE),
    Command("choose_name", "All of the same na&me", _NAME, _MENU, 1, "Ctrl+Shift+M", when=OWN, within=_ALIKE),
    Command("choose_bare", "All &ground without a zone", select.unassigned, _MENU, 1, when=OWN),
    Command("grow", "With the &neighbours", select.grow, _MENU, 2, "Ctrl+.", when=CHOSEN),
    Command("shrink", "Without the &rim", select.shrink, _MENU, 2, "Ctrl+,", when=CHOSEN),
    Command("invert", "All &others", select.invert, _MENU, 2, "Ctrl+Shift+N", when=OWN),
    Command("choose_nothing", "Nothin&g", select.nothing, _MENU, 2, "Ctrl+Shift+A", when=CHOSEN),
)
