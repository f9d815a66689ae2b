"""What is locked, told to the map: again whenever an edit locks or unlocks something."""

from __future__ import annotations

import numpy as np

from bigmap.core.editing.changes import Change
from bigmap.core.planning.assignment import Editable
from bigmap.mapview.messages import Locks
from bigmap.session.session import Session
from bigmap.ui.map.map_widget import MapWidget


class LockMarks:
    """Keeps the locks on a map those of a session.

    Parameters
    ----------
    session : Session
    widget : MapWidget
    """

    def __init__(self, session: Session, widget: MapWidget) -> None:
        self._session, self._map = session, widget
        self._zones: list[int] = []
        self._units = np.empty(0, dtype=np.int64)
        session.assignment_changed.connect(self._follow)

    def show_document(self) -> None:
        """Tell a map that has been given a new scene what is locked in it."""
        self._zones, self._units = [], np.empty(0, dtype=np.int64)
        document = self._session.document
        if document is not None and document.checked is None and document.assignment is not None:
            self._show(document.assignment)

    def _follow(self, _: Change) -> None:
        self._show(self._session.tally)

    def _show(self, held: Editable) -> None:
        zones = [row for row, zone in enumerate(held.zones) if zone and zone.locked]
        units = np.flatnonzero(held.locked)
        if zones != self._zones or not np.array_equal(units, self._units):
            self._zones, self._units = zones, units
            self._map.tell(Locks, [len(zones), *zones, *units])
