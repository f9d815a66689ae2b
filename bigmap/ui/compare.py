"""A second map beside the first that looks at the same ground: another state of the plan, for comparing."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from bigmap.base.i18n import Text, tr
from bigmap.mapview.messages import Colour, Look, Message, Moved, Words
from bigmap.mapview.words import page_words
from bigmap.session.document import Document
from bigmap.ui.map_widget import MapWidget


class Compare(QWidget):
    """The second map with a list of the states it can show.

    The page of its map lives as long as it is in sight.

    Parameters
    ----------
    main : MapWidget
        The map it follows and leads.

    Attributes
    ----------
    map : MapWidget or None
    closed : Signal()
        The user wants it away.
    """

    closed = Signal()

    def __init__(self, main: MapWidget) -> None:
        super().__init__()
        self._main = main
        self.map: MapWidget | None = None
        self._states: list[tuple[Text, Document]] = []
        self._colour: Message | None = None
        self.which, self._title, self._away = QComboBox(), QLabel(), QToolButton()
        self._away.setText("✕")
        self._away.setAutoRaise(True)
        bar = QHBoxLayout()
        bar.setContentsMargins(10, 4, 6, 4)
        bar.addWidget(self._title)
        bar.addWidget(self.which, 1)
        bar.addWidget(self._away)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addLayout(bar)
        self.which.currentIndexChanged.connect(self._show)
        self._away.clicked.connect(self.closed)
        main.moved.connect(self._follow)
        self.hide()

    def open(self, states: list[tuple[Text, Document]], colour: Message) -> None:
        """Come into sight with these states, the latest first."""
        self._colour = colour
        if self.map is None:
            self.map = MapWidget()
            self.map.moved.connect(self._lead)
            self.map.drawn.connect(lambda _: self._follow(self._main.where))
            self._column.addWidget(self.map, 1)
        self.show()
        self.retranslate()
        self.offer(states)

    def offer(self, states: list[tuple[Text, Document]]) -> None:
        """Replace the states; the one on show stays where it is still there."""
        if self.map is None:
            return
        shown = self.document
        self._states = states
        self.which.blockSignals(True)
        self.which.clear()
        self.which.addItems([str(name) for name, _ in states])
        rows = [i for i, (_, document) in enumerate(states) if document is shown]
        self.which.setCurrentIndex(rows[0] if rows else 0)
        self.which.blockSignals(False)
        self.which.setEnabled(bool(states))
        if self.document is not shown or shown is None:
            self._show()

    @property
    def document(self) -> Document | None:
        """The state on show."""
        row = self.which.currentIndex()
        return self._states[row][1] if 0 <= row < len(self._states) else None

    def colour(self, order: Message) -> None:
        """Colour as the first map does."""
        self._colour = order
        if self.map is not None:
            self.map.send(order)

    def retranslate(self) -> None:
        """Write everything in the language in use."""
        self._title.setText(tr("Compare with"))
        self._away.setToolTip(tr("Close"))
        if self.map is not None:
            self.map.send(Words(page_words()))
            self.map.send(self._colour or Colour("zone"))
            for row, (name, _) in enumerate(self._states):
                self.which.setItemText(row, str(name))

    def close_page(self) -> None:
        """Go out of sight, and free the page."""
        self.hide()
        if self.map is not None:
            self.map.close_page()
            self.map.deleteLater()
            self.map = None

    def _show(self) -> None:
        if self.map is not None:
            self.map.show_scene(self.document.scene if self.document else None)

    def _follow(self, to: Moved | None) -> None:
        if self.map is not None and to is not None:
            self.map.send(Look(to.x, to.y, to.zoom))

    def _lead(self, to: Moved) -> None:
        self._main.where = to
        self._main.send(Look(to.x, to.y, to.zoom))
