"""A city's own grid as a form: its parameters, or control points with residuals; the picture follows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError
from PySide6.QtWidgets import (
    QCheckBox,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from bigmap.base.errors import UserError
from bigmap.base.i18n import tr
from bigmap.core.crs import LonLat, guess_crs
from bigmap.core.crs.local_grid import LIKE_XIAMEN_92, LocalGrid, grid_of
from bigmap.core.sources.source_options import SourceOptions
from bigmap.io.reading.layer_survey import LayerSurvey, lonlat, placement_of
from bigmap.ui.importing.control_point_table import ControlTable
from bigmap.ui.widgets.combo_box import Combo
from bigmap.ui.widgets.dialog import Dialog
from bigmap.ui.widgets.layer_preview import Drawing, LayerPreview

_NUMBERS = (
    ("lon_0", "Central meridian", 6, 180.0, " °"),
    ("x_0", "False easting", 3, 1e8, " m"),
    ("y_0", "False northing", 3, 1e8, " m"),
    ("k", "Scale", 8, 1.1, ""),
    ("lat_0", "Latitude of the origin", 6, 90.0, " °"),
)
"""Parameter, its name, decimals, largest value, unit."""
_SHAPES = {
    "krass": "Krassovsky (Beijing 54)",
    "IAU76": "IAG 75 (Xi'an 80)",
    "GRS80": "GRS 80 (CGCS2000)",
    "WGS84": "WGS 84",
}


class ParametersPage(QWidget):
    """The parameters of a Gauss-Kruger grid with an origin of its own."""

    def __init__(self, grid: LocalGrid) -> None:
        super().__init__()
        self.template = Combo()
        self.template.addItem(tr("Own parameters"), None)
        self.template.addItem(tr("Like Xiamen 92 (not official)"), LIKE_XIAMEN_92)
        self.ellipsoid = Combo()
        for name, title in _SHAPES.items():
            self.ellipsoid.addItem(tr(title), name)
        self.boxes = {name: _box(decimals, most, unit) for name, _, decimals, most, unit in _NUMBERS}
        form = QFormLayout(self)
        form.setContentsMargins(0, 12, 0, 0)
        form.setHorizontalSpacing(24)
        form.setVerticalSpacing(8)
        form.addRow(tr("Template"), self.template)
        form.addRow(tr("Ellipsoid"), self.ellipsoid)
        for name, title, *_ in _NUMBERS:
            form.addRow(tr(title), self.boxes[name])
        hint = QLabel(
            tr(
                "The official parameters of a city's grid are not part of bigmap: enter those your bureau"
                " gave you. Without a datum shift, layers may lie tens of metres off;"
                " control points are surer."
            )
        )
        hint.setObjectName("hint")
        hint.setWordWrap(True)
        form.addRow(hint)
        self.show_grid(grid)
        self.template.activated.connect(self._use_template)

    def show_grid(self, grid: LocalGrid) -> None:
        """Show the parameters of a grid."""
        self.ellipsoid.setCurrentIndex(max(self.ellipsoid.findData(grid.ellps), 0))
        for name, box in self.boxes.items():
            box.setValue(getattr(grid, name))

    def grid(self) -> LocalGrid:
        """Return the grid as entered."""
        values = {name: box.value() for name, box in self.boxes.items()}
        return LocalGrid(ellps=self.ellipsoid.currentData(), **values)

    def _use_template(self) -> None:
        if (grid := self.template.currentData()) is not None:
            self.show_grid(grid)


class GridDialog(Dialog):
    """Asks where a layer lies whose grid has no number.

    Parameters
    ----------
    survey : LayerSurvey
        The layer.
    choice : SourceOptions
        What was chosen for it before.
    near : tuple of float or None
        (longitude, latitude) of the other layers.
    others : sequence of Drawing
        The layers that have a place, to compare with.
    lost : int
        How many other layers have none.
    """

    def __init__(
        self,
        survey: LayerSurvey,
        choice: SourceOptions,
        near: LonLat | None,
        others: Sequence[Drawing],
        lost: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._survey, self._others, self._near = survey, list(others), near
        self.setWindowTitle(tr("City's own grid: {name}", name=survey.title))
        self.resize(980, 600)
        self.parameters = ParametersPage(_proposed(survey, choice, near))
        self.points = ControlTable(choice)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.parameters, tr("Parameters"))
        self.tabs.addTab(self.points, tr("Control points"))
        self.tabs.setCurrentIndex(1 if choice.control else 0)
        self.outlines = LayerPreview()
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.all = QCheckBox(tr("Also for the {n} other layers that have no place yet", n=lost))
        self.all.setChecked(lost > 0)
        self.all.setVisible(lost > 0)
        self._lay_out()
        for box in self.parameters.boxes.values():
            box.valueChanged.connect(self._follow)
        self.parameters.ellipsoid.currentIndexChanged.connect(self._follow)
        self.points.changed.connect(self._follow)
        self.tabs.currentChanged.connect(self._follow)
        self._follow()

    def _lay_out(self) -> None:
        buttons = QDialogButtonBox()
        self.accept_button = buttons.addButton(tr("Use this grid"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.accept_button.setObjectName("primary")
        buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        right = QVBoxLayout()
        right.addWidget(self.outlines, 1)
        right.addWidget(self.said)
        both = QHBoxLayout()
        both.setSpacing(16)
        both.addWidget(self.tabs, 5)
        both.addLayout(right, 4)
        foot = QHBoxLayout()
        foot.addWidget(self.all, 1)
        foot.addWidget(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(12)
        column.addLayout(both, 1)
        column.addLayout(foot)

    @property
    def for_all(self) -> bool:
        """Whether the grid is also meant for the other layers without a place."""
        return self.all.isVisibleTo(self) and self.all.isChecked()

    def choice(self) -> SourceOptions:
        """Return the system, and the control points that lead there.

        Raises
        ------
        UserError
            If the control points do not do.
        """
        if self.tabs.currentWidget() is self.points:
            return self.points.choice()
        return SourceOptions(crs=self.parameters.grid().proj)

    def _follow(self) -> None:
        """Draw the layer where the form puts it, and say how far that is from the others."""
        drawing, said = None, ""
        try:
            drawing = self._drawing()
        except (UserError, CRSError) as fault:
            said = str(fault.text) if isinstance(fault, UserError) else tr("These parameters make no grid.")
        self.outlines.show_drawings([*self._others, *([drawing] if drawing else [])], [])
        if drawing is not None and not self.outlines.far:
            lon, lat = drawing.middle
            said = tr("It lies at {lon:.4f}° E, {lat:.4f}° N.", lon=lon, lat=lat)
        entering = self.tabs.currentWidget() is self.points  # which says itself what it lacks
        self.said.setText("" if entering and drawing is None else said)
        self.accept_button.setEnabled(drawing is not None)

    def _drawing(self) -> Drawing | None:
        reading = placement_of(self._survey, self.choice(), self._near)
        if reading is None or not self._survey.lines:
            return None
        turn = lonlat(reading)
        lines = [turn(line) for line in self._survey.lines]
        sound = [line for line in lines if np.isfinite(line).all()]
        return Drawing(self._survey.title, "#b3141f", sound, chosen=True) if sound else None


def _proposed(survey: LayerSurvey, choice: SourceOptions, near: LonLat | None) -> LocalGrid:
    """Return the grid to begin with: what was chosen, what the numbers fit, or the meridian of the place."""
    if choice.crs and not choice.control and (own := grid_of(CRS.from_user_input(choice.crs))) is not None:
        return own
    fits = [c.crs for c in guess_crs(survey.bounds, near) if c.rule == "R8" and c.affine.scale == 1.0]
    found = next((grid for crs in fits if (grid := grid_of(crs)) is not None), None)
    lon_0 = round(near[0] / 1.5) * 1.5 if near else LIKE_XIAMEN_92.lon_0
    return found or LocalGrid(lon_0, 0.0, 0.0)


def _box(decimals: int, most: float, unit: str) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setDecimals(decimals)
    box.setRange(0.9 if most < 2 else -most, most)
    box.setSuffix(unit)
    box.lineEdit().setTextMargins(7, 0, 0, 0)  # the style sheet's padding does not reach the text
    box.setSingleStep(0.5 if unit == " °" else 1000.0 if unit else 0.0001)
    return box
