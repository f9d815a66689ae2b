"""The tables of a plan for notebooks and files: what nobody told is NaN, never zero."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from bigmap.base.arrays import Ints, Shapes
from bigmap.core.units import unknown
from bigmap.core.units.model import Units


def units_with_zones(units: Units, zone_of_unit: Ints, zones: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the units with the ``zone_id`` and ``oper`` of their zone, missing where they have none."""
    frame = units.units_frame()
    owners = zones[["zone_id", "oper"]].reset_index(drop=True)
    found = owners.reindex(zone_of_unit).set_axis(frame.index)
    return frame.assign(zone_id=found["zone_id"], oper=found["oper"])


def zones_with_names(zones: gpd.GeoDataFrame, operators: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the zones with the name of their operator, ``oper_name``, missing where there is none."""
    names = dict(zip(operators["operator_id"], operators["name"], strict=True))
    return with_unknown(zones).assign(oper_name=zones["oper"].map(names))


def operators_with_ground(operators: pd.DataFrame, zones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return every operator with the union of its zones, a MultiPolygon; None where it has no zone."""
    ground = zones.groupby("oper")["geometry"].agg(lambda own: _union(own.to_numpy()))
    found = ground.reindex(operators["operator_id"])
    shapes = found.where(found.notna(), None).to_numpy(object)
    return gpd.GeoDataFrame(with_unknown(operators), geometry=shapes, crs=zones.crs)


def with_unknown(table: pd.DataFrame) -> pd.DataFrame:
    """Return zones or operators with NaN for the sums that none of their units tells."""
    sums = {name: unknown.of_groups(table, name) for name in unknown.ASKED if name in table}
    return table.assign(**sums)


def _union(shapes: Shapes) -> shapely.MultiPolygon:
    return shapely.multipolygons(shapely.get_parts(shapely.coverage_union_all(shapes)))
