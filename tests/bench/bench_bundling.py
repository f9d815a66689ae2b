"""Bundles against CP-SAT and HiGHS: python -m tests.bench.bench_bundling [seconds [columns rows operators]].

All answers are priced by the same function; the ratios are ours to theirs after their time. Both peers
start from a greedy plan in few pieces, given to CP-SAT with all its trees (a full hint) and to HiGHS as a
solution. HiGHS has the easier model, in which pieces cost nothing (with them it finds nothing of use), so its
own objective and bound are told beside what its answer really costs.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from bigmap.core.operators.assign import bundle
from bigmap.core.operators.bundling_model import Model, model_of, parts, score
from bigmap.core.operators.bundling_rules import BundleRules
from bigmap.core.operators.initial import grow_bundles
from tests.helpers.bundles import chequered, operators

_SCALE = 1_000_000_000
_YUAN = 1000  # surpluses in thousands, so that the numbers of CP-SAT stay small


def by_cp_sat(  # noqa: C901 - one model, told line by line
    model: Model, hint: np.ndarray, seconds: float
) -> tuple[np.ndarray, float, float]:
    """Return the assignment of CP-SAT, what it costs and the bound it proved."""
    from ortools.sat.python import cp_model

    cp = cp_model.CpModel()
    above, depth = trees(model, hint)
    n, k = model.n, model.k
    x = [[cp.new_bool_var("") for _ in range(k + 1)] for _ in range(n)]
    root = [cp.new_bool_var("") for _ in range(n)]
    step = [cp.new_int_var(0, n, "") for _ in range(n)]
    parents: list[list] = [[] for _ in range(n)]
    for z in range(n):
        cp.add_exactly_one(x[z])
        for y in model.near[model.start[z] : model.start[z + 1]]:
            arc = cp.new_bool_var("")
            parents[z].append(arc)
            cp.add(step[z] >= step[y] + 1).only_enforce_if(arc)
            for o in range(k + 1):
                cp.add(x[z][o] == x[int(y)][o]).only_enforce_if(arc)
        cp.add_exactly_one([root[z], *parents[z]])
        for o in range(k + 1):  # without a start it finds nothing of use within the time
            cp.add_hint(x[z][o], int(hint[z] == (o if o < k else -1)))
        cp.add_hint(root[z], int(above[z] < 0))
        cp.add_hint(step[z], int(depth[z]))
        for arc, y in zip(parents[z], model.near[model.start[z] : model.start[z + 1]], strict=True):
            cp.add_hint(arc, int(above[z] == y))
        if model.fixed[z] >= 0:
            cp.add(x[z][model.fixed[z]] == 1)
    p_load, p_cover, p_band, p_share, p_pieces, band, _ = model.prices * np.array([*[_SCALE] * 5, 1, 1])
    terms = [round(model.away[z, o] * _SCALE) * x[z][o] for z in range(n) for o in range(k + 1)]
    load, surplus = np.round(model.load).astype(int), np.round(model.surplus / _YUAN).astype(int)
    cost = np.round(model.cost / _YUAN).astype(int)
    for o in range(k):
        mine = [x[z][o] for z in range(n)]
        cp.add(sum(int(d) * m for d, m in zip(model.demand, mine, strict=True)) <= int(model.room[o]))
        total = sum(int(v) * m for v, m in zip(load, mine, strict=True))
        money = sum(int(v) * m for v, m in zip(surplus, mine, strict=True))
        spent = sum(round(int(v) * band) * m for v, m in zip(cost, mine, strict=True))
        off, far, out, much = (cp.new_int_var(0, 10**9, "") for _ in range(4))
        target = round(model.target[o])
        for sign in (1, -1):
            cp.add(off >= sign * (total - target))
            cp.add(far >= sign * money)
        cp.add(out >= far - spent)
        cp.add(much >= total - int(model.most))
        heads = [cp.new_bool_var("") for _ in range(n)]
        for z in range(n):
            cp.add(heads[z] >= root[z] + x[z][o] - 1)
        more = cp.new_int_var(0, n, "")
        cp.add(more >= sum(heads) - 1)
        terms += [round(p_load) * off, round(p_cover * _YUAN) * far, round(p_band * _YUAN) * out]
        terms += [round(p_share) * much, round(p_pieces) * more]
    cp.minimize(sum(terms))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 2
    status = solver.solve(cp)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return np.full(n, -1), np.inf, 0.0
    owner = np.array([next(o for o in range(k + 1) if solver.value(x[z][o])) for z in range(n)])
    owner = np.where(owner == k, -1, owner)
    return owner, score(model, owner), solver.best_objective_bound / _SCALE


def trees(model: Model, owner: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the parent (-1 for a root) and the depth of each zone in trees that span the pieces."""
    above, depth = np.full(model.n, -1), np.full(model.n, -1)
    for root in range(model.n):
        if depth[root] >= 0:
            continue
        depth[root], queue = 0, [root]
        for z in queue:
            for y in model.near[model.start[z] : model.start[z + 1]]:
                if depth[y] < 0 and owner[y] == owner[z]:
                    above[y], depth[y] = z, depth[z] + 1
                    queue.append(int(y))
    return above, depth


def by_highs(model: Model, start: np.ndarray, seconds: float) -> tuple[np.ndarray, float, float, float]:
    """Return the assignment of HiGHS where pieces cost nothing, its true cost, its objective and bound."""
    import highspy

    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("time_limit", seconds)
    n, k = model.n, model.k
    p_load, p_cover, p_band, p_share, _, band, _ = model.prices
    million = 1e6
    x = [[solver.addBinary(obj=float(model.away[z, o])) for o in range(k + 1)] for z in range(n)]
    for z in range(n):
        solver.addConstr(sum(x[z]) == 1)
        if model.fixed[z] >= 0:
            solver.addConstr(x[z][model.fixed[z]] == 1)
    load, surplus, cost = model.load / 1000, model.surplus / million, model.cost / million
    for o in range(k):
        off = solver.addVariable(obj=float(p_load * 1000))
        far = solver.addVariable(obj=float(p_cover * million))
        out = solver.addVariable(obj=float(p_band * million))
        much = solver.addVariable(obj=float(p_share * 1000))
        total = sum(float(load[z]) * x[z][o] for z in range(n))
        money = sum(float(surplus[z]) * x[z][o] for z in range(n))
        spent = sum(float(band * cost[z]) * x[z][o] for z in range(n))
        if np.isfinite(model.room[o]):
            solver.addConstr(
                sum(float(model.demand[z] / 1000) * x[z][o] for z in range(n)) <= model.room[o] / 1000
            )
        target = float(model.target[o] / 1000)
        solver.addConstr(off - total >= -target)
        solver.addConstr(off + total >= target)
        solver.addConstr(far - money >= 0)
        solver.addConstr(far + money >= 0)
        solver.addConstr(out - far + spent >= 0)
        solver.addConstr(much - total >= -float(model.most / 1000))
    begun = highspy.HighsSolution()
    begun.col_value = [0.0] * solver.getNumCol()
    group = np.where(start < 0, k, start)
    for z in range(n):
        begun.col_value[x[z][group[z]].index] = 1.0
    solver.setSolution(begun)
    solver.run()
    value = np.array(solver.getSolution().col_value)
    owner = np.array([int(np.argmax([value[v.index] for v in row])) for row in x])
    owner = np.where(owner == k, -1, owner)
    info = solver.getInfo()
    return owner, score(model, owner), info.objective_function_value, info.mip_dual_bound


def main() -> None:
    """Print time and cost of both, and their ratio."""
    told = [float(word) for word in sys.argv[1:]]
    seconds = told[0] if told else 60.0
    columns, rows, k = (int(v) for v in told[1:4]) if len(told) > 3 else (20, 15, 12)
    bundle(*chequered(2, 2, 0), operators(np.nan, np.nan))  # compiles
    for seed in range(1, 3):
        zones, graph = chequered(columns, rows, seed)
        share = np.random.default_rng(seed).uniform(0.9, 1.3, k)
        table = operators(*(zones["hh"].sum() / k * 1.15 * share))
        rules = BundleRules(near_m=0.0)
        began = time.perf_counter()
        ours = bundle(zones, graph, table, rules=rules)
        took = time.perf_counter() - began
        model = model_of(zones, graph, table, rules)
        start = min((grow_bundles(model, seed) for seed in range(20)), key=lambda owner: score(model, owner))
        began = time.perf_counter()
        theirs, cost, bound = by_cp_sat(model, start, seconds)
        print(
            f"{len(zones)} zones, {k} operators, seed {seed}: ours {ours.objective:.5f} in {took:.2f} s"
            f" (proven {ours.proven}, parts {parts(model, ours.owner).tolist()});"
            f" CP-SAT from {score(model, start):.5f} to {cost:.5f} in {time.perf_counter() - began:.1f} s,"
            f" bound {bound:.5f},"
            f" parts {parts(model, theirs).tolist()}; ratio {ours.objective / cost:.3f}",
            flush=True,
        )
        began = time.perf_counter()
        theirs, cost, easier, bound = by_highs(model, start, seconds)
        print(
            f"  HiGHS, pieces for nothing: {easier:.5f} in {time.perf_counter() - began:.1f} s, bound"
            f" {bound:.5f}; with its {int(parts(model, theirs).sum())} parts {cost:.5f};"
            f" ratio {ours.objective / cost:.3f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
