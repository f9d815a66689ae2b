"""What is made of a document once: its unit index, and the figures that are shown first."""

from __future__ import annotations

from bigmap.core.editing.tally import Tally
from bigmap.core.editing.unit_index import UnitIndex, unit_index_of
from bigmap.core.planning.assignment import Assignment
from bigmap.core.planning.plan import Plan
from bigmap.session.live_tables import LiveTables


class Derived:
    """Shared by the documents of one plan, however it is edited."""

    def __init__(self) -> None:
        self._terrain: UnitIndex | None = None
        self._figures: tuple[Assignment | None, Tally, LiveTables] | None = None

    def terrain(self, made: Plan) -> UnitIndex:
        """Return what no edit changes, ready for quick sums."""
        if self._terrain is None:
            self._terrain = unit_index_of(made)
        return self._terrain

    def make(self, made: Plan, assignment: Assignment | None) -> None:
        """Make the figures of an assignment; takes its time in a city: off the UI thread."""
        terrain = self.terrain(made)
        _ = terrain.tree
        tally = Tally.of(made, assignment, terrain)
        self._figures = assignment, tally, LiveTables(made, tally)

    def has(self, assignment: Assignment | None) -> bool:
        """Return whether the figures of this assignment are made."""
        return self._figures is not None and self._figures[0] is assignment

    def take(self, assignment: Assignment | None) -> tuple[Tally, LiveTables] | None:
        """Return the figures of this assignment where they were made; once, for who takes them edits them."""
        figures, self._figures = self._figures, None
        return figures[1:] if figures is not None and figures[0] is assignment else None
