"""The dialogs of bundles: how zones are given to operators, and the swap that is proposed."""

from __future__ import annotations

import numpy as np
import pandas as pd
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from bigmap.base.amounts import percent
from bigmap.base.i18n import Text, tr
from bigmap.core.operators.bundling_rules import BundleRules
from bigmap.core.operators.contracts import contract_runs
from bigmap.core.planning.plan import Plan
from bigmap.core.planning.swap import Swap
from bigmap.core.units import unknown
from bigmap.ui.widgets.combo_box import Cell
from bigmap.ui.widgets.dialog import Dialog
from bigmap.ui.widgets.number_format import format_whole

_NAME_WIDTH = 260
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class BundleDialog(Dialog):
    """Band of cover ratios, share, nearness, weights, and zones whose operator is decided.

    Parameters
    ----------
    plan : Plan
    parent : QWidget, optional
    """

    def __init__(self, plan: Plan, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan, rules = plan, plan.bundle_rules
        self._seed = rules.seed
        self.setWindowTitle(tr("Give zones to operators"))
        self.resize(1040, 540)
        self.band = _percent(rules.band, 1, 100)
        self.share = _percent(rules.max_share, 1, 100)
        self.hard = QCheckBox(tr("is a limit, not only a warning"))
        self.hard.setChecked(rules.share_is_hard)
        self.near = QSpinBox()
        self.near.setRange(0, 20_000)
        self.near.setSingleStep(50)
        self.near.setSuffix(" m")
        self.near.setValue(round(rules.near_m))
        self.weights = {
            name: _weight(getattr(rules, f"{name}_weight"))
            for name in ("load", "cover", "pieces", "touch", "distance")
        }
        for field in (self.band, self.share, self.near, *self.weights.values()):
            field.lineEdit().setTextMargins(7, 0, 0, 0)  # the style sheet's padding does not reach the text
        self.locks: list[Cell] = []
        self._make_table(plan)
        self._lay_out()

    def rules(self) -> BundleRules:
        """Return what was asked for."""
        zones = self._plan.zones["zone_id"]
        return BundleRules(
            band=self.band.value() / 100,
            max_share=self.share.value() / 100,
            share_is_hard=self.hard.isChecked(),
            near_m=float(self.near.value()),
            locks={
                str(z): box.currentData()
                for z, box in zip(zones, self.locks, strict=True)
                if box.currentData()
            },
            seed=self._seed,
            **{f"{name}_weight": box.value() for name, box in self.weights.items()},
        )

    def _make_table(self, plan: Plan) -> None:
        heads = ("Zone", "Households", "Cover ratio", "Operator now", "Operator decided")
        self.table = _table(len(plan.zones), [tr(head) for head in heads], numbers=(1, 2))
        names = dict(zip(plan.operators["operator_id"], plan.operators["name"], strict=True))
        on = plan.operators[contract_runs(plan.operators, plan.sources.day)]
        free = dict(zip(on["operator_id"], on["name"], strict=True))
        for row, zone in enumerate(plan.zones.itertuples()):
            now = "–" if pd.isna(zone.oper) else names.get(zone.oper, zone.oper)
            households = format_whole(unknown.figure(zone._asdict(), "hh"))
            cells = (zone.zone_id, households, percent(zone.cover_ratio), now)
            for column, text in enumerate(cells):
                self.table.setItem(row, column, _item(str(text), right=column in (1, 2)))
            box = Cell()
            box.addItem(tr("free"), None)
            for code, name in free.items():
                box.addItem(str(name), str(code))
            box.setAccessibleName(f"{tr(heads[4])} {zone.zone_id}")
            box.setCurrentIndex(max(0, box.findData(plan.bundle_rules.locks.get(zone.zone_id))))
            self.locks.append(box)
            self.table.setCellWidget(row, 4, box)
        self.table.resizeColumnsToContents()
        self.table.setColumnWidth(3, min(self.table.columnWidth(3), _NAME_WIDTH))
        self.table.horizontalHeader().setSectionResizeMode(4, QHeaderView.ResizeMode.Stretch)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(10)
        form.addRow(tr("Cover ratio off the whole's by at most"), self.band)
        form.addRow(tr("Largest share of one operator"), self.share)
        form.addRow("", self.hard)
        form.addRow(tr("Parts nearer than this count as one"), self.near)
        heading = QLabel(tr("Weights"))
        heading.setObjectName("attributeName")
        form.addRow(heading)
        titles = {
            "load": tr("Even use of the capacities"),
            "cover": tr("Even cover ratios"),
            "pieces": tr("Few pieces"),
            "touch": tr("Touching, where they are near"),
            "distance": tr("Near to today's ground"),
        }
        for name, box in self.weights.items():
            form.addRow(titles[name], box)
        sides = QHBoxLayout()
        sides.setSpacing(24)
        sides.addLayout(form)
        sides.addWidget(self.table, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(16)
        column.addLayout(sides, 1)
        column.addWidget(_buttons(self, tr("Give zones to operators")))


class SwapDialog(Dialog):
    """The swap that is proposed, with the figures before and after.

    Parameters
    ----------
    plan : Plan
    swap : Swap
    parent : QWidget, optional
    """

    def __init__(self, plan: Plan, swap: Swap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Suggested swap"))
        self.setMinimumWidth(560)
        said = QLabel(str(sentence(plan, swap)))
        said.setWordWrap(True)
        said.setObjectName("sentence")
        said.setMinimumWidth(500)
        rows = figures(plan, swap)
        heads = [tr("Cover ratio"), tr("Now"), tr("After the swap"), tr("Change (points)")]
        self.table = _table(len(rows), heads, numbers=(1, 2, 3))
        for row, (title, before, after) in enumerate(rows):
            change = f"{100 * (after - before):+.1f}"
            for place, text in enumerate((title, percent(before), percent(after), change)):
                self.table.setItem(row, place, _item(text, right=place > 0))
        self.table.resizeColumnsToContents()
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.setFixedHeight(
            self.table.horizontalHeader().sizeHint().height() + 30 * len(rows) + 2 * self.table.frameWidth()
        )
        hint = QLabel(tr("Every zone and bundle stays in as many pieces as it has; the step can be undone."))
        hint.setObjectName("hint")
        hint.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(16)
        for widget in (said, self.table, hint, _buttons(self, tr("Make the swap"))):
            column.addWidget(widget)


def sentence(plan: Plan, swap: Swap) -> Text:
    """Return what goes where."""
    names = plan.operators["name"].tolist()
    zones = plan.zones["zone_id"].tolist()
    if swap.unit is None:
        a, b = swap.groups
        return Text(
            "Zone {zone} ({hh:,.0f} households) goes from {a} to {b}.",
            {
                "zone": zones[swap.zone],
                "hh": unknown.figure(plan.zones.iloc[swap.zone], "hh"),
                "a": names[a],
                "b": names[b],
            },
        )
    unit = plan.units.frame.iloc[swap.unit]
    return Text(
        "{unit} ({hh:,.0f} households, {area:,.0f} m²) goes from zone {a} to zone {b}.",
        {
            "unit": unit["name"] or unit["unit_id"],
            "hh": unknown.chosen(plan.units.frame, "hh", [swap.unit]),
            "area": float(unit["site_m2"]),
            "a": zones[swap.zone],
            "b": zones[swap.to],
        },
    )


def figures(plan: Plan, swap: Swap) -> list[tuple[str, float, float]]:
    """Return cover ratios and their spread before and after, by name."""
    named = plan.operators["name"] if swap.of == "operators" else plan.zones["zone_id"]
    rows = [(str(named.iloc[g]), *cover) for g, cover in zip(swap.groups, swap.covers, strict=True)]
    return [*rows, (tr("Spread: largest less smallest"), *swap.spread)]


def _buttons(dialog: QDialog, title: str) -> QDialogButtonBox:
    buttons = QDialogButtonBox()
    buttons.addButton(title, QDialogButtonBox.ButtonRole.AcceptRole).setObjectName("primary")
    buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    return buttons


def _table(rows: int, heads: list[str], numbers: tuple[int, ...]) -> QTableWidget:
    table = QTableWidget(rows, len(heads))
    for column, head in enumerate(heads):
        item = QTableWidgetItem(head)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        item.setTextAlignment(_RIGHT if column in numbers else left)
        table.setHorizontalHeaderItem(column, item)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(30)
    table.horizontalHeader().setHighlightSections(False)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.setAccessibleName(heads[0])
    table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    return table


def _item(text: str, *, right: bool) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    item.setToolTip(text)
    if right:
        item.setTextAlignment(_RIGHT)
    return item


def _percent(value: float, low: int, high: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(low, high)
    box.setSuffix(" %")
    box.setValue(int(np.round(value * 100)))
    return box


def _weight(value: float) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(0, 100)
    box.setSingleStep(0.05)
    box.setValue(value)
    return box
