"""What stands beside the map: layers and problems left; figures, tables and attributes right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QLabel,
    QScrollArea,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from bigmap.base.amounts import UNKNOWN, AtLeast
from bigmap.base.i18n import tr
from bigmap.base.problems import Problem
from bigmap.core.schema.column import Column
from bigmap.core.schema.columns import shown
from bigmap.core.units import unknown
from bigmap.mapview import vocabulary
from bigmap.session.document import Document, Layer, Pick
from bigmap.session.session import Session
from bigmap.ui.panels.charts import Charts
from bigmap.ui.panels.coverage_figures import CoverageFigures
from bigmap.ui.panels.gaps_panel import GapsPanel
from bigmap.ui.panels.problems_panel import ProblemsPanel
from bigmap.ui.widgets import table_columns
from bigmap.ui.widgets.table import TableView
from bigmap.ui.widgets.table_panel import TablePanel


class Section(QWidget):
    """A heading with something below it."""

    def __init__(self, title: str, content: QWidget) -> None:
        super().__init__()
        self._title = title
        self.heading = QLabel()
        self.heading.setObjectName("heading")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.heading)
        column.addWidget(content)

    def write(self, count: int | None = None) -> None:
        """Write the heading in the language in use, with a count if given."""
        self.heading.setText(tr(self._title) + ("" if count is None else f"  {count:,}"))


class SourcesPanel(QSplitter):
    """The layers that were read, and the problems found in them.

    Attributes
    ----------
    problems : ProblemsPanel
    """

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.layers = TableView(table_columns.LAYERS, most=20, remembered="layers")
        self.problems = ProblemsPanel()
        self._sections = [Section("Layers", self.layers), Section("Problems", self.problems)]
        for section in self._sections:
            self.addWidget(section)
        self.setSizes([330, 440])
        self.setChildrenCollapsible(False)

    def show_document(self, document: Document) -> None:
        """Show the layers and problems of a document."""
        self.layers.show_rows(table_columns.layer_rows(document))
        self.problems.show_document(document)
        self._write()

    def follow(self, session: Session) -> None:
        """Show what an edit changed of the problems."""
        self.problems.show_log(session.problems)

    def retranslate(self) -> None:
        """Write everything in the language in use."""
        self.layers.retranslate()
        self.problems.retranslate()
        self._write()

    def _write(self) -> None:
        layers, problems = self._sections
        self.layers.setAccessibleName(tr("Layers"))
        layers.write(len(self.layers.rows_model.rows))
        problems.write()


class Attributes(QFrame):
    """All that is known of one unit, zone, operator or gap."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("attributes")
        self._form = QFormLayout(self)
        self._form.setContentsMargins(16, 8, 16, 12)
        self._form.setHorizontalSpacing(16)
        self._form.setVerticalSpacing(3)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        self.pairs: list[tuple[str, str]] = []
        self._values: list[QLabel] = []

    def show_pairs(self, pairs: list[tuple[str, str]]) -> None:
        """Show name and value pairs, or what to do to see some."""
        self.pairs = pairs
        self._values = []
        while self._form.rowCount():
            self._form.removeRow(0)
        if not pairs:
            hint = QLabel(tr("Click the map or a row to see its attributes."))
            hint.setObjectName("hint")
            self._form.addRow(hint)
        for name, value in pairs:
            label, text = QLabel(name), QLabel(value)
            label.setObjectName("attributeName")
            text.setWordWrap(True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._form.addRow(label, text)
            self._values.append(text)
        QTimer.singleShot(0, self, self._take_room)  # the labels get their fonts first

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room for text that wraps anew."""
        super().resizeEvent(event)
        self._take_room()

    def _take_room(self) -> None:
        """Give every value the height that its lines need: form layouts give wrapped text too little."""
        self._form.activate()
        for text in self._values:
            text.setMinimumHeight(text.heightForWidth(text.width()))
        margins, gaps = self._form.contentsMargins(), self._form.verticalSpacing() * (len(self._values) - 1)
        lines = sum(text.minimumHeight() for text in self._values)
        self.setMinimumHeight(margins.top() + margins.bottom() + lines + gaps if self._values else 0)


class ResultsPanel(QSplitter):
    """Coverage figures, the tables of zones, operators and gaps, and the attributes of what is chosen.

    Attributes
    ----------
    chosen : Signal(object)
        A row was chosen in a table: a `Pick`, or None.
    """

    chosen = Signal(object)
    TITLES = ("Zones", "Operators", "Gaps, overlaps")

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.figures = CoverageFigures()
        self.zones = TableView(table_columns.columns_of("zones"), remembered="zones")
        self.operators = TableView(table_columns.columns_of("operators"), remembered="operators")
        self.zones_panel = TablePanel(self.zones, "There are no zones yet: build some.")
        self.operators_panel = TablePanel(self.operators, "No operators: add a table of them to the folder.")
        self.charts = Charts()
        self.charts.chosen.connect(self._teller("zone"))
        self.gaps_panel = GapsPanel()
        self.gaps = self.gaps_panel.table
        self.attributes = Attributes()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        layers: tuple[tuple[TableView, Layer], ...] = (
            (self.zones, "zone"),
            (self.operators, "operator"),
            (self.gaps, "gap"),
        )
        for table, layer in layers:
            page = {"zone": self.zones_panel, "operator": self.operators_panel, "gap": self.gaps_panel}[layer]
            self.tabs.addTab(page, "")
            table.row_chosen.connect(self._teller(layer))
        self.tabs.addTab(self.charts, "")
        self.section = Section("Attributes", _scrolled(self.attributes, "attributesScroll"))
        self.above = _scrolled(self.figures, "figuresScroll")
        for widget, stretch in ((self.above, 0), (self.tabs, 3), (self.section, 2)):
            self.addWidget(widget)
            self.setStretchFactor(self.count() - 1, stretch)
        self.tabs.setMinimumHeight(_TABS_LEAST)
        self.setSizes(_HEIGHTS)
        self.setChildrenCollapsible(False)
        self.splitterMoved.connect(lambda *_: self.keep_sizes())

    drawn = False  # by hand

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the tables the room, as long as nobody has drawn a border."""
        super().resizeEvent(event)
        self.figures.be_tight(self.height() < _TIGHT)
        if self.drawn or event.oldSize().height() == self.height():
            return
        figures = min(self.figures.sizeHint().height(), self.height() // 3)
        attributes = max(_LINES_LEAST, self.height() // 6)
        self.setSizes([figures, self.height() - figures - attributes, attributes])

    def keep_sizes(self) -> None:
        """Leave the borders where they are from now on: somebody drew them."""
        self.drawn = True

    def _teller(self, layer: Layer) -> Callable[[int], None]:
        return lambda row: self.chosen.emit(Pick(layer, row) if row >= 0 else None)

    def show_session(self, session: Session) -> None:
        """Show figures and tables of the open document."""
        document = session.document
        if document is None:
            return
        foreign = document.checked is not None
        if document.assignment is None or foreign:
            rows = table_columns.zone_rows(document)
            self.operators.show_rows(table_columns.operator_rows(document))
            self.gaps_panel.show_document(document)
        else:
            rows = table_columns.live_zone_rows(session.live)
            self.operators.show_rows(table_columns.live_operator_rows(session.live))
            self._follow_gaps(session)
        self.zones.show_rows(rows, table_columns.columns_of("drawn" if foreign else "zones"))
        self.charts.show_rows(rows, document.built.rules.tolerance)
        self.tabs.setCurrentWidget(self.gaps_panel if foreign else self.zones_panel)
        self._write(session)

    def follow(self, session: Session) -> None:
        """Show what an edit changed."""
        document, live = session.document, session.live
        if document is None:
            return
        rows = table_columns.live_zone_rows(live)
        self.zones.follow(rows)
        self.operators.follow(table_columns.live_operator_rows(live))
        self._follow_gaps(session)
        self.charts.show_rows(rows, document.built.rules.tolerance)
        self._tell_of(document, session.selection)
        self._write(session)

    def _follow_gaps(self, session: Session) -> None:
        silent = session.document_or_refuse.built.coverage.silent
        self.gaps_panel.follow(session.live.gaps(), silent=silent)

    def retranslate(self, session: Session) -> None:
        """Write everything in the language and the theme in use."""
        for table in (self.zones, self.operators, self.gaps_panel):
            table.retranslate()
        for panel in (self.zones_panel, self.operators_panel, self.charts):
            panel.retranslate()
        self._write(session)

    def _write(self, session: Session) -> None:
        document = session.document
        if document is None:
            return
        if (document.assignment is None and session.stroke is None) or document.checked:
            self.figures.show_coverage(document.coverage)
        else:
            more = {name: session.tally.served(name) for name in _SERVED}
            made = document.built.coverage
            self.figures.show_covered(session.tally.covered, more, made.untold, silent=made.silent)
        for i, title in enumerate(self.TITLES):
            table = (self.zones, self.operators, self.gaps)[i]
            table.setAccessibleName(tr(title))
            count = len(table.rows_model.rows)
            self.tabs.setTabText(i, f"{tr(title)}  {count:,}")
        self.tabs.setTabText(len(self.TITLES), tr("Charts"))
        bar = self.above.verticalScrollBar().sizeHint().width()
        self.above.setMinimumWidth(self.figures.minimumSizeHint().width() + bar)

    def show_problem(self, problem: Problem) -> None:
        """Show all of a problem."""
        self.attributes.show_pairs(table_columns.problem_pairs(problem))

    def show_pick(self, document: Document, pick: Pick | None) -> None:
        """Choose in every table what belongs to the pick, and show its attributes."""
        unit = pick.row if pick and pick.layer == "unit" else -1
        zone = document.zone_of_unit(unit) if unit >= 0 else pick.row if pick and pick.layer == "zone" else -1
        gap = pick.row if pick and pick.layer == "gap" else -1
        operator = pick.row if pick and pick.layer == "operator" else document.operator_of_zone(zone)
        for table, row in ((self.zones, zone), (self.operators, operator), (self.gaps, gap)):
            table.choose_row(row)
        if gap >= 0:
            self.tabs.setCurrentWidget(self.gaps_panel)
        elif pick and self.tabs.currentWidget() is self.gaps_panel:
            self.tabs.setCurrentWidget(self.zones_panel)
        self.charts.bars.pick(zone)
        self._tell_of(document, pick)
        self.section.write()

    def _tell_of(self, document: Document, pick: Pick | None) -> None:
        """Write all of what is picked, unless it stands there already."""
        pairs = self._pairs(document, pick)
        if not pairs or pairs != self.attributes.pairs:
            self.attributes.show_pairs(pairs)

    def _pairs(self, document: Document, pick: Pick | None) -> list[tuple[str, str]]:
        if pick is None:
            return []
        if pick.layer == "unit":
            return unit_pairs(document, pick.row)
        table = {"zone": self.zones, "operator": self.operators, "gap": self.gaps}[pick.layer]
        return row_pairs(table, pick.row)


def _scrolled(widget: QWidget, name: str) -> QScrollArea:
    """Return a widget to be scrolled where its room is short."""
    scroll = QScrollArea()
    scroll.setObjectName(name)
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setWidget(widget)
    return scroll


def row_pairs(table: TableView, row: int) -> list[tuple[str, str]]:
    """Return heading and writing of each column of a row that has something to say."""
    held = table.row_at(row)
    if held is None:
        return []
    pairs = [(tr(c.title), c.show(c.value(held))) for c in table.rows_model.columns]
    return [(name, value) for name, value in pairs if value]


def unit_pairs(document: Document, row: int) -> list[tuple[str, str]]:
    """Return what is known of a unit; what it has not is left out."""
    unit = document.built.units.frame.iloc[[row]]
    zone = document.zone_id(document.zone_of_unit(row))
    pairs = [(tr(c.title), _written(c, unit.assign(zone_id=zone or UNKNOWN))) for c in shown("units")]
    return [(name, value) for name, value in pairs if value]


_TABS_LEAST, _HEIGHTS = 180, [200, 420, 220]
_TIGHT, _LINES_LEAST = 720, 96
_SERVED = ("gfa_m2", "sweep_m2")
_UNIT_WORDS: dict[str, Callable[[Any], str]] = {
    "name": lambda name: str(name or tr("unnamed")),
    "kind": lambda kind: vocabulary.word(vocabulary.KIND, kind),
    "inside": lambda inside: tr("inside") if inside else tr("outside"),
}


def _written(column: Column, unit: pd.DataFrame) -> str:
    """Return a value of a unit, '' where it has none; "–" where it should have one but nobody tells it."""
    (value,) = pd.Series(column.of_units(unit))
    if column.name in _UNIT_WORDS:
        return _UNIT_WORDS[column.name](value)
    write = table_columns.writing(column)
    if not column.numeric:
        return write(value)
    if unknown.told(unit, column.name)[0]:
        return write(value) if value and not pd.isna(value) else ""
    return write(AtLeast(value)) if value else UNKNOWN
