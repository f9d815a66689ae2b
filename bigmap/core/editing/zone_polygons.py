"""The polygons of zones that are edited: only those whose units are others are dissolved again."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import shapely

from bigmap.base.arrays import Ints, Shapes
from bigmap.core.geometry.partition import dissolve
from bigmap.core.planning.assignment import NOBODY, Assignment
from bigmap.core.planning.plan import Plan


@dataclass(frozen=True, eq=False)
class ZonePolygons:
    """Polygons of zones, and the units they were made of.

    Attributes
    ----------
    zone : ndarray of int, shape (n units,)
    shapes : ndarray of Polygon, MultiPolygon or None, shape (k,)
        None for a zone without units.
    """

    zone: Ints
    shapes: Shapes

    def after(self, assignment: Assignment, polygons: Shapes) -> ZonePolygons:
        """Return the polygons of another assignment of the same units."""
        zone, k = assignment.zone, len(assignment.zones)
        differs = zone != self.zone
        stale = np.union1d(self.zone[differs], zone[differs])
        stale = np.union1d(stale[stale != NOBODY], np.arange(len(self.shapes), k))
        shapes = np.full(max(k, len(self.shapes)), None, dtype=object)
        shapes[: len(self.shapes)] = self.shapes
        stale = stale[stale < k]
        number = np.full(k + 1, -1, dtype=np.int64)
        number[stale] = np.arange(len(stale))
        group = number[zone]
        members = np.flatnonzero(group >= 0)
        shapes[stale] = dissolve(polygons[members], group[members], len(stale))
        return ZonePolygons(zone, shapes[:k])


def with_all_rows(plan: Plan, assignment: Assignment) -> Plan:
    """Return a plan of the zones that have units with the rows of zones that an assignment has."""
    size = np.bincount(assignment.zone[assignment.zone >= 0], minlength=len(assignment.zones))
    filled = np.flatnonzero(size > 0)
    if len(filled) == len(assignment.zones):
        return plan
    rows = plan.zones.set_index(filled).reindex(range(len(assignment.zones)))
    numbers = [name for name in rows.columns if plan.zones[name].dtype.kind in "if"]
    rows[numbers] = rows[numbers].fillna(0).astype({name: plan.zones[name].dtype for name in numbers})
    rows["zone_id"] = [zone.zone_id if zone else "" for zone in assignment.zones]
    rows["name"] = [zone.name if zone else "" for zone in assignment.zones]
    rows["oper"] = [zone.oper if zone else None for zone in assignment.zones]
    bare = rows.geometry.isna().to_numpy(bool)
    shapes = rows.geometry.to_numpy().copy()
    shapes[bare] = shapely.Polygon()
    zones = gpd.GeoDataFrame(rows.drop(columns="geometry"), geometry=shapes, crs=plan.zones.crs)
    return replace(plan, zone_of_unit=assignment.zone, zones=zones)
