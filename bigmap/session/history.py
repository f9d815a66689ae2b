"""What can be taken back: the ways back of the last steps, and the ways forth of those taken back."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bigmap.base.i18n import Text

Step = TypeVar("Step")
Steps = deque[tuple[Text, Step]]

KEPT_UNITS = 2_400_000
"""Units in all steps that can be taken back: of a city of 300,000 eight whole documents, some 2 GB."""
KEPT_IN_ALL = 500
"""Steps of any kind that can be taken back."""


def _none(_: object) -> int:
    return 0


@dataclass
class History(Generic[Step]):
    """Steps before and after where one stands; a step is the way there, and known by its title.

    Going a step gives the step the other way: whoever goes it says which that is.

    Attributes
    ----------
    weight : callable
        Tells how many units a step holds; the oldest are forgotten where all hold more than `KEPT_UNITS`.

    Examples
    --------
    Where a step is the whole state, going it gives the state that stood before:

    >>> history, text = History(), ["after"]
    >>> history.push(Text("Mend"), "before")
    >>> def swap(step):
    ...     text.append(step)
    ...     return text.pop(0)
    >>> history.undo(swap)
    >>> text
    ['before']
    """

    weight: Callable[[Step], int] = _none
    _before: Steps[Step] = field(default_factory=deque)
    _after: Steps[Step] = field(default_factory=deque)

    def push(self, title: Text, back: Step) -> None:
        """Remember the way back of a step; steps taken back are gone."""
        self._before.append((title, back))
        self._after.clear()
        while len(self._before) > KEPT_IN_ALL or (len(self._before) > 1 and self._weight() > KEPT_UNITS):
            self._before.popleft()

    def _weight(self) -> int:
        return sum(self.weight(step) for _, step in self._before)

    def undo(self, go: Callable[[Step], Step]) -> None:
        """Take the last step back; nothing happens where there is none."""
        _go(self._before, self._after, go)

    def redo(self, go: Callable[[Step], Step]) -> None:
        """Take the step again that was taken back last; nothing happens where there is none."""
        _go(self._after, self._before, go)

    def copy(self) -> History[Step]:
        """Return a history of the same steps."""
        return History(self.weight, self._before.copy(), self._after.copy())

    def clear(self) -> None:
        """Forget everything."""
        self._before.clear()
        self._after.clear()

    @property
    def before(self) -> list[tuple[Text, Step]]:
        """Steps that can be taken back with their ways back, the last one first."""
        return list(reversed(self._before))

    @property
    def after(self) -> list[tuple[Text, Step]]:
        """Steps that were taken back with their ways forth, the next one first."""
        return list(reversed(self._after))

    @property
    def undoable(self) -> Text | None:
        """Title of the step that `undo` takes back, None where there is none."""
        return self._before[-1][0] if self._before else None

    @property
    def redoable(self) -> Text | None:
        """Title of the step that `redo` takes again, None where there is none."""
        return self._after[-1][0] if self._after else None


def _go(source: Steps[Step], target: Steps[Step], go: Callable[[Step], Step]) -> None:
    if source:
        title, step = source[-1]
        opposite = go(step)  # a step that fails stays where it is
        source.pop()
        target.append((title, opposite))
