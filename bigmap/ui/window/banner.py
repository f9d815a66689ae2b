"""The line over the map: whose zones are on show during a check, else what has to be decided first."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from bigmap.base.i18n import Text, tr
from bigmap.core.coverage.gap import GapKind
from bigmap.core.planning.decisions import decisions
from bigmap.session.document import Document


class Banner(QFrame):
    """What is being checked, what was found, and the way back; or the doubts that ask for a decision.

    Attributes
    ----------
    closed : Signal()
        The user wants to go back to the plan.
    problems_wanted : Signal()
        The user wants to see the problem list.
    """

    closed = Signal()
    problems_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("banner")
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.back = QPushButton()
        self.back.setObjectName("link")
        self.back.clicked.connect(self.closed)
        self.problems = QPushButton()
        self.problems.setObjectName("link")
        self.problems.clicked.connect(self.problems_wanted)
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 6, 8, 6)
        line.addWidget(self.text, 1)
        line.addWidget(self.back)
        line.addWidget(self.problems)
        self.hide()

    def show_document(self, document: Document | None) -> None:
        """Write the findings in the language in use; hidden where nothing is checked or to be decided."""
        checked = document.checked if document else None
        doubts = decisions(document.built.problems, document.built.units) if document and not checked else []
        self.setVisible(bool(checked or doubts))
        self.back.setVisible(checked is not None)
        self.problems.setVisible(bool(doubts))
        if doubts:
            self._show_doubts(doubts)
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

    def _show_doubts(self, doubts: list[Text]) -> None:
        more = tr("{n} more", n=len(doubts) - 1)
        said = tr("To decide: {text}", text=doubts[0])
        self.text.setText(said if len(doubts) == 1 else f"{said} (+ {more})")
        self.text.setToolTip("\n".join(map(str, doubts)))
        self.problems.setText(tr("Show the problems"))
