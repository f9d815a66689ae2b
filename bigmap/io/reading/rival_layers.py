"""Layers that cannot both be used: several states of one layer, several boundaries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bigmap.base.problem_kinds import formats as kinds
from bigmap.base.problem_kinds import sources as of_sources
from bigmap.core.sources.layers import Role
from bigmap.io.reading.layer_plan import CHOSEN, LayerPlan
from bigmap.io.vocabulary.layer_states import date_of, folded_name, without_state


def one_state(plans: Sequence[LayerPlan]) -> list[LayerPlan]:
    """Return the layers with copies and older states of others set aside.

    Layers are states of one where they have the same role and the same name but for what says copy, date or
    version. The one without such a word is used, else the latest by its date; an outer folder goes first.
    """
    states: dict[tuple[str, str, str], list[LayerPlan]] = {}
    for plan in plans:
        if plan.is_used:
            what = plan.model.layer.title if plan.model else plan.role.value
            inner = without_state(plan.layer.layer) if plan.layer.layer else ""
            states.setdefault((what, without_state(plan.layer.file.stem), inner), []).append(plan)
    first = {id(plan): min(group, key=_rank) for group in states.values() for plan in group}
    return [
        replace(plan, aside=of_sources.OtherState(first=first[id(plan)].layer.title))
        if id(plan) in first and first[id(plan)] is not plan
        else plan
        for plan in plans
    ]


def _rank(plan: LayerPlan) -> tuple[bool, bool, tuple[int, ...], int, str]:
    """Return what is less for the state of a layer that is used rather than another."""
    file, around = plan.layer.file, f"layer_{folded_name(plan.layer.file.parent.name)}"
    marked = folded_name(file.stem) != without_state(file.stem)
    in_backup = without_state(around) != around
    return (in_backup, marked, tuple(-n for n in date_of(file.stem)), len(file.parts), file.name)


def _sureness(plan: LayerPlan) -> int:
    return plan.parts[0].sureness if plan.parts else CHOSEN


def one_boundary(plans: Sequence[LayerPlan]) -> list[LayerPlan]:
    """Return the layers with all boundaries but the best set aside: not boundary_all.shp but boundary.shp."""
    boundaries = sorted(
        (plan for plan in plans if plan.role == Role.BOUNDARY),
        key=lambda plan: ("Point" in plan.layer.geometry, -_sureness(plan), len(plan.layer.name)),
    )
    if len(boundaries) < 2:
        return list(plans)
    other = kinds.SecondBoundary(first=boundaries[0].layer.file.name)
    return [replace(p, aside=other) if any(p is b for b in boundaries[1:]) else p for p in plans]
