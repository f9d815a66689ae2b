"""Whole plans of boundaries whose districts were drawn apart, against shapely alone.

    python -m tests.bench.bench_boundary 0 24 [--slit 0.2] [--districts]

Each seed makes 25 boundaries: all offsets, moved, apart and over. Prints what fails, and a line at the end.
"""

from __future__ import annotations

import argparse
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import shapely
from shapely import LineString

from bigmap.core.planning import pipeline
from bigmap.core.sources.layers import LayerSet, Role
from bigmap.core.units.cutting_rules import UnitRules
from bigmap.core.zoning.rules import ZoningRules
from tests.helpers.boundaries import OFFSETS_M, OUTER, drawn_apart
from tests.helpers.dirt import at, layer

ROADS = [LineString([(100, -20), (130, 900)]), LineString([(-20, 300), (1300, 420)])]
ROUNDING_M2 = 15.0


def cases(first, last):
    """Yield (seed, offset, kind) of all boundaries of some seeds."""
    for seed in range(first, last):
        for offset in OFFSETS_M:
            for kind in ("moved", "apart", "over") if offset else ("moved",):
                yield seed, offset, kind


def faults(shapes, slit_m, executor=None):
    """Return what is wrong with the plan of a boundary."""
    layers = [layer(Role.BOUNDARY, shapes), layer(Role.ROADS, ROADS, width_m=[12.0, 20.0])]
    try:
        made = pipeline.plan(
            LayerSet(layers), ZoningRules(zones=2), unit_rules=UnitRules(slit_m=slit_m), executor=executor
        )
    except ArithmeticError as error:
        return [f"ArithmeticError: {error}"]
    said = Counter()
    for problem in made.problems:
        if problem.code.startswith("boundary"):
            said[problem.code] += dict(problem.text.values)["m2"]
    union, each = shapely.union_all([at(s) for s in shapes]).area, sum(s.area for s in shapes)
    ground = made.sources.boundary.area
    pieces = shapely.area(made.units.polygons).sum()
    found = {
        "boundary": (ground, OUTER.area, ROUNDING_M2),
        "units": (pieces, ground, 0.05 if slit_m and not executor else ROUNDING_M2),
        "slits and gaps": (said["boundary_slit"] + said["boundary_gap"], OUTER.area - union, ROUNDING_M2),
        "overlaps": (said["boundary_overlap"], each - union, ROUNDING_M2 + 0.02 * (each - union)),
        "uncovered": (made.coverage.uncovered_m2, 0.0, 0.0),
        "denominator": (made.coverage.land.of, made.units.units_m2, 1e-3),
    }
    return [
        f"{name} {is_:.2f}, not {wanted:.2f}"
        for name, (is_, wanted, off) in found.items()
        if abs(is_ - wanted) > off
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seeds", type=int, nargs=2)
    parser.add_argument("--slit", type=float, default=UnitRules.slit_m)
    parser.add_argument("--districts", action="store_true", help="cut district by district")
    options = parser.parse_args()
    failed, n = 0, 0
    with ThreadPoolExecutor(2) as pool:
        for seed, offset, kind in cases(*options.seeds):
            wrong = faults(drawn_apart(seed, offset, kind), options.slit, pool if options.districts else None)
            n, failed = n + 1, failed + bool(wrong)
            if wrong:
                print(seed, offset, kind, "; ".join(wrong), flush=True)
    print(f"{n} boundaries, {failed} wrong")


if __name__ == "__main__":
    main()
