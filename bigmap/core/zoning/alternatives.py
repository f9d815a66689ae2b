"""Several sets of zones that truly differ, on the trade-off between balance, compactness and change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from bigmap.base.arrays import Floats, Ints
from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.problems import ProblemLog
from bigmap.base.progress import Progress
from bigmap.core.geometry.adjacency import Graph
from bigmap.core.geometry.measures import compactness
from bigmap.core.geometry.partition import dissolve
from bigmap.core.units.model import Units
from bigmap.core.zoning.build_zones import build_zones
from bigmap.core.zoning.rules import ZoningRules
from bigmap.core.zoning.zone_names import numbered_names

_LEAST = 0.05  # share of the load that must lie elsewhere for two plans to be called different


@dataclass(frozen=True)
class Alternative:
    """One set of zones with its figures.

    Attributes
    ----------
    title : Text
        What it stands for.
    zone_of_unit : ndarray of int, shape (n,)
    rules : ZoningRules
        What it was built with.
    problems : ProblemLog
        What has to be told about it.
    deviation : float
        Largest deviation of a zone's load from the mean, as a share.
    border_m : float
        Length of the borders between zones, metres.
    compact : float
        Mean of 4πA/P² over the zones.
    moved : float
        Share of the load that leaves its present zone; NaN where there are no present zones.
    differs : float
        Smallest share of the load that lies in another zone than in any candidate before it; 1 for the first.
    """

    title: Text
    zone_of_unit: Ints
    rules: ZoningRules
    problems: ProblemLog
    deviation: float
    border_m: float
    compact: float
    moved: float
    differs: float

    @property
    def zones(self) -> int:
        """Number of zones."""
        return int(self.zone_of_unit.max()) + 1


def alternatives(
    units: Units,
    graph: Graph,
    rules: ZoningRules,
    n: int = 4,
    present: Ints | None = None,
    progress: Progress | None = None,
    names: Sequence[str] | None = None,
) -> list[Alternative]:
    """Return up to n sets of zones that differ by at least 5 % of the load, pairwise.

    Parameters
    ----------
    units : Units
        With ``load``.
    graph : Graph
    rules : ZoningRules
        Hard rules hold in every candidate.
    n : int
    present : ndarray of int, shape (n units,), optional
        Present zones, -1 for none: one candidate changes them as little as possible.
    progress : Progress, optional
    names : sequence of str, optional
        What the present zones are called.

    Returns
    -------
    list of Alternative
        At least one.

    Raises
    ------
    UserError
        When not even one set of zones keeps the hard rules.
    """
    progress = progress or Progress()
    found: list[Alternative] = []
    refused: UserError | None = None
    variants = list(_variants(units, rules, present, 3 * n, names))
    for turn, (title, variant) in enumerate(variants):
        if len(found) == n or (found and progress.enough()):
            break
        share = max(len(found) / n, turn / len(variants))
        part = progress.part(share, min(1.0, share + 1 / len(variants)))
        part.step(0.0, title)
        notes = ProblemLog()
        try:
            zone = build_zones(units, graph, variant, notes, part)
        except UserError as error:
            refused = refused or error
            continue
        candidate = _measured(units, graph, title, zone, variant, notes, present, found)
        if candidate.differs >= _LEAST or not found:
            found.append(candidate)
    if not found:
        assert refused is not None
        raise refused
    return found


def _variants(
    units: Units, rules: ZoningRules, present: Ints | None, most: int, names: Sequence[str] | None = None
) -> Iterator[tuple[Text, ZoningRules]]:
    yield Text("As asked"), rules
    yield (
        Text("Most even"),
        replace(rules, tolerance=min(rules.tolerance, 0.005), compactness=0.2 * rules.compactness),
    )
    yield (
        Text("Shortest borders"),
        replace(rules, compactness=4 * max(rules.compactness, 0.5), seed=rules.seed + 1),
    )
    if present is not None and not rules.start:
        ids = units.frame["unit_id"].astype(str)
        called = names or numbered_names(int(present.max(initial=0)) + 1)
        start = {unit: called[z] for unit, z in zip(ids, present, strict=True) if z >= 0}
        yield Text("Least change"), replace(rules, start=start, zones=rules.zones or int(present.max()) + 1)
    for turn in range(2, most):
        yield Text("Another layout"), replace(rules, seed=rules.seed + turn)


def _measured(
    units: Units, graph: Graph, title: Text, zone: Ints, rules: ZoningRules, notes: ProblemLog,
    present: Ints | None, before: list[Alternative],
) -> Alternative:  # fmt: skip
    load = units.frame["load"].to_numpy(float)
    total = np.bincount(zone, weights=load)
    shapes = dissolve(units.polygons, zone, len(total))
    differs = min((load_share_moved(load, zone, other.zone_of_unit) for other in before), default=1.0)
    return Alternative(
        title=title,
        zone_of_unit=zone,
        rules=rules,
        problems=notes,
        deviation=float(np.abs(total / max(total.mean(), 1e-9) - 1).max()),
        border_m=float(graph.border_m[zone[graph.left] != zone[graph.right]].sum()),
        compact=float(compactness(shapes).mean()),
        moved=float("nan") if present is None else load_share_moved(load, zone, present),
        differs=differs,
    )


def load_share_moved(load: Floats, one: Ints, other: Ints) -> float:
    """Return the share of the load that lies in another zone, after zones were matched as well as possible.

    Parameters
    ----------
    load : ndarray of float, shape (n,)
        Units count equally where there is none.
    one, other : ndarray of int, shape (n,)
        Zones, -1 for none.

    Notes
    -----
    The matching is an assignment problem (Kuhn, *Naval Research Logistics Quarterly* 2, 1955).
    """
    weight = load if load.sum() > 0 else np.ones(len(load))
    both = (one >= 0) & (other >= 0)
    shared = np.zeros((int(one.max()) + 1, int(other.max()) + 1))
    np.add.at(shared, (one[both], other[both]), weight[both])
    rows, columns = linear_sum_assignment(-shared)
    return float(1 - shared[rows, columns].sum() / weight.sum())
