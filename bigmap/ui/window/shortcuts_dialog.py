"""The sheet of keys: every command by menu, with its keys."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from bigmap.base.i18n import tr
from bigmap.commands.registry import COMMANDS, Menu
from bigmap.commands.registry.command_search import find_commands, folded_text
from bigmap.ui.widgets.dialog import Dialog
from bigmap.ui.widgets.theme import icon
from bigmap.ui.window.palette import keys_of

ELSEWHERE = (
    ("Open the menus", "Alt"),
    ("Copy the table", "Ctrl+C"),
)
"""Keys that belong to no command."""


def _blank() -> QIcon:
    """Return an icon of nothing, so that names stand below each other."""
    pixels = QPixmap(16, 16)
    pixels.fill(Qt.GlobalColor.transparent)
    return QIcon(pixels)


class ShortcutsDialog(Dialog):
    """All commands with their keys, and a line to search in."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("keys")
        self.setWindowTitle(tr("Keys of all commands"))
        self.resize(560, 640)
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("Search"))
        self.line.setClearButtonEnabled(True)
        self.line.setAccessibleName(tr("Search"))
        self.line.textChanged.connect(self._fill)
        self.tree = QTreeWidget()
        self.tree.setColumnCount(2)
        self.tree.setAccessibleName(tr("Keys of all commands"))
        self.tree.setHeaderLabels([tr("Command"), tr("Keys")])
        self.tree.setRootIsDecorated(False)
        self.tree.header().setStretchLastSection(False)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        buttons = QDialogButtonBox()
        close = buttons.addButton(tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        close.setObjectName("primary")
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        for widget in (self.line, self.tree, buttons):
            column.addWidget(widget)
        self._fill("")

    def _fill(self, text: str) -> None:
        self.tree.clear()
        hits = {c.id for c in find_commands(text)}
        for menu in Menu:
            rows = [
                (folded_text(tr(c.title)), keys_of(c), c.icon)
                for c in COMMANDS
                if c.menu == menu and c.id in hits
            ]
            self._group(folded_text(tr(menu.value)), rows)
        if not text:
            self._group(tr("In lists and tables"), [(tr(title), keys, "") for title, keys in ELSEWHERE])

    def _group(self, title: str, rows: list[tuple[str, str, str]]) -> None:
        if not rows:
            return
        head = QTreeWidgetItem([title])
        font = self.tree.font()
        font.setBold(True)
        head.setFont(0, font)
        head.setFlags(Qt.ItemFlag.ItemIsEnabled)
        self.tree.addTopLevelItem(head)
        for name, keys, sign in rows:
            item = QTreeWidgetItem(head, [name, keys])
            item.setIcon(0, icon(sign) if sign else _blank())
        head.setExpanded(True)
