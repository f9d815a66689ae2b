"""All commands, as data: menus, toolbar and shortcuts are built from this table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from bigmap.base.i18n import current
from bigmap.commands import (
    basemaps,
    choose,
    draw,
    economy,
    files,
    gaps,
    imports,
    output,
    repairs,
    view,
    zones,
    zoning,
)
from bigmap.commands.desk import Desk
from bigmap.core.gestures import Rule
from bigmap.session.document import Colouring
from bigmap.session.hand import Tool


class Menu(StrEnum):
    """The menus, in their order; the value is the English title."""

    FILE = "&File"
    EDIT = "&Edit"
    CHOOSE = "&Choose"
    ZONES = "&Zones"
    PLAN = "&Plan"
    VIEW = "&View"
    HELP = "&Help"


@dataclass(frozen=True)
class Command:
    """One thing a user can do.

    Attributes
    ----------
    id : str
        Stable name.
    title : str
        English template of the menu entry.
    run : callable
        Called with the `Desk`.
    menu : Menu
    group : int
        Commands of one menu are separated where the group changes.
    shortcut : str
        A standard key of Qt ('Open') or a sequence ('Ctrl+Shift+O'); empty for none.
    icon : str
        Name of a file in ``resources/icons``; a command with an icon is on the toolbar.
    short : str
        English template of the toolbar text, the title if empty.
    when : tuple of str
        Facts (`bigmap.session.document.Session.facts`) that must hold.
    on : str
        Fact that shows the command as chosen; empty for a command that is no choice.
    """

    id: str
    title: str
    run: Callable[[Desk], None]
    menu: Menu
    group: int = 0
    shortcut: str = ""
    icon: str = ""
    short: str = ""
    when: tuple[str, ...] = ()
    on: str = ""

    def enabled(self, facts: frozenset[str]) -> bool:
        """Return whether all facts hold that the command needs."""
        return facts.issuperset(self.when)


_PLAN = ("idle", "plan")
_OWN = ("idle", "own_zones")

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
_BASEMAPS: tuple[tuple[str, str, Callable[[Desk], None]], ...] = (
    ("none", "No &basemap", basemaps.none),
    ("file", "MB&Tiles file as basemap…", basemaps.file),
    ("gcj_file", "MBTiles file in GC&J-02 as basemap…", partial(basemaps.file, gcj=True)),
    ("tianditu", "&Tianditu as basemap…", basemaps.sky_map),
    ("osm", "Open&StreetMap as basemap", basemaps.osm),
)

_CHOSEN = (*_OWN, "chosen")

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
)
_MEASURES: tuple[tuple[Tool, str, str], ...] = (
    ("measure_length", "Measure a &distance", "D"),
    ("measure_area", "Measure an a&rea", "A"),
)
_CHOOSES = ("box", "lasso", "along")

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
            when=_OWN,
            on=f"tool_{tool}",
        )
        for tool, title, key in _TOOLS
        if (tool in _CHOOSES) == (menu == Menu.CHOOSE)
    )


EDITING = (
    Command("escape", "&Give up", draw.escape, Menu.EDIT, 0, "Esc", when=(*_OWN, "something_held")),
    *_tools(Menu.EDIT, 2),
    Command("pipette", "Paint &with this zone", draw.paint_with_picked, Menu.EDIT, 3, "I", when=_OWN),
    Command(
        "brush_larger", "Lar&ger brush", partial(draw.resize_brush, factor=1.25), Menu.EDIT, 3, "]", when=_OWN
    ),
    Command(
        "brush_smaller",
        "S&maller brush",
        partial(draw.resize_brush, factor=0.8),
        Menu.EDIT,
        3,
        "[",
        when=_OWN,
    ),
    *(
        Command(f"rule_{rule}", title, partial(draw.set_rule, rule=rule), Menu.EDIT, 4, on=f"rule_{rule}")
        for rule, title in _RULES
    ),
    *_tools(Menu.CHOOSE, 0),
    Command("choose_where", "By a &question…", choose.by_question, Menu.CHOOSE, 1, "Ctrl+F", when=_OWN),
    Command("choose_zones", "All of the &zone", choose.zones, Menu.CHOOSE, 1, "Ctrl+L", when=_OWN),
    Command(
        "choose_community",
        "All of the &community",
        partial(choose.alike, column="comm"),
        Menu.CHOOSE,
        1,
        when=_OWN,
    ),
    Command(
        "choose_street",
        "All of the &street",
        partial(choose.alike, column="street"),
        Menu.CHOOSE,
        1,
        when=_OWN,
    ),
    Command(
        "choose_kind",
        "All of the same &kind",
        partial(choose.alike, column="kind"),
        Menu.CHOOSE,
        1,
        when=_OWN,
    ),
    Command("choose_bare", "All &ground without a zone", choose.unassigned, Menu.CHOOSE, 1, when=_OWN),
    Command("grow", "With the &neighbours", choose.grow, Menu.CHOOSE, 2, "Ctrl+.", when=_CHOSEN),
    Command("shrink", "Without the &rim", choose.shrink, Menu.CHOOSE, 2, "Ctrl+,", when=_CHOSEN),
    Command("invert", "All &others", choose.invert, Menu.CHOOSE, 2, "Ctrl+Shift+N", when=_OWN),
    Command("choose_nothing", "Nothin&g", choose.nothing, Menu.CHOOSE, 2, "Ctrl+Shift+A", when=_CHOSEN),
    Command(
        "new_zone", "&New zone of the chosen units", zones.new_zone, Menu.ZONES, 0, "Ctrl+N", when=_CHOSEN
    ),
    Command(
        "give_chosen",
        "&Give the chosen units to the zone",
        zones.give_chosen,
        Menu.ZONES,
        0,
        "Ctrl+Return",
        when=_CHOSEN,
    ),
    Command(
        "erase_chosen", "Take the chosen units &out", zones.erase_chosen, Menu.ZONES, 0, "Del", when=_CHOSEN
    ),
    Command("split", "&Divide into parts…", zones.split, Menu.ZONES, 1, "Ctrl+D", when=_OWN),
    Command(
        "merge", "&Merge the zones of the chosen units", zones.merge, Menu.ZONES, 1, "Ctrl+M", when=_CHOSEN
    ),
    Command(
        "hand_pocket", "&Hand over what is cut off", zones.hand_pocket, Menu.ZONES, 1, "Ctrl+H", when=_OWN
    ),
    Command("remove_zone", "&Remove the zone", zones.remove, Menu.ZONES, 1, "Ctrl+Del", when=_OWN),
    Command("rename", "Re&name…", zones.rename, Menu.ZONES, 2, "F2", when=_OWN),
    Command("renumber", "Change the n&umber…", zones.renumber, Menu.ZONES, 2, when=_OWN),
    Command("renumber_all", "Number &all anew", zones.renumber_all, Menu.ZONES, 2, when=_OWN),
    Command("recolour", "&Colour…", zones.recolour, Menu.ZONES, 2, when=_OWN),
    Command("to_operator", "Give to an o&perator…", zones.give_to_operator, Menu.ZONES, 2, when=_OWN),
    Command(
        "lock", "&Lock the zone", partial(zones.lock, locked=True), Menu.ZONES, 3, "Ctrl+Shift+L", when=_OWN
    ),
    Command(
        "unlock",
        "&Unlock the zone",
        partial(zones.lock, locked=False),
        Menu.ZONES,
        3,
        "Ctrl+Shift+U",
        when=_OWN,
    ),
    Command(
        "lock_chosen",
        "Lock the chosen units",
        partial(zones.lock_chosen, locked=True),
        Menu.ZONES,
        3,
        when=_CHOSEN,
    ),
    Command(
        "unlock_chosen",
        "Unlock the chosen units",
        partial(zones.lock_chosen, locked=False),
        Menu.ZONES,
        3,
        when=_CHOSEN,
    ),
    Command("lock_all", "Lock all zones", partial(zones.lock_all, locked=True), Menu.ZONES, 3, when=_OWN),
    Command(
        "unlock_all", "Unlock everything", partial(zones.lock_all, locked=False), Menu.ZONES, 3, when=_OWN
    ),
)
"""What changes a plan by hand and chooses what to change; single letters take the tools of the map."""

COMMANDS = (
    Command(
        "open_folder", "Open &folder…", files.open_folder, Menu.FILE, 0, "Ctrl+O", "folder", "Open", ("idle",)
    ),
    Command("open_files", "Open f&iles…", files.open_files, Menu.FILE, 0, "Ctrl+Shift+O", when=("idle",)),
    Command("import", "I&mport with choices…", imports.import_folder, Menu.FILE, 0, "Ctrl+I", when=("idle",)),
    Command("open_sample", "Open the &sample", files.open_sample, Menu.FILE, 0, when=("idle",)),
    Command(
        "export", "&Export all results…", output.export, Menu.FILE, 1, "Ctrl+E", "export", "Export", _OWN
    ),
    Command(
        "write_problems",
        "Save the problem &list…",
        output.write_problems,
        Menu.FILE,
        1,
        when=("idle", "plan"),
    ),
    Command("write_map", "Save the &map as a web page…", output.write_map, Menu.FILE, 1, when=_OWN),
    Command(
        "preview", "Print pre&view…", output.preview, Menu.FILE, 2, "Ctrl+Shift+P", "print", "Print", _OWN
    ),
    Command("write_pdf", "Print to P&DF…", output.write_pdf, Menu.FILE, 2, when=_OWN),
    Command("print_sheet", "&Print…", output.print_sheet, Menu.FILE, 2, "Ctrl+P", when=_OWN),
    Command("quit", "&Quit", view.quit_, Menu.FILE, 3, "Ctrl+Q"),
    Command("undo", "&Undo", repairs.undo, Menu.EDIT, 0, "Ctrl+Z", "undo", when=(*_PLAN, "undoable")),
    Command("redo", "&Redo", repairs.redo, Menu.EDIT, 0, "Ctrl+Shift+Z", "redo", when=(*_PLAN, "redoable")),
    *EDITING,
    Command("reread", "How layers are &read…", imports.reread, Menu.EDIT, 1, "Ctrl+Shift+I", when=_OWN),
    Command("build", "&Build zones…", zoning.build, Menu.PLAN, 0, "Ctrl+B", "zones", "Build zones", _PLAN),
    Command("compare", "Compare &alternatives…", zoning.compare, Menu.PLAN, 0, "Ctrl+Shift+B", when=_PLAN),
    Command("check", "&Check zones…", zoning.check, Menu.PLAN, 0, "Ctrl+K", "check", "Check zones", _PLAN),
    Command(
        "end_check",
        "Back to the &plan's own zones",
        zoning.end_check,
        Menu.PLAN,
        0,
        when=("idle", "checking"),
    ),
    Command(
        "repair_under",
        "&Repair small gaps…",
        gaps.repair_under,
        Menu.PLAN,
        0,
        "Ctrl+Shift+K",
        when=(*_PLAN, "mendable"),
    ),
    Command(
        "save_checked",
        "&Save the checked zones…",
        gaps.save_checked,
        Menu.PLAN,
        0,
        when=("idle", "checking"),
    ),
    Command("parameters", "&Parameters of cost and income…", economy.parameters, Menu.PLAN, 1, when=_OWN),
    Command("bundle", "Give zones to &operators…", economy.bundle, Menu.PLAN, 1, when=(*_OWN, "operators")),
    Command(
        "swap_operators",
        "S&uggest a swap between operators…",
        partial(economy.swap, of="operators"),
        Menu.PLAN,
        1,
        "Ctrl+U",
        when=(*_OWN, "operators"),
    ),
    Command(
        "swap_zones",
        "Suggest a swap between &zones…",
        partial(economy.swap, of="zones"),
        Menu.PLAN,
        1,
        when=_OWN,
    ),
    Command("cancel", "&Stop the work under way", view.cancel, Menu.PLAN, 2, when=("busy",)),
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
    *(
        Command(
            tool,
            title,
            partial(draw.take_tool, tool=tool),
            Menu.VIEW,
            3,
            keys,
            when=("plan",),
            on=f"tool_{tool}",
        )
        for tool, title, keys in _MEASURES
    ),
    *(
        Command(f"base_{name}", title, run, Menu.VIEW, 4, when=("plan",), on=f"base_{name}")
        for name, title, run in _BASEMAPS
    ),
    Command("zh", "中文", partial(view.speak, lang="zh"), Menu.VIEW, 9, on="lang_zh"),
    Command("en", "English", partial(view.speak, lang="en"), Menu.VIEW, 9, on="lang_en"),
    Command("about", "&About bigmap", view.about, Menu.HELP),
)


def facts_of(desk: Desk) -> frozenset[str]:
    """Return all facts that commands ask for."""
    return desk.session.facts() | {f"lang_{current()}"}


def command(name: str) -> Command:
    """Return the command with this id."""
    return next(c for c in COMMANDS if c.id == name)
