"""What each layer is read as: by the planner's choices, by its data model, by its name, by its fields.

Layers of a data model are split when they are loaded, by codes in their rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.listing import first_of
from bigmap.base.problem_kinds import formats as kinds
from bigmap.base.problem_kinds import sources as of_sources
from bigmap.base.problems import ProblemLog
from bigmap.core.sources.layers import Role
from bigmap.core.sources.source_options import OptionsBySource, key_of, options_of
from bigmap.io.data_models.model import Recognition
from bigmap.io.data_models.recognise import recognise
from bigmap.io.formats import archive
from bigmap.io.formats.detect_format import Format, format_of, refusal
from bigmap.io.formats.foreign_files import leave_aside
from bigmap.io.formats.raw_layer import refuse_empty
from bigmap.io.formats.shapefile import MISSING
from bigmap.io.reading.inspect_source import LayerInspection, SourceInspection
from bigmap.io.reading.layer_plan import CHOSEN, LayerPlan, Part
from bigmap.io.reading.locate import READ_ROLES, Located
from bigmap.io.reading.rival_layers import one_boundary, one_state
from bigmap.io.vocabulary.layer_roles import detect_role

_LISTED = 8
_SURE = 2
"""A word of the name tells a role surely; less is a guess."""


def plan_layers(
    located: Located, found: Sequence[SourceInspection], choices: OptionsBySource, log: ProblemLog
) -> list[LayerPlan]:
    """Return how each layer is read, in the order of the pipeline; what is set aside is said and stands last.

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
        If a file that the user named cannot be read.
    """
    sources = {source.file: source for source in found}
    told = [
        plan
        for role, files in located.told_sources.items()
        for plan in _told(role, located.told[role].name, [sources[file] for file in files])
    ]
    _say_unread(located, sources, log)
    free = [sources[file] for file in located.others if file in sources]
    own = [plan for plan in plans_of(free) if plan.own_role not in located.told]
    plans = one_boundary([chosen for plan in own if (chosen := _as_chosen(plan, choices, log))])
    for plan in plans:
        _say(plan, located, log)
    _say_drawings(plans, log)
    order = (*READ_ROLES, Role.UNKNOWN)
    return sorted(told + plans, key=lambda plan: order.index(plan.role))


# --- what names and fields tell -----------------------------------------------------------------------------


def plans_of(sources: Sequence[SourceInspection]) -> list[LayerPlan]:
    """Return the layers of all sources as they tell themselves what they are, before any choice.

    Of several states of one layer one is read, and an empty one is not.
    """
    plans = [plan for source in sources for plan in layers_of(source)]
    return one_state([_without_empty(plan) for plan in plans])


def layers_of(source: SourceInspection) -> list[LayerPlan]:
    """Return each layer of a file with the parts that it tells itself to have.

    A drawing of whose layers none tells anything is one layer.
    """
    models = [recognised_model(layer) for layer in source.layers]
    known = list(zip(source.layers, models, strict=True))
    if source.whole is None:
        return [_plan(layer, model, alone=len(known) == 1) for layer, model in known]
    named = [layer for layer in source.layers if detect_role(layer.name).role in READ_ROLES]
    if not named and not any(model and model.layer.tells for model in models):
        return [_plan(source.whole, recognised_model(source.whole), alone=True)]
    return [
        _plan(layer, model, alone=len(named) == 1) if model or layer in named else LayerPlan(layer)
        for layer, model in known
    ]


def _plan(layer: LayerInspection, model: Recognition | None, *, alone: bool) -> LayerPlan:
    """Return the parts of a layer by the first rule that knows it; none where nothing tells a role."""
    found = next((plan for rule in _RULES if (plan := rule(layer, alone)) is not None), LayerPlan(layer))
    found = replace(found, parts=tuple(part for part in found.parts if part.role in READ_ROLES))
    if model is None:
        return found
    sure = not model.by_name and found.parts and found.parts[0].sureness >= _SURE
    return LayerPlan(layer, model=model, usual=found.own_role if sure else None)


def recognised_model(layer: LayerInspection) -> Recognition | None:
    """Return the data model that a layer is of, by its name or that of its file, and its fields."""
    names = dict.fromkeys((layer.name, layer.file.stem))
    found = [recognise(name, layer.fields, layer.geometry) for name in names]
    known = [one for one in found if one is not None]
    return next((one for one in known if one.by_name), next(iter(known), None))


def _by_name(layer: LayerInspection, alone: bool) -> LayerPlan | None:
    """Return the role that the name tells, or the file's and its folders' if they hold nothing else."""
    names = [layer.name, *([layer.file.stem, *archive.names(layer.file)] if alone else [])]
    guess = next((g for name in names if (g := detect_role(name)).role != Role.UNKNOWN), None)
    if guess is None:
        return None
    of_file = detect_role(layer.file.stem).role
    other = of_file if layer.layer and alone and of_file not in {guess.role, Role.UNKNOWN} else None
    doubt = (
        of_sources.NamesContradict(role=Text(guess.role.value), other=Text(other.value)) if other else None
    )
    return LayerPlan(layer, (Part(guess.role, guess.sureness),), doubt=doubt)


def _by_fields(layer: LayerInspection, alone: bool) -> LayerPlan | None:  # noqa: ARG001 - a rule like the other
    """Return the role that fields and geometry tell."""
    guess = detect_role(layer.name, layer.fields, layer.geometry)
    if guess.role not in READ_ROLES:
        return None
    doubt = of_sources.RoleGuessed(layer=layer.title, role=Text(guess.role.value))
    return LayerPlan(layer, (Part(guess.role, 0),), doubt=doubt)


_RULES: tuple[Callable[[LayerInspection, bool], LayerPlan | None], ...] = (_by_name, _by_fields)
"""What tells the parts of a layer, the first that knows it; a rule may split it into several by its rows."""


def _as_chosen(plan: LayerPlan, choices: OptionsBySource, log: ProblemLog) -> LayerPlan | None:
    """Return how a layer is read where the planner chose its role; None, and said, where he left it out."""
    choice = options_of(choices, plan.layer.file, plan.layer.layer)
    if choice.skip:
        log.add(kinds.LeftOut(), file=key_of(plan.layer.file, plan.layer.layer))
        return None
    if choice.role is None:
        return plan
    if plan.model is not None and choice.role in READ_ROLES:
        return replace(plan, aside=None, doubt=None, asked=choice.role)
    return LayerPlan(plan.layer, (Part(choice.role, CHOSEN),) if choice.role in READ_ROLES else ())


# --- what is said -------------------------------------------------------------------------------------------


def _without_empty(plan: LayerPlan) -> LayerPlan:
    return replace(plan, aside=of_sources.Empty(role=plan.own_role.value)) if _is_empty(plan) else plan


def _is_empty(plan: LayerPlan) -> bool:
    return plan.layer.features == 0 and plan.layer.refusal is None


def _say(plan: LayerPlan, located: Located, log: ProblemLog) -> None:
    """Say why a layer is set aside, or why its role is doubted; of a nameless empty layer nothing."""
    layer = plan.layer
    if plan.own_role != Role.UNKNOWN and _is_empty(plan) and layer.file in located.named:
        refuse_empty(layer.file)
    in_drawing = bool(layer.layer) and format_of(layer.file) == Format.DXF
    aside, doubt = plan.aside, plan.doubt
    if aside is not None:
        if plan.parts or layer.layer is None:
            second = isinstance(aside, kinds.SecondBoundary)
            log.add(aside, file=layer.file.name if second else layer.title)
    elif not plan.is_known and not in_drawing:
        log.add(kinds.WithoutRole(), file=layer.title)
    elif doubt is not None:
        log.add(doubt, file=key_of(layer.file, layer.layer))


def _say_drawings(plans: Sequence[LayerPlan], log: ProblemLog) -> None:
    """Say of each drawing which of its layers tell nothing, in one sentence."""
    silent: dict[str, list[str]] = {}
    for layer in (plan.layer for plan in plans if not plan.is_known):
        if layer.layer and format_of(layer.file) == Format.DXF:
            silent.setdefault(layer.file.name, []).append(layer.layer)
    for file, names in silent.items():
        shown = first_of(names, _LISTED)
        log.add(of_sources.LayersWithoutRole(n=len(names), layers=shown), file=file)


def _say_unread(located: Located, sources: dict[Path, SourceInspection], log: ProblemLog) -> None:
    """Say which files cannot be read and are set aside.

    Raises
    ------
    UserError
        If the user named one of them.
    """
    for file in located.orphans:
        if detect_role(file.stem).role in READ_ROLES:
            leave_aside(file, UserError(MISSING, file=file.name, part=".shp"), log)
    for file in located.others:
        refused = sources[file].refusal if file in sources else refusal(file)
        if refused is not None and file in located.named:
            raise refused
        if refused is not None:
            leave_aside(file, refused, log)


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
    whole = sources[0].whole
    models = [None if layer is whole or _is_lettering(layer) else recognised_model(layer) for layer in chosen]
    known = zip(plans, models, strict=True)
    return [LayerPlan(plan.layer, model=model, asked=role) if model else plan for plan, model in known]


def _is_lettering(layer: LayerInspection) -> bool:
    """Tell whether a layer of a drawing holds nothing but points: the names written into the outlines."""
    return format_of(layer.file) == Format.DXF and layer.geometry == "Point"
