"""Changes of single zones by rule: splitting one into balanced parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from bigmap.base.arrays import Floats, Ints
from bigmap.base.errors import UserError
from bigmap.base.progress import Progress
from bigmap.core.geometry.adjacency import Graph, induced
from bigmap.core.units.model import Units
from bigmap.core.zoning.build_zones import build_zones
from bigmap.core.zoning.components import apportion
from bigmap.core.zoning.resolved_rules import wishes_of
from bigmap.core.zoning.rules import ZoningRules
from bigmap.core.zoning.search import solve_connected
from bigmap.core.zoning.zone_names import numbered_names
from bigmap.core.zoning.zoning_model import Case


def balanced_parts(graph: Graph, load: Floats, n: int, tolerance: float, seed: int) -> Ints:
    """Return a part 0 … n-1 for each unit: balanced, each in one piece on each piece of ground.

    Ground too small for a part of its own goes to part 0.

    Parameters
    ----------
    graph : Graph
        At least n units.
    load : ndarray of float, shape (m,)
        Sums to more than 0.
    n : int
    tolerance : float
        Wanted largest deviation, as a share.
    seed : int
    """
    ground = graph.components()
    weight = np.bincount(ground, weights=load).astype(np.float64)
    seats = apportion(weight, n, most=np.bincount(ground))
    part = np.zeros(graph.n, dtype=np.int64)
    for piece in np.flatnonzero(seats):
        members, k = np.flatnonzero(ground == piece), int(seats[piece])
        m, mean = len(members), max(float(weight[piece]) / k, 1e-6 * float(weight.sum()))
        case = Case(
            graph=induced(graph, members),
            load=np.ascontiguousarray(load[members, None]),
            target=np.full((k, 1), mean),
            tolerance=np.array([tolerance]),
            weight=np.ones(1),
            low=np.full(k, -np.inf),
            high=np.full(k, np.inf),
            bound=np.full(m, -1),
            home=np.full(m, -1),
            stay=np.zeros(m),
        )
        part[members] = int(seats[:piece].sum()) + solve_connected(case, seed, Progress())
    return part


def split_zone(
    units: Units,
    graph: Graph,
    zone_of_unit: Ints,
    zone: int,
    n: int,
    rules: ZoningRules,
    progress: Progress | None = None,
) -> Ints:
    """Return the assignment after one zone was split into n balanced parts, each in one piece.

    Parameters
    ----------
    units : Units
    graph : Graph
    zone_of_unit : ndarray of int, shape (n units,)
        -1 for units in no zone.
    zone : int
        Zone to split: one part keeps its number, the others get the next free numbers.
    n : int
        Number of parts.
    rules : ZoningRules
        Hold within the zone, except the number of zones and the present zones; units that are bound to
        the zone stay in the part that keeps its number.
    progress : Progress, optional

    Returns
    -------
    ndarray of int, shape (n units,)

    Raises
    ------
    UserError
        When the zone cannot be split so.
    """
    members = np.flatnonzero(zone_of_unit == zone)
    if not 1 <= n <= len(members):
        raise UserError(
            "Zone {zone} has {units} units and cannot be split into {n} parts",
            zone=numbered_names(int(zone_of_unit.max()) + 1)[zone],
            units=len(members),
            n=n,
        )
    frame = units.frame.iloc[members]
    inside = set(frame["unit_id"].astype(str))
    bound = wishes_of(units, rules, int(zone_of_unit.max()) + 1).bound[members]
    held = frame["unit_id"].astype(str)[bound == zone]
    inner = replace(
        rules,
        zones=n,
        min_zones=None,
        max_zones=None,
        locks=dict.fromkeys(held, "W01"),
        locked_zones={},
        seeds={},
        centres={},
        together=_within(rules.together, inside),
        apart=_within(rules.apart, inside),
        start={},
        max_moved=None,
    )
    part = build_zones(replace(units, frame=frame), induced(graph, members), inner, None, progress)
    number = np.append(zone, zone_of_unit.max() + np.arange(1, n))
    changed = zone_of_unit.copy()
    changed[members] = number[part]
    return changed


def _within(groups: Iterable[Sequence[str]], inside: set[str]) -> list[list[str]]:
    kept = [[unit for unit in group if unit in inside] for group in groups]
    return [group for group in kept if len(group) > 1]
