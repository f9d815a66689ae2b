"""Repairs that the planner decides on, as values: what to do, and how sources are read from then on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bigmap.base.i18n import Text
from bigmap.base.problems import Problem, Severity
from bigmap.commands.desk import Desk
from bigmap.commands.imports import choices_of, remember, replan
from bigmap.io import encoding as enc
from bigmap.io.choices import Choice, choice_of
from bigmap.io.vector import VECTOR_SUFFIXES
from bigmap.session.document import Document


@dataclass(frozen=True)
class Repair:
    """One repair.

    Attributes
    ----------
    code : str
        Kind of repair.
    title : Text
        What it does, for a button.
    changes : mapping of str to Choice
        File → what is put over the choice for it.
    """

    code: str
    title: Text
    changes: Mapping[str, Choice]

    def apply(self, choices: Mapping[str, Choice]) -> dict[str, Choice]:
        """Return the choices with the repair in them."""
        mended = {file: choice_of(choices, file).with_(change) for file, change in self.changes.items()}
        return {**choices, **mended}


def repairs_of(problems: Sequence[Problem]) -> list[Repair]:
    """Return what can be done about problems of one group, or about a single one; the best first."""
    if not problems:
        return []
    own = _OWN.get(problems[0].code)
    found = [own(problems)] if own else []
    if problems[0].code not in _DECIDED:
        found += [_without_feature(problems[0])] if len(problems) == 1 and _is_in_use(problems[0]) else []
        files = sorted({p.file for p in problems if p.file})
        found += [_without_file(files[0])] if len(files) == 1 else []
    return [repair for repair in found if repair is not None]


def other_encodings(document: Document, file: str) -> list[Repair]:
    """Return a repair for each other encoding that the text of a shapefile on the desk can be read in."""
    layer = next((la for la in document.plan.sources.layers if la.file.name == file), None)
    if layer is None or layer.file.suffix.lower() != ".shp":
        return []
    return [
        Repair(
            "encoding",
            Text("Read {file} as {encoding}", {"file": file, "encoding": code}),
            {file: Choice(encoding=code)},
        )
        for code in (enc.UTF8, enc.GB18030, enc.BIG5)
        if code != layer.encoding
    ]


def repair(desk: Desk, what: Repair) -> None:
    """Read and plan again with a repair; `undo` takes it back."""
    replan(desk, what.title, what.apply(choices_of(desk.document)))


def undo(desk: Desk) -> None:
    """Go back to the plan before the last step."""
    left = desk.document
    desk.session.undo()
    _remember_other(desk, left)


def redo(desk: Desk) -> None:
    """Take the step again that was taken back last."""
    left = desk.document
    desk.session.redo()
    _remember_other(desk, left)


def _remember_other(desk: Desk, left: Document) -> None:
    """Remember how the document on the desk is read, where it is another than the one left."""
    if desk.document.made is not left.made:
        remember(desk.document, left.sources)


# --- what fits a problem ------------------------------------------------------------------------------------


def _times_10_000(problems: Sequence[Problem]) -> Repair:
    files = {p.file: Choice(wan=True) for p in problems}
    return Repair("unit_wan", Text("Multiply the floor areas by 10,000"), files)


def _to_the_other(problems: Sequence[Problem]) -> Repair | None:
    """Give the shared ground to the estates that would lose it to another of their own layer."""
    inside = [
        p for p in problems if p.feature is not None and f"({p.file} " in str(p.text.values.get("other"))
    ]
    numbers: dict[str, list[int]] = {}
    for problem in inside:
        numbers.setdefault(problem.file, []).append(problem.feature or 0)
    changes = {file: Choice(first=tuple(found)) for file, found in numbers.items()}
    title = Text("Give the shared ground to the other estate")
    if len(inside) == 1 and inside[0].name:
        title = Text("Give the shared ground to {name}", {"name": inside[0].name})
    return Repair("overlap", title, changes) if changes else None


def _is_in_use(problem: Problem) -> bool:
    """Tell whether the problem is about a feature of a layer that was not left out anyway."""
    layer = Path(problem.file).suffix.lower() in VECTOR_SUFFIXES - {".csv"}  # rows of tables stay
    return layer and problem.feature is not None and problem.severity != Severity.ERROR


def _without_feature(problem: Problem) -> Repair:
    title = Text("Leave {name} out", {"name": problem.name or f"#{problem.feature}"})
    return Repair("left_out", title, {problem.file: Choice(left_out=(problem.feature or 0,))})


def _without_file(file: str) -> Repair:
    return Repair("skip", Text("Leave {file} out", {"file": file}), {file: Choice(skip=True)})


_OWN: dict[str, Callable[[Sequence[Problem]], Repair | None]] = {
    "unit_wan": _times_10_000,
    "overlap": _to_the_other,
    "near_duplicate": _to_the_other,
}
"""Code of a problem → the repair that was made for it."""

_DECIDED = {
    "duplicate",
    "left_out",
    "left_aside",
    "archive",
    "second_boundary",
    "points",
    "chosen",
    "unit_wan_mended",
    "overlap_given",
}
"""Codes of what was decided already, or is not used anyway."""
