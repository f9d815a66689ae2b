"""The coverage proof: which ground has somebody responsible, in m², inside and outside the walls."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS

from bigmap.base.arrays import Bools, Floats, Ints, Shapes
from bigmap.core.coverage import gaps, overlay
from bigmap.core.coverage.gap import Gap, GapCause, GapKind, gaps_frame
from bigmap.core.coverage.gaps import GAP_MIN_M2, GAP_MIN_WIDTH_M, Place
from bigmap.core.coverage.service_matrix import (
    NOBODY,
    NOT_NEEDED,
    SERVICES,
    UNKNOWN,
    Cells,
    ServiceMatrix,
    matrix,
    say_who,
    service_matrix_of,
)
from bigmap.core.geometry.adjacency import Graph, pieces
from bigmap.core.geometry.partition import dissolve
from bigmap.core.sources.layers import Sources
from bigmap.core.units import unknown
from bigmap.core.units.model import Units

__all__ = ["GAP_MIN_M2", "GAP_MIN_WIDTH_M", "Coverage", "Share", "Walled", "check_coverage", "cover_plan"]


_NOISE = 1e-9  # of the governance area: the accuracy of the sums themselves
_HELD = 0.95  # domain B3: a unit counts from this share of its ground
_WHOLE_KINDS = ("estate", "village", "building", "public")  # roads may be cut at the edge of a zone


@dataclass(frozen=True)
class Share:
    """A covered part with its denominator, both in the same unit (m² or households).

    Attributes
    ----------
    covered : float
        NaN where it is not known, as nobody told who serves.
    of : float
        What is known of the whole; 0 where nothing is.
    """

    covered: float
    of: float

    @property
    def value(self) -> float:
        """Covered share from 0 to 1; NaN where nothing is known to cover, or not what is covered."""
        if not self.of > 0:
            return math.nan
        return 1.0 if self.of - self.covered <= _NOISE * self.of else self.covered / self.of

    @property
    def lacks(self) -> str:
        """Return why there is no share: 'operators' or 'base'; '' where there is one."""
        return "base" if not self.of > 0 else "operators" if math.isnan(self.covered) else ""


@dataclass(frozen=True)
class Walled:
    """One figure three times: of everything, inside the estate walls, and outside them."""

    all: Share
    inside: Share
    outside: Share


@dataclass
class Coverage:
    """Proof of coverage of one governance area by zones.

    Attributes
    ----------
    land, inside, outside : Share
        Ground in m² (ellipsoidal): all, inside estate walls, outside them.
    households : Share
        Known households in units that have a zone with somebody in charge.
    uncovered_m2, overlap_m2 : float
        Ground in no zone, and ground in two zones, m².
    gaps : tuple of Gap
        Places where the coverage fails: gaps first, then ground of two zones, the largest first.
    figures : dict of str to Walled
        Every share with its denominator, inside and outside the walls: 'land', 'operated' (ground of zones
        with somebody in charge), 'hh', 'gfa_m2', 'sweep_m2' (road surface). Who is served is NaN where
        nothing is known of operators.
    services : dict of str to Walled
        Service item → cells of the matrix of units and services that somebody fills, of those that need it.
    untold : dict of str to list of Untold
        'hh' and 'gfa_m2' → how many estates and houses do not tell it.
    crs : pyproj.CRS or None
        Of the geometries of ``gaps``.
    """

    land: Share
    inside: Share
    outside: Share
    households: Share
    uncovered_m2: float
    overlap_m2: float
    gaps: tuple[Gap, ...]
    figures: dict[str, Walled] = field(default_factory=dict)
    services: dict[str, Walled] = field(default_factory=dict)
    untold: dict[str, list[unknown.Untold]] = field(default_factory=dict)
    crs: CRS | None = None

    @property
    def silent(self) -> bool:
        """Whether nothing at all is known of who serves."""
        return "operated" in self.figures and self.figures["operated"].all.lacks == "operators"

    def gaps_frame(self) -> gpd.GeoDataFrame:
        """Return ``gaps`` as a table in ``crs``, a row each (`bigmap.core.coverage.gap.gaps_frame`)."""
        return gaps_frame(self.gaps, self.crs)


def cover_plan(
    units: Units,
    graph: Graph,
    zone_of_unit: Ints,
    zones: gpd.GeoDataFrame,
    duties: ServiceMatrix | None = None,
) -> Coverage:
    """Prove the coverage of a plan of whole units.

    Parameters
    ----------
    units : Units
    graph : Graph
    zone_of_unit : ndarray of int, shape (n units,)
        Row of ``zones``, -1 for none.
    zones : geopandas.GeoDataFrame
        ``zone_id``, ``oper``, ``site_m2`` and the derived polygon of each zone.
    duties : ServiceMatrix, optional
        Operators that are known, contracts that have run out, and services that others do.
    """
    duties = duties or ServiceMatrix()
    site = units.frame["site_m2"].to_numpy(float)
    zoned = zone_of_unit >= 0
    known, faults = duties.tell_of(zones["oper"]), duties.faults(zones["oper"])
    charge = (faults == "") | (not known)
    served = zoned & _of_zone(charge, zone_of_unit, False)
    polygons = zones.geometry.to_numpy()[zones["units"] > 0]
    if not shapely.coverage_is_valid(polygons):
        raise ArithmeticError("zones overlap or do not share their vertices")
    overlap = float(units.meter.area_m2(polygons).sum()) - float(site[zoned].sum())
    zone_id = _of_zone(zones["zone_id"].to_numpy(object), zone_of_unit, "")
    cells = matrix(units.frame, zone_id, served, duties, known=known)
    found = [
        *_unassigned(units, graph, zone_of_unit, zones),
        *_without_operator(zones["zone_id"][~charge], faults[~charge], zones.geometry.to_numpy()[~charge]),
        *_service_holes(units, graph, zone_id, served, cells),
    ]
    listed = gaps.numbered(found, units)
    return _proof(units, site * zoned, site * served, served, overlap, listed, cells, known=known)


def check_coverage(
    zones: gpd.GeoDataFrame,
    sources: Sources,
    units: Units,
    duties: ServiceMatrix | None = None,
    excluded: Sequence[shapely.Polygon] = (),
) -> Coverage:
    """Prove the coverage of zones that somebody else drew.

    Parameters
    ----------
    zones : geopandas.GeoDataFrame
        Polygons in the project CRS with ``zone_id`` and ``oper`` (operator or None). Where none says
        anything of its operator, who serves is not known.
    sources : Sources
        Gives the boundary.
    units : Units
        The ground, with names, walls and households; built from whatever layers are known.
    duties : ServiceMatrix, optional
        Operators that are known, contracts that have run out, and services that others do; what ``sources``
        tell of them otherwise.
    excluded : sequence of shapely.Polygon, optional
        Further ground that the planner took out of the denominator.

    Returns
    -------
    Coverage
    """
    duties = duties or service_matrix_of(sources.operators, sources.exceptions, sources.day)
    zones = zones[~(zones.geometry.isna() | zones.geometry.is_empty)]
    shapes, names = zones.geometry.to_numpy(), zones["zone_id"].to_numpy(object)
    known, faults = say_who(zones["oper"]), duties.faults(zones["oper"])
    charge = (faults == "") | (not known)
    out = np.array(excluded, dtype=object)
    away = np.concatenate([units.exclusions, out])
    fit = overlay.SharedBorders.of(shapes)
    found = overlay.unserved_ground(sources.boundary, away, shapes, names, charge, fit)
    if not _without_noise(float(units.meter.area_m2(found.bare).sum()), units):
        found = replace(found, bare=found.bare[:0], beside=[])
    base = units.frame["site_m2"].to_numpy(float) - _on_units(out, units)
    bare, idle = _on_units(found.bare, units), _on_units(found.idle, units)
    places, low, high = overlay.overlaps(shapes, fit)
    places, pair = overlay.clip_to_governed(places, sources.boundary, away)
    overlap = units.meter.area_m2(
        overlay.dissolve_overlaps(places)
    ).sum()  # three zones over one place count once
    zone_of_unit, split = _main_zones(shapes, names, units, every=bool(len(duties.exceptions)))
    served = bare + idle <= (1 - _HELD) * base
    zone_id = _of_zone(names, zone_of_unit, "")
    cells = matrix(units.frame, zone_id, served, duties, known=known)
    no_one, owner = overlay.clip_to_governed(shapes[~charge], sources.boundary, away)
    doubled = zip(places, _pairs(names, low[pair], high[pair]), strict=True)
    failing = [
        *gaps.bare_places(found.bare, found.beside, units),
        *_without_operator(names[~charge][owner], faults[~charge][owner], no_one),
        *(Place(shape, GapKind.OVERLAP, pair, GapCause.DUPLICATE) for shape, pair in doubled),
        *split,
    ]
    listed = gaps.numbered(failing, units)
    held = base - bare
    return _proof(units, held, held - idle, served, float(overlap), listed, cells, base, known=known)


def _proof(
    units: Units,
    zoned_m2: Floats,
    operated_m2: Floats,
    served: Bools | Floats,
    overlap_m2: float,
    listed: tuple[Gap, ...],
    cells: Cells,
    base: Floats | None = None,
    *,
    known: bool,
) -> Coverage:
    """Return the figures from what is covered of each unit."""
    frame = units.frame
    inside = frame["inside"].to_numpy(bool)
    base = frame["site_m2"].to_numpy(float) if base is None else base
    if not _without_noise(float((base - zoned_m2).sum()), units):
        zoned_m2, operated_m2 = base, base - np.maximum(zoned_m2 - operated_m2, 0.0)
    part = np.divide(operated_m2, base, out=np.ones(len(base)), where=base > 0)
    if not known:
        operated_m2, served, part = (np.full(len(base), math.nan) for _ in range(3))
    amount = {name: frame[name].to_numpy(float) for name in ("hh", "gfa_m2", "sweep_m2")}
    figures = {
        "land": _walled(zoned_m2, base, inside),
        "operated": _walled(operated_m2, base, inside),
        "hh": _walled(amount["hh"] * served, amount["hh"], inside),
        "gfa_m2": _walled(amount["gfa_m2"] * served, amount["gfa_m2"], inside),
        "sweep_m2": _walled(amount["sweep_m2"] * part, amount["sweep_m2"], inside),
    }
    needed = cells != NOT_NEEDED
    done = np.where(cells == UNKNOWN, math.nan, cells > NOBODY)
    services = {
        name: _walled(done[:, i], needed[:, i].astype(float), inside) for i, name in enumerate(SERVICES)
    }
    land = figures["land"]
    of = units.governance_m2 - float((frame["site_m2"].to_numpy(float) - base).sum())
    uncovered = _without_noise(float((base - zoned_m2).sum()), units)
    return Coverage(
        Share(of - uncovered, of),
        land.inside,
        land.outside,
        figures["hh"].all,
        uncovered,
        _without_noise(overlap_m2, units),
        listed,
        figures,
        services,
        unknown.untold(frame),
        frame.crs,
    )


def _walled(covered: Floats, of: Floats, inside: Bools) -> Walled:
    def share(rows: Bools | slice) -> Share:
        known = float(covered[rows].sum())
        return Share(math.nan if math.isnan(known) else known, float(of[rows].sum()))

    return Walled(share(slice(None)), share(inside), share(~inside))


def _of_zone(values: npt.NDArray, zone_of_unit: Ints, none: object) -> npt.NDArray:
    """Return the value of each unit's zone, ``none`` where it has no zone."""
    return np.append(values, np.array([none], dtype=values.dtype))[zone_of_unit]


def _without_noise(area_m2: float, units: Units) -> float:
    return area_m2 if abs(area_m2) > _NOISE * units.governance_m2 else 0.0


def _on_units(shapes: Shapes, units: Units) -> Floats:
    """Return how much of each unit lies in the shapes, which do not overlap, m²."""
    _, unit, common = gaps.parts_m2(shapes, units)
    return np.bincount(unit, weights=common, minlength=len(units)).astype(np.float64)


def _pairs(names: Shapes, a: Ints, b: Ints) -> list[tuple[str, str]]:
    return [(str(names[i]), str(names[j])) for i, j in zip(a, b, strict=True)]


# --- places of the list -------------------------------------------------------------------------


def _unassigned(units: Units, graph: Graph, zone_of_unit: Ints, zones: gpd.GeoDataFrame) -> list[Place]:
    """Return the connected ground of units without a zone."""
    none = zone_of_unit < 0
    if not none.any():
        return []
    group = pieces(graph, zone_of_unit)
    bare, number = np.unique(group[none], return_inverse=True)
    shapes = dissolve(units.polygons[none], number, len(bare))
    beside = gaps.touching(graph, group, zone_of_unit, zones["zone_id"].to_numpy(), bare)
    return gaps.bare_places(shapes, beside, units, GapCause.MISSING_UNIT)


def _without_operator(zone_ids: Iterable[str], faults: Iterable[str], shapes: Shapes) -> list[Place]:
    """Return ground of zones that nobody serves, by the fault of `ServiceMatrix.faults` of each."""
    return [
        Place(shape, GapKind.NO_OPERATOR, (str(zone),), GapCause(fault))
        for zone, fault, shape in zip(zone_ids, faults, shapes, strict=True)
        if shape is not None and not shape.is_empty
    ]


def _service_holes(units: Units, graph: Graph, zone_id: Shapes, served: Bools, cells: Cells) -> list[Place]:
    """Return connected ground of served units of one zone that lack the same services."""
    holes = (cells == NOBODY) & served[:, None]
    code = holes @ (1 << np.arange(len(SERVICES)))
    lacking = code > 0
    if not lacking.any():
        return []
    zone = np.unique(zone_id.astype(str), return_inverse=True)[1]
    group = pieces(graph, zone * (1 << len(SERVICES)) + code)
    wanted, first, number = np.unique(group[lacking], return_index=True, return_inverse=True)
    shapes = dissolve(units.polygons[lacking], number, len(wanted))
    return [
        Place(shape, GapKind.SERVICE_HOLE, (str(zone),) if zone else (), GapCause.SERVICE_MISSING, services)
        for shape, zone, services in zip(
            shapes, zone_id[lacking][first], map(_lacking, holes[lacking][first]), strict=True
        )
    ]


def _lacking(holes: Bools) -> tuple[str, ...]:
    return tuple(service for service, lacks in zip(SERVICES, holes, strict=True) if lacks)


def _main_zones(shapes: Shapes, names: Shapes, units: Units, *, every: bool) -> tuple[Ints, list[Place]]:
    """Return the zone that holds most of each unit (-1 for none), and the units that are cut up.

    An estate or a building belongs to one zone: what another one has of it is listed as a place. Other units
    are looked at only where ``every`` is true.
    """
    whole = units.frame["kind"].isin(_WHOLE_KINDS).to_numpy(bool)
    rows = np.arange(len(units)) if every else np.flatnonzero(whole)
    some = replace(units, frame=units.frame.iloc[rows].reset_index(drop=True))
    zone, unit, common = gaps.parts_m2(shapes, some)
    order = np.lexsort((-zone, common, unit))
    zone, unit, common = zone[order], rows[unit[order]], common[order]
    last = np.append(unit[1:] != unit[:-1], True)[: len(unit)]
    main = np.full(len(units), -1)
    held = last & (common > 0)
    main[unit[held]] = zone[held]
    rest = ~last & (common > (1 - _HELD) * units.frame["site_m2"].to_numpy(float)[unit]) & whole[unit]
    zone, unit = zone[rest], unit[rest]
    places = shapely.intersection(shapes[zone], units.polygons[unit])
    parts, row = shapely.get_parts(shapely.difference(places, shapes[main[unit]]), return_index=True)
    solid = shapely.get_dimensions(parts) == 2
    solid &= units.meter.area_m2(parts) >= GAP_MIN_M2
    pairs = _pairs(names, main[unit[row[solid]]], zone[row[solid]])
    cut = zip(parts[solid], pairs, strict=True)
    return main, [Place(shape, GapKind.SPLIT_UNIT, pair, GapCause.UNIT_CUT) for shape, pair in cut]
