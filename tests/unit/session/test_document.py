"""The session tells who listens, and knows what holds."""

from __future__ import annotations

import pytest

from bigmap.base.signals import Signal
from bigmap.session.document import Checked, Document, Pick
from bigmap.session.session import Session
from tests.helpers.plans import grid_plan


@pytest.fixture
def document() -> Document:
    return Document(grid_plan(), (), b"scene")


def test_signal_tells_in_the_order_of_connecting() -> None:
    heard: list[object] = []
    signal = Signal()
    signal.connect(lambda x: heard.append(("first", x)))
    signal.connect(lambda x: heard.append(("second", x)))
    signal.emit(1)
    assert heard == [("first", 1), ("second", 1)]


def test_replacing_the_document_drops_the_selection(document: Document) -> None:
    session, heard = Session(), []
    session.select(Pick("zone", 1))
    session.document_replaced.connect(lambda: heard.append("document"))
    session.selection_changed.connect(lambda: heard.append("selection"))
    session.replace(document)
    assert session.selection is None
    assert heard == ["document", "selection"]


def test_same_selection_is_told_once() -> None:
    session, heard = Session(), []
    session.selection_changed.connect(lambda: heard.append(session.selection))
    session.select(Pick("gap", 0))
    session.select(Pick("gap", 0))
    assert heard == [Pick("gap", 0)]


def test_facts(document: Document) -> None:
    session = Session()
    hand = {"tool_look", "rule_warn", "base_none", "theme_system"}
    hand |= {"shown-layers", "shown-tables", "shown-attributes"}
    assert session.facts() == {"idle", "by_zone"} | hand
    session.replace(document)
    session.colour_by("kind")
    session.set_busy(True)
    assert session.facts() == {"busy", "plan", "own_zones", "mendable", "operators", "by_kind"} | hand


def test_unit_zone_and_operator_are_linked(document: Document) -> None:
    # 街心公园 育秀里  (gap)   吕岭花园     units 8-11
    assert [document.zone_of_unit(row) for row in (8, 9, 10, 11)] == [0, 1, -1, 2]
    assert [document.operator_of_zone(row) for row in (0, 1, 2, -1)] == [0, 1, 1, -1]
    assert document.zones_of_operator(1) == [1, 2]


def test_a_check_shows_its_own_zones(document: Document) -> None:
    from dataclasses import replace
    from pathlib import Path

    plan = document.plan
    checked = replace(document, checked=Checked(Path("z.shp"), plan.zones.iloc[:1], plan.coverage))
    session = Session()
    session.replace(checked)
    assert len(checked.zones) == 1
    assert checked.zone_of_unit(0) == -1
    assert "checking" in session.facts()
    assert "own_zones" not in session.facts()
