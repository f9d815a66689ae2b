"""Colours of zones that are edited: the planner's own where he chose one, else one unlike the neighbours'."""

from __future__ import annotations

import numpy as np

from bigmap.core.editing.tally import Tally
from bigmap.core.planning.plan import Plan
from bigmap.mapview import styles


class Colours:
    """The colour of each zone row; one once given stays, so that a map does not flicker while it is edited.

    Parameters
    ----------
    plan : Plan
        As shown: its zones get the colours that its scene has.
    """

    def __init__(self, plan: Plan) -> None:
        self._given = dict(enumerate(styles.zone_colours(plan.graph, plan.zone_of_unit, len(plan.zones))))

    def of(self, tally: Tally) -> list[str]:
        """Return the colours of all rows of zones; a new zone gets the rarest that no neighbour has."""
        for row in [row for row in self._given if row >= len(tally.zones)]:
            del self._given[row]  # taken back: another new zone may come to that row, elsewhere
        for row, zone in enumerate(tally.zones):
            if zone is not None and row not in self._given and len(tally.members(row)):
                self._given[row] = self._unlike(tally, row)
        return [
            (
                zone.colour
                if zone and zone.colour
                else self._given.get(row, styles.PALETTE[row % len(styles.PALETTE)])
            )
            for row, zone in enumerate(tally.zones)
        ]

    def _unlike(self, tally: Tally, row: int) -> str:
        near = {self._own(tally, other) for other in tally.figures(row).neighbours}
        held = [self._given.get(other, "") for other in tally.live]
        uses = np.array(
            [held.count(colour) + len(tally.zones) * (colour in near) for colour in styles.PALETTE]
        )
        return styles.PALETTE[int(np.argmin(uses))]

    def _own(self, tally: Tally, row: int) -> str:
        zone = tally.zones[row] if 0 <= row < len(tally.zones) else None
        return zone.colour if zone and zone.colour else self._given.get(row, "")
