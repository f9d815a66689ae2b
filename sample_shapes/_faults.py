"""The usual dirt of a planner's folder, put in on purpose: in the shapes, in the zones, in the bytes."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import shapely
import shapely.affinity
import shapely.ops
from _plan import LANE, tidy
from _town import Segment, Town, districts
from shapely import LineString, Polygon

ZONE_SEEDS = [(-900, -620), (-780, 480), (60, 640), (200, -520), (980, -60)]
DBF_DATE = (124, 6, 18)  # years since 1900, month, day


# --- shapes ---------------------------------------------------------------------------------------


def bow_tie(shape: Polygon) -> Polygon:
    """Swap two neighbouring vertices so that the ring crosses itself; mending costs 2 to 25 % of the area."""
    ring = shapely.get_coordinates(shape.exterior)[:-1]
    best = shape
    for k in range(len(ring) - 1):
        turned = ring.copy()
        turned[[k, k + 1]] = turned[[k + 1, k]]
        crossed = Polygon(turned)
        kept = shapely.make_valid(crossed, method="structure").area / shape.area
        if not crossed.is_valid and 0.75 < kept < 0.98:
            best = crossed
    return best


def neighbours(shapes: list[Polygon]) -> tuple[int, int]:
    """Return the two estates that share the longest wall (at most 9 m apart)."""
    tree = shapely.STRtree(shapes)
    a, b = tree.query(shapes, "dwithin", 9.0)
    pairs = [(i, j) for i, j in zip(a.tolist(), b.tolist(), strict=True) if i < j]
    return max(pairs, key=lambda p: shapes[p[0]].buffer(9).intersection(shapes[p[1]]).area)


def grow_over(shape: Polygon, other: Polygon, reach: float) -> Polygon:
    """Stretch an estate over the wall of its neighbour, `reach` metres deep."""
    between = shape.distance(other)
    grown = shape.buffer(between + reach, join_style="mitre").intersection(
        other.buffer(between, join_style="mitre")
    )
    return tidy(shapely.union_all([shape, grown]))


def across_a_lane(segments: list[Segment], built: list[Polygon]) -> Polygon:
    """Return a house that stands right across a lane, clear of every other house and estate."""
    tree = shapely.STRtree(built)
    for segment in segments:
        if segment.grade == LANE and segment.line.length > 60:
            (x0, y0), (x1, y1) = (segment.line.interpolate(t, normalized=True).coords[0] for t in (0.5, 0.52))
            along = LineString([(x0, y0), (x1, y1)])
            centre, turn = along.centroid, np.arctan2(y1 - y0, x1 - x0) + np.pi / 2
            house = shapely.affinity.rotate(shapely.box(-7.5, -4.5, 7.5, 4.5), turn, (0, 0), use_radians=True)
            house = tidy(shapely.affinity.translate(house, centre.x, centre.y))
            if not len(tree.query(house, "dwithin", 0.5)):
                return house
    raise RuntimeError("no lane has room for a house across it")


# --- zones drawn by hand --------------------------------------------------------------------------


def shared_border(a: Polygon, b: Polygon) -> LineString:
    """Return the longest piece of border that two zones share."""
    lines = shapely.get_parts(shapely.line_merge(a.intersection(b)))
    return max(lines, key=lambda line: line.length)


def along(line: LineString, start: float, end: float, half_width: float) -> Polygon:
    """Return a strip along the middle of a border, from one share of its length to another."""
    return shapely.ops.substring(line, start, end, normalized=True).buffer(half_width, cap_style="flat")


def drawn_zones(town: Town) -> list[Polygon]:
    """Return five zones as somebody drew them, with three gaps (strip, hole, corner) and two overlaps."""
    exact = districts(town.boundary, town.segments, ZONE_SEEDS)
    zones = list(shapely.coverage_simplify(np.asarray(exact), 28.0, simplify_boundary=False))
    strip = along(shared_border(zones[0], zones[1]), 0.2, 0.75, 1.5)
    zones[0], zones[1] = zones[0].difference(strip), zones[1].difference(strip)
    hole = zones[4].representative_point().buffer(27.5, quad_segs=2)
    corner = shapely.box(*far_corner(zones[3], town.boundary, 95))
    lip = along(shared_border(zones[3], zones[4]), 0.45, 0.65, 5.0)
    wedge = shared_border(zones[2], zones[4]).interpolate(0.6, normalized=True).buffer(24, quad_segs=3)
    zones[4] = shapely.union_all([zones[4].difference(hole), lip.intersection(zones[3])])
    zones[2] = shapely.union_all([zones[2], wedge.intersection(zones[4])])
    zones[3] = zones[3].difference(corner)
    return [tidy(zone) for zone in zones]


def far_corner(zone: Polygon, boundary: Polygon, size: float) -> tuple[float, float, float, float]:
    """Return the box around the southernmost corner that a zone has on the boundary."""
    points = shapely.get_coordinates(zone)
    points = points[shapely.distance(shapely.points(points), boundary.exterior) < 0.02]
    x, y = points[points[:, 1].argmin()]
    return x - size / 2, y - size / 2, x + size / 2, y + size / 2


# --- bytes ----------------------------------------------------------------------------------------


def stamp(dbf: Path, language: int | None = None) -> None:
    """Write a fixed date into a .dbf, where GDAL puts today's, and a language byte if one is given."""
    data = bytearray(dbf.read_bytes())
    data[1:4] = bytes(DBF_DATE)
    if language is not None:
        data[29] = language
    dbf.write_bytes(data)


def unclose_last_ring(shp: Path) -> None:
    """Drop the closing point of the last polygon of a .shp (one ring), as some CAD exports do."""
    shx = shp.with_suffix(".shx")
    data, index = bytearray(shp.read_bytes()), bytearray(shx.read_bytes())
    start, words = struct.unpack(">2i", index[-8:])
    at = start * 2 + 8
    (points,) = struct.unpack_from("<i", data, at + 40)
    struct.pack_into("<i", data, at + 40, points - 1)
    struct.pack_into(">i", data, start * 2 + 4, words - 8)
    struct.pack_into(">i", index, len(index) - 4, words - 8)
    del data[-16:]
    struct.pack_into(">i", data, 24, len(data) // 2)
    shp.write_bytes(data)
    shx.write_bytes(index)
