"""The search for good zones on connected ground: a multilevel start, repair, cooling, and splitting
pairs anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bigmap.base.arrays import Bools, Floats, Ints
from bigmap.base.i18n import Text
from bigmap.base.jit import PREPARING, is_compiled
from bigmap.base.progress import Progress
from bigmap.core.geometry.adjacency import merged, pieces
from bigmap.core.zoning import kernels
from bigmap.core.zoning.multilevel import partition
from bigmap.core.zoning.zoning_model import Case

_SMALL = 400  # units: up to here many starts are affordable, and single units weigh much
_STARTED = 6_000  # units: up to here the same for searches that begin with present zones
_STARTS = 8
_TURNS = 10  # how often cooling reports
_PAIRS = 60
_TREES = 12
_DIRECT = 30_000  # units: larger ground is clustered before it is partitioned
_COARSE = 10_000  # clusters: cooling makes up for a rough start, be it from 10,000 or 40,000
_COARSE_TRIALS = 300  # single moves tried a cluster


@dataclass(frozen=True)
class Effort:
    """How long to search.

    Attributes
    ----------
    trials : int
        Single moves tried.
    starts : int
        Independent starts; the best is kept.
    """

    trials: int
    starts: int = 1


def effort_for(n: int) -> Effort:
    """Return the effort for n units: a second or two for small ground, some seconds for the largest."""
    if n <= _SMALL:
        return Effort(trials=60_000 + 400 * n, starts=_STARTS)
    return Effort(starts=_STARTS, trials=int(min(42_000_000, 400_000 + 140 * n)))


def solve_connected(
    case: Case, seed: int, progress: Progress, start: Ints | None = None, effort: Effort | None = None
) -> Ints:
    """Return the zone of each unit of a connected graph: every zone in one piece and none empty.

    Parameters
    ----------
    case : Case
        At most one unit bound to each zone; at least as many units as zones.
    seed : int
    progress : Progress
        When it says enough, the best zones so far are returned.
    start : ndarray of int, shape (n,), optional
        Where to begin; made new otherwise.
    effort : Effort, optional
    """
    if case.k == 1:
        return np.zeros(case.graph.n, dtype=np.int64)
    effort = effort or effort_for(case.graph.n)
    starts = effort.starts if case.graph.n <= (_SMALL if start is None else _STARTED) else 1
    best: Ints | None = None
    best_price, cut_price = np.inf, 0.0
    for turn in range(starts):
        part = progress.part(turn / starts, (turn + 1) / starts)
        begun = _begin(case, seed + turn, part) if start is None else spread(case, start)
        found = _searched(case, made_contiguous(case, begun), seed + turn, effort, part)
        cut_price = cut_price or _cut_price(case, found)
        price = case.price(found, cut_price, 1.0)
        if price < best_price - 1e-9:
            best, best_price = found, price
        if progress.enough():
            break
    assert best is not None
    return best


def _begin(case: Case, seed: int, progress: Progress) -> Ints:
    """Return a partition with the bound units where they belong; pieces are not yet guaranteed."""
    if case.graph.n > _DIRECT:
        label = coarsen(case, np.zeros(case.graph.n, dtype=np.int64), max(_COARSE, 40 * case.k), seed)
        rough = case.contracted(label)
        begun = made_contiguous(rough, _begin_directly(rough, seed, progress))
        return anneal_moves(rough, begun, seed, _COARSE_TRIALS * rough.graph.n, progress.part(0.0, 0.0))[
            label
        ]
    return _begin_directly(case, seed, progress)


def _begin_directly(case: Case, seed: int, progress: Progress) -> Ints:
    wanted = float(case.tolerance.min())
    part = partition(case.graph, _blend(case), case.k, wanted, seed, case.bound, progress)
    return np.where(case.bound >= 0, case.bound, part)


def _blend(case: Case) -> Floats:
    """Return one load for the partition: all variables by weight, each as shares of the mean target."""
    blended: Floats = (case.load / case.target.mean(axis=0) * case.weight).sum(axis=1)
    return blended


def _cut_price(case: Case, zone: Ints) -> float:
    """Return the price of a metre of border: the borders of a zone together cost the compactness."""
    return case.compactness * case.k / (2 * max(case.cut_m(zone), 1.0))


def spread(case: Case, zone: Ints) -> Ints:
    """Return the zones with bound units where they belong, and units in none given to a zone beside them."""
    zone = np.where(case.bound >= 0, case.bound, zone)
    while (zone < 0).any():
        a, b = zone[case.graph.left], zone[case.graph.right]
        out, back = (a < 0) & (b >= 0), (b < 0) & (a >= 0)
        if not (out.any() or back.any()):
            return np.maximum(zone, 0)
        zone[case.graph.left[out]] = b[out]
        zone[case.graph.right[back]] = a[back]
    return zone


# --- repair ------------------------------------------------------------------------------------


def made_contiguous(case: Case, zone: Ints) -> Ints:
    """Return the zones with strays handed to a neighbour, empty zones filled: each in one piece."""
    zone = zone.copy()
    for _ in range(case.graph.n):
        zone = _filled(case, zone)
        piece = pieces(case.graph, zone)
        n = int(piece.max()) + 1
        if n == case.k:
            return zone
        zone = _handed_over(case, zone, piece, n)
    raise ArithmeticError("zones could not be brought into one piece")


def _handed_over(case: Case, zone: Ints, piece: Ints, n: int) -> Ints:
    """Give each piece that is not the main one of its zone to the neighbour with the longest border."""
    weight = np.bincount(piece, weights=_blend(case) + 1e-9, minlength=n)
    np.maximum.at(weight, piece[case.bound >= 0], np.inf)
    zone_of_piece = np.empty(n, dtype=np.int64)
    zone_of_piece[piece] = zone
    order = np.lexsort((weight, zone_of_piece))
    main = np.zeros(n, dtype=bool)
    main[order[np.append(np.diff(zone_of_piece[order]) != 0, True)]] = True
    borders = merged(case.graph, piece, n)
    a = np.concatenate([borders.left, borders.right])
    b = np.concatenate([borders.right, borders.left])
    length = np.tile(borders.border_m, 2)
    usable = ~main[a] & main[b]
    order = np.lexsort((b[usable], length[usable]))
    zone_of_piece[a[usable][order]] = zone_of_piece[b[usable][order]]
    return zone_of_piece[piece]


def _filled(case: Case, zone: Ints) -> Ints:
    """Give each empty zone a part of the heaviest zone that has two units or more."""
    if np.bincount(zone, minlength=case.k).min() > 0:
        return zone
    zone = zone.copy()
    for empty in np.flatnonzero(np.bincount(zone, minlength=case.k) == 0):
        weight = np.bincount(zone, weights=_blend(case), minlength=case.k)
        count = np.bincount(zone, minlength=case.k)
        donor = int(np.argmax(np.where(count > 1, weight, -1.0)))
        members = np.flatnonzero(zone == donor)
        zone[members[_part_of(case.among(members).with_zones(np.array([donor, empty])))]] = empty
    return zone


def _part_of(case: Case) -> Bools:
    """Return which units of the first of two zones may best become the second, the rest staying in one
    piece.
    """
    piece = pieces(case.graph, np.zeros(case.graph.n, dtype=np.int64))
    if piece.max() > 0:  # strays: one without a bound unit is enough
        free = np.flatnonzero(np.bincount(piece, weights=case.bound >= 0) == 0)
        return piece == free[0]
    rng = np.random.default_rng(case.graph.n)
    order, parent = kernels.random_tree(
        case.graph.n, case.graph.left, case.graph.right, rng.random(len(case.graph.left))
    )
    root, flipped, _ = kernels.best_cut(
        order, parent, case.load, case.bound, case.target, case.tolerance, case.weight, case.low, case.high
    )
    return kernels.branch(order, parent, root) != flipped


# --- improvement -------------------------------------------------------------------------------


def _searched(case: Case, zone: Ints, seed: int, effort: Effort, progress: Progress) -> Ints:
    """Return the zones after cooling, and after recombining and cooling once more where that is not
    enough.
    """
    zone = anneal_moves(case, zone, seed, effort.trials, progress.part(0.0, 0.8))
    again = recombine(case, zone, seed, progress.part(0.8, 0.9))
    if again is not zone:
        zone = anneal_moves(case, again, seed + 1, effort.trials // 4, progress.part(0.9, 1.0))
    return zone


def anneal_moves(case: Case, zone: Ints, seed: int, trials: int, progress: Progress) -> Ints:
    """Return the zones after single moves that cool down (see `kernels.anneal`)."""
    start, near, length = case.csr
    rival_start, rival = case.rival_lists
    cut_price = _cut_price(case, zone)
    peak_price = 1.0 if case.k <= 40 else 0.0
    hot = max(cut_price * float(np.median(case.graph.border_m)), 1e-6)
    if case.graph.n <= _SMALL and not (case.home >= 0).any():
        heavy = case.load.max(axis=0) / case.target.min(axis=0) / case.tolerance
        hot = max(hot, 0.3 * kernels.BEYOND * float((heavy * case.weight).max()))
    cold = min(0.02 * cut_price * float(np.median(case.graph.border_m)), 0.02 * hot)
    cold = max(cold, 1e-9)
    heats = np.geomspace(hot, cold, _TURNS + 1)
    for turn in range(_TURNS):
        if progress.enough():
            break
        progress.step(turn / _TURNS, _said(case, zone) if is_compiled(kernels.anneal) else PREPARING)
        of_turn = zone, trials // _TURNS, heats[turn], heats[turn + 1], seed * 1009 + turn
        zone = _annealed(
            progress, start, near, length, case.load, case.bound >= 0, case.allowed, rival_start, rival,
            case.home, case.stay, case.moved_limit, case.target, case.tolerance, case.weight, case.low,
            case.high, cut_price, peak_price, of_turn=of_turn,
        )  # fmt: skip
    return zone


def _annealed(progress: Progress, *case: Any, of_turn: tuple[Any, ...]) -> Ints:
    """Return the zones of `kernels.anneal`; when enough is said, the best until then."""
    anneal: Any = kernels.anneal
    stop = np.zeros(1, dtype=np.bool_)
    zone: Ints = of_turn[0]
    try:
        zone, _ = progress.watched(lambda _: anneal(*case, *of_turn, stop), end=lambda: stop.fill(True))
    except TimeoutError:  # it was still being compiled
        return zone
    return zone


def coarsen(case: Case, zone: Ints, size: int, seed: int) -> Ints:
    """Return a label 0 … m-1 for each unit: clusters within the zones, some ``size`` of them where possible.

    Bound units and rivals stay alone; units that stay or moved away from home are not mixed.
    """
    rng = np.random.default_rng(seed)
    label = np.arange(case.graph.n)
    weight = _blend(case) + 0.1 * case.k / case.graph.n
    cap = 1.5 * float(weight.sum()) / size
    free = case.bound < 0
    free[case.rivals.ravel()] = False
    while label.max() + 1 > 1.2 * size:
        m = int(label.max()) + 1
        graph = merged(case.graph, label, m).matrix()
        first = np.zeros(m, dtype=np.int64)
        first[label] = np.arange(len(label))
        group = zone[first] * (case.k + 1) + case.home[first] + 1
        joined = kernels.clusters(
            graph.indptr.astype(np.int64), graph.indices.astype(np.int64), graph.data,
            np.bincount(label, weights=weight), group, free[first], cap, rng.permutation(m),
        )  # fmt: skip
        number = np.unique(joined, return_inverse=True)[1]
        if number.max() + 1 > 0.95 * m:
            break
        label = number[label]
    return label


def _said(case: Case, zone: Ints) -> Text:
    off = np.abs(case.totals(zone)[:, 0] / case.target[:, 0] - 1)
    return Text(
        "Balancing the zones: largest deviation {off:.1%}, borders {km:,.1f} km",
        {"off": float(off.max(initial=0.0)), "km": case.cut_m(zone) / 1000},
    )


def recombine(case: Case, zone: Ints, seed: int, progress: Progress) -> Ints:
    """Return the zones after the worst of them were united with a neighbour and split anew along random
    trees.

    Notes
    -----
    A directed form of the recombination step of DeFord, Duchin and Solomon, *Harvard Data Science Review*
    3.1 (2021): always the pair that promises most, accepted only when its price falls.
    """
    rng = np.random.default_rng(seed)
    tried: set[tuple[int, int]] = set()
    for look in range(_PAIRS):
        pair = _worst_pair(case, zone, tried)
        if pair is None or progress.enough():
            break
        progress.step(look / _PAIRS, _said(case, zone))
        found = split_pair(case, zone, pair, rng)
        if found is None:
            tried.add(pair)
        else:
            zone, tried = found, {p for p in tried if not set(p) & set(pair)}
    return zone


def _worst_pair(case: Case, zone: Ints, tried: set[tuple[int, int]]) -> tuple[int, int] | None:
    """Return the neighbours that are farthest apart, one of them beyond a tolerance, and not tried yet."""
    off = (case.totals(zone) / case.target - 1) / case.tolerance
    beyond = np.abs(off).max(axis=1) > 1
    if not beyond.any():
        return None
    borders = merged(case.graph, zone, case.k)
    a, b = borders.left, borders.right
    usable = beyond[a] | beyond[b]
    a, b = a[usable], b[usable]
    for i in np.argsort(-np.abs(off[a] - off[b]).max(axis=1), kind="stable"):
        pair = (int(a[i]), int(b[i]))
        if pair not in tried:
            return pair
    return None


def split_pair(case: Case, zone: Ints, pair: tuple[int, int], rng: np.random.Generator) -> Ints | None:
    """Return the zones with the pair split better than it is, None where none of some trees does."""
    zones = np.array(pair)
    members = np.flatnonzero(np.isin(zone, zones))
    inner = case.among(members).with_zones(zones)
    now = np.where(zone[members] == pair[1], 1, 0)
    cut_price = _cut_price(case, zone)
    best, best_price = None, inner.price(now, cut_price) - 1e-3
    graph = inner.graph
    for _ in range(_TREES):
        order, parent = kernels.random_tree(graph.n, graph.left, graph.right, rng.random(len(graph.left)))
        root, flipped, _price = kernels.best_cut(
            order, parent, inner.load, inner.bound, inner.target, inner.tolerance, inner.weight,
            inner.low, inner.high
        )  # fmt: skip
        if root < 0:
            continue
        part = (kernels.branch(order, parent, root) != flipped).astype(np.int64)
        price = inner.price(part, cut_price)
        if price < best_price and _moved(case, zone, members, zones[part]) <= case.moved_limit:
            best, best_price = part, price
    if best is None:
        return None
    changed = zone.copy()
    changed[members] = zones[best]
    return changed


def _moved(case: Case, zone: Ints, members: Ints, new: Ints) -> float:
    """Return the load away from home once the members are in their new zones."""
    if not np.isfinite(case.moved_limit):
        return 0.0
    after = zone.copy()
    after[members] = new
    away = (case.home >= 0) & (case.home != after)
    return float(case.load[away, 0].sum())
