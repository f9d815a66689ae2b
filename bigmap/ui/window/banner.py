"""The line over the map that says whose zones are on show during a check."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from bigmap.base.i18n import tr
from bigmap.core.coverage.gap import GapKind
from bigmap.session.document import Document


class Banner(QFrame):
    """What is being checked, what was found, and the way back.

    Attributes
    ----------
    closed : Signal()
        The user wants to go back to the plan.
    """

    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("banner")
        self.text = QLabel()
        self.back = QPushButton()
        self.back.setObjectName("link")
        self.back.clicked.connect(self.closed)
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 6, 8, 6)
        line.addWidget(self.text, 1)
        line.addWidget(self.back)
        self.hide()

    def show_document(self, document: Document | None) -> None:
        """Write the findings in the language in use; hidden where nothing is checked."""
        checked = document.checked if document else None
        self.setVisible(checked is not None)
        if checked is None:
            return
        overlaps = sum(gap.kind == GapKind.OVERLAP for gap in checked.coverage.gaps)
        self.text.setText(
            tr(
                "Checking {file}: {gaps} gaps, {overlaps} overlaps",
                file=checked.file.name,
                gaps=len(checked.coverage.gaps) - overlaps,
                overlaps=overlaps,
            )
        )
        self.back.setText(tr("Back to the plan"))
