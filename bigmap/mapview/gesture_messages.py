"""What a hand on the map means: one kind of message for each gesture (`bigmap.mapview.messages`).

Points are x, y, x, y … in metres in the project CRS.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

from bigmap.mapview.map_message import MapMessage


@dataclass(frozen=True)
class Began(MapMessage):
    """The brush went down."""


@dataclass(frozen=True)
class Brushed(MapMessage):
    """Units came under the brush, once a frame; wants `PreviewResult`."""

    units: list[int]


@dataclass(frozen=True)
class Ended(MapMessage):
    """The brush was lifted."""


@dataclass(frozen=True)
class GestureCancelled(MapMessage):
    """The gesture under way is given up: nothing of it stays."""


@dataclass(frozen=True)
class Filled(MapMessage):
    """The bucket was poured over a unit."""

    unit: int


@dataclass(frozen=True)
class ZoneSampled(MapMessage):
    """The pipette took the zone of a unit."""

    unit: int


@dataclass(frozen=True)
class LockToggled(MapMessage):
    """The zone of a unit, or the unit alone, is to be locked, or unlocked if it is locked."""

    unit: int
    alone: bool


@dataclass(frozen=True)
class Resized(MapMessage):
    """The brush shall be larger or smaller by a factor."""

    factor: float


@dataclass(frozen=True)
class UnitsSelected(MapMessage):
    """Units in a ring (``shape`` 'ring'), along a line ('line') or under a point ('point') are chosen.

    ``how`` is 'new', 'add' or 'take'.
    """

    points: list[float]
    shape: str
    how: str


@dataclass(frozen=True)
class Outlined(MapMessage):
    """Ground was outlined by hand, or is being (not ``done``): that wants `PreviewResult`."""

    points: list[float]
    done: bool


@dataclass(frozen=True)
class Divided(MapMessage):
    """A line was drawn through a zone, or is being (not ``done``): that wants `PreviewResult`."""

    points: list[float]
    done: bool


@dataclass(frozen=True)
class BorderDragged(MapMessage):
    """The common border of zones ``a`` and ``b`` was dragged, or is being (wants `PreviewResult`)."""

    a: int
    b: int
    points: list[float]
    done: bool


@dataclass(frozen=True)
class ContextMenuRequested(MapMessage):
    """A click with the right button: what can be done to what lies under it; rows, -1 for nothing."""

    unit: int
    zone: int
    gap: int


Gesture = (
    Began | Brushed | Ended | GestureCancelled | Filled | ZoneSampled | LockToggled | Resized | UnitsSelected
    | Outlined | Divided | BorderDragged | ContextMenuRequested
)  # fmt: skip
GESTURES: tuple[Any, ...] = get_args(Gesture)
