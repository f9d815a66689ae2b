"""The dialog that goes to a place: type a name, a number or a coordinate, or take a bookmark."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from bigmap.base.errors import UserError
from bigmap.base.i18n import tr
from bigmap.mapview.messages import Moved
from bigmap.session import places
from bigmap.session.document import Document
from bigmap.session.places import Spot
from bigmap.ui.widgets.dialog import Dialog


class GoTo(Dialog):
    """Lists places while one types; Enter, or a double click, goes there.

    Parameters
    ----------
    document : Document
    where : Moved or None
        What the map looks at, for a new bookmark.
    go : callable
        Called with the `Spot` that was chosen.
    parent : QWidget, optional
    """

    def __init__(
        self,
        document: Document,
        where: Moved | None,
        go: Callable[[Spot], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._where, self._go = document, where, go
        self.setWindowTitle(tr("Go to"))
        self.resize(460, 380)
        self.text, self.found, self.note = QLineEdit(), QListWidget(), QLabel()
        self.text.setPlaceholderText(tr("Estate, road, unit or zone; or 118.09, 24.48; or 611200, 2709400"))
        self.text.setClearButtonEnabled(True)
        self.text.setAccessibleName(tr("Go to"))
        self.found.setAccessibleName(tr("Places"))
        self.keep = QPushButton(tr("Bookmark this view"))
        self.drop = QPushButton(tr("Remove the bookmark"))
        self.there = QPushButton(tr("Go there"))
        self.there.setObjectName("primary")
        self.note.setWordWrap(True)
        for button in (self.keep, self.drop, self.there):
            button.setAutoDefault(False)
        self._lay_out()
        self.text.textChanged.connect(self._search)
        self.found.itemDoubleClicked.connect(self._take)
        self.found.currentItemChanged.connect(self._follow)
        self.text.returnPressed.connect(self._take)
        self.there.clicked.connect(self._take)
        self.keep.clicked.connect(self._remember)
        self.drop.clicked.connect(self._forget)
        self._search("")

    def _lay_out(self) -> None:
        column, row = QVBoxLayout(self), QHBoxLayout()
        column.addWidget(self.text)
        column.addWidget(self.note)
        column.addWidget(self.found, 1)
        row.addWidget(self.keep)
        row.addWidget(self.drop)
        row.addStretch(1)
        row.addWidget(self.there)
        column.addLayout(row)

    def _search(self, text: str) -> None:
        self.found.clear()
        for spot in places.find(self._document, text):
            item = QListWidgetItem(f"{spot.name}    {spot.detail}".rstrip())
            item.setData(Qt.ItemDataRole.UserRole, spot)
            self.found.addItem(item)
        some = self.found.count() > 0
        if some:
            self.found.setCurrentRow(0)
        asked = bool(text.strip())
        nothing = tr("Nothing of this name") if asked else tr("No bookmarks yet")
        self.note.setText((tr("Places") if asked else tr("Bookmarks")) if some else nothing)
        self._follow()

    def _follow(self) -> None:
        spot = self._spot()
        self.there.setEnabled(spot is not None)
        self.drop.setEnabled(spot is not None and spot.zoom is not None)
        self.keep.setEnabled(self._where is not None)

    def _spot(self) -> Spot | None:
        item = self.found.currentItem()
        return item.data(Qt.ItemDataRole.UserRole) if item else None

    def _take(self) -> None:
        spot = self._spot()
        if spot is not None:
            self._go(spot)
            self.accept()

    def _remember(self) -> None:
        if self._where is None:
            return
        name = self.text.text().strip() or tr("View {n}", n=len(places.bookmarks(self._document)) + 1)
        try:
            places.save_place(self._document, name, self._where.x, self._where.y, self._where.zoom)
        except UserError as error:
            self.note.setText(str(error))
            return
        self.text.clear()
        self._search("")

    def _forget(self) -> None:
        spot = self._spot()
        if spot is None:
            return
        try:
            places.forget(self._document, spot.name)
        except UserError as error:
            self.note.setText(str(error))
            return
        self._search(self.text.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move in the list with the arrows while typing."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            self.found.setCurrentRow(max(0, min(self.found.count() - 1, self.found.currentRow() + step)))
            return
        super().keyPressEvent(event)
