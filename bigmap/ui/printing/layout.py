"""Where things go on a printed page, in millimetres from its upper left corner; no painting here."""

from __future__ import annotations

from dataclasses import dataclass

PAPERS = {"A4": (210, 297), "A3": (297, 420), "A2": (420, 594), "A1": (594, 841), "A0": (841, 1189)}
"""Short and long side of each paper, mm."""

GAP = 4.0
"""Space between two parts at unit 1, mm."""
LINE = 4.8
"""Height of a line of a list at unit 1, mm."""
HEADING = 7.0
"""Height of the heading over a list at unit 1, mm."""
TABLE_HEAD = 8.4
"""Height of the column heads of a table at unit 1, mm."""


@dataclass(frozen=True)
class Box:
    """A rectangle on the page, mm."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """Right edge, mm."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """Lower edge, mm."""
        return self.y + self.h

    def inset(self, dx: float, dy: float | None = None) -> Box:
        """Return the box made smaller on all sides."""
        dy = dx if dy is None else dy
        return Box(self.x + dx, self.y + dy, self.w - 2 * dx, self.h - 2 * dy)

    def top(self, h: float) -> Box:
        """Return the upper strip of height ``h``."""
        return Box(self.x, self.y, self.w, h)

    def below(self, h: float) -> Box:
        """Return what lies below the upper strip of height ``h``."""
        return Box(self.x, self.y + h, self.w, self.h - h)

    def overlaps(self, other: Box, slack: float = 1e-6) -> bool:
        """Tell whether two boxes share more than an edge."""
        return (
            self.x < other.right - slack
            and other.x < self.right - slack
            and self.y < other.bottom - slack
            and other.y < self.bottom - slack
        )

    def columns(self, n: int, gap: float) -> list[Box]:
        """Return ``n`` boxes of equal width side by side."""
        w = (self.w - gap * (n - 1)) / n
        return [Box(self.x + i * (w + gap), self.y, w, self.h) for i in range(n)]


@dataclass(frozen=True)
class SheetPage:
    """A sheet of paper and the parts that every page has.

    Attributes
    ----------
    width, height : float
        Paper, mm.
    unit : float
        Size of type, lines and gaps relative to A3.
    title, mark, body, footer : Box
        ``mark`` is the right end of the head: who may see this.
    """

    width: float
    height: float
    unit: float
    title: Box
    mark: Box
    body: Box
    footer: Box


@dataclass(frozen=True)
class MapPageLayout:
    """The first page: the map and what explains it."""

    page: SheetPage
    map: Box
    compass: Box
    scale: Box
    table: Box
    coverage: Box
    spare: Box
    legend: Box
    notes: Box

    def boxes(self) -> dict[str, Box]:
        """Return the parts by name."""
        page = self.page
        parts = {"title": page.title, "mark": page.mark, "footer": page.footer}
        names = ("map", "compass", "scale", "table", "coverage", "spare", "legend", "notes")
        return parts | {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Demand:
    """How much there is to print beside the map: rows of each list, and mm of notes."""

    table: int
    coverage: int
    extra: tuple[int, ...]
    legend: int
    notes: float


def paper_size(paper: str, landscape: bool) -> tuple[float, float]:
    """Return the width and height of a paper, mm."""
    short, long = PAPERS[paper]
    return (float(long), float(short)) if landscape else (float(short), float(long))


def paper_name(width: float, height: float) -> str:
    """Return the name of a paper by its size in mm, or its size where it has no name."""
    short, long = sorted((width, height))
    for name, (a, b) in PAPERS.items():
        if abs(short - a) < 2 and abs(long - b) < 2:
            return name
    return f"{short:.0f}×{long:.0f} mm"


def blank_page(width: float, height: float) -> SheetPage:
    """Return the frame of a page: head, body, foot."""
    unit = max(0.82, ((width * height) / (297 * 420)) ** 0.35)
    inner = Box(0, 0, width, height).inset(max(8.0, 9 * unit))
    head, foot, side = 14 * unit, 8.4 * unit, 40 * unit
    title = Box(inner.x + side, inner.y, inner.w - 2 * side, head)
    return SheetPage(
        width,
        height,
        unit,
        title=title,
        mark=Box(title.right, inner.y, side, head),
        body=Box(inner.x, inner.y + head, inner.w, inner.h - head - foot),
        footer=Box(inner.x, inner.bottom - foot, inner.w, foot),
    )


def map_page(width: float, height: float, demand: Demand) -> MapPageLayout:
    """Return the layout of the first page; the table gets what the other parts leave."""
    page = blank_page(width, height)
    return _beside(page, demand) if width > height else _below(page, demand)


def _beside(page: SheetPage, demand: Demand) -> MapPageLayout:
    """Lay the explanations in a column on the right of the map."""
    u, body = page.unit, page.body
    gap = GAP * u
    side = min(max(128 * u, 0.25 * body.w), 0.36 * body.w)
    column = Box(body.right - side, body.y, side, body.h)
    compass, scale, rest = _orientation(column, u)
    notes = Box(rest.x, rest.bottom - demand.notes, rest.w, demand.notes)
    legend_h = list_height(demand.legend, u)
    legend = Box(rest.x, notes.y - gap - legend_h, rest.w, legend_h)
    tables = Box(rest.x, rest.y, rest.w, legend.y - gap - rest.y)
    table, coverage, spare = _stacked(tables, demand, u, gap)
    frame = Box(body.x, body.y, body.w - side - gap, body.h)
    return MapPageLayout(page, frame, compass, scale, table, coverage, spare, legend, notes)


def _below(page: SheetPage, demand: Demand) -> MapPageLayout:
    """Lay the explanations in two columns under the map."""
    u, body = page.unit, page.body
    gap = GAP * u
    legend_h = list_height(demand.legend, u)
    left_h = _ORIENTATION * u + legend_h + gap + demand.notes
    h = max(left_h, _tables_height(demand, u, 0.42 * body.h))
    lower = Box(body.x, body.bottom - h, body.w, h)
    left_w = 0.38 * body.w
    left = Box(lower.x, lower.y, left_w, h)
    right = Box(left.right + gap, lower.y, body.w - left_w - gap, h)
    compass, scale, rest = _orientation(left, u)
    legend = rest.top(legend_h)
    notes = Box(rest.x, lower.bottom - demand.notes, rest.w, demand.notes)
    table, coverage, spare = _stacked(right, demand, u, gap)
    frame = Box(body.x, body.y, body.w, body.h - h - gap)
    return MapPageLayout(page, frame, compass, scale, table, coverage, spare, legend, notes)


def _tables_height(demand: Demand, u: float, most: float) -> float:
    """Return the height of the zone table, the coverage and those further tables that fit, mm."""
    used = min(most, table_height(demand.table, u) + GAP * u + table_height(demand.coverage, u))
    for n in demand.extra:
        needed = used + GAP * u + table_height(n, u)
        if needed > most:
            break
        used = needed
    return used


def _stacked(room: Box, demand: Demand, u: float, gap: float) -> tuple[Box, Box, Box]:
    """Return zone table and coverage one above the other, and what stays free below them."""
    coverage_h = table_height(demand.coverage, u)
    table = room.top(min(room.h - coverage_h - gap, table_height(demand.table, u)))
    coverage = Box(room.x, table.bottom + gap, room.w, coverage_h)
    used = min(room.h, coverage.bottom + gap - room.y)
    return table, coverage, room.below(used)


_ORIENTATION = 22.0
"""Height of north arrow and scale bar at unit 1, mm."""


def _orientation(column: Box, u: float) -> tuple[Box, Box, Box]:
    """Return the boxes of north arrow and scale at the head of a column, and the rest of it."""
    strip = column.top((_ORIENTATION - GAP) * u)
    compass = Box(strip.x, strip.y, 16 * u, strip.h)
    scale = Box(compass.right, strip.y, strip.w - compass.w, strip.h)
    return compass, scale, column.below(_ORIENTATION * u)


def list_height(lines: int, u: float) -> float:
    """Return the height of a heading with so many lines, mm."""
    return (HEADING + lines * LINE + 1) * u


def table_height(rows: int, u: float) -> float:
    """Return the height of a table with its heading and column heads, mm."""
    return (HEADING + TABLE_HEAD + rows * LINE + 0.5) * u


def rows_that_fit(box: Box, u: float) -> int:
    """Return how many rows a table with heading and column heads can have in a box."""
    return max(0, int((box.h - table_height(0, u)) / (LINE * u) + 1e-9))


def column_widths(natural: list[float], flexible: list[bool], room: float) -> list[float]:
    """Return the widths of columns that fill ``room``, mm.

    Parameters
    ----------
    natural : list of float
        Width that the longest text of each column takes.
    flexible : list of bool
        Columns whose text may be cut where there is too little room.
    room : float
    """
    spare = room - sum(natural)
    if spare >= 0:
        return [w + spare / len(natural) for w in natural]
    soft = sum(w for w, f in zip(natural, flexible, strict=True) if f)
    if soft * 0.7 < -spare:
        return [w * room / sum(natural) for w in natural]
    return [w + spare * w / soft if f else w for w, f in zip(natural, flexible, strict=True)]


def place_tables(rows: list[int], spare: Box, u: float) -> list[Box]:
    """Return boxes for the first tables that fit one below the other in a spare box, whole."""
    boxes: list[Box] = []
    for n in rows:
        h = table_height(n, u)
        if h > spare.h:
            break
        boxes.append(spare.top(h))
        spare = spare.below(h + GAP * u)
    return boxes


def continuation_frames(page: SheetPage) -> list[Box]:
    """Return the side-by-side boxes for tables on a page without a map."""
    u = page.unit
    n = max(1, int(page.body.w // (124 * u)))
    return page.body.columns(n, 8 * u)
