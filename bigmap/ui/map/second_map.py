"""A second map of the same ground beside the first: another state of the plan, and how it differs."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from bigmap.base.amounts import percent
from bigmap.base.i18n import Text, tr
from bigmap.base.progress import Progress
from bigmap.commands.context import Context
from bigmap.commands.documents.build_scene import advance_document, scene_of
from bigmap.core.editing.tally import Tally
from bigmap.mapview.messages import Colour, Look, Moved, SetTexts
from bigmap.mapview.vocabulary import page_words
from bigmap.session.document import Document
from bigmap.session.scenarios import Difference, Standing, State, compare_states, states
from bigmap.ui.map.map_widget import MapWidget
from bigmap.ui.widgets.number_format import format_whole

_SETTLED_MS = 200

Line = tuple[str, Callable[[Standing], str]]
_LINES: tuple[Line, ...] = (
    ("Zones", lambda s: format_whole(s.zones)),
    ("Largest distance from target", lambda s: percent(s.off)),
    ("Zones in several pieces", lambda s: format_whole(s.broken)),
    ("Mean compactness", lambda s: f"{s.compact:.2f}"),
    ("Uncovered (m²)", lambda s: format_whole(s.uncovered_m2)),
)


class Differences(QFrame):
    """Figures of the open document and of another state, side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("differences")
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 4, 12, 8)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(2)
        self.labels = [[QLabel() for _ in range(3)] for _ in range(len(_LINES) + 1)]
        for row, labels in enumerate(self.labels):
            for column, label in enumerate(labels):
                label.setObjectName("gestureHead" if not row or not column else "")
                grid.addWidget(label, row, column)
        self.foot = QLabel()
        self.foot.setWordWrap(True)
        grid.addWidget(self.foot, len(_LINES) + 1, 0, 1, 3)
        grid.setColumnStretch(2, 1)

    def show_difference(self, found: Difference, name: str) -> None:
        """Write what differs from the state of this name."""
        texts = [["", tr("Now"), name]]
        texts += [[tr(title), show(found.now), show(found.other)] for title, show in _LINES]
        for labels, line in zip(self.labels, texts, strict=True):
            for label, text in zip(labels, line, strict=True):
                label.setText(text)
        if found.units is None or found.households is None:
            self.foot.setText(tr("Its units are others: what changes hands cannot be counted."))
            return
        moved = {"n": format_whole(found.units), "hh": format_whole(found.households)}
        self.foot.setText(tr("{n} units, {hh} households change hands.", **moved))


class SecondMap(QWidget):
    """The second map with a list of the states it can show, and what they differ in.

    The page of its map lives as long as it is in sight.

    Parameters
    ----------
    context : Context
    main : MapWidget
        The map it follows and leads.

    Attributes
    ----------
    map : MapWidget or None
    """

    def __init__(self, context: Context, main: MapWidget) -> None:
        super().__init__()
        self._context, self._main = context, main
        self.map: MapWidget | None = None
        self._states: list[State] = []
        self.which, self._title = QComboBox(), QLabel()
        self.take, self._away = QPushButton(), QToolButton()
        self._away.setText("✕")
        self._away.setAutoRaise(True)
        self.differences = Differences()
        bar = QHBoxLayout()
        bar.setContentsMargins(12, 4, 6, 4)
        bar.setSpacing(8)
        bar.addWidget(self._title)
        bar.addWidget(self.which, 1)
        bar.addWidget(self.take)
        bar.addWidget(self._away)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addLayout(bar)
        self._column.addWidget(self.differences)
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._link()
        self.hide()

    def _link(self) -> None:
        session = self._context.session
        session.comparing_changed.connect(self._turn)
        session.document_replaced.connect(self._offer)
        session.scenarios_changed.connect(self._offer)
        session.settled.connect(self._settled.start)
        session.colouring_changed.connect(self._colour)
        self._settled.timeout.connect(self._offer)
        self.which.currentIndexChanged.connect(self._show)
        self.take.clicked.connect(self._take)
        self._away.clicked.connect(lambda: session.compare(False))
        self._main.moved.connect(self._follow)

    def _turn(self) -> None:
        """Come into sight, or go."""
        if not self._context.session.comparing:
            self.close_page()
            return
        if self.map is None:
            self.map = MapWidget()
            self.map.moved.connect(self._lead)
            self.map.drawn.connect(lambda _: self._follow(self._main.where))
            self._column.addWidget(self.map, 1)
        self.show()
        self.retranslate()

    def _offer(self) -> None:
        """Offer the states there are now; the one chosen stays where it is still there."""
        if self.map is None:
            return
        shown = self.which.currentText()
        self._states = states(self._context.session)
        names = [str(name) for name, _ in self._states]
        self.which.blockSignals(True)
        self.which.clear()
        self.which.addItems(names)
        self.which.setCurrentIndex(names.index(shown) if shown in names else 0)
        self.which.blockSignals(False)
        self.which.setEnabled(bool(names))
        self.take.setEnabled(bool(names))
        self._show()

    @property
    def document(self) -> Document | None:
        """The state on show."""
        row = self.which.currentIndex()
        return self._states[row][1] if 0 <= row < len(self._states) else None

    def _show(self) -> None:
        """Show the state chosen, prepared off the UI thread."""
        document, session = self.document, self._context.session
        self.differences.setVisible(document is not None)
        if self.map is None or document is None or session.document is None:
            if self.map is not None:
                self.map.show_scene(None)
            return
        if session.busy:
            self._settled.start()  # again, as soon as that is done
            return
        now, title = session.tally.copy(), Text("Preparing the comparison")

        def work(progress: Progress) -> tuple[bytes, Difference]:
            progress.step(0.0, title)
            other = Tally.of(document.built, document.assignment, document.unit_index)
            progress.step(0.5, title)
            return scene_of(document), compare_states(now, other)

        self._context.ui.run(title, work, lambda found: self._shown(*found))

    def _shown(self, scene: bytes, found: Difference) -> None:
        if self.map is not None:
            self.map.show_scene(scene)
            self.differences.show_difference(found, self.which.currentText())

    def _take(self) -> None:
        """Open the state on show in place of the document; undo goes back."""
        document = self.document
        if document is not None and not self._context.session.busy:
            name = self.which.currentText()
            advance_document(self._context, Text("Use {name}", {"name": name}), document)

    def _colour(self) -> None:
        """Colour as the first map does."""
        if self.map is not None:
            self.map.send(Colour(self._context.session.colouring, self._context.session.classing))

    def retranslate(self) -> None:
        """Write everything in the language in use."""
        self._title.setText(tr("Compare with"))
        self.which.setAccessibleName(tr("Compare with"))
        self._away.setAccessibleName(tr("Close"))
        self.take.setText(tr("Use this one"))
        self.take.setToolTip(tr("Go on with this state; undo goes back"))
        self._away.setToolTip(tr("Close"))
        if self.map is not None:
            self.map.dress()
            self.map.send(SetTexts(page_words()))
            self._colour()
            self._offer()

    def close_page(self) -> None:
        """Go out of sight, and free the page."""
        self.hide()
        if self.map is not None:
            self.map.close_page()
            self.map.deleteLater()
            self.map = None

    def _follow(self, to: Moved | None) -> None:
        if self.map is not None and to is not None:
            self.map.send(Look(to.x, to.y, to.zoom))

    def _lead(self, to: Moved) -> None:
        self._main.where = to
        self._main.send(Look(to.x, to.y, to.zoom))
