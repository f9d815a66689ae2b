"""How a layer is read: in parts, each with a role and rows of its own; most are one part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bigmap.base.problem_kind import Finding
from bigmap.core.sources.layers import Role
from bigmap.io.data_models.model import Recognition
from bigmap.io.formats.raw_layer import RawLayer
from bigmap.io.reading.inspect_source import LayerInspection

CHOSEN = 4
"""How sure a role is that the planner chose."""


@dataclass(frozen=True)
class Part:
    """Rows of a layer that are read for one role.

    Attributes
    ----------
    role : Role
    sureness : int
        `CHOSEN`, 3 where the name or an option tells the role, 2 a word of the name, 1 a part, 0 the fields.
    take : callable, optional
        Gives the layer as loaded with the rows of the part only, and with the fields that it names; all of
        the layer by default.
    """

    role: Role
    sureness: int
    take: Callable[[RawLayer], RawLayer] | None = None


@dataclass(frozen=True)
class LayerPlan:
    """How a layer is read.

    Attributes
    ----------
    layer : LayerInspection
    parts : tuple of Part
        In the order in which a row is given to the first that takes it; empty where nothing tells a role.
    aside : Finding or None
        Why it is set aside although it has a role, unless the planner chooses it.
    doubt : Finding or None
        Why the role can be wrong.
    model : Recognition, optional
        The data model that it is of, which splits it by row when it is loaded.
    asked : Role, optional
        The role that the planner chose for a layer of a model.
    usual : Role, optional
        The role that its name tells surely, for rows of which the model says nothing.
    """

    layer: LayerInspection
    parts: tuple[Part, ...] = ()
    aside: Finding | None = None
    doubt: Finding | None = None
    model: Recognition | None = None
    asked: Role | None = None
    usual: Role | None = None

    @property
    def role(self) -> Role:
        """What it is read for, or most of it; `Role.UNKNOWN` where it is set aside."""
        return self.own_role if self.aside is None else Role.UNKNOWN

    @property
    def own_role(self) -> Role:
        """What it tells itself to be, set aside or not."""
        return self.parts[0].role if self.parts else self.asked or Role.UNKNOWN

    @property
    def is_known(self) -> bool:
        """Whether anything tells what it is for."""
        return bool(self.parts) or self.model is not None

    @property
    def is_used(self) -> bool:
        """Whether it is read."""
        return self.is_known and self.aside is None
