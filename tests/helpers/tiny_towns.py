"""Random towns of up to 12 units with zero loads, dead ends, enclaves and locks: hard to partition."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely import box

from bigmap.base.errors import UserError
from bigmap.base.problems import ProblemLog
from bigmap.base.progress import Progress
from bigmap.core.geometry.adjacency import Graph, build_graph, induced
from bigmap.core.units.build_units import build_units
from bigmap.core.units.model import Units
from bigmap.core.zoning.build_zones import build_zones
from bigmap.core.zoning.load import weigh
from bigmap.core.zoning.rules import ZoningRules
from bigmap.core.zoning.split_zone import split_zone
from tests.helpers.towns import at, layer, sources

MOST_UNITS = 12
_SIDE = 100


@dataclass(frozen=True)
class Tiny:
    """A town and what is asked of its zones.

    Attributes
    ----------
    units : Units
    graph : Graph
    rules : ZoningRules
    """

    units: Units
    graph: Graph
    rules: ZoningRules


def drawn_town(seed: int) -> tuple[list[shapely.Polygon], list[float]]:
    """Return estates that touch, of 100 m or two joined, some around another, and their households."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, MOST_UNITS + 1))
    cells, dense = [(0, 0)], rng.random() < 0.5
    while len(cells) < n:
        x, y = cells[rng.integers(len(cells)) if dense else -1 - rng.integers(min(2, len(cells)))]
        dx, dy = [(1, 0), (-1, 0), (0, 1), (0, -1)][rng.integers(4)]
        if (x + dx, y + dy) not in cells:
            cells.append((x + dx, y + dy))
    if n > 3 and rng.random() < 0.2:  # ground in two pieces
        cells = [(x + 3 * (i >= n // 2) * n, y) for i, (x, y) in enumerate(cells)]
    shapes = [box(_SIDE * x, _SIDE * y, _SIDE * x + _SIDE, _SIDE * y + _SIDE) for x, y in cells]
    for i in range(len(shapes)):
        if len(shapes) < MOST_UNITS and rng.random() < 0.15:  # an enclave, which touches nothing else
            inner = shapes[i].buffer(-30, join_style="mitre")
            shapes[i] = shapes[i].difference(inner)
            shapes.append(inner)
    nothing = rng.choice([0.0, 0.3, 0.6, 1.0], p=[0.3, 0.3, 0.3, 0.1])
    loads = np.where(rng.random(len(shapes)) < nothing, 0, rng.integers(1, 400, len(shapes)))
    if rng.random() < 0.1:
        loads[rng.integers(len(loads))] = 1_000_000
    if rng.random() < 0.5:  # dead ends without a load beside a heavy unit
        beside = shapely.length(shapely.intersection(np.array(shapes)[:, None], np.array(shapes))) > 0
        np.fill_diagonal(beside, val=False)
        ends = beside.sum(axis=1) == 1
        loads[beside[ends].any(axis=0)] *= 10
        loads[ends & (rng.random(len(ends)) < 0.7)] = 0
    return shapes, [float(load) for load in loads]


def tiny_town(seed: int) -> Tiny:
    """Return a random town with random rules, some of which contradict each other."""
    shapes, loads = drawn_town(seed)
    names = [f"小区{i}" for i in range(len(shapes))]
    ground = shapely.union_all(shapes)
    town = sources(shapely.box(*ground.bounds), estates=layer(shapes, hh=loads, name=names))
    town = replace(town, boundary=shapely.multipolygons(shapely.get_parts(at(ground))))
    units = weigh(build_units(town), {"hh": 1.0}, ProblemLog())
    graph = build_graph(units.polygons)
    return Tiny(units, graph, tiny_rules(seed, units, graph))


def tiny_rules(seed: int, units: Units, graph: Graph) -> ZoningRules:
    """Return random rules; in most towns the dead ends without load are locked first of all."""
    rng = np.random.default_rng([seed, 1])
    n, ids = graph.n, units.frame["unit_id"].astype(str).to_list()
    k = int(rng.integers(1, (n if rng.random() < 0.3 else min(n, 3)) + 1))
    order, fewest = rng.permutation(n), 0
    if rng.random() < 0.6:
        ends = np.bincount(np.concatenate([graph.left, graph.right]), minlength=n) == 1
        empty = ends & (units.frame["load"].to_numpy() == 0)
        order, fewest = order[np.argsort(~empty[order], kind="stable")], 1
    held = order[: rng.integers(fewest, n // 3 + 2)]
    locks = {ids[u]: f"W{rng.integers(1, k + 1 + (rng.random() < 0.1)):02d}" for u in held}
    rules = ZoningRules(zones=k, locks=locks, seed=int(rng.integers(100)))
    if rng.random() < 0.2:
        rules = replace(rules, zones=None, max_load=float(rng.integers(100, 3000)))
    if n > 3 and rng.random() < 0.2:
        rules = replace(rules, together=[[ids[u] for u in rng.permutation(n)[:2]]])
    if n > 3 and rng.random() < 0.2:
        rules = replace(rules, apart=[[ids[u] for u in rng.permutation(n)[:2]]])
    return rules


def zones_of_tiny(seed: int, limit_s: float) -> dict[str, str | float]:
    """Build the zones of a tiny town and split one; return what came of both, and the seconds.

    Raises
    ------
    Cancelled
        When either takes longer than the limit.
    AssertionError
        When a zone breaks its rules.
    """
    town, began = tiny_town(seed), time.monotonic()
    limited = Progress(cancelled=lambda: time.monotonic() > began + limit_s)
    try:
        zone = build_zones(town.units, town.graph, town.rules, None, limited)
    except UserError as refused:
        return {"plan": "refused", "said": str(refused), "split": "-", "s": time.monotonic() - began}
    _check(town, zone)
    outcome = {"plan": "planned", "split": "split"}
    rng = np.random.default_rng([seed, 2])
    whole = int(rng.integers(zone.max() + 1))
    parts = int(rng.integers(1, (zone == whole).sum(), endpoint=True))
    try:
        after = split_zone(town.units, town.graph, zone, whole, parts, town.rules, limited)
    except UserError as refused:
        outcome |= {"split": "refused", "said": str(refused)}
    else:
        assert len(np.unique(after[zone == whole])) == parts
        assert (after[zone != whole] == zone[zone != whole]).all()
    return {**outcome, "s": time.monotonic() - began}


def _check(town: Tiny, zone: np.ndarray) -> None:
    ids = town.units.frame["unit_id"].astype(str)
    assert sorted(set(zone.tolist())) == list(range(int(zone.max()) + 1))
    if town.rules.zones:
        assert zone.max() + 1 == town.rules.zones
    for unit, code in town.rules.locks.items():
        assert f"W{zone[np.flatnonzero(ids == unit)[0]] + 1:02d}" == code
    if town.rules.together:
        return  # what goes together on two pieces of ground may lie apart
    ground = town.graph.components()
    for one in range(int(zone.max()) + 1):
        members = np.flatnonzero(zone == one)
        pieces = induced(town.graph, members).components().max() + 1
        assert pieces == len(np.unique(ground[members]))
