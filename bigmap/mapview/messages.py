"""The messages that cross the bridge between window and page: typed, versioned JSON.

The page announces itself (`PageReady`), reports that a scene stands on the screen (`Drawn`), what lies under
a click (`Picked`) and under the mouse (`Pointer`), where it looks (`Moved`), what is measured (`Measuring`),
that a tool wants to be laid down (`Dropped`), what a gesture means (`gesture_messages`), that all it was told
is on the screen (`Idle`) and its own errors (`Failed`). The window orders: `Show`, `Colour`, `SetTheme`,
`Select`, `Mark`, `SetTexts`, `FitView`, `Go`, `Look`, `Assign`, `Reassign`, `Zones`, `Gaps`, `Locks`, `Tool`,
`GiveUp`, `PreviewResult`, `Measured`, `Base`, `Await`. The page never holds the truth and never answers with
state. ``map.js`` lists the same kinds.
"""

from __future__ import annotations

import json
import reprlib
from dataclasses import asdict, dataclass, field
from typing import Any, get_args, get_type_hints

from bigmap.mapview.gesture_messages import GESTURES, Gesture
from bigmap.mapview.map_message import MapMessage
from bigmap.mapview.message_fields import (
    GapOrNone,
    Layer,
    Metres,
    Number,
    Points,
    RowsOf,
    UnitOrNone,
    ZoneOrNone,
    Zoom,
    fits,
)

VERSION = 1
LONGEST = 2**20
"""Letters of a message: rows of the units of a city under the brush are no more."""


class BadMessage(ValueError):
    """A message of another version, of an unknown kind or with wrong fields: a defect of page or window."""


@dataclass(frozen=True)
class PageReady(MapMessage):
    """The page has loaded and listens."""


@dataclass(frozen=True)
class Drawn(MapMessage):
    """The scene of this number stands on the screen."""

    scene: Number


@dataclass(frozen=True)
class Picked(MapMessage):
    """A click: the rows of what lies under it, -1 for nothing of the kind."""

    unit: UnitOrNone
    zone: ZoneOrNone
    gap: GapOrNone


@dataclass(frozen=True)
class Pointer(MapMessage):
    """The mouse is at (x, y), metres in the project CRS, or has left the map; at most once a frame."""

    x: Metres
    y: Metres
    over: bool


@dataclass(frozen=True)
class Moved(MapMessage):
    """The user moved the map: its middle in the project CRS, and log2 of its pixels a metre."""

    x: Metres
    y: Metres
    zoom: Zoom


@dataclass(frozen=True)
class Measuring(MapMessage):
    """Corners of a way, or of a ground if ``closed``: x, y, x, y … in the project CRS; wants `Measured`."""

    points: Points
    closed: bool


@dataclass(frozen=True)
class Dropped(MapMessage):
    """Escape was pressed while the tool in hand had nothing under way: it wants to be laid down."""


@dataclass(frozen=True)
class Idle(MapMessage):
    """What `Await` of this number meant is on the screen."""

    number: Number


@dataclass(frozen=True)
class Failed(MapMessage):
    """An error in the page's own scripts."""

    text: str


@dataclass(frozen=True)
class Show(MapMessage):
    """Fetch and show the scene of this number (0: none)."""

    scene: int


@dataclass(frozen=True)
class Colour(MapMessage):
    """Colour the units by 'zone', 'operator', 'kind', 'phase', 'load' or 'balance'.

    ``method`` is how load is classed: 'quantile', 'equal' or 'natural'.
    """

    by: str
    method: str = "quantile"


@dataclass(frozen=True)
class SetTheme(MapMessage):
    """Wear the theme 'light' or 'dark'; the ground keeps its colours."""

    theme: str


@dataclass(frozen=True)
class Select(MapMessage):
    """Highlight rows of 'unit', 'zone' or 'gap', and go there if ``fly``; no rows: highlight nothing."""

    layer: str
    rows: list[int]
    fly: bool


@dataclass(frozen=True)
class Mark(MapMessage):
    """Other units are chosen: fetch the packet of this number, their rows as int32."""

    packet: int


@dataclass(frozen=True)
class SetTexts(MapMessage):
    """Speak with these words (`bigmap.mapview.vocabulary.page_words`)."""

    words: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FitView(MapMessage):
    """Show the whole ground."""


@dataclass(frozen=True)
class Go(MapMessage):
    """Show the surroundings of a place, (x, y) in metres in the project CRS."""

    x: float
    y: float


@dataclass(frozen=True)
class Look(MapMessage):
    """Look at (x, y) in the project CRS with 2 ** zoom pixels a metre, without saying so (`Moved`)."""

    x: float
    y: float
    zoom: float


@dataclass(frozen=True)
class Assign(MapMessage):
    """Units go to zones: rows of the scene's units and, for each, the row of its zone or -1."""

    units: list[int]
    zones: list[int]


@dataclass(frozen=True)
class Reassign(MapMessage):
    """The same for many units: fetch the packet of this number, int32 units, then as many zones."""

    packet: int


@dataclass(frozen=True)
class Zones(MapMessage):
    """The zones have other names, colours or operators (rows, -1 for none), or there are more or fewer."""

    ids: list[str]
    names: list[str]
    operators: list[int]
    colours: list[str]


@dataclass(frozen=True)
class Gaps(MapMessage):
    """The gaps are others: fetch the packet of this number (`bigmap.mapview.scene.pack_gaps`)."""

    packet: int


@dataclass(frozen=True)
class Locks(MapMessage):
    """Other zones or units are locked: fetch the packet of this number.

    In it are, as int32, the number of locked zones, their rows, and the rows of units locked by themselves.
    """

    packet: int


@dataclass(frozen=True)
class Tool(MapMessage):
    """Take up the tool of this name (``tools.js``); '' lays it down."""

    name: str
    options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class GiveUp(MapMessage):
    """Escape was pressed: the tool gives up what is under way, or answers `Dropped`."""


@dataclass(frozen=True)
class PreviewResult(MapMessage):
    """What the gesture under way does: to which units, whether it breaks a zone, which units resist.

    Many units are in the ``packet`` of this number, as int32, instead; 0 for none.
    """

    units: list[int]
    packet: int
    broken: bool
    resisted: list[int]


@dataclass(frozen=True)
class Measured(MapMessage):
    """What was measured, ready to be read."""

    lines: list[str]


@dataclass(frozen=True)
class Base(MapMessage):
    """Put a picture under the plan (`bigmap.mapview.basemap`, ``basemap.js``); nothing takes it away."""

    options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Await(MapMessage):
    """Say `Idle` when all told so far is on the screen, with this scene and in this size (``idle.js``).

    A later question takes the place of one that is not answered yet.
    """

    number: int
    scene: int
    width: int
    height: int


FROM_PAGE = (PageReady, Drawn, Picked, Pointer, Moved, Measuring, Dropped, Idle, Failed, *GESTURES)
FROM_WINDOW = (
    Show, Colour, SetTheme, Select, Mark, SetTexts, FitView, Go, Look, Assign, Reassign, Zones, Gaps, Locks,
    Tool, GiveUp, PreviewResult, Measured, Base, Await,
)  # fmt: skip
Message = (
    PageReady | Drawn | Picked | Pointer | Moved | Measuring | Dropped | Idle | Failed | Gesture
    | Show | Colour | SetTheme | Select | Mark | SetTexts | FitView | Go | Look | Assign | Reassign | Zones
    | Gaps | Locks | Tool | GiveUp | PreviewResult | Measured | Base | Await
)  # fmt: skip
KINDS: dict[str, type[Any]] = {c.kind: c for c in (*FROM_PAGE, *FROM_WINDOW)}


def tool_order(tool: str, options: dict[str, str] | None = None) -> Tool:
    """Return the order that takes up a tool of the session; looking is none."""
    if tool.startswith("measure_"):
        return Tool("measure", {"closed": "yes" if tool == "measure_area" else "no"})
    return Tool("") if tool == "look" else Tool(tool, options or {})


def dump(message: Message) -> str:
    """Return the message as one line of JSON."""
    return json.dumps({"v": VERSION, "kind": message.kind, **asdict(message)}, ensure_ascii=False)


def parse(text: str) -> Message:
    """Return the message that ``text`` holds.

    Raises
    ------
    BadMessage
        Not JSON, another version, an unknown kind, a field missing, too many or not what it may hold
        (`bigmap.mapview.message_fields`).
    """
    if len(text) > LONGEST:
        raise BadMessage(f"{len(text)} letters, more than {LONGEST}: {text[:80]!r}")
    try:
        held = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadMessage(f"not JSON: {text[:80]!r}") from error
    if not isinstance(held, dict) or held.pop("v", None) != VERSION:
        raise BadMessage(f"not a message of version {VERSION}: {text[:80]!r}")
    kind = held.pop("kind", None)
    cls = KINDS.get(kind) if isinstance(kind, str) else None
    if cls is None:
        raise BadMessage(f"unknown kind: {text[:80]!r}")
    return _checked(cls, held)


def parse_from_page(text: str) -> Message:
    """Return the message of the page that ``text`` holds.

    Raises
    ------
    BadMessage
        As `parse`, and where it is an order, which only the window may give.
    """
    message = parse(text)
    if not isinstance(message, FROM_PAGE):
        raise BadMessage(f"{message.kind}: an order, from the page")
    return message


def rows_named(message: Message) -> list[tuple[Layer, list[int]]]:
    """Return the rows of the scene that a message names, by layer; none that stand for nothing."""
    named = []
    for name, hint in _HINTS[message.kind].items():
        rows = next((check for check in get_args(hint)[1:] if isinstance(check, RowsOf)), None)
        if rows is not None:
            held = getattr(message, name)
            named.append(
                (rows.layer, [row for row in (held if isinstance(held, list) else [held]) if row >= 0])
            )
    return named


def _checked(cls: type[Any], held: dict[str, Any]) -> Any:
    hints = _HINTS[cls.kind]
    if held.keys() != hints.keys():
        raise BadMessage(f"{cls.kind}: fields {_SHORT.repr(sorted(held))} instead of {sorted(hints)}")
    for name, value in held.items():
        if not fits(value, hints[name]):
            raise BadMessage(f"{cls.kind}: {name} is {_SHORT.repr(value)}")
    try:
        return cls(**held)
    except ValueError as error:
        raise BadMessage(f"{cls.kind}: {error}") from error


_HINTS = {
    kind: {name: hint for name, hint in get_type_hints(cls, include_extras=True).items() if name != "kind"}
    for kind, cls in KINDS.items()
}
"""Kind → its fields and what they may hold."""

_SHORT = reprlib.Repr()
_SHORT.maxdict = _SHORT.maxlist = 8
