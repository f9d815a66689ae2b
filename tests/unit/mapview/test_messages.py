"""The bridge: what goes in comes out, and nothing else comes in."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigmap.mapview import messages
from bigmap.mapview.gesture_messages import (
    GESTURES,
    Asked,
    Began,
    Brushed,
    Chose,
    Divided,
    Ended,
    Filled,
    GaveUp,
    Latched,
    Outlined,
    Pulled,
    Resized,
    Sampled,
)
from bigmap.mapview.messages import (
    Assign,
    Await,
    BadMessage,
    Base,
    Colour,
    Drawn,
    Dress,
    Dropped,
    Failed,
    Fit,
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
    Picked,
    Pointer,
    Ready,
    Reassign,
    Select,
    Show,
    Tool,
    Words,
    Would,
    Zones,
)

numbers = st.integers(-(2**53), 2**53)
floats = st.floats(allow_nan=False, allow_infinity=False)
anything: st.SearchStrategy[Message] = st.one_of(
    st.builds(Ready),
    st.builds(Drawn, numbers),
    st.builds(Picked, numbers, numbers, numbers),
    st.builds(Failed, st.text()),
    st.builds(Show, numbers),
    st.builds(Colour, st.text(), st.text()),
    st.builds(Dress, st.text()),
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
    st.builds(GaveUp),
    st.builds(Filled, numbers),
    st.builds(Latched, numbers, st.booleans()),
    st.builds(Locks, numbers),
    st.builds(Sampled, numbers),
    st.builds(Resized, floats),
    st.builds(Chose, st.lists(floats), st.text(), st.text()),
    st.builds(Outlined, st.lists(floats), st.booleans()),
    st.builds(Divided, st.lists(floats), st.booleans()),
    st.builds(Pulled, numbers, numbers, st.lists(floats), st.booleans()),
    st.builds(Asked, numbers, numbers, numbers),
    st.builds(Mark, numbers),
    st.builds(Gaps, numbers),
    st.builds(GiveUp),
    st.builds(Would, st.lists(numbers), numbers, st.booleans(), st.lists(numbers)),
    st.builds(Base, st.dictionaries(st.text(), st.text())),
    st.builds(Measured, st.lists(st.text())),
    st.builds(Tool, st.text(), st.dictionaries(st.text(), st.text())),
    st.builds(Select, st.text(), st.lists(numbers), st.booleans()),
    st.builds(Words, st.dictionaries(st.text(), st.text())),
    st.builds(Fit),
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
    tried = {Ready, Drawn, Picked, Pointer, Moved, Failed, Show, Colour, Dress, Select, Words, Fit, Go}
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
        Would,
        Await,
        Idle,
    }
    tried |= {*GESTURES}
    assert set(messages.KINDS.values()) == tried


@pytest.mark.parametrize(
    "held",
    [
        {"v": 2, "kind": "ready"},
        {"kind": "ready"},
        {"v": 1, "kind": "explode"},
        {"v": 1},
        {"v": 1, "kind": "drawn"},
        {"v": 1, "kind": "drawn", "scene": "1"},
        {"v": 1, "kind": "drawn", "scene": True},
        {"v": 1, "kind": "drawn", "scene": 1, "more": 2},
        {"v": 1, "kind": "select", "layer": "unit", "rows": [1, "2"], "fly": True},
        {"v": 1, "kind": "go", "x": 1.0, "y": "2"},
        {"v": 1, "kind": "words", "words": {"a": 1}},
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
