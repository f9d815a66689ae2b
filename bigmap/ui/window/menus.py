"""Menus, toolbars and shortcuts, built from the table of commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar

from bigmap.base.i18n import tr
from bigmap.commands.registry import COMMANDS, Command, Menu
from bigmap.commands.registry.command_search import folded_text
from bigmap.ui.widgets.theme import icon
from bigmap.ui.window.palette import keys_of


class Menus:
    """The actions of a window.

    Parameters
    ----------
    window : QMainWindow
    trigger : callable
        Called with the command that was chosen.

    Attributes
    ----------
    toolbar : QToolBar
        The usual commands, on top.
    tools : QToolBar
        The tools of the map, to stand beside it.
    """

    def __init__(self, window: QMainWindow, trigger: Callable[[Command], None]) -> None:
        self._groups: dict[str, QActionGroup] = {}
        self._facts: frozenset[str] | None = None
        self.actions = {c.id: self._action(window, c, trigger) for c in COMMANDS}
        self.menus: dict[Menu, QMenu] = {menu: self._menu(window, menu) for menu in Menu}
        self.toolbar = self._bar(window, "toolbar", [c for c in COMMANDS if c.icon and c.choice != "tool"])
        self.toolbar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        window.addToolBar(self.toolbar)
        tools = sorted((c for c in COMMANDS if c.choice == "tool"), key=_place_of_tool)
        self.tools = self._bar(window, "handtools", tools)
        self.tools.setOrientation(Qt.Orientation.Vertical)

    def _action(self, window: QMainWindow, command: Command, trigger: Callable[[Command], None]) -> QAction:
        action = QAction(icon(command.icon), "", window)
        action.setObjectName(command.id)
        action.setCheckable(bool(command.on))
        if command.choice:
            group = self._groups.setdefault(command.choice, QActionGroup(window))
            group.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
            group.addAction(action)
        if command.shortcut:
            action.setShortcut(command.shortcut)
        action.triggered.connect(lambda: trigger(command))
        return action

    def _menu(self, window: QMainWindow, which: Menu) -> QMenu:
        menu = window.menuBar().addMenu("")
        menu.setToolTipsVisible(True)
        commands = [c for c in COMMANDS if c.menu == which]
        for i, command in enumerate(commands):
            if i and command.group != commands[i - 1].group:
                menu.addSeparator()
            menu.addAction(self.actions[command.id])
        return menu

    def menu_of(self, window: QMainWindow, groups: Sequence[Sequence[str]]) -> QMenu:
        """Return a menu of some commands by their ids, divided between groups."""
        menu = QMenu(window)
        for group in groups:
            if menu.actions():
                menu.addSeparator()
            menu.addActions([self.actions[name] for name in group])
        return menu

    def _bar(self, window: QMainWindow, name: str, commands: list[Command]) -> QToolBar:
        bar = QToolBar(window)
        bar.setObjectName(name)
        bar.setMovable(False)
        bar.setIconSize(QSize(20, 20))
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        for i, command in enumerate(commands):
            if i and command.menu != commands[i - 1].menu:
                bar.addSeparator()
            bar.addAction(self.actions[command.id])
        return bar

    def retranslate(self) -> None:
        """Write everything in the language in use."""
        for menu, widget in self.menus.items():
            widget.setTitle(tr(menu.value))
        for command in COMMANDS:
            action = self.actions[command.id]
            action.setText(tr(command.title))
            name = folded_text(tr(command.title))
            action.setIconText(
                " " + (tr(command.short) if command.short else name)
            )  # Qt sets icon and text close
        self._facts = None

    def redraw(self) -> None:
        """Take the icons of the theme in use."""
        for command in COMMANDS:
            self.actions[command.id].setIcon(icon(command.icon))

    def follow(self, facts: frozenset[str]) -> None:
        """Enable what can be done now, tell why the rest cannot, and show what is chosen."""
        if facts == self._facts:
            return
        self._facts = facts
        for command in COMMANDS:
            action, why = self.actions[command.id], command.why_not(facts)
            action.setEnabled(why is None)
            action.setChecked(command.on in facts)
            keys, name = keys_of(command), folded_text(tr(command.title))
            named = f"{name}  ({keys})" if keys else name
            action.setToolTip(f"{named}\n{why}" if why else named)


def _place_of_tool(command: Command) -> int:
    """Return where a tool stands on the bar: looking first, then choosing, then changing."""
    return 0 if command.id == "tool_look" else [Menu.CHOOSE, Menu.EDIT, Menu.VIEW].index(command.menu) + 1
