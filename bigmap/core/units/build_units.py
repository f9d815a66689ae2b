"""Units: the smallest assignable ground, a planar partition of the governance area."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree

from bigmap.base.arrays import Bools, Ints, Shapes
from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.problem_kinds import units as kinds
from bigmap.base.problems import ProblemLog
from bigmap.base.progress import Progress
from bigmap.core.geometry.adjacency import Graph, merged
from bigmap.core.geometry.measures import AreaMeter, width_m
from bigmap.core.geometry.partition import absorbed, is_coverage
from bigmap.core.geometry.planar_map import PlanarMap
from bigmap.core.sources.layers import Sources
from bigmap.core.units import attributes
from bigmap.core.units.attributes import Origin
from bigmap.core.units.claims import ClaimedFaces, Cut, claim_faces, cut_faces, snap_boundary
from bigmap.core.units.cutting_rules import UnitRules
from bigmap.core.units.decks import deck_faces, deck_m2, decks_of, report_decks, roads_with_deck
from bigmap.core.units.model import Units
from bigmap.core.units.road_surfaces import road_segments, surfaces
from bigmap.core.units.standalone import with_alone
from bigmap.core.units.tessellation import plots, share_out_block

_OUTSIDE = -1
_EXACT = 1e-9  # share of an area that sums may differ by
_TRIES, _NEAR_M = 3, 0.05  # to keep the boundary as drawn; how far from a fault that is given up
_CUTTING = Text("Cutting the ground along estates and roads")


def build_units(
    sources: Sources,
    rules: UnitRules | None = None,
    problems: ProblemLog | None = None,
    progress: Progress | None = None,
) -> Units:
    """Cut the governance area into units.

    Parameters
    ----------
    sources : Sources
        Cleaned layers in the project CRS.
    rules : UnitRules, optional
    problems : ProblemLog, optional
        Receives what was absorbed, left out or lay outside.
    progress : Progress, optional

    Returns
    -------
    Units

    Raises
    ------
    UserError
        When the exclusions leave no ground.
    ArithmeticError
        When the pieces do not add up to the boundary: a defect of bigmap.
    """
    rules = rules or UnitRules()
    problems = problems if problems is not None else ProblemLog()
    progress = progress or Progress()
    sources = attributes.prepare_sources(sources)
    sources = replace(sources, boundary=snap_boundary(sources.boundary, 1 / rules.grid_m))
    progress.step(0.0, _CUTTING)
    segments = road_segments(sources.roads, 1 / rules.grid_m)
    claims = _claims(sources, segments, rules)
    decks, known = sources.decks, sources.decks is not None
    if decks is None:
        decks = decks_of(sources, segments, rules, problems)
    sources = with_alone(sources, decks, problems)
    alone = sources.buildings[sources.buildings["alone"].to_numpy(bool)].reset_index(drop=True)
    footprints = alone.geometry.to_numpy()
    spanning = roads_with_deck(claims.polygons[claims.origin == Origin.ROAD], decks)
    road_claims = np.flatnonzero(claims.origin == Origin.ROAD)[spanning]
    ground = claim_faces(
        sources.boundary,
        claims.polygons,
        footprints,
        1 / rules.grid_m,
        _ticking(progress, 0.1, _CUTTING),
        claims.polygons[road_claims],
    )
    is_deck = deck_faces(ground, decks, claims.origin)
    ground.claim[is_deck] = road_claims[ground.deck[is_deck]]
    shares = share_out_block(ground, footprints, rules.reach_m, rules.open_side_m, progress.part(0.2, 0.6))
    cut = cut_faces(
        ground, shares.lines, shares.face, _ticking(progress, 0.6, Text("Cutting the ground into units"))
    )
    progress.step(0.7, Text("Joining slivers to their neighbours"))
    origin, row = _owners(ground, cut, claims, plots(ground, cut, shares, rules.reach_m, rules.open_side_m))
    pieces = _joined(cut, origin, row, rules, problems, whole=not known)
    progress.step(0.8, Text("Carrying names and figures to the units"))
    units = _assemble(sources, segments, alone, ground, cut, pieces, problems)
    bridges_m2 = deck_m2(ground, is_deck, units.meter)
    if not known:
        report_decks(len(decks), bridges_m2, problems)
    return replace(units, bridges=len(decks), bridges_m2=bridges_m2)


def _ticking(progress: Progress, fraction: float, text: Text) -> Callable[[], None]:
    return lambda: progress.step(fraction, text)


@dataclass(frozen=True)
class _Claims:
    """Polygons in order of priority with the layer and the row each comes from."""

    polygons: Shapes
    origin: Ints
    row: Ints


def _claims(sources: Sources, segments: gpd.GeoDataFrame, rules: UnitRules) -> _Claims:
    roads = surfaces(segments)
    estates = sources.estates.geometry.to_numpy()
    excluded = sources.exclusions.geometry.to_numpy()
    layers = [
        (excluded, Origin.EXCLUSION, np.arange(len(excluded))),
        (estates, Origin.ESTATE, np.arange(len(estates))),
        (roads, Origin.ROAD, np.arange(len(roads))),
    ]
    if not rules.estate_first:
        layers[1], layers[2] = layers[2], layers[1]
    gaps = sources.gaps
    if len(gaps):  # thinner ground would not stand alone: it is shared out like all that is free
        wide = (shapely.area(gaps) >= rules.min_area_m2) & (width_m(gaps) >= rules.min_width_m)
        layers.append((gaps[wide], Origin.GAP, np.flatnonzero(wide)))
    if sources.green is not None:
        green = sources.green.geometry.to_numpy()
        layers.append((green, Origin.GREEN, np.arange(len(green))))
    return _Claims(
        np.concatenate([shapes for shapes, _, _ in layers]),
        np.concatenate([np.full(len(shapes), origin) for shapes, origin, _ in layers]),
        np.concatenate([rows for _, _, rows in layers]),
    )


def _owners(ground: ClaimedFaces, cut: Cut, claims: _Claims, shared: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """Return the layer and the row that each face of the cut comes from; layer -1 outside the boundary.

    A footprint goes before the road that it stands on.
    """
    claim = ground.claim[cut.parent]
    origin = np.append(claims.origin, Origin.FREE)[claim]
    row = np.append(claims.row, 0)[claim]
    footprint, cell = shared
    built = np.isin(origin, (Origin.ROAD, Origin.FREE, Origin.GAP, Origin.GREEN)) & (footprint >= 0)
    origin[built], row[built] = Origin.BUILDING, footprint[built]
    empty = origin == Origin.FREE
    row[empty] = cell[empty]
    origin[~ground.inside[cut.parent]] = _OUTSIDE
    return origin, row


@dataclass(frozen=True)
class _Joined:
    """Which unit or excluded piece each face became: number, -1 outside; layer and row of each number."""

    number: Ints
    origin: Ints
    row: Ints


def _joined(
    cut: Cut, origin: Ints, row: Ints, rules: UnitRules, problems: ProblemLog, *, whole: bool
) -> _Joined:
    """Unite the faces of one feature that touch, and give slivers to their neighbours.

    A sliver between excluded ground and the boundary is a difference between two drawings of one line: it is
    excluded too, where the ground is whole and no part of one.
    """
    faces, grid = cut.map, rules.grid_m
    claim = np.where(origin == _OUTSIDE, -1, origin * (int(row.max()) + 1) + row)
    group = faces.regions(claim)
    first = np.unique(group, return_index=True)[1]
    n = len(first)
    origin, row, claim = origin[first], row[first], claim[first]
    area = np.bincount(group, weights=faces.area, minlength=n).astype(np.float64) * grid**2
    left, right = group[faces.left], group[faces.right]
    length = faces.length * grid
    apart = left != right
    around = np.bincount(left[apart], weights=length[apart], minlength=n)
    around += np.bincount(right[apart], weights=length[apart], minlength=n)
    ground = origin > Origin.EXCLUSION
    if not ground.any():
        raise UserError("The exclusions cover the whole boundary, so no ground is left; check these layers")
    thin = 2 * area < rules.min_width_m * around
    small = ground & ((area < rules.min_area_m2) | thin)
    small &= ~_largest_of_claim(claim, area, np.isin(origin, (Origin.ESTATE, Origin.BUILDING)))
    between = apart & ground[left] & ground[right]
    graph = merged(Graph(n, left[between], right[between], length[between]), np.arange(n), n)
    target = absorbed(graph, area, small)
    lost = target != np.arange(n)
    if lost.any():
        problems.add(kinds.Sliver(n=int(lost.sum()), area=float(area[lost].sum())))
    if whole and not (ground == (small & thin)).all():
        part = graph.components()
        alone = small & thin & ~np.isin(part, part[ground & ~(small & thin)])
        shore = apart & (origin[left] >= 0) & (origin[right] >= 0)
        shores = merged(Graph(n, left[shore], right[shore], length[shore]), np.arange(n), n)
        target = _excluded_slivers(target, shores, area, alone, problems)
    return _Joined(np.where(origin[group] == _OUTSIDE, -1, target[group]), origin, row)


def _excluded_slivers(
    target: Ints, graph: Graph, area: npt.NDArray[np.float64], alone: Bools, problems: ProblemLog
) -> Ints:
    """Return where pieces go, slivers without ground beside them to the excluded ground around them."""
    excluded = absorbed(graph, area, alone)
    lost = excluded != np.arange(len(area))
    if not lost.any():
        return target
    problems.add(kinds.SliverExcluded(n=int(lost.sum()), area=float(area[lost].sum())))
    return np.where(lost, excluded, target)


def _assemble(
    sources: Sources,
    segments: gpd.GeoDataFrame,
    alone: gpd.GeoDataFrame,
    ground: ClaimedFaces,
    cut: Cut,
    pieces: _Joined,
    problems: ProblemLog,
) -> Units:
    united, member = cut.map.merged(pieces.number)
    number = pieces.number[member]
    polygons, place = _sound(united, cut, number[1:] >= 0)
    needed = united.needed_at(place, cut.grid)
    whole = _outline(ground, cut, place, needed)
    number = number[1:][number[1:] >= 0]
    meter = AreaMeter(sources.crs, tuple(shapely.get_coordinates(sources.boundary.centroid)[0]))
    excluded = pieces.origin[number] == Origin.EXCLUSION
    number = number[~excluded]
    frame = attributes.attributes(
        sources,
        segments,
        alone,
        polygons[~excluded],
        pieces.origin[number],
        pieces.row[number],
        meter,
        problems,
    )
    units = Units(
        frame,
        float(meter.area_m2(whole).sum()),
        float(meter.area_m2(polygons[excluded]).sum()),
        meter,
        polygons[excluded],
    )
    prove_partition(units, whole, sources.boundary, 2 / ground.per_metre, sound=True)
    return units


def _outline(ground: ClaimedFaces, cut: Cut, place: npt.NDArray[np.float64], needed: Bools) -> Shapes:
    """Return the boundary as cut: from the faces inside it, whatever became of them."""
    inside = ground.inside[cut.parent]
    edge, member = cut.map.merged(inside)
    return edge.polygons(place, needed)[inside[member[1:]]]


def _sound(united: PlanarMap, cut: Cut, wanted: Bools) -> tuple[Shapes, npt.NDArray[np.float64]]:
    """Return the polygons of the faces wanted, a valid coverage, and where their vertices lie.

    The map is sound on the grid. A vertex that stays on a slanting boundary may turn a border beside it over
    another one a centimetre away: what lies along such vertices is looked at, and there they go to the grid.
    """
    if not united.is_sound:
        raise ArithmeticError("borders of units cross or do not share their vertices")
    place = cut.place.copy()
    for _ in range(_TRIES):
        off = np.flatnonzero((place != cut.grid).any(axis=1))
        polygons = united.polygons(place, united.needed_at(place, cut.grid))[wanted]
        beside = polygons[_beside(united, off, place, polygons)]
        if is_coverage(beside):
            return polygons, place
        wrong = shapely.get_coordinates(shapely.coverage_invalid_edges(beside))
        near = cKDTree(wrong).query(place[off])[0] < _NEAR_M
        place[off[near]] = cut.grid[off[near]]
    return united.polygons(cut.grid)[wanted], cut.grid


def _beside(united: PlanarMap, vertices: Ints, place: npt.NDArray[np.float64], polygons: Shapes) -> Ints:
    """Return the polygons whose boxes meet the borders that end at one of the vertices."""
    here = np.zeros(len(united.xy), dtype=bool)
    here[vertices] = True
    ends = place[united.edges[here[united.edges].any(axis=1)]]
    low, high = ends.min(axis=1) - _NEAR_M, ends.max(axis=1) + _NEAR_M
    boxes = shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1])
    return np.unique(shapely.STRtree(polygons).query(boxes)[1])


def prove_partition(
    units: Units, outline: Shapes, boundary: shapely.Geometry, reach_m: float, *, sound: bool = False
) -> None:
    """Raise unless units and exclusions tile the boundary: the check that always runs.

    The pieces are compared with the boundary as cut, to rounding. That one may differ from the boundary as
    drawn only where the grid could not keep it, as at two lines a centimetre apart: no farther than
    ``reach_m`` from the boundary, so that no ground wider than twice that is gained or lost.

    Parameters
    ----------
    units : Units
    outline : array of shapely.Polygon
        The boundary as cut, found without the units.
    boundary : Polygon or MultiPolygon
        As drawn.
    reach_m : float
    sound : bool
        True where the polygons have just been found to be a coverage.

    Raises
    ------
    ArithmeticError
    """
    planar = float(shapely.area(units.polygons).sum() + shapely.area(units.exclusions).sum())
    whole = float(shapely.area(outline).sum())
    if abs(planar - whole) > _EXACT * whole:
        raise ArithmeticError(f"pieces sum to {planar:.6f} m², the boundary as cut has {whole:.6f} m²")
    if abs(units.units_m2 - units.governance_m2) > _EXACT * units.boundary_m2:
        raise ArithmeticError(f"units sum to {units.units_m2:.6f} m² of {units.governance_m2:.6f} m²")
    if not (sound or is_coverage(units.polygons)):
        raise ArithmeticError("units overlap or do not share their vertices")
    if abs(whole - boundary.area) > _EXACT * boundary.area:
        lost = _beyond(boundary, shapely.union_all(outline), reach_m)
        gained = _beyond(shapely.union_all(outline), boundary, reach_m)
        if lost or gained:
            raise ArithmeticError(f"cut were {whole:.6f} m², the boundary has {boundary.area:.6f} m²")


def _beyond(shape: shapely.Geometry, other: shapely.Geometry, reach_m: float) -> bool:
    """Return whether a shape has ground outside another one that holds a disc of this radius."""
    more = shapely.difference(shape, other)
    return not shapely.buffer(more, -reach_m).is_empty


def _largest_of_claim(claim: Ints, area: npt.NDArray[np.float64], wanted: Bools) -> Bools:
    """Return which group is the largest of its feature, among the features wanted."""
    order = np.lexsort((area, claim))
    last = np.append(claim[order][1:] != claim[order][:-1], True)
    largest = np.zeros(len(claim), dtype=bool)
    largest[order[last]] = True
    return largest & wanted
