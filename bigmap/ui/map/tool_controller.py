"""The hand on the map: what tools of the page say becomes gestures of the session; edits become orders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt
import shapely
from PySide6.QtCore import QObject, QTimer

from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.commands.context import Context
from bigmap.commands.editing import draw, drawing_menu
from bigmap.commands.viewing import view
from bigmap.core.coverage.gap import Gap
from bigmap.core.editing import gestures
from bigmap.core.editing.changes import Change, Preview
from bigmap.core.editing.gestures import Proposal
from bigmap.core.editing.selection import Combine, at
from bigmap.core.editing.tally import Tally
from bigmap.core.planning.assignment import Editable
from bigmap.mapview.gesture_messages import (
    Began,
    BorderDragged,
    Brushed,
    ContextMenuRequested,
    Divided,
    Ended,
    Filled,
    Gesture,
    GestureCancelled,
    LockToggled,
    Outlined,
    Resized,
    UnitsSelected,
    ZoneSampled,
)
from bigmap.mapview.messages import Gaps, Mark, Zones, tool_order
from bigmap.mapview.scene import pack_gaps
from bigmap.mapview.zone_colours import Colours
from bigmap.ui.map.known_rows import names_known_rows
from bigmap.ui.map.map_widget import MapWidget
from bigmap.ui.map.preview_worker import PreviewWorker
from bigmap.ui.widgets.defects import Defects


class ToolController(QObject):
    """Turns gestures on a map into edits of the open document.

    Parameters
    ----------
    context : Context
    widget : MapWidget
    defects : Defects
    menu : callable
        Shows the menu of what can be done to what is picked, at the mouse.
    """

    def __init__(
        self, context: Context, widget: MapWidget, defects: Defects, menu: Callable[[], None]
    ) -> None:
        super().__init__(widget)
        self._context, self._map, self._defects, self._menu = context, widget, defects, menu
        self._colours: Colours | None = None
        self._told: Zones | None = None
        self._foresight = PreviewWorker(self)
        session = context.session
        widget.gesture.connect(self._hear)
        widget.dropped.connect(lambda: draw.lay_down(context))
        widget.lost.connect(self._let_go)
        session.assignment_changed.connect(self._follow)
        session.hand_changed.connect(self._take)
        session.chosen_changed.connect(lambda: widget.tell(Mark, session.chosen))

    # --- from the map ---------------------------------------------------------------------------------------

    def _hear(self, gesture: Gesture) -> None:
        session = self._context.session
        document = session.document
        if document is None or (
            document.checked is not None and not isinstance(gesture, ContextMenuRequested)
        ):
            return
        if not names_known_rows(gesture, session):
            self._map.would([], False, [])
            return
        self._defects.attempt(lambda: self._do(gesture), self._refuse)

    def _refuse(self, text: Text) -> None:
        self._context.ui.hint(text)
        self._map.would([], False, [])

    def _do(self, gesture: Gesture) -> None:
        match gesture:
            case UnitsSelected():
                self._choose(gesture)
            case ContextMenuRequested(unit, zone, gap):
                self._ask(unit, zone, gap)
            case Outlined() | Divided() | BorderDragged():
                self._draw(gesture)
            case _:
                self._pour(gesture)

    def _pour(self, gesture: Gesture) -> None:
        context = self._context
        match gesture:
            case Began():
                draw.begin_stroke(context)
            case Brushed(units):
                self._brush(units)
            case Ended():
                draw.end_stroke(context)
            case GestureCancelled():
                self._give_up()
            case Filled(unit):
                draw.fill(context, unit)
            case ZoneSampled(unit):
                draw.paint_with_zone_of(context, unit)
            case LockToggled(unit, alone):
                draw.toggle_lock(context, unit, alone)
            case Resized(factor):
                draw.resize_brush(context, factor)

    def _draw(self, gesture: Outlined | Divided | BorderDragged) -> None:
        context = self._context
        match gesture:
            case Outlined(points, done):
                ground = shapely.Polygon(_pairs(points))
                if done:
                    self._finish(drawing_menu.offer_for_area, ground)
                else:
                    self._try(lambda tally: draw.drawn_zone(tally, ground))
            case Divided(points, done):
                line, row = shapely.LineString(_pairs(points)), draw.zone_in_hand(context)
                if done:
                    self._finish(drawing_menu.offer_for_line, line)
                else:
                    self._try(lambda tally: gestures.split_crossed(tally, line, row))
            case BorderDragged(a, b, points, done):
                line = shapely.LineString(_pairs(points))
                if done:
                    self._give_up()
                    draw.drag_border(context, a, b, line)
                else:
                    self._try(lambda tally: gestures.move_border(tally, a, b, line))

    def _brush(self, units: Sequence[int]) -> None:
        session = self._context.session
        draw.paint(self._context, units)
        stroke, found = session.stroke, session.so_far()
        if stroke is None or found is None:
            return
        rows = np.asarray(units, dtype=np.int64)
        target = session.hand.zone if session.hand.tool == "paint" else -1
        stuck = rows[session.tally.is_locked(rows) & (session.tally.zone[rows] != target)]
        if found.broken or self._red or len(stuck):
            self._red = bool(found.broken)
            self._map.would(stroke.edit.units if self._red else [], self._red, stuck)

    _red = False

    def _choose(self, what: UnitsSelected) -> None:
        context, points = self._context, _pairs(what.points)
        how: Combine = "add" if what.how == "add" else "take" if what.how == "take" else "new"
        if what.shape == "point":
            context.session.choose(at(context.session.tally.unit_index, *points[0]), how)
        elif what.shape == "line":
            draw.choose_along(context, shapely.LineString(points), how)
        else:
            draw.choose_ground(context, shapely.Polygon(points), how)

    def _ask(self, unit: int, zone: int, gap: int) -> None:
        """Pick what lies under the mouse, choose its unit if others are chosen, and show what can be done."""
        session = self._context.session
        view.picked(self._context, unit, zone, gap)
        if len(session.chosen) and unit >= 0 and unit not in session.chosen:
            session.choose([unit])
        QTimer.singleShot(0, self._menu)  # the bridge does not wait for the menu

    def _finish(self, ask: Callable[[Context, shapely.Geometry], None], shape: shapely.Geometry) -> None:
        self._give_up()
        go = partial(self._defects.attempt, lambda: ask(self._context, shape), self._context.ui.hint)
        QTimer.singleShot(0, go)  # the bridge does not wait for the menu

    def _let_go(self) -> None:
        """End what was under way on a page that is gone, as if the hand had let go of it."""
        self._foresight.forget()
        self._context.session.previewed.emit(None)
        if self._context.session.stroke is not None:
            self._defects.attempt(lambda: draw.end_stroke(self._context), self._refuse)

    def _give_up(self) -> None:
        """Leave nothing of the gesture under way: the page has forgotten it already."""
        self._foresight.forget()
        draw.give_up(self._context)

    def _try(self, gesture: Callable[[Tally], Proposal]) -> None:
        """Find out what a gesture under way would do; the page asks again when it is told."""
        session = self._context.session
        ground, tally = session.document_or_refuse.built, session.tally.copy()

        def work() -> tuple[Proposal, Preview | None]:
            proposal = gesture(tally)
            return proposal, tally.after(proposal.edit) if proposal else None

        def answer(found: tuple[Proposal, Preview | None] | None, error: BaseException | None) -> None:
            if isinstance(error, UserError):
                self._context.ui.hint(error.text)
            elif error is not None:
                self._defects.confess(error, unchanged=True)
            same = session.document is not None and session.document.built is ground
            proposal, preview = found if found and same else (Proposal(Text("Look")), None)
            session.previewed.emit(preview)
            self._map.would(proposal.edit.units, bool(preview and preview.broken), [])

        self._foresight.ask(work, answer)

    def rest(self) -> None:
        """Stop thinking about what a gesture would do."""
        self._foresight.rest()

    # --- to the map -----------------------------------------------------------------------------------------

    def show_document(self) -> None:
        """Tell a map that has been given a new scene what else it has to know."""
        document = self._context.session.document
        self._colours, self._told, self._gaps = None, None, True
        if document is not None and document.checked is None:
            self._colours = Colours(document.built)
            if document.assignment is not None:  # the scene is that of the plan as it was made
                units = np.flatnonzero(document.assignment.zone != document.built.zone_of_unit)
                self._show(units, document.assignment, len(document.built.zones))
        elif self._context.session.hand.tool not in ("look", "measure_length", "measure_area"):
            draw.lay_down(self._context)
        self._take()

    def show_gaps(self, gaps: Sequence[Gap]) -> None:
        """Let the map show the gaps of an edited plan that stand in the list of gaps."""
        document = self._context.session.document
        if not gaps and not self._gaps:
            return
        if document is not None and document.assignment is not None and document.checked is None:
            self._gaps = bool(gaps)
            self._map.tell(Gaps, pack_gaps(document.assignment.zone, gaps))

    _gaps = True  # of what a scene comes with

    def _take(self) -> None:
        """Let the page hold what the session holds."""
        session = self._context.session
        hand, zone = session.hand, None
        if session.document is not None and 0 <= hand.zone < len(session.tally.zones):
            zone = session.tally.zones[hand.zone]
        colour = self._colours.of(session.tally)[hand.zone] if zone and self._colours else ""
        options = {"radius_m": f"{hand.brush_m:.2f}", "colour": colour, "rule": hand.rule}
        order = tool_order(hand.tool, options)
        if order.name != self._order.name:
            self._foresight.forget()  # as the page does
        if order != self._order:
            self._order = order
            self._map.send(order)

    _order = tool_order("look")

    def _follow(self, change: Change) -> None:
        """Show an edit: units that moved, and zones that are new, gone or called otherwise."""
        tally = self._context.session.tally
        self._show(change.units, tally, len(self._told.ids) if self._told else 0)

    def _show(self, units: npt.NDArray[np.int64], held: Editable, before: int) -> None:
        fewer = len(held.zones) < before
        if not fewer:
            self._rename()
        if len(units):
            self._map.assign(units, held.zone[units])
        if fewer:  # no unit may be in a zone that the page does not know
            self._rename()

    def _rename(self) -> None:
        """Tell names, colours and operators of the zones, where they are not as last told."""
        tally, document = self._context.session.tally, self._context.session.document
        if document is None or self._colours is None:
            return
        row_of = {code: row for row, code in enumerate(document.built.operators["operator_id"])}
        held = tally.zones
        order = Zones(
            [zone.zone_id if zone else "" for zone in held],
            [zone.name if zone else "" for zone in held],
            [row_of.get(zone.oper, -1) if zone and zone.oper else -1 for zone in held],
            self._colours.of(tally),
        )
        if order != self._told:
            self._told = order
            self._map.send(order)


def _pairs(points: Sequence[float]) -> list[tuple[float, float]]:
    return list(zip(points[::2], points[1::2], strict=True))
