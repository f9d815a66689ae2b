"""The combo boxes of the import dialog: role, encoding and coordinate system of one layer."""

from __future__ import annotations

from pyproj import CRS
from pyproj.exceptions import CRSError
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QInputDialog

from bigmap.base.i18n import tr
from bigmap.core.crs import LonLat, code_of, name_of
from bigmap.core.crs.local_grid import grid_of
from bigmap.core.sources.layers import Role
from bigmap.core.sources.source_options import SourceOptions
from bigmap.io.reading.layer_survey import ENCODINGS, LayerSurvey, certain_placement, possible_placements
from bigmap.io.reading.locate import READ_ROLES
from bigmap.io.reading.sheet_survey import TableSurvey
from bigmap.io.spreadsheets.estate_table import Use
from bigmap.mapview import vocabulary
from bigmap.ui.widgets.combo_box import Cell

ROLES = READ_ROLES
_SHORT = (
    ("China Geodetic Coordinate System 2000", "CGCS2000"),
    ("3-degree Gauss-Kruger", "3° GK"),
    ("Gauss-Kruger", "GK"),
)
"""Parts of names that would not fit into a table."""
LEAVE_OUT, OTHER, GRID, BY_ROW = "leave out", "other", "grid", "by row"
POINT_ROLES = (Role.ESTATES, Role.BUILDINGS, Role.PUBLIC)
Control = tuple[tuple[float, float, float, float], ...]


class RoleCombo(Cell):
    """What a layer is for, or that it is left out.

    Attributes
    ----------
    chosen : Signal(object, bool, bool)
        Role, None for what name and fields tell; whether the layer is left out; whether rows are points.
    """

    chosen = Signal(object, bool, bool)

    def __init__(self, survey: LayerSurvey, choice: SourceOptions) -> None:
        super().__init__()
        self._own: object = survey.role
        if len(survey.by_row) > 1:
            self._own = BY_ROW
            self.addItem(_by_row(survey), BY_ROW)
        for role in ROLES:
            self.addItem(vocabulary.word(vocabulary.ROLE, role.value), role)
        self.addItem(tr("Leave out"), LEAVE_OUT)
        now = LEAVE_OUT if choice.skip else choice.role or self._own
        at = next((i for i in range(self.count()) if self.itemData(i) == now), self.count() - 1)
        self.setCurrentIndex(at)
        self.currentIndexChanged.connect(self._tell)

    def _tell(self) -> None:
        role = self.currentData()
        if role == LEAVE_OUT:
            self.chosen.emit(None, True, False)
        else:
            self.chosen.emit(None if role == self._own else role, False, False)


def _by_row(survey: LayerSurvey) -> str:
    """Return what the rows of a layer are for, the most first."""
    return ", ".join(f"{vocabulary.word(vocabulary.ROLE, role.value)} {n:,}" for role, n in survey.by_row)


class SheetCombo(Cell):
    """What the rows of a sheet are for: figures of estates, operators, points, or nothing.

    Attributes
    ----------
    chosen : Signal(object, bool, bool)
        As of `RoleCombo`.
    """

    chosen = Signal(object, bool, bool)

    def __init__(self, survey: TableSurvey, choice: SourceOptions) -> None:
        super().__init__()
        self._own = self._held(survey, SourceOptions(fields=choice.fields, head=choice.head))
        self.addItem(tr("Figures of estates"), (Role.ESTATES, False))
        self.addItem(vocabulary.word(vocabulary.ROLE, Role.OPERATORS.value), (Role.OPERATORS, False))
        for role in POINT_ROLES if not survey.refusal and survey.has_points(choice) else ():
            self.addItem(
                tr("Points: {role}", role=vocabulary.word(vocabulary.ROLE, role.value)), (role, True)
            )
        self.addItem(tr("Leave out"), LEAVE_OUT)
        now = LEAVE_OUT if choice.skip else self._held(survey, choice)
        at = next((i for i in range(self.count()) if self.itemData(i) == now), self.count() - 1)
        self.setCurrentIndex(at)
        self.currentIndexChanged.connect(self._tell)

    @staticmethod
    def _held(survey: TableSurvey, choice: SourceOptions) -> object:
        if survey.refusal is not None:  # its name tells whether it is missed
            return LEAVE_OUT if survey.role == Role.UNKNOWN else (Role.ESTATES, False)
        use = survey.use(choice)
        return LEAVE_OUT if use == Use.NOTHING else (survey.role_in(choice), use == Use.POINTS)

    def _tell(self) -> None:
        held = self.currentData()
        if held == LEAVE_OUT:
            self.chosen.emit(None, True, False)
        elif held == self._own:
            self.chosen.emit(None, False, False)
        else:
            self.chosen.emit(held[0], False, held[1])


class EncodingCombo(Cell):
    """The encoding of a layer's text, where it is bytes; the one these tell is marked.

    Attributes
    ----------
    chosen : Signal(str)
        Encoding, '' for the one the bytes tell.
    """

    chosen = Signal(str)

    def __init__(self, survey: LayerSurvey, choice: SourceOptions) -> None:
        super().__init__()
        for code in ENCODINGS if survey.encoding else ():
            self.addItem(
                tr("{encoding} (recognised)", encoding=code) if code == survey.encoding else code, code
            )
        if not survey.encoding:
            self.addItem("–", "")
        self._own = survey.encoding
        self.setEnabled(bool(survey.encoding))
        self.setCurrentIndex(self.findData(choice.encoding or survey.encoding))
        self.currentIndexChanged.connect(lambda: self.chosen.emit(self._code()))

    def _code(self) -> str:
        code = str(self.currentData())
        return "" if code == self._own else code

    def choose(self, code: str) -> None:
        """Choose an encoding as if by hand."""
        self.setCurrentIndex(self.findData(code))


class CrsCombo(Cell):
    """The coordinate system of a layer: what it claims, what its numbers fit, or another EPSG code.

    Attributes
    ----------
    chosen : Signal(str, bool, object)
        'EPSG:n' or WKT, '' for the one taken without a question; whether x and y are exchanged; and the
        control points that lead there, as `bigmap.core.sources.source_options.SourceOptions.control`.
    grid_wanted : Signal()
        The planner wants to enter a grid of his own.
    """

    chosen = Signal(str, bool, object)
    grid_wanted = Signal()

    def __init__(self, survey: LayerSurvey, choice: SourceOptions, near: LonLat | None) -> None:
        super().__init__()
        taken = certain_placement(survey, near) if not survey.refusal else None
        self.setEnabled(survey.refusal is None and survey.features > 0)
        if taken is not None:
            note = tr("as the file says") if survey.crs is not None else tr("guessed")
            self.addItem(f"{_titled(taken.crs)} ({_notes(taken.swapped, note)})", ("", False, ()))
        elif survey.features == 0:
            self.addItem("–", ("", False, ()))
        elif survey.refusal is None:
            self.addItem(tr("Choose a coordinate system…"), None)
        for reading in possible_placements(survey, near) if not survey.refusal else []:
            if taken is None or (reading.label, reading.swapped) != (taken.label, taken.swapped):
                self._add(reading.crs, reading.swapped)
        if survey.refusal is None:
            self.addItem(tr("Other EPSG code…"), OTHER)
            self.addItem(tr("City's own grid…"), GRID)
            self._show(choice)
        self._last = self.currentIndex()
        self.currentIndexChanged.connect(self._tell)

    def _add(self, crs: CRS, swapped: bool, control: Control = ()) -> None:
        code = code_of(crs)
        by = [tr("by {n} control points", n=len(control))] if control else []
        note = _notes(swapped, *by)
        at = self.findData(OTHER)
        title = f"{_titled(crs)} ({note})" if note else _titled(crs)
        self.insertItem(self.count() if at < 0 else at, title, (code, swapped, control))

    def _show(self, choice: SourceOptions) -> None:
        if not choice.crs:
            self.setCurrentIndex(0)
            return
        self._choose(CRS.from_user_input(choice.crs), choice.swapped, choice.control)

    def _choose(self, crs: CRS, swapped: bool = False, control: Control = ()) -> None:
        wanted = (code_of(crs), swapped, control)
        if self._find(wanted) < 0:
            self._add(crs, swapped, control)
        self.setCurrentIndex(self._find(wanted))

    def _find(self, wanted: tuple[str, bool, Control]) -> int:
        return next((i for i in range(self.count()) if self.itemData(i) == wanted), -1)

    def _tell(self) -> None:
        held = self.currentData()
        if held == OTHER:
            self._ask()
        elif held == GRID:
            self.setCurrentIndex(self._last)
            self.grid_wanted.emit()
        elif self.currentIndex() != self._last:
            self._last = self.currentIndex()
            self.chosen.emit(*(held or ("", False, ())))

    def choose_like(self, other: SourceOptions) -> None:
        """Choose the system that was chosen elsewhere."""
        self._choose(CRS.from_user_input(other.crs), other.swapped, other.control)

    def _ask(self) -> None:
        """Ask for a code of the EPSG list; what is none leaves the choice as it was."""
        code, given = QInputDialog.getInt(
            self.window(), tr("Other EPSG code"), tr("EPSG code of the coordinate system:"), 4548, 1024, 32767
        )
        self.choose_epsg(code) if given else self.setCurrentIndex(self._last)

    def choose_epsg(self, code: int) -> None:
        """Choose a system of the EPSG list; an unknown code changes nothing."""
        try:
            crs = CRS.from_epsg(code)
        except CRSError:
            self.setCurrentIndex(self._last)
            return
        self._choose(crs)


def _titled(crs: CRS) -> str:
    label = name_of(crs)
    if label.startswith("+proj") and (grid := grid_of(crs)) is not None:
        numbers = {"lon": f"{grid.lon_0:g}", "x": f"{grid.x_0:,.0f}", "y": f"{grid.y_0:,.0f}"}
        return tr("Own grid, meridian {lon}°, E {x}, N {y}", **numbers)
    return label if label == crs.name else f"{label} · {_short(crs.name)}"


def _short(name: str) -> str:
    for long, brief in _SHORT:
        name = name.replace(long, brief)
    return name


def _notes(swapped: bool, *more: str) -> str:
    return ", ".join([*more, *([tr("x and y exchanged")] if swapped else [])])
