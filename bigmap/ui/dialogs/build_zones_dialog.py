"""The dialog that asks how zones shall be built."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QFrame,
    QLabel,
    QMessageBox,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from bigmap.base.atomic_write import parse_json, store
from bigmap.base.errors import UserError
from bigmap.base.i18n import tr
from bigmap.core.planning.plan import Plan
from bigmap.core.zoning.rules import ZoningRules
from bigmap.ui.dialogs.build_zones_advanced import FIELDS, AdvancedRules
from bigmap.ui.widgets.combo_box import Combo
from bigmap.ui.widgets.dialog import Dialog, fit_to_screen, room_on
from bigmap.ui.widgets.number_format import format_whole

_PANE_LEAST = 120


class BuildZonesDialog(Dialog):
    """Number of zones or largest load, what to balance, and how evenly.

    Parameters
    ----------
    plan : Plan
        Its rules are proposed.
    parent : QWidget, optional
    chosen : sequence of str
        ``unit_id`` of units chosen on the map, of which rules can be made.
    """

    def __init__(self, plan: Plan, parent: QWidget | None = None, chosen: Sequence[str] = ()) -> None:
        super().__init__(parent)
        self._frame = plan.units.frame
        self._rules = plan.rules
        self.setWindowTitle(tr("Build zones"))
        self.setMinimumWidth(440)
        self._make_fields(plan, chosen)
        self._lay_out()
        self.show_rules(plan.rules)
        usual = self.advanced.applied(ZoningRules()) == ZoningRules() and len(plan.rules.balance) == 1
        self._show_advanced(on=not usual)

    def _make_fields(self, plan: Plan, chosen: Sequence[str]) -> None:
        self.by_number = QRadioButton(tr("Number of zones"))
        self.by_load = QRadioButton(tr("Largest load of a zone"))
        choice = QButtonGroup(self)
        choice.addButton(self.by_number)
        choice.addButton(self.by_load)
        self.number = QSpinBox()
        self.number.setRange(1, len(plan.units))
        self.number.setValue(max(len(plan.zones), 1))
        self.load = QDoubleSpinBox()
        self.load.setDecimals(0)
        self.load.setGroupSeparatorShown(True)
        self.balance = Combo()
        for field, title in FIELDS:
            self.balance.addItem(tr(title), field)
        self.tolerance = QSpinBox()
        self.tolerance.setRange(1, 50)
        self.tolerance.setSuffix(" %")
        for box in (self.number, self.load, self.tolerance):
            box.lineEdit().setTextMargins(7, 0, 0, 0)  # the style sheet's padding does not reach the text
        self.number.setAccessibleName(self.by_number.text())
        self.load.setAccessibleName(self.by_load.text())
        self.advanced = AdvancedRules(plan, chosen)
        self.more = QPushButton()
        self.more.setObjectName("link")
        self.more.setCheckable(True)
        self.outlook = QLabel()
        self.outlook.setObjectName("hint")
        self.outlook.setWordWrap(True)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(24)
        form.setVerticalSpacing(10)
        form.addRow(tr("Balance"), self.balance)
        form.addRow(self.by_number, self.number)
        form.addRow(self.by_load, self.load)
        form.addRow(tr("Largest deviation"), self.tolerance)
        buttons = QDialogButtonBox()
        for text, act in ((tr("Open rules…"), self._open_rules), (tr("Save rules…"), self._save_rules)):
            button = buttons.addButton(text, QDialogButtonBox.ButtonRole.ResetRole)
            button.clicked.connect(act)
            button.setAutoDefault(False)
        accept = buttons.addButton(tr("Build zones"), QDialogButtonBox.ButtonRole.AcceptRole)
        accept.setObjectName("primary")
        buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(16)
        column.addLayout(form)
        column.addWidget(self.outlook)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._scrolled(), 1)
        column.addWidget(buttons)
        self.more.toggled.connect(self._show_advanced)
        self.by_number.toggled.connect(self._follow)
        self.number.valueChanged.connect(self._follow)
        self.load.valueChanged.connect(self._follow)
        self.balance.currentIndexChanged.connect(self._refill)
        self.advanced.balance_changed.connect(self._weighed)

    def _scrolled(self) -> QScrollArea:
        """Return the advanced rules, to be scrolled where the screen is too low for all of them."""
        self.pane = QScrollArea()
        self.pane.setFrameShape(QFrame.Shape.NoFrame)
        self.pane.setWidgetResizable(True)
        self.pane.setWidget(self.advanced)
        for ground in (self.pane.viewport(), self.advanced):
            ground.setAutoFillBackground(False)  # the ground of the dialog shows through
        wanted = self.advanced.sizeHint()
        self.pane.setMinimumHeight(_PANE_LEAST)
        self.pane.setMinimumWidth(wanted.width() + 2 + self.pane.verticalScrollBar().sizeHint().width())
        return self.pane

    def show_rules(self, rules: ZoningRules) -> None:
        """Show rules; those without an editor are kept as they are."""
        self._rules = rules
        self.balance.setCurrentIndex(max(self.balance.findData(self._field_of(rules.balance)), 0))
        self._refill()
        self.advanced.show_rules(rules)
        self._propose_load()
        self.tolerance.setValue(round(rules.tolerance * 100))
        if rules.max_load is not None:
            self.by_load.setChecked(True)
            self.load.setValue(rules.max_load)
        else:
            self.by_number.setChecked(True)
            self.number.setValue(rules.zones or self.number.value())
        self._follow()

    @staticmethod
    def _field_of(balance: dict[str, float]) -> str:
        """Return the field that stands for a balance of several."""
        return max(balance, key=lambda field: balance[field])

    def _show_advanced(self, on: bool) -> None:
        self.pane.setVisible(on)
        self.more.setChecked(on)
        self.more.setText(("▾  " if on else "▸  ") + tr("Advanced"))
        if layout := self.layout():
            layout.activate()
        wanted = self.sizeHint()
        if on:  # a scroll area asks for little
            more = self.advanced.sizeHint().height() - self.pane.sizeHint().height()
            wanted += QSize(0, max(0, more))
        self.resize(wanted.boundedTo(room_on(self.screen().availableGeometry())))
        if self.isVisible():
            fit_to_screen(self)

    def _open_rules(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, tr("Open rules…"), "", "*.json")
        if not name:
            return
        try:
            values = parse_json(Path(name).read_text(encoding="utf-8-sig"))
            self.show_rules(ZoningRules.from_json(values))
            self._show_advanced(on=True)
        except (OSError, ValueError) as error:
            self._refuse(tr("{file} is not JSON: {reason}", file=name, reason=str(error)))
        except UserError as error:
            self._refuse(str(error))

    def _save_rules(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, tr("Save rules…"), "rules.json", "*.json")
        if not name:
            return
        path = Path(name) if Path(name).suffix else Path(name).with_suffix(".json")
        try:
            store(path, json.dumps(self.rules().to_json(), ensure_ascii=False, indent=1).encode())
        except UserError as error:
            self._refuse(str(error))

    def _refuse(self, sentence: str) -> None:
        QMessageBox.warning(self, "bigmap", sentence)

    def _refill(self) -> None:
        """Balance the field that is chosen now, alone, and propose the mean load of the number of zones."""
        self.advanced.balance_only(self.balance.currentData())
        self._propose_load()

    def _weighed(self) -> None:
        """Show the field with the largest part in a load made of several."""
        totals = {field: weight * self._sum(field) for field, weight in self.advanced.balance().items()}
        if totals:
            with QSignalBlocker(self.balance):
                self.balance.setCurrentIndex(self.balance.findData(max(totals, key=lambda f: totals[f])))
        self._propose_load()

    def _propose_load(self) -> None:
        total = self._total()
        self.load.setRange(1, max(total, 1))
        self.load.setValue(math.ceil(total / self.number.value()))
        self._follow()

    def _follow(self) -> None:
        self.number.setEnabled(self.by_number.isChecked())
        self.load.setEnabled(self.by_load.isChecked())
        zones = (
            self.number.value()
            if self.by_number.isChecked()
            else math.ceil(self._total() / self.load.value())
        )
        self.outlook.setText(
            tr(
                "{field}: {total} in all, about {mean} in each of {zones} zones.",
                field=self.balance.currentText() if len(self._weights()) == 1 else tr("Load"),
                total=format_whole(self._total()),
                mean=format_whole(self._total() / max(zones, 1)),
                zones=max(zones, 1),
            )
        )

    def _weights(self) -> dict[str, float]:
        """Return what makes the load; fields without an editor stay as long as the balance does."""
        field, kept = self.balance.currentData(), self._rules.balance
        others = {name: weight for name, weight in kept.items() if name not in self.advanced.weights}
        return (self.advanced.balance() or {field: 1.0}) | (others if len(kept) > 1 else {})

    def _sum(self, field: str) -> float:
        return float(self._frame[field].fillna(0).sum()) if field in self._frame else 0.0

    def _total(self) -> float:
        return sum(weight * self._sum(field) for field, weight in self._weights().items())

    def rules(self) -> ZoningRules:
        """Return what was asked for."""
        numbered = self.by_number.isChecked()
        simple = replace(
            self._rules,
            zones=self.number.value() if numbered else None,
            max_load=None if numbered else self.load.value(),
            balance=self._weights(),
            tolerance=self.tolerance.value() / 100,
        )
        return self.advanced.applied(simple)
