"""Repairs of a coverage: proposals for each place on the list, and what zones become by them.

A proposal is a value; applying some makes new zones and leaves the old ones as they are, so that a step is
taken back by going back to these.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import shapely

from bigmap.base.arrays import Ints, Shapes
from bigmap.core.coverage.gap import Gap, GapKind, Remedy, gap_shapes
from bigmap.core.coverage.overlay import overlaps
from bigmap.core.geometry.adjacency import Graph, induced
from bigmap.core.geometry.partition import absorb, dissolve
from bigmap.core.units.model import Units

Action = Literal["give", "split", "exclude", "new_zone"]

_NEAR_M = 0.01  # of a stretch of border to the zone whose it is
_STEP_M = 2.0  # between samples along a border that is split
_OPEN = (GapKind.GAP, GapKind.SLIVER)
_REPAIRABLE = (*_OPEN, GapKind.OVERLAP, GapKind.SPLIT_UNIT)
_MOST = 4


@dataclass(frozen=True)
class RepairProposal:
    """One way to repair one place.

    Attributes
    ----------
    gap_id : str
    action : str
        'give' all of it to ``zone``; 'split' it between the zones beside it, each metre to the nearest;
        'exclude' it from the governance area; make a 'new_zone' of it.
    zone : str
        Who gets it, '' where nobody is meant.
    """

    gap_id: str
    action: Action
    zone: str = ""


def proposals(gap: Gap) -> list[RepairProposal]:
    """Return what can be done about a gap, the best first; empty where nothing can.

    A zone without an operator and a service that nobody does are no matter of ground.
    """
    if gap.kind not in _REPAIRABLE:
        return []
    beside = gap.zones[:_MOST]
    found = [RepairProposal(gap.gap_id, "give", zone) for zone in beside]
    if len(beside) > 1 and gap.kind != GapKind.SPLIT_UNIT:
        found.insert(0 if gap.remedy == Remedy.SPLIT else len(found), RepairProposal(gap.gap_id, "split"))
    if gap.kind in _OPEN:
        found += [RepairProposal(gap.gap_id, "new_zone"), RepairProposal(gap.gap_id, "exclude")]
    return found


def all_under(
    gaps: Iterable[Gap], area_m2: float, kinds: Collection[GapKind] = _REPAIRABLE
) -> list[RepairProposal]:
    """Return the best proposal for each place smaller than ``area_m2``; ground is never excluded unasked.

    Where no zone lies beside a place it becomes a zone of its own.
    """
    return [proposals(gap)[0] for gap in gaps if gap.area_m2 < area_m2 and gap.kind in kinds]


def repairable(gaps: Iterable[Gap]) -> bool:
    """Tell whether any place could be repaired."""
    return any(gap.kind in _REPAIRABLE for gap in gaps)


def excluded(gaps: Iterable[Gap], chosen: Sequence[RepairProposal]) -> Shapes:
    """Return the places that proposals take out of the governance area."""
    wanted = {p.gap_id for p in chosen if p.action == "exclude"}
    return gap_shapes(gap for gap in gaps if gap.gap_id in wanted)


# --- zones that somebody drew -------------------------------------------------------------------


def repair_zones(
    zones: gpd.GeoDataFrame, gaps: Iterable[Gap], chosen: Sequence[RepairProposal]
) -> gpd.GeoDataFrame:
    """Return drawn zones after repairs; exclusions change no zone.

    All zones are noded with each other and with the ground that changes hands, so that those that fit have
    the same vertices along their common border. Overlaps that nobody asked to repair stay; a zone that has
    given all its ground away is gone.

    Parameters
    ----------
    zones : geopandas.GeoDataFrame
        ``zone_id``, ``oper``, ``geometry``.
    gaps : iterable of Gap
        `Coverage.gaps` of these zones.
    chosen : sequence of Proposal
        An unknown gap is passed over: an earlier repair may have closed it.
    """
    zones, given, owner = _handed_over(zones, gaps, chosen)
    if not len(given):
        return zones
    drawn = np.flatnonzero(~shapely.is_missing(zones.geometry.to_numpy()))
    shapes = zones.geometry.to_numpy()[drawn]
    common = _shared(shapes)
    fitted = shapely.coverage_clean(
        shapely.force_2d(np.concatenate([given, common, shapes])),
        merge_strategy="min_index",
    )
    faces = shapely.get_parts(fitted[len(given) : len(given) + len(common)])
    face, holder = shapely.STRtree(shapes).query(shapely.point_on_surface(faces), predicate="intersects")
    parts = np.concatenate([fitted[: len(given)], faces[face], fitted[len(given) + len(common) :]])
    of = np.concatenate([owner, drawn[holder], drawn])
    parts, of = parts[shapely.area(parts) > 0], of[shapely.area(parts) > 0]
    repaired = zones.set_geometry(gpd.GeoSeries(dissolve(parts, of, len(zones)), crs=zones.crs))
    return repaired[np.isin(np.arange(len(zones)), of)].reset_index(drop=True)


def _shared(shapes: Shapes) -> Shapes:
    """Return the faces of the ground that several zones claim: no line runs through any of them."""
    places, _, _ = overlaps(shapes)
    if not len(places):
        return places
    lines = shapely.union_all(shapely.boundary(places))
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    return faces[shapely.area(faces) > 0]


def _handed_over(
    zones: gpd.GeoDataFrame, gaps: Iterable[Gap], chosen: Sequence[RepairProposal]
) -> tuple[gpd.GeoDataFrame, Shapes, Ints]:
    """Return the zones with rows for new ones (without geometry), ground that moves, and its heirs."""
    row_of = {zone: row for row, zone in enumerate(zones["zone_id"])}
    gap_of = {gap.gap_id: gap for gap in gaps}
    shapes: list[shapely.Geometry] = []
    owner: list[int] = []
    added: list[str] = []
    for proposal in chosen:
        gap = gap_of.get(proposal.gap_id)
        if gap is None or proposal.action == "exclude":
            continue
        if proposal.action == "split":
            beside = [row_of[z] for z in gap.zones if z in row_of]
            pieces, to = nearest_parts(gap.geometry, zones.geometry.to_numpy()[beside])
            shapes += list(pieces)
            owner += [beside[i] for i in to]
            continue
        if proposal.action == "new_zone":
            added.append(_free_name(proposal.zone, set(zones["zone_id"]) | set(added)))
            owner.append(len(zones) + len(added) - 1)
        else:
            owner.append(row_of[proposal.zone])
        shapes.append(gap.geometry)
    grown = zones.reset_index(drop=True).reindex(range(len(zones) + len(added)))
    grown.loc[len(zones) :, "zone_id"] = added
    return grown, np.array(shapes, dtype=object), np.array(owner, dtype=np.int64)


def _free_name(wanted: str, taken: set[str]) -> str:
    names = [wanted] if wanted else []
    return next(n for n in (*names, *(f"N{i:02d}" for i in range(1, len(taken) + 2))) if n not in taken)


def nearest_parts(place: shapely.Polygon, neighbours: Shapes) -> tuple[Shapes, Ints]:
    """Return a place cut into the parts nearest to each of its neighbours, and the neighbour of each.

    Distance is to the neighbour's stretch of the border of the place, where for ground that two zones claim
    the stretch of a zone is that along which the other ends. Its samples' Voronoi cells are united.
    """
    border = shapely.segmentize(shapely.get_parts(shapely.boundary(place)), _STEP_M)
    xy, ring = shapely.get_coordinates(border, return_index=True)
    middle = ((xy[1:] + xy[:-1]) / 2)[ring[1:] == ring[:-1]]
    points = shapely.points(middle)
    away = np.array([shapely.distance(points, shapely.difference(n, place)) for n in neighbours])
    owner, near = away.argmin(axis=0), away.min(axis=0) < _NEAR_M
    first = np.sort(np.unique(np.round(middle, 4), axis=0, return_index=True)[1])
    first = first[near[first]]
    present = np.unique(owner[first])
    if len(present) < 2:
        return np.array([place], dtype=object), present if len(present) else np.array([0])
    diagram = shapely.voronoi_polygons(
        shapely.multipoints(points[first]), extend_to=place.buffer(10), ordered=True
    )
    cells = shapely.get_parts(diagram)
    # The first parts are cut from the place; the last is what is left, so that nothing is lost.
    left, parts = place, []
    for neighbour in present[:-1]:
        reach = shapely.union_all(cells[owner[first] == neighbour])
        parts.append(_solid(shapely.intersection(left, reach)))
        left = _solid(shapely.difference(left, reach))
    parts.append(left)
    found = np.array(parts, dtype=object)
    solid = shapely.area(found) > 0
    return found[solid], present[solid]


def _solid(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shape)
    return shapely.multipolygons(parts[shapely.get_dimensions(parts) == 2])


# --- a plan of whole units ----------------------------------------------------------------------


def zones_in(units: Units, zone_of_unit: Ints, place: shapely.Geometry) -> Ints:
    """Return the units without a zone that a gap of a plan consists of."""
    bare = np.flatnonzero(zone_of_unit < 0)
    inner = shapely.point_on_surface(units.polygons[bare])
    shapely.prepare(place)
    return bare[shapely.intersects(place, inner)]


def repair_assignment(
    units: Units,
    graph: Graph,
    zone_of_unit: Ints,
    zone_ids: Sequence[str],
    gaps: Iterable[Gap],
    chosen: Sequence[RepairProposal],
) -> Ints:
    """Return the zone of each unit after repairs of a plan; new zones get the next numbers.

    A gap is split by whole units: each goes to the zone with which it, or what joined it before, shares the
    longest border. Exclusions change no zone.
    """
    row_of = {zone: row for row, zone in enumerate(zone_ids)}
    gap_of = {gap.gap_id: gap for gap in gaps}
    zone, n = zone_of_unit.copy(), len(zone_ids)
    for proposal in chosen:
        gap = gap_of.get(proposal.gap_id)
        if gap is None or proposal.action == "exclude":
            continue
        rows = zones_in(units, zone, gap.geometry)
        if proposal.action == "split":
            zone = _grown(units, graph, zone, rows, n)
        elif proposal.action == "new_zone":
            zone[rows], n = n, n + 1
        else:
            zone[rows] = row_of[proposal.zone]
    return zone


def _grown(units: Units, graph: Graph, zone: Ints, rows: Ints, n: int) -> Ints:
    """Return the zones after units without one joined those beside them, one by one."""
    inner = np.flatnonzero((zone >= 0) | np.isin(np.arange(len(zone)), rows))
    group = zone.copy()
    group[rows] = n + np.arange(len(rows))
    small = np.arange(n + len(rows)) >= n
    joined = absorb(units.polygons[inner], group[inner], small, induced(graph, inner))
    grown = zone.copy()
    grown[inner] = np.where(joined < n, joined, -1)
    return grown
