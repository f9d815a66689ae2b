"""What window and sheet show where operators or households are not known, and above 100 %."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from bigmap.base.i18n import Text
from bigmap.core.operators.parameters import Parameters
from bigmap.core.planning.plan import Plan
from bigmap.core.planning.replan import reckoned, with_assignment
from bigmap.session.document import Document
from bigmap.session.session import Session
from bigmap.ui.map.gesture_panel import GesturePanel
from bigmap.ui.panels.coverage_figures import CoverageFigures, Figure
from bigmap.ui.panels.side_panels import ResultsPanel, SourcesPanel, unit_pairs
from bigmap.ui.printing.content import sheet_notes
from bigmap.ui.printing.sheet_options import SheetOptions
from bigmap.ui.printing.tables import coverage_table, operator_table, zone_table
from bigmap.ui.widgets.table import TableView
from bigmap.ui.window.status_bar import StatusBar
from tests.helpers.plans import grid_plan

SHEET = SheetOptions(lang="en")


def proven(plan: Plan) -> Plan:
    """Return a plan with its coverage measured and its operators summed."""
    return reckoned(with_assignment(plan, plan.zone_of_unit), Parameters())


def without_operators() -> Plan:
    plan = grid_plan()
    plan.sources.operators = None
    return proven(replace(plan, zones=plan.zones.assign(oper=None)))


def without_households(*units: int) -> Plan:
    plan = grid_plan()
    told = np.ones(12, dtype=bool)
    told[list(units) or range(12)] = False
    frame = plan.units.frame.assign(hh_told=told, hh=plan.units.frame["hh"].where(told, 0))
    return proven(replace(plan, units=replace(plan.units, frame=frame)))


def results_of(qtbot: QtBot, plan: Plan) -> tuple[Session, ResultsPanel]:
    session, results = Session(), ResultsPanel()
    qtbot.addWidget(results)
    session.open(Document(plan, (), b""))
    results.show_session(session)
    return session, results


def served(figures: CoverageFigures) -> list[Figure]:
    return [figures.households, *figures.more]


def shown(table: TableView, title: str) -> list[str]:
    at = [c.title for c in table.rows_model.columns].index(title)
    return [table.model().index(i, at).data() for i in range(table.model().rowCount())]


def coloured(table: TableView, title: str) -> list[str]:
    at = [c.title for c in table.rows_model.columns].index(title)
    role = Qt.ItemDataRole.ForegroundRole
    return [QColor(table.model().index(i, at).data(role)).name() for i in range(table.model().rowCount())]


# --- nobody told who serves ---


@pytest.mark.parametrize("edited", [False, True])
def test_without_operators_no_service_is_green(qtbot: QtBot, edited: bool) -> None:
    session, results = results_of(qtbot, without_operators())
    if edited:
        session.edit(Text("Move"), session.tally.move([10], 2))
        results.follow(session)
        shares = served(results.figures)[:-1]  # services are counted again when that is over
    else:
        shares = served(results.figures)
    for figure in shares:
        assert figure.value.text() == "–"
        assert (figure.value.property("short"), figure.value.property("unknown")) == (False, True)
    assert results.figures.land.value.property("unknown") is False
    assert results.figures.note.text() == "No operators are named: who serves is not told"


def test_a_whole_coverage_without_operators_does_not_claim_somebody_in_charge(qtbot: QtBot) -> None:
    plan = without_operators()
    zone = plan.zone_of_unit.copy()
    zone[zone < 0] = 2
    _, results = results_of(qtbot, with_assignment(plan, zone))
    assert "who serves it is not told" in results.gaps_panel.nothing.text()


def test_the_sheet_says_that_no_operators_are_known() -> None:
    plan = without_operators()
    assert coverage_table(plan, SHEET).rows[-1][1:] == ["–", "974 households", "–"]
    assert any(line.startswith("No operators are named") for line in sheet_notes(plan, SHEET))
    assert not any(line.startswith("No operators") for line in sheet_notes(proven(grid_plan()), SHEET))


# --- an operator that does not serve ---


def test_an_ended_contract_serves_nobody_while_editing(qtbot: QtBot) -> None:
    plan = grid_plan()
    ends = pd.to_datetime(["2020-01-01", None])
    plan.sources.operators = plan.sources.operators.assign(contract_end=ends)
    session, results = results_of(qtbot, proven(plan))
    assert (session.tally.covered.households.covered, session.tally.covered.households.of) == (774, 974)
    session.edit(Text("Move"), session.tally.move([10], 2))
    results.follow(session)
    assert results.figures.households.value.text() == "79.4 %"
    assert shown(results.gaps, "Cause") == ["Contract has run out"]
    codes = [problem.code for problem in session.problems]
    assert "ended_serves" in codes


# --- above 100 % ---


def test_an_operator_above_its_capacity_is_red_and_a_problem_at_once(qtbot: QtBot) -> None:
    session, results = results_of(qtbot, proven(grid_plan()))
    sources = SourcesPanel()
    qtbot.addWidget(sources)
    assert session.document is not None
    sources.show_document(session.document)

    def follow() -> list[str]:
        results.follow(session)
        sources.follow(session)
        return [p.code for p in session.problems if p.code == "over_capacity"]

    assert shown(results.operators, "Used")[0] == "40.0 %"
    calm = coloured(results.operators, "Used")[0]
    session.edit(Text("Move"), session.tally.move([5, 9], 0))  # 334 more households for Y01, which takes 500
    assert follow() == ["over_capacity"]
    assert shown(results.operators, "Used")[0] == "106.8 %"
    assert coloured(results.operators, "Used")[0] == "#b3261e" != calm
    assert "106.8%" in sources.problems.tree.rows.item(0).child(0).data(Qt.ItemDataRole.AccessibleTextRole)
    plan = session.document.with_assignment(session.tally.assignment).plan
    table = operator_table(plan, SHEET)
    assert (table.rows[0][-1], table.alarms) == ("106.8%", frozenset({(0, 4)}))
    assert any("534 households" in line for line in sheet_notes(plan, SHEET))
    session.undo()
    assert follow() == []
    assert coloured(results.operators, "Used")[0] == calm


# --- households that nobody tells ---


def test_unknown_households_are_a_dash_with_their_number(qtbot: QtBot) -> None:
    plan = without_households()
    session, results = results_of(qtbot, plan)
    households = results.figures.households
    assert (households.value.text(), households.base.text()) == ("–", "not told")
    assert "6 of 6 estates tell no households" in results.figures.note.text()
    assert shown(results.zones, "Households") == ["–"] * 3
    assert shown(results.operators, "Households") == ["–"] * 2
    assert shown(results.operators, "Used") == shown(results.operators, "Share") == ["–"] * 2
    status = StatusBar()
    qtbot.addWidget(status)
    status.show_document(session.document)
    assert "– households" in status.totals.text()
    session.choose([0, 1])
    status.show_chosen(session)
    assert "– households" in status.chosen.text()
    assert dict(unit_pairs(session.document_or_refuse, 0))["Households"] == "–"
    panel = GesturePanel(results)
    panel.show_preview(session.tally.after(session.tally.move([1], 1)))
    assert panel.texts()[panel.texts().index("Households") + 1] == "–"


def test_households_known_in_part_are_at_least(qtbot: QtBot) -> None:
    plan = without_households(0)
    session, results = results_of(qtbot, plan)
    assert shown(results.zones, "Households") == ["≥ 80", "334", "440"]
    assert shown(results.operators, "Used") == ["≥ 16.0 %", "–"]
    assert "1 of 6 estates tell no households" in results.figures.note.text()
    status = StatusBar()
    qtbot.addWidget(status)
    status.show_document(session.document)
    assert "≥ 854 households" in status.totals.text()
    assert [row[3] for row in zone_table(plan, SHEET).rows] == ["≥ 80", "334", "440", "≥ 854"]


def test_the_sheet_shows_no_zero_for_what_nobody_tells() -> None:
    plan = without_households()
    assert {row[3] for row in zone_table(plan, SHEET).rows} == {"–"}
    assert coverage_table(plan, SHEET).rows[-1][1] == "–"
    assert {tuple(row[2::2]) for row in operator_table(plan, SHEET).rows} == {("–", "–")}
