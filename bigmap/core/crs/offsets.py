"""Layers that do not meet the others though labelled alike: noticed by laying one over the other.

Houses stand inside estates and beside roads, borders run along roads. Each layer becomes a picture of the
same ground; the correlation of two pictures over all moves up to 2 km has its peak where they meet. A peak
just where a web map's shift would put it (GCJ-02, BD-09) tells which layer is shifted, and by what.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS

from bigmap.core.crs import LonLat, gcj02
from bigmap.core.crs.registration import SAME_M, Meeting, RasterGrid, Spectrum, Vector
from bigmap.core.sources.layers import Role

_MOST_SHAPES, _MOST_LAYERS = 8_000, 8
"""More tell nothing new: shapes are thinned evenly, layers are taken in their order."""
_ON_EARTH_M = 1e8
"""Coordinates farther out are broken."""
_CLEAR = 6.0
"""Height of a peak above the other moves, in their robust deviations. True meetings of real layers: 7 to 77;
chance stays below 6, or far from the handful of moves that mean something."""
_STRIKING, _LONELY = 12.0, 1.6
"""A move that no web map makes must stand higher, and this many times above the next best."""
_ENOUGH = 30
"""Features from which a move without a name is believed."""
_BUILT, _OUTLINED = (
    {Role.ESTATES, Role.BUILDINGS, Role.PUBLIC},
    {Role.BOUNDARY, Role.COMMUNITIES, Role.ZONES},
)
_COMPARED = (*_BUILT, *_OUTLINED, Role.ROADS)


@dataclass(frozen=True)
class Shift:
    """A layer that lies off the others.

    Attributes
    ----------
    layer, other : int
        Numbers of the layer and of the one that it was measured against.
    east, north : float
        How far it lies off, metres.
    datum : str or None
        'gcj02' or 'bd09' where the move is that of a web map.
    """

    layer: int
    other: int
    east: float
    north: float
    datum: str | None

    @property
    def metres(self) -> float:
        """Length of the shift."""
        return float(np.hypot(self.east, self.north))

    @property
    def direction(self) -> str:
        """Compass direction in which the layer is off, one of eight."""
        eighth = round(np.degrees(np.arctan2(self.east, self.north)) / 45) % 8
        return (
            "north",
            "north-east",
            "east",
            "south-east",
            "south",
            "south-west",
            "west",
            "north-west",
        )[eighth]


@dataclass(frozen=True)
class Comparison:
    """What laying the layers over each other tells.

    Attributes
    ----------
    shifts : list of Shift
        Layers that lie off the others.
    group : dict of int to int
        Layer → group of layers that lie right to each other; what met no other layer is alone.
    """

    shifts: list[Shift]
    group: dict[int, int]

    def tells_of(self, layer: int, others: set[int]) -> bool:
        """Tell whether one of some layers shows where a layer lies: by lying right to it, or off it."""
        seen = {s.other for s in self.shifts if s.layer == layer}
        seen |= {s.layer for s in self.shifts if s.other == layer}
        mine = self.group.get(layer)
        return bool(others & (seen | {i for i, g in self.group.items() if g == mine}))


def compare_layers(layers: Sequence[tuple[Role, gpd.GeoDataFrame]], place: LonLat) -> Comparison:
    """Return which layers lie off the others, and which lie right to each other.

    Parameters
    ----------
    layers : sequence of (Role, GeoDataFrame)
        Each with its own coordinate system.
    place : tuple of float
        (longitude, latitude) of the middle of the ground, degrees.
    """
    usable = [i for i, (role, frame) in enumerate(layers) if _usable(role, frame)][:_MOST_LAYERS]
    if len(usable) < 2:
        return Comparison([], {})
    plane = CRS.from_user_input(f"+proj=tmerc +lat_0={place[1]} +lon_0={place[0]} +ellps=GRS80 +type=crs")
    shapes = {i: _near(layers[i][1], plane) for i in usable}
    shapes = {i: found for i, found in shapes.items() if len(found)}
    if len(shapes) < 2:
        return Comparison([], {})
    grid = RasterGrid.around(list(shapes.values()))
    pictures = {i: grid.spectrum(found, outlined=layers[i][0] in _OUTLINED) for i, found in shapes.items()}
    sign = {i: 1 if layers[i][0] in _BUILT else -1 for i in shapes}
    tolerance = max(SAME_M, 1.5 * grid.cell)
    met, group = _meetings(grid, pictures, sign, tolerance)
    shifted = _web_shifts(met, gcj02.vectors(place), tolerance)
    enough = {i for i, found in shapes.items() if len(found) >= _ENOUGH}
    return Comparison(shifted or _other_shifts(met, enough, tolerance), group)


def _meetings(
    grid: RasterGrid, pictures: Mapping[int, Spectrum], sign: Mapping[int, int], tolerance: float
) -> tuple[list[Meeting], dict[int, int]]:
    """Return the clear meetings and the groups of layers known to lie right to each other.

    Layers of one group are not compared once more.
    """
    group = {i: i for i in pictures}
    met = []
    for one, two in combinations(pictures, 2):
        if group[one] == group[two]:
            continue
        meeting = grid.meeting(one, two, pictures, sign[one] * sign[two])
        if meeting.height < _CLEAR:
            continue
        met.append(meeting)
        if _apart(meeting.move, (0, 0)) <= tolerance:
            old, new = group[two], group[one]
            group = {i: new if g == old else g for i, g in group.items()}
    return met, group


def _usable(role: Role, frame: gpd.GeoDataFrame) -> bool:
    if role not in _COMPARED or frame.crs is None:
        return False
    dimension = int(shapely.get_dimensions(frame.geometry.to_numpy()).max(initial=-1))
    return dimension == 2 or (dimension == 1 and role not in _BUILT)


# --- which moves mean something -------------------------------------------------------------------


def _web_shifts(met: Sequence[Meeting], vectors: Mapping[str, Vector], tolerance: float) -> list[Shift]:
    """Return what is shifted as web maps are: the datums of the layers that explain most of the meetings."""
    if not vectors:
        return []
    where: dict[str | None, Vector] = {None: (0.0, 0.0)}
    where.update(vectors)
    numbers = sorted({n for m in met for n in (m.one, m.two)})

    def explained(datums: Mapping[int, str | None]) -> list[Meeting]:
        gaps = [np.subtract(where[datums[m.two]], where[datums[m.one]]) for m in met]
        return [m for m, gap in zip(met, gaps, strict=True) if _apart(m.move, gap) <= tolerance]

    readings = [dict(zip(numbers, choice, strict=True)) for choice in product(where, repeat=len(numbers))]
    best = max(
        readings,
        key=lambda d: (sum(min(m.height, 30.0) for m in explained(d)), sum(v is None for v in d.values())),
    )
    found = []
    for number, datum in best.items():
        proofs = [m for m in explained(best) if number in (m.one, m.two) and best[m.one] != best[m.two]]
        if datum is not None and proofs:
            found.append(_as_shift(number, max(proofs, key=lambda m: m.height), datum, best, where))
    return found


def _as_shift(
    number: int,
    proof: Meeting,
    datum: str,
    datums: Mapping[int, str | None],
    where: Mapping[str | None, Vector],
) -> Shift:
    """Return the shift as measured; against a layer that is shifted itself, that one's own is added."""
    other, sign = (proof.one, 1) if number == proof.two else (proof.two, -1)
    base = where[datums[other]]
    return Shift(number, other, sign * proof.move[0] + base[0], sign * proof.move[1] + base[1], datum)


def _other_shifts(met: Sequence[Meeting], enough: set[int], tolerance: float) -> list[Shift]:
    """Return layers that lie off by a move without a name, measured where the peak stands alone."""
    at_home = [n for m in met if _apart(m.move, (0, 0)) <= tolerance for n in (m.one, m.two)]
    found: dict[int, Shift] = {}
    for m in sorted(met, key=lambda m: -m.height):
        striking = m.height >= _STRIKING and m.over_next >= _LONELY and {m.one, m.two} <= enough
        if not striking or _apart(m.move, (0, 0)) <= tolerance:
            continue
        if at_home.count(m.one) < at_home.count(m.two):
            shift = Shift(m.one, m.two, -m.move[0], -m.move[1], None)
        else:
            shift = Shift(m.two, m.one, *m.move, None)
        if shift.layer not in at_home and not {shift.layer, shift.other} & set(found):
            found[shift.layer] = shift
    return list(found.values())


def _apart(one: npt.ArrayLike, two: npt.ArrayLike) -> float:
    return float(np.hypot(*np.subtract(one, two)))


def _near(frame: gpd.GeoDataFrame, plane: CRS) -> npt.NDArray[np.object_]:
    """Return the sound shapes of a layer, evenly thinned where there are many, around (0, 0) in metres."""
    shapes = frame.geometry[frame.geometry.notna().to_numpy() & ~frame.geometry.is_empty.to_numpy()]
    moved = shapes.iloc[:: 1 + len(shapes) // _MOST_SHAPES].to_crs(plane)
    found = np.asarray(moved.to_numpy(), dtype=object)
    xy, owner = shapely.get_coordinates(found, return_index=True)
    broken = np.unique(owner[~(np.abs(xy) < _ON_EARTH_M).all(axis=1)])
    found = np.delete(found, broken)
    return found[shapely.length(found) > 0]  # a line of one place cannot be drawn
