"""The plan: which unit belongs to which zone and which zone to which operator, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from bigmap.base.problems import ProblemLog
from bigmap.core.adjacency import Graph
from bigmap.core.coverage import Coverage
from bigmap.core.layers import Sources
from bigmap.core.measures import compactness
from bigmap.core.partition import dissolve
from bigmap.core.units import Units
from bigmap.core.zoning import ZoningRules

Shapes = npt.NDArray[np.object_]
Ints = npt.NDArray[np.int64]

_SUMS = ("load", "hh", "gfa_m2", "site_m2", "sweep_m2")


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
        ``units``, ``pieces``, ``load``, ``hh``, ``gfa_m2``, ``site_m2``, ``sweep_m2``, ``compact``,
        ``geometry``.
    operators : pandas.DataFrame
        One row an operator: ``operator_id``, ``name``, ``capacity`` (NaN for no limit), ``phone``, ``zones``
        (count), ``load``, ``hh``, ``site_m2``. Empty where no table was given.
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


def zones_of(units: Units, zone: Ints, k: int, *, shapes: Shapes | None = None) -> gpd.GeoDataFrame:
    """Return the zones an assignment makes, without operators (see `Plan.zones`).

    Parameters
    ----------
    units : Units
    zone : ndarray of int, shape (n units,)
        Zone of each unit, -1 for none.
    k : int
        Number of zones; one without units is empty.
    shapes : array of shapely.Polygon or MultiPolygon, shape (k,), optional
        The polygon of each zone, where it is known.
    """
    assigned = zone >= 0
    if shapes is None:
        shapes = dissolve(units.polygons[assigned], zone[assigned], k)
    zones = gpd.GeoDataFrame(geometry=gpd.GeoSeries(shapes, crs=units.frame.crs))
    width = max(2, len(str(k)))
    zones.insert(0, "zone_id", [f"W{i + 1:0{width}d}" for i in range(k)])
    zones["name"] = ""
    zones["oper"] = None
    zones["units"] = np.bincount(zone[assigned], minlength=k)
    zones["pieces"] = shapely.get_num_geometries(shapes)
    for column in _SUMS:
        values = units.frame[column].to_numpy(float)[assigned]
        zones[column] = np.bincount(zone[assigned], weights=values, minlength=k)
    zones["hh"] = zones["hh"].round().astype(np.int64)
    zones["compact"] = compactness(shapes)
    return zones


def operators_of(operators: pd.DataFrame | None, zones: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the operators with the totals of their zones (see `Plan.operators`)."""
    if operators is None:
        columns = ["operator_id", "name", "capacity", "phone", "zones", "load", "hh", "site_m2"]
        return pd.DataFrame({c: [] for c in columns})
    served = zones.groupby("oper")
    table = operators.copy()
    table["zones"] = table["operator_id"].map(served.size()).fillna(0).astype(np.int64)
    for column in ("load", "hh", "site_m2"):
        table[column] = table["operator_id"].map(served[column].sum()).fillna(0.0)
    return table
