"""A made district of crooked blocks with estates, houses and streets, to be laid wrongly over itself."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS, Transformer

XIAMEN = (118.0894, 24.4798)
BEIJING = (116.46, 39.94)


def plane(place) -> CRS:
    """Return metres around a place."""
    return CRS.from_user_input(f"+proj=tmerc +lon_0={place[0]} +lat_0={place[1]} +ellps=GRS80 +type=crs")


def district(place=XIAMEN, size=3000.0, seed=7) -> dict[str, gpd.GeoDataFrame]:
    """Return boundary, estates, buildings and roads in EPSG:4490; no two blocks are of one size."""
    rng = np.random.default_rng(seed)
    xs, ys = _lines(rng, size), _lines(rng, size)
    roads = [shapely.LineString([(x, ys[0]), (x, ys[-1])]) for x in xs]
    roads += [shapely.LineString([(xs[0], y), (xs[-1], y)]) for y in ys]
    blocks = [
        shapely.box(x0 + 12, y0 + 12, x1 - 12, y1 - 12) for x0, x1 in pairwise(xs) for y0, y1 in pairwise(ys)
    ]
    estates = [block for block in blocks if rng.random() < 0.55]
    houses = [house for block in blocks for house in _houses(rng, block, 0.9 if block in estates else 0.3)]
    around = shapely.box(xs[0], ys[0], xs[-1], ys[-1])
    layers = {"boundary": [around], "estates": estates, "buildings": houses, "roads": roads}
    return {name: gpd.GeoDataFrame(geometry=s, crs=plane(place)).to_crs(4490) for name, s in layers.items()}


def _lines(rng, size):
    steps = rng.uniform(90, 320, 40).cumsum()
    return steps[steps < size] - size / 2


def _houses(rng, block, share):
    x0, y0, x1, y1 = block.bounds
    places = [(x, y) for x in np.arange(x0 + 8, x1 - 30, 45) for y in np.arange(y0 + 8, y1 - 22, 38)]
    return [shapely.box(x, y, x + 28, y + 14) for x, y in places if rng.random() < share]


def moved(frame: gpd.GeoDataFrame, move) -> gpd.GeoDataFrame:
    """Return a layer in degrees with ``move`` done to its (n, 2) coordinates, labelled as before."""
    return frame.set_geometry(shapely.transform(frame.geometry.to_numpy(), move), crs=frame.crs)


def point_in(crs, place=XIAMEN) -> tuple[float, float]:
    """Return a place in the numbers of a system."""
    crs = CRS.from_user_input(crs)
    return Transformer.from_crs(crs.geodetic_crs, crs, always_xy=True).transform(*place)
