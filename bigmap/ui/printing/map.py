"""The map of a sheet: zones in flat pastel with a thick edge, gaps in red hatch, numbers inside."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainterPath

from bigmap.core.coverage.gap import GapKind, gap_shapes
from bigmap.core.planning.plan import Plan
from bigmap.mapview import styles
from bigmap.ui.printing.colours import ROAD, edge_colour, mixed, sheet_zone_colours
from bigmap.ui.printing.content import exclusion_names, ground_colour
from bigmap.ui.printing.labels import RING_MM, draw_labels, is_small
from bigmap.ui.printing.pen import GREY, INK, SheetPen
from bigmap.ui.printing.scale import MapView
from bigmap.ui.printing.shapes import hatch, path_of
from bigmap.ui.printing.sheet_options import SheetOptions

SMALLEST_UNIT_MM = 1.6
"""Below this mean side of a unit on paper their outlines would swallow the fill: none are drawn."""

HATCH_MM = 1.3
SLOPES: dict[str, tuple[int, ...]] = {GapKind.NO_OPERATOR: (-1,), GapKind.OVERLAP: (1, -1), GapKind.GAP: (1,)}
"""Kind of gap to the directions of its hatch; later ones are drawn over earlier ones."""
MOST_RINGS = 200

COMMUNITY_DASH = (1.6, 0.8)
BOUNDARY_DASH = (4.0, 0.9, 0.7, 0.9)


def draw_map(pen: SheetPen, plan: Plan, options: SheetOptions, view: MapView) -> None:
    """Draw the map inside the frame of ``view``."""
    frame = view.frame
    pen.painter.save()
    pen.painter.setClipRect(QRectF(frame.x, frame.y, frame.w, frame.h))
    _draw_ground(pen, plan, options, view)
    _draw_lines(pen, plan, options, view)
    draw_gaps(pen, plan, view)
    draw_labels(pen, plan, view)
    pen.painter.restore()
    pen.rect(frame, edge=INK, width=0.3 * pen.unit)


def _draw_ground(pen: SheetPen, plan: Plan, options: SheetOptions, view: MapView) -> None:
    """Fill excluded ground, then zones or kinds, then roads."""
    exclusions = plan.sources.exclusions
    inside = exclusions.geometry.intersection(plan.sources.boundary)
    for shape, text in zip(inside, exclusion_names(exclusions), strict=True):
        pen.fill(path_of(shape, view), ground_colour(text))
    if options.colour_by == "kind":
        for kind, colour in styles.KIND_COLOURS.items():
            pen.fill(path_of(_joined(plan, (plan.units.frame["kind"] == kind).to_numpy()), view), colour)
        return
    fills = sheet_zone_colours(plan, options.colour_by)
    for shape, colour in zip(plan.zones.geometry, fills, strict=True):
        pen.fill(path_of(shape, view), colour)
    _draw_roads(pen, plan, fills, view)


def _draw_roads(pen: SheetPen, plan: Plan, fills: list[str], view: MapView) -> None:
    """Grey the roads of each zone: visible, and still of their zone."""
    roads = plan.units.frame["kind"].isin(["road", "lane"]).to_numpy()
    for zone, colour in enumerate(fills):
        own = roads & (plan.zone_of_unit == zone)
        pen.fill(path_of(_joined(plan, own), view), mixed(colour, ROAD, 0.6))


def _joined(plan: Plan, chosen: npt.NDArray[np.bool_]) -> shapely.Geometry:
    """Return the ground of some units without the edges between them, which would show as hairlines."""
    return shapely.coverage_union_all(plan.units.polygons[chosen])


def _draw_lines(pen: SheetPen, plan: Plan, options: SheetOptions, view: MapView) -> None:
    """Draw edges from the least to the most important: units, communities, zones, boundary."""
    u = pen.unit
    if units_are_visible(plan, view):
        pen.stroke(path_of(plan.units.polygons, view), "#9aa1a8", 0.07 * u)
    communities = plan.sources.communities
    if len(communities):
        dash = [d * u for d in COMMUNITY_DASH]
        # One line where two communities meet: two dashes out of step would look solid.
        lines = shapely.line_merge(shapely.union_all(communities.geometry.boundary.to_numpy()))
        pen.stroke(path_of(lines, view), GREY, 0.28 * u, dash)
    fills = sheet_zone_colours(plan, options.colour_by)
    for shape, colour in zip(plan.zones.geometry, fills, strict=True):
        draw_zone_edge(pen, path_of(shape, view), colour)
    outer = path_of(plan.sources.boundary, view)
    pen.stroke(outer, "#ffffff", 0.9 * u)
    pen.stroke(outer, INK, 0.5 * u, [d * u for d in BOUNDARY_DASH])


def units_are_visible(plan: Plan, view: MapView) -> bool:
    """Tell whether the mean unit is large enough on paper to be outlined."""
    side = float(np.sqrt(plan.units.units_m2 / max(len(plan.units), 1)))
    return side / view.ground(1.0) >= SMALLEST_UNIT_MM


def draw_zone_edge(pen: SheetPen, path: QPainterPath, colour: str) -> None:
    """Draw a ribbon of the zone's colour inside its edge, and a white casing between two zones."""
    u = pen.unit
    pen.painter.save()
    pen.painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
    pen.stroke(path, edge_colour(colour), 1.8 * u)
    pen.painter.restore()
    pen.stroke(path, "#ffffff", 0.3 * u)


def draw_gaps(pen: SheetPen, plan: Plan, view: MapView) -> None:
    """Hatch and outline gaps and overlaps; those too small to see get a ring."""
    gaps, u = plan.coverage.gaps, pen.unit
    places = gap_shapes(gaps)
    for kind, slopes in SLOPES.items():
        alike = (kind, GapKind.SLIVER) if kind == GapKind.GAP else (kind,)
        own = places[[gap.kind in alike for gap in gaps]]
        colour = styles.GAP_COLOURS[kind]
        if len(own):
            for slope in slopes:
                pen.stroke(path_of(hatch(own, view.ground(HATCH_MM * u), slope), view), colour, 0.22 * u)
            pen.stroke(path_of(own, view), colour, 0.4 * u)
    for shape in [place for place in places if is_small(place, view, u)][:MOST_RINGS]:
        x, y = view.to_page(shapely.get_coordinates(shape.centroid))[0]
        pen.ring(x, y, RING_MM * u, styles.GAP_COLOURS["gap"], 0.4 * u)
