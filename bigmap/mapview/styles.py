"""Colours of the map: few, pastel, told apart by colour-blind readers; red is for gaps alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import shapely

from bigmap.base.arrays import Floats, Ints
from bigmap.core.coverage.gap import GapKind
from bigmap.core.geometry.adjacency import Graph, merged
from bigmap.core.units.model import KINDS

PALETTE = (
    "#8cace8", "#e8dc90", "#88b4ac", "#fcd8fc", "#dcb07c", "#98f8e4",
    "#bca4c4", "#fce0c0", "#ccc4fc", "#b4ac90", "#f8acc4", "#ecc4bc",
)  # fmt: skip
"""Colours of zones, found by search: any two lie 11 apart in CIEDE2000 (7 as protanopes and deuteranopes see
them), each 15 from water, green ground and roads, and black text is read on all."""

OPERATOR_PALETTE = (
    *PALETTE,
    "#c8f848", "#e08048", "#a880f8", "#e87098", "#c080c0", "#78d848", "#b89070", "#88a0a8",
    "#98d8e0", "#70d0a8", "#90c0e0", "#78d0c8", "#60a0d0", "#b8a068", "#e0c898", "#d8f8b0",
    "#e8f080", "#b8d870", "#78e8a8", "#88a098", "#c0f8d8", "#80f0f8", "#f090f8", "#f868d8",
)  # fmt: skip
"""Colours of operators, which keep theirs while zones change hands; each of the later ones lies farthest, of
those neither red nor dark, from the ones before it: 6 in CIEDE2000 at the least, 4 for colour-blind eyes."""

NOBODY = "#ffffff"
GAP_COLOURS: dict[str, str] = {
    GapKind.GAP: "#d3202f",
    GapKind.OVERLAP: "#7d2fa8",
    GapKind.NO_OPERATOR: "#a3620a",
    GapKind.SPLIT_UNIT: "#e07b00",
    GapKind.SERVICE_HOLE: "#0f766e",
    GapKind.OUTSIDE: "#5b6470",
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

LOAD_COLOURS = ("#f4f7dc", "#d3ecc0", "#a3d9bd", "#74bfc5", "#5a9fc6", "#5379b3")
"""Six steps from light to dark after ColorBrewer's YlGnBu, its dark end lightened for black text."""
BALANCE_BREAKS = (-0.25, -0.1, -0.03, 0.03, 0.1, 0.25)
"""Deviation of a zone's load from the mean; within 3 % it is even."""
BALANCE_COLOURS = ("#4f83bd", "#8db8de", "#c7deef", "#f6f5f0", "#fbdcae", "#f0b060", "#d08427")
"""Diverging, blue for lean and orange for rich: told apart by colour-blind readers, and no red."""
PHASE_COLOURS = {"none": "#eceeea", "trial": "#cfe8c4", "push": "#8ec989", "mature": "#4f9f5f"}
"""Three greens of rising depth for the phases of the service."""


def quantiles(values: Floats, classes: int = 6) -> list[float]:
    """Return breaks that put as many values into each class; zeros, mostly roads, make the first."""
    some = values[values > 0]
    return _distinct(np.quantile(some, np.arange(classes - 1) / (classes - 1)) if len(some) else some)


def equal_steps(values: Floats, classes: int = 6) -> list[float]:
    """Return breaks at equal distances up to the 99th percentile: one tower must not flatten all others."""
    top = float(np.quantile(values, 0.99)) if len(values) else 0.0
    return _distinct(top * np.arange(1, classes) / classes)


def natural(values: Floats, classes: int = 6) -> list[float]:
    """Return breaks in the valleys of the distribution: least squares within classes on 512 quantiles.

    Notes
    -----
    Fisher, J. Am. Stat. Assoc. 53 (1958): the exact optimum by dynamic programming, on a thinned sample
    because it is quadratic; known to map makers as Jenks natural breaks.
    """
    if not len(values):
        return []
    x = np.unique(np.quantile(values, np.linspace(0, 1, 512)))
    if len(x) <= classes:
        return _distinct(x[1:])
    total, squares = np.concatenate([[0], np.cumsum(x)]), np.concatenate([[0], np.cumsum(x * x)])

    def spread(start: Ints, end: int) -> Floats:
        return squares[end] - squares[start] - (total[end] - total[start]) ** 2 / (end - start)

    ends = range(1, len(x) + 1)
    best = np.array([spread(np.zeros(1, int), e)[0] for e in ends])
    last = [spread(np.arange(1, e), e) for e in ends]  # of a class that begins at 1, 2 ... and ends at e
    cuts = []
    for _ in range(1, classes):
        costs = [np.append(np.inf, best[: e - 1] + last[e - 1]) for e in ends]
        cuts.append(np.array([int(c.argmin()) for c in costs]))
        best = np.array([c.min() for c in costs])
    breaks, end = [], len(x)
    for cut in reversed(cuts):
        end = int(cut[end - 1])
        breaks.append(float(x[end]))
    return _distinct(np.array(breaks[::-1]))


METHODS = {"quantile": quantiles, "equal": equal_steps, "natural": natural}
"""Ways to class values, by the names the page knows."""


def _distinct(breaks: Floats) -> list[float]:
    """Return the breaks to three digits, rising, none twice."""
    return sorted({float(f"{b:.3g}") for b in breaks if b > 0})


def zone_colours(graph: Graph, zone_of_unit: npt.ArrayLike, zones: int) -> list[str]:
    """Return a colour a zone; zones with a common border differ."""
    return _coloured(zones, *zone_neighbours(graph, zone_of_unit, zones))


def zone_neighbours(graph: Graph, zone_of_unit: npt.ArrayLike, zones: int) -> tuple[Ints, Ints]:
    """Return the pairs of zones that have a common border."""
    between = merged(graph, zone_of_unit, zones)
    return between.left, between.right


def foreign_zone_colours(polygons: npt.ArrayLike) -> list[str]:
    """Return a colour a polygon; polygons that touch or overlap differ."""
    shapes = np.asarray(polygons, dtype=object)
    return _coloured(len(shapes), *foreign_neighbours(shapes))


def foreign_neighbours(polygons: npt.ArrayLike) -> tuple[Ints, Ints]:
    """Return the pairs of polygons that touch or overlap."""
    shapes = np.asarray(polygons, dtype=object)
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    return left[left < right], right[left < right]


def operator_colours(
    operators: int, owner: npt.ArrayLike = (), neighbours: Callable[[], tuple[Ints, Ints]] | None = None
) -> list[str]:
    """Return a colour an operator: its own; where there are more than colours, unlike its neighbours'.

    Parameters
    ----------
    operators : int
    owner : array of int
        Operator of each zone, -1 for none.
    neighbours : callable, optional
        Gives the pairs of zones that have a common border; not asked where all colours differ.
    """
    if operators <= len(OPERATOR_PALETTE) or neighbours is None:
        return [OPERATOR_PALETTE[i % len(OPERATOR_PALETTE)] for i in range(operators)]
    own = np.asarray(owner, dtype=np.int64)
    a, b = (own[zones] for zones in neighbours())
    pairs = np.unique(np.sort(np.stack([a, b])[:, (a != b) & (a >= 0) & (b >= 0)], axis=0), axis=1)
    return _coloured(operators, pairs[0], pairs[1], OPERATOR_PALETTE)


def _coloured(n: int, left: Ints, right: Ints, palette: Sequence[str] = PALETTE) -> list[str]:
    """Colour the zones with most neighbours first, each with the rarest colour that no neighbour has."""
    neighbours: list[list[int]] = [[] for _ in range(n)]
    for a, b in zip(left.tolist(), right.tolist(), strict=True):
        neighbours[a].append(b)
        neighbours[b].append(a)
    chosen = np.full(n, -1)
    used = np.zeros(len(palette), dtype=int)
    for zone in sorted(range(n), key=lambda z: (-len(neighbours[z]), z)):
        near = np.bincount(chosen[neighbours[zone]][chosen[neighbours[zone]] >= 0], minlength=len(palette))
        chosen[zone] = int(np.lexsort((used, near))[0])
        used[chosen[zone]] += 1
    return [palette[c] for c in chosen]
