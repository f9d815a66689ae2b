"""Made cities for zone building: thousands of plots around random points, with uneven loads."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS
from shapely import box

from bigmap.core.geometry.adjacency import Graph, build_graph
from bigmap.core.geometry.measures import AreaMeter
from bigmap.core.units.model import Units

EPSG = 4548
ORIGIN = (610_000.0, 2_708_000.0)


def units_of(polygons, households, **columns) -> Units:
    """Return polygons of a valid coverage as units; ``columns`` are further columns of the frame."""
    n = len(polygons)
    area = shapely.area(polygons)
    data = {
        "unit_id": [f"U{i:06d}" for i in range(n)],
        "name": [""] * n,
        "kind": ["estate"] * n,
        "hh": np.asarray(households, dtype=float),
        "gfa_m2": np.asarray(households, dtype=float) * 95,
        "site_m2": area,
        "sweep_m2": area * 0.1,
        "green_m2": area * 0.0,
        "parking_n": np.zeros(n),
        "inside": np.ones(n, bool),
        "comm": [""] * n,
        "street": [""] * n,
        "load": np.asarray(households, dtype=float),
    }
    frame = gpd.GeoDataFrame({**data, **columns}, geometry=list(polygons), crs=EPSG)
    meter = AreaMeter(CRS.from_epsg(EPSG), ORIGIN)
    return Units(frame, float(area.sum()), 0.0, meter, np.array([], dtype=object))


def city(n: int, seed: int = 0) -> tuple[Units, Graph]:
    """Return n plots of some 40 m, dense and sparse by turns, each with a lognormal number of households."""
    rng = np.random.default_rng(seed)
    side = 40.0 * np.sqrt(n)
    points = rng.uniform(0, side, (n, 2)) + np.array(ORIGIN)
    frame = box(*ORIGIN, ORIGIN[0] + side, ORIGIN[1] + side)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points), extend_to=frame))
    inside = shapely.contains_properly(frame, cells)
    polygons = np.where(inside, cells, shapely.intersection(cells, frame))
    polygons = polygons[shapely.area(polygons) > 0]
    households = np.round(rng.lognormal(3.0, 1.0, len(polygons)))
    return units_of(polygons, households), build_graph(polygons)
