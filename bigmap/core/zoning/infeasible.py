"""Why zones cannot be built as asked: which limit, which zone or group, by how much, and the smallest
way out.
"""

from __future__ import annotations

from math import ceil, floor

import numpy as np

from bigmap.base.arrays import Floats, Ints
from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.core.geometry.adjacency import Graph, induced
from bigmap.core.units.model import Units
from bigmap.core.zoning.resolved_rules import Wishes, zone_name
from bigmap.core.zoning.rules import ZoningRules


def refuse_groups(units: Units, load: Floats, label: Ints, wishes: Wishes, rules: ZoningRules) -> None:
    """Raise where units that stay together break a limit or a rule by themselves.

    Parameters
    ----------
    units : Units
    load : ndarray of float, shape (n,)
    label : ndarray of int, shape (n,)
        Group of each unit; -1 for units of zones that are locked as a whole.
    wishes : Wishes
    rules : ZoningRules
    """
    free = label >= 0
    m = int(label.max(initial=-1)) + 1
    low, high = np.full(m, np.iinfo(np.int64).max), np.full(m, -1)
    held = free & (wishes.bound >= 0)
    np.minimum.at(low, label[held], wishes.bound[held])
    np.maximum.at(high, label[held], wishes.bound[held])
    for group in np.flatnonzero((high >= 0) & (low < high)):
        raise UserError(
            "{group} stays together, but parts of it are bound to zones {one} and {other}; free one of them",
            group=group_name(units, np.flatnonzero(label == group)),
            one=zone_name(int(low[group])),
            other=zone_name(int(high[group])),
        )
    _refuse_rivals(units, label, wishes)
    if rules.max_load is not None and m:
        weight = np.bincount(label[free], weights=load[free], minlength=m)
        worst = int(np.argmax(weight))
        if weight[worst] > rules.max_load * (1 + 1e-9):
            _refuse_heavy(units, np.flatnonzero(label == worst), float(weight[worst]), rules.max_load)


def _refuse_rivals(units: Units, label: Ints, wishes: Wishes) -> None:
    for a, b in wishes.apart:
        together = label[a] == label[b] >= 0
        same = wishes.bound[a] == wishes.bound[b] >= 0
        if together or same:
            raise UserError(
                "{one} and {other} may not be in one zone, but other rules hold them together; drop one rule",
                one=unit_name(units, int(a)),
                other=unit_name(units, int(b)),
            )


def _refuse_heavy(units: Units, members: Ints, load: float, limit: float) -> None:
    if len(members) == 1:
        unit = units.frame.iloc[members[0]]
        raise UserError(
            "Unit {unit} {name} alone has a load of {load:,.0f}, above the maximum of {limit:,.0f};"
            " raise the maximum to at least {least:,.0f}",
            unit=unit["unit_id"],
            name=unit["name"],
            load=load,
            limit=limit,
            least=ceil(load),
        )
    raise UserError(
        "{group} stays together and alone has a load of {load:,.0f}, above the maximum of {limit:,.0f};"
        " raise the maximum to at least {least:,.0f} or let it be cut",
        group=group_name(units, members),
        load=load,
        limit=limit,
        least=ceil(load),
    )


def refuse_closed(graph: Graph, load: Floats, wishes: Wishes, rules: ZoningRules) -> None:
    """Raise where a zone that is locked as a whole lies in pieces or breaks a limit."""
    for zone in wishes.closed:
        members = np.flatnonzero(wishes.bound == zone)
        if not len(members):
            raise UserError("Zone {zone} is locked, but has no units", zone=zone_name(zone))
        ground = np.unique(graph.components()[members])
        pieces = int(induced(graph, members).components().max()) + 1
        if pieces > len(ground):
            raise UserError(
                "Zone {zone} is locked, but lies in {n} pieces; connect it or unlock it",
                zone=zone_name(zone),
                n=pieces,
            )
        _refuse_load(zone, float(load[members].sum()), rules)


def _refuse_load(zone: int, load: float, rules: ZoningRules) -> None:
    if rules.max_load is not None and load > rules.max_load * (1 + 1e-9):
        raise UserError(
            "Zone {zone} is locked with a load of {load:,.0f}, above the maximum of {limit:,.0f};"
            " raise the maximum to at least {least:,.0f} or unlock it",
            zone=zone_name(zone),
            load=load,
            limit=rules.max_load,
            least=ceil(load),
        )
    if rules.min_load is not None and load < rules.min_load * (1 - 1e-9):
        raise UserError(
            "Zone {zone} is locked with a load of {load:,.0f}, below the minimum of {limit:,.0f};"
            " lower the minimum to at most {most:,.0f} or unlock it",
            zone=zone_name(zone),
            load=load,
            limit=rules.min_load,
            most=floor(load),
        )


def refuse_number(total: float, k: int, rules: ZoningRules) -> None:
    """Raise where k zones cannot hold the load within its limits, whatever their shape."""
    if rules.max_load is not None and total > k * rules.max_load * (1 + 1e-9):
        raise UserError(
            "{k} zones of at most {limit:,.0f} cannot hold the load of {total:,.0f};"
            " make at least {zones} zones or raise the maximum to at least {least:,.0f}",
            k=k,
            limit=rules.max_load,
            total=total,
            zones=ceil(total / rules.max_load - 1e-9),
            least=ceil(total / k),
        )
    if rules.min_load and total < k * rules.min_load * (1 - 1e-9):
        most = floor(total / rules.min_load + 1e-9)
        raise UserError(
            "The load of {total:,.0f} is too small for {k} zones of at least {limit:,.0f};"
            " make at most {zones} zones or lower the minimum to at most {most:,.0f}",
            k=k,
            limit=rules.min_load,
            total=total,
            zones=max(most, 1),
            most=floor(total / k),
        )


def refuse_found(units: Units, load: Floats, zone: Ints, wishes: Wishes, rules: ZoningRules) -> None:
    """Raise with what the best zones that were found still break, if anything."""
    total = np.bincount(zone, weights=load)
    k = len(total)
    if rules.max_load is not None and total.max() > rules.max_load * (1 + 1e-9):
        raise UserError(
            "No {k} zones were found that all keep the maximum of {limit:,.0f}: in the best ones, zone"
            " {zone} around"
            " {name} has {load:,.0f}; raise the maximum to {least:,.0f} or make more zones",
            k=k,
            limit=rules.max_load,
            zone=zone_name(int(np.argmax(total))),
            name=_heart(units, load, zone, int(np.argmax(total))),
            load=float(total.max()),
            least=ceil(total.max()),
        )
    if rules.min_load is not None and total.min() < rules.min_load * (1 - 1e-9):
        raise UserError(
            "No {k} zones were found that all keep the minimum of {limit:,.0f}: in the best ones, zone"
            " {zone} around"
            " {name} has {load:,.0f}; lower the minimum to {most:,.0f} or make fewer zones",
            k=k,
            limit=rules.min_load,
            zone=zone_name(int(np.argmin(total))),
            name=_heart(units, load, zone, int(np.argmin(total))),
            load=float(total.min()),
            most=floor(total.min()),
        )
    for a, b in wishes.apart:
        if zone[a] == zone[b]:
            raise UserError(
                "No zones were found that keep {one} and {other} apart; make more zones or drop this rule",
                one=unit_name(units, int(a)),
                other=unit_name(units, int(b)),
            )


def refuse_moved(load: Floats, zone: Ints, wishes: Wishes, rules: ZoningRules) -> None:
    """Raise where more load had to leave its present zone than may."""
    away = (wishes.home >= 0) & (wishes.home != zone)
    share = float(load[away].sum() / max(load.sum(), 1e-9))
    if rules.max_moved is not None and share > rules.max_moved + 1e-9:
        raise UserError(
            "Bringing the present zones in order moves {share:.1%} of the load, above the largest share of"
            " {limit:.1%}; allow at least {share:.1%}",
            share=share,
            limit=rules.max_moved,
        )


def unit_name(units: Units, unit: int) -> str:
    """Return id and name of a unit for a sentence."""
    row = units.frame.iloc[unit]
    return f"{row['unit_id']} {row['name']}".strip()


def group_name(units: Units, members: Ints) -> Text:
    """Return what a group of units is called: its community, its street, or its first units."""
    frame = units.frame.iloc[members]
    for column, template in (("comm", "Community {name}"), ("name", "Street {name}")):
        names = set(frame[column].astype(str)) - {""}
        if len(names) == 1:
            return Text(template, {"name": names.pop()})
    shown = ", ".join(unit_name(units, int(u)) for u in members[:3])
    return Text("The group of {n} units ({names} …)", {"n": len(members), "names": shown})


def _heart(units: Units, load: Floats, zone: Ints, which: int) -> str:
    members = np.flatnonzero(zone == which)
    return unit_name(units, int(members[np.argmax(load[members])]))
