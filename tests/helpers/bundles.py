"""Zones and operators made up by a seed, and the best bundles by looking at all of them."""

from __future__ import annotations

import itertools

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import box

from bigmap.core.geometry.adjacency import Graph, build_graph
from bigmap.core.operators.bundling_model import Model, score


def chequered(columns: int, rows: int, seed: int) -> tuple[gpd.GeoDataFrame, Graph]:
    """Return zones of 500 m in rows, rich ones and lean ones mixed, and which of them touch."""
    rng = np.random.default_rng(seed)
    n = columns * rows
    shapes = [
        box(500 * i, 500 * j, 500 * i + 500, 500 * j + 500) for j in range(rows) for i in range(columns)
    ]
    hh = rng.integers(500, 4000, n)
    cost = hh * rng.uniform(600, 900, n) + rng.uniform(0, 1e6, n)
    zones = gpd.GeoDataFrame(
        {
            "zone_id": [f"W{i + 1:03d}" for i in range(n)],
            "hh": hh,
            "cost_y": cost,
            "income_y": cost * rng.uniform(0.5, 1.4, n),
        },
        geometry=shapes,
        crs=4548,
    )
    return zones, build_graph(shapes)


def operators(*capacity: float) -> pd.DataFrame:
    """Return operators A, B, … with these capacities."""
    ids = [chr(65 + i) for i in range(len(capacity))]
    return pd.DataFrame({"operator_id": ids, "name": [f"{c}物业" for c in ids], "capacity": capacity})


def best_of_all(model: Model) -> float:
    """Return the least cost of any assignment within capacities and locks, by trying every one."""
    least = np.inf
    for pick in itertools.product(range(-1, model.k), repeat=model.n):
        owner = np.array(pick)
        served = owner >= 0
        used = np.bincount(owner[served], model.demand[served], model.k)
        locked = model.fixed >= 0
        if (used <= model.room).all() and (owner[locked] == model.fixed[locked]).all():
            least = min(least, score(model, owner))
    return least
