"""Zones of few units: the best plan by trying all, or the proof that the rules leave none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from itertools import chain

import numpy as np
import shapely

from bigmap.base.arrays import Bools, Floats, Ints
from bigmap.core.geometry.adjacency import Graph, induced, merged
from bigmap.core.units.model import Units
from bigmap.core.zoning import infeasible
from bigmap.core.zoning.connected_groups import join_labels, members_of, whole_pieces
from bigmap.core.zoning.exact import MOST_ATOMS, Blocks, Limits, Tables, best_blocks, tables
from bigmap.core.zoning.grouping import dearer_inside
from bigmap.core.zoning.kernels import INSIDE
from bigmap.core.zoning.load import values_of
from bigmap.core.zoning.reach import middles
from bigmap.core.zoning.refusal import Refusal
from bigmap.core.zoning.resolved_rules import Wishes, wishes_of
from bigmap.core.zoning.rules import ZoningRules
from bigmap.core.zoning.zoning_model import price_per_moved

_STEP = 0.001  # deviations that differ by less are alike, and the shorter borders count


@dataclass(frozen=True)
class Atoms:
    """Units outside zones that are locked as a whole, and what is never cut.

    Attributes
    ----------
    rows : ndarray of int, shape (f,)
        These units.
    label : ndarray of int, shape (f,)
        Atom of each, 0 … n-1.
    """

    rows: Ints
    label: Ints

    @property
    def n(self) -> int:
        """Number of atoms."""
        return int(self.label.max(initial=-1)) + 1

    def masks(self, members: Ints) -> Ints:
        """Return the atom of each of these units as a mask, 0 for units of locked zones."""
        atom = np.zeros(int(self.rows.max(initial=-1)) + 2, dtype=np.int64)
        atom[self.rows] = 1 << self.label
        return atom[np.minimum(members, len(atom) - 1)]


def atoms_of(units: Units, graph: Graph, rules: ZoningRules) -> Atoms | None:
    """Return the atoms, None where there are too many to try all."""
    closed = set(chain.from_iterable(rules.locked_zones.values()))
    rows = np.flatnonzero(~units.frame["unit_id"].astype(str).isin(closed).to_numpy())
    if not rules.keep_whole and len(rows) > MOST_ATOMS:
        return None
    inner, frame = induced(graph, rows), units.frame.iloc[rows]
    whole = [whole_pieces(inner, members_of(frame, what)) for what in rules.keep_whole]
    label = join_labels(len(rows), [np.arange(len(rows)), *whole]) if len(rows) else rows
    atoms = Atoms(rows, label)
    return atoms if atoms.n <= MOST_ATOMS else None


def small_plan(
    units: Units, graph: Graph, rules: ZoningRules, k: int, *, first: bool = False
) -> tuple[Ints | None, bool]:
    """Return (zone of each unit in the best k zones or None, whether that is proven).

    Parameters
    ----------
    units : Units
        With ``load``; `atoms_of` finds atoms.
    graph : Graph
    rules : ZoningRules
    k : int
    first : bool
        Any zones that keep the hard rules will do.
    """
    atoms = atoms_of(units, graph, rules)
    assert atoms is not None
    wishes = wishes_of(units, rules, k)
    load = units.frame["load"].to_numpy(float)
    if len(wishes.names) > k or len(wishes.closed) > k:
        return None, True
    try:
        infeasible.refuse_closed(graph, load, wishes, rules)
    except Refusal:
        return None, True
    where = np.where(np.isin(wishes.bound, wishes.closed), wishes.bound, -1)
    if any(len(np.unique(where[group])) > 1 for group in wishes.together):
        return None, True
    if any(wishes.bound[a] == wishes.bound[b] >= 0 for a, b in wishes.apart):
        return None, True
    free = [z for z in range(k) if z not in wishes.closed]
    if atoms.n == 0:
        return (None if free else wishes.bound), True
    made = _Blocks(units, graph, rules, wishes, atoms, k, first)
    blocks = made.blocks
    if not first and blocks.strays.any() and not _apart(made, len(free)):
        blocks = replace(blocks, crossings=np.zeros_like(blocks.crossings))
    rows, proven = best_blocks(blocks, made.limits, atoms.n, len(free), first=first)
    if rows is None:
        return None, proven
    zone = wishes.bound.copy()
    label = made.blocks.label[rows]
    loose = iter([z for z in free if z not in label])
    for mask, z in zip(made.blocks.mask[rows], label, strict=True):
        zone[atoms.rows[(mask >> atoms.label & 1).astype(bool)]] = z if z >= 0 else next(loose)
    return zone, proven


def _apart(made: _Blocks, k: int) -> bool:
    """Return whether there is a plan in which no zone lies on two grounds."""
    alone = np.flatnonzero(made.blocks.strays == 0)
    blocks = Blocks(*(getattr(made.blocks, field.name)[alone] for field in fields(Blocks)))
    return best_blocks(blocks, made.limits, made.atoms.n, k, first=True)[0] is not None


class _Blocks:
    """The sets of atoms that may be a zone under the rules, with their prices."""

    def __init__(
        self,
        units: Units,
        graph: Graph,
        rules: ZoningRules,
        wishes: Wishes,
        atoms: Atoms,
        k: int,
        first: bool,
    ) -> None:
        self.units, self.rules, self.wishes, self.atoms, self.k = units, rules, wishes, atoms, k
        n, rows = atoms.n, atoms.rows
        ground = graph.components()
        of_ground = np.zeros(n, dtype=np.int64)
        of_ground[atoms.label] = ground[rows]
        of_ground = np.unique(of_ground, return_inverse=True)[1].astype(np.int64)
        load = units.frame["load"].to_numpy(float)
        main = load if load[rows].sum() > 0 else units.frame["site_m2"].to_numpy(float)
        self.values = np.stack([load, main, *(values_of(units, name) for name in rules.tolerances)], axis=1)
        summed = np.stack([np.bincount(atoms.label, c[rows], n) for c in self.values.T], axis=1)
        link_m, near = self._links(merged(self._preferred(graph), atoms.label, n))
        self.masks = np.arange(1 << n)
        self.table: Tables = tables(near, link_m, of_ground, np.ascontiguousarray(summed))
        self.holds = (self.masks[:, None] >> np.arange(n) & 1).astype(bool)
        share = np.inf if rules.max_moved is None else rules.max_moved * float(load.sum()) * (1 + 1e-9)
        closed = np.isin(wishes.bound, wishes.closed)
        gone = (wishes.home >= k) | (closed & (wishes.home >= 0) & (wishes.home != wishes.bound))
        mean = max(float(self.values[:, 1].sum()) / k, 1e-9)
        low = -np.inf if rules.min_load is None else rules.min_load
        high = np.inf if rules.max_load is None else rules.max_load
        all_load = float(self.table.total[-1, 0]) if n else 0.0
        moved = share - float(load[gone].sum())
        tolerance = 1e9 if first else rules.tolerance
        self.limits = Limits(all_load, low, high, moved, mean, tolerance, _STEP)
        self.blocks = self._priced(self._allowed(), of_ground, first)

    def _preferred(self, graph: Graph) -> Graph:
        """Return the graph of the free units, with dearer borders where something is preferably whole."""
        inner, frame = induced(graph, self.atoms.rows), self.units.frame.iloc[self.atoms.rows]
        for what in self.rules.prefer_whole:
            inner = dearer_inside(inner, members_of(frame, what))
        return inner

    def _links(self, graph: Graph) -> tuple[Floats, Ints]:
        link_m = np.zeros((graph.n, graph.n))
        link_m[graph.left, graph.right] = link_m[graph.right, graph.left] = graph.border_m
        near = ((link_m > 0) * (1 << np.arange(graph.n))).sum(axis=1).astype(np.int64)
        return link_m, near

    def _allowed(self) -> Ints:
        """Return the masks that keep every rule about a single zone."""
        wishes, rules, atoms = self.wishes, self.rules, self.atoms
        good = self.table.whole.copy()
        total = self.table.total[:, 0]
        good &= (total <= self.limits.high * (1 + 1e-9)) & (total >= self.limits.low * (1 - 1e-9))
        for group in self._groups():
            inside = self.masks & group
            good &= (inside == 0) | (inside == group)
        for z, other in self._bound_pairs():
            good &= ~(((self.masks & z) > 0) & ((self.masks & other) > 0))
        for pair in wishes.apart:
            one, other = (int(m) for m in atoms.masks(pair))
            if one and other:
                good &= ~(((self.masks & one) > 0) & ((self.masks & other) > 0))
        found = np.flatnonzero(good)
        return found[self._within_reach(found)] if rules.max_extent_m is not None and len(found) else found

    def _groups(self) -> Iterator[int]:
        """Give the masks of atoms that must be in one zone."""
        for group in self.wishes.together:
            yield int(np.bitwise_or.reduce(self.atoms.masks(group), initial=0))
        yield from (mask for _, mask in self._bound())

    def _bound(self) -> list[tuple[int, int]]:
        """Return the open zones with the atoms bound to them."""
        zones = [int(z) for z in np.unique(self.wishes.bound) if z >= 0 and z not in self.wishes.closed]
        held = [self.atoms.masks(np.flatnonzero(self.wishes.bound == z)) for z in zones]
        return [(z, int(np.bitwise_or.reduce(masks))) for z, masks in zip(zones, held, strict=True)]

    def _bound_pairs(self) -> Iterator[tuple[int, int]]:
        masks = [mask for _, mask in self._bound()]
        yield from ((a, b) for i, a in enumerate(masks) for b in masks[i + 1 :])

    def _within_reach(self, found: Ints) -> Bools:
        assert self.rules.max_extent_m is not None
        reach = self.reach(found)
        return np.asarray(reach <= self.rules.max_extent_m * (1 + 1e-6))

    def reach(self, found: Ints) -> Floats:
        """Return how far these sets reach as zones, metres."""
        middle, label = middles(self.units)[self.atoms.rows], self.atoms.label
        reach = np.zeros(len(found))
        label_of = self._labels(found)
        for i, mask in enumerate(found):
            points = middle[(mask >> label & 1).astype(bool)]
            centre = self.wishes.centres.get(int(label_of[i]))
            if centre is not None:
                reach[i] = np.hypot(*(points - middles(self.units)[centre]).T).max()
            else:
                reach[i] = shapely.minimum_bounding_radius(shapely.multipoints(points))
        return reach

    def _labels(self, found: Ints) -> Ints:
        label = np.full(len(found), -1, dtype=np.int64)
        for z, mask in self._bound():
            label[(found & mask) > 0] = z
        return label

    def _priced(self, found: Ints, ground: Ints, first: bool) -> Blocks:
        """Return the blocks, one for each zone a set may be."""
        home = self._home_loads()
        label, rows = self._labels(found), np.arange(len(found))
        reserved = [z for z, _ in self._bound()] + self.wishes.closed
        sets, zones = [rows], [label]
        for z in range(self.k):
            if z not in reserved and home[:, z].any():
                here = rows[(label < 0) & ((self.holds[found] @ (home[:, z] > 0)) > 0)]
                sets.append(here)
                zones.append(np.full(len(here), z))
        rows, label = np.concatenate(sets), np.concatenate(zones).astype(np.int64)
        mask = found[rows]
        moved = self._moved(home, mask, label)
        nothing = np.zeros(len(mask), dtype=np.int64)
        load = self.table.total[mask, 0]
        if first:
            return Blocks(mask, label, load, moved, np.zeros(len(mask)), nothing, nothing, nothing)
        crossings, strays = self._pieces(mask, ground)
        excess, cost = self._deviation(mask)
        cost = cost + self._border_cost(mask, ground) + self._stay_cost(mask, label)
        return Blocks(mask, label, load, moved, cost, crossings, excess, strays)

    def _home_loads(self, further: Floats | float = 0.0) -> Floats:
        """Return the load of each atom by its present zone, shape (n, k)."""
        home = self.wishes.home[self.atoms.rows]
        there = (home >= 0) & (home < self.k)
        found = np.zeros((self.atoms.n, self.k))
        weight = (self.values[self.atoms.rows, 0] + further + 1e-12)[there]
        np.add.at(found, (self.atoms.label[there], home[there]), weight)
        return found

    def _pieces(self, mask: Ints, ground: Ints) -> tuple[Ints, Ints]:
        c = int(ground.max(initial=0)) + 1
        weight = np.bincount(ground, self.table.total[1 << np.arange(self.atoms.n), 1], c)
        large = weight >= 0.5 * self.limits.mean
        touched = (self.table.grounds[mask, None] >> np.arange(c) & 1).astype(bool)
        return np.maximum(touched[:, large].sum(axis=1) - 1, 0), touched.sum(axis=1) - 1

    def _deviation(self, mask: Ints) -> tuple[Ints, Floats]:
        """Return (deviation beyond the tolerances in steps, price of deviations within them)."""
        wanted = np.array([self.rules.tolerance, *self.rules.tolerances.values()])
        means = np.maximum(self.values[:, 1:].sum(axis=0) / self.k, 1e-9)
        off = np.abs(self.table.total[mask, 1:] / means - 1)
        beyond = np.maximum(off - wanted, 0).max(axis=1)
        inside = INSIDE * (np.minimum(off / wanted, 1) ** 2).sum(axis=1)
        return np.ceil(beyond / _STEP - 1e-6).astype(np.int64), inside

    def _cut_price(self) -> float:
        n = self.atoms.n
        reference = max(float(self.table.cut_m[1 << np.arange(n)].sum()) / 2, 1.0)
        share = np.sqrt(max(self.k - 1, 1) / max(n - 1, 1))
        return float(self.rules.compactness * self.k / (2 * reference * min(share, 1.0)))

    def _border_cost(self, mask: Ints, ground: Ints) -> Floats:
        cost = 0.5 * self._cut_price() * self.table.cut_m[mask]
        if not ground.any():
            return cost
        atoms = self.atoms
        shapes = np.array(
            [
                shapely.multipoints(middles(self.units)[atoms.rows[atoms.label == atom]])
                for atom in range(atoms.n)
            ]
        )
        away = shapely.distance(shapes[:, None], shapes[None, :])
        size = max(float(away.max()), 1.0)
        holds = self.holds[mask]
        for piece in range(1, int(ground.max()) + 1):  # by the shortest way from the ground to the others
            inner, outer = np.flatnonzero(ground == piece), np.flatnonzero(ground < piece)
            ways = np.full(len(mask), np.inf)
            for u in inner:
                for v in outer:
                    both = holds[:, u] & holds[:, v]
                    ways[both] = np.minimum(ways[both], away[u, v])
            cost += np.where(np.isfinite(ways), ways / size, 0.0)
        return cost

    def _stay_cost(self, mask: Ints, label: Ints) -> Floats:
        if not (self.wishes.home >= 0).any():
            return np.zeros(len(mask))
        price = 100 * self.rules.change_price * price_per_moved(self.rules.tolerance, self.limits.mean)
        home = self._home_loads(0.02 * max(float(self.values[:, 0].mean()), 1e-3 * self.limits.mean))
        return price * self._moved(home, mask, label)

    def _moved(self, home: Floats, mask: Ints, label: Ints) -> Floats:
        """Return the load of each set that is in another zone than at present, by `_home_loads`."""
        kept = np.where(label >= 0, (self.holds[mask] * home[:, label].T).sum(axis=1), 0.0)
        return np.asarray(self.holds[mask] @ home.sum(axis=1) - kept)
