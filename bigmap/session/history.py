"""What can be taken back: the states before the last steps, and those after the steps taken back."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bigmap.base.i18n import Text

State = TypeVar("State")
Steps = deque[tuple[Text, State]]

KEPT = 8
"""Steps that can be taken back: a state may hold a whole city."""


def _steps() -> Steps[State]:
    return deque(maxlen=KEPT)


@dataclass
class History(Generic[State]):
    """States before and after the one on the desk; a step is known by its title.

    Examples
    --------
    >>> history = History()
    >>> history.push(Text("Mend"), "before")
    >>> history.undo("after"), history.redo("before")
    ('before', 'after')
    """

    _before: Steps[State] = field(default_factory=_steps)
    _after: Steps[State] = field(default_factory=_steps)

    def push(self, title: Text, state: State) -> None:
        """Remember the state before a step; steps taken back are gone."""
        self._before.append((title, state))
        self._after.clear()

    def undo(self, now: State) -> State:
        """Return the state before the last step; ``now`` can be had again by `redo`."""
        return _moved(self._before, self._after, now)

    def redo(self, now: State) -> State:
        """Return the state after the step taken back last."""
        return _moved(self._after, self._before, now)

    def clear(self) -> None:
        """Forget everything."""
        self._before.clear()
        self._after.clear()

    @property
    def before(self) -> list[tuple[Text, State]]:
        """Steps with the states before them, the last step first."""
        return list(reversed(self._before))

    @property
    def after(self) -> list[tuple[Text, State]]:
        """Steps that were taken back with the states after them, the next first."""
        return list(reversed(self._after))

    @property
    def undoable(self) -> Text | None:
        """Title of the step that `undo` takes back, None where there is none."""
        return self._before[-1][0] if self._before else None

    @property
    def redoable(self) -> Text | None:
        """Title of the step that `redo` takes again, None where there is none."""
        return self._after[-1][0] if self._after else None


def _moved(source: Steps[State], target: Steps[State], now: State) -> State:
    title, state = source.pop()
    target.append((title, now))
    return state
