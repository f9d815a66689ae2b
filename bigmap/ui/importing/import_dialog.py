"""The import dialog: every layer of a folder with role, encoding, CRS and fields, all laid together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMessageBox,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from bigmap.base.errors import UserError
from bigmap.base.i18n import tr
from bigmap.core.sources.layers import Role
from bigmap.core.sources.source_options import SourceOptions
from bigmap.io.reading.layer_survey import LayerSurvey
from bigmap.io.reading.sheet_survey import TableSurvey, count_joined
from bigmap.ui.importing.choice_boxes import CrsCombo, EncodingCombo, RoleCombo, SheetCombo
from bigmap.ui.importing.draft import Draft
from bigmap.ui.importing.field_mapping import FieldsTable, SampleRows
from bigmap.ui.importing.saved_mappings import MappingBar, SavedMapping, save_mapping
from bigmap.ui.importing.sheet_bar import SheetBar
from bigmap.ui.widgets.combo_box import Cell
from bigmap.ui.widgets.day_night import shade
from bigmap.ui.widgets.dialog import Dialog, temporary
from bigmap.ui.widgets.elided_label import ElidedLabel
from bigmap.ui.widgets.layer_preview import LayerPreview

_STOPS, _GOES = "#b3141f", "#1f2937"
HEADS = ("File", "Features", "Geometry", "Role", "Encoding", "CRS")
GEOMETRY = {
    "Polygon": "areas",
    "LineString": "lines",
    "Point": "points",
    "Unknown": "mixed",
    "Table": "table",
    "": "none",
}


class ImportDialog(Dialog):
    """One row a layer; samples, fields and the picture follow the row that is chosen.

    Parameters
    ----------
    surveys : sequence of LayerSurvey
    choices : mapping of str to SourceOptions
        What was chosen before.
    """

    def __init__(
        self,
        surveys: Sequence[LayerSurvey],
        choices: Mapping[str, SourceOptions],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.surveys = list(surveys)
        self._before = choices
        self.draft = Draft(self.surveys, choices)
        self.setWindowTitle(tr("Import with choices"))
        self.resize(1260, 800)
        self._make_table()
        self.samples, self.fields, self.outlines = SampleRows(), FieldsTable(), LayerPreview()
        self.mappings = MappingBar()
        self.mappings.wanted.connect(self._use_mapping)
        self.mappings.named.connect(self._save_mapping)
        self.model = QLabel()
        self.model.setObjectName("model")
        self.model.setWordWrap(True)
        self.bar = SheetBar()
        self.bar.head_wanted.connect(lambda row: self._change_sheet(head=row, fields={}))
        self.bar.leads_wanted.connect(lambda leads: self._change(leads=leads))
        self.samples.encoding_wanted.connect(self._use_encoding)
        self.fields.changed.connect(self._use_fields)
        self.refusal = QLabel()
        self.refusal.setObjectName("refusal")
        self.refusal.setWordWrap(True)
        self._lay_out()
        self.table.currentCellChanged.connect(lambda *_: self._show_row())
        self.table.setCurrentCell(self._first_doubtful(), 0)
        self._show_row()

    # --- making ---

    def _make_table(self) -> None:
        self.table = QTableWidget(len(self.surveys), len(HEADS))
        self.table.setObjectName("import")
        self.table.setHorizontalHeaderLabels([tr(head) for head in HEADS])
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(40)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.setAccessibleName(tr("Layers"))
        self.table.setShowGrid(False)
        self._names: list[QTableWidgetItem] = []
        self.roles: list[RoleCombo | SheetCombo] = []
        self.encodings: list[EncodingCombo] = []
        self.systems: list[CrsCombo] = []
        for row, survey in enumerate(self.surveys):
            self._fill_row(row, survey)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionResizeMode(len(HEADS) - 1, QHeaderView.ResizeMode.Stretch)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        for column, width in enumerate((200, 72, 84, 160, 190)):
            self.table.setColumnWidth(column, width)

    def _fill_row(self, row: int, survey: LayerSurvey) -> None:
        texts = (
            survey.title,
            "" if survey.refusal else f"{survey.features:,}",
            tr(GEOMETRY.get(survey.geometry, "mixed")),
        )
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text if not (survey.refusal and column == 2) else tr("unreadable"))
            item.setToolTip(str(survey.refusal) if survey.refusal else text)
            if column == 1:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.table.setItem(row, column, item)
            if column == 0:
                self._names.append(item)
        encoding = EncodingCombo(survey, self.draft.now[survey.key])
        encoding.chosen.connect(lambda code, row=row: self._change_sheet(row, encoding=code, fields={}))
        self._put(row, 4, encoding)
        self.roles.append(self._role_combo(row))
        self.encodings.append(encoding)
        self.systems.append(self._crs_combo(row))

    def _put(self, row: int, column: int, combo: Cell) -> None:
        combo.setAccessibleName(f"{tr(HEADS[column])} {self.surveys[row].title}")
        combo.entered.connect(lambda: self.table.setCurrentCell(row, 0))
        self.table.setCellWidget(row, column, combo)

    def _role_combo(self, row: int) -> RoleCombo | SheetCombo:
        survey = self.surveys[row]
        kind = SheetCombo if isinstance(survey, TableSurvey) else RoleCombo
        combo = kind(survey, self.draft.now[survey.key])  # type: ignore[arg-type] # each has its own survey
        combo.chosen.connect(lambda role, skip, points: self._use_as(row, role, skip=skip, points=points))
        self._put(row, 3, combo)
        return combo

    def _crs_combo(self, row: int) -> CrsCombo:
        survey = self.surveys[row]
        choice = self.draft.now[survey.key]
        combo = CrsCombo(survey.as_layer(choice), choice, self.draft.near)
        combo.chosen.connect(
            lambda crs, swapped, control: self._change(row, crs=crs, swapped=swapped, control=control)
        )
        combo.grid_wanted.connect(lambda: self._ask_grid(row))
        self._put(row, 5, combo)
        return combo

    def _lay_out(self) -> None:
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.samples, tr("Sample rows"))
        self.tabs.addTab(self._with_mappings(), tr("Fields"))
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.refusal)
        column.addWidget(self.model)
        column.addWidget(self.bar)
        column.addWidget(self.tabs, 1)
        column.addStretch()
        lower = QSplitter(Qt.Orientation.Horizontal)
        lower.addWidget(left)
        lower.addWidget(self.outlines)
        lower.setSizes([640, 500])
        lower.setChildrenCollapsible(False)
        both = QSplitter(Qt.Orientation.Vertical)
        both.addWidget(self.table)
        both.addWidget(lower)
        both.setSizes([340, 360])
        both.setChildrenCollapsible(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 16, 16, 12)
        outer.setSpacing(12)
        outer.addWidget(both, 1)
        outer.addLayout(self._foot())

    def _with_mappings(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.fields, 1)
        column.addWidget(self.mappings)
        return page

    def _foot(self) -> QHBoxLayout:
        hint = ElidedLabel()
        hint.setText(
            tr("These choices are remembered for this folder and for files of the same name and fields.")
        )
        hint.setObjectName("hint")
        buttons = QDialogButtonBox()
        self.accept_button = buttons.addButton(tr("Import"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.accept_button.setObjectName("primary")
        buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.spread = QPushButton()
        self.spread.setObjectName("choice")
        self.spread.clicked.connect(self._spread)
        line = QHBoxLayout()
        line.addWidget(hint, 1)
        line.addWidget(self.spread)
        line.addWidget(buttons)
        return line

    def _first_doubtful(self) -> int:
        """Return the first row that asks for a decision, else the first."""
        doubtful = (
            i for i, s in enumerate(self.surveys) if not self.draft.skips(s) and self.draft.is_stuck(s)
        )
        return next(doubtful, 0)

    # --- choosing ---

    def choices(self) -> dict[str, SourceOptions]:
        """Return what was chosen: also for layers that are not in this folder, as before."""
        chosen = {key: choice for key, choice in self.draft.now.items() if choice != SourceOptions()}
        shown = {s.key for s in self.surveys} | {s.file.name for s in self.surveys}
        return {key: choice for key, choice in self._before.items() if key not in shown} | chosen

    def _change(self, row: int | None = None, **values: object) -> None:
        survey = self._survey(row)
        if survey is not None:
            self.draft.now[survey.key] = replace(self.draft.now[survey.key], **values)  # type: ignore[arg-type]
            self._show_row()

    def _use_as(self, row: int, role: Role | None, *, skip: bool, points: bool) -> None:
        self._change(row, role=role, skip=skip, points=points)
        if isinstance(self.surveys[row], TableSurvey):
            self.systems[row] = self._crs_combo(row)

    def _change_sheet(self, row: int | None = None, **values: object) -> None:
        """Change how text is read; what a sheet can be used for follows from it."""
        row = self.table.currentRow() if row is None else row
        self._change(row, **values)
        if isinstance(self.surveys[row], TableSurvey):
            self.roles[row], self.systems[row] = self._role_combo(row), self._crs_combo(row)
            self._count(row)

    def _count(self, row: int) -> None:
        """Show how many rows a sheet has as it is read now."""
        survey = self.surveys[row]
        cell = self.table.item(row, 1)
        if isinstance(survey, TableSurvey) and cell is not None:
            cell.setText(f"{len(survey.sheet(self.draft.now[survey.key]).frame):,}")

    def _ask_grid(self, row: int) -> None:
        """Ask for the city's own grid, for one layer or for all that have no place yet."""
        from bigmap.ui.importing.grid_dialog import GridDialog

        survey = self.surveys[row]
        others = self.draft.others_lost(row)
        placed, _ = self.draft.drawings(None, without=survey)
        chosen = self.draft.now[survey.key]
        grid = GridDialog(survey.as_layer(chosen), chosen, self.draft.near, placed, len(others), self)
        with temporary(grid) as dialog:
            if dialog.exec():
                for i in [row, *(others if dialog.for_all else [])]:
                    self.systems[i].choose_like(dialog.choice())

    def _spread(self) -> None:
        """Use the system chosen for the layer on show for all that have no place yet."""
        row = self.table.currentRow()
        for i in self.draft.others_lost(row):
            self.systems[i].choose_like(self.draft.now[self.surveys[row].key])

    def _use_fields(self, told: dict[str, str]) -> None:
        survey = self._survey()
        if survey is None:
            return
        self.draft.now[survey.key] = replace(self.draft.now[survey.key], fields=told)
        self.fields.follow(told)
        if isinstance(survey, TableSurvey):
            row = self.table.currentRow()
            self.roles[row], self.systems[row] = self._role_combo(row), self._crs_combo(row)
            self._show_bar(survey)
        self._draw()
        self._allow()

    def _use_mapping(self, mapping: SavedMapping) -> None:
        """Use a saved mapping for the layer on show: its fields, and what it is for."""
        row, survey = self.table.currentRow(), self._survey()
        if survey is None:
            return
        self._change(fields=dict(mapping.fields), role=mapping.role, skip=False)
        self.roles[row] = self._role_combo(row)

    def _save_mapping(self, name: str) -> None:
        survey = self._survey()
        if survey is None:
            return
        choice = self.draft.now[survey.key]
        role = survey.role_in(choice)
        fields = survey.meant(choice, choice.fields)
        try:
            save_mapping(SavedMapping(name, None if role == Role.UNKNOWN else role, fields))
        except UserError as error:
            QMessageBox.warning(self, self.windowTitle(), str(error.text))
        self.mappings.show_columns(survey.shown(choice)[0])

    def _use_encoding(self, code: str) -> None:
        self.encodings[self.table.currentRow()].choose(code)

    def _survey(self, row: int | None = None) -> LayerSurvey | None:
        row = self.table.currentRow() if row is None else row
        return self.surveys[row] if 0 <= row < len(self.surveys) else None

    # --- showing ---

    def _show_row(self) -> None:
        survey = self._survey()
        self.refusal.setVisible(survey is not None and survey.refusal is not None)
        self.tabs.setVisible(survey is not None and survey.refusal is None)
        if survey is not None:
            choice = self.draft.now[survey.key]
            self.refusal.setText(str(survey.refusal or ""))
            self.model.setVisible(survey.model is not None)
            self.model.setText(tr("Recognised: {model}", model=survey.model) if survey.model else "")
            if survey.refusal is None:
                self.samples.show_survey(survey, choice)
                self.fields.show_survey(survey, choice)
                self.mappings.show_columns(survey.shown(choice)[0])
            self._show_bar(survey)
        self._draw()
        self._allow()
        self._offer_spread()

    def _offer_spread(self) -> None:
        row = self.table.currentRow()
        chosen = row >= 0 and bool(self.draft.now[self.surveys[row].key].crs)
        lost = self.draft.others_lost(row) if chosen else []
        self.spread.setVisible(bool(lost))
        self.spread.setText(tr("Same CRS for the {n} other layers without a place", n=len(lost)))

    def _show_bar(self, survey: LayerSurvey) -> None:
        """Show what there is to choose about a sheet, and how its rows are joined to the estates."""
        is_sheet = isinstance(survey, TableSurvey) and survey.refusal is None
        self.bar.setVisible(is_sheet)
        if isinstance(survey, TableSurvey) and is_sheet:
            choice = self.draft.now[survey.key]
            communities = self.draft.names(Role.COMMUNITIES)
            self.bar.show_sheet(survey, choice, count_joined(survey, choice, self.draft.names(), communities))

    def _draw(self) -> None:
        self.outlines.show_drawings(*self.draft.drawings(self._survey()))

    def _allow(self) -> None:
        """Allow the import when something is left and nothing that is used is broken or without a place."""
        used = [not self.draft.skips(s) for s in self.surveys]
        stops = [use and self.draft.is_stuck(s) for use, s in zip(used, self.surveys, strict=True)]
        for name, stop in zip(self._names, stops, strict=True):
            name.setForeground(QColor(shade(_STOPS if stop else _GOES)))
        layers = [u for u, s in zip(used, self.surveys, strict=True) if not isinstance(s, TableSurvey)]
        self.accept_button.setEnabled(any(layers) and not any(stops))
        why = (
            tr("Choose a CRS for, or leave out, what is marked in red.")
            if any(layers)
            else tr("Give at least one layer a role.")
        )
        self.accept_button.setToolTip("" if self.accept_button.isEnabled() else why)
