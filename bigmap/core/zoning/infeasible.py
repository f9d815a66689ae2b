"""Why zones cannot be built as asked, where that follows from few figures: which limit, which zone or group,
by how much, and the smallest way out.
"""

from __future__ import annotations

from math import ceil, floor
from typing import Any

import numpy as np

from bigmap.base.arrays import Floats, Ints
from bigmap.base.i18n import Text
from bigmap.core.geometry.adjacency import Graph, build_graph, induced, pieces
from bigmap.core.units.model import Units
from bigmap.core.zoning.refusal import Refusal, at_least, at_most, share_at_least, written
from bigmap.core.zoning.resolved_rules import Wishes
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
        names = wishes.names[int(low[group])], wishes.names[int(high[group])]
        raise Refusal(
            Text(
                "{group} stays together, but parts of it are bound to zones {one} and {other}",
                {
                    "group": group_name(units, np.flatnonzero(label == group)),
                    "one": names[0],
                    "other": names[1],
                },
            ),
            [Text("free one of them")],
        )
    _refuse_rivals(units, label, wishes)
    if rules.max_load is not None and m:
        weight = np.bincount(label[free], weights=load[free], minlength=m)
        worst = int(np.argmax(weight))
        if weight[worst] > rules.max_load * (1 + 1e-9):
            _refuse_heavy(units, np.flatnonzero(label == worst), float(weight[worst]), rules.max_load)


def _refuse_rivals(units: Units, label: Ints, wishes: Wishes) -> None:
    for a, b in wishes.apart:
        if label[a] == label[b] >= 0 or wishes.bound[a] == wishes.bound[b] >= 0:
            raise Refusal(
                Text(
                    "{one} and {other} may not be in one zone, but other rules hold them together",
                    {"one": unit_name(units, int(a)), "other": unit_name(units, int(b))},
                ),
                [Text("drop one rule")],
            )


def _refuse_heavy(units: Units, members: Ints, load: float, limit: float) -> None:
    values = {"load": at_least(load), "limit": written(limit)}
    raised = Text("raise the maximum to at least {least}", {"least": at_least(load)})
    if len(members) == 1:
        name = unit_name(units, int(members[0]))
        text = "Unit {unit} alone has a load of {load}, above the maximum of {limit}"
        raise Refusal(Text(text, {"unit": name, **values}), [raised])
    text = "{group} stays together and alone has a load of {load}, above the maximum of {limit}"
    raise Refusal(
        Text(text, {"group": group_name(units, members), **values}), [raised, Text("let it be cut")]
    )


def refuse_closed(graph: Graph, load: Floats, wishes: Wishes, rules: ZoningRules) -> None:
    """Raise where a zone that is locked as a whole lies in pieces or breaks a limit."""
    for zone in wishes.closed:
        name, members = wishes.names[zone], np.flatnonzero(wishes.bound == zone)
        unlock = Text("unlock zone {zone}", {"zone": name})
        if not len(members):
            raise Refusal(Text("Zone {zone} is locked, but has no units", {"zone": name}), [unlock])
        ground = np.unique(graph.components()[members])
        n = int(induced(graph, members).components().max()) + 1
        if n > len(ground):
            text = Text("Zone {zone} is locked, but lies in {n} pieces", {"zone": name, "n": n})
            raise Refusal(text, [Text("connect it"), unlock])
        _refuse_load(name, float(load[members].sum()), rules, unlock)


def _refuse_load(name: str, load: float, rules: ZoningRules, unlock: Text) -> None:
    if rules.max_load is not None and load > rules.max_load * (1 + 1e-9):
        text = "Zone {zone} is locked with a load of {load}, above the maximum of {limit}"
        values = {"zone": name, "load": at_least(load), "limit": written(rules.max_load)}
        raised = Text("raise the maximum to at least {least}", {"least": at_least(load)})
        raise Refusal(Text(text, values), [raised, unlock])
    if rules.min_load is not None and load < rules.min_load * (1 - 1e-9):
        text = "Zone {zone} is locked with a load of {load}, below the minimum of {limit}"
        values = {"zone": name, "load": at_most(load), "limit": written(rules.min_load)}
        lowered = Text("lower the minimum to at most {most}", {"most": at_most(load)})
        raise Refusal(Text(text, values), [lowered, unlock])


def refuse_divided(graph: Graph, wishes: Wishes, k: int) -> None:
    """Raise where locked zones divide a ground into more parts than there are further zones."""
    free = np.flatnonzero(~np.isin(wishes.bound, wishes.closed))
    if not wishes.closed or not len(free):
        return
    open_zones = k - len(wishes.closed)
    if open_zones < 1:
        raise Refusal(
            Text("All {k} zones are locked, but {n} units are in none of them", {"k": k, "n": len(free)}),
            [Text("make {zones} zones", {"zones": len(wishes.closed) + least_parts(graph, free)})],
        )
    parts = least_parts(graph, free)
    if parts > open_zones:
        names = ", ".join(wishes.names[z] for z in wishes.closed)
        text = (
            "What is locked ({zones}) divides the rest into {parts} parts, so that {k} zones cannot be in one"
            " piece each"
        )
        ways = [Text("make {zones} zones", {"zones": len(wishes.closed) + parts})]
        ways.append(Text("unlock zone {zone}", {"zone": names}))
        raise Refusal(Text(text, {"zones": names, "parts": parts, "k": k}), ways)


def least_parts(graph: Graph, free: Ints) -> int:
    """Return the largest number of pieces in which the free units of one ground lie."""
    part = induced(graph, free).components()
    pairs = np.unique(np.stack([graph.components()[free], part], axis=1), axis=0)
    return int(np.bincount(pairs[:, 0]).max())


def refuse_barriers(units: Units, graph: Graph, wishes: Wishes) -> None:
    """Raise where units that must be in one zone lie on two sides of a barrier."""
    ground = graph.components()
    if not ground.any():
        return
    sets = [*wishes.together, *(np.flatnonzero(wishes.bound == z) for z in np.unique(wishes.bound) if z >= 0)]
    across = [members for members in sets if len(np.unique(ground[members])) > 1]
    if not across:
        return
    whole = build_graph(units.polygons).components()
    for members in across:
        for u in members[1:]:
            if ground[u] != ground[members[0]] and whole[u] == whole[members[0]]:
                raise Refusal(
                    Text(
                        "{one} and {other} must be in one zone, but a barrier keeps their grounds apart",
                        {"one": unit_name(units, int(members[0])), "other": unit_name(units, int(u))},
                    ),
                    [Text("drop this rule"), Text("open the barrier")],
                )


def least_zones(load: Floats, limit: float) -> int:
    """Return how many zones a maximum load takes at least: by the sum, and since no zone holds more than j
    units above the (j + 1)-th part of the maximum.
    """
    least = [ceil(float(load.sum()) / limit - 1e-9), 1]
    least += [ceil(int((load > limit * (1 + 1e-9) / (j + 1)).sum()) / j) for j in range(1, 20)]
    return max(least)


def refuse_number(total: float, k: int, rules: ZoningRules) -> None:
    """Raise where k zones cannot hold the load within its limits, whatever their shape."""
    if rules.max_load is not None and total > k * rules.max_load * (1 + 1e-9):
        text = "{k} zones of at most {limit} cannot hold the load of {total}"
        values = {"k": k, "limit": written(rules.max_load), "total": at_least(total)}
        ways = [
            Text("make {zones} zones", {"zones": ceil(total / rules.max_load - 1e-9)}),
            Text("raise the maximum to at least {least}", {"least": at_least(total / k)}),
        ]
        raise Refusal(Text(text, values), ways)
    if rules.min_load and total < k * rules.min_load * (1 - 1e-9):
        text = "The load of {total} is too small for {k} zones of at least {limit}"
        values = {"k": k, "limit": written(rules.min_load), "total": at_most(total)}
        ways = [
            Text("make {zones} zones", {"zones": max(1, floor(total / rules.min_load + 1e-9))}),
            Text("lower the minimum to at most {most}", {"most": at_most(total / k)}),
        ]
        raise Refusal(Text(text, values), ways)


def refuse_count(n: int, k: int, wishes: Wishes) -> None:
    """Raise where there are fewer units than zones, or fewer zones than units are bound to."""
    if not 1 <= k <= n:
        few = Text("{k} zones were asked for, but there are {n} units", {"k": k, "n": n})
        raise Refusal(few, [Text("ask for 1 to {n}", {"n": n})])
    named = len(wishes.names)
    if named > k:
        text = "{k} zones were asked for, but units are bound to zone {zone}"
        ways = [Text("make {zones} zones", {"zones": named})]
        raise Refusal(Text(text, {"k": k, "zone": wishes.names[-1]}), ways)


def refuse_groups_count(k: int, groups: int) -> None:
    """Raise where what stays together leaves fewer groups than there are zones."""
    if k > groups:
        text = Text(
            "{k} zones were asked for, but what stays together leaves {n} groups", {"k": k, "n": groups}
        )
        raise Refusal(text, [Text("ask for at most {n}", {"n": groups})], proven=False)


def too_many(low: int, high: int) -> Refusal:
    """Return the refusal of a range of numbers without a number."""
    return Refusal(
        Text(
            "At least {low} zones are asked for, but there can be {high} at most", {"low": low, "high": high}
        ),
        [Text("ask for at most {n}", {"n": high})],
    )


def refuse_found(
    units: Units, graph: Graph, load: Floats, zone: Ints, wishes: Wishes, rules: ZoningRules, seconds: float
) -> None:
    """Raise with what the best zones that were found still break, if anything."""
    total = np.bincount(zone, weights=load)
    values: dict[str, Any] = {"k": len(total), "s": max(1, ceil(seconds))}
    if rules.max_load is not None and total.max() > rules.max_load * (1 + 1e-9):
        worst = int(np.argmax(total))
        text = (
            "No {k} zones that all keep the maximum of {limit} were found in {s} s: in the best ones, zone"
            " {zone} around {name} has {load}"
        )
        of_zone = {"zone": wishes.names[worst], "name": _heart(units, load, zone, worst)}
        values |= {"limit": written(rules.max_load), "load": at_least(float(total[worst])), **of_zone}
        least = Text("raise the maximum to at least {least}", {"least": at_least(float(total[worst]))})
        raise Refusal(Text(text, values), [least])
    if rules.min_load is not None and total.min() < rules.min_load * (1 - 1e-9):
        worst = int(np.argmin(total))
        text = (
            "No {k} zones that all keep the minimum of {limit} were found in {s} s: in the best ones, zone"
            " {zone} around {name} has {load}"
        )
        of_zone = {"zone": wishes.names[worst], "name": _heart(units, load, zone, worst)}
        values |= {"limit": written(rules.min_load), "load": at_most(float(total[worst])), **of_zone}
        most = Text("lower the minimum to at most {most}", {"most": at_most(float(total[worst]))})
        raise Refusal(Text(text, values), [most])
    for a, b in wishes.apart:
        if zone[a] == zone[b]:
            names = {"one": unit_name(units, int(a)), "other": unit_name(units, int(b))}
            text = "No {k} zones that keep {one} and {other} apart were found in {s} s"
            raise Refusal(Text(text, {**values, **names}), [Text("drop this rule")])
    _refuse_torn(graph, zone, wishes, values)


def _refuse_torn(graph: Graph, zone: Ints, wishes: Wishes, values: dict[str, Any]) -> None:
    """Raise where a zone is in more pieces than it has grounds."""
    torn = torn_zones(graph, zone)
    if len(torn):
        text = (
            "No {k} zones in one piece each were found in {s} s: in the best ones, zone {zone} is in pieces"
        )
        ways = [Text("make {zones} zones", {"zones": values["k"] + 1})] if wishes.closed else []
        raise Refusal(Text(text, {**values, "zone": wishes.names[int(torn[0])]}), ways)


def torn_zones(graph: Graph, zone: Ints) -> Ints:
    """Return the zones that lie in several pieces on one ground."""
    grounds = np.unique(np.stack([zone, graph.components()], axis=1), axis=0)[:, 0]
    part = np.unique(np.stack([zone, pieces(graph, zone)], axis=1), axis=0)[:, 0]
    return np.flatnonzero(np.bincount(part) > np.bincount(grounds, minlength=int(part.max()) + 1))


def refuse_moved(load: Floats, zone: Ints, wishes: Wishes, rules: ZoningRules) -> None:
    """Raise where more load had to leave its present zone than may."""
    away = (wishes.home >= 0) & (wishes.home != zone)
    share = float(load[away].sum() / max(load.sum(), 1e-9))
    if rules.max_moved is not None and share > rules.max_moved + 1e-9:
        least = share_at_least(share, rules.max_moved)
        text = (
            "Bringing the present zones in order moves {share} of the load, above the largest share of"
            " {limit:.4g} %"
        )
        raise Refusal(
            Text(text, {"share": least, "limit": 100 * rules.max_moved}),
            [Text("allow at least {share}", {"share": least})],
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
