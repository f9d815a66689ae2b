"""All commands, as data: menus, toolbars, shortcuts, palette and sheet of keys are built from this table."""

from __future__ import annotations

from dataclasses import replace

from bigmap.base.i18n import current
from bigmap.commands.context import Context
from bigmap.commands.registry.command import WHY, Command, Menu
from bigmap.commands.registry.edit_menu import EDIT
from bigmap.commands.registry.file_menu import FILE
from bigmap.commands.registry.plan_menu import PLANNING
from bigmap.commands.registry.select_menu import CHOOSE
from bigmap.commands.registry.view_help_menus import HELP, VIEW
from bigmap.commands.registry.zones_menu import ZONES

__all__ = ["COMMANDS", "WHY", "Command", "Menu", "command", "facts_of"]

_HASTY = (
    "open_folder",
    "open_files",
    "import",
    "open_sample",
    "write_problems",
    "quit",
    "end_check",
    "cancel",
)
_WHOLE = {c.id for c in (*FILE, *PLANNING)} - set(_HASTY)
_TABLE = (*FILE, *EDIT, *CHOOSE, *ZONES, *PLANNING, *VIEW, *HELP)

COMMANDS = tuple(replace(c, whole=c.id in _WHOLE) for c in _TABLE)


def facts_of(context: Context) -> frozenset[str]:
    """Return all facts that commands ask for."""
    return context.session.facts() | {f"lang_{current()}"}


def command(name: str) -> Command:
    """Return the command with this id."""
    return next(c for c in COMMANDS if c.id == name)
