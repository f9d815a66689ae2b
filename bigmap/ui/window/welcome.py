"""The empty window: how to begin."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from bigmap.base.i18n import tr
from bigmap.ui.widgets.theme import icon


class Welcome(QWidget):
    """A card in the middle with the three ways to begin.

    Attributes
    ----------
    wanted : Signal(str)
        Id of the command a button stands for.
    """

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("welcome")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        card = QFrame()
        card.setObjectName("card")
        card.setFixedWidth(460)
        column = QVBoxLayout(card)
        column.setContentsMargins(48, 40, 48, 40)
        column.setSpacing(8)
        self.title, self.line, self.drop, self.foot = QLabel(), QLabel(), QLabel(), QLabel()
        for label, name in (
            (self.title, "cardTitle"),
            (self.line, "cardLine"),
            (self.drop, "drop"),
            (self.foot, "hint"),
        ):
            label.setObjectName(name)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
        self.folder = self._button("open_folder", "primary")
        self.folder.setIcon(icon("folder_white"))
        self.sample = self._button("open_sample", "quiet")
        for widget in (self.title, self.line, self.drop, self.folder, self.sample, self.foot):
            column.addWidget(widget)
        column.insertSpacing(2, 12)
        column.insertSpacing(4, 8)
        outer = QVBoxLayout(self)
        outer.addWidget(card, alignment=Qt.AlignmentFlag.AlignCenter)
        self.retranslate()

    def _button(self, command: str, look: str) -> QPushButton:
        button = QPushButton()
        button.setObjectName(look)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(lambda: self.wanted.emit(command))
        return button

    def retranslate(self) -> None:
        """Write everything in the language in use."""
        self.title.setText(tr("Service zones without blind spots"))
        self.line.setText(
            tr("From a folder of layers to contiguous zones, a coverage proof and a printed map.")
        )
        self.drop.setText(tr("Drop a folder or layers here\n(.shp  .gpkg  .geojson)"))
        self.folder.setText(tr("Open a folder…"))
        self.sample.setText(tr("Try the sample street office"))
        self.foot.setText(tr("Everything stays on this computer: no network is used."))
