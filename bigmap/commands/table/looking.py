"""Menus View and Help: how the plan and the window are looked at."""

from __future__ import annotations

from functools import partial

from bigmap.commands import view
from bigmap.commands.table.model import Command, Menu
from bigmap.session.document import Colouring, Theme

_COLOURINGS: tuple[tuple[Colouring, str, str], ...] = (
    ("zone", "Colour by &zone", "By zone"),
    ("operator", "Colour by &operator", "By operator"),
    ("kind", "Colour by &kind", "By kind"),
)
_THEMES: tuple[tuple[Theme, str], ...] = (
    ("system", "Light or dark as the &system"),
    ("light", "&Light"),
    ("dark", "&Dark"),
)

VIEW = (
    Command("fit", "Whole &area", view.zoom_to_all, Menu.VIEW, 0, "Ctrl+0", "fit", when=("plan",)),
    *(
        Command(
            f"by_{name}",
            title,
            partial(view.colour_by, colouring=name),
            Menu.VIEW,
            1,
            f"Ctrl+{number}",
            f"by_{name}",
            short,
            ("plan",),
            on=f"by_{name}",
        )
        for number, (name, title, short) in enumerate(_COLOURINGS, start=1)
    ),
    *(
        Command(f"theme_{name}", title, partial(view.wear, theme=name), Menu.VIEW, 8, on=f"theme_{name}")
        for name, title in _THEMES
    ),
    Command("zh", "中文", partial(view.speak, lang="zh"), Menu.VIEW, 9, on="lang_zh"),
    Command("en", "English", partial(view.speak, lang="en"), Menu.VIEW, 9, on="lang_en"),
)

HELP = (
    Command("palette", "&Find a command…", view.palette, Menu.HELP, 0, "Ctrl+Shift+P"),
    Command("keys", "&Keys of all commands", view.keys, Menu.HELP, 0, "F1"),
    Command("about", "&About bigmap", view.about, Menu.HELP, 1),
)
