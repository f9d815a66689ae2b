"""The town on the ground: boundary, communities, river, hill, streets cut at junctions, parcels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
import shapely.ops
from _plan import (
    ARTERIAL,
    BRANCH,
    CLEAR,
    COMMUNITY_SEEDS,
    GRAIN,
    GRID,
    HILL,
    LANE,
    RIVER,
    SECONDARY,
    STREETS,
    bend,
    blob,
    long_axis,
    noded,
    outline,
    plan_streets,
    plan_water,
    quarter_at,
    smooth,
    tidy,
    warp,
)
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True)
class Segment:
    """One street from junction to junction."""

    name: str
    grade: str
    line: LineString


@dataclass(frozen=True)
class Parcel:
    """Ground between streets, clear of pavements and water, with the use that the plan gives it."""

    use: str
    ground: Polygon


@dataclass(frozen=True)
class Town:
    """All ground of the street office, in EPSG:4548 metres."""

    boundary: Polygon
    communities: list[Polygon]
    river: Polygon
    hill: Polygon
    segments: list[Segment]
    parcels: list[Parcel]


def halve(block: Polygon, rng: np.random.Generator) -> tuple[LineString, list[Polygon]]:
    """Cut a block across its longer side, near the middle."""
    centre, along, length, width = long_axis(block)
    at = centre + along * length * rng.uniform(-0.14, 0.14)
    across = np.array([-along[1], along[0]]) + along * rng.uniform(-0.06, 0.06)
    knife = LineString([at - across * (width + 50), at + across * (width + 50)])
    parts = shapely.get_parts(shapely.ops.split(block, knife))
    return knife.intersection(block), sorted(parts, key=lambda p: p.bounds)


def dead_end(cut: LineString, rng: np.random.Generator) -> LineString:
    """Shorten a lane to a dead end that starts at one of its streets."""
    whole = cut if rng.random() < 0.5 else cut.reverse()
    return shapely.ops.substring(whole, 0, rng.uniform(0.55, 0.75), normalized=True)


def subdivide(
    block: Polygon, target: float, lanes_above: float, rng: np.random.Generator
) -> tuple[list[Polygon], list[LineString]]:
    """Cut a block into parcels of about `target` m²; cuts through more than `lanes_above` m² are lanes."""
    if block.area < target * rng.uniform(1.25, 1.9):
        return [block], []
    cut, parts = halve(block, rng)
    lanes: list[LineString] = []
    if block.area > lanes_above and isinstance(cut, LineString):
        lanes.append(cut if rng.random() < 0.62 else dead_end(cut, rng))
    parcels: list[Polygon] = []
    for part in parts:
        below, more = subdivide(part, target, lanes_above, rng)
        parcels += below
        lanes += more
    return parcels, lanes


def quarter_of(block: BaseGeometry) -> str:
    """Return the use of a block of the plan."""
    p = block.representative_point()
    return quarter_at(p.x, p.y)


def plan_blocks(streets: list[tuple[str, str, BaseGeometry]], area: Polygon) -> list[Polygon]:
    """Return the faces between streets and boundary, in plan metres."""
    lines = noded([line for _, _, line in streets] + [area.exterior])
    faces = shapely.get_parts(shapely.polygonize(np.asarray(lines)))
    inside = [f for f in faces if area.contains(f.representative_point())]
    return sorted(inside, key=lambda f: f.bounds)


def cut_parcels(
    blocks: list[Polygon], rng: np.random.Generator
) -> tuple[list[tuple[str, Polygon]], list[LineString]]:
    """Cut every block by the grain of its quarter; return parcels with their use, and the lanes."""
    parcels: list[tuple[str, Polygon]] = []
    lanes: list[LineString] = []
    for block in blocks:
        use = quarter_of(block)
        targets, lanes_above = GRAIN[use]
        parts, more = subdivide(block, rng.choice(targets), lanes_above, rng)
        parcels += [(use, part) for part in parts]
        lanes += more
    return parcels, lanes


def segments_of(streets: list[tuple[str, str, BaseGeometry]], area: Polygon) -> list[Segment]:
    """Cut streets (already on the ground) at their junctions and name each piece after its street."""
    shapes = np.asarray([line for _, _, line in streets])
    pieces = noded(list(shapely.intersection(shapes, area.buffer(22), grid_size=GRID)))
    tree = shapely.STRtree(shapes)
    home = tree.nearest([piece.interpolate(0.5, normalized=True) for piece in pieces])
    found = [Segment(*streets[k][:2], piece) for k, piece in zip(home, pieces, strict=True)]
    return sorted((s for s in found if s.line.length > 8), key=lambda s: (streets_rank(s), s.line.bounds))


def streets_rank(segment: Segment) -> tuple[int, str]:
    """Order of the road file: class, then name, as planners sort it."""
    return [ARTERIAL, SECONDARY, BRANCH, LANE].index(segment.grade), segment.name


def districts(boundary: Polygon, segments: list[Segment], seeds: list[tuple[float, float]]) -> list[Polygon]:
    """Cut the boundary along wide streets and the river, and gather the faces around seeds (plan metres)."""
    river = bend(LineString(smooth(RIVER)))
    wide = [s.line for s in segments if s.grade in (ARTERIAL, SECONDARY)]
    faces = shapely.get_parts(shapely.polygonize(np.asarray(noded([*wide, river, boundary.exterior]))))
    faces = [f for f in faces if boundary.contains(f.representative_point())]
    points = shapely.points(warp(np.asarray(seeds, dtype=float)))
    home = np.asarray([np.argmin(shapely.distance(points, f.centroid)) for f in faces])
    return [shapely.coverage_union_all(np.asarray(faces)[home == k]) for k in range(len(seeds))]


def lane_names(lanes: list[LineString]) -> list[tuple[str, str, BaseGeometry]]:
    """Name lanes after the street they lie closest to: 埭头大道 → 埭头一巷, 埭头二巷 …"""
    digits = "一二三四五六七八九十"
    streets = [(name, LineString(points)) for name, _, points in STREETS]
    count: dict[str, int] = {}
    named: list[tuple[str, str, BaseGeometry]] = []
    for lane in lanes:
        stem = (
            min(streets, key=lambda s: s[1].distance(lane.centroid))[0]
            .removesuffix("大道")
            .removesuffix("路")
        )
        k = count[stem] = count.get(stem, 0) + 1
        number = digits[k - 1] if k <= 10 else ("十" + digits[k - 11] if k <= 19 else f"{k}")
        named.append((f"{stem}{number}巷", LANE, bend(lane)))
    return named


def build_town(rng: np.random.Generator) -> Town:
    """Lay out the whole town."""
    water, band = plan_water()
    hill = blob(HILL, (0.12, 0.09, 0.05, 0.03))
    area = outline()
    streets = plan_streets(band, hill.buffer(20))
    closed = shapely.union_all([water, hill])
    blocks = [block for block in plan_blocks(streets, area) if not block.intersects(closed)]
    plots, lanes = cut_parcels(blocks, rng)
    ground = [(name, grade, bend(line)) for name, grade, line in streets] + lane_names(lanes)
    boundary = tidy(bend(area))
    segments = segments_of(ground, boundary)
    communities = districts(boundary, segments, COMMUNITY_SEEDS)
    river, mound = bend(water), bend(hill)
    taken = [
        s.line.buffer(CLEAR[s.grade], cap_style="flat" if s.grade != LANE else "round") for s in segments
    ]
    hard = shapely.union_all([*taken, river.buffer(9), mound.buffer(6), boundary.exterior.buffer(4)])
    return Town(
        boundary=shapely.coverage_union_all(communities),
        communities=communities,
        river=river,
        hill=mound,
        segments=segments,
        parcels=net_parcels(plots, hard),
    )


def net_parcels(plots: list[tuple[str, Polygon]], hard: BaseGeometry) -> list[Parcel]:
    """Take streets, water and hill off the plots, round off slivers, keep what can be built on."""
    shapely.prepare(hard)
    parcels: list[Parcel] = []
    for use, plot in plots:
        free = bend(plot).buffer(-0.6).difference(hard)
        clean = shapely.simplify(free.buffer(-7, join_style="mitre").buffer(7, join_style="mitre"), 0.6)
        parcels += [Parcel(use, part) for part in shapely.get_parts(clean) if part.area > 900]
    return parcels
