"""The compiled loops against naive twins."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bigmap.base.progress import Progress
from bigmap.core.geometry.adjacency import Graph, induced, pieces
from bigmap.core.zoning import kernels
from bigmap.core.zoning.heavy import split_heavy
from bigmap.core.zoning.search import anneal_moves, coarsen, made_contiguous, recombine
from bigmap.core.zoning.zoning_model import Case
from tests.helpers.cities import city
from tests.helpers.examples import few

K = 4


def case_of(seed, n=60, **changes):
    units, graph = city(n, seed)
    load = units.frame[["load", "site_m2"]].to_numpy(float)
    parts = {
        "graph": graph,
        "load": np.ascontiguousarray(load),
        "target": np.tile(load.sum(axis=0) / K, (K, 1)),
        "tolerance": np.array([0.03, 0.1]),
        "weight": np.ones(2),
        "low": np.full(K, -np.inf),
        "high": np.full(K, load[:, 0].sum() / K * 1.3),
        "bound": np.full(n, -1),
        "home": np.full(n, -1),
        "stay": np.zeros(n),
    }
    return Case(**{**parts, **changes})


def stripes(case):
    """Return zones in one piece to begin with, uneven on purpose."""
    return made_contiguous(case, np.arange(case.graph.n) * K // case.graph.n)


def path_graph(n):
    return Graph(n, np.arange(n - 1), np.arange(1, n), np.ones(n - 1))


def path_case(load, k=2):
    load = np.array(load, float)[:, None]
    n = len(load)
    return Case(
        path_graph(n), load, np.full((k, 1), load.sum() / k), np.array([0.03]), np.ones(1),
        np.full(k, -np.inf), np.full(k, np.inf), np.full(n, -1), np.full(n, -1), np.zeros(n),
    )  # fmt: skip


@few()
@given(st.integers(0, 1000), st.booleans())
def test_cooling_tells_the_price_it_lowers_and_keeps_every_zone_whole(seed, rules):
    rng = np.random.default_rng(seed)
    more = {}
    if rules:
        home = rng.integers(0, K, 60)
        more = {
            "rivals": rng.choice(60, (5, 2), replace=False),
            "home": home,
            "stay": rng.random(60),
            "allowed": rng.random((60, K)) > 0.1,
        }
    case = case_of(seed, **more)
    zone = stripes(case)
    start, near, length = case.csr
    rival_start, rival = case.rival_lists
    for peak in (0.0, 1.0):
        found, change = kernels.anneal(
            start, near, length, case.load, case.bound >= 0, case.allowed, rival_start, rival, case.home,
            case.stay,
            case.moved_limit, case.target, case.tolerance, case.weight, case.low, case.high, 0.001, peak,
            zone, 4000,
            5.0, 0.01, seed, np.zeros(1, dtype=bool),
        )  # fmt: skip
        naive = case.price(found, 0.001, peak) - case.price(zone, 0.001, peak)
        assert np.isclose(change, naive, rtol=1e-6, atol=1e-6)
        assert change <= 0
        assert len(set(pieces(case.graph, found).tolist())) == len(set(found.tolist())) == K


@few()
@given(st.integers(0, 1000))
def test_a_unit_can_leave_where_the_rest_of_its_zone_is_one_piece(seed):
    case = case_of(seed)
    zone = stripes(case)
    start, near, _ = case.csr
    seen, queue = np.zeros(60, np.int64), np.zeros(60, np.int64)
    for stamp, u in enumerate(range(60), start=1):
        rest = np.flatnonzero((zone == zone[u]) & (np.arange(60) != u))
        naive = len(rest) > 0 and induced(case.graph, rest).components().max() == 0
        assert kernels.can_leave(u, start, near, zone, seen, stamp, queue, 10_000) == naive


@few()
@given(st.integers(0, 1000))
def test_the_best_cut_of_a_tree_is_that_of_trying_every_edge(seed):
    case = case_of(seed, n=25).with_zones(np.arange(2))
    rng = np.random.default_rng(seed)
    graph = case.graph
    order, parent = kernels.random_tree(graph.n, graph.left, graph.right, rng.random(len(graph.left)))
    tied = np.full(graph.n, -1)
    tied[0] = seed % 2
    root, flipped, price = kernels.best_cut(
        order, parent, case.load, tied, case.target, case.tolerance, case.weight, case.low, case.high
    )
    naive = []
    for u in order[1:]:
        inside = kernels.branch(order, parent, u)
        for flip in (False, True):
            part = (inside != flip).astype(int)
            if part[0] == seed % 2:
                naive.append(case.price(part, 0.0))
    assert np.isclose(price, min(naive))
    part = (kernels.branch(order, parent, root) != flipped).astype(int)
    assert part[0] == seed % 2
    assert len(set(pieces(graph, part).tolist())) == 2


def test_clusters_hang_together_within_zones():
    case = case_of(3, n=300)
    zone = stripes(case)
    label = coarsen(case, zone, 40, 0)
    assert 30 <= label.max() + 1 <= 120
    assert len(set(pieces(case.graph, label).tolist())) == label.max() + 1
    assert len(set(zip(label.tolist(), zone.tolist(), strict=True))) == label.max() + 1


def test_what_a_group_inherits():
    case = case_of(0, n=12, bound=np.array([1] + [-1] * 11), home=np.array([2, 2, 3] + [-1] * 9))
    joined = case.contracted(np.array([0, 0, 0, *range(1, 10)]))
    assert joined.graph.n == 10
    assert joined.bound[0] == 1
    assert joined.home[0] in (2, 3)
    assert joined.load[0, 0] == case.load[:3, 0].sum()


def test_strays_and_empty_zones_are_mended():
    case = case_of(1)
    zone = made_contiguous(case, np.zeros(60, dtype=np.int64))
    assert sorted(set(zone)) == [0, 1, 2, 3]
    scattered = made_contiguous(case, np.random.default_rng(0).integers(0, K, 60))
    assert len(set(pieces(case.graph, scattered).tolist())) == K


def test_cooling_moves_the_border():
    #  000001 -> 000111
    case = path_case([1] * 6)
    assert anneal_moves(case, np.array([0, 0, 0, 0, 0, 1]), 0, 2000, Progress()).tolist() == [
        0,
        0,
        0,
        1,
        1,
        1,
    ]


def test_recombining_gets_past_units_without_load():
    # Loads 9 0 0 9 9 9 in zones 0 1 1 1 1 1: the next unit weighs nothing.
    case = path_case([9, 0, 0, 9, 9, 9])
    zone = recombine(case, np.array([0, 1, 1, 1, 1, 1]), 0, Progress())
    assert np.bincount(zone, weights=case.load[:, 0]).tolist() == [18, 18]


def test_recombining_leaves_alone_what_is_balanced():
    case, zone = path_case([1] * 4), np.array([0, 0, 1, 1])
    assert recombine(case, zone, 0, Progress()) is zone


def test_heavy_zones_are_split_until_none_is():
    case = path_case([1] * 9)
    zone = split_heavy(case, np.array([0] * 8 + [1]), 3, 9, 0)
    assert np.bincount(zone).max() <= 3
    assert len(set(pieces(case.graph, zone).tolist())) == zone.max() + 1
