"""The dialog that asks how zones shall be built."""

from __future__ import annotations

import math

from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from bigmap.base.i18n import tr
from bigmap.core.plan import Plan
from bigmap.core.zoning.rules import ZoningRules
from bigmap.ui.columns import whole

FIELDS = (
    ("hh", "Households"),
    ("gfa_m2", "Floor area (m²)"),
    ("site_m2", "Area (m²)"),
    ("sweep_m2", "Sweep area (m²)"),
)


class BuildZonesDialog(QDialog):
    """Number of zones or largest load, what to balance, and how evenly."""

    def __init__(self, plan: Plan, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame = plan.units.frame
        self._seed, self._instead = plan.rules.seed, plan.rules.instead
        self.setWindowTitle(tr("Build zones"))
        self.setMinimumWidth(400)
        self._make_fields(plan)
        self._lay_out()
        self._set_from(plan.rules)
        self._follow()

    def _make_fields(self, plan: Plan) -> None:
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
        self.balance = QComboBox()
        for field, title in FIELDS:
            self.balance.addItem(tr(title), field)
        self.tolerance = QSpinBox()
        self.tolerance.setRange(1, 50)
        self.tolerance.setSuffix(" %")
        for box in (self.number, self.load, self.tolerance):
            box.lineEdit().setTextMargins(7, 0, 0, 0)  # the style sheet's padding does not reach the text
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
        column.addWidget(buttons)
        self.by_number.toggled.connect(self._follow)
        self.number.valueChanged.connect(self._follow)
        self.load.valueChanged.connect(self._follow)
        self.balance.currentIndexChanged.connect(self._refill)

    def _set_from(self, rules: ZoningRules) -> None:
        field = next(iter(rules.balance)) if len(rules.balance) == 1 else "hh"
        self.balance.setCurrentIndex(max(self.balance.findData(field), 0))
        self._refill()
        self.tolerance.setValue(round(rules.tolerance * 100))
        if rules.max_load is not None:
            self.by_load.setChecked(True)
            self.load.setValue(rules.max_load)
        else:
            self.by_number.setChecked(True)

    def _refill(self) -> None:
        """Propose the mean load of the number of zones, in the field that is balanced now."""
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
                field=self.balance.currentText(),
                total=whole(self._total()),
                mean=whole(self._total() / max(zones, 1)),
                zones=max(zones, 1),
            )
        )

    def _total(self) -> float:
        return float(self._frame[self.balance.currentData()].fillna(0).sum())

    def rules(self) -> ZoningRules:
        """Return what was asked for."""
        numbered = self.by_number.isChecked()
        return ZoningRules(
            zones=self.number.value() if numbered else None,
            max_load=None if numbered else self.load.value(),
            balance={self.balance.currentData(): 1.0},
            tolerance=self.tolerance.value() / 100,
            seed=self._seed,
            instead=self._instead,
        )
