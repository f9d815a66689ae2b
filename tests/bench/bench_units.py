"""Units, adjacency, dissolve and proof of towns of any size, beside the obvious ways.

    python -m tests.bench.bench_units 1000 10000 100000 300000 [--runs 3] [--peers 10000]

Each size runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time

import geopandas as gpd
import numpy as np
import shapely

from bigmap.core.coverage.proof import cover_plan
from bigmap.core.geometry.adjacency import build_graph
from bigmap.core.geometry.partition import dissolve
from bigmap.core.planning.plan import zones_of
from bigmap.core.units.build_units import build_units
from tests.helpers.city import city

STAGES = ("units", "adjacency", "dissolve", "proof")


def clocked(work, *args):
    """Return the result and the seconds, those of the wall and those of all cores."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = work(*args)
    return found, time.perf_counter() - wall, time.process_time() - cpu


def zones_for(units, k):
    """Return k groups of units, strip by strip."""
    middle = shapely.centroid(units.polygons)
    order = np.lexsort((shapely.get_y(middle), shapely.get_x(middle) // 1500))
    zone = np.empty(len(units), dtype=np.int64)
    zone[order] = np.arange(len(units)) * k // len(units)
    return zone


def measure(n, runs):
    """Print one line of JSON for a size: seconds of each stage and peak memory."""
    build_units(city(100))  # compiles or loads the kernels
    rows = []
    for run in range(runs):
        town, *made = clocked(city, n, run)
        units, *cut = clocked(build_units, town)
        graph, *met = clocked(build_graph, units.polygons)
        zone = zones_for(units, 300)
        _, *joined = clocked(dissolve, units.polygons, zone, 300)
        zones = zones_of(units, zone, 300)
        proof, *proved = clocked(cover_plan, units, graph, zone, zones, False)
        assert proof.uncovered_m2 == proof.overlap_m2 == 0.0
        rows.append({"generate": made, "units": cut, "adjacency": met, "dissolve": joined, "proof": proved})
        residual = abs(units.units_m2 + units.excluded_m2 - units.boundary_m2) / units.boundary_m2
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    median = {s: [statistics.median(r[s][k] for r in rows) for k in (0, 1)] for s in rows[0]}
    print(json.dumps({"n": n, "count": len(units), "mb": peak, "residual": residual, "s": median}))


def _say(what, theirs, ours):
    print(f"{what}: {theirs:.2f} s, bigmap {ours:.2f} s, {theirs / ours:.1f} times", flush=True)


def peers(n):
    """Print how long libraries take for the same ground, with what comes out."""
    import libpysal
    import momepy

    town = city(n)
    units, wall, _ = clocked(build_units, town)
    graph_s = clocked(build_graph, units.polygons)[1]
    zone = zones_for(units, 50)
    dissolve_s = clocked(dissolve, units.polygons, zone, 50)[1]
    frame = units.frame[["geometry"]].assign(zone=zone)
    _, theirs, _ = clocked(frame.dissolve, "zone")
    _say("dissolve, gpd.dissolve", theirs, dissolve_s)
    _, theirs, _ = clocked(lambda: libpysal.graph.Graph.build_contiguity(frame, rook=True, by_perimeter=True))
    _say("adjacency, libpysal", theirs, graph_s)
    roads = shapely.buffer(town.roads.geometry.to_numpy(), town.roads["width_m"].to_numpy() / 2)
    edge = gpd.GeoSeries(town.boundary, crs=town.crs)
    blocks = shapely.get_parts(shapely.difference(town.boundary, shapely.union_all(roads)))
    houses = town.buildings[shapely.within(town.buildings.geometry.to_numpy(), town.boundary)].reset_index()
    try:
        cells, theirs, _ = clocked(
            lambda: momepy.enclosed_tessellation(
                houses[["geometry"]], gpd.GeoSeries(blocks, crs=town.crs), n_jobs=2
            )
        )
        lost = 1 - cells.area.sum() / shapely.area(blocks).sum()
        valid = shapely.coverage_is_valid(cells.geometry.to_numpy())
        print(
            f"momepy: {theirs:.1f} s ({theirs / wall:.1f}× of {wall:.1f} s), lost {lost:.2%}, valid {valid}"
        )
    except Exception as failed:  # noqa: BLE001
        print(f"momepy: {type(failed).__name__}: {failed}")
    sys.stdout.flush()

    def chain():
        left = gpd.GeoDataFrame(geometry=gpd.GeoSeries([edge.union_all()], crs=town.crs))
        parts = []
        for shapes in (town.exclusions, town.estates, gpd.GeoDataFrame(geometry=roads, crs=town.crs), houses):
            mine = gpd.GeoDataFrame(geometry=shapes.geometry, crs=town.crs)
            parts.append(gpd.overlay(mine, left, how="intersection", keep_geom_type=True))
            left = gpd.overlay(left, mine, how="difference", keep_geom_type=True)
        return np.concatenate([p.geometry.to_numpy() for p in [*parts, left]])

    found, theirs, _ = clocked(chain)
    valid = shapely.coverage_is_valid(found)
    _say(f"overlay chain without plots (valid: {valid})", theirs, wall)


def main():
    """Run the sizes asked for, one process each, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=[1000, 10_000, 100_000, 300_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peers", type=int)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.inside:
        measure(told.sizes[0], told.runs)
        return
    if told.peers:
        peers(told.peers)
    before = None
    print(
        f"{'buildings':>9} {'units':>8} "
        + " ".join(f"{s + ' s (cpu)':>18}" for s in STAGES)
        + "   all s   MB"
    )
    for n in told.sizes:
        command = [
            sys.executable,
            "-m",
            "tests.bench.bench_units",
            str(n),
            "--runs",
            str(told.runs),
            "--inside",
        ]
        row = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        both = " ".join(f"{row['s'][s][0]:>9.2f} ({row['s'][s][1]:5.2f})" for s in STAGES)
        total = sum(row["s"][s][0] for s in ("units", "adjacency", "proof"))
        grown = f"  ×{total / before[1]:.2f} from {before[0]}" if before else ""
        print(
            f"{n:>9} {row['count']:>8} {both} {total:>7.1f} {row['mb']:>6.0f}  {row['residual']:.0e}{grown}"
        )
        sys.stdout.flush()
        before = n, total


if __name__ == "__main__":
    main()
