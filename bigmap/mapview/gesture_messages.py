"""What a hand on the map means: one kind of message for each gesture (`bigmap.mapview.messages`).

Points are x, y, x, y … in metres in the project CRS.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, get_args


@dataclass(frozen=True)
class Began:
    """The brush went down."""

    kind: ClassVar[str] = "began"


@dataclass(frozen=True)
class Brushed:
    """Units came under the brush, once a frame; wants `PreviewResult`."""

    kind: ClassVar[str] = "brushed"
    units: list[int]


@dataclass(frozen=True)
class Ended:
    """The brush was lifted."""

    kind: ClassVar[str] = "ended"


@dataclass(frozen=True)
class GestureCancelled:
    """The gesture under way is given up: nothing of it stays."""

    kind: ClassVar[str] = "gave_up"


@dataclass(frozen=True)
class Filled:
    """The bucket was poured over a unit."""

    kind: ClassVar[str] = "filled"
    unit: int


@dataclass(frozen=True)
class ZoneSampled:
    """The pipette took the zone of a unit."""

    kind: ClassVar[str] = "sampled"
    unit: int


@dataclass(frozen=True)
class LockToggled:
    """The zone of a unit, or the unit alone, is to be locked, or unlocked if it is locked."""

    kind: ClassVar[str] = "latched"
    unit: int
    alone: bool


@dataclass(frozen=True)
class Resized:
    """The brush shall be larger or smaller by a factor."""

    kind: ClassVar[str] = "resized"
    factor: float


@dataclass(frozen=True)
class UnitsSelected:
    """Units in a ring (``shape`` 'ring'), along a line ('line') or under a point ('point') are chosen.

    ``how`` is 'new', 'add' or 'take'.
    """

    kind: ClassVar[str] = "chose"
    points: list[float]
    shape: str
    how: str


@dataclass(frozen=True)
class Outlined:
    """Ground was outlined by hand, or is being (not ``done``): that wants `PreviewResult`."""

    kind: ClassVar[str] = "outlined"
    points: list[float]
    done: bool


@dataclass(frozen=True)
class Divided:
    """A line was drawn through a zone, or is being (not ``done``): that wants `PreviewResult`."""

    kind: ClassVar[str] = "divided"
    points: list[float]
    done: bool


@dataclass(frozen=True)
class BorderDragged:
    """The common border of zones ``a`` and ``b`` was dragged, or is being (wants `PreviewResult`)."""

    kind: ClassVar[str] = "pulled"
    a: int
    b: int
    points: list[float]
    done: bool


@dataclass(frozen=True)
class ContextMenuRequested:
    """A click with the right button: what can be done to what lies under it; rows, -1 for nothing."""

    kind: ClassVar[str] = "asked"
    unit: int
    zone: int
    gap: int


Gesture = (
    Began | Brushed | Ended | GestureCancelled | Filled | ZoneSampled | LockToggled | Resized | UnitsSelected
    | Outlined | Divided | BorderDragged | ContextMenuRequested
)  # fmt: skip
GESTURES: tuple[Any, ...] = get_args(Gesture)
