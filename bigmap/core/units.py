"""Units: the smallest assignable ground, a planar partition of the governance area."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.problems import ProblemLog, Severity
from bigmap.base.progress import Progress
from bigmap.core import carry
from bigmap.core.adjacency import build_graph, merged, pieces
from bigmap.core.carry import Origin
from bigmap.core.layers import Sources
from bigmap.core.measures import AreaMeter, width_m
from bigmap.core.partition import Pieces, absorb, cut, dissolve, grid_cells
from bigmap.core.roads import road_segments, surfaces
from bigmap.core.tessellation import enclosed_cells

KINDS = ("estate", "village", "building", "public", "road", "lane", "green", "block")
"""Kinds of unit; ``block`` is open ground that no feature claims."""

Shapes = npt.NDArray[np.object_]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class UnitRules:
    """How the ground is cut.

    Attributes
    ----------
    reach_m : float
        Ground of a block farther than this from every building becomes open ground.
    min_area_m2, min_width_m : float
        A left-over piece below either goes to the neighbour with the longest shared border; width is 2A/P.
    open_side_m : float
        Unclaimed ground larger than a square of this side is cut along a grid of it.
    estate_first : bool
        True gives a strip that estate and road both claim to the estate (靠院归院), false to the
        road (沿路归路).
    """

    reach_m: float = 50.0
    min_area_m2: float = 50.0
    min_width_m: float = 1.0
    open_side_m: float = 500.0
    estate_first: bool = True


@dataclass
class Units:
    """The units of one governance area.

    Attributes
    ----------
    frame : geopandas.GeoDataFrame
        One row a unit, project CRS (metres), geometry a single Polygon; a valid coverage. Columns:
        ``unit_id`` (text, stable), ``name`` (text, '' where none), ``kind`` (one of `KINDS`),
        ``hh`` (households, int), ``gfa_m2``, ``site_m2`` (ellipsoidal), ``sweep_m2``, ``green_m2``,
        ``parking_n``, ``inside`` (bool: inside an estate wall), ``comm`` (community name), ``mgmt``
        (management mode as given), ``road_class``, ``clean_grade`` (text), ``width_m`` (roads), ``fee``
        (yuan/m²·month), ``collect`` (0-1; estates that tell), ``source`` (file the unit came from), ``load``
        (balance variable). `bigmap.core.economy.costed` adds cost and income.
    boundary_m2, excluded_m2 : float
        Ellipsoidal m² of the boundary and of the exclusions inside it.
    meter : AreaMeter
        What measured them; measure with the same one to compare.
    exclusions : ndarray of shapely.Polygon
        Excluded ground inside the boundary, as cut.
    load_field : str
        What ``load`` counts, e.g. 'hh' or '1*hh+0.1*gfa_m2'.
    """

    frame: gpd.GeoDataFrame
    boundary_m2: float
    excluded_m2: float
    meter: AreaMeter
    exclusions: Shapes
    load_field: str = "hh"

    @property
    def governance_m2(self) -> float:
        """Boundary less exclusions: the denominator of every coverage figure, m²."""
        return self.boundary_m2 - self.excluded_m2

    @property
    def units_m2(self) -> float:
        """Sum of the unit areas, m²."""
        return float(self.frame["site_m2"].sum())

    @property
    def polygons(self) -> Shapes:
        """Unit polygons as an array, shape (n,)."""
        return self.frame.geometry.to_numpy()

    def __len__(self) -> int:
        return len(self.frame)


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
    sources = carry.prepared(sources)
    segments = road_segments(sources.roads)
    progress.step(0.1, Text("Cutting the ground along estates and roads"))
    claims = _claims(sources, segments, rules)
    first = cut(sources.boundary, claims.polygons)
    standalone = carry.standalone(sources, problems)
    progress.step(0.35, Text("Sharing out block ground among buildings"))
    free = first.polygons[first.claim == len(claims.polygons)]
    footprints = standalone.geometry.to_numpy()
    plots = enclosed_cells(footprints, free, rules.reach_m, progress.part(0.35, 0.7))
    progress.step(0.7, Text("Cutting the ground into units"))
    final_claims = _with_plots(first, claims, footprints, plots, grid_cells(free, rules.open_side_m))
    final = cut(sources.boundary, final_claims.polygons)
    origin = np.append(final_claims.origin, Origin.FREE)[final.claim]
    row = np.append(final_claims.row, 0)[final.claim]
    progress.step(0.8, Text("Joining slivers to their neighbours"))
    return _assemble(sources, segments, standalone, final, origin, row, rules, problems)


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
    return _Claims(
        np.concatenate([shapes for shapes, _, _ in layers]),
        np.concatenate([np.full(len(shapes), origin) for shapes, origin, _ in layers]),
        np.concatenate([rows for _, _, rows in layers]),
    )


def _with_plots(first: Pieces, claims: _Claims, footprints: Shapes, plots: Shapes, cells: Shapes) -> _Claims:
    """Return the pieces of the first cut as claims, footprints before the roads, plots and cells last."""
    claimed = first.claim < len(claims.polygons)
    pieces, claim = first.polygons[claimed], first.claim[claimed]
    rank = np.where(claims.origin[claim] == Origin.ROAD, 2, 0)
    houses = np.arange(len(plots))
    added = (
        (footprints, Origin.BUILDING, houses, 1),
        (plots, Origin.BUILDING, houses, 3),
        (cells, Origin.FREE, np.arange(1, len(cells) + 1), 4),
    )
    origin = np.concatenate(
        [claims.origin[claim], *[np.full(len(shapes), code) for shapes, code, _, _ in added]]
    )
    row = np.concatenate([claims.row[claim], *[rows for _, _, rows, _ in added]])
    rank = np.concatenate([rank, *[np.full(len(shapes), r) for shapes, _, _, r in added]])
    order = np.argsort(rank, kind="stable")
    return _Claims(np.concatenate([pieces, footprints, plots, cells])[order], origin[order], row[order])


def _assemble(
    sources: Sources,
    segments: gpd.GeoDataFrame,
    standalone: gpd.GeoDataFrame,
    final: Pieces,
    origin: Ints,
    row: Ints,
    rules: UnitRules,
    problems: ProblemLog,
) -> Units:
    meter = AreaMeter(sources.crs, tuple(shapely.get_coordinates(sources.boundary.centroid)[0]))
    ground = origin != Origin.EXCLUSION
    excluded, polygons, origin, row = (
        final.polygons[~ground],
        final.polygons[ground],
        origin[ground],
        row[ground],
    )
    if not len(polygons):
        raise UserError("The exclusions cover the whole boundary, so no ground is left; check these layers")
    polygons, origin, row = _joined(polygons, origin, row, rules, problems)
    frame = carry.attributes(sources, segments, standalone, polygons, origin, row, meter, problems)
    units = Units(
        frame, _inside_m2(final.outside, meter), float(meter.area_m2(excluded).sum()), meter, excluded
    )
    prove_partition(units, sources.boundary)
    return units


def _inside_m2(outside: Shapes, meter: AreaMeter) -> float:
    """Return the ellipsoidal area of what the outside leaves free within its outer frame."""
    frame = outside[np.argmax(shapely.area(shapely.envelope(outside)))]
    whole = meter.area_m2([shapely.polygons(shapely.get_exterior_ring(frame))])
    return float(whole[0] - meter.area_m2(outside).sum())


def prove_partition(units: Units, boundary: shapely.Geometry) -> None:
    """Raise unless units and exclusions tile the boundary: the check that always runs."""
    planar = float(shapely.area(units.polygons).sum() + shapely.area(units.exclusions).sum())
    if abs(planar - boundary.area) > 1e-9 * boundary.area:
        raise ArithmeticError(f"pieces sum to {planar:.6f} m², the boundary has {boundary.area:.6f} m²")
    if abs(units.units_m2 - units.governance_m2) > 1e-9 * units.boundary_m2:
        raise ArithmeticError(f"units sum to {units.units_m2:.6f} m² of {units.governance_m2:.6f} m²")
    if not shapely.coverage_is_valid(units.polygons):
        raise ArithmeticError("units overlap or do not share their vertices")


def _joined(
    polygons: Shapes, origin: Ints, row: Ints, rules: UnitRules, problems: ProblemLog
) -> tuple[Shapes, Ints, Ints]:
    """Unite the pieces of one feature that touch, and give slivers to their neighbours."""
    claim = origin * (int(row.max()) + 1) + row
    graph = build_graph(polygons)
    group = pieces(graph, claim)
    n = int(group.max()) + 1
    shapes = dissolve(polygons, group, n)
    first = np.unique(group, return_index=True)[1]
    origin, row, claim = origin[first], row[first], claim[first]
    graph = merged(graph, group, n)
    area = shapely.area(shapes)
    small = (area < rules.min_area_m2) | (width_m(shapes) < rules.min_width_m)
    small &= ~_largest_of_claim(claim, area, np.isin(origin, (Origin.ESTATE, Origin.BUILDING)))
    target = absorb(shapes, np.arange(n), small, graph)
    keep = np.unique(target)
    if len(keep) < n:
        problems.add(
            Severity.MENDED,
            "sliver",
            "{n} slivers ({area:,.0f} m² in all) went to the neighbour with the longest shared border",
            n=n - len(keep),
            area=float(area[target != np.arange(n)].sum()),
        )
    return dissolve(shapes, target, n)[keep], origin[keep], row[keep]


def _largest_of_claim(claim: Ints, area: npt.NDArray[np.float64], wanted: Bools) -> Bools:
    """Return which group is the largest of its feature, among the features wanted."""
    order = np.lexsort((area, claim))
    last = np.append(claim[order][1:] != claim[order][:-1], True)
    largest = np.zeros(len(claim), dtype=bool)
    largest[order[last]] = True
    return largest & wanted
