"""The planner's rules for the units at hand: ids of units and zones become numbers, or a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from bigmap.base.arrays import Ints
from bigmap.base.errors import UserError
from bigmap.core.units.model import Units
from bigmap.core.zoning import zone_names as naming
from bigmap.core.zoning.rules import KEEPABLE, ZoningRules


@dataclass(frozen=True)
class Wishes:
    """Rules in numbers of units (0 … n-1) and of zones (0 for W01).

    Attributes
    ----------
    bound : ndarray of int, shape (n,)
        Zone a unit must be in, -1 for any.
    closed : list of int
        Zones whose units are all told.
    together : list of ndarray of int
    apart : ndarray of int, shape (r, 2)
    centres : dict of int to int
        Zone → unit.
    home : ndarray of int, shape (n,)
        Present zone, -1 for none, the number of zones for one that is given up.
    named : set of int
        Zones that the rules name, which keep their numbers.
    names : list of str
        What the zones are called.
    """

    bound: Ints
    closed: list[int]
    together: list[Ints]
    apart: Ints
    centres: dict[int, int]
    home: Ints
    named: set[int]
    names: list[str]


def wishes_of(units: Units, rules: ZoningRules, k: int | None = None) -> Wishes:
    """Return the rules in numbers; a `UserError` names what is not there or contradicts.

    Parameters
    ----------
    units : Units
    rules : ZoningRules
    k : int, optional
        Number of zones; as many as the rules name unless given.
    """
    _refuse_senseless(rules)
    present, told = naming.present_names(units, rules), naming.names_bound(rules)
    if present:
        k = k or len(naming.named_beside(present, told))
        names = naming.zone_names(units, rules, k)
        number = {name: naming.find_zone(name, names) for name in (*present, *told)}
    else:
        number = {name: naming.zone_number(name) for name in told}
        names = naming.numbered_names(max([k or 0, 1, *(z + 1 for z in number.values() if z is not None)]))
    row = {str(unit): i for i, unit in enumerate(units.frame["unit_id"])}
    bound = np.full(len(units), -1, dtype=np.int64)
    for unit, zone in _bindings(rules):
        u, z = _row(row, unit), number[zone]
        if z is None:
            raise _too_few(told)
        if bound[u] not in (-1, z):
            raise UserError(
                "Unit {unit} {name} is bound to two zones, {one} and {other}; take one of them back",
                unit=unit,
                name=units.frame["name"].iloc[u],
                one=names[int(bound[u])],
                other=names[z],
            )
        bound[u] = z
    home = np.full(len(units), -1, dtype=np.int64)
    for unit, zone in rules.start.items():
        if unit in row:  # a unit that was cut or merged since has no present zone
            z = number[zone]
            home[row[unit]] = len(names) if z is None else z
    _refuse_additions(units, rules, number, row)
    closed = sorted(z for name in rules.locked_zones if (z := number[name]) is not None)
    pairs = [pair for group in rules.apart for pair in combinations(_rows(row, group), 2)]
    return Wishes(
        bound=bound,
        closed=closed,
        together=[_rows(row, group) for group in rules.together],
        apart=np.array(pairs, dtype=np.int64).reshape(-1, 2),
        centres={z: _row(row, u) for name, u in rules.centres.items() if (z := number[name]) is not None},
        home=home,
        named={z for z in number.values() if z is not None},
        names=names,
    )


def _too_few(told: list[str]) -> UserError:
    return UserError(
        "Units are bound to the zones {zones}; ask for at least {n} zones", zones=", ".join(told), n=len(told)
    )


def _refuse_additions(
    units: Units, rules: ZoningRules, number: Mapping[str, int | None], row: Mapping[str, int]
) -> None:
    """Raise where another rule adds a unit to a zone that is locked with all its units told."""
    whole = {number[zone]: set(held) for zone, held in rules.locked_zones.items()}
    for unit, zone in _bindings(replace(rules, locked_zones={})):
        if number[zone] in whole and unit not in whole[number[zone]]:
            raise UserError(
                "Zone {zone} is locked as it is, but another rule adds unit {unit} {name} to it; unlock the"
                " zone or free the unit",
                zone=zone,
                unit=unit,
                name=units.frame["name"].iloc[row[unit]],
            )


def _bindings(rules: ZoningRules) -> Iterable[tuple[str, str]]:
    yield from rules.locks.items()
    for lists in (rules.locked_zones, rules.seeds):
        yield from ((unit, zone) for zone, units in lists.items() for unit in units)
    yield from ((unit, zone) for zone, unit in rules.centres.items())


def _row(row: Mapping[str, int], unit: str) -> int:
    if unit not in row:
        raise UserError("There is no unit {unit}; the rules for zones name it", unit=unit)
    return row[unit]


def _rows(row: Mapping[str, int], units: Iterable[str]) -> Ints:
    return np.array([_row(row, unit) for unit in units], dtype=np.int64)


def _refuse_senseless(rules: ZoningRules) -> None:
    for limit in (rules.max_load, rules.max_extent_m):
        if limit is not None and not 0 < limit < np.inf:
            raise (
                UserError("The maximum load must be above 0, not {limit:g}", limit=limit)
                if (limit is rules.max_load)
                else UserError("The largest extent must be above 0 m, not {limit:g}", limit=limit)
            )
    if rules.min_load is not None and not 0 <= rules.min_load < np.inf:
        raise UserError("The minimum load must be 0 or more, not {limit:g}", limit=rules.min_load)
    for share in (rules.tolerance, *rules.tolerances.values()):
        if not 0 < share < 1:
            raise UserError("The tolerance must lie between 0 and 1, not {share:g}", share=share)
    if not 0 <= rules.compactness < np.inf or not 0 <= rules.change_price < np.inf:
        raise UserError("Compactness and the price of change must be 0 or more")
    if rules.max_moved is not None and not 0 <= rules.max_moved <= 1:
        raise UserError(
            "The largest share that may move must lie between 0 and 1, not {share:g}", share=rules.max_moved
        )
    for what in (*rules.keep_whole, *rules.prefer_whole):
        if what not in KEEPABLE:
            raise UserError(
                "{what} cannot be kept whole; use one of {known}", what=what, known=", ".join(KEEPABLE)
            )
    _refuse_empty_ranges(rules)


def _refuse_empty_ranges(rules: ZoningRules) -> None:
    if rules.min_zones is not None and rules.max_zones is not None and rules.min_zones > rules.max_zones:
        raise UserError(
            "The smallest number of zones ({low}) is above the largest ({high})",
            low=rules.min_zones,
            high=rules.max_zones,
        )
    if rules.min_load is not None and rules.max_load is not None and rules.min_load > rules.max_load:
        raise UserError(
            "The minimum load ({low:,.0f}) is above the maximum ({high:,.0f})",
            low=rules.min_load,
            high=rules.max_load,
        )
