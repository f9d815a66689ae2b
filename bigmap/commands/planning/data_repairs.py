"""Repairs that the planner decides on, as values: what to do, and how sources are read from then on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from bigmap.base.i18n import Text
from bigmap.base.problem_kind import Finding, RepairKind, Severity
from bigmap.base.problem_kinds.cleaning import FiguresAcross, SharedGround
from bigmap.base.problem_kinds.georeferencing import CrsGuessed, DatumUntold, Shifted
from bigmap.base.problem_kinds.planning import NoLoad
from bigmap.base.problem_kinds.tables import TableConflict, TableDoubt, TableRow
from bigmap.base.problems import Problem
from bigmap.base.progress import Progress
from bigmap.commands.context import Context
from bigmap.commands.documents.build_scene import with_plan
from bigmap.commands.documents.open_document import choices_of, replan
from bigmap.commands.documents.remember_imports import inputs_of, remember_options_for, sources_of
from bigmap.commands.planning import zoning
from bigmap.core.clean.across_boundary import Count, mark
from bigmap.core.crs import gcj02
from bigmap.core.sources.source_options import SourceOptions, key_of, mark_of, options_of, without_accepted
from bigmap.core.zoning.load import FIELDS
from bigmap.io.formats import encoding as enc
from bigmap.io.formats.detect_format import has_encodings
from bigmap.io.formats.raw_layer import VECTOR_SUFFIXES
from bigmap.io.georeferencing.layer_offsets import STAY
from bigmap.session.document import Document

_F = TypeVar("_F", bound=Finding)
ACCEPTED = "accepted"
"""Code of the repair that changes nothing: it is right so."""


@dataclass(frozen=True)
class DataRepair:
    """One repair.

    Attributes
    ----------
    code : str
        Kind of repair.
    title : Text
        What it does, for a button.
    changes : mapping of str to SourceOptions
        Source (`bigmap.core.sources.source_options.key_of`) → what is put over the choice for it.
    instead : str
        Field to balance where no file gives the wanted ones.
    """

    code: str
    title: Text
    changes: Mapping[str, SourceOptions] = field(default_factory=dict)
    instead: str = ""

    def apply(self, choices: Mapping[str, SourceOptions]) -> dict[str, SourceOptions]:
        """Return the choices with the repair in them."""
        mended = {file: options_of(choices, file).with_(change) for file, change in self.changes.items()}
        return {**choices, **mended}


def repairs_of(problems: Sequence[Problem]) -> list[DataRepair]:
    """Return what can be done about problems of one group, or about a single one; the best first."""
    if not problems:
        return []
    kind = problems[0].kind
    found = _OWN[kind.repair](problems) if kind.repair else []
    doubts = all(p.severity == Severity.DOUBT for p in problems)
    if doubts and not (kind.repair and kind.repair.settles):
        found.append(_accepted(problems))
    if not kind.settled:
        found += [_without_feature(problems[0])] if len(problems) == 1 and _is_in_use(problems[0]) else []
        files = sorted({p.file for p in problems if p.file})
        found += [_without_file(files[0])] if len(files) == 1 else []
    return found


def other_encodings(document: Document, file: str) -> list[DataRepair]:
    """Return a repair for each other encoding that the text of an open shapefile can be read in."""
    layer = next((la for la in document.plan.sources.layers if la.file.name == file), None)
    if layer is None or not has_encodings(layer.file):
        return []
    return [
        DataRepair(
            "encoding",
            Text("Read {file} as {encoding}", {"file": file, "encoding": code}),
            {file: SourceOptions(encoding=code)},
        )
        for code in (enc.UTF8, enc.GB18030, enc.BIG5)
        if code != layer.encoding
    ]


def repair(context: Context, what: DataRepair) -> None:
    """Read and plan again with a repair, or balance another field; `undo` takes it back."""
    if what.code == ACCEPTED:
        _accept(context, what)
    elif what.instead:
        zoning.balance_instead(context, what.title, what.instead)
    else:
        replan(context, what.title, what.apply(choices_of(context.document)))


def _accept(context: Context, what: DataRepair) -> None:
    """Settle problems without reading anything again."""
    document = context.document
    choices = what.apply(document.choices)

    def work(_: Progress) -> Document:
        plan = replace(document.plan, problems=without_accepted(document.plan.problems, choices))
        sources = document.sources or sources_of(inputs_of(document))
        return replace(with_plan(document, plan, drawn_alike=True), choices=choices, sources=sources)

    def done(made: Document) -> None:
        context.session.advance(what.title, made)
        context.keep(lambda: remember_options_for(made))

    context.ui.run(what.title, work, done)


# --- what fits a problem ------------------------------------------------------------------------------------


def _of(kind: type[_F], problems: Sequence[Problem]) -> list[tuple[Problem, _F]]:
    """Return the problems that are findings of a class, with these."""
    return [(problem, problem.what) for problem in problems if isinstance(problem.what, kind)]


def _times_10_000(problems: Sequence[Problem]) -> list[DataRepair]:
    files = {p.file: SourceOptions(wan=True) for p in problems}
    return [DataRepair("unit_wan", Text("Multiply the floor areas by 10,000"), files)]


def _to_the_other(problems: Sequence[Problem]) -> list[DataRepair]:
    """Give the shared ground to the estates that would lose it to another of their own layer."""
    shared = _of(SharedGround, problems)
    inside = [p for p, what in shared if p.feature is not None and f"({p.file} " in what.other]
    numbers: dict[str, list[int]] = {}
    for problem in inside:
        numbers.setdefault(problem.file, []).append(problem.feature or 0)
    changes = {file: SourceOptions(first=tuple(held)) for file, held in numbers.items()}
    title = Text("Give it to the other estate")
    if len(inside) == 1 and inside[0].name:
        title = Text("Give the shared ground to {name}", {"name": inside[0].name})
    return [DataRepair("overlap", title, changes)] if changes else []


def _counted(problems: Sequence[Problem]) -> list[DataRepair]:
    """Count all of what lies across the boundary, or settle that its part counts."""
    found = _of(FiguresAcross, problems)
    if not found:
        return []
    title = Text("Count all {whole:,.0f} here", {"whole": found[0][1].figures.values["whole"]})
    if len(problems) > 1:
        title = Text("Count all of these {n} here", {"n": len(found)})
    part = Text("Count the part inside")
    held = [problem for problem, _ in found]
    return [_by_name(held, Count.WHOLE, title), _by_name(held, Count.SHARE, part)]


def _one_of_two(problems: Sequence[Problem]) -> list[DataRepair]:
    """Leave out what lies on the ground of another estate, or settle that both count."""
    title = Text("It is one estate: leave {name} out", {"name": problems[0].name})
    if len(problems) > 1:
        title = Text("These are one estate each: leave {n} out", {"n": len(problems)})
    return [
        _by_name(problems, Count.NONE, title),
        _by_name(problems, Count.WHOLE, Text("Count both")),
    ]


def _by_name(problems: Sequence[Problem], how: Count, title: Text) -> DataRepair:
    """Return the repair that says of each feature how much of it counts."""
    changes: dict[str, SourceOptions] = {}
    for problem in (p for p in problems if p.feature is not None):
        told = SourceOptions(counts={mark(problem.name, problem.feature or 0): how.value})
        changes[problem.file] = changes.get(problem.file, SourceOptions()).with_(told)
    return DataRepair(f"count_{how.value}", title, changes)


def _balanced_by(problems: Sequence[Problem]) -> list[DataRepair]:
    """Balance what is balanced already, which settles it, or another field."""
    ((problem, what),) = _of(NoLoad, problems[:1])
    yes = DataRepair("no_load", Text("Yes, balance {field}", _field(what.taken)), instead=what.taken)
    found = [] if problem.severity == Severity.MENDED else [yes]
    others = [name for name in what.usable if name != what.taken]
    return found + [
        DataRepair("no_load", Text("Balance {field} instead", _field(name)), instead=name) for name in others
    ]


def _field(name: str) -> dict[str, Text]:
    return {"field": FIELDS[name]}


def _at_home(problems: Sequence[Problem]) -> list[DataRepair]:
    """Move layers to where the others have them."""
    found = _of(Shifted, problems)
    changes = {problem.file: SourceOptions(shift=what.move) for problem, what in found}
    if len(changes) > 1:
        return [
            DataRepair("shifted", Text("Move all {n} layers to the others", {"n": len(changes)}), changes)
        ]
    what = found[0][1]
    title = Text("Move it {metres:.0f} m to the others", {"metres": what.metres})
    if what.move in gcj02.DATUMS:
        told = {"datum": what.datum, "metres": what.metres}
        title = Text("Undo the {datum} shift ({metres:.0f} m)", told)
    elif what.move == STAY:
        title = Text("Leave it where its file has it")
    return [DataRepair("shifted", title, changes)]


def _datum(problems: Sequence[Problem]) -> list[DataRepair]:
    """Take a web map's shift back, or settle that there is none."""
    found = _of(DatumUntold, problems)
    told = {"datum": gcj02.NAMES["gcj02"], "metres": found[0][1].metres}
    title = Text("Undo the {datum} shift ({metres:.0f} m)", told)
    shifted = {problem.file: SourceOptions(shift="gcj02") for problem, _ in found}
    return [*_not_moved(problems), DataRepair("datum_untold", title, shifted)]


def _not_moved(problems: Sequence[Problem]) -> list[DataRepair]:
    changes = {p.file: SourceOptions(shift=STAY) for p in problems}
    return [DataRepair("unshifted", Text("Leave it where its file has it"), changes)]


def _confirmed(problems: Sequence[Problem]) -> list[DataRepair]:
    """Settle systems that were guessed; millimetres cannot be told by a choice."""
    found = _of(CrsGuessed, problems)
    changes = {
        problem.file: SourceOptions(crs=what.code, swapped=what.swapped)
        for problem, what in found
        if what.scale == 1.0
    }
    codes = {choice.crs for choice in changes.values()}
    title = Text("Yes, that is right")
    if len(codes) == 1:
        title = Text("Yes, it is {crs}", {"crs": found[0][1].crs})
    return [DataRepair("crs_guessed", title, changes)] if changes else []


def _joined(problems: Sequence[Problem]) -> list[DataRepair]:
    """Join doubtful rows to their likeliest estates, a single one to another or to none."""
    taken: dict[tuple[str, str], str] = {}
    found = [what for _, what in _of(TableDoubt, problems)]
    for what in sorted(found, key=lambda what: -max(what.likely.values())):
        source = key_of(what.table, what.sheet or None)
        free = [mark for mark in what.likely if (source, mark) not in taken]
        if free:
            taken[source, free[0]] = what.mark
    changes: dict[str, SourceOptions] = {}
    for (source, estate), row in taken.items():
        changes[source] = changes.get(source, SourceOptions()).with_(SourceOptions(joined={row: estate}))
    if len(problems) > 1:
        title = Text("Join all {n} to the likeliest", {"n": len(taken)})
        return [DataRepair("table_doubt", title, changes), *_to_none(problems)]
    source, row = key_of(found[0].table, found[0].sheet or None), found[0].mark
    each = [
        DataRepair(
            "table_doubt", Text("It is {name}", {"name": mark}), {source: SourceOptions(joined={row: mark})}
        )
        for mark in found[0].likely
    ]
    return [*each, *_to_none(problems)]


def _to_none(problems: Sequence[Problem]) -> list[DataRepair]:
    """Join rows to no estate."""
    changes: dict[str, SourceOptions] = {}
    for _, what in _of(TableRow, problems):
        source, told = key_of(what.table, what.sheet or None), SourceOptions(joined={what.mark: ""})
        changes[source] = changes.get(source, SourceOptions()).with_(told)
    title = (
        Text("It is none of them")
        if len(problems) == 1
        else Text("Join none of the {n}", {"n": len(problems)})
    )
    return [DataRepair("table_refused", title, changes)]


def _table_first(problems: Sequence[Problem]) -> list[DataRepair]:
    sources = [what.source for _, what in _of(TableConflict, problems)]
    changes = {key_of(file, sheet or None): SourceOptions(leads=True) for file, sheet in sources}
    return [DataRepair("table_conflict", Text("Use the figures of the table"), changes)]


def _is_in_use(problem: Problem) -> bool:
    """Tell whether the problem is about a feature of a layer that was not left out anyway."""
    layer = Path(problem.file).suffix.lower() in VECTOR_SUFFIXES - {".csv"}  # rows of tables stay
    return layer and problem.feature is not None and problem.severity != Severity.ERROR


def _without_feature(problem: Problem) -> DataRepair:
    title = Text("Leave {name} out", {"name": problem.name or f"#{problem.feature}"})
    return DataRepair("left_out", title, {problem.file: SourceOptions(left_out=(problem.feature or 0,))})


def _without_file(file: str) -> DataRepair:
    return DataRepair("skip", Text("Leave {file} out", {"file": file}), {file: SourceOptions(skip=True)})


def _accepted(problems: Sequence[Problem]) -> DataRepair:
    changes: dict[str, SourceOptions] = {}
    for problem in problems:
        told = SourceOptions(accepted=(mark_of(problem),))
        changes[problem.file] = changes.get(problem.file, SourceOptions()).with_(told)
    title = Text("Leave it so")
    if len(problems) > 1:
        title = Text("Leave these {n} so", {"n": len(problems)})
    return DataRepair(ACCEPTED, title, changes)


_OWN: dict[RepairKind, Callable[[Sequence[Problem]], list[DataRepair]]] = {
    RepairKind.MULTIPLY_FLOOR_AREAS: _times_10_000,
    RepairKind.BALANCE: _balanced_by,
    RepairKind.MOVE_TO_OTHERS: _at_home,
    RepairKind.PUT_BACK: _not_moved,
    RepairKind.CONFIRM_CRS: _confirmed,
    RepairKind.JOIN: _joined,
    RepairKind.JOIN_TO_NONE: _to_none,
    RepairKind.TABLE_FIRST: _table_first,
    RepairKind.GIVE_TO_OTHER: _to_the_other,
    RepairKind.COUNT: _counted,
    RepairKind.ONE_OF_TWO: _one_of_two,
    RepairKind.CONFIRM_DATUM: _datum,
}
"""What makes the repairs of each kind, the best first."""
