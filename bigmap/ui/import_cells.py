"""The combo boxes of the import dialog: role, encoding and coordinate system of one layer."""

from __future__ import annotations

from pyproj import CRS
from pyproj.exceptions import CRSError
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QInputDialog, QWidget

from bigmap.base.i18n import tr
from bigmap.core.crs import LonLat, code_of, name_of
from bigmap.io.choices import Choice
from bigmap.io.folder import READ_ROLES
from bigmap.io.survey import ENCODINGS, Survey, candidates, sure
from bigmap.mapview import words

ROLES = READ_ROLES
_SHORT = (
    ("China Geodetic Coordinate System 2000", "CGCS2000"),
    ("3-degree Gauss-Kruger", "3° GK"),
    ("Gauss-Kruger", "GK"),
)
"""Parts of names that would not fit into a table."""
LEAVE_OUT, OTHER = "leave out", "other"


class Cell(QComboBox):
    """A combo box in a table: the wheel scrolls the table, and entering it chooses the row.

    Attributes
    ----------
    entered : Signal()
        The box was clicked or reached by the keyboard.
    """

    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setObjectName("cell")

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the table."""
        event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell that the box was entered."""
        super().focusInEvent(event)
        self.entered.emit()


class RoleCombo(Cell):
    """What a layer is for, or that it is left out.

    Attributes
    ----------
    chosen : Signal(object, bool)
        Role, None for what name and fields tell; and whether the layer is left out.
    """

    chosen = Signal(object, bool)

    def __init__(self, survey: Survey, choice: Choice) -> None:
        super().__init__()
        self._own = survey.role
        for role in ROLES:
            self.addItem(words.word(words.ROLE, role.value), role)
        self.addItem(tr("Leave out"), LEAVE_OUT)
        role = choice.role or survey.role
        used = not choice.skip and role in ROLES
        self.setCurrentIndex(ROLES.index(role) if used else len(ROLES))
        self.currentIndexChanged.connect(self._tell)

    def _tell(self) -> None:
        role = self.currentData()
        if role == LEAVE_OUT:
            self.chosen.emit(None, True)
        else:
            self.chosen.emit(None if role == self._own else role, False)


class EncodingCombo(Cell):
    """The encoding of a shapefile's text; the one the bytes tell is marked.

    Attributes
    ----------
    chosen : Signal(str)
        Encoding, '' for the one the bytes tell.
    """

    chosen = Signal(str)

    def __init__(self, survey: Survey, choice: Choice) -> None:
        super().__init__()
        for code in ENCODINGS if survey.encoding else ():
            self.addItem(
                tr("{encoding} (recognised)", encoding=code) if code == survey.encoding else code, code
            )
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
    chosen : Signal(str, bool)
        'EPSG:n' or WKT, '' for the one taken without a question; and whether x and y are exchanged.
    """

    chosen = Signal(str, bool)

    def __init__(self, survey: Survey, choice: Choice, near: LonLat | None) -> None:
        super().__init__()
        taken = sure(survey, near) if not survey.refusal else None
        self.setEnabled(survey.refusal is None)
        if taken is not None:
            note = tr("as the file says") if survey.crs is not None else tr("guessed")
            self.addItem(f"{_titled(taken.crs)} ({_notes(taken.swapped, note)})", ("", False))
        elif survey.refusal is None:
            self.addItem(tr("Choose a coordinate system…"), None)
        for reading in candidates(survey, near) if not survey.refusal else []:
            if taken is None or (reading.label, reading.swapped) != (taken.label, taken.swapped):
                self._add(reading.crs, reading.swapped)
        if survey.refusal is None:
            self.addItem(tr("Other EPSG code…"), OTHER)
            self._show(choice)
        self._last = self.currentIndex()
        self.currentIndexChanged.connect(self._tell)

    def _add(self, crs: CRS, swapped: bool) -> None:
        code = code_of(crs)
        note = f" ({_notes(swapped)})" if swapped else ""
        at = self.findData(OTHER)
        self.insertItem(self.count() if at < 0 else at, _titled(crs) + note, (code, swapped))

    def _show(self, choice: Choice) -> None:
        if not choice.crs:
            self.setCurrentIndex(0)
            return
        wanted = (choice.crs, choice.swapped)
        if self._find(wanted) < 0:
            self._add(CRS.from_user_input(choice.crs), choice.swapped)
        self.setCurrentIndex(self._find(wanted))

    def _find(self, wanted: tuple[str, bool]) -> int:
        return next((i for i in range(self.count()) if self.itemData(i) == wanted), -1)

    def _tell(self) -> None:
        held = self.currentData()
        if held == OTHER:
            self._ask()
            return
        self._last = self.currentIndex()
        self.chosen.emit(*(held or ("", False)))

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
        if self._find((f"EPSG:{code}", False)) < 0:
            self._add(crs, swapped=False)
        self.setCurrentIndex(self._find((f"EPSG:{code}", False)))


def _titled(crs: CRS) -> str:
    label = name_of(crs)
    return label if label == crs.name else f"{label} · {_short(crs.name)}"


def _short(name: str) -> str:
    for long, brief in _SHORT:
        name = name.replace(long, brief)
    return name


def _notes(swapped: bool, *more: str) -> str:
    return ", ".join([*more, *([tr("x and y exchanged")] if swapped else [])])
