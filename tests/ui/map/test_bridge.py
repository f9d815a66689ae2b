"""Whatever the page says, nothing gets past the border but what can be done."""

from __future__ import annotations

import json

import pytest

from bigmap.mapview import messages
from bigmap.mapview.gesture_messages import Brushed, Filled, LockToggled, ZoneSampled
from bigmap.mapview.messages import Picked
from bigmap.ui.window.window import Window
from tests.helpers.bridge_fuzz import tell_random

pytestmark = pytest.mark.web


def test_random_messages_end_at_the_border(opened: Window, caplog) -> None:
    told = tell_random(opened, 300, seed=5)
    assert told.escaped == []
    assert len(told.refused_seconds) > 100
    assert len(told.seconds) > 50
    caplog.clear()


@pytest.mark.parametrize(
    "message", [Filled(99), ZoneSampled(12), LockToggled(12, alone=True), Picked(12, -1, -1)]
)
def test_rows_of_a_scene_that_is_gone_change_nothing(opened: Window, message: messages.Message) -> None:
    opened.session.hold(tool="bucket", zone=0)
    before = opened.session.tally.zone.copy()
    assert opened.map.bridge.receive(messages.dump(message)) == '{"ok": true}'
    assert (opened.session.tally.zone == before).all()
    assert opened.session.selection is None
    assert not opened.session.tally.locked.any()


def test_a_brush_over_nothing_and_over_more_than_there_is(opened: Window) -> None:
    opened.session.hold(tool="paint", zone=0)
    for units in ([], [5] * 13):
        for kind in ({"kind": "began"}, {"kind": "brushed", "units": units}, {"kind": "ended"}):
            text = json.dumps({"v": messages.VERSION, **kind})
            assert opened.map.bridge.receive(text) == '{"ok": true}'
    assert opened.session.tally.zone[5] == opened.session.document_or_refuse.built.zone_of_unit[5]
    assert messages.parse(messages.dump(Brushed([5]))) == Brushed([5])
