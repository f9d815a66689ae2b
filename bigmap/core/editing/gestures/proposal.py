"""What a gesture comes to: an edit with a name, and what the planner must be told about it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from bigmap.base.arrays import Ints
from bigmap.base.i18n import Text
from bigmap.core.editing.tally import Tally
from bigmap.core.editing.unit_index import distinct
from bigmap.core.planning.assignment import Edit, Zone


@dataclass(frozen=True)
class Proposal:
    """An edit that a gesture asks for; false where it comes to nothing.

    Attributes
    ----------
    title : Text
        Name of the gesture, for undo.
    edit : Edit
        Empty where the gesture is refused.
    told : tuple of Text
        What resisted, or why nothing can be done.
    """

    title: Text
    edit: Edit = field(default_factory=Edit)
    told: tuple[Text, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.edit)


def zone_at(tally: Tally, row: int) -> Zone:
    """Return the zone of a row; `ValueError` where there is none, which is a defect of the caller."""
    zone = tally.zones[row] if 0 <= row < len(tally.zones) else None
    if zone is None:
        raise ValueError(f"no zone in row {row}")
    return zone


def shut(zone: Zone) -> Text:
    """Return why nothing can be done to a locked zone."""
    return Text("Zone {zone} is locked: unlock it first.", {"zone": zone.zone_id})


def movable(tally: Tally, units: npt.ArrayLike, row: int) -> tuple[Ints, tuple[Text, ...]]:
    """Return the units that can go to another zone than theirs, and what is to be told of the others."""
    rows = distinct(np.asarray(units, dtype=np.int64), len(tally.zone))
    rows = rows[tally.zone[rows] != row]
    held = tally.is_locked(rows)
    if not held.any():
        return rows, ()
    text = Text("{n} locked units stay where they are.", {"n": int(held.sum())})
    return rows[~held], (text,)
