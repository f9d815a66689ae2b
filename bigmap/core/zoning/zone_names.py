"""What zones are called: W01, W02 … from the first, or as the present zones are called that they follow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import count

import numpy as np

from bigmap.base.errors import UserError
from bigmap.core.units.model import Units
from bigmap.core.zoning.rules import ZoningRules

_ID = re.compile(r"(\D*)0*([1-9]\d{0,5})")


def numbered_names(k: int) -> list[str]:
    """Return the ids of k zones: W01 … or, from 100 zones on, W001 …"""
    width = max(2, len(str(k)))
    return [f"W{i + 1:0{width}d}" for i in range(k)]


def zone_names(units: Units, rules: ZoningRules, k: int) -> list[str]:
    """Return the ids of k zones by row.

    Present zones (``rules.start``) and those that other rules name beside them keep their names, the heaviest
    ones where there are more than k; further zones get the lowest free numbers.
    """
    present, bound = present_names(units, rules), names_bound(rules)
    if not present:
        return numbered_names(k)
    named = named_beside(present, bound)
    if len(named) > k:
        held = {find_zone(name, named) for name in bound}
        load = _present_loads(units, rules, named)
        first = sorted(range(len(named)), key=lambda i: (i not in held, -load[i], i))
        named = [named[i] for i in sorted(first[:k])]
    return sorted(with_further(named, k), key=_in_order)


def with_further(names: Sequence[str], k: int) -> list[str]:
    """Return k names: these, and after them the lowest numbers that none of them bears."""
    width = max([2, len(str(k)), *(len(name) - 1 for name in names if re.fullmatch(r"W\d+", name))])
    taken = {_key(name) for name in names}
    free = (f"W{i:0{width}d}" for i in count(1) if ("W", i) not in taken)
    return [*names, *(next(free) for _ in range(k - len(names)))]


def present_names(units: Units, rules: ZoningRules) -> list[str]:
    """Return the present zones that hold units which are there, in the order of their numbers."""
    if not rules.start:
        return []
    there = set(units.frame["unit_id"].astype(str))
    return sorted({zone for unit, zone in rules.start.items() if unit in there}, key=_in_order)


def names_bound(rules: ZoningRules) -> list[str]:
    """Return the zones that rules other than the present zones name, in order."""
    named = {*rules.locks.values(), *rules.locked_zones, *rules.seeds, *rules.centres}
    return sorted(named, key=_in_order)


def named_beside(present: Sequence[str], bound: Iterable[str]) -> list[str]:
    """Return the present zones and those bound ones that are none of them, in order."""
    named = list(present)
    for name in bound:
        if find_zone(name, named) is None:
            zone_number(name)
            named.append(name)
    return sorted(named, key=_in_order)


def find_zone(name: str, names: Sequence[str]) -> int | None:
    """Return the row of a zone by its name, or by the letters and the number in it; None for none."""
    if name in names:
        return list(names).index(name)
    keys = [_key(other) for other in names]
    return keys.index(_key(name)) if _ID.fullmatch(name) and _key(name) in keys else None


def row_of(name: str, names: Sequence[str]) -> int:
    """Return the row of a zone that rules name, among the zones made by these rules."""
    row = find_zone(name, names)
    return zone_number(name) if row is None else row


def zone_number(zone: str) -> int:
    """Return the number of a zone from 0: W01 is 0."""
    found = _ID.fullmatch(zone)
    if not found:
        raise UserError("{zone} is not the id of a zone; zones are called W01, W02 …", zone=zone)
    return int(found[2]) - 1


def _present_loads(units: Units, rules: ZoningRules, named: Sequence[str]) -> list[float]:
    load, row = np.zeros(len(named)), {name: i for i, name in enumerate(named)}
    for unit, weight in zip(units.frame["unit_id"].astype(str), units.frame["load"], strict=True):
        if unit in rules.start:
            load[row[rules.start[unit]]] += weight
    return [float(value) for value in load]


def _key(name: str) -> tuple[str, int | str]:
    found = _ID.fullmatch(name)
    return (found[1].upper(), int(found[2])) if found else (name, "")


def _in_order(name: str) -> tuple[str, int, str]:
    letters, number = _key(name)
    return letters, number if isinstance(number, int) else 0, name
