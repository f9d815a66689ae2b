"""The plan: which unit belongs to which zone and which zone to which operator, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from bigmap.base.arrays import Ints, Shapes
from bigmap.base.problems import ProblemLog
from bigmap.core.coverage.proof import Coverage
from bigmap.core.geometry.adjacency import Graph
from bigmap.core.geometry.measures import compactness
from bigmap.core.geometry.partition import dissolve
from bigmap.core.operators.bundling_rules import BundleRules
from bigmap.core.operators.economy import ZONE_COLUMNS, costed, ratios, zone_economy
from bigmap.core.operators.parameters import Parameters
from bigmap.core.planning.assignment import Assignment, Zone
from bigmap.core.planning.frames import operators_with_ground, units_with_zones, zones_with_names
from bigmap.core.schema.columns import summed
from bigmap.core.sources.layers import Sources
from bigmap.core.units import unknown
from bigmap.core.units.model import Units
from bigmap.core.zoning.rules import ZoningRules
from bigmap.core.zoning.zone_names import numbered_names

_COUNTED_APART = (*unknown.COUNTS, *ZONE_COLUMNS)
"""Sums of zones that `with_economy` reckons."""


@dataclass
class Plan:
    """One scenario with everything that is derived from it.

    Attributes
    ----------
    sources : Sources
    units : Units
        The ground, cut once; ``units.frame`` has one row a unit.
    graph : Graph
        Rook adjacency of the units.
    rules : ZoningRules
    zone_of_unit : ndarray of int, shape (n units,)
        Row of ``zones`` each unit belongs to, -1 for none.
    zones : geopandas.GeoDataFrame
        One row a zone in the project CRS: ``zone_id`` ('W01'…), ``name``, ``oper`` (operator_id or None),
        the other columns of `bigmap.core.schema.columns.ZONES` that units and `economy` give,
        `COUNTS` and ``geometry``.
    operators : pandas.DataFrame
        One row an operator: ``operator_id``, ``name``, ``capacity`` (NaN for no limit), ``phone``, ``zones``
        (count), ``pieces``, ``share`` (of all known households; NaN of none), and the sums and quotients of
        their zones. Empty where no table was given.
    parameters : Parameters
        What cost and income are reckoned with.
    bundle_rules : BundleRules
        What is asked of the bundles.
    coverage : Coverage
    problems : ProblemLog
    timings : dict of str to float
        Seconds a stage: read clean units adjacency zones coverage bundling write.
    """

    sources: Sources
    units: Units
    graph: Graph
    rules: ZoningRules
    zone_of_unit: Ints
    zones: gpd.GeoDataFrame
    operators: pd.DataFrame
    coverage: Coverage
    problems: ProblemLog
    timings: dict[str, float] = field(default_factory=dict)
    parameters: Parameters = field(default_factory=Parameters)
    bundle_rules: BundleRules = field(default_factory=BundleRules)

    def units_frame(self) -> gpd.GeoDataFrame:
        """Return the units with the zone and the operator that have them.

        Returns
        -------
        geopandas.GeoDataFrame
            One row a unit, project CRS (metres): the columns of `Units.units_frame`, ``zone_id`` and ``oper``
            (missing where there is none).
        """
        return units_with_zones(self.units, self.zone_of_unit, self.zones)

    def zones_frame(self) -> gpd.GeoDataFrame:
        """Return the zones with NaN for sums that none of their units tells.

        Returns
        -------
        geopandas.GeoDataFrame
            One row a zone, project CRS (metres): the columns of ``zones``, and ``oper_name`` (missing
            where there is none).
        """
        return zones_with_names(self.zones, self.operators)

    def operators_frame(self) -> gpd.GeoDataFrame:
        """Return the operators with the ground that they serve.

        Returns
        -------
        geopandas.GeoDataFrame
            One row an operator, project CRS (metres): the columns of ``operators``; the geometry is the
            union of its zones, a MultiPolygon, None where it has no zone.
        """
        return operators_with_ground(self.operators, self.zones)

    def gaps_frame(self) -> gpd.GeoDataFrame:
        """Return the gaps and overlaps of the zones (`Coverage.gaps_frame`)."""
        return self.coverage.gaps_frame()


def zones_of(
    units: Units,
    zone: Ints,
    k: int | None = None,
    parameters: Parameters | None = None,
    *,
    shapes: Shapes | None = None,
    names: Sequence[str] | None = None,
) -> gpd.GeoDataFrame:
    """Return the zones an assignment makes, without operators (see `Plan.zones`).

    Parameters
    ----------
    units : Units
    zone : ndarray of int, shape (n units,)
        Zone of each unit, -1 for none.
    k : int, optional
        Number of zones, as many as ``zone`` names unless given; one without units is empty.
    parameters : Parameters, optional
        The defaults unless given.
    shapes : array of shapely.Polygon or MultiPolygon, shape (k,), optional
        The polygon of each zone, where it is known.
    names : sequence of str, optional
        The id of each zone; W01 … unless given.

    Returns
    -------
    geopandas.GeoDataFrame
        One row a zone, project CRS (metres); ``oper`` is None throughout.
    """
    parameters = parameters or Parameters()
    k = int(zone.max(initial=-1)) + 1 if k is None else k
    assigned = zone >= 0
    if shapes is None:
        shapes = dissolve(units.polygons[assigned], zone[assigned], k)
    zones = gpd.GeoDataFrame(geometry=gpd.GeoSeries(shapes, crs=units.frame.crs))
    zones.insert(0, "zone_id", list(names or numbered_names(k)))
    zones["name"] = ""
    zones["oper"] = None
    zones["units"] = np.bincount(zone[assigned], minlength=k)
    zones["pieces"] = shapely.get_num_geometries(shapes)
    for column in (c for c in summed("zones") if c.name not in _COUNTED_APART):
        values = np.asarray(column.of_units(units.frame), dtype=float)[assigned]
        sums = np.bincount(zone[assigned], weights=values, minlength=k)
        zones[column.name] = sums.round().astype(np.int64) if column.type == "integer" else sums
    zones["compact"] = compactness(shapes)
    return with_economy(zones, units, zone, parameters)


def with_economy(
    zones: gpd.GeoDataFrame, units: Units, zone: Ints, parameters: Parameters
) -> gpd.GeoDataFrame:
    """Return the zones with load, what is not told, cost, income and their quotients reckoned anew."""
    mine, k = zone >= 0, len(zones)
    told = {
        name: np.bincount(zone[mine], flags[mine], k).astype(np.int64)
        for name, flags in unknown.counts(units.frame).items()
    }
    load = np.bincount(zone[mine], units.frame["load"].to_numpy(float)[mine], k)
    known = units if "cost_y" in units.frame else costed(units, parameters)
    money = zone_economy(known.frame, zone, k, parameters)
    return ratios(zones.assign(load=load, **told, **{name: money[name] for name in money}), parameters)


def operator_sums() -> list[str]:
    """Return the columns of operators that are sums of their zones."""
    return list(dict.fromkeys([*(column.name for column in summed("zones")), *_COUNTED_APART]))


def _pieces(zones: gpd.GeoSeries) -> int:
    """Return in how many pieces the ground of some zones lies."""
    return len(shapely.get_parts(shapely.coverage_union_all(zones.to_numpy())))


def operators_of(
    operators: pd.DataFrame | None, zones: gpd.GeoDataFrame, parameters: Parameters | None = None
) -> pd.DataFrame:
    """Return the operators with the totals of their zones (see `Plan.operators`)."""
    if operators is None:
        operators = pd.DataFrame({c: [] for c in ("operator_id", "name", "capacity", "phone")})
    served = zones.groupby("oper")
    table = operators.copy()
    table["zones"] = table["operator_id"].map(served.size()).fillna(0).astype(np.int64)
    for column in (name for name in operator_sums() if name in zones):
        table[column] = table["operator_id"].map(served[column].sum()).fillna(0.0)
    ground = served["geometry"].agg(_pieces)
    table["pieces"] = table["operator_id"].map(ground).fillna(0).astype(np.int64)
    everybody = float(zones["hh"].sum())
    table["share"] = table["hh"] / everybody if everybody else np.nan
    return ratios(table, parameters or Parameters())


def assignment_of(plan: Plan, like: Assignment | None = None) -> Assignment:
    """Return the assignment of a plan; its rows are those of ``plan.zones``.

    Parameters
    ----------
    plan : Plan
    like : Assignment, optional
        Zones get the colour and the lock of its zone of the same id; locked units stay so where it is one of
        as many units.
    """
    old = {zone.zone_id: zone for zone in like.zones if zone} if like else {}
    held = plan.zones
    zones = []
    for code, name, oper in zip(held["zone_id"], held["name"], held["oper"], strict=True):
        zone = Zone(str(code), str(name), None if pd.isna(oper) else str(oper))
        same = old.get(zone.zone_id, zone)
        zones.append(replace(zone, colour=same.colour, locked=same.locked))
    made = Assignment.new(plan.zone_of_unit, zones)
    return replace(made, locked=like.locked) if like and len(like.locked) == len(made.locked) else made
