"""Roles that only the rows of layers tell, settled among all layers: what the user told, the one boundary."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace

from bigmap.base.i18n import Text
from bigmap.base.problem_kinds import formats
from bigmap.base.problem_kinds.data_models import RowsDoubted
from bigmap.base.problems import ProblemLog
from bigmap.core.sources.layers import Role
from bigmap.io.georeferencing.placement import Read
from bigmap.io.reading.layer_plan import LayerPlan

_TOLD = 3
"""How sure a role is that the user told."""


def in_place_of_others(
    plans: Sequence[LayerPlan], given: Container[Role], log: ProblemLog
) -> list[LayerPlan]:
    """Return planned layers as asked for where no other layer gives what they show; that is said."""
    out = []
    for plan in plans:
        role = plan.model.layer.instead if plan.model else None
        if plan.model and role and role not in given:
            what = Text("lines of a plan, since no other layer gives any")
            said = RowsDoubted(
                n=max(plan.layer.features, 0), role=Text(role.value), what=what, model=plan.model.title
            )
            log.add(said, file=plan.layer.title)
            plan = replace(plan, asked=role)
        out.append(plan)
    return out


def is_stopgap(plan: LayerPlan) -> bool:
    """Tell whether a layer is used only where no other gives what it shows."""
    return plan.model is not None and plan.model.layer.instead is not None and plan.asked is None


def settle(read: Sequence[Read], told: Container[Role], log: ProblemLog) -> list[Read]:
    """Return the parts without those of roles that the user told of other files, and with one boundary."""
    kept = [(choice, raw) for choice, raw in read if choice.role not in told or choice.sureness >= _TOLD]
    bounds = sorted(
        (choice for choice, _ in kept if choice.role == Role.BOUNDARY),
        key=lambda choice: (-choice.sureness, len(choice.name)),
    )
    for other in bounds[1:]:
        log.add(formats.SecondBoundary(first=bounds[0].file.name), file=other.file.name)
    return [(c, raw) for c, raw in kept if c.role != Role.BOUNDARY or c is bounds[0]]
