"""What a planner measures on the map: lengths and areas on the ellipsoid, as text."""

from __future__ import annotations

import numpy as np
import shapely

from bigmap.base.i18n import Text
from bigmap.core.geometry.measures import path_m
from bigmap.core.planning.plan import Plan
from bigmap.mapview.messages import Measured, Measuring


def measured(plan: Plan, what: Measuring) -> Measured:
    """Return the figures of a way (whole, last stretch) or of a ground (area, way round it).

    Parameters
    ----------
    plan : Plan
        For its CRS and the meter its units were measured with, so that figures agree with the tables.
    what : Measuring
    """
    xy = np.array(what.points, dtype=float).reshape(-1, 2)
    if not what.closed or len(xy) < 3:
        stretches = path_m(plan.sources.crs, xy)
        lines = [Text("Length {n}", {"n": length_text(float(stretches.sum()))})]
        if len(stretches) > 1:
            lines.append(Text("last stretch {n}", {"n": length_text(float(stretches[-1]))}))
        return Measured([str(line) for line in lines])
    ring = np.vstack([xy, xy[:1]])
    ground = shapely.make_valid(shapely.Polygon(ring))  # a ring that crosses itself counts what it encloses
    area = float(plan.units.meter.area_m2([ground])[0])
    lines = [
        Text("Area {n}", {"n": area_text(area)}),
        Text("perimeter {n}", {"n": length_text(float(path_m(plan.sources.crs, ring).sum()))}),
    ]
    return Measured([str(line) for line in lines])


def length_text(metres: float) -> str:
    """Return a length as a planner writes it."""
    return f"{metres / 1000:,.3f} km" if metres >= 10_000 else f"{metres:,.1f} m"


def area_text(m2: float) -> str:
    """Return an area in m², with hectares or km² where that says more."""
    if m2 >= 1e6:
        return f"{m2:,.0f} m² ({m2 / 1e6:,.3f} km²)"
    return f"{m2:,.0f} m² ({m2 / 1e4:,.2f} ha)" if m2 >= 1e4 else f"{m2:,.1f} m²"
