"""Menus, toolbar and shortcuts, built from the table of commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar

from bigmap.base.i18n import tr
from bigmap.commands.table import COMMANDS, Command, Menu
from bigmap.ui.look import icon


class Menus:
    """The actions of a window.

    Parameters
    ----------
    window : QMainWindow
    trigger : callable
        Called with the command that was chosen.
    """

    def __init__(self, window: QMainWindow, trigger: Callable[[Command], None]) -> None:
        self.actions = {c.id: self._action(window, c, trigger) for c in COMMANDS}
        self.menus: dict[Menu, QMenu] = {menu: self._menu(window, menu) for menu in Menu}
        self.toolbar = self._toolbar(window)

    def _action(self, window: QMainWindow, command: Command, trigger: Callable[[Command], None]) -> QAction:
        action = QAction(icon(command.icon), "", window)
        action.setObjectName(command.id)
        action.setCheckable(bool(command.on))
        if command.shortcut:
            action.setShortcut(command.shortcut)
        action.triggered.connect(lambda: trigger(command))
        return action

    def _menu(self, window: QMainWindow, which: Menu) -> QMenu:
        menu = window.menuBar().addMenu("")
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

    def _toolbar(self, window: QMainWindow) -> QToolBar:
        bar = QToolBar(window)
        bar.setObjectName("toolbar")
        bar.setMovable(False)
        bar.setIconSize(QSize(20, 20))
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        shown = [c for c in COMMANDS if c.icon]
        for i, command in enumerate(shown):
            if i and command.menu != shown[i - 1].menu:
                bar.addSeparator()
            bar.addAction(self.actions[command.id])
        window.addToolBar(bar)
        return bar

    def retranslate(self) -> None:
        """Write everything in the language in use."""
        for menu, widget in self.menus.items():
            widget.setTitle(tr(menu.value))
        for command in COMMANDS:
            action = self.actions[command.id]
            action.setText(tr(command.title))
            plain = _plain(tr(command.title))
            action.setIconText(
                " " + (tr(command.short) if command.short else plain)
            )  # Qt sets icon and text close
            keys = action.shortcut().toString()
            action.setToolTip(f"{plain}  ({keys})" if keys else plain)

    def follow(self, facts: frozenset[str]) -> None:
        """Enable what can be done now, and show what is chosen."""
        for command in COMMANDS:
            self.actions[command.id].setEnabled(command.enabled(facts))
            self.actions[command.id].setChecked(command.on in facts)


def _plain(title: str) -> str:
    """Return a menu title without its mnemonic: '打开文件夹(&O)…' and 'Open &folder…' alike."""
    import re

    return re.sub(r"\(&.\)", "", title).replace("&", "").rstrip("…")
