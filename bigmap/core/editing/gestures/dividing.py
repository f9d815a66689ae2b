"""Zones divided by a line or into equal parts, and dragged borders: whole units by majority of area."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.ops import linemerge, substring

from bigmap.base.arrays import Ints, Shapes
from bigmap.base.i18n import Text
from bigmap.core.editing.gestures.proposal import Proposal, shut, zone_at
from bigmap.core.editing.gestures.zones import next_id
from bigmap.core.editing.selection import along
from bigmap.core.editing.tally import Tally
from bigmap.core.geometry.adjacency import Graph, induced, pieces
from bigmap.core.geometry.partition import absorb
from bigmap.core.planning.assignment import NOBODY, Zone
from bigmap.core.zoning.split_zone import balanced_parts

_STRAY = 0.05  # of a zone's ground: a piece below it is no zone of its own, but a ragged edge of the majority
_TOLERANCE = 0.03


def zone_crossed(tally: Tally, line: shapely.LineString, wanted: int = NOBODY) -> int:
    """Return the zone ``wanted`` if a line crosses it, else the one it crosses most, or `NOBODY`."""
    units = along(tally.unit_index, line)
    units = units[tally.zone[units] != NOBODY]
    if not len(units):
        return NOBODY
    crossed = tally.zone[units]
    inside = shapely.length(shapely.intersection(tally.unit_index.units.polygons[units], line))
    return wanted if wanted in crossed else int(np.argmax(np.bincount(crossed, inside)))


def split_crossed(tally: Tally, line: shapely.LineString, wanted: int = NOBODY) -> Proposal:
    """Divide the zone that a line crosses (`zone_crossed`) along it."""
    row = zone_crossed(tally, line, wanted)
    if row == NOBODY:
        return Proposal(Text("Divide a zone by a line"), told=(Text("This line crosses no zone."),))
    return split_by_line(tally, row, line)


def split_by_line(tally: Tally, row: int, line: shapely.LineString) -> Proposal:
    """Divide a zone along a line (project CRS), which is prolonged at both ends as far as needed.

    Each unit goes with the side that most of it lies on. The heaviest part stays what it was, every other
    piece becomes a new zone.
    """
    zone = zone_at(tally, row)
    title = Text("Divide {zone} by a line", {"zone": zone.zone_id})
    members = tally.members(row)
    polygons = tally.unit_index.units.polygons[members]
    if zone.locked:
        return Proposal(title, told=(shut(zone),))
    if not len(members) or line.length == 0:
        return Proposal(title, told=(_no_cut(zone),))
    inner = induced(tally.unit_index.graph, members)
    part = _parts(inner, polygons, sides(polygons, line))
    return _divided(tally, row, members, part, title)


def split_into(tally: Tally, row: int, parts: int, seed: int = 0) -> Proposal:
    """Divide a zone into connected parts of about the same load; the heaviest stays what it was."""
    zone = zone_at(tally, row)
    title = Text("Divide {zone} into {n}", {"zone": zone.zone_id, "n": parts})
    members = tally.members(row)
    if zone.locked:
        return Proposal(title, told=(shut(zone),))
    if not 2 <= parts <= len(members):
        values = {"zone": zone.zone_id, "units": len(members)}
        text = Text("Zone {zone} has {units} units: it can be divided into 2 to {units} parts.", values)
        return Proposal(title, told=(text,))
    inner = induced(tally.unit_index.graph, members)
    load = tally.unit_index.units.frame["load"].to_numpy(float)[members]
    if not load.sum() > 0:
        load = tally.unit_index.units.frame["site_m2"].to_numpy(float)[members]
    part = balanced_parts(inner, load, parts, _TOLERANCE, seed)
    return _divided(tally, row, members, part, title)


def move_border(tally: Tally, a: int, b: int, line: shapely.LineString) -> Proposal:
    """Drag the common border of two zones to a line (project CRS): what lies between changes hands.

    Units of which more than half lies between the old border and the line go to the other zone.
    """
    zones = [zone_at(tally, row) for row in (a, b)]
    title = Text("Move the border of {a} and {b}", {"a": zones[0].zone_id, "b": zones[1].zone_id})
    locked = tuple(shut(zone) for zone in zones if zone.locked)
    if locked:
        return Proposal(title, told=locked)
    border = border_line(tally, a, b, line)
    if border is None:
        text = Text("{a} and {b} have no common border.", {"a": zones[0].zone_id, "b": zones[1].zone_id})
        return Proposal(title, told=(text,))
    swept = swept_ground(border, line)
    polygons = tally.unit_index.units.polygons
    units = np.unique(tally.unit_index.tree.query(swept, predicate="intersects"))
    units = units[np.isin(tally.zone[units], (a, b))]
    within = shapely.area(shapely.intersection(polygons[units], swept)) / shapely.area(polygons[units])
    units = units[within > 0.5]
    held = tally.locked[units]
    told = (Text("{n} locked units stay where they are.", {"n": int(held.sum())}),) if held.any() else ()
    units = units[~held]
    return Proposal(title, tally.move(units, np.where(tally.zone[units] == a, b, a)), told)


def sides(polygons: Shapes, line: shapely.LineString) -> Ints:
    """Return on which side of a prolonged line most of each polygon lies: a number for each face it makes."""
    around = shapely.box(*shapely.total_bounds([*polygons, line]))
    reach = around.length
    drawn = shapely.node(shapely.union(around.buffer(1.0).exterior, _prolonged(line, reach)))
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(drawn)))
    faces = faces[shapely.area(faces) > 0]
    side = np.zeros(len(polygons), dtype=np.int64)
    middle = shapely.point_on_surface(polygons)
    for i, face in enumerate(faces):
        shapely.prepare(face)
        side[shapely.intersects(face, middle)] = i
    shapely.prepare(drawn)
    cut = np.flatnonzero(shapely.intersects(drawn, polygons))
    if len(cut):
        shared = [shapely.area(shapely.intersection(polygons[cut], face)) for face in faces]
        side[cut] = np.argmax(np.column_stack(shared), axis=1)
    return side


def border_line(
    tally: Tally, a: int, b: int, near: shapely.Geometry | None = None
) -> shapely.LineString | None:
    """Return a stretch of the common border of two zones, None where they do not touch.

    The one on which the ends of the line ``near`` lie, else the longest.
    """
    borders, polygons = tally.unit_index.borders, tally.unit_index.units.polygons
    edges = tally.unit_index.border_edges(tally.members(a))
    ends = tally.zone[borders.left[edges]], tally.zone[borders.right[edges]]
    edges = edges[((ends[0] == a) & (ends[1] == b)) | ((ends[0] == b) & (ends[1] == a))]
    shared = shapely.intersection(polygons[borders.left[edges]], polygons[borders.right[edges]])
    parts = shapely.get_parts(shared)
    parts = parts[shapely.get_dimensions(parts) == 1]
    parts = shapely.get_parts(parts)
    if not len(parts):
        return None
    merged = shapely.get_parts(linemerge(list(parts)))
    if near is None:
        return merged[int(np.argmax(shapely.length(merged)))]
    ends = shapely.points(shapely.get_coordinates(near)[[0, -1]])
    off = shapely.distance(merged, ends[0]) + shapely.distance(merged, ends[1])
    return merged[int(np.lexsort((-shapely.length(merged), np.round(off, 3)))[0])]


def swept_ground(border: shapely.LineString, line: shapely.LineString) -> shapely.Geometry:
    """Return the ground between a line and the stretch of a border that it takes the place of."""
    start, end = (border.project(shapely.Point(line.coords[i])) for i in (0, -1))
    if start > end:
        line, start, end = line.reverse(), end, start
    ways = [substring(border, start, end)]
    if border.is_closed:
        rest = [*substring(border, end, border.length).coords, *substring(border, 0, start).coords[1:]]
        ways.append(shapely.LineString(rest[::-1]))
    swept = [_between(way, line) for way in ways]
    return min(swept, key=shapely.area)


def _between(way: shapely.Geometry, line: shapely.LineString) -> shapely.Geometry:
    ring = shapely.LineString([*way.coords, *line.coords[::-1], way.coords[0]])
    faces = shapely.polygonize(shapely.get_parts(shapely.node(ring)))
    return shapely.union_all(shapely.get_parts(faces))


def _prolonged(line: shapely.LineString, reach: float) -> shapely.LineString:
    xy = shapely.get_coordinates(line)
    xy = xy[np.append(True, np.any(np.diff(xy, axis=0) != 0, axis=1))]
    first, last = xy[0] - xy[1], xy[-1] - xy[-2]
    ends = [xy[0] + first / np.hypot(*first) * reach, xy[-1] + last / np.hypot(*last) * reach]
    return shapely.LineString(np.vstack([ends[0], xy, ends[1]]))


def _parts(inner: Graph, polygons: Shapes, side: Ints) -> Ints:
    """Return the parts that sides make of a zone: each piece one, but an island goes with its side."""
    piece, island = pieces(inner, side), inner.components()
    size = shapely.area(polygons)
    n = int(piece.max()) + 1
    area = np.bincount(piece, weights=size, minlength=n)
    small = area < _STRAY * size.sum()
    piece = absorb(polygons, piece, small & (area < area.max()), inner)
    whole = [p for p in np.unique(piece) if (island == island[piece == p][0]).sum() == (piece == p).sum()]
    for p in whole:
        here = side[piece == p][0]
        mates = np.unique(piece[(side == here)])
        piece[piece == p] = max(mates, key=lambda m: area[m])
    return np.unique(piece, return_inverse=True)[1]


def _divided(tally: Tally, row: int, members: Ints, part: Ints, title: Text) -> Proposal:
    """Return new zones for all parts but the heaviest; locked units stay, and so does the part with most."""
    zone, held = zone_at(tally, row), tally.locked[members]
    n = int(part.max()) + 1
    if n < 2:
        return Proposal(title, told=(_no_cut(zone),))
    load = np.bincount(
        part, weights=tally.unit_index.units.frame["load"].to_numpy(float)[members], minlength=n
    )
    kept = int(np.lexsort((load, np.bincount(part[held], minlength=n)))[-1])
    codes = [z.zone_id for z in tally.zones if z]
    edit = tally.call({})
    free = len(tally.zones)
    for p in range(n):
        leaving = members[(part == p) & ~held]
        if p == kept or not len(leaving):
            continue
        codes.append(next_id(codes))
        new = Zone(codes[-1], oper=zone.oper)
        edit = edit.then(tally.call({free: new})).then(tally.move(leaving, free))
        free += 1
    stay = held & (part != kept)
    told = (Text("{n} locked units stay where they are.", {"n": int(stay.sum())}),) if stay.any() else ()
    return Proposal(title, edit, told)


def _no_cut(zone: Zone) -> Text:
    return Text("The line does not divide zone {zone}: draw it right across.", {"zone": zone.zone_id})
