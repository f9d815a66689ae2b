"""Towns of any size at once: a jittered grid of streets and plots, made by arrays and not by the pipeline."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely

from bigmap.core.geometry.adjacency import build_graph
from bigmap.core.planning.plan import Plan, zones_of
from bigmap.core.units.model import Units
from tests.helpers.plans import EPSG, ORIGIN, grid_plan

PLOT, STREET, BLOCK = 34.0, 12.0, 9
"""Metres of a plot and of a street; every ninth row and column is a street."""


def polygons_of(columns: int, rows: int, seed: int = 1) -> np.ndarray:
    """Return a valid coverage of ``columns * rows`` quadrangles with a bend in each side, west to east."""
    rng = np.random.default_rng(seed)

    def marks(n: int) -> np.ndarray:
        return np.concatenate([[0.0], np.cumsum(np.where(np.arange(n) % BLOCK == BLOCK - 1, STREET, PLOT))])

    x, y = np.meshgrid(marks(columns), marks(rows))
    corner = np.stack([x, y], axis=-1) + rng.uniform(-2, 2, (*x.shape, 2))
    across = (corner[:, :-1] + corner[:, 1:]) / 2 + rng.uniform(-1, 1, (rows + 1, columns, 2))
    along = (corner[:-1] + corner[1:]) / 2 + rng.uniform(-1, 1, (rows, columns + 1, 2))
    ring = [
        corner[:-1, :-1], across[:-1], corner[:-1, 1:], along[:, 1:],
        corner[1:, 1:], across[1:], corner[1:, :-1], along[:, :-1], corner[:-1, :-1],
    ]  # fmt: skip
    xy = np.round(np.stack(ring, axis=2).reshape(-1, 9, 2), 2) + ORIGIN
    return np.asarray(shapely.polygons(xy), dtype=object)


def town(columns: int, rows: int, zones: int, seed: int = 1) -> Plan:
    """Return the plan of a town on a grid, its zones about square, two operators in turn."""
    shapes = polygons_of(columns, rows, seed)
    column, row = np.tile(np.arange(columns), rows), np.repeat(np.arange(rows), columns)
    street = (column % BLOCK == BLOCK - 1) | (row % BLOCK == BLOCK - 1)
    wide = max(1, round(np.sqrt(zones)))
    high = -(-zones // wide)
    zone = np.minimum(row * high // rows * wide + column * wide // columns, zones - 1)
    kind = np.where(street, "road", np.where((column * 7 + row * 3) % 5 == 0, "building", "estate"))
    plan = plan_of(shapes, zone, kind, seed)
    built = shapes[~street]
    footprints = shapely.buffer(shapely.centroid(built), 9, cap_style="square")
    buildings = gpd.GeoDataFrame(geometry=footprints, crs=EPSG)
    return replace(plan, sources=replace(plan.sources, buildings=buildings))


def plan_of(shapes: np.ndarray, zone: np.ndarray, kind: np.ndarray | str = "estate", seed: int = 1) -> Plan:
    """Return a plan of any polygons; they need not tile the ground."""
    plan, n = grid_plan(), len(shapes)
    rng = np.random.default_rng(seed)
    households = np.where(np.asarray(kind) == "road", 0, rng.integers(0, 90, n))
    first = {c: np.repeat(plan.units.frame[c].to_numpy()[:1], n) for c in plan.units.frame.columns[:-1]}
    frame = gpd.GeoDataFrame(first, geometry=shapes, crs=EPSG)
    frame["unit_id"] = [f"U{i:06d}" for i in range(n)]
    frame["name"] = [f"筼筜{i}里" for i in range(n)]
    frame["kind"] = kind
    frame["site_m2"] = shapely.area(shapes)
    frame["hh"], frame["load"] = households, households.astype(float)
    units = Units(frame, frame["site_m2"].sum(), 0.0, plan.units.meter, np.array([], dtype=object))
    table = zones_of(units, zone, int(zone.max()) + 1)
    table["oper"] = np.where(np.arange(len(table)) % 2, "Y02", "Y01")
    west, south, east, north = shapely.total_bounds(shapes)
    sources = replace(plan.sources, boundary=shapely.MultiPolygon([shapely.box(west, south, east, north)]))
    coverage = replace(plan.coverage, gaps=())
    return replace(
        plan,
        sources=sources,
        units=units,
        graph=build_graph(shapes),
        zone_of_unit=zone,
        zones=table,
        coverage=coverage,
    )
