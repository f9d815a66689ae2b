"""The bridge: what goes in comes out, and nothing else comes in."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigmap.base.paths import resources
from bigmap.mapview import messages
from bigmap.mapview.gesture_messages import (
    GESTURES,
    Began,
    BorderDragged,
    Brushed,
    ContextMenuRequested,
    Divided,
    Ended,
    Filled,
    GestureCancelled,
    LockToggled,
    Outlined,
    Resized,
    UnitsSelected,
    ZoneSampled,
)
from bigmap.mapview.messages import (
    Assign,
    Await,
    BadMessage,
    Base,
    Colour,
    Drawn,
    Dropped,
    Failed,
    FitView,
    Gaps,
    GiveUp,
    Go,
    Idle,
    Locks,
    Look,
    Mark,
    Measured,
    Measuring,
    Message,
    Moved,
    PageReady,
    Picked,
    Pointer,
    PreviewResult,
    Reassign,
    Select,
    SetTexts,
    SetTheme,
    Show,
    Tool,
    Zones,
)

numbers = st.integers(-(2**53), 2**53)
floats = st.floats(allow_nan=False, allow_infinity=False)
anything: st.SearchStrategy[Message] = st.one_of(
    st.builds(PageReady),
    st.builds(Drawn, numbers),
    st.builds(Picked, numbers, numbers, numbers),
    st.builds(Failed, st.text()),
    st.builds(Show, numbers),
    st.builds(Colour, st.text(), st.text()),
    st.builds(SetTheme, st.text()),
    st.builds(Pointer, floats, floats, st.booleans()),
    st.builds(Moved, floats, floats, floats),
    st.builds(Look, floats, floats, floats),
    st.builds(Assign, st.lists(numbers), st.lists(numbers)),
    st.builds(Reassign, numbers),
    st.builds(Zones, st.lists(st.text()), st.lists(st.text()), st.lists(numbers), st.lists(st.text())),
    st.builds(Measuring, st.lists(floats), st.booleans()),
    st.builds(Dropped),
    st.builds(Began),
    st.builds(Brushed, st.lists(numbers)),
    st.builds(Ended),
    st.builds(GestureCancelled),
    st.builds(Filled, numbers),
    st.builds(LockToggled, numbers, st.booleans()),
    st.builds(Locks, numbers),
    st.builds(ZoneSampled, numbers),
    st.builds(Resized, floats),
    st.builds(UnitsSelected, st.lists(floats), st.text(), st.text()),
    st.builds(Outlined, st.lists(floats), st.booleans()),
    st.builds(Divided, st.lists(floats), st.booleans()),
    st.builds(BorderDragged, numbers, numbers, st.lists(floats), st.booleans()),
    st.builds(ContextMenuRequested, numbers, numbers, numbers),
    st.builds(Mark, numbers),
    st.builds(Gaps, numbers),
    st.builds(GiveUp),
    st.builds(PreviewResult, st.lists(numbers), numbers, st.booleans(), st.lists(numbers)),
    st.builds(Base, st.dictionaries(st.text(), st.text())),
    st.builds(Measured, st.lists(st.text())),
    st.builds(Tool, st.text(), st.dictionaries(st.text(), st.text())),
    st.builds(Select, st.text(), st.lists(numbers), st.booleans()),
    st.builds(SetTexts, st.dictionaries(st.text(), st.text())),
    st.builds(FitView),
    st.builds(Go, floats, floats),
    st.builds(Await, numbers, numbers, numbers, numbers),
    st.builds(Idle, numbers),
)


@given(anything)
def test_every_message_survives_the_way(message: Message) -> None:
    text = messages.dump(message)
    assert "\n" not in text
    assert messages.parse(text) == message


def test_every_kind_is_tried() -> None:
    tried = {
        PageReady,
        Drawn,
        Picked,
        Pointer,
        Moved,
        Failed,
        Show,
        Colour,
        SetTheme,
        Select,
        SetTexts,
        FitView,
        Go,
    }
    tried |= {
        Measuring,
        Dropped,
        Measured,
        Base,
        Look,
        Assign,
        Reassign,
        Zones,
        Tool,
        Mark,
        Gaps,
        Locks,
        GiveUp,
        PreviewResult,
        Await,
        Idle,
    }
    tried |= {*GESTURES}
    assert set(messages.KINDS.values()) == tried


@pytest.mark.parametrize(
    "held",
    [
        {"v": 2, "kind": "page_ready"},
        {"kind": "page_ready"},
        {"v": 1, "kind": "explode"},
        {"v": 1},
        {"v": 1, "kind": "drawn"},
        {"v": 1, "kind": "drawn", "scene": "1"},
        {"v": 1, "kind": "drawn", "scene": True},
        {"v": 1, "kind": "drawn", "scene": 1, "more": 2},
        {"v": 1, "kind": "select", "layer": "unit", "rows": [1, "2"], "fly": True},
        {"v": 1, "kind": "go", "x": 1.0, "y": "2"},
        {"v": 1, "kind": "set_texts", "words": {"a": 1}},
        ["v", 1],
        "ready",
    ],
)
def test_other_messages_are_refused(held: object) -> None:
    with pytest.raises(BadMessage):
        messages.parse(json.dumps(held))


def test_what_is_not_json_is_refused() -> None:
    with pytest.raises(BadMessage):
        messages.parse("{")


def test_the_page_knows_the_same_kinds() -> None:
    scripts = "".join(path.read_text(encoding="utf-8") for path in resources("web", "bigmap").glob("*.js"))
    kinds = {message.kind for message in messages.FROM_PAGE}
    assert set(re.findall(r'(?:bigmap\.send|this\.ask)\("(\w+)"', scripts)) <= kinds
    assert {kind for kind in kinds if f'"{kind}"' not in scripts} == set()
    orders = resources("web", "bigmap", "map.js").read_text(encoding="utf-8").split("const orders = {")[1]
    obeyed = set(re.findall(r"^      (\w+): \(\) =>", orders.split("\n    };")[0], flags=re.MULTILINE))
    assert obeyed == {message.kind for message in messages.FROM_WINDOW}
