"""Names and numbers on the map: every zone has its number, other names stand where there is room."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from bigmap.core.coverage.gap import GapKind, gap_shapes
from bigmap.core.planning.plan import Plan
from bigmap.ui.printing.layout import Box
from bigmap.ui.printing.pen import GREY, INK, SheetPen
from bigmap.ui.printing.scale import MapView

ZONE_SIZE, NAME_SIZE, UNIT_SIZE = 4.8, 2.4, 2.1
SMALLEST_ZONE_SIZE = 2.0
RING_MM = 1.8
MOST_GAP_LABELS = 40


@dataclass
class LabelBoard:
    """The places taken by labels so far."""

    pen: SheetPen
    view: MapView
    taken: list[Box] = field(default_factory=list)

    def place(self, x: float, y: float, text: str, size: float, colour: str, *, must: bool = False) -> bool:
        """Write a label centred at a page point unless it would hide another; ``must`` writes it anyhow."""
        w, h = self.pen.width(text, size), size * self.pen.unit
        box = Box(x - w / 2, y - h / 2, w, h)
        if not must and (any(box.overlaps(b) for b in self.taken) or not self._inside(box)):
            return False
        self.taken.append(box)
        self.pen.label(x, y, text, size, colour)
        return True

    def _inside(self, box: Box) -> bool:
        frame = self.view.frame
        return box.x > frame.x and box.y > frame.y and box.right < frame.right and box.bottom < frame.bottom


def draw_labels(pen: SheetPen, plan: Plan, view: MapView) -> None:
    """Write numbers of zones and gaps, and the names that have room."""
    board = LabelBoard(pen, view)
    _label_zones(board, plan)
    _label_gaps(board, plan)
    units = plan.units.frame
    named = units[units["kind"].isin(["estate", "village", "public", "green"])]
    _label_named(board, named.geometry.to_numpy(), named["name"], INK)
    exclusions = plan.sources.exclusions
    if "name" in exclusions:
        _label_named(board, exclusions.geometry.to_numpy(), exclusions["name"], GREY)


def _label_zones(board: LabelBoard, plan: Plan) -> None:
    places = [label_place(shape, board.view) for shape in plan.zones.geometry]
    for zone, (x, y, radius) in zip(plan.zones.itertuples(), places, strict=True):
        size = float(np.clip(radius * 0.9 / board.pen.unit, SMALLEST_ZONE_SIZE, ZONE_SIZE))
        board.place(x, y, str(zone.zone_id), size, INK, must=True)
    for zone, (x, y, radius) in zip(plan.zones.itertuples(), places, strict=True):
        name = "" if pd.isna(zone.name) else str(zone.name)
        if name != zone.zone_id and board.pen.width(name, NAME_SIZE) < 3 * radius:
            board.place(x, y + 0.9 * ZONE_SIZE * board.pen.unit, name, NAME_SIZE, INK)


def _label_gaps(board: LabelBoard, plan: Plan) -> None:
    real = [gap for gap in plan.coverage.gaps if gap.kind != GapKind.NO_OPERATOR][:MOST_GAP_LABELS]
    for gap, shape in zip(real, gap_shapes(real), strict=True):
        text, u = gap.gap_id, board.pen.unit
        small = is_small(shape, board.view, u)
        point = shape.centroid if small else shape.representative_point()
        x, y = board.view.to_page(shapely.get_coordinates(point))[0]
        beside = RING_MM * u + board.pen.width(text, NAME_SIZE) / 2 + 0.5 * u if small else 0.0
        board.place(x + beside, y, text, NAME_SIZE, "#a01522")


def is_small(shape: shapely.Geometry, view: MapView, unit: float) -> bool:
    """Tell whether a gap is hard to see on paper, so that it gets a ring."""
    return bool(shape.length / 2 < view.ground(2 * RING_MM * unit))


def _label_named(board: LabelBoard, shapes: npt.NDArray[np.object_], names: pd.Series, colour: str) -> None:
    """Write the names that fit into their polygon on paper, the largest polygons first."""
    pen, view = board.pen, board.view
    areas = shapely.area(shapes) / view.ground(1.0) ** 2
    texts = names.fillna("").astype(str).to_numpy()
    for i in np.argsort(-areas, kind="stable"):
        text = texts[i].strip()
        width = pen.width(text, UNIT_SIZE)
        if not text or areas[i] < width * UNIT_SIZE * pen.unit * 1.2:
            continue
        x, y, radius = label_place(shapes[i], view)
        if width < 2.6 * radius:
            board.place(x, y, text, UNIT_SIZE, colour)


def label_place(shape: shapely.Geometry, view: MapView) -> tuple[float, float, float]:
    """Return the page point farthest from the edge of a polygon, and its distance from the edge, mm."""
    tolerance = view.ground(0.25)
    plain = shapely.simplify(shape, tolerance)
    if plain.is_empty or not plain.is_valid:
        plain = shape
    spoke = shapely.get_coordinates(shapely.maximum_inscribed_circle(plain, tolerance=tolerance))
    (x, y), edge = view.to_page(spoke)
    return float(x), float(y), float(np.hypot(x - edge[0], y - edge[1]))
