"""What is made of a document once: its unit index, and the figures that are shown first."""

from __future__ import annotations

from bigmap.core.editing.tally import Tally
from bigmap.core.editing.unit_index import UnitIndex, unit_index_of
from bigmap.core.planning.assignment import Assignment
from bigmap.core.planning.plan import Plan
from bigmap.session.live_tables import LiveTables


class Derived:
    """The unit index and first figures of a plan, shared by all documents that are edits of it."""

    def __init__(self) -> None:
        self._unit_index: UnitIndex | None = None
        self._figures: tuple[Assignment | None, Tally, LiveTables] | None = None

    def unit_index(self, plan: Plan) -> UnitIndex:
        """Return what no edit changes, ready for quick sums."""
        if self._unit_index is None:
            self._unit_index = unit_index_of(plan)
        return self._unit_index

    def make(self, plan: Plan, assignment: Assignment | None) -> None:
        """Compute the figures of an assignment; slow in a city, so call it off the UI thread."""
        unit_index = self.unit_index(plan)
        _ = unit_index.tree
        tally = Tally.of(plan, assignment, unit_index)
        self._figures = assignment, tally, LiveTables(plan, tally)

    def has(self, assignment: Assignment | None) -> bool:
        """Return whether the figures of this assignment are made."""
        return self._figures is not None and self._figures[0] is assignment

    def take(self, assignment: Assignment | None) -> tuple[Tally, LiveTables] | None:
        """Return the figures of this assignment where they were made; once, for who takes them edits them."""
        figures, self._figures = self._figures, None
        return figures[1:] if figures is not None and figures[0] is assignment else None
