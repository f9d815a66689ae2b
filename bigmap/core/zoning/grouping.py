"""From units and wishes to groups: what has to stay together, connected, and what is locked as a whole."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from bigmap.base.arrays import Floats, Ints
from bigmap.base.i18n import Text
from bigmap.base.problem_kinds import planning as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core.geometry.adjacency import Graph, induced
from bigmap.core.units.model import Units
from bigmap.core.zoning.connected_groups import connected_set, join_labels, members_of, whole_pieces
from bigmap.core.zoning.infeasible import group_name, refuse_closed, refuse_groups
from bigmap.core.zoning.refusal import Refusal
from bigmap.core.zoning.resolved_rules import Wishes
from bigmap.core.zoning.rules import ZoningRules

_PREFERRED = 4.0  # a metre of border inside a community that is preferably whole counts as much as these


@dataclass(frozen=True)
class FreeGround:
    """Free ground and its groups.

    Attributes
    ----------
    rows : ndarray of int, shape (f,)
        Units outside zones that are locked as a whole.
    graph : Graph
        Adjacency of these, with dearer borders where something is preferably whole.
    label : ndarray of int, shape (f,)
        Group of each, 0 … m-1.
    """

    rows: Ints
    graph: Graph
    label: Ints


def prepare_ground(
    units: Units, graph: Graph, load: Floats, rules: ZoningRules, wishes: Wishes, notes: ProblemLog
) -> FreeGround:
    """Return the free ground in groups; a `UserError` where groups and limits contradict each other."""
    refuse_closed(graph, load, wishes, rules)
    tell_communities(units, graph, rules, wishes, notes)
    rows = np.flatnonzero(~np.isin(wishes.bound, wishes.closed)) if wishes.closed else np.arange(graph.n)
    inner = induced(graph, rows)
    frame = units.frame.iloc[rows]
    labels = [np.arange(len(rows))]
    for what in rules.keep_whole:
        members = members_of(frame, what)
        labels.append(whole_pieces(inner, members))
    labels += _bound_together(units, inner, load[rows], rows, wishes)
    label = join_labels(len(rows), labels) if len(labels) > 1 else labels[0]
    everywhere = np.full(graph.n, -1, dtype=np.int64)
    everywhere[rows] = label
    refuse_groups(units, load, everywhere, wishes, rules)
    for what in rules.prefer_whole:
        inner = dearer_inside(inner, members_of(frame, what))
    return FreeGround(rows, inner, label)


def _bound_together(units: Units, graph: Graph, load: Floats, rows: Ints, wishes: Wishes) -> list[Ints]:
    """Return a label for each list of units that must go together, with connecting ways."""
    number = np.full(len(units), -1, dtype=np.int64)
    number[rows] = np.arange(len(rows))
    bound = wishes.bound[rows]
    sets = [(int(zone), np.flatnonzero(bound == zone)) for zone in np.unique(bound[bound >= 0])]
    for group in wishes.together:
        inside = number[group]
        if (inside < 0).any() and (inside >= 0).any():
            raise Refusal(
                Text(
                    "{group} must stay together, but a part of it belongs to a locked zone",
                    {"group": group_name(units, group)},
                ),
                [Text("unlock the zone")],
            )
        if (inside >= 0).all() and len(inside):
            sets.append((int(bound[inside].max()), inside))
    if not sets:
        return []
    pieces = [
        (zone, at, members[ground == where])
        for at, (zone, members) in enumerate(sets)
        for ground in [graph.components()[members]]
        for where in np.unique(ground)
    ]
    found = _ways_of(graph, load, bound, pieces)
    if isinstance(found, int):
        zone, _, members = pieces[found]
        raise _separated(units, graph, bound, rows, members, zone, wishes)
    labels = []
    for at, (_, members) in enumerate(sets):
        label = np.arange(graph.n)
        for (_, of_set, _), way in zip(pieces, found, strict=True):
            if of_set == at:
                label[way] = members[0]
        labels.append(np.unique(label, return_inverse=True)[1])
    return labels


def _ways_of(
    graph: Graph, load: Floats, bound: Ints, pieces: list[tuple[int, int, Ints]]
) -> list[Ints] | int:
    """Return the units of each piece with its ways, or the piece for which there was none left.

    The ways of one zone may not cross those of another: pieces without a way are tried first the next time.
    """
    order = list(range(len(pieces)))
    for _ in range(2 * len(pieces)):
        held, ways = bound.copy(), {}
        stuck = -1
        for at in order:
            zone, _, members = pieces[at]
            way, taken = _way(graph, load, held, zone, members)
            if way is None:
                stuck = at
                break
            ways[at] = way
            if taken >= 0:
                held[way] = taken
        if stuck < 0:
            return [ways[at] for at in range(len(pieces))]
        if order[0] == stuck:
            return stuck
        order.remove(stuck)
        order.insert(0, stuck)
    return stuck


def _way(graph: Graph, load: Floats, held: Ints, zone: int, members: Ints) -> tuple[Ints | None, int]:
    """Return (the members with their ways, the zone they are in then); ways may lead through one zone."""
    zones = np.unique(held[members])
    zone = int(zones.max()) if zone < 0 else zone
    if (zones >= 0).sum() > 1 or (zones.max() >= 0 and zones.max() != zone):
        return members, zone  # the contradiction is told with the groups
    others = [] if zone >= 0 else [int(z) for z in np.unique(held[held >= 0])]
    for passable in (zone, *others):
        way = connected_set(graph, load, members, (held < 0) | (held == passable))
        if way is not None:
            return way, int(held[way].max())
    return None, -1


def _separated(
    units: Units, graph: Graph, bound: Ints, rows: Ints, members: Ints, zone: int, wishes: Wishes
) -> Refusal:
    """Return the refusal of units without a way: proven where units bound elsewhere lie between."""
    alone = connected_set(graph, np.ones(graph.n), members, (bound < 0) | (bound == zone)) is None
    if zone >= 0:
        text = (
            "The units bound to zone {zone} cannot be connected: units bound to other zones lie between them"
        )
        if not alone:
            text = (
                "No way was found that connects the units bound to zone {zone} and leaves one to the others"
            )
        return Refusal(Text(text, {"zone": wishes.names[zone]}), [Text("free some of these")], proven=alone)
    return Refusal(
        Text(
            "No way was found that keeps {group} together: units bound to zones lie between",
            {"group": group_name(units, rows[members])},
        ),
        [Text("free some of these")],
        proven=False,
    )


def dearer_inside(graph: Graph, group: Ints) -> Graph:
    """Return the graph with dearer borders within groups that are preferably whole."""
    inside = (group[graph.left] == group[graph.right]) & (group[graph.left] >= 0)
    return replace(graph, border_m=np.where(inside, _PREFERRED * graph.border_m, graph.border_m))


def tell_communities(
    units: Units, graph: Graph, rules: ZoningRules, wishes: Wishes, notes: ProblemLog
) -> None:
    """Tell which communities lie in several pieces, each of which is kept whole for itself."""
    if "communities" not in rules.keep_whole:
        return
    rows = np.flatnonzero(~np.isin(wishes.bound, wishes.closed))
    group = members_of(units.frame.iloc[rows], "communities")
    piece = whole_pieces(induced(graph, rows), group)
    known = group >= 0
    pairs = np.unique(np.stack([group[known], piece[known]], axis=1), axis=0)
    count = np.bincount(pairs[:, 0])
    names = units.frame["comm"].to_numpy()
    for community in np.flatnonzero(count > 1):
        name = str(names[rows[np.argmax(group == community)]])
        whole = Text("Community {name}", {"name": name})
        notes.add(kinds.CommunityInPieces(group=whole, n=int(count[community])))
