"""What each layer is read as: by the planner's choices, by its data model, by its name, by its fields.

A layer is read in parts, each with a role and rows of its own; most layers are one part, the whole of them.
Those of a data model are split when they are loaded, by codes in their rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bigmap.base.errors import UserError
from bigmap.base.problem_kinds import formats as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core.sources.layers import Role
from bigmap.core.sources.source_options import OptionsBySource, SourceOptions, key_of, options_of
from bigmap.io.data_models.model import Recognition
from bigmap.io.data_models.recognise import recognise
from bigmap.io.formats import archive
from bigmap.io.formats.detect_format import Format, format_of, refusal
from bigmap.io.formats.foreign_files import leave_aside
from bigmap.io.formats.raw_layer import RawLayer
from bigmap.io.formats.shapefile import MISSING
from bigmap.io.reading.inspect_source import LayerInspection, SourceInspection
from bigmap.io.reading.locate import READ_ROLES, Located
from bigmap.io.vocabulary.layer_roles import detect_role

_SURE = 2
"""A word of the name tells a role; less is a guess."""
_NAMED = 8
"""Layers of a drawing that a sentence names."""


@dataclass(frozen=True)
class Part:
    """Rows of a layer that are read for one role.

    Attributes
    ----------
    role : Role
    sureness : int
        3 where name or user told the role, 2 a word of the name, 1 a part of it, 0 the fields.
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
        In the order in which a row is given to the first that takes it; empty where the layer is set aside
        or its model splits it.
    model : Recognition, optional
        The data model that it is of.
    asked : Role, optional
        The role that the planner chose for a layer of a model.
    usual : Role, optional
        The role that its name tells surely, for rows of which the model says nothing.
    """

    layer: LayerInspection
    parts: tuple[Part, ...] = ()
    model: Recognition | None = None
    asked: Role | None = None
    usual: Role | None = None

    @property
    def role(self) -> Role:
        """What most of it is read for; `Role.UNKNOWN` where it is set aside."""
        return self.parts[0].role if self.parts else self.asked or Role.UNKNOWN

    @property
    def order(self) -> int:
        """Its place in the order of the pipeline; what only its rows can tell comes last."""
        return READ_ROLES.index(self.role) if self.role in READ_ROLES else len(READ_ROLES)


def decide(
    located: Located, found: Sequence[SourceInspection], choices: OptionsBySource, log: ProblemLog
) -> list[LayerPlan]:
    """Return what to read, in the order of the pipeline; what is set aside is said.

    Parameters
    ----------
    located : Located
    found : sequence of SourceInspection
        What a look at `Located.to_inspect` told.
    choices : mapping of str to SourceOptions
    log : ProblemLog

    Raises
    ------
    UserError
        If a file whose role the user told, or whose name says that it is needed, cannot be read.
    """
    sources = {source.file: source for source in found}
    plans = [
        plan
        for role, files in located.told_sources.items()
        for plan in _told(role, located.told[role].name, [sources[file] for file in files])
    ]
    for file in located.orphans:
        _say_orphan(file, log)
    free = [sources[file] for file in located.others if file in sources]
    own = [plan for source in free for plan in _recognised(source, located, choices, log)]
    own = [plan for plan in own if plan.role not in located.told]
    for file in located.others:
        if (refused := refusal(file)) is not None:
            _refused(file, refused, located, log)
    return sorted(plans + _one_boundary(own, log), key=lambda plan: plan.order)


# --- what its names and fields tell -------------------------------------------------------------------------


def layers_of(source: SourceInspection) -> list[LayerPlan]:
    """Return each layer of a file with the parts that it tells itself to have.

    A drawing is one layer where none of its layers tells anything.
    """
    plans = [_plan(layer, alone=len(source.layers) == 1) for layer in source.layers]
    if source.whole is not None and not any(_tells(plan) for plan in plans):
        return [_plan(source.whole, alone=True)]
    return plans


def _tells(plan: LayerPlan) -> bool:
    """Tell whether a layer of a drawing says what it is for; a frame says nothing."""
    return bool(plan.parts) or (plan.model is not None and plan.model.layer.tells)


def _plan(layer: LayerInspection, *, alone: bool) -> LayerPlan:
    parts, model = _parts(layer, alone=alone), recognised_model(layer)
    if model is None:
        return LayerPlan(layer, parts)
    sure = not model.by_name and parts and parts[0].sureness >= _SURE
    return LayerPlan(layer, model=model, usual=parts[0].role if sure else None)


def recognised_model(layer: LayerInspection) -> Recognition | None:
    """Return the data model that a layer is of, by its name or that of its file, and its fields."""
    names = dict.fromkeys((layer.name, layer.file.stem))
    found = [recognise(name, layer.fields, layer.geometry) for name in names]
    known = [one for one in found if one is not None]
    return next((one for one in known if one.by_name), next(iter(known), None))


def _parts(layer: LayerInspection, *, alone: bool) -> tuple[Part, ...]:
    """Return the parts of a layer by the first rule that knows it; none where nothing tells a role."""
    found = next((parts for rule in _RULES if (parts := rule(layer, alone))), ())
    return tuple(part for part in found if part.role in READ_ROLES)


def _by_name(layer: LayerInspection, alone: bool) -> tuple[Part, ...]:
    """Return the role that the name tells, or the file's and its folders' if they hold nothing else."""
    names = [layer.name, *([layer.file.stem, *archive.names(layer.file)] if alone else [])]
    guess = next((g for name in names if (g := detect_role(name)).role != Role.UNKNOWN), None)
    return (Part(guess.role, guess.sureness),) if guess else ()


def _by_fields(layer: LayerInspection, alone: bool) -> tuple[Part, ...]:  # noqa: ARG001 - a rule like the other
    """Return the role that fields and geometry tell."""
    guess = detect_role(layer.name, layer.fields, layer.geometry)
    return (Part(guess.role, guess.sureness),) if guess.role != Role.UNKNOWN else ()


_RULES: tuple[Callable[[LayerInspection, bool], tuple[Part, ...]], ...] = (_by_name, _by_fields)
"""What tells the parts of a layer, the first that knows it; a rule may split it into several by its rows."""


def _refused(file: Path, refused: UserError, located: Located, log: ProblemLog) -> None:
    """Raise what is wrong with a file that the user named; one that lay in a folder is said and set aside."""
    if file in located.named:
        raise refused
    leave_aside(file, refused, log)


def _say_orphan(file: Path, log: ProblemLog) -> None:
    """Say of a part whose name tells a role that its shapefile is not there."""
    if detect_role(file.stem).role in READ_ROLES:
        leave_aside(file, UserError(MISSING, file=file.name, part=".shp"), log)


def _recognised(
    source: SourceInspection, located: Located, choices: OptionsBySource, log: ProblemLog
) -> list[LayerPlan]:
    """Return the layers of a file that are read, as chosen or as told by themselves; others are said."""
    if source.refusal is not None:
        _refused(source.file, source.refusal, located, log)
    found, unknown = [], []
    for plan in layers_of(source):
        choice = options_of(choices, source.file, plan.layer.layer)
        chosen = as_chosen(plan, choice)
        if choice.skip:
            log.add(kinds.LeftOut(), file=key_of(source.file, plan.layer.layer))
        elif (chosen.parts or chosen.model) and plan.layer.features == 0 and source.file not in located.named:
            log.add(kinds.Empty(), file=plan.layer.title)
        elif chosen.parts or chosen.model:
            found.append(chosen)
        else:
            unknown.append(plan.layer)
    _say_unknown(unknown, source, log)
    return found


def _say_unknown(layers: Sequence[LayerInspection], source: SourceInspection, log: ProblemLog) -> None:
    """Say which layers nobody knows what they are for; those of a drawing in one sentence."""
    if source.whole is not None and len(layers) > 1:
        shown = ", ".join(layer.name for layer in layers[:_NAMED]) + (" …" if len(layers) > _NAMED else "")
        log.add(kinds.LayersWithoutRole(n=len(layers), layers=shown), file=source.file.name)
        return
    for layer in layers:
        log.add(kinds.WithoutRole(), file=layer.title)


def as_chosen(plan: LayerPlan, choice: SourceOptions) -> LayerPlan:
    """Return how a layer is read where the planner chose a role for the whole of it."""
    if choice.role is None:
        return plan
    if choice.role not in READ_ROLES:
        return LayerPlan(plan.layer)
    if plan.model is not None:
        return replace(plan, asked=choice.role)
    return LayerPlan(plan.layer, (Part(choice.role, 3),))


def _one_boundary(found: list[LayerPlan], log: ProblemLog) -> list[LayerPlan]:
    """Return the choices with the best boundary only: boundary.shp rather than boundary_all.shp."""
    boundaries = sorted(
        (plan for plan in found if plan.parts and plan.role == Role.BOUNDARY),
        key=lambda plan: ("Point" in plan.layer.geometry, -plan.parts[0].sureness, len(plan.layer.name)),
    )
    for other in boundaries[1:]:
        log.add(kinds.SecondBoundary(first=boundaries[0].layer.file.name), file=other.layer.file.name)
    return [plan for plan in found if not any(plan is other for other in boundaries[1:])]


# --- files whose role the user told -------------------------------------------------------------------------


def _told(role: Role, shown: str, sources: Sequence[SourceInspection]) -> list[LayerPlan]:
    """Return the layers of a file that are read for a role: the one whose name fits it, of zones all that do.

    A file given as the zones is the zones: where no layer is named as such, all are read that are not named
    as something else, and where there are none of these, all.

    Raises
    ------
    UserError
        If the file cannot be opened or holds no layer with shapes.
    """
    if refused := next((source.refusal for source in sources if source.refusal), None):
        raise refused
    held = [layer for source in sources for layer in source.layers]
    if not held:
        raise UserError("{file} holds no layer with shapes: give a file that does.", file=shown)
    roles = [detect_role(layer.name).role for layer in held]
    fitting = [layer for layer, own in zip(held, roles, strict=True) if own == role]
    unknown = [layer for layer, own in zip(held, roles, strict=True) if own == Role.UNKNOWN]
    if role != Role.ZONES:
        chosen = fitting[:1] or [sources[0].whole or held[0]]
    elif fitting:
        chosen = fitting + [layer for layer in unknown if _is_lettering(layer)]
    else:
        chosen = unknown or held
    plans = [LayerPlan(layer, (Part(role, 3),)) for layer in chosen]
    models = [None if layer is sources[0].whole else recognised_model(layer) for layer in chosen]
    known = zip(plans, models, strict=True)
    return [LayerPlan(plan.layer, model=model, asked=role) if model else plan for plan, model in known]


def _is_lettering(layer: LayerInspection) -> bool:
    """Tell whether a layer of a drawing holds nothing but points: the names written into the outlines."""
    return format_of(layer.file) == Format.DXF and layer.geometry == "Point"
