"""What has to be told about zones that were built: ground in pieces, loads that could not be balanced."""

from __future__ import annotations

import numpy as np

from bigmap.base.arrays import Floats, Ints
from bigmap.base.problem_kinds import planning as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core.units.model import Units
from bigmap.core.zoning.infeasible import unit_name
from bigmap.core.zoning.resolved_rules import zone_name
from bigmap.core.zoning.rules import ZoningRules


def tell_ground(units: Units, rows: Ints, ground: Ints, seats: Ints, notes: ProblemLog) -> None:
    """Tell that the ground lies in pieces, and which of them joined a zone elsewhere."""
    alone = np.flatnonzero(seats == 0)
    if not len(alone):
        if len(seats) > 1:
            notes.add(kinds.GroundInPieces(n=len(seats)))
        return
    inner = units.polygons[rows[np.flatnonzero(ground == alone[0])[0]]].representative_point()
    area = float(units.frame["site_m2"].to_numpy()[rows[np.isin(ground, alone)]].sum())
    found = kinds.PiecesJoinedElsewhere(n=len(seats), m=len(alone), area=area)
    notes.add(found, place=(inner.x, inner.y))


def tell_uneven(units: Units, load: Floats, zone: Ints, rules: ZoningRules, notes: ProblemLog) -> None:
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
        zone=zone_name(worst),
        off=float(off[worst]),
        wanted=rules.tolerance,
        part=name,
        share=weight / float(total.mean()),
    )
    notes.add(found, place=(middle.x, middle.y))


def _label(rules: ZoningRules) -> str:
    return "+".join(f"{weight:g}*{name}" for name, weight in rules.balance.items())
