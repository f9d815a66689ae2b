"""What a hand on the map means: one kind of message for each gesture (`bigmap.mapview.messages`).

Points are x, y, x, y … in metres in the project CRS.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, get_args

from bigmap.mapview.map_message import MapMessage
from bigmap.mapview.message_fields import (
    Factor,
    GapOrNone,
    Line,
    OneOf,
    Points,
    Ring,
    UnitOrNone,
    UnitRow,
    UnitRows,
    ZoneOrNone,
    ZoneRow,
)

_LEAST = {"point": 1, "line": 2, "ring": 3}
"""Shape → corners that it has at least."""


@dataclass(frozen=True)
class Began(MapMessage):
    """The brush went down."""


@dataclass(frozen=True)
class Brushed(MapMessage):
    """Units came under the brush, once a frame; wants `PreviewResult`."""

    units: UnitRows


@dataclass(frozen=True)
class Ended(MapMessage):
    """The brush was lifted."""


@dataclass(frozen=True)
class GestureCancelled(MapMessage):
    """The gesture under way is given up: nothing of it stays."""


@dataclass(frozen=True)
class Filled(MapMessage):
    """The bucket was poured over a unit."""

    unit: UnitRow


@dataclass(frozen=True)
class ZoneSampled(MapMessage):
    """The pipette took the zone of a unit."""

    unit: UnitRow


@dataclass(frozen=True)
class LockToggled(MapMessage):
    """The zone of a unit, or the unit alone, is to be locked, or unlocked if it is locked."""

    unit: UnitRow
    alone: bool


@dataclass(frozen=True)
class Resized(MapMessage):
    """The brush shall be larger or smaller by a factor."""

    factor: Factor


@dataclass(frozen=True)
class UnitsSelected(MapMessage):
    """Units in a ring (``shape`` 'ring'), along a line ('line') or under a point ('point') are chosen.

    ``how`` is 'new', 'add' or 'take'.
    """

    points: Points
    shape: Annotated[str, OneOf(tuple(_LEAST))]
    how: Annotated[str, OneOf(("new", "add", "take"))]

    def __post_init__(self) -> None:
        """Refuse a shape of too few corners."""
        if len(self.points) < 2 * _LEAST[self.shape]:
            raise ValueError(f"a {self.shape} of {len(self.points) // 2} corners")


@dataclass(frozen=True)
class Outlined(MapMessage):
    """Ground was outlined by hand, or is being (not ``done``): that wants `PreviewResult`."""

    points: Ring
    done: bool


@dataclass(frozen=True)
class Divided(MapMessage):
    """A line was drawn through a zone, or is being (not ``done``): that wants `PreviewResult`."""

    points: Line
    done: bool


@dataclass(frozen=True)
class BorderDragged(MapMessage):
    """The common border of zones ``a`` and ``b`` was dragged, or is being (wants `PreviewResult`)."""

    a: ZoneRow
    b: ZoneRow
    points: Line
    done: bool


@dataclass(frozen=True)
class ContextMenuRequested(MapMessage):
    """A click with the right button: what can be done to what lies under it; rows, -1 for nothing."""

    unit: UnitOrNone
    zone: ZoneOrNone
    gap: GapOrNone


Gesture = (
    Began | Brushed | Ended | GestureCancelled | Filled | ZoneSampled | LockToggled | Resized | UnitsSelected
    | Outlined | Divided | BorderDragged | ContextMenuRequested
)  # fmt: skip
GESTURES: tuple[Any, ...] = get_args(Gesture)
