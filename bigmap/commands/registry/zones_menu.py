"""Menu Zones: what is done to zones and to the chosen units."""

from __future__ import annotations

from functools import partial

from bigmap.commands.editing import zones
from bigmap.commands.registry.command import CHOSEN, OWN, Command, Menu

_MENU = Menu.ZONES
_MERGE = "&Merge the zones of the chosen units"
_NAMING, _LOCKS = "Na&me, number, colour", "&Lock"
_UNITS = (*OWN, "units_at_hand")
_LOCK, _UNLOCK = (partial(zones.lock, locked=locked) for locked in (True, False))
_LOCK_CHOSEN, _UNLOCK_CHOSEN = (partial(zones.lock_chosen, locked=locked) for locked in (True, False))
_LOCK_ALL, _UNLOCK_ALL = (partial(zones.lock_all, locked=locked) for locked in (True, False))

ZONES = (
    Command("new_zone", "&New zone of the chosen units", zones.new_zone, _MENU, 0, "Ctrl+N", when=CHOSEN),
    Command(
        "give_chosen",
        "&Give the chosen units to the zone",
        zones.give_chosen,
        _MENU,
        0,
        "Ctrl+Return",
        when=CHOSEN,
    ),
    Command("erase_chosen", "Take the chosen units &out", zones.erase_chosen, _MENU, 0, "Del", when=CHOSEN),
    Command("split", "&Divide into parts…", zones.split, _MENU, 1, "Ctrl+D", when=OWN),
    Command("merge", _MERGE, zones.merge, _MENU, 1, "Ctrl+M", when=CHOSEN),
    Command("hand_pocket", "&Hand over what is cut off", zones.hand_pocket, _MENU, 1, "Ctrl+H", when=OWN),
    Command("remove_zone", "&Remove the zone", zones.remove, _MENU, 1, "Ctrl+Del", when=OWN),
    Command("rename", "Re&name…", zones.rename, _MENU, 2, "F2", when=OWN, within=_NAMING),
    Command("renumber", "Change the n&umber…", zones.renumber, _MENU, 2, when=OWN, within=_NAMING),
    Command("renumber_all", "Number &all anew", zones.renumber_all, _MENU, 2, when=OWN, within=_NAMING),
    Command("recolour", "&Colour…", zones.recolour, _MENU, 2, when=OWN, within=_NAMING),
    Command("to_operator", "Give to an o&perator…", zones.give_to_operator, _MENU, 2, when=OWN),
    Command("lock", "&Lock zones", _LOCK, _MENU, 3, "Ctrl+Shift+L", when=OWN, within=_LOCKS),
    Command("unlock", "&Unlock zones", _UNLOCK, _MENU, 3, "Ctrl+Shift+U", when=OWN, within=_LOCKS),
    Command("lock_chosen", "Lock the chosen units", _LOCK_CHOSEN, _MENU, 3, when=_UNITS, within=_LOCKS),
    Command("unlock_chosen", "Unlock the chosen units", _UNLOCK_CHOSEN, _MENU, 3, when=_UNITS, within=_LOCKS),
    Command("lock_all", "Lock all zones", _LOCK_ALL, _MENU, 3, when=OWN, within=_LOCKS),
    Command("unlock_all", "Unlock everything", _UNLOCK_ALL, _MENU, 3, when=OWN, within=_LOCKS),
)
