"""Steps are taken back and again, and the oldest are forgotten."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bigmap.base.i18n import Text
from bigmap.session.document import Document
from bigmap.session.history import KEPT_UNITS, History
from bigmap.session.session import Session
from tests.helpers.plans import grid_plan

KEPT = 8


@given(st.lists(st.sampled_from(["step", "undo", "redo"]), max_size=60))
def test_history_is_that_of_a_list(moves: list[str]) -> None:
    """Beside it the naive twin: all states in a list, and where one stands."""
    history: History[int] = History(weight=lambda _: KEPT_UNITS // KEPT)
    states, at, now = [0], 0, 0

    def go(state: int) -> int:
        nonlocal now
        now, before = state, now
        return before

    for move in moves:
        if move == "step":
            history.push(Text("Mend"), now)
            now = len(states) + 1000 * at
            states = [*states[: at + 1], now][-KEPT - 1 :]
            at = len(states) - 1
        elif move == "undo" and history.undoable:
            at -= 1
            history.undo(go)
        elif move == "redo" and history.redoable:
            at += 1
            history.redo(go)
        assert now == states[at]
        assert bool(history.undoable) == (at > 0)
        assert bool(history.redoable) == (at < len(states) - 1)


def test_session_goes_back_at_once_and_forgets_when_something_else_is_opened() -> None:
    first = Document(grid_plan(), (), b"first")
    second = replace(first, scene=b"second")
    session, shown = Session(), []
    session.document_replaced.connect(lambda: shown.append(session.document and session.document.scene))
    session.open(first)
    session.undo()  # nothing to take back: nothing happens
    session.advance(Text("Mend"), second)
    assert "undoable" in session.facts()
    session.undo()
    assert "redoable" in session.facts()
    session.redo()
    assert shown == [b"first", b"second", b"first", b"second"]
    session.open(first)
    assert not {"undoable", "redoable"} & session.facts()
