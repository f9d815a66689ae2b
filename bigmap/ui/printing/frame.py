"""What stands around the map: head, north arrow, scale bar, tables, legend, notes, foot."""

from __future__ import annotations

from itertools import accumulate

import numpy as np
import shapely

from bigmap.mapview import styles
from bigmap.ui.printing.colours import edge_colour
from bigmap.ui.printing.content import LegendItem
from bigmap.ui.printing.layout import HEADING, LINE, TABLE_HEAD, Box, SheetPage, column_widths, paper_name
from bigmap.ui.printing.map import BOUNDARY_DASH, COMMUNITY_DASH, HATCH_MM, SLOPES
from bigmap.ui.printing.pen import ALARM, GREY, INK, RULE, SheetPen
from bigmap.ui.printing.scale import MapView, bar_step
from bigmap.ui.printing.shapes import hatch, path_of
from bigmap.ui.printing.sheet_options import SheetOptions
from bigmap.ui.printing.tables import SheetTable

_PAD, _SWATCH = 1.0, 4.0
TITLE_SIZE, HEADING_SIZE, TEXT_SIZE, HEAD_SIZE = 7.0, 3.4, 2.5, 2.3


def draw_head(pen: SheetPen, page: SheetPage, title: str, options: SheetOptions) -> None:
    """Write the title, and who may see the sheet."""
    u = pen.unit
    pen.text(page.title.top(page.title.h - 3 * u), title, TITLE_SIZE, align="centre", least=0.6)
    mark = page.mark.top(page.mark.h - 3 * u)
    text = options.say("Internal use, not for publication")
    size = 2.6 if pen.width(text, 2.6) < mark.w - 3 * u else 2.2
    w = min(mark.w, pen.width(text, size) + 4 * u)
    box = Box(mark.right - w, mark.y + mark.h / 2 - 2.7 * u, w, 5.4 * u)
    pen.rect(box, edge=INK, width=0.25 * u)
    pen.text(box.inset(1 * u, 0), text, size, align="centre")


def draw_foot(pen: SheetPen, page: SheetPage, words: tuple[str, str], number: tuple[int, int]) -> None:
    """Write CRS and data on the left; author, date, program and sheet number on the right."""
    u, box = pen.unit, page.footer.below(2.4 * pen.unit)
    pen.line(box.x, box.y, box.right, box.y, INK, 0.25 * u)
    line = box.below(0.8 * u)
    tail = f"{words[1]}    {number[0]}/{number[1]}"
    right = pen.width(tail, 2.3) + 1
    pen.text(Box(line.right - right, line.y, right, line.h), tail, 2.3, align="right")
    left = Box(line.x, line.y, line.w - right - 6 * u, line.h)
    lines = 2 if pen.width(words[0], 2.3) > left.w else 1
    pen.text(left, words[0], 2.3 if lines == 1 else 1.9, lines=lines)


def draw_compass(pen: SheetPen, box: Box, options: SheetOptions) -> None:
    """Draw an arrow to grid north."""
    u = pen.unit
    x, top = box.x + box.w / 2 - 2 * u, box.y + 4.6 * u
    tip, foot, notch, half = (x, top), box.bottom - 1.0 * u, box.bottom - 3.6 * u, 3.4 * u
    pen.text(Box(x - 5 * u, box.y, 10 * u, 4 * u), options.say("N"), 3.4, align="centre")
    pen.polygon([tip, (x - half, foot), (x, notch)], fill=INK, edge=INK)
    pen.polygon([tip, (x + half, foot), (x, notch)], fill="#ffffff", edge=INK)


def draw_scale(pen: SheetPen, box: Box, view: MapView, page: SheetPage, options: SheetOptions) -> None:
    """Write the ratio, true on this paper, and draw a bar of four parts."""
    u = pen.unit
    name = paper_name(page.width, page.height)
    ratio = options.say("Scale 1:{n} on {paper}", n=f"{view.scale:,}", paper=name)
    pen.text(box.top(6 * u), ratio, 3.2)
    step = bar_step(view, box.w * 0.78)
    mm, y, h = step * 1000 / view.scale, box.y + 8.2 * u, 1.5 * u
    for i in range(4):
        part = Box(box.x + i * mm, y, mm, h)
        pen.rect(part, fill=INK if i % 2 == 0 else "#ffffff", edge=INK, width=0.2 * u)
    far = 4 * step >= 4000
    for i in (0, 1, 2, 4):
        value = f"{i * step / (1000 if far else 1):g}"
        unit = options.say(" km") if far else options.say(" m")
        text = value + (unit if i == 4 else "")
        x = box.x + i * mm - pen.width(value, 2.3) / 2 if i else box.x
        pen.text(Box(x, y + h + 0.6 * u, pen.width(text, 2.3) + 0.5, 3.6 * u), text, 2.3)


def draw_heading(pen: SheetPen, box: Box, text: str) -> None:
    """Write the heading of a list, with a rule under it."""
    u = pen.unit
    pen.text(box.top(HEADING * u - 1.6 * u), text, HEADING_SIZE)
    y = box.y + (HEADING - 1.2) * u
    pen.line(box.x, y, box.right, y, INK, 0.35 * u)


def draw_table(pen: SheetPen, box: Box, table: SheetTable, rows: range, heading: str, more: str = "") -> None:
    """Draw some rows of a table; ``more`` is the line that tells where it goes on."""
    u = pen.unit
    draw_heading(pen, box, heading)
    edges = _edges(pen, box, table)
    head = box.below(HEADING * u).top(TABLE_HEAD * u)
    for i, column in enumerate(table.columns):
        _cell(pen, head, edges, i, column.head, HEAD_SIZE, column.number, GREY, lines=2)
    pen.line(head.x, head.bottom, head.right, head.bottom, INK, 0.2 * u)
    pitch = LINE * u
    for k, i in enumerate(rows):
        _row(pen, Box(box.x, head.bottom + k * pitch, box.w, pitch), edges, table, i)
    if more:
        line = Box(box.x, head.bottom + len(rows) * pitch, box.w, pitch)
        pen.text(line.inset(0.8 * u, 0), more, TEXT_SIZE, align="right", colour=GREY)


def _row(pen: SheetPen, line: Box, edges: list[float], table: SheetTable, i: int) -> None:
    u, total = pen.unit, table.total and i == len(table.rows) - 1
    if total:
        pen.line(line.x, line.y, line.right, line.y, INK, 0.3 * u)
    swatch = i < len(table.swatches)
    if swatch:
        sample, colour = Box(line.x, line.y + line.h / 2 - 1.5 * u, 3 * u, 3 * u), table.swatches[i]
        pen.rect(sample, colour, edge_colour(colour), 0.35 * u)
    for c, text in enumerate(table.rows[i]):
        indent = _SWATCH * u if c == 0 and table.swatches else 0.0
        ink = ALARM if (i, c) in table.alarms else INK
        _cell(pen, line, edges, c, text, TEXT_SIZE, table.columns[c].number, ink, indent)
    if not total:
        pen.line(line.x, line.bottom, line.right, line.bottom, RULE, 0.1 * u)


def _edges(pen: SheetPen, box: Box, table: SheetTable) -> list[float]:
    """Return the left edges of the columns and the right edge of the last."""
    natural = []
    for i, column in enumerate(table.columns):
        head = max(pen.width(line, HEAD_SIZE) for line in column.head.split("\n"))
        longest = max((pen.width(row[i], TEXT_SIZE) for row in table.rows), default=0.0)
        natural.append(max(head, longest) + _PAD * pen.unit * (2 if i else 1))
    natural[0] += _SWATCH * pen.unit if table.swatches else 0.0
    flexible = [not column.number and i > 0 for i, column in enumerate(table.columns)]
    return list(accumulate(column_widths(natural, flexible, box.w), initial=box.x))


def _cell(
    pen: SheetPen,
    line: Box,
    edges: list[float],
    column: int,
    text: str,
    size: float,
    number: bool,
    colour: str = INK,
    indent: float = 0.0,
    lines: int = 1,
) -> None:
    pad = _PAD * pen.unit
    left = edges[column] + indent + (pad if column else 0.0)
    cell = Box(left, line.y, edges[column + 1] - left - pad, line.h)
    pen.text(cell, text, size, align="right" if number else "left", colour=colour, lines=lines)


def draw_legend(pen: SheetPen, box: Box, items: list[LegendItem], options: SheetOptions) -> None:
    """Draw symbols with their meaning, in two columns."""
    u = pen.unit
    draw_heading(pen, box, options.say("Legend"))
    columns = box.below((HEADING + 0.5) * u).columns(2, 3 * u)
    rows = legend_rows(len(items))
    for i, item in enumerate(items):
        column = columns[i // rows]
        line = Box(column.x, column.y + i % rows * LINE * u, column.w, LINE * u)
        draw_symbol(pen, Box(line.x, line.y + 0.6 * u, 7.5 * u, line.h - 1.2 * u), item)
        pen.text(Box(line.x + 9 * u, line.y, line.w - 9 * u, line.h), item.text, TEXT_SIZE)


def legend_rows(items: int) -> int:
    """Return the lines of a legend in two columns."""
    return (items + 1) // 2


def draw_symbol(pen: SheetPen, box: Box, item: LegendItem) -> None:
    """Draw the sample of one symbol, as it is on the map."""
    view = MapView(box, (box.w / 2, box.h / 2), 1000)
    area, u = shapely.box(0, 0, box.w, box.h), pen.unit
    middle = path_of(shapely.LineString([(0, box.h / 2), (box.w, box.h / 2)]), view)
    if item.symbol == "area":
        pen.rect(box, item.colour, GREY, 0.12 * u)
    elif item.symbol == "zone":
        pen.rect(box, item.colour)
        pen.rect(box.inset(0.4 * u), edge=edge_colour(item.colour), width=0.8 * u)
    elif item.symbol == "boundary":
        pen.stroke(middle, INK, 0.5 * u, [d * u for d in BOUNDARY_DASH])
    elif item.symbol == "community":
        pen.stroke(middle, GREY, 0.28 * u, [d * u for d in COMMUNITY_DASH])
    else:
        colour = styles.GAP_COLOURS[item.symbol]
        for slope in SLOPES[item.symbol]:
            pen.stroke(path_of(hatch(np.array([area]), HATCH_MM * u, slope), view), colour, 0.22 * u)
        pen.rect(box, edge=colour, width=0.4 * u)


NOTE_SIZE, NOTE_LINE = 2.2, 3.0


def notes_height(pen: SheetPen, width: float, sentences: list[str]) -> float:
    """Return the height that the notes take at a width, mm."""
    return sum(pen.lines_needed(s, NOTE_SIZE, width) for s in sentences) * NOTE_LINE * pen.unit


def draw_notes(pen: SheetPen, box: Box, sentences: list[str]) -> None:
    """Write the notes, small, from the top of their box."""
    y = box.y
    for sentence in sentences:
        n = pen.lines_needed(sentence, NOTE_SIZE, box.w)
        line = Box(box.x, y, box.w, n * NOTE_LINE * pen.unit)
        pen.text(line, sentence, NOTE_SIZE, colour=GREY, lines=n)
        y = line.bottom
