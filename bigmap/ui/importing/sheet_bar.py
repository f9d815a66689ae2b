"""What the import dialog asks about a sheet, and what it says of how its rows would be joined."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from bigmap.base.i18n import tr
from bigmap.core.sources.source_options import SourceOptions
from bigmap.io.reading.sheet_survey import Joined, TableSurvey
from bigmap.io.spreadsheets.estate_table import Use

_MOST_HEADS = 60


class SheetBar(QWidget):
    """One line of controls over the sample rows of a sheet, and one that says how its rows are joined.

    Attributes
    ----------
    head_wanted : Signal(int)
        The head stands in this row, from 1; 0 for the one that is found.
    leads_wanted : Signal(bool)
        Whether its figures go before those of the layers.
    """

    head_wanted = Signal(int)
    leads_wanted = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.head = QSpinBox()
        self.head.setRange(1, _MOST_HEADS)
        self.head.setFixedWidth(88)
        self.head.lineEdit().setTextMargins(7, 0, 0, 0)  # the style sheet's padding does not reach the text
        self.head.setAccessibleName(tr("Head in row"))
        self.leads = QCheckBox(tr("Its figures go before those of the layers"))
        self.said = QLabel()
        self.said.setWordWrap(True)
        line = QHBoxLayout()
        line.addWidget(QLabel(tr("Head in row")))
        line.addWidget(self.head)
        line.addSpacing(16)
        line.addWidget(self.leads)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addLayout(line)
        column.addWidget(self.said)
        self._found = 0
        self.head.valueChanged.connect(lambda row: self.head_wanted.emit(0 if row == self._found else row))
        self.leads.toggled.connect(self.leads_wanted.emit)

    def show_sheet(self, sheet: TableSurvey, choice: SourceOptions, joined: Joined | None) -> None:
        """Show how a sheet is read."""
        self._found = sheet.head
        for box in (self.head, self.leads):
            box.blockSignals(True)
        self.head.setValue(choice.head or self._found)
        self.leads.setChecked(choice.leads)
        for box in (self.head, self.leads):
            box.blockSignals(False)
        self.leads.setVisible(sheet.use(choice) == Use.FIGURES)
        self.said.setText(_sentence(sheet, choice, joined))


def _sentence(sheet: TableSurvey, choice: SourceOptions, joined: Joined | None) -> str:
    use = sheet.use(choice)
    rows = len(sheet.sheet(choice).frame)
    if use == Use.NOTHING:
        return tr(
            "Neither estate names with figures nor coordinates were found: name the columns under “Fields”."
        )
    if joined is not None:
        return tr(
            "{sure} of {rows} rows are joined to estates by name, {near} of them by a similar name;"
            " {doubtful} to decide, {spare} without an estate.",
            sure=joined.sure,
            rows=joined.rows,
            near=joined.near,
            doubtful=joined.doubtful,
            spare=joined.spare,
        )
    if use == Use.FIGURES:
        return tr("{n} rows; there are no estates yet to which they could be joined.", n=rows)
    if use == Use.POINTS:
        return tr("{n} of {rows} rows have coordinates.", n=sheet.as_layer(choice).features, rows=rows)
    return tr("{n} operators.", n=rows)
