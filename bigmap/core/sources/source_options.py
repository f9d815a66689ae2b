"""Options of reading one source: role, fields, encoding, CRS, what the user decided about its problems."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bigmap.base.i18n import Text
from bigmap.base.problem_kind import Severity
from bigmap.base.problem_kinds.formats import Chosen
from bigmap.base.problems import Problem, ProblemLog
from bigmap.core.sources.layers import Role


@dataclass(frozen=True)
class SourceOptions:
    """How one layer of a file shall be read; whatever is empty is told by the file itself.

    Attributes
    ----------
    role : Role or None
    encoding : str
        'UTF-8', 'GB18030', 'Big5' or 'ISO-8859-1'; of shapefiles only.
    crs : str
        'EPSG:n' or WKT.
    swapped : bool
        Whether x and y have to be exchanged first.
    fields : mapping of str to str
        Canonical field → name of the column that fills it, '' for none.
    skip : bool
        Leave the layer out.
    wan : bool
        Floor areas that are under `WAN_BELOW_M2` and under 1 m² a household are in 10,000 m².
    left_out : tuple of int
        Numbers of the features to leave out.
    first : tuple of int
        Numbers of the features that get the ground they share with others of their layer.
    shift : str
        'gcj02' or 'bd09' for a web map's shift to be taken back, or metres east and north: '504.0,-293.0'.
    control : tuple of (float, float, float, float)
        Control points: x and y in its own numbers, east and north in ``crs``; they place the layer.
    head : int
        Row of a sheet in which its heads stand, from 1; 0 for the one that is found.
    points : bool
        The rows of a sheet are points, not figures of estates.
    leads : bool
        The figures of a sheet go before those of the layers.
    joined : mapping of str to str
        Row of a sheet → estate it belongs to, '' for none; both as `marks` calls them.
    counts : mapping of str to str
        Feature (its name, else '#number') → 'whole', 'share' or 'none': how much of its figures counts.
    accepted : tuple of str
        Problems that are right as they stand: codes, with '#' and the number where a feature has them.
    """

    role: Role | None = None
    encoding: str = ""
    crs: str = ""
    swapped: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)
    skip: bool = False
    wan: bool = False
    left_out: tuple[int, ...] = ()
    first: tuple[int, ...] = ()
    shift: str = ""
    control: tuple[tuple[float, float, float, float], ...] = ()
    head: int = 0
    points: bool = False
    leads: bool = False
    joined: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, str] = field(default_factory=dict)
    accepted: tuple[str, ...] = ()

    def with_(self, more: SourceOptions) -> SourceOptions:
        """Return this choice with what ``more`` says put over it."""
        return SourceOptions(
            role=more.role or self.role,
            encoding=more.encoding or self.encoding,
            crs=more.crs or self.crs,
            swapped=more.swapped if more.crs else self.swapped,
            fields={**self.fields, **more.fields},
            skip=self.skip or more.skip,
            wan=self.wan or more.wan,
            left_out=tuple(dict.fromkeys(self.left_out + more.left_out)),
            first=tuple(dict.fromkeys(more.first + self.first)),
            shift=more.shift or self.shift,
            control=more.control if more.crs else self.control,
            head=more.head or self.head,
            points=more.points or self.points,
            leads=more.leads or self.leads,
            joined={**self.joined, **more.joined},
            counts={**self.counts, **more.counts},
            accepted=tuple(dict.fromkeys(self.accepted + more.accepted)),
        )

    def lasting(self) -> SourceOptions:
        """Return what also holds for next month's file: numbers of features do not."""
        accepted = tuple(mark for mark in self.accepted if "#" not in mark)
        counts = {name: how for name, how in self.counts.items() if not name.startswith("#")}
        return replace(self, left_out=(), first=(), accepted=accepted, counts=counts)


OptionsBySource = Mapping[str, SourceOptions]
"""Key of a source (`key_of`) → what was chosen for it."""


def key_of(file: Path | str, layer: str | None = None) -> str:
    """Return the key of a source: its file name, with the layer where the file holds several."""
    name = Path(file).name
    return f"{name}|{layer}" if layer else name


def options_of(choices: OptionsBySource, file: Path | str, layer: str | None = None) -> SourceOptions:
    """Return what was chosen for a layer, or for its file as a whole; an empty choice otherwise."""
    return choices.get(key_of(file, layer)) or choices.get(key_of(file)) or SourceOptions()


def options_in(choices: OptionsBySource, file: Path | str) -> list[SourceOptions]:
    """Return what was chosen for a file and for its layers and sheets."""
    name = key_of(file)
    return [choice for key, choice in choices.items() if key == name or key.startswith(f"{name}|")]


def as_json(choice: SourceOptions) -> dict[str, Any]:
    """Return a choice as plain values, without what is empty."""
    values = {name: getattr(choice, name) for name in SourceOptions.__dataclass_fields__}
    plain: dict[str, Any] = {
        "role": choice.role.value if choice.role else None,
        "fields": dict(choice.fields),
        "joined": dict(choice.joined),
        "counts": dict(choice.counts),
        "control": [list(point) for point in choice.control],
    }
    plain |= {name: list(values[name]) for name in ("left_out", "first", "accepted")}
    return {name: value for name, value in (values | plain).items() if value}


def from_json(values: Mapping[str, Any]) -> SourceOptions:
    """Return the choice that plain values mean; one that means nothing counts as not there."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        try:
            found[name] = _READERS[name](value)
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
            logging.getLogger(__name__).warning("not used of an import choice: %s", name)
    return SourceOptions(**found)


def _exactly(kind: type) -> Callable[[Any], Any]:
    """Return a function that gives back a value of this type and takes no other."""

    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(f"{type(value).__name__} for {kind.__name__}")
        return value

    return read


_text, _yes, _whole = _exactly(str), _exactly(bool), _exactly(int)


_READERS: dict[str, Callable[[Any], Any]] = {
    "role": Role,
    **dict.fromkeys(("encoding", "crs", "shift"), _text),
    **dict.fromkeys(("swapped", "skip", "wan", "points", "leads"), _yes),
    **dict.fromkeys(
        ("fields", "joined", "counts"), lambda value: {_text(k): _text(v) for k, v in value.items()}
    ),
    **dict.fromkeys(("left_out", "first"), lambda value: tuple(map(_whole, value))),
    "accepted": lambda value: tuple(map(_text, value)),
    "head": _whole,
    "control": lambda value: tuple((float(x), float(y), float(e), float(n)) for x, y, e, n in value),
}


def mark_of(problem: Problem) -> str:
    """Return what a problem is accepted by, among those of its file."""
    return problem.code if problem.feature is None else f"{problem.code}#{problem.feature}"


def without_accepted(problems: ProblemLog, choices: OptionsBySource) -> ProblemLog:
    """Return the problems with those that the planner accepted as done."""
    accepted = {(key, mark) for key, choice in choices.items() for mark in choice.accepted}
    return ProblemLog(
        [
            replace(p, accepted=True)
            if p.severity == Severity.DOUBT and (p.file, mark_of(p)) in accepted
            else p
            for p in problems
        ]
    )


def report_options(choice: SourceOptions, file: str, log: ProblemLog) -> None:
    """Record that a layer was read as the planner chose, and how."""
    parts: list[tuple[bool, Callable[[], Text]]] = [
        (choice.role is not None, lambda: Text("role {role}", {"role": Text(str(choice.role))})),
        (bool(choice.encoding), lambda: Text("encoding {encoding}", {"encoding": choice.encoding})),
        (bool(choice.crs), lambda: Text("coordinate system {crs}", {"crs": choice.crs[:120]})),
        (choice.head > 0, lambda: Text("head in row {row}", {"row": choice.head})),
        (bool(choice.fields), lambda: Text("{n} fields", {"n": len(choice.fields)})),
    ]
    for part in (make() for given, make in parts if given):
        log.add(Chosen(what=part), file=file)
