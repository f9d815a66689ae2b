"""The smallest set of rules that no plan of few units keeps, and the ways out, each of which was tried."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from bigmap.base.arrays import Floats
from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.problems import ProblemLog
from bigmap.base.progress import Progress
from bigmap.core.geometry.adjacency import Graph
from bigmap.core.units.model import Units
from bigmap.core.zoning import infeasible
from bigmap.core.zoning.grouping import prepare_ground
from bigmap.core.zoning.refusal import Refusal, all_of, at_least, at_most, share_at_least, written
from bigmap.core.zoning.resolved_rules import wishes_of
from bigmap.core.zoning.rules import ZoningRules
from bigmap.core.zoning.small_case import atoms_of, small_plan
from bigmap.core.zoning.zone_names import named_beside, names_bound, present_names

_TRIED = 160  # sets of rules tried for the smallest, before rules are left out one after the other
_MOST_WAYS = 3
_COUNTS = ("zones", "min_zones", "max_zones")


@dataclass(frozen=True)
class Rule:
    """One hard rule.

    Attributes
    ----------
    kind : str
        The attribute of `ZoningRules`.
    said : Text
        The rule in a sentence.
    dropped : Text
        What to do for it to be dropped.
    without : callable
        Rules → rules without it.
    """

    kind: str
    said: Text
    dropped: Text
    without: Callable[[ZoningRules], ZoningRules]


class Collision:
    """Rules of a small case that cannot be kept together.

    Parameters
    ----------
    units : Units
    graph : Graph
    rules : ZoningRules
        No number of zones that they allow keeps them.
    progress : Progress, optional
    """

    def __init__(
        self, units: Units, graph: Graph, rules: ZoningRules, progress: Progress | None = None
    ) -> None:
        self.units, self.graph, self.rules = units, graph, rules
        self._progress = progress or Progress()
        self._known: dict[str, bool | None] = {}

    def refusal(self) -> Refusal:
        """Return the refusal: the rules that collide and the ways out that were found to work."""
        told = list(rules_of(self.units, self.rules))
        guilty = self._smallest(told)
        return Refusal(self._fact(guilty, told), self._ways(guilty, told))

    def possible(self, rules: ZoningRules) -> bool | None:
        """Return whether any plan keeps the rules, None where that is not known."""
        self._progress.check()
        key = repr(rules)
        if key not in self._known:
            self._known[key] = self._tried(rules)
        return self._known[key]

    def _tried(self, rules: ZoningRules) -> bool | None:
        if atoms_of(self.units, self.graph, rules) is None:
            return None
        unknown = False
        try:
            infeasible.refuse_barriers(self.units, self.graph, wishes_of(self.units, rules))
            for k in numbers_of(self.units, self.graph, rules):
                zone, proven = small_plan(self.units, self.graph, rules, k, first=True)
                if zone is not None:
                    return True
                unknown |= not proven
        except UserError:
            return False
        return None if unknown else False

    def _only(self, told: list[Rule], kept: Iterable[Rule]) -> ZoningRules:
        kept, rules = list(kept), self.rules
        for rule in told:
            if rule not in kept:
                rules = rule.without(rules)
        return rules

    def _smallest(self, told: list[Rule]) -> list[Rule]:
        """Return the smallest set of rules that cannot be kept; other rules before the number of zones."""
        order = {id(rule): at for at, rule in enumerate(told)}
        told = sorted(told, key=lambda rule: (rule.kind in _COUNTS, rule.kind in _LIMITS))
        return sorted(self._guilty(told), key=lambda rule: order[id(rule)])

    def _guilty(self, told: list[Rule]) -> list[Rule]:
        sets = (list(c) for size in (1, 2, 3) for c in combinations(told, size))
        for _, kept in zip(range(_TRIED), sets, strict=False):
            if self.possible(self._only(told, kept)) is False:
                return kept
        kept = list(told)
        for rule in told:
            fewer = [other for other in kept if other is not rule]
            if self.possible(self._only(told, fewer)) is False:
                kept = fewer
        return kept

    def _fact(self, guilty: list[Rule], told: list[Rule]) -> Text:
        """Return why, by figures where these say it, else the list of the rules."""
        rules = self._only(told, guilty)
        load = self.units.frame["load"].to_numpy(float)
        try:
            wishes = wishes_of(self.units, rules, rules.zones)
            infeasible.refuse_barriers(self.units, self.graph, wishes)
            if rules.zones is not None:
                infeasible.refuse_count(len(load), rules.zones, wishes)
            prepare_ground(self.units, self.graph, load, rules, wishes, ProblemLog())
            if rules.zones is not None:
                infeasible.refuse_number(float(load.sum()), rules.zones, rules)
                infeasible.refuse_divided(self.graph, wishes, rules.zones)
        except Refusal as refused:
            if refused.proven:
                return refused.fact
        except UserError:
            pass
        if not guilty:
            return Text("No plan in zones of one piece each is possible on this ground")
        if len(guilty) == 1:
            return Text("No plan can keep this: {rule}", {"rule": guilty[0].said})
        return Text(
            "No plan can keep all of this: {rules}", {"rules": all_of([rule.said for rule in guilty])}
        )

    # --- ways out ------------------------------------------------------------------------------

    def _ways(self, guilty: list[Rule], told: list[Rule]) -> list[Text]:
        ways = [way for rule in guilty if (way := self._way(rule)) is not None]
        if ways:
            return ways[:_MOST_WAYS]
        for size in (2, 3):
            for some in combinations(told, size):
                if len(self._known) < 6 * _TRIED and self.possible(self._except(some)):
                    return [all_of([rule.dropped for rule in some])]
        gone: list[Rule] = []
        for rule in (*guilty, *(other for other in told if other not in guilty)):
            gone.append(rule)
            if self.possible(self._except(gone)):
                return [all_of([other.dropped for other in gone])]
        return []

    def _except(self, some: Iterable[Rule]) -> ZoningRules:
        rules = self.rules
        for rule in some:
            rules = rule.without(rules)
        return rules

    def _way(self, rule: Rule) -> Text | None:
        """Return the smallest change of this rule alone that is enough, None where none is."""
        if not self.possible(rule.without(self.rules)):
            return None
        if rule.kind in _COUNTS:
            return self._other_number()
        if rule.kind == "max_load":
            least = at_least(self._edge("max_load", self._loads()))
            return Text("raise the maximum to at least {least}", {"least": least})
        if rule.kind == "min_load":
            most = at_most(self._edge("min_load", self._loads()[::-1]))
            return Text("lower the minimum to at most {most}", {"most": most})
        if rule.kind == "max_extent_m":
            least = at_least(self._edge("max_extent_m", np.geomspace(1.0, 1e6, 4000)))
            return Text("allow at least {least} m", {"least": least})
        if rule.kind == "max_moved":
            share = self._edge("max_moved", np.linspace(0, 1, 1001))
            return Text("allow at least {share}", {"share": share_at_least(share, -1.0)})
        return rule.dropped

    def _other_number(self) -> Text | None:
        wanted = self.rules.zones or self.rules.min_zones or self.rules.max_zones or 1
        free = replace(self.rules, zones=None, min_zones=None, max_zones=None)
        for k in sorted(range(1, len(self.units) + 1), key=lambda k: (abs(k - wanted), k)):
            if self.possible(replace(free, zones=k)):
                return Text("make {zones} zones", {"zones": k})
        return None

    def _edge(self, kind: str, values: Floats) -> float:
        """Return the first value of the limit that is possible; the values go from hard to easy."""
        low, high = -1, len(values) - 1
        while high - low > 1:
            middle = (low + high) // 2
            if self.possible(_changed(self.rules, kind, float(values[middle]))):
                high = middle
            else:
                low = middle
        return float(values[high])

    def _loads(self) -> Floats:
        """Return every load that a set of atoms may have, in order."""
        load = self.units.frame["load"].to_numpy(float)
        atoms = atoms_of(self.units, self.graph, self.rules)
        assert atoms is not None
        sums = np.zeros(1)
        for weight in np.bincount(atoms.label, weights=load[atoms.rows], minlength=atoms.n):
            sums = np.concatenate([sums, sums + weight])
        closed = wishes_of(self.units, self.rules).closed
        bound = wishes_of(self.units, self.rules).bound
        whole = [load[bound == zone].sum() for zone in closed]
        sums = np.unique(np.concatenate([sums, np.array(whole)]))
        return sums[np.append(True, np.diff(sums) > 1e-9 * max(sums[-1], 1e-9))]


def numbers_of(units: Units, graph: Graph, rules: ZoningRules) -> list[int]:
    """Return the numbers of zones that the rules allow, upwards."""
    if rules.zones is not None:
        return [rules.zones]
    if (present := present_names(units, rules)) and not _leaves_number_open(rules):
        return [len(named_beside(present, names_bound(rules)))]
    atoms = atoms_of(units, graph, rules)
    most = (atoms.n if atoms else len(units)) + len(rules.locked_zones)
    if present:
        least = len(names_bound(rules))
    else:
        least = int(wishes_of(units, replace(rules, start={})).bound.max(initial=-1)) + 1
    low = max(1, rules.min_zones or 1, least)
    return list(range(low, min(most, rules.max_zones or most) + 1))


def _leaves_number_open(rules: ZoningRules) -> bool:
    """Tell whether something besides the present zones decides how many there are."""
    asked = (rules.min_zones, rules.max_zones, rules.max_load, rules.min_load, rules.max_extent_m)
    return any(limit is not None for limit in asked)


def rules_of(units: Units, rules: ZoningRules) -> Iterator[Rule]:
    """Give the hard rules one by one, those about numbers first."""
    yield from _limits(rules)
    for zone in rules.locked_zones:
        dropped = Text("unlock zone {zone}", {"zone": zone})
        yield Rule(
            "locked_zones", Text("zone {zone} locked", {"zone": zone}), dropped, _less("locked_zones", zone)
        )
    name = dict(zip(units.frame["unit_id"].astype(str), units.frame["name"].astype(str), strict=True))
    for kind in ("locks", "seeds", "centres"):
        yield from _bound_rules(kind, getattr(rules, kind), name)
    for kind, text in _LISTS.items():
        for group in getattr(rules, kind):
            units_said = ", ".join(f"{u} {name.get(u, '')}".strip() for u in group)
            dropped = Text("drop the rule for {units}", {"units": units_said})
            yield Rule(kind, Text(text, {"units": units_said}), dropped, _less_of(kind, group))
    for what in rules.keep_whole:
        said = Text("communities whole") if what == "communities" else Text("streets whole")
        yield Rule("keep_whole", said, Text("let it be cut"), _less_of("keep_whole", what))


_LIMITS = {
    "max_load": "a maximum load of {limit}",
    "min_load": "a minimum load of {limit}",
    "max_extent_m": "a reach of at most {limit} m",
    "max_moved": "at most {limit} % of the load moved",
}
_LISTS = {"together": "{units} together", "apart": "{units} in different zones"}


def _limits(rules: ZoningRules) -> Iterator[Rule]:
    if rules.zones is not None:
        yield _plain("zones", Text("{k} zones", {"k": rules.zones}), Text("leave the number of zones open"))
    elif rules.min_zones is not None:
        said = Text("at least {k} zones", {"k": rules.min_zones})
        yield _plain("min_zones", said, Text("leave the number of zones open"))
    if rules.zones is None and rules.max_zones is not None:
        said = Text("at most {k} zones", {"k": rules.max_zones})
        yield _plain("max_zones", said, Text("leave the number of zones open"))
    for kind, text in _LIMITS.items():
        if (limit := getattr(rules, kind)) is not None:
            shown = written(100 * limit if kind == "max_moved" else limit)
            yield _plain(kind, Text(text, {"limit": shown}), Text("drop the limit {limit}", {"limit": shown}))


def _bound_rules(kind: str, held: dict[str, Any], name: dict[str, str]) -> Iterator[Rule]:
    for key, value in held.items():
        unit, zone = (key, value) if kind == "locks" else (value, key)
        for one in [unit] if isinstance(unit, str) else unit:
            values = {"unit": f"{one} {name.get(one, '')}".strip(), "zone": zone}
            said = Text("unit {unit} in zone {zone}", values)
            freed = Text("free unit {unit}", {"unit": values["unit"]})
            if kind == "seeds":
                yield Rule(kind, said, freed, _less_seed(key, one))
            else:
                yield Rule(kind, said, freed, _less(kind, key))


def _changed(rules: ZoningRules, kind: str, value: Any) -> ZoningRules:
    values: dict[str, Any] = {kind: value}
    return replace(rules, **values)


def _plain(kind: str, said: Text, dropped: Text) -> Rule:
    return Rule(kind, said, dropped, lambda rules: _changed(rules, kind, None))


def _less(kind: str, key: str) -> Callable[[ZoningRules], ZoningRules]:
    return lambda rules: _changed(rules, kind, {k: v for k, v in getattr(rules, kind).items() if k != key})


def _less_of(kind: str, value: Any) -> Callable[[ZoningRules], ZoningRules]:
    return lambda rules: _changed(rules, kind, [v for v in getattr(rules, kind) if v != value])


def _less_seed(zone: str, unit: str) -> Callable[[ZoningRules], ZoningRules]:
    def without(rules: ZoningRules) -> ZoningRules:
        seeds = {z: [u for u in units if (z, u) != (zone, unit)] for z, units in rules.seeds.items()}
        return replace(rules, seeds={z: units for z, units in seeds.items() if units})

    return without
