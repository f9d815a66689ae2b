"""The layers that are handed over, with the columns of the schema by their names in files."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from bigmap.base.arrays import Floats, Shapes
from bigmap.core.coverage.gap import gap_shapes
from bigmap.core.coverage.proof import Coverage
from bigmap.core.planning.plan import Plan
from bigmap.core.schema.frames import to_frame
from bigmap.io.writing.lonlat import polygons_to_lonlat

_LONLAT = "OGC:CRS84"


def in_lonlat(plan: Plan) -> Plan:
    """Return the plan with its ground in OGC:CRS84, rounded once, so that its layers fit together."""
    ground = polygons_to_lonlat(plan.units.polygons, plan.units.frame.crs)
    zones = [shapely.coverage_union_all(ground[plan.zone_of_unit == z]) for z in range(len(plan.zones))]
    gaps = plan.coverage.gaps
    places = polygons_to_lonlat(gap_shapes(gaps), plan.units.frame.crs)
    moved = tuple(replace(gap, geometry=place) for gap, place in zip(gaps, places, strict=True))
    return replace(
        plan,
        units=replace(plan.units, frame=_with_shapes(plan.units.frame, ground)),
        zones=_with_shapes(plan.zones, np.array(zones, dtype=object)),
        coverage=replace(plan.coverage, gaps=moved, crs=CRS(_LONLAT)),
    )


def _with_shapes(frame: gpd.GeoDataFrame, lonlat: Shapes) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(frame.drop(columns=frame.geometry.name), geometry=lonlat, crs=_LONLAT)


def units_layer(plan: Plan) -> gpd.GeoDataFrame:
    """Return the units with their zone and operator."""
    return to_frame(plan.units_frame(), "units")


def zones_layer(plan: Plan) -> gpd.GeoDataFrame:
    """Return the zones with the name of their operator."""
    return to_frame(plan.zones_frame(), "zones")


def operators_layer(plan: Plan) -> gpd.GeoDataFrame:
    """Return the operators that have ground, each with the union of its zones as a MultiPolygon."""
    operators = plan.operators_frame()
    return to_frame(operators[operators.geometry.notna()], "operators")


def drawn_layer(zones: gpd.GeoDataFrame, areas: Floats) -> gpd.GeoDataFrame:
    """Return zones that somebody drew, repaired; ``areas`` in m²."""
    pieces = shapely.get_num_geometries(zones.geometry.to_numpy())
    return to_frame(zones.assign(pieces=pieces, site_m2=areas), "drawn")


def gaps_layer(proof: Coverage) -> gpd.GeoDataFrame:
    """Return the gaps and overlaps."""
    return to_frame(proof.gaps_frame(), "gaps")
