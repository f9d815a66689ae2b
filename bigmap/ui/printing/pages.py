"""The pages of a sheet: the map page, then as many table pages as the lists need."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtGui import QPainter

from bigmap.core.planning.plan import Plan
from bigmap.ui.printing import content
from bigmap.ui.printing import frame as sheet_parts
from bigmap.ui.printing.layout import (
    GAP,
    Box,
    Demand,
    MapPageLayout,
    SheetPage,
    blank_page,
    continuation_frames,
    map_page,
    place_tables,
    rows_that_fit,
    table_height,
)
from bigmap.ui.printing.map import draw_map
from bigmap.ui.printing.pen import SheetPen
from bigmap.ui.printing.scale import MapView, fit_view
from bigmap.ui.printing.sheet_options import SheetOptions
from bigmap.ui.printing.tables import SheetTable, coverage_table, gap_table, operator_table, zone_table


@dataclass(frozen=True)
class Run:
    """Rows ``start`` to ``stop`` of a table in one frame."""

    table: SheetTable
    start: int
    stop: int
    frame: Box


def paginate(tables: list[tuple[SheetTable, int]], frames: list[Box], unit: float) -> list[list[Run]]:
    """Return the runs of each table page.

    Parameters
    ----------
    tables : list of (Table, int)
        Each table with the number of its first row that is still to be printed.
    frames : list of Box
        The frames of one page, filled from left to right; a table that fits whole goes below the one before.
    unit : float
    """
    pages: list[list[Run]] = []
    used, room = 0, Box(0, 0, 0, 0)
    for table, first in tables:
        start = first
        while start < len(table.rows):
            if table_height(len(table.rows) - start, unit) > room.h:
                room = frames[used % len(frames)]
                if used % len(frames) == 0:
                    pages.append([])
                used += 1
            stop = min(len(table.rows), start + max(1, rows_that_fit(room, unit)))
            box = room.top(table_height(stop - start, unit))
            pages[-1].append(Run(table, start, stop, box))
            room = room.below(box.h + GAP * unit)
            start = stop
    return pages


class Sheet:
    """A plan laid out on paper of one size.

    Parameters
    ----------
    painter : QPainter
        Open on the device.
    plan : Plan
    options : SheetOptions
    width, height : float
        Paper, mm.
    """

    def __init__(
        self, painter: QPainter, plan: Plan, options: SheetOptions, width: float, height: float
    ) -> None:
        self.plan, self.options = plan, options
        blank = blank_page(width, height)
        self.pen = SheetPen(painter, blank.unit)
        self.zones = zone_table(plan, options)
        self.coverage = coverage_table(plan, options)
        self.extra = [t for t in (operator_table(plan, options), gap_table(plan, options)) if t.rows]
        self.legend = content.legend(plan, options)
        self.notes = content.sheet_notes(plan, options)
        self.layout = self._laid_out(width, height)
        self.view = sheet_view(plan, self.layout)
        self.shown = self._rows_on_map_page()
        boxes = place_tables([len(t.rows) for t in self.extra], self.layout.spare, blank.unit)
        self.beside = list(zip(self.extra, boxes, strict=False))
        later = [(self.zones, self.shown), *((t, 0) for t in self.extra[len(boxes) :])]
        self.table_pages = paginate(later, continuation_frames(blank), blank.unit)

    @property
    def pages(self) -> int:
        """Number of pages."""
        return 1 + len(self.table_pages)

    def paint(self, number: int) -> None:
        """Paint a page, counted from 1."""
        if number == 1:
            self._paint_map_page()
        else:
            self._paint_table_page(number)

    def _laid_out(self, width: float, height: float) -> MapPageLayout:
        legend = sheet_parts.legend_rows(len(self.legend))
        extra = tuple(len(table.rows) for table in self.extra)
        demand = Demand(len(self.zones.rows), len(self.coverage.rows), extra, legend, notes=0.0)
        column = map_page(width, height, demand).notes.w
        notes = sheet_parts.notes_height(self.pen, column, self.notes)
        return map_page(width, height, replace(demand, notes=notes))

    def _rows_on_map_page(self) -> int:
        rows, room = len(self.zones.rows), rows_that_fit(self.layout.table, self.layout.page.unit)
        return rows if rows <= room else max(0, room - 1)

    def _paint_map_page(self) -> None:
        pen, layout, options = self.pen, self.layout, self.options
        self._paint_frame(layout.page, content.sheet_title(self.plan, options), 1)
        draw_map(pen, self.plan, options, self.view)
        sheet_parts.draw_compass(pen, layout.compass, options)
        sheet_parts.draw_scale(pen, layout.scale, self.view, layout.page, options)
        more = options.say("continued on sheet 2") if self.shown < len(self.zones.rows) else ""
        sheet_parts.draw_table(pen, layout.table, self.zones, range(self.shown), self.zones.heading, more)
        for table, box in [(self.coverage, layout.coverage), *self.beside]:
            sheet_parts.draw_table(pen, box, table, range(len(table.rows)), table.heading)
        sheet_parts.draw_legend(pen, layout.legend, self.legend, options)
        sheet_parts.draw_notes(pen, layout.notes, self.notes)

    def _paint_table_page(self, number: int) -> None:
        page, say = self.layout.page, self.options.say
        title = content.sheet_title(self.plan, self.options)
        self._paint_frame(page, say("{title} (continued)", title=title), number)
        for run in self.table_pages[number - 2]:
            heading = run.table.heading
            if run.start:
                heading = say("{title} (continued)", title=heading)
            sheet_parts.draw_table(self.pen, run.frame, run.table, range(run.start, run.stop), heading)

    def _paint_frame(self, page: SheetPage, title: str, number: int) -> None:
        sheet_parts.draw_head(self.pen, page, title, self.options)
        words = content.footer(self.plan, self.options)
        sheet_parts.draw_foot(self.pen, page, words, (number, self.pages))


def sheet_view(plan: Plan, layout: MapPageLayout) -> MapView:
    """Return the view that shows the whole boundary at the largest round scale."""
    return fit_view(plan.sources.boundary.bounds, layout.map, 2 * layout.page.unit)
