"""One zoning case in numbers: a graph, what zones may and should weigh, and who is bound to which zone."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from bigmap.base.arrays import Bools, Floats, Ints
from bigmap.core.geometry.adjacency import Graph, induced, merged
from bigmap.core.zoning.kernels import BEYOND, HARD, zone_price

_NOBODY = np.zeros((0, 2), dtype=np.int64)
_ANYWHERE = np.zeros((0, 0), dtype=np.bool_)


@dataclass(frozen=True)
class Case:
    """What the search works on; units here may be groups of units that stay together.

    Attributes
    ----------
    graph : Graph
        n units.
    load : ndarray of float, shape (n, d)
        Balanced variables; the hard limits are about the first.
    target : ndarray of float, shape (k, d)
        Wanted loads of each zone, above 0.
    tolerance, weight : ndarray of float, shape (d,)
        Wanted largest deviation as a share, and how much a variable counts.
    low, high : ndarray of float, shape (k,)
        Hard limits of the first load.
    bound : ndarray of int, shape (n,)
        Zone a unit is locked to, -1 for none.
    allowed : ndarray of bool, shape (n, k) or (0, 0)
        Zones a unit may be in; empty for all.
    rivals : ndarray of int, shape (r, 2)
        Pairs that may not be in one zone.
    home : ndarray of int, shape (n,)
        Present zone, -1 for none.
    stay : ndarray of float, shape (n,)
        Price of a unit that is not at home.
    moved_limit : float
        Largest load that may leave home.
    compactness : float
        How much borders count.
    """

    graph: Graph
    load: Floats
    target: Floats
    tolerance: Floats
    weight: Floats
    low: Floats
    high: Floats
    bound: Ints
    home: Ints
    stay: Floats
    allowed: Bools = field(default_factory=lambda: _ANYWHERE)
    rivals: Ints = field(default_factory=lambda: _NOBODY)
    moved_limit: float = np.inf
    compactness: float = 1.0

    @property
    def k(self) -> int:
        """Number of zones."""
        return len(self.target)

    @cached_property
    def csr(self) -> tuple[Ints, Ints, Floats]:
        """The graph as start, neighbour and border length of each unit."""
        matrix = self.graph.matrix()
        return (
            matrix.indptr.astype(np.int64),
            matrix.indices.astype(np.int64),
            matrix.data.astype(np.float64),
        )

    @cached_property
    def rival_lists(self) -> tuple[Ints, Ints]:
        """The rivals of each unit, as start and list."""
        both = np.concatenate([self.rivals, self.rivals[:, ::-1]])
        both = both[np.argsort(both[:, 0], kind="stable")]
        start = np.searchsorted(both[:, 0], np.arange(self.graph.n + 1)).astype(np.int64)
        return start, np.ascontiguousarray(both[:, 1])

    def totals(self, zone: Ints) -> Floats:
        """Return the loads of each zone, shape (k, d)."""
        return np.stack(
            [np.bincount(zone, weights=column, minlength=self.k) for column in self.load.T], axis=1
        )

    def cut_m(self, zone: Ints) -> float:
        """Return the length of the borders between zones, metres."""
        return float(self.graph.border_m[zone[self.graph.left] != zone[self.graph.right]].sum())

    def worst(self, zone: Ints) -> float:
        """Return the largest deviation of a zone from its target over all variables, in tolerances."""
        off = np.abs(self.totals(zone) / self.target - 1) / self.tolerance
        return float(off.max(initial=0.0))

    def broken(self, zone: Ints) -> bool:
        """Tell whether the assignment breaks a hard rule other than contiguity."""
        return self.price(zone, 0.0) >= HARD * 0.009

    def price(self, zone: Ints, cut_price: float, peak_price: float = 0.0) -> float:
        """Return what `bigmap.core.zoning.kernels.anneal` lowers, from scratch."""
        totals = self.totals(zone)
        prices = [
            zone_price(totals[z], self.target[z], self.tolerance, self.weight, self.low[z], self.high[z])
            for z in range(self.k)
        ]
        price = sum(prices) + peak_price * max(prices) + cut_price * self.cut_m(zone)
        if len(self.allowed):
            price += HARD * float((~self.allowed[np.arange(len(zone)), zone]).sum())
        price += HARD * float((zone[self.rivals[:, 0]] == zone[self.rivals[:, 1]]).sum())
        return float(price + self.stay[(self.home >= 0) & (self.home != zone)].sum())

    def among(self, members: Ints) -> Case:
        """Return the case of some units alone, with the same zones."""
        number = np.full(self.graph.n, -1, dtype=np.int64)
        number[members] = np.arange(len(members))
        rivals = number[self.rivals]
        return replace(
            self,
            graph=induced(self.graph, members),
            load=np.ascontiguousarray(self.load[members]),
            bound=self.bound[members],
            home=self.home[members],
            stay=self.stay[members],
            allowed=self.allowed[members] if len(self.allowed) else self.allowed,
            rivals=rivals[(rivals >= 0).all(axis=1)],
        )

    def contracted(self, label: Ints) -> Case:
        """Return the case of groups of units; ``label`` is the group of each unit, 0 … m-1.

        A group may be where all its units may be, is bound where one is, and at home where most of its
        load is.
        """
        m = int(label.max()) + 1
        bound = np.full(m, -1, dtype=np.int64)
        np.maximum.at(bound, label, self.bound)
        load = np.stack([np.bincount(label, weights=column, minlength=m) for column in self.load.T], axis=1)
        home = _most(label, self.home, self.load[:, 0], m)
        allowed = self.allowed
        if len(allowed):
            allowed = np.ones((m, self.k), dtype=bool)
            np.logical_and.at(allowed, label, self.allowed)
        rivals = label[self.rivals]
        return replace(
            self,
            graph=merged(self.graph, label, m),
            load=np.ascontiguousarray(load),
            bound=bound,
            home=home,
            stay=np.bincount(label, self.stay * (self.home == home[label]), m).astype(np.float64),
            allowed=allowed,
            rivals=np.unique(rivals, axis=0) if len(rivals) else rivals,
        )

    def with_zones(self, zones: Ints) -> Case:
        """Return the case with these zones only, numbered in this order; other homes are forgotten."""
        number = np.full(self.k, -1, dtype=np.int64)
        number[zones] = np.arange(len(zones))
        return replace(
            self,
            target=np.ascontiguousarray(self.target[zones]),
            low=self.low[zones],
            high=self.high[zones],
            bound=np.where(self.bound >= 0, number[self.bound], -1),
            home=np.where(self.home >= 0, number[self.home], -1),
            allowed=np.ascontiguousarray(self.allowed[:, zones]) if len(self.allowed) else self.allowed,
        )


def _most(label: Ints, value: Ints, weight: Floats, m: int) -> Ints:
    """Return the value with the most weight in each group 0 … m-1."""
    pair, where = np.unique(np.stack([label, value], axis=1), axis=0, return_inverse=True)
    total = np.bincount(where.ravel(), weights=weight + 1e-9)
    most = np.empty(m, dtype=np.int64)
    order = np.lexsort((total, pair[:, 0]))
    most[pair[order, 0]] = pair[order, 1]
    return most


def price_per_moved(tolerance: float, mean: float) -> float:
    """Return the price of a load that leaves home: below that of a zone beyond its tolerance, above all
    else.
    """
    return 0.3 * BEYOND / (tolerance * mean)
