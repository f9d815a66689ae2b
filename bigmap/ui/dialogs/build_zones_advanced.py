"""The further rules of the dialog that builds zones: limits, what stays whole, locks, and change."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import count

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from bigmap.base.i18n import tr
from bigmap.core.planning.plan import Plan
from bigmap.core.schema.columns import column_of
from bigmap.core.zoning.rules import ZoningRules
from bigmap.ui.widgets.combo_box import Combo

_BALANCED = ("hh", "gfa_m2", "site_m2", "sweep_m2", "cost_y", "income_y")
FIELDS = tuple((name, column_of("units", name).title) for name in _BALANCED)
_BORDERS = ((0.2, "Even loads first"), (1.0, "Both alike"), (4.0, "Short borders first"))
_WHOLE = (("", "May be cut"), ("prefer_whole", "Preferably whole"), ("keep_whole", "Always whole"))


class AdvancedRules(QWidget):
    """Editors of the rules that most plans leave as usual."""

    balance_changed = Signal()

    def __init__(self, plan: Plan, chosen: Sequence[str] = ()) -> None:
        super().__init__()
        self._plan, self._chosen = plan, tuple(chosen)
        self.setMinimumWidth(720)
        self.min_load = _limit(1e9)
        self.max_zones = QSpinBox()
        self.max_zones.setRange(0, len(plan.units))
        self.max_zones.lineEdit().setTextMargins(7, 0, 0, 0)
        self.extent = _limit(1e6, " m")
        for box in (self.min_load, self.max_zones, self.extent):
            box.setSpecialValueText(tr("no limit"))
        self.borders = Combo()
        for weight, title in _BORDERS:
            self.borders.addItem(tr(title), weight)
        self.communities, self.streets = Combo(), Combo()
        for combo in (self.communities, self.streets):
            for key, title in _WHOLE:
                combo.addItem(tr(title), key)
        self.also = {field: (QCheckBox(tr(title)), _percent(50, 10)) for field, title in FIELDS}
        self.weights = {field: _weight() for field, _ in FIELDS}
        for field, title in FIELDS:
            self.also[field][1].setAccessibleName(f"{tr(title)}: {tr('within')}")
            self.weights[field].setAccessibleName(f"{tr(title)}: {tr('Weight in the load')}")
        self.from_present = QCheckBox(tr("Start from the present zones and change little"))
        self.max_moved = _percent(100, 100)
        self.locked = QListWidget()
        for zone in plan.zones["zone_id"]:
            item = QListWidgetItem(str(zone), self.locked)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
        self.locked.setFixedHeight(92)
        self.bound = _lines("U0012 = W01")
        self.seeds = _lines("W01 = U0012, U0013")
        self.centres = _lines("W01 = U0012")
        self.together = _lines("U0012, U0013")
        self.apart = _lines("U0012, U0040")
        self.use_chosen = self._make_menu()
        for box in self.weights.values():
            box.valueChanged.connect(self.balance_changed)
        self._lay_out()

    def _make_menu(self) -> QPushButton:
        """Return the button that turns the units chosen on the map into rules."""
        n = len(self._chosen)
        button = QPushButton(tr("Use the {n} chosen units", n=n) if n else tr("Use the chosen units"))
        button.setEnabled(n > 0)
        if not n:
            button.setToolTip(tr("Choose units on the map first; they can then seed zones or go together."))
        menu = QMenu(button)
        for title, edit, line in (
            ("As seeds, a zone around each", self.seeds, self._each_its_zone),
            ("As fixed centres, a zone around each", self.centres, self._each_its_zone),
            ("Go together in one zone", self.together, self._on_one_line),
            ("No two in one zone", self.apart, self._on_one_line),
        ):
            act = menu.addAction(tr(title))
            act.triggered.connect(partial(self._append, edit, line))
        button.setMenu(menu)
        return button

    def _append(self, edit: QPlainTextEdit, line: Callable[[], list[str]]) -> None:
        edit.setPlainText("\n".join([*_written(edit), *line()]))

    def _on_one_line(self) -> list[str]:
        return [", ".join(self._chosen)]

    def _each_its_zone(self) -> list[str]:
        """Return a line for each chosen unit, with the first zones that no rule here names yet."""
        named = {zone for edit in (self.seeds, self.centres) for zone in _by_zone(edit)} | set(self._locked())
        named |= {pair[1] for line in _written(self.bound) if (pair := _pair(line))}
        free = (code for i in count(1) if (code := f"W{i:02d}") not in named)
        return [f"{zone} = {unit}" for unit, zone in zip(self._chosen, free, strict=False)]

    def balance_only(self, field: str) -> None:
        """Let one field alone make the load."""
        self._show_balance({field: 1.0})

    def _show_balance(self, balance: Mapping[str, float]) -> None:
        for field, box in self.weights.items():
            with QSignalBlocker(box):
                box.setValue(balance.get(field, 0.0))

    def balance(self) -> dict[str, float]:
        """Return the fields that make the load, with their weights above 0."""
        return {field: box.value() for field, box in self.weights.items() if box.value() > 0}

    def _lay_out(self) -> None:
        left, right = _form(), _form()
        left.addRow(tr("Smallest load of a zone"), self.min_load)
        left.addRow(tr("Most zones"), self.max_zones)
        left.addRow(tr("Farthest reach"), self.extent)
        left.addRow(tr("Borders"), self.borders)
        left.addRow(tr("Communities"), self.communities)
        left.addRow(tr("Streets"), self.streets)
        left.addRow(self._balance_table())
        right.addRow(tr("Zones that stay as they are"), self.locked)
        right.addRow(tr("Units bound to zones"), self.bound)
        right.addRow(tr("Seeds of zones"), self.seeds)
        right.addRow(tr("Fixed centres of zones"), self.centres)
        right.addRow(tr("Units that go together"), self.together)
        right.addRow(tr("Units kept apart"), self.apart)
        right.addRow("", self.use_chosen)
        hint = QLabel(tr("One rule a line, with the ids that the table of units shows."))
        hint.setObjectName("hint")
        right.addRow(hint)
        right.addRow(self.from_present)
        right.addRow(tr("Most load that may move"), self.max_moved)
        self.max_moved.setEnabled(False)
        self.from_present.toggled.connect(self.max_moved.setEnabled)
        self.from_present.setEnabled(len(self._plan.zones) > 0)
        both = QHBoxLayout(self)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(32)
        for form in (left, right):
            column = QVBoxLayout()
            column.addLayout(form)
            column.addStretch(1)
            both.addLayout(column, 1)

    def _balance_table(self) -> QWidget:
        """Return the table of what is balanced: weights in one load, and loads that are balanced as well."""
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 6, 0, 6)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        for column, title in enumerate(("Balanced by itself", "within", "Weight in the load")):
            head = QLabel(tr(title))
            head.setObjectName("hint")
            grid.addWidget(head, 0, column)
        for row, (field, (check, spin)) in enumerate(self.also.items(), 1):
            for column, widget in enumerate((check, spin, self.weights[field])):
                grid.addWidget(widget, row, column)
            spin.setEnabled(False)
            check.toggled.connect(spin.setEnabled)
        return box

    def show_rules(self, rules: ZoningRules) -> None:
        """Show rules, as far as there are editors for them."""
        self.min_load.setValue(rules.min_load or 0)
        self.max_zones.setValue(rules.max_zones or 0)
        self.extent.setValue(rules.max_extent_m or 0)
        nearest = min(range(len(_BORDERS)), key=lambda i: abs(_BORDERS[i][0] - rules.compactness))
        self.borders.setCurrentIndex(nearest)
        for combo, what in ((self.communities, "communities"), (self.streets, "streets")):
            key = (
                "keep_whole"
                if what in rules.keep_whole
                else "prefer_whole"
                if what in rules.prefer_whole
                else ""
            )
            combo.setCurrentIndex(combo.findData(key))
        for field, (check, spin) in self.also.items():
            check.setChecked(field in rules.tolerances)
            spin.setValue(round(100 * rules.tolerances.get(field, 0.1)))
        self._show_balance(rules.balance)
        self.from_present.setChecked(bool(rules.start) and self.from_present.isEnabled())
        self.max_moved.setValue(100 if rules.max_moved is None else round(100 * rules.max_moved))
        for i in range(self.locked.count()):
            held = self.locked.item(i).text() in rules.locked_zones
            self.locked.item(i).setCheckState(Qt.CheckState.Checked if held else Qt.CheckState.Unchecked)
        self.bound.setPlainText("\n".join(f"{unit} = {zone}" for unit, zone in rules.locks.items()))
        self.seeds.setPlainText("\n".join(f"{z} = {', '.join(units)}" for z, units in rules.seeds.items()))
        self.centres.setPlainText("\n".join(f"{zone} = {unit}" for zone, unit in rules.centres.items()))
        self.together.setPlainText("\n".join(", ".join(group) for group in rules.together))
        self.apart.setPlainText("\n".join(", ".join(group) for group in rules.apart))

    def applied(self, rules: ZoningRules) -> ZoningRules:
        """Return the rules with what is said here; rules without an editor stay."""
        whole: dict[str, list[str]] = {"keep_whole": [], "prefer_whole": []}
        for combo, what in ((self.communities, "communities"), (self.streets, "streets")):
            if combo.currentData():
                whole[combo.currentData()].append(what)
        weight = self.borders.currentData()
        nearest = min((w for w, _ in _BORDERS), key=lambda w: abs(w - rules.compactness))
        moved = self.max_moved.value()
        present = self.from_present.isChecked()
        return replace(
            rules,
            min_load=self.min_load.value() or None,
            max_zones=self.max_zones.value() or None,
            max_extent_m=self.extent.value() or None,
            compactness=rules.compactness if nearest == weight else weight,
            keep_whole=tuple(whole["keep_whole"]),
            prefer_whole=tuple(whole["prefer_whole"]),
            tolerances={f: spin.value() / 100 for f, (check, spin) in self.also.items() if check.isChecked()}
            | {f: share for f, share in rules.tolerances.items() if f not in self.also},
            start=self._present() if present else {},
            max_moved=moved / 100 if present and moved < 100 else None,
            locked_zones=self._locked(),
            locks=dict(pair for line in _written(self.bound) if (pair := _pair(line))),
            seeds={zone: tuple(units) for zone, units in _by_zone(self.seeds).items()},
            centres={zone: units[0] for zone, units in _by_zone(self.centres).items()},
            together=tuple(tuple(_ids(line)) for line in _written(self.together)),
            apart=tuple(tuple(_ids(line)) for line in _written(self.apart)),
        )

    def _present(self) -> dict[str, str]:
        plan, zones = self._plan, self._plan.zones["zone_id"].astype(str).to_numpy()
        ids = plan.units.frame["unit_id"].astype(str)
        return {u: zones[z] for u, z in zip(ids, plan.zone_of_unit, strict=True) if z >= 0}

    def _locked(self) -> dict[str, Sequence[str]]:
        items = (self.locked.item(i) for i in range(self.locked.count()))
        wanted = {item.text() for item in items if item.checkState() == Qt.CheckState.Checked}
        held: dict[str, list[str]] = {zone: [] for zone in sorted(wanted)}
        for unit, zone in self._present().items() if wanted else ():
            if zone in wanted:
                held[zone].append(unit)
        return {zone: tuple(units) for zone, units in held.items()}


def _form() -> QFormLayout:
    form = QFormLayout()
    form.setHorizontalSpacing(16)
    form.setVerticalSpacing(8)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    return form


def _limit(most: float, suffix: str = "") -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setDecimals(0)
    box.setRange(0, most)
    box.setGroupSeparatorShown(True)
    box.setSuffix(suffix)
    box.lineEdit().setTextMargins(7, 0, 0, 0)  # the style sheet's padding does not reach the text
    return box


def _percent(most: int, value: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(1, most)
    box.setValue(value)
    box.setSuffix(" %")
    box.lineEdit().setTextMargins(7, 0, 0, 0)
    return box


def _weight() -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setDecimals(3)
    box.setRange(0, 10_000)
    box.setSpecialValueText("–")
    box.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
    box.lineEdit().setTextMargins(7, 0, 0, 0)
    return box


def _lines(example: str) -> QPlainTextEdit:
    edit = QPlainTextEdit()
    edit.setPlaceholderText(example)
    edit.setFixedHeight(46)
    edit.setTabChangesFocus(True)
    return edit


def _written(edit: QPlainTextEdit) -> list[str]:
    return [line.strip() for line in edit.toPlainText().splitlines() if line.strip()]


def _ids(line: str) -> list[str]:
    return [unit for unit in re.split(r"[,，、;；\s]+", line) if unit]


def _by_zone(edit: QPlainTextEdit) -> dict[str, list[str]]:
    """Return the units of each zone of lines such as ``W01 = U0012, U0013``."""
    found: dict[str, list[str]] = {}
    for line in _written(edit):
        zone, _, units = line.replace("＝", "=").partition("=")
        if zone.strip() and _ids(units):
            found.setdefault(zone.strip(), []).extend(_ids(units))
    return found


def _pair(line: str) -> tuple[str, str] | None:
    unit, _, zone = line.replace("＝", "=").partition("=")
    return (unit.strip(), zone.strip()) if unit.strip() else None
