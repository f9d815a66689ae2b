"""Menu Edit: taking back, the tools that change a plan, and the rule they keep to."""

from __future__ import annotations

from functools import partial

from bigmap.commands.documents import history, open_document
from bigmap.commands.editing import draw
from bigmap.commands.registry.command import OWN, PLAN, Command, Menu
from bigmap.commands.registry.tool_menu import CHANGING_TOOLS, RULES

_LARGER, _SMALLER = (partial(draw.resize_brush, factor=factor) for factor in (1.25, 0.8))

EDIT = (
    Command("undo", "&Undo", history.undo, Menu.EDIT, 0, "Ctrl+Z", "undo", when=(*PLAN, "undoable")),
    Command("redo", "&Redo", history.redo, Menu.EDIT, 0, "Ctrl+Shift+Z", "redo", when=(*PLAN, "redoable")),
    Command("escape", "&Give up", draw.escape, Menu.EDIT, 0, "Esc", when=(*OWN, "something_held")),
    Command("reread", "How layers are &read…", open_document.reread, Menu.EDIT, 1, "Ctrl+Shift+I", when=OWN),
    *CHANGING_TOOLS,
    Command("pipette", "Paint &with this zone", draw.paint_with_picked, Menu.EDIT, 3, "I", when=OWN),
    Command("brush_larger", "Lar&ger brush", _LARGER, Menu.EDIT, 3, "]", when=OWN),
    Command("brush_smaller", "S&maller brush", _SMALLER, Menu.EDIT, 3, "[", when=OWN),
    *RULES,
)
