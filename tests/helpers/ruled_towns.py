"""Random towns of up to 12 units under random rules, and the same question answered by trying every plan.

The twin works otherwise than the code: which sets of units may be a zone is looked at set by set, and the
best plan follows by dynamic programming over the sets, after Held and Karp.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace

import numpy as np
from numba import njit

from bigmap.base.errors import UserError
from bigmap.base.progress import Progress
from bigmap.core.geometry.adjacency import Graph, build_graph
from bigmap.core.units.model import Units
from bigmap.core.zoning.build_zones import build_zones
from bigmap.core.zoning.rules import ZoningRules
from tests.helpers.cities import units_of
from tests.helpers.tiny_towns import drawn_town

LEAST = 0.005  # half a point of the mean load


@dataclass(frozen=True)
class Ruled:
    """A town and what is asked of it."""

    units: Units
    graph: Graph
    rules: ZoningRules

    @property
    def ids(self) -> list[str]:
        return self.units.frame["unit_id"].astype(str).to_list()

    @property
    def load(self) -> np.ndarray:
        return self.units.frame["load"].to_numpy(float)


def ruled_town(seed: int, most: int = 12) -> Ruled:
    """Return a town with zero loads, leaves, enclaves, islands and barriers, and rules that may collide."""
    rng = np.random.default_rng([seed, 7])
    shapes, loads = drawn_town(seed)
    shapes, loads = shapes[:most], loads[:most]
    if not sum(loads):
        loads[0] = 1.0
    units = units_of(np.array(shapes), loads)
    graph = build_graph(units.polygons)
    if rng.random() < 0.15 and len(graph.left) > 2:  # barriers
        keep = rng.random(len(graph.left)) > 0.25
        graph = Graph(graph.n, graph.left[keep], graph.right[keep], graph.border_m[keep])
    return Ruled(units, graph, _rules(rng, units, graph))


def _rules(rng: np.random.Generator, units: Units, graph: Graph) -> ZoningRules:
    n, ids = graph.n, units.frame["unit_id"].astype(str).to_list()
    load = units.frame["load"].to_numpy(float)
    k = int(rng.integers(1, (n if rng.random() < 0.2 else min(n, 4)) + 1))
    rules = ZoningRules(zones=k, tolerance=float(rng.choice([0.005, 0.03, 0.1, 0.2])))
    order = [ids[u] for u in rng.permutation(n)]
    if rng.random() < 0.5:
        held = order[: rng.integers(1, n // 3 + 2)]
        rules = replace(rules, locks={u: f"W{rng.integers(1, k + 1):02d}" for u in held})
    if rng.random() < 0.25:
        grown = [ids[u] for u in _grown(rng, graph, int(rng.integers(1, max(2, n // 2))))]
        rules = replace(rules, locked_zones={f"W{k:02d}": grown})
        rules = replace(
            rules, locks={u: z for u, z in rules.locks.items() if u not in grown and z != f"W{k:02d}"}
        )
    if n > 3 and rng.random() < 0.25:
        rules = replace(rules, together=[order[-2:]])
    if n > 3 and rng.random() < 0.25:
        rules = replace(rules, apart=[[ids[u] for u in rng.permutation(n)[: rng.integers(2, 4)]]])
    mean = float(load.sum()) / k
    if rng.random() < 0.3:
        rules = replace(rules, max_load=float(np.round(mean * rng.uniform(0.9, 2.0), 3)) + 0.001)
    if rng.random() < 0.15:
        rules = replace(rules, min_load=float(np.round(mean * rng.uniform(0.1, 0.9), 3)))
    if rng.random() < 0.25 and (rules.max_load or 0) >= (rules.min_load or 0):
        rules = replace(rules, zones=None)
    if rng.random() < 0.2 and not rules.locks and not rules.locked_zones:
        names = rng.permutation(["W01", "W03", "W07", "E1", "W2", "东片区"])[:k].tolist()
        near = rng.integers(0, len(names), n)
        rules = replace(rules, zones=None, start={u: str(names[z]) for u, z in zip(ids, near, strict=True)})
    if rules.max_load and rules.min_load and rules.min_load > rules.max_load:
        rules = replace(rules, min_load=None)
    return rules


def _grown(rng: np.random.Generator, graph: Graph, size: int) -> list[int]:
    matrix = graph.matrix()
    found = [int(rng.integers(graph.n))]
    while len(found) < size:
        beside = sorted(set(matrix[found].nonzero()[1].tolist()) - set(found))
        if not beside:
            break
        found.append(int(rng.choice(beside)))
    return found


# --- the twin ----------------------------------------------------------------------------------


def names_of(town: Ruled, k: int) -> list[str]:
    """Return the zones by name where they are present ones, else W01 …"""
    if town.rules.start:
        return sorted(set(town.rules.start.values()))
    return [f"W{z + 1:02d}" for z in range(k)]


def sets_allowed(town: Ruled) -> list[tuple[int, bool]]:
    """Return the sets of units that may be a zone, each with whether it lies on one ground."""
    n = town.graph.n
    near, ground = [0] * n, [0] * n
    for a, b in zip(town.graph.left.tolist(), town.graph.right.tolist(), strict=True):
        near[a] |= 1 << b
        near[b] |= 1 << a
    for u, piece in enumerate(town.graph.components().tolist()):
        ground[piece] |= 1 << u
    found = []
    for mask in np.flatnonzero(_keeps_rules(town)).tolist():
        parts = [mask & piece for piece in ground if mask & piece]
        if all(_hangs(near, part) for part in parts):
            found.append((mask, len(parts) == 1))
    return found


def _keeps_rules(town: Ruled) -> np.ndarray:
    """Return for each set of units whether it keeps every rule about one zone but to hang together."""
    rules, n = town.rules, town.graph.n
    row = {unit: i for i, unit in enumerate(town.ids)}

    def mask_of(units):
        return sum(1 << row[u] for u in set(units))

    masks = np.arange(1 << n)
    total = (masks[:, None] >> np.arange(n) & 1) @ town.load
    good = masks > 0
    if rules.max_load is not None:
        good &= total <= rules.max_load * (1 + 1e-9)
    if rules.min_load is not None:
        good &= total >= rules.min_load * (1 - 1e-9)
    for held in rules.locked_zones.values():
        good &= ((masks & mask_of(held)) == 0) | (masks == mask_of(held))
    of_zone = [mask_of(u for u, z in rules.locks.items() if z == name) for name in set(rules.locks.values())]
    for group in (*of_zone, *map(mask_of, rules.together)):
        good &= ((masks & group) == 0) | ((masks & group) == group)
    for one in of_zone:
        good &= ((masks & one) == 0) | ((masks & (mask_of(rules.locks) & ~one)) == 0)
    for group in rules.apart:
        inside = masks & mask_of(group)
        good &= (inside & (inside - 1)) == 0
    return good


def _hangs(near: list[int], mask: int) -> bool:
    reached, fresh = 0, mask & -mask
    while fresh:
        reached |= fresh
        wider = 0
        while fresh:
            u = fresh & -fresh
            wider |= near[u.bit_length() - 1]
            fresh ^= u
        fresh = wider & mask & ~reached
    return reached == mask


@njit(cache=True)
def _best(n, k, allowed, off):  # the smallest largest deviation of k zones, inf for no plan
    size = 1 << n
    before = np.full(size, np.inf)
    before[0] = 0.0
    for _ in range(k):
        now = np.full(size, np.inf)
        for mask in range(1, size):
            low = mask & -mask
            rest = mask ^ low
            sub = rest
            while True:
                block = sub | low
                if allowed[block]:
                    worst = max(off[block], before[mask ^ block])
                    now[mask] = min(now[mask], worst)
                if sub == 0:
                    break
                sub = (sub - 1) & rest
        before = now
    return before[size - 1]


@dataclass(frozen=True)
class Truth:
    """What trying every plan gives: the best largest deviation by number of zones, of plans that exist, and
    the sets of units that may be a zone.
    """

    best: dict[int, float]
    allowed: frozenset[int]


def truth_of(town: Ruled) -> Truth:
    """Try every plan with every number of zones that the rules leave open."""
    n, load = town.graph.n, town.load
    found = sets_allowed(town)
    named = max([0, *(int(z[1:]) for z in (*town.rules.locks.values(), *town.rules.locked_zones))])
    if town.rules.zones is not None:
        numbers = [town.rules.zones]
    elif town.rules.start and town.rules.max_load is None and town.rules.min_load is None:
        numbers = [len(set(town.rules.start.values()))]
    else:
        numbers = list(range(1, n + 1))
    total = (np.arange(1 << n)[:, None] >> np.arange(n) & 1) @ load
    best = {}
    for k in numbers:
        if k < named:
            continue
        off = np.abs(total / (load.sum() / k) - 1)
        for strict in (True, False):
            allowed = np.zeros(1 << n, dtype=np.bool_)
            allowed[[mask for mask, alone in found if alone or not strict]] = True
            value = _best(n, k, allowed, off)
            if np.isfinite(value):
                best[k] = float(value)
                break
    return Truth(best, frozenset(mask for mask, _ in found))


# --- the check ---------------------------------------------------------------------------------


def outcome(seed: int, limit_s: float, most: int = 12) -> dict[str, object]:
    """Return what came of a town and what is wrong with it: nothing, where ``wrong`` is empty."""
    town, began = ruled_town(seed, most), time.monotonic()
    said: dict[str, object] = {"seed": seed, "wrong": "", "ended": "planned", "worse": 0.0}
    truth = truth_of(town)
    try:
        zone = built(town, town.rules, limit_s)
    except UserError as refused:
        said |= {"ended": "refused", "said": refused.text.render("en"), "s": time.monotonic() - began}
        return said | {"wrong": wrong_refusal(town, refused, truth, limit_s)}
    k = int(zone.max()) + 1
    said |= {"s": time.monotonic() - began, "wrong": wrong_plan(town, zone, truth)}
    total = np.bincount(zone, weights=town.load)
    off = float(np.abs(total / total.mean() - 1).max())
    said["worse"] = off - max(town.rules.tolerance, truth.best.get(k, np.inf))
    return said


def built(town: Ruled, rules: ZoningRules, limit_s: float) -> np.ndarray:
    """Build the zones; `Cancelled` when that takes longer than the limit."""
    end = time.monotonic() + limit_s
    return build_zones(
        town.units, town.graph, rules, None, Progress(cancelled=lambda: time.monotonic() > end)
    )


def wrong_plan(town: Ruled, zone: np.ndarray, truth: Truth) -> str:
    """Return which rule the zones break, '' for none."""
    k = int(zone.max()) + 1
    masks = [sum(1 << int(u) for u in np.flatnonzero(zone == z)) for z in range(k)]
    if any(mask not in truth.allowed for mask in masks):
        return "a zone breaks a rule or is torn"
    if k not in truth.best:
        return "a number of zones that is not possible"
    if town.rules.zones is None and town.rules.max_load is not None and k != min(truth.best):
        return "more zones than it takes"
    names = names_of(town, k)
    row = {unit: i for i, unit in enumerate(town.ids)}
    for unit, name in town.rules.locks.items():
        if names[zone[row[unit]]] != name:
            return "a lock is not kept"
    return ""


def wrong_refusal(town: Ruled, refused: UserError, truth: Truth, limit_s: float) -> str:
    """Return what is untrue of a refusal: a plan that there is, or an advice that does not help."""
    said = refused.text.render("en")
    if truth.best and "barrier" not in said:
        return "a plan is possible"
    advice = getattr(refused, "advice", None)
    if advice is None:
        return ""
    if not advice:
        return "no way out is named"
    for way in advice:
        words = way.render("en")
        if words in ("open the barrier", "connect it"):
            continue
        followed = follow(town.rules, words)
        if followed == town.rules:
            return f"not understood: {words}"
        try:
            zone = built(town, followed, limit_s)
        except UserError as again:
            return f"does not help: {words} ({again.text.render('en')})"
        if wrong := wrong_plan(replace(town, rules=followed), zone, truth_of(replace(town, rules=followed))):
            return f"{wrong} after: {words}"
    return ""


def follow(rules: ZoningRules, words: str) -> ZoningRules:
    """Return the rules after what a refusal advises was done."""
    for part in words.split(" and "):
        rules = _followed(rules, part)
    return rules


def _followed(rules: ZoningRules, words: str) -> ZoningRules:
    number = re.search(r"[\d,]+(\.\d+)?", words)
    value = float(number[0].replace(",", "")) if number else 0.0
    if words.startswith("make "):
        return replace(rules, zones=int(value), min_zones=None, max_zones=None)
    if words.startswith("raise the maximum"):
        return replace(rules, max_load=value)
    if words.startswith("lower the minimum"):
        return replace(rules, min_load=value)
    if words.startswith("leave the number"):
        return replace(rules, zones=None)
    if words.startswith("drop the limit"):
        kind = "max_load" if rules.max_load is not None and abs(rules.max_load - value) < 1e-6 else "min_load"
        return replace(rules, **{kind: None})
    if words.startswith("unlock"):
        return replace(rules, locked_zones={z: u for z, u in rules.locked_zones.items() if z not in words})
    named = set(re.findall(r"U\d{6}", words))
    if words.startswith("free unit"):
        return replace(rules, locks={u: z for u, z in rules.locks.items() if u not in named})
    if words.startswith("drop the rule for"):
        return replace(
            rules,
            together=[group for group in rules.together if set(group) != named],
            apart=[group for group in rules.apart if set(group) != named],
        )
    if words == "drop this rule":
        return replace(rules, together=[], locks={})
    return rules
