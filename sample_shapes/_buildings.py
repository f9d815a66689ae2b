"""What stands on the parcels: estates with their buildings, stand-alone houses, public buildings."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from _plan import ARTERIAL, CLEAR, LANE, long_axis, tidy
from _town import Parcel, Town
from numpy.typing import NDArray
from shapely import LineString, Polygon, affinity
from shapely.geometry.base import BaseGeometry

ESTATES = 70
LARGEST_ESTATE = 46_000.0  # m²


@dataclass(frozen=True)
class Pattern:
    """How buildings of one sort stand: sizes and distances in metres, floors, turn in degrees."""

    width: tuple[float, float]
    depth: tuple[float, float]
    side: tuple[float, float]
    row: tuple[float, float]
    floors: tuple[int, int]
    shapes: tuple[str, ...] = ("slab",)
    turn: float = 0.0
    keep: float = 1.0
    south: bool = True


PATTERNS = {
    "walkup": Pattern((28, 50), (10.5, 12.5), (7, 11), (12, 17), (4, 6), ("slab", "slab", "step")),
    "midrise": Pattern((30, 48), (13, 15), (11, 17), (19, 27), (7, 9), ("step", "slab")),
    "tower": Pattern((24, 29), (19, 23), (16, 26), (20, 30), (13, 19), ("cross",)),
    "village": Pattern(
        (9, 14), (10, 13), (1.4, 4.5), (2.0, 5.5), (3, 6), ("slab", "slab", "notch"), 3.0, 0.86, False
    ),
    "oldtown": Pattern(
        (11, 21), (10, 14), (2, 11), (6, 13), (2, 4), ("slab", "notch", "ell"), 4.0, 0.8, False
    ),
    "dormitory": Pattern((26, 44), (10, 12), (9, 20), (17, 28), (4, 7), ("slab", "slab", "step"), 1.5, 0.8),
    "works": Pattern(
        (42, 84), (24, 38), (12, 20), (12, 20), (1, 3), ("slab", "slab", "ell"), 0.0, 0.9, False
    ),
    "office": Pattern(
        (34, 50), (26, 36), (20, 34), (24, 36), (6, 24), ("slab", "notch", "cross"), 0.0, 0.95, False
    ),
    "school": Pattern((46, 66), (13, 16), (16, 26), (24, 30), (3, 6), ("step", "slab")),
}
SHAPES = {  # corners in a unit square
    "slab": [(0, 0), (1, 0), (1, 1), (0, 1)],
    "step": [(0, 0), (0.5, 0), (0.5, 0.18), (1, 0.18), (1, 1), (0.5, 1), (0.5, 0.82), (0, 0.82)],
    "ell": [(0, 0), (1, 0), (1, 1), (0.62, 1), (0.62, 0.45), (0, 0.45)],
    "notch": [(0, 0), (1, 0), (1, 0.7), (0.75, 0.7), (0.75, 1), (0, 1)],
    "cross": [
        *[(0.2, 0), (0.8, 0), (0.8, 0.25), (1, 0.25), (1, 0.75), (0.8, 0.75)],
        *[(0.8, 1), (0.2, 1), (0.2, 0.75), (0, 0.75), (0, 0.25), (0.2, 0.25)],
    ],
}


@dataclass
class Building:
    """One footprint; `use` names its pattern, or is shop, small, park; one school has one `site`."""

    shape: Polygon
    floors: int
    use: str
    site: int = 0

    @property
    def gfa(self) -> float:
        """Floor area in m²."""
        return self.shape.area * self.floors


@dataclass
class Estate:
    """A walled estate with what stands inside."""

    shape: Polygon
    sort: str
    buildings: list[Building] = field(default_factory=list)

    @property
    def gfa(self) -> float:
        """Floor area in m²."""
        return sum(b.gfa for b in self.buildings)


@dataclass
class Stock:
    """All that stands in the town."""

    estates: list[Estate] = field(default_factory=list)
    houses: list[Building] = field(default_factory=list)
    public: list[Building] = field(default_factory=list)


def frame_of(ground: Polygon, south: bool) -> tuple[NDArray[np.float64], NDArray[np.float64], float, float]:
    """Return centre, row direction, and reach along and across it; rows face south where asked."""
    centre, along, length, width = long_axis(ground)
    if south and abs(along[0]) < 0.7:
        along, length, width = np.array([along[1], -along[0]]), width, length
    return centre, along if along[0] > 0 else -along, length, width


def footprint(
    name: str, corner: NDArray[np.float64], size: tuple[float, float], along: NDArray[np.float64]
) -> Polygon:
    """Place one of `SHAPES` with its first corner at a point."""
    xy = np.asarray(SHAPES[name]) * size
    across = np.array([-along[1], along[0]])
    return Polygon(corner + xy[:, :1] * along + xy[:, 1:] * across)


def fill(ground: BaseGeometry, sort: str, rng: np.random.Generator) -> list[Building]:
    """Fill a piece of ground with rows of buildings of one sort; none reaches over the edge."""
    if ground.is_empty or not isinstance(ground, Polygon):
        return []
    p = PATTERNS[sort]
    centre, along, length, width = frame_of(ground, p.south)
    across = np.array([-along[1], along[0]])
    start = centre - along * length / 2 - across * width / 2
    shapely.prepare(ground)
    built: list[Building] = []
    y = rng.uniform(0, 2)
    while y < width:
        depth = rng.uniform(*p.depth)
        x = rng.uniform(0, 0.4 * p.width[0])
        while x < length:
            wide = rng.uniform(*p.width)
            shape = footprint(str(rng.choice(p.shapes)), start + along * x + across * y, (wide, depth), along)
            shape = affinity.rotate(shape, rng.uniform(-p.turn, p.turn), "center")
            fits = ground.contains(shape)
            if fits and rng.random() < p.keep:
                built.append(Building(tidy(shape), int(rng.integers(p.floors[0], p.floors[1] + 1)), sort))
            x += wide + rng.uniform(*p.side) if fits else 0.3 * p.width[0]
        y += depth + rng.uniform(*p.row)
    return built


def street_edge(ground: Polygon, streets: shapely.STRtree) -> LineString | None:
    """Return the longest straight edge of a parcel that faces a street wider than a lane."""
    ring = shapely.get_coordinates(shapely.simplify(ground, 3).exterior)
    edges = sorted(shapely.linestrings(np.stack([ring[:-1], ring[1:]], axis=1)), key=lambda e: -e.length)
    for edge in edges[:3]:
        middle = edge.interpolate(0.5, normalized=True)
        if edge.length > 45 and len(streets.query(middle, "dwithin", CLEAR[ARTERIAL] + 3)):
            return edge
    return None


def shops_along(
    edge: LineString, ground: Polygon, rng: np.random.Generator
) -> tuple[Polygon, list[Building]]:
    """Build a row of shops along a part of a street edge; return the strip it takes and the shops."""
    (x0, y0), (x1, y1) = edge.coords
    along = np.array([x1 - x0, y1 - y0]) / edge.length
    inward = np.array([-along[1], along[0]])
    if not ground.contains(shapely.Point(np.array(edge.centroid.coords[0]) + inward * 6)):
        inward = -inward
    a, b = edge.length * rng.uniform(0.06, 0.3), edge.length * rng.uniform(0.7, 0.94)
    origin = np.array([x0, y0])
    x, shops = a + 1.5, []
    while x < b - 10:
        wide, deep = rng.uniform(8, 17), rng.uniform(9, 11.5)
        corner = origin + along * x + inward * 1.0
        shape = Polygon(
            [corner, corner + along * wide, corner + along * wide + inward * deep, corner + inward * deep]
        )
        if x + wide < b and ground.buffer(-0.2).contains(shape):
            shops.append(Building(tidy(shapely.normalize(shape)), int(rng.integers(1, 4)), "shop"))
        x += wide + rng.choice([0.3, 0.3, 3.5])
    strip = Polygon([origin + along * t + inward * s for t, s in ((a, -3), (b, -3), (b, 14.5), (a, 14.5))])
    return strip, shops


def corner_plot(ground: Polygon, rng: np.random.Generator) -> Polygon:
    """Rectangle over a corner of a parcel, reaching 30 m outside, for a small public building."""
    centre, along, length, width = long_axis(ground)
    right, up = along * rng.choice([-1, 1]), np.array([-along[1], along[0]]) * rng.choice([-1, 1])
    corner = centre + right * length / 2 + up * width / 2
    dx, dy = rng.uniform(30, 46), rng.uniform(24, 34)
    return Polygon([corner + right * s + up * t for s, t in ((-dx, -dy), (30, -dy), (30, 30), (-dx, 30))])


def largest(shape: BaseGeometry) -> Polygon:
    """Return the largest polygon of a shape."""
    return max(shapely.get_parts(shape), key=lambda p: p.area, default=Polygon())


def walled(ground: BaseGeometry, rng: np.random.Generator) -> Polygon:
    """Return the outline of an estate: set back from the parcel edge, some corners cut."""
    core = largest(ground.buffer(-rng.uniform(1.0, 3.5)))
    cut = rng.choice([0.0, 5.0, 9.0])
    style = "bevel" if rng.random() < 0.6 else "round"
    shape = core.buffer(-cut, join_style="mitre").buffer(cut, join_style=style, quad_segs=4) if cut else core
    return tidy(shapely.simplify(largest(shape), 0.4))


def make_estate(parcel: Parcel, streets: shapely.STRtree, stock: Stock, rng: np.random.Generator) -> None:
    """Turn a parcel into an estate, with shops or a public building at its edge."""
    ground: BaseGeometry = parcel.ground
    edge = street_edge(parcel.ground, streets) if rng.random() < 0.24 else None
    if edge is not None:
        strip, shops = shops_along(edge, parcel.ground, rng)
        ground = ground.difference(strip)
        stock.houses += shops
    if rng.random() < 0.75:
        plot = corner_plot(parcel.ground, rng)
        stock.public += fill_one(largest(ground.intersection(plot).buffer(-1.5)), rng)
        ground = ground.difference(plot.buffer(0.5, join_style="mitre"))
    estate = Estate(walled(ground, rng), estate_sort(parcel.ground.area, rng))
    settle(estate, rng)
    if len(estate.buildings) < 5:
        estate.sort = "walkup"
        settle(estate, rng)
    stock.estates.append(estate)


def settle(estate: Estate, rng: np.random.Generator) -> None:
    """Fill an estate with buildings: the best of five tries."""
    tries = [fill(estate.shape.buffer(-3.0), estate.sort, rng) for _ in range(5)]
    estate.buildings = max(tries, key=len)


def estate_sort(area: float, rng: np.random.Generator) -> str:
    """Small estates are old walk-ups, large ones rather new towers."""
    if area < 13_000:
        return "walkup"
    chances = (0.62, 0.28, 0.10) if area < 22_000 else (0.30, 0.38, 0.32)
    return str(rng.choice(["walkup", "midrise", "tower"], p=chances))


def fill_one(ground: Polygon, rng: np.random.Generator) -> list[Building]:
    """Put one small public building in the middle of a piece of ground, if it fits."""
    if ground.area < 160:
        return []
    _, along, length, width = long_axis(ground)
    size = np.array([min(length * 0.62, rng.uniform(14, 26)), min(width * 0.62, rng.uniform(9, 15))])
    across = np.array([-along[1], along[0]])
    middle = np.asarray(ground.representative_point().coords[0])
    shape = footprint("slab", middle - along * size[0] / 2 - across * size[1] / 2, (size[0], size[1]), along)
    return [Building(tidy(shape), int(rng.integers(1, 4)), "small")] if ground.contains(shape) else []


def park_houses(ground: Polygon, rng: np.random.Generator) -> list[Building]:
    """Put a few pavilions and toilets into a park, square to it."""
    _, along, _, _ = long_axis(ground)
    free, (x0, y0, x1, y1) = ground.buffer(-14), ground.bounds
    built: list[Building] = []
    for _ in range(14):
        spot = np.array([rng.uniform(x0, x1), rng.uniform(y0, y1)])
        shape = footprint("slab", spot, (rng.uniform(7, 14), rng.uniform(5, 9)), along)
        if free.contains(shape) and all(shape.distance(b.shape) > 40 for b in built):
            built.append(Building(tidy(shape), 1, "park"))
    return built[:4]


def furnish(town: Town, rng: np.random.Generator) -> Stock:
    """Decide for each parcel what stands there, and build it."""
    stock = Stock()
    wide = shapely.STRtree([s.line for s in town.segments if s.grade != LANE])
    housing = [p for p in town.parcels if p.use == "housing"]
    fit = [
        k for k, p in enumerate(housing) if 8_500 < p.ground.area < LARGEST_ESTATE and rectangular(p.ground)
    ]
    size = np.asarray([housing[k].ground.area for k in fit])
    chosen = set(rng.choice(fit, ESTATES, replace=False, p=size / size.sum()).tolist())
    for k, parcel in enumerate(housing):
        if k in chosen:
            make_estate(parcel, wide, stock, rng)
        else:
            furnish_mixed(parcel, wide, stock, rng)
    for parcel in town.parcels:
        if parcel.use in ("village", "oldtown", "works"):
            stock.houses += fill(parcel.ground.buffer(-0.6), parcel.use, rng)
        elif parcel.use == "centre":
            stock.public += fill(parcel.ground.buffer(-6), "office", rng)
        elif parcel.use == "park":
            stock.public += park_houses(parcel.ground, rng)
    return stock


def rectangular(ground: Polygon) -> bool:
    """Say whether a parcel is roundish enough for an estate."""
    _, _, length, width = long_axis(ground)
    return ground.area > 0.62 * length * width and width > 0.3 * length


def furnish_mixed(parcel: Parcel, streets: shapely.STRtree, stock: Stock, rng: np.random.Generator) -> None:
    """Housing ground without an estate: schools, dormitories with shops, small houses, or nothing yet."""
    area = parcel.ground.area
    use = str(rng.choice(["dormitory", "oldtown", "empty", "school"], p=[0.52, 0.10, 0.22, 0.16]))
    if use == "oldtown" and area > 7_000:
        use = "dormitory"
    if use == "school" and area > 9_000:
        site = len(stock.public)
        stock.public += [replace(b, site=site) for b in fill(parcel.ground.buffer(-8), "school", rng)[:5]]
        return
    ground: BaseGeometry = parcel.ground
    edge = street_edge(parcel.ground, streets) if use == "dormitory" else None
    if edge is not None and rng.random() < 0.3:
        strip, shops = shops_along(edge, parcel.ground, rng)
        stock.houses += shops
        ground = ground.difference(strip)
    if use in ("dormitory", "oldtown"):
        stock.houses += fill(largest(ground.buffer(-2.5)), use, rng)
