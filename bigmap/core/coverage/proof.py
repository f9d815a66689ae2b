"""The coverage proof: which ground has somebody responsible, in m², inside and outside the walls."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from bigmap.base.arrays import Bools, Floats, Ints, Shapes
from bigmap.core.coverage import gaps, overlay
from bigmap.core.coverage.gaps import GAP_MIN_M2, GAP_MIN_WIDTH_M
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
    gaps : geopandas.GeoDataFrame
        One row a gap or overlap, project CRS: ``gap_id`` ('G0001'; 'O0001' for ground of two zones), ``kind``
        ('gap', 'overlap', 'sliver', 'no_operator', 'split_unit', 'service_hole'), ``area_m2``, ``width_m``
        (2A/P), ``inside`` (bool), ``near_name``, ``zones`` (touching zones 'W01;W02'), ``units`` (that hold
        most of it), ``services`` (that nobody does), ``cause``, ``suggest``, ``geometry``.
    figures : dict of str to Walled
        Every share with its denominator, inside and outside the walls: 'land', 'operated' (ground of zones
        with somebody in charge), 'hh', 'gfa_m2', 'sweep_m2' (road surface). Who is served is NaN where
        nothing is known of operators.
    services : dict of str to Walled
        Service item → cells of the matrix of units and services that somebody fills, of those that need it.
    untold : dict of str to list of Untold
        'hh' and 'gfa_m2' → how many estates and houses do not tell it.
    """

    land: Share
    inside: Share
    outside: Share
    households: Share
    uncovered_m2: float
    overlap_m2: float
    gaps: gpd.GeoDataFrame
    figures: dict[str, Walled] = field(default_factory=dict)
    services: dict[str, Walled] = field(default_factory=dict)
    untold: dict[str, list[unknown.Untold]] = field(default_factory=dict)

    def gaps_frame(self) -> gpd.GeoDataFrame:
        """Return a copy of ``gaps``: one row a gap or overlap, project CRS (metres)."""
        return self.gaps.copy()

    @property
    def silent(self) -> bool:
        """Whether nothing at all is known of who serves."""
        return "operated" in self.figures and self.figures["operated"].all.lacks == "operators"


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
    idle = zones.assign(cause=faults)[~charge]
    found = [
        _unassigned(units, graph, zone_of_unit, zones),
        _without_operator(idle, idle.geometry.to_numpy(), units),
        _service_holes(units, graph, zone_id, served, cells),
    ]
    table = gaps.table(found, units)
    return _proof(units, site * zoned, site * served, served, overlap, table, cells, known=known)


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
    rows = [
        gaps.rows(found.bare, "gap", found.beside, units),
        _without_operator(zones.assign(cause=faults)[~charge].iloc[owner], no_one, units),
        gaps.rows(places, "overlap", _pairs(names, low[pair], high[pair]), units, "duplicate"),
        split,
    ]
    table = gaps.table(rows, units)
    held = base - bare
    return _proof(units, held, held - idle, served, float(overlap), table, cells, base, known=known)


def _proof(
    units: Units,
    zoned_m2: Floats,
    operated_m2: Floats,
    served: Bools | Floats,
    overlap_m2: float,
    table: gpd.GeoDataFrame,
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
        table,
        figures,
        services,
        unknown.untold(frame),
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


def _pairs(names: Shapes, a: Ints, b: Ints) -> list[str]:
    return [f"{names[i]};{names[j]}" for i, j in zip(a, b, strict=True)]


# --- rows of the list ---------------------------------------------------------------------------


def _unassigned(units: Units, graph: Graph, zone_of_unit: Ints, zones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the connected ground of units without a zone."""
    none = zone_of_unit < 0
    if not none.any():
        return gaps.rows(units.polygons[:0], "gap", [], units)
    group = pieces(graph, zone_of_unit)
    bare, number = np.unique(group[none], return_inverse=True)
    shapes = dissolve(units.polygons[none], number, len(bare))
    beside = gaps.touching(graph, group, zone_of_unit, zones["zone_id"].to_numpy(), bare)
    return gaps.rows(shapes, "gap", beside, units, "missing_unit")


def _without_operator(zones: gpd.GeoDataFrame, shapes: Shapes, units: Units) -> gpd.GeoDataFrame:
    """Return ground of zones that nobody serves; ``cause`` says why."""
    solid = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    zones = zones[solid]
    frame = gaps.rows(shapes[solid], "no_operator", list(zones["zone_id"]), units, "no_operator")
    return frame.assign(cause=zones["cause"].to_numpy(object))


def _service_holes(
    units: Units, graph: Graph, zone_id: Shapes, served: Bools, cells: Cells
) -> gpd.GeoDataFrame:
    """Return connected ground of served units of one zone that lack the same services."""
    holes = (cells == NOBODY) & served[:, None]
    code = holes @ (1 << np.arange(len(SERVICES)))
    lacking = code > 0
    if not lacking.any():
        return gaps.rows(units.polygons[:0], "service_hole", [], units)
    zone = np.unique(zone_id.astype(str), return_inverse=True)[1]
    group = pieces(graph, zone * (1 << len(SERVICES)) + code)
    wanted, first, number = np.unique(group[lacking], return_index=True, return_inverse=True)
    shapes = dissolve(units.polygons[lacking], number, len(wanted))
    frame = gaps.rows(shapes, "service_hole", list(zone_id[lacking][first]), units, "service_missing")
    frame["services"] = [";".join(np.array(SERVICES)[row]) for row in holes[lacking][first]]
    return frame


def _main_zones(shapes: Shapes, names: Shapes, units: Units, *, every: bool) -> tuple[Ints, gpd.GeoDataFrame]:
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
    return main, gaps.rows(parts[solid], "split_unit", pairs, units, "unit_cut")
