"""The advanced rules, rule files, alternatives side by side, and ending a search with its best."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from bigmap.base.i18n import Text
from bigmap.base.problems import ProblemLog
from bigmap.base.progress import Progress
from bigmap.core.zoning.alternatives import Alternative
from bigmap.core.zoning.rules import ZoningRules
from bigmap.ui.dialogs.alternatives_dialog import AlternativesDialog, thumbnail
from bigmap.ui.dialogs.build_zones_dialog import BuildZonesDialog
from bigmap.ui.window.worker_lane import WorkerLane
from tests.helpers.plans import grid_plan


@pytest.fixture
def dialog(qtbot: QtBot) -> BuildZonesDialog:
    dialog = BuildZonesDialog(grid_plan())
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_the_advanced_rules_are_folded_until_asked_for(dialog: BuildZonesDialog, qtbot: QtBot) -> None:
    assert not dialog.advanced.isVisible()
    qtbot.mouseClick(dialog.more, Qt.MouseButton.LeftButton)
    assert dialog.advanced.isVisible()


def test_every_editor_reaches_the_rules(dialog: BuildZonesDialog) -> None:
    more = dialog.advanced
    more.min_load.setValue(100)
    more.max_zones.setValue(6)
    more.extent.setValue(800)
    more.borders.setCurrentIndex(2)
    more.communities.setCurrentIndex(2)
    more.streets.setCurrentIndex(1)
    more.also["gfa_m2"][0].setChecked(True)
    more.also["gfa_m2"][1].setValue(15)
    more.from_present.setChecked(True)
    more.max_moved.setValue(5)
    more.locked.item(0).setCheckState(Qt.CheckState.Checked)
    more.bound.setPlainText("U1 = W02\nU2＝W03")
    more.seeds.setPlainText("W02 = U6\nW02 = U7")
    more.centres.setPlainText("W03 = U8")
    more.weights["site_m2"].setValue(0.01)
    more.together.setPlainText("U3，U4")
    more.apart.setPlainText("U5 U6 U7")
    rules = dialog.rules()
    plan = grid_plan()
    first = plan.units.frame["unit_id"].astype(str)[plan.zone_of_unit == 0]
    assert (rules.min_load, rules.max_zones, rules.max_extent_m) == (100, 6, 800)
    assert rules.compactness == 4
    assert (rules.keep_whole, rules.prefer_whole) == (("communities",), ("streets",))
    assert rules.tolerances == {"gfa_m2": 0.15}
    assert len(rules.start) == 11
    assert rules.max_moved == 0.05
    assert rules.locked_zones == {"W01": tuple(first)}
    assert rules.locks == {"U1": "W02", "U2": "W03"}
    assert rules.seeds == {"W02": ("U6", "U7")}
    assert rules.centres == {"W03": "U8"}
    assert rules.balance == {"hh": 1.0, "site_m2": 0.01}
    assert (rules.together, rules.apart) == ((("U3", "U4"),), (("U5", "U6", "U7"),))


def test_rules_without_an_editor_are_kept(dialog: BuildZonesDialog) -> None:
    rules = ZoningRules(zones=4, balance={"hh": 1.0, "gfa_m2": 0.01}, seeds={"W01": ("U1",)}, compactness=1.3)
    dialog.show_rules(rules)
    assert dialog.rules() == rules


def test_another_field_to_balance_replaces_the_weights(dialog: BuildZonesDialog) -> None:
    dialog.advanced.weights["site_m2"].setValue(1000)
    assert dialog.balance.currentData() == "site_m2"  # it makes most of the load now
    dialog.balance.setCurrentIndex(dialog.balance.findData("gfa_m2"))
    assert dialog.rules().balance == {"gfa_m2": 1.0}


def test_the_units_chosen_become_rules(qtbot: QtBot) -> None:
    dialog = BuildZonesDialog(grid_plan(), chosen=["U1", "U8"])
    qtbot.addWidget(dialog)
    dialog.advanced.bound.setPlainText("U3 = W01")
    for action in dialog.advanced.use_chosen.menu().actions():
        action.trigger()
    rules = dialog.rules()
    assert rules.seeds == {"W02": ("U1",), "W03": ("U8",)}
    assert rules.centres == {"W04": "U1", "W05": "U8"}
    assert rules.together == rules.apart == (("U1", "U8"),)


def test_without_units_chosen_the_button_says_what_to_do(dialog: BuildZonesDialog) -> None:
    assert not dialog.advanced.use_chosen.isEnabled()
    assert dialog.advanced.use_chosen.toolTip()


def test_rules_are_saved_and_opened_again(
    dialog: BuildZonesDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "规则"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file) + ".json", ""))
    dialog.number.setValue(5)
    dialog.advanced.extent.setValue(500)
    dialog._save_rules()
    assert json.loads(file.with_suffix(".json").read_text("utf-8")) == {"zones": 5, "max_extent_m": 500.0}
    dialog.number.setValue(2)
    dialog._open_rules()
    assert dialog.rules() == ZoningRules(zones=5, max_extent_m=500)


@pytest.mark.parametrize("text", ["{", '{"zone": 1}', "[]"])
def test_a_file_that_holds_no_rules_is_refused(
    dialog: BuildZonesDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    (tmp_path / "rules.json").write_text(text, encoding="utf-8")
    said: list[str] = []
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "rules.json"), ""))
    monkeypatch.setattr(QMessageBox, "warning", lambda *words: said.append(words[-1]))
    before = dialog.rules()
    dialog._open_rules()
    assert len(said) == 1
    assert dialog.rules() == before


def candidate(title: str, zone: np.ndarray, moved: float = 0.1) -> Alternative:
    return Alternative(Text(title), zone, ZoningRules(zones=2), ProblemLog(), 0.021, 1234.0, 0.6, moved, 0.3)


@pytest.fixture
def candidates() -> list[Alternative]:
    west = np.array([0, 0, 1, 1] * 3)
    south = np.array([0] * 4 + [1] * 8)
    return [candidate("As asked", west), candidate("Most even", south, moved=float("nan"))]


def test_a_click_on_a_card_chooses_it(qtbot: QtBot, candidates: list[Alternative]) -> None:
    dialog = AlternativesDialog(grid_plan(), candidates)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.chosen() is candidates[0]
    qtbot.mouseClick(dialog.cards[1], Qt.MouseButton.LeftButton)
    assert dialog.chosen() is candidates[1]
    with qtbot.waitSignal(dialog.accepted):
        qtbot.mouseDClick(dialog.cards[0], Qt.MouseButton.LeftButton)
    assert dialog.chosen() is candidates[0]


def test_the_small_map_shows_every_zone_in_its_colour(qtbot: QtBot, candidates: list[Alternative]) -> None:
    picture = thumbnail(grid_plan(), candidates[0]).toImage()
    left, right = picture.pixelColor(60, 95).name(), picture.pixelColor(180, 95).name()
    assert len({left, right, picture.pixelColor(1, 1).name()}) == 3


def test_keeping_the_best_ends_a_search_with_its_result(qtbot: QtBot) -> None:
    lane = WorkerLane()

    def search(progress: Progress) -> str:
        while not progress.enough():
            progress.step(0.5, Text("Building zones"))
        return "the best"

    found: list[str] = []
    lane.searching.connect(lane.keep_best)
    with qtbot.waitSignal(lane.ended, timeout=20_000):
        lane.run(Text("Building zones"), search, found.append)
    qtbot.waitUntil(lambda: found == ["the best"], timeout=20_000)
