"""What has to be told about zones that were built: ground in pieces, loads that could not be balanced."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bigmap.base.arrays import Floats, Ints
from bigmap.base.problem_kinds import planning as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core.geometry.adjacency import Graph
from bigmap.core.units.model import Units
from bigmap.core.zoning.infeasible import unit_name
from bigmap.core.zoning.rules import ZoningRules


def tell_joined(units: Units, graph: Graph, zone: Ints, notes: ProblemLog) -> None:
    """Tell that the ground lies in pieces, and which zones therefore do as well."""
    ground = graph.components()
    n = int(ground.max(initial=0)) + 1
    if n == 1:
        return
    pairs = np.unique(np.stack([zone, ground], axis=1), axis=0)
    size = np.bincount(ground, weights=units.frame["load"].to_numpy(float) + 1e-9, minlength=n)
    crossing = [z for z in np.unique(zone) if (pairs[:, 0] == z).sum() > 1]
    joined = [g for z in crossing for g in sorted(pairs[pairs[:, 0] == z, 1], key=lambda g: -size[g])[1:]]
    joined = sorted(set(joined))
    if not joined:
        notes.add(kinds.GroundInPieces(n=n))
        return
    members = np.flatnonzero((ground == joined[0]) & np.isin(zone, crossing))
    inner = units.polygons[members[0]].representative_point()
    area = float(units.frame["site_m2"].to_numpy()[np.isin(ground, joined)].sum())
    found = kinds.PiecesJoinedElsewhere(n=n, m=len(joined), area=area)
    notes.add(found, place=(inner.x, inner.y))


def tell_uneven(
    units: Units, graph: Graph, load: Floats, zone: Ints, rules: ZoningRules, names: Sequence[str],
    notes: ProblemLog,
) -> None:  # fmt: skip
    """Tell which zone is farthest from the mean where that is more than wanted, and what would have to
    give.
    """
    total = np.bincount(zone, weights=load)
    if total.sum() <= 0 or len(total) < 2 or units.load_field not in (*rules.balance, _label(rules)):
        return
    off = total / total.mean() - 1
    worst = int(np.argmax(np.abs(off)))
    if abs(off[worst]) <= rules.tolerance + 1e-9:
        return
    if _tell_bank(units, graph, load, zone, worst, rules, names, notes):
        return
    members = np.flatnonzero(zone == worst)
    heaviest = int(members[np.argmax(load[members])])
    weight, name = float(load[heaviest]), unit_name(units, heaviest)
    if "communities" in rules.keep_whole:
        by_community = units.frame.iloc[members].assign(load=load[members]).groupby("comm")["load"].sum()
        by_community = by_community.drop("", errors="ignore")
        if len(by_community) and by_community.max() >= weight:
            weight, name = float(by_community.max()), str(by_community.idxmax())
    middle = units.polygons[heaviest].representative_point()
    found = kinds.Uneven(
        zone=names[worst],
        off=float(off[worst]),
        wanted=f"{100 * rules.tolerance:.4g}%",
        part=name,
        share=weight / float(total.mean()),
    )
    notes.add(found, place=(middle.x, middle.y))


def _tell_bank(
    units: Units, graph: Graph, load: Floats, zone: Ints, worst: int, rules: ZoningRules,
    names: Sequence[str], notes: ProblemLog,
) -> bool:  # fmt: skip
    """Tell the piece of ground where it is the reason: its zones share a load that no split makes even."""
    ground = graph.components()
    here = np.unique(ground[zone == worst])
    if len(here) > 1 or not ground.any():
        return False
    inside = ground == here[0]
    zones = np.unique(zone[inside])
    if not inside[np.isin(zone, zones)].all():
        return False
    mean = float(load.sum()) / (int(zone.max()) + 1)
    own, off = float(load[inside].sum()) / mean, float(load[zone == worst].sum()) / mean - 1
    if abs(own / len(zones) - 1) <= rules.tolerance or abs(own / len(zones) - 1) < 0.5 * abs(off):
        return False
    heaviest = int(np.flatnonzero(inside)[np.argmax(load[inside])])
    middle = units.polygons[heaviest].representative_point()
    found = kinds.UnevenBank(
        zone=names[worst],
        off=off,
        wanted=f"{100 * rules.tolerance:.4g}%",
        part=unit_name(units, heaviest),
        n=len(zones),
        share=own,
    )
    notes.add(found, place=(middle.x, middle.y))
    return True


def _label(rules: ZoningRules) -> str:
    return "+".join(f"{weight:g}*{name}" for name, weight in rules.balance.items())
