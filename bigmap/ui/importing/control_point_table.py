"""Control points, typed or from a file: the same points in a layer's numbers and in a known system."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from bigmap.base.errors import UserError
from bigmap.base.i18n import Text, tr
from bigmap.core.crs import code_of, epsg, is_metric
from bigmap.core.sources.source_options import SourceOptions
from bigmap.io.georeferencing.control_points import ControlPoints, from_degrees, read_control_points
from bigmap.ui.widgets.combo_box import Combo

_DEGREES, _METRES = "degrees", "metres"
_LEFT = 4
"""Column of the residuals."""


class ControlTable(QWidget):
    """A row a point, with what is left at it once the layer is moved there.

    Attributes
    ----------
    changed : Signal()
        Another point, number or system.
    """

    changed = Signal()

    def __init__(self, choice: SourceOptions) -> None:
        super().__init__()
        self.target = Combo()
        self.target.addItem(tr("Longitude and latitude"), _DEGREES)
        self.target.addItem(tr("Metres, EPSG"), _METRES)
        self.target.setAccessibleName(tr("Where they lie"))
        self.code = QSpinBox()
        self.code.setAccessibleName("EPSG")
        self.code.setRange(1024, 32767)
        self.code.setValue(4548)
        self.code.lineEdit().setTextMargins(7, 0, 0, 0)
        self.table = QTableWidget(0, _LEFT + 1)
        self.table.verticalHeader().hide()
        self.table.setTabKeyNavigation(False)
        self.table.setAccessibleName(tr("Control points"))
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.fit_line = QLabel()
        self.fit_line.setWordWrap(True)
        self._lay_out()
        if choice.control:
            self._show(ControlPoints.of(choice.control, CRS.from_user_input(choice.crs)))
        while self.table.rowCount() < 3:
            self._add()
        self.table.cellChanged.connect(lambda *_: self._follow())
        self.target.currentIndexChanged.connect(self._follow)
        self.code.valueChanged.connect(self._follow)
        self._follow()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(QLabel(tr("Where they lie")))
        top.addWidget(self.target)
        top.addWidget(self.code)
        top.addStretch(1)
        below = QHBoxLayout()
        for title, act in (
            (tr("Add a point"), self._add),
            (tr("Remove the point"), self._remove),
            (tr("From a file…"), self._ask_file),
        ):
            button = QPushButton(title)
            button.clicked.connect(lambda _=False, act=act: act())
            below.addWidget(button)
        below.addStretch(1)
        hint = QLabel(tr("Two points or more, far apart: a file of columns x, y, lon, lat does as well."))
        hint.setObjectName("hint")
        hint.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.table, 1)
        column.addLayout(below)
        column.addWidget(self.fit_line)
        column.addWidget(hint)

    # --- what was entered ---

    def choice(self) -> SourceOptions:
        """Return the system of the targets with the points.

        Raises
        ------
        UserError
            If there are fewer than two, or they do not tell a direction.
        """
        points = self.entered()
        points.fit()
        return SourceOptions(crs=code_of(points.crs), control=points.rows)

    def entered(self) -> ControlPoints:
        """Return the points of the rows that are filled in."""
        rows = [self._numbers(row) for row in range(self.table.rowCount())]
        xy = np.array([row for row in rows if row is not None], dtype=float).reshape(-1, 4)
        if self.target.currentData() == _DEGREES:
            if len(xy) and not ((np.abs(xy[:, 2]) <= 180).all() and (np.abs(xy[:, 3]) <= 90).all()):
                raise UserError("Longitude and latitude are degrees: longitude first, then latitude.")
            return from_degrees(xy[:, :2], xy[:, 2:])
        return ControlPoints(xy[:, :2], xy[:, 2:], self._system())

    def _system(self) -> CRS:
        try:
            crs = epsg(self.code.value())
        except CRSError:
            crs = None
        if crs is None or not is_metric(crs):
            raise UserError(
                "EPSG {code} is no system in metres: give one such as 4548.", code=self.code.value()
            )
        return crs

    def _numbers(self, row: int) -> list[float] | None:
        texts = [self._text(row, column) for column in range(_LEFT)]
        if not all(texts):
            return None
        try:
            return [float(text.replace(",", "").replace("，", "")) for text in texts]
        except ValueError:
            return None

    def _text(self, row: int, column: int) -> str:
        item = self.table.item(row, column)
        return item.text().strip() if item is not None else ""

    # --- showing ---

    def _follow(self) -> None:
        """Show what is left at each point, and tell that something changed."""
        degrees = self.target.currentData() == _DEGREES
        self.code.setVisible(not degrees)
        there = (tr("Longitude"), tr("Latitude")) if degrees else (tr("East (m)"), tr("North (m)"))
        self.table.setHorizontalHeaderLabels(
            [tr("x in the file"), tr("y in the file"), *there, tr("Residual")]
        )
        left: list[float] = []
        try:
            fit = self.entered().fit()
            left = fit.residuals.tolist()
            said = Text(
                "Turned by {turn:.4f}°, scale {scale:.6f}, RMS {rms:.3f} m.",
                {"turn": fit.affine.turn, "scale": fit.affine.scale, "rms": fit.rms},
            )
        except UserError as fault:
            said = fault.text
        self.fit_line.setText(str(said))
        self.table.blockSignals(True)
        filled = [row for row in range(self.table.rowCount()) if self._numbers(row) is not None]
        for row in range(self.table.rowCount()):
            text = f"{left[filled.index(row)]:.3f} m" if left and row in filled else ""
            item = QTableWidgetItem(text)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.table.setItem(row, _LEFT, item)
        self.table.blockSignals(False)
        self.changed.emit()

    def _show(self, points: ControlPoints) -> None:
        """Show points whose targets are metres."""
        code = points.crs.to_epsg()
        self.target.setCurrentIndex(self.target.findData(_METRES))
        self.code.setValue(code or self.code.value())
        self.table.blockSignals(True)
        self.table.setRowCount(0)
        for numbers in points.rows:
            row = self.table.rowCount()
            self.table.insertRow(row)
            for column, value in enumerate(numbers):
                self.table.setItem(row, column, QTableWidgetItem(f"{value:.4f}"))
        self.table.blockSignals(False)

    def _add(self) -> None:
        self.table.insertRow(self.table.rowCount())

    def _remove(self) -> None:
        row = self.table.currentRow()
        self.table.removeRow(row if row >= 0 else self.table.rowCount() - 1)
        self._follow()

    def _ask_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, tr("Control points from a file"), "", "*.csv")
        if name:
            self.take_file(Path(name))

    def take_file(self, path: Path) -> None:
        """Take the points of a file; one that holds none says why and changes nothing."""
        try:
            points = read_control_points(path)
        except UserError as fault:
            self.fit_line.setText(str(fault.text))
            return
        self._show(points)
        self._follow()
