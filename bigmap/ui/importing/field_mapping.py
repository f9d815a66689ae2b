"""What stands below the layers in the import dialog: five sample rows, and which column means what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from bigmap.base.i18n import Text, tr
from bigmap.core.sources.source_options import SourceOptions
from bigmap.io.reading.layer_survey import ENCODINGS, LayerSurvey
from bigmap.ui.widgets.combo_box import Cell

MEANINGS = {
    "name": Text("Name"),
    "code": Text("Code of the feature"),
    "hh": Text("Households"),
    "gfa_m2": Text("Floor area (m²)"),
    "floors": Text("Floors"),
    "width_m": Text("Road width (m)"),
    "green_m2": Text("Green area (m²)"),
    "parking_n": Text("Parking bays"),
    "n_bldg": Text("Number of buildings"),
    "yr_built": Text("Year built"),
    "fee": Text("Property fee"),
    "collect": Text("Share of fees paid"),
    "satisf": Text("Satisfied residents"),
    "road_class": Text("Road class"),
    "clean_grade": Text("Cleaning grade"),
    "mgmt": Text("Management"),
    "oper": Text("Operator"),
    "type": Text("Kind"),
    "structure": Text("Bridge or tunnel"),
    "operator_id": Text("Code of the operator"),
    "capacity": Text("Households it can take"),
    "phone": Text("Phone"),
    "contract_start": Text("Start of the contract"),
    "contract_end": Text("End of the contract"),
    "manager": Text("Project manager"),
    "qualification": Text("Qualification"),
    "remark": Text("Remark"),
    "x": Text("X (east, longitude)"),
    "y": Text("Y (north, latitude)"),
}
"""Canonical field → its name; all that `LayerSurvey.vocabulary` holds."""


class SampleRows(QWidget):
    """Five rows as they read in an encoding, and a button for each other encoding.

    Attributes
    ----------
    encoding_wanted : Signal(str)
        The user wants this encoding.
    """

    encoding_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.table = _plain_table()
        self.table.setAccessibleName(tr("Sample rows"))
        self.buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        line = QHBoxLayout()
        self._label = QLabel(tr("Read the text as"))
        line.addWidget(self._label)
        for code in ENCODINGS:
            button = QPushButton(code)
            button.setCheckable(True)
            button.setObjectName("choice")
            button.clicked.connect(lambda _=False, code=code: self.encoding_wanted.emit(code))
            self._group.addButton(button)
            self.buttons[code] = button
            line.addWidget(button)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addLayout(line)
        column.addWidget(self.table, 1)

    def show_survey(self, survey: LayerSurvey, choice: SourceOptions) -> None:
        """Show the rows of a layer."""
        code = choice.encoding or survey.encoding
        self._label.setVisible(bool(survey.encoding))
        for name, button in self.buttons.items():
            button.setVisible(bool(survey.encoding))
            button.setChecked(name == code)
        _fill(self.table, *survey.shown(choice))
        self.table.resizeColumnsToContents()


class FieldsTable(QWidget):
    """Each column of a layer with a sample value and what it means.

    Attributes
    ----------
    changed : Signal(object)
        Mapping of canonical field to column, as `bigmap.core.sources.source_options.SourceOptions.fields`.
    """

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.table = _plain_table()
        self.table.setAccessibleName(tr("Fields"))
        self.combos: list[Cell] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(self.table)
        self._names: list[str] = []
        self._own: dict[str, str] = {}
        self._vocabulary: Sequence[str] = ()

    def show_survey(self, survey: LayerSurvey, choice: SourceOptions) -> None:
        """Show the columns of a layer, with what they mean as chosen or recognised."""
        self._names, rows = survey.shown(choice)
        self._own = survey.meant(choice, {})
        self._vocabulary = survey.vocabulary(choice)
        meant = {column: meaning for meaning, column in survey.meant(choice, choice.fields).items()}
        sample = [next((row[i] for row in rows if row[i].strip()), "") for i in range(len(self._names))]
        _fill(
            self.table,
            [tr("Column in the file"), tr("Sample value"), tr("Meaning")],
            [[n, s, ""] for n, s in zip(self._names, sample, strict=True)],
        )
        self.combos = [self._combo(meant.get(name, "")) for name in self._names]
        for row, combo in enumerate(self.combos):
            combo.setAccessibleName(f"{tr('Meaning')} {self._names[row]}")
            self.table.setCellWidget(row, 2, combo)
            combo.currentIndexChanged.connect(lambda _, row=row: self._tell(row))
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.table.setColumnWidth(0, 180)
        self.table.setColumnWidth(2, 190)

    def follow(self, told: Mapping[str, str]) -> None:
        """Show another mapping of the same columns."""
        meant = {column: meaning for meaning, column in {**self._own, **told}.items() if column}
        for combo, name in zip(self.combos, self._names, strict=True):
            combo.blockSignals(True)
            combo.setCurrentIndex(max(combo.findData(meant.get(name, "")), 0))
            combo.blockSignals(False)

    def _combo(self, meaning: str) -> Cell:
        combo = Cell()
        combo.addItem("–", "")
        for name, text in MEANINGS.items():
            if name in self._vocabulary:
                combo.addItem(str(text), name)
        combo.setCurrentIndex(max(combo.findData(meaning), 0))
        return combo

    def _tell(self, row: int) -> None:
        """Tell the mapping; a meaning belongs to one column, the one that got it last."""
        meaning = self.combos[row].currentData()
        now = {c.currentData(): n for c, n in zip(self.combos, self._names, strict=True) if c.currentData()}
        if meaning:
            now[meaning] = self._names[row]
        meanings = {*self._own, *now}
        self.changed.emit({m: now.get(m, "") for m in meanings if now.get(m, "") != self._own.get(m, "")})


def _plain_table() -> QTableWidget:
    table = QTableWidget()
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(36)
    table.setShowGrid(False)
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    table.horizontalHeader().setHighlightSections(False)
    table.setTabKeyNavigation(False)
    return table


def _fill(table: QTableWidget, heads: list[str], rows: list[list[str]]) -> None:
    table.clear()
    table.setRowCount(len(rows))
    table.setColumnCount(len(heads))
    table.setHorizontalHeaderLabels(heads)
    for i, row in enumerate(rows):
        for j, text in enumerate(row):
            item = QTableWidgetItem(text.strip())
            item.setToolTip(text.strip())
            table.setItem(i, j, item)
