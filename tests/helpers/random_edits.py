"""Random edits at the real window: what the map page would say, and what menus would do."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence

import numpy as np
import shapely
from PySide6.QtWidgets import QApplication

from bigmap.core.planning.assignment import NOBODY
from bigmap.mapview.gesture_messages import Began, Brushed, Divided, Ended, Filled, LockToggled, Outlined
from bigmap.session.document import Pick
from bigmap.ui.window.window import Window
from tests.helpers.qt import FakeUser

PATIENCE_S = 60
WHOLE, EXACT = 0, 1  # what is taken of the small menu when a line divides a zone


class RandomEditor:
    """Edits the plan of a window at random.

    Attributes
    ----------
    done : Counter of str
        How often each kind of edit was tried.
    """

    KINDS = ("erase", "paint", "fill", "divide", "recut", "outline", "lock", "lock_unit", "undo", "redo",
             "new_zone", "remove_zone", "scenario")  # fmt: skip
    ODDS = (5, 5, 2, 2, 1, 1, 2, 1, 4, 1, 2, 1, 0.2)

    def __init__(self, window: Window, user: FakeUser, seed: int = 0) -> None:
        self.window, self.user = window, user
        self.rng = np.random.default_rng(seed)
        self.done: Counter[str] = Counter()
        self._odds = np.array(self.ODDS) / sum(self.ODDS)

    def step(self) -> str:
        """Do one edit of a random kind and let the window come to rest; return which it was."""
        kind = str(self.rng.choice(self.KINDS, p=self._odds))
        self.done[kind] += 1
        getattr(self, f"_{kind}")()
        self.rest()
        return kind

    def rest(self) -> None:
        """Wait until no work is under way and everything follows."""
        end = time.monotonic() + PATIENCE_S
        QApplication.processEvents()
        QApplication.processEvents()  # what a gesture asks in a menu comes with the next round
        while self.window.lane.busy:
            QApplication.processEvents()
            assert time.monotonic() < end, "work did not end"

    def faults(self) -> list[str]:
        """Return what the window shows that the session does not say."""
        session, results = self.window.session, self.window.results
        live = session.live
        shown = [(r["zone_id"], r["units"], r["locked"]) for r in results.zones.rows_model.rows]
        told = [(r["zone_id"], r["units"], r["locked"]) for r in live.zones.values()]
        found = [] if shown == told or not self._edited else [f"zones: {shown} for {told}"]
        bare = [gap.area_m2 for gap in live.gaps()]
        listed = [gap.area_m2 for gap in results.gaps.rows_model.rows]
        found += [] if bare == listed or not self._edited else [f"gaps: {listed} for {bare}"]
        count = f"{session.document.zone_count:,} zones"
        found += [] if count in self.window.status.totals.text() else [f"status bar: not {count}"]
        return found

    @property
    def _edited(self) -> bool:
        return self.window.session.document.assignment is not None

    # --- what is edited ---

    def _unit(self) -> int:
        return int(self.rng.integers(len(self.window.session.document.built.units)))

    def _some(self) -> list[int]:
        """Return a unit with some of its neighbours: neighbouring units are what a brush takes."""
        graph = self.window.session.tally.unit_index.graph
        unit = self._unit()
        near = [*graph.right[graph.left == unit], *graph.left[graph.right == unit]]
        return [unit, *(int(n) for n in near if self.rng.random() < 0.5)]

    def _zone(self) -> int:
        live = self.window.session.tally.live
        return int(self.rng.choice(live)) if live else NOBODY

    def _line(self, unit: int) -> list[float]:
        """Return a line through a unit and its surroundings."""
        polygon = self.window.session.tally.unit_index.units.polygons[unit]
        (x, y), angle = shapely.point_on_surface(polygon).coords[0], self.rng.uniform(0, np.pi)
        dx, dy = 90 * np.cos(angle), 90 * np.sin(angle)
        return [x - dx, y - dy, x + dx, y + dy]

    def _says(self, *gestures: object) -> None:
        for gesture in gestures:
            self.window.map.gesture.emit(gesture)

    def _does(self, name: str) -> None:
        action = self.window.menus.actions[name]
        if action.isEnabled():
            action.trigger()

    def _takes(self, tool: str) -> None:
        zone = self._zone()
        self.window.session.select(Pick("zone", zone) if zone != NOBODY else None)
        self._does(f"tool_{tool}")

    def _stroke(self, tool: str) -> None:
        self._takes(tool)
        self._says(Began(), *(Brushed(self._some()) for _ in range(self.rng.integers(1, 4))), Ended())

    def _erase(self) -> None:
        self._stroke("erase")

    def _paint(self) -> None:
        self._stroke("paint")

    def _fill(self) -> None:
        self._takes("bucket")
        bare = np.flatnonzero(self.window.session.tally.zone == NOBODY)
        self._says(Filled(int(self.rng.choice(bare)) if len(bare) else self._unit()))

    def _cut(self, how: int) -> None:
        self._takes("cut")
        self.user.here = how
        self._says(Divided(self._line(self._unit()), done=True))

    def _divide(self) -> None:
        self._cut(WHOLE)

    def _recut(self) -> None:
        self._cut(EXACT if len(self.window.session.document.built.units) < 400 else WHOLE)

    def _outline(self) -> None:
        self._takes("draw")
        self.user.here = 0
        polygon = self.window.session.tally.unit_index.units.polygons[self._unit()]
        ring: Sequence[tuple[float, float]] = list(polygon.buffer(15).exterior.coords)
        self._says(Outlined([v for point in ring for v in point[:2]], done=True))

    def _lock(self) -> None:
        self._takes("lock")
        self._says(LockToggled(self._unit(), alone=False))
        if self.rng.random() < 0.5:
            self._does("unlock_all")

    def _lock_unit(self) -> None:
        self._takes("lock")
        self._says(LockToggled(self._unit(), alone=True))

    def _undo(self) -> None:
        for _ in range(self.rng.integers(1, 4)):
            self._does("undo")
            self.rest()

    def _redo(self) -> None:
        self._does("redo")

    def _new_zone(self) -> None:
        self.window.session.choose(self._some())
        self._does("new_zone")

    def _remove_zone(self) -> None:
        self.window.session.select(Pick("zone", self._zone()))
        self._does("remove_zone")

    def _scenario(self) -> None:
        self.user.text = f"方案{self.done['scenario']}"
        self._does("keep_scenario")
