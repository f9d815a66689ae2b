"""Colours of the map: few, pastel, told apart by colour-blind readers; red is for gaps alone."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from bigmap.core.adjacency import Graph, merged
from bigmap.core.units import KINDS

Ints = npt.NDArray[np.int64]

PALETTE = (
    "#8fbbe3", "#f2e08f", "#74c9ad", "#d6b3e2", "#cdd96a", "#f5bd8b",
    "#a6def2", "#c4b573", "#b4b3ec", "#9cc79c", "#e2cdb0", "#b9c3cc",
)  # fmt: skip
"""Categorical colours after Paul Tol's light scheme, without its reds; each is far from the ones before."""

NOBODY = "#ffffff"
GAP_COLOURS = {
    "gap": "#d3202f",
    "overlap": "#7d2fa8",
    "no_operator": "#a3620a",
    "split_unit": "#e07b00",
    "service_hole": "#0f766e",
}
"""Hatches; a sliver is a gap."""

KIND_COLOURS = {
    "estate": "#f7e08c",
    "village": "#ecb077",
    "building": "#d9b88c",
    "public": "#f3b6c9",
    "road": "#c8ccd2",
    "lane": "#dddfe3",
    "green": "#a9d29a",
    "block": "#e4ecdd",
}
"""Colours by land-use convention: yellow housing, pink public, grey roads, green greens."""

assert set(KIND_COLOURS) == set(KINDS)


def zone_colours(graph: Graph, zone_of_unit: npt.ArrayLike, zones: int) -> list[str]:
    """Return a colour a zone; zones with a common border differ."""
    between = merged(graph, zone_of_unit, zones)
    return _coloured(zones, between.left, between.right)


def foreign_zone_colours(polygons: npt.ArrayLike) -> list[str]:
    """Return a colour a polygon; polygons that touch or overlap differ."""
    shapes = np.asarray(polygons, dtype=object)
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    keep = left < right
    return _coloured(len(shapes), left[keep], right[keep])


def operator_colours(operators: int) -> list[str]:
    """Return a colour an operator, from the first twelve on again."""
    return [PALETTE[i % len(PALETTE)] for i in range(operators)]


def _coloured(n: int, left: Ints, right: Ints) -> list[str]:
    """Colour the zones with most neighbours first, each with the rarest colour that no neighbour has."""
    neighbours: list[list[int]] = [[] for _ in range(n)]
    for a, b in zip(left.tolist(), right.tolist(), strict=True):
        neighbours[a].append(b)
        neighbours[b].append(a)
    chosen = np.full(n, -1)
    used = np.zeros(len(PALETTE), dtype=int)
    for zone in sorted(range(n), key=lambda z: (-len(neighbours[z]), z)):
        near = np.bincount(chosen[neighbours[zone]][chosen[neighbours[zone]] >= 0], minlength=len(PALETTE))
        chosen[zone] = int(np.lexsort((used, near))[0])
        used[chosen[zone]] += 1
    return [PALETTE[c] for c in chosen]
