"""Adjacency of towns with and without barriers and the ways through them, as ratios.

    python -m tests.bench.bench_barriers 5000 10000 30000

Sizes are units. Barriers are two railways and every fifth street; each street that crosses one is a way
through.
"""

from __future__ import annotations

import argparse
import statistics
import time

import geopandas as gpd
import numpy as np
import shapely

from bigmap.core.geometry.adjacency import build_graph
from bigmap.core.units.barriers import BarrierRules, barriers_of, with_barriers
from bigmap.core.units.build_units import build_units
from tests.helpers.city import city

BUILDINGS_PER_UNIT = 1.14
RUNS = 5


def with_railways(town):
    """Return the town with a railway from west to east and one from south to north."""
    low_x, low_y, high_x, high_y = town.boundary.bounds
    t = np.linspace(0, 1, 200)
    wave = 0.03 * np.sin(17 * t) + 0.41
    across = np.column_stack([low_x + t * (high_x - low_x), low_y + wave * (high_y - low_y)])
    up = np.column_stack([low_x + wave * (high_x - low_x), low_y + t * (high_y - low_y)])
    town.barriers = gpd.GeoDataFrame(geometry=shapely.linestrings([across, up]), crs=town.crs)
    return town


def seconds(work):
    """Return the median of some runs, in seconds of the processor: others may keep it busy."""
    taken = []
    for _ in range(RUNS):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return statistics.median(taken)


def measure(n):
    """Print the times of a size."""
    town = with_railways(city(round(n * BUILDINGS_PER_UNIT)))
    units = build_units(town)
    for rules, name in (
        (BarrierRules(), "railways"),
        (BarrierRules(("arterial",)), "railways, arterial roads"),
    ):
        graph = build_graph(units.polygons)
        found = barriers_of(town, rules)
        cut = with_barriers(graph, units, found)
        free = seconds(lambda: build_graph(units.polygons))
        barred = seconds(
            lambda rules=rules: with_barriers(build_graph(units.polygons), units, barriers_of(town, rules))
        )
        print(
            f"{len(units):6,} units, {name}: {len(found.openings):5,} ways through,"
            f" {len(graph.left) - len(cut.left):5,} of {len(graph.left):6,} borders cut;"
            f" {free:.3f} s without, {barred:.3f} s with, ratio {barred / free:.2f}",
            flush=True,
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[5000, 10_000, 30_000])
    build_units(city(100))
    for size in parser.parse_args().sizes:
        measure(size)
