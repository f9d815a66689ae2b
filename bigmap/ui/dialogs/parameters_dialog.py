"""The sheet of parameters: every figure of the reckoning with its unit, its source and a way back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from bigmap.base.errors import UserError
from bigmap.base.i18n import current, tr
from bigmap.core.operators.bundling_rules import BundleRules
from bigmap.core.operators.parameters import (
    LEVELS,
    Info,
    Parameters,
    as_values,
    checked_parameters,
    infos,
    parameters_from,
)
from bigmap.io.writing.parameters_json import NAME, read_parameters, write_parameters
from bigmap.ui.widgets.combo_box import Combo
from bigmap.ui.widgets.day_night import shade
from bigmap.ui.widgets.dialog import Dialog

_HEADS = ("Parameter", "Value", "Unit", "Source", "")
_NAME, _VALUE, _UNIT, _SOURCE, _RESET = range(5)
_WRONG, _CHANGED, _GROUP = "#b3261e", "#0b57a4", "#eef2f6"
_LEVEL_NAMES = {
    "1": "Level 1",
    "2": "Level 2",
    "3": "Level 3",
    "4": "Level 4",
    "last": "Last resort",
}


class ParametersDialog(Dialog):
    """Values can be typed over; what differs from the default is blue and can be reset.

    Parameters
    ----------
    parameters : Parameters
    parent : QWidget, optional
    """

    def __init__(self, parameters: Parameters, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values = as_values(parameters)
        self._wrong: dict[str, str] = {}
        self._row: dict[str, int] = {}
        self.setWindowTitle(tr("Parameters of cost and income"))
        self.resize(1060, 720)
        self._make_table()
        self._lay_out()
        self._write()

    def parameters(self) -> Parameters:
        """Return what was asked for."""
        return parameters_from(self._values)

    # --- making ---

    def _make_table(self) -> None:
        told = infos()
        groups = list(dict.fromkeys(info.group.template for info in told))
        self.table = QTableWidget(len(told) + len(groups), len(_HEADS))
        self.table.setHorizontalHeaderLabels([tr(head) if head else "" for head in _HEADS])
        row = 0
        for group in groups:
            self._add_group(row, tr(group))
            for info in (i for i in told if i.group.template == group):
                row += 1
                self._row[info.name] = row
                self._add(row, info)
            row += 1
        self.table.itemChanged.connect(self._edited)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(30)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.setAccessibleName(tr("Parameters of cost and income"))
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in ((_NAME, 320), (_VALUE, 100), (_UNIT, 170), (_RESET, 70)):
            self.table.setColumnWidth(column, width)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        heading = QTableWidgetItem(tr(_HEADS[_VALUE]))
        heading.setTextAlignment(right)
        self.table.setHorizontalHeaderItem(_VALUE, heading)
        header.setSectionResizeMode(_SOURCE, QHeaderView.ResizeMode.Stretch)

    def _add_group(self, row: int, title: str) -> None:
        item = _fixed(title)
        font = QFont(self.font())
        font.setBold(True)
        item.setFont(font)
        item.setBackground(QBrush(QColor(shade(_GROUP))))
        self.table.setItem(row, 0, item)
        self.table.setSpan(row, 0, 1, len(_HEADS))

    def _add(self, row: int, info: Info) -> None:
        self.table.setItem(row, _NAME, _fixed(str(info.title)))
        value = QTableWidgetItem()
        value.setData(Qt.ItemDataRole.UserRole, info.name)
        value.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.table.setItem(row, _VALUE, value)
        self.table.setItem(row, _UNIT, _fixed(str(info.unit)))
        source = _fixed(str(info.source))
        source.setToolTip(str(info.source))
        self.table.setItem(row, _SOURCE, source)
        self.table.setItem(row, _RESET, _fixed(""))
        reset = QPushButton()
        reset.setObjectName("link")
        reset.setToolTip(_written(info.default))
        reset.setAccessibleName(tr("Reset {name}", name=str(info.title)))
        reset.clicked.connect(lambda: self._take({info.name: info.default}))
        self.table.setCellWidget(row, _RESET, reset)

    def _lay_out(self) -> None:
        self.level = Combo()
        self.level.addItem(tr("As entered"), None)
        for name, title in _LEVEL_NAMES.items():
            self.level.addItem(tr(title), name)
        self.level.setAccessibleName(tr("Staffing by service level"))
        self.level.activated.connect(self._set_level)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(QLabel(tr("Staffing by service level")))
        top.addWidget(self.level)
        top.addStretch(1)
        self.said = QLabel()
        self.said.setObjectName("hint")
        self.said.setWordWrap(True)
        self.said.setMinimumHeight(QLabel("").sizeHint().height() + 6)
        buttons = QDialogButtonBox()
        self.accept_button = buttons.addButton(tr("Reckon anew"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.accept_button.setObjectName("primary")
        buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        bottom = QHBoxLayout()
        self.reset_button = QPushButton(tr("Reset all"))
        self.reset_button.clicked.connect(lambda: self._take(as_values(Parameters())))
        open_button, save_button = QPushButton(tr("Open…")), QPushButton(tr("Save…"))
        open_button.clicked.connect(self._open)
        save_button.clicked.connect(self._save)
        self._save_button = save_button
        for button in (self.reset_button, open_button, save_button):
            button.setAutoDefault(False)
            bottom.addWidget(button)
        bottom.addStretch(1)
        bottom.addWidget(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(12)
        column.addLayout(top)
        column.addWidget(self.table, 1)
        column.addWidget(self.said)
        column.addLayout(bottom)

    def sizeHint(self) -> QSize:
        """Return room for the whole width of the table."""
        return QSize(1060, 720)

    # --- doing ---

    def _edited(self, item: QTableWidgetItem) -> None:
        name = item.data(Qt.ItemDataRole.UserRole)
        if not name or item.text() == _written(self._values[name]):
            self._wrong.pop(name, None)
            return self._write()
        info = next(i for i in infos() if i.name == name)
        try:
            self._values[name] = checked_parameters(info, _number(item.text()))
            self._wrong.pop(name, None)
        except UserError as error:
            self._wrong[name] = str(error)
        return self._write()

    def _take(self, values: dict[str, float]) -> None:
        """Put other values into the sheet; what was wrong there is right again."""
        self._values |= values
        for name, value in values.items():
            self._wrong.pop(name, None)
            self.value_item(name).setText(_written(value))
        self._write()

    def _set_level(self) -> None:
        name = self.level.currentData()
        if name:
            self._take(LEVELS[name])

    def _open(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, tr("Open parameters"), "", "*.json")
        if name:
            self.open_file(Path(name))

    def open_file(self, path: Path) -> None:
        """Take the parameters of a file, or say why not."""
        try:
            self._take(as_values(read_parameters(path)[0]))
        except UserError as error:
            self._say(str(error), wrong=True)

    def _save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, tr("Save parameters"), NAME, "*.json")
        if name:
            try:
                write_parameters(self.parameters(), BundleRules(), Path(name), current())
            except UserError as error:
                self._say(str(error), wrong=True)

    # --- showing ---

    def _write(self) -> None:
        self.table.blockSignals(True)
        for info in infos():
            item, value = self.value_item(info.name), self._values[info.name]
            wrong = info.name in self._wrong
            if not wrong:
                item.setText(_written(value))
            changed = value != info.default or wrong
            colour = _WRONG if wrong else _CHANGED if changed else "#1f2933"
            item.setForeground(QBrush(QColor(shade(colour))))
            item.setToolTip(self._wrong.get(info.name, ""))
            reset = self.table.cellWidget(self._row[info.name], _RESET)
            assert isinstance(reset, QPushButton)
            reset.setText(tr("Reset") if changed else "")
            reset.setEnabled(changed)
        self.table.blockSignals(False)
        level = next((n for n, row in LEVELS.items() if row.items() <= self._values.items()), None)
        self.level.setCurrentIndex(self.level.findData(level))
        for button in (self.accept_button, self._save_button):
            button.setEnabled(not self._wrong)
        if self._wrong:
            self._say(next(iter(self._wrong.values())), wrong=True)
        else:
            count = sum(self._values[i.name] != i.default for i in infos())
            self._say(tr("{n} values differ from the defaults.", n=count) if count else "", wrong=False)

    def _say(self, text: str, *, wrong: bool) -> None:
        self.said.setText(text)
        self.said.setStyleSheet(f"color: {shade(_WRONG)};" if wrong else "")

    def value_item(self, name: str) -> QTableWidgetItem:
        """Return the cell of a parameter's value."""
        item = self.table.item(self._row[name], _VALUE)
        assert item is not None
        return item


def _fixed(text: str) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    item.setFlags(Qt.ItemFlag.ItemIsEnabled)
    return item


def _written(value: float) -> str:
    return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.2f}"


def _number(text: str) -> float | str:
    """Return the number typed; the text itself where it is none."""
    try:
        return float(text.replace(",", "").replace("，", "").strip())
    except ValueError:
        return text
