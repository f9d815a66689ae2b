"""The list of gaps and overlaps: from one to the next, and repairs by one click."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from bigmap.base import settings
from bigmap.base.i18n import tr
from bigmap.commands.planning.gaps import title_of
from bigmap.core.coverage.gap import Gap, GapKind
from bigmap.core.coverage.proof import GAP_MIN_M2
from bigmap.core.coverage.repair import RepairProposal, all_under, proposals, repairable
from bigmap.session.document import Document
from bigmap.ui.widgets import table_columns
from bigmap.ui.widgets.dialog import Dialog
from bigmap.ui.widgets.number_format import format_whole
from bigmap.ui.widgets.table import TableView
from bigmap.ui.widgets.text_button import Entry, OfferRow, TextButton

_REMEMBERED = "repair_under_m2"


class GapsPanel(QWidget):
    """The gaps and overlaps of the zones on show.

    Attributes
    ----------
    table : Table
    repair_wanted : Signal(object)
        The user wants this `RepairProposal`.
    under_wanted : Signal()
        The user wants to repair all small ones.
    """

    repair_wanted = Signal(object)
    under_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("gaps")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.table = TableView(table_columns.columns_of("gaps"))
        self.table.selectionModel().selectionChanged.connect(self._offer)
        self.back, self.forth = self._stepper(-1), self._stepper(1)
        self.where, self.nothing, self.note = QLabel(), QLabel(), QLabel()
        for label in (self.where, self.nothing, self.note):
            label.setObjectName("hint")
        self.nothing.setWordWrap(True)
        self.nothing.setContentsMargins(16, 0, 16, 0)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.note.setWordWrap(True)
        self.under = QPushButton()
        self.under.setObjectName("quiet")
        self.under.clicked.connect(self.under_wanted)
        self.actions_box = OfferRow()
        self._live = self._silent = False
        self._lay_out()

    @property
    def buttons(self) -> list[TextButton]:
        """What can be done about the place chosen."""
        return self.actions_box.buttons

    def _stepper(self, by: int) -> QToolButton:
        button = QToolButton()
        button.setText("‹" if by < 0 else "›")
        button.setObjectName("step")
        button.clicked.connect(lambda: self.table.step(by))
        return button

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setContentsMargins(12, 4, 8, 4)
        tools.setSpacing(4)
        for widget in (self.back, self.forth, self.where):
            tools.addWidget(widget)
        tools.addStretch(1)
        tools.addWidget(self.under)
        self.tools = QWidget()
        self.tools.setLayout(tools)
        self.actions_box.addWidget(self.note, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tools)
        column.addWidget(self.nothing, 1)
        column.addWidget(self.table, 1)
        column.addLayout(self.actions_box)

    def show_document(self, document: Document) -> None:
        """Show the gaps of a document."""
        self._live, self._silent = False, document.coverage.silent
        self.table.show_rows(list(document.coverage.gaps))
        self._write()

    def follow(self, gaps: list[Gap], *, silent: bool) -> None:
        """Show the gaps of a plan that is being edited."""
        self._live, self._silent = True, silent
        if [gap.gap_id for gap in gaps] == [gap.gap_id for gap in self.table.rows_model.rows]:
            self.table.follow(gaps)
        else:
            self.table.show_rows(gaps)
        self._write()

    def retranslate(self) -> None:
        """Write everything in the language in use."""
        self.table.retranslate()
        self._write()

    def _write(self) -> None:
        rows = self.table.rows_model.rows
        self.back.setAccessibleName(tr("Previous place"))
        self.forth.setAccessibleName(tr("Next place"))
        self.back.setToolTip(f"{tr('Previous place')}  (Shift+F8)")
        self.forth.setToolTip(f"{tr('Next place')}  (F8)")
        self.under.setText(tr("All under N m²…"))
        self.under.setToolTip(tr("Repair every gap and overlap smaller than an area, each as proposed"))
        self.under.setEnabled(not self._live and repairable(rows))
        self.nothing.setText(
            tr("Every square metre has exactly one zone; who serves it is not told.")
            if self._silent
            else tr("Every square metre has exactly one zone, and every zone somebody in charge.")
        )
        self.nothing.setVisible(not rows)
        self.table.setVisible(bool(rows))
        self.tools.setVisible(bool(rows))
        self._offer()

    def _possible(self, gap: Gap) -> list[RepairProposal]:
        """Return what can be done about a place; in a plan being edited, what a hand can do."""
        found = proposals(gap)
        return [p for p in found if p.action in ("give", "new_zone")] if self._live else found

    def _offer(self) -> None:
        """Show a button for the best repair of the chosen place, and the others in a menu."""
        row, rows = self.table.chosen_row(), self.table.rows_model.rows
        self.where.setText(
            tr("{n} of {all}", n=row + 1, all=len(rows)) if row >= 0 else tr("{n} places", n=len(rows))
        )
        found = self._possible(rows[row]) if row >= 0 else []
        self.actions_box.offer(found, self._entry)
        self.note.setVisible(bool(rows) and not found)
        chosen = row >= 0 and not found
        if not chosen:
            self.note.setText(tr("Choose a place to see how it can be repaired."))
        elif rows[row].kind == GapKind.OUTSIDE:
            self.note.setText(tr("No coverage counts it: cut it off the zone, or widen the boundary."))
        else:
            self.note.setText(tr("Who does it is decided with the operators, not on the ground."))

    def _entry(self, proposal: RepairProposal) -> Entry:
        return title_of(proposal), lambda: self.repair_wanted.emit(proposal)


class RepairUnderDialog(Dialog):
    """Asks for an area, and tells how much would be repaired under it.

    Attributes
    ----------
    area : QDoubleSpinBox
        m².
    """

    def __init__(self, gaps: Sequence[Gap], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gaps = gaps
        self.setWindowTitle(tr("Repair small gaps"))
        self.setMinimumWidth(400)
        self.area = QDoubleSpinBox()
        self.area.setDecimals(0)
        self.area.setRange(1, 1e9)
        self.area.setGroupSeparatorShown(True)
        self.area.setSuffix(" m²")
        self.area.setValue(float(settings.load().get(_REMEMBERED, GAP_MIN_M2)))
        self.area.lineEdit().setTextMargins(7, 0, 0, 0)  # the style sheet's padding does not reach the text
        self.outlook = QLabel()
        self.outlook.setObjectName("hint")
        self.outlook.setWordWrap(True)
        buttons = QDialogButtonBox()
        self.accept_button = buttons.addButton(tr("Repair"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.accept_button.setObjectName("primary")
        buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form = QFormLayout()
        form.setHorizontalSpacing(24)
        form.addRow(tr("Gaps and overlaps under"), self.area)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(16)
        column.addLayout(form)
        column.addWidget(self.outlook)
        column.addWidget(buttons)
        self.area.valueChanged.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        chosen = {p.gap_id for p in all_under(self._gaps, self.area.value())}
        ground = sum(gap.area_m2 for gap in self._gaps if gap.gap_id in chosen)
        self.outlook.setText(
            tr(
                "{n} of {all} places, {area} m² in all, are repaired as proposed; undo takes it back.",
                n=len(chosen),
                all=len(self._gaps),
                area=format_whole(ground),
            )
        )
        self.accept_button.setEnabled(bool(chosen))

    def accept(self) -> None:
        """Remember the area for the next time."""
        settings.remember(**{_REMEMBERED: self.area.value()})
        super().accept()
