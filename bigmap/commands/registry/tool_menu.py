"""The tools of the map and the rule they keep to: of each set one holds."""

from __future__ import annotations

from functools import partial

from bigmap.commands.editing import draw
from bigmap.commands.registry.command import OWN, Command, Menu
from bigmap.core.editing.gestures import Rule
from bigmap.session.tool import CHOOSING, Tool

_TOOLS: tuple[tuple[Tool, str, str], ...] = (
    ("look", "&Look and pick", "V"),
    ("box", "Choose by &box", "R"),
    ("lasso", "Choose by &lasso", "L"),
    ("along", "Choose along a l&ine", "K"),
    ("paint", "&Brush", "B"),
    ("bucket", "&Fill ground without a zone", "G"),
    ("erase", "&Eraser", "E"),
    ("draw", "&Draw a new zone", "N"),
    ("cut", "Divide a &zone by a line", "C"),
    ("border", "Drag a b&order", "M"),
    ("lock", "Loc&k and unlock", "P"),
)

_MEASURES: tuple[tuple[Tool, str, str], ...] = (
    ("measure_length", "Measure a &distance", "D"),
    ("measure_area", "Measure an a&rea", "A"),
)

_RULES: tuple[tuple[Rule, str], ...] = (
    ("refuse", "&Refuse what breaks a zone"),
    ("warn", "&Allow zones in several pieces"),
    ("mend", "&Complete what breaks a zone"),
)


def _tools(menu: Menu, group: int) -> tuple[Command, ...]:
    return tuple(
        Command(
            f"tool_{tool}",
            title,
            partial(draw.take_tool, tool=tool),
            menu,
            group,
            key,
            f"tool_{tool}",
            when=OWN,
            on=f"tool_{tool}",
            within="" if menu == Menu.CHOOSE else "&Tools",
        )
        for tool, title, key in _TOOLS
        if (tool in CHOOSING) == (menu == Menu.CHOOSE)
    )


MEASURING_TOOLS = tuple(
    Command(
        tool,
        title,
        partial(draw.take_tool, tool=tool),
        Menu.VIEW,
        3,
        keys,
        tool,
        when=("plan",),
        on=f"tool_{tool}",
    )
    for tool, title, keys in _MEASURES
)
CHANGING_TOOLS = _tools(Menu.EDIT, 2)
CHOOSING_TOOLS = _tools(Menu.CHOOSE, 0)
RULES = tuple(
    Command(
        f"rule_{rule}",
        title,
        partial(draw.set_rule, rule=rule),
        Menu.EDIT,
        4,
        on=f"rule_{rule}",
        within="If a &zone would fall apart",
    )
    for rule, title in _RULES
)
