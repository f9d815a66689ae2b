"""Menus View and Help: how the plan and the window are looked at."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from bigmap.commands.context import Context, List
from bigmap.commands.registry.command import Command, Menu
from bigmap.commands.registry.tool_menu import MEASURING_TOOLS
from bigmap.commands.viewing import basemaps, view
from bigmap.session.session import Colouring, Panel, Theme

_COLOURINGS: tuple[tuple[Colouring, str, str, tuple[str, ...]], ...] = (
    ("zone", "Colour by &zone", "By zone", ()),
    ("operator", "Colour by &operator", "By operator", ()),
    ("kind", "Colour by &kind", "By kind", ()),
    ("phase", "Colour by &phase", "", ("phases",)),
    ("load", "Colour by &load per hectare", "", ()),
    ("balance", "Colour by &balance of load", "", ("own_zones",)),
)
_CLASSINGS = (
    ("quantile", "Classes of equal &count"),
    ("equal", "Classes of equal &width"),
    ("natural", "&Natural breaks"),
)
_BASEMAPS: tuple[tuple[str, str, Callable[[Context], None]], ...] = (
    ("none", "No &basemap", basemaps.none),
    ("file", "Picture &file as basemap (MBTiles, GeoTIFF)…", basemaps.file),
    ("gcj_file", "Picture file in GC&J-02 as basemap…", partial(basemaps.file, gcj=True)),
    ("tianditu", "&Tianditu as basemap…", basemaps.sky_map),
    ("osm", "Open&StreetMap as basemap", basemaps.osm),
)
_THEMES: tuple[tuple[Theme, str], ...] = (
    ("system", "Light or dark as the &system"),
    ("light", "&Light"),
    ("dark", "&Dark"),
)

_STEPS: tuple[tuple[str, str, List, int, str], ...] = (
    ("next_gap", "&Next gap", "gaps", 1, "F8"),
    ("previous_gap", "Previous gap", "gaps", -1, "Shift+F8"),
    ("next_problem", "Next problem", "problems", 1, "F7"),
    ("previous_problem", "Previous problem", "problems", -1, "Shift+F7"),
)

_PANELS: tuple[tuple[Panel, str, str], ...] = (
    ("layers", "&Layers and problems", "F9"),
    ("tables", "&Figures and tables", "Shift+F9"),
    ("attributes", "&Attributes", ""),
)
_COLOURS = "&Colour"

VIEW = (
    Command("fit", "Whole &area", view.zoom_to_all, Menu.VIEW, 0, "Ctrl+0", "fit", when=("plan",)),
    Command("go_to", "&Go to…", view.go_to, Menu.VIEW, 0, "Ctrl+G", when=("plan",)),
    *(
        Command(
            f"by_{name}",
            title,
            partial(view.colour_by, colouring=name),
            Menu.VIEW,
            1,
            f"Ctrl+{number}",
            f"by_{name}" if short else "",
            short,
            ("plan", *when),
            on=f"by_{name}",
            within=_COLOURS,
        )
        for number, (name, title, short, when) in enumerate(_COLOURINGS, start=1)
    ),
    *(
        Command(
            f"classed_{name}",
            title,
            partial(view.class_by, method=name),
            Menu.VIEW,
            2,
            when=("plan",),
            on=f"classed_{name}",
            within=_COLOURS,
        )
        for name, title in _CLASSINGS
    ),
    Command(
        "second_map",
        "Com&pare with another state",
        view.second_map,
        Menu.VIEW,
        3,
        "Ctrl+Shift+D",
        when=("plan", "comparable"),
        on="comparing",
    ),
    *MEASURING_TOOLS,
    *(
        Command(
            f"base_{name}", title, run, Menu.VIEW, 4, when=("plan",), on=f"base_{name}", within="&Basemap"
        )
        for name, title, run in _BASEMAPS
    ),
    *(
        Command(
            name,
            title,
            partial(view.step, through=through, by=by),
            Menu.VIEW,
            7,
            keys,
            when=("plan",),
            within="Gaps and pro&blems",
        )
        for name, title, through, by, keys in _STEPS
    ),
    *(
        Command(
            f"panel_{name}",
            title,
            partial(view.fold, panel=name),
            Menu.VIEW,
            8,
            keys,
            on=f"shown-{name}",
            within="&Panels",
        )
        for name, title, keys in _PANELS
    ),
    *(
        Command(
            f"theme_{name}",
            title,
            partial(view.set_theme, theme=name),
            Menu.VIEW,
            8,
            on=f"theme_{name}",
            within="Appeara&nce",
        )
        for name, title in _THEMES
    ),
    *(
        Command(
            lang,
            title,
            partial(view.set_language, lang=lang),
            Menu.VIEW,
            8,
            on=f"lang_{lang}",
            within="&Language",
        )
        for lang, title in (("zh", "中文"), ("en", "English"))
    ),
)

HELP = (
    Command("palette", "&Find a command…", view.palette, Menu.HELP, 0, "Ctrl+Shift+P"),
    Command("keys", "&Keys of all commands", view.keys, Menu.HELP, 0, "F1"),
    Command("about", "&About bigmap", view.about, Menu.HELP, 1),
)
