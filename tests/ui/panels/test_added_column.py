"""A column that is added to the schema of zones is shown, summed, written, described and asked for."""

from __future__ import annotations

import json
from pathlib import Path
from unittest.mock import Mock

import pandas as pd
import pytest
from pytestqt.qtbot import QtBot

from bigmap.base.i18n import Text
from bigmap.commands.context import Context
from bigmap.commands.editing.select import choose_where
from bigmap.core.planning.replan import with_assignment
from bigmap.core.schema.column import Column
from bigmap.core.schema.columns import LAYERS
from bigmap.io.writing.results_folder import write_results
from bigmap.session.document import Document
from bigmap.session.session import Session
from bigmap.ui.panels.side_panels import ResultsPanel, row_pairs
from tests.helpers.plans import grid_plan

ESTATES = Column(
    "estates_n",
    "Estates",
    "integer",
    unit="个",
    alias="estates",
    total="sum",
    table=5,
    value=lambda units: units["kind"] == "estate",
)
COUNTS = ["2", "0", "3"]


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LAYERS, "zones", (*LAYERS["zones"], ESTATES))


def opened(qtbot: QtBot) -> tuple[Session, ResultsPanel]:
    plan = grid_plan()
    session, results = Session(), ResultsPanel()
    qtbot.addWidget(results)
    session.open(Document(with_assignment(plan, plan.zone_of_unit), (), b""))
    results.show_session(session)
    return session, results


def shown(results: ResultsPanel) -> list[str]:
    at = [c.title for c in results.zones.rows_model.columns].index("Estates")
    return [results.zones.model().index(i, at).data() for i in range(3)]


def test_the_table_shows_it_with_its_total_after_columns_of_the_same_place(added: None, qtbot: QtBot) -> None:
    _, results = opened(qtbot)
    titles = [c.title for c in results.zones.rows_model.columns]
    at = titles.index("Estates")
    assert titles[at - 1] == "Units"
    assert shown(results) == COUNTS
    assert results.zones_panel.totals.texts()[at] == "5"
    assert ("Estates", "2") in row_pairs(results.zones, 0)


def test_it_follows_an_edit(added: None, qtbot: QtBot) -> None:
    session, results = opened(qtbot)
    session.edit(Text("Look"), session.tally.move([3], 1))
    results.follow(session)
    assert shown(results) == ["2", "1", "2"]
    assert session.live.operators[1]["estates_n"] == 3
    session.undo()
    results.follow(session)
    assert shown(results) == COUNTS


def test_files_and_dictionary_have_it(added: None, tmp_path: Path) -> None:
    plan = grid_plan()
    write_results(with_assignment(plan, plan.zone_of_unit), tmp_path, lang="en")
    features = json.loads((tmp_path / "zones.geojson").read_text(encoding="utf-8"))["features"]
    held = {feature["id"]: feature["properties"]["estates"] for feature in features}
    assert held == {"W01": 2, "W02": 0, "W03": 3}
    table = pd.read_csv(tmp_path / "zones.csv", encoding="utf-8-sig")
    assert table["estates Estates (个)"].tolist() == [2, 0, 3]
    told = pd.read_csv(tmp_path / "fields.csv", encoding="utf-8-sig").set_index(["file", "property"])
    row = told.loc["zones.geojson", "estates"]
    assert (row["English"], row["type"], row["unit"]) == ("Estates", "integer", "个")


def test_units_are_chosen_by_it(added: None) -> None:
    session = Session()
    session.open(Document(grid_plan(), (), b""))
    desk = Context(session, Mock())
    choose_where(desk, "zone_estates_n > 2 and kind == 'road'")
    assert session.chosen.tolist() == [2]
    choose_where(desk, "zone_estates == 0")
    assert session.chosen.tolist() == [5, 6, 9]
