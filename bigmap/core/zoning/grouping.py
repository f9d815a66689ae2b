"""From units and wishes to groups: what has to stay together, connected, and what is locked as a whole."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from bigmap.base.arrays import Floats, Ints
from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.problem_kinds import planning as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core.geometry.adjacency import Graph, induced
from bigmap.core.units.model import Units
from bigmap.core.zoning.connected_groups import connected_set, join_labels, members_of, whole_pieces
from bigmap.core.zoning.infeasible import group_name, refuse_closed, refuse_groups
from bigmap.core.zoning.resolved_rules import Wishes, zone_name
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
    rows = np.flatnonzero(~np.isin(wishes.bound, wishes.closed)) if wishes.closed else np.arange(graph.n)
    inner = induced(graph, rows)
    frame = units.frame.iloc[rows]
    labels = [np.arange(len(rows))]
    for what in rules.keep_whole:
        members = members_of(frame, what)
        labels.append(whole_pieces(inner, members))
        if what == "communities":
            _tell_pieces(units, rows, members, labels[-1], notes)
    labels += _bound_together(units, inner, load[rows], rows, wishes)
    label = join_labels(len(rows), labels) if len(labels) > 1 else labels[0]
    everywhere = np.full(graph.n, -1, dtype=np.int64)
    everywhere[rows] = label
    refuse_groups(units, load, everywhere, wishes, rules)
    for what in rules.prefer_whole:
        inner = _dearer_inside(inner, members_of(frame, what))
    return FreeGround(rows, inner, label)


def _bound_together(units: Units, graph: Graph, load: Floats, rows: Ints, wishes: Wishes) -> list[Ints]:
    """Return a label for each list of units that must go together, with connecting ways."""
    bound = wishes.bound[rows]
    number = np.full(len(units), -1, dtype=np.int64)
    number[rows] = np.arange(len(rows))
    open_zones = [int(z) for z in np.unique(bound[bound >= 0])]
    sets = [(zone, np.flatnonzero(bound == zone)) for zone in open_zones]
    for group in wishes.together:
        inside = number[group]
        if (inside < 0).any() and (inside >= 0).any():
            raise UserError(
                "{group} must stay together, but a part of it belongs to a locked zone; unlock the zone",
                group=group_name(units, group),
            )
        if (inside >= 0).all() and len(inside):
            sets.append((int(bound[inside].max()), inside))
    ground = graph.components() if sets else bound
    labels = []
    for zone, members in sets:
        label = np.arange(graph.n)
        for where in np.unique(ground[members]):
            usable = (bound < 0) | (bound == zone)
            found = connected_set(graph, load, members[ground[members] == where], usable)
            if found is None:
                raise _separated(units, rows[members], zone)
            label[found] = members[0]
        labels.append(np.unique(label, return_inverse=True)[1])
    return labels


def _separated(units: Units, members: Ints, zone: int) -> UserError:
    if zone >= 0:
        return UserError(
            "The units bound to zone {zone} cannot be connected: units bound to other zones lie between them;"
            " free some of these",
            zone=zone_name(zone),
        )
    return UserError(
        "{group} must stay together, but units bound to zones lie between; free some of these",
        group=group_name(units, members),
    )


def _dearer_inside(graph: Graph, group: Ints) -> Graph:
    inside = (group[graph.left] == group[graph.right]) & (group[graph.left] >= 0)
    return replace(graph, border_m=np.where(inside, _PREFERRED * graph.border_m, graph.border_m))


def _tell_pieces(units: Units, rows: Ints, group: Ints, piece: Ints, notes: ProblemLog) -> None:
    """Tell which communities lie in several pieces, each of which is kept whole for itself."""
    known = group >= 0
    pairs = np.unique(np.stack([group[known], piece[known]], axis=1), axis=0)
    count = np.bincount(pairs[:, 0])
    names = units.frame["comm"].to_numpy()
    for community in np.flatnonzero(count > 1):
        name = str(names[rows[np.argmax(group == community)]])
        whole = Text("Community {name}", {"name": name})
        notes.add(kinds.CommunityInPieces(group=whole, n=int(count[community])))
