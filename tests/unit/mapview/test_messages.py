"""The bridge: what goes in comes out, and nothing else comes in."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from bigmap.base.paths import resources
from bigmap.mapview import message_fields, messages
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
from bigmap.mapview.message_fields import is_tangle
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
rows = st.integers(0, 2**31 - 1)
rows_or_none = st.integers(-1, 2**31 - 1)
metres = st.floats(-1e9, 1e9)


def way(least: int) -> st.SearchStrategy[list[float]]:
    """Return ways of some corners: x, y, x, y …"""
    corners = st.lists(st.tuples(metres, metres), min_size=least, max_size=20)
    return corners.map(lambda found: [v for corner in found for v in corner])


anything: st.SearchStrategy[Message] = st.one_of(
    st.builds(PageReady),
    st.builds(Drawn, rows),
    st.builds(Picked, rows_or_none, rows_or_none, rows_or_none),
    st.builds(Failed, st.text()),
    st.builds(Show, numbers),
    st.builds(Colour, st.text(), st.text()),
    st.builds(SetTheme, st.text()),
    st.builds(Pointer, metres, metres, st.booleans()),
    st.builds(Moved, metres, metres, st.floats(-60, 60)),
    st.builds(Look, floats, floats, floats),
    st.builds(Assign, st.lists(numbers), st.lists(numbers)),
    st.builds(Reassign, numbers),
    st.builds(Zones, st.lists(st.text()), st.lists(st.text()), st.lists(numbers), st.lists(st.text())),
    st.builds(Measuring, way(1), st.booleans()),
    st.builds(Dropped),
    st.builds(Began),
    st.builds(Brushed, st.lists(rows)),
    st.builds(Ended),
    st.builds(GestureCancelled),
    st.builds(Filled, rows),
    st.builds(LockToggled, rows, st.booleans()),
    st.builds(Locks, numbers),
    st.builds(ZoneSampled, rows),
    st.builds(Resized, st.floats(0.01, 100)),
    st.builds(
        UnitsSelected, way(3), *map(st.sampled_from, (("ring", "line", "point"), ("new", "add", "take")))
    ),
    st.builds(Outlined, way(3), st.booleans()),
    st.builds(Divided, way(2), st.booleans()),
    st.builds(BorderDragged, rows, rows, way(2), st.booleans()),
    st.builds(ContextMenuRequested, rows_or_none, rows_or_none, rows_or_none),
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
    st.builds(Idle, rows),
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
        {"v": 1, "kind": ["drawn"]},
        {"v": 1, "kind": "idle", "number": 10**400},
        {"v": 1, "kind": "moved", "x": 10**400, "y": 0.0, "zoom": 0.0},
        {"v": 1, "kind": "pointer", "x": 1e300, "y": 0.0, "over": True},
        {"v": 1, "kind": "resized", "factor": 0},
        {"v": 1, "kind": "filled", "unit": -1},
        {"v": 1, "kind": "filled", "unit": []},
        {"v": 1, "kind": "brushed", "units": 3},
        {"v": 1, "kind": "brushed", "units": [0, 2**31]},
        {"v": 1, "kind": "outlined", "points": [0, 0, 1, 0, 1], "done": True},
        {"v": 1, "kind": "outlined", "points": [0, 0, 1, 0], "done": True},
        {"v": 1, "kind": "outlined", "points": [0, 0, 1, 0, 1, True], "done": True},
        {"v": 1, "kind": "divided", "points": [0, 0], "done": True},
        {"v": 1, "kind": "measuring", "points": [0, 0] * 10_001, "closed": True},
        {"v": 1, "kind": "units_selected", "points": [0, 0], "shape": "ring", "how": "new"},
        {"v": 1, "kind": "units_selected", "points": [0, 0], "shape": "star", "how": "new"},
        {"v": 1, "kind": "failed", "text": "x" * 100_000},
        {"v": 1, "kind": "failed", "text": "half a pair: \ud800"},
        ["v", 1],
        "ready",
    ],
)
def test_other_messages_are_refused(held: object) -> None:
    with pytest.raises(BadMessage):
        messages.parse(json.dumps(held))


@pytest.mark.parametrize(
    "text", ["{", "[" * 200_000, '{"a":' * 100_000, "1" * 10_000, '{"v": 1, "kind": "failed", "text": "\0"}']
)
def test_what_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(BadMessage):
        messages.parse(text)


def test_a_message_beyond_all_measure_is_refused_unread() -> None:
    text = messages.dump(Failed("")) + " " * messages.LONGEST
    with pytest.raises(BadMessage, match="letters"):
        messages.parse(text)


def test_only_the_window_gives_orders() -> None:
    assert messages.parse_from_page(messages.dump(Idle(1))) == Idle(1)
    with pytest.raises(BadMessage, match="order"):
        messages.parse_from_page(messages.dump(Show(1)))


def test_a_way_that_crosses_itself_beyond_measure_is_a_tangle_and_a_scribble_is_none() -> None:
    turn = np.linspace(0, 60 * np.pi, 5_000)
    scribble = np.column_stack([turn + 20 * np.cos(turn), 20 * np.sin(turn)])  # loops, as a hand draws them
    assert not is_tangle(scribble)
    assert is_tangle(np.random.default_rng(1).random((400, 2)))
    assert is_tangle(np.zeros((1_000, 2)))


@pytest.mark.parametrize("n", [70, 120])
def test_crossings_are_counted_as_shapely_finds_them(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    xy = np.random.default_rng(n).random((n, 2))
    stretches = shapely.linestrings(np.stack([xy, np.roll(xy, -1, axis=0)], axis=1))
    crossings = sum(int(shapely.crosses(a, stretches).sum()) for a in stretches) // 2
    monkeypatch.setattr(message_fields, "_MOST_CROSSINGS", crossings)
    assert not is_tangle(xy)
    monkeypatch.setattr(message_fields, "_MOST_CROSSINGS", crossings - 1)
    assert is_tangle(xy)


def test_the_page_knows_the_same_kinds() -> None:
    scripts = "".join(path.read_text(encoding="utf-8") for path in resources("web", "bigmap").glob("*.js"))
    kinds = {message.kind for message in messages.FROM_PAGE}
    assert set(re.findall(r'(?:bigmap\.send|this\.ask)\("(\w+)"', scripts)) <= kinds
    assert {kind for kind in kinds if f'"{kind}"' not in scripts} == set()
    orders = resources("web", "bigmap", "map.js").read_text(encoding="utf-8").split("const orders = {")[1]
    obeyed = set(re.findall(r"^      (\w+): \(\) =>", orders.split("\n    };")[0], flags=re.MULTILINE))
    assert obeyed == {message.kind for message in messages.FROM_WINDOW}
