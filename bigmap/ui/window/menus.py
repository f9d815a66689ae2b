"""Menus, toolbars and shortcuts, built from the table of commands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMainWindow, QMenu

from bigmap.base.i18n import tr
from bigmap.commands.registry import COMMANDS, Command, Menu, command
from bigmap.commands.registry.command_search import folded_text
from bigmap.ui.widgets.theme import icon
from bigmap.ui.widgets.tool_strip import ToolStrip
from bigmap.ui.window.palette import keys_of

MOST_ENTRIES = 12
"""Entries of a menu that can be taken in at a glance."""


class Menus:
    """The actions of a window.

    Parameters
    ----------
    window : QMainWindow
    trigger : callable
        Called with the command that was chosen.

    Attributes
    ----------
    menus : dict of Menu to QMenu
    submenus : dict of (QMenu, str) to QMenu
        By the menu they stand in and their English title.
    toolbar : ToolStrip
        The usual commands, on top.
    tools : ToolStrip
        The tools of the map, to stand beside it.
    """

    def __init__(self, window: QMainWindow, trigger: Callable[[Command], None]) -> None:
        self._groups: dict[str, QActionGroup] = {}
        self._facts: frozenset[str] | None = None
        self.actions = {c.id: self._action(window, c, trigger) for c in COMMANDS}
        self.submenus: dict[tuple[QMenu, str], QMenu] = {}
        self.menus: dict[Menu, QMenu] = {menu: self._menu(window, menu) for menu in Menu}
        self.toolbar = self._bar(window, "toolbar", [c for c in COMMANDS if c.icon and c.choice != "tool"])
        self.toolbar.brief = [self.actions[c.id] for c in COMMANDS if c.icon and not c.short]
        window.addToolBar(self.toolbar)
        tools = sorted((c for c in COMMANDS if c.choice == "tool"), key=_place_of_tool)
        self.tools = self._bar(window, "handtools", tools)
        self.tools.setOrientation(Qt.Orientation.Vertical)

    def _action(self, window: QMainWindow, entry: Command, trigger: Callable[[Command], None]) -> QAction:
        action = QAction(icon(entry.icon), "", window)
        action.setObjectName(entry.id)
        action.setCheckable(bool(entry.on))
        if entry.choice:
            group = self._groups.setdefault(entry.choice, QActionGroup(window))
            group.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
            group.addAction(action)
        if entry.shortcut:
            action.setShortcut(entry.shortcut)
        action.triggered.connect(lambda: trigger(entry))
        return action

    def _menu(self, window: QMainWindow, which: Menu) -> QMenu:
        menu = window.menuBar().addMenu("")
        menu.setToolTipsVisible(True)
        last: dict[QMenu, int] = {}
        for entry in (c for c in COMMANDS if c.menu == which):
            place = self.submenus.get((menu, entry.within))
            if place is None and last.setdefault(menu, entry.group) != entry.group:
                menu.addSeparator()
                last[menu] = entry.group
            place = place or self._submenu(menu, entry.within)
            if last.setdefault(place, entry.group) != entry.group:
                place.addSeparator()
                last[place] = entry.group
            place.addAction(self.actions[entry.id])
        return menu

    def _submenu(self, menu: QMenu, title: str) -> QMenu:
        """Return the submenu of this title, made where it is not there yet; the menu itself for no title."""
        if not title:
            return menu
        if (menu, title) not in self.submenus:
            self.submenus[menu, title] = menu.addMenu("")
            self.submenus[menu, title].setToolTipsVisible(True)
        return self.submenus[menu, title]

    def menu_of(self, window: QMainWindow, groups: Sequence[Sequence[str]]) -> QMenu:
        """Return a menu of some commands by their ids, divided between groups.

        Of more than `MOST_ENTRIES` the largest of what belongs together goes into submenus.
        """
        menu = QMenu(window)
        nested = _nested([command(name) for group in groups for name in group])
        made: dict[str, QMenu] = {"": menu}
        for group in groups:
            if menu.actions():
                menu.addSeparator()
            for name in group:
                within = command(name).within if command(name).within in nested else ""
                if within not in made:
                    made[within] = menu.addMenu(tr(within))
                made[within].addAction(self.actions[name])
        return menu

    def _bar(self, window: QMainWindow, name: str, commands: list[Command]) -> ToolStrip:
        bar = ToolStrip(window, name)
        for i, entry in enumerate(commands):
            if i and entry.menu != commands[i - 1].menu:
                bar.addSeparator()
            bar.addAction(self.actions[entry.id])
        for button in bar.buttons():
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return bar

    def retranslate(self) -> None:
        """Write everything in the language in use."""
        for menu, widget in self.menus.items():
            widget.setTitle(tr(menu.value))
        for (_, title), submenu in self.submenus.items():
            submenu.setTitle(tr(title))
        for entry in COMMANDS:
            action = self.actions[entry.id]
            action.setText(tr(entry.title))
            name = folded_text(tr(entry.title))
            action.setIconText(
                " " + (tr(entry.short) if entry.short else name)
            )  # Qt sets icon and text close
        self._facts = None
        for bar in (self.toolbar, self.tools):
            bar.fit()

    def redraw(self) -> None:
        """Take the icons of the theme in use."""
        for entry in COMMANDS:
            self.actions[entry.id].setIcon(icon(entry.icon))

    def follow(self, facts: frozenset[str]) -> None:
        """Enable what can be done now, tell why the rest cannot, and show what is chosen."""
        if facts == self._facts:
            return
        self._facts = facts
        for entry in COMMANDS:
            action, why = self.actions[entry.id], entry.why_not(facts)
            action.setEnabled(why is None)
            action.setChecked(entry.on in facts)
            keys, name = keys_of(entry), folded_text(tr(entry.title))
            named = f"{name}  ({keys})" if keys else name
            action.setToolTip(f"{named}\n{why}" if why else named)


def _nested(commands: Sequence[Command]) -> set[str]:
    """Return the submenus that commands must go into so that their menu is not too long."""
    sizes = Counter(entry.within for entry in commands if entry.within)
    nested: set[str] = set()
    length = len(commands)
    for title, size in sizes.most_common():
        if length > MOST_ENTRIES:
            nested.add(title)
            length -= size - 1
    return nested


def _place_of_tool(command: Command) -> int:
    """Return where a tool stands on the bar: looking first, then choosing, then changing."""
    return 0 if command.id == "tool_look" else [Menu.CHOOSE, Menu.EDIT, Menu.VIEW].index(command.menu) + 1
